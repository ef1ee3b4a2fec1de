//! Encryption.

use std::collections::HashMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{DataKeySpec, EncryptionAlgorithmSpec, KeySpec, KeyUsageType};

use super::super::room::{Room, key};

pub(super) async fn symmetric(room: &Room, client: &Client) {
    let id = key(client).await;
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{id}");
    let context =
        HashMap::from([("order".to_owned(), "17".to_owned()), ("größe".to_owned(), "\"\\\u{1f511}".to_owned())]);
    let message = Blob::new((0..=255).collect::<Vec<u8>>());
    let seal = client.encrypt().key_id(&id).plaintext(message.clone()).set_encryption_context(Some(context.clone()));
    let sealed = seal.send().await.unwrap();
    assert_eq!(sealed.key_id(), Some(&*arn));
    assert_eq!(sealed.encryption_algorithm(), Some(&EncryptionAlgorithmSpec::SymmetricDefault));
    let recorded = &room.last()["requestParameters"]["encryptionContext"];
    assert_eq!(*recorded, serde_json::json!(context));
    let blob = sealed.ciphertext_blob.unwrap();
    let opened = client.decrypt().ciphertext_blob(blob.clone()).set_encryption_context(Some(context.clone())).send();
    let opened = opened.await.unwrap();
    assert_eq!((opened.plaintext, opened.key_id.as_deref()), (Some(message.clone()), Some(&*arn)));
    assert_eq!(opened.ciphertext_for_recipient, None);
    assert_eq!(opened.key_material_id.as_deref().unwrap().len(), 64);

    let other = key(client).await;
    let moved = client.re_encrypt().ciphertext_blob(blob).set_source_encryption_context(Some(context));
    let moved = moved.destination_key_id(&other).destination_encryption_context("order", "18").send().await.unwrap();
    assert_eq!(moved.source_key_id(), Some(&*arn));
    assert_eq!(moved.key_id().unwrap().rsplit('/').next(), Some(&*other));
    assert_eq!(moved.source_encryption_algorithm, Some(EncryptionAlgorithmSpec::SymmetricDefault));
    assert_eq!(moved.source_key_material_id, opened.key_material_id);
    assert_ne!(moved.destination_key_material_id, moved.source_key_material_id);
    let opened = client.decrypt().ciphertext_blob(moved.ciphertext_blob.unwrap()).encryption_context("order", "18");
    assert_eq!(opened.send().await.unwrap().plaintext, Some(message));

    let data = client.generate_data_key().key_id(&id).key_spec(DataKeySpec::Aes256).send().await.unwrap();
    let plaintext = data.plaintext.unwrap();
    assert_eq!((plaintext.as_ref().len(), data.ciphertext_for_recipient), (32, None));
    let opened = client.decrypt().ciphertext_blob(data.ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(opened.plaintext, Some(plaintext));
    assert_eq!(data.key_material_id, opened.key_material_id);
    let data =
        client.generate_data_key_without_plaintext().key_id(&arn).key_spec(DataKeySpec::Aes128).send().await.unwrap();
    let opened = client.decrypt().ciphertext_blob(data.ciphertext_blob.unwrap()).key_id(&id).send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().as_ref().len(), 16);
}

pub(super) async fn asymmetric(client: &Client) {
    let made =
        client.create_key().key_spec(KeySpec::Rsa2048).key_usage(KeyUsageType::EncryptDecrypt).send().await.unwrap();
    let made = made.key_metadata.unwrap();
    let (sha1, sha256) = (EncryptionAlgorithmSpec::RsaesOaepSha1, EncryptionAlgorithmSpec::RsaesOaepSha256);
    assert_eq!(made.encryption_algorithms, Some(vec![sha1, sha256.clone()]));
    assert_eq!(made.current_key_material_id, None);
    let message = Blob::new(vec![7; 190]);
    let seal = client.encrypt().key_id(&made.key_id).plaintext(message.clone()).encryption_algorithm(sha256.clone());
    let sealed = seal.send().await.unwrap().ciphertext_blob.unwrap();
    assert_eq!(sealed.as_ref().len(), 256);
    let open = client.decrypt().key_id(&made.key_id).ciphertext_blob(sealed).encryption_algorithm(sha256.clone());
    let opened = open.send().await.unwrap();
    assert_eq!((opened.plaintext, opened.encryption_algorithm), (Some(message), Some(sha256)));
    assert_eq!(opened.key_material_id, None);
}

pub(super) async fn random(client: &Client) {
    let first = client.generate_random().number_of_bytes(1_024).send().await.unwrap();
    let second = client.generate_random().number_of_bytes(1_024).send().await.unwrap();
    assert_eq!(first.plaintext().unwrap().as_ref().len(), 1_024);
    assert_ne!(first.plaintext, second.plaintext);
    assert_eq!(first.ciphertext_for_recipient, None);
}
