//! The backend and the root key from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop, and figures are printed"
)]

use std::sync::Arc;

use strongroom_crypto::CryptoProvider;
use strongroom_types::Random;

mod conformance;
mod decoders;
#[cfg(target_os = "linux")]
mod forks;
mod keys;
mod macs;
#[cfg(target_os = "linux")]
mod memory;
mod root;
mod rsa;
mod stock;
mod support;

/// The provider that the helpers and the suite are about; `strongroom-aws-lc` runs them with its own.
fn tested(random: Arc<dyn Random>) -> CryptoProvider {
    strongroom_rustcrypto::provider_with(random)
}
