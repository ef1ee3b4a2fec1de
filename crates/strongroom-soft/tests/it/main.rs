//! The backend and the root key from outside.

mod conformance;
mod decoders;
mod keys;
#[cfg(target_os = "linux")]
mod memory;
mod root;
mod support;
