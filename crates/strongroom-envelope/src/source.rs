//! Where data keys come from: the one door between a message and whoever keeps the keys.

use std::{borrow::Cow, fmt::Debug};

use strongroom_types::{EncryptionContext, Secret};

/// Bytes of every data key that messages are written with.
pub const DATA_KEY_LEN: usize = 32;

/// A data key, encrypted by somebody who can decrypt it again, as it stands in a message's header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the three fields of the format, which can't change")]
pub struct EncryptedDataKey<'a> {
    /// Who encrypted it: `aws-kms` for AWS KMS and for us, a namespace for a raw keyring.
    pub provider_id: Cow<'a, str>,
    /// With which key: for `aws-kms` the key's ARN (never an alias) in UTF-8.
    pub provider_info: Cow<'a, [u8]>,
    /// For `aws-kms` the `CiphertextBlob`, as it is.
    pub ciphertext: Cow<'a, [u8]>,
}

impl EncryptedDataKey<'_> {
    /// The same with bytes of its own.
    #[must_use]
    pub fn into_owned(self) -> EncryptedDataKey<'static> {
        EncryptedDataKey {
            provider_id: Cow::Owned(self.provider_id.into_owned()),
            provider_info: Cow::Owned(self.provider_info.into_owned()),
            ciphertext: Cow::Owned(self.ciphertext.into_owned()),
        }
    }
}

/// A fresh data key: in the clear for the message, encrypted for its header.
#[derive(Debug)]
#[non_exhaustive]
pub struct DataKey {
    /// [`DATA_KEY_LEN`] bytes.
    pub plaintext: Secret,
    /// What the reader gives back to the same source.
    pub encrypted: EncryptedDataKey<'static>,
}

impl DataKey {
    /// A data key in both forms.
    #[must_use]
    pub fn new(plaintext: Secret, encrypted: EncryptedDataKey<'static>) -> Self {
        Self { plaintext, encrypted }
    }
}

/// Why a source gave no data key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The encrypted data key belongs to somebody else: the next source, or the next key, is tried.
    #[error("the encrypted data key belongs to another key")]
    NotMine,
    /// The encrypted data key can't be decrypted with this context. The next one is tried; the reader
    /// of the message sees the same error as for an altered message.
    #[error("the encrypted data key can't be decrypted")]
    Invalid,
    /// Something else than the message is the reason: the caller is not allowed, the key is disabled,
    /// the service is away. On reading the next one is tried, and when none succeeds the first of
    /// these errors is what the caller sees.
    #[error(transparent)]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl SourceError {
    /// A failure whose reason is not in the message.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}

/// A source of data keys: a KMS key, a raw wrapping key.
///
/// # Contract
/// 1. What `generate` and `encrypt` return, `decrypt` opens again with the same context and with no other.
/// 2. Every data key of `generate` is fresh and has [`DATA_KEY_LEN`] bytes.
/// 3. `decrypt` returns [`SourceError::NotMine`] without trying when the provider id or info is not
///    the source's own.
pub trait DataKeySource: Debug + Send + Sync {
    /// A fresh data key (`GenerateDataKey` with `NumberOfBytes` = 32).
    ///
    /// # Errors
    /// [`SourceError::Failed`].
    fn generate(&self, context: &EncryptionContext) -> Result<DataKey, SourceError>;

    /// Encrypts a data key that another source made (`Encrypt`), so that one message has several readers.
    ///
    /// # Errors
    /// [`SourceError::Failed`].
    fn encrypt(&self, data_key: &Secret, context: &EncryptionContext)
    -> Result<EncryptedDataKey<'static>, SourceError>;

    /// Decrypts a data key from a message's header (`Decrypt`).
    ///
    /// # Errors
    /// Any [`SourceError`].
    fn decrypt(&self, encrypted: &EncryptedDataKey<'_>, context: &EncryptionContext) -> Result<Secret, SourceError>;
}
