//! What a transition wants to happen to the store.

/// The kinds of record. The numbers stand in envelopes and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum RecordKind {
    /// The store's format mark.
    Format = 1,
    /// The log's sealed signing key.
    LogKey = 2,
    /// The log's newest synced head.
    LogHead = 3,
    /// A key.
    Key = 4,
    /// The account that owns a key id.
    Owner = 5,
    /// A key version.
    Version = 6,
    /// From material id to version number.
    Material = 7,
    /// A policy document.
    Policy = 8,
    /// An alias.
    Alias = 9,
    /// An entry in the index of a key's aliases.
    AliasOfKey = 10,
    /// Due work.
    Due = 11,
    /// Material being made outside the store.
    Intent = 12,
    /// An event on its way to the log.
    Outbox = 13,
    /// When a key was last used, and how much of the log that covers.
    LastUsage = 14,
}

/// A record with what a commit needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a value and where it stood")]
pub struct Loaded<T> {
    /// The record.
    pub value: T,
    /// The revision of the commit that wrote it.
    pub revision: u64,
    /// How often it was written.
    pub counter: u64,
}

/// One change to one record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the things that can happen to a record")]
pub enum Change {
    /// The record is made; the commit fails if it exists.
    Create {
        /// Its place.
        key: Vec<u8>,
        /// Its kind.
        kind: RecordKind,
        /// Its body.
        body: Vec<u8>,
    },
    /// The record is written anew, if it is still at this revision.
    Update {
        /// Its place.
        key: Vec<u8>,
        /// Its kind.
        kind: RecordKind,
        /// Its new body.
        body: Vec<u8>,
        /// The revision that was seen.
        revision: u64,
        /// The counter that was seen.
        counter: u64,
    },
    /// The record goes, if it is still at this revision.
    Delete {
        /// Its place.
        key: Vec<u8>,
        /// The revision that was seen; `None` if nobody else writes this record.
        revision: Option<u64>,
    },
    /// Bytes that carry their own authentication (sealed keys, the root record) are written as they are, if they
    /// are still at this revision.
    Raw {
        /// Their place.
        key: Vec<u8>,
        /// The bytes.
        value: Vec<u8>,
        /// The revision that was seen; `None` if there was nothing.
        revision: Option<u64>,
    },
    /// The record is written whether or not it is there: content-addressed records, which never differ.
    Ensure {
        /// Its place.
        key: Vec<u8>,
        /// Its kind.
        kind: RecordKind,
        /// Its body.
        body: Vec<u8>,
    },
}

impl Change {
    /// The place.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Create { key, .. }
            | Self::Update { key, .. }
            | Self::Delete { key, .. }
            | Self::Raw { key, .. }
            | Self::Ensure { key, .. } => key,
        }
    }
}
