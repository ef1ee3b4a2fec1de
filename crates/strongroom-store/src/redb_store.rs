//! The embedded store on disk.

mod backend;
mod committer;
mod engine;
mod overlay;
mod place;
mod snapshot;
mod tables;

use std::path::Path;
use std::sync::Arc;

use strongroom_types::Ticket;

use crate::commit::{Commit, Limits};
use crate::disk::Disk;
use crate::error::{Cause, CommitError, StoreError};
use crate::record::{Freshness, Key, KeyRange, PageLimit, Read, Record, Revision};
use crate::store::{CommitTicket, Maintenance, Progress, Snapshot, Store};
use crate::watch::{ChangeSink, Watch};
use committer::Committer;
use engine::Engine;
use place::Place;

/// A [`Store`] in one file, on the `redb` engine.
///
/// One thread owns all writing. It takes whatever is queued, up to 256 commits or 1 MiB, judges each in the order
/// of the queue against the state that the ones before it leave, and syncs them together; while it syncs, the next
/// batch gathers. Every commit is two-phase, since callers choose what records hold.
///
/// The file has mode 0600 and is locked while the store is open. It must not be on a network file system.
/// Copying it while it is open is not a backup.
///
/// ```
/// use strongroom_store::{Commit, CommitId, Freshness, Key, RedbOptions, RedbStore, StoreExt, Write};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("store");
/// let store = RedbStore::create(&path, RedbOptions::default())?;
/// store.commit(Commit::new(CommitId::new(1, [7; 16])).write(Write::put("a", *b"1")))?;
/// store.close()?;
///
/// let store = RedbStore::open(&path, RedbOptions::default())?;
/// assert!(store.get_one(&Key::from("a"), Freshness::Latest)?.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RedbStore {
    committer: Committer,
    engine: Arc<Engine>,
}

/// When opening reads the whole file and checks every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Verify {
    /// Files up to 64 MiB (some 0.3 s), and files that were not closed.
    #[default]
    Small,
    /// Every file, every time.
    Always,
    /// Only files that were not closed. Damage is then found when [`Maintenance::Check`] looks for it.
    AfterCrash,
}

/// How to open a [`RedbStore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedbOptions {
    cache_bytes: usize,
    epoch: u16,
    verify: Verify,
    allow_others: bool,
}

impl Default for RedbOptions {
    /// 64 MiB of page cache, epoch 0, small files verified, nobody but the owner.
    fn default() -> Self {
        Self { cache_bytes: 64 << 20, epoch: 0, verify: Verify::default(), allow_others: false }
    }
}

impl RedbOptions {
    /// Bytes of page cache.
    #[must_use]
    pub const fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// The epoch of a store that is created: above that of the store whose backup is restored into it.
    #[must_use]
    pub const fn epoch(mut self, epoch: u16) -> Self {
        self.epoch = epoch;
        self
    }

    /// When opening checks every page.
    #[must_use]
    pub const fn verify(mut self, verify: Verify) -> Self {
        self.verify = verify;
        self
    }

    /// Opens a file that its group or the world can reach, too.
    #[must_use]
    pub const fn allow_access_by_others(mut self) -> Self {
        self.allow_others = true;
        self
    }
}

impl RedbStore {
    /// Makes a store at `path`, where nothing may be. It is there whole or not at all.
    ///
    /// # Errors
    /// `Exists`; `ReadOnly` if the folder can't be written; `Full`; `Io`.
    pub fn create(path: impl AsRef<Path>, options: RedbOptions) -> Result<Self, StoreError> {
        place::create_file(path.as_ref(), |file| Engine::initialize(&Place::fresh(file), options))?;
        Self::open(path, options)
    }

    /// Opens the store at `path`. Never makes one, and changes nothing in a file that it refuses.
    ///
    /// # Errors
    /// `Missing`; `NotAStore` for an empty or foreign file; `Damaged`; `NewerFormat`; `AlreadyOpen`; `TooOpen`;
    /// `ReadOnly`; `Io`.
    pub fn open(path: impl AsRef<Path>, options: RedbOptions) -> Result<Self, StoreError> {
        let place = Place::open_file(path.as_ref(), options.allow_others)?;
        Self::start(Engine::open(place, options)?)
    }

    /// As [`create`](Self::create), on a disk of the caller's own that must have length 0.
    pub fn create_on(disk: Arc<dyn Disk>, options: RedbOptions) -> Result<Self, StoreError> {
        let place = Place::disk(disk);
        if place.len()? > 0 {
            return Err(StoreError::Exists(Cause::new("the disk")));
        }
        Engine::initialize(&place, options)?;
        Self::start(Engine::open(place, options)?)
    }

    /// As [`open`](Self::open), on a disk of the caller's own.
    pub fn open_on(disk: Arc<dyn Disk>, options: RedbOptions) -> Result<Self, StoreError> {
        Self::start(Engine::open(Place::disk(disk), options)?)
    }

    fn start(engine: Engine) -> Result<Self, StoreError> {
        let engine = Arc::new(engine);
        Ok(Self { committer: Committer::start(Arc::clone(&engine))?, engine })
    }

    /// Commits what is queued, stops the thread, closes the file. Calls after it are `Closed`. `Drop` does the
    /// same and can't report.
    pub fn close(&self) -> Result<(), StoreError> {
        self.committer.stop();
        self.engine.close()
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        let _unreported = self.close();
    }
}

impl Store for RedbStore {
    fn limits(&self) -> Limits {
        Limits::SMALLEST
    }

    fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
        Limits::SMALLEST.check_get(keys)?;
        self.engine.get(keys, freshness)
    }

    fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError> {
        self.engine.scan(range, after, limit, freshness)
    }

    fn submit(&self, commit: Commit) -> CommitTicket {
        match Limits::SMALLEST.check(&commit) {
            Ok(()) => self.committer.submit(commit),
            Err(refused) => Ticket::ready(Err::<Revision, CommitError>(refused)),
        }
    }

    fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError> {
        self.engine.watch(prefixes, after, sink)
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(snapshot::RedbSnapshot::take(&self.engine)?))
    }

    fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
        self.engine.maintain(task)
    }
}
