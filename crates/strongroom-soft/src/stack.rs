//! How much stack is cleared after a call into the provider.
//!
//! Measured by `tests/it/memory.rs`, which prints the depth that each call reaches and fails if a
//! key, a MAC state or a round key is left anywhere outside the arena.

use strongroom_memory::with_cleared_stack;

/// Builds without optimisation go several times deeper.
const SCALE: usize = if cfg!(debug_assertions) { 4 } else { 1 };

/// Suite 1: SHA-256, HMAC and AES-256-GCM.
const SYMMETRIC: usize = 4_096 * SCALE;
/// ECDSA: big integers and tables.
const ECDSA: usize = 16_384 * SCALE;
/// Sealing under the root key, and Argon2id's frames (its memory is on the heap).
const ROOT: usize = 8_192 * SCALE;

#[inline]
pub(crate) fn cleared_symmetric<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<SYMMETRIC, _>(f)
}

#[inline]
pub(crate) fn cleared_ecdsa<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<ECDSA, _>(f)
}

#[inline]
pub(crate) fn cleared_root<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<ROOT, _>(f)
}
