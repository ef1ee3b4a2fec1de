//! T5: bits flip, pages are swapped, zeroed, repeated or stale, the file is cut.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use strongroom_store::conformance::Model;
use strongroom_store::testing::{Seeded, SimDisk};
use strongroom_store::{Key, RedbOptions, RedbStore, Revision, StoreError, StoreExt, Write};

use crate::support::{commit, put, simulated};

type Contents = BTreeMap<Key, (Vec<u8>, Revision)>;

/// A small store: its bytes before the last commits, its bytes, and what it holds.
static GOOD: LazyLock<(Vec<u8>, Vec<u8>, Contents)> = LazyLock::new(|| {
    let (disk, store) = simulated();
    for n in 0..30 {
        let body = commit(n).write(Write::put(format!("key/{n}").as_str(), vec![u8::try_from(n).unwrap(); 200]));
        store.commit(body.write(Write::put(format!("other/{n}").as_str(), [1; 40]))).unwrap();
    }
    store.close().unwrap();
    let stale = disk.contents("store").unwrap();
    let store = crate::support::open(&disk).unwrap();
    store.commit(put(100, "key/1", b"changed")).unwrap();
    store.commit(commit(101).write(Write::delete("key/2"))).unwrap();
    let contents = Model::read(&store).unwrap();
    store.close().unwrap();
    (stale, disk.contents("store").unwrap(), contents)
});

/// Opens the bytes: `Ok(true)` if all is right, `Ok(false)` for a typed error; anything else panics.
fn judge(bytes: &[u8], context: &str) -> bool {
    let disk = SimDisk::new();
    disk.create("store").unwrap();
    disk.set_contents("store", bytes).unwrap();
    match RedbStore::open_on(Arc::new(disk.open("store").unwrap()), RedbOptions::default().cache_bytes(1 << 20)) {
        Ok(store) => match Model::read(&store) {
            Ok(found) => {
                assert!(found == GOOD.2, "{context}: wrong data: {} records", found.len());
                store.commit(put(1_000, "after", b"x")).unwrap();
                true
            }
            Err(StoreError::Damaged(_) | StoreError::Io(_)) => false,
            Err(error) => panic!("{context}: {error:?}"),
        },
        Err(StoreError::Damaged(_) | StoreError::NotAStore(_) | StoreError::NewerFormat { .. }) => {
            assert!(disk.contents("store").unwrap() == bytes, "{context}: a refused file was changed");
            false
        }
        Err(error) => panic!("{context}: {error:?}"),
    }
}

/// Pages that are not all zeros.
fn used_pages(bytes: &[u8]) -> Vec<usize> {
    (0..bytes.len() / 4_096).filter(|page| bytes[page * 4_096..][..4_096].iter().any(|byte| *byte != 0)).collect()
}

#[test]
fn a_flipped_bit_is_an_error_or_harmless() {
    let (_, bytes, _) = &*GOOD;
    let (mut found, mut harmless) = (0, 0);
    let mut random = Seeded::new(5);
    // Every byte of the header's used part, then a sample of every used page.
    let header = 0..512;
    let pages = used_pages(bytes).into_iter().flat_map(|page| (0..12).map(move |n| (page, n)));
    let sample: Vec<usize> = pages.map(|(page, _)| page * 4_096 + random.below(4_096)).collect();
    for at in header.chain(sample) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << random.below(8);
        if judge(&bytes, &format!("byte {at}")) { harmless += 1 } else { found += 1 }
    }
    println!("T5: bits flipped: {found} found, {harmless} harmless, 0 wrong");
    assert!(found > 150, "{found}");
}

#[test]
fn pages_swapped_zeroed_repeated_or_stale_are_errors_or_harmless() {
    let (stale, bytes, _) = &*GOOD;
    let used = used_pages(bytes);
    let mut random = Seeded::new(6);
    let (mut found, mut harmless) = (0, 0);
    for page in &used {
        let other = used[random.below(used.len())];
        let range = |page: usize| page * 4_096..(page + 1) * 4_096;
        let (mut swapped, mut zeroed, mut repeated, mut old) =
            (bytes.clone(), bytes.clone(), bytes.clone(), bytes.clone());
        swapped.copy_within(range(other), page * 4_096);
        swapped[range(other)].copy_from_slice(&bytes[range(*page)]);
        zeroed[range(*page)].fill(0);
        repeated.copy_within(range(other), page * 4_096);
        if let Some(stale) = stale.get(range(*page)) {
            old[range(*page)].copy_from_slice(stale);
        }
        for (what, bytes) in [("swapped", swapped), ("zeroed", zeroed), ("repeated", repeated), ("stale", old)] {
            // A stale header is the whole file of then, as far as the engine can tell: the witness finds that.
            if *page == 0 && what == "stale" {
                continue;
            }
            if judge(&bytes, &format!("page {page} {what} {other}")) { harmless += 1 } else { found += 1 }
        }
    }
    println!("T5: pages: {found} found, {harmless} harmless, 0 wrong");
    assert!(found > 20, "{found}");
}

#[test]
fn a_cut_file_is_an_error() {
    let (_, bytes, _) = &*GOOD;
    let mut cuts: Vec<usize> = (0..bytes.len()).step_by(16 * 4_096).collect();
    cuts.extend([1, 8, 9, 100, 319, 320, 511, 4_095, 4_096, bytes.len() - 4_096, bytes.len() - 1]);
    for cut in cuts {
        assert!(!judge(&bytes[..cut], &format!("cut to {cut}")), "a file cut to {cut} opened");
    }
}
