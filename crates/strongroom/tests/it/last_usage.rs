//! When a key was last used: what counts, what it tells, and that it outlives the process.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use strongroom::types::GetKeyLastUsageResponse;
use strongroom::{Caller, Client, ErrorCode, Kms, LogStorage, LoggedEvent, Timestamp};
use strongroom_audit::log::{LogFile, MemoryStorage};
use strongroom_store::testing::{Call, Faulty, Trouble};
use strongroom_store::{MemoryStore, Store};
use strongroom_types::{KeyLastUsageTrackingOperation as Use, MessageType};

use crate::support::*;

fn usage(client: &Client, key: &str) -> GetKeyLastUsageResponse {
    client.get_key_last_usage(key).send().unwrap()
}

/// What the last event says, and what the key's last use is, are one thing.
#[track_caller]
fn is_the_last(room: &Room, client: &Client, key: &str, operation: Use) {
    let event = room.events_from(room.size() - 1).remove(0);
    let at = Timestamp::from_secs(room.clock.secs());
    tells(&usage(client, key), &event, operation, at);
}

#[track_caller]
fn tells(output: &GetKeyLastUsageResponse, event: &LoggedEvent, operation: Use, at: Timestamp) {
    let (used, view) = (&output.key_last_usage, &views(event)[0]);
    assert_eq!(used.operation, Some(operation));
    assert_eq!(used.timestamp, Some(at));
    assert_eq!(used.cloud_trail_event_id.as_deref(), view["eventID"].as_str());
    assert_eq!(used.kms_request_id.as_deref(), view["requestID"].as_str());
}

#[test]
fn a_key_that_was_not_used_has_an_empty_object_and_its_dates() {
    let room = Room::new();
    let root = room.root();
    room.clock.advance(3);
    let key = symmetric(&root);
    room.clock.advance(60);
    describe(&root, &key.id).unwrap();
    root.disable_key(&*key.id).send().unwrap();
    let output = usage(&root, &key.id);
    assert_eq!(output.key_last_usage, strongroom::types::KeyLastUsageData::new());
    assert_eq!(output.key_id, key.arn);
    assert_eq!(output.key_creation_date.as_secs(), room.clock.secs() - 60);
    assert_eq!(output.tracking_start_date, output.key_creation_date, "every use since then is known");
}

#[test]
fn every_use_counts_and_nothing_else_does() {
    let room = Room::new();
    let root = room.root();
    let (key, other, signer) = (symmetric(&root), symmetric(&root), signing(&root));
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    is_the_last(&room, &root, &key.id, Use::Encrypt);
    room.clock.advance(10);
    decrypt(&root, &blob).unwrap();
    is_the_last(&room, &root, &key.id, Use::Decrypt);
    root.generate_data_key(&*key.id, 9).send().unwrap();
    is_the_last(&room, &root, &key.id, Use::GenerateDataKey);
    root.generate_data_key_without_plaintext(&*key.id, 9).send().unwrap();
    is_the_last(&room, &root, &key.id, Use::GenerateDataKeyWithoutPlaintext);
    root.re_encrypt(&*other.id, &*blob).send().unwrap();
    let moved = room.events_from(room.size() - 1).remove(0);
    let now = Timestamp::from_secs(room.clock.secs());
    tells(&usage(&root, &key.id), &moved, Use::ReEncrypt, now);
    tells(&usage(&root, &other.id), &moved, Use::ReEncrypt, now);
    let signature = sign(&root, &signer.id, MessageType::Raw, b"m").unwrap();
    is_the_last(&room, &root, &signer.id, Use::Sign);
    verify(&root, &signer.id, MessageType::Raw, b"m", &signature).unwrap();
    is_the_last(&room, &root, &signer.id, Use::Verify);
    let verified = usage(&root, &signer.id);
    // What does not count: refusals, failures, dry runs, and what is not cryptography.
    room.clock.advance(10);
    public_key(&root, &signer.id).unwrap();
    verify(&root, &signer.id, MessageType::Raw, b"n", &signature).unwrap_err();
    assert_eq!(usage(&root, &signer.id), verified);
    let before = usage(&root, &key.id);
    let stranger = room.user("mallory", &[]);
    assert_eq!(code(encrypt(&stranger, &key.id, b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(root.encrypt(&*key.id, b"x".as_slice()).dry_run(true).send()), ErrorCode::DryRunOperation);
    let wrong = root.decrypt(&*blob).encryption_context("a", "b").send();
    assert_eq!(code(wrong), ErrorCode::InvalidCiphertext);
    describe(&root, &key.id).unwrap();
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    assert_eq!(usage(&root, &key.id), before);
}

#[test]
fn whoever_owns_the_key_is_told_of_his_copy_of_the_event() {
    let room = Room::new();
    let root = room.root();
    let shared = symmetric_with(&root, &key_policy(&[delegate(HERE), delegate(THERE)]));
    let stranger = room.user_there("ann", &[allow(&["kms:*"], "*")]);
    encrypt(&stranger, &shared.arn, b"x").unwrap();
    let views = room.last();
    let owners = views.iter().find(|view| view["recipientAccountId"] == HERE).expect("the owner's copy");
    let output = usage(&root, &shared.id);
    assert_eq!(output.key_last_usage.cloud_trail_event_id.as_deref(), owners["eventID"].as_str());
    assert_eq!(code(stranger.get_key_last_usage(&*shared.arn).send()), ErrorCode::AccessDenied, "own account only");
    root.create_alias("alias/a", &*shared.id).send().unwrap();
    assert_eq!(code(root.get_key_last_usage("alias/a").send()), ErrorCode::InvalidArn);
}

/// A strongroom whose parts outlive it.
struct Parts {
    clock: FakeClock,
    store: Arc<Faulty<MemoryStore>>,
    log: Arc<dyn LogStorage>,
}

impl Parts {
    fn new() -> (Self, Kms) {
        let store = Arc::new(Faulty::new(MemoryStore::new()));
        let parts = Self { clock: FakeClock::new(), store, log: Arc::new(MemoryStorage::new()) };
        let kms = Kms::create_in(parts.held(), Arc::clone(&parts.log), options(&parts.clock)).unwrap();
        (parts, kms)
    }

    fn held(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    fn open(&self) -> Kms {
        Kms::open_in(self.held(), Arc::clone(&self.log), options(&self.clock)).unwrap()
    }
}

fn root(kms: &Kms) -> Client {
    kms.client(Caller::root()).unwrap()
}

#[test]
fn it_outlives_the_strongroom_however_it_ends() {
    for ending in ["closed", "written", "not written"] {
        let (parts, kms) = Parts::new();
        let mine = root(&kms);
        let (key, idle) = (symmetric(&mine), symmetric(&mine));
        encrypt(&mine, &key.id, b"x").unwrap();
        if ending == "written" {
            kms.run_due().unwrap();
            parts.clock.advance(5);
            mine.generate_data_key(&*key.id, 9).send().unwrap();
        }
        let told = usage(&mine, &key.id);
        match ending {
            "closed" => drop(kms.close().unwrap()),
            // As a kill leaves it: nothing of what was noted is written any more.
            _ => {
                parts.store.always(Call::Submit, Trouble::NotApplied);
                drop((mine, kms));
                parts.store.heal();
            }
        }
        parts.clock.advance(50);
        let kms = parts.open();
        assert_eq!(usage(&root(&kms), &key.id), told, "{ending}");
        assert_eq!(usage(&root(&kms), &idle.id).key_last_usage.operation, None);
        // A second time nothing has to be read from the log.
        kms.close().unwrap();
        assert_eq!(usage(&root(&parts.open()), &key.id), told, "{ending}");
    }
}

#[test]
fn many_calls_write_it_on_the_way_and_the_last_one_stands() {
    let (parts, kms) = Parts::new();
    let mine = root(&kms);
    let keys: Vec<Key> = (0..3).map(|_| symmetric(&mine)).collect();
    for turn in 0..9_000_u32 {
        if turn % 3_000 == 0 {
            parts.clock.advance(1);
        }
        encrypt(&mine, &keys[turn as usize % 3].id, b"x").unwrap();
    }
    let told: Vec<_> = keys.iter().map(|key| usage(&mine, &key.id)).collect();
    parts.store.always(Call::Submit, Trouble::NotApplied);
    drop((mine, kms));
    parts.store.heal();
    let kms = parts.open();
    let again: Vec<_> = keys.iter().map(|key| usage(&root(&kms), &key.id)).collect();
    assert_eq!(told, again);
}

#[test]
fn a_store_that_takes_nothing_loses_no_use() {
    let (parts, kms) = Parts::new();
    let mine = root(&kms);
    let key = symmetric(&mine);
    encrypt(&mine, &key.id, b"x").unwrap();
    let told = usage(&mine, &key.id);
    parts.store.always(Call::Submit, Trouble::Full);
    kms.run_due().unwrap_err();
    parts.store.heal();
    kms.run_due().unwrap();
    assert_eq!(usage(&mine, &key.id), told);
    drop((mine, kms));
    assert_eq!(usage(&root(&parts.open()), &key.id), told);
}

#[test]
fn no_call_waits_for_the_uses_of_all_keys_to_be_written() {
    let (parts, kms) = Parts::new();
    let mine = root(&kms);
    let keys: Vec<_> = (0..400).map(|_| symmetric(&mine)).collect();
    let mut most = 0;
    let mut turn = |key: &str| {
        let before = parts.store.calls(Call::Submit);
        encrypt(&mine, key, b"x").unwrap();
        most = most.max(parts.store.calls(Call::Submit) - before);
    };
    keys.iter().for_each(|key| turn(&key.id));
    // Some 8,000 events later the stored head moves, and what it takes along is at most one commit's worth.
    (0..8_500).for_each(|_| turn(&keys[0].id));
    assert!((2..=4).contains(&most), "{most} commits within one call");
    let told: Vec<_> = keys.iter().map(|key| usage(&mine, &key.id)).collect();
    parts.store.always(Call::Submit, Trouble::NotApplied);
    drop((mine, kms));
    parts.store.heal();
    let kms = parts.open();
    let again: Vec<_> = keys.iter().map(|key| usage(&root(&kms), &key.id)).collect();
    assert_eq!(told, again, "what was put off is found in the record");
}

#[test]
fn a_batch_leaves_what_its_calls_would_have_left() {
    let room = Room::new();
    let root = room.root();
    let (first, second) = (symmetric(&root), symmetric(&root));
    let keys = [&first, &second, &first];
    let requests: Vec<_> =
        keys.iter().map(|key| strongroom::types::EncryptRequest::new(&*key.id, b"x".as_slice())).collect();
    let before = room.size();
    for result in root.batch::<strongroom::ops::Encrypt>(&requests).unwrap() {
        result.unwrap();
    }
    let events = room.events_from(before);
    assert_eq!(events.len(), 3);
    let now = Timestamp::from_secs(room.clock.secs());
    tells(&usage(&root, &second.id), &events[1], Use::Encrypt, now);
    tells(&usage(&root, &first.id), &events[2], Use::Encrypt, now);
    // Later, one after the other: the last one stands, whichever way it came.
    encrypt(&root, &first.id, b"x").unwrap();
    is_the_last(&room, &root, &first.id, Use::Encrypt);
}

/// Files that lose what was not synced once a sync fails, as a disk may.
#[derive(Debug, Clone)]
struct Losing {
    inner: Arc<MemoryStorage>,
    synced: Arc<Mutex<BTreeMap<String, u64>>>,
    fails: Arc<AtomicBool>,
}

#[derive(Debug)]
struct LosingFile(String, Arc<dyn LogFile>, Losing);

impl Losing {
    fn file(&self, name: &str, file: Arc<dyn LogFile>) -> Arc<dyn LogFile> {
        Arc::new(LosingFile(name.to_owned(), file, self.clone()))
    }
}

impl LogStorage for Losing {
    fn list(&self) -> io::Result<Vec<String>> {
        self.inner.list()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.inner.create(name).map(|file| self.file(name, file))
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.inner.open(name).map(|file| self.file(name, file))
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.inner.remove(name)
    }
    fn free_space(&self) -> io::Result<Option<u64>> {
        self.inner.free_space()
    }
    fn is_volatile(&self) -> bool {
        false
    }
    fn path(&self) -> &std::path::Path {
        self.inner.path()
    }
}

impl LogFile for LosingFile {
    fn len(&self) -> io::Result<u64> {
        self.1.len()
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.1.read_at(offset, out)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.1.write_at(offset, bytes)
    }
    fn sync(&self) -> io::Result<()> {
        let mut synced = self.2.synced.lock().unwrap();
        if self.2.fails.swap(false, Ordering::SeqCst) {
            self.1.truncate(synced.get(&self.0).copied().unwrap_or(0))?;
            return Err(io::Error::other("the disk"));
        }
        synced.insert(self.0.clone(), self.1.len()?);
        self.1.sync()
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.1.truncate(len)
    }
    fn check_in_place(&self) -> io::Result<u64> {
        self.1.check_in_place()
    }
}

#[test]
fn a_use_after_the_record_lost_some_is_the_last() {
    let (clock, store) = (FakeClock::new(), Arc::new(MemoryStore::new()));
    let log = Losing { inner: Arc::new(MemoryStorage::new()), synced: Arc::default(), fails: Arc::default() };
    let options = options(&clock).sync_in_place();
    let kms = Kms::create_in(store as Arc<dyn Store>, Arc::new(log.clone()), options).unwrap();
    let mine = root(&kms);
    let key = symmetric(&mine);
    kms.checkpoint().unwrap();
    let synced = kms.status().unwrap().events;
    for _ in 0..50 {
        encrypt(&mine, &key.id, b"x").unwrap();
    }
    log.fails.store(true, Ordering::SeqCst);
    assert!(kms.checkpoint().is_err());
    clock.advance(100);
    mine.generate_data_key(&*key.id, 9).send().unwrap();
    let events = kms.status().unwrap().events;
    assert!(events < synced + 50, "{events} events: some were lost");
    let event = kms.record().from(events - 1).iter().unwrap().map(Result::unwrap).last().unwrap();
    tells(&usage(&mine, &key.id), &event, Use::GenerateDataKey, Timestamp::from_secs(clock.secs()));
}
