//! Signatures: ECDSA and Ed25519.

use std::fmt::Debug;

use strongroom_types::{Random, Secret};

use crate::{CryptoError, CryptoErrorKind, DigestAlgorithm, Validation};

/// The curves of ECDSA keys, each with the one hash that AWS KMS signs with on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// NIST P-256, with SHA-256.
    P256,
    /// NIST P-384, with SHA-384.
    P384,
    /// NIST P-521, with SHA-512.
    P521,
    /// secp256k1, with SHA-256.
    Secp256k1,
}

impl Curve {
    /// The hash whose digests are signed on this curve.
    #[must_use]
    pub const fn digest(self) -> DigestAlgorithm {
        match self {
            Self::P256 | Self::Secp256k1 => DigestAlgorithm::Sha256,
            Self::P384 => DigestAlgorithm::Sha384,
            Self::P521 => DigestAlgorithm::Sha512,
        }
    }

    /// Bytes of a private scalar, big-endian, with leading zeros.
    #[must_use]
    pub const fn scalar_len(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// That `prehash` is exactly as long as a digest of [`digest`](Self::digest).
    ///
    /// # Errors
    /// `InvalidInput` for any other length, also for 0: libraries differ in what they accept.
    pub fn check_prehash(self, prehash: &[u8]) -> Result<(), CryptoError> {
        if prehash.len() == self.digest().output_len() { Ok(()) } else { Err(CryptoErrorKind::InvalidInput.into()) }
    }
}

/// ECDSA over digests that the caller computed.
///
/// A private key is its scalar, [`Curve::scalar_len`] bytes big-endian: one encoding for one key, of
/// one length. A public key is SubjectPublicKeyInfo in DER with the uncompressed point, as
/// `GetPublicKey` returns it. A signature is the DER of `ECDSA-Sig-Value`.
///
/// # Contract
/// 1. A prehash of another length than the curve's digest is `InvalidInput`, when signing and when
///    verifying (`conformance`: `ecdsa_prehash_length`).
/// 2. Without a generator, signing is deterministic by RFC 6979; with one, its bytes are mixed into
///    that derivation, and a failing generator is `Random`, never a signature (`ecdsa_nonces`).
///    A module that draws its own randomness says so in its description, and answers `Unsupported` without one.
/// 3. Verifying takes strict DER only, and accepts `s` in the upper half (`ecdsa_strict_der`,
///    `ecdsa_high_s`); everything that is not a valid signature is `Verification`.
/// 4. A scalar of zero, or not below the order, and a point off the curve are `InvalidKey` (`ecdsa_bad_keys`).
pub trait Ecdsa: Debug + Send + Sync {
    /// A new private scalar, from `random`.
    fn generate(&self, curve: Curve, random: &dyn Random) -> Result<Secret, CryptoError>;

    /// The public key of `scalar`, as SubjectPublicKeyInfo DER.
    fn public_key(&self, curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// The signature of `prehash`, as DER. `random` = `None` is deterministic.
    fn sign(
        &self,
        curve: Curve,
        scalar: &[u8],
        prehash: &[u8],
        random: Option<&dyn Random>,
    ) -> Result<Vec<u8>, CryptoError>;

    /// Whether `signature` is one of `prehash` under the SubjectPublicKeyInfo `public_key`.
    fn verify(&self, curve: Curve, public_key: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), CryptoError>;

    /// The scalar in a PKCS#8 document (DER); the embedded public key, if any, must fit it.
    fn import_pkcs8(&self, curve: Curve, document: &[u8]) -> Result<Secret, CryptoError>;

    /// `scalar` as a PKCS#8 document (DER), with its public key.
    fn export_pkcs8(&self, curve: Curve, scalar: &[u8]) -> Result<Secret, CryptoError>;

    /// What is validated about ECDSA on this curve.
    fn validation(&self, curve: Curve) -> Validation;
}

/// Ed25519 (RFC 8032, pure: over the whole message). A private key is its seed.
///
/// # Contract
/// 1. Verification is the strict one: cofactorless, canonical encodings only, points of small order
///    refused (`conformance`: `ed25519_strict`).
pub trait Ed25519: Debug + Send + Sync {
    /// The public key of a seed.
    fn public_key(&self, seed: &[u8; 32]) -> Result<[u8; 32], CryptoError>;

    /// The signature of `message`.
    fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Result<[u8; 64], CryptoError>;

    /// Whether `signature` is one of `message`.
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), CryptoError>;

    /// What is validated about Ed25519.
    fn validation(&self) -> Validation;
}
