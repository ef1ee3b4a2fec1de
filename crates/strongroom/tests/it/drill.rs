//! The restore drill: everything that was made before a backup is good after the restore, with keys of every kind.

use std::io::Cursor;

use strongroom::types::{GetKeyRotationStatusResponse, KeyLastUsageData, KeyMetadata, Tag};
use strongroom::{Caller, Client, ErrorCode, Kms, RestoreOptions, Timestamp};
use strongroom_store::{RedbOptions, RedbStore};
use strongroom_types::structure::List;
use strongroom_types::{
    EncryptionAlgorithmSpec, KeyLastUsageTrackingOperation, KeyManagerType, KeySpec, KeyUsageType, MacAlgorithmSpec,
    SigningAlgorithmSpec,
};

use crate::backup::backup;
use crate::support::*;

const S3: &str = "s3.amazonaws.com";

const MACS: &[(KeySpec, MacAlgorithmSpec)] = &[
    (KeySpec::Hmac224, MacAlgorithmSpec::HmacSha224),
    (KeySpec::Hmac256, MacAlgorithmSpec::HmacSha256),
    (KeySpec::Hmac384, MacAlgorithmSpec::HmacSha384),
    (KeySpec::Hmac512, MacAlgorithmSpec::HmacSha512),
];

/// Few of RSA, and of the shortest: they are slow to make.
const SIGNERS: &[(KeySpec, &[SigningAlgorithmSpec])] = &[
    (KeySpec::EccNistP256, &[SigningAlgorithmSpec::EcdsaSha256]),
    (KeySpec::EccNistP384, &[SigningAlgorithmSpec::EcdsaSha384]),
    (KeySpec::EccNistP521, &[SigningAlgorithmSpec::EcdsaSha512]),
    (KeySpec::EccSecgP256k1, &[SigningAlgorithmSpec::EcdsaSha256]),
    (KeySpec::Rsa2048, &[SigningAlgorithmSpec::RsassaPkcs1V15Sha256, SigningAlgorithmSpec::RsassaPssSha512]),
];

const OAEP: &[EncryptionAlgorithmSpec] =
    &[EncryptionAlgorithmSpec::RsaesOaepSha1, EncryptionAlgorithmSpec::RsaesOaepSha256];

/// Something that a key made, and how to find out that it is good.
#[derive(Debug, Clone)]
enum Made {
    Sealed { context: bool, blob: Vec<u8>, text: Vec<u8> },
    Wrapped { key: String, blob: Vec<u8>, algorithm: EncryptionAlgorithmSpec, text: Vec<u8> },
    Mac { key: String, mac: Vec<u8>, algorithm: MacAlgorithmSpec, text: Vec<u8> },
    Signature { key: String, signature: Vec<u8>, algorithm: SigningAlgorithmSpec, text: Vec<u8> },
}

impl Made {
    /// Seals with a symmetric key.
    fn sealed(client: &Client, key: &str, context: bool, text: &[u8]) -> Self {
        let call = client.encrypt(key, text);
        let call = if context { call.encryption_context("tenant", "a") } else { call };
        Self::Sealed { context, blob: call.send().unwrap().ciphertext_blob, text: text.into() }
    }

    /// Everything that a key of this spec and usage can make, each way once.
    fn all(client: &Client, key: &str, text: &[u8]) -> Vec<Self> {
        let about = describe(client, key).unwrap();
        let (key, text) = (key.to_owned(), text.to_vec());
        if let Some((_, algorithm)) = MACS.iter().find(|(spec, _)| *spec == about.key_spec) {
            let mac = client.generate_mac(&*key, &*text, *algorithm).send().unwrap().mac;
            return vec![Self::Mac { key, mac, algorithm: *algorithm, text }];
        }
        match about.key_usage {
            KeyUsageType::SignVerify => {
                let algorithms = SIGNERS.iter().find(|(spec, _)| *spec == about.key_spec).unwrap().1;
                let sign = |algorithm| client.sign(&*key, &*text, algorithm).send().unwrap().signature;
                let made = algorithms.iter().map(|algorithm| Self::Signature {
                    key: key.clone(),
                    signature: sign(*algorithm),
                    algorithm: *algorithm,
                    text: text.clone(),
                });
                made.collect()
            }
            _ if about.key_spec == KeySpec::SymmetricDefault => {
                [false, true].map(|context| Self::sealed(client, &key, context, &text)).into()
            }
            _ => {
                let wrap = |algorithm| {
                    client.encrypt(&*key, &*text).encryption_algorithm(algorithm).send().unwrap().ciphertext_blob
                };
                let made = OAEP.iter().map(|algorithm| Self::Wrapped {
                    key: key.clone(),
                    blob: wrap(*algorithm),
                    algorithm: *algorithm,
                    text: text.clone(),
                });
                made.collect()
            }
        }
    }

    fn must_hold(&self, client: &Client) {
        match self {
            Self::Sealed { context, blob, text } => {
                let call = client.decrypt(&**blob);
                let call = if *context { call.encryption_context("tenant", "a") } else { call };
                assert_eq!(opened(call.send().unwrap().plaintext), *text, "{self:?}");
                let other = client.decrypt(&**blob).encryption_context("tenant", "b").send();
                assert_eq!(code(other), ErrorCode::InvalidCiphertext, "{self:?}");
            }
            Self::Wrapped { key, blob, algorithm, text } => {
                let call = client.decrypt(&**blob).key_id(&**key).encryption_algorithm(*algorithm);
                assert_eq!(opened(call.send().unwrap().plaintext), *text, "{self:?}");
            }
            Self::Mac { key, mac, algorithm, text } => {
                assert!(client.verify_mac(&**key, &**text, &**mac, *algorithm).send().unwrap().mac_valid);
                let other = client.verify_mac(&**key, "another", &**mac, *algorithm).send();
                assert_eq!(code(other), ErrorCode::KmsInvalidMac, "{self:?}");
                let again = client.generate_mac(&**key, &**text, *algorithm).send().unwrap().mac;
                assert_eq!(again, *mac, "it is the same key");
            }
            Self::Signature { key, signature, algorithm, text } => {
                assert!(client.verify(&**key, &**text, &**signature, *algorithm).send().unwrap().signature_valid);
                let other = client.verify(&**key, "another", &**signature, *algorithm).send();
                assert_eq!(code(other), ErrorCode::KmsInvalidSignature, "{self:?}");
            }
        }
    }
}

/// A key as anyone can see it.
#[derive(Debug, PartialEq)]
struct View {
    about: KeyMetadata,
    policy: String,
    tags: Option<List<Tag>>,
    aliases: Vec<(String, String)>,
    rotation: Option<GetKeyRotationStatusResponse>,
    rotations: Vec<strongroom::types::RotationsListEntry>,
    public: Option<Vec<u8>>,
}

impl View {
    fn of(client: &Client, key: &str) -> Self {
        let about = describe(client, key).unwrap();
        let symmetric = about.key_spec == KeySpec::SymmetricDefault;
        Self {
            policy: policy_of(client, key).unwrap(),
            // Nobody lists the tags of a service's key.
            tags: (about.key_manager == KeyManagerType::Customer)
                .then(|| client.list_resource_tags(key).send().unwrap().tags),
            aliases: aliases(client, Some(key)),
            rotation: symmetric.then(|| client.get_key_rotation_status(key).send().unwrap()),
            rotations: match symmetric {
                true => rotations_page(client, key, None, Some(1_000), None).unwrap().0,
                false => Vec::new(),
            },
            public: public_key(client, key).ok(),
            about,
        }
    }
}

fn last_use(client: &Client, key: &str) -> (KeyLastUsageData, Timestamp) {
    let output = client.get_key_last_usage(key).send().unwrap();
    (output.key_last_usage, output.tracking_start_date)
}

/// A strongroom with a key of every kind, and what they made.
struct Corpus {
    room: Room,
    folder: tempfile::TempDir,
    keys: Vec<Key>,
    rotated: Key,
    managed: Key,
    made: Vec<Made>,
    managed_blob: Vec<u8>,
}

impl Corpus {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = FakeClock::new();
        let kms = Kms::create(folder.path().join("room"), options(&clock)).unwrap();
        let room = Room { kms, clock };
        let root = room.root();
        let mut made_by_version = Vec::new();
        let rotated = symmetric(&root);
        root.enable_key_rotation(&*rotated.id).rotation_period_in_days(100).send().unwrap();
        // Three versions: the first, one by date, one on demand.
        made_by_version.extend(Made::all(&root, &rotated.id, b"version 1"));
        room.clock.advance(107 * DAY);
        assert_eq!(room.kms.run_due().unwrap().rotated_keys, 1);
        made_by_version.extend(Made::all(&root, &rotated.id, b"version 2"));
        room.clock.advance(DAY);
        root.rotate_key_on_demand(&*rotated.id).send().unwrap();
        made_by_version.extend(Made::all(&root, &rotated.id, b"version 3"));
        let mut keys = vec![Key { id: rotated.id.clone(), arn: rotated.arn.clone() }, symmetric(&root)];
        keys.extend(MACS.iter().map(|(spec, _)| made(&root, *spec, KeyUsageType::GenerateVerifyMac)));
        keys.extend(SIGNERS.iter().map(|(spec, _)| made(&root, *spec, KeyUsageType::SignVerify)));
        keys.push(made(&root, KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt));
        let mut all = made_by_version;
        for (number, key) in keys.iter().enumerate() {
            root.tag_resource(&*key.id, [Tag::new("number", number.to_string()), Tag::new("team", "a")])
                .send()
                .unwrap();
            root.untag_resource(&*key.id, ["team"]).send().unwrap();
            root.create_alias(format!("alias/number-{number}"), &*key.id).send().unwrap();
            root.create_alias(format!("alias/also-{number}"), &*key.id).send().unwrap();
            root.update_key_description(&*key.id, format!("the key of number {number}")).send().unwrap();
            room.clock.advance(1);
            all.extend(Made::all(&root, &key.id, format!("made by {number}").as_bytes()));
        }
        let s3 = room.client(Caller::service(S3));
        let managed_blob = encrypt(&s3, "alias/aws/s3", b"object").unwrap();
        let about = describe(&root, "alias/aws/s3").unwrap();
        let managed = Key { id: about.key_id, arn: got(about.arn) };
        Self { room, folder, keys, rotated, managed, made: all, managed_blob }
    }

    fn views(&self, client: &Client) -> Vec<View> {
        self.keys.iter().chain([&self.managed]).map(|key| View::of(client, &key.id)).collect()
    }
}

#[test]
fn what_every_kind_of_key_made_before_a_backup_is_good_after_the_restore() {
    let corpus = Corpus::new();
    let (room, root) = (&corpus.room, corpus.room.root());
    let bytes = backup(room);
    let before = corpus.views(&root);
    let target = tempfile::tempdir().unwrap();
    let how = RestoreOptions::new().acknowledge_rollback("a drill");
    let path = target.path().join("room");
    let (kms, _) = Kms::restore(Cursor::new(&bytes), &path, options(&room.clock), how).unwrap();
    let restored = Room { kms, clock: room.clock.clone() };
    let there = restored.root();
    assert_eq!(corpus.views(&there), before);
    assert_eq!(key_ids(&there), key_ids(&root));
    assert_eq!(aliases(&there, None), aliases(&root, None));

    corpus.made.iter().for_each(|made| made.must_hold(&there));
    let s3 = restored.client(Caller::service(S3));
    assert_eq!(decrypt(&s3, &corpus.managed_blob).unwrap(), b"object");
    let again = encrypt(&s3, "alias/aws/s3", b"another").unwrap();
    assert_eq!(decrypt(&s3, &again).unwrap(), b"another");
    assert_eq!(key_ids(&there).len(), corpus.keys.len() + 1, "the service's key is not made twice");

    // What is new is good here; what a key from before makes, the old strongroom takes too: the keys are the same.
    let mut fresh = 0;
    for key in &corpus.keys {
        for made in Made::all(&there, &key.id, b"after") {
            made.must_hold(&there);
            made.must_hold(&root);
            fresh += 1;
        }
    }
    println!(
        "keys {}, made before and good after: {}, made after: {fresh}",
        corpus.keys.len() + 1,
        corpus.made.len() + 1
    );

    // The date of the next rotation is that of before.
    restored.clock.advance(92 * DAY);
    assert_eq!(restored.kms.run_due().unwrap().rotated_keys, 1);
    assert_eq!(View::of(&there, &corpus.rotated.id).rotations.len(), before[0].rotations.len() + 1);
    corpus.made.iter().for_each(|made| made.must_hold(&there));
    drop(corpus.folder);
}

/// `docs/formats/backup.md`: last uses are as of when they were last written, and are known since the restore.
#[test]
fn after_a_restore_no_use_is_claimed_to_be_known_that_is_not() {
    for written in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let clock = FakeClock::new();
        let kms = Kms::create(folder.path().join("room"), options(&clock)).unwrap();
        let room = Room { kms, clock };
        let root = room.root();
        let (key, unused) = (symmetric(&root), symmetric(&root));
        room.clock.advance(60);
        encrypt(&root, &key.id, b"x").unwrap();
        if written {
            room.kms.run_due().unwrap();
        }
        let before = last_use(&root, &key.id).0;
        let bytes = backup(&room);
        room.clock.advance(60);
        // A use that no backup has.
        encrypt(&root, &unused.id, b"x").unwrap();
        room.clock.advance(60);
        let at = Timestamp::from_secs(room.clock.secs());
        let how = RestoreOptions::new().acknowledge_rollback("a drill");
        let path = folder.path().join("again");
        let (kms, _) = Kms::restore(Cursor::new(&bytes), &path, options(&room.clock), how).unwrap();
        let there = Room { kms, clock: room.clock.clone() };
        let known = if written { before } else { KeyLastUsageData::new() };
        assert_eq!(last_use(&there.root(), &key.id), (known.clone(), at), "written: {written}");
        assert_eq!(last_use(&there.root(), &unused.id), (KeyLastUsageData::new(), at), "written: {written}");
        // It holds on, and new uses count, also over a close.
        there.clock.advance(60);
        let blob = encrypt(&there.root(), &unused.id, b"x").unwrap();
        decrypt(&there.root(), &blob).unwrap();
        there.kms.close().unwrap();
        let kms = Kms::open(&path, options(&room.clock)).unwrap();
        let again = Room { kms, clock: room.clock.clone() };
        assert_eq!(last_use(&again.root(), &key.id), (known, at));
        let (used, since) = last_use(&again.root(), &unused.id);
        assert_eq!((used.operation, since), (Some(KeyLastUsageTrackingOperation::Decrypt), at));
    }
}

/// What a restore leaves that was killed at any moment: the next one goes on in the same folder.
#[test]
fn no_moment_of_a_restore_leaves_a_folder_that_the_next_refuses() {
    let room = Room::new();
    let key = symmetric(&room.root());
    let blob = encrypt(&room.root(), &key.id, b"x").unwrap();
    let bytes = backup(&room);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room");
    let restore = || {
        let how = RestoreOptions::new().acknowledge_rollback("a drill");
        let (kms, _) = Kms::restore(Cursor::new(&bytes), &path, options(&room.clock), how).unwrap();
        let there = Room { kms, clock: room.clock.clone() };
        assert_eq!(decrypt(&there.root(), &blob).unwrap(), b"x");
        there.kms.close().unwrap();
        std::fs::remove_dir_all(&path).unwrap();
    };
    let empty = folder.path().join("empty.redb");
    drop(RedbStore::create(&empty, RedbOptions::default()).unwrap());
    let whole = std::fs::read(&empty).unwrap();
    let parts = ["restoring", "lock", "log", "log/0000000000000000.log"];
    for made in 0..=parts.len() {
        std::fs::create_dir(&path).unwrap();
        for part in &parts[..made] {
            match *part {
                "log" => std::fs::create_dir(path.join(part)).unwrap(),
                _ => std::fs::write(path.join(part), b"").unwrap(),
            }
        }
        restore();
    }
    // A store that is being made: cut, and not filled yet.
    let cuts = [0, 1, 9, 63, 64, 320, 4_095, 4_096, 8_192, whole.len() / 2, whole.len() - 1];
    for cut in cuts {
        for store in [whole[..cut].to_vec(), vec![0; cut], [&whole[..cut], &vec![0; whole.len() - cut]].concat()] {
            std::fs::create_dir_all(path.join("log")).unwrap();
            std::fs::write(path.join("restoring"), b"").unwrap();
            std::fs::write(path.join("store.redb"), store).unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(path.join("store.redb"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .unwrap();
            restore();
        }
    }
}
