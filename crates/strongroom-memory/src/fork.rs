//! Noticing that this process is a fork.

#![expect(unsafe_code, reason = "the sentinel is a word in memory that the kernel wipes")]

use crate::{
    Error, Forked,
    pages::{Pages, SystemPages},
};
use std::{
    fmt,
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// What the sentinel word holds until a fork wipes it to zero.
const ALIVE: u64 = 0x5354_524f_4e47_524d;

/// A word in pages that the kernel wipes in a forked child.
///
/// Where it cannot, the process id is compared instead. (A child of a child could in theory get
/// the id of a dead ancestor back; the wiped word has no such gap.)
#[derive(Clone, Copy)]
pub(crate) struct Sentinel {
    // INVARIANT: the word is valid as long as the pages it was planted in, and whoever keeps a
    // `Sentinel` keeps these pages too.
    word: NonNull<AtomicU64>,
    pid: Option<u32>,
}

// SAFETY: the word is only read, and atomically.
unsafe impl Send for Sentinel {}
// SAFETY: as above.
unsafe impl Sync for Sentinel {}

impl Sentinel {
    /// Writes the word at the start of `pages`. The caller keeps `pages` as long as the result
    /// (and its copies), and uses the first eight bytes for nothing else.
    pub(crate) fn plant(pages: &SystemPages) -> Self {
        let word = pages.base().cast::<AtomicU64>();
        // SAFETY: pages are valid for at least 8 bytes, aligned to at least 64, zero-filled (a
        // valid `AtomicU64`), and nobody else has a reference to their first word.
        unsafe { word.as_ref() }.store(ALIVE, Ordering::Relaxed);
        let pid = (!pages.protection().wiped_on_fork).then(std::process::id);
        Self { word, pid }
    }

    /// An error in a child of the process that planted this.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), Forked> {
        // SAFETY: by the invariant of `word`.
        let word = unsafe { self.word.as_ref() };
        // Relaxed is enough: nobody writes the word after it was planted. The kernel clears it in
        // the child before the child runs.
        if word.load(Ordering::Relaxed) != ALIVE {
            return Err(Forked);
        }
        match self.pid {
            None => Ok(()),
            Some(pid) if pid == std::process::id() => Ok(()),
            Some(_) => Err(Forked),
        }
    }

    /// Whether a child sees zeros in the pages, so that nothing is left there to wipe.
    pub(crate) fn wipes(&self) -> bool {
        self.pid.is_none()
    }
}

impl fmt::Debug for Sentinel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sentinel").field("check", &self.check()).field("wipes", &self.wipes()).finish()
    }
}

/// Tells whether this process is a fork of the one that made the guard.
///
/// A forked child has the parent's counters and generators, and would repeat its nonces. Call
/// [`check`](ForkGuard::check) before every operation that uses one: it reads one word of a page
/// that the kernel clears in the child (Linux ≥ 4.14), about a nanosecond. Elsewhere it compares
/// the process id, a system call. The guard costs one page (not locked, it holds no secret) and
/// its two guard pages of address space. Clones share the page.
///
/// `vfork`, and `clone` with shared memory, do not copy memory, so there is nothing to notice.
///
/// ```
/// # fn main() -> Result<(), strongroom_memory::Error> {
/// let guard = strongroom_memory::ForkGuard::new()?;
/// assert_eq!(guard.check(), Ok(()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ForkGuard {
    sentinel: Sentinel,
    // Keeps the sentinel's word.
    _page: Arc<SystemPages>,
}

impl ForkGuard {
    /// Makes a guard for this process.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] if the system gives no page.
    pub fn new() -> Result<Self, Error> {
        let page = SystemPages::map(size_of::<AtomicU64>(), false)?;
        Ok(Self { sentinel: Sentinel::plant(&page), _page: Arc::new(page) })
    }

    /// Succeeds in the process that made the guard.
    ///
    /// # Errors
    /// [`Forked`] in a forked child, and in its children.
    #[inline]
    pub fn check(&self) -> Result<(), Forked> {
        self.sentinel.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wiped_word_is_a_fork() {
        let guard = ForkGuard::new().unwrap();
        assert_eq!(guard.check(), Ok(()));
        // What the kernel does in a child.
        // SAFETY: the guard keeps the page.
        unsafe { guard.sentinel.word.as_ref() }.store(0, Ordering::Relaxed);
        assert_eq!(guard.check(), Err(Forked));
        assert_eq!(guard.clone().check(), Err(Forked));
    }

    #[test]
    fn without_a_wipe_another_process_id_is_a_fork() {
        let guard = ForkGuard::new().unwrap();
        let here = Sentinel { pid: Some(std::process::id()), ..guard.sentinel };
        let elsewhere = Sentinel { pid: Some(std::process::id() ^ 1), ..guard.sentinel };
        assert_eq!((here.check(), elsewhere.check()), (Ok(()), Err(Forked)));
        assert!(!here.wipes());
    }
}
