//! A request whose member is enormous fails by its shape, and the record tells of it in bounds.

use strongroom::types::Tag;
use strongroom::{ErrorCode, JsonAnswer, Operation};
use strongroom_audit::log::MAX_RECORD_LEN;

use super::support::{Room, code, symmetric};

/// The last event tells of this call, that it failed so, and is short.
fn told(room: &Room, events: u64, name: &str) {
    assert_eq!(room.size(), events + 1, "{name} left an event");
    let event = room.events_from(events).pop().unwrap();
    assert_eq!((event.record.name(), event.record.error_code()), (name, Some("ValidationException")));
    let view = room.last_view();
    assert!(view.to_string().len() < MAX_RECORD_LEN / 2, "{}", view.to_string().len());
}

fn refused(answer: JsonAnswer) {
    let error = answer.result.unwrap_err();
    assert!(answer.request_id.is_some());
    assert!(error.is(ErrorCode::Validation), "{error}");
    assert!(error.to_string().len() < 10_000, "{}", error.to_string().len());
}

#[test]
fn an_enormous_member_is_a_violation_and_no_failure_of_the_record() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root).id;
    let (enormous, json) = ("x".repeat(10 << 20), format!(r#"{{"KeyId":"{}"}}"#, "k".repeat(1 << 20)));
    let mut events = room.size();
    let mut recorded = |name: &str| {
        told(&room, events, name);
        events += 1;
    };
    assert_eq!(code(root.create_key().description(enormous.clone()).send()), ErrorCode::Validation);
    recorded("CreateKey");
    assert_eq!(code(root.describe_key(enormous.clone()).send()), ErrorCode::Validation);
    recorded("DescribeKey");
    assert_eq!(code(root.encrypt(&*key, enormous.clone()).send()), ErrorCode::Validation);
    recorded("Encrypt");
    assert_eq!(code(root.create_alias(enormous.clone(), &*key).send()), ErrorCode::Validation);
    recorded("CreateAlias");
    let many = (0..20_000).map(|number| Tag::new(format!("{number}-{}", "t".repeat(200)), "value"));
    assert_eq!(code(root.tag_resource(&*key, many).send()), ErrorCode::Validation);
    recorded("TagResource");
    assert_eq!(
        code(root.describe_key(&*key).grant_tokens(vec!["g".repeat(100_000); 100]).send()),
        ErrorCode::Validation
    );
    recorded("DescribeKey");
    refused(root.call_json(Operation::DescribeKey, json.as_bytes()));
    recorded("DescribeKey");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    refused(runtime.block_on(root.call_json_async(Operation::DescribeKey, json.as_bytes())));
    recorded("DescribeKey");
    refused(runtime.block_on(root.call_json_async(Operation::DisableKey, json.as_bytes())));
    recorded("DisableKey");
}
