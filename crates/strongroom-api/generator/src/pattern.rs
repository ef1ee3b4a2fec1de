//! Reads the regular expressions of the model: classes, escapes, groups, alternatives, repetition.
//! Whatever else stands in a pattern fails generation.

use std::iter::Peekable;
use std::str::Chars;

use crate::{Fault, fault};

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// One character out of these ranges.
    Class(Vec<(char, char)>),
    /// The part so many times; `u32::MAX` is without end.
    Repeat(Box<Node>, u32, u32),
    Seq(Vec<Node>),
    Alt(Vec<Node>),
}

const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const DIGIT: &[(char, char)] = &[('0', '9')];
// Java's `\s` without UNICODE_CHARACTER_CLASS.
const SPACE: &[(char, char)] = &[('\t', '\r'), (' ', ' ')];
// Java's `.`: everything but line terminators.
const ANY: &[(char, char)] =
    &[('\0', '\t'), ('\u{b}', '\u{c}'), ('\u{e}', '\u{84}'), ('\u{86}', '\u{2027}'), ('\u{202a}', '\u{10ffff}')];

/// Parses a pattern that the whole text must match, so that `^` and `$` at its ends say nothing.
pub(crate) fn parse(pattern: &str) -> Result<Node, Fault> {
    let mut chars = pattern.chars().peekable();
    let node = alternatives(&mut chars).map_err(|Fault(why)| Fault(format!("pattern `{pattern}`: {why}")))?;
    match chars.next() {
        None => Ok(node),
        Some(c) => fault(format!("pattern `{pattern}`: `{c}` is not known here")),
    }
}

fn alternatives(chars: &mut Peekable<Chars<'_>>) -> Result<Node, Fault> {
    let mut all = vec![sequence(chars)?];
    while chars.next_if_eq(&'|').is_some() {
        all.push(sequence(chars)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Node::Alt(all) })
}

fn sequence(chars: &mut Peekable<Chars<'_>>) -> Result<Node, Fault> {
    chars.next_if_eq(&'^');
    let mut parts = Vec::new();
    while let Some(c) = chars.peek().copied() {
        if c == '|' || c == ')' {
            break;
        }
        if chars.next_if_eq(&'$').is_some() {
            match chars.peek() {
                None | Some('|' | ')') => break,
                Some(_) => return fault("`$` before the end"),
            }
        }
        let atom = atom(chars)?;
        parts.push(repeated(atom, chars)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Seq(parts) })
}

fn atom(chars: &mut Peekable<Chars<'_>>) -> Result<Node, Fault> {
    match chars.next() {
        Some('(') => {
            if chars.peek() == Some(&'?') {
                return fault("groups with `?` are not known");
            }
            let group = alternatives(chars)?;
            if chars.next() != Some(')') {
                return fault("an open group");
            }
            Ok(group)
        }
        Some('[') => class(chars).map(Node::Class),
        Some('.') => Ok(Node::Class(ANY.to_vec())),
        Some('\\') => escape(chars).map(Node::Class),
        Some(c @ ('*' | '+' | '?' | '{' | '^')) => fault(format!("`{c}` is not known here")),
        Some(c) => Ok(Node::Class(vec![(c, c)])),
        None => fault("nothing where something should be"),
    }
}

fn escape(chars: &mut Peekable<Chars<'_>>) -> Result<Vec<(char, char)>, Fault> {
    match chars.next() {
        Some('w') => Ok(WORD.to_vec()),
        Some('d') => Ok(DIGIT.to_vec()),
        Some('s') => Ok(SPACE.to_vec()),
        Some('u') => {
            let hex: String = chars.by_ref().take(4).collect();
            let c = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
            c.map_or_else(|| fault("a bad `\\u`"), |c| Ok(vec![(c, c)]))
        }
        Some(c) if !c.is_ascii_alphanumeric() => Ok(vec![(c, c)]),
        other => fault(format!("the escape `{other:?}` is not known")),
    }
}

fn class(chars: &mut Peekable<Chars<'_>>) -> Result<Vec<(char, char)>, Fault> {
    if chars.peek() == Some(&'^') {
        return fault("negated classes are not known");
    }
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        let item = match chars.next() {
            Some(']') => break,
            Some('\\') => escape(chars)?,
            Some('[' | '&') => return fault("`[` and `&` in classes are not known"),
            Some(c) => vec![(c, c)],
            None => return fault("an open class"),
        };
        let mut rest = chars.clone();
        let dash = rest.next() == Some('-') && rest.peek().is_some_and(|c| *c != ']');
        match (item.as_slice(), dash) {
            ([(low, single)], true) if low == single && !is_last_of_range(&ranges, *low) => {
                chars.next();
                let high = match chars.next() {
                    Some('\\') => escape(chars)?,
                    Some(c) => vec![(c, c)],
                    None => return fault("an open range"),
                };
                match high.as_slice() {
                    [(high, same)] if high == same && low <= high => ranges.push((*low, *high)),
                    // `9-_`: after a range, or before a class, a dash is itself.
                    _ => return fault("a bad range"),
                }
            }
            _ => ranges.extend(item),
        }
    }
    ranges.sort_unstable();
    ranges.dedup();
    Ok(ranges)
}

// In `0-9-_` the second dash follows a whole range and is itself: it is read as an item of its own,
// and must not open another range.
fn is_last_of_range(ranges: &[(char, char)], item: char) -> bool {
    item == '-' && ranges.last().is_some_and(|(low, high)| low != high)
}

fn repeated(node: Node, chars: &mut Peekable<Chars<'_>>) -> Result<Node, Fault> {
    let (min, max) = match chars.peek() {
        Some('*') => (0, u32::MAX),
        Some('+') => (1, u32::MAX),
        Some('?') => (0, 1),
        Some('{') => {
            let inside: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
            let (min, max) = inside.split_once(',').unwrap_or((&inside, &inside));
            return match (min.parse(), max.parse()) {
                (Ok(min), Ok(max)) if min <= max => Ok(Node::Repeat(Box::new(node), min, max)),
                _ => fault(format!("the count `{{{inside}}}` is not known")),
            };
        }
        _ => return Ok(node),
    };
    chars.next();
    match chars.peek() {
        Some('*' | '+' | '?' | '{') => fault("lazy and possessive counts are not known"),
        _ => Ok(Node::Repeat(Box::new(node), min, max)),
    }
}

impl Node {
    /// As an expression of `strongroom_api::pattern::Node`.
    pub(crate) fn source(&self) -> String {
        let list = |nodes: &[Self]| nodes.iter().map(Self::source).collect::<Vec<_>>().join(", ");
        match self {
            Self::Class(ranges) => format!("Class(&{ranges:?})"),
            Self::Repeat(node, min, u32::MAX) => format!("Repeat(&{}, {min}, u32::MAX)", node.source()),
            Self::Repeat(node, min, max) => format!("Repeat(&{}, {min}, {max})", node.source()),
            Self::Seq(nodes) => format!("Seq(&[{}])", list(nodes)),
            Self::Alt(nodes) => format!("Alt(&[{}])", list(nodes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(c: char) -> (char, char) {
        (c, c)
    }

    #[test]
    fn a_dash_after_a_range_is_a_dash() {
        assert_eq!(
            parse("^[a-z0-9-_.]+$").unwrap(),
            Node::Repeat(
                Box::new(Node::Class(vec![one('-'), one('.'), ('0', '9'), one('_'), ('a', 'z')])),
                1,
                u32::MAX
            )
        );
    }

    #[test]
    fn an_unknown_pattern_fails() {
        for pattern in ["(?i)a", "[^a]", "a*?", "\\p{L}", "a$b", "(a", "[a", "a{2,}", "\\b", "[a&&b]", "a)"] {
            assert!(parse(pattern).is_err(), "{pattern}");
        }
    }
}
