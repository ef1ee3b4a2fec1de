//! What the crate promises, seen from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod figures;
mod forged;
mod formats;
mod golden;
mod peer;
mod sources;
mod streams;
mod support;
mod tamper;
mod vectors;
