//! Whether a text is what a pattern of the model says, without a regular-expression engine: the
//! generator takes the patterns apart.

/// A part of a pattern.
#[derive(Debug)]
pub(crate) enum Node {
    /// One character out of these ranges.
    Class(&'static [(char, char)]),
    /// The part at least and at most so many times.
    Repeat(&'static Node, u32, u32),
    /// One part after the other.
    Seq(&'static [Node]),
    /// One of the parts.
    Alt(&'static [Node]),
}

type Then<'t> = &'t mut dyn FnMut(&str) -> bool;

/// Whether `pattern` matches the whole of `text`. A pattern that the model does not have matches nothing.
///
/// Recursion is bounded by the text's length in groups: callers bound the text first.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    crate::generated::patterns::parts(pattern).is_some_and(|node| run(node, text, &mut |rest| rest.is_empty()))
}

fn run(node: &Node, text: &str, then: Then<'_>) -> bool {
    match node {
        Node::Class(ranges) => first(ranges, text).is_some_and(then),
        Node::Seq(parts) => sequence(parts, text, then),
        Node::Alt(parts) => parts.iter().any(|part| run(part, text, then)),
        Node::Repeat(Node::Class(ranges), min, max) => characters(ranges, *min, *max, text, then),
        Node::Repeat(part, min, max) => times(part, *min, *max, text, then),
    }
}

/// What follows the first character, if that is in `ranges`.
fn first<'t>(ranges: &[(char, char)], text: &'t str) -> Option<&'t str> {
    let mut chars = text.chars();
    let c = chars.next()?;
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)).then_some(chars.as_str())
}

fn sequence(parts: &[Node], text: &str, then: Then<'_>) -> bool {
    match parts.split_first() {
        None => then(text),
        Some((part, rest)) => run(part, text, &mut |after| sequence(rest, after, then)),
    }
}

/// As many characters as there are, then fewer: no recursion, however long the text.
fn characters(ranges: &[(char, char)], min: u32, max: u32, text: &str, then: Then<'_>) -> bool {
    let (mut rest, mut count) = (text, 0);
    while let Some(after) = first(ranges, rest).filter(|_| count < max) {
        (rest, count) = (after, count + 1);
    }
    let mut taken = text.len() - rest.len();
    loop {
        if count < min {
            return false;
        }
        if then(text.get(taken..).unwrap_or_default()) {
            return true;
        }
        let Some(last) = text.get(..taken).and_then(|t| t.chars().next_back()) else { return false };
        (taken, count) = (taken - last.len_utf8(), count.saturating_sub(1));
    }
}

fn times(part: &Node, min: u32, max: u32, text: &str, then: Then<'_>) -> bool {
    let more = max > 0
        && run(part, text, &mut |after| {
            // A part that took nothing would be repeated for ever.
            after.len() < text.len() && times(part, min.saturating_sub(1), max.saturating_sub(1), after, then)
        });
    more || (min == 0 && then(text))
}
