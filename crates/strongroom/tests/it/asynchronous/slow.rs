//! A store and a record on disks that answer when the test says so.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use strongroom::{LogStorage, Store};
use strongroom_audit::log::{LogFile, MemoryStorage};
use strongroom_store::{
    ChangeSink, Commit, CommitError, CommitTicket, Freshness, Key, KeyRange, Limits, Maintenance, MemoryStore,
    PageLimit, Progress, Read, Record, Revision, Snapshot, StoreError, StoreExt as _, Watch,
};
use strongroom_types::{Completer, Ticket};

/// A commit that waits, and who waits for it.
type Waiting = (Commit, Completer<Result<Revision, CommitError>>);

/// A store whose commits hang while it is held.
#[derive(Debug, Default)]
pub(super) struct SlowStore {
    inner: MemoryStore,
    held: Mutex<(bool, Vec<Waiting>)>,
}

impl SlowStore {
    /// Commits that are handed in from now on hang.
    pub(super) fn hold(&self) {
        self.held.lock().unwrap().0 = true;
    }

    /// How many hang.
    pub(super) fn hanging(&self) -> usize {
        self.held.lock().unwrap().1.len()
    }

    /// Does what hangs, in order.
    pub(super) fn release(&self) {
        self.release_as(|done| done);
    }

    /// Does what hangs, and answers something else.
    pub(super) fn release_as(&self, answer: impl Fn(Result<Revision, CommitError>) -> Result<Revision, CommitError>) {
        let (_, waiting) = std::mem::take(&mut *self.held.lock().unwrap());
        waiting.into_iter().for_each(|(commit, completer)| completer.complete(answer(self.inner.commit(commit))));
    }

    /// Refuses what hangs.
    pub(super) fn refuse(&self, error: impl Fn() -> CommitError) {
        let (_, waiting) = std::mem::take(&mut *self.held.lock().unwrap());
        waiting.into_iter().for_each(|(_, completer)| completer.complete(Err(error())));
    }
}

impl Store for SlowStore {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }
    fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
        self.inner.get(keys, freshness)
    }
    fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError> {
        self.inner.scan(range, after, limit, freshness)
    }
    fn submit(&self, commit: Commit) -> CommitTicket {
        let mut held = self.held.lock().unwrap();
        if !held.0 {
            drop(held);
            return self.inner.submit(commit);
        }
        let (completer, ticket) = Ticket::pair();
        held.1.push((commit, completer));
        ticket
    }
    fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError> {
        self.inner.watch(prefixes, after, sink)
    }
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.inner.snapshot()
    }
    fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
        self.inner.maintain(task)
    }
}

/// What the syncs of a [`SlowLog`] do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syncs {
    Work,
    Hang,
    Fail,
}

/// Files whose syncs hang or fail when they are told to.
#[derive(Clone)]
pub(super) struct SlowLog {
    files: MemoryStorage,
    syncs: Arc<(Mutex<Syncs>, Condvar)>,
}

struct SlowFile {
    file: Arc<dyn LogFile>,
    log: SlowLog,
}

impl fmt::Debug for SlowLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlowLog")
    }
}

impl fmt::Debug for SlowFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlowFile")
    }
}

impl SlowLog {
    pub(super) fn new() -> Self {
        Self { files: MemoryStorage::new(), syncs: Arc::new((Mutex::new(Syncs::Work), Condvar::new())) }
    }

    fn set(&self, syncs: Syncs) {
        *self.syncs.0.lock().unwrap() = syncs;
        self.syncs.1.notify_all();
    }

    /// Syncs hang from now on.
    pub(super) fn hold(&self) {
        self.set(Syncs::Hang);
    }

    /// They are done.
    pub(super) fn release(&self) {
        self.set(Syncs::Work);
    }

    /// They fail.
    pub(super) fn fail(&self) {
        self.set(Syncs::Fail);
    }

    fn slow(&self, file: Arc<dyn LogFile>) -> Arc<dyn LogFile> {
        Arc::new(SlowFile { file, log: self.clone() })
    }
}

impl LogStorage for SlowLog {
    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.files.create(name).map(|file| self.slow(file))
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.files.open(name).map(|file| self.slow(file))
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(name)
    }
    fn free_space(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }
    fn is_volatile(&self) -> bool {
        false
    }
    fn path(&self) -> &Path {
        Path::new("the test's record")
    }
}

impl LogFile for SlowFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, out)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_at(offset, bytes)
    }
    fn sync(&self) -> io::Result<()> {
        let (syncs, changed) = &*self.log.syncs;
        let syncs = changed.wait_while(syncs.lock().unwrap(), |syncs| *syncs == Syncs::Hang).unwrap();
        match *syncs {
            Syncs::Fail => Err(io::Error::other("a fault of the test's")),
            _ => self.file.sync(),
        }
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }
    fn check_in_place(&self) -> io::Result<u64> {
        self.file.check_in_place()
    }
}
