//! The crate's error, by what the caller can do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Everything that can go wrong with the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The record can't be written at the moment: the disk is full, a quota is used up, the volume is read-only.
    /// Make room and call again; nothing needs to be reopened.
    #[error("the audit log can't be written: {0}")]
    Unavailable(FileFault),
    /// A sync failed, so what the disk holds is unknown. The log takes nothing more until it is reopened.
    #[error("the audit log is poisoned until it is reopened: {0}")]
    Poisoned(FileFault),
    /// A file of the log was deleted, replaced, or cut while the log was open. Put it back, then reopen.
    #[error("the audit log's file was deleted, replaced or cut behind its back: {0}")]
    Displaced(FileFault),
    /// What was synced is no longer there, or not what it was. Restore a backup, or run the verifier.
    #[error("the audit log is damaged: {0}")]
    Corrupt(Corruption),
    /// Bytes that are not what they should be: a record, a checkpoint, a head, a proof.
    #[error("{what} is malformed: {why}")]
    Malformed {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Made by a newer version of Strongroom; upgrade before reading it.
    #[error("{what} is of format version `{version}`, which is newer than this program")]
    Newer {
        /// What was read.
        what: &'static str,
        /// The version that it states.
        version: u8,
    },
    /// The log was closed.
    #[error("the audit log is closed")]
    Closed,
    /// The provider's SHA-256 is missing, wrong, or failed.
    #[error("the crypto provider can't compute SHA-256")]
    Provider,
    /// A note that nobody known signed, or not with what it says now.
    #[error("the signed note is refused: {why}")]
    BadSignature {
        /// What is wrong.
        why: &'static str,
    },
    /// The checkpoint could not be signed.
    #[error("the checkpoint could not be signed: {0}")]
    Signing(&'static str),
}

/// A failed file operation: which, on which path, and the system's error number.
#[derive(Clone, PartialEq, Eq)]
pub struct FileFault {
    doing: &'static str,
    path: PathBuf,
    kind: io::ErrorKind,
    errno: Option<i32>,
}

impl FileFault {
    pub(crate) fn new(doing: &'static str, path: &Path, cause: &io::Error) -> Self {
        Self { doing, path: path.to_owned(), kind: cause.kind(), errno: cause.raw_os_error() }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The system's error number, if the system gave one.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        self.errno
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.kind
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`: ", self.doing, self.path.display())?;
        match self.errno {
            Some(errno) => write!(f, "{} (errno `{errno}`)", self.kind),
            None => write!(f, "{}", self.kind),
        }
    }
}

impl fmt::Debug for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileFault({self})")
    }
}

/// Damage: what is wrong, from which leaf on, in which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corruption {
    what: &'static str,
    path: PathBuf,
    index: u64,
}

impl Corruption {
    pub(crate) fn new(what: &'static str, path: &Path, index: u64) -> Self {
        Self { what, path: path.to_owned(), index }
    }

    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The first leaf that is affected.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at leaf `{}` in `{}`", self.what, self.index, self.path.display())
    }
}

impl Error {
    pub(crate) const fn malformed(what: &'static str, why: &'static str) -> Self {
        Self::Malformed { what, why }
    }
}
