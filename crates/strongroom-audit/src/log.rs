//! The log: one writer, append-only segment files, and nothing that leaves the process before it is synced.

mod dir;
mod head;
mod memory;
mod storage;

use std::sync::Arc;
use std::time::Duration;

use strongroom_types::{Ticket, Timestamp};

pub use crate::checkpoint::Origin;
use crate::checkpoint::{CheckpointSigner, SignedCheckpoint};
use crate::crypto::{Hash, LogCrypto};
pub use crate::entry::{ENTRY_LEN, Entry, EntryKind, Write, leaf_hash, record_hash, writes_hash};
pub use crate::error::Error as LogError;
pub use dir::DirStorage;
pub use head::Head;
pub use memory::MemoryStorage;
pub use storage::{LogFile, LogStorage};

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

/// An entry that the operating system has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// The leaf's index; it may change until it is synced, if the process and the machine die.
    pub index: u64,
    /// The leaf's hash.
    pub leaf: Hash,
}

/// A log that is open for writing: one writer, any number of callers. Share it in an `Arc`.
#[derive(Debug)]
pub struct Log {
    _private: (),
}

/// What [`Log::open`] found behind the head.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A leaf that stood after the head.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveredLeaf {
    /// The leaf.
    pub entry: Entry,
    /// The event's id, if its record is one that this version reads.
    pub event_id: Option<[u8; 16]>,
}

impl Log {
    /// Makes a new log in an empty folder.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) if there is one already; [`Error::Unavailable`](crate::Error::Unavailable).
    pub fn create(
        storage: Arc<dyn LogStorage>,
        crypto: LogCrypto,
        origin: Origin,
        options: LogOptions,
    ) -> Result<Self, LogError> {
        let _ = (storage, crypto, origin, options);
        Err(LogError::Closed)
    }

    /// Opens a log: reads what stands behind `head`, and cuts a torn tail off. Never makes one.
    /// Without a head everything is read.
    ///
    /// The facade stores [`head`](Self::head) before it serves the first call.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) if anything that the head covers is missing.
    pub fn open(
        storage: Arc<dyn LogStorage>,
        crypto: LogCrypto,
        origin: Origin,
        head: Option<&Head>,
        options: LogOptions,
    ) -> Result<(Self, Recovery), LogError> {
        let _ = (storage, crypto, origin, head, options);
        Err(LogError::Closed)
    }

    /// Appends an entry. When the ticket is ready all bytes up to the entry's end were handed to the operating system;
    /// it is ready when this returns. Threads that come together share one write.
    pub fn append(&self, parts: EntryParts<'_>) -> Ticket<Result<Appended, LogError>> {
        let _ = parts;
        Ticket::ready(Err(LogError::Closed))
    }

    /// The leaf `index` and all before it are synced when the ticket is ready.
    pub fn sync_through(&self, index: u64) -> Ticket<Result<(), LogError>> {
        let _ = index;
        Ticket::ready(Err(LogError::Closed))
    }

    /// Leaves that the operating system has.
    #[must_use]
    pub fn size(&self) -> u64 {
        0
    }

    /// Leaves that are synced.
    #[must_use]
    pub fn synced_size(&self) -> u64 {
        0
    }

    /// The log as of its last sync, to be kept in the store.
    ///
    /// # Errors
    /// None that this version returns but those of a poisoned log.
    pub fn head(&self) -> Result<Head, LogError> {
        Err(LogError::Closed)
    }

    /// Signs what is synced, and keeps the note beside the segments.
    ///
    /// # Errors
    /// [`Error::Signing`](crate::Error::Signing), and those of writing.
    pub fn checkpoint(&self, signer: &dyn CheckpointSigner) -> Result<SignedCheckpoint, LogError> {
        let _ = signer;
        Err(LogError::Closed)
    }

    /// Syncs, stops the syncer, and gives the last head, marked as closed.
    ///
    /// # Errors
    /// Those of syncing.
    pub fn close(self) -> Result<Head, LogError> {
        Err(LogError::Closed)
    }
}
