//! A handle of one file.

use std::io;

use super::{DiskOp, SimDisk};

/// A file of a [`SimDisk`], until the next loss of power.
#[derive(Debug, Clone)]
pub struct SimFile {
    disk: SimDisk,
    number: u64,
    life: u64,
}

#[expect(clippy::len_without_is_empty, reason = "a length is all that files have")]
impl SimFile {
    pub(super) const fn new(disk: SimDisk, number: u64, life: u64) -> Self {
        Self { disk, number, life }
    }

    /// The length in bytes.
    pub fn len(&self) -> io::Result<u64> {
        let mut state = self.disk.lock();
        state.alive(self.life)?;
        Ok(state.file(self.number)?.len())
    }

    /// Fills `out` from `offset`; `UnexpectedEof` if that reaches beyond the end.
    pub fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.alive(self.life)?;
        state.step(DiskOp::Read)?;
        state.file(self.number)?.read(offset, out)
    }

    /// Writes all of `data` at `offset`; beyond the end the file grows, with zeros between.
    pub fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.alive(self.life)?;
        state.step(DiskOp::Write)?;
        state.take_room(self.number, offset, data.len())?;
        state.file(self.number)?.write(offset, data)
    }

    /// Writes all of `data` at the end. Answers where that was.
    pub fn append(&self, data: &[u8]) -> io::Result<u64> {
        let at = self.len()?;
        self.write_at(at, data)?;
        Ok(at)
    }

    /// Cuts or extends; what is new is zero.
    pub fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.alive(self.life)?;
        state.step(DiskOp::SetLen)?;
        state.file(self.number)?.set_len(len)
    }

    /// Makes the contents and the length durable, not the name.
    pub fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.alive(self.life)?;
        if let Err(error) = state.step(DiskOp::Sync) {
            if state.sync_loses_writes() {
                state.file(self.number)?.lose_unsynced();
            }
            return Err(error);
        }
        state.file(self.number)?.sync();
        Ok(())
    }

    /// Lets later reads see what a failed sync lost, see [`DiskFault::losing_writes`](super::DiskFault::losing_writes).
    pub fn forget_cached(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.alive(self.life)?;
        state.file(self.number)?.forget_cached();
        Ok(())
    }
}

#[cfg(feature = "redb")]
impl crate::disk::Disk for SimFile {
    fn len(&self) -> io::Result<u64> {
        Self::len(self)
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        Self::read_at(self, offset, out)
    }
    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        Self::write_at(self, offset, data)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        Self::set_len(self, len)
    }
    fn sync(&self) -> io::Result<()> {
        Self::sync(self)
    }
    fn forget_cached(&self) -> io::Result<()> {
        Self::forget_cached(self)
    }
}
