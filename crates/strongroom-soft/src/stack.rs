//! How much stack is cleared after a call into the provider.
//!
//! Measured by `tests/it/memory.rs` and `memory/figures.rs`, which print the depth that each call reaches and fail if a
//! key, a MAC state or a round key is left anywhere outside the arena. Figures: x86-64, AES-NI, SHA-NI.

use strongroom_crypto::Curve;
use strongroom_memory::with_cleared_stack;

/// `optimised` bytes, or `plain` in a build without optimisation, which goes several times deeper.
const fn depth(optimised: usize, plain: usize) -> usize {
    if cfg!(debug_assertions) { plain } else { optimised }
}

/// Suite 1: SHA-256, HMAC and AES-256-GCM, whose schedules are moved down the stack several times.
/// Measured: 9,672 bytes (27,872 plain); round keys are left at 9,216 and none at 10,240.
const SYMMETRIC: usize = depth(10_240, 32_768);
/// ECDSA on NIST's curves. Measured: P-256 3,560 bytes (12,608 plain), P-384 6,112 (13,120), P-521 6,656 (18,856).
/// AWS-LC goes 38,544 bytes deep and wipes them itself: with none cleared nothing of a key is found.
const ECDSA: usize = depth(8_192, 24_576);
/// ECDSA on secp256k1, whose tables of multiples are on the stack. Measured: 34,080 bytes (43,008 plain,
/// 53,168 by way of `strongroom-aws-lc`).
const SECP256K1: usize = depth(36_864, 57_344);
/// RSA, whose numbers are on the heap. Measured: 14,800 bytes to sign and decrypt (38,800 plain), 17,584 to make a key.
const RSA: usize = depth(20_480, 65_536);
/// HMAC and the fingerprint. Measured: 3,136 bytes (7,232 plain).
const MAC: usize = depth(4_096, 16_384);
/// Sealing under the root key, which is as deep as suite 1, and the frames of Argon2id, whose memory
/// is on the heap: 11,832 bytes (13,920 plain).
const ROOT: usize = depth(12_288, 32_768);

#[inline]
pub(crate) fn cleared_symmetric<R>(f: impl FnOnce() -> R) -> R {
    with_cleared_stack::<SYMMETRIC, _>(f)
}

#[inline]
pub(crate) fn cleared_ecdsa<R>(curve: Curve, f: impl FnOnce() -> R) -> R {
    match curve {
        Curve::Secp256k1 => with_cleared_stack::<SECP256K1, _>(f),
        _ => with_cleared_stack::<ECDSA, _>(f),
    }
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
