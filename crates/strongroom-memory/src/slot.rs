//! One secret's place in an arena.

#![expect(unsafe_code, reason = "the block is moved out in drop")]

use crate::{Forked, arena::Inner, carver::Block};
use std::{fmt, mem::ManuallyDrop, sync::Arc};

/// A place for one secret, owned alone: up to [`MAX_SECRET_LEN`](crate::MAX_SECRET_LEN) bytes.
///
/// Zero-filled when taken, zeroized on drop before the place is used again, also when a panic
/// unwinds. It never moves and never grows. It keeps its arena alive. A slot that is forgotten
/// (`mem::forget`) keeps its place, and its arena's memory, until the process ends.
///
/// It has no `Clone` (copies of a secret are made by name: [`SecretArena::store`]) and no
/// `PartialEq` (compare with `subtle`):
///
/// ```compile_fail,E0599
/// fn copy(slot: strongroom_memory::SecretSlot) -> strongroom_memory::SecretSlot {
///     slot.clone()
/// }
/// ```
/// ```compile_fail,E0369
/// fn same(a: strongroom_memory::SecretSlot, b: strongroom_memory::SecretSlot) -> bool {
///     a == b
/// }
/// ```
///
/// [`SecretArena::store`]: crate::SecretArena::store
pub struct SecretSlot {
    // Taken out once, in `drop`.
    block: ManuallyDrop<Block>,
    len: usize,
    arena: Arc<Inner>,
}

impl SecretSlot {
    /// Arms the block for `len` bytes, which must fit its class.
    pub(crate) fn new(mut block: Block, len: usize, arena: Arc<Inner>) -> Self {
        block.arm(len);
        Self { block: ManuallyDrop::new(block), len, arena }
    }

    /// The secret's bytes: the slot's length, no more.
    ///
    /// A thread that forks while it holds these bytes sees them turn to zeros in the child.
    ///
    /// # Errors
    /// [`Forked`] in a forked child, where the bytes would be zeros.
    #[inline]
    pub fn expose_secret(&self) -> Result<&[u8], Forked> {
        self.arena.sentinel().check()?;
        Ok(self.block.bytes(self.len))
    }

    /// The secret's bytes, to be filled in place.
    ///
    /// # Errors
    /// [`Forked`] in a forked child.
    #[inline]
    pub fn expose_secret_mut(&mut self) -> Result<&mut [u8], Forked> {
        self.arena.sentinel().check()?;
        Ok(self.block.bytes_mut(self.len))
    }

    /// Length in bytes, as asked for.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the slot has no bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Drop for SecretSlot {
    fn drop(&mut self) {
        // SAFETY: `drop` runs once, and nothing uses the field after it.
        let block = unsafe { ManuallyDrop::take(&mut self.block) };
        self.arena.give_back(block, self.len);
    }
}

impl fmt::Debug for SecretSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretSlot(..)")
    }
}
