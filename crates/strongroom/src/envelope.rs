//! Sealing more than 4,096 bytes: data keys from a key of the strongroom, in the AWS Encryption SDK's message format.
//!
//! ```
//! use strongroom::{Caller, EncryptionContext, Kms};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let kms = Kms::in_memory()?;
//! let client = kms.client(Caller::root())?;
//! let key = client.create_key().send()?.key_metadata.key_id;
//!
//! let keys = client.data_keys(&key);
//! let context = EncryptionContext::from_pairs([("file", "orders.csv")])?;
//! let message = keys.envelope().seal(&vec![7; 1_000_000], &context)?;
//! assert_eq!(keys.envelope().open(&message)?.plaintext.len(), 1_000_000);
//! # Ok(())
//! # }
//! ```

use std::borrow::Cow;

use strongroom_api::ErrorCode;
use strongroom_types::{DataKeySpec, KeyArn, KeyRef};

pub use strongroom_envelope::*;

use crate::Client;

/// The provider id of data keys that KMS made (AWS Encryption SDK message format, "Encrypted Data Key").
const PROVIDER_ID: &str = "aws-kms";

/// Data keys from one key of the strongroom, through one client: GenerateDataKey, Encrypt and Decrypt, each decided
/// and recorded like any other call.
///
/// Messages are opened only if this key encrypted their data key: a message can't lead its reader to another key.
#[derive(Debug, Clone)]
pub struct DataKeys {
    client: Client,
    key: String,
}

impl Client {
    /// Data keys from the key `key_id`, in any of its four forms.
    #[must_use]
    pub fn data_keys(&self, key_id: &str) -> DataKeys {
        DataKeys { client: self.clone(), key: key_id.to_owned() }
    }
}

impl DataKeys {
    /// Writes and reads messages with these data keys.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'_> {
        Envelope::new(&self.client.core.provider, self)
    }

    /// Whether a data key can be of this key at all, as far as its name tells without asking.
    fn may_be_mine(&self, info: &[u8]) -> bool {
        let Ok(Ok(of)) = std::str::from_utf8(info).map(str::parse::<KeyArn>) else { return false };
        let (account, region) = (self.client.account(), self.client.region);
        match KeyRef::parse(&self.key) {
            Ok(KeyRef::Id(id)) => of == KeyArn::new(account, region, id),
            Ok(KeyRef::Arn(arn)) => of == arn,
            // What an alias points to is known when it is asked.
            Ok(KeyRef::Alias(_)) => of.account() == account && of.region() == region,
            Ok(KeyRef::AliasArn { account, region, .. }) => of.account() == account && of.region() == region,
            Err(_) => false,
        }
    }
}

fn encrypted(arn: String, blob: Vec<u8>) -> EncryptedDataKey<'static> {
    EncryptedDataKey {
        provider_id: Cow::Borrowed(PROVIDER_ID),
        provider_info: Cow::Owned(arn.into_bytes()),
        ciphertext: Cow::Owned(blob),
    }
}

impl DataKeySource for DataKeys {
    fn generate(&self, context: &crate::EncryptionContext) -> Result<DataKey, SourceError> {
        let call = self.client.generate_data_key(&*self.key, DataKeySpec::Aes256);
        let made = call.encryption_context_map(context.clone()).send().map_err(SourceError::failed)?;
        Ok(DataKey::new(made.plaintext, encrypted(made.key_id, made.ciphertext_blob)))
    }

    fn encrypt(
        &self,
        data_key: &crate::Secret,
        context: &crate::EncryptionContext,
    ) -> Result<EncryptedDataKey<'static>, SourceError> {
        let call = self.client.encrypt(&*self.key, data_key.clone_secret());
        let sealed = call.encryption_context_map(context.clone()).send().map_err(SourceError::failed)?;
        Ok(encrypted(sealed.key_id, sealed.ciphertext_blob))
    }

    fn decrypt(
        &self,
        data_key: &EncryptedDataKey<'_>,
        context: &crate::EncryptionContext,
    ) -> Result<crate::Secret, SourceError> {
        if data_key.provider_id != PROVIDER_ID || !self.may_be_mine(&data_key.provider_info) {
            return Err(SourceError::NotMine);
        }
        let call = self.client.decrypt(&*data_key.ciphertext).key_id(&*self.key);
        let opened = call.encryption_context_map(context.clone()).send().map_err(|error| match error.code() {
            ErrorCode::IncorrectKey => SourceError::NotMine,
            ErrorCode::InvalidCiphertext => SourceError::Invalid,
            _ => SourceError::failed(error),
        })?;
        match opened.key_id.as_bytes() == &*data_key.provider_info {
            true => Ok(opened.plaintext),
            false => Err(SourceError::NotMine),
        }
    }
}
