//! HMAC. Material and secret are the key, as long as its spec's name says and no other: HMAC fills short keys with
//! zeros and hashes long ones (FIPS 198-1 §4), so that keys of several lengths could be one.

use strongroom_crypto::{CryptoProvider, MacAlgorithm, Validation, record};
use strongroom_hsm::{Error, Op, OutBuf, Verb};
use strongroom_memory::SecretSlot;
use strongroom_types::{KeyId, KeySpec, MacAlgorithmSpec};

use super::{Family, Kind, KnownBy, OF_ANOTHER_FAMILY, draw_bytes, failed, has, keep};
use crate::RootKey;
use crate::stack::cleared_mac;

#[derive(Debug)]
pub(super) struct Hmac(pub(super) MacAlgorithm);

impl Hmac {
    fn algorithm(&self) -> Option<MacAlgorithmSpec> {
        match self.0 {
            MacAlgorithm::HmacSha224 => Some(MacAlgorithmSpec::HmacSha224),
            MacAlgorithm::HmacSha256 => Some(MacAlgorithmSpec::HmacSha256),
            MacAlgorithm::HmacSha384 => Some(MacAlgorithmSpec::HmacSha384),
            MacAlgorithm::HmacSha512 => Some(MacAlgorithmSpec::HmacSha512),
            _ => None,
        }
    }
}

impl Family for Hmac {
    fn verbs(&self) -> Vec<(Verb, bool)> {
        self.algorithm().map(|algorithm| (Verb::Mac(algorithm), false)).into_iter().collect()
    }

    fn is_in(&self, provider: &CryptoProvider) -> bool {
        has(provider.mac.compute(self.0, &[0], &[], &mut []))
    }

    fn validation(&self, provider: &CryptoProvider) -> Validation {
        provider.mac.validation(self.0)
    }

    fn draw(&self, root: &RootKey) -> Result<SecretSlot, Error> {
        draw_bytes(root, self.0.tag_len())
    }

    fn load(
        &self,
        root: &RootKey,
        (spec, key_id): (KeySpec, KeyId),
        material: &[u8],
    ) -> Result<(SecretSlot, KnownBy), Error> {
        if material.len() != self.0.tag_len() {
            return Err(Error::corrupt("the token holds an HMAC key of another length"));
        }
        let fingerprint = cleared_mac(|| record::fingerprint(root.provider(), spec.as_str(), material, &key_id));
        Ok((keep(root, material)?, KnownBy::Fingerprint(fingerprint.map_err(failed)?)))
    }

    fn run(&self, _: &Kind, root: &RootKey, secret: &[u8], op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        match op {
            Op::Mac { algorithm, message } if Some(*algorithm) == self.algorithm() => out
                .produce(self.0.tag_len(), |tag| {
                    cleared_mac(|| root.provider().mac.compute(self.0, secret, &[message], tag)).map_err(failed)
                }),
            _ => Err(OF_ANOTHER_FAMILY),
        }
    }
}
