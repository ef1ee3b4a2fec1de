//! The default algorithm provider: pure Rust, over the RustCrypto crates.

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
