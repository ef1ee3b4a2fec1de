//! The log: one writer, append-only segment files, and nothing that leaves the process before it is synced.

#[cfg(unix)]
mod dir;
mod frame;
mod head;
mod memory;
mod notes;
mod open;
mod reader;
mod storage;
mod writer;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use strongroom_types::{Ticket, Timestamp};

pub use crate::checkpoint::Origin;
use crate::checkpoint::{Checkpoint, CheckpointSigner, SignedCheckpoint};
use crate::crypto::{Hash, LogCrypto};
pub use crate::entry::{ENTRY_LEN, Entry, EntryKind, Write, leaf_hash, record_hash, writes_hash};
pub use crate::error::Error as LogError;
use crate::error::FileFault;
use crate::merkle::CompactRange;
#[cfg(unix)]
pub use dir::DirStorage;
pub use frame::MAX_RECORD_LEN;
pub(crate) use frame::{HEADER_LEN, Opened, Scan, Scanner, list_segments, open_segment};
pub use head::Head;
pub use memory::MemoryStorage;
use notes::Notes;
pub(crate) use notes::read_notes;
pub use reader::{Leaf, LeafReader};
pub use storage::{LogFile, LogStorage};
use writer::{Start, Writer};

/// How a log is kept.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct LogOptions {
    /// A segment is closed once it is longer than this (default 64 MiB).
    pub segment_bytes: u64,
    /// What was written is synced within this time, without being asked (default one second).
    pub sync_within: Duration,
    /// Who syncs (default [`Syncing::Thread`]; in memory it makes no difference).
    pub syncing: Syncing,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, sync_within: Duration::from_secs(1), syncing: Syncing::Thread }
    }
}

impl LogOptions {
    /// Sets [`segment_bytes`](Self::segment_bytes).
    #[must_use]
    pub fn with_segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = bytes;
        self
    }

    /// Sets [`sync_within`](Self::sync_within).
    #[must_use]
    pub fn with_sync_within(mut self, within: Duration) -> Self {
        self.sync_within = within;
        self
    }

    /// Sets [`syncing`](Self::syncing).
    #[must_use]
    pub fn with_syncing(mut self, syncing: Syncing) -> Self {
        self.syncing = syncing;
        self
    }
}

/// Who syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syncing {
    /// One thread of the log's own; tickets wait for it.
    Thread,
    /// Whoever asks, in place. Nothing is synced unless somebody asks. For simulations.
    InPlace,
}

/// What the caller knows of an entry; the log adds the index and the hash.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "filled by one place, which must think about every field")]
pub struct EntryParts<'a> {
    /// What the leaf stands for.
    pub kind: EntryKind,
    /// The store's revision after the commit, 0 without one.
    pub revision: u64,
    /// Wall time.
    pub wall: Timestamp,
    /// Nanoseconds since the process's fixed instant.
    pub monotonic: u64,
    /// Which run of which program writes.
    pub instance: [u8; 16],
    /// 32 random bytes, from the same draw as the event id.
    pub blind: &'a [u8; 32],
    /// The encoded record.
    pub record: &'a [u8],
    /// [`writes_hash`] of the commit's writes.
    pub writes_hash: Hash,
}

impl<'a> EntryParts<'a> {
    /// Of an event without a commit; the rest is zero and is set by name.
    #[must_use]
    pub fn new(kind: EntryKind, wall: Timestamp, blind: &'a [u8; 32], record: &'a [u8]) -> Self {
        Self { kind, revision: 0, wall, monotonic: 0, instance: [0; 16], blind, record, writes_hash: [0; 32] }
    }
}

/// An entry that the operating system has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// The leaf's index; it may change until it is synced, if the process and the machine die.
    pub index: u64,
    /// The leaf's hash.
    pub leaf: Hash,
}

/// What [`Log::open`] found behind the head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Recovery {
    /// Leaves after the head, in order: to be compared with the outbox by event id.
    pub leaves: Vec<RecoveredLeaf>,
    /// The first leaf that may have been lost, if the log was not closed in order. The first event after opening
    /// says so (`lostFrom`).
    pub may_have_lost_from: Option<u64>,
    /// Bytes of a torn tail that were cut off.
    pub cut_bytes: u64,
}

/// How far the sync of a log is behind what was written, all of it from one moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Lag {
    /// Leaves that the operating system has.
    pub events: u64,
    /// Leaves that are synced; all of them where nothing outlives the process.
    pub synced_events: u64,
    /// Bytes that were written and are not synced.
    pub unsynced_bytes: u64,
    /// The lowest time in a leaf that is not synced.
    pub oldest_unsynced: Option<Timestamp>,
    /// The highest time in a leaf that is synced, of those that were appended since the log was opened.
    pub synced_through: Option<Timestamp>,
    /// Bytes in the segment that is being written.
    pub segment_bytes: u64,
    /// Why the log takes nothing any more; `None` if it does.
    pub fault: Option<LogError>,
}

/// A leaf that stood after the head.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveredLeaf {
    /// The leaf.
    pub entry: Entry,
    /// The event's id, if its record is one that this version reads.
    pub event_id: Option<[u8; 16]>,
}

/// A log that is open for writing: one writer, any number of callers. Share it in an [`Arc`].
///
/// Dropping it syncs what was written; [`close`](Self::close) does the same and says whether it worked.
#[derive(Debug)]
pub struct Log {
    writer: Arc<Writer>,
    notes: Mutex<Notes>,
    closing: Arc<AtomicBool>,
    syncer: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    /// Makes a new log in a folder that has none.
    ///
    /// # Errors
    /// [`LogError::Displaced`] if there is one already, [`LogError::Unavailable`] if it can't be written.
    pub fn create(
        storage: Arc<dyn LogStorage>,
        crypto: LogCrypto,
        origin: Origin,
        options: LogOptions,
    ) -> Result<Self, LogError> {
        if !frame::list_segments(&*storage)?.is_empty() {
            let exists = std::io::ErrorKind::AlreadyExists.into();
            return Err(LogError::Displaced(FileFault::new("making", storage.path(), &exists)));
        }
        let tail = writer::create_segment(&*storage, &origin, 0, 0)?;
        let fault = |e: std::io::Error| LogError::Poisoned(FileFault::new("syncing", &tail.segment.path, &e));
        tail.segment.file.sync().map_err(fault)?;
        let range = CompactRange::new();
        let root = range.root(&crypto);
        let synced = Head { range: range.clone(), root, segment: 0, offset: tail.len, closed: false };
        let start = Start { range, tail, unsynced: Vec::new(), synced };
        Self::start(Writer::new(storage, crypto, origin, options, start))
    }

    /// Opens a log: reads what stands behind `head`, cuts a torn tail off, and syncs the rest. Never makes one.
    /// Without a head everything is read.
    ///
    /// The caller stores [`head`](Self::head) before it serves the first call: a head that says *closed* must not
    /// outlive the next append.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] if anything that the head covers is missing or cut. What it covers is not read: that
    /// is the work of the verifier.
    pub fn open(
        storage: Arc<dyn LogStorage>,
        crypto: LogCrypto,
        origin: Origin,
        head: Option<&Head>,
        options: LogOptions,
    ) -> Result<(Self, Recovery), LogError> {
        let opening = open::Opening { storage: &storage, crypto: &crypto, origin: &origin };
        let (start, recovery) = opening.read(head)?;
        let writer = Writer::new(storage, crypto, origin, options, start);
        writer.sync()?;
        Ok((Self::start(writer)?, recovery))
    }

    fn start(writer: Writer) -> Result<Self, LogError> {
        let notes = Mutex::new(Notes::open(&*writer.storage)?);
        let writer = Arc::new(writer);
        let closing = Arc::new(AtomicBool::new(false));
        let mut syncer = None;
        if !writer.syncs_in_place() {
            let (writer, closing) = (Arc::clone(&writer), Arc::clone(&closing));
            let named = std::thread::Builder::new().name("strongroom-log-syncer".to_owned());
            let spawned = named.spawn(move || writer.keep_synced(&|| closing.load(Ordering::Acquire)));
            syncer = Some(spawned.map_err(|e| {
                LogError::Unavailable(FileFault::new("starting the syncer of", std::path::Path::new("the log"), &e))
            })?);
        }
        Ok(Self { writer, notes, closing, syncer: Mutex::new(syncer) })
    }

    /// Appends an entry. The ticket is ready when this returns, and then all bytes up to the entry's end were handed
    /// to the operating system (`Process`). Threads that come together share one write.
    ///
    /// An entry that failed is not in the log, whatever comes after.
    pub fn append(&self, parts: EntryParts<'_>) -> Ticket<Result<Appended, LogError>> {
        Ticket::ready(self.writer.append(&parts))
    }

    /// Appends entries, in this order and next to each other, in one write: all of them or none. The ticket is as
    /// [`append`](Self::append)'s and gives the index of the last; `None` if there is none.
    pub fn append_all(&self, parts: &[EntryParts<'_>]) -> Ticket<Result<Option<u64>, LogError>> {
        Ticket::ready(self.writer.append_all(parts))
    }

    /// When the ticket is ready, the leaf `index` and all before it are synced (`Durable`). Many threads share one sync.
    pub fn sync_through(&self, index: u64) -> Ticket<Result<(), LogError>> {
        self.writer.sync_through(index)
    }

    /// How many leaves the operating system has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.writer.written_size()
    }

    /// How many leaves are synced.
    #[must_use]
    pub fn synced_size(&self) -> u64 {
        if self.writer.storage.is_volatile() { self.writer.written_size() } else { self.writer.synced_size() }
    }

    /// How far syncing is behind. Waits for no file.
    #[must_use]
    pub fn lag(&self) -> Lag {
        self.writer.lag()
    }

    /// How many leaves the newest checkpoint covers that stands beside the segments, and 0 if there is none. `None` while
    /// one is being signed.
    #[must_use]
    pub fn checkpointed_size(&self) -> Option<u64> {
        use std::sync::TryLockError as E;
        match self.notes.try_lock() {
            Ok(notes) => Some(notes.newest_size()),
            Err(E::Poisoned(notes)) => Some(notes.into_inner().newest_size()),
            Err(E::WouldBlock) => None,
        }
    }

    /// Bytes that can still be written, if that can be known.
    ///
    /// # Errors
    /// [`LogError::Unavailable`]
    pub fn free_space(&self) -> Result<Option<u64>, LogError> {
        let storage = &self.writer.storage;
        storage.free_space().map_err(|e| LogError::Unavailable(FileFault::new("looking at", storage.path(), &e)))
    }

    /// Which log this is.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.writer.origin
    }

    /// The log as of its last sync, to be kept in the store.
    ///
    /// # Errors
    /// Those of a log that takes nothing more.
    pub fn head(&self) -> Result<Head, LogError> {
        if self.writer.storage.is_volatile() {
            // Nothing survives the process, so everything counts as synced.
            self.writer.sync()?;
        }
        self.writer.synced_head()
    }

    /// Signs what is synced, and keeps the note beside the segments.
    ///
    /// # Errors
    /// [`LogError::Signing`], those of writing, those of a log that takes nothing more.
    pub fn checkpoint(&self, signer: &dyn CheckpointSigner) -> Result<SignedCheckpoint, LogError> {
        // One at a time, so that the sizes in the file never go down.
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.head()?;
        let checkpoint = Checkpoint::new(self.origin(), head.size(), *head.root());
        let note = checkpoint.sign(&self.writer.crypto, signer)?;
        notes.push(&note, checkpoint.size())?;
        Ok(SignedCheckpoint { checkpoint, note })
    }

    /// Reads the leaves in `range` that were written when this was called.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] if the folder can't be read.
    pub fn read(&self, range: std::ops::Range<u64>) -> Result<LeafReader, LogError> {
        let Writer { storage, crypto, origin, .. } = &*self.writer;
        let range = range.start..range.end.min(self.size());
        LeafReader::new(Arc::clone(storage), crypto.clone(), *origin, range)
    }

    /// Erases blind and record of the leaf `index` in place. The leaf stays, and every proof holds.
    ///
    /// An entry of kind [`EntryKind::Erased`] whose record names the leaf must have been appended and synced before:
    /// a body that is missing without one is tampering.
    ///
    /// # Errors
    /// [`LogError::Malformed`] if there is no such leaf, those of writing.
    pub fn erase(&self, index: u64) -> Result<(), LogError> {
        let mut reader = self.read(index..index.saturating_add(1))?;
        let nothing = || LogError::malformed("a leaf's index", "there is no such leaf yet");
        let place = reader.place_of_next()?.ok_or_else(nothing)?;
        let leaf = reader.step(false)?.ok_or_else(nothing)?;
        place.erase(leaf.entry.record_len)
    }

    /// Syncs, stops the syncer, and gives the last head, marked as closed.
    ///
    /// # Errors
    /// Those of syncing.
    pub fn close(&self) -> Result<Head, LogError> {
        self.stop();
        self.writer.sync()?;
        let head = self.writer.synced_head()?;
        Ok(Head { closed: head.size() == self.writer.written_size(), ..head })
    }

    fn stop(&self) {
        self.closing.store(true, Ordering::Release);
        self.writer.wake_syncer();
        let thread = self.syncer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // The syncer does not panic; if it did, the sync that follows says what is lost.
            let _ = thread.join();
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.stop();
        let _ = self.writer.sync();
    }
}
