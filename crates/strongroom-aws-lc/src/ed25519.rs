//! Ed25519: signing over `aws_lc_rs::signature`, the rest over RustCrypto.

use aws_lc_rs::signature::Ed25519KeyPair;
use strongroom_crypto::{CryptoError, CryptoErrorKind, Ed25519, Validation};

use crate::provider::BASE;

/// Ed25519.
#[derive(Debug)]
pub(crate) struct Edwards;

impl Ed25519 for Edwards {
    fn public_key(&self, seed: &[u8; 32]) -> Result<[u8; 32], CryptoError> {
        BASE.ed25519.public_key(seed)
    }

    fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Result<[u8; 64], CryptoError> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| CryptoErrorKind::Internal)?;
        let signature = key.try_sign(message).map_err(|_| CryptoErrorKind::Internal)?;
        signature.as_ref().try_into().map_err(|_| CryptoErrorKind::Internal.into())
    }

    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError> {
        // AWS-LC takes public keys of small order, which the contract refuses.
        BASE.ed25519.verify(public_key, message, signature)
    }

    fn validation(&self) -> Validation {
        Validation::None
    }
}
