//! Rotation.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::RotationType;

use super::super::room::{Room, key};

pub(super) async fn by_date_and_on_demand(room: &Room, client: &Client) {
    let id = key(client).await;
    let off = client.get_key_rotation_status().key_id(&id).send().await.unwrap();
    assert!(!off.key_rotation_enabled);
    assert_eq!((off.rotation_period_in_days, off.next_rotation_date), (None, None));
    client.enable_key_rotation().key_id(&id).rotation_period_in_days(90).send().await.unwrap();
    let on = client.get_key_rotation_status().key_id(&id).send().await.unwrap();
    assert_eq!((on.key_rotation_enabled, on.rotation_period_in_days), (true, Some(90)));
    assert_eq!(on.next_rotation_date, Some(room.in_days(90)));
    room.advance_days(91);
    let by_date = client.generate_data_key().key_id(&id).number_of_bytes(32).send().await.unwrap();
    client.disable_key_rotation().key_id(&id).send().await.unwrap();
    room.advance_days(1);
    let rotated = client.rotate_key_on_demand().key_id(&id).send().await.unwrap();
    assert_eq!(rotated.key_id(), Some(&*id));
    let now = room.now();

    let pages = client.list_key_rotations().key_id(&id).limit(1).into_paginator().items().send();
    let rotations = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let kinds: Vec<_> = rotations.iter().map(|rotation| rotation.rotation_type().unwrap()).collect();
    assert_eq!(kinds, [&RotationType::OnDemand, &RotationType::Automatic]);
    assert_eq!(rotations[0].rotation_date, Some(now));
    assert!(rotations.iter().all(|rotation| rotation.expiration_model.is_none() && rotation.valid_to.is_none()));
    // What was sealed before opens, and says with which material.
    let opened = client.decrypt().ciphertext_blob(by_date.ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(opened.plaintext, by_date.plaintext);
    assert_eq!(opened.key_material_id, by_date.key_material_id);
    let current = client.describe_key().key_id(&id).send().await.unwrap().key_metadata.unwrap();
    assert_ne!(current.current_key_material_id, by_date.key_material_id);
}
