//! The provider: a plain value made of parts.

use std::sync::Arc;

use strongroom_types::Random;

use crate::{Aead, CryptoError, Digest, Ecdsa, Ed25519, Kdf, KeyWrap, Mac, Missing, PasswordKdf, Rsa};

/// What can be claimed about an implementation of one algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Validation {
    /// Nothing beyond its tests.
    None,
    /// Performed by a module with a FIPS 140 certificate.
    Fips140 {
        /// The module's name and version.
        module: &'static str,
        /// The certificate's number at the CMVP, once it has one.
        certificate: Option<u32>,
    },
}

impl Validation {
    /// Whether a module with a certificate that exists does the work.
    #[must_use]
    pub const fn is_fips(self) -> bool {
        matches!(self, Self::Fips140 { certificate: Some(_), .. })
    }
}

/// The algorithms that a strongroom uses, as a value: pick a provider, mix two, replace one field.
/// There is no process-wide one and no default.
///
/// ```
/// use std::sync::Arc;
/// use strongroom_crypto::{CryptoProvider, Missing};
/// # use strongroom_types::{Random, RandomError};
/// # #[derive(Debug)] struct Source;
/// # impl Random for Source { fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> { Err(RandomError::new()) } }
///
/// let mut provider = CryptoProvider::empty("example", Arc::new(Source));
/// provider.aead = &Missing; // here goes the part of another provider
/// assert!(provider.aead.key(&[0; 32]).is_err());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CryptoProvider {
    name: &'static str,
    /// Where salts, IVs and keys come from.
    pub random: Arc<dyn Random>,
    /// AES-GCM.
    pub aead: &'static dyn Aead,
    /// HMAC.
    pub mac: &'static dyn Mac,
    /// SHA-2.
    pub digest: &'static dyn Digest,
    /// HKDF.
    pub kdf: &'static dyn Kdf,
    /// AES-KW and AES-KWP.
    pub key_wrap: &'static dyn KeyWrap,
    /// ECDSA.
    pub ecdsa: &'static dyn Ecdsa,
    /// Ed25519.
    pub ed25519: &'static dyn Ed25519,
    /// RSA.
    pub rsa: &'static dyn Rsa,
    /// Argon2id.
    pub password: &'static dyn PasswordKdf,
}

impl CryptoProvider {
    /// A provider in which every part is [`Missing`], to be filled field by field. A part that a
    /// later version adds is missing too, until the provider has it.
    #[must_use]
    pub fn empty(name: &'static str, random: Arc<dyn Random>) -> Self {
        Self {
            name,
            random,
            aead: &Missing,
            mac: &Missing,
            digest: &Missing,
            kdf: &Missing,
            key_wrap: &Missing,
            ecdsa: &Missing,
            ed25519: &Missing,
            rsa: &Missing,
            password: &Missing,
        }
    }

    /// What the provider is called, in status and records.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The same parts under another name, for a provider that was mixed.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// `N` fresh random bytes in one draw. Wrap them in `Zeroizing` if they are secret.
    ///
    /// # Errors
    /// `Random` if the generator failed.
    pub fn draw<const N: usize>(&self) -> Result<[u8; N], CryptoError> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes)?;
        Ok(bytes)
    }
}
