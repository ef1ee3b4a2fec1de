//! The typed client: what is served, and encryption contexts pair by pair.

use strongroom::{Caller, Client, EncryptionContext, Error, ErrorCode, Kms, Operation, served};

fn root(kms: &Kms) -> (Client, String) {
    let root = kms.client(Caller::root()).unwrap();
    let key = root.create_key().send().unwrap().key_metadata.key_id;
    (root, key)
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>, says: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Validation, "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn pairs_in_any_order_and_a_whole_context_are_the_same() {
    let kms = Kms::in_memory().unwrap();
    let (root, key) = root(&kms);
    let call = root.encrypt(&*key, b"x".as_slice()).encryption_context("order", "17").encryption_context("line", "2");
    let sealed = call.send().unwrap().ciphertext_blob;
    let whole = EncryptionContext::from_pairs([("line", "2"), ("order", "17")]).unwrap();
    let opened = root.decrypt(&*sealed).encryption_context_map(whole).send().unwrap();
    assert_eq!(opened.plaintext.expose_secret(), b"x");
    let part = EncryptionContext::from_pairs([("order", "17")]).unwrap();
    let call = root.decrypt(&*sealed).encryption_context("line", "2").encryption_context_map(part);
    assert_eq!(call.send().unwrap().plaintext.expose_secret(), b"x");
    let without = root.decrypt(&*sealed).encryption_context("line", "2").send().unwrap_err();
    assert_eq!(without.code(), ErrorCode::InvalidCiphertext);
}

#[test]
fn pairs_that_are_no_context_are_a_validation_exception_of_send() {
    let kms = Kms::in_memory().unwrap();
    let (root, key) = root(&kms);
    let call = || root.encrypt(&*key, b"x".as_slice()).encryption_context("order", "17");
    refused(
        call().encryption_context("order", "17").send(),
        "'encryptionContext' failed to satisfy constraint: the encryption context has the key `order` twice",
    );
    refused(call().encryption_context("note", "n".repeat(8_192)).send(), "at most 8192 are allowed");
    let whole = EncryptionContext::from_pairs([("order", "18")]).unwrap();
    refused(call().encryption_context_map(whole).send(), "`order` twice");
}

#[test]
fn what_is_served_is_what_has_a_handler() {
    let all: Vec<Operation> = served().collect();
    assert!(all.is_sorted_by_key(|operation| operation.as_str()));
    for operation in [Operation::CreateKey, Operation::Encrypt, Operation::Decrypt, Operation::RotateKeyOnDemand] {
        assert!(all.contains(&operation), "{operation}");
    }
    assert!(!all.contains(&Operation::ConnectCustomKeyStore));
    println!("{} operations are served", all.len());
}

#[test]
fn a_description_is_replaced_and_the_change_is_recorded() {
    let kms = Kms::in_memory().unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = root.create_key().description("before").send().unwrap().key_metadata.key_id;
    root.update_key_description(&*key, "after").send().unwrap();
    assert_eq!(root.describe_key(&*key).send().unwrap().key_metadata.description, "after");
    root.update_key_description(&*key, "").send().unwrap();
    assert_eq!(root.describe_key(&*key).send().unwrap().key_metadata.description, "");
    let recorded = kms.record().filter(strongroom::Filter::new().event_name("UpdateKeyDescription"));
    assert_eq!(recorded.iter().unwrap().count(), 2);
    root.schedule_key_deletion(&*key).send().unwrap();
    assert!(root.update_key_description(&*key, "x").send().unwrap_err().is(strongroom::ErrorCode::KmsInvalidState));
}

#[test]
fn what_is_encrypted_may_be_a_text_an_array_or_a_slice() {
    let kms = Kms::in_memory().unwrap();
    let (root, key) = root(&kms);
    let calls = [
        root.encrypt(&*key, "text"),
        root.encrypt(&*key, "text".to_owned()),
        root.encrypt(&*key, b"text"),
        root.encrypt(&*key, *b"text"),
        root.encrypt(&*key, b"text".as_slice()),
        root.encrypt(&*key, b"text".to_vec()),
    ];
    for call in calls {
        let sealed = call.send().unwrap().ciphertext_blob;
        assert_eq!(root.decrypt(sealed).send().unwrap().plaintext.expose_secret(), b"text");
    }
    refused(root.encrypt(&*key, "").send(), "'plaintext'");
}

#[test]
fn a_client_says_who_it_is() {
    let kms = Kms::in_memory().unwrap();
    let account = kms.client(Caller::root()).unwrap().account();
    let alice = kms.client(Caller::user("alice")).unwrap();
    assert_eq!(alice.arn(), format!("arn:aws:iam::{account}:user/alice"));
    assert_eq!(alice.region("cn-north-1").unwrap().arn(), format!("arn:aws-cn:iam::{account}:user/alice"));
}

#[test]
fn the_hint_for_who_encrypts_too_much_is_given_to_nobody_else() {
    let kms = Kms::in_memory().unwrap();
    let (root, key) = root(&kms);
    let too_much = root.encrypt(&*key, vec![0; 4_097]).send().unwrap_err().to_string();
    assert!(too_much.contains("less than or equal to 4096 (to seal more"), "{too_much}");
    let nothing = root.encrypt(&*key, "").send().unwrap_err().to_string();
    assert!(nothing.ends_with("greater than or equal to 1"), "{nothing}");
    let absent = root.call_json(Operation::Encrypt, br#"{"KeyId":"a"}"#).result.unwrap_err().to_string();
    assert!(absent.ends_with("Member must not be null"), "{absent}");
}
