//! The record: CloudTrail events in a tamper-evident Merkle log with signed checkpoints, and its verifier.

pub mod checkpoint;
mod crypto;
mod entry;
mod error;
pub mod event;
pub mod log;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod verify;

pub use crypto::{Hash, LogCrypto};
pub use error::{Corruption, Error, FileFault};
