//! The crate from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests stand outside the functions that the tool knows to be tests"
)]

mod event;
mod faults;
mod figures;
mod log;
mod merkle;
mod note;
mod support;
mod verify;
