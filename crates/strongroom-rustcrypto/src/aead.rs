//! AES-GCM over `aes-gcm`.

use std::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aes::Aes192;
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm, KeyInit};
use strongroom_crypto::{Aead, AeadKey, CryptoError, CryptoErrorKind, IV_LEN, TAG_LEN, Validation};

type Aes192Gcm = AesGcm<Aes192, U12>;

/// AES-GCM.
#[derive(Debug)]
pub(crate) struct Gcm;

/// Runs `$body` with `$cipher` bound to the expanded key of the right length.
macro_rules! with_key {
    ($key:expr, |$cipher:ident| $body:expr) => {
        match $key.len() {
            32 => {
                let $cipher = new::<Aes256Gcm>($key)?;
                $body
            }
            24 => {
                let $cipher = new::<Aes192Gcm>($key)?;
                $body
            }
            16 => {
                let $cipher = new::<Aes128Gcm>($key)?;
                $body
            }
            _ => Err(CryptoErrorKind::InvalidKey.into()),
        }
    };
}

fn new<C: KeyInit>(key: &[u8]) -> Result<C, CryptoError> {
    C::new_from_slice(key).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

fn seal<C: AeadInOut<NonceSize = U12, TagSize = U16>>(
    cipher: &C,
    iv: &[u8; IV_LEN],
    aad: &[u8],
    buf: &mut [u8],
) -> Result<[u8; TAG_LEN], CryptoError> {
    // Only a message or additional data beyond GCM's limits fails (SP 800-38D §5.2.1.1).
    let tag = cipher.encrypt_inout_detached(iv.into(), aad, InOutBuf::from(buf));
    tag.map(Into::into).map_err(|_| CryptoErrorKind::InvalidInput.into())
}

fn open<C: AeadInOut<NonceSize = U12, TagSize = U16>>(
    cipher: &C,
    iv: &[u8; IV_LEN],
    aad: &[u8],
    buf: &mut [u8],
    tag: &[u8; TAG_LEN],
) -> Result<(), CryptoError> {
    let opened = cipher.decrypt_inout_detached(iv.into(), aad, InOutBuf::from(buf), tag.into());
    opened.map_err(|_| CryptoErrorKind::Verification.into())
}

impl Aead for Gcm {
    fn seal_once(
        &self,
        key: &[u8],
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buf: &mut [u8],
    ) -> Result<[u8; TAG_LEN], CryptoError> {
        with_key!(key, |cipher| seal(&cipher, iv, aad, buf))
    }

    fn open_once(
        &self,
        key: &[u8],
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buf: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), CryptoError> {
        with_key!(key, |cipher| open(&cipher, iv, aad, buf, tag))
    }

    fn key(&self, key: &[u8]) -> Result<Box<dyn AeadKey>, CryptoError> {
        with_key!(key, |cipher| Ok(Box::new(Key(cipher))))
    }

    fn validation(&self, _: usize) -> Validation {
        Validation::None
    }
}

/// An expanded key, wiped on drop by the `zeroize` feature of its crates.
struct Key<C>(C);

impl<C> fmt::Debug for Key<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AeadKey(..)")
    }
}

impl<C: AeadInOut<NonceSize = U12, TagSize = U16> + Send + Sync> AeadKey for Key<C> {
    fn seal(&self, iv: &[u8; IV_LEN], aad: &[u8], buf: &mut [u8]) -> Result<[u8; TAG_LEN], CryptoError> {
        seal(&self.0, iv, aad, buf)
    }

    fn open(&self, iv: &[u8; IV_LEN], aad: &[u8], buf: &mut [u8], tag: &[u8; TAG_LEN]) -> Result<(), CryptoError> {
        open(&self.0, iv, aad, buf, tag)
    }
}
