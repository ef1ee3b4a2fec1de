//! The algorithm provider: small object-safe traits, and the constructions built on them alone.
//!
//! A [`CryptoProvider`] is a value made of parts ([`Aead`], [`Mac`], [`Digest`], [`Kdf`],
//! [`KeyWrap`], [`Ecdsa`], [`Ed25519`], [`Rsa`], [`PasswordKdf`] and a generator). On them stand
//! [`symmetric`] (what `Encrypt` makes), [`sealing`] (keys under the root key) and [`record`] (tags
//! and fingerprints).
//!
//! ```
//! use strongroom_crypto::symmetric::{self, Header, Kdk};
//! use strongroom_types::{EncryptionContext, KeyId};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let provider = strongroom_rustcrypto::provider();
//! let (material, key_id) = ([7; 32], KeyId::from_random([1; 16]));
//! let mut kdk = [0; 32]; // in locked memory, where it lives longer than a call
//! symmetric::derive_kdk(&provider, &material, &key_id, &mut kdk)?;
//! let kdk = Kdk::new(&kdk)?;
//!
//! let version = symmetric::key_material_id(&provider, kdk, &key_id)?.version_id();
//! let context = EncryptionContext::from_pairs([("order", "17")])?;
//! let mut blob = Vec::new();
//! symmetric::seal_fresh(&provider, kdk, &Header::new(key_id, version), &context, b"attack at dawn", &mut blob)?;
//!
//! assert_eq!(Header::parse(&blob)?.key_id(), key_id); // selects the key; genuine once the blob opened
//! assert_eq!(symmetric::open(&provider, kdk, &context, &blob)?.expose_secret(), b"attack at dawn");
//! assert!(symmetric::open(&provider, kdk, &EncryptionContext::EMPTY, &blob).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # What it is not
//!
//! - An implementation of any algorithm: that is a provider's, such as `strongroom-rustcrypto`. There is
//!   no process-wide provider and no default; features choose none.
//! - A place where keys are kept. Keys are lent as bytes or as a borrowed [`symmetric::Kdk`]; what is
//!   derived from them lives for the call, or in the keyed object that was asked for, and is wiped.
//! - A way to choose nonces: the callers of [`Aead`] and of `seal` answer for fresh ones.
//!
//! # Features
//!
//! - `conformance`: the suite that every provider passes, for the tests of its author.
//! - `vectors`: Wycheproof's and NIST's vectors for any provider, with tallies; likewise.

mod aead;
#[cfg(feature = "conformance")]
pub mod conformance;
mod digest;
mod error;
mod kdf;
mod keywrap;
mod mac;
mod missing;
mod password;
mod provider;
pub mod record;
mod rsa;
mod scheme;
pub mod sealing;
mod signature;
pub mod symmetric;
#[cfg(feature = "vectors")]
pub mod vectors;

pub use aead::{Aead, AeadKey, IV_LEN, TAG_LEN};
pub use digest::{Digest, DigestAlgorithm, DigestState};
pub use error::{CryptoError, CryptoErrorKind};
pub use kdf::{Kdf, KdfAlgorithm, KdfKey};
pub use keywrap::{KeyWrap, MAX_WRAPPED_KEY, WrapAlgorithm};
pub use mac::{KeyedMac, Mac, MacAlgorithm};
pub use missing::Missing;
pub use password::{Argon2idParams, PasswordKdf};
pub use provider::{CryptoProvider, Validation};
pub use rsa::{OaepHash, Rsa, RsaScheme, RsaSize, check_rsa_digest};
pub use signature::{Curve, Ecdsa, Ed25519};
