//! The contents of the disk: what is durable, what is not yet, and what is to go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{DiskFault, DiskOp, SECTOR};
use crate::random::Seeded;

/// The most versions of one sector that are remembered between two syncs, besides the durable one.
const VERSIONS: usize = 4;

/// One file: what programs see, and what a loss of power may leave.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    now: Vec<u8>,
    durable: Vec<u8>,
    /// Sectors written since the last sync: each version, oldest first.
    versions: BTreeMap<usize, Vec<Vec<u8>>>,
    /// Lengths since the last sync, oldest first.
    lengths: Vec<usize>,
    /// Sectors that a failed sync lost, which are believed to be written.
    lost: BTreeSet<usize>,
    /// Sectors that were ever written: what takes room.
    allocated: BTreeSet<usize>,
}

fn index(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput.into())
}

fn sectors(offset: usize, len: usize) -> std::ops::Range<usize> {
    offset / SECTOR..(offset + len).div_ceil(SECTOR)
}

impl Contents {
    pub(super) fn len(&self) -> u64 {
        self.now.len() as u64
    }

    pub(super) fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let start = index(offset)?;
        let end = start.checked_add(out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(self.now.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    pub(super) fn write(&mut self, offset: u64, data: &[u8]) -> io::Result<()> {
        let start = index(offset)?;
        let end = start.checked_add(data.len()).ok_or(io::ErrorKind::InvalidInput)?;
        if end > self.now.len() {
            self.set_len(end as u64)?;
        }
        if let Some(target) = self.now.get_mut(start..end) {
            target.copy_from_slice(data);
        }
        for sector in sectors(start, data.len()) {
            self.remember(sector);
        }
        Ok(())
    }

    fn remember(&mut self, sector: usize) {
        let from = sector * SECTOR;
        let bytes = self.now.get(from..(from + SECTOR).min(self.now.len())).unwrap_or_default().to_vec();
        let versions = self.versions.entry(sector).or_default();
        if versions.len() == VERSIONS {
            versions.remove(0);
        }
        versions.push(bytes);
        self.lost.remove(&sector);
    }

    pub(super) fn set_len(&mut self, len: u64) -> io::Result<()> {
        let len = index(len)?;
        if len < self.now.len() {
            self.allocated.split_off(&len.div_ceil(SECTOR));
        }
        self.now.resize(len, 0);
        self.lengths.push(len);
        Ok(())
    }

    pub(super) fn sync(&mut self) {
        let before = std::mem::replace(&mut self.durable, self.now.clone());
        for sector in &self.lost {
            restore(&mut self.durable, &before, *sector);
        }
        self.versions.clear();
        self.lengths.clear();
    }

    pub(super) fn lose_unsynced(&mut self) {
        self.lost.extend(std::mem::take(&mut self.versions).into_keys());
    }

    pub(super) fn forget_cached(&mut self) {
        for sector in std::mem::take(&mut self.lost) {
            restore(&mut self.now, &self.durable, sector);
        }
    }

    /// What is left after a loss of power.
    fn crash(&mut self, mut choose: impl FnMut(usize) -> usize) {
        // A file cut and grown again since the sync: what the cut took away may be there or be zero.
        let shortest = self.lengths.iter().copied().min().unwrap_or(usize::MAX);
        let mut left = std::mem::take(&mut self.durable);
        let choice = choose(self.lengths.len() + 1);
        let len = choice.checked_sub(1).and_then(|nth| self.lengths.get(nth)).copied().unwrap_or(left.len());
        if choice > 0 && shortest < left.len() {
            left.truncate(shortest);
        }
        left.resize(len, 0);
        for (sector, versions) in std::mem::take(&mut self.versions) {
            let chosen = choose(versions.len() + 1).checked_sub(1).and_then(|nth| versions.get(nth));
            let from = sector * SECTOR;
            if let (Some(bytes), true) = (chosen, from < len) {
                let end = (from + bytes.len()).min(len);
                if let (Some(target), Some(bytes)) = (left.get_mut(from..end), bytes.get(..end - from)) {
                    target.copy_from_slice(bytes);
                }
            }
        }
        self.lengths.clear();
        self.lost.clear();
        self.now.clone_from(&left);
        self.durable = left;
    }
}

/// Gives one sector of `bytes` what `before` has there, or zeros.
fn restore(bytes: &mut [u8], before: &[u8], sector: usize) {
    let from = sector * SECTOR;
    let end = (from + SECTOR).min(bytes.len());
    if let Some(target) = bytes.get_mut(from..end) {
        let old = before.iter().skip(from).chain(std::iter::repeat(&0));
        target.iter_mut().zip(old).for_each(|(byte, old)| *byte = *old);
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    files: BTreeMap<u64, Contents>,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    /// What the names were after each change since they were synced.
    name_versions: Vec<BTreeMap<String, u64>>,
    next_file: u64,
    /// Raised at each loss of power: handles of an earlier life are dead.
    life: u64,
    off: bool,
    left: Option<u64>,
    counts: BTreeMap<DiskOp, u64>,
    faults: Vec<DiskFault>,
    /// The operation that failed last was to lose writes.
    loses: bool,
    capacity: Option<u64>,
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl State {
    pub(super) const fn life(&self) -> u64 {
        self.life
    }

    pub(super) fn powered(&self) -> io::Result<()> {
        if self.off { Err(io::Error::other("the power is off")) } else { Ok(()) }
    }

    pub(super) fn alive(&self, life: u64) -> io::Result<()> {
        self.powered()?;
        if life == self.life { Ok(()) } else { Err(io::Error::other("a handle from before the power was lost")) }
    }

    /// Counts an operation, and fails it if it is its turn.
    pub(super) fn step(&mut self, op: DiskOp) -> io::Result<()> {
        self.powered()?;
        if op != DiskOp::Read {
            if self.left == Some(0) {
                self.off = true;
                return self.powered();
            }
            self.left = self.left.map(|left| left - 1);
        }
        *self.counts.entry(op).or_default() += 1;
        let mut failed = None;
        let loses = &mut self.loses;
        self.faults.retain_mut(|fault| {
            if fault.op != op {
                return true;
            }
            if fault.nth > 0 {
                fault.nth -= 1;
                return true;
            }
            failed = Some(fault.kind);
            *loses = fault.loses;
            fault.forever
        });
        failed.map_or(Ok(()), |kind| Err(io::Error::new(kind, "a planned fault of the disk")))
    }

    pub(super) const fn sync_loses_writes(&mut self) -> bool {
        std::mem::replace(&mut self.loses, false)
    }

    pub(super) fn create(&mut self, name: &str) -> io::Result<u64> {
        if self.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let number = self.next_file;
        self.next_file += 1;
        self.files.insert(number, Contents::default());
        self.names.insert(name.to_owned(), number);
        self.name_versions.push(self.names.clone());
        Ok(number)
    }

    pub(super) fn number(&self, name: &str) -> io::Result<u64> {
        self.names.get(name).copied().ok_or_else(missing)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.names.keys()
    }

    pub(super) fn rename(&mut self, from: &str, to: Option<&str>) -> io::Result<()> {
        let number = self.names.remove(from).ok_or_else(missing)?;
        if let Some(to) = to {
            self.names.insert(to.to_owned(), number);
        }
        self.name_versions.push(self.names.clone());
        Ok(())
    }

    pub(super) fn sync_names(&mut self) {
        self.durable_names.clone_from(&self.names);
        self.name_versions.clear();
    }

    pub(super) fn file(&mut self, number: u64) -> io::Result<&mut Contents> {
        self.files.get_mut(&number).ok_or_else(missing)
    }

    pub(super) fn contents(&self, name: &str) -> io::Result<Vec<u8>> {
        let number = self.number(name)?;
        Ok(self.files.get(&number).ok_or_else(missing)?.now.clone())
    }

    pub(super) fn set_contents(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let number = self.number(name)?;
        let allocated = sectors(0, bytes.len()).collect();
        let file = Contents { now: bytes.to_vec(), durable: bytes.to_vec(), allocated, ..Contents::default() };
        self.files.insert(number, file);
        Ok(())
    }

    /// Takes the room that a write needs, or says that there is none.
    pub(super) fn take_room(&mut self, number: u64, offset: u64, len: usize) -> io::Result<()> {
        let used: usize = self.files.values().map(|file| file.allocated.len()).sum();
        let room = self.capacity.map(|capacity| index(capacity).map(|capacity| capacity / SECTOR)).transpose()?;
        let file = self.files.get_mut(&number).ok_or_else(missing)?;
        let wanted: Vec<usize> =
            sectors(index(offset)?, len).filter(|sector| !file.allocated.contains(sector)).collect();
        if room.is_some_and(|room| used + wanted.len() > room) && !wanted.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        file.allocated.extend(wanted);
        Ok(())
    }

    pub(super) fn operations(&self) -> u64 {
        self.counts.iter().filter(|(op, _)| **op != DiskOp::Read).map(|(_, count)| count).sum()
    }

    pub(super) fn count(&self, op: DiskOp) -> u64 {
        self.counts.get(&op).copied().unwrap_or(0)
    }

    pub(super) const fn cut_power_after(&mut self, operations: u64) {
        self.left = Some(operations);
    }

    pub(super) fn plan(&mut self, fault: DiskFault) {
        self.faults.push(fault);
    }

    pub(super) fn heal(&mut self) {
        self.faults.clear();
    }

    pub(super) const fn set_capacity(&mut self, bytes: u64) {
        self.capacity = Some(bytes);
    }

    /// A quarter of the seeds lose all, a quarter keep all, the rest choose for each sector.
    pub(super) fn crash(&mut self, seed: Option<u64>) {
        let mut random = Seeded::new(seed.unwrap_or(0));
        let mode = if seed.is_some() { random.below(4) } else { 0 };
        let mut choose = |versions: usize| match mode {
            0 => 0,
            1 => versions - 1,
            _ => random.below(versions),
        };
        let names = choose(self.name_versions.len() + 1).checked_sub(1);
        let left = names.and_then(|nth| self.name_versions.get(nth)).unwrap_or(&self.durable_names).clone();
        for file in self.files.values_mut() {
            file.crash(&mut choose);
        }
        self.files.retain(|number, _| left.values().any(|named| named == number));
        self.names.clone_from(&left);
        self.durable_names = left;
        self.name_versions.clear();
        self.life += 1;
        (self.off, self.left) = (false, None);
        self.faults.clear();
    }
}
