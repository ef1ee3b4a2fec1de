//! Errors that AWS's model declares, and so types of the SDK.

use aws_sdk_kms::Client;
use aws_sdk_kms::operation::RequestId as _;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MacAlgorithmSpec, SigningAlgorithmSpec, Tag};

use super::super::room::{Room, key};
use super::{NO_KEY, refused};

pub(super) async fn states(room: &Room, client: &Client) {
    let id = key(client).await;
    let encrypt = || client.encrypt().key_id(&id).plaintext(Blob::new("x"));
    let error = refused!(room, encrypt().dry_run(true), "DryRunOperationException");
    assert!(error.is_dry_run_operation_exception());
    client.disable_key().key_id(&id).send().await.unwrap();
    let error = refused!(room, encrypt(), "DisabledException");
    assert!(error.is_disabled_exception());
    client.schedule_key_deletion().key_id(&id).send().await.unwrap();
    let error = refused!(room, encrypt(), "KMSInvalidStateException");
    assert!(error.is_kms_invalid_state_exception());
    let error = refused!(room, client.enable_key().key_id(&id), "KMSInvalidStateException");
    assert!(error.is_kms_invalid_state_exception());
    assert!(error.meta().message().unwrap().ends_with(" is pending deletion."));
    client.cancel_key_deletion().key_id(&id).send().await.unwrap();
    let error = refused!(room, client.cancel_key_deletion().key_id(&id), "KMSInvalidStateException");
    assert!(error.is_kms_invalid_state_exception());
}

pub(super) async fn names(room: &Room, client: &Client) {
    let error = refused!(room, client.describe_key().key_id(NO_KEY), "NotFoundException");
    assert!(error.is_not_found_exception());
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{NO_KEY}");
    assert_eq!(error.meta().message(), Some(&*format!("Key '{arn}' does not exist")));
    let error = refused!(room, client.describe_key().key_id("alias/none"), "NotFoundException");
    assert_eq!(error.meta().message(), Some("Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found."));
    let id = key(client).await;
    client.create_alias().alias_name("alias/once").target_key_id(&id).send().await.unwrap();
    let again = client.create_alias().alias_name("alias/once").target_key_id(&id);
    let error = refused!(room, again, "AlreadyExistsException");
    assert!(error.is_already_exists_exception());
    let name = client.create_alias().alias_name("alias/").target_key_id(&id);
    let error = refused!(room, name, "InvalidAliasNameException");
    assert!(error.is_invalid_alias_name_exception());
    let error = refused!(room, client.disable_key().key_id("alias/once"), "InvalidArnException");
    assert!(error.is_invalid_arn_exception());
    let error = refused!(room, client.list_keys().marker("no marker"), "InvalidMarkerException");
    assert!(error.is_invalid_marker_exception());
}

pub(super) async fn cryptography(room: &Room, client: &Client) {
    let (id, other) = (key(client).await, key(client).await);
    let sealed = client.encrypt().key_id(&id).plaintext(Blob::new("x")).encryption_context("order", "17").send().await;
    let sealed = sealed.unwrap().ciphertext_blob.unwrap();
    let decrypt = || client.decrypt().ciphertext_blob(sealed.clone());
    let error = refused!(room, decrypt().encryption_context("order", "18"), "InvalidCiphertextException");
    assert!(error.is_invalid_ciphertext_exception());
    let error = refused!(room, client.decrypt().ciphertext_blob(Blob::new("x")), "InvalidCiphertextException");
    assert!(error.is_invalid_ciphertext_exception());
    let error = refused!(room, decrypt().encryption_context("order", "17").key_id(other), "IncorrectKeyException");
    assert!(error.is_incorrect_key_exception());
    let error = refused!(room, client.get_public_key().key_id(&id), "UnsupportedOperationException");
    assert!(error.is_unsupported_operation_exception());

    let pair = client.create_key().key_spec(KeySpec::EccNistP256).key_usage(KeyUsageType::SignVerify).send().await;
    let pair = pair.unwrap().key_metadata.unwrap().key_id;
    let seal = client.encrypt().key_id(&pair).plaintext(Blob::new("x"));
    let error = refused!(room, seal, "InvalidKeyUsageException");
    assert!(error.is_invalid_key_usage_exception());
    let verify = client.verify().key_id(&pair).message(Blob::new("x")).signature(Blob::new("none"));
    let verify = verify.signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
    let error = refused!(room, verify, "KMSInvalidSignatureException");
    assert!(error.is_kms_invalid_signature_exception());
    let mac = client.create_key().key_spec(KeySpec::Hmac256).key_usage(KeyUsageType::GenerateVerifyMac).send().await;
    let mac = mac.unwrap().key_metadata.unwrap().key_id;
    let verify = client.verify_mac().key_id(&mac).message(Blob::new("x")).mac(Blob::new(vec![0; 32]));
    let error = refused!(room, verify.mac_algorithm(MacAlgorithmSpec::HmacSha256), "KMSInvalidMacException");
    assert!(error.is_kms_invalid_mac_exception());
}

pub(super) async fn documents(room: &Room, client: &Client) {
    let error = refused!(room, client.create_key().policy("{}"), "MalformedPolicyDocumentException");
    assert!(error.is_malformed_policy_document_exception());
    let id = key(client).await;
    let tag = |key: &str| Tag::builder().tag_key(key).tag_value("").build().unwrap();
    let error = refused!(room, client.tag_resource().key_id(&id).tags(tag("aws:x")), "TagException");
    assert!(error.is_tag_exception());
    let tags = (0..51).map(|n| tag(&n.to_string())).collect();
    let before = room.size();
    let error = client.tag_resource().key_id(&id).set_tags(Some(tags)).send().await.unwrap_err();
    // The SDK takes this code for throttling, so it tried three times; what it shows is the last.
    assert_eq!(room.size() - before, 3);
    assert_eq!(error.request_id(), room.last()["requestID"].as_str());
    assert!(error.into_service_error().is_limit_exceeded_exception());
    let stranger = "arn:aws:kms:us-east-1:111122223333:key/x y";
    let error = refused!(room, client.untag_resource().key_id(stranger).tag_keys("x"), "InvalidArnException");
    assert!(error.is_invalid_arn_exception());
}
