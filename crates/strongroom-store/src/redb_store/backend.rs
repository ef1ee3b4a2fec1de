//! Between the engine and the bytes: what went wrong is remembered by kind, and opening is rehearsed.

use std::io;
use std::ops::Bound;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::{BackendError, StorageBackend};

use super::overlay::Overlay;
use crate::disk::Disk;

/// A caller's disk as the engine's backend.
#[derive(Debug)]
pub(super) struct DiskBackend(pub(super) Arc<dyn Disk>);

impl StorageBackend for DiskBackend {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.0.sync()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, data)
    }
}

/// The gravest thing that went wrong since the engine was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    None = 0,
    /// A read failed. Opening again heals it, if the disk does.
    Read = 1,
    /// There was no room for a write or for growth.
    Full = 2,
    /// A write or a sync failed: what is on the disk is not known.
    Hard = 3,
}

#[derive(Debug, Default)]
pub(super) struct Faults(AtomicU8);

impl Faults {
    pub(super) fn gravest(&self) -> Fault {
        match self.0.load(Ordering::Acquire) {
            0 => Fault::None,
            1 => Fault::Read,
            2 => Fault::Full,
            _ => Fault::Hard,
        }
    }

    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Release);
    }

    fn note(&self, fault: Fault) {
        self.0.fetch_max(fault as u8, Ordering::AcqRel);
    }

    fn watch_read<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|_| self.note(Fault::Read))
    }

    fn watch_write<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => self.note(Fault::Full),
            _ => self.note(Fault::Hard),
        })
    }
}

/// What the engine is given.
#[derive(Debug, Clone)]
pub(super) struct Guarded(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Box<dyn StorageBackend>,
    faults: Arc<Faults>,
    rehearsal: Mutex<Option<Overlay>>,
}

impl Guarded {
    /// With writes held back until [`perform`](Self::perform).
    pub(super) fn rehearsing(file: Box<dyn StorageBackend>, faults: Arc<Faults>) -> io::Result<Self> {
        let overlay = Overlay::over(&*file)?;
        Ok(Self(Arc::new(Inner { file, faults, rehearsal: Mutex::new(Some(overlay)) })))
    }

    pub(super) fn direct(file: Box<dyn StorageBackend>, faults: Arc<Faults>) -> Self {
        Self(Arc::new(Inner { file, faults, rehearsal: Mutex::new(None) }))
    }

    /// Does what was held back, and holds nothing back from now on.
    pub(super) fn perform(&self) -> io::Result<()> {
        let mut rehearsal = self.rehearsal();
        let Some(overlay) = rehearsal.take() else { return Ok(()) };
        self.0.faults.watch_write(overlay.perform(&*self.0.file))
    }

    fn rehearsal(&self) -> MutexGuard<'_, Option<Overlay>> {
        self.0.rehearsal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Guarded {
    fn len(&self) -> io::Result<u64> {
        if let Some(overlay) = &*self.rehearsal() {
            return Ok(overlay.len());
        }
        self.0.faults.watch_read(self.0.file.len())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        if let Some(overlay) = &*self.rehearsal() {
            return self.0.faults.watch_read(overlay.read(&*self.0.file, offset, out));
        }
        self.0.faults.watch_read(self.0.file.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        if let Some(overlay) = &mut *self.rehearsal() {
            overlay.set_len(len);
            return Ok(());
        }
        self.0.faults.watch_write(self.0.file.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        if let Some(overlay) = &mut *self.rehearsal() {
            overlay.sync();
            return Ok(());
        }
        // Whatever its kind: a sync that fails, for want of room too, leaves the disk unknown.
        self.0.file.sync_data().inspect_err(|_| self.0.faults.note(Fault::Hard))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if let Some(overlay) = &mut *self.rehearsal() {
            return overlay.write(&*self.0.file, offset, data);
        }
        self.0.faults.watch_write(self.0.file.write(offset, data))
    }

    fn close(&self) -> io::Result<()> {
        self.0.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.file.query_lock_range(start, end)
    }
}
