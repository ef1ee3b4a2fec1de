//! Restoring: a backup is verified to its last byte before the first is written, and is a strongroom with the last.

mod aliases;
mod options;
mod replay;
mod verify;
mod write;

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use strongroom_audit::log::LogStorage;
use strongroom_memory::SecretArena;
use strongroom_store::{Maintenance, RedbOptions, RedbStore, Store, StoreExt};

pub use options::{NotReplayed, Replayed, RestoreOptions, RestoreReport};
pub use verify::{VerifiedBackup, verify_backup};

use crate::backup::{Phase, Progress};
use crate::core::Core;
use crate::failpoint::reached;
use crate::open::Home;
use crate::vault::Folder;
use crate::{Error, Kms, Options};
use replay::Past;
use verify::{Keys, Opened};

impl Kms {
    /// Makes a strongroom out of a backup, in the folder `path`, which must not exist, be empty, or hold a restore that was
    /// interrupted. The backup is read twice, from where `from` stands: nothing is written before all of it verified, and
    /// the last commit makes it a strongroom. `options` hold the way to unlock of the time of the backup.
    ///
    /// A restore undoes what was done since. So it begins a record of its own, whose first event tells of the old one; gives
    /// revisions of a store epoch of its own; and wants [the record that survives](RestoreOptions::surviving_record), which
    /// is replayed before the first call is served, or [word that none does](RestoreOptions::acknowledge_rollback).
    ///
    /// ```
    /// use std::io::Cursor;
    /// use strongroom::{Caller, Kms, Options, Passphrase, RestoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let cheap = || strongroom_crypto::Argon2idParams::new(19 * 1024, 2, 1);
    /// # let unlock = || Ok::<_, Box<dyn std::error::Error>>(Passphrase::new(b"correct horse".as_slice()).params(cheap()?));
    /// let kms = Kms::create(folder.path().join("keys"), Options::new(unlock()?))?;
    /// kms.client(Caller::root())?.create_key().send()?;
    /// let mut backup = Vec::new();
    /// kms.backup(&mut backup)?;
    ///
    /// let restore = RestoreOptions::new().surviving_record(folder.path().join("keys"));
    /// let options = Options::new(unlock()?);
    /// let (restored, report) = Kms::restore(Cursor::new(backup), folder.path().join("again"), options, restore)?;
    /// assert_eq!(restored.client(Caller::root())?.list_keys().send()?.keys.len(), 1);
    /// assert!(report.not_replayed.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Backup`], [`Error::Damaged`], [`Error::WrongUnlock`], [`Error::RollbackNotAcknowledged`], [`Error::Exists`],
    /// before anything is written; [`Error::Stopped`], and whatever keeps it from being written.
    pub fn restore(
        mut from: impl Read + Seek,
        path: impl AsRef<Path>,
        options: Options,
        mut restore: RestoreOptions,
    ) -> Result<(Self, RestoreReport), Error> {
        let path = path.as_ref();
        let (opened, past, start) = verified(&mut from, &options, &mut restore)?;
        let epoch = past.next_epoch()?;
        let folder = Folder::for_restore(path)?;
        let made = RedbStore::create(folder.store(), RedbOptions::default().epoch(epoch));
        let home = match made {
            Ok(store) => Home::with(folder, store),
            Err(error) => {
                folder.discard();
                return Err(error.into());
            }
        };
        let written = home.and_then(|home| put(from, start, &opened, past, home, options, restore));
        // What could not be finished leaves nothing that anybody would take for a strongroom.
        let (core, report) = written.inspect_err(|_| Folder::clear(path))?;
        Folder::restored(path);
        Ok((Self::new(core), report))
    }

    /// The same in a store and a log storage of one's own, which must be empty: a backup of one kind of store is restored
    /// into any other. What a restore that failed has left in them does not open.
    ///
    /// # Errors
    /// As [`restore`](Self::restore); [`Error::Configuration`] for a store that is not empty.
    pub fn restore_in(
        mut from: impl Read + Seek,
        store: Arc<dyn Store>,
        log: Arc<dyn LogStorage>,
        options: Options,
        mut restore: RestoreOptions,
    ) -> Result<(Self, RestoreReport), Error> {
        let (opened, past, start) = verified(&mut from, &options, &mut restore)?;
        write::must_be_empty(&*store)?;
        let epoch = past.next_epoch()?;
        while store.revision()?.epoch() < epoch {
            store.maintain(Maintenance::NewEpoch)?;
        }
        let home = Home { store, log, persistent: true, release: None };
        let (core, report) = put(from, start, &opened, past, home, options, restore)?;
        Ok((Self::new(core), report))
    }
}

/// Reads all of the backup and of the record that survives, and asks whether it may be restored. Nothing is written.
fn verified(
    from: &mut (impl Read + Seek),
    options: &Options,
    restore: &mut RestoreOptions,
) -> Result<(Opened, Past, u64), Error> {
    let start = from.stream_position().map_err(strongroom_store::backup::BackupError::Io)?;
    let arena = SecretArena::new(options.lock_policy)?;
    let keys = Keys::Unlock { provider: &options.provider, arena: &arena, unlock: &*options.unlock };
    let mut meter = Meter::new(Phase::Verifying);
    let opened = Opened::read(from, &keys, |header, _, bytes| meter.tell(restore, header.records, bytes))?;
    let past = Past::look(&opened, &options.provider, restore)?;
    if restore.acknowledged.is_none() && !past.is_known() {
        return Err(Error::RollbackNotAcknowledged);
    }
    reached("restore.verified");
    Ok((opened, past, start))
}

fn put(
    mut from: impl Read + Seek,
    start: u64,
    opened: &Opened,
    past: Past,
    home: Home,
    options: Options,
    mut restore: RestoreOptions,
) -> Result<(Core, RestoreReport), Error> {
    from.seek(SeekFrom::Start(start)).map_err(strongroom_store::backup::BackupError::Io)?;
    write::put(from, opened, past, home, options, &mut restore)
}

/// Tells the program how far it is, every so many records.
struct Meter {
    phase: Phase,
    records: u64,
}

impl Meter {
    const EVERY: u64 = 100;

    fn new(phase: Phase) -> Self {
        Self { phase, records: 0 }
    }

    fn tell(&mut self, restore: &mut RestoreOptions, of: u64, bytes: u64) -> Result<(), Error> {
        self.records += 1;
        let due = self.records.is_multiple_of(Self::EVERY) || self.records == of;
        let Some(progress) = restore.progress.as_mut().filter(|_| due) else { return Ok(()) };
        match progress(&Progress { phase: self.phase, records: self.records, of, bytes }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }
}
