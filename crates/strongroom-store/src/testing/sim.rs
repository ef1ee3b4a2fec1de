//! A disk in memory that forgets what was not synced.

mod file;
mod state;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use file::SimFile;
use state::State;

/// The size of what a loss of power keeps or loses as one: a sector.
pub(super) const SECTOR: usize = 512;

/// An operation that changes a [`SimDisk`] or makes it durable, for counting and for faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "for tests")]
pub enum DiskOp {
    /// A read of a file.
    Read,
    /// A write into a file, an append too.
    Write,
    /// A change of a file's length.
    SetLen,
    /// A sync of a file.
    Sync,
    /// A file made, renamed or removed.
    Name,
    /// A sync of the names.
    SyncNames,
}

/// A fault that a [`SimDisk`] is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskFault {
    op: DiskOp,
    nth: u64,
    kind: io::ErrorKind,
    forever: bool,
    loses: bool,
}

impl DiskFault {
    /// The `nth` operation of this kind from now on (0 is the next) fails once, with an I/O error.
    #[must_use]
    pub const fn once(op: DiskOp, nth: u64) -> Self {
        Self { op, nth, kind: io::ErrorKind::Other, forever: false, loses: false }
    }

    /// And every later one too.
    #[must_use]
    pub const fn forever(mut self) -> Self {
        self.forever = true;
        self
    }

    /// A sync that fails and believes all the same that everything is written, as systems do ("fsyncgate", 2018): reads
    /// see what was lost, later syncs succeed without writing it, and a loss of power takes it away.
    #[must_use]
    pub const fn losing_writes(mut self) -> Self {
        self.loses = true;
        self
    }

    /// With "no space left" instead of an I/O error.
    #[must_use]
    pub const fn full(mut self) -> Self {
        self.kind = io::ErrorKind::StorageFull;
        self
    }
}

/// A disk of named files in one folder, where power can be lost at one instant for all of them.
///
/// For each sector of 512 bytes it keeps the durable version and every version since; lengths and names likewise.
/// [`crash`](Self::crash) chooses what is left: for each sector the durable version or any later one, for each
/// length the durable one or any later one, and of the changes of names since they were synced, some first part.
/// So writes are torn at sectors, reordered and dropped, but what was synced is there.
///
/// Clones are the same disk.
///
/// ```
/// use strongroom_store::testing::SimDisk;
///
/// # fn main() -> std::io::Result<()> {
/// let disk = SimDisk::new();
/// let file = disk.create("log")?;
/// disk.sync_names()?;
/// file.append(b"synced")?;
/// file.sync()?;
/// file.append(b", and lost")?;
/// disk.lose_all();
/// assert_eq!(disk.contents("log")?, b"synced");
/// assert!(file.sync().is_err()); // a handle from before the loss
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct SimDisk(Arc<Mutex<State>>);

impl SimDisk {
    /// An empty disk without end.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a file; an error if the name is taken. Its name is durable after [`sync_names`](Self::sync_names).
    pub fn create(&self, name: &str) -> io::Result<SimFile> {
        let mut state = self.lock();
        state.step(DiskOp::Name)?;
        let number = state.create(name)?;
        Ok(SimFile::new(self.clone(), number, state.life()))
    }

    /// Opens a file; an error if there is none.
    pub fn open(&self, name: &str) -> io::Result<SimFile> {
        let state = self.lock();
        state.powered()?;
        Ok(SimFile::new(self.clone(), state.number(name)?, state.life()))
    }

    /// Opens a file, or makes it.
    pub fn open_or_create(&self, name: &str) -> io::Result<SimFile> {
        if self.exists(name) { self.open(name) } else { self.create(name) }
    }

    /// Is there a file of this name?
    #[must_use]
    pub fn exists(&self, name: &str) -> bool {
        self.lock().number(name).is_ok()
    }

    /// The names, sorted.
    pub fn list(&self) -> io::Result<Vec<String>> {
        let state = self.lock();
        state.powered()?;
        Ok(state.names().cloned().collect())
    }

    /// Removes a name. Handles of its file stay good.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.lock();
        state.step(DiskOp::Name)?;
        state.rename(name, None)
    }

    /// Gives a file another name, in the place of whatever had it.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.lock();
        state.step(DiskOp::Name)?;
        state.rename(from, Some(to))
    }

    /// Makes all names durable, as they are now: a sync of the folder.
    pub fn sync_names(&self) -> io::Result<()> {
        let mut state = self.lock();
        state.step(DiskOp::SyncNames)?;
        state.sync_names();
        Ok(())
    }

    /// What a file holds now, without counting as an operation.
    pub fn contents(&self, name: &str) -> io::Result<Vec<u8>> {
        self.lock().contents(name)
    }

    /// Puts these bytes in the place of a file's, durable at once, without counting as an operation: damage.
    pub fn set_contents(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.lock().set_contents(name, bytes)
    }

    /// How many operations but reads there have been. Those that fail count.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.lock().operations()
    }

    /// How many operations of one kind there have been.
    #[must_use]
    pub fn count(&self, op: DiskOp) -> u64 {
        self.lock().count(op)
    }

    /// Lets this many operations but reads happen from now on and then takes the power away: everything fails
    /// until [`crash`](Self::crash).
    pub fn cut_power_after(&self, operations: u64) {
        self.lock().cut_power_after(operations);
    }

    /// Is the power away?
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.lock().powered().is_err()
    }

    /// Loses what was not synced, some of it or all or nothing, as the seed says; then the power is back and no
    /// fault is planned. Handles from before are dead.
    pub fn crash(&self, seed: u64) {
        self.lock().crash(Some(seed));
    }

    /// Loses everything that was not synced.
    pub fn lose_all(&self) {
        self.lock().crash(None);
    }

    /// Plans a fault. Faults add up.
    pub fn fault(&self, fault: DiskFault) {
        self.lock().plan(fault);
    }

    /// Forgets every planned fault.
    pub fn heal(&self) {
        self.lock().heal();
    }

    /// From now on all files together have room for this many bytes, counted in whole sectors that were written;
    /// growth of a length alone takes none.
    pub fn set_capacity(&self, bytes: u64) {
        self.lock().set_capacity(bytes);
    }

    /// A disk with the same bytes, names and unsynced changes, and a life of its own.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self(Arc::new(Mutex::new(self.lock().clone())))
    }
}
