//! The default algorithm provider: pure Rust, over the RustCrypto crates. No C compiler, no
//! process-wide state.
//!
//! ```
//! use strongroom_crypto::{Curve, DigestAlgorithm};
//!
//! # fn main() -> Result<(), strongroom_crypto::CryptoError> {
//! let provider = strongroom_rustcrypto::provider();
//! let scalar = provider.ecdsa.generate(Curve::P256, &*provider.random)?;
//!
//! let mut prehash = [0; 32];
//! provider.digest.digest(DigestAlgorithm::Sha256, &[b"a message"], &mut prehash)?;
//! let signature = provider.ecdsa.sign(Curve::P256, scalar.expose_secret(), &prehash, None)?;
//!
//! let public = provider.ecdsa.public_key(Curve::P256, scalar.expose_secret())?;
//! provider.ecdsa.verify(Curve::P256, &public, &prehash, &signature)?;
//! # Ok(())
//! # }
//! ```
//!
//! | part | from | note |
//! |---|---|---|
//! | AES-GCM, 128 to 256 bits | `aes-gcm`, `aes` | AES-NI and PCLMULQDQ, or their ARM kin, found at run time |
//! | HMAC-SHA-224 to 512, SHA-2 | `hmac`, `sha2` | |
//! | HKDF | `hkdf` | |
//! | AES-KW, AES-KWP | `aes-kw` | the lengths are checked before the crate sees them |
//! | ECDSA | `p256` | P-256 today; the other curves answer `Unsupported` |
//! | Ed25519 | `ed25519-dalek` | strict verification |
//! | Argon2id | `argon2` | lanes are computed one after the other; the memory is wiped |
//! | randomness | `getrandom` | one system call for each draw |
//!
//! # What it wipes, and what it can't
//!
//! Everything that outlives a call, and every buffer that this crate makes, is wiped on drop; a test
//! looks for keys in the process's memory afterwards. The libraries build key schedules, MAC states
//! and scalars on the stack and move them, which leaves copies there that only the caller can clear
//! (`with_cleared_stack` of `strongroom-memory`).
//!
//! # What it is not
//!
//! A validated module: every part says [`Validation::None`](strongroom_crypto::Validation::None).
//! `p256` was never audited, and `aes-gcm` was in 2020. The software fallback of `aes` is constant-time
//! only where the processor's multiplication is.

mod aead;
mod digest;
mod ecdsa;
mod ed25519;
mod kdf;
mod keywrap;
mod mac;
mod password;
mod provider;

pub use provider::{SystemRandom, provider, provider_with};
