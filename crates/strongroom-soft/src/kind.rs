//! The kinds of keys: a table, and what every family of keys can do. A new kind is a row of the table; a new family is
//! a file in `kind/`.

mod ecdsa;
mod mac;
mod rsa;
mod symmetric;

use std::fmt::Debug;

use strongroom_crypto::{CryptoError, CryptoProvider, Curve, MacAlgorithm, RsaSize, Validation};
use strongroom_hsm::{
    Capability, Error, Expect, Identity, KeyToken, Made, MaterialUsage, Op, OutBuf, Provenance, Suite, Support, Verb,
};
use strongroom_memory::SecretSlot;
use strongroom_types::{KeyId, KeySpec, KeyUsageType};

use self::ecdsa::Ecdsa;
use self::mac::Hmac;
use self::rsa::Rsa;
use self::symmetric::Symmetric;
use crate::RootKey;
use crate::custody::from_root_error;

/// One row: keys of this spec and usage are of this family.
type Row = (KeySpec, KeyUsageType, &'static dyn Family);

const ENCRYPT: KeyUsageType = KeyUsageType::EncryptDecrypt;
const SIGN: KeyUsageType = KeyUsageType::SignVerify;
const MAC: KeyUsageType = KeyUsageType::GenerateVerifyMac;

/// AWS KMS Developer Guide, "Key spec reference".
const KINDS: &[Row] = &[
    (KeySpec::SymmetricDefault, ENCRYPT, &Symmetric),
    (KeySpec::EccNistP256, SIGN, &Ecdsa(Curve::P256)),
    (KeySpec::EccNistP384, SIGN, &Ecdsa(Curve::P384)),
    (KeySpec::EccNistP521, SIGN, &Ecdsa(Curve::P521)),
    (KeySpec::EccSecgP256k1, SIGN, &Ecdsa(Curve::Secp256k1)),
    (KeySpec::Rsa2048, SIGN, &Rsa::Sign(RsaSize::Rsa2048)),
    (KeySpec::Rsa3072, SIGN, &Rsa::Sign(RsaSize::Rsa3072)),
    (KeySpec::Rsa4096, SIGN, &Rsa::Sign(RsaSize::Rsa4096)),
    (KeySpec::Rsa2048, ENCRYPT, &Rsa::Decrypt(RsaSize::Rsa2048)),
    (KeySpec::Rsa3072, ENCRYPT, &Rsa::Decrypt(RsaSize::Rsa3072)),
    (KeySpec::Rsa4096, ENCRYPT, &Rsa::Decrypt(RsaSize::Rsa4096)),
    (KeySpec::Hmac224, MAC, &Hmac(MacAlgorithm::HmacSha224)),
    (KeySpec::Hmac256, MAC, &Hmac(MacAlgorithm::HmacSha256)),
    (KeySpec::Hmac384, MAC, &Hmac(MacAlgorithm::HmacSha384)),
    (KeySpec::Hmac512, MAC, &Hmac(MacAlgorithm::HmacSha512)),
];

/// What keys of one family have in common. *Material* is what a token seals; the *secret* is what a handle keeps of it,
/// in locked memory.
trait Family: Debug + Sync {
    /// What keys of this family do, and whether it may take longer than a few milliseconds; `Generate` stands for every usage.
    fn verbs(&self) -> Vec<(Verb, bool)>;

    /// Whether making such a key may take longer than a few milliseconds.
    fn slow_to_make(&self) -> bool {
        false
    }

    /// Whether the provider has the algorithms; what it lacks is not listed.
    fn is_in(&self, provider: &CryptoProvider) -> bool;

    /// What is validated of the provider's part.
    fn validation(&self, provider: &CryptoProvider) -> Validation;

    /// New material.
    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error>;

    /// What a handle keeps of `material`, and what the key is known by.
    fn load(&self, root: &RootKey, of: (KeySpec, KeyId), material: &[u8]) -> Result<(SecretSlot, KnownBy), Error>;

    /// One operation with the key's secret.
    fn run(&self, key: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error>;
}

/// By what a key is known.
#[derive(Debug, Clone)]
enum KnownBy {
    MaterialId([u8; 32]),
    PublicKey(Box<[u8]>),
    Fingerprint([u8; 32]),
}

impl KnownBy {
    fn identity(&self) -> Identity<'_> {
        match self {
            Self::MaterialId(id) => Identity::MaterialId(id),
            Self::PublicKey(key) => Identity::PublicKey(key),
            Self::Fingerprint(fingerprint) => Identity::Fingerprint(fingerprint),
        }
    }
}

/// What a handle knows of its key besides the secret.
#[derive(Debug)]
pub(crate) struct Kind {
    spec: KeySpec,
    key_id: KeyId,
    family: &'static dyn Family,
    known_by: KnownBy,
}

/// New material, and what it is known by.
pub(crate) struct Fresh {
    material: SecretSlot,
    known_by: KnownBy,
}

impl Fresh {
    pub(crate) fn material(&self) -> Result<&[u8], Error> {
        self.material.expose_secret().map_err(|_| Error::forked())
    }

    /// By what ciphertexts name the version.
    pub(crate) fn version_id(&self) -> Option<[u8; 16]> {
        match &self.known_by {
            KnownBy::MaterialId(id) => id.first_chunk().copied(),
            _ => None,
        }
    }

    pub(crate) fn made(self, token: KeyToken) -> Made {
        match self.known_by {
            KnownBy::MaterialId(id) => Made::secret(token, id, Provenance::MadeInProcess),
            KnownBy::PublicKey(key) => Made::pair(token, key, Provenance::MadeInProcess),
            KnownBy::Fingerprint(fingerprint) => Made::mac(token, fingerprint, Provenance::MadeInProcess),
        }
    }
}

/// Everything that keys do with this provider.
pub(crate) fn capabilities(provider: &CryptoProvider) -> Vec<Capability> {
    let mut table: Vec<Capability> = Vec::new();
    for (spec, usage, family) in KINDS.iter().filter(|(_, _, family)| family.is_in(provider)) {
        let cell = |(verb, slow)| Capability { spec: *spec, verb, support: Support::Native, slow };
        table.push(cell((Verb::Generate(*usage), family.slow_to_make())));
        table.extend(family.verbs().into_iter().map(cell));
    }
    table
}

/// What is validated of each part of the provider that keys use.
pub(crate) fn validations(provider: &CryptoProvider) -> impl Iterator<Item = Validation> {
    let present = KINDS.iter().map(|(_, _, family)| family).filter(|family| family.is_in(provider));
    present.map(|family| family.validation(provider))
}

fn family(usage: &MaterialUsage) -> Option<&'static dyn Family> {
    let row = KINDS.iter().find(|(spec, for_usage, _)| (*spec, *for_usage) == (usage.spec, usage.usage));
    row.map(|(_, _, family)| *family)
}

/// Draws new material for a key.
pub(crate) fn draw(root: &RootKey, usage: &MaterialUsage, key_id: KeyId) -> Result<Fresh, Error> {
    let family = family(usage).filter(|family| family.is_in(root.provider()));
    let family = family.ok_or(Error::unsupported("a key of this spec and usage"))?;
    // Notices a fork, which the provider's generator does not.
    root.arena().take(1).map_err(|error| from_root_error(error.into()))?;
    let material = family.draw(root)?;
    let bytes = material.expose_secret().map_err(|_| Error::forked())?;
    let (_, known_by) = family.load(root, (usage.spec, key_id), bytes)?;
    Ok(Fresh { material, known_by })
}

impl Kind {
    /// What a handle keeps of unsealed material, if it is the key that is expected.
    pub(crate) fn open(root: &RootKey, material: &[u8], expect: &Expect<'_>) -> Result<(Self, SecretSlot), Error> {
        let another = Error::corrupt("the token holds another key");
        let Some(family) = family(expect.usage) else { return Err(another) };
        let (spec, key_id) = (expect.usage.spec, expect.place.key_id);
        let (secret, known_by) = family.load(root, (spec, key_id), material)?;
        if known_by.identity() != expect.identity {
            return Err(another);
        }
        Ok((Self { spec, key_id, family, known_by }, secret))
    }

    pub(crate) fn suite(&self) -> Option<Suite> {
        matches!(self.known_by, KnownBy::MaterialId(_)).then_some(Suite::One)
    }

    pub(crate) fn public_key(&self) -> Option<&[u8]> {
        match &self.known_by {
            KnownBy::PublicKey(key) => Some(key),
            _ => None,
        }
    }

    /// Spec and key id, for people.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.spec, self.key_id)
    }

    /// One operation with the key's secret.
    pub(crate) fn run(&self, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        self.family.run(self, root, secret, op, out)
    }
}

/// What a family says to an operation of another.
const OF_ANOTHER_FAMILY: Error = Error::unsupported("this operation with a key of this spec and usage");

fn failed(error: CryptoError) -> Error {
    from_root_error(error.into())
}

/// Whether the provider has a part, by its answer to a call that can't succeed.
fn has<T>(answer: Result<T, CryptoError>) -> bool {
    !answer.is_err_and(|error| error.kind() == strongroom_crypto::CryptoErrorKind::Unsupported)
}

/// A copy in locked memory. The source is the caller's to wipe.
fn keep(root: &RootKey, secret: &[u8]) -> Result<SecretSlot, Error> {
    root.arena().store(secret).map_err(|error| from_root_error(error.into()))
}

/// `len` random bytes in locked memory.
fn draw_bytes(root: &RootKey, len: usize) -> Result<SecretSlot, Error> {
    let mut slot = root.arena().take(len).map_err(|error| from_root_error(error.into()))?;
    let bytes = slot.expose_secret_mut().map_err(|_| Error::forked())?;
    root.provider().random.fill(bytes).map_err(|error| failed(error.into()))?;
    Ok(slot)
}
