//! `SYMMETRIC_DEFAULT`: suite 1. The material is K, the secret is the KDK.

use strongroom_crypto::symmetric::{self, Kdk, KeyMaterialId};
use strongroom_crypto::{CryptoErrorKind, CryptoProvider, MacAlgorithm, Validation};
use strongroom_hsm::{Error, Op, OutBuf, Verb};
use strongroom_memory::SecretSlot;
use strongroom_types::{KeyId, KeySpec};

use super::{Family, Kind, KnownBy, OF_ANOTHER_FAMILY, draw_bytes, failed};
use crate::RootKey;
use crate::custody::from_root_error;
use crate::stack::cleared_symmetric;

#[derive(Debug)]
pub(super) struct Symmetric;

impl Family for Symmetric {
    fn verbs(&self) -> Vec<(Verb, bool)> {
        vec![(Verb::Seal, false), (Verb::Unseal, false)]
    }

    fn is_in(&self, _: &CryptoProvider) -> bool {
        // Nothing could have been unlocked without.
        true
    }

    /// That of the HMAC; the cipher's and the hash's are the custody's own.
    fn validation(&self, provider: &CryptoProvider) -> Validation {
        provider.mac.validation(MacAlgorithm::HmacSha256)
    }

    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error> {
        draw_bytes(root, 32)
    }

    fn load(
        &self,
        root: &RootKey,
        (_, key_id): (KeySpec, KeyId),
        material: &[u8],
    ) -> Result<(SecretSlot, KnownBy), Error> {
        let provider = root.provider();
        let mut slot = root.arena().take(32).map_err(|error| from_root_error(error.into()))?;
        let bytes = slot.expose_secret_mut().map_err(|_| Error::forked())?;
        let kdk = bytes.first_chunk_mut::<32>().ok_or(Error::corrupt("the arena"))?;
        let id = cleared_symmetric(|| {
            symmetric::derive_kdk(provider, material, &key_id, kdk)?;
            symmetric::key_material_id(provider, Kdk::new(kdk)?, &key_id)
        });
        let id = id.map_err(failed)?;
        Ok((slot, KnownBy::MaterialId(*id.as_bytes())))
    }

    fn run(&self, key: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        let (KnownBy::MaterialId(id), provider) = (&key.known_by, root.provider()) else {
            return Err(OF_ANOTHER_FAMILY);
        };
        let header = symmetric::Header::new(key.key_id, KeyMaterialId::from_bytes(*id).version_id());
        match op {
            Op::Seal { context, message, entropy } => {
                let kdk = Kdk::new(secret).map_err(failed)?;
                out.append_with(message.len().saturating_add(symmetric::OVERHEAD), |blob| {
                    let seal = || symmetric::seal(provider, kdk, &header, context, entropy, message, blob);
                    cleared_symmetric(seal).map_err(failed)
                })
            }
            Op::Unseal { blob, context } => {
                let kdk = Kdk::new(secret).map_err(failed)?;
                // Bound in, and so refused anyway; compared because another version's bytes are no business of this key.
                let named = blob.starts_with(&header.encode());
                let opened = cleared_symmetric(|| symmetric::open(provider, kdk, context, blob));
                let opened = opened.map_err(|error| match error.kind() {
                    CryptoErrorKind::Verification | CryptoErrorKind::InvalidInput => Error::invalid_ciphertext(),
                    _ => failed(error),
                })?;
                if named { out.put_secret(opened) } else { Err(Error::invalid_ciphertext()) }
            }
            _ => Err(OF_ANOTHER_FAMILY),
        }
    }
}
