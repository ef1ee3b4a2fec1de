//! Messages made elsewhere: 46 official commitment cases and 123 made ones. `testdata/README.md` says by whom.

use std::borrow::Cow;

use strongroom_envelope::{DataKey, DataKeySource, EncryptedDataKey, Envelope, Error, SourceError, Suite};
use strongroom_types::{EncryptionContext, Secret};

use crate::support::{base64, open, plaintext, provider, stream, vectors};

#[derive(Debug, Default)]
struct Counts {
    passed: usize,
    refused: usize,
    other_suites: usize,
}

#[test]
fn every_made_message_is_opened_or_refused_as_expected() {
    let file = vectors("conformance.json");
    let mut counts = Counts::default();
    for case in file["tests"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let message = base64(case["message"].as_str().unwrap());
        let whole = open(&message);
        let (released, end) = stream(&message, 100);
        if matches!(&whole, Err(Error::Unsupported(what)) if what.suite_id().and_then(Suite::by_id).is_some()) {
            assert!(matches!(end, Err(Error::Unsupported(_))), "{name}");
            counts.other_suites += 1;
            continue;
        }
        if case["expect"] == "accept" {
            let opened = whole.unwrap_or_else(|error| panic!("{name}: {error}"));
            end.unwrap_or_else(|error| panic!("{name} as a stream: {error}"));
            assert_eq!(opened, released, "{name}");
            assert!(plaintext(300).starts_with(&opened), "{name}");
            let empty = name.starts_with("ok-empty-0") || name.starts_with("unframed-empty");
            assert_eq!(opened.is_empty(), empty, "{name}");
            counts.passed += 1;
        } else {
            assert!(whole.is_err() && end.is_err(), "{name} was opened");
            counts.refused += 1;
        }
        if name == "base64-text" {
            assert!(matches!(open(&message), Err(Error::Base64Text)), "{name}");
        }
    }
    println!("conformance.json: {counts:?}");
    assert_eq!((counts.passed, counts.refused, counts.other_suites), (13, 40, 70));
}

/// The data key as the vector states it, whatever the header says.
#[derive(Debug)]
struct Stated(Secret);

impl DataKeySource for Stated {
    fn generate(&self, _: &EncryptionContext) -> Result<DataKey, SourceError> {
        Err(SourceError::Invalid)
    }

    fn encrypt(&self, _: &Secret, _: &EncryptionContext) -> Result<EncryptedDataKey<'static>, SourceError> {
        Err(SourceError::Invalid)
    }

    fn decrypt(&self, _: &EncryptedDataKey<'_>, _: &EncryptionContext) -> Result<Secret, SourceError> {
        Ok(self.0.clone_secret())
    }
}

#[test]
fn every_official_commitment_case_is_opened_or_refused_as_expected() {
    let file = vectors("commitment-v2.json");
    let provider = provider();
    let mut counts = Counts::default();
    for case in file["tests"].as_array().unwrap() {
        let name = case["comment"].as_str().unwrap();
        let keys = Stated(Secret::from(base64(case["decrypted-dek"].as_str().unwrap())));
        let opened = Envelope::new(&provider, &keys).open(&base64(case["ciphertext"].as_str().unwrap()));
        match opened {
            Err(Error::Unsupported(unsupported)) => {
                assert_eq!(unsupported.suite_id(), Some(0x0578), "{name}");
                counts.other_suites += 1;
            }
            Ok(opened) => {
                assert_eq!(case["status"], true, "{name} was opened");
                let frames = case["plaintext-frames"].as_array().unwrap();
                let truth: String = frames.iter().map(|frame| Cow::Borrowed(frame.as_str().unwrap())).collect();
                assert_eq!(opened.plaintext.expose_secret(), truth.as_bytes(), "{name}");
                for (key, value) in case["encryption-context"].as_object().unwrap() {
                    assert_eq!(opened.context().get(key), value.as_str(), "{name}");
                }
                counts.passed += 1;
            }
            Err(error) => {
                assert_eq!(case["status"], false, "{name}: {error}");
                assert!(matches!(error, Error::InvalidMessage), "{name}: {error}");
                counts.refused += 1;
            }
        }
    }
    println!("commitment-v2.json: {counts:?}");
    assert_eq!(counts.passed + counts.refused + counts.other_suites, 46);
    assert_eq!(counts.refused, 3);
}
