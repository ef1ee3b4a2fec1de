//! ECDSA over `p256`, `p384`, `p521` and `k256`, and the signing function of `ecdsa` below them.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Add;

use ::ecdsa::der::{MaxOverhead, MaxSize};
use ::ecdsa::hazmat::{sign_prehashed_rfc6979, verify_prehashed};
use ::ecdsa::{DigestAlgorithm, EcdsaCurve, Signature};
use p256::elliptic_curve::array::ArraySize;
use p256::elliptic_curve::bigint::BitOps;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, PublicKey, SecretKey};
use p256::pkcs8::{
    AssociatedOid, DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Curve, Ecdsa, Validation};
use strongroom_types::{Random, Secret};
use zeroize::Zeroizing;

/// The four curves.
#[derive(Debug)]
pub(crate) struct Curves;

/// Draws that may be outside the order, at most one in 2^31 for any of the curves, before the generator counts as broken.
const DRAWS: usize = 16;

/// The operations on one curve; the lengths of scalars and prehashes are checked by the caller.
trait OnCurve: Debug + Sync {
    fn check(&self, scalar: &[u8]) -> Result<(), CryptoError>;
    /// Clears the bits of a drawn scalar that the order does not have.
    fn trim(&self, scalar: &mut [u8]);
    fn public_key(&self, scalar: &[u8]) -> Result<Vec<u8>, CryptoError>;
    fn sign(&self, scalar: &[u8], prehash: &[u8], random: Option<&dyn Random>) -> Result<Vec<u8>, CryptoError>;
    fn verify(&self, public_key: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), CryptoError>;
    fn import_pkcs8(&self, document: &[u8]) -> Result<Secret, CryptoError>;
    fn export_pkcs8(&self, scalar: &[u8]) -> Result<Secret, CryptoError>;
}

/// The curve `C`.
#[derive(Debug)]
struct On<C>(PhantomData<C>);

fn on(curve: Curve) -> Result<&'static dyn OnCurve, CryptoError> {
    match curve {
        Curve::P256 => Ok(&On::<p256::NistP256>(PhantomData)),
        Curve::P384 => Ok(&On::<p384::NistP384>(PhantomData)),
        Curve::P521 => Ok(&On::<p521::NistP521>(PhantomData)),
        Curve::Secp256k1 => Ok(&On::<k256::Secp256k1>(PhantomData)),
        _ => Err(CryptoErrorKind::Unsupported.into()),
    }
}

fn secret_key<C: p256::elliptic_curve::Curve>(scalar: &[u8]) -> Result<SecretKey<C>, CryptoError> {
    SecretKey::from_slice(scalar).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

impl<C> OnCurve for On<C>
where
    C: EcdsaCurve + CurveArithmetic + DigestAlgorithm + AssociatedOid,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
    MaxSize<C>: ArraySize,
    <FieldBytesSize<C> as Add>::Output: Add<MaxOverhead> + ArraySize,
{
    fn check(&self, scalar: &[u8]) -> Result<(), CryptoError> {
        secret_key::<C>(scalar).map(drop)
    }

    fn trim(&self, scalar: &mut [u8]) {
        let bits = C::ORDER.bit_width() % 8;
        if let Some(first) = scalar.first_mut().filter(|_| bits > 0) {
            *first &= (1 << bits) - 1;
        }
    }

    fn public_key(&self, scalar: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let document = secret_key::<C>(scalar)?.public_key().to_public_key_der();
        document.map(|der| der.as_bytes().to_vec()).map_err(|_| CryptoErrorKind::Internal.into())
    }

    fn sign(&self, scalar: &[u8], prehash: &[u8], random: Option<&dyn Random>) -> Result<Vec<u8>, CryptoError> {
        let key = secret_key::<C>(scalar)?;
        let mut added = Zeroizing::new(FieldBytes::<C>::default());
        let added: &[u8] = match random {
            None => &[],
            Some(random) => {
                random.fill(added.as_mut_slice())?;
                added.as_slice()
            }
        };
        // Not through `SigningKey`, which computes its public key first: half of the whole time.
        let scalar = Zeroizing::new(key.to_nonzero_scalar());
        let (signature, _) = sign_prehashed_rfc6979::<C, C::Digest>(&scalar, prehash, added);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn verify(&self, public_key: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let key = PublicKey::<C>::from_public_key_der(public_key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        let mut signature = Signature::<C>::from_der(signature).map_err(|_| CryptoErrorKind::Verification)?;
        if C::NORMALIZE_S {
            // `k256` refuses `s` in the upper half, which AWS KMS and OpenSSL make; as signatures both halves are equal.
            signature = signature.normalize_s();
        }
        verify_prehashed(&key.to_projective(), prehash, &signature).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn import_pkcs8(&self, document: &[u8]) -> Result<Secret, CryptoError> {
        let key = SecretKey::<C>::from_pkcs8_der(document).map_err(|_| CryptoErrorKind::InvalidKey)?;
        // Without a copy that nobody wipes.
        Ok(Secret::from(Zeroizing::new(key.to_bytes()).as_slice()))
    }

    fn export_pkcs8(&self, scalar: &[u8]) -> Result<Secret, CryptoError> {
        let document = secret_key::<C>(scalar)?.to_pkcs8_der().map_err(|_| CryptoErrorKind::Internal)?;
        Ok(Secret::from(document.as_bytes()))
    }
}

/// The operations on `curve`, for a scalar of exactly its length: a library may take shorter ones.
fn with_scalar(curve: Curve, scalar: &[u8]) -> Result<&'static dyn OnCurve, CryptoError> {
    if scalar.len() == curve.scalar_len() { on(curve) } else { Err(CryptoErrorKind::InvalidKey.into()) }
}

impl Ecdsa for Curves {
    fn generate(&self, curve: Curve, random: &dyn Random) -> Result<Secret, CryptoError> {
        let operations = on(curve)?;
        for _ in 0..DRAWS {
            let mut scalar = Secret::with(curve.scalar_len(), |out| random.fill(out))?;
            operations.trim(scalar.expose_secret_mut());
            if operations.check(scalar.expose_secret()).is_ok() {
                return Ok(scalar);
            }
        }
        Err(CryptoErrorKind::Random.into())
    }

    fn public_key(&self, curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, CryptoError> {
        with_scalar(curve, scalar)?.public_key(scalar)
    }

    fn sign(
        &self,
        curve: Curve,
        scalar: &[u8],
        prehash: &[u8],
        random: Option<&dyn Random>,
    ) -> Result<Vec<u8>, CryptoError> {
        curve.check_prehash(prehash)?;
        with_scalar(curve, scalar)?.sign(scalar, prehash, random)
    }

    fn verify(&self, curve: Curve, public_key: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        curve.check_prehash(prehash)?;
        on(curve)?.verify(public_key, prehash, signature)
    }

    fn import_pkcs8(&self, curve: Curve, document: &[u8]) -> Result<Secret, CryptoError> {
        on(curve)?.import_pkcs8(document)
    }

    fn export_pkcs8(&self, curve: Curve, scalar: &[u8]) -> Result<Secret, CryptoError> {
        with_scalar(curve, scalar)?.export_pkcs8(scalar)
    }

    fn validation(&self, _: Curve) -> Validation {
        Validation::None
    }
}
