//! Patterns: text with wildcards and policy variables, in bytes that UTF-8 never uses.

/// Any run of characters.
pub(crate) const STAR: u8 = 0xff;
/// Any one character.
pub(crate) const ANY: u8 = 0xfe;
/// Any run of characters without a colon: a wildcard inside one part of an ARN.
pub(crate) const STAR_IN_PART: u8 = 0xfd;
/// Any one character but a colon.
pub(crate) const ANY_IN_PART: u8 = 0xfc;
/// A policy variable; its index follows in two bytes.
pub(crate) const VARIABLE: u8 = 0xfb;

/// What stands for variables when a request is known.
pub(crate) trait Variables<'p> {
    /// The text of variable `index`, if the request has one.
    fn text(&self, index: u16) -> Option<&'p str>;
}

/// For patterns without variables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoVariables;

impl<'p> Variables<'p> for NoVariables {
    fn text(&self, _index: u16) -> Option<&'p str> {
        None
    }
}

enum Item {
    End,
    Byte(u8),
    Any { in_part: bool },
    Star { in_part: bool },
    Unresolved,
}

/// A place in a pattern, possibly inside the text that stands for a variable. That text is never a wildcard.
#[derive(Clone, Copy)]
struct Cursor<'p> {
    pattern: &'p [u8],
    inside: &'p [u8],
}

impl<'p> Cursor<'p> {
    fn next(&mut self, variables: &impl Variables<'p>) -> Item {
        loop {
            if let Some((byte, rest)) = self.inside.split_first() {
                self.inside = rest;
                return Item::Byte(*byte);
            }
            let Some((byte, rest)) = self.pattern.split_first() else { return Item::End };
            self.pattern = rest;
            return match *byte {
                STAR => Item::Star { in_part: false },
                STAR_IN_PART => Item::Star { in_part: true },
                ANY => Item::Any { in_part: false },
                ANY_IN_PART => Item::Any { in_part: true },
                VARIABLE => {
                    let Some((index, rest)) = rest.split_first_chunk::<2>() else { return Item::Unresolved };
                    self.pattern = rest;
                    let Some(text) = variables.text(u16::from_be_bytes(*index)) else { return Item::Unresolved };
                    self.inside = text.as_bytes();
                    continue;
                }
                byte => Item::Byte(byte),
            };
        }
    }
}

/// The length in bytes of the character that starts with `lead`.
fn width(lead: u8) -> usize {
    match lead {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

fn same(a: u8, b: u8, fold: bool) -> bool {
    a == b || (fold && a.eq_ignore_ascii_case(&b))
}

/// Whether `pattern` matches the whole of `text`; with `fold`, ASCII letters match in either case.
///
/// Iterative. A star that stays in its part of an ARN is retried only within that part, and one that does not is
/// retried from its last place only, because whatever an earlier one could do a later one can do too.
///
/// INVARIANT: no [`ANY`] stands before a [`STAR_IN_PART`]; up to the fifth colon `?` is [`ANY_IN_PART`] too.
pub(crate) fn matches<'p>(pattern: &'p [u8], text: &[u8], fold: bool, variables: &impl Variables<'p>) -> bool {
    let mut cursor = Cursor { pattern, inside: &[] };
    let mut at = 0_usize;
    let mut wide: Option<(Cursor<'p>, usize)> = None;
    let mut narrow: Option<(Cursor<'p>, usize)> = None;
    loop {
        let mut ahead = cursor;
        let here = text.get(at).copied();
        let step = match (ahead.next(variables), here) {
            (Item::Unresolved, _) => return false,
            (Item::End, None) => return true,
            (Item::Star { in_part: true }, _) => {
                narrow = Some((ahead, at));
                Some(0)
            }
            (Item::Star { in_part: false }, _) => {
                wide = Some((ahead, at));
                narrow = None;
                Some(0)
            }
            (Item::Byte(byte), Some(found)) if same(byte, found, fold) => Some(1),
            (Item::Any { in_part }, Some(found)) if !(in_part && found == b':') => Some(width(found)),
            _ => None,
        };
        if let Some(step) = step {
            (cursor, at) = (ahead, at + step);
            continue;
        }
        let retry = |(cursor, from): (Cursor<'p>, usize)| text.get(from).map(|b| (cursor, from + width(*b)));
        let in_part = narrow.filter(|(_, from)| text.get(*from) != Some(&b':')).and_then(retry);
        if in_part.is_some() {
            narrow = in_part;
        } else {
            wide = wide.and_then(retry);
            narrow = None;
        }
        match narrow.or(wide) {
            Some(place) => (cursor, at) = place,
            None => return false,
        }
    }
}

/// Whether a variable of `pattern` has no text.
pub(crate) fn lacks_variable<'p>(pattern: &'p [u8], variables: &impl Variables<'p>) -> bool {
    let mut cursor = Cursor { pattern, inside: &[] };
    loop {
        match cursor.next(variables) {
            Item::End => return false,
            Item::Unresolved => return true,
            _ => cursor.inside = &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(pattern: &str, text: &str) -> bool {
        let bytes: Vec<u8> = pattern
            .bytes()
            .map(|b| match b {
                b'*' => STAR,
                b'?' => ANY,
                b'~' => STAR_IN_PART,
                b'^' => ANY_IN_PART,
                b => b,
            })
            .collect();
        matches(&bytes, text.as_bytes(), false, &NoVariables)
    }

    /// The definition, by recursion.
    fn slow(pattern: &[char], text: &[char]) -> bool {
        let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
        let ok = |c: &char| *c != ':' || !matches!(first, '~' | '^');
        match first {
            '*' | '~' => slow(rest, text) || text.split_first().is_some_and(|(c, more)| ok(c) && slow(pattern, more)),
            '?' | '^' => text.split_first().is_some_and(|(c, more)| ok(c) && slow(rest, more)),
            c => text.split_first().is_some_and(|(t, more)| t == c && slow(rest, more)),
        }
    }

    fn compare(alphabet: &[char]) {
        let mut seed = 7_u64;
        let mut next = |n: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % n
        };
        let mut hits = 0;
        for _ in 0..60_000 {
            let pattern: String = (0..next(8)).map(|_| alphabet[next(alphabet.len())]).collect();
            let text: String = (0..next(9)).map(|_| ['a', 'b', ':', 'é'][next(4)]).collect();
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            let expected = slow(&p, &t);
            hits += u32::from(expected);
            assert_eq!(glob(&pattern, &text), expected, "{pattern} {text}");
        }
        assert!(hits > 3_000, "{hits}");
    }

    #[test]
    fn a_glob_matches_exactly_what_its_definition_says() {
        compare(&['a', 'b', ':', '*', '?', 'é']);
        compare(&['a', 'b', ':', '*', '~', '^', 'é']);
    }

    #[test]
    fn a_hostile_glob_takes_no_exponential_time() {
        let pattern = "*a".repeat(2_000);
        assert!(!glob(&format!("{pattern}b"), &"a".repeat(8_000)));
    }
}
