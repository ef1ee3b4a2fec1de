//! Encrypt, Decrypt, and data keys.

use strongroom_api::types::{
    DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, GenerateDataKeyRequest, GenerateDataKeyResponse,
    GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse,
};
use strongroom_api::{KmsError, ops};
use strongroom_types::row::KeyRole;
use strongroom_types::{DataKeySpec, EncryptionContext, Secret};

use super::sealing::{self, no_recipient, seal};
use crate::Error;
use crate::act::{Act, Opened, Version};
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, Keys, internal};
use crate::trace::Learned;

fn current<O: strongroom_api::Operation>(act: &Act<'_>, proof: Authorized<O>) -> Result<Opened, Error> {
    act.open(proof, &Version::Current)?.ok_or_else(|| internal("the current version is missing"))
}

impl Handler for ops::Encrypt {
    const HINT: Option<&'static str> = Some(
        "(to seal more than 4096 bytes, use the `envelope` module: a data key from this key and the AWS Encryption SDK message format)",
    );

    fn suits(input: &EncryptRequest, keys: &Keys) -> Result<(), KmsError> {
        let Some(key) = keys.of(KeyRole::Key) else { return Ok(()) };
        let how = sealing::check(&key.key, input.encryption_algorithm, input.encryption_context.as_ref())?;
        sealing::check_length(how, input.plaintext.len())
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a EncryptRequest,
    ) -> Result<Effect<'a, EncryptResponse>, Error> {
        let (keys, share) = proof.into_share()?;
        let arn = share.key().arn_text.clone();
        let context = input.encryption_context.as_ref();
        let how = sealing::check(share.key(), input.encryption_algorithm, context)?;
        let (blob, material) = sealing::encrypt_to(act, share, how, context, input.plaintext.expose_secret())?;
        let output = EncryptResponse::new(blob, arn, sealing::algorithm_of(input.encryption_algorithm));
        Ok(Effect::answer(keys, output, Learned { material, ..Learned::default() }))
    }
}

impl Handler for ops::Decrypt {
    fn check(input: &DecryptRequest) -> Result<(), KmsError> {
        no_recipient(input.recipient.is_some())?;
        sealing::check_presence(
            input.dry_run,
            input.dry_run_modifiers.as_deref(),
            input.ciphertext_blob.as_deref(),
            ("keyId", input.key_id.as_deref()),
        )
    }

    fn suits(input: &DecryptRequest, keys: &Keys) -> Result<(), KmsError> {
        let Some(key) = keys.of(KeyRole::Key) else { return Ok(()) };
        sealing::check(&key.key, input.encryption_algorithm, input.encryption_context.as_ref()).map(drop)
    }

    fn fits(input: &DecryptRequest, keys: &Keys) -> Result<(), KmsError> {
        let (Some(key), Some(blob)) = (keys.of(KeyRole::Key), &input.ciphertext_blob) else { return Ok(()) };
        if sealing::ignores_ciphertext(input.dry_run, input.dry_run_modifiers.as_deref()) {
            return Ok(());
        }
        let how = sealing::check(&key.key, input.encryption_algorithm, None)?;
        sealing::check_ciphertext(&key.key, how, blob)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a DecryptRequest,
    ) -> Result<Effect<'a, DecryptResponse>, Error> {
        let (keys, share) = proof.into_share()?;
        let arn = share.key().arn_text.clone();
        let context = input.encryption_context.as_ref();
        let how = sealing::check(share.key(), input.encryption_algorithm, context)?;
        let algorithm = sealing::algorithm_of(input.encryption_algorithm);
        let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
        let (plaintext, material) = sealing::decrypt_with(act, share, (how, algorithm), context, blob)?;
        let mut output = DecryptResponse::new(plaintext, arn, algorithm);
        output.key_material_id = material.map(|id| strongroom_keys::hex(&id));
        Ok(Effect::answer(keys, output, Learned { material, ..Learned::default() }))
    }
}

/// How long a data key is: by one of two members, never by both or none.
fn data_key_len(spec: Option<DataKeySpec>, bytes: Option<i32>) -> Result<usize, KmsError> {
    match (spec, bytes) {
        (Some(DataKeySpec::Aes128), None) => Ok(16),
        (Some(DataKeySpec::Aes256), None) => Ok(32),
        (None, Some(bytes)) => usize::try_from(bytes).map_err(|_| KmsError::validation("NumberOfBytes is negative.")),
        _ => Err(KmsError::length_needed()),
    }
}

/// A fresh data key, and its ciphertext.
fn data_key(
    act: &Act<'_>,
    opened: &Opened,
    len: usize,
    context: Option<&EncryptionContext>,
) -> Result<(Secret, Vec<u8>), Error> {
    let key = Secret::with(len, |bytes| act.provider().random.fill(bytes))?;
    let blob = seal(opened, act, context, key.expose_secret())?;
    Ok((key, blob))
}

impl Handler for ops::GenerateDataKey {
    fn check(input: &GenerateDataKeyRequest) -> Result<(), KmsError> {
        no_recipient(input.recipient.is_some())?;
        data_key_len(input.key_spec, input.number_of_bytes).map(drop)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a GenerateDataKeyRequest,
    ) -> Result<Effect<'a, GenerateDataKeyResponse>, Error> {
        let len = data_key_len(input.key_spec, input.number_of_bytes)?;
        let opened = current(act, proof)?;
        let (key, blob) = data_key(act, &opened, len, input.encryption_context.as_ref())?;
        let mut output = GenerateDataKeyResponse::new(blob, key, opened.key().arn_text.clone());
        output.key_material_id = opened.material_id();
        Ok(opened.answer(output))
    }
}

impl Handler for ops::GenerateDataKeyWithoutPlaintext {
    fn check(input: &GenerateDataKeyWithoutPlaintextRequest) -> Result<(), KmsError> {
        data_key_len(input.key_spec, input.number_of_bytes).map(drop)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a GenerateDataKeyWithoutPlaintextRequest,
    ) -> Result<Effect<'a, GenerateDataKeyWithoutPlaintextResponse>, Error> {
        let len = data_key_len(input.key_spec, input.number_of_bytes)?;
        let opened = current(act, proof)?;
        let (_, blob) = data_key(act, &opened, len, input.encryption_context.as_ref())?;
        let mut output = GenerateDataKeyWithoutPlaintextResponse::new(blob, opened.key().arn_text.clone());
        output.key_material_id = opened.material_id();
        Ok(opened.answer(output))
    }
}
