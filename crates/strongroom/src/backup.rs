//! Backups: one state of the store, taken while calls go on, with the log's checkpoint as of then.
//!
//! `docs/formats/backup.md` has the bytes. The state and the checkpoint are of one moment: whatever the record tells after
//! the checkpoint is not in the state, and nothing else is missing.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use strongroom_audit::checkpoint::{CheckpointSigner as _, SignedCheckpoint};
use strongroom_audit::log::EntryKind;
use strongroom_audit::note::VerifyingKey;
use strongroom_crypto::{CryptoProvider, DigestAlgorithm, DigestState};
use strongroom_keys::layout;
use strongroom_store::backup::{BackupError, Header, write_end, write_record};
use strongroom_store::{Key, KeyRange, PageLimit, Record, Snapshot};

use crate::core::Core;
use crate::{Error, Kms, vault};

/// Records read at once. A page is read from one state without anybody waiting.
const PAGE: usize = 100;
/// How often a moment between commits is looked for.
const TRIES: usize = 10;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Records are written into a backup.
    BackingUp,
    /// A backup is read and verified. Nothing is written.
    Verifying,
    /// What was verified is written.
    Restoring,
}

/// How far a backup or a restore has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Records done.
    pub records: u64,
    /// Of so many.
    pub of: u64,
    /// Bytes of the backup done.
    pub bytes: u64,
}

/// What a backup does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeftOut {
    /// Key versions whose material is in a custody outside the store, a token: the backup has their names. Back the
    /// custody up by its own means.
    pub material_outside: u64,
    /// Creations of material that were under way: a restored strongroom does not look for what they left in a token.
    pub creations: u64,
    /// Events on their way to the log. The checkpoint covers them.
    pub events: u64,
}

/// What a backup holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BackupReport {
    /// The store's revision that the backup is of.
    pub revision: u64,
    /// How many records.
    pub records: u64,
    /// How many bytes.
    pub bytes: u64,
    /// The checkpoint of the log as of then. Keep the newest one elsewhere.
    pub checkpoint: SignedCheckpoint,
    /// What it does not hold.
    pub left_out: LeftOut,
}

/// Whether a backup carries the record at this place among its records. Root record and MAC key stand in its header;
/// the log's signing key and head, the outbox, and creations under way are left out.
pub(crate) fn is_carried(place: &[u8]) -> bool {
    let apart = [layout::ROOT, layout::MAC_KEY, layout::LOG_KEY, layout::LOG_HEAD].contains(&place);
    !apart && !place.starts_with(layout::OUTBOX) && !place.starts_with(layout::INTENTS)
}

/// Digests and counts what goes through.
pub(crate) struct Digesting<T> {
    inner: T,
    digest: Box<dyn DigestState>,
    bytes: u64,
}

impl<T> Digesting<T> {
    pub(crate) fn new(inner: T, provider: &CryptoProvider) -> Result<Self, Error> {
        Ok(Self { inner, digest: provider.digest.start(DigestAlgorithm::Sha256)?, bytes: 0 })
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn finish(self) -> Result<(T, [u8; 32]), Error> {
        let mut digest = [0; 32];
        self.digest.finish(&mut digest)?;
        Ok((self.inner, digest))
    }

    fn took(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(bytes)?;
        self.took(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(out)?;
        self.took(out.get(..got).unwrap_or_default());
        Ok(got)
    }
}

impl Kms {
    /// Writes a backup while calls go on: the store as of one moment, with the record's checkpoint of that moment. Every
    /// record's tag is verified on the way, so a damaged store has no backup.
    ///
    /// The backup opens with the ways to unlock of this moment, for ever: changing the passphrase later changes no backup.
    /// The record itself is not in it: its files only grow, so copy the folder `log` with whatever copies files. Sync what
    /// `to` writes to before calling it a backup, and try it with [`verify_backup`](crate::verify_backup).
    ///
    /// ```
    /// use strongroom::{Caller, Kms};
    /// # fn main() -> Result<(), strongroom::Error> {
    /// let kms = Kms::in_memory()?;
    /// kms.client(Caller::root())?.create_key().send()?;
    /// let mut backup = Vec::new(); // a file
    /// let report = kms.backup(&mut backup)?;
    /// assert_eq!(report.bytes, backup.len() as u64);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of reading the store, of signing a checkpoint, and of writing; [`Error::Damaged`].
    pub fn backup(&self, to: impl Write) -> Result<BackupReport, Error> {
        self.backup_with(to, |_| ControlFlow::Continue(()))
    }

    /// The same, telling of its progress after every page. `Break` stops it; what was written by then is no backup.
    ///
    /// # Errors
    /// As [`backup`](Self::backup), and [`Error::Stopped`].
    pub fn backup_with(
        &self,
        to: impl Write,
        progress: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<BackupReport, Error> {
        self.core().back_up(to, progress)
    }
}

impl Core {
    fn back_up(
        &self,
        to: impl Write,
        mut progress: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<BackupReport, Error> {
        self.usable()?;
        self.ready()?;
        let moment = self.moment()?;
        self.note(EntryKind::Service, moment, |event| event.name = "BackupStrongroom")?;
        let (checkpoint, snapshot) = self.one_moment()?;
        let (mut left_out, records) = self.left_out(&*snapshot)?;
        let header = Header {
            store_id: *self.root.store_id(),
            revision: snapshot.revision(),
            mac_epoch: vault::FIRST_EPOCH,
            made: moment.wall,
            records,
            root: raw(&*snapshot, layout::ROOT)?,
            mac_key: raw(&*snapshot, layout::MAC_KEY)?,
            verifying_key: self.verifying_key()?.to_string().into_bytes(),
            checkpoint: checkpoint.note.to_string().into_bytes(),
        };
        let mut to = Digesting::new(to, &self.provider)?;
        header.write(&mut to)?;
        let (mut after, mut done) = (None::<Key>, 0);
        loop {
            let page = snapshot.scan(&KeyRange::all(), after.as_ref(), PageLimit::new(PAGE))?;
            for record in page.iter().filter(|record| is_carried(&record.key)) {
                self.records.check(record)?;
                left_out.material_outside += u64::from(self.is_outside(record));
                write_record(record, &mut to)?;
                done += 1;
            }
            if progress(&Progress { phase: Phase::BackingUp, records: done, of: records, bytes: to.bytes() }).is_break()
            {
                return Err(Error::Stopped);
            }
            after = page.last().map(|record| record.key.clone());
            if page.len() < PAGE {
                break;
            }
        }
        write_end(&mut to)?;
        let bytes = to.bytes() + 32;
        let (mut to, digest) = to.finish()?;
        to.write_all(&self.tagger.backup_trailer(&digest)?).map_err(BackupError::Io)?;
        to.flush().map_err(BackupError::Io)?;
        Ok(BackupReport { revision: header.revision.as_u64(), records, bytes, checkpoint, left_out })
    }

    /// A state of the store and the log's checkpoint, of one moment.
    fn one_moment(&self) -> Result<(SignedCheckpoint, Box<dyn Snapshot>), Error> {
        for _ in 0..TRIES {
            let both = self.journal.between_commits(|log| {
                let snapshot = self.records.store().snapshot()?;
                Ok((log.checkpoint(&self.signer)?, snapshot))
            })?;
            match both {
                Some(both) => {
                    self.signed(self.time.highest(), &both.0);
                    return Ok(both);
                }
                None => self.ready()?,
            }
        }
        Err(Error::Configuration("the store and the record could not be brought together: try again".into()))
    }

    pub(crate) fn verifying_key(&self) -> Result<VerifyingKey, Error> {
        let origin = self.journal.origin().to_string();
        Ok(VerifyingKey::new(self.journal.crypto(), &origin, self.signer.public_key())?)
    }

    /// Whether it is a version whose material is not in it.
    fn is_outside(&self, record: &Record) -> bool {
        record.key.starts_with(layout::VERSIONS) && self.custody.describe().leaves_objects_outside_store
    }

    /// What of the state is left out, and how many records are not.
    fn left_out(&self, snapshot: &dyn Snapshot) -> Result<(LeftOut, u64), Error> {
        let (creations, events) = (count(snapshot, layout::INTENTS)?, count(snapshot, layout::OUTBOX)?);
        let mut own = 0;
        for place in [layout::ROOT, layout::MAC_KEY, layout::LOG_KEY, layout::LOG_HEAD] {
            own += u64::from(exactly(snapshot, place)?.is_some());
        }
        let records = snapshot.count().saturating_sub(creations + events + own);
        Ok((LeftOut { creations, events, ..LeftOut::default() }, records))
    }
}

fn count(snapshot: &dyn Snapshot, prefix: &[u8]) -> Result<u64, Error> {
    let (range, mut after, mut count) = (KeyRange::prefix(prefix), None::<Key>, 0);
    loop {
        let page = snapshot.scan(&range, after.as_ref(), PageLimit::MAX)?;
        count += page.len() as u64;
        after = page.last().map(|record| record.key.clone());
        if page.len() < PageLimit::MAX.get() {
            return Ok(count);
        }
    }
}

fn exactly(snapshot: &dyn Snapshot, place: &[u8]) -> Result<Option<Record>, Error> {
    let found = snapshot.scan(&KeyRange::prefix(place), None, PageLimit::new(1))?;
    Ok(found.into_iter().next().filter(|record| record.key.as_bytes() == place))
}

fn raw(snapshot: &dyn Snapshot, place: &[u8]) -> Result<Vec<u8>, Error> {
    let damaged = || Error::Damaged { key: place.escape_ascii().to_string(), why: "it is missing".into() };
    Ok(exactly(snapshot, place)?.ok_or_else(damaged)?.value.to_vec())
}
