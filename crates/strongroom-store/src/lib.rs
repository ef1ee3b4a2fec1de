//! Where records live: one small transactional trait, its conformance suite, and the embedded stores.
//!
//! ```
//! use strongroom_store::{Commit, CommitError, CommitId, MemoryStore, Require, StoreExt, Write};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let make = |n| Commit::new(CommitId::new(20_000, [n; 16])).require(Require::Absent("alias/orders".into()));
//! let first = store.commit(make(1).write(Write::put("alias/orders", *b"key 1")))?;
//! // Submitted again under its id, a commit is applied once.
//! assert_eq!(store.commit(make(1).write(Write::put("alias/orders", *b"key 1")))?, first);
//! // Another one finds its requirement broken, and changes nothing.
//! let second = store.commit(make(2).write(Write::put("alias/orders", *b"key 2")));
//! assert!(matches!(second, Err(CommitError::Conflict { .. })));
//! # Ok(())
//! # }
//! ```
//!
//! What it is *not*: it knows no record's meaning, encrypts nothing and authenticates nothing. Integrity against
//! somebody who edits the file is the facade's, above any store. It reads no clock and draws no random bytes.
//!
//! # Features
//! - `redb` (default): the embedded store on disk.
//! - `conformance`: the suite that every store passes, for authors of stores.
//! - `testing`: a simulated disk that loses power, and a store that fails on purpose.

pub mod backup;
mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "redb")]
mod disk;
mod error;
mod memory;
#[cfg(any(feature = "conformance", feature = "testing"))]
mod random;
mod record;
#[cfg(feature = "redb")]
mod redb_store;
mod store;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod watch;

pub use commit::{Commit, CommitId, Limits, Require, Write, day_of};
#[cfg(feature = "redb")]
pub use disk::Disk;
pub use error::{Cause, CommitError, Limit, StoreError};
pub use memory::MemoryStore;
pub use record::{Bytes, Freshness, Key, KeyBounds, KeyRange, PageLimit, Read, Record, Revision};
#[cfg(feature = "redb")]
pub use redb_store::{RedbOptions, RedbStore, Verify};
pub use store::{CommitTicket, Maintenance, Progress, Snapshot, Store, StoreExt};
pub use watch::{Change, ChangeSink, Watch, WatchEvent, WatchScope};
