//! The bundle.

use std::sync::Arc;

use getrandom::SysRng;
use getrandom::rand_core::TryRng as _;
use strongroom_crypto::CryptoProvider;
use strongroom_types::{Random, RandomError};

use crate::{aead, digest, ecdsa, ed25519, kdf, keywrap, mac, password, rsa};

/// The name of the provider, as [`CryptoProvider::name`] gives it.
const NAME: &str = "rustcrypto";

/// The system's random generator: one system call for each draw, no state in the process, and so
/// nothing that a `fork` or a restored snapshot could repeat.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "a unit struct, used as a value")]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        SysRng.try_fill_bytes(out).map_err(|_| RandomError::new())
    }
}

/// The provider with [`SystemRandom`].
#[must_use]
pub fn provider() -> CryptoProvider {
    provider_with(Arc::new(SystemRandom))
}

/// The provider with a generator of the caller's own, for tests that need known bytes or a failing source.
#[must_use]
pub fn provider_with(random: Arc<dyn Random>) -> CryptoProvider {
    let mut provider = CryptoProvider::empty(NAME, random);
    provider.aead = &aead::Gcm;
    provider.mac = &mac::Hmacs;
    provider.digest = &digest::Sha2;
    provider.kdf = &kdf::Hkdfs;
    provider.key_wrap = &keywrap::AesWrap;
    provider.ecdsa = &ecdsa::Curves;
    provider.ed25519 = &ed25519::Dalek;
    provider.rsa = &rsa::RsaKeys;
    provider.password = &password::Argon2id;
    provider
}
