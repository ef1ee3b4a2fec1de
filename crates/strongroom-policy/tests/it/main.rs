//! The public surface, judged.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests: a panic is a test that fails"
)]

mod allocations;
mod differential;
mod evaluation;
mod figures;
mod generator;
mod laws;
mod malformed;
mod parser;
mod reference;
mod requests;
mod support;
