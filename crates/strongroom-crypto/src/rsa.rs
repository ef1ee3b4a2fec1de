//! RSA: signatures and OAEP.

use std::fmt::Debug;

use strongroom_types::{Random, Secret};

use crate::{CryptoError, CryptoErrorKind, DigestAlgorithm, Validation};

/// The sizes of RSA keys, by the bits of the modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RsaSize {
    /// 2048 bits.
    Rsa2048,
    /// 3072 bits.
    Rsa3072,
    /// 4096 bits.
    Rsa4096,
}

impl RsaSize {
    /// Every size, the smallest first.
    pub const ALL: &'static [Self] = &[Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    /// Bits of the modulus.
    #[must_use]
    pub const fn bits(self) -> usize {
        match self {
            Self::Rsa2048 => 2048,
            Self::Rsa3072 => 3072,
            Self::Rsa4096 => 4096,
        }
    }

    /// Bytes of the modulus, of a signature and of a ciphertext.
    #[must_use]
    pub const fn modulus_len(self) -> usize {
        self.bits() / 8
    }
}

/// How a digest is signed (RFC 8017).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RsaScheme {
    /// RSASSA-PSS (§8.1); MGF1 with the same hash, a salt as long as the hash.
    Pss,
    /// RSASSA-PKCS1-v1_5 (§8.2).
    Pkcs1v15,
}

/// The hash of OAEP and of its MGF1; the label is empty (RFC 8017 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OaepHash {
    /// SHA-1, which OAEP does not ask to resist collisions.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl OaepHash {
    /// Every hash.
    pub const ALL: &'static [Self] = &[Self::Sha1, Self::Sha256];

    /// Bytes of the hash.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The longest message that a key of `size` takes: `k - 2h - 2` bytes (RFC 8017 §7.1.1).
    #[must_use]
    pub const fn max_message(self, size: RsaSize) -> usize {
        size.modulus_len() - 2 * self.output_len() - 2
    }
}

/// That `digest` is as long as one of `algorithm`.
///
/// # Errors
/// `InvalidInput` for any other length, also for 0.
pub fn check_rsa_digest(algorithm: DigestAlgorithm, digest: &[u8]) -> Result<(), CryptoError> {
    if digest.len() == algorithm.output_len() { Ok(()) } else { Err(CryptoErrorKind::InvalidInput.into()) }
}

/// RSA over digests that the caller computed, and OAEP.
///
/// A private key is its PKCS#8 document in DER (RFC 5958, version 1), with two primes and the exponent 65537. A public
/// key is SubjectPublicKeyInfo in DER (`rsaEncryption`), as `GetPublicKey` returns it. What is parsed lives for the call.
///
/// # Contract
/// 1. A private key whose modulus is not exactly of the size that is asked for, which has more than two primes or another
///    exponent than 65537, or of whose parts (those for the CRT too) one contradicts the others is `InvalidKey`; so is a
///    public key of another size, for another algorithm, or with the exponent 1 (`conformance`: `rsa_bad_keys`).
/// 2. A digest of another length than its algorithm's is `InvalidInput`, when signing and when verifying
///    (`rsa_digest_length`).
/// 3. Everything that is not a valid signature of exactly the modulus's length is `Verification` (`rsa_signatures`).
/// 4. A message longer than [`OaepHash::max_message`] is `InvalidInput`; every ciphertext that does not open, of whatever
///    length, is `Verification`, with no difference that tells why (`rsa_oaep`). The first octet of the decoded message may
///    be ignored instead of being compared with zero.
/// 5. Private operations are blinded. The blinding, the salt of PSS and the seed of OAEP come from `random`, and a failing generator is
///    `Random`, never a result; of one that is stuck comes no key twice (`rsa_randomness`). A module that draws its own randomness says
///    so in its description.
pub trait Rsa: Debug + Send + Sync {
    /// A new private key.
    fn generate(&self, size: RsaSize, random: &dyn Random) -> Result<Secret, CryptoError>;

    /// The public key of `private_key`, which is checked.
    fn public_key(&self, size: RsaSize, private_key: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// The signature of `digest`.
    fn sign(
        &self,
        size: RsaSize,
        private_key: &[u8],
        scheme: RsaScheme,
        algorithm: DigestAlgorithm,
        digest: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError>;

    /// Whether `signature` is one of `digest`.
    fn verify(
        &self,
        size: RsaSize,
        public_key: &[u8],
        scheme: RsaScheme,
        algorithm: DigestAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError>;

    /// `message` encrypted to `public_key`.
    fn encrypt(
        &self,
        size: RsaSize,
        public_key: &[u8],
        hash: OaepHash,
        message: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError>;

    /// The message in `ciphertext`.
    fn decrypt(
        &self,
        size: RsaSize,
        private_key: &[u8],
        hash: OaepHash,
        ciphertext: &[u8],
        random: &dyn Random,
    ) -> Result<Secret, CryptoError>;

    /// What is validated about RSA with keys of `size`.
    fn validation(&self, size: RsaSize) -> Validation;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS KMS API Reference, Encrypt: the longest plaintext of each key spec and algorithm.
    #[test]
    fn the_longest_messages_are_those_of_aws() {
        let longest = |hash: OaepHash| RsaSize::ALL.iter().map(|size| hash.max_message(*size)).collect::<Vec<_>>();
        assert_eq!(longest(OaepHash::Sha1), [214, 342, 470]);
        assert_eq!(longest(OaepHash::Sha256), [190, 318, 446]);
    }
}
