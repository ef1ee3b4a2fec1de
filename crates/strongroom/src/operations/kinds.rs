//! What each kind of key does: its algorithms, as a provider names them.

use strongroom_api::KmsError;
use strongroom_crypto::{Curve, DigestAlgorithm, OaepHash, RsaScheme, RsaSize};
use strongroom_types::{EncryptionAlgorithmSpec, KeySpec, SigningAlgorithmSpec};

use crate::records::KeyEntry;

/// How a signature is made and checked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signing {
    Ecdsa(Curve),
    Rsa(RsaSize, RsaScheme, DigestAlgorithm),
}

impl Signing {
    /// The hash of the message.
    pub(super) fn digest(self) -> DigestAlgorithm {
        match self {
            Self::Ecdsa(curve) => curve.digest(),
            Self::Rsa(_, _, digest) => digest,
        }
    }

    /// The longest signature, in bytes: of ECDSA the DER of two numbers as long as the order, of RSA the modulus.
    pub(super) fn longest(self) -> usize {
        match self {
            // Two INTEGERs with a sign byte each in a SEQUENCE, whose length takes two bytes from 128 on (X.690 §8.1.3).
            Self::Ecdsa(Curve::P521) => 3 + 2 * (2 + 66),
            Self::Ecdsa(curve) => 2 + 2 * (3 + curve.scalar_len()),
            Self::Rsa(size, ..) => size.modulus_len(),
        }
    }
}

/// How something is encrypted to a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Encryption {
    /// With the key itself, in its custody.
    Symmetric,
    /// With its public key.
    Oaep(RsaSize, OaepHash),
}

impl Encryption {
    /// The longest plaintext, in bytes (API Reference, Encrypt).
    pub(super) fn longest(self) -> usize {
        match self {
            Self::Symmetric => strongroom_crypto::symmetric::MAX_PLAINTEXT,
            Self::Oaep(size, hash) => hash.max_message(size),
        }
    }

    /// Whether an encryption context can be bound in.
    pub(super) fn takes_context(self) -> bool {
        matches!(self, Self::Symmetric)
    }
}

fn size_of(spec: KeySpec) -> Option<RsaSize> {
    match spec {
        KeySpec::Rsa2048 => Some(RsaSize::Rsa2048),
        KeySpec::Rsa3072 => Some(RsaSize::Rsa3072),
        KeySpec::Rsa4096 => Some(RsaSize::Rsa4096),
        _ => None,
    }
}

fn curve_of(spec: KeySpec) -> Option<Curve> {
    match spec {
        KeySpec::EccNistP256 => Some(Curve::P256),
        KeySpec::EccNistP384 => Some(Curve::P384),
        KeySpec::EccNistP521 => Some(Curve::P521),
        KeySpec::EccSecgP256k1 => Some(Curve::Secp256k1),
        _ => None,
    }
}

/// How the key signs with `algorithm`, which must be one of its own.
pub(super) fn signing(key: &KeyEntry, algorithm: SigningAlgorithmSpec) -> Result<Signing, KmsError> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    use RsaScheme::{Pkcs1v15, Pss};
    use SigningAlgorithmSpec as A;
    let record = key.record();
    let rsa = |scheme, digest| size_of(record.spec).map(|size| Signing::Rsa(size, scheme, digest));
    let how = match algorithm {
        _ if !strongroom_keys::algorithms(record.spec, record.usage).signing.contains(&algorithm) => None,
        A::EcdsaSha256 | A::EcdsaSha384 | A::EcdsaSha512 => curve_of(record.spec).map(Signing::Ecdsa),
        A::RsassaPssSha256 => rsa(Pss, Sha256),
        A::RsassaPssSha384 => rsa(Pss, Sha384),
        A::RsassaPssSha512 => rsa(Pss, Sha512),
        A::RsassaPkcs1V15Sha256 => rsa(Pkcs1v15, Sha256),
        A::RsassaPkcs1V15Sha384 => rsa(Pkcs1v15, Sha384),
        A::RsassaPkcs1V15Sha512 => rsa(Pkcs1v15, Sha512),
        _ => None,
    };
    how.ok_or_else(|| KmsError::wrong_algorithm(algorithm.as_str(), record.spec))
}

/// How is encrypted to the key with `algorithm`, which must be one of its own.
pub(super) fn encryption(key: &KeyEntry, algorithm: EncryptionAlgorithmSpec) -> Result<Encryption, KmsError> {
    use EncryptionAlgorithmSpec as A;
    let record = key.record();
    let oaep = |hash| size_of(record.spec).map(|size| Encryption::Oaep(size, hash));
    let how = match algorithm {
        _ if !strongroom_keys::algorithms(record.spec, record.usage).encryption.contains(&algorithm) => None,
        A::SymmetricDefault => Some(Encryption::Symmetric),
        A::RsaesOaepSha1 => oaep(OaepHash::Sha1),
        A::RsaesOaepSha256 => oaep(OaepHash::Sha256),
        _ => None,
    };
    how.ok_or_else(|| KmsError::wrong_algorithm(algorithm.as_str(), record.spec))
}
