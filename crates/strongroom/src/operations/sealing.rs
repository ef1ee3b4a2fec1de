//! Encrypting to a key and decrypting with it, whatever its kind: what Encrypt, Decrypt, ReEncrypt and data keys share.

use strongroom_api::{ErrorCode, KmsError, Operation};
use strongroom_crypto::symmetric::{Header, MAX_PLAINTEXT};
use strongroom_hsm::{Op, Suite};
use strongroom_types::{DryRunModifierType, EncryptionAlgorithmSpec, EncryptionContext, Secret};

use super::kinds::{self, Encryption};
use crate::Error;
use crate::act::{Act, OpenKey, Version};
use crate::gate::{Share, internal};
use crate::records::KeyEntry;

pub(super) const NO_CONTEXT: &EncryptionContext = &EncryptionContext::EMPTY;

/// Leaving the algorithm out means `SYMMETRIC_DEFAULT`.
pub(super) fn algorithm_of(algorithm: Option<EncryptionAlgorithmSpec>) -> EncryptionAlgorithmSpec {
    algorithm.unwrap_or(EncryptionAlgorithmSpec::SymmetricDefault)
}

/// The algorithm must be one that the key has, and one without a place for a context gets none.
pub(super) fn check(
    key: &KeyEntry,
    algorithm: Option<EncryptionAlgorithmSpec>,
    context: Option<&EncryptionContext>,
) -> Result<Encryption, KmsError> {
    let algorithm = algorithm_of(algorithm);
    let how = kinds::encryption(key, algorithm)?;
    match context.is_some_and(|context| !context.is_empty()) && !how.takes_context() {
        true => Err(KmsError::context_not_supported(algorithm.as_str())),
        false => Ok(how),
    }
}

/// That a plaintext is not longer than the algorithm takes.
pub(super) fn check_length(how: Encryption, len: usize) -> Result<(), KmsError> {
    match len > how.longest() {
        true => Err(KmsError::too_long("plaintext", how.longest())),
        false => Ok(()),
    }
}

/// That a symmetric ciphertext is of this key. Of an RSA ciphertext that can't be told; only its length can.
pub(super) fn check_ciphertext(key: &KeyEntry, how: Encryption, blob: &[u8]) -> Result<(), KmsError> {
    match how {
        Encryption::Symmetric => header_of(key, blob).map(drop),
        Encryption::Oaep(size, _) if blob.len() == size.modulus_len() => Ok(()),
        Encryption::Oaep(..) => Err(KmsError::invalid_ciphertext()),
    }
}

/// How long the plaintext of a ciphertext is, where its length tells.
pub(super) fn plaintext_len(how: Encryption, blob: &[u8]) -> Option<usize> {
    match how {
        Encryption::Symmetric => blob.len().checked_sub(Suite::One.overhead()),
        Encryption::Oaep(..) => None,
    }
}

fn header_of(key: &KeyEntry, blob: &[u8]) -> Result<Header, KmsError> {
    let header = Header::parse(blob).map_err(|_| KmsError::invalid_ciphertext())?;
    match header.key_id() == key.arn.id() {
        true => Ok(header),
        false => Err(KmsError::incorrect_key()),
    }
}

/// What must be there of a request that decrypts. `IGNORE_CIPHERTEXT` makes a dry run of the authorization alone; then
/// no ciphertext can say whose key it is.
pub(super) fn check_presence(
    dry_run: Option<bool>,
    modifiers: Option<&[DryRunModifierType]>,
    blob: Option<&[u8]>,
    (member, key): (&str, Option<&str>),
) -> Result<(), KmsError> {
    match (blob, key) {
        (_, None) if ignores_ciphertext(dry_run, modifiers) => Err(KmsError::absent(member)),
        (None, _) if !ignores_ciphertext(dry_run, modifiers) => Err(KmsError::absent("ciphertextBlob")),
        _ => Ok(()),
    }
}

/// Whether only the authorization is asked for.
pub(super) fn ignores_ciphertext(dry_run: Option<bool>, modifiers: Option<&[DryRunModifierType]>) -> bool {
    dry_run == Some(true) && modifiers.is_some_and(|list| list.contains(&DryRunModifierType::IgnoreCiphertext))
}

pub(super) fn no_recipient(recipient: bool) -> Result<(), KmsError> {
    match recipient {
        true => {
            Err(KmsError::new(ErrorCode::UnsupportedOperation, "This version does not verify attestation documents."))
        }
        false => Ok(()),
    }
}

/// Seals under the version that is open.
pub(super) fn seal(
    open: &OpenKey,
    act: &Act<'_>,
    context: Option<&EncryptionContext>,
    message: &[u8],
) -> Result<Vec<u8>, Error> {
    let op = Op::Seal { context: context.unwrap_or(NO_CONTEXT), message, entropy: act.seal_entropy() };
    Ok(open.run(&op, message.len() + Suite::One.overhead())?.into_vec())
}

/// The current version of a key, open.
pub(super) fn current<O: Operation>(act: &Act<'_>, share: Share<O>) -> Result<OpenKey, Error> {
    act.open_share(share, &Version::Current)?.ok_or_else(|| internal("the current version is missing"))
}

/// A ciphertext, and the material that it was made with if it has an id.
pub(super) type Sealed = (Vec<u8>, Option<[u8; 32]>);

/// Encrypts under the key's current version; to a public key without opening anything.
pub(super) fn encrypt_to<O: Operation>(
    act: &Act<'_>,
    share: Share<O>,
    how: Encryption,
    context: Option<&EncryptionContext>,
    message: &[u8],
) -> Result<Sealed, Error> {
    check_length(how, message.len())?;
    match how {
        Encryption::Symmetric => {
            let open = current(act, share)?;
            let blob = seal(&open, act, context, message)?;
            Ok((blob, open.material()))
        }
        Encryption::Oaep(size, hash) => {
            let key = share.into_key();
            let public = key.record().public_key.as_deref();
            let public = public.ok_or_else(|| internal("the record has no public key"))?;
            let provider = act.provider();
            Ok((provider.rsa.encrypt(size, public, hash, message, &*provider.random)?, None))
        }
    }
}

/// A plaintext, and the material that its ciphertext was made with if it has an id.
pub(super) type Unsealed = (Secret, Option<[u8; 32]>);

/// Decrypts with the version that the ciphertext names, or with the only one there is.
pub(super) fn decrypt_with<O: Operation>(
    act: &Act<'_>,
    share: Share<O>,
    (how, algorithm): (Encryption, EncryptionAlgorithmSpec),
    context: Option<&EncryptionContext>,
    blob: &[u8],
) -> Result<Unsealed, Error> {
    check_ciphertext(share.key(), how, blob)?;
    match how {
        Encryption::Symmetric => {
            let header = header_of(share.key(), blob)?;
            let open = act.open_share(share, &Version::Of(header.key_version_id()))?;
            let open = open.ok_or_else(KmsError::invalid_ciphertext)?;
            let op = Op::Unseal { blob, context: context.unwrap_or(NO_CONTEXT) };
            Ok((open.run(&op, MAX_PLAINTEXT)?.into_secret(), open.material()))
        }
        Encryption::Oaep(..) => {
            let open = current(act, share)?;
            let op = Op::Decrypt { algorithm, ciphertext: blob };
            Ok((open.run(&op, how.longest())?.into_secret(), None))
        }
    }
}
