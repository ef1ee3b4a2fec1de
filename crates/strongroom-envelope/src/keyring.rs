//! Wrapping keys that the caller holds himself: the SDKs' raw AES keyring.

use std::{
    borrow::Cow,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use strongroom_crypto::{AeadKey, CryptoProvider, IV_LEN, TAG_LEN};
use strongroom_types::{EncryptionContext, Secret};

use crate::{DATA_KEY_LEN, DataKey, DataKeySource, EncryptedDataKey, SourceError, context};

/// A source of data keys that needs no service: AES-GCM under a wrapping key of 16, 24 or 32 bytes,
/// known by a namespace and a name. Every AWS Encryption SDK has the same, so that messages pass
/// between them and us without an endpoint.
///
/// One wrapping key wraps with random nonces, so SP 800-38D §8.3 allows 2^32 uses. A keyring counts
/// its own and then refuses; uses by others of the same key are for the caller to count.
pub struct RawAesKeyring {
    provider: CryptoProvider,
    key: Box<dyn AeadKey>,
    namespace: String,
    name: String,
    wraps: AtomicU64,
}

/// Why a raw keyring can't be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// Namespaces beginning `aws-kms` belong to AWS KMS and to us.
    #[error("the namespace `{0}` begins with the reserved `aws-kms`")]
    ReservedNamespace(String),
    /// The namespace or the name is empty, or longer than the format can say.
    #[error("the namespace and the name must be 1 to 65515 bytes long")]
    NameLength,
    /// The wrapping key is not 16, 24 or 32 bytes long, or the provider refused it.
    #[error("the wrapping key is refused: {0}")]
    Key(#[source] strongroom_crypto::CryptoError),
}

/// `u32 tag bits ‖ u32 IV length`, which precede the IV in the provider info.
const PARAMETERS: [u8; 8] = [0, 0, 0, 128, 0, 0, 0, 12];
const WRAPS_MAX: u64 = 1 << 32;

impl RawAesKeyring {
    /// A keyring over `wrapping_key`, found again by exactly this namespace and name.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn new(
        provider: &CryptoProvider,
        namespace: impl Into<String>,
        name: impl Into<String>,
        wrapping_key: &Secret,
    ) -> Result<Self, KeyringError> {
        let (namespace, name) = (namespace.into(), name.into());
        if namespace.starts_with("aws-kms") {
            return Err(KeyringError::ReservedNamespace(namespace));
        }
        let most = usize::from(u16::MAX).saturating_sub(PARAMETERS.len() + IV_LEN);
        if [&namespace, &name].iter().any(|text| text.is_empty() || text.len() > most) {
            return Err(KeyringError::NameLength);
        }
        let key = provider.aead.key(wrapping_key.expose_secret()).map_err(KeyringError::Key)?;
        Ok(Self { provider: provider.clone(), key, namespace, name, wraps: AtomicU64::new(0) })
    }

    fn wrap(&self, data_key: &[u8], context: &EncryptionContext) -> Result<EncryptedDataKey<'static>, SourceError> {
        if self.wraps.fetch_add(1, Ordering::Relaxed) >= WRAPS_MAX {
            return Err(SourceError::failed("the wrapping key was used 2^32 times: take another"));
        }
        let iv: [u8; IV_LEN] = self.provider.draw().map_err(SourceError::failed)?;
        let mut ciphertext = Vec::with_capacity(data_key.len().saturating_add(TAG_LEN));
        ciphertext.extend_from_slice(data_key);
        let tag = self.key.seal(&iv, &context::encode(context), &mut ciphertext).map_err(SourceError::failed)?;
        ciphertext.extend_from_slice(&tag);
        let info = [self.name.as_bytes(), &PARAMETERS, &iv].concat();
        Ok(EncryptedDataKey {
            provider_id: Cow::Owned(self.namespace.clone()),
            provider_info: Cow::Owned(info),
            ciphertext: Cow::Owned(ciphertext),
        })
    }

    /// The IV, if the encrypted data key is ours: the name exactly, not as the beginning of another.
    fn iv<'a>(&self, edk: &'a EncryptedDataKey<'_>) -> Option<&'a [u8; IV_LEN]> {
        let rest = edk.provider_info.strip_prefix(self.name.as_bytes())?.strip_prefix(&PARAMETERS)?;
        (edk.provider_id == self.namespace).then_some(rest.try_into().ok()?)
    }
}

impl DataKeySource for RawAesKeyring {
    fn generate(&self, context: &EncryptionContext) -> Result<DataKey, SourceError> {
        let plaintext =
            Secret::with(DATA_KEY_LEN, |out| self.provider.random.fill(out)).map_err(SourceError::failed)?;
        let encrypted = self.wrap(plaintext.expose_secret(), context)?;
        Ok(DataKey::new(plaintext, encrypted))
    }

    fn encrypt(
        &self,
        data_key: &Secret,
        context: &EncryptionContext,
    ) -> Result<EncryptedDataKey<'static>, SourceError> {
        self.wrap(data_key.expose_secret(), context)
    }

    fn decrypt(&self, encrypted: &EncryptedDataKey<'_>, context: &EncryptionContext) -> Result<Secret, SourceError> {
        let iv = self.iv(encrypted).ok_or(SourceError::NotMine)?;
        let (ciphertext, tag) = encrypted.ciphertext.split_last_chunk().ok_or(SourceError::Invalid)?;
        Secret::with(ciphertext.len(), |out| {
            out.copy_from_slice(ciphertext);
            self.key.open(iv, &context::encode(context), out, tag).map_err(|_| SourceError::Invalid)
        })
    }
}

impl fmt::Debug for RawAesKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAesKeyring")
            .field("namespace", &self.namespace)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
