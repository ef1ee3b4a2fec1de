//! AES-GCM over `aws_lc_rs::aead`.

use std::fmt;

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use strongroom_crypto::{Aead, AeadKey, CryptoError, CryptoErrorKind, IV_LEN, TAG_LEN, Validation};

/// AES-GCM.
#[derive(Debug)]
pub(crate) struct Gcm;

fn expand(key: &[u8]) -> Result<Key, CryptoError> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        _ => return Err(CryptoErrorKind::InvalidKey.into()),
    };
    UnboundKey::new(algorithm, key).map(|key| Key(LessSafeKey::new(key))).map_err(|_| CryptoErrorKind::Internal.into())
}

impl Aead for Gcm {
    fn seal_once(
        &self,
        key: &[u8],
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buf: &mut [u8],
    ) -> Result<[u8; TAG_LEN], CryptoError> {
        expand(key)?.seal(iv, aad, buf)
    }

    fn open_once(
        &self,
        key: &[u8],
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buf: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), CryptoError> {
        expand(key)?.open(iv, aad, buf, tag)
    }

    fn key(&self, key: &[u8]) -> Result<Box<dyn AeadKey>, CryptoError> {
        Ok(Box::new(expand(key)?))
    }

    fn validation(&self, _: usize) -> Validation {
        // The IV comes from outside the module, which is not approved for sealing (SP 800-38D §8.2; FIPS 140-3 IG C.H).
        Validation::None
    }
}

/// An expanded key. AWS-LC's context has it inline and wipes it when it is dropped.
struct Key(LessSafeKey);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AeadKey(..)")
    }
}

impl AeadKey for Key {
    fn seal(&self, iv: &[u8; IV_LEN], aad: &[u8], buf: &mut [u8]) -> Result<[u8; TAG_LEN], CryptoError> {
        let nonce = Nonce::assume_unique_for_key(*iv);
        // Only a message or additional data beyond GCM's limits fails (SP 800-38D §5.2.1.1).
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), buf);
        let tag = tag.map_err(|_| CryptoErrorKind::InvalidInput)?;
        tag.as_ref().try_into().map_err(|_| CryptoErrorKind::Internal.into())
    }

    fn open(&self, iv: &[u8; IV_LEN], aad: &[u8], buf: &mut [u8], tag: &[u8; TAG_LEN]) -> Result<(), CryptoError> {
        let nonce = Nonce::assume_unique_for_key(*iv);
        // AWS-LC decrypts before it has the whole tag, and clears the buffer if the tag is another.
        let opened = self.0.open_in_place_separate_tag(nonce, Aad::from(aad), tag, buf);
        opened.map(|_| ()).map_err(|_| CryptoErrorKind::Verification.into())
    }
}
