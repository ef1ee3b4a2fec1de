//! Sign, Verify, GetPublicKey.

use strongroom_api::types::{
    GetPublicKeyRequest, GetPublicKeyResponse, GetPublicKeyResponseParts, SignRequest, SignResponse, VerifyRequest,
    VerifyResponse,
};
use strongroom_api::{KmsError, ops};
use strongroom_crypto::{CryptoError, CryptoErrorKind, CryptoProvider};
use strongroom_hsm::{Op, SignInput};
use strongroom_types::{KeySpec, MessageType, SigningAlgorithmSpec};

use super::kinds::{Signing, signing};
use crate::Error;
use crate::act::{Act, Version};
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, Keys, internal};
use crate::trace::Learned;

/// The message as the algorithm takes it: hashed here or by the caller, never of another length than its hash.
fn input_of<'m>(
    how: Signing,
    algorithm: SigningAlgorithmSpec,
    spec: KeySpec,
    kind: Option<MessageType>,
    message: &'m [u8],
) -> Result<SignInput<'m>, KmsError> {
    match kind.unwrap_or(MessageType::Raw) {
        MessageType::Raw => Ok(SignInput::Message(message)),
        MessageType::Digest if message.len() == how.digest().output_len() => Ok(SignInput::Digest(message)),
        MessageType::Digest => Err(KmsError::digest_length(algorithm.as_str())),
        other => Err(KmsError::message_type(other.as_str(), spec)),
    }
}

/// Whether the algorithm is one of the key's, and the message of a length that it takes.
fn suits(
    keys: &Keys,
    algorithm: SigningAlgorithmSpec,
    kind: Option<MessageType>,
    message: &[u8],
) -> Result<(), KmsError> {
    keys.iter().try_for_each(|resolved| {
        let how = signing(&resolved.key, algorithm)?;
        input_of(how, algorithm, resolved.key.record().spec, kind, message).map(drop)
    })
}

impl Handler for ops::Sign {
    fn suits(input: &SignRequest, keys: &Keys) -> Result<(), KmsError> {
        suits(keys, input.signing_algorithm, input.message_type, input.message.expose_secret())
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a SignRequest,
    ) -> Result<Effect<'a, SignResponse>, Error> {
        let algorithm = input.signing_algorithm;
        let key = proof.key()?;
        let (how, spec) = (signing(key, algorithm)?, key.record().spec);
        let message = input_of(how, algorithm, spec, input.message_type, input.message.expose_secret())?;
        let opened = act.open(proof, &Version::Current)?.ok_or_else(|| internal("the current version is missing"))?;
        let signature = opened.run(&Op::Sign { algorithm, input: message }, how.longest())?.into_vec();
        let output = SignResponse::new(signature, opened.key().arn_text.clone(), algorithm);
        Ok(opened.answer(output))
    }
}

impl Handler for ops::Verify {
    fn suits(input: &VerifyRequest, keys: &Keys) -> Result<(), KmsError> {
        suits(keys, input.signing_algorithm, input.message_type, input.message.expose_secret())
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a VerifyRequest,
    ) -> Result<Effect<'a, VerifyResponse>, Error> {
        let key = proof.key()?;
        let algorithm = input.signing_algorithm;
        let how = signing(key, algorithm)?;
        let provider = act.provider();
        let mut hashed = [0; 64];
        let digest =
            match input_of(how, algorithm, key.record().spec, input.message_type, input.message.expose_secret())? {
                SignInput::Digest(digest) => digest,
                SignInput::Message(message) => {
                    let len = how.digest().output_len();
                    let out = hashed.get_mut(..len).ok_or_else(|| internal("a digest too long"))?;
                    provider.digest.digest(how.digest(), &[message], out)?;
                    out
                }
                _ => return Err(internal("an input of an unknown kind")),
            };
        let public_key = key.record().public_key.as_deref().ok_or_else(|| internal("the record has no public key"))?;
        verify(provider, how, public_key, digest, &input.signature).map_err(|error| match error.kind() {
            CryptoErrorKind::Verification | CryptoErrorKind::InvalidInput => KmsError::invalid_signature().into(),
            _ => Error::from(error),
        })?;
        let output = VerifyResponse::new(true, key.arn_text.clone(), algorithm);
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}

fn verify(
    provider: &CryptoProvider,
    how: Signing,
    public_key: &[u8],
    digest: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    match how {
        Signing::Ecdsa(curve) => provider.ecdsa.verify(curve, public_key, digest, signature),
        Signing::Rsa(size, scheme, hash) => provider.rsa.verify(size, public_key, scheme, hash, digest, signature),
    }
}

impl Handler for ops::GetPublicKey {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a GetPublicKeyRequest,
    ) -> Result<Effect<'a, GetPublicKeyResponse>, Error> {
        let key = proof.key()?;
        let record = key.record();
        let public_key = record.public_key.clone().ok_or_else(|| internal("the record has no public key"))?;
        let mut output = GetPublicKeyResponse::new(GetPublicKeyResponseParts {
            key_id: key.arn_text.clone(),
            public_key,
            key_spec: record.spec,
            key_usage: record.usage,
        });
        output.customer_master_key_spec = record.spec.as_str().parse().ok();
        let algorithms = strongroom_keys::algorithms(record.spec, record.usage);
        if !algorithms.signing.is_empty() {
            output = output.signing_algorithms(algorithms.signing.iter().copied());
        }
        if !algorithms.encryption.is_empty() {
            output = output.encryption_algorithms(algorithms.encryption.iter().copied());
        }
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}
