//! Pages from `mmap`, between guard pages.

#![expect(unsafe_code, reason = "system calls on memory")]

use super::{Lock, Pages, Protection};
use crate::OutOfMemory;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mlock, mmap_anonymous, mprotect, munmap};
use std::ptr::{NonNull, null_mut};

/// One private anonymous mapping: guard page, data, guard page.
#[derive(Debug)]
pub(crate) struct MappedPages {
    outer: NonNull<u8>,
    outer_len: usize,
    data: NonNull<u8>,
    len: usize,
    protection: Protection,
}

// SAFETY: the struct owns its mapping; a mapping belongs to the process, not to a thread, and
// `&MappedPages` gives out only the address.
unsafe impl Send for MappedPages {}
// SAFETY: as above.
unsafe impl Sync for MappedPages {}

impl Pages for MappedPages {
    fn map(len: usize, lock: bool) -> Result<Self, OutOfMemory> {
        let mut pages = Self::reserve(len)?;
        pages.open()?;
        if lock {
            pages.protection.lock = pages.lock();
        }
        pages.advise();
        Ok(pages)
    }

    fn base(&self) -> NonNull<u8> {
        self.data
    }

    fn len(&self) -> usize {
        self.len
    }

    fn protection(&self) -> Protection {
        self.protection
    }
}

impl MappedPages {
    /// Maps everything inaccessible.
    fn reserve(len: usize) -> Result<Self, OutOfMemory> {
        let page = rustix::param::page_size();
        let failed = |os_error| OutOfMemory { wanted: len, os_error };
        let sizes =
            len.checked_next_multiple_of(page).and_then(|len| Some((len, len.checked_add(page.checked_mul(2)?)?)));
        let (len, outer_len) = sizes.ok_or(failed(0))?;
        // SAFETY: a private anonymous mapping at an address of the kernel's choice overlaps
        // nothing that exists.
        let outer = unsafe { mmap_anonymous(null_mut(), outer_len, ProtFlags::empty(), MapFlags::PRIVATE) };
        let outer = outer.map_err(|error| failed(error.raw_os_error()))?;
        let outer = NonNull::new(outer.cast::<u8>()).ok_or(failed(0))?;
        // SAFETY: `outer_len` is `len` plus two pages, so one page in is inside the mapping.
        let data = unsafe { outer.add(page) };
        Ok(Self {
            outer,
            outer_len,
            data,
            len,
            protection: Protection { lock: Lock::NotAsked, undumped: false, wiped_on_fork: false },
        })
    }

    /// Makes the data pages readable and writable; the first and the last page stay shut.
    fn open(&mut self) -> Result<(), OutOfMemory> {
        let flags = MprotectFlags::READ | MprotectFlags::WRITE;
        // SAFETY: the range is inside our own mapping, and nobody has a reference into it yet.
        let opened = unsafe { mprotect(self.data.as_ptr().cast(), self.len, flags) };
        opened.map_err(|error| OutOfMemory { wanted: self.outer_len, os_error: error.raw_os_error() })
    }

    fn lock(&self) -> Lock {
        // Whole pages of our own: `mlock` does not count, so a lock on a page shared with others
        // would be undone by their unlock.
        // SAFETY: the range is inside our own mapping; locking changes no contents.
        match unsafe { mlock(self.data.as_ptr().cast(), self.len) } {
            Ok(()) => Lock::Locked,
            Err(error) => Lock::Refused { os_error: Some(error.raw_os_error()) },
        }
    }

    /// Keeps the data out of core dumps and out of forked children, where the system can.
    fn advise(&mut self) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            use rustix::mm::{Advice, madvise};
            // SAFETY: the range is our own private anonymous mapping; DONTDUMP changes no contents.
            let undumped = unsafe { madvise(self.data.as_ptr().cast(), self.len, Advice::LinuxDontDump) };
            // SAFETY: as above; WIPEONFORK changes what a *child* sees, and every reader goes
            // through a sentinel that a wipe changes too.
            let wiped = unsafe { madvise(self.data.as_ptr().cast(), self.len, Advice::LinuxWipeOnFork) };
            self.protection.undumped = undumped.is_ok();
            self.protection.wiped_on_fork = wiped.is_ok();
        }
    }
}

impl Drop for MappedPages {
    fn drop(&mut self) {
        // SAFETY: this is the mapping made in `reserve`, whole; the owner of `self` let no
        // pointer into it outlive `self`.
        let unmapped = unsafe { munmap(self.outer.as_ptr().cast(), self.outer_len) };
        // Fails only if the kernel is out of mappings: address space leaks, wiped by the owner.
        debug_assert!(unmapped.is_ok());
    }
}
