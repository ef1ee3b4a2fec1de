//! GenerateRandom.

use std::collections::HashSet;

use strongroom::types::{GenerateRandomRequest, RecipientInfo};
use strongroom::{ErrorCode, ops};

use crate::support::*;

#[test]
fn random_bytes_are_as_many_as_asked_for_and_never_the_same() {
    let room = Room::new();
    let root = room.root();
    let mut seen = HashSet::new();
    for len in [1, 2, 15, 16, 32, 1_023, 1_024] {
        let bytes = opened(root.generate_random(len).send().unwrap().plaintext);
        assert_eq!(bytes.len(), usize::try_from(len).unwrap());
    }
    for _ in 0..64 {
        let output = root.generate_random(32).send().unwrap();
        assert!(output.ciphertext_for_recipient.is_none());
        let bytes = opened(output.plaintext);
        assert!(bytes.iter().any(|byte| *byte != 0));
        assert!(seen.insert(bytes));
    }
}

#[test]
fn a_length_is_needed_and_has_bounds() {
    let room = Room::new();
    let root = room.root();
    let text = "Please specify either number of bytes or key spec.";
    assert_eq!(
        refusal(root.run::<ops::GenerateRandom>(&GenerateRandomRequest::new())),
        (ErrorCode::Validation, text.to_owned())
    );
    for len in [i32::MIN, -1, 0, 1_025, i32::MAX] {
        let (code, text) = refusal(root.generate_random(len).send());
        assert_eq!(code, ErrorCode::Validation);
        assert!(text.contains("'numberOfBytes'"), "{text}");
    }
}

#[test]
fn there_is_no_custom_key_store_to_ask_and_no_recipient_to_answer() {
    let room = Room::new();
    let root = room.root();
    let in_store =
        |client: &strongroom::Client| client.generate_random(9).custom_key_store_id("cks-1234567890abcdef0").send();
    assert_eq!(code(in_store(&root)), ErrorCode::CustomKeyStoreNotFound);
    assert_eq!(code(in_store(&room.user("nobody", &[]))), ErrorCode::AccessDenied, "who is denied learns nothing");
    for id in [String::new(), "c".repeat(65)] {
        let call = root.generate_random(9).custom_key_store_id(id);
        assert_eq!(code(call.send()), ErrorCode::Validation);
    }
    let call = root.generate_random(9).recipient(RecipientInfo::new());
    assert_eq!(code(call.send()), ErrorCode::UnsupportedOperation);
}

#[test]
fn identity_policies_decide_and_the_record_shows_neither_length_nor_bytes() {
    let room = Room::new();
    let may = room.user("may", &[allow(&["kms:GenerateRandom"], "*")]);
    let (_, event) = room.recorded("GenerateRandom", || may.generate_random(9).send().unwrap());
    let view = views(&event).remove(0);
    // CloudTrail's examples show no parameters (AWS KMS Developer Guide, ct-generaterandom).
    assert!(view["requestParameters"].is_null() && view["responseElements"].is_null(), "{view}");
    assert_eq!((&view["resources"], &view["readOnly"]), (&serde_json::json!([]), &true.into()));
    for policies in [vec![], vec![allow(&["kms:GenerateRandom"], "*"), deny(&["kms:Generate*"], "*")]] {
        let nobody = room.user("nobody", &policies);
        let refused = denied(&format!("arn:aws:iam::{HERE}:user/nobody"), "GenerateRandom");
        assert_eq!(refusal(nobody.generate_random(9).send()), refused);
    }
}
