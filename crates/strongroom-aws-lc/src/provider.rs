//! The bundles.

use std::sync::{Arc, LazyLock};

use strongroom_crypto::{CryptoError, CryptoErrorKind, CryptoProvider, Validation};
use strongroom_rustcrypto::SystemRandom;
use strongroom_types::Random;

use crate::{aead, digest, ecdsa, ed25519, keywrap, mac, rsa};

/// The names of the providers, as [`CryptoProvider::name`] gives them.
const NAME: &str = "aws-lc";
const MODULE_FIRST: &str = "aws-lc, module first";

/// What can be claimed of an approved service of AWS-LC.
pub(crate) const MODULE: Validation = if cfg!(feature = "fips") {
    // No certificate covers this version: 5314 is of 3.1.0.
    Validation::Fips140 { module: "AWS-LC FIPS, as packed by `aws-lc-fips-sys` 0.14", certificate: None }
} else {
    Validation::None
};

/// The parts that fill in: stateless, so one set of them for the process.
pub(crate) static BASE: LazyLock<CryptoProvider> = LazyLock::new(strongroom_rustcrypto::provider);

/// Bytes that are drawn to see whether a generator works.
const PROBE: usize = 16;

/// That the generator which was handed in works, before AWS-LC draws from its own.
pub(crate) fn probe(random: &dyn Random) -> Result<(), CryptoError> {
    Ok(random.fill(&mut [0; PROBE])?)
}

/// As [`probe`], and that it is not stuck at one byte, which of a working one is seen once in 2^120 draws.
pub(crate) fn probe_for_key(random: &dyn Random) -> Result<(), CryptoError> {
    let mut bytes = [0; PROBE];
    random.fill(&mut bytes)?;
    let [first, rest @ ..] = bytes;
    if rest.iter().all(|byte| *byte == first) { Err(CryptoErrorKind::Random.into()) } else { Ok(()) }
}

/// The fast provider, with the system's random generator for whatever is drawn outside AWS-LC.
#[must_use]
pub fn provider() -> CryptoProvider {
    provider_with(Arc::new(SystemRandom))
}

/// The fast provider with a generator of the caller's own, which AWS-LC does not use: see the crate's page.
#[must_use]
pub fn provider_with(random: Arc<dyn Random>) -> CryptoProvider {
    let mut provider = strongroom_rustcrypto::provider_with(random).named(NAME);
    provider.aead = &aead::Gcm;
    provider.ecdsa = &ecdsa::Curves;
    provider.ed25519 = &ed25519::Edwards;
    provider.rsa = &rsa::RsaKeys;
    provider
}

/// The provider in which AWS-LC also does what it does no faster: HMAC, SHA-2, AES-KW and AES-KWP. These are
/// approved services of its module, so with the feature `fips` their `validation` names it.
#[must_use]
pub fn module_first() -> CryptoProvider {
    module_first_with(Arc::new(SystemRandom))
}

/// As [`module_first`], with a generator of the caller's own.
#[must_use]
pub fn module_first_with(random: Arc<dyn Random>) -> CryptoProvider {
    let mut provider = provider_with(random).named(MODULE_FIRST);
    provider.mac = &mac::Hmacs;
    provider.digest = &digest::Sha2;
    provider.key_wrap = &keywrap::AesWrap;
    provider
}
