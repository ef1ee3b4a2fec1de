//! Pages from the heap: for Miri, which does not know `mlock`, and for systems without `mmap`.

#![expect(unsafe_code, reason = "allocation by hand")]

use super::{Lock, Pages, Protection};
use crate::OutOfMemory;
use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    ptr::NonNull,
};

/// The alignment that real pages would have.
const PAGE: usize = 4096;

/// One zero-filled heap allocation without guards.
#[derive(Debug)]
pub(crate) struct HeapPages {
    data: NonNull<u8>,
    layout: Layout,
    lock: Lock,
}

// SAFETY: the struct owns its allocation, and `&HeapPages` gives out only the address.
unsafe impl Send for HeapPages {}
// SAFETY: as above.
unsafe impl Sync for HeapPages {}

impl Pages for HeapPages {
    fn map(len: usize, lock: bool) -> Result<Self, OutOfMemory> {
        let failed = OutOfMemory { wanted: len, os_error: 0 };
        let layout = len
            .max(1)
            .checked_next_multiple_of(PAGE)
            .and_then(|len| Layout::from_size_align(len, PAGE).ok())
            .ok_or_else(|| failed.clone())?;
        // SAFETY: the layout's size is at least one page, so not zero.
        let data = unsafe { alloc_zeroed(layout) };
        let data = NonNull::new(data).ok_or(failed)?;
        let lock = match lock {
            false => Lock::NotAsked,
            // Under Miri the arena's logic is what is tested, so it may believe in the lock.
            true if cfg!(miri) => Lock::Locked,
            true => Lock::Refused { os_error: None },
        };
        Ok(Self { data, layout, lock })
    }

    fn base(&self) -> NonNull<u8> {
        self.data
    }

    fn len(&self) -> usize {
        self.layout.size()
    }

    fn protection(&self) -> Protection {
        Protection { lock: self.lock, undumped: false, wiped_on_fork: false }
    }
}

impl Drop for HeapPages {
    fn drop(&mut self) {
        // SAFETY: allocated in `map` with this layout, and freed only here.
        unsafe { dealloc(self.data.as_ptr(), self.layout) }
    }
}
