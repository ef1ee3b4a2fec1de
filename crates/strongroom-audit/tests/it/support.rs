//! What the tests share: a provider, a signer, events, and logs of them.

use std::sync::Arc;

use strongroom_audit::checkpoint::{CheckpointSigner, SigningFailed};
use strongroom_audit::event::{Event, Identity, Resource};
use strongroom_audit::log::{EntryKind, EntryParts, Log, LogOptions, LogStorage, MemoryStorage, Origin, Syncing};
use strongroom_audit::note::VerifyingKey;
use strongroom_audit::{Hash, LogCrypto};
use strongroom_crypto::CryptoProvider;
use strongroom_types::{KeyArn, Principal, Region, Timestamp};

pub(crate) const ARN: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(crate) fn crypto() -> LogCrypto {
    LogCrypto::new(&strongroom_rustcrypto::provider()).unwrap()
}

/// Signs with a seed.
#[derive(Debug)]
pub(crate) struct Seed(pub(crate) [u8; 32], CryptoProvider);

impl Seed {
    pub(crate) fn new(byte: u8) -> Self {
        Self([byte; 32], strongroom_rustcrypto::provider())
    }

    pub(crate) fn vkey(&self, origin: &Origin) -> String {
        VerifyingKey::new(&crypto(), &origin.to_string(), self.public_key()).unwrap().to_string()
    }
}

impl CheckpointSigner for Seed {
    fn public_key(&self) -> [u8; 32] {
        self.1.ed25519.public_key(&self.0).unwrap()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SigningFailed> {
        self.1.ed25519.sign(&self.0, message).map_err(|_| SigningFailed("the provider failed"))
    }
}

pub(crate) fn origin() -> Origin {
    Origin::new([0x60; 16], [0x70; 16])
}

pub(crate) fn region() -> Region {
    "us-east-1".parse().unwrap()
}

pub(crate) fn alice() -> Principal {
    Principal::user(region().partition(), "111122223333".parse().unwrap(), "Alice", "EX_PRINCIPAL_ID")
}

pub(crate) fn key() -> KeyArn {
    ARN.parse().unwrap()
}

pub(crate) fn id(n: u64) -> [u8; 16] {
    (u128::from(n) << 64 | 0x55).to_be_bytes()
}

pub(crate) fn blind(n: u64) -> [u8; 32] {
    let mut blind = [0xb1; 32];
    blind[..8].copy_from_slice(&n.to_be_bytes());
    blind
}

/// A small record number `n`.
pub(crate) fn record(n: u64) -> Vec<u8> {
    let principal = alice();
    let resources = [Resource::key(key())];
    let time = Timestamp::from_secs(1_700_000_000 + i64::try_from(n).unwrap());
    let mut event = Event::call(id(n), id(n + 1), time, "Encrypt", region(), Identity::of(&principal));
    event.resources = Some(&resources);
    event.read_only = true;
    let mut out = Vec::new();
    event.encode(&crypto(), &mut out);
    out
}

pub(crate) fn parts<'a>(kind: EntryKind, n: u64, blind: &'a [u8; 32], record: &'a [u8]) -> EntryParts<'a> {
    EntryParts {
        kind,
        revision: n,
        wall: Timestamp::from_secs(1_700_000_000 + i64::try_from(n).unwrap()),
        monotonic: n,
        instance: [7; 16],
        blind,
        record,
        writes_hash: [0; 32],
    }
}

pub(crate) fn append(log: &Log, n: u64) -> Result<(u64, Hash), strongroom_audit::Error> {
    let (blind, record) = (blind(n), record(n));
    let appended = log.append(parts(EntryKind::Call, n, &blind, &record)).wait().unwrap()?;
    Ok((appended.index, appended.leaf))
}

pub(crate) fn options() -> LogOptions {
    LogOptions::default().with_syncing(Syncing::InPlace)
}

pub(crate) fn log_in(storage: &MemoryStorage, segment_bytes: u64) -> Log {
    let storage: Arc<dyn LogStorage> = Arc::new(storage.clone());
    Log::create(storage, crypto(), origin(), options().with_segment_bytes(segment_bytes)).unwrap()
}

/// All bytes of a file.
pub(crate) fn bytes_of(storage: &dyn LogStorage, name: &str) -> Vec<u8> {
    let file = storage.open(name).unwrap();
    let mut bytes = vec![0; usize::try_from(file.len().unwrap()).unwrap()];
    assert_eq!(file.read_at(0, &mut bytes).unwrap(), bytes.len());
    bytes
}

pub(crate) fn put(storage: &dyn LogStorage, name: &str, bytes: &[u8]) {
    let file = storage.open(name).or_else(|_| storage.create(name)).unwrap();
    file.truncate(0).unwrap();
    file.write_at(0, bytes).unwrap();
}

/// A storage with copies of all files.
pub(crate) fn copy_of(storage: &dyn LogStorage) -> MemoryStorage {
    let copy = MemoryStorage::new();
    for name in storage.list().unwrap() {
        put(&copy, &name, &bytes_of(storage, &name));
    }
    copy
}
