//! What is left after kills, power cuts and faults. A binary of its own: it runs itself again as the process to kill.
//!
//! `STRONGROOM_KILLS` and `STRONGROOM_CUTS` raise the numbers of kills and cuts.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "helpers of tests, in which a failure is a panic"
)]

mod custody;
mod disk;
mod faults;
mod filehsm;
mod kill;
mod machine;
mod power;
mod restoring;
mod room;
mod status;
mod world;

/// A number out of the environment, for runs that are longer than the usual one.
fn asked(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
