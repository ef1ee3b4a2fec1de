//! The reader of documents under random input.

use proptest::prelude::*;
use strongroom_policy::{Document, PolicyError};

use crate::generator::{Rng, policy};
use crate::support::*;

fn examine(text: &str) -> Result<(), TestCaseError> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return spans_are_good(text, &error),
    };
    prop_assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "not JSON, and accepted");
    for index in 0..document.len() {
        let span = document.span(index).unwrap();
        let shown = &text[span.start..span.end];
        prop_assert!(shown.starts_with('\u{7b}') && shown.ends_with('\u{7d}'), "span of a statement");
    }
    for result in [key_policy(text), identity_policy(text)] {
        match result {
            Ok(policy) => prop_assert_eq!(policy.len(), document.len()),
            Err(error) => spans_are_good(text, &error)?,
        }
    }
    Ok(())
}

fn spans_are_good(text: &str, error: &PolicyError) -> Result<(), TestCaseError> {
    prop_assert!(matches!(error, PolicyError::TooLarge(_)) || !error.findings().is_empty());
    for finding in error.findings() {
        prop_assert!(finding.span.start <= finding.span.end && finding.span.end <= text.len() + 1);
        let _ = finding.position(text);
    }
    prop_assert!(!error.to_string().is_empty() && !error.aws_message().is_empty());
    Ok(())
}

/// A good document with a few bytes changed, dropped or doubled.
fn damaged(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let names = rng.percent(70);
    let mut text = policy(&mut rng, names, 30, 3).to_string().into_bytes();
    for _ in 0..rng.below(4) {
        let at = rng.below(text.len());
        match rng.below(4) {
            0 => drop(text.remove(at)),
            1 => {
                text[at] =
                    *rng.pick(&[&b'"', &b'{', &b'}', &b'[', &b']', &b',', &b':', &b'\\', &b'$', &b'*', &b'\0', &b'1'])
            }
            2 => text.insert(at, text[at]),
            _ => {
                let end = (at + rng.below(40)).min(text.len());
                let piece = text[at..end].to_vec();
                text.splice(at..at, piece);
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~\t\n\u{e9}\u{100}]{0,200}") {
        examine(&text)?;
    }

    #[test]
    fn no_damaged_document_makes_the_reader_or_the_compiler_panic(seed in any::<u64>()) {
        examine(&damaged(seed))?;
    }
}

#[test]
fn what_is_compiled_again_is_the_same() {
    let mut rng = Rng::new(31);
    for _ in 0..500 {
        let text = policy(&mut rng, true, 30, 3).to_string();
        // Spaces between tokens move spans and nothing else.
        let spaced = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&text).unwrap()).unwrap();
        let (one, two) = (key_policy(&text).unwrap(), key_policy(&spaced).unwrap());
        let bare = |policy: &strongroom_policy::Compiled| {
            let shown = format!("{policy:?}");
            let labels = shown.find("labels").unwrap()..shown.find("clauses: [").unwrap();
            let findings = shown.find("findings: [").unwrap();
            format!("{}{}", &shown[..labels.start], &shown[labels.end..findings])
        };
        assert_eq!(bare(&one), bare(&two));
    }
}
