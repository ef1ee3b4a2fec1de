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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    fn model() -> serde_json::Value {
        serde_json::from_str(include_str!("../model/kms-api.json")).unwrap()
    }

    /// Pattern, the same for the `regex` crate, and its greatest length.
    fn patterns() -> Vec<(String, Regex, usize)> {
        let model = model();
        let shapes = model["shapes"].as_object().unwrap().values();
        let with = shapes.filter_map(|s| Some((s["pattern"].as_str()?, s["max"].as_u64()?)));
        with.map(|(pattern, max)| {
            // Java's classes are ASCII.
            let ascii = pattern.replace("\\w", "a-zA-Z0-9_").replace("\\d", "[0-9]").replace("\\s", " \\t-\\r");
            (pattern.into(), Regex::new(&format!("^(?:{ascii})$")).unwrap(), usize::try_from(max).unwrap())
        })
        .collect()
    }

    #[test]
    fn every_pattern_of_the_model_is_known_and_bounds_its_text() {
        assert_eq!(patterns().len(), 20);
        for (pattern, ..) in patterns() {
            assert!(crate::generated::patterns::parts(&pattern).is_some(), "{pattern}");
        }
        assert!(!matches("[0-9", "5"), "an unknown pattern matches nothing");
    }

    #[test]
    fn the_longest_text_that_almost_matches_is_refused_in_bounded_time() {
        // Backtracking at its worst: every group matches until the last character.
        for (pattern, _, max) in patterns() {
            for unit in ["a", "-", ".", "a.", "a-", "/", "a/", "1", ":", "aws:"] {
                let text = unit.repeat(max * 4 / unit.len()) + "\u{2603}";
                let start = std::time::Instant::now();
                assert!(!matches(&pattern, &text), "{pattern} {unit}");
                assert!(start.elapsed().as_secs() < 5, "{pattern} {unit}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn matching_is_what_the_regex_crate_says(
            text in "([a-z]{0,3}|[-_.:/=+@,]|[0-9]{1,2}|eu-|us-gov-|arn:aws|cluster-|https://|/kms/xks/v1|com\\.amazonaws\\.vpce\\.|vpce-svc-|\\PC|[\\x00-\\x20]){0,8}",
        ) {
            thread_local!(static PATTERNS: Vec<(String, Regex, usize)> = patterns());
            PATTERNS.with(|all| {
                for (pattern, regex, _) in all {
                    prop_assert_eq!(matches(pattern, &text), regex.is_match(&text), "{} {:?}", pattern, &text);
                }
                Ok(())
            })?;
        }
    }
}
