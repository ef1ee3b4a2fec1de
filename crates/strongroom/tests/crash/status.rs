//! What a status says is true, also while something is broken.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use strongroom::status::{ProbeOutcome, thresholds};
use strongroom::{Caller, Error, Kms, LogStorage, Reason, Status, Verdict};
use strongroom_audit::log::{LogFile, MemoryStorage};
use strongroom_hsm::Error as HsmError;
use strongroom_hsm::hostile::{Call, Fault, Faulty};
use strongroom_soft::SoftCustody;
use strongroom_store::testing::{Call as StoreCall, DiskFault, DiskOp, Faulty as FaultyStore, SimDisk, Trouble};
use strongroom_store::{MemoryStore, RedbOptions, RedbStore};

use crate::disk::{STORE, SimLog};
use crate::power::{create, open};
use crate::room::{Days, Room, must, options};

fn status(room: &Room) -> Status {
    let status = must(room.kms.status());
    assert!(!status.to_string().is_empty() && status.to_string().lines().count() <= 10);
    status
}

/// A log on a simulated disk, whose free space is what the test says.
#[derive(Debug)]
struct Narrow(SimLog, Arc<AtomicU64>);

impl LogStorage for Narrow {
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.0.create(name)
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.0.open(name)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }
    fn free_space(&self) -> io::Result<Option<u64>> {
        Ok(Some(self.1.load(Ordering::SeqCst)))
    }
    fn is_volatile(&self) -> bool {
        false
    }
    fn path(&self) -> &Path {
        self.0.path()
    }
}

#[test]
fn a_status_tells_how_far_the_sync_and_the_checkpoints_are_behind() {
    let (disk, clock) = (SimDisk::new(), Days::new(0));
    let room = must(create(&disk, &clock)); // syncs in place: nothing is synced unless somebody asks
    let key = must(room.root.create_key().send()).key_metadata.key_id;
    let signed = must(room.kms.checkpoint());
    let clean = status(&room);
    assert_eq!((clean.events, clean.synced_events), (signed.checkpoint.size(), signed.checkpoint.size()));
    assert_eq!((clean.log.unsynced_events, clean.log.unsynced_bytes, clean.log.unsynced_for), (0, 0, None));
    assert_eq!((clean.log.checkpoint_size, clean.log.unsigned_events), (clean.events, 0));
    assert!(clean.log.checkpoint_at.is_some() && clean.log.synced_through.is_some());
    assert!(clean.health().is_ready(), "{clean}");

    for _ in 0..5 {
        must(room.root.encrypt(&*key, b"x".as_slice()).send());
    }
    let behind = status(&room);
    assert_eq!((behind.log.unsynced_events, behind.log.unsigned_events), (5, 5));
    assert_eq!(behind.log.unsynced_bytes, behind.log.segment_bytes - clean.log.segment_bytes);
    assert!(behind.log.unsynced_for.is_some_and(|waited| waited < Duration::from_secs(60)));
    assert_eq!(behind.log.synced_through, clean.log.synced_through);
    clock.pass(1);
    let late = status(&room);
    assert!(late.log.unsynced_for.is_some_and(|waited| waited > Duration::from_secs(80_000)));
    assert!(matches!(late.health().reasons(), [Reason::SyncBehind(_)]), "{late}");
    must(room.kms.checkpoint());
    assert!(status(&room).health().is_ready());
    must(room.kms.close());

    let room = must(open(&disk, crate::power::FIRST, &clock));
    let opened = status(&room);
    assert!(opened.log.checkpoint_size >= behind.events, "the file of checkpoints says so");
    assert_eq!(opened.log.checkpoint_at, None, "and does not say when");
}

#[test]
fn a_log_that_can_not_be_synced_is_told_until_it_is_opened_anew() {
    let (disk, clock) = (SimDisk::new(), Days::new(0));
    let room = must(create(&disk, &clock));
    let key = must(room.root.create_key().send()).key_metadata.key_id;
    disk.fault(DiskFault::once(DiskOp::Sync, 0).forever());
    room.kms.checkpoint().unwrap_err();
    let broken = status(&room);
    assert!(broken.journal.stalled && broken.journal.why.is_some() && broken.journal.since.is_some());
    assert!(broken.log.fault.is_some());
    assert!(broken.health().is_failing(), "{broken}");
    let since = broken.journal.since;
    clock.pass(1);
    room.root.encrypt(&*key, b"x".as_slice()).send().unwrap_err();
    let still = status(&room);
    assert_eq!(still.journal.since, since, "it says when it began");
    assert!(matches!(still.health().reasons().first(), Some(Reason::Stalled(_))));
    disk.heal();
    must(room.root.encrypt(&*key, b"x".as_slice()).send());
    let mended = status(&room);
    assert!(!mended.journal.stalled && mended.journal.why.is_none() && mended.log.fault.is_none(), "{mended}");
    disk.fault(DiskFault::once(DiskOp::Sync, 0).forever());
    room.kms.checkpoint().unwrap_err();
    assert!(status(&room).journal.since > since, "and the next time, when that began");
}

#[test]
fn a_commit_that_nobody_knows_of_and_an_event_that_waits_are_counted() {
    let store = Arc::new(FaultyStore::new(MemoryStore::new()));
    let log = Arc::new(MemoryStorage::new());
    let room = Room::new(must(Kms::create_in(store.clone(), log, options(1, &Days::new(0)))));
    let key = must(room.root.create_key().send()).key_metadata.key_id;
    assert_eq!(status(&room).journal.undecided, Some(0));
    store.always(StoreCall::Submit, Trouble::UnknownNotDone);
    room.root.disable_key(&*key).send().unwrap_err();
    let unknown = status(&room);
    assert_eq!((unknown.journal.undecided, unknown.journal.stalled), (Some(1), true));
    assert!(unknown.health().is_failing(), "{unknown}");
    store.heal();
    must(room.root.encrypt(&*key, b"x".as_slice()).send());
    let known = status(&room);
    assert_eq!((known.journal.undecided, known.journal.stalled, known.journal.why), (Some(0), false, None));

    // The store's disk is well, the log's is full: what is committed waits.
    let (disk, clock) = (SimDisk::new(), Days::new(0));
    let store = FaultyStore::new(MemoryStore::new());
    let room =
        must(Kms::create_in(Arc::new(store), Arc::new(SimLog(disk.clone())), options(1, &clock).sync_in_place()));
    let room = Room::new(room);
    let key = must(room.root.create_key().send()).key_metadata.key_id;
    let outbox = status(&room).journal.outbox.unwrap();
    disk.fault(DiskFault::once(DiskOp::Write, 0).full().forever());
    must(room.root.disable_key(&*key).send());
    let waits = status(&room);
    assert_eq!((waits.journal.backlog, waits.journal.outbox), (Some(1), Some(outbox + 1)));
    assert!(waits.health().is_failing(), "{waits}");
    disk.heal();
    must(room.root.enable_key(&*key).send());
    assert_eq!(status(&room).journal.backlog, Some(0));
}

#[test]
fn little_space_is_told_before_there_is_none() {
    let (disk, clock, free) = (SimDisk::new(), Days::new(0), Arc::new(AtomicU64::new(1 << 40)));
    let file = disk.create(STORE).unwrap();
    let store = RedbStore::create_on(Arc::new(file), RedbOptions::default()).unwrap();
    let log = Arc::new(Narrow(SimLog(disk), Arc::clone(&free)));
    let room = Room::new(must(Kms::create_in(Arc::new(store), log, options(1, &clock).sync_in_place())));
    assert_eq!(status(&room).space.least(), Some(1 << 40));
    free.store(thresholds::SPACE_LOW - 1, Ordering::SeqCst);
    assert_eq!(status(&room).health(), Verdict::Degraded(vec![Reason::LittleSpace(thresholds::SPACE_LOW - 1)]));
    free.store(thresholds::SPACE_OUT - 1, Ordering::SeqCst);
    assert_eq!(status(&room).health(), Verdict::Failing(vec![Reason::NoSpace(thresholds::SPACE_OUT - 1)]));

    let folder = tempfile::tempdir().unwrap();
    let room = Room::new(must(Kms::create(folder.path().join("room"), options(1, &clock))));
    let space = status(&room).space;
    assert!(space.store.is_some() && space.log.is_some(), "a folder's file systems are asked");
}

#[test]
fn a_custody_that_does_not_answer_is_told() {
    let faulty = Arc::new(std::sync::OnceLock::<Faulty>::new());
    let held = Arc::clone(&faulty);
    let options = options(1, &Days::new(0)).custody(move |root| {
        let faulty = held.get_or_init(|| Faulty::new(Arc::new(SoftCustody::new(root.clone()))));
        Box::new(faulty.clone())
    });
    let room = Room::new(must(Kms::in_memory_with(options)));
    let well = status(&room);
    assert_eq!(well.custody.probed.as_ref().map(|probed| &probed.outcome), Some(&ProbeOutcome::Ready));
    assert!(
        well.custody.probed.is_some_and(|probed| probed.at == well.clock.now || probed.at >= well.clock.highest_seen)
    );
    let faulty = faulty.get().unwrap();
    faulty.next(Call::Probe, Fault::FailBefore(HsmError::full("the line is cut")));
    let broken = status(&room);
    assert!(
        matches!(broken.health().reasons(), [Reason::CustodyFails(why)] if why.contains("the line is cut")),
        "{broken}"
    );
    assert!(status(&room).health().is_ready());
}

#[test]
fn a_clock_that_went_back_is_told_and_nothing_is_done_with_it() {
    let clock = Days::new(100);
    let room = Room::new(must(Kms::in_memory_with(options(1, &clock))));
    must(room.root.create_key().send());
    let before = status(&room);
    assert!(before.clock.behind < Duration::from_secs(1) && !before.clock.refuses);
    clock.pass(-2);
    let back = status(&room);
    assert!(back.clock.refuses && back.clock.behind > Duration::from_secs(170_000));
    assert!(matches!(back.health().reasons(), [Reason::ClockRegression(_)]), "{back}");
    assert!(matches!(room.root.create_key().send(), Err(Error::ClockRegression { .. })));
    assert!(back.clock.highest_seen <= status(&room).clock.highest_seen);
}

#[test]
fn work_that_is_due_is_counted_without_looking_into_the_store() {
    let (disk, clock) = (SimDisk::new(), Days::new(0));
    let room = must(create(&disk, &clock));
    let keys: Vec<String> = (0..4).map(|_| must(room.root.create_key().send()).key_metadata.key_id).collect();
    assert_eq!((status(&room).due.waiting, status(&room).due.next), (0, None));
    for (key, days) in keys.iter().zip([7, 8, 9, 30]) {
        must(room.root.schedule_key_deletion(&**key).pending_window_in_days(days).send());
    }
    let waiting = status(&room).due;
    assert_eq!((waiting.waiting, waiting.overdue), (4, 0));
    must(room.root.cancel_key_deletion(&*keys[3]).send());
    assert_eq!(status(&room).due.waiting, 3);
    drop(room);

    let room = must(open(&disk, crate::power::FIRST, &clock));
    assert_eq!(status(&room).due.waiting, 3, "opening reads them");
    assert_eq!(status(&room).due.next, waiting.next);
    clock.pass(8);
    clock.pass(0);
    let late = status(&room);
    assert_eq!((late.due.waiting, late.due.overdue), (3, 2));
    assert!(late.health().reasons().iter().any(|reason| matches!(reason, Reason::Overdue(2))), "{late}");
    must(room.kms.run_due());
    assert_eq!((status(&room).due.waiting, status(&room).due.overdue), (1, 0));
}

#[test]
fn a_status_asks_nothing_of_the_store() {
    let store = Arc::new(FaultyStore::new(MemoryStore::new()));
    let room =
        Room::new(must(Kms::create_in(store.clone(), Arc::new(MemoryStorage::new()), options(1, &Days::new(0)))));
    must(room.root.create_key().send());
    let calls =
        || [StoreCall::Get, StoreCall::Scan, StoreCall::Submit, StoreCall::Maintain].map(|call| store.calls(call));
    let before = calls();
    status(&room);
    assert_eq!(calls(), before);
}

#[test]
fn whoever_asks_from_a_closed_strongroom_is_told_that_it_is_closed() {
    let room = Room::new(must(Kms::in_memory_with(options(1, &Days::new(0)))));
    let (kms, client) = (room.kms.clone(), must(room.kms.client(Caller::root())));
    must(room.kms.close());
    assert!(matches!(kms.status(), Err(Error::Closed)));
    drop(client);
}
