//! What the crate promises, seen from outside.

mod figures;
mod formats;
mod golden;
mod peer;
mod sources;
mod streams;
mod support;
mod tamper;
mod vectors;
