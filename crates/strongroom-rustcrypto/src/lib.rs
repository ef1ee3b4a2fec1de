//! The default algorithm provider: pure Rust, over the RustCrypto crates.
