//! What a restore is told, and what it tells.

use std::fmt;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use strongroom_audit::checkpoint::SignedCheckpoint;
use strongroom_audit::log::LogStorage;
use strongroom_soft::Unlock;
use strongroom_types::KeyArn;

use crate::backup::Progress;

type Tell = Box<dyn FnMut(&Progress) -> ControlFlow<()> + Send>;

/// Where the record that survives is.
pub(crate) enum Survivor {
    Folder(PathBuf),
    Storage(Arc<dyn LogStorage>),
}

/// How a backup is restored.
///
/// ```
/// use strongroom::{Passphrase, RestoreOptions};
/// let restore = RestoreOptions::new()
///     .surviving_record("/mnt/old-disk/keys")
///     .unlock(Passphrase::new(b"a new passphrase".as_slice()));
/// ```
#[derive(Default)]
pub struct RestoreOptions {
    pub(crate) unlock: Option<Box<dyn Unlock>>,
    pub(crate) survivor: Option<Survivor>,
    pub(crate) newest_seen: Option<SignedCheckpoint>,
    pub(crate) acknowledged: Option<String>,
    pub(crate) progress: Option<Tell>,
}

impl fmt::Debug for RestoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestoreOptions")
            .field("unlock", &self.unlock)
            .field("newest_seen", &self.newest_seen.as_ref().map(|seen| seen.checkpoint.size()))
            .field("acknowledged", &self.acknowledged)
            .finish_non_exhaustive()
    }
}

impl RestoreOptions {
    /// As the backup says, with nothing else known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on it is unlocked in this way alone. The backup keeps its own ways.
    #[must_use]
    pub fn unlock(mut self, unlock: impl Unlock + 'static) -> Self {
        self.unlock = Some(Box::new(unlock));
        self
    }

    /// The record that was written after the backup: the old strongroom's folder, or its folder `log`. It is verified from
    /// the backup's checkpoint on. Keys that were disabled, scheduled for deletion or destroyed since are so again, and
    /// policies, tags, aliases, descriptions and rotation settings are what they were at its end. What it does not tell
    /// whole, or what no signature covers, is not done over again: a key whose policy, tags or aliases that concerns is
    /// disabled.
    ///
    /// A record from which a change was erased since is not all of it. That its end was not cut off can only be told by a
    /// checkpoint that was kept elsewhere: [`newest_seen`](Self::newest_seen).
    #[must_use]
    pub fn surviving_record(mut self, folder: impl Into<PathBuf>) -> Self {
        self.survivor = Some(Survivor::Folder(folder.into()));
        self
    }

    /// The same, where the record was in a log storage of one's own.
    #[must_use]
    pub fn surviving_log(mut self, log: Arc<dyn LogStorage>) -> Self {
        self.survivor = Some(Survivor::Storage(log));
        self
    }

    /// The newest checkpoint of the old record that was kept elsewhere. The first event of the new record names it.
    #[must_use]
    pub fn newest_seen(mut self, checkpoint: SignedCheckpoint) -> Self {
        self.newest_seen = Some(checkpoint);
        self
    }

    /// No record of what was done since the backup survives, or not all of it: keys may come back that were disabled or
    /// destroyed, and policies that were narrowed. The record tells the reason.
    #[must_use]
    pub fn acknowledge_rollback(mut self, reason: impl Into<String>) -> Self {
        self.acknowledged = Some(reason.into());
        self
    }

    /// Called every hundred records; `Break` stops the restore, and what it wrote is taken away.
    #[must_use]
    pub fn progress(mut self, tell: impl FnMut(&Progress) -> ControlFlow<()> + Send + 'static) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }
}

/// A key that was brought to what the surviving record tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replayed {
    /// The key.
    pub key: KeyArn,
    /// It is disabled because what was changed about it can't be told from the record, and may have been a denial.
    pub disabled_for_want_of: Option<String>,
    /// Its material is destroyed.
    pub destroyed: bool,
}

/// Something that was done after the backup and that the restored strongroom does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotReplayed {
    /// Its place in the old record.
    pub index: u64,
    /// The operation, `CreateKey` for one: the key is lost. After a rotation the version is, with what was sealed under it.
    pub name: String,
    /// The first resource.
    pub resource: Option<String>,
}

/// What a restore came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RestoreReport {
    /// The old store's revision that the backup is of.
    pub revision: u64,
    /// The store epoch of the restored strongroom.
    pub epoch: u16,
    /// Records of the backup.
    pub records: u64,
    /// The checkpoint of the backup.
    pub restored: SignedCheckpoint,
    /// The newest checkpoint of the old record that was seen.
    pub newest_seen: SignedCheckpoint,
    /// Keys that were brought up to date.
    pub replayed: Vec<Replayed>,
    /// Changes that were not: they are lost, and so is enabling a key that was disabled in the backup. If one may have denied
    /// something, the keys that it was about are disabled.
    pub not_replayed: Vec<NotReplayed>,
    /// What nobody can know without the whole record, in words. Empty if it was given, and reaches to the newest checkpoint
    /// that was seen.
    pub unknown: &'static [&'static str],
}

/// What is unknown without the record.
pub(crate) const UNKNOWN: &[&str] = &[
    "keys that were disabled or scheduled for deletion since the backup are as they were then",
    "keys whose material was destroyed since are back",
    "policies, tags and aliases that were changed since are as they were then",
    "keys and key versions that were made since are lost, with what was sealed under them",
    "who did what since",
];
