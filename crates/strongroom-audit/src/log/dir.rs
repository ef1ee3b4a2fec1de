//! Files in a directory.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{LogFile, LogStorage};

/// A directory that the log has for itself. Files are readable and writable by their owner alone (mode 0600).
#[derive(Debug, Clone)]
pub struct DirStorage(PathBuf);

#[derive(Debug)]
struct DirFile {
    file: File,
    path: PathBuf,
}

impl DirStorage {
    /// Of an existing directory.
    ///
    /// # Errors
    /// `path` does not exist, is no directory, or can't be looked at.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        if fs::metadata(&path)?.is_dir() { Ok(Self(path)) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

impl LogStorage for DirStorage {
    fn list(&self) -> io::Result<Vec<String>> {
        let name = |entry: io::Result<fs::DirEntry>| entry.map(|e| e.file_name().to_string_lossy().into_owned());
        fs::read_dir(&self.0)?.map(name).collect()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let path = self.0.join(name);
        let file = options().create_new(true).open(&path)?;
        self.sync_names()?;
        Ok(Arc::new(DirFile { file, path }))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let path = self.0.join(name);
        // A folder that may be read and not written is still good enough for the verifier.
        let file = match options().open(&path) {
            Err(e) if matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
                File::open(&path)?
            }
            other => other?,
        };
        Ok(Arc::new(DirFile { file, path }))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))?;
        self.sync_names()
    }

    fn free_space(&self) -> io::Result<Option<u64>> {
        let info = rustix::fs::statvfs(&self.0)?;
        Ok(Some(info.f_bavail.saturating_mul(info.f_frsize)))
    }

    fn is_volatile(&self) -> bool {
        false
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl LogFile for DirFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = out.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset.saturating_add(done as u64)) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(done)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn check_in_place(&self) -> io::Result<u64> {
        let own = self.file.metadata()?;
        // Deleting it, and renaming another over it, take its last name away.
        if own.nlink() == 0 { Err(io::Error::other("it was deleted or replaced")) } else { Ok(own.len()) }
    }

    fn check_name(&self) -> io::Result<u64> {
        let (own, named) = (self.file.metadata()?, fs::metadata(&self.path)?);
        let same = (own.dev(), own.ino()) == (named.dev(), named.ino());
        if same { Ok(own.len()) } else { Err(io::Error::other("it is another file now")) }
    }
}
