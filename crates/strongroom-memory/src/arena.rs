//! The arena: regions, policy and counts.

use crate::{
    Error, Forked, LockLimit, SecretSlot, TooLong,
    carver::{Block, Carver, Class, REGION_LEN},
    fork::Sentinel,
    pages::{self, Lock, Pages, Protection, SystemPages},
};
use std::{
    io::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The longest secret that a slot holds, in bytes. An RSA-4096 private key (PKCS#8) has about
/// 2,400; of ML-DSA and ML-KEM keys keep the seed.
pub const MAX_SECRET_LEN: usize = Class::B4096.size();

/// What happens when the system refuses to lock more memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LockPolicy {
    /// An error, [`Error::LockLimit`]: no secret is ever in memory that can be swapped.
    #[default]
    Require,
    /// Carry on with memory that can be swapped; [`ArenaStatus::unlocked_bytes`] counts it.
    BestEffort,
}

/// Memory for secrets; a cheap handle, clones share the memory.
///
/// Memory comes in regions of 64 KiB between two inaccessible pages, locked against swapping, left
/// out of core dumps, wiped in forked children (see the crate's front page for which systems do
/// what). Slots of 32, 64, 256 and 4,096 bytes are cut from them: about 1,364 keys of 32 bytes in
/// one region. Regions are kept until the last handle and slot are gone, then zeroized and given
/// back; so the arena is as large as its secrets ever were at one time, and the number of mappings
/// stays small (three per region, whatever goes in and out).
///
/// Around each slot are canaries, checked when it is dropped. **A wrong one aborts the process**:
/// unsafe code somewhere wrote where it must not, beside keys, and no error could be trusted.
///
/// At process exit no destructor runs for what is in a `static`; the kernel clears memory before
/// it gives it to others.
///
/// ```
/// use strongroom_memory::{LockPolicy, SecretArena};
///
/// # fn main() -> Result<(), strongroom_memory::Error> {
/// let arena = SecretArena::new(LockPolicy::BestEffort)?;
/// let key = arena.store(b"sixteen bytes ok")?;
/// assert_eq!(key.expose_secret()?.len(), 16);
/// assert!(arena.take(5000).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SecretArena {
    inner: Arc<Inner>,
}

impl SecretArena {
    /// Makes an arena with its first region, so that a limit shows here and not at the first key.
    ///
    /// # Errors
    /// [`Error::LockLimit`] under [`LockPolicy::Require`], [`Error::OutOfMemory`].
    pub fn new(policy: LockPolicy) -> Result<Self, Error> {
        let region = map_region(policy, 0)?;
        let sentinel = Sentinel::plant(&region);
        Ok(Self { inner: Arc::new(Inner { sentinel, policy, carver: Mutex::new(Carver::new(region)) }) })
    }

    /// A zero-filled slot of `len` bytes, to be filled in place.
    ///
    /// # Errors
    /// [`Error::TooLong`] over [`MAX_SECRET_LEN`]; [`Error::Forked`] in a forked child;
    /// [`Error::LockLimit`] under [`LockPolicy::Require`], and [`Error::OutOfMemory`], when a
    /// region must be added. After either, slots in use stay good, and a slot that is dropped can
    /// be taken again.
    pub fn take(&self, len: usize) -> Result<SecretSlot, Error> {
        let class = Class::holding(len).ok_or(TooLong { len })?;
        let block = self.inner.take(class)?;
        Ok(SecretSlot::new(block, len, Arc::clone(&self.inner)))
    }

    /// A slot with a copy of `secret`. The source stays as it is: wiping it is the caller's.
    ///
    /// # Errors
    /// As [`take`](SecretArena::take).
    pub fn store(&self, secret: &[u8]) -> Result<SecretSlot, Error> {
        let mut slot = self.take(secret.len())?;
        slot.expose_secret_mut()?.copy_from_slice(secret);
        Ok(slot)
    }

    /// What the arena holds and what the system granted.
    ///
    /// # Errors
    /// [`Forked`] in a forked child, where all of it is gone.
    pub fn status(&self) -> Result<ArenaStatus, Forked> {
        self.inner.sentinel.check()?;
        let carver = self.inner.carver();
        let bytes = |wanted: fn(Protection) -> bool| -> usize {
            let regions = carver.regions().iter();
            let matching = regions.filter(|region| wanted(region.protection()));
            matching.map(Pages::len).sum()
        };
        Ok(ArenaStatus {
            policy: self.inner.policy,
            regions: carver.regions().len(),
            locked_bytes: bytes(|it| it.lock == Lock::Locked),
            unlocked_bytes: bytes(|it| it.lock != Lock::Locked),
            dumpable_bytes: bytes(|it| !it.undumped),
            wiped_on_fork: bytes(|it| !it.wiped_on_fork) == 0,
            slots_in_use: carver.in_use(),
            slots: carver.cut_so_far(),
            lock_limit: pages::lock_limit(),
        })
    }

    /// Whether an address is inside one of the arena's regions. For tests that look for copies
    /// of a key elsewhere.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn covers(&self, address: usize) -> bool {
        if self.inner.sentinel.check().is_err() {
            return false;
        }
        let carver = self.inner.carver();
        carver.regions().iter().any(|region| {
            let offset = address.checked_sub(region.base().addr().get());
            offset.is_some_and(|offset| offset < region.len())
        })
    }
}

/// What an arena holds, at one moment, and what the system granted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArenaStatus {
    /// The policy chosen when it was made.
    pub policy: LockPolicy,
    /// Regions mapped.
    pub regions: usize,
    /// Bytes that the system keeps out of swap.
    pub locked_bytes: usize,
    /// Bytes that it would not lock: secrets in them can be swapped. Always 0 under
    /// [`LockPolicy::Require`].
    pub unlocked_bytes: usize,
    /// Bytes that a core dump would contain, because the system cannot leave them out.
    pub dumpable_bytes: usize,
    /// Whether the kernel wipes everything in a forked child. If not, a child is noticed by its
    /// process id and refused, but has the secrets in its copy of the memory.
    pub wiped_on_fork: bool,
    /// Slots taken and not dropped.
    pub slots_in_use: usize,
    /// Slots cut so far, free ones included.
    pub slots: usize,
    /// The process's limit for locked memory in bytes (`RLIMIT_MEMLOCK`, soft); `None` if there
    /// is none or it is not known. It does not bind a process with `CAP_IPC_LOCK`.
    pub lock_limit: Option<u64>,
}

/// What handles and slots share.
#[derive(Debug)]
pub(crate) struct Inner {
    // Planted in the first region. All regions are wiped by the same fork, so one word tells.
    sentinel: Sentinel,
    policy: LockPolicy,
    carver: Mutex<Carver>,
}

impl Inner {
    #[inline]
    pub(crate) fn sentinel(&self) -> &Sentinel {
        &self.sentinel
    }

    /// Nothing panics under this lock but a failed allocation, before anything was changed.
    fn carver(&self) -> MutexGuard<'_, Carver> {
        self.carver.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, class: Class) -> Result<Block, Error> {
        // Before the lock: at the fork another thread may have held it, and in the child it would
        // stay shut for ever.
        self.sentinel.check()?;
        let mut carver = self.carver();
        if let Some(block) = carver.take(class) {
            return Ok(block);
        }
        let locked = carver.regions().iter().map(Pages::len).sum();
        match map_region(self.policy, locked) {
            Ok(region) => carver.add_region(region),
            Err(error) => return carver.take_larger(class).ok_or(error),
        }
        // A new region has room for a slot of any class.
        let missing = crate::OutOfMemory { wanted: class.size(), os_error: 0 };
        carver.take(class).ok_or(Error::OutOfMemory(missing))
    }

    /// Zeroizes a slot of `len` bytes, then frees it.
    pub(crate) fn give_back(&self, mut block: Block, len: usize) {
        if self.sentinel.check().is_err() {
            // A child: its lock may be shut (see `take`), and its slots are never used again.
            if !self.sentinel.wipes() {
                block.wipe(len);
            }
            return;
        }
        if !block.is_whole(len) {
            abort_overrun();
        }
        block.wipe(len);
        self.carver().give_back(block);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // In a child the kernel has wiped already, and writing would only bring pages back.
        if self.sentinel.check().is_ok() || !self.sentinel.wipes() {
            let carver = self.carver.get_mut();
            carver.unwrap_or_else(PoisonError::into_inner).wipe();
        }
    }
}

/// Maps a region; `locked` bytes are locked by this arena already.
fn map_region(policy: LockPolicy, locked: usize) -> Result<SystemPages, Error> {
    let region = SystemPages::map(REGION_LEN, true)?;
    match (region.protection().lock, policy) {
        (Lock::Refused { os_error }, LockPolicy::Require) => {
            Err(Error::LockLimit(LockLimit { wanted: region.len(), locked, limit: pages::lock_limit(), os_error }))
        }
        _ => Ok(region),
    }
}

#[cold]
fn abort_overrun() -> ! {
    let message = b"strongroom-memory: a write ran over the end or the start of a secret slot; \
        the process ends here, because memory beside keys is damaged\n";
    // Nothing is left to do if this fails.
    drop(std::io::stderr().write_all(message));
    std::process::abort()
}

// Run under Miri too, where `tests/it` (system calls, other processes) is left out.
#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn arena() -> SecretArena {
        SecretArena::new(LockPolicy::BestEffort).unwrap()
    }

    #[test]
    fn slots_of_all_sizes_come_and_go_in_any_order() {
        let arena = arena();
        let mut held: Vec<SecretSlot> = Vec::new();
        for i in 0..120_usize {
            let len = [0, 1, 32, 33, 64, 200, 256, 300, 1218, 1794, 2374, 4096][i % 12];
            let mut slot = arena.take(len).unwrap();
            let bytes = slot.expose_secret_mut().unwrap();
            assert!(bytes.iter().all(|byte| *byte == 0));
            bytes.fill(len as u8);
            held.push(slot);
            if i % 3 == 2 {
                let slot = held.swap_remove(i * 7 % held.len());
                let value = slot.len() as u8;
                assert!(slot.expose_secret().unwrap().iter().all(|byte| *byte == value));
            }
        }
        assert_eq!(arena.status().unwrap().slots_in_use, held.len());
        assert!(arena.status().unwrap().regions > 1);
        drop(arena);
        held.reverse();
    }

    #[test]
    fn threads_share_one_arena() {
        let arena = arena();
        thread::scope(|scope| {
            for value in 1..4_u8 {
                let arena = &arena;
                scope.spawn(move || {
                    for _ in 0..20 {
                        let slot = arena.store(&[value; 40]).unwrap();
                        assert_eq!(slot.expose_secret().unwrap(), [value; 40]);
                    }
                });
            }
        });
        assert_eq!(arena.status().unwrap().slots_in_use, 0);
    }

    #[test]
    fn a_poisoned_lock_is_no_reason_to_stop() {
        let arena = arena();
        let other = arena.clone();
        let poisoned = thread::spawn(move || {
            let _held = other.inner.carver();
            panic!("on purpose");
        });
        assert!(poisoned.join().is_err());
        assert!(arena.take(32).is_ok());
    }
}
