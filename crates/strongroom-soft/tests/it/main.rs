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

/// What it may leave of RSA keys on the heap: the primes, as the arithmetic has them, whenever a key is made or parsed,
/// and the coefficient. Each is the whole key.
#[cfg(target_os = "linux")]
const LEFT_BY_RSA: &[&str] = &["p_as_limbs", "q_as_limbs", "qInv_in_Montgomery_form"];
