//! Reading a backup, and that it is whole and ours.

use std::io::{self, Read};

use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::{Checkpoint, Origin, SignedCheckpoint};
use strongroom_audit::note::VerifyingKey;
use strongroom_crypto::CryptoProvider;
use strongroom_keys::{Envelope, RecordKind, layout};
use strongroom_memory::SecretArena;
use strongroom_soft::{RootKey, RootRecord, Unlock};
use strongroom_store::Record;
use strongroom_store::backup::{BackupError, Header, Reader};
use strongroom_types::{SealKind, Timestamp};

use crate::backup::{Digesting, is_carried};
use crate::open::of_root;
use crate::vault::{self, Mark, StoreTagger};
use crate::{Error, LockPolicy};

/// A backup that is whole and that whoever can unlock it made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifiedBackup {
    /// The store's revision that it is of.
    pub revision: u64,
    /// How many records it has.
    pub records: u64,
    /// How many bytes.
    pub bytes: u64,
    /// When it was made.
    pub made: Timestamp,
    /// The checkpoint of the log as of then.
    pub checkpoint: SignedCheckpoint,
    /// The public key that the checkpoint verifies under.
    pub verifying_key: VerifyingKey,
}

/// Verifies a backup to its last byte and changes nothing: that it opens with `unlock`, that every record is one of the
/// strongroom's, and that none is missing, repeated, moved or changed.
///
/// ```
/// use strongroom::{KeyClosure, Kms, Options, verify_backup};
/// # fn main() -> Result<(), strongroom::Error> {
/// let unlock = || KeyClosure::new(|key| Ok(key.fill(7)));
/// let kms = Kms::in_memory_with(Options::new(unlock()))?;
/// let mut backup = Vec::new();
/// kms.backup(&mut backup)?;
/// let verified = verify_backup(&*backup, &unlock())?;
/// assert_eq!(verified.bytes, backup.len() as u64);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Backup`] for what is no whole backup, [`Error::WrongUnlock`], [`Error::Damaged`].
pub fn verify_backup(from: impl Read, unlock: &dyn Unlock) -> Result<VerifiedBackup, Error> {
    let provider = strongroom_rustcrypto::provider();
    let arena = SecretArena::new(LockPolicy::BestEffort)?;
    let opened = Opened::read(from, &Keys::Unlock { provider: &provider, arena: &arena, unlock }, |_, _, _| Ok(()))?;
    Ok(opened.verified)
}

/// How the keys of a backup are come by.
pub(crate) enum Keys<'a> {
    /// Unlocked by its root record.
    Unlock { provider: &'a CryptoProvider, arena: &'a SecretArena, unlock: &'a dyn Unlock },
    /// Known from when it was read before, with the digest that it had.
    Again(&'a Opened),
}

/// A backup that was read to its end.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) verified: VerifiedBackup,
    pub(crate) header: Header,
    pub(crate) root: RootKey,
    pub(crate) record: RootRecord,
    pub(crate) tagger: std::sync::Arc<StoreTagger>,
    pub(crate) mark: Mark,
    digest: [u8; 32],
}

impl Opened {
    /// Reads a backup to its end and verifies all of it; `each` gets every record with its number, which nobody may
    /// trust before this returns.
    pub(crate) fn read(
        from: impl Read,
        keys: &Keys<'_>,
        mut each: impl FnMut(&Header, Record, u64) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let provider = match keys {
            Keys::Unlock { provider, .. } => provider,
            Keys::Again(opened) => opened.root.provider(),
        };
        let mut reader = Reader::new(Digesting::new(io::BufReader::with_capacity(64 << 10, from), provider)?)?;
        let header = reader.header().clone();
        let (root, record, tagger) = open_keys(&header, keys)?;
        let (mut mark, mut bytes) = (None, 0);
        while let Some(record) = reader.next_record()? {
            if !is_carried(&record.key) {
                return Err(BackupError::Malformed("it has a record that no backup has").into());
            }
            let damaged = |why| Error::Damaged { key: record.key.to_string(), why };
            let envelope = Envelope::unwrap_any(&record.key, &record.value, &*tagger);
            let envelope = envelope.map_err(|why| damaged(why.to_string()))?;
            if record.key.as_bytes() == layout::FORMAT && envelope.kind == RecordKind::Format as u8 {
                mark = Some(Mark::decode(envelope.body, &header.store_id)?);
            }
            bytes = reader.get_ref().bytes();
            each(&header, record, bytes)?;
        }
        let (mut rest, digest) = reader.into_inner().finish()?;
        let mut trailer = [0; 32];
        rest.read_exact(&mut trailer).map_err(BackupError::from)?;
        let again = matches!(keys, Keys::Again(opened) if opened.digest != digest);
        if again || !tagger.is_backup_trailer(&digest, &trailer)? {
            return Err(BackupError::Unauthentic.into());
        }
        if rest.read(&mut [0]).map_err(BackupError::Io)? > 0 {
            return Err(BackupError::Malformed("something follows its end").into());
        }
        let mark = mark.ok_or(BackupError::Malformed("it has no format mark"))?;
        let verified = verified(&header, provider, bytes)?;
        Ok(Self { verified, header, root, record, tagger, mark, digest })
    }
}

type OpenKeys = (RootKey, RootRecord, std::sync::Arc<StoreTagger>);

fn open_keys(header: &Header, keys: &Keys<'_>) -> Result<OpenKeys, Error> {
    let (provider, arena, unlock) = match keys {
        Keys::Unlock { provider, arena, unlock } => (provider, arena, unlock),
        Keys::Again(opened) if opened.header == *header => {
            return Ok((opened.root.clone(), opened.record.clone(), std::sync::Arc::clone(&opened.tagger)));
        }
        Keys::Again(_) => return Err(BackupError::Unauthentic.into()),
    };
    let record = RootRecord::decode(provider, &header.root).map_err(of_root)?;
    if *record.store_id() != header.store_id {
        return Err(BackupError::Malformed("its root key is another store's").into());
    }
    if header.mac_epoch != vault::FIRST_EPOCH {
        return Err(BackupError::Malformed("its MAC key is of no known epoch").into());
    }
    let root = RootKey::unlock(provider, arena, &record, *unlock).map_err(of_root)?;
    let place = vault::mac_place(header.mac_epoch);
    let mac_key =
        vault::open_key(arena, &root.sealer(SealKind::StoreMacKey), &place, &header.mac_key, layout::MAC_KEY)?;
    let tagger = StoreTagger::new(mac_key, (*provider).clone(), header.store_id);
    Ok((root, record, std::sync::Arc::new(tagger)))
}

fn verified(header: &Header, provider: &CryptoProvider, bytes: u64) -> Result<VerifiedBackup, Error> {
    let crypto = LogCrypto::new(provider)?;
    let key = std::str::from_utf8(&header.verifying_key);
    let verifying_key =
        VerifyingKey::parse(&crypto, key.map_err(|_| BackupError::Malformed("its verifying key is none"))?)?;
    let opened = Checkpoint::open(&crypto, &verifying_key, &header.checkpoint)?;
    let ours = Origin::parse(opened.origin()).is_some_and(|origin| *origin.store_id() == header.store_id);
    if !ours {
        return Err(BackupError::Malformed("its checkpoint is another store's").into());
    }
    Ok(VerifiedBackup {
        revision: header.revision.as_u64(),
        records: header.records,
        // The end's one byte and the trailer.
        bytes: bytes.saturating_add(33),
        made: header.made,
        checkpoint: SignedCheckpoint::parse(&header.checkpoint)?,
        verifying_key,
    })
}
