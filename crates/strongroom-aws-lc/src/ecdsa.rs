//! ECDSA over `aws_lc_rs::signature`, with RustCrypto behind it.
//!
//! AWS-LC computes and checks the public key whenever it reads a private one, and every call here reads
//! one. That costs two multiplications by the base point beside the one of the signature, and is why
//! P-521 is not signed here (`docs/benchmarks.md`).

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, ParsedPublicKey,
};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Curve, Ecdsa, Validation};
use strongroom_types::{Random, Secret};
use zeroize::Zeroizing;

use crate::provider::{BASE, probe};

/// The curves.
#[derive(Debug)]
pub(crate) struct Curves;

/// How a public key on a curve of AWS-LC's is written and judged.
struct Verifier {
    /// SubjectPublicKeyInfo up to the point, which is uncompressed (RFC 5480 §2).
    spki: &'static [u8],
    algorithm: &'static EcdsaVerificationAlgorithm,
    digest: &'static digest::Algorithm,
}

const P256: Verifier = Verifier {
    spki: b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
    algorithm: &ECDSA_P256_SHA256_ASN1,
    digest: &digest::SHA256,
};
const P384: Verifier = Verifier {
    spki: b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00",
    algorithm: &ECDSA_P384_SHA384_ASN1,
    digest: &digest::SHA384,
};
const P521: Verifier = Verifier {
    spki: b"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00",
    algorithm: &ECDSA_P521_SHA512_ASN1,
    digest: &digest::SHA512,
};

/// PKCS#8 documents without a public key, up to the scalar (RFC 5208, RFC 5915).
const P256_PKCS8: &[u8] = b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20";
const P384_PKCS8: &[u8] = b"\x30\x4e\x02\x01\x00\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x04\x37\x30\x35\x02\x01\x01\x04\x30";

/// The curves that AWS-LC verifies on, with SHA-2 as AWS KMS pairs them.
fn verifier(curve: Curve) -> Option<Verifier> {
    match curve {
        Curve::P256 => Some(P256),
        Curve::P384 => Some(P384),
        Curve::P521 => Some(P521),
        _ => None,
    }
}

/// How AWS-LC signs on a curve, where it does: the start of the document that it reads, the algorithm, and the hash.
type Signer = (&'static [u8], &'static EcdsaSigningAlgorithm, &'static digest::Algorithm);

fn signer(curve: Curve) -> Option<Signer> {
    match curve {
        Curve::P256 => Some((P256_PKCS8, &ECDSA_P256_SHA256_ASN1_SIGNING, &digest::SHA256)),
        Curve::P384 => Some((P384_PKCS8, &ECDSA_P384_SHA384_ASN1_SIGNING, &digest::SHA384)),
        _ => None,
    }
}

fn pair(curve: Curve, (head, algorithm, _): Signer, scalar: &[u8]) -> Result<EcdsaKeyPair, CryptoError> {
    if scalar.len() != curve.scalar_len() {
        return Err(CryptoErrorKind::InvalidKey.into());
    }
    let document = Zeroizing::new([head, scalar].concat());
    EcdsaKeyPair::from_pkcs8(algorithm, &document).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

fn import(algorithm: &'static digest::Algorithm, prehash: &[u8]) -> Result<Digest, CryptoError> {
    Digest::import_less_safe(prehash, algorithm).map_err(|_| CryptoErrorKind::InvalidInput.into())
}

impl Ecdsa for Curves {
    fn generate(&self, curve: Curve, random: &dyn Random) -> Result<Secret, CryptoError> {
        BASE.ecdsa.generate(curve, random)
    }

    fn public_key(&self, curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, CryptoError> {
        BASE.ecdsa.public_key(curve, scalar)
    }

    fn sign(
        &self,
        curve: Curve,
        scalar: &[u8],
        prehash: &[u8],
        random: Option<&dyn Random>,
    ) -> Result<Vec<u8>, CryptoError> {
        match (signer(curve), random) {
            (Some(signer), Some(random)) => {
                curve.check_prehash(prehash)?;
                let key = pair(curve, signer, scalar)?;
                probe(random)?;
                let signature = key.sign_digest(&import(signer.2, prehash)?);
                signature.map(|s| s.as_ref().to_vec()).map_err(|_| CryptoErrorKind::Internal.into())
            }
            // AWS-LC has no deterministic signature.
            _ => BASE.ecdsa.sign(curve, scalar, prehash, random),
        }
    }

    fn verify(&self, curve: Curve, public_key: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let Some(Verifier { spki, algorithm, digest }) = verifier(curve) else {
            return BASE.ecdsa.verify(curve, public_key, prehash, signature);
        };
        curve.check_prehash(prehash)?;
        // Compared as bytes: AWS-LC reads bare and compressed points too.
        let point = public_key.strip_prefix(spki).filter(|point| point.first() == Some(&4));
        let point = point.ok_or(CryptoErrorKind::InvalidKey)?;
        let key = ParsedPublicKey::new(algorithm, point).map_err(|_| CryptoErrorKind::InvalidKey)?;
        let verified = key.verify_digest_sig(&import(digest, prehash)?, signature);
        verified.map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn import_pkcs8(&self, curve: Curve, document: &[u8]) -> Result<Secret, CryptoError> {
        BASE.ecdsa.import_pkcs8(curve, document)
    }

    fn export_pkcs8(&self, curve: Curve, scalar: &[u8]) -> Result<Secret, CryptoError> {
        BASE.ecdsa.export_pkcs8(curve, scalar)
    }

    fn validation(&self, _: Curve) -> Validation {
        // Signing a digest that was computed outside the module is not approved.
        Validation::None
    }
}
