//! HKDF over `hkdf`.

use std::fmt;

use hkdf::{GenericHkdf, HmacImpl};
use hmac::Hmac;
use sha2::{Sha256, Sha384, Sha512};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Kdf, KdfAlgorithm, KdfKey, Validation};
use zeroize::Zeroize as _;

/// HKDF with SHA-2.
#[derive(Debug)]
pub(crate) struct Hkdfs;

impl Kdf for Hkdfs {
    fn extract(&self, algorithm: KdfAlgorithm, salt: &[u8], ikm: &[u8]) -> Result<Box<dyn KdfKey>, CryptoError> {
        match algorithm {
            KdfAlgorithm::HkdfSha256 => Ok(extract::<Hmac<Sha256>>(salt, ikm)),
            KdfAlgorithm::HkdfSha384 => Ok(extract::<Hmac<Sha384>>(salt, ikm)),
            KdfAlgorithm::HkdfSha512 => Ok(extract::<Hmac<Sha512>>(salt, ikm)),
            _ => Err(CryptoErrorKind::Unsupported.into()),
        }
    }

    fn validation(&self, _: KdfAlgorithm) -> Validation {
        Validation::None
    }
}

fn extract<H: HmacImpl + Send + Sync + 'static>(salt: &[u8], ikm: &[u8]) -> Box<dyn KdfKey> {
    let (mut prk, key) = GenericHkdf::<H>::extract(Some(salt), ikm);
    prk.as_mut_slice().zeroize();
    Box::new(Key(key))
}

/// An HMAC state keyed with the pseudorandom key, wiped on drop by the `zeroize` feature of its crates.
struct Key<H: HmacImpl>(GenericHkdf<H>);

impl<H: HmacImpl> fmt::Debug for Key<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KdfKey(..)")
    }
}

impl<H: HmacImpl + Send + Sync> KdfKey for Key<H> {
    fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        self.0.expand_multi_info(info, out).map_err(|_| CryptoErrorKind::InvalidInput.into())
    }
}
