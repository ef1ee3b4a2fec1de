//! How a service serves.

use strongroom::CryptoProvider;

/// The largest body that AWS takes, a CreateKey whose policy has every character escaped, is shorter: its 131,072
/// characters are six bytes each then.
const MAX_BODY: usize = 1 << 20;

/// How a [`KmsService`](crate::KmsService) serves. The defaults are AWS's.
///
/// ```
/// # fn main() -> Result<(), strongroom::Error> {
/// use strongroom::Kms;
/// use strongroom_aws::{CredentialTable, KmsService, ServiceOptions};
///
/// let options = ServiceOptions::new().max_body(64 * 1024);
/// let service = KmsService::with_options(Kms::in_memory()?, CredentialTable::default(), options);
/// # drop(service);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ServiceOptions {
    pub(crate) crypto: CryptoProvider,
    pub(crate) max_body: usize,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self { crypto: strongroom_rustcrypto::provider(), max_body: MAX_BODY }
    }
}

impl ServiceOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With what signatures are verified: SHA-256 and HMAC-SHA-256. By default in pure Rust; it need not be the
    /// strongroom's own provider.
    #[must_use]
    pub fn crypto(self, crypto: CryptoProvider) -> Self {
        Self { crypto, ..self }
    }

    /// The longest body that is read, in bytes; by default 1 MiB. A longer one is refused with 413 and
    /// `RequestEntityTooLargeException`, as soon as its head says so or the bytes have come.
    #[must_use]
    pub fn max_body(self, bytes: usize) -> Self {
        Self { max_body: bytes, ..self }
    }
}
