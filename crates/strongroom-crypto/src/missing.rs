//! The part that is not there.

use strongroom_types::{Random, Secret};

use crate::{
    Aead, AeadKey, Argon2idParams, CryptoError, CryptoErrorKind, Curve, Digest, DigestAlgorithm, DigestState, Ecdsa,
    Ed25519, Kdf, KdfAlgorithm, KdfKey, KeyWrap, KeyedMac, Mac, MacAlgorithm, OaepHash, PasswordKdf, Rsa, RsaScheme,
    RsaSize, Validation, WrapAlgorithm,
};

/// Every part of a provider that has none: it answers `Unsupported` to everything.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "a unit struct, used as a value")]
pub struct Missing;

const UNSUPPORTED: CryptoError = CryptoError::new(CryptoErrorKind::Unsupported);

impl Aead for Missing {
    fn seal_once(&self, _: &[u8], _: &[u8; 12], _: &[u8], _: &mut [u8]) -> Result<[u8; 16], CryptoError> {
        Err(UNSUPPORTED)
    }
    fn open_once(&self, _: &[u8], _: &[u8; 12], _: &[u8], _: &mut [u8], _: &[u8; 16]) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn key(&self, _: &[u8]) -> Result<Box<dyn AeadKey>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: usize) -> Validation {
        Validation::None
    }
}

impl Mac for Missing {
    fn compute(&self, _: MacAlgorithm, _: &[u8], _: &[&[u8]], _: &mut [u8]) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn keyed(
        &self,
        _: MacAlgorithm,
        _: &[u8],
        _: &mut dyn FnMut(&dyn KeyedMac) -> Result<(), CryptoError>,
    ) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: MacAlgorithm) -> Validation {
        Validation::None
    }
}

impl Digest for Missing {
    fn digest(&self, _: DigestAlgorithm, _: &[&[u8]], _: &mut [u8]) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn start(&self, _: DigestAlgorithm) -> Result<Box<dyn DigestState>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: DigestAlgorithm) -> Validation {
        Validation::None
    }
}

impl Kdf for Missing {
    fn extract(&self, _: KdfAlgorithm, _: &[u8], _: &[u8]) -> Result<Box<dyn KdfKey>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: KdfAlgorithm) -> Validation {
        Validation::None
    }
}

impl KeyWrap for Missing {
    fn wrap(&self, _: WrapAlgorithm, _: &[u8], _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn unwrap(&self, _: WrapAlgorithm, _: &[u8], _: &[u8]) -> Result<Secret, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: WrapAlgorithm, _: usize) -> Validation {
        Validation::None
    }
}

impl Ecdsa for Missing {
    fn generate(&self, _: Curve, _: &dyn Random) -> Result<Secret, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn public_key(&self, _: Curve, _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn sign(&self, _: Curve, _: &[u8], _: &[u8], _: Option<&dyn Random>) -> Result<Vec<u8>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn verify(&self, _: Curve, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn import_pkcs8(&self, _: Curve, _: &[u8]) -> Result<Secret, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn export_pkcs8(&self, _: Curve, _: &[u8]) -> Result<Secret, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: Curve) -> Validation {
        Validation::None
    }
}

impl Ed25519 for Missing {
    fn public_key(&self, _: &[u8; 32]) -> Result<[u8; 32], CryptoError> {
        Err(UNSUPPORTED)
    }
    fn sign(&self, _: &[u8; 32], _: &[u8]) -> Result<[u8; 64], CryptoError> {
        Err(UNSUPPORTED)
    }
    fn verify(&self, _: &[u8; 32], _: &[u8], _: &[u8; 64]) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self) -> Validation {
        Validation::None
    }
}

impl Rsa for Missing {
    fn generate(&self, _: RsaSize, _: &dyn Random) -> Result<Secret, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn public_key(&self, _: RsaSize, _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn sign(
        &self,
        _: RsaSize,
        _: &[u8],
        _: RsaScheme,
        _: DigestAlgorithm,
        _: &[u8],
        _: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn verify(
        &self,
        _: RsaSize,
        _: &[u8],
        _: RsaScheme,
        _: DigestAlgorithm,
        _: &[u8],
        _: &[u8],
    ) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn encrypt(&self, _: RsaSize, _: &[u8], _: OaepHash, _: &[u8], _: &dyn Random) -> Result<Vec<u8>, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn decrypt(&self, _: RsaSize, _: &[u8], _: OaepHash, _: &[u8], _: &dyn Random) -> Result<Secret, CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self, _: RsaSize) -> Validation {
        Validation::None
    }
}

impl PasswordKdf for Missing {
    fn argon2id(&self, _: &[u8], _: &[u8], _: Argon2idParams, _: &mut [u8]) -> Result<(), CryptoError> {
        Err(UNSUPPORTED)
    }
    fn validation(&self) -> Validation {
        Validation::None
    }
}
