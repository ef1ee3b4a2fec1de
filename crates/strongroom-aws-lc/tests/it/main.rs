//! The providers through their public surface.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop, and counts are printed"
)]

use strongroom_crypto::CryptoProvider;

mod conformance;
mod cross;
#[cfg(target_os = "linux")]
mod leaks;
#[cfg(target_os = "linux")]
mod leftovers;
mod rooms;
mod vectors;

/// The two of this crate, and the one in pure Rust.
fn providers() -> [CryptoProvider; 3] {
    [strongroom_aws_lc::provider(), strongroom_aws_lc::module_first(), strongroom_rustcrypto::provider()]
}
