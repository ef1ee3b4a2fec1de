//! Restoring: a backup is verified to its last byte before the first is written.

mod verify;

pub use verify::{VerifiedBackup, verify_backup};
