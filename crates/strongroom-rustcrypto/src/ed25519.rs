//! Ed25519 over `ed25519-dalek`.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Ed25519, Validation};

/// Ed25519. `SigningKey` wipes its secret part on drop.
#[derive(Debug)]
pub(crate) struct Dalek;

impl Ed25519 for Dalek {
    fn public_key(&self, seed: &[u8; 32]) -> Result<[u8; 32], CryptoError> {
        Ok(SigningKey::from_bytes(seed).verifying_key().to_bytes())
    }

    fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Result<[u8; 64], CryptoError> {
        let signature = SigningKey::from_bytes(seed).try_sign(message).map_err(|_| CryptoErrorKind::Internal)?;
        Ok(signature.to_bytes())
    }

    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        let signature = Signature::from_bytes(signature);
        key.verify_strict(message, &signature).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn validation(&self) -> Validation {
        Validation::None
    }
}
