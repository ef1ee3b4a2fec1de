//! A program that uses the SDK as its documentation shows: only how it builds its client is ours.

use aws_sdk_kms as kms;
use kms::primitives::Blob;
use kms::types::{DataKeySpec, KeyState};

use super::way::Way;

/// The program: a customer's notes under a data key each, with an alias for the key, until he leaves.
async fn program(client: &kms::Client) -> Result<usize, kms::Error> {
    let key = client.create_key().description("notes").send().await?.key_metadata.expect("a new key").key_id;
    client.create_alias().alias_name("alias/notes").target_key_id(&key).send().await?;
    let mut sealed = Vec::new();
    for customer in ["alice", "bob"] {
        let data = client.generate_data_key().key_id("alias/notes").key_spec(DataKeySpec::Aes256);
        let data = data.encryption_context("customer", customer).send().await?;
        sealed.push((customer, data.plaintext.expect("a data key"), data.ciphertext_blob.expect("a data key")));
    }
    for (customer, plaintext, ciphertext) in &sealed {
        let opened = client.decrypt().ciphertext_blob(ciphertext.clone()).encryption_context("customer", *customer);
        assert_eq!(opened.send().await?.plaintext.as_ref(), Some(plaintext));
    }
    let stranger = client.decrypt().ciphertext_blob(sealed[0].2.clone()).encryption_context("customer", "mallory");
    match stranger.send().await.map_err(kms::Error::from) {
        Err(kms::Error::InvalidCiphertextException(_)) => {}
        other => panic!("{other:?}"),
    }
    let gone = client.schedule_key_deletion().key_id(&key).send().await?;
    assert_eq!(gone.key_state, Some(KeyState::PendingDeletion));
    match client.encrypt().key_id("alias/notes").plaintext(Blob::new("late")).send().await.map_err(kms::Error::from) {
        Err(kms::Error::KmsInvalidStateException(_)) => {}
        other => panic!("{other:?}"),
    }
    Ok(sealed.len())
}

#[tokio::test]
async fn a_program_moves_by_changing_how_it_builds_its_client() {
    for way in Way::ALL {
        let strongroom = strongroom::Kms::in_memory().unwrap();
        let client = way.root(&strongroom).await;
        assert_eq!(program(&client).await.unwrap(), 2, "{way:?}");
    }
}
