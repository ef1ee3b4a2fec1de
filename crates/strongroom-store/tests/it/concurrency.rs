//! The committer: it groups, it outlives its callers, and its death is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use strongroom_store::testing::{DiskOp, SimDisk, SimFile};
use strongroom_store::{
    ChangeSink, CommitError, Disk, Key, RedbOptions, RedbStore, Require, Revision, Store, StoreExt, WatchEvent, Write,
};

use crate::support::{commit, look, open, put, simulated};

/// A disk whose syncs take time, as syncs do.
#[derive(Debug)]
struct Slow(SimFile, Duration);

impl Disk for Slow {
    fn len(&self) -> std::io::Result<u64> {
        self.0.len()
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
        self.0.read_at(offset, out)
    }
    fn write_at(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
        self.0.write_at(offset, data)
    }
    fn set_len(&self, len: u64) -> std::io::Result<()> {
        self.0.set_len(len)
    }
    fn sync(&self) -> std::io::Result<()> {
        thread::sleep(self.1);
        self.0.sync()
    }
    fn forget_cached(&self) -> std::io::Result<()> {
        self.0.forget_cached()
    }
}

fn slow(millis: u64) -> (SimDisk, RedbStore) {
    let disk = SimDisk::new();
    let file = disk.create("store").unwrap();
    disk.sync_names().unwrap();
    let file = Slow(file, Duration::from_millis(millis));
    (disk, RedbStore::create_on(Arc::new(file), RedbOptions::default()).unwrap())
}

#[test]
fn callers_at_the_same_time_share_syncs() {
    let (disk, store) = slow(2);
    let before = disk.count(DiskOp::Sync);
    thread::scope(|scope| {
        for caller in 0..64_u64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..10 {
                    store.commit(put(caller * 100 + n, &format!("{caller}/{n}"), b"x")).unwrap();
                }
            });
        }
    });
    let syncs = disk.count(DiskOp::Sync) - before;
    println!("grouping: 640 commits, {syncs} syncs");
    assert!(syncs <= 640 / 4, "{syncs} syncs for 640 commits");
    assert!((0..64).all(|caller| look(&store, &format!("{caller}/9")).unwrap().is_some()));
}

#[test]
fn a_lone_caller_waits_for_nobody() {
    let (disk, store) = simulated();
    let before = disk.count(DiskOp::Sync);
    let start = Instant::now();
    for n in 0..50 {
        store.commit(put(n, "k", b"x")).unwrap();
    }
    // Two syncs each: the second phase flips what the first wrote.
    assert_eq!(disk.count(DiskOp::Sync) - before, 100);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn each_commit_of_a_batch_is_judged_after_the_ones_before_it() {
    let (_disk, store) = slow(5);
    // While the first batch syncs, these gather: one winner, the others see it within their own batch.
    let first = store.submit(put(0, "warm", b"x"));
    let name =
        |n| commit(n).require(Require::Absent("name".into())).write(Write::put("name", [u8::try_from(n).unwrap()]));
    let tickets: Vec<_> = (1..=20).map(|n| store.submit(name(n))).collect();
    let answers: Vec<_> = tickets.into_iter().map(|ticket| ticket.wait().unwrap()).collect();
    first.wait().unwrap().unwrap();
    assert!(answers[0].is_ok());
    for answer in &answers[1..] {
        let found = Some(answers[0].clone().unwrap());
        assert!(matches!(answer, Err(CommitError::Conflict { found: f, .. }) if *f == found), "{answer:?}");
    }
}

#[test]
fn closing_and_dropping_commit_what_was_queued() {
    for close in [false, true] {
        let (disk, store) = slow(3);
        let tickets: Vec<_> = (0..100).map(|n| store.submit(put(n, &format!("k/{n}"), b"x"))).collect();
        if close {
            store.close().unwrap();
        }
        drop(store);
        assert!(tickets.into_iter().all(|ticket| ticket.wait().unwrap().is_ok()));
        disk.lose_all();
        let store = open(&disk).unwrap();
        assert!((0..100).all(|n| look(&store, &format!("k/{n}")).unwrap().is_some()));
    }
}

#[derive(Debug)]
struct Deadly(AtomicBool);

impl ChangeSink for Deadly {
    fn deliver(&self, event: WatchEvent) {
        assert!(
            !matches!(event, WatchEvent::Changes { .. }) || !self.0.swap(false, Ordering::Relaxed),
            "a sink panics"
        );
    }
}

#[test]
fn a_committer_that_dies_answers_unknown_and_takes_nothing_more() {
    let (disk, store) = simulated();
    let watch = store.watch(&[Key::from("k")], Revision::ZERO, Box::new(Deadly(AtomicBool::new(true)))).unwrap();
    let tickets = [store.submit(put(1, "k", b"1")), store.submit(put(2, "k", b"2"))];
    for ticket in tickets {
        assert!(ticket.wait().is_err(), "abandoned");
    }
    // Handed in while the thread was dying it is abandoned, later it is refused.
    assert!(matches!(store.commit(put(3, "k", b"3")), Err(CommitError::NotApplied(_) | CommitError::Unknown(_))));
    assert!(look(&store, "k").unwrap().is_some(), "reads go on");
    drop(watch);
    drop(store);
    let store = open(&disk).unwrap();
    store.commit(put(1, "k", b"1")).unwrap();
    store.commit(put(2, "k", b"2")).unwrap();
    assert_eq!(look(&store, "k"), Ok(Some(b"2".to_vec())), "settled by submitting again");
}

#[derive(Debug, Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl ChangeSink for Count {
    fn deliver(&self, event: WatchEvent) {
        if matches!(event, WatchEvent::Changes { .. }) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_change_is_published_before_its_commit_is_answered() {
    let (_disk, store) = simulated();
    let count = Count::default();
    let _watch = store.watch(&[Key::from("k")], Revision::ZERO, Box::new(count.clone())).unwrap();
    for n in 1..30 {
        store.commit(put(n as u64, "k", b"x")).unwrap();
        assert_eq!(count.0.load(Ordering::Relaxed), n);
    }
}
