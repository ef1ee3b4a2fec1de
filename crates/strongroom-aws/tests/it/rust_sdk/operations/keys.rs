//! A key's life.

use std::collections::BTreeSet;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{
    EncryptionAlgorithmSpec, KeyLastUsageTrackingOperation, KeyManagerType, KeySpec, KeyState, KeyUsageType,
    OriginType, Tag,
};

use super::super::room::{Room, key};

pub(super) async fn life(room: &Room, client: &Client) {
    let tag = Tag::builder().tag_key("team").tag_value("payments").build().unwrap();
    let made = client.create_key().description("orders").tags(tag).send().await.unwrap().key_metadata.unwrap();
    let id = &made.key_id;
    assert_eq!(made.arn, Some(format!("arn:aws:kms:us-east-1:111122223333:key/{id}")));
    let known = client.describe_key().key_id(id).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(known, made);
    assert_eq!(known.aws_account_id.as_deref(), Some("111122223333"));
    assert_eq!(known.creation_date, Some(room.now()));
    assert_eq!((known.enabled, known.key_state), (true, Some(KeyState::Enabled)));
    assert_eq!(known.description.as_deref(), Some("orders"));
    assert_eq!(known.key_usage, Some(KeyUsageType::EncryptDecrypt));
    assert_eq!(known.key_spec, Some(KeySpec::SymmetricDefault));
    assert_eq!(known.key_manager, Some(KeyManagerType::Customer));
    assert_eq!(known.origin, Some(OriginType::AwsKms));
    assert_eq!(known.encryption_algorithms, Some(vec![EncryptionAlgorithmSpec::SymmetricDefault]));
    assert_eq!(known.multi_region, Some(false));
    assert_eq!(known.current_key_material_id.unwrap().len(), 64);
    // What a key of this kind does not have.
    assert_eq!((known.deletion_date, known.valid_to, known.expiration_model), (None, None, None));
    assert_eq!((known.custom_key_store_id, known.cloud_hsm_cluster_id), (None, None));
    assert_eq!((known.signing_algorithms, known.mac_algorithms), (None, None));
    assert_eq!((known.multi_region_configuration, known.pending_deletion_window_in_days), (None, None));

    client.update_key_description().key_id(id).description("orders, old").send().await.unwrap();
    client.disable_key().key_id(id).send().await.unwrap();
    let known = client.describe_key().key_id(id).send().await.unwrap().key_metadata.unwrap();
    assert_eq!((known.enabled, known.key_state), (false, Some(KeyState::Disabled)));
    assert_eq!(known.description.as_deref(), Some("orders, old"));
    client.enable_key().key_id(id).send().await.unwrap();
    usage(room, client).await;
    deletion(room, client, id).await;
}

async fn usage(room: &Room, client: &Client) {
    let id = key(client).await;
    let unused = client.get_key_last_usage().key_id(&id).send().await.unwrap();
    // An empty object is there, and has nothing.
    let nothing = unused.key_last_usage().unwrap();
    assert_eq!((nothing.operation(), nothing.timestamp(), nothing.kms_request_id()), (None, None, None));
    assert_eq!(unused.key_creation_date, Some(room.now()));
    let sealed = client.generate_data_key_without_plaintext().key_id(&id).number_of_bytes(16).send().await.unwrap();
    let event = room.last();
    let used = client.get_key_last_usage().key_id(&id).send().await.unwrap();
    let usage = used.key_last_usage.unwrap();
    assert_eq!(usage.operation, Some(KeyLastUsageTrackingOperation::GenerateDataKeyWithoutPlaintext));
    assert_eq!(usage.timestamp, Some(room.now()));
    assert_eq!(usage.cloud_trail_event_id.as_deref(), event["eventID"].as_str());
    assert_eq!(usage.kms_request_id.as_deref(), aws_sdk_kms::operation::RequestId::request_id(&sealed));
    assert!(used.tracking_start_date.is_some());
}

async fn deletion(room: &Room, client: &Client, id: &str) {
    let pending = client.schedule_key_deletion().key_id(id).pending_window_in_days(7).send().await.unwrap();
    assert_eq!(pending.key_state, Some(KeyState::PendingDeletion));
    assert_eq!(pending.pending_window_in_days, Some(7));
    assert_eq!(pending.deletion_date, Some(room.in_days(7)));
    let known = client.describe_key().key_id(id).send().await.unwrap().key_metadata.unwrap();
    assert_eq!((known.key_state, known.deletion_date), (Some(KeyState::PendingDeletion), pending.deletion_date));
    let kept = client.cancel_key_deletion().key_id(id).send().await.unwrap();
    assert_eq!(kept.key_id, pending.key_id);
    let known = client.describe_key().key_id(id).send().await.unwrap().key_metadata.unwrap();
    assert_eq!((known.key_state, known.deletion_date), (Some(KeyState::Disabled), None));
    client.enable_key().key_id(id).send().await.unwrap();
}

pub(super) async fn pages(room: &Room, client: &Client) {
    let mut made = BTreeSet::new();
    for _ in 0..5 {
        made.insert(key(client).await);
    }
    let before = room.size();
    let mut pages = client.list_keys().limit(3).into_paginator().send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert_eq!(page.truncated, page.next_marker.is_some());
        listed.extend(page.keys.unwrap());
    }
    let ids: BTreeSet<String> = listed.iter().map(|key| key.key_id.clone().unwrap()).collect();
    assert_eq!(ids.len(), listed.len(), "no key is listed twice");
    assert!(ids.is_superset(&made));
    assert!(listed.iter().all(|key| key.key_arn.as_deref().unwrap().ends_with(key.key_id.as_deref().unwrap())));
    assert_eq!(usize::try_from(room.size() - before).unwrap(), listed.len().div_ceil(3));
}
