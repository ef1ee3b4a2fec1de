//! What the record needs of a provider: one hash, and one check of a signature.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use strongroom_crypto::{CryptoProvider, Digest, DigestAlgorithm, Ed25519};

use crate::Error;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// SHA-256("abc"), FIPS 180-4's first example.
const ABC: Hash = [
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61,
    0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
];

/// The parts of a provider that the record uses. Cheap to clone.
///
/// A provider whose hash fails after it passed the check of [`new`](Self::new) is broken: the failure sticks, the log
/// takes nothing more, and no verification that used it says that all is well.
#[derive(Debug, Clone)]
pub struct LogCrypto {
    digest: &'static dyn Digest,
    ed25519: &'static dyn Ed25519,
    failed: Arc<AtomicBool>,
}

impl LogCrypto {
    /// From a provider, which must have SHA-256; without Ed25519 no checkpoint verifies.
    ///
    /// # Errors
    /// [`Error::Provider`] if its SHA-256 does not give FIPS 180-4's answer.
    pub fn new(provider: &CryptoProvider) -> Result<Self, Error> {
        let made = Self { digest: provider.digest, ed25519: provider.ed25519, failed: Arc::default() };
        if made.sha256(&[b"a", b"bc"]) == ABC { Ok(made) } else { Err(Error::Provider) }
    }

    /// The hash of all parts, joined.
    #[must_use]
    pub fn sha256(&self, parts: &[&[u8]]) -> Hash {
        let mut out = [0; 32];
        if self.digest.digest(DigestAlgorithm::Sha256, parts, &mut out).is_err() {
            self.failed.store(true, Ordering::Release);
        }
        out
    }

    /// Whether `signature` is one of `message` under `public_key`; `false` for a malformed key too.
    #[must_use]
    pub fn verify_ed25519(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        self.ed25519.verify(public_key, message, signature).is_ok()
    }

    /// That no hash ever failed. Asked before anything that was computed is relied on.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.failed.load(Ordering::Acquire) { Err(Error::Provider) } else { Ok(()) }
    }
}
