//! The kinds of keys: how each is made, opened and used. A new kind is a variant here.

use strongroom_crypto::symmetric::{self, Kdk};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Curve};
use strongroom_hsm::{
    Capability, Error, Expect, GenerateRequest, Identity, MaterialUsage, Op, OutBuf, SignInput, Suite, Support, Verb,
};
use strongroom_memory::SecretSlot;
use strongroom_types::{KeySpec, KeyUsageType, Secret, SigningAlgorithmSpec};

use crate::RootKey;
use crate::custody::from_root_error;
use crate::stack::{cleared_ecdsa, cleared_symmetric};

/// What a handle knows of its key besides the secret.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Suite 1; the secret is the KDK.
    Symmetric(symmetric::Header),
    /// ECDSA; the secret is the scalar.
    Ecdsa { curve: Curve, algorithm: SigningAlgorithmSpec, public_key: Box<[u8]> },
}

/// New material, and what it is known by.
pub(crate) enum Fresh {
    Secret { material: SecretSlot, id: [u8; 32] },
    Pair { material: Secret, public_key: Vec<u8> },
}

impl Fresh {
    pub(crate) fn material(&self) -> Result<&[u8], Error> {
        match self {
            Self::Secret { material, .. } => material.expose_secret().map_err(|_| Error::forked()),
            Self::Pair { material, .. } => Ok(material.expose_secret()),
        }
    }

    /// By what ciphertexts name the version.
    pub(crate) fn version_id(&self) -> Option<[u8; 16]> {
        match self {
            Self::Secret { id, .. } => id.first_chunk().copied(),
            Self::Pair { .. } => None,
        }
    }
}

/// The curve of a spec and usage that sign, with its algorithm.
fn ecdsa_of(usage: &MaterialUsage) -> Option<(Curve, SigningAlgorithmSpec)> {
    match (usage.spec, usage.usage) {
        (KeySpec::EccNistP256, KeyUsageType::SignVerify) => Some((Curve::P256, SigningAlgorithmSpec::EcdsaSha256)),
        _ => None,
    }
}

fn is_symmetric(usage: &MaterialUsage) -> bool {
    (usage.spec, usage.usage) == (KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt)
}

fn failed(error: CryptoError) -> Error {
    from_root_error(error.into())
}

impl Kind {
    pub(crate) fn capabilities() -> Vec<Capability> {
        let cell = |spec, verb| Capability { spec, verb, support: Support::Native };
        vec![
            cell(KeySpec::SymmetricDefault, Verb::Generate(KeyUsageType::EncryptDecrypt)),
            cell(KeySpec::SymmetricDefault, Verb::Seal),
            cell(KeySpec::SymmetricDefault, Verb::Unseal),
            cell(KeySpec::EccNistP256, Verb::Generate(KeyUsageType::SignVerify)),
            cell(KeySpec::EccNistP256, Verb::Sign(SigningAlgorithmSpec::EcdsaSha256)),
        ]
    }

    /// Draws new material.
    pub(crate) fn draw(root: &RootKey, request: &GenerateRequest<'_>) -> Result<Fresh, Error> {
        let provider = root.provider();
        if is_symmetric(request.usage) {
            let mut material = root.arena().take(32).map_err(|error| from_root_error(error.into()))?;
            let bytes = material.expose_secret_mut().map_err(|_| Error::forked())?;
            provider.random.fill(bytes).map_err(|error| failed(error.into()))?;
            let (_, id) = kdk_and_id(root, bytes, request.place.key_id)?;
            return Ok(Fresh::Secret { material, id });
        }
        let Some((curve, _)) = ecdsa_of(request.usage) else {
            return Err(Error::unsupported("a key of this spec and usage"));
        };
        // Notices a fork, which the provider does not.
        root.arena().take(1).map_err(|error| from_root_error(error.into()))?;
        let (material, public_key) = cleared_ecdsa(|| {
            let material = provider.ecdsa.generate(curve, &*provider.random)?;
            let public_key = provider.ecdsa.public_key(curve, material.expose_secret())?;
            Ok((material, public_key))
        })
        .map_err(failed)?;
        Ok(Fresh::Pair { material, public_key })
    }

    /// What a handle keeps of unsealed material, if it is the key that is expected.
    pub(crate) fn open(root: &RootKey, material: &[u8], expect: &Expect<'_>) -> Result<(Self, SecretSlot), Error> {
        let another = Error::corrupt("the token holds another key");
        if is_symmetric(expect.usage) {
            let (kdk, id) = kdk_and_id(root, material, expect.place.key_id)?;
            let id = symmetric::KeyMaterialId::from_bytes(id);
            let header = symmetric::Header::new(expect.place.key_id, id.version_id());
            let expected = expect.identity == Identity::MaterialId(id.as_bytes());
            return if expected { Ok((Self::Symmetric(header), kdk)) } else { Err(another) };
        }
        let Some((curve, algorithm)) = ecdsa_of(expect.usage) else { return Err(another) };
        let public_key = cleared_ecdsa(|| root.provider().ecdsa.public_key(curve, material)).map_err(failed)?;
        if expect.identity != Identity::PublicKey(&public_key) {
            return Err(another);
        }
        let scalar = root.arena().store(material).map_err(|error| from_root_error(error.into()))?;
        Ok((Self::Ecdsa { curve, algorithm, public_key: public_key.into() }, scalar))
    }

    pub(crate) fn suite(&self) -> Option<Suite> {
        match self {
            Self::Symmetric(_) => Some(Suite::One),
            Self::Ecdsa { .. } => None,
        }
    }

    pub(crate) fn public_key(&self) -> Option<&[u8]> {
        match self {
            Self::Symmetric(_) => None,
            Self::Ecdsa { public_key, .. } => Some(public_key),
        }
    }

    /// One operation with the key's secret.
    pub(crate) fn run(&self, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        match (self, op) {
            (Self::Symmetric(header), Op::Seal { context, message, entropy }) => {
                let kdk = Kdk::new(secret).map_err(failed)?;
                out.append_with(message.len().saturating_add(symmetric::OVERHEAD), |blob| {
                    let seal = || symmetric::seal(root.provider(), kdk, header, context, entropy, message, blob);
                    cleared_symmetric(seal).map_err(failed)
                })
            }
            (Self::Symmetric(header), Op::Unseal { blob, context }) => {
                let kdk = Kdk::new(secret).map_err(failed)?;
                // Bound in, and so refused anyway; compared because another version's bytes are no business of this key.
                let named = blob.starts_with(&header.encode());
                let opened = cleared_symmetric(|| symmetric::open(root.provider(), kdk, context, blob));
                let opened = opened.map_err(|error| match error.kind() {
                    CryptoErrorKind::Verification | CryptoErrorKind::InvalidInput => Error::invalid_ciphertext(),
                    _ => failed(error),
                })?;
                if named { out.put_secret(opened) } else { Err(Error::invalid_ciphertext()) }
            }
            (Self::Ecdsa { curve, algorithm, .. }, Op::Sign { algorithm: wanted, input }) if algorithm == wanted => {
                out.put(sign(root, *curve, secret, input)?)
            }
            _ => Err(Error::unsupported("this operation with a key of this spec")),
        }
    }
}

fn sign(root: &RootKey, curve: Curve, scalar: &[u8], input: &SignInput<'_>) -> Result<Vec<u8>, Error> {
    let provider = root.provider();
    let mut digest = [0; 64];
    let prehash = match input {
        SignInput::Digest(prehash) => prehash,
        SignInput::Message(message) => {
            let hash = curve.digest();
            let out = digest.get_mut(..hash.output_len()).unwrap_or_default();
            provider.digest.digest(hash, &[message], out).map_err(failed)?;
            &*out
        }
        _ => return Err(Error::unsupported("this kind of message")),
    };
    cleared_ecdsa(|| provider.ecdsa.sign(curve, scalar, prehash, Some(&*provider.random))).map_err(failed)
}

/// The KDK of `material`, in the arena, and the id of the material.
fn kdk_and_id(
    root: &RootKey,
    material: &[u8],
    key_id: strongroom_types::KeyId,
) -> Result<(SecretSlot, [u8; 32]), Error> {
    let provider = root.provider();
    let mut slot = root.arena().take(32).map_err(|error| from_root_error(error.into()))?;
    let bytes = slot.expose_secret_mut().map_err(|_| Error::forked())?;
    let kdk = bytes.first_chunk_mut::<32>().ok_or(Error::corrupt("the arena"))?;
    let id = cleared_symmetric(|| {
        symmetric::derive_kdk(provider, material, &key_id, kdk)?;
        symmetric::key_material_id(provider, Kdk::new(kdk)?, &key_id)
    });
    let id = id.map_err(failed)?;
    Ok((slot, *id.as_bytes()))
}
