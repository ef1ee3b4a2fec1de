//! The key management service built into your program: what AWS KMS does, as a library call.
//!
//! A [`Kms`] is a strongroom: keys whose material never leaves, policies that decide who may use them, and a
//! tamper-evident record of every call. Whoever holds it can act as anyone. A [`Client`] acts as one caller in one
//! Region, and has a method for each operation of AWS KMS: what an operation requires is an argument, what it allows
//! is a setter, what can't stand together does not compile ([`calls`]), and [`send`](Call::send) runs it. Names, limits, errors and their order are those of AWS.
//!
//! ```
//! use strongroom::calls::SignVerify;
//! use strongroom::types::KeySpec;
//! use strongroom::{Caller, ErrorCode, Kms};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let kms = Kms::in_memory()?;
//! let root = kms.client(Caller::root())?;
//! let key = root.create_key().description("orders").send()?.key_metadata.key_id;
//! root.create_alias("alias/orders", &*key).send()?;
//!
//! let sealed = root.encrypt("alias/orders", "4111").encryption_context("order", "17").send()?;
//! root.rotate_key_on_demand(&*key).send()?; // what is sealed stays readable
//! let opened = root.decrypt(sealed.ciphertext_blob).encryption_context("order", "17").send()?;
//! assert_eq!(opened.plaintext.expose_secret(), b"4111");
//!
//! let signer = root.create_key().key_spec(SignVerify::EccNistP256).send()?;
//! assert_eq!(signer.key_metadata.key_spec, KeySpec::EccNistP256);
//!
//! let stranger = kms.client(Caller::user("stranger"))?;
//! let refused = stranger.describe_key(&*key).send().err().ok_or("no policy lets him")?;
//! assert!(refused.is(ErrorCode::AccessDenied));
//!
//! let last = kms.record().iter()?.last().ok_or("every call leaves an event")??;
//! assert!(last.to_json().contains("AccessDenied"));
//! # Ok(())
//! # }
//! ```
//!
//! - **On disk**: [`Kms::create`] once, [`Kms::open`] from then on, with [`Options`] that start from the way to unlock
//!   the root key: a [`Passphrase`] or a [`KeyClosure`].
//! - **Many at once**: [`Client::batch`] has one decision and one append for many Decrypts or data keys.
//! - **Awaited** (feature `tokio`): a call is a future too, `client.encrypt(key, data).await`, which waits for no disk and no slow key on the
//!   thread that polls it, and is done to its end if it is dropped.
//! - **Backup**: [`Kms::backup`] to any stream while calls go on, [`verify_backup`], [`Kms::restore`]; [`Kms::status`] tells
//!   whether it is well. `docs/operations.md` is the page for whoever runs the program.
//! - **Another provider**: [`Options::provider`] takes `strongroom_aws_lc::provider()`, for RSA and ECDSA at several times the speed.
//! - **In tests**: the feature `testing` has a strongroom out of a seed, a clock that is set, and failures by script.
//! - **More than 4,096 bytes**: [`envelope`] seals under a data key, as messages that the AWS Encryption SDKs read.
//! - **What happened**: [`Kms::record`] iterates and filters events; [`verify_record`] needs the files and the
//!   [verifying key](Kms::verifying_key) alone.
//! - **What is due** (deletions, rotations) happens in [`Kms::run_due`], on the strongroom's [`Clock`]: there is no thread
//!   that would do it unless [`Kms::spawn_due`] is asked for one, and none is needed for it to hold. Whoever uses a key whose rotation is due has it rotated.
//! - **What is served**: [`served`] lists it. All 56 operations have types; a `send` whose operation this version
//!   doesn't serve does not compile.
//!
#![cfg_attr(
    feature = "tokio",
    doc = r##"
With the feature `tokio`:

```
use strongroom::{Caller, Kms};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), strongroom::Error> {
    let client = Kms::in_memory()?.client(Caller::root())?;
    let key = client.create_key().await?.key_metadata.key_id;
    let sealed = client.encrypt(&*key, "4111").encryption_context("order", "17").await?;
    // Two at once, and no thread waits for either.
    let opened = client.decrypt(sealed.ciphertext_blob).encryption_context("order", "17");
    let (opened, disabled) = tokio::join!(opened.into_future(), client.disable_key(&*key).into_future());
    assert_eq!(opened?.plaintext.expose_secret(), b"4111");
    disabled?;
    Ok(())
}
```
"##
)]
//!
//! It is not a service: who is calling is what the embedding program says. `docs/threat-model.md` says what is promised
//! and against whom.

mod act;
mod anchor;
#[cfg(feature = "tokio")]
mod asynchronous;
mod backup;
mod batch;
mod cache;
pub mod caller;
pub mod calls;
mod client;
mod clock;
mod core;
mod dispatch;
mod draw;
mod due;
mod due_thread;
pub mod envelope;
mod error;
mod failpoint;
mod gate;
mod generated;
mod journal;
mod json;
mod kms;
mod lane;
mod managed;
mod observe;
mod open;
mod operations;
mod options;
mod policies;
mod recorded;
mod records;
mod restore;
mod root;
mod rotate;
pub mod status;
mod sync;
#[cfg(feature = "tracing")]
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;
mod usage;
mod vault;

#[cfg(feature = "tokio")]
pub use asynchronous::Sending;
pub use backup::{BackupReport, LeftOut, Phase, Progress};
pub use cache::{CacheStatus, HandleStatus};
pub use caller::Caller;
pub use client::{Call, Client};
pub use clock::SystemClock;
pub use dispatch::Served;
pub use due::DueReport;
pub use due_thread::{DueRuns, DueThread};
pub use error::Error;
pub use generated::served;
pub use json::{JsonAnswer, RequestId};
pub use kms::{Closed, Kms};
pub use options::Options;
pub use recorded::{Events, LoggedEvent, Recorded, verify_record};
pub use restore::{NotReplayed, Replayed, RestoreOptions, RestoreReport, VerifiedBackup, verify_backup};
pub use status::{Reason, Status, Verdict};
pub use strongroom_api::{ErrorCode, KmsError, ops, types};
pub use strongroom_audit::checkpoint::SignedCheckpoint;
pub use strongroom_audit::event::{Durability, Filter, Record};
pub use strongroom_audit::log::LogStorage;
pub use strongroom_audit::note::VerifyingKey;
pub use strongroom_audit::verify::{Finding, Outcome, Report};
pub use strongroom_crypto::CryptoProvider;
pub use strongroom_hsm::Custody;
pub use strongroom_memory::{ArenaStatus, LockPolicy};
pub use strongroom_soft::{KeyClosure, Passphrase, RootKey, Unlock};
pub use strongroom_store::Store;
pub use strongroom_store::backup::BackupError;
pub use strongroom_types::{
    AccountId, Clock, EncryptionContext, KeyArn, KeyId, Operation, Random, Region, Secret, Timestamp,
};
