//! RSA: keys that sign, and keys that decrypt. Material and secret are the PKCS#8 document.

use strongroom_crypto::{CryptoErrorKind, CryptoProvider, DigestAlgorithm, OaepHash, RsaScheme, RsaSize, Validation};
use strongroom_hsm::{Error, Op, OutBuf, Verb};
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

/// Keys that sign.
#[derive(Debug)]
pub(super) struct RsaSign(pub(super) RsaSize);

/// Keys that decrypt.
#[derive(Debug)]
pub(super) struct RsaDecrypt(pub(super) RsaSize);

/// A private operation takes 2, 7 and 13 ms with the three sizes in portable code, and a tenth of that in a fast provider.
fn is_slow(size: RsaSize) -> bool {
    size.bits() > 2_048
}

fn is_in(size: RsaSize, provider: &CryptoProvider) -> bool {
    has(provider.rsa.public_key(size, &[]))
}

fn draw(size: RsaSize, root: &RootKey) -> Result<SecretSlot, Error> {
    let provider = root.provider();
    let document = cleared_rsa(|| provider.rsa.generate(size, &*provider.random)).map_err(failed)?;
    keep(root, document.expose_secret())
}

fn load(size: RsaSize, root: &RootKey, material: &[u8]) -> Result<(SecretSlot, KnownBy), Error> {
    let public_key = cleared_rsa(|| root.provider().rsa.public_key(size, material)).map_err(failed)?;
    Ok((keep(root, material)?, KnownBy::PublicKey(public_key.into())))
}

impl Family for RsaSign {
    fn verbs(&self) -> Vec<(Verb, bool)> {
        SIGNATURES.iter().map(|(algorithm, ..)| (Verb::Sign(*algorithm), is_slow(self.0))).collect()
    }

    fn slow_to_make(&self) -> bool {
        true
    }

    fn is_in(&self, provider: &CryptoProvider) -> bool {
        is_in(self.0, provider)
    }

    fn validation(&self, provider: &CryptoProvider) -> Validation {
        provider.rsa.validation(self.0)
    }

    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error> {
        draw(self.0, root)
    }

    fn load(&self, root: &RootKey, _: (KeySpec, KeyId), material: &[u8]) -> Result<(SecretSlot, KnownBy), Error> {
        load(self.0, root, material)
    }

    fn run(&self, _: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        let Op::Sign { algorithm, input } = op else { return Err(OF_ANOTHER_FAMILY) };
        let row = SIGNATURES.iter().find(|(name, ..)| name == algorithm).ok_or(OF_ANOTHER_FAMILY)?;
        let (provider, (_, scheme, hash)) = (root.provider(), *row);
        with_digest(provider, hash, input, |digest| {
            let sign = || provider.rsa.sign(self.0, secret, scheme, hash, digest, &*provider.random);
            out.put(cleared_rsa(sign).map_err(failed)?)
        })
    }
}

impl Family for RsaDecrypt {
    fn verbs(&self) -> Vec<(Verb, bool)> {
        ENCRYPTIONS.iter().map(|(algorithm, _)| (Verb::Decrypt(*algorithm), is_slow(self.0))).collect()
    }

    fn slow_to_make(&self) -> bool {
        true
    }

    fn is_in(&self, provider: &CryptoProvider) -> bool {
        is_in(self.0, provider)
    }

    fn validation(&self, provider: &CryptoProvider) -> Validation {
        provider.rsa.validation(self.0)
    }

    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error> {
        draw(self.0, root)
    }

    fn load(&self, root: &RootKey, _: (KeySpec, KeyId), material: &[u8]) -> Result<(SecretSlot, KnownBy), Error> {
        load(self.0, root, material)
    }

    fn run(&self, _: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        let Op::Decrypt { algorithm, ciphertext } = op else { return Err(OF_ANOTHER_FAMILY) };
        let row = ENCRYPTIONS.iter().find(|(name, _)| name == algorithm).ok_or(OF_ANOTHER_FAMILY)?;
        let (provider, (_, hash)) = (root.provider(), *row);
        let opened = cleared_rsa(|| provider.rsa.decrypt(self.0, secret, hash, ciphertext, &*provider.random));
        let opened = opened.map_err(|error| match error.kind() {
            CryptoErrorKind::Verification | CryptoErrorKind::InvalidInput => Error::invalid_ciphertext(),
            _ => failed(error),
        })?;
        out.put_secret(opened)
    }
}
