//! Watching for changes, and the in-process feed that the embedded stores share.

use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::sync::{Arc, PoisonError};

use crate::commit::Write;
use crate::error::StoreError;
use crate::record::{Bytes, Key, Revision};
use crate::sync::{Mutex, MutexGuard};

/// Whose changes a watch sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchScope {
    /// Those made through this very store value and its clones.
    InProcess,
    /// Those of every process that shares the store.
    Shared,
}

/// One record that a commit changed.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "authors of stores build it")]
pub struct Change {
    /// The record's key.
    pub key: Key,
    /// Its new value, `None` if it was deleted.
    pub value: Option<Bytes>,
}

impl Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({:?}, {:?} bytes)", self.key, self.value.as_ref().map(|value| value.len()))
    }
}

impl From<&Write> for Change {
    fn from(write: &Write) -> Self {
        Self { key: write.key().clone(), value: write.value().cloned() }
    }
}

/// What a [`ChangeSink`] is given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchEvent {
    /// All changes of one commit under the watched prefixes.
    #[non_exhaustive]
    Changes {
        /// The commit's revision, and from now on the watch's position.
        revision: Revision,
        /// At least one change.
        changes: Vec<Change>,
    },
    /// Every change up to this revision has been delivered.
    UpTo(Revision),
    /// Changes are missing: everything learnt from this watch is worthless until it is read again.
    /// Nothing more will be delivered.
    #[non_exhaustive]
    Lost {
        /// The oldest revision that a new watch can start after.
        oldest: Revision,
    },
}

impl WatchEvent {
    /// The changes of one commit, for authors of stores.
    #[must_use]
    pub const fn changes(revision: Revision, changes: Vec<Change>) -> Self {
        Self::Changes { revision, changes }
    }

    /// The end of a watch that missed something, for authors of stores.
    #[must_use]
    pub const fn lost(oldest: Revision) -> Self {
        Self::Lost { oldest }
    }
}

/// Where a watch delivers.
///
/// Called by the store, in order, while it holds a lock: be quick, don't block, don't call the store.
pub trait ChangeSink: Debug + Send + Sync {
    /// Takes one event.
    fn deliver(&self, event: WatchEvent);
}

/// A running watch. Dropping it ends the deliveries.
#[must_use = "a watch ends when it is dropped"]
pub struct Watch(Option<Box<dyn FnOnce() + Send + Sync>>);

impl Watch {
    /// A watch that calls `end` when it is dropped, for authors of stores.
    pub fn new(end: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

impl Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch(..)")
    }
}

/// How many commits a feed keeps for watches that begin in the past.
const HISTORY: usize = 1_024;
/// How many bytes of keys and values a feed keeps for them.
const HISTORY_BYTES: usize = 1 << 20;

/// The changes of this process, newest last, and who watches them.
#[derive(Debug, Clone)]
pub(crate) struct Feed(Arc<Mutex<FeedState>>);

#[derive(Debug)]
struct FeedState {
    history: VecDeque<(Revision, Vec<Change>)>,
    bytes: usize,
    /// A watch can start after this revision or any later one.
    oldest: Revision,
    newest: Revision,
    watchers: Vec<Watcher>,
    next_id: u64,
}

#[derive(Debug)]
struct Watcher {
    id: u64,
    prefixes: Vec<Key>,
    sink: Box<dyn ChangeSink>,
}

impl Watcher {
    fn offer(&self, revision: Revision, changes: &[Change]) {
        let watched = |change: &&Change| self.prefixes.iter().any(|prefix| change.key.starts_with(prefix));
        let mine: Vec<Change> = changes.iter().filter(watched).cloned().collect();
        self.sink.deliver(if mine.is_empty() {
            WatchEvent::UpTo(revision)
        } else {
            WatchEvent::changes(revision, mine)
        });
    }
}

impl Feed {
    /// A feed that knows nothing before `start`.
    pub(crate) fn new(start: Revision) -> Self {
        Self(Arc::new(Mutex::new(FeedState {
            history: VecDeque::new(),
            bytes: 0,
            oldest: start,
            newest: start,
            watchers: Vec::new(),
            next_id: 0,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, FeedState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everyone of a commit. Called in the order of revisions.
    pub(crate) fn publish(&self, revision: Revision, writes: &[Write]) {
        let changes: Vec<Change> = writes.iter().map(Change::from).collect();
        let mut state = self.lock();
        state.newest = revision;
        for watcher in &state.watchers {
            watcher.offer(revision, &changes);
        }
        state.remember(revision, changes);
    }

    /// Ends every watch: what happened up to `now` is not known here.
    pub(crate) fn restart(&self, now: Revision) {
        let mut state = self.lock();
        state.history.clear();
        state.bytes = 0;
        (state.oldest, state.newest) = (now, now);
        for watcher in state.watchers.drain(..) {
            watcher.sink.deliver(WatchEvent::lost(now));
        }
    }

    pub(crate) fn watch(
        &self,
        prefixes: &[Key],
        after: Revision,
        sink: Box<dyn ChangeSink>,
    ) -> Result<Watch, StoreError> {
        let mut state = self.lock();
        if after > state.newest {
            return Err(StoreError::behind(after, state.newest));
        }
        if after < state.oldest {
            sink.deliver(WatchEvent::lost(state.oldest));
            return Ok(Watch(None));
        }
        let id = state.next_id;
        state.next_id += 1;
        let watcher = Watcher { id, prefixes: prefixes.to_vec(), sink };
        for (revision, changes) in state.history.iter().filter(|(revision, _)| *revision > after) {
            watcher.offer(*revision, changes);
        }
        watcher.sink.deliver(WatchEvent::UpTo(state.newest));
        state.watchers.push(watcher);
        drop(state);
        let feed = self.clone();
        Ok(Watch::new(move || feed.lock().watchers.retain(|watcher| watcher.id != id)))
    }
}

impl FeedState {
    fn remember(&mut self, revision: Revision, changes: Vec<Change>) {
        self.bytes += size(&changes);
        self.history.push_back((revision, changes));
        while self.history.len() > HISTORY || self.bytes > HISTORY_BYTES {
            let Some((revision, changes)) = self.history.pop_front() else { break };
            self.bytes -= size(&changes);
            self.oldest = revision;
        }
    }
}

fn size(changes: &[Change]) -> usize {
    changes.iter().map(|change| change.key.len() + change.value.as_ref().map_or(0, |value| value.len())).sum()
}
