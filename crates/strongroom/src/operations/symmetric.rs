//! Encrypt, Decrypt, and data keys.

use strongroom_api::types::{
    DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, GenerateDataKeyRequest, GenerateDataKeyResponse,
    GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse,
};
use strongroom_api::{ErrorCode, KmsError, Operation, ops};
use strongroom_crypto::symmetric::{Header, MAX_PLAINTEXT};
use strongroom_hsm::Op;
use strongroom_types::{DataKeySpec, DryRunModifierType, EncryptionAlgorithmSpec, EncryptionContext, Secret};

use crate::Error;
use crate::act::{Act, Opened, Version};
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, Keys, internal};

const NO_CONTEXT: &EncryptionContext = &EncryptionContext::EMPTY;

/// The algorithm must be one that the key has; leaving it out means `SYMMETRIC_DEFAULT`.
fn check_algorithm(keys: &Keys, algorithm: Option<EncryptionAlgorithmSpec>) -> Result<(), KmsError> {
    let algorithm = algorithm_of(algorithm);
    let mut specs = keys.iter().map(|resolved| (resolved.key.record().spec, resolved.key.record().usage));
    let wrong = specs.find(|(spec, usage)| !strongroom_keys::algorithms(*spec, *usage).encryption.contains(&algorithm));
    wrong.map_or(Ok(()), |(spec, _)| Err(KmsError::wrong_algorithm(algorithm.as_str(), spec)))
}

fn algorithm_of(algorithm: Option<EncryptionAlgorithmSpec>) -> EncryptionAlgorithmSpec {
    algorithm.unwrap_or(EncryptionAlgorithmSpec::SymmetricDefault)
}

fn no_recipient(recipient: bool) -> Result<(), KmsError> {
    match recipient {
        true => {
            Err(KmsError::new(ErrorCode::UnsupportedOperation, "This version does not verify attestation documents."))
        }
        false => Ok(()),
    }
}

/// Seals under the key's current version.
fn seal(opened: &Opened, act: &Act<'_>, context: Option<&EncryptionContext>, message: &[u8]) -> Result<Vec<u8>, Error> {
    let op = Op::Seal { context: context.unwrap_or(NO_CONTEXT), message, entropy: act.seal_entropy() };
    Ok(opened.run(&op, message.len() + 128)?.into_vec())
}

fn current<O: Operation>(act: &Act<'_>, proof: Authorized<O>) -> Result<Opened, Error> {
    act.open(proof, &Version::Current)?.ok_or_else(|| internal("the current version is missing"))
}

impl Handler for ops::Encrypt {
    const HINT: Option<&'static str> = Some(
        "(to seal more than 4096 bytes, use the `envelope` module: a data key from this key and the AWS Encryption SDK message format)",
    );

    fn suits(input: &EncryptRequest, keys: &Keys) -> Result<(), KmsError> {
        check_algorithm(keys, input.encryption_algorithm)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a EncryptRequest,
    ) -> Result<Effect<'a, EncryptResponse>, Error> {
        let algorithm = algorithm_of(input.encryption_algorithm);
        let opened = current(act, proof)?;
        let blob = seal(&opened, act, input.encryption_context.as_ref(), input.plaintext.expose_secret())?;
        let output = EncryptResponse::new(blob, opened.key().arn_text.clone(), algorithm);
        Ok(opened.answer(output))
    }
}

impl Handler for ops::Decrypt {
    fn check(input: &DecryptRequest) -> Result<(), KmsError> {
        no_recipient(input.recipient.is_some())?;
        let ignore = input.dry_run == Some(true)
            && input
                .dry_run_modifiers
                .as_ref()
                .is_some_and(|list| list.contains(&DryRunModifierType::IgnoreCiphertext));
        let missing = |member: &str| {
            Err(KmsError::validation(format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
            )))
        };
        match (&input.ciphertext_blob, &input.key_id) {
            (None, _) if !ignore => missing("ciphertextBlob"),
            (None, None) => missing("keyId"),
            _ => Ok(()),
        }
    }

    fn suits(input: &DecryptRequest, keys: &Keys) -> Result<(), KmsError> {
        check_algorithm(keys, input.encryption_algorithm)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a DecryptRequest,
    ) -> Result<Effect<'a, DecryptResponse>, Error> {
        let key = proof.key()?;
        let algorithm = algorithm_of(input.encryption_algorithm);
        let blob = input.ciphertext_blob.as_deref().unwrap_or_default();
        let header = Header::parse(blob).map_err(|_| KmsError::invalid_ciphertext())?;
        if header.key_id() != key.arn.id() {
            return Err(KmsError::incorrect_key().into());
        }
        let opened = act.open(proof, &Version::Of(header.key_version_id()))?;
        let opened = opened.ok_or_else(KmsError::invalid_ciphertext)?;
        let context = input.encryption_context.as_ref().unwrap_or(NO_CONTEXT);
        let plaintext = opened.run(&Op::Unseal { blob, context }, MAX_PLAINTEXT)?.into_secret();
        let mut output = DecryptResponse::new(plaintext, opened.key().arn_text.clone(), algorithm);
        output.key_material_id = opened.material_id();
        Ok(opened.answer(output))
    }
}

/// How long a data key is: by one of two members, never by both or none.
fn data_key_len(spec: Option<DataKeySpec>, bytes: Option<i32>) -> Result<usize, KmsError> {
    match (spec, bytes) {
        (Some(DataKeySpec::Aes128), None) => Ok(16),
        (Some(DataKeySpec::Aes256), None) => Ok(32),
        (None, Some(bytes)) => usize::try_from(bytes).map_err(|_| KmsError::validation("NumberOfBytes is negative.")),
        _ => Err(KmsError::validation("Please specify either number of bytes or key spec.")),
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
