//! The second algorithm provider: AWS-LC, through `aws-lc-rs`, composed visibly with the pure Rust
//! one of `strongroom-rustcrypto`. It needs a C compiler, and is therefore a crate of its own that a
//! program adds and hands to its strongroom; nothing here is a default.
//!
//! ```
//! use strongroom_crypto::{DigestAlgorithm, RsaScheme, RsaSize};
//!
//! # fn main() -> Result<(), strongroom_crypto::CryptoError> {
//! let provider = strongroom_aws_lc::provider(); // `Options::provider` of `strongroom` takes it
//! let key = provider.rsa.generate(RsaSize::Rsa2048, &*provider.random)?;
//! let public = provider.rsa.public_key(RsaSize::Rsa2048, key.expose_secret())?;
//!
//! let (scheme, sha256, digest) = (RsaScheme::Pss, DigestAlgorithm::Sha256, [7; 32]);
//! let signature =
//!     provider.rsa.sign(RsaSize::Rsa2048, key.expose_secret(), scheme, sha256, &digest, &*provider.random)?;
//! provider.rsa.verify(RsaSize::Rsa2048, &public, scheme, sha256, &digest, &signature)?;
//!
//! for part in strongroom_aws_lc::PARTS {
//!     println!("{:40} {:?}: {}", part.algorithm(), part.by(), part.reason());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Who does what
//!
//! [`PARTS`] says for each algorithm which library does it, and why: in [`provider`] AWS-LC where it is
//! faster, RustCrypto where AWS-LC lacks the algorithm or is slower; in [`module_first`] AWS-LC wherever it
//! can. All read and write the same bytes of keys, signatures and ciphertexts, so a strongroom that was made
//! with one provider opens with another.
//!
//! # Randomness
//!
//! AWS-LC takes no randomness from its caller: the nonces of ECDSA, the salts of PSS, the seeds of OAEP,
//! the blinding and the generation of RSA keys draw from its own generator, which reseeds from the
//! system and notices a `fork`. Where a contract hands randomness in, it is drawn from once beforehand
//! and thrown away: a failing generator is `Random`, never a result, and one that is stuck makes no key, but
//! its bytes decide nothing. What
//! stays with RustCrypto (ECDSA keys and all deterministic signatures among it), and the salts and IVs
//! that the callers of a provider draw, still come from the generator that was handed in.
//!
//! # What it wipes, and what it can't
//!
//! Keys are parsed for each call and dropped before it returns. AWS-LC overwrites whatever it frees, so
//! unlike with the pure Rust RSA no prime is left in freed memory; a test looks for them. Both libraries
//! leave copies on the stack, which only the caller can clear (`with_cleared_stack` of
//! `strongroom-memory`).
//!
//! # What it is not
//!
//! - Validated. No certificate covers the module that the feature `fips` links today, and most of what a
//!   strongroom asks for are no approved services of it: IVs and digests come from outside the module. With
//!   the feature, `validation` of HMAC, SHA-2 and AES-KW of [`module_first`] names the module, without a
//!   certificate; every other part claims nothing.
//! - A choice that features make: the feature below changes what is linked, never which part does what.
//!
//! # Features
//!
//! - `fips`: links AWS-LC's FIPS module. It needs CMake and Go to build. Our CI has neither and does not
//!   build it.

mod aead;
mod der;
mod digest;
mod ecdsa;
mod ed25519;
mod keywrap;
mod mac;
mod parts;
mod provider;
mod rsa;

pub use parts::{Library, PARTS, Part};
pub use provider::{module_first, module_first_with, provider, provider_with};
