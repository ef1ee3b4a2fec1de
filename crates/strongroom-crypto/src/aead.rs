//! Authenticated encryption: AES-GCM.

use std::fmt::Debug;

use crate::{CryptoError, Validation};

/// Bytes of a GCM IV: 96 bits, the only length offered (SP 800-38D §8.2).
pub const IV_LEN: usize = 12;
/// Bytes of a GCM tag: 128 bits, the only length offered (SP 800-38D §5.2.1.2).
pub const TAG_LEN: usize = 16;

/// AES-GCM with a 96-bit IV and a 128-bit tag. The key's length, 16, 24 or 32 bytes, chooses
/// AES-128, AES-192 or AES-256.
///
/// # Contract
/// 1. A key of any other length is `InvalidKey` (`conformance`: `aead_key_lengths`).
/// 2. `open` verifies before it releases: on `Verification`, `buf` holds no byte of plaintext that it
///    did not hold before (`aead_open_releases_nothing`).
/// 3. Every schedule derived from the key is wiped before the call returns, or when the
///    [`AeadKey`] is dropped.
/// 4. The caller answers for the IV: never twice under one key.
pub trait Aead: Debug + Send + Sync {
    /// Encrypts `buf` in place under a key that is used this once, and returns the tag. Allocates nothing.
    fn seal_once(
        &self,
        key: &[u8],
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buf: &mut [u8],
    ) -> Result<[u8; TAG_LEN], CryptoError>;

    /// Decrypts `buf` in place under a key that is used this once, if `tag` verifies. Allocates nothing.
    fn open_once(
        &self,
        key: &[u8],
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buf: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), CryptoError>;

    /// The key with its schedule expanded, for many frames under one key.
    fn key(&self, key: &[u8]) -> Result<Box<dyn AeadKey>, CryptoError>;

    /// What is validated about AES-GCM with a key of `key_len` bytes.
    fn validation(&self, key_len: usize) -> Validation;
}

/// An AES-GCM key with its schedule expanded; the contract is that of [`Aead`]. Wiped on drop.
/// `&self` everywhere, so threads can share it by reference or in an `Arc`.
pub trait AeadKey: Debug + Send + Sync {
    /// Encrypts `buf` in place and returns the tag.
    fn seal(&self, iv: &[u8; IV_LEN], aad: &[u8], buf: &mut [u8]) -> Result<[u8; TAG_LEN], CryptoError>;

    /// Decrypts `buf` in place if `tag` verifies.
    fn open(&self, iv: &[u8; IV_LEN], aad: &[u8], buf: &mut [u8], tag: &[u8; TAG_LEN]) -> Result<(), CryptoError>;
}
