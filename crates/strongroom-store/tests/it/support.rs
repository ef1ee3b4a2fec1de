//! What the tests share.

use std::sync::Arc;

use strongroom_store::testing::{Seeded, SimDisk};
use strongroom_store::{Commit, CommitId, Freshness, Key, RedbOptions, RedbStore, Store, StoreError, StoreExt, Write};

pub(crate) fn id(n: u64) -> CommitId {
    CommitId::new(20_000, Seeded::new(n).bytes16())
}

pub(crate) fn commit(n: u64) -> Commit {
    Commit::new(id(n))
}

pub(crate) fn put(n: u64, key: &str, value: &[u8]) -> Commit {
    commit(n).write(Write::put(key, value))
}

pub(crate) fn look(store: &dyn Store, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(store.get_one(&Key::from(key), Freshness::Latest)?.map(|record| record.value.to_vec()))
}

/// A store on a fresh simulated disk.
pub(crate) fn simulated() -> (SimDisk, RedbStore) {
    let disk = SimDisk::new();
    let file = disk.create("store").unwrap();
    disk.sync_names().unwrap();
    let store = RedbStore::create_on(Arc::new(file), RedbOptions::default()).unwrap();
    (disk, store)
}

pub(crate) fn open(disk: &SimDisk) -> Result<RedbStore, StoreError> {
    RedbStore::open_on(Arc::new(disk.open("store").unwrap()), RedbOptions::default())
}
