//! How much stack is cleared after a call into the provider.
//!
//! Measured by `tests/it/memory.rs`, which prints the depth that each call reaches and fails if a
//! key, a MAC state or a round key is left anywhere outside the arena. Figures: x86-64, AES-NI, SHA-NI.

use strongroom_memory::with_cleared_stack;

/// `optimised` bytes, or `plain` in a build without optimisation, which goes several times deeper.
const fn depth(optimised: usize, plain: usize) -> usize {
    if cfg!(debug_assertions) { plain } else { optimised }
}

/// Suite 1: SHA-256, HMAC and AES-256-GCM, whose schedules are moved down the stack several times.
/// Measured: 9,672 bytes (27,872 plain); round keys are left at 9,216 and none at 10,240.
const SYMMETRIC: usize = depth(10_240, 32_768);
/// ECDSA. Measured: 3,240 bytes (12,448 plain).
const ECDSA: usize = depth(4_096, 16_384);
/// RSA, whose numbers are on the heap. To be measured.
const RSA: usize = depth(16_384, 65_536);
/// HMAC and the fingerprint. To be measured.
const MAC: usize = depth(4_096, 16_384);
/// Sealing under the root key, which is as deep as suite 1, and the frames of Argon2id, whose memory
/// is on the heap: 11,832 bytes (13,920 plain).
const ROOT: usize = depth(12_288, 32_768);

#[inline]
pub(crate) fn cleared_symmetric<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<SYMMETRIC, _>(f)
}

#[inline]
pub(crate) fn cleared_ecdsa<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<ECDSA, _>(f)
}

#[inline]
pub(crate) fn cleared_rsa<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<RSA, _>(f)
}

#[inline]
pub(crate) fn cleared_mac<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<MAC, _>(f)
}

#[inline]
pub(crate) fn cleared_root<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<ROOT, _>(f)
}
