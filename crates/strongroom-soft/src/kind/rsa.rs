//! RSA: keys that sign, and keys that decrypt. Material and secret are the PKCS#8 document.

use strongroom_crypto::{CryptoErrorKind, CryptoProvider, DigestAlgorithm, OaepHash, RsaScheme, RsaSize, Validation};
use strongroom_hsm::{Error, Op, OutBuf, SignInput, Verb};
use strongroom_memory::SecretSlot;
use strongroom_types::{EncryptionAlgorithmSpec, KeyId, KeySpec, SigningAlgorithmSpec};

use super::ecdsa::with_digest;
use super::{Family, Kind, KnownBy, OF_ANOTHER_FAMILY, failed, has, keep};
use crate::RootKey;
use crate::stack::cleared_rsa;

/// The six signature algorithms.
const SIGNATURES: [(SigningAlgorithmSpec, RsaScheme, DigestAlgorithm); 6] = [
    (SigningAlgorithmSpec::RsassaPssSha256, RsaScheme::Pss, DigestAlgorithm::Sha256),
    (SigningAlgorithmSpec::RsassaPssSha384, RsaScheme::Pss, DigestAlgorithm::Sha384),
    (SigningAlgorithmSpec::RsassaPssSha512, RsaScheme::Pss, DigestAlgorithm::Sha512),
    (SigningAlgorithmSpec::RsassaPkcs1V15Sha256, RsaScheme::Pkcs1v15, DigestAlgorithm::Sha256),
    (SigningAlgorithmSpec::RsassaPkcs1V15Sha384, RsaScheme::Pkcs1v15, DigestAlgorithm::Sha384),
    (SigningAlgorithmSpec::RsassaPkcs1V15Sha512, RsaScheme::Pkcs1v15, DigestAlgorithm::Sha512),
];

/// The two encryption algorithms.
const ENCRYPTIONS: [(EncryptionAlgorithmSpec, OaepHash); 2] = [
    (EncryptionAlgorithmSpec::RsaesOaepSha1, OaepHash::Sha1),
    (EncryptionAlgorithmSpec::RsaesOaepSha256, OaepHash::Sha256),
];

/// A key of one size, and what it is for.
#[derive(Debug)]
pub(super) enum Rsa {
    /// It signs.
    Sign(RsaSize),
    /// It decrypts.
    Decrypt(RsaSize),
}

impl Rsa {
    const fn size(&self) -> RsaSize {
        match self {
            Self::Sign(size) | Self::Decrypt(size) => *size,
        }
    }
}

/// A private operation takes 2, 7 and 13 ms with the three sizes in portable code, and a tenth of that in a fast provider.
fn is_slow(size: RsaSize) -> bool {
    size.bits() > 2_048
}

impl Family for Rsa {
    fn verbs(&self) -> Vec<(Verb, bool)> {
        match self {
            Self::Sign(size) => {
                SIGNATURES.iter().map(|(algorithm, ..)| (Verb::Sign(*algorithm), is_slow(*size))).collect()
            }
            Self::Decrypt(size) => {
                ENCRYPTIONS.iter().map(|(algorithm, _)| (Verb::Decrypt(*algorithm), is_slow(*size))).collect()
            }
        }
    }

    fn slow_to_make(&self) -> bool {
        true
    }

    fn is_in(&self, provider: &CryptoProvider) -> bool {
        has(provider.rsa.public_key(self.size(), &[]))
    }

    fn validation(&self, provider: &CryptoProvider) -> Validation {
        provider.rsa.validation(self.size())
    }

    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error> {
        let provider = root.provider();
        let document = cleared_rsa(|| provider.rsa.generate(self.size(), &*provider.random)).map_err(failed)?;
        keep(root, document.expose_secret())
    }

    fn load(&self, root: &RootKey, _: (KeySpec, KeyId), material: &[u8]) -> Result<(SecretSlot, KnownBy), Error> {
        let public_key = cleared_rsa(|| root.provider().rsa.public_key(self.size(), material)).map_err(failed)?;
        Ok((keep(root, material)?, KnownBy::PublicKey(public_key.into())))
    }

    fn run(&self, _: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        match (self, op) {
            (Self::Sign(size), Op::Sign { algorithm, input }) => {
                sign(*size, root.provider(), secret, *algorithm, input, out)
            }
            (Self::Decrypt(size), Op::Decrypt { algorithm, ciphertext }) => {
                decrypt(*size, root.provider(), secret, *algorithm, ciphertext, out)
            }
            _ => Err(OF_ANOTHER_FAMILY),
        }
    }
}

fn sign(
    size: RsaSize,
    provider: &CryptoProvider,
    secret: &[u8],
    algorithm: SigningAlgorithmSpec,
    input: &SignInput<'_>,
    out: &mut OutBuf,
) -> Result<(), Error> {
    let row = SIGNATURES.iter().find(|(name, ..)| *name == algorithm).ok_or(OF_ANOTHER_FAMILY)?;
    let (_, scheme, hash) = *row;
    with_digest(provider, hash, input, |digest| {
        let sign = || provider.rsa.sign(size, secret, scheme, hash, digest, &*provider.random);
        out.put(cleared_rsa(sign).map_err(failed)?)
    })
}

fn decrypt(
    size: RsaSize,
    provider: &CryptoProvider,
    secret: &[u8],
    algorithm: EncryptionAlgorithmSpec,
    ciphertext: &[u8],
    out: &mut OutBuf,
) -> Result<(), Error> {
    let (_, hash) = *ENCRYPTIONS.iter().find(|(name, _)| *name == algorithm).ok_or(OF_ANOTHER_FAMILY)?;
    let opened = cleared_rsa(|| provider.rsa.decrypt(size, secret, hash, ciphertext, &*provider.random));
    let opened = opened.map_err(|error| match error.kind() {
        CryptoErrorKind::Verification | CryptoErrorKind::InvalidInput => Error::invalid_ciphertext(),
        _ => failed(error),
    })?;
    out.put_secret(opened)
}
