//! What can go wrong, by what the caller can do about it.

use std::path::PathBuf;

use strongroom_api::{ErrorCode, KmsError};
use strongroom_types::Timestamp;

/// Why a call, or the opening of a strongroom, did not succeed.
///
/// Most are AWS's own errors, [`Error::Kms`], with AWS's code and words. The rest are what a service hides
/// behind `KMSInternalException` and an embedding program must be able to tell apart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// AWS's answer.
    #[error(transparent)]
    Kms(#[from] KmsError),
    /// The record can't be written, so the call was refused. Make room, or mend the file that is named; no restart is needed.
    #[error("the call can't be recorded and is refused: {0}")]
    Audit(#[from] strongroom_audit::Error),
    /// The store can't be read or opened.
    #[error("the store can't serve: {0}")]
    Store(#[from] strongroom_store::StoreError),
    /// A backup can't be written, or is not one that can be restored. Nothing was changed.
    #[error(transparent)]
    Backup(#[from] strongroom_store::backup::BackupError),
    /// The record is older than a checkpoint that was kept elsewhere ([`Options::anchor`](crate::Options::anchor)): an old copy
    /// is in the strongroom's place. Put the newest one there; or, if it is lost, back this one up and restore that, which begins a new record.
    #[error(
        "the record has `{have}` events, and one with `{seen}` was seen: an old copy is in the strongroom's place; put the newest one there, or restore a backup of this one"
    )]
    RolledBack {
        /// The events of this record.
        have: u64,
        /// The events of the record that was seen.
        seen: u64,
    },
    /// A restore undoes what was done since the backup. Give the record that survives, or acknowledge that what was denied since may be
    /// allowed again ([`RestoreOptions`](crate::RestoreOptions)).
    #[error(
        "a restore undoes what was done since the backup: give all of the record that survives, or acknowledge the rollback"
    )]
    RollbackNotAcknowledged,
    /// The program's own progress callback stopped a backup or a restore.
    #[error("stopped by the program")]
    Stopped,
    /// The store did not take a change.
    #[error("the store did not take the change: {0}")]
    Commit(#[from] strongroom_store::CommitError),
    /// A record in the store is damaged or was edited. Restore a backup, or run the verifier.
    #[error("the record at `{key}` can't be trusted: {why}")]
    Damaged {
        /// Where, in printable form.
        key: String,
        /// What is wrong.
        why: String,
    },
    /// The clock went back. Put it right; nothing was done, and nothing is lost.
    #[error("the clock says `{now}`, but this strongroom has seen `{seen}`: set the clock right")]
    ClockRegression {
        /// What the clock says.
        now: Timestamp,
        /// The highest time seen.
        seen: Timestamp,
    },
    /// This process is a fork of the one that opened the strongroom. Open it in the child instead.
    #[error("this process is a fork of the one that opened the strongroom: open it again in the child")]
    Forked,
    /// The strongroom was closed.
    #[error("the strongroom is closed: open it again")]
    Closed,
    /// The unlock does not open the root key: a wrong passphrase or a wrong key.
    #[error("this unlock does not open the root key: the passphrase or the key is another")]
    WrongUnlock,
    /// The root key could not be unlocked or changed for another reason.
    #[error("the root key: {0}")]
    Root(String),
    /// Keys can't be kept in locked memory.
    #[error("locked memory for keys: {0}")]
    Memory(#[from] strongroom_memory::Error),
    /// The custody backend failed outside a call.
    #[error("the key custody: {0}")]
    Custody(#[from] strongroom_hsm::Error),
    /// The provider's cryptography failed; never because of input.
    #[error("the crypto provider: {0}")]
    Crypto(#[from] strongroom_crypto::CryptoError),
    /// There is something at this path already. `create` makes a strongroom, `open` never does.
    #[error("`{0}` exists already: open it, or create the strongroom elsewhere")]
    Exists(PathBuf),
    /// There is no strongroom at this path. `create` makes one.
    #[error("there is no strongroom at `{0}`: make one with `create`")]
    Missing(PathBuf),
    /// This process or another has this strongroom open. Close it there, or clone its `Kms`.
    #[error("the strongroom at `{0}` is open already, here or in another process: close it there, or share its `Kms`")]
    AlreadyOpen(PathBuf),
    /// Written by a newer version. Upgrade this program.
    #[error("this strongroom has format `{found}`, and this version knows up to `{known}`: upgrade this program")]
    NewerFormat {
        /// The format found.
        found: u16,
        /// The newest format known.
        known: u16,
    },
    /// A file or folder could not be read or written.
    #[error("{doing} `{path}`: {cause}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        cause: std::io::Error,
    },
    /// The configuration can't be used.
    #[error("{0}")]
    Configuration(String),
    /// A policy that the program gave a caller was refused.
    #[error(transparent)]
    Policy(#[from] strongroom_policy::PolicyError),
    /// A name that the program gave is none.
    #[error(transparent)]
    Name(#[from] strongroom_types::NameError),
    /// Something that the program said of a caller can't be true.
    #[error(transparent)]
    Caller(#[from] crate::caller::CallerError),
}

impl Error {
    /// AWS's code for this: the one of [`Error::Kms`]; of what a service hides, `DependencyTimeoutException` where nothing was
    /// done and the same call may succeed later, and `KMSInternalException` for the rest.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        use strongroom_store::{CommitError, StoreError};
        match self {
            Self::Kms(error) => error.code(),
            Self::Store(StoreError::Behind { .. } | StoreError::Full | StoreError::Poisoned)
            | Self::Commit(CommitError::NotApplied(_) | CommitError::Full | CommitError::Poisoned) => {
                ErrorCode::DependencyTimeout
            }
            _ => ErrorCode::KmsInternal,
        }
    }

    /// Whether this is AWS's error `code`.
    #[must_use]
    pub fn is(&self, code: ErrorCode) -> bool {
        matches!(self, Self::Kms(error) if error.code() == code)
    }

    /// AWS's face of this error: what a service would answer.
    #[must_use]
    pub fn into_kms(self) -> KmsError {
        match self {
            Self::Kms(error) => error,
            other => KmsError::new(other.code(), other.to_string()),
        }
    }
}

impl From<strongroom_memory::Forked> for Error {
    fn from(_: strongroom_memory::Forked) -> Self {
        Self::Forked
    }
}

impl From<strongroom_types::RandomError> for Error {
    fn from(error: strongroom_types::RandomError) -> Self {
        Self::Crypto(error.into())
    }
}
