//! Restores: refused before the first write, or the state of the backup with what was denied since.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use strongroom::{
    Caller, Clock as _, Error, ErrorCode, Kms, Options, Outcome, Passphrase, RestoreOptions, RestoreReport,
    SignedCheckpoint, verify_backup, verify_record,
};
use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::Origin;
use strongroom_audit::event::{Event, Record as EventRecord};
use strongroom_audit::log::{
    DirStorage, EntryKind, EntryParts, Leaf, Log, LogFile, LogOptions, LogStorage, MemoryStorage,
};
use strongroom_crypto::record::backup_trailer;
use strongroom_crypto::{Argon2idParams, DigestAlgorithm};
use strongroom_store::backup::{Header, Reader, write_end, write_record};
use strongroom_store::{MemoryStore, Record, Revision};
use strongroom_types::KeyState;

use crate::backup::{backup, furnish, unlock};
use crate::support::*;

/// A restore into a folder of its own.
struct Restored {
    folder: tempfile::TempDir,
    room: Room,
    report: RestoreReport,
}

fn restore(bytes: &[u8], clock: &FakeClock, how: RestoreOptions) -> Result<Restored, Error> {
    let folder = tempfile::tempdir().unwrap();
    let (kms, report) = Kms::restore(Cursor::new(bytes), folder.path().join("room"), options(clock), how)?;
    Ok(Restored { folder, room: Room { kms, clock: clock.clone() }, report })
}

fn acknowledged() -> RestoreOptions {
    RestoreOptions::new().acknowledge_rollback("a test")
}

/// A strongroom on disk, and its folder.
fn on_disk() -> (tempfile::TempDir, Room) {
    let folder = tempfile::tempdir().unwrap();
    let clock = FakeClock::new();
    let kms = Kms::create(folder.path().join("room"), options(&clock)).unwrap();
    (folder, Room { kms, clock })
}

/// A backup taken apart.
#[derive(Clone)]
struct Parts {
    header: Header,
    records: Vec<Record>,
    trailer: [u8; 32],
}

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let mut reader = Reader::new(bytes).unwrap();
        let mut records = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            records.push(record);
        }
        let header = reader.header().clone();
        Self { header, records, trailer: reader.into_inner().try_into().unwrap() }
    }

    /// Put together again with the counts as they are now, and with each trailer that somebody without the key can make.
    fn forged(&self) -> Vec<Vec<u8>> {
        let mut body = Vec::new();
        let header = Header { records: self.records.len() as u64, ..self.header.clone() };
        header.write(&mut body).unwrap();
        self.records.iter().for_each(|record| write_record(record, &mut body).unwrap());
        write_end(&mut body).unwrap();
        let provider = strongroom_rustcrypto::provider();
        let mut digest = [0; 32];
        provider.digest.digest(DigestAlgorithm::Sha256, &[&body], &mut digest).unwrap();
        let guessed = backup_trailer(&provider, &[0; 32], &self.header.store_id, &digest).unwrap();
        [self.trailer, digest, guessed].iter().map(|trailer| [body.as_slice(), trailer].concat()).collect()
    }
}

/// The backup is refused, with and without an acknowledgement, and its target is not touched.
fn refused(bytes: &[u8], clock: &FakeClock, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    // The folder that does not exist and the one that is empty in turn.
    let target = if bytes.len().is_multiple_of(2) { folder.path().join("new") } else { empty.clone() };
    let outcome = Kms::restore(Cursor::new(bytes), &target, options(clock), acknowledged());
    let error = outcome.err().unwrap_or_else(|| panic!("{what}: it was restored"));
    assert!(!matches!(error, Error::Kms(_) | Error::Io { .. }), "{what}: {error:?}");
    assert!(!folder.path().join("new").exists(), "{what}");
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0, "{what}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{what}");
}

#[test]
fn a_backup_with_any_record_dropped_repeated_swapped_or_redated_is_refused_before_the_first_write() {
    let room = Room::new();
    furnish(&room.root());
    let old = Parts::of(&backup(&room));
    symmetric(&room.root());
    for key in key_ids(&room.root()) {
        let _ = room.root().update_key_description(&*key, "changed").send();
    }
    let good = Parts::of(&backup(&room));
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut check = |what: &'static str, parts: &Parts| {
        for forged in parts.forged() {
            refused(&forged, &room.clock, what);
            *counts.entry(what).or_default() += 1;
        }
    };
    for at in 0..good.records.len() {
        let edited = |edit: &dyn Fn(&mut Vec<Record>)| {
            let mut parts = good.clone();
            edit(&mut parts.records);
            parts
        };
        check("dropped", &edited(&|records| drop(records.remove(at))));
        check("repeated", &edited(&|records| records.insert(at, records[at].clone())));
        check("repeated at the end", &edited(&|records| records.push(records[at].clone())));
        check(
            "re-dated",
            &edited(&|records| {
                let other = records[at].revision.as_u64() - 1;
                records[at].revision = Revision::from_u64(other);
            }),
        );
        check("emptied", &edited(&|records| records[at].value = [].into()));
        for other in 0..good.records.len() {
            if other != at {
                check(
                    "values swapped",
                    &edited(&|records| {
                        let value = records[at].value.clone();
                        records[at].value = records[other].value.clone();
                        records[other].value = value;
                    }),
                );
                check("swapped", &edited(&|records| records.swap(at, other)));
            }
        }
        // What an older backup had in this place: a whole record with a tag that fits.
        let older = old.records.iter().find(|record| record.key == good.records[at].key);
        if let Some(older) = older.filter(|older| older.value != good.records[at].value) {
            check("put back from an older backup", &edited(&|records| records[at] = older.clone()));
        }
    }
    let mut parts = good.clone();
    parts.header.revision = Revision::from_u64(parts.header.revision.as_u64() + 1);
    check("re-dated as a whole", &parts);
    let mut parts = good.clone();
    parts.header.made = strongroom::Timestamp::from_secs(1);
    check("made at another time", &parts);
    let mut parts = good.clone();
    parts.header.checkpoint = old.header.checkpoint.clone();
    check("with an older checkpoint", &parts);
    check("with an older trailer", &Parts { trailer: old.trailer, ..good.clone() });
    println!("edited backups refused: {}", counts.values().sum::<usize>());
    counts.iter().for_each(|(what, count)| println!("  {what:<30} {count}"));
    assert!(counts["put back from an older backup"] > 0);
    drop(restore(&good.forged()[0], &room.clock, acknowledged()).unwrap());
}

#[test]
fn a_backup_that_is_cut_continued_or_has_a_flipped_bit_is_refused() {
    let room = Room::new();
    symmetric(&room.root());
    let bytes = backup(&room);
    for len in 0..bytes.len() {
        refused(&bytes[..len], &room.clock, "cut");
    }
    refused(&[bytes.as_slice(), &[0]].concat(), &room.clock, "continued");
    refused(&[bytes.as_slice(), &bytes].concat(), &room.clock, "twice");
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        refused(&flipped, &room.clock, "flipped");
    }
    println!("cut {0}, flipped {0}, continued 2: all refused", bytes.len());
}

#[test]
fn what_was_sealed_opens_after_a_restore_and_the_new_record_begins_with_the_old_one() {
    let (folder, room) = on_disk();
    let root = room.root();
    let (key, signer) = (symmetric(&root), signing(&root));
    root.create_alias("alias/orders", &*key.id).send().unwrap();
    let first = encrypt(&root, "alias/orders", b"first").unwrap();
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    let second = encrypt(&root, "alias/orders", b"second").unwrap();
    let public = public_key(&root, &signer.id).unwrap();
    let bytes = backup(&room);
    let old = room.kms.close().unwrap();
    let how = RestoreOptions::new().surviving_record(folder.path().join("room"));
    let restored = restore(&bytes, &room.clock, how).unwrap();
    assert!(restored.report.unknown.is_empty() && restored.report.replayed.is_empty());
    let root = restored.room.root();
    for (blob, text) in [(&first, "first"), (&second, "second")] {
        let opened = decrypt(&root, blob.as_slice()).unwrap();
        assert_eq!(opened, text.as_bytes());
    }
    assert_eq!(public_key(&root, &signer.id).unwrap(), public);
    encrypt(&root, "alias/orders", b"third").unwrap();

    let events = restored.room.events_from(0);
    assert_eq!(events[0].record.name(), "RestoreStrongroom");
    let continues = events[0].record.continues().unwrap();
    assert_eq!(continues.restored.checkpoint.origin(), old.checkpoint.checkpoint.origin());
    assert_eq!(continues.newest_seen, restored.report.newest_seen);
    let key = restored.room.kms.verifying_key().unwrap();
    assert_ne!(key.name(), old.checkpoint.checkpoint.origin());
    let anchor = restored.room.kms.checkpoint().unwrap();
    let path = restored.folder.path().join("room");
    let report = verify_record(&path, &key, &[anchor]).unwrap();
    assert_eq!(report.outcome, Outcome::Ok, "{report:?}");
    assert_eq!(report.continues, Some(continues));
    // Every revision is of an epoch of its own.
    let revision = root.create_key().send().map(|_| restored.room.events_from(0).last().unwrap().revision).unwrap();
    assert_eq!((revision >> 48, restored.report.epoch), (1, 1));
    // It is a strongroom like any other: it closes, opens, is backed up and restored again.
    let again = backup(&restored.room);
    restored.room.kms.close().unwrap();
    drop(Kms::open(&path, options(&room.clock)).unwrap());
    let twice = restore(&again, &room.clock, RestoreOptions::new().surviving_record(path)).unwrap();
    assert_eq!(twice.report.epoch, 2);
    assert_eq!(decrypt(&twice.room.root(), &first).unwrap(), b"first");
}

#[test]
fn a_restore_without_the_record_must_be_acknowledged() {
    let room = Room::new();
    let bytes = backup(&room);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("room");
    let outcome = Kms::restore(Cursor::new(&bytes), &target, options(&room.clock), RestoreOptions::new());
    assert!(matches!(outcome, Err(Error::RollbackNotAcknowledged)));
    assert!(!target.exists());
    let restored = restore(&bytes, &room.clock, acknowledged()).unwrap();
    assert!(!restored.report.unknown.is_empty());
    let json = restored.room.events_from(0)[0].to_json();
    assert!(json.contains(r#""reason":"a test""#), "{json}");
}

#[test]
fn what_was_denied_after_the_backup_is_denied_after_the_restore() {
    let (folder, room) = on_disk();
    let root = room.root();
    let [disabled, pending, cancelled, gone, narrowed, toggled, untouched, was_disabled, tagged] =
        std::array::from_fn(|_| symmetric(&root));
    let user = room.user("alice", &[allow(&["kms:*"], "*")]);
    let blob = encrypt(&root, &untouched.id, b"x").unwrap();
    root.schedule_key_deletion(&*cancelled.id).pending_window_in_days(7).send().unwrap();
    root.disable_key(&*was_disabled.id).send().unwrap();
    let bytes = backup(&room);

    room.clock.advance(60);
    root.disable_key(&*disabled.id).send().unwrap();
    root.schedule_key_deletion(&*pending.id).pending_window_in_days(9).send().unwrap();
    root.cancel_key_deletion(&*cancelled.id).send().unwrap();
    root.schedule_key_deletion(&*gone.id).pending_window_in_days(7).send().unwrap();
    user.describe_key(&*narrowed.id).send().unwrap();
    let policy = key_policy(&[
        serde_json::json!({ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{HERE}:root") },
        "Action": ["kms:PutKeyPolicy", "kms:GetKeyPolicy"], "Resource": "*" }),
    ]);
    root.put_key_policy(&*narrowed.id, &*policy).bypass_policy_lockout_safety_check(true).send().unwrap();
    root.disable_key(&*toggled.id).send().unwrap();
    root.enable_key(&*toggled.id).send().unwrap();
    root.enable_key(&*was_disabled.id).send().unwrap();
    root.tag_resource(&*tagged.id, [strongroom::types::Tag::new("team", "b")]).send().unwrap();
    let made = symmetric(&root);
    root.rotate_key_on_demand(&*untouched.id).send().unwrap();
    room.clock.advance(8 * DAY);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 1);
    let before: Vec<_> = [&disabled, &pending, &cancelled, &toggled].map(|key| state(&root, &key.id)).into();
    room.kms.close().unwrap();

    room.clock.advance(60);
    let how = RestoreOptions::new().surviving_record(folder.path().join("room").join("log"));
    let restored = restore(&bytes, &room.clock, how).unwrap();
    let root = restored.room.root();
    let after: Vec<_> = [&disabled, &pending, &cancelled, &toggled].map(|key| state(&root, &key.id)).into();
    assert_eq!(before, after);
    assert_eq!(
        describe(&root, &pending.id).unwrap().deletion_date,
        Some(strongroom::Timestamp::from_secs(1_772_323_200 + 60 + 9 * DAY))
    );
    assert!(root.describe_key(&*gone.id).send().unwrap_err().is(ErrorCode::NotFound));
    assert!(encrypt(&root, &disabled.id, b"x").unwrap_err().is(ErrorCode::Disabled));
    let user = restored.room.user("alice", &[allow(&["kms:*"], "*")]);
    assert!(user.describe_key(&*narrowed.id).send().unwrap_err().is(ErrorCode::AccessDenied));
    assert_eq!(policy_of(&root, &narrowed.id).unwrap(), policy);
    // It is never wider than the backup: this one is enabled by hand.
    assert!(encrypt(&root, &was_disabled.id, b"x").unwrap_err().is(ErrorCode::Disabled));
    assert!(root.describe_key(&*made.id).send().unwrap_err().is(ErrorCode::NotFound));
    assert_eq!(decrypt(&root, &blob).unwrap(), b"x");
    let lost: Vec<_> = restored.report.not_replayed.iter().map(|lost| lost.name.as_str()).collect();
    assert_eq!(lost, ["EnableKey", "CreateKey", "RotateKeyOnDemand", "RotateKey"]);
    assert!(restored.report.replayed.iter().all(|key| key.disabled_for_want_of.is_none()));
    // Tags may be what a policy decides by: the record has them.
    assert_eq!(root.list_resource_tags(&*tagged.id).send().unwrap().tags[0].tag_value, "b");
    assert_eq!(state(&root, &tagged.id), KeyState::Enabled);
    assert_eq!(restored.report.replayed.iter().filter(|key| key.destroyed).count(), 1);
    // The key that is pending goes on its day.
    restored.room.clock.advance(DAY);
    assert_eq!(restored.room.kms.run_due().unwrap().deleted_keys, 1);
    drop(restored.folder);
}

/// Policies may decide by `kms:ResourceAliases`.
#[test]
fn aliases_that_changed_after_the_backup_are_what_they_were_at_the_end() {
    let (folder, room) = on_disk();
    let root = room.root();
    let [deleted, moved_from, moved_to, named, untouched] = std::array::from_fn(|_| symmetric(&root));
    root.create_alias("alias/open", &*deleted.id).send().unwrap();
    root.create_alias("alias/moved", &*moved_from.id).send().unwrap();
    root.create_alias("alias/kept", &*untouched.id).send().unwrap();
    let bytes = backup(&room);

    room.clock.advance(60);
    root.delete_alias("alias/open").send().unwrap();
    root.update_alias("alias/moved", &*moved_to.id).send().unwrap();
    root.create_alias("alias/closed", &*named.id).send().unwrap();
    let made = symmetric(&root);
    root.create_alias("alias/made", &*made.id).send().unwrap();
    room.kms.close().unwrap();

    let how = RestoreOptions::new().surviving_record(folder.path().join("room"));
    let restored = restore(&bytes, &room.clock, how).unwrap();
    let root = restored.room.root();
    for key in [&deleted, &moved_from, &moved_to, &named, &untouched] {
        assert_eq!(state(&root, &key.id), KeyState::Enabled);
    }
    let stand = [("alias/closed", &named), ("alias/kept", &untouched), ("alias/moved", &moved_to)];
    assert_eq!(aliases(&root, None), stand.map(|(name, key)| (name.to_owned(), key.id.clone())));
    let lost: Vec<_> = restored.report.not_replayed.iter().map(|lost| lost.name.as_str()).collect();
    assert_eq!(lost, ["CreateKey", "CreateAlias"], "an alias of a key that is lost");
    drop(restored.folder);
}

/// A key that the record disabled rotates no more, and again once it is enabled by hand.
#[test]
fn a_key_that_is_restored_disabled_can_be_enabled_and_rotates_on_its_date() {
    let (folder, room) = on_disk();
    let root = room.root();
    let [disabled, gone] = std::array::from_fn(|_| symmetric(&root));
    for key in [&disabled, &gone] {
        root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    }
    let bytes = backup(&room);
    root.disable_key(&*disabled.id).send().unwrap();
    root.schedule_key_deletion(&*gone.id).pending_window_in_days(7).send().unwrap();
    room.clock.advance(8 * DAY);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 1);
    room.kms.close().unwrap();
    let how = RestoreOptions::new().surviving_record(folder.path().join("room").join("log"));
    let restored = restore(&bytes, &room.clock, how).unwrap();
    let root = restored.room.root();
    assert_eq!(state(&root, &disabled.id), KeyState::Disabled);
    root.enable_key(&*disabled.id).send().unwrap();
    restored.room.clock.advance(90 * DAY);
    assert_eq!(restored.room.kms.run_due().unwrap().rotated_keys, 1);
    assert_eq!(restored.room.kms.status().unwrap().due.waiting, 1, "of the key that is enabled, and of no other");
}

#[test]
fn a_record_that_was_edited_or_is_older_than_the_backup_is_no_record() {
    let (folder, room) = on_disk();
    symmetric(&room.root());
    let path = folder.path().join("room");
    let short = folder.path().join("short");
    let copy = |to: &Path| {
        std::fs::create_dir(to).unwrap();
        for file in std::fs::read_dir(path.join("log")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    };
    copy(&short);
    let bytes = backup(&room);
    let key = symmetric(&room.root());
    room.root().disable_key(&*key.id).send().unwrap();
    let newest = room.kms.checkpoint().unwrap();
    let edited = folder.path().join("edited");
    copy(&edited);
    let file = edited.join("0000000000000000.log");
    let mut log = std::fs::read(&file).unwrap();
    let at = log.len() - 300;
    log[at] ^= 1;
    std::fs::write(&file, log).unwrap();
    for wrong in [&short, &edited] {
        let outcome = restore(&bytes, &room.clock, acknowledged().surviving_record(wrong));
        assert!(matches!(outcome, Err(Error::Damaged { .. })), "{wrong:?}");
    }
    // A record that ends before the newest checkpoint that was seen is not all of it.
    room.root().disable_key(&*key.id).send().unwrap();
    let longer = room.kms.checkpoint().unwrap();
    let whole = folder.path().join("whole");
    copy(&whole);
    symmetric(&room.root());
    let beyond = room.kms.checkpoint().unwrap();
    assert!(newest.checkpoint.size() < longer.checkpoint.size());
    let how = || RestoreOptions::new().surviving_record(&whole);
    drop(restore(&bytes, &room.clock, how().newest_seen(longer)).unwrap());
    let outcome = restore(&bytes, &room.clock, how().newest_seen(beyond.clone()));
    assert!(matches!(outcome, Err(Error::RollbackNotAcknowledged)));
    let restored =
        restore(&bytes, &room.clock, how().newest_seen(beyond.clone()).acknowledge_rollback("lost")).unwrap();
    assert_eq!(restored.report.newest_seen, beyond);
    assert!(!restored.report.unknown.is_empty());
}

/// Whoever can write to the old disk appends a leaf that says so, and erases the leaf that denied.
#[test]
fn a_record_from_which_a_change_was_erased_is_not_the_whole_record() {
    let (folder, room) = on_disk();
    let key = symmetric(&room.root());
    let bytes = backup(&room);
    room.root().disable_key(&*key.id).send().unwrap();
    let newest = room.kms.checkpoint().unwrap();
    room.kms.close().unwrap();
    let path = folder.path().join("room").join("log");
    let crypto = LogCrypto::new(&strongroom_rustcrypto::provider()).unwrap();
    let origin = Origin::parse(newest.checkpoint.origin()).unwrap();
    let storage = Arc::new(DirStorage::open(&path).unwrap());
    let (log, _) = Log::open(storage, crypto.clone(), origin, None, LogOptions::default()).unwrap();
    let is_the_denial = |leaf: &Leaf| {
        leaf.record.as_deref().is_some_and(|record| EventRecord::decode(record).unwrap().name() == "DisableKey")
    };
    let denial = log.read(0..u64::MAX).unwrap().map(Result::unwrap).find(is_the_denial).unwrap();
    let (account, region) = (HERE.parse().unwrap(), "us-east-1".parse().unwrap());
    let now = room.clock.now();
    let mut event = Event::service([7; 16], now, "EraseRecord", region, account);
    event.facts.erased = Some(denial.entry.index);
    let mut record = Vec::new();
    event.encode(&crypto, &mut record);
    log.append(EntryParts::new(EntryKind::Erased, now, &[7; 32], &record)).wait().unwrap().unwrap();
    log.erase(denial.entry.index).unwrap();
    log.close().unwrap();

    let how = || RestoreOptions::new().surviving_record(&path).newest_seen(newest.clone());
    let outcome = restore(&bytes, &room.clock, how());
    assert!(matches!(outcome, Err(Error::RollbackNotAcknowledged)));
    let restored = restore(&bytes, &room.clock, how().acknowledge_rollback("erased")).unwrap();
    assert!(!restored.report.unknown.is_empty());
    assert!(restored.report.not_replayed.iter().any(|lost| lost.name == "(erased)"));
}

/// A record that somebody exchanges while it is read, after the storage was listed so often.
#[derive(Debug)]
struct Exchanged {
    first: DirStorage,
    then: DirStorage,
    after: AtomicUsize,
}

impl Exchanged {
    fn now(&self) -> &DirStorage {
        if self.after.load(Ordering::Relaxed) > 0 { &self.first } else { &self.then }
    }
}

impl LogStorage for Exchanged {
    fn list(&self) -> std::io::Result<Vec<String>> {
        let listed = self.now().list();
        let _ = self.after.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        listed
    }
    fn create(&self, name: &str) -> std::io::Result<Arc<dyn LogFile>> {
        self.now().create(name)
    }
    fn open(&self, name: &str) -> std::io::Result<Arc<dyn LogFile>> {
        self.now().open(name)
    }
    fn remove(&self, name: &str) -> std::io::Result<()> {
        self.now().remove(name)
    }
    fn free_space(&self) -> std::io::Result<Option<u64>> {
        Ok(None)
    }
    fn is_volatile(&self) -> bool {
        false
    }
    fn path(&self) -> &Path {
        self.first.path()
    }
}

/// What is replayed is what was verified, also if somebody puts another record in its place between the two.
#[test]
fn a_record_that_changes_while_it_is_read_is_refused() {
    let (folder, room) = on_disk();
    let key = symmetric(&room.root());
    let bytes = backup(&room);
    room.root().disable_key(&*key.id).send().unwrap();
    let checkpoint = room.kms.checkpoint().unwrap().checkpoint;
    room.kms.close().unwrap();
    let (path, other) = (folder.path().join("room").join("log"), folder.path().join("other"));
    std::fs::create_dir(&other).unwrap();
    let crypto = LogCrypto::new(&strongroom_rustcrypto::provider()).unwrap();
    let origin = Origin::parse(checkpoint.origin()).unwrap();
    let dir = |path: &Path| DirStorage::open(path).unwrap();
    let log = Log::create(Arc::new(dir(&other)), crypto.clone(), origin, LogOptions::default()).unwrap();
    let event =
        Event::service([7; 16], room.clock.now(), "Nothing", "us-east-1".parse().unwrap(), HERE.parse().unwrap());
    let mut record = Vec::new();
    event.encode(&crypto, &mut record);
    for _ in 0..checkpoint.size() {
        let parts = EntryParts::new(EntryKind::Service, room.clock.now(), &[7; 32], &record);
        log.append(parts).wait().unwrap().unwrap();
    }
    log.close().unwrap();

    let mut refused = 0;
    for after in 0..12 {
        let survivor = Exchanged { first: dir(&path), then: dir(&other), after: AtomicUsize::new(after) };
        match restore(&bytes, &room.clock, RestoreOptions::new().surviving_log(Arc::new(survivor))) {
            Ok(restored) => assert_eq!(state(&restored.room.root(), &key.id), KeyState::Disabled, "{after}"),
            Err(error) => {
                assert!(matches!(error, Error::Damaged { .. } | Error::Audit(_)), "{after}: {error:?}");
                refused += 1;
            }
        }
    }
    assert!((1..12).contains(&refused), "{refused}");
}

/// A leaf that nobody signed, with the last revision that there is.
#[test]
fn an_unsigned_leaf_uses_up_no_epochs() {
    let (folder, room) = on_disk();
    let bytes = backup(&room);
    let checkpoint = room.kms.checkpoint().unwrap().checkpoint;
    room.kms.close().unwrap();
    let path = folder.path().join("room").join("log");
    let crypto = LogCrypto::new(&strongroom_rustcrypto::provider()).unwrap();
    let origin = Origin::parse(checkpoint.origin()).unwrap();
    let storage = Arc::new(DirStorage::open(&path).unwrap());
    let (log, _) = Log::open(storage, crypto.clone(), origin, None, LogOptions::default()).unwrap();
    let (now, region) = (room.clock.now(), "us-east-1".parse().unwrap());
    let mut record = Vec::new();
    Event::service([7; 16], now, "Nothing", region, HERE.parse().unwrap()).encode(&crypto, &mut record);
    let mut parts = EntryParts::new(EntryKind::Service, now, &[7; 32], &record);
    parts.revision = u64::MAX;
    log.append(parts).wait().unwrap().unwrap();
    log.close().unwrap();
    let restored = restore(&bytes, &room.clock, RestoreOptions::new().surviving_record(&path)).unwrap();
    assert_eq!(restored.report.epoch, 1);
}

#[test]
fn a_folder_with_something_in_it_is_not_restored_into() {
    let (folder, room) = on_disk();
    let bytes = backup(&room);
    let path = folder.path().join("room");
    let outcome = Kms::restore(Cursor::new(&bytes), &path, options(&room.clock), acknowledged());
    assert!(matches!(outcome, Err(Error::Exists(_))), "{outcome:?}");
    symmetric(&room.root());
}

#[test]
fn a_restore_may_change_the_passphrase_and_the_backup_keeps_the_old_one() {
    let cheap = || Argon2idParams::new(19 * 1024, 2, 1).unwrap();
    let phrase = |text: &str| Passphrase::new(text.as_bytes().to_vec()).params(cheap());
    let clock = FakeClock::new();
    let with = |text: &str| Options::new(phrase(text)).clock(clock.clone());
    let kms = Kms::in_memory_with(with("old")).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let mut bytes = Vec::new();
    kms.backup(&mut bytes).unwrap();
    kms.change_unlock(&phrase("newer")).unwrap();
    assert!(matches!(verify_backup(&*bytes, &phrase("newer")), Err(Error::WrongUnlock)));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("room");
    let how = || acknowledged().unlock(phrase("another"));
    let wrong = Kms::restore(Cursor::new(&bytes), &path, with("newer"), how());
    assert!(matches!(wrong, Err(Error::WrongUnlock)) && !path.exists());
    let (kms, _) = Kms::restore(Cursor::new(&bytes), &path, with("old"), how()).unwrap();
    kms.close().unwrap();
    assert!(matches!(Kms::open(&path, with("old")), Err(Error::WrongUnlock)));
    let kms = Kms::open(&path, with("another")).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    assert_eq!(decrypt(&root, &blob).unwrap(), b"x");
    verify_backup(&*bytes, &phrase("old")).unwrap();
}

#[test]
fn a_backup_of_one_kind_of_store_is_restored_into_another() {
    let (folder, room) = on_disk();
    let key = symmetric(&room.root());
    let blob = encrypt(&room.root(), &key.id, b"x").unwrap();
    let bytes = backup(&room);
    let (store, log) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStorage::new()));
    let how = RestoreOptions::new().surviving_record(folder.path().join("room"));
    let (kms, report) = Kms::restore_in(Cursor::new(&bytes), store.clone(), log, options(&room.clock), how).unwrap();
    assert_eq!(report.epoch, 1);
    let there = Room { kms, clock: room.clock.clone() };
    assert_eq!(decrypt(&there.root(), &blob).unwrap(), b"x");
    let full = Kms::restore_in(
        Cursor::new(&bytes),
        store,
        Arc::new(MemoryStorage::new()),
        options(&room.clock),
        acknowledged(),
    );
    assert!(matches!(full, Err(Error::Configuration(_))));
    let back = restore(&backup(&there), &room.clock, acknowledged()).unwrap();
    assert_eq!(decrypt(&back.room.root(), &blob).unwrap(), b"x");
}

#[test]
fn old_generations_of_the_root_key_are_restored_too() {
    let room = Room::new();
    let key = symmetric(&room.root());
    let blob = encrypt(&room.root(), &key.id, b"x").unwrap();
    let before = backup(&room);
    room.kms.rotate_root(&[&unlock()]).unwrap();
    let after = backup(&room);
    for bytes in [before, after] {
        let restored = restore(&bytes, &room.clock, acknowledged()).unwrap();
        restored.room.kms.rotate_root(&[&unlock()]).unwrap();
        let opened = restored.room.root().decrypt(&*blob).send().unwrap();
        assert_eq!(opened.plaintext.expose_secret(), b"x");
    }
}

/// Case 14 of the formats: whoever keeps the newest checkpoint of each origin sees two logs, and no conflict; a folder that
/// was copied back and went on is caught.
#[test]
fn a_restore_that_grows_is_another_log_and_a_copy_that_grows_is_a_fork() {
    let (folder, room) = on_disk();
    symmetric(&room.root());
    let bytes = backup(&room);
    let path = folder.path().join("room");
    room.kms.close().unwrap();
    let copied = folder.path().join("copied");
    copy_folder(&path, &copied);
    let kms = Kms::open(&path, options(&room.clock)).unwrap();
    let original = Room { kms, clock: room.clock.clone() };
    (0..5).for_each(|_| drop(symmetric(&original.root())));
    let witnessed = original.kms.checkpoint().unwrap();
    let key = original.kms.verifying_key().unwrap();
    let size = witnessed.checkpoint.size();

    let restored = restore(&bytes, &room.clock, acknowledged().newest_seen(witnessed.clone())).unwrap();
    while restored.room.size() <= size {
        symmetric(&restored.room.root());
    }
    let grown = restored.room.kms.checkpoint().unwrap();
    assert!(grown.checkpoint.size() > size);
    assert_ne!(grown.checkpoint.origin(), witnessed.checkpoint.origin(), "two origins");
    assert_eq!(restored.room.events_from(0)[0].record.continues().unwrap().newest_seen, witnessed);
    // The old key signs nothing of the new log, and the new log is not taken for the old one.
    let report = verify_record(restored.folder.path().join("room"), &key, std::slice::from_ref(&witnessed)).unwrap();
    assert_ne!(report.outcome, Outcome::Ok);
    let own = restored.room.kms.verifying_key().unwrap();
    let report = verify_record(restored.folder.path().join("room"), &own, &[grown]).unwrap();
    assert_eq!(report.outcome, Outcome::Ok, "{report:?}");

    let copy = Room { kms: Kms::open(&copied, options(&room.clock)).unwrap(), clock: room.clock.clone() };
    while copy.size() <= size {
        symmetric(&copy.root());
    }
    let fork = copy.kms.checkpoint().unwrap();
    assert_eq!(fork.checkpoint.origin(), witnessed.checkpoint.origin());
    let report = verify_record(&copied, &key, &[witnessed, fork]).unwrap();
    assert_eq!(report.outcome, Outcome::Tampered, "{report:?}");
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_backup_under_load_is_a_state_that_existed() {
    let (folder, room) = on_disk();
    let root = room.root();
    let key = symmetric(&root);
    let over = AtomicBool::new(false);
    let path = folder.path().join("room");
    let (mut backups, mut states) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Acquire) {
                    encrypt(&root, &key.id, b"x").unwrap();
                }
            });
        }
        scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                let made = symmetric(&root);
                root.disable_key(&*made.id).send().unwrap();
                root.update_key_description(&*made.id, "disabled").send().unwrap();
            }
        });
        for _ in 0..6 {
            let slow = |_: &strongroom::Progress| {
                std::thread::sleep(std::time::Duration::from_millis(20));
                ControlFlow::Continue(())
            };
            let mut bytes = Vec::new();
            let report = room.kms.backup_with(&mut bytes, slow).unwrap();
            backups.push((bytes, report));
        }
        over.store(true, Ordering::Release);
    });
    room.kms.close().unwrap();
    // What the old record tells up to the checkpoint is what the backup has, to the last change.
    let reopened = Room { kms: Kms::open(&path, options(&room.clock)).unwrap(), clock: room.clock.clone() };
    let events = reopened.events_from(0);
    for (bytes, report) in backups {
        let size = report.checkpoint.checkpoint.size();
        let told = |name: &str| {
            let done = events.iter().filter(|event| event.index < size && event.record.error_code().is_none());
            done.filter(|event| event.record.name() == name).count()
        };
        // Commits that clean up and tell of nothing have revisions too.
        assert!(events.iter().filter(|e| e.index < size).all(|e| e.revision <= report.revision));
        assert!(events.iter().filter(|e| e.index >= size && e.revision > 0).all(|e| e.revision > report.revision));
        let how = RestoreOptions::new().surviving_record(&path);
        let restored = restore(&bytes, &room.clock, acknowledged()).unwrap();
        let root = restored.room.root();
        let keys = key_ids(&root);
        let all: Vec<_> = keys.iter().map(|id| describe(&root, id).unwrap()).collect();
        let disabled = all.iter().filter(|key| key.key_state == KeyState::Disabled).count();
        let described = all.iter().filter(|key| key.description == "disabled").count();
        assert_eq!(
            (all.len(), disabled, described),
            (told("CreateKey"), told("DisableKey"), told("UpdateKeyDescription"))
        );
        states += all.len();
        // With the record, it is brought to what the strongroom came to.
        let replayed = restore(&bytes, &room.clock, how).unwrap();
        for id in keys {
            let now = state(&reopened.root(), &id);
            assert_eq!(state(&replayed.room.root(), &id), now);
        }
    }
    println!("keys compared in backups under load: {states}");
    assert!(states > 0);
}

/// "What would embarrass us": yesterday's copy opens silently and contradicts what was signed.
#[test]
fn an_old_copy_does_not_open_where_a_newer_checkpoint_is_known() {
    let (folder, room) = on_disk();
    symmetric(&room.root());
    room.kms.close().unwrap();
    let path = folder.path().join("room");
    let (old, grown) = (folder.path().join("old"), folder.path().join("grown"));
    copy_folder(&path, &old);
    copy_folder(&path, &grown);
    let with = |anchor: &SignedCheckpoint| options(&room.clock).anchor(anchor.clone());

    let current = Room { kms: Kms::open(&path, options(&room.clock)).unwrap(), clock: room.clock.clone() };
    let early = current.kms.checkpoint().unwrap();
    symmetric(&current.root());
    let bytes = backup(&current);
    symmetric(&current.root());
    let anchor = current.kms.close().unwrap().checkpoint;
    let seen = anchor.checkpoint.size();
    // Kept as text.
    let anchor = SignedCheckpoint::parse(anchor.note.to_string().as_bytes()).unwrap();
    drop(Kms::open(&path, with(&anchor).anchor(early)).unwrap());

    let before = std::fs::read(old.join("log").join("0000000000000000.log")).unwrap();
    let have = match Kms::open(&old, with(&anchor)) {
        Err(Error::RolledBack { have, seen: told }) if told == seen => have,
        other => panic!("{other:?}"),
    };
    assert!(have < seen);
    assert_eq!(std::fs::read(old.join("log").join("0000000000000000.log")).unwrap(), before, "nothing was appended");
    let copy = Room { kms: Kms::open(&grown, options(&room.clock)).unwrap(), clock: room.clock.clone() };
    while copy.size() <= seen {
        symmetric(&copy.root());
    }
    copy.kms.close().unwrap();
    assert!(matches!(Kms::open(&grown, with(&anchor)), Err(Error::Damaged { .. })), "it went on from an old copy");

    // The way out: a backup of the old copy, restored, begins another record that knows of the newest checkpoint.
    let copy = Kms::open(&old, options(&room.clock)).unwrap();
    let saved = backup(&Room { kms: copy, clock: room.clock.clone() });
    let how = || acknowledged().newest_seen(anchor.clone());
    for (bytes, how, opens) in [(&saved, how(), true), (&bytes, how(), true), (&bytes, acknowledged(), false)] {
        let restored = restore(bytes, &room.clock, how).unwrap();
        let path = restored.folder.path().join("room");
        let newest = restored.room.kms.close().unwrap().checkpoint;
        let outcome = Kms::open(&path, with(&anchor).anchor(newest));
        assert_eq!(outcome.is_ok(), opens, "{outcome:?}");
        if let Err(error) = outcome {
            assert!(matches!(error, Error::RolledBack { .. }), "{error:?}");
        }
    }
    let stranger = Room::new().kms.checkpoint().unwrap();
    assert!(matches!(Kms::open(&path, with(&stranger)), Err(Error::Configuration(_))));
}
