//! ReEncrypt: from one key to another, or to the same.

use strongroom_api::types::{ReEncryptRequest, ReEncryptResponse, ReEncryptResponseParts};
use strongroom_api::{KmsError, ops};
use strongroom_keys::hex;
use strongroom_types::row::KeyRole;

use super::sealing;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, Keys};
use crate::trace::Learned;

impl Handler for ops::ReEncrypt {
    fn check(input: &ReEncryptRequest) -> Result<(), KmsError> {
        sealing::check_presence(
            input.dry_run,
            input.dry_run_modifiers.as_deref(),
            input.ciphertext_blob.as_deref(),
            ("sourceKeyId", input.source_key_id.as_deref()),
        )
    }

    fn suits(input: &ReEncryptRequest, keys: &Keys) -> Result<(), KmsError> {
        if let Some(source) = keys.of(KeyRole::Source) {
            let context = input.source_encryption_context.as_ref();
            sealing::check(&source.key, input.source_encryption_algorithm, context)?;
        }
        if let Some(destination) = keys.of(KeyRole::Destination) {
            let context = input.destination_encryption_context.as_ref();
            sealing::check(&destination.key, input.destination_encryption_algorithm, context)?;
        }
        Ok(())
    }

    fn fits(input: &ReEncryptRequest, keys: &Keys) -> Result<(), KmsError> {
        let (Some(source), Some(blob)) = (keys.of(KeyRole::Source), &input.ciphertext_blob) else { return Ok(()) };
        if sealing::ignores_ciphertext(input.dry_run, input.dry_run_modifiers.as_deref()) {
            return Ok(());
        }
        let how = sealing::check(&source.key, input.source_encryption_algorithm, None)?;
        sealing::check_ciphertext(&source.key, how, blob)?;
        match (sealing::plaintext_len(how, blob), keys.of(KeyRole::Destination)) {
            (Some(len), Some(to)) => {
                sealing::check_length(sealing::check(&to.key, input.destination_encryption_algorithm, None)?, len)
            }
            _ => Ok(()),
        }
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a ReEncryptRequest,
    ) -> Result<Effect<'a, ReEncryptResponse>, Error> {
        let (keys, source, destination) = proof.into_source_and_destination()?;
        let (from, to) = (source.key().arn_text.clone(), destination.key().arn_text.clone());
        let context = input.source_encryption_context.as_ref();
        let opening = sealing::check(source.key(), input.source_encryption_algorithm, context)?;
        let algorithm = sealing::algorithm_of(input.source_encryption_algorithm);
        let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
        let (plaintext, old) = sealing::decrypt_with(act, source, (opening, algorithm), context, blob)?;
        let context = input.destination_encryption_context.as_ref();
        let sealing = sealing::check(destination.key(), input.destination_encryption_algorithm, context)?;
        let (blob, new) = sealing::encrypt_to(act, destination, sealing, context, plaintext.expose_secret())?;
        let mut output = ReEncryptResponse::new(ReEncryptResponseParts {
            ciphertext_blob: blob,
            source_key_id: from,
            key_id: to,
            source_encryption_algorithm: algorithm,
            destination_encryption_algorithm: sealing::algorithm_of(input.destination_encryption_algorithm),
        });
        output.source_key_material_id = old.map(|id| hex(&id));
        output.destination_key_material_id = new.map(|id| hex(&id));
        let learned = Learned { material: old, to_material: new, ..Learned::default() };
        Ok(Effect::answer(keys, output, learned))
    }
}
