//! RSA over `rsa`: parsing and the operations.
//!
//! Every private operation is the one that takes a generator, which blinds with it: the others blind with a generator
//! of their own choice, or, by features, not at all (`tests/it/sources.rs` looks for them).

mod keys;

use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::{Error, Oaep, Pkcs1v15Sign, PrivateKey, Pss, PublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use strongroom_crypto::{
    CryptoError, CryptoErrorKind, DigestAlgorithm, OaepHash, Rsa, RsaScheme, RsaSize, Validation, check_rsa_digest,
};
use strongroom_types::{Random, RandomError, Secret};

use self::keys::{private_key, public_key};

/// RSA.
#[derive(Debug)]
pub(crate) struct RsaKeys;

/// Bytes that one operation may draw. It needs 2 KiB at most, and a few times as much with bad luck; `rsa` draws until
/// it likes what it gets, which with a generator that is stuck is for ever.
const DRAW_LIMIT: usize = 64 * 1024;

/// The generator that was handed in, as `rsa` wants it, for one operation.
struct Handed<'a> {
    random: &'a dyn Random,
    left: usize,
    failed: bool,
}

impl<'a> Handed<'a> {
    fn new(random: &'a dyn Random) -> Self {
        Self { random, left: DRAW_LIMIT, failed: false }
    }

    /// The error for what `rsa` said: the generator's, if it was the generator.
    fn error(&self, error: &Error, otherwise: CryptoErrorKind) -> CryptoError {
        let random = self.failed || *error == Error::Rng;
        if random { CryptoErrorKind::Random.into() } else { otherwise.into() }
    }
}

impl TryRng for Handed<'_> {
    type Error = RandomError;

    fn try_next_u32(&mut self) -> Result<u32, RandomError> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, RandomError> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), RandomError> {
        let drawn = self.left.checked_sub(out.len()).ok_or_else(RandomError::new).and_then(|left| {
            self.left = left;
            self.random.fill(out)
        });
        self.failed |= drawn.is_err();
        drawn
    }
}

impl TryCryptoRng for Handed<'_> {}

fn sign_with(
    key: &PrivateKey,
    rng: &mut Handed<'_>,
    scheme: RsaScheme,
    algorithm: DigestAlgorithm,
    digest: &[u8],
) -> rsa::Result<Vec<u8>> {
    match (scheme, algorithm) {
        (RsaScheme::Pss, DigestAlgorithm::Sha256) => key.sign_with_rng(rng, Pss::<Sha256>::new(), digest),
        (RsaScheme::Pss, DigestAlgorithm::Sha384) => key.sign_with_rng(rng, Pss::<Sha384>::new(), digest),
        (RsaScheme::Pss, DigestAlgorithm::Sha512) => key.sign_with_rng(rng, Pss::<Sha512>::new(), digest),
        (RsaScheme::Pkcs1v15, _) => key.sign_with_rng(rng, pkcs1v15(algorithm)?, digest),
        _ => Err(Error::InvalidPaddingScheme),
    }
}

fn verify_with(
    key: &PublicKey,
    scheme: RsaScheme,
    algorithm: DigestAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> rsa::Result<()> {
    match (scheme, algorithm) {
        (RsaScheme::Pss, DigestAlgorithm::Sha256) => key.verify(Pss::<Sha256>::new(), digest, signature),
        (RsaScheme::Pss, DigestAlgorithm::Sha384) => key.verify(Pss::<Sha384>::new(), digest, signature),
        (RsaScheme::Pss, DigestAlgorithm::Sha512) => key.verify(Pss::<Sha512>::new(), digest, signature),
        (RsaScheme::Pkcs1v15, _) => key.verify(pkcs1v15(algorithm)?, digest, signature),
        _ => Err(Error::InvalidPaddingScheme),
    }
}

fn pkcs1v15(algorithm: DigestAlgorithm) -> rsa::Result<Pkcs1v15Sign> {
    match algorithm {
        DigestAlgorithm::Sha256 => Ok(Pkcs1v15Sign::new::<Sha256>()),
        DigestAlgorithm::Sha384 => Ok(Pkcs1v15Sign::new::<Sha384>()),
        DigestAlgorithm::Sha512 => Ok(Pkcs1v15Sign::new::<Sha512>()),
        _ => Err(Error::InvalidPaddingScheme),
    }
}

/// The kind of a failure that is neither the data's nor the generator's.
fn internal(error: &Error) -> CryptoErrorKind {
    if *error == Error::InvalidPaddingScheme { CryptoErrorKind::Unsupported } else { CryptoErrorKind::Internal }
}

fn decrypt_with(key: &PrivateKey, rng: &mut Handed<'_>, hash: OaepHash, ciphertext: &[u8]) -> rsa::Result<Secret> {
    let message = match hash {
        OaepHash::Sha1 => key.decrypt_blinded(rng, Oaep::<Sha1>::new(), ciphertext),
        OaepHash::Sha256 => key.decrypt_blinded(rng, Oaep::<Sha256>::new(), ciphertext),
        _ => Err(Error::InvalidPaddingScheme),
    };
    // Taken over where it lies.
    message.map(Secret::from)
}

impl Rsa for RsaKeys {
    fn generate(&self, size: RsaSize, random: &dyn Random) -> Result<Secret, CryptoError> {
        let mut rng = Handed::new(random);
        let key = match PrivateKey::new(&mut rng, size.bits()) {
            Ok(key) => key,
            // Equal primes: the generator repeats itself.
            Err(error) => return Err(rng.error(&error, CryptoErrorKind::Random)),
        };
        let document = key.to_pkcs8_der().map_err(|_| CryptoErrorKind::Internal)?;
        Ok(Secret::from(document.as_bytes()))
    }

    fn public_key(&self, size: RsaSize, private_key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let document = self::private_key(size, private_key)?.as_public_key().to_public_key_der();
        document.map(|der| der.into_vec()).map_err(|_| CryptoErrorKind::Internal.into())
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
        let key = self::private_key(size, private_key)?;
        let mut rng = Handed::new(random);
        let signature = sign_with(&key, &mut rng, scheme, algorithm, digest);
        signature.map_err(|error| rng.error(&error, internal(&error)))
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
        let key = self::public_key(size, public_key)?;
        if signature.len() != size.modulus_len() {
            return Err(CryptoErrorKind::Verification.into());
        }
        verify_with(&key, scheme, algorithm, digest, signature).map_err(|error| match error {
            Error::InvalidPaddingScheme => CryptoErrorKind::Unsupported.into(),
            _ => CryptoErrorKind::Verification.into(),
        })
    }

    fn encrypt(
        &self,
        size: RsaSize,
        public_key: &[u8],
        hash: OaepHash,
        message: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        let key = self::public_key(size, public_key)?;
        if message.len() > hash.max_message(size) {
            return Err(CryptoErrorKind::InvalidInput.into());
        }
        let mut rng = Handed::new(random);
        let ciphertext = match hash {
            OaepHash::Sha1 => key.encrypt(&mut rng, Oaep::<Sha1>::new(), message),
            OaepHash::Sha256 => key.encrypt(&mut rng, Oaep::<Sha256>::new(), message),
            _ => Err(Error::InvalidPaddingScheme),
        };
        ciphertext.map_err(|error| rng.error(&error, internal(&error)))
    }

    fn decrypt(
        &self,
        size: RsaSize,
        private_key: &[u8],
        hash: OaepHash,
        ciphertext: &[u8],
        random: &dyn Random,
    ) -> Result<Secret, CryptoError> {
        let key = self::private_key(size, private_key)?;
        if ciphertext.len() != size.modulus_len() {
            return Err(CryptoErrorKind::Verification.into());
        }
        let mut rng = Handed::new(random);
        let message = decrypt_with(&key, &mut rng, hash, ciphertext);
        message.map_err(|error| match error {
            Error::InvalidPaddingScheme => CryptoErrorKind::Unsupported.into(),
            _ => rng.error(&error, CryptoErrorKind::Verification),
        })
    }

    fn validation(&self, _: RsaSize) -> Validation {
        Validation::None
    }
}
