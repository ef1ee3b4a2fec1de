//! Clearing what a call leaves below it.

use crate::clear_registers;
use std::mem;
use zeroize::zeroize_stack;

/// Runs `f` in a frame of its own, then zeroizes the `N` bytes of stack that it ran on,
/// and the vector registers ([`clear_registers`]).
///
/// For calls into libraries that build key schedules, MAC states or big integers on the stack and
/// leave them there. `N` is the depth that such a call reaches, measured (`stack_used` with the
/// feature `testing`) in the profile that ships, plus a margin; a debug build goes several times
/// deeper. What lies deeper than `N` stays. `N` must fit into what is left of the thread's stack:
/// 16 KiB are modest, a megabyte is not.
///
/// Cost: a `memset`. Measured with optimisation on x86-64: 1 KiB 11 ns, 2 KiB 21 ns, 4 KiB 39 ns,
/// 8 KiB 77 ns, 16 KiB 350 ns (test `figures`).
///
/// - Borrow secrets into `f`, and write results into a [`SecretSlot`](crate::SecretSlot) or a
///   buffer of the caller's. What `f` owns or *returns by value* also passes through frames that
///   are above the cleared part.
/// - If `f` panics, its stack is cleared as the panic passes. The panic hook runs before that: one that
///   prints a backtrace (`RUST_BACKTRACE`) moves parts of the unused stack, and what was left there,
///   into the heap.
/// - Best effort by nature: general registers keep what they hold, and the compiler owes nobody a
///   stack layout. The test `a_cleared_stack_keeps_no_key` looks at the memory itself.
///
/// ```
/// use strongroom_memory::with_cleared_stack;
///
/// let mut out = [0; 4];
/// with_cleared_stack::<2048, _>(|| out.copy_from_slice(&[1, 2, 3, 4]));
/// assert_eq!(out, [1, 2, 3, 4]);
/// ```
#[inline]
pub fn with_cleared_stack<const N: usize, R>(f: impl FnOnce() -> R) -> R {
    let clear_if_unwinding = ClearOnDrop::<N>;
    let result = in_own_frame(f);
    // Called from the frame that called `f`'s, so both begin at the same depth; the destructor
    // would add a frame between and miss a few bytes at the top.
    zeroize_stack::<N>();
    clear_registers();
    mem::forget(clear_if_unwinding);
    result
}

#[inline(never)]
fn in_own_frame<R>(f: impl FnOnce() -> R) -> R {
    f()
}

struct ClearOnDrop<const N: usize>;

impl<const N: usize> Drop for ClearOnDrop<N> {
    #[inline]
    fn drop(&mut self) {
        zeroize_stack::<N>();
        clear_registers();
    }
}

#[cfg(all(feature = "testing", target_os = "linux", not(miri)))]
pub use gauge::{StackUse, stack_used};

#[cfg(all(feature = "testing", target_os = "linux", not(miri)))]
mod gauge {
    use std::{fs::File, io, os::unix::fs::FileExt};

    /// What the gauge fills the stack with.
    const PAINT: u8 = 0xa7;

    /// How deep a call went.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct StackUse {
        /// Bytes from the gauge's frame down to the deepest byte that changed. The gauge's own
        /// reading shows as some hundred bytes.
        pub bytes: usize,
        /// All that was watched was used: measure again with a larger `N`.
        pub at_least: bool,
    }

    /// Runs `f` and measures how deep below it the stack was written, up to `N` bytes.
    ///
    /// The depth depends on the build's profile; measure in the one that ships.
    ///
    /// # Errors
    /// If `/proc/self/mem` cannot be read.
    #[inline(never)]
    pub fn stack_used<const N: usize, R>(f: impl FnOnce() -> R) -> io::Result<(R, StackUse)> {
        let memory = File::open("/proc/self/mem")?;
        let mut seen = vec![0; N];
        let lowest = paint::<N>();
        let result = super::in_own_frame(f);
        // Through the kernel, because a program may not read what it never wrote; this also
        // needs less stack than most of what is measured.
        memory.read_exact_at(&mut seen, lowest)?;
        let deepest = seen.iter().position(|byte| *byte != PAINT);
        let used = StackUse { bytes: N.saturating_sub(deepest.unwrap_or(N)), at_least: deepest == Some(0) };
        Ok((result, used))
    }

    /// Fills the stack below the caller; returns the lowest painted address.
    #[inline(never)]
    fn paint<const N: usize>() -> u64 {
        let area = [PAINT; N];
        zeroize::optimization_barrier(&area);
        area.as_ptr().addr() as u64
    }
}
