//! HMAC over `hmac` and `sha2`.

use std::fmt;

use hmac::digest::{FixedOutput, Output, Update};
use hmac::{Hmac, KeyInit};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use strongroom_crypto::{CryptoError, CryptoErrorKind, KeyedMac, Mac, MacAlgorithm, Validation};

/// HMAC with SHA-2.
#[derive(Debug)]
pub(crate) struct Hmacs;

impl Mac for Hmacs {
    fn compute(&self, algorithm: MacAlgorithm, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        match algorithm {
            MacAlgorithm::HmacSha224 => finish(new::<Hmac<Sha224>>(key)?, parts, out),
            MacAlgorithm::HmacSha256 => finish(new::<Hmac<Sha256>>(key)?, parts, out),
            MacAlgorithm::HmacSha384 => finish(new::<Hmac<Sha384>>(key)?, parts, out),
            MacAlgorithm::HmacSha512 => finish(new::<Hmac<Sha512>>(key)?, parts, out),
            _ => Err(CryptoErrorKind::Unsupported.into()),
        }
    }

    fn keyed(
        &self,
        algorithm: MacAlgorithm,
        key: &[u8],
        with: &mut dyn FnMut(&dyn KeyedMac) -> Result<(), CryptoError>,
    ) -> Result<(), CryptoError> {
        match algorithm {
            MacAlgorithm::HmacSha224 => with(&Keyed(new::<Hmac<Sha224>>(key)?)),
            MacAlgorithm::HmacSha256 => with(&Keyed(new::<Hmac<Sha256>>(key)?)),
            MacAlgorithm::HmacSha384 => with(&Keyed(new::<Hmac<Sha384>>(key)?)),
            MacAlgorithm::HmacSha512 => with(&Keyed(new::<Hmac<Sha512>>(key)?)),
            _ => Err(CryptoErrorKind::Unsupported.into()),
        }
    }

    fn validation(&self, _: MacAlgorithm) -> Validation {
        Validation::None
    }
}

fn new<M: KeyInit>(key: &[u8]) -> Result<M, CryptoError> {
    M::new_from_slice(key).map_err(|_| CryptoErrorKind::InvalidKey.into())
}

/// Writes the tag into `out` itself, so that no copy of it is left behind.
fn finish<M: Update + FixedOutput>(mut mac: M, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
    let out = <&mut Output<M>>::try_from(out).map_err(|_| CryptoErrorKind::InvalidInput)?;
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize_into(out);
    Ok(())
}

struct Keyed<M>(M);

impl<M> fmt::Debug for Keyed<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedMac(..)")
    }
}

impl<M: Update + FixedOutput + Clone + Send + Sync> KeyedMac for Keyed<M> {
    fn mac(&self, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        finish(self.0.clone(), parts, out)
    }
}
