//! Every operation against AWS's model alone: the fullest and the smallest valid JSON, and one JSON
//! per violated constraint, through decode, validate and encode.

use serde_json::{Value, json};
use strongroom_api::{ErrorCode, json::decode};

use crate::model::{Extent, Model};
use crate::operations::{Side, all, encode, violations};

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// Reads, validates as typed, writes, and compares with what went in.
fn round_trip(side: &Side, value: &Value) {
    let typed = (side.read)(&bytes(value)).unwrap_or_else(|e| panic!("{} {e}", side.shape.name));
    assert_eq!(violations(&*typed as &dyn strongroom_types::structure::Structure), [], "{}", side.shape.name);
    let written: Value = serde_json::from_slice(&encode(&*typed)).unwrap();
    assert_eq!(&written, value, "{}", side.shape.name);
}

#[test]
fn the_fullest_and_the_smallest_of_every_request_and_response_come_back_the_same() {
    let model = Model::load();
    let entries = all();
    let names: Vec<&str> = entries.iter().map(|e| e.name).collect();
    assert_eq!(names, model.operations(), "the test's own list is whole");
    let mut count = 0;
    for entry in &entries {
        let input = model.input(entry.name);
        assert_eq!(entry.input.shape.name, input);
        let output = model.output(entry.name);
        assert_eq!(output.as_deref().unwrap_or("NoOutput"), entry.output.shape.name);
        for extent in [Extent::Fullest, Extent::Complete, Extent::Smallest] {
            round_trip(&entry.input, &model.valid(&input, extent));
            count += 1;
            if let Some(output) = &output {
                round_trip(&entry.output, &model.valid(output, extent));
                count += 1;
            }
        }
    }
    println!("{count} valid documents of {} operations came back the same", entries.len());
}

/// AWS's model requires hardly anything of a response, so none of what it allows may be unreadable: where the
/// Rust type can't hold the absence of a member, the partial does, and nothing is invented.
#[test]
fn a_response_that_lacks_what_is_always_there_is_read_as_a_partial_and_never_completed() {
    let model = Model::load();
    let (mut partials, mut refused) = (0, 0);
    for entry in all() {
        let Some(output) = model.output(entry.name) else { continue };
        for extent in [Extent::Fullest, Extent::Complete, Extent::Smallest, Extent::Required] {
            let value = model.valid(&output, extent);
            let partial = decode(entry.output.shape, &bytes(&value)).unwrap();
            assert_eq!(violations(&partial), [], "{output}");
            let written: Value = serde_json::from_slice(&encode(&partial)).unwrap();
            assert_eq!(written, value, "{output}");
            partials += 1;
        }
        let whole = model.valid(&output, Extent::Complete);
        for (name, _, _) in model.members(&output) {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(&name);
            let read = (entry.output.read)(&bytes(&lacking));
            assert_eq!(read.is_err(), model.present(&output, &name), "{output}.{name}");
            refused += usize::from(read.is_err());
        }
    }
    println!("{partials} partials came back the same, {refused} responses that lack a member were not completed");
    assert!(refused > 80);
}

#[test]
fn every_violated_constraint_is_reported_and_nothing_else() {
    let model = Model::load();
    let (mut documents, mut reported) = (0, 0);
    for entry in all() {
        let input = model.input(entry.name);
        for (what, value) in model.broken(&input) {
            let expected = model.expected(&input, &value, "");
            assert!(!expected.is_empty(), "{} {what} breaks nothing", entry.name);
            let partial = decode(entry.input.shape, &bytes(&value)).unwrap();
            assert_eq!(violations(&partial), expected, "{} {what}", entry.name);
            let error = (entry.input.read)(&bytes(&value)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::Validation);
            let plural = if expected.len() == 1 { "" } else { "s" };
            assert!(
                error.message().starts_with(&format!("{} validation error{plural} detected: Value ", expected.len()))
            );
            documents += 1;
            reported += expected.len();
        }
    }
    println!("{documents} invalid documents, {reported} violations, none missed and none invented");
}

#[test]
fn a_request_built_in_rust_is_judged_as_one_that_was_read() {
    let model = Model::load();
    let mut count = 0;
    for entry in all() {
        let input = model.input(entry.name);
        for (what, value) in model.broken(&input) {
            let partial = decode(entry.input.shape, &bytes(&value)).unwrap();
            // What the types can't even hold is no typed request: an unknown value, an absent member.
            let Some(typed) = (entry.input.complete)(partial) else { continue };
            assert_eq!(violations(&*typed), model.expected(&input, &value, ""), "{} {what}", entry.name);
            count += 1;
        }
    }
    println!("{count} typed requests");
    assert!(count > 300);
}

#[test]
fn all_violations_stand_in_one_message() {
    let model = Model::load();
    let mut count = 0;
    for entry in all() {
        let input = model.input(entry.name);
        // Every member broken at once, in the first way that it can be.
        let mut value = model.valid(&input, Extent::Complete);
        for (name, of, _) in model.members(&input) {
            if let Some((_, broken)) = model.broken(&of).into_iter().next() {
                value[&name] = broken;
            }
        }
        let expected = model.expected(&input, &value, "");
        if expected.is_empty() {
            continue;
        }
        let error = (entry.input.read)(&bytes(&value)).unwrap_err();
        assert_eq!(violations(&decode(entry.input.shape, &bytes(&value)).unwrap()), expected, "{}", entry.name);
        for (path, constraint) in &expected {
            assert!(error.message().contains(&format!("at '{path}' failed to satisfy constraint: {constraint}")));
        }
        count += expected.len();
    }
    println!("{count} violations in one message per operation");
}

#[test]
fn a_value_of_a_wrong_type_is_a_serialization_exception() {
    let model = Model::load();
    let mut count = 0;
    for entry in all() {
        for value in model.mistyped(&model.input(entry.name)) {
            let error = (entry.input.read)(&bytes(&value)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::Serialization, "{} {value}", entry.name);
            count += 1;
        }
    }
    println!("{count} documents of a wrong type");
}

#[test]
fn null_is_absent_and_an_unknown_member_is_passed_over() {
    let model = Model::load();
    for entry in all() {
        let input = model.input(entry.name);
        let mut value = model.valid(&input, Extent::Smallest);
        for (name, _, required) in model.members(&input) {
            if !required {
                value[&name] = Value::Null;
            }
        }
        value["Surprise"] = json!({"deep": [1, {"er": null}]});
        let typed = (entry.input.read)(&bytes(&value)).unwrap();
        let written: Value = serde_json::from_slice(&encode(&*typed)).unwrap();
        assert_eq!(written, model.valid(&input, Extent::Smallest));
    }
}

#[test]
fn a_member_or_a_context_key_that_stands_twice_is_refused() {
    for text in [
        r#"{"KeyId":"a","KeyId":"a","Plaintext":"AA=="}"#,
        r#"{"KeyId":null,"KeyId":"a","Plaintext":"AA=="}"#,
        r#"{"KeyId":"a","Plaintext":"AA==","EncryptionContext":{"k":"1","k":"2"}}"#,
        r#"{"KeyId":"a","Plaintext":"AA==","EncryptionContext":{"k":"1","\u006b":"1"}}"#,
    ] {
        let error =
            <strongroom_api::types::EncryptRequest as strongroom_api::Typed>::read(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Serialization, "{text}");
    }
}

#[test]
fn scalars_in_an_encryption_context_are_read_as_text() {
    let text = br#"{"KeyId":"a","EncryptionContext":{"n":1.50,"b":true,"s":"x"}}"#;
    let request = <strongroom_api::types::GenerateDataKeyRequest as strongroom_api::Typed>::read(text).unwrap();
    let context = request.encryption_context.unwrap();
    assert_eq!(context.iter().collect::<Vec<_>>(), [("b", "true"), ("n", "1.50"), ("s", "x")]);
}

#[test]
fn no_structure_has_more_members_than_the_reader_can_mark() {
    for entry in all() {
        for side in [&entry.input, &entry.output] {
            let strongroom_types::structure::ShapeKind::Struct(members) = side.shape.kind else { unreachable!() };
            assert!(members.len() <= 64);
        }
    }
}

#[test]
fn base64_with_escaped_slashes_is_read() {
    let text = br#"{"KeyId":"a","Plaintext":"\/\/\/\/","GrantTokens":["a\/b"]}"#;
    let request = <strongroom_api::types::EncryptRequest as strongroom_api::Typed>::read(text).unwrap();
    assert_eq!(request.plaintext.expose_secret(), [0xff, 0xff, 0xff]);
    assert_eq!(request.grant_tokens.unwrap().first().map(String::as_str), Some("a/b"));
}
