//! GenerateRandom.

use strongroom_api::types::{GenerateRandomRequest, GenerateRandomResponse};
use strongroom_api::{ErrorCode, KmsError, ops};
use strongroom_types::Secret;

use super::sealing::no_recipient;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, internal};
use crate::trace::Learned;

impl Handler for ops::GenerateRandom {
    fn check(input: &GenerateRandomRequest) -> Result<(), KmsError> {
        no_recipient(input.recipient.is_some())?;
        match input.number_of_bytes {
            Some(_) => Ok(()),
            None => Err(KmsError::length_needed()),
        }
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a GenerateRandomRequest,
    ) -> Result<Effect<'a, GenerateRandomResponse>, Error> {
        if let Some(id) = &input.custom_key_store_id {
            let message = format!("There is no custom key store `{id}`.");
            return Err(KmsError::new(ErrorCode::CustomKeyStoreNotFound, message).into());
        }
        let len = input.number_of_bytes.and_then(|bytes| usize::try_from(bytes).ok());
        let len = len.ok_or_else(|| internal("a length that was not checked"))?;
        let bytes = Secret::with(len, |bytes| act.random(bytes))?;
        Ok(Effect::answer(proof.into_keys(), GenerateRandomResponse::new(bytes), Learned::default()))
    }
}
