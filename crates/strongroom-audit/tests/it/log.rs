//! The log: what was appended comes back, in order, after every kind of end.

use std::sync::Arc;
use std::time::Duration;

use strongroom_audit::log::{DirStorage, Entry, EntryKind, Head, Log, LogError, LogOptions, LogStorage, MemoryStorage};
use strongroom_audit::log::{record_hash, writes_hash};
use strongroom_audit::{Error, merkle};

use crate::support::{Seed, append, blind, bytes_of, copy_of, crypto, id, log_in, options, origin, parts, put, record};

const FIRST: &str = "0000000000000000.log";

fn reopen(storage: &MemoryStorage, head: Option<&Head>) -> Result<(Log, strongroom_audit::log::Recovery), Error> {
    let storage: Arc<dyn LogStorage> = Arc::new(storage.clone());
    Log::open(storage, crypto(), origin(), head, options())
}

#[test]
fn the_record_hash_is_the_one_of_the_formats_page() {
    // blind = 00..1f, record = "record".
    let blind: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
    let hex: String = record_hash(&crypto(), &blind, b"record").iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, "f4fa821daa9cbd18033161c141f47e770a8417d24e3aba4d09993730b8fd9a0c");
    assert_eq!(writes_hash(&crypto(), &[]), [0; 32]);
}

#[test]
fn an_entry_reads_back_and_every_other_form_is_refused() {
    let (b, r) = (blind(3), record(3));
    let entry = Entry {
        kind: EntryKind::Service,
        index: 3,
        revision: 9,
        wall: strongroom_types::Timestamp::from_nanos(-5),
        monotonic: u64::MAX,
        instance: [1; 16],
        record_len: u32::try_from(r.len()).unwrap(),
        record_hash: record_hash(&crypto(), &b, &r),
        writes_hash: [2; 32],
    };
    let bytes = entry.encode();
    assert_eq!(Entry::decode(&bytes).unwrap(), entry);
    let mut newer = bytes;
    newer[0] = 2;
    assert!(matches!(Entry::decode(&newer), Err(Error::Newer { version: 2, .. })));
    for (at, value) in [(1, 0), (1, 9), (2, 1), (3, 128)] {
        let mut bad = bytes;
        bad[at] = value;
        assert!(matches!(Entry::decode(&bad), Err(Error::Malformed { .. })), "{at}");
    }
    assert!(Entry::decode(&bytes[1..]).is_err());
}

#[test]
fn leaves_come_back_in_order_over_many_segments() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 2_000);
    let leaves: Vec<_> = (0..40).map(|n| append(&log, n).unwrap().1).collect();
    log.sync_through(39).wait().unwrap().unwrap();
    assert!(storage.list().unwrap().len() > 5, "the log is in several segments");
    for from in [0, 1, 17, 39, 40] {
        let read: Vec<_> = log.read(from..u64::MAX).unwrap().map(Result::unwrap).collect();
        assert_eq!(read.len() as u64, 40 - from);
        for (leaf, n) in read.iter().zip(from..) {
            assert_eq!((leaf.entry.index, leaf.leaf), (n, leaves[usize::try_from(n).unwrap()]));
            assert_eq!(leaf.record.as_deref(), Some(record(n).as_slice()));
        }
    }
    assert_eq!(*log.head().unwrap().root(), merkle::root(&crypto(), &leaves));
}

#[test]
fn opening_with_a_head_reads_only_the_tail_and_names_its_events() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 3_000);
    (0..20).for_each(|n| {
        append(&log, n).unwrap();
    });
    log.sync_through(19).wait().unwrap().unwrap();
    let head = Head::decode(&crypto(), &log.head().unwrap().encode()).unwrap();
    (20..25).for_each(|n| {
        append(&log, n).unwrap();
    });
    drop(log);

    let (log, recovery) = reopen(&storage, Some(&head)).unwrap();
    let ids: Vec<_> = recovery.leaves.iter().map(|leaf| leaf.event_id).collect();
    assert_eq!(ids, (20..25).map(|n| Some(id(n))).collect::<Vec<_>>());
    assert_eq!(recovery.may_have_lost_from, Some(25));
    assert_eq!((log.size(), log.synced_size()), (25, 25), "what was recovered is synced");
    assert_eq!(append(&log, 25).unwrap().0, 25);

    let closed = log.close().unwrap();
    assert!(closed.is_closed());
    let (_, recovery) = reopen(&storage, Some(&closed)).unwrap();
    assert_eq!((recovery.may_have_lost_from, recovery.leaves.len()), (None, 0));
    let (log, recovery) = reopen(&storage, None).unwrap();
    assert_eq!((log.size(), recovery.leaves.len()), (26, 26), "without a head everything is read");
}

#[test]
fn a_tail_cut_at_any_byte_gives_a_prefix_that_goes_on() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    let mut roots = vec![];
    for n in 0..6 {
        append(&log, n).unwrap();
        log.sync_through(n).wait().unwrap().unwrap();
        roots.push((log.head().unwrap(), bytes_of(&storage, FIRST).len()));
    }
    let (head, synced) = roots[2].clone();
    let whole = bytes_of(&storage, FIRST);
    let mut cases = 0;
    for cut in 0..=whole.len() {
        for garbage in [false, true] {
            let copy = copy_of(&storage);
            let mut bytes = whole[..cut].to_vec();
            if garbage {
                // The length was on disk and the bytes were not.
                bytes.resize(whole.len(), 0);
            }
            put(&copy, FIRST, &bytes);
            cases += 1;
            let opened = reopen(&copy, Some(&head));
            if bytes.len() < synced {
                assert!(matches!(opened, Err(LogError::Corrupt(_))), "cut {cut}: {opened:?}");
                continue;
            }
            if cut < synced {
                continue; // Damage before the head is the verifier's to find: opening does not read it.
            }
            let (log, recovery) = opened.unwrap();
            let kept = roots.iter().filter(|(_, len)| *len <= cut).count() as u64;
            assert_eq!(log.size(), kept, "cut {cut}");
            assert_eq!(log.head().unwrap().root(), roots[usize::try_from(kept).unwrap() - 1].0.root());
            assert_eq!(recovery.may_have_lost_from, Some(kept));
            assert_eq!(append(&log, 100).unwrap().0, kept);
        }
    }
    println!("{cases} cuts");
}

#[test]
fn no_checkpoint_that_was_signed_is_ever_contradicted_by_a_recovery() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    (0..3).for_each(|n| {
        append(&log, n).unwrap();
    });
    let old_head = log.head().unwrap();
    let mut lens = vec![bytes_of(&storage, FIRST).len()];
    for n in 3..8 {
        append(&log, n).unwrap();
        lens.push(bytes_of(&storage, FIRST).len());
        if n == 5 {
            log.checkpoint(&Seed::new(1)).unwrap();
        }
    }
    drop(log);
    let whole = bytes_of(&storage, FIRST);
    for cut in lens[0]..whole.len() {
        let copy = copy_of(&storage);
        put(&copy, FIRST, &whole[..cut]);
        let opened = reopen(&copy, Some(&old_head));
        if cut < lens[3] {
            assert!(matches!(opened, Err(LogError::Corrupt(_))), "{cut}");
            assert_eq!(bytes_of(&copy, FIRST), whole[..cut], "nothing was cut off what is damaged");
        } else {
            assert!(opened.unwrap().0.size() >= 6, "{cut}");
        }
    }
    // Another leaf in the place of one that was signed.
    let other = MemoryStorage::new();
    let log = log_in(&other, 1 << 20);
    (0..8).for_each(|n| {
        append(&log, if n == 4 { 99 } else { n }).unwrap();
    });
    drop(log);
    put(&other, "checkpoints", &bytes_of(&storage, "checkpoints"));
    assert!(matches!(reopen(&other, Some(&old_head)), Err(LogError::Corrupt(_))));
}

#[test]
fn a_segment_that_is_missing_or_unfinished_is_told_apart() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1_000);
    (0..12).for_each(|n| {
        append(&log, n).unwrap();
    });
    let head = log.close().unwrap();
    let mut names = storage.list().unwrap();
    names.retain(|name| name.ends_with(".log"));
    for name in &names {
        let copy = copy_of(&storage);
        copy.remove(name).unwrap();
        assert!(matches!(reopen(&copy, Some(&head)), Err(LogError::Corrupt(_))), "{name}");
    }
    // The machine died while the next segment was being made.
    let next = format!("{:016x}.log", 12);
    for header in [0, 10, 63] {
        let copy = copy_of(&storage);
        put(&copy, &next, &vec![0; header]);
        let (log, _) = reopen(&copy, Some(&head)).unwrap();
        assert_eq!(append(&log, 12).unwrap().0, 12);
    }
    assert!(matches!(reopen(&MemoryStorage::new(), None), Err(LogError::Corrupt(_))), "open never makes a log");
    let shared: Arc<dyn LogStorage> = Arc::new(storage.clone());
    assert!(Log::create(shared, crypto(), origin(), options()).is_err(), "create never opens one");
}

#[test]
fn threads_share_writes_and_syncs_and_every_entry_stands_once() {
    let folder = tempfile::tempdir().unwrap();
    let storage: Arc<dyn LogStorage> = Arc::new(DirStorage::open(folder.path()).unwrap());
    let options = LogOptions::default().with_segment_bytes(20_000);
    let log = Arc::new(Log::create(Arc::clone(&storage), crypto(), origin(), options).unwrap());
    let mut indices: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u64)
            .map(|thread| {
                let log = &log;
                scope.spawn(move || {
                    let one = |n: u64| {
                        let index = append(log, thread * 100 + n).unwrap().0;
                        if n.is_multiple_of(10) {
                            log.sync_through(index).wait().unwrap().unwrap();
                            assert!(log.synced_size() > index);
                        }
                        index
                    };
                    (0..50).map(one).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    indices.sort_unstable();
    assert_eq!(indices, (0..400).collect::<Vec<_>>());
    let log = Arc::into_inner(log).unwrap();
    assert_eq!(log.read(0..400).unwrap().filter(Result::is_ok).count(), 400);
    let head = log.close().unwrap();
    assert_eq!(head.size(), 400);
    let (log, recovery) = Log::open(storage, crypto(), origin(), Some(&head), options).unwrap();
    assert_eq!((log.size(), recovery.leaves.len()), (400, 0));
}

#[test]
fn what_was_written_is_synced_within_the_stated_time() {
    let folder = tempfile::tempdir().unwrap();
    let storage: Arc<dyn LogStorage> = Arc::new(DirStorage::open(folder.path()).unwrap());
    let options = LogOptions::default().with_sync_within(Duration::from_millis(20));
    let log = Log::create(storage, crypto(), origin(), options).unwrap();
    append(&log, 0).unwrap();
    let waited = (0..500).find(|_| {
        std::thread::sleep(Duration::from_millis(10));
        log.synced_size() == 1
    });
    assert!(waited.is_some());
}

#[test]
fn nothing_that_leaves_covers_a_leaf_that_is_not_synced() {
    let folder = tempfile::tempdir().unwrap();
    let storage: Arc<dyn LogStorage> = Arc::new(DirStorage::open(folder.path()).unwrap());
    let log = Log::create(storage, crypto(), origin(), options()).unwrap();
    let seed = Seed::new(1);
    for n in 0..20 {
        append(&log, n).unwrap();
        if n % 7 == 6 {
            log.sync_through(n - 3).wait().unwrap().unwrap();
        }
        let synced = log.synced_size();
        assert_eq!(synced, n / 7 * 7 + if n % 7 == 6 { 7 } else { 0 });
        assert_eq!(log.checkpoint(&seed).unwrap().checkpoint.size(), synced);
        assert_eq!(log.head().unwrap().size(), synced);
    }
    assert!(log.sync_through(20).wait().unwrap().is_err(), "there is no such leaf yet");
    let in_memory = log_in(&MemoryStorage::new(), 1 << 20);
    append(&in_memory, 0).unwrap();
    assert_eq!(in_memory.checkpoint(&seed).unwrap().checkpoint.size(), 1, "in memory there is nothing to sync");
}

#[test]
fn an_erased_body_is_gone_and_its_leaf_stays() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    let leaves: Vec<_> = (0..5).map(|n| append(&log, n).unwrap().1).collect();
    log.erase(2).unwrap();
    log.erase(2).unwrap();
    assert!(log.erase(5).is_err());
    let read: Vec<_> = log.read(0..5).unwrap().map(Result::unwrap).collect();
    assert!(read[2].record.is_none() && read[3].record.is_some());
    assert_eq!(read.iter().map(|leaf| leaf.leaf).collect::<Vec<_>>(), leaves);
    let bytes = bytes_of(&storage, FIRST);
    assert!(!bytes.windows(32).any(|window| window == blind(2)), "the blind is gone too");
    assert!(bytes.windows(32).any(|window| window == blind(3)));
}

#[test]
fn two_identical_calls_give_unrelated_leaves() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    let record = record(1);
    let leaf = |blind: &[u8; 32]| log.append(parts(EntryKind::Call, 1, blind, &record)).wait().unwrap().unwrap().leaf;
    assert_ne!(leaf(&blind(1)), leaf(&blind(2)));
}
