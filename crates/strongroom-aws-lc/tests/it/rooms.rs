//! Whole strongrooms: a folder that was made with one provider is the same with the other.

use std::path::Path;

use strongroom::calls::KeyKind;
use strongroom::{Caller, Client, KeyClosure, Kms, Options};
use strongroom_crypto::CryptoProvider;
use strongroom_types::{KeySpec, KeyUsageType, MacAlgorithmSpec, SigningAlgorithmSpec};

fn options(provider: CryptoProvider) -> Options {
    let unlock = KeyClosure::new(|key| {
        key.copy_from_slice(&[7; 32]);
        Ok(())
    });
    Options::new(unlock).provider(provider)
}

fn open(folder: &Path, provider: CryptoProvider) -> Kms {
    Kms::open(folder, options(provider)).unwrap()
}

const SIGNING: [(KeySpec, SigningAlgorithmSpec); 6] = [
    (KeySpec::EccNistP256, SigningAlgorithmSpec::EcdsaSha256),
    (KeySpec::EccNistP384, SigningAlgorithmSpec::EcdsaSha384),
    (KeySpec::EccNistP521, SigningAlgorithmSpec::EcdsaSha512),
    (KeySpec::EccSecgP256k1, SigningAlgorithmSpec::EcdsaSha256),
    (KeySpec::Rsa2048, SigningAlgorithmSpec::RsassaPssSha256),
    (KeySpec::Rsa3072, SigningAlgorithmSpec::RsassaPkcs1V15Sha512),
];

fn create(root: &Client, spec: KeySpec, usage: KeyUsageType) -> String {
    root.create_key().key_spec(KeyKind::of(usage, spec).unwrap()).send().unwrap().key_metadata.key_id
}

/// What a caller holds of one key: its id, and what was made with it.
struct Held {
    key: String,
    made: Vec<u8>,
}

fn make(root: &Client) -> (Held, Held, Vec<Held>) {
    let key = create(root, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt);
    let blob = root.encrypt(&*key, b"attack at dawn".as_slice()).send().unwrap().ciphertext_blob;
    let symmetric = Held { key, made: blob };
    let key = create(root, KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac);
    let made = root.generate_mac(&*key, b"text".as_slice(), MacAlgorithmSpec::HmacSha256).send().unwrap().mac;
    let mac = Held { key, made };
    let signing = SIGNING.map(|(spec, algorithm)| {
        let key = create(root, spec, KeyUsageType::SignVerify);
        let made = root.sign(&*key, b"text".as_slice(), algorithm).send().unwrap().signature;
        Held { key, made }
    });
    (symmetric, mac, signing.into())
}

#[test]
fn a_strongroom_made_with_one_provider_opens_with_the_other() {
    let providers: [fn() -> CryptoProvider; 3] =
        [strongroom_aws_lc::provider, strongroom_rustcrypto::provider, strongroom_aws_lc::module_first];
    for (at, maker) in providers.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path().join("room");
        let kms = Kms::create(&room, options(maker())).unwrap();
        let (symmetric, mac, signing) = make(&kms.client(Caller::root()).unwrap());
        drop(kms);
        // Opened by each in turn, so that each also reads what the one before wrote to the record.
        for user in providers.into_iter().cycle().skip(at + 1).take(3) {
            let kms = open(&room, user());
            let root = kms.client(Caller::root()).unwrap();
            let opened = root.decrypt(symmetric.made.clone()).send().unwrap();
            assert_eq!(opened.plaintext.expose_secret(), b"attack at dawn");
            root.encrypt(&*symmetric.key, b"x".as_slice()).send().unwrap();
            let verified =
                root.verify_mac(&*mac.key, b"text".as_slice(), mac.made.clone(), MacAlgorithmSpec::HmacSha256).send();
            assert!(verified.unwrap().mac_valid);
            for (held, (_, algorithm)) in signing.iter().zip(SIGNING) {
                let text = b"text".as_slice();
                assert!(root.verify(&*held.key, text, held.made.clone(), algorithm).send().unwrap().signature_valid);
                let again = root.sign(&*held.key, text, algorithm).send().unwrap().signature;
                assert!(root.verify(&*held.key, text, again, algorithm).send().unwrap().signature_valid);
            }
        }
    }
}
