//! AES-KW and AES-KWP over `aes-kw`.
//!
//! The crate wraps nothing into the constant `a65959a600000000`, which it then unwraps under every
//! key. The lengths are therefore checked here first.

use aes_kw::{IV_LEN, KeyInit, KwAes128, KwAes192, KwAes256, KwpAes128, KwpAes192, KwpAes256};
use strongroom_crypto::{CryptoError, CryptoErrorKind, KeyWrap, Validation, WrapAlgorithm};
use strongroom_types::Secret;
use zeroize::Zeroizing;

/// AES key wrapping.
#[derive(Debug)]
pub(crate) struct AesWrap;

/// Calls `$method` of the wrapper for this algorithm and key length, which is wiped when it is dropped.
macro_rules! wrapper {
    ($algorithm:expr, $kek:expr, $method:ident($input:expr, $buf:expr)) => {
        match ($algorithm, $kek.len()) {
            (WrapAlgorithm::Kw, 16) => new::<KwAes128>($kek)?.$method($input, $buf),
            (WrapAlgorithm::Kw, 24) => new::<KwAes192>($kek)?.$method($input, $buf),
            (WrapAlgorithm::Kw, 32) => new::<KwAes256>($kek)?.$method($input, $buf),
            (WrapAlgorithm::Kwp, 16) => new::<KwpAes128>($kek)?.$method($input, $buf),
            (WrapAlgorithm::Kwp, 24) => new::<KwpAes192>($kek)?.$method($input, $buf),
            (WrapAlgorithm::Kwp, 32) => new::<KwpAes256>($kek)?.$method($input, $buf),
            (WrapAlgorithm::Kw | WrapAlgorithm::Kwp, _) => return Err(CryptoErrorKind::InvalidKey.into()),
            _ => return Err(CryptoErrorKind::Unsupported.into()),
        }
    };
}

fn new<W: KeyInit>(kek: &[u8]) -> Result<W, CryptoError> {
    W::new_from_slice(kek).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

impl KeyWrap for AesWrap {
    fn wrap(&self, algorithm: WrapAlgorithm, kek: &[u8], secret: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut wrapped = vec![0; algorithm.wrapped_len(secret.len())?];
        wrapper!(algorithm, kek, wrap_key(secret, &mut wrapped)).map_err(|_| CryptoErrorKind::InvalidInput)?;
        Ok(wrapped)
    }

    fn unwrap(&self, algorithm: WrapAlgorithm, kek: &[u8], wrapped: &[u8]) -> Result<Secret, CryptoError> {
        algorithm.check_wrapped_len(wrapped.len())?;
        let mut buf = Zeroizing::new(vec![0; wrapped.len().saturating_sub(IV_LEN)]);
        let secret = wrapper!(algorithm, kek, unwrap_key(wrapped, &mut buf));
        secret.map(Secret::from).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn validation(&self, _: WrapAlgorithm, _: usize) -> Validation {
        Validation::None
    }
}
