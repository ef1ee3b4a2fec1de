//! The log's files on the simulated disk that holds the store's file too.

use std::io;
use std::path::Path;
use std::sync::Arc;

use strongroom_audit::log::{LogFile, LogStorage};
use strongroom_store::testing::{SimDisk, SimFile};

/// The name of the store's file.
pub(crate) const STORE: &str = "store.redb";
const LOG: &str = "log/";

/// The folder of the log on a simulated disk.
#[derive(Debug, Clone)]
pub(crate) struct SimLog(pub(crate) SimDisk);

#[derive(Debug)]
struct SimLogFile {
    disk: SimDisk,
    file: SimFile,
    name: String,
}

impl SimLog {
    fn file(&self, name: &str, file: SimFile) -> Arc<dyn LogFile> {
        Arc::new(SimLogFile { disk: self.0.clone(), file, name: format!("{LOG}{name}") })
    }
}

impl LogStorage for SimLog {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.list()?.iter().filter_map(|name| name.strip_prefix(LOG)).map(str::to_owned).collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let file = self.0.create(&format!("{LOG}{name}"))?;
        self.0.sync_names()?;
        Ok(self.file(name, file))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        Ok(self.file(name, self.0.open(&format!("{LOG}{name}"))?))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(&format!("{LOG}{name}"))?;
        self.0.sync_names()
    }

    fn free_space(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }

    fn is_volatile(&self) -> bool {
        false
    }

    fn path(&self) -> &Path {
        Path::new("sim/log")
    }
}

impl LogFile for SimLogFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        let there = self.file.len()?.saturating_sub(offset).min(out.len() as u64);
        let there = usize::try_from(there).unwrap();
        self.file.read_at(offset, &mut out[..there])?;
        Ok(there)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_at(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn check_in_place(&self) -> io::Result<u64> {
        match self.disk.exists(&self.name) {
            true => self.file.len(),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
