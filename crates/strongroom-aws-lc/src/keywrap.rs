//! AES-KW and AES-KWP over `aws_lc_rs::key_wrap`, for wrapping keys of 128 and 256 bits.

use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _, KeyWrapPadded as _};
use strongroom_crypto::{CryptoError, CryptoErrorKind, KeyWrap, Validation, WrapAlgorithm};
use strongroom_types::Secret;
use zeroize::Zeroizing;

use crate::provider::{BASE, MODULE};

/// AES key wrapping.
#[derive(Debug)]
pub(crate) struct AesWrap;

/// The wrapping key, which AWS-LC uses up; `None` of 192 bits, which it does not have.
fn library(kek: &[u8]) -> Result<Option<AesKek>, CryptoError> {
    let cipher = match kek.len() {
        16 => &AES_128,
        32 => &AES_256,
        24 => return Ok(None),
        _ => return Err(CryptoErrorKind::InvalidKey.into()),
    };
    AesKek::new(cipher, kek).map(Some).map_err(|_| CryptoErrorKind::Internal.into())
}

impl KeyWrap for AesWrap {
    fn wrap(&self, algorithm: WrapAlgorithm, kek: &[u8], secret: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let len = algorithm.wrapped_len(secret.len())?;
        let Some(kek) = library(kek)? else { return BASE.key_wrap.wrap(algorithm, kek, secret) };
        let mut wrapped = vec![0; len];
        let written = match algorithm {
            WrapAlgorithm::Kw => kek.wrap(secret, &mut wrapped),
            WrapAlgorithm::Kwp => kek.wrap_with_padding(secret, &mut wrapped),
            _ => return Err(CryptoErrorKind::Unsupported.into()),
        };
        let written = written.map_err(|_| CryptoErrorKind::Internal)?.len();
        if written == len { Ok(wrapped) } else { Err(CryptoErrorKind::Internal.into()) }
    }

    fn unwrap(&self, algorithm: WrapAlgorithm, kek: &[u8], wrapped: &[u8]) -> Result<Secret, CryptoError> {
        algorithm.check_wrapped_len(wrapped.len())?;
        let Some(kek) = library(kek)? else { return BASE.key_wrap.unwrap(algorithm, kek, wrapped) };
        let mut buf = Zeroizing::new(vec![0; wrapped.len()]);
        let secret = match algorithm {
            WrapAlgorithm::Kw => kek.unwrap(wrapped, &mut buf),
            WrapAlgorithm::Kwp => kek.unwrap_with_padding(wrapped, &mut buf),
            _ => return Err(CryptoErrorKind::Unsupported.into()),
        };
        secret.map(|secret| Secret::from(&*secret)).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn validation(&self, _: WrapAlgorithm, kek_len: usize) -> Validation {
        if kek_len == 24 { Validation::None } else { MODULE }
    }
}
