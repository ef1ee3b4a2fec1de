//! The backend and the root key from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop, and figures are printed"
)]

mod conformance;
mod decoders;
mod keys;
mod macs;
#[cfg(target_os = "linux")]
mod memory;
mod root;
mod rsa;
mod stock;
mod support;
