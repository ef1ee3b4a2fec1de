//! The algorithm provider: small object-safe traits, and the constructions built on them alone.

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
mod scheme;
pub mod sealing;
mod signature;
pub mod symmetric;

pub use aead::{Aead, AeadKey, IV_LEN, TAG_LEN};
pub use digest::{Digest, DigestAlgorithm, DigestState};
pub use error::{CryptoError, CryptoErrorKind};
pub use kdf::{Kdf, KdfAlgorithm, KdfKey};
pub use keywrap::{KeyWrap, MAX_WRAPPED_KEY, WrapAlgorithm};
pub use mac::{KeyedMac, Mac, MacAlgorithm};
pub use missing::Missing;
pub use password::{Argon2idParams, PasswordKdf};
pub use provider::{CryptoProvider, Validation};
pub use signature::{Curve, Ecdsa, Ed25519};
