//! The bundle.

use std::sync::{Arc, LazyLock};

use strongroom_crypto::{CryptoError, CryptoProvider};
use strongroom_rustcrypto::SystemRandom;
use strongroom_types::Random;

use crate::{aead, ecdsa, ed25519, rsa};

/// The name of the provider, as [`CryptoProvider::name`] gives it.
const NAME: &str = "aws-lc";

/// The parts that fill in: stateless, so one set of them for the process.
pub(crate) static BASE: LazyLock<CryptoProvider> = LazyLock::new(strongroom_rustcrypto::provider);

/// Bytes that are drawn to see whether a generator works.
const PROBE: usize = 16;

/// That the generator which was handed in works, before AWS-LC draws from its own.
pub(crate) fn probe(random: &dyn Random) -> Result<(), CryptoError> {
    Ok(random.fill(&mut [0; PROBE])?)
}

/// The provider, with the system's random generator for whatever is drawn outside AWS-LC.
#[must_use]
pub fn provider() -> CryptoProvider {
    provider_with(Arc::new(SystemRandom))
}

/// The provider with a generator of the caller's own, which AWS-LC does not use: see the crate's page.
#[must_use]
pub fn provider_with(random: Arc<dyn Random>) -> CryptoProvider {
    let mut provider = strongroom_rustcrypto::provider_with(random).named(NAME);
    provider.aead = &aead::Gcm;
    provider.ecdsa = &ecdsa::Curves;
    provider.ed25519 = &ed25519::Edwards;
    provider.rsa = &rsa::RsaKeys;
    provider
}
