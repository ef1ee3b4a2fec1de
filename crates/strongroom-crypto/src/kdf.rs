//! Key derivation: HKDF.

use std::fmt::Debug;

use crate::{CryptoError, Validation};

/// The key derivation functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KdfAlgorithm {
    /// HKDF with SHA-256 (RFC 5869).
    HkdfSha256,
    /// HKDF with SHA-384.
    HkdfSha384,
    /// HKDF with SHA-512.
    HkdfSha512,
}

impl KdfAlgorithm {
    /// Every function, by the length of its hash.
    pub const ALL: &'static [Self] = &[Self::HkdfSha256, Self::HkdfSha384, Self::HkdfSha512];

    /// The longest output of one expansion: 255 times the hash (RFC 5869 §2.3).
    #[must_use]
    pub const fn max_output(self) -> usize {
        match self {
            Self::HkdfSha256 => 255 * 32,
            Self::HkdfSha384 => 255 * 48,
            Self::HkdfSha512 => 255 * 64,
        }
    }
}

/// HKDF: extract once, expand as often as needed.
///
/// # Contract
/// 1. An empty salt is the salt of zeros that RFC 5869 §2.2 prescribes (`conformance`: `hkdf_empty_salt`).
/// 2. How `info` is cut into parts does not change the output (`hkdf_parts`).
/// 3. An output longer than [`KdfAlgorithm::max_output`] is `InvalidInput` (`hkdf_too_long`).
pub trait Kdf: Debug + Send + Sync {
    /// The extract step, over a salt that may be empty.
    fn extract(&self, algorithm: KdfAlgorithm, salt: &[u8], ikm: &[u8]) -> Result<Box<dyn KdfKey>, CryptoError>;

    /// What is validated about this function.
    fn validation(&self, algorithm: KdfAlgorithm) -> Validation;
}

/// The pseudorandom key of an extraction. Wiped on drop.
pub trait KdfKey: Debug + Send + Sync {
    /// Fills `out` from the concatenated parts of `info`.
    fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError>;
}
