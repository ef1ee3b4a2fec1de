//! Figures: what a get allocates, and how many durable commits there are in a second.
//!
//! `cargo test --release -p strongroom-store --test it figures -- --ignored --nocapture`

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use strongroom_store::{Freshness, Key, MemoryStore, RedbOptions, RedbStore, Store, StoreExt, Write};

use crate::support::{commit, put, simulated};

fn allocations_of_get(store: &dyn Store) -> (u64, u64) {
    for n in 0..200 {
        store.commit(put(n, &format!("k/{n}"), &vec![1; 600])).unwrap();
    }
    let keys = [Key::from("k/77")];
    let missing = [Key::from("none")];
    let count = |keys: &[Key]| {
        store.get(keys, Freshness::Latest).unwrap();
        allocation_counter::measure(|| drop(store.get(keys, Freshness::Latest).unwrap())).count_total
    };
    (count(&keys), count(&missing))
}

#[test]
fn a_get_in_memory_allocates_its_answer_alone() {
    // The vector; keys and values are shared.
    assert_eq!(allocations_of_get(&MemoryStore::new()), (1, 1));
}

#[test]
fn a_get_on_disk_allocates_little() {
    let (_disk, store) = simulated();
    let (found, missing) = allocations_of_get(&store);
    println!("allocations of a get on redb: {found} found, {missing} missing");
    assert!(found <= 60 && missing <= 60, "{found} {missing}");
}

/// Syncs of a file that does not grow, each after a write of 4 KiB, for a second.
fn raw_syncs(folder: &Path) -> f64 {
    let file = OpenOptions::new().create_new(true).write(true).open(folder.join("raw")).unwrap();
    file.write_all_at(&vec![1; 1 << 20], 0).unwrap();
    file.sync_all().unwrap();
    let (start, mut syncs) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(2) {
        file.write_all_at(&[u8::try_from(syncs % 251).unwrap(); 4_096], u64::from(syncs % 256) * 4_096).unwrap();
        file.sync_data().unwrap();
        syncs += 1;
    }
    std::fs::remove_file(folder.join("raw")).unwrap();
    f64::from(syncs) / start.elapsed().as_secs_f64()
}

/// One call: a record of 600 B rewritten and a leaf of 700 B, durable.
fn commits(store: &RedbStore, callers: u64, base: u64) -> (f64, Duration) {
    let start = Instant::now();
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let one = |caller: u64| {
            move || {
                let mut times = Vec::new();
                while start.elapsed() < Duration::from_secs(3) {
                    let n = base + caller * 1_000_000 + times.len() as u64;
                    let record = Write::put(format!("k/{caller}").as_str(), vec![u8::try_from(n % 251).unwrap(); 600]);
                    let leaf = Write::put(format!("o/{n:016}").as_str(), vec![u8::try_from(n % 251).unwrap(); 700]);
                    let begin = Instant::now();
                    store.commit(commit(n).write(record).write(leaf)).unwrap();
                    times.push(begin.elapsed());
                }
                times
            }
        };
        let running: Vec<_> = (0..callers).map(|caller| scope.spawn(one(caller))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let elapsed = start.elapsed().as_secs_f64();
    times.sort_unstable();
    (f64::from(u32::try_from(times.len()).unwrap()) / elapsed, times[times.len() / 2])
}

#[test]
#[ignore = "a figure"]
fn durable_commits_a_second_beside_the_disk() {
    let folder = tempfile::tempdir_in(std::env::var_os("STORE_FIGURES").unwrap_or_else(|| ".".into())).unwrap();
    let store = RedbStore::create(folder.path().join("store"), RedbOptions::default()).unwrap();
    println!("raw fdatasync before: {:.0}/s", raw_syncs(folder.path()));
    for (callers, base) in [(1, 0), (8, 1_000_000_000), (64, 2_000_000_000)] {
        let (rate, median) = commits(&store, callers, base);
        println!("{callers:3} callers: {rate:.0} commits/s, p50 {:.2} ms", median.as_secs_f64() * 1e3);
    }
    println!("raw fdatasync after: {:.0}/s", raw_syncs(folder.path()));
    let keys = [Key::from("k/0")];
    let (start, mut reads) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(1) {
        store.get(&keys, Freshness::Latest).unwrap();
        reads += 1;
    }
    println!("hot gets, one thread: {reads}/s");
}
