//! Errors that no operation declares: matched by code.

use aws_sdk_kms::Client;
use aws_sdk_kms::config::Credentials;
use aws_sdk_kms::error::ProvideErrorMetadata as _;
use aws_sdk_kms::operation::RequestId as _;
use aws_sdk_kms::primitives::Blob;

use super::super::room::{Room, key};
use super::super::way::Way;
use super::{NO_KEY, refused};

pub(super) async fn requests(room: &Room, client: &Client) {
    let id = key(client).await;
    let error = refused!(room, client.encrypt().key_id(&id).plaintext(Blob::new("")), "ValidationException");
    assert!(
        error
            .message()
            .unwrap()
            .starts_with("1 validation error detected: Value at 'plaintext' failed to satisfy constraint: ")
    );
    let error = refused!(room, client.encrypt().key_id("").plaintext(Blob::new("")), "ValidationException");
    assert!(error.message().unwrap().starts_with("2 validation errors detected: "));
    let error = refused!(room, client.encrypt(), "ValidationException");
    assert!(error.message().unwrap().contains("Member must not be null"));
    let error = refused!(room, client.create_key().key_spec("AES_512".into()), "ValidationException");
    assert!(error.message().unwrap().contains("Member must satisfy enum value set: ["));
    refused!(room, client.generate_random().number_of_bytes(1_025), "ValidationException");
    refused!(room, client.generate_data_key().key_id(&id), "ValidationException");
    refused!(room, client.schedule_key_deletion().key_id(&id).pending_window_in_days(3), "ValidationException");
    let reserved = client.create_alias().alias_name("alias/aws/mine").target_key_id(&id);
    refused!(room, reserved, "NotAuthorizedException");
    // What is not served is no call: there is no event, and an id all the same.
    let before = room.size();
    let unserved = client.connect_custom_key_store().custom_key_store_id("cks-1").send().await.unwrap_err();
    assert_eq!(unserved.code(), Some("UnknownOperationException"));
    assert_eq!((unserved.request_id().map(str::len), room.size()), (Some(36), before));
}

pub(super) async fn access(room: &Room, way: Way) {
    let alice = room.user(way, "alice").await;
    let error = refused!(room, alice.list_keys(), "AccessDeniedException");
    assert!(
        error
            .message()
            .unwrap()
            .contains("arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:ListKeys")
    );
    let missing = refused!(room, alice.describe_key().key_id(NO_KEY), "AccessDeniedException");
    assert!(!missing.is_not_found_exception());
    if way == Way::Bound {
        return;
    }
    for (id, secret, code) in
        [("test", "wrong", "InvalidSignatureException"), ("nobody", "test", "UnrecognizedClientException")]
    {
        let wrong = Credentials::new(id, secret, None, None, "tests");
        let client = room.configured(way, |config| config.credentials_provider(wrong)).await;
        let before = room.size();
        let error = client.list_keys().send().await.unwrap_err();
        assert_eq!((error.code(), error.request_id().map(str::len)), (Some(code), Some(36)));
        assert_eq!(room.size(), before);
    }
}
