//! The record: CloudTrail events in a tamper-evident Merkle log with signed checkpoints, and its verifier.
//!
//! ```
//! use std::sync::Arc;
//! use strongroom_audit::LogCrypto;
//! use strongroom_audit::event::{Event, Identity, Record};
//! use strongroom_audit::log::{EntryKind, EntryParts, Log, LogOptions, MemoryStorage, Origin};
//! # use strongroom_types::{Principal, Region, Timestamp};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let region: Region = "eu-west-1".parse()?;
//! # let alice = Principal::user(region.partition(), "111122223333".parse()?, "alice", "AIDAEXAMPLE");
//!
//! let crypto = LogCrypto::new(&strongroom_rustcrypto::provider())?;
//! let (id, request_id, blind) = ([1; 16], [2; 16], [3; 32]); // from the strongroom's generator, in one draw
//! let now = Timestamp::from_secs(1_795_539_792);
//!
//! let mut event = Event::call(id, request_id, now, "GenerateRandom", region, Identity::of(&alice));
//! event.read_only = true;
//! let mut record = Vec::new();
//! event.encode(&crypto, &mut record);
//!
//! let log = Log::create(Arc::new(MemoryStorage::new()), crypto, Origin::new([6; 16], [7; 16]), LogOptions::default())?;
//! let entry = EntryParts::new(EntryKind::Call, now, &blind, &record);
//! let appended = log.append(entry).wait()??;
//! log.sync_through(appended.index).wait()??;
//!
//! let leaf = log.read(0..1)?.next().ok_or("no leaf")??;
//! let mut json = Vec::new();
//! Record::decode(&leaf.record.ok_or("erased")?)?.to_cloudtrail_json(&mut json);
//! assert!(json.starts_with(br#"{"eventVersion":"1.11","userIdentity":{"type":"IAMUser""#));
//! # Ok(())
//! # }
//! ```
//!
//! * [`event`]: what a call leaves behind, encoded and viewed as CloudTrail's JSON.
//! * [`log`]: one writer, append-only segments, two levels of durability; leaves of an RFC 6962 tree.
//! * [`checkpoint`], [`note`], [`proof`], [`merkle`]: what is signed, and what can be proved with it.
//! * [`verify`]: what was dropped, changed, inserted, reordered or cut off, from the files and the public key.
//!
//! What it is *not*: it draws no random bytes, reads no clock and holds no private key; it decides nothing about a
//! call. The order between the store's commit, the log and the result is the facade's. Exports in other formats
//! (CloudTrail digests, OCSF) are views to come.

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
