//! RSA whose keys are made already: finding primes takes seconds, and most tests are about what comes after.

use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_crypto::{CryptoError, CryptoProvider, DigestAlgorithm, OaepHash, Rsa, RsaScheme, RsaSize, Validation};
use strongroom_types::{Random, Secret};

use crate::support::hex;

/// Four keys of each size, which OpenSSL made.
const KEYS: &str = include_str!("../rsa-keys.hex");

/// A provider, but that it takes its RSA keys from the stock, one after the other.
pub(crate) fn stocked(mut provider: CryptoProvider) -> CryptoProvider {
    provider.rsa = &STOCK;
    provider
}

/// The document of the stock's `n`-th key of a size.
pub(crate) fn document(size: RsaSize, n: usize) -> Vec<u8> {
    let start = format!("{} ", size.bits());
    let keys: Vec<_> = KEYS.lines().filter_map(|line| line.strip_prefix(&start)).collect();
    hex(keys[n % keys.len()])
}

static STOCK: Stocked = Stocked(AtomicUsize::new(0));

/// How many keys were taken.
#[derive(Debug)]
struct Stocked(AtomicUsize);

fn inner() -> &'static dyn Rsa {
    strongroom_rustcrypto::provider().rsa
}

impl Rsa for Stocked {
    fn generate(&self, size: RsaSize, random: &dyn Random) -> Result<Secret, CryptoError> {
        // A generator that fails makes no key here either.
        random.fill(&mut [0; 32])?;
        Ok(document(size, self.0.fetch_add(1, Ordering::Relaxed)).into())
    }

    fn public_key(&self, size: RsaSize, private_key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        inner().public_key(size, private_key)
    }

    fn sign(
        &self,
        size: RsaSize,
        private_key: &[u8],
        scheme: RsaScheme,
        algorithm: DigestAlgorithm,
        digest: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        inner().sign(size, private_key, scheme, algorithm, digest, random)
    }

    fn verify(
        &self,
        size: RsaSize,
        public_key: &[u8],
        scheme: RsaScheme,
        algorithm: DigestAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        inner().verify(size, public_key, scheme, algorithm, digest, signature)
    }

    fn encrypt(
        &self,
        size: RsaSize,
        public_key: &[u8],
        hash: OaepHash,
        message: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        inner().encrypt(size, public_key, hash, message, random)
    }

    fn decrypt(
        &self,
        size: RsaSize,
        private_key: &[u8],
        hash: OaepHash,
        ciphertext: &[u8],
        random: &dyn Random,
    ) -> Result<Secret, CryptoError> {
        inner().decrypt(size, private_key, hash, ciphertext, random)
    }

    fn validation(&self, size: RsaSize) -> Validation {
        inner().validation(size)
    }
}
