//! Encrypt and Decrypt through the facade, beside suite 1 whole with its one random draw.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench that can't be set up has nothing to say")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use strongroom::types::EncryptRequest;
use strongroom::{Caller, Client, EncryptionContext, Kms, Options, Passphrase};
use strongroom_audit::LogCrypto;
use strongroom_audit::event::{Event, Identity, Resource, Served};
use strongroom_audit::log::{DirStorage, EntryKind, EntryParts, Log, LogOptions, LogStorage, MemoryStorage, Origin};
use strongroom_benches::{Case, is_smoke, print_beside_floor};
use strongroom_crypto::Argon2idParams;
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_types::{AccountId, KeyArn, Principal, Region, Timestamp};

/// Five statements, of which the fourth allows the caller.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
 {"Sid":"Administration","Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"kms:*","Resource":"*"},
 {"Sid":"Reader","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/reader"},"Action":"kms:Decrypt","Resource":"*"},
 {"Sid":"Auditor","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/auditor"},"Action":"kms:DescribeKey","Resource":"*"},
 {"Sid":"App","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/app"},"Action":["kms:Encrypt","kms:Decrypt"],"Resource":"*",
  "Condition":{"StringEquals":{"kms:EncryptionContext:tenant":"42"}}},
 {"Sid":"NeverDelete","Effect":"Deny","Principal":"*","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}"#;

fn context() -> EncryptionContext {
    EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap()
}

struct Facade {
    _kms: Kms,
    app: Client,
    key: String,
}

impl Facade {
    fn new(kms: Kms) -> Self {
        let root = kms.client(Caller::root()).unwrap();
        let key = root.create_key().policy(POLICY).send().unwrap().key_metadata.key_id;
        root.create_alias("alias/orders", &*key).send().unwrap();
        let app = kms.client(Caller::user("app")).unwrap();
        Self { _kms: kms, app, key }
    }

    fn encrypt(&self, plaintext: &[u8]) -> Vec<u8> {
        let call = self.app.encrypt(&*self.key, plaintext).encryption_context_map(context());
        call.send().unwrap().ciphertext_blob
    }

    fn by_alias(&self, plaintext: &[u8]) -> Vec<u8> {
        let call = self.app.encrypt("alias/orders", plaintext).encryption_context_map(context());
        call.send().unwrap().ciphertext_blob
    }

    fn decrypt(&self, blob: &[u8]) {
        let call = self.app.decrypt(blob).encryption_context_map(context());
        black_box(call.send().unwrap());
    }
}

fn main() {
    let provider = strongroom_rustcrypto::provider();
    let memory = Facade::new(Kms::in_memory().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let unlock = Passphrase::new(b"bench".as_slice()).params(Argon2idParams::FLOOR);
    let disk = Facade::new(Kms::create(folder.path().join("room"), Options::new(unlock)).unwrap());

    let key_id = memory.key.parse().unwrap();
    let mut kdk = [0; 32];
    symmetric::derive_kdk(&provider, &[7; 32], &key_id, &mut kdk).unwrap();
    let header = Header::new(key_id, [9; 16]);
    let kdk = Kdk::new(&kdk).unwrap();

    for len in [32_usize, 1024] {
        let plaintext = vec![0x5a; len];
        let mut blob = Vec::new();
        symmetric::seal_fresh(&provider, kdk, &header, &context(), &plaintext, &mut blob).unwrap();
        let ours = memory.encrypt(&plaintext);
        let on_disk = disk.encrypt(&plaintext);
        let floor = || {
            let mut out = Vec::new();
            symmetric::seal_fresh(&provider, kdk, &header, &context(), &plaintext, &mut out).unwrap();
            black_box(out);
        };
        print_beside_floor(
            &format!("Encrypt {len} B, 5-statement key policy, encryption context of two pairs"),
            &mut [
                Case::new("floor: suite 1 with its random draw", floor),
                Case::new("facade, record in memory", || drop(black_box(memory.encrypt(&plaintext)))),
                Case::new("facade, in memory, by alias", || drop(black_box(memory.by_alias(&plaintext)))),
                Case::new("facade, record on disk (Process)", || drop(black_box(disk.encrypt(&plaintext)))),
            ],
        );
        print_beside_floor(
            &format!("Decrypt {len} B"),
            &mut [
                Case::new("floor: suite 1", || {
                    black_box(symmetric::open(&provider, kdk, &context(), &blob).unwrap());
                }),
                Case::new("facade, record in memory", || memory.decrypt(&ours)),
                Case::new("facade, record on disk (Process)", || disk.decrypt(&on_disk)),
            ],
        );
    }
    where_the_rest_goes(&memory);
    criterion(&memory, &disk);
}

/// What a call costs beside its cryptography, piece by piece.
fn where_the_rest_goes(memory: &Facade) {
    use strongroom_memory::{ForkGuard, with_cleared_stack};
    let provider = strongroom_rustcrypto::provider();
    let guard = ForkGuard::new().unwrap();
    let mut draw = [0; 108];
    let crypto = LogCrypto::new(&provider).unwrap();
    let (record, on_disk) = (event(&crypto), tempfile::tempdir().unwrap());
    let log = |storage| {
        let origin = Origin::new([6; 16], [7; 16]);
        Log::create(storage, crypto.clone(), origin, LogOptions::default()).unwrap()
    };
    let in_memory = log(Arc::new(MemoryStorage::new()) as Arc<dyn LogStorage>);
    let in_files = log(Arc::new(DirStorage::open(on_disk.path()).unwrap()));
    let append = |log: &Log| {
        let entry = EntryParts::new(EntryKind::Call, Timestamp::from_secs(1_795_539_792), &[3; 32], &record);
        black_box(log.append(entry).wait().unwrap().unwrap());
    };
    print_beside_floor(
        "Where the rest goes, beside the whole call",
        &mut [
            Case::new("Encrypt 32 B, record in memory", || drop(black_box(memory.encrypt(&[0x5a; 32])))),
            Case::new("the same as a dry run: no key is touched", || {
                let call = memory.app.encrypt(&*memory.key, [0x5a; 32].as_slice());
                black_box(call.encryption_context_map(context()).dry_run(true).send().unwrap_err());
            }),
            Case::new("event: encoded", || drop(black_box(event(&crypto)))),
            Case::new("event: appended in memory (two hashes, the tree)", || append(&in_memory)),
            Case::new("event: appended to a file (the same, one write)", || append(&in_files)),
            Case::new("one random draw of a call (108 bytes)", || provider.random.fill(black_box(&mut draw)).unwrap()),
            Case::new("encryption context: two pairs built", || drop(black_box(context()))),
            Case::new("clearing 4 KiB of stack", || with_cleared_stack::<4096, _>(|| black_box(()))),
            Case::new("wall clock", || {
                black_box(std::time::SystemTime::now());
            }),
            Case::new("fork check", || guard.check().unwrap()),
        ],
    );
}

/// An event as large as an Encrypt's, encoded.
fn event(crypto: &LogCrypto) -> Vec<u8> {
    let (region, now) = (Region::US_EAST_1, Timestamp::from_secs(1_795_539_792));
    let user = Principal::user(region.partition(), AccountId::NOBODY, "app", "AIDAEXAMPLE");
    let arn = KeyArn::new(AccountId::NOBODY, region, "1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap());
    let (resources, context) = ([Resource::key(arn)], context());
    let mut event = Event::call([1; 16], [2; 16], now, "Encrypt", region, Identity::of(&user));
    event.read_only = true;
    event.resources = Some(&resources);
    let request =
        EncryptRequest::new("1234abcd-12ab-34cd-56ef-1234567890ab", b"x".as_slice()).encryption_context(context);
    event.request = Some(Served::Members(&request));
    let mut record = Vec::new();
    event.encode(crypto, &mut record);
    record
}

fn criterion(memory: &Facade, disk: &Facade) {
    let mut criterion = Criterion::default().configure_from_args();
    if !is_smoke() {
        criterion = criterion.sample_size(50);
    }
    let plaintext = [0x5a; 1024];
    criterion.bench_function("facade/encrypt/1KiB/memory", |b| b.iter(|| memory.encrypt(&plaintext)));
    criterion.bench_function("facade/encrypt/1KiB/disk", |b| b.iter(|| disk.encrypt(&plaintext)));
    let blob = memory.encrypt(&plaintext);
    criterion.bench_function("facade/decrypt/1KiB/memory", |b| b.iter(|| memory.decrypt(&blob)));
    criterion.final_summary();
}
