//! Message authentication: HMAC.

use std::fmt::Debug;

use crate::{CryptoError, Validation};

/// The MACs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MacAlgorithm {
    /// HMAC-SHA-224 (FIPS 198-1, FIPS 180-4).
    HmacSha224,
    /// HMAC-SHA-256.
    HmacSha256,
    /// HMAC-SHA-384.
    HmacSha384,
    /// HMAC-SHA-512.
    HmacSha512,
}

impl MacAlgorithm {
    /// Every MAC, in order of strength.
    pub const ALL: &'static [Self] = &[Self::HmacSha224, Self::HmacSha256, Self::HmacSha384, Self::HmacSha512];

    /// Bytes of the whole tag.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::HmacSha224 => 28,
            Self::HmacSha256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
        }
    }
}

/// HMAC over messages given in parts, so that nothing has to be concatenated.
///
/// # Contract
/// 1. `out` is exactly [`MacAlgorithm::tag_len`] bytes, or the answer is `InvalidInput`
///    (`conformance`: `mac_output_length`).
/// 2. How a message is cut into parts does not change the tag (`mac_parts`).
/// 3. Midstates live on the stack of the call and are wiped before it returns; nothing is put on the heap.
///
/// A key of any length is taken, as HMAC takes it. Note that HMAC pads short keys with zeros: `k` and
/// `k ‖ 00` are one key. Whoever derives keys fixes their length first.
pub trait Mac: Debug + Send + Sync {
    /// The tag of the concatenated `parts`.
    fn compute(&self, algorithm: MacAlgorithm, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError>;

    /// Runs `with` with the keyed midstate, for several messages under one key in one call.
    fn keyed(
        &self,
        algorithm: MacAlgorithm,
        key: &[u8],
        with: &mut dyn FnMut(&dyn KeyedMac) -> Result<(), CryptoError>,
    ) -> Result<(), CryptoError>;

    /// What is validated about this MAC.
    fn validation(&self, algorithm: MacAlgorithm) -> Validation;
}

/// A keyed midstate that lives for one call of [`Mac::keyed`].
pub trait KeyedMac: Debug + Send + Sync {
    /// The tag of the concatenated `parts`; `out` as in [`Mac::compute`].
    fn mac(&self, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError>;
}
