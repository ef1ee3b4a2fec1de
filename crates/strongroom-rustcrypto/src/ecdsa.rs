//! ECDSA over `p256`.

use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _, RandomizedPrehashSigner as _};
use p256::ecdsa::{DerSignature, Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::rand_core::{TryCryptoRng, TryRng};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use p256::{PublicKey, SecretKey};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Curve, Ecdsa, Validation};
use strongroom_types::{Random, RandomError, Secret};
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
        let key = SigningKey::from(secret_key(curve, scalar)?);
        let signature: DerSignature = match random {
            None => key.sign_prehash(prehash).map_err(|_| CryptoErrorKind::Internal)?,
            // Nothing but the generator fails: RFC 6979 tries again by itself.
            Some(random) => {
                key.sign_prehash_with_rng(&mut Rng(random), prehash).map_err(|_| CryptoErrorKind::Random)?
            }
        };
        Ok(signature.as_bytes().to_vec())
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

/// The strongroom's generator, as `rand_core` wants it.
struct Rng<'a>(&'a dyn Random);

impl TryRng for Rng<'_> {
    type Error = RandomError;

    fn try_next_u32(&mut self) -> Result<u32, RandomError> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes).map(|()| u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, RandomError> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes).map(|()| u64::from_ne_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), RandomError> {
        self.0.fill(out)
    }
}

impl TryCryptoRng for Rng<'_> {}
