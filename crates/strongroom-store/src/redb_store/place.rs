//! Where the engine's bytes are: a file with a path, or a disk that was handed in.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redb::StorageBackend;
use redb::backends::FileBackend;

use super::backend::DiskBackend;
use crate::disk::Disk;
use crate::error::{Cause, StoreError};

#[derive(Debug)]
pub(super) enum Place {
    File { file: File, name: Cause },
    Disk(Arc<dyn Disk>),
}

impl Place {
    pub(super) const fn disk(disk: Arc<dyn Disk>) -> Self {
        Self::Disk(disk)
    }

    /// A file that was just made.
    pub(super) fn fresh(file: File) -> Self {
        Self::File { file, name: Cause::new("a new file") }
    }

    pub(super) fn open_file(path: &Path, allow_others: bool) -> Result<Self, StoreError> {
        let name = Cause::new(path.display());
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::Missing(name)),
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => return Err(foreign(&name, "a folder")),
            opened => opened.map_err(io_error)?,
        };
        let metadata = file.metadata().map_err(io_error)?;
        if !metadata.is_file() {
            return Err(foreign(&name, "no regular file"));
        }
        if metadata.len() == 0 {
            return Err(foreign(&name, "empty"));
        }
        check_mode(&metadata, &name, allow_others)?;
        refuse_network(&file)?;
        Ok(Self::File { file, name })
    }

    pub(super) fn name(&self) -> Cause {
        match self {
            Self::File { name, .. } => name.clone(),
            Self::Disk(_) => Cause::new("the disk"),
        }
    }

    pub(super) fn len(&self) -> Result<u64, StoreError> {
        match self {
            Self::File { file, .. } => file.metadata().map(|metadata| metadata.len()),
            Self::Disk(disk) => disk.len(),
        }
        .map_err(io_error)
    }

    /// What one incarnation of the engine works on. A file's backend locks it.
    pub(super) fn backend(&self) -> Result<Box<dyn StorageBackend>, StoreError> {
        match self {
            Self::File { file, .. } => {
                let again = file.try_clone().map_err(io_error)?;
                let backend = FileBackend::new(again).map_err(|error| StoreError::Io(Cause::new(error)))?;
                Ok(Box::new(backend))
            }
            Self::Disk(disk) => Ok(Box::new(DiskBackend(Arc::clone(disk)))),
        }
    }

    /// Asks the system to read from the disk what it may believe to have written there: after a failed sync the
    /// pages that were lost are marked clean ("fsyncgate", 2018).
    pub(super) fn forget_cached(&self) -> Result<(), StoreError> {
        match self {
            #[cfg(target_os = "linux")]
            Self::File { file, .. } => {
                // Advice only: where it isn't taken, the engine's own checks are what is left.
                let _advice = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
                Ok(())
            }
            #[cfg(not(target_os = "linux"))]
            Self::File { .. } => Ok(()),
            Self::Disk(disk) => disk.forget_cached().map_err(io_error),
        }
    }
}

fn foreign(name: &Cause, what: &str) -> StoreError {
    StoreError::NotAStore(Cause::new(format_args!("`{name}` is {what}")))
}

/// An error of the system, by what can be done about it.
pub(super) fn io_error(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(Cause::new(error)),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Io(Cause::new(error)),
    }
}

#[cfg(unix)]
fn check_mode(metadata: &std::fs::Metadata, name: &Cause, allow_others: bool) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 && !allow_others {
        return Err(StoreError::TooOpen { path: name.clone(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &std::fs::Metadata, _: &Cause, _: bool) -> Result<(), StoreError> {
    Ok(())
}

/// Locks and syncs don't mean on NFS and SMB what they mean on a disk.
#[cfg(target_os = "linux")]
fn refuse_network(file: &File) -> Result<(), StoreError> {
    // linux/magic.h: NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC
    const NETWORK: [u32; 4] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42];
    let status = rustix::fs::fstatfs(file).map_err(|error| io_error(error.into()))?;
    // The field's type differs between targets; the numbers fit 32 bits.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "magic numbers have 32 bits")]
    let kind = status.f_type as u32;
    if NETWORK.contains(&kind) {
        return Err(StoreError::Unsupported("live on a network file system"));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_: &File) -> Result<(), StoreError> {
    Ok(())
}

/// Makes `path` with what `fill` puts into it, whole or not at all: it is filled and synced under another name
/// in the same folder, then linked to its own, which fails if something is there.
pub(super) fn create_file(path: &Path, fill: impl FnOnce(File) -> Result<(), StoreError>) -> Result<(), StoreError> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    if path.symlink_metadata().is_ok() {
        return Err(StoreError::Exists(Cause::new(path.display())));
    }
    let Some(name) = path.file_name() else { return Err(foreign(&Cause::new(path.display()), "no file name")) };
    let mut draft = std::ffi::OsString::from(".");
    draft.push(name);
    draft.push(format!(".new-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
    let draft = path.with_file_name(draft);
    let made = fill_and_link(&draft, path, fill);
    let removed = std::fs::remove_file(&draft);
    made?;
    removed.map_err(io_error)?;
    sync_folder(path)
}

fn fill_and_link(
    draft: &Path,
    path: &Path,
    fill: impl FnOnce(File) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let file = owner_only().open(draft).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StoreError::Missing(Cause::new(parent(path).display())),
        _ => io_error(error),
    })?;
    let again = file.try_clone().map_err(io_error)?;
    fill(file)?;
    again.sync_all().map_err(io_error)?;
    std::fs::hard_link(draft, path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists(Cause::new(path.display())),
        _ => io_error(error),
    })
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(parent(path)).and_then(|folder| folder.sync_all()).map_err(io_error)?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
