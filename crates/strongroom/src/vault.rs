//! What is under the root key: the key that tags records, the key that signs checkpoints, and the folder with its lock.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use strongroom_audit::checkpoint::{CheckpointSigner, SigningFailed};
use strongroom_crypto::CryptoProvider;
use strongroom_crypto::record::{Record, record_tag, verify_record_tag};
use strongroom_keys::{Tagger, layout};
use strongroom_memory::{SecretArena, SecretSlot};
use strongroom_store::{Freshness, Key, RedbOptions, RedbStore, StoreError, StoreExt};
use strongroom_types::{AccountId, Region, SealKind, SealPlace, Sealer};

use crate::Error;
use crate::failpoint::reached;

/// The format that this version writes. Newer ones are refused.
pub(crate) const FORMAT: u16 = 1;
/// The name of the store's file.
const STORE: &str = "store.redb";
/// The name of the file that says that a restore has not come to its end.
const RESTORING: &str = "restoring";
/// The epoch of the first MAC key, and of the first signing key of a log.
pub(crate) const FIRST_EPOCH: u32 = 1;

/// Tags records under a key in locked memory.
#[derive(Debug)]
pub(crate) struct StoreTagger {
    key: SecretSlot,
    provider: CryptoProvider,
    store_id: [u8; 16],
}

/// The place of the store's MAC key.
pub(crate) fn mac_place(epoch: u32) -> SealPlace {
    SealPlace::new(SealKind::StoreMacKey, vec![epoch.to_be_bytes().to_vec()])
}

/// The place of a log's signing key.
pub(crate) fn log_place(log_id: &[u8; 16], epoch: u32) -> SealPlace {
    SealPlace::new(SealKind::LogKey, vec![log_id.to_vec(), epoch.to_be_bytes().to_vec()])
}

/// A fresh key of 32 bytes in locked memory, and sealed for its place.
pub(crate) fn fresh_key(
    provider: &CryptoProvider,
    arena: &SecretArena,
    sealer: &dyn Sealer,
    place: &SealPlace,
) -> Result<(SecretSlot, Vec<u8>), Error> {
    let mut slot = arena.take(32)?;
    provider.random.fill(slot.expose_secret_mut()?)?;
    let sealed = sealer.seal(place, slot.expose_secret()?).map_err(|why| Error::Root(why.to_string()))?;
    Ok((slot, sealed))
}

/// A sealed key, opened into locked memory.
pub(crate) fn open_key(
    arena: &SecretArena,
    sealer: &dyn Sealer,
    place: &SealPlace,
    sealed: &[u8],
    at: &[u8],
) -> Result<SecretSlot, Error> {
    let damaged = |why: String| Error::Damaged { key: at.escape_ascii().to_string(), why };
    let secret = sealer.open(place, sealed).map_err(|why| damaged(why.to_string()))?;
    match secret.len() {
        32 => Ok(arena.store(secret.expose_secret())?),
        other => Err(damaged(format!("a key of {other} bytes"))),
    }
}

impl StoreTagger {
    pub(crate) fn new(key: SecretSlot, provider: CryptoProvider, store_id: [u8; 16]) -> Self {
        Self { key, provider, store_id }
    }

    /// The trailer of a backup whose bytes have this digest.
    pub(crate) fn backup_trailer(&self, digest: &[u8; 32]) -> Result<[u8; 32], Error> {
        let mac_key = self.key.expose_secret()?;
        Ok(strongroom_crypto::record::backup_trailer(&self.provider, mac_key, &self.store_id, digest)?)
    }

    /// Whether a backup's trailer is the one of these bytes.
    pub(crate) fn is_backup_trailer(&self, digest: &[u8; 32], trailer: &[u8; 32]) -> Result<bool, Error> {
        let mac_key = self.key.expose_secret()?;
        let verify = strongroom_crypto::record::verify_backup_trailer;
        Ok(verify(&self.provider, mac_key, &self.store_id, digest, trailer).is_ok())
    }

    fn record<'a>(&'a self, key: &'a [u8], counter: u64, header: &'a [u8], body: &'a [u8]) -> Record<'a> {
        Record { store_id: &self.store_id, key, counter, header, body }
    }
}

impl Tagger for StoreTagger {
    fn epoch(&self) -> u32 {
        FIRST_EPOCH
    }

    fn tag(&self, epoch: u32, key: &[u8], counter: u64, header: &[u8], body: &[u8]) -> Option<[u8; 16]> {
        let mac_key = self.key.expose_secret().ok().filter(|_| epoch == FIRST_EPOCH)?;
        record_tag(&self.provider, mac_key, &self.record(key, counter, header, body)).ok()
    }

    fn verify(&self, epoch: u32, key: &[u8], counter: u64, header: &[u8], body: &[u8], tag: &[u8; 16]) -> bool {
        let Some(mac_key) = self.key.expose_secret().ok().filter(|_| epoch == FIRST_EPOCH) else { return false };
        verify_record_tag(&self.provider, mac_key, &self.record(key, counter, header, body), tag).is_ok()
    }
}

/// Signs checkpoints with a key in locked memory.
#[derive(Debug)]
pub(crate) struct LogSigner {
    seed: SecretSlot,
    public_key: [u8; 32],
    provider: CryptoProvider,
}

impl LogSigner {
    pub(crate) fn new(seed: SecretSlot, provider: CryptoProvider) -> Result<Self, Error> {
        let key: &[u8; 32] = seed.expose_secret()?.first_chunk().ok_or(Error::Closed)?;
        let public_key = provider.ed25519.public_key(key)?;
        Ok(Self { seed, public_key, provider })
    }
}

impl CheckpointSigner for LogSigner {
    fn public_key(&self) -> [u8; 32] {
        self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SigningFailed> {
        let seed = self.seed.expose_secret().map_err(|_| SigningFailed("this process is a fork"))?;
        let seed = seed.first_chunk().ok_or(SigningFailed("the key has another length"))?;
        self.provider.ed25519.sign(seed, message).map_err(|_| SigningFailed("the provider failed"))
    }
}

/// The mark of a formatted store: `format u16 ‖ store id(16) ‖ account(12) ‖ Region`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
}

impl Mark {
    pub(crate) fn encode(&self, store_id: &[u8; 16]) -> Vec<u8> {
        let parts: [&[u8]; 4] =
            [&FORMAT.to_be_bytes(), store_id, self.account.as_str().as_bytes(), self.region.as_str().as_bytes()];
        parts.concat()
    }

    pub(crate) fn decode(bytes: &[u8], store_id: &[u8; 16]) -> Result<Self, Error> {
        let damaged = |why: &str| Error::Damaged { key: "mformat".into(), why: why.into() };
        let (format, rest) = bytes.split_first_chunk().ok_or_else(|| damaged("it is too short"))?;
        let found = u16::from_be_bytes(*format);
        if found > FORMAT {
            return Err(Error::NewerFormat { found, known: FORMAT });
        }
        let (id, rest) = rest.split_first_chunk::<16>().ok_or_else(|| damaged("it is too short"))?;
        if id != store_id {
            return Err(damaged("it is of another store"));
        }
        let (account, region) = rest.split_at_checked(12).ok_or_else(|| damaged("it is too short"))?;
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| damaged("it is no text"));
        Ok(Self {
            account: text(account)?.parse().map_err(|_| damaged("no account"))?,
            region: text(region)?.parse().map_err(|_| damaged("no Region"))?,
        })
    }
}

/// A strongroom's folder: the store's file, the log's segments, and a lock that one process holds.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    lock: File,
}

/// A process that is being started from another thread holds copies of all files until it runs its own program: the lock
/// must not live as long as those.
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |cause| Error::Io { doing, path, cause }
}

impl Folder {
    /// Makes the folder, which must not exist, or must be empty.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        Self::make_empty(path)?;
        make(&path.join("log"))?;
        Self::lock(path)
    }

    fn make_empty(path: &Path) -> Result<(), Error> {
        match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
            Ok(false) => Err(Error::Exists(path.to_owned())),
            Ok(true) => Ok(()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => make(path),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotADirectory => Err(Error::Exists(path.to_owned())),
            Err(cause) => Err(io("reading", path)(cause)),
        }
    }

    /// Opens the folder, which must be a strongroom's.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        if !path.join(STORE).exists() {
            return Err(Error::Missing(path.to_owned()));
        }
        Self::lock(path)
    }

    /// The folder of a restore: one that does not exist, that is empty, or that a restore left that was interrupted.
    ///
    /// The mark that tells so is the first thing in it, so that no moment of a restore leaves a folder that the next one
    /// refuses.
    pub(crate) fn for_restore(path: &Path) -> Result<Self, Error> {
        let marker = path.join(RESTORING);
        if !marker.exists() {
            Self::make_empty(path)?;
            reached("restore.folder");
            File::create_new(&marker).and_then(|file| file.sync_all()).map_err(io("making", &marker))?;
            File::open(path).and_then(|folder| folder.sync_all()).map_err(io("syncing", path))?;
        }
        reached("restore.marked");
        // Held, so that nobody else clears it or is at work in it.
        let held = Self::lock(path)?;
        if has_root(&held.store())? {
            return Err(Error::Exists(path.to_owned()));
        }
        let _ = fs::remove_file(held.store());
        let _ = fs::remove_dir_all(held.log());
        make(&held.log())?;
        Ok(held)
    }

    /// What is in the folder is a strongroom now.
    pub(crate) fn restored(path: &Path) {
        let _ = fs::remove_file(path.join(RESTORING));
    }

    fn lock(path: &Path) -> Result<Self, Error> {
        let file = path.join("lock");
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).open(&file).map_err(io("opening", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), lock }),
            Err(fs::TryLockError::WouldBlock) => Err(Error::AlreadyOpen(path.to_owned())),
            Err(fs::TryLockError::Error(cause)) => Err(io("locking", &file)(cause)),
        }
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path.join(STORE)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// Takes away what a creation that failed has left, so that it can be tried again.
    pub(crate) fn discard(self) {
        Self::clear(&self.path);
    }

    /// The same of a folder that is not held any more. Only for whoever made what is in it.
    pub(crate) fn clear(path: &Path) {
        let _ = fs::remove_file(path.join(STORE));
        let _ = fs::remove_dir_all(path.join("log"));
        let _ = fs::remove_file(path.join("lock"));
        // Last, as it was the first: while anything is left, the next restore may go on here.
        let _ = fs::remove_file(path.join(RESTORING));
        let _ = fs::remove_dir(path);
    }
}

/// Whether there is a strongroom in this store: with the root record it exists.
fn has_root(store: &Path) -> Result<bool, Error> {
    let opened = match RedbStore::open(store, RedbOptions::default()) {
        Ok(opened) => opened,
        Err(StoreError::Missing(_) | StoreError::NotAStore(_) | StoreError::Damaged(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    Ok(opened.get_one(&Key::from(layout::ROOT), Freshness::Latest)?.is_some())
}

/// Makes a folder that nobody but its owner enters, and makes its name durable.
fn make(path: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(io("making", path))?;
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(io("syncing", parent))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_a_newer_format_asks_for_a_newer_program() {
        let mark = Mark { account: AccountId::NOBODY, region: Region::US_EAST_1 };
        let mut bytes = mark.encode(&[7; 16]);
        assert!(Mark::decode(&bytes, &[7; 16]).is_ok());
        assert!(matches!(Mark::decode(&bytes, &[8; 16]), Err(Error::Damaged { .. })));
        bytes[1] = 2;
        assert!(matches!(Mark::decode(&bytes, &[7; 16]), Err(Error::NewerFormat { found: 2, known: 1 })));
        (0..bytes.len()).for_each(|len| drop(Mark::decode(&bytes[..len], &[7; 16])));
    }
}
