//! RSA whose keys are made already: finding primes takes seconds, and most tests are about what comes after.

use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_crypto::{CryptoError, CryptoProvider, DigestAlgorithm, OaepHash, Rsa, RsaScheme, RsaSize, Validation};
use strongroom_types::{Random, Secret};

/// Four keys of each size, which OpenSSL made.
const KEYS: &str = include_str!("../rsa-keys.hex");

/// A provider, but that it takes its RSA keys from the stock, one after the other.
pub(crate) fn stocked(mut provider: CryptoProvider) -> CryptoProvider {
    // A provider's parts live as long as the process.
    provider.rsa = Box::leak(Box::new(Stocked(provider.rsa)));
    provider
}

/// The document of the stock's `n`-th key of a size.
pub(crate) fn document(size: RsaSize, n: usize) -> Vec<u8> {
    let start = format!("{} ", size.bits());
    let keys: Vec<_> = KEYS.lines().filter_map(|line| line.strip_prefix(&start)).collect();
    let key = keys[n % keys.len()];
    (0..key.len()).step_by(2).map(|at| u8::from_str_radix(&key[at..at + 2], 16).unwrap()).collect()
}

/// How many keys were taken.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
struct Stocked(&'static dyn Rsa);

impl Rsa for Stocked {
    fn generate(&self, size: RsaSize, random: &dyn Random) -> Result<Secret, CryptoError> {
        // A generator that fails makes no key here either.
        random.fill(&mut [0; 32])?;
        Ok(document(size, TAKEN.fetch_add(1, Ordering::Relaxed)).into())
    }

    fn public_key(&self, size: RsaSize, private_key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.0.public_key(size, private_key)
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
        self.0.sign(size, private_key, scheme, algorithm, digest, random)
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
        self.0.verify(size, public_key, scheme, algorithm, digest, signature)
    }

    fn encrypt(
        &self,
        size: RsaSize,
        public_key: &[u8],
        hash: OaepHash,
        message: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        self.0.encrypt(size, public_key, hash, message, random)
    }

    fn decrypt(
        &self,
        size: RsaSize,
        private_key: &[u8],
        hash: OaepHash,
        ciphertext: &[u8],
        random: &dyn Random,
    ) -> Result<Secret, CryptoError> {
        self.0.decrypt(size, private_key, hash, ciphertext, random)
    }

    fn validation(&self, size: RsaSize) -> Validation {
        self.0.validation(size)
    }
}
