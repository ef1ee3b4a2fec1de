//! Memory from the system, behind one small trait so that the pointer work above it can be tested
//! by Miri on plain heap memory.

#[cfg(any(miri, not(unix)))]
mod heap;
#[cfg(all(unix, not(miri)))]
mod mapped;

use crate::OutOfMemory;
use std::{fmt, ptr::NonNull};

#[cfg(any(miri, not(unix)))]
pub(crate) use heap::HeapPages as SystemPages;
#[cfg(all(unix, not(miri)))]
pub(crate) use mapped::MappedPages as SystemPages;

/// A run of whole pages: zero-filled when made, readable and writable, aligned to at least 64
/// bytes, owned alone, and given back to the system on drop (not zeroized: the owner does that).
pub(crate) trait Pages: fmt::Debug + Send + Sync + Sized {
    /// Makes at least `len` bytes of pages, with an inaccessible page on either side where the
    /// system has such. Tries to lock them if `lock`; a refusal shows in [`Protection::lock`].
    fn map(len: usize, lock: bool) -> Result<Self, OutOfMemory>;

    /// The first byte. Valid for [`len`](Pages::len) bytes while `self` lives.
    fn base(&self) -> NonNull<u8>;

    /// Usable length in bytes.
    fn len(&self) -> usize;

    /// What holds for these pages.
    fn protection(&self) -> Protection;
}

/// What the system granted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Protection {
    pub(crate) lock: Lock,
    /// Left out of core dumps.
    pub(crate) undumped: bool,
    /// Reads as zeros in a forked child.
    pub(crate) wiped_on_fork: bool,
}

/// Whether pages are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    Locked,
    NotAsked,
    Refused { os_error: Option<i32> },
}

/// The soft limit for locked memory in bytes, or `None` if there is none or it is not known.
pub(crate) fn lock_limit() -> Option<u64> {
    #[cfg(all(any(target_os = "linux", target_os = "android", target_vendor = "apple"), not(miri)))]
    {
        rustix::process::getrlimit(rustix::process::Resource::Memlock).current
    }
    #[cfg(not(all(any(target_os = "linux", target_os = "android", target_vendor = "apple"), not(miri))))]
    {
        None
    }
}
