//! The AWS SDK for Rust, unmodified: in this process over a bound caller, in this process over the service that verifies, and
//! on loopback. Each scenario runs all three ways.

mod errors;
mod first;
mod operations;
mod program;
mod room;
mod settings;
mod socket;
mod way;
