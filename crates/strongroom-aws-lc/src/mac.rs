//! HMAC over `aws_lc_rs::hmac`. AWS-LC keeps its states on its own heap, for the call, and wipes them.

use std::fmt;

use aws_lc_rs::hmac::{self, Context, HMAC_SHA224, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, Key};
use strongroom_crypto::{CryptoError, CryptoErrorKind, KeyedMac, Mac, MacAlgorithm, Validation};

use crate::provider::MODULE;

/// HMAC with SHA-2.
#[derive(Debug)]
pub(crate) struct Hmacs;

fn library(algorithm: MacAlgorithm) -> Result<hmac::Algorithm, CryptoError> {
    match algorithm {
        MacAlgorithm::HmacSha224 => Ok(HMAC_SHA224),
        MacAlgorithm::HmacSha256 => Ok(HMAC_SHA256),
        MacAlgorithm::HmacSha384 => Ok(HMAC_SHA384),
        MacAlgorithm::HmacSha512 => Ok(HMAC_SHA512),
        _ => Err(CryptoErrorKind::Unsupported.into()),
    }
}

impl Mac for Hmacs {
    fn compute(&self, algorithm: MacAlgorithm, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        Keyed(Key::new(library(algorithm)?, key)).mac(parts, out)
    }

    fn keyed(
        &self,
        algorithm: MacAlgorithm,
        key: &[u8],
        with: &mut dyn FnMut(&dyn KeyedMac) -> Result<(), CryptoError>,
    ) -> Result<(), CryptoError> {
        with(&Keyed(Key::new(library(algorithm)?, key)))
    }

    fn validation(&self, _: MacAlgorithm) -> Validation {
        MODULE
    }
}

struct Keyed(Key);

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedMac(..)")
    }
}

impl KeyedMac for Keyed {
    fn mac(&self, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        let mut context = Context::with_key(&self.0);
        parts.iter().for_each(|part| context.update(part));
        let tag = context.sign();
        if out.len() != tag.as_ref().len() {
            return Err(CryptoErrorKind::InvalidInput.into());
        }
        out.copy_from_slice(tag.as_ref());
        Ok(())
    }
}
