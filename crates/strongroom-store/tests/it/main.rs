//! The store from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod concurrency;
mod conforming;
mod crash;
mod damage;
mod faults;
mod kill;
mod opening;
mod support;
