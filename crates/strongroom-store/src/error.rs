//! What can go wrong, by what the caller can do about it.

use std::fmt;
use std::sync::Arc;

use crate::record::{Key, Revision};

/// Why something failed, as text for people. Cheap to clone; it never holds values of records.
#[derive(Clone, PartialEq, Eq)]
pub struct Cause(Arc<str>);

impl Cause {
    /// A cause with this text.
    pub fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string().into())
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A limit of [`Limits`](crate::Limits) that a commit or a read breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// More requirements than [`Limits::requires`](crate::Limits).
    Requires,
    /// More writes than [`Limits::writes`](crate::Limits).
    Writes,
    /// More bytes of keys and values than [`Limits::commit_bytes`](crate::Limits).
    CommitBytes,
    /// A value longer than [`Limits::value_bytes`](crate::Limits).
    ValueBytes,
    /// A key longer than [`Limits::key_bytes`](crate::Limits), or an empty one.
    KeyBytes,
    /// More keys in one get than [`Limits::get_keys`](crate::Limits).
    GetKeys,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requires => "the number of requirements",
            Self::Writes => "the number of writes",
            Self::CommitBytes => "the bytes of a commit",
            Self::ValueBytes => "the bytes of a value",
            Self::KeyBytes => "the bytes of a key",
            Self::GetKeys => "the number of keys of one get",
        })
    }
}

/// Why a read, a watch, an upkeep task or an opening failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store has not reached the revision asked for. Ask with `Latest`, or again later.
    #[error("the store is at revision {have}, behind the {asked} that was asked for")]
    #[non_exhaustive]
    Behind {
        /// The revision asked for.
        asked: Revision,
        /// The revision the store has.
        have: Revision,
    },
    /// The request breaks a limit of the store: a program error.
    #[error("too large: {0}")]
    TooLarge(Limit),
    /// The store can't do this at all.
    #[error("this store can't {0}")]
    Unsupported(&'static str),
    /// A sync failed: what was committed last is not known until the store is opened again.
    #[error("a sync failed, so the store must be opened again before it serves")]
    Poisoned,
    /// The disk is full. Make room and try again; nothing is lost.
    #[error("the disk is full")]
    Full,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// There is nothing at this place. `create` makes a store, `open` never does.
    #[error("there is no store at `{0}`")]
    Missing(Cause),
    /// There is something at this place already. `open` opens a store, `create` never does.
    #[error("`{0}` exists already")]
    Exists(Cause),
    /// Another process, or another handle in this one, has the store open.
    #[error("the store `{0}` is open elsewhere")]
    AlreadyOpen(Cause),
    /// The file is there but is not a store of this kind. It was not changed.
    #[error("not a store: {0}")]
    NotAStore(Cause),
    /// The file is a store and is damaged. It was not changed. Restore a backup.
    #[error("the store is damaged: {0}")]
    Damaged(Cause),
    /// The store was written by a newer version. Update this program.
    #[error("the store has format {found}, and this version reads up to {known}")]
    #[non_exhaustive]
    NewerFormat {
        /// The lowest format that can read it.
        found: u16,
        /// The highest format known here.
        known: u16,
    },
    /// The file can be read or written by others than its owner.
    #[error("the store `{path}` has mode {mode:04o}: others than its owner can reach it")]
    #[non_exhaustive]
    TooOpen {
        /// The file.
        path: Cause,
        /// Its permission bits.
        mode: u32,
    },
    /// The file or its folder can't be written by this process.
    #[error("no permission to write: {0}")]
    ReadOnly(Cause),
    /// The system refused to read or write.
    #[error("input or output failed: {0}")]
    Io(Cause),
}

/// Why a commit did not answer with a revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// A requirement does not hold. Nothing was changed: read again and decide again.
    #[error("a requirement on `{key}` does not hold")]
    #[non_exhaustive]
    Conflict {
        /// The key of the first requirement that does not hold.
        key: Key,
        /// The revision that the record has, `None` if there is no record.
        found: Option<Revision>,
    },
    /// The commit breaks a limit: a program error. Nothing was sent.
    #[error("too large: {0}")]
    TooLarge(Limit),
    /// One key stands twice among the writes, or twice among the requirements: a program error. Nothing was sent.
    #[error("`{0}` stands twice in one list of the commit")]
    Repeated(Key),
    /// The id was used by a commit with another body: a program error, or the commit was given up before.
    #[error("the commit id was used by another commit")]
    IdReused,
    /// The id is so old that the store has dropped what it knew of it: it can't tell whether it was applied.
    #[error("the commit id is older than the store remembers")]
    IdExpired,
    /// It was not applied and will not be. Try again with the same id.
    #[error("not applied: {0}")]
    NotApplied(Cause),
    /// Nobody knows. Settle it: submit it again with the same id, or give it up with [`Commit::give_up`](crate::Commit::give_up).
    #[error("it is unknown whether it was applied: {0}")]
    Unknown(Cause),
    /// The disk is full. It was not applied. Make room and try again with the same id.
    #[error("the disk is full")]
    Full,
    /// A sync failed earlier, and the store takes nothing until it is opened again. It was not applied.
    #[error("a sync failed, so the store must be opened again before it takes a commit")]
    Poisoned,
}

impl CommitError {
    /// A conflict on `key`, for authors of stores.
    #[must_use]
    pub const fn conflict(key: Key, found: Option<Revision>) -> Self {
        Self::Conflict { key, found }
    }
}

impl StoreError {
    /// `asked` is after `have`, for authors of stores.
    #[must_use]
    pub const fn behind(asked: Revision, have: Revision) -> Self {
        Self::Behind { asked, have }
    }
}
