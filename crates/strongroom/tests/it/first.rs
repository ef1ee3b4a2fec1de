use strongroom::{Caller, ErrorCode, Kms, Options, Passphrase};

fn key_of(client: &strongroom::Client) -> String {
    client.create_key().send().unwrap().key_metadata.key_id
}

#[test]
fn one_call_end_to_end_in_memory() {
    let kms = Kms::in_memory().unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = key_of(&root);
    let sealed = root.encrypt(&*key, b"attack at dawn".as_slice()).send().unwrap().ciphertext_blob;
    let opened = root.decrypt(sealed.clone()).send().unwrap();
    assert_eq!(opened.plaintext.expose_secret(), b"attack at dawn");
    root.disable_key(&*key).send().unwrap();
    let error = root.decrypt(sealed).send().unwrap_err();
    assert!(error.is(ErrorCode::Disabled), "{error}");
    for event in kms.record().iter().unwrap() {
        println!("{}", event.unwrap().to_json());
    }
}

#[test]
fn what_is_on_disk_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room");
    let options = || Options::new(Passphrase::new(b"correct horse".as_slice()));
    let kms = Kms::create(&path, options()).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = key_of(&root);
    root.create_alias("alias/a", &*key).send().unwrap();
    let sealed = root.encrypt("alias/a", b"x".as_slice()).send().unwrap().ciphertext_blob;
    root.rotate_key_on_demand(&*key).send().unwrap();
    let closed = kms.close().unwrap();
    println!("{closed:?}");
    let kms = Kms::open(&path, options()).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let opened = root.decrypt(sealed).send().unwrap();
    assert_eq!(opened.plaintext.expose_secret(), b"x");
    kms.rotate_root(&[&Passphrase::new(b"correct horse".as_slice())]).unwrap();
    kms.change_unlock(&Passphrase::new(b"battery".as_slice())).unwrap();
    kms.close().unwrap();
    assert!(matches!(Kms::open(&path, options()), Err(strongroom::Error::WrongUnlock)));
    let kms = Kms::open(&path, Options::new(Passphrase::new(b"battery".as_slice()))).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    assert_eq!(root.list_keys().send().unwrap().keys.len(), 1);
    for event in kms.record().iter().unwrap() {
        println!("{}", event.unwrap().to_json());
    }
}
