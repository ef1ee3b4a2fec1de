//! AWS KMS as a library: the key management service built into your program.

mod act;
mod cache;
mod caller;
mod client;
mod clock;
mod core;
mod dispatch;
mod due;
pub mod envelope;
mod error;
mod failpoint;
mod gate;
mod generated;
mod journal;
mod kms;
mod open;
mod operations;
mod options;
mod policies;
mod recorded;
mod records;
mod root;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;
mod vault;

pub use cache::HandleStatus;
pub use caller::Caller;
pub use client::{Call, Client};
pub use clock::SystemClock;
pub use dispatch::Served;
pub use due::DueReport;
pub use error::Error;
pub use generated::served;
pub use kms::{Closed, Kms, Status};
pub use options::Options;
pub use recorded::{Events, LoggedEvent, Recorded, verify_record};
pub use strongroom_api::{ErrorCode, KmsError, ops, types};
pub use strongroom_audit::checkpoint::SignedCheckpoint;
pub use strongroom_audit::event::{Durability, Filter, Record};
pub use strongroom_audit::note::VerifyingKey;
pub use strongroom_audit::verify::{Finding, Outcome, Report};
pub use strongroom_memory::LockPolicy;
pub use strongroom_soft::{KeyClosure, Passphrase, Unlock};
pub use strongroom_types::{
    AccountId, Clock, EncryptionContext, KeyArn, KeyId, Operation, Random, Region, Secret, Timestamp,
};
