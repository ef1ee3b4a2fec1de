//! The providers through their public surface.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop, and counts are printed"
)]

use std::sync::Arc;

use strongroom_crypto::CryptoProvider;
use strongroom_types::Random;

mod conformance;
mod cross;
// The suite of the custody traits, its hostile backends among it, with software custody over this provider.
#[path = "../../../strongroom-soft/tests/it/conformance.rs"]
mod custody;
#[cfg(target_os = "linux")]
mod leaks;
#[cfg(target_os = "linux")]
mod leftovers;
// Where software custody has its keys with this provider, and where not.
#[cfg(target_os = "linux")]
#[path = "../../../strongroom-soft/tests/it/memory.rs"]
mod memory;
mod rooms;
#[path = "../../../strongroom-soft/tests/it/stock.rs"]
mod stock;
#[path = "../../../strongroom-soft/tests/it/support.rs"]
#[allow(dead_code, reason = "what other tests of that crate share is here too")]
mod support;
mod vectors;

/// The two of this crate, and the one in pure Rust.
fn providers() -> [CryptoProvider; 3] {
    [strongroom_aws_lc::provider(), strongroom_aws_lc::module_first(), strongroom_rustcrypto::provider()]
}

/// The provider that the custody's tests are about.
fn tested(random: Arc<dyn Random>) -> CryptoProvider {
    strongroom_aws_lc::provider_with(random)
}

/// What it may leave of RSA keys on the heap.
#[cfg(target_os = "linux")]
const LEFT_BY_RSA: &[&str] = &[];
