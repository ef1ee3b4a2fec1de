//! The provider through its public surface.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop, and counts are printed"
)]

mod conformance;
mod figures;
mod golden;
#[cfg(target_os = "linux")]
mod leaks;
#[cfg(target_os = "linux")]
mod leftovers;
mod randomness;
mod sources;
mod vectors;
