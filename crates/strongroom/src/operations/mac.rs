//! GenerateMac, VerifyMac.

use strongroom_api::types::{GenerateMacRequest, GenerateMacResponse, VerifyMacRequest, VerifyMacResponse};
use strongroom_api::{KmsError, Operation, ops};
use strongroom_hsm::Op;
use strongroom_types::{MacAlgorithmSpec, Secret};
use subtle::ConstantTimeEq as _;

use super::sealing::current;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, Keys, Share};
use crate::trace::Learned;

/// The longest MAC of any algorithm, in bytes (HMAC-SHA-512).
const LONGEST_MAC: usize = 64;

/// Each spec has one algorithm, and takes no other.
fn suits(keys: &Keys, algorithm: MacAlgorithmSpec) -> Result<(), KmsError> {
    let mut kinds = keys.iter().map(|key| (key.key.record().spec, key.key.record().usage));
    let wrong = kinds.find(|(spec, usage)| !strongroom_keys::algorithms(*spec, *usage).mac.contains(&algorithm));
    wrong.map_or(Ok(()), |(spec, _)| Err(KmsError::wrong_algorithm(algorithm.as_str(), spec)))
}

/// The MAC of a message. Secret until it is known to be given to someone who may have it.
fn mac<O: Operation>(
    act: &Act<'_>,
    share: Share<O>,
    algorithm: MacAlgorithmSpec,
    message: &[u8],
) -> Result<Secret, Error> {
    let open = current(act, share)?;
    Ok(open.run(&Op::Mac { algorithm, message }, LONGEST_MAC)?.into_secret())
}

impl Handler for ops::GenerateMac {
    fn suits(input: &GenerateMacRequest, keys: &Keys) -> Result<(), KmsError> {
        suits(keys, input.mac_algorithm)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a GenerateMacRequest,
    ) -> Result<Effect<'a, GenerateMacResponse>, Error> {
        let (keys, share) = proof.into_share()?;
        let arn = share.key().arn_text.clone();
        let mac = mac(act, share, input.mac_algorithm, input.message.expose_secret())?;
        let output = GenerateMacResponse::new(mac.expose_secret().to_vec(), arn, input.mac_algorithm);
        Ok(Effect::answer(keys, output, Learned::default()))
    }
}

impl Handler for ops::VerifyMac {
    fn suits(input: &VerifyMacRequest, keys: &Keys) -> Result<(), KmsError> {
        suits(keys, input.mac_algorithm)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a VerifyMacRequest,
    ) -> Result<Effect<'a, VerifyMacResponse>, Error> {
        let (keys, share) = proof.into_share()?;
        let arn = share.key().arn_text.clone();
        let mac = mac(act, share, input.mac_algorithm, input.message.expose_secret())?;
        // Of two lengths it says no at once; a length is no secret.
        if !bool::from(mac.expose_secret().ct_eq(&input.mac)) {
            return Err(KmsError::invalid_mac().into());
        }
        let output = VerifyMacResponse::new(true, arn, input.mac_algorithm);
        Ok(Effect::answer(keys, output, Learned::default()))
    }
}
