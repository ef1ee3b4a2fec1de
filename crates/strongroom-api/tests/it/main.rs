//! The crate's promises, tested from outside.

#![cfg(test)]

mod conformance;
mod errors;
mod fuzzed;
mod model;
mod operations;
mod rows;
mod secrets;
