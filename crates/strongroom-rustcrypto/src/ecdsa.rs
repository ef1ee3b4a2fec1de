//! ECDSA over `p256`, and the signing function of `ecdsa` below it.

use ::ecdsa::hazmat::sign_prehashed_rfc6979;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use p256::{FieldBytes, NistP256, PublicKey, SecretKey};
use sha2::Sha256;
use strongroom_crypto::{CryptoError, CryptoErrorKind, Curve, Ecdsa, Validation};
use strongroom_types::{Random, Secret};
use zeroize::Zeroizing;

/// The curves that are here: P-256.
#[derive(Debug)]
pub(crate) struct Curves;

/// Draws that may be outside the order, one in 2^32 for P-256, before the generator counts as broken.
const DRAWS: usize = 16;

fn supported(curve: Curve) -> Result<(), CryptoError> {
    if curve == Curve::P256 { Ok(()) } else { Err(CryptoErrorKind::Unsupported.into()) }
}

fn secret_key(curve: Curve, scalar: &[u8]) -> Result<SecretKey, CryptoError> {
    supported(curve)?;
    if scalar.len() != curve.scalar_len() {
        return Err(CryptoErrorKind::InvalidKey.into());
    }
    SecretKey::from_slice(scalar).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

/// The scalar's bytes, without a copy that nobody wipes.
fn scalar_bytes(key: &SecretKey) -> Secret {
    Secret::from(Zeroizing::new(key.to_bytes()).as_slice())
}

impl Ecdsa for Curves {
    fn generate(&self, curve: Curve, random: &dyn Random) -> Result<Secret, CryptoError> {
        supported(curve)?;
        for _ in 0..DRAWS {
            let scalar = Secret::with(curve.scalar_len(), |out| random.fill(out))?;
            if secret_key(curve, scalar.expose_secret()).is_ok() {
                return Ok(scalar);
            }
        }
        Err(CryptoErrorKind::Random.into())
    }

    fn public_key(&self, curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let document = secret_key(curve, scalar)?.public_key().to_public_key_der();
        document.map(|der| der.as_bytes().to_vec()).map_err(|_| CryptoErrorKind::Internal.into())
    }

    fn sign(
        &self,
        curve: Curve,
        scalar: &[u8],
        prehash: &[u8],
        random: Option<&dyn Random>,
    ) -> Result<Vec<u8>, CryptoError> {
        curve.check_prehash(prehash)?;
        let key = secret_key(curve, scalar)?;
        let mut added = Zeroizing::new(FieldBytes::default());
        let added: &[u8] = match random {
            None => &[],
            Some(random) => {
                random.fill(added.as_mut_slice())?;
                added.as_slice()
            }
        };
        // Not through `SigningKey`, which computes its public key first: half of the whole time.
        let scalar = Zeroizing::new(key.to_nonzero_scalar());
        let (signature, _) = sign_prehashed_rfc6979::<NistP256, Sha256>(&scalar, prehash, added);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn verify(&self, curve: Curve, public_key: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        supported(curve)?;
        curve.check_prehash(prehash)?;
        let key = PublicKey::from_public_key_der(public_key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        let signature = Signature::from_der(signature).map_err(|_| CryptoErrorKind::Verification)?;
        VerifyingKey::from(key).verify_prehash(prehash, &signature).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn import_pkcs8(&self, curve: Curve, document: &[u8]) -> Result<Secret, CryptoError> {
        supported(curve)?;
        let key = SecretKey::from_pkcs8_der(document).map_err(|_| CryptoErrorKind::InvalidKey)?;
        Ok(scalar_bytes(&key))
    }

    fn export_pkcs8(&self, curve: Curve, scalar: &[u8]) -> Result<Secret, CryptoError> {
        let document = secret_key(curve, scalar)?.to_pkcs8_der().map_err(|_| CryptoErrorKind::Internal)?;
        Ok(Secret::from(document.as_bytes()))
    }

    fn validation(&self, _: Curve) -> Validation {
        Validation::None
    }
}
