//! Every store of this crate passes the suite.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_store::conformance::{self, Harness, Volatile};
use strongroom_store::testing::{Faulty, SimDisk};
use strongroom_store::{MemoryStore, RedbOptions, RedbStore, Store};

#[test]
fn the_store_in_memory_keeps_the_contract() {
    conformance::run(&Volatile(|| Box::new(MemoryStore::new()) as Box<dyn Store>));
}

#[test]
fn a_decorator_without_a_script_changes_nothing() {
    conformance::run(&Volatile(|| Box::new(Faulty::new(MemoryStore::new())) as Box<dyn Store>));
}

/// Finds the place of a store again by its address in memory.
struct Places<P> {
    made: AtomicUsize,
    of: Mutex<BTreeMap<usize, P>>,
}

impl<P> Places<P> {
    fn new() -> Self {
        Self { made: AtomicUsize::new(0), of: Mutex::new(BTreeMap::new()) }
    }
    fn number(&self) -> usize {
        self.made.fetch_add(1, Ordering::Relaxed)
    }
    fn put(&self, store: Box<dyn Store>, place: P) -> Box<dyn Store> {
        self.of.lock().unwrap().insert(address(&*store), place);
        store
    }
    fn take(&self, store: &dyn Store) -> P {
        self.of.lock().unwrap().remove(&address(store)).unwrap()
    }
}

fn address(store: &dyn Store) -> usize {
    std::ptr::from_ref(store).cast::<()>().addr()
}

struct OnDisk {
    folder: tempfile::TempDir,
    places: Places<PathBuf>,
}

impl Harness for OnDisk {
    fn fresh(&self) -> Box<dyn Store> {
        let path = self.folder.path().join(self.places.number().to_string());
        let store = RedbStore::create(&path, RedbOptions::default()).unwrap();
        self.places.put(Box::new(store), path)
    }
    fn reopen(&self, store: Box<dyn Store>) -> Option<Box<dyn Store>> {
        let path = self.places.take(&*store);
        drop(store);
        let store = RedbStore::open(&path, RedbOptions::default()).unwrap();
        Some(self.places.put(Box::new(store), path))
    }
}

#[test]
fn the_store_on_disk_keeps_the_contract() {
    conformance::run(&OnDisk { folder: tempfile::tempdir().unwrap(), places: Places::new() });
}

struct OnSim(Places<SimDisk>);

impl Harness for OnSim {
    fn fresh(&self) -> Box<dyn Store> {
        let disk = SimDisk::new();
        let file = disk.create("store").unwrap();
        disk.sync_names().unwrap();
        let store = RedbStore::create_on(std::sync::Arc::new(file), RedbOptions::default()).unwrap();
        self.0.put(Box::new(store), disk)
    }
    /// The power is cut under it instead: what was acknowledged is synced.
    fn reopen(&self, store: Box<dyn Store>) -> Option<Box<dyn Store>> {
        let disk = self.0.take(&*store);
        disk.cut_power_after(0);
        drop(store);
        disk.lose_all();
        let file = disk.open("store").unwrap();
        let store = RedbStore::open_on(std::sync::Arc::new(file), RedbOptions::default()).unwrap();
        Some(self.0.put(Box::new(store), disk))
    }
}

#[test]
fn the_store_on_a_disk_that_loses_power_keeps_the_contract() {
    conformance::run(&OnSim(Places::new()));
}
