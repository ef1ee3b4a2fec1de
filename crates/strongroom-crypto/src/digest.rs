//! Hash functions: SHA-2.

use std::fmt::Debug;

use crate::{CryptoError, Validation};

/// The hash functions (FIPS 180-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every hash function, by length.
    pub const ALL: &'static [Self] = &[Self::Sha256, Self::Sha384, Self::Sha512];

    /// Bytes of the digest.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// Hashing, at once over parts or bit by bit.
///
/// # Contract
/// 1. `out` is exactly [`DigestAlgorithm::output_len`] bytes, or the answer is `InvalidInput`
///    (`conformance`: `digest_output_length`).
/// 2. How a message is cut does not change its digest (`digest_parts`).
pub trait Digest: Debug + Send + Sync {
    /// The digest of the concatenated `parts`. Allocates nothing.
    fn digest(&self, algorithm: DigestAlgorithm, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError>;

    /// A digest of bytes that come one after the other.
    fn start(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestState>, CryptoError>;

    /// What is validated about this hash function.
    fn validation(&self, algorithm: DigestAlgorithm) -> Validation;
}

/// A digest in the making. Wiped on drop.
pub trait DigestState: Debug + Send + Sync {
    /// Takes the next bytes.
    fn update(&mut self, bytes: &[u8]);

    /// The digest of all bytes taken; `out` as in [`Digest::digest`].
    fn finish(self: Box<Self>, out: &mut [u8]) -> Result<(), CryptoError>;
}
