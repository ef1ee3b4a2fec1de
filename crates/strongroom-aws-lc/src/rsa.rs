//! RSA over `aws_lc_rs::rsa`. Private operations are blinded, with bytes of AWS-LC's own generator.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, RsaParameters, RsaSignatureEncoding};
use strongroom_crypto::{
    CryptoError, CryptoErrorKind, DigestAlgorithm, OaepHash, Rsa, RsaScheme, RsaSize, Validation, check_rsa_digest,
};
use strongroom_types::{Random, Secret};
use zeroize::Zeroizing;

use crate::der;
use crate::provider::{probe, probe_for_key};

/// RSA.
#[derive(Debug)]
pub(crate) struct RsaKeys;

/// A signature algorithm: how it signs, how it verifies, and its hash.
type Signing = (&'static RsaSignatureEncoding, &'static RsaParameters, &'static digest::Algorithm);

fn signing(scheme: RsaScheme, algorithm: DigestAlgorithm) -> Result<Signing, CryptoError> {
    use signature::{
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256,
        RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
        RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    };
    Ok(match (scheme, algorithm) {
        (RsaScheme::Pss, DigestAlgorithm::Sha256) => (&RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256, &digest::SHA256),
        (RsaScheme::Pss, DigestAlgorithm::Sha384) => (&RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384, &digest::SHA384),
        (RsaScheme::Pss, DigestAlgorithm::Sha512) => (&RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512, &digest::SHA512),
        (RsaScheme::Pkcs1v15, DigestAlgorithm::Sha256) => {
            (&RSA_PKCS1_SHA256, &RSA_PKCS1_2048_8192_SHA256, &digest::SHA256)
        }
        (RsaScheme::Pkcs1v15, DigestAlgorithm::Sha384) => {
            (&RSA_PKCS1_SHA384, &RSA_PKCS1_2048_8192_SHA384, &digest::SHA384)
        }
        (RsaScheme::Pkcs1v15, DigestAlgorithm::Sha512) => {
            (&RSA_PKCS1_SHA512, &RSA_PKCS1_2048_8192_SHA512, &digest::SHA512)
        }
        _ => return Err(CryptoErrorKind::Unsupported.into()),
    })
}

fn oaep(hash: OaepHash) -> Result<&'static OaepAlgorithm, CryptoError> {
    match hash {
        OaepHash::Sha1 => Ok(&OAEP_SHA1_MGF1SHA1),
        OaepHash::Sha256 => Ok(&OAEP_SHA256_MGF1SHA256),
        _ => Err(CryptoErrorKind::Unsupported.into()),
    }
}

fn key_size(size: RsaSize) -> Result<KeySize, CryptoError> {
    match size {
        RsaSize::Rsa2048 => Ok(KeySize::Rsa2048),
        RsaSize::Rsa3072 => Ok(KeySize::Rsa3072),
        RsaSize::Rsa4096 => Ok(KeySize::Rsa4096),
        _ => Err(CryptoErrorKind::Unsupported.into()),
    }
}

/// Reads a private key as `read` does, which checks that its numbers fit each other, if it has the right shape.
fn private_key<K, E>(size: RsaSize, document: &[u8], read: fn(&[u8]) -> Result<K, E>) -> Result<K, CryptoError> {
    der::check_rsa_private(document, size).ok_or(CryptoErrorKind::InvalidKey)?;
    read(document).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

fn import(algorithm: &'static digest::Algorithm, digest: &[u8]) -> Result<Digest, CryptoError> {
    Digest::import_less_safe(digest, algorithm).map_err(|_| CryptoErrorKind::InvalidInput.into())
}

impl Rsa for RsaKeys {
    fn generate(&self, size: RsaSize, random: &dyn Random) -> Result<Secret, CryptoError> {
        let size = key_size(size)?;
        probe_for_key(random)?;
        let key = PrivateDecryptingKey::generate(size).map_err(|_| CryptoErrorKind::Internal)?;
        let document = key.as_der().map_err(|_| CryptoErrorKind::Internal)?;
        Ok(Secret::from(document.as_ref()))
    }

    fn public_key(&self, size: RsaSize, private_key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let key = self::private_key(size, private_key, KeyPair::from_pkcs8)?;
        let document = key.public_key().as_der().map_err(|_| CryptoErrorKind::Internal)?;
        Ok(document.as_ref().to_vec())
    }

    fn sign(
        &self,
        size: RsaSize,
        private_key: &[u8],
        scheme: RsaScheme,
        algorithm: DigestAlgorithm,
        digest: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        check_rsa_digest(algorithm, digest)?;
        let (encoding, _, hash) = signing(scheme, algorithm)?;
        let key = self::private_key(size, private_key, KeyPair::from_pkcs8)?;
        probe(random)?;
        let mut signature = vec![0; size.modulus_len()];
        let signed = key.sign_digest(encoding, &import(hash, digest)?, &mut signature);
        signed.map(|()| signature).map_err(|_| CryptoErrorKind::Internal.into())
    }

    fn verify(
        &self,
        size: RsaSize,
        public_key: &[u8],
        scheme: RsaScheme,
        algorithm: DigestAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        check_rsa_digest(algorithm, digest)?;
        let (_, parameters, hash) = signing(scheme, algorithm)?;
        // The inner document: AWS-LC parses an outer one three times.
        let key = der::rsa_public(public_key, size).ok_or(CryptoErrorKind::InvalidKey)?;
        let key = ParsedPublicKey::new(parameters, key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        if signature.len() != size.modulus_len() {
            return Err(CryptoErrorKind::Verification.into());
        }
        key.verify_digest_sig(&import(hash, digest)?, signature).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn encrypt(
        &self,
        size: RsaSize,
        public_key: &[u8],
        hash: OaepHash,
        message: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        let algorithm = oaep(hash)?;
        der::rsa_public(public_key, size).ok_or(CryptoErrorKind::InvalidKey)?;
        let key = PublicEncryptingKey::from_der(public_key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        if message.len() > hash.max_message(size) {
            return Err(CryptoErrorKind::InvalidInput.into());
        }
        probe(random)?;
        let mut ciphertext = vec![0; size.modulus_len()];
        let encrypted = key.encrypt(algorithm, message, &mut ciphertext, None).map(|_| ());
        encrypted.map(|()| ciphertext).map_err(|_| CryptoErrorKind::Internal.into())
    }

    fn decrypt(
        &self,
        size: RsaSize,
        private_key: &[u8],
        hash: OaepHash,
        ciphertext: &[u8],
        random: &dyn Random,
    ) -> Result<Secret, CryptoError> {
        let algorithm = oaep(hash)?;
        let key = self::private_key(size, private_key, PrivateDecryptingKey::from_pkcs8)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| CryptoErrorKind::InvalidKey)?;
        if ciphertext.len() != size.modulus_len() {
            return Err(CryptoErrorKind::Verification.into());
        }
        probe(random)?;
        let mut buf = Zeroizing::new(vec![0; size.modulus_len()]);
        let message = key.decrypt(algorithm, ciphertext, &mut buf, None);
        message.map(|message| Secret::from(&*message)).map_err(|_| CryptoErrorKind::Verification.into())
    }

    fn validation(&self, _: RsaSize) -> Validation {
        // Signing a digest that was computed outside the module is not approved.
        Validation::None
    }
}
