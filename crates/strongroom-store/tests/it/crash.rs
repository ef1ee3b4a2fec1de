//! T2: the power goes away before every single operation of a workload, and again while the store recovers.

use std::collections::BTreeMap;

use strongroom_store::conformance::Model;
use strongroom_store::testing::{Seeded, SimDisk};
use strongroom_store::{Commit, Freshness, Key, KeyRange, Maintenance, PageLimit, RedbStore, Store, StoreExt, Write};

use crate::support::{commit, open, simulated};

/// The `n`th step: its marker, and records that grow, split and are deleted.
fn step(n: u64) -> Commit {
    let mut random = Seeded::new(n);
    let mut body = commit(n).write(Write::put(format!("leaf/{n:04}").as_str(), n.to_be_bytes()));
    for _ in 0..random.below(5) {
        let key = format!("r/{}", random.below(30));
        if body.write.iter().any(|write| write.key().as_bytes() == key.as_bytes()) {
            continue;
        }
        let value = vec![u8::try_from(n % 256).unwrap(); random.below(6_000)];
        body = body.write(if random.below(4) == 0 {
            Write::delete(key.as_str())
        } else {
            Write::put(key.as_str(), value)
        });
    }
    body
}

const STEPS: u64 = 24;

/// Runs the workload until it fails. Answers how many steps were acknowledged.
fn run(store: &RedbStore) -> u64 {
    for n in 0..STEPS {
        if store.commit(step(n)).is_err() {
            return n;
        }
        if n == 12
            && (store.maintain(Maintenance::Compact).is_err()
                || store.maintain(Maintenance::DropIds { today: 1 }).is_err())
        {
            return n + 1;
        }
    }
    STEPS
}

/// What the store must hold after the first `n` steps.
fn state_after(n: u64) -> BTreeMap<Key, Vec<u8>> {
    let mut state = BTreeMap::new();
    for n in 0..n {
        for write in step(n).write {
            match write {
                Write::Put(key, value) => drop(state.insert(key, value.to_vec())),
                Write::Delete(key) => drop(state.remove(&key)),
            }
        }
    }
    state
}

fn check(store: &RedbStore, acknowledged: u64, context: &str) {
    let found: BTreeMap<Key, Vec<u8>> =
        Model::read(store).unwrap().into_iter().map(|(key, (value, _))| (key, value)).collect();
    let at_most = (acknowledged + 1).min(STEPS);
    let fits = (acknowledged..=at_most).find(|n| state_after(*n) == found);
    let fits = fits.unwrap_or_else(|| panic!("{context}: {acknowledged} were acknowledged, {} records", found.len()));
    // The ids know the same: what is there answers its revision, what is not is applied now.
    let before = store.revision().unwrap();
    if acknowledged > 0 {
        assert!(store.commit(step(acknowledged - 1)).unwrap() <= before, "{context}: applied twice");
    }
    if acknowledged < STEPS {
        let again = store.commit(step(acknowledged)).unwrap();
        assert_eq!(again > before, fits == acknowledged, "{context}: exactly once");
    }
}

/// Runs the workload on a disk whose power goes after `operations`.
fn cut_at(start: &SimDisk, operations: u64) -> (SimDisk, u64) {
    let disk = start.fork();
    let store = open(&disk).unwrap();
    disk.cut_power_after(operations);
    let acknowledged = run(&store);
    drop(store);
    (disk, acknowledged)
}

#[test]
fn no_loss_of_power_at_any_operation_loses_or_splits_a_commit() {
    let (start, store) = simulated();
    store.close().unwrap();
    let (whole, acknowledged) = cut_at(&start, u64::MAX);
    assert_eq!(acknowledged, STEPS);
    let operations = whole.operations() - start.operations();
    let (mut cuts, mut unsure) = (0_u64, 0_u64);
    for operation in 0..operations {
        let (disk, acknowledged) = cut_at(&start, operation);
        if acknowledged < STEPS {
            unsure += 1;
        }
        for seed in 0..3 {
            let disk = disk.fork();
            disk.crash(seed * 7_919 + operation);
            let store = open(&disk).unwrap_or_else(|error| panic!("cut {operation} seed {seed}: {error:?}"));
            check(&store, acknowledged, &format!("cut {operation} seed {seed}"));
            cuts += 1;
        }
    }
    println!("T2: {operations} operations, {cuts} losses of power, {unsure} in mid-workload");
    assert!(operations > 200 && unsure > 100);
}

#[test]
fn a_loss_of_power_during_recovery_is_recovered_from() {
    let (start, store) = simulated();
    store.close().unwrap();
    let mut cuts = 0;
    for operation in [40, 90, 141, 200] {
        let (disk, acknowledged) = cut_at(&start, operation);
        disk.crash(operation);
        let probe = disk.fork();
        drop(open(&probe).unwrap());
        for again in 0..probe.operations() - disk.operations() {
            let disk = disk.fork();
            disk.cut_power_after(again);
            drop(open(&disk));
            disk.crash(again * 31 + operation);
            let store = open(&disk).unwrap_or_else(|error| panic!("cut {operation}, again {again}: {error:?}"));
            check(&store, acknowledged, &format!("cut {operation}, again {again}"));
            cuts += 1;
        }
    }
    println!("T2: {cuts} losses of power during recovery");
    assert!(cuts > 10);
}

#[test]
fn a_simulated_disk_does_lose_what_was_not_synced() {
    // The check of the check: a store whose syncs are dropped must lose acknowledged commits somewhere.
    let mut lost = 0;
    for seed in 0..20 {
        let (disk, store) = simulated();
        store.commit(crate::support::put(1, "a", b"1")).unwrap();
        let file = disk.open("store").unwrap();
        let length = file.len().unwrap();
        let mut all = vec![0; usize::try_from(length).unwrap()];
        file.read_at(0, &mut all).unwrap();
        drop(store);
        let lying = SimDisk::new();
        let copy = lying.create("store").unwrap();
        copy.append(&all).unwrap();
        lying.crash(seed);
        lost += u64::from(!lying.exists("store") || lying.contents("store").unwrap() != all);
    }
    assert!(lost >= 10, "{lost}");
}

#[test]
fn the_largest_scan_after_recovery_is_one_state() {
    let (start, store) = simulated();
    store.close().unwrap();
    let (disk, _) = cut_at(&start, 150);
    disk.crash(3);
    let store = open(&disk).unwrap();
    let page = store.scan(&KeyRange::all(), None, PageLimit::MAX, Freshness::Latest).unwrap();
    assert!(page.value.iter().all(|record| record.revision <= page.revision));
}
