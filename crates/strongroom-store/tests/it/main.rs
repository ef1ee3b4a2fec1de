//! The store from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop"
)]

mod concurrency;
mod conforming;
mod crash;
mod damage;
mod faults;
mod figures;
mod kill;
mod opening;
#[cfg(strongroom_shuttle)]
mod schedules;
mod support;
