//! What holds of every way.

use aws_sdk_kms::error::ProvideErrorMetadata as _;
use aws_sdk_kms::operation::RequestId as _;
use aws_sdk_kms::primitives::Blob;
use strongroom::Kms;

use super::way::Way;

async fn a_round_trip(way: Way) {
    let kms = Kms::in_memory().unwrap();
    let client = way.root(&kms).await;
    let created = client.create_key().send().await.unwrap();
    assert!(created.request_id().is_some());
    let key = created.key_metadata.unwrap().key_id;
    let sealed = client.encrypt().key_id(&key).plaintext(Blob::new("attack at dawn")).send().await.unwrap();
    let opened = client.decrypt().ciphertext_blob(sealed.ciphertext_blob.unwrap()).send().await.unwrap();
    assert_eq!(opened.plaintext.unwrap().as_ref(), b"attack at dawn");
    let error = client.describe_key().key_id("alias/none").send().await.unwrap_err().into_service_error();
    assert!(error.is_not_found_exception());
    assert_eq!(error.code(), Some("NotFoundException"));
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn every_way_works_on_a_runtime_of_one_thread() {
    for way in Way::ALL {
        a_round_trip(way).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_works_on_a_runtime_of_many_threads() {
    for way in Way::ALL {
        a_round_trip(way).await;
    }
}
