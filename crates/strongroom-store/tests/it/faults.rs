//! T3 and T7: an operation fails, once or for ever; the disk is full, and then it is not.

use std::collections::BTreeMap;

use strongroom_store::testing::{DiskFault, DiskOp, SimDisk};
use strongroom_store::{CommitError, Maintenance, RedbStore, Store, StoreError, StoreExt};

use crate::support::{look, open, put, simulated};

/// Commits 0..12, each under its own key. Answers what each was told.
fn run(store: &RedbStore) -> Vec<Result<(), CommitError>> {
    (0..12_u64).map(|n| store.commit(put(n, &format!("k/{n}"), &vec![7; 9_000])).map(drop)).collect()
}

fn check_answers(store: &RedbStore, answers: &[Result<(), CommitError>], context: &str) {
    for (n, answer) in answers.iter().enumerate() {
        let there = look(store, &format!("k/{n}")).unwrap().is_some();
        match answer {
            Ok(()) => assert!(there, "{context}: commit {n} was acknowledged and is gone"),
            Err(CommitError::Unknown(_)) => {}
            Err(CommitError::Full | CommitError::Poisoned | CommitError::NotApplied(_)) => {
                assert!(!there, "{context}: commit {n} was refused ({answer:?}) and is there");
            }
            Err(other) => panic!("{context}: commit {n}: {other:?}"),
        }
        // Submitted again under its id, each is applied once, whatever it was told.
        let first = store.commit(put(n as u64, &format!("k/{n}"), &vec![7; 9_000])).unwrap();
        let second = store.commit(put(n as u64, &format!("k/{n}"), &vec![7; 9_000])).unwrap();
        assert_eq!(first, second, "{context}");
    }
}

fn faulted(fault: DiskFault) -> (SimDisk, RedbStore, Vec<Result<(), CommitError>>) {
    let (disk, store) = simulated();
    disk.fault(fault);
    let answers = run(&store);
    (disk, store, answers)
}

fn count(op: DiskOp) -> u64 {
    let (disk, store) = simulated();
    let before = disk.count(op);
    run(&store);
    disk.count(op) - before
}

#[test]
fn any_failed_write_or_sync_poisons_until_it_is_opened_again() {
    let mut tried = BTreeMap::new();
    for op in [DiskOp::Write, DiskOp::Sync, DiskOp::SetLen] {
        for nth in 0..count(op) {
            for forever in [false, true] {
                let fault = DiskFault::once(op, nth);
                let (disk, store, answers) = faulted(if forever { fault.forever() } else { fault });
                let context = format!("{op:?} {nth} forever {forever}");
                let failed = answers.iter().position(Result::is_err).unwrap();
                let told = answers[failed].as_ref().unwrap_err();
                assert!(matches!(told, CommitError::Unknown(_) | CommitError::NotApplied(_)), "{context}: {told:?}");
                // Embarrassing case 8: after the first failure no commit is acknowledged, though the disk works again.
                assert!(
                    answers[failed + 1..].iter().all(|a| a == &Err(CommitError::Poisoned)),
                    "{context}: {answers:?}"
                );
                assert_eq!(store.revision(), Err(StoreError::Poisoned), "{context}");
                disk.heal();
                if nth % 2 == 0 {
                    store.maintain(Maintenance::Reopen).unwrap();
                    check_answers(&store, &answers, &context);
                } else {
                    drop(store);
                    check_answers(&open(&disk).unwrap(), &answers, &context);
                }
                *tried.entry(op).or_insert(0) += 1;
            }
        }
    }
    println!("T3: {tried:?}");
    assert!(tried.values().sum::<i32>() > 100);
}

#[test]
fn after_a_failed_sync_and_a_loss_of_power_every_answer_still_holds() {
    for nth in 0..count(DiskOp::Sync) {
        let (disk, store, answers) = faulted(DiskFault::once(DiskOp::Sync, nth));
        drop(store);
        for seed in 0..6 {
            let disk = disk.fork();
            disk.crash(seed);
            check_answers(&open(&disk).unwrap(), &answers, &format!("sync {nth} seed {seed}"));
        }
    }
}

#[test]
fn what_a_failed_sync_lost_is_not_built_upon() {
    for nth in 0..count(DiskOp::Sync) {
        for by_owner in [true, false] {
            let context = format!("sync {nth} by owner {by_owner}");
            let (disk, mut store, answers) = faulted(DiskFault::once(DiskOp::Sync, nth).losing_writes());
            if by_owner {
                store.maintain(Maintenance::Reopen).unwrap();
            } else {
                drop(store);
                store = open(&disk).unwrap();
            }
            check_answers(&store, &answers, &context);
            store.commit(put(900, "later", b"x")).unwrap();
            drop(store);
            disk.lose_all();
            let store = open(&disk).unwrap_or_else(|error| panic!("{context}: {error:?}"));
            assert_eq!(look(&store, "later"), Ok(Some(b"x".to_vec())), "{context}");
            assert!((0..12).all(|n| look(&store, &format!("k/{n}")).unwrap().is_some()), "{context}");
        }
    }
}

#[test]
fn a_full_disk_passes_without_reopening() {
    for op in [DiskOp::Write, DiskOp::SetLen] {
        for nth in 0..count(op) {
            let context = format!("{op:?} {nth}");
            let (disk, store, answers) = faulted(DiskFault::once(op, nth).full());
            // It was full for one operation; the store healed itself and went on.
            assert!(answers.iter().filter(|answer| answer.is_err()).count() <= 1, "{context}: {answers:?}");
            assert!(answers.iter().all(|a| matches!(a, Ok(()) | Err(CommitError::Full))), "{context}: {answers:?}");
            check_answers(&store, &answers, &context);
            drop(store);
            let store = open(&disk).unwrap();
            assert!((0..12).all(|n| look(&store, &format!("k/{n}")).unwrap().is_some()), "{context}");
        }
    }
}

#[test]
fn on_a_full_disk_reads_work_and_writes_say_so_until_there_is_room() {
    let (disk, store) = simulated();
    store.commit(put(1_000, "before", b"here")).unwrap();
    let used = disk.contents("store").unwrap().len() as u64;
    for capacity in [used / 4, used / 2, used] {
        disk.set_capacity(capacity);
        let big = |n: u64| {
            (0..8).fold(put(n, "k", b"1"), |c, i| {
                c.write(strongroom_store::Write::put(format!("{n}/{i}").as_str(), vec![1; 60_000]))
            })
        };
        let full = (0..200_u64).find_map(|n| store.commit(big(capacity * 1_000 + n)).err().map(|error| (n, error)));
        let (n, error) = full.unwrap();
        assert_eq!(error, CommitError::Full);
        assert_eq!(look(&store, "before"), Ok(Some(b"here".to_vec())), "reads work on a full disk");
        assert_eq!(store.commit(big(capacity * 1_000 + n)), Err(CommitError::Full), "and it stays full");
        disk.set_capacity(u64::MAX);
        store.commit(big(capacity * 1_000 + n)).unwrap();
        assert_eq!(look(&store, "before"), Ok(Some(b"here".to_vec())));
    }
}

#[test]
fn a_read_that_fails_is_an_error_or_right_and_passes() {
    let (disk, store) = simulated();
    run(&store);
    store.close().unwrap();
    for nth in 0..60 {
        // Without a cache every read reaches the disk.
        let file = std::sync::Arc::new(disk.open("store").unwrap());
        let store = RedbStore::open_on(file, strongroom_store::RedbOptions::default().cache_bytes(0)).unwrap();
        disk.fault(DiskFault::once(DiskOp::Read, nth));
        for n in 0..12 {
            match look(&store, &format!("k/{n}")) {
                Ok(value) => assert_eq!(value, Some(vec![7; 9_000]), "read {nth}"),
                Err(error) => assert!(matches!(error, StoreError::Io(_)), "read {nth}: {error:?}"),
            }
        }
        disk.heal();
        assert_eq!(look(&store, "k/3"), Ok(Some(vec![7; 9_000])));
        store.commit(put(0, "k/0", &vec![7; 9_000])).unwrap();
    }
}

#[test]
fn a_failing_disk_while_opening_is_an_error_and_not_a_damaged_store() {
    let (disk, store) = simulated();
    run(&store);
    store.close().unwrap();
    let probe = disk.fork();
    let count = |disk: &SimDisk, op| disk.count(op);
    drop(open(&probe).unwrap());
    for op in [DiskOp::Read, DiskOp::Write, DiskOp::Sync, DiskOp::SetLen] {
        for nth in 0..(count(&probe, op) - count(&disk, op)).min(80) {
            let disk = disk.fork();
            disk.fault(DiskFault::once(op, nth).forever());
            match open(&disk) {
                // The last operations belong to closing.
                Ok(store) => drop(store),
                Err(error) => assert!(matches!(error, StoreError::Io(_)), "{op:?} {nth}: {error:?}"),
            }
            disk.heal();
            assert_eq!(look(&open(&disk).unwrap(), "k/11"), Ok(Some(vec![7; 9_000])), "{op:?} {nth}");
        }
    }
}

#[test]
fn a_simulated_sync_that_loses_writes_loses_them_though_a_later_one_succeeds() {
    let disk = SimDisk::new();
    let file = disk.create("f").unwrap();
    disk.sync_names().unwrap();
    file.append(&[1; 1_024]).unwrap();
    file.sync().unwrap();
    disk.fault(DiskFault::once(DiskOp::Sync, 0).losing_writes());
    file.write_at(0, &[2; 512]).unwrap();
    assert!(file.sync().is_err());
    file.write_at(512, &[3; 512]).unwrap();
    file.sync().unwrap();
    assert_eq!(disk.contents("f").unwrap()[0], 2, "reads see what is lost");
    file.forget_cached().unwrap();
    assert_eq!(disk.contents("f").unwrap()[0], 1, "until the cache is forgotten");
    disk.lose_all();
    assert_eq!(disk.contents("f").unwrap(), [[1_u8; 512], [3; 512]].concat());
}
