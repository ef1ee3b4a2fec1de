//! A store that forgets everything with its process.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, Weak};

use strongroom_types::Ticket;

use crate::commit::{Commit, CommitId, Limits, Write};
use crate::error::{Cause, CommitError, StoreError};
use crate::record::{Bytes, Freshness, Key, KeyRange, PageLimit, Read, Record, Revision};
use crate::store::{CommitTicket, Maintenance, Progress, Snapshot, Store};
use crate::sync::{Mutex, RwLock};
use crate::watch::{ChangeSink, Feed, Watch};

/// A [`Store`] in memory: **nothing is durable**. No thread, no file; every ticket is ready at once.
///
/// ```
/// use strongroom_store::{Commit, CommitId, Freshness, Key, MemoryStore, StoreExt, Write};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryStore::new();
/// let revision = store.commit(Commit::new(CommitId::new(1, [7; 16])).write(Write::put("a", *b"1")))?;
/// let record = store.get_one(&Key::from("a"), Freshness::Latest)?;
/// assert_eq!(record.map(|record| record.revision), Some(revision));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    state: Arc<RwLock<State>>,
    feed: Feed,
}

#[derive(Debug)]
struct State {
    revision: Revision,
    records: BTreeMap<Key, (Bytes, Revision)>,
    ids: BTreeMap<CommitId, ([u8; 32], Revision)>,
    /// Ids of days before this one were dropped.
    ids_from: u32,
    /// What the snapshots that are being read need and the records have no more.
    snapshots: Vec<Weak<Mutex<Kept>>>,
}

/// Of records that were changed since a snapshot was taken, what they were; `None` if there was none.
type Kept = BTreeMap<Key, Option<(Bytes, Revision)>>;

/// A state of a [`MemoryStore`]: the records of now, but for what was kept.
#[derive(Debug)]
struct MemorySnapshot {
    state: Arc<RwLock<State>>,
    kept: Arc<Mutex<Kept>>,
    revision: Revision,
    count: u64,
}

impl Snapshot for MemorySnapshot {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn count(&self) -> u64 {
        self.count
    }

    fn scan(&self, range: &KeyRange, after: Option<&Key>, limit: PageLimit) -> Result<Vec<Record>, StoreError> {
        let Some(bounds) = range.bounds(after) else { return Ok(Vec::new()) };
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let same = state.records.range::<[u8], _>(bounds).filter(|(key, _)| !kept.contains_key(*key));
        let then = kept.range::<[u8], _>(bounds).filter_map(|(key, was)| was.as_ref().map(|was| (key, was)));
        let (mut same, mut then) = (same.peekable(), then.peekable());
        let next = std::iter::from_fn(|| match (same.peek(), then.peek()) {
            (Some((one, _)), Some((other, _))) if one < other => same.next(),
            (_, Some(_)) => then.next(),
            _ => same.next(),
        });
        let record = |(key, (value, revision)): (&Key, &(Bytes, Revision))| Record {
            key: key.clone(),
            value: value.clone(),
            revision: *revision,
        };
        Ok(next.take(limit.get()).map(record).collect())
    }
}

impl MemoryStore {
    /// An empty store in epoch 0.
    #[must_use]
    pub fn new() -> Self {
        let revision = Revision::ZERO;
        let state =
            State { revision, records: BTreeMap::new(), ids: BTreeMap::new(), ids_from: 0, snapshots: Vec::new() };
        Self { state: Arc::new(RwLock::new(state)), feed: Feed::new(revision) }
    }

    fn read<T>(&self, freshness: Freshness, read: impl FnOnce(&State) -> T) -> Result<Read<T>, StoreError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match freshness {
            Freshness::AtLeast(asked) if asked > state.revision => Err(StoreError::behind(asked, state.revision)),
            _ => Ok(Read { revision: state.revision, value: read(&state) }),
        }
    }

    fn apply(&self, commit: &Commit) -> Result<Revision, CommitError> {
        Limits::SMALLEST.check(commit)?;
        let digest = commit.digest();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(revision) = state.judge(commit, &digest)? {
            return Ok(revision);
        }
        let revision =
            state.revision.next().ok_or_else(|| CommitError::NotApplied(Cause::new("no revision is left")))?;
        state.revision = revision;
        state.ids.insert(commit.id, (digest, revision));
        state.keep(&commit.write);
        for write in &commit.write {
            match write {
                Write::Put(key, value) => drop(state.records.insert(key.clone(), (value.clone(), revision))),
                Write::Delete(key) => drop(state.records.remove(key)),
            }
        }
        // Published under the lock: the feed's order is that of the revisions.
        self.feed.publish(revision, &commit.write);
        Ok(revision)
    }
}

impl State {
    /// Puts aside what the snapshots that are being read still need.
    fn keep(&mut self, writes: &[Write]) {
        let Self { records, snapshots, .. } = self;
        snapshots.retain(|snapshot| {
            let Some(kept) = snapshot.upgrade() else { return false };
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            for write in writes {
                kept.entry(write.key().clone()).or_insert_with(|| records.get(write.key()).cloned());
            }
            true
        });
    }

    /// The revision at which the commit was applied before, or `None` if it may be applied now.
    fn judge(&self, commit: &Commit, digest: &[u8; 32]) -> Result<Option<Revision>, CommitError> {
        if commit.id.day() < self.ids_from {
            return Err(CommitError::IdExpired);
        }
        if let Some((known, revision)) = self.ids.get(&commit.id) {
            return if known == digest { Ok(Some(*revision)) } else { Err(CommitError::IdReused) };
        }
        for require in &commit.require {
            require.judge(self.records.get(require.key()).map(|(_, revision)| *revision))?;
        }
        Ok(None)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn limits(&self) -> Limits {
        Limits::SMALLEST
    }

    fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
        Limits::SMALLEST.check_get(keys)?;
        self.read(freshness, |state| {
            let record = |key: &Key| {
                let (value, revision) = state.records.get(key)?;
                Some(Record { key: key.clone(), value: value.clone(), revision: *revision })
            };
            keys.iter().map(record).collect()
        })
    }

    fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError> {
        self.read(freshness, |state| {
            let Some(bounds) = range.bounds(after) else { return Vec::new() };
            let record = |(key, (value, revision)): (&Key, &(Bytes, Revision))| Record {
                key: key.clone(),
                value: value.clone(),
                revision: *revision,
            };
            state.records.range::<[u8], _>(bounds).take(limit.get()).map(record).collect()
        })
    }

    fn submit(&self, commit: Commit) -> CommitTicket {
        Ticket::ready(self.apply(&commit))
    }

    fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError> {
        self.feed.watch(prefixes, after, sink)
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        let kept = Arc::new(Mutex::new(Kept::new()));
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.snapshots.push(Arc::downgrade(&kept));
        let (revision, count) = (state.revision, state.records.len() as u64);
        drop(state);
        Ok(Box::new(MemorySnapshot { state: Arc::clone(&self.state), kept, revision, count }))
    }

    fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match task {
            Maintenance::DropIds { today } => {
                let from = today.saturating_sub(Limits::SMALLEST.retention_days());
                state.ids_from = state.ids_from.max(from);
                let kept = state.ids.split_off(&CommitId::new(from, [0; 16]));
                let dropped = std::mem::replace(&mut state.ids, kept);
                Ok(Progress::finished(dropped.len() as u64))
            }
            Maintenance::Check => Ok(Progress::finished(state.records.len() as u64)),
            Maintenance::Compact | Maintenance::Reopen => Ok(Progress::finished(0)),
            Maintenance::NewEpoch => {
                let next =
                    state.revision.epoch().checked_add(1).ok_or(StoreError::Unsupported("start another epoch"))?;
                state.revision = Revision::start_of(next);
                self.feed.restart(state.revision);
                Ok(Progress::finished(1))
            }
        }
    }
}
