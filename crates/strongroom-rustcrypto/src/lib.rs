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
//! | ECDSA | `p256`, `p384`, `p521`, `k256` | on secp256k1 both halves of `s` verify |
//! | Ed25519 | `ed25519-dalek` | strict verification |
//! | RSA, 2048 to 4096 bits | `rsa` | PSS, PKCS#1 v1.5 signatures, OAEP; blinded with the randomness that is handed in |
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
//! RSA is the exception: `rsa` works in ordinary memory and leaves parts of the private key in blocks that it frees. The
//! memory test counts them, and `docs/threat-model.md` has its table.
//!
//! # What it is not
//!
//! A validated module: every part says [`Validation::None`](strongroom_crypto::Validation::None).
//! `p256`, `p384` and `p521` were never audited; `k256` was, `aes-gcm` was in 2020, and `rsa` in 2019, before most of
//! it was written anew. The software fallback of `aes` is constant-time
//! only where the processor's multiplication is.
//!
//! An oracle for RFC 8017 §7.1.2 to the letter: `rsa` ignores the first octet of a decoded OAEP message, as the CFRG's
//! guidance for RSA asks, where other libraries refuse one that is not zero.

mod aead;
mod digest;
mod ecdsa;
mod ed25519;
mod kdf;
mod keywrap;
mod mac;
mod password;
mod provider;
mod rsa;

pub use provider::{SystemRandom, provider, provider_with};
