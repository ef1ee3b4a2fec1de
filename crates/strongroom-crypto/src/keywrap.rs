//! Key wrapping: AES-KW and AES-KWP.

use std::fmt::Debug;

use strongroom_types::Secret;

use crate::{CryptoError, CryptoErrorKind, Validation};

/// The longest key that is wrapped, in bytes: far above every key there is (an RSA-8192 key is
/// under 5 KB), far below what a length field could ask for.
pub const MAX_WRAPPED_KEY: usize = 65_536;

/// How a key is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WrapAlgorithm {
    /// AES-KW (SP 800-38F §6.2, RFC 3394): whole semiblocks of 8 bytes, at least two.
    Kw,
    /// AES-KWP (SP 800-38F §6.3, RFC 5649): any length from one byte.
    Kwp,
}

impl WrapAlgorithm {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Kw, Self::Kwp];

    /// The wrapped length of a key of `len` bytes.
    ///
    /// # Errors
    /// `InvalidInput` if such a key can't be wrapped: SP 800-38F §5.3.1 allows KW from two
    /// semiblocks and KWP from one byte. The empty key must be refused here, because the wrapped
    /// form of nothing is the constant `a65959a600000000`, which opens under every key.
    pub fn wrapped_len(self, len: usize) -> Result<usize, CryptoError> {
        let allowed = match self {
            Self::Kw => len >= 16 && len.is_multiple_of(8),
            Self::Kwp => len >= 1,
        };
        if !allowed || len > MAX_WRAPPED_KEY {
            return Err(CryptoErrorKind::InvalidInput.into());
        }
        Ok(len.div_ceil(8).saturating_add(1).saturating_mul(8))
    }

    /// Whether `len` can be the length of a wrapped key: whole semiblocks, for KW at least three, for
    /// KWP at least two.
    ///
    /// # Errors
    /// `Verification`: a wrapped key of an impossible length is like any other that doesn't open.
    pub fn check_wrapped_len(self, len: usize) -> Result<(), CryptoError> {
        let least = match self {
            Self::Kw => 24,
            Self::Kwp => 16,
        };
        if len < least || !len.is_multiple_of(8) || len > MAX_WRAPPED_KEY.saturating_add(8) {
            return Err(CryptoErrorKind::Verification.into());
        }
        Ok(())
    }
}

/// Wraps keys under keys. There is no additional data: what is wrapped is not bound to a place.
///
/// # Contract
/// 1. A wrapping key that is not 16, 24 or 32 bytes is `InvalidKey` (`conformance`: `keywrap_key_lengths`).
/// 2. The lengths are those of [`WrapAlgorithm::wrapped_len`] and [`WrapAlgorithm::check_wrapped_len`]:
///    nothing empty wraps, and `a65959a600000000` never unwraps (`keywrap_of_nothing`).
pub trait KeyWrap: Debug + Send + Sync {
    /// Wraps `secret` under `kek`.
    fn wrap(&self, algorithm: WrapAlgorithm, kek: &[u8], secret: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// Opens what [`wrap`](Self::wrap) made; `Verification` if it doesn't.
    fn unwrap(&self, algorithm: WrapAlgorithm, kek: &[u8], wrapped: &[u8]) -> Result<Secret, CryptoError>;

    /// What is validated about wrapping under a key of `kek_len` bytes.
    fn validation(&self, algorithm: WrapAlgorithm, kek_len: usize) -> Validation;
}
