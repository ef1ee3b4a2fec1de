//! The suite that every [`Store`] passes: one group per promise of the trait's contract, and a model test.
//!
//! ```
//! use strongroom_store::{MemoryStore, Store, conformance};
//!
//! conformance::run(&conformance::Volatile(|| Box::new(MemoryStore::new()) as Box<dyn Store>));
//! ```
//!
//! A group panics where a promise is broken, and its message says which. Each can be run alone, with a store
//! of its own.

mod changes;
mod model;
mod order;
mod reads;

use std::fmt::Debug;

pub use changes::{ids, limits, outcomes, watch};
pub use model::{Model, model};
pub use order::{all_or_nothing, durable, one_order};
pub use reads::{fresh, scan, snapshot};

use crate::commit::{Commit, CommitId};
use crate::error::CommitError;
use crate::random::Seeded;
use crate::record::{Freshness, Key, Revision};
use crate::store::{Store, StoreExt};

/// Where the suite gets its stores from.
pub trait Harness {
    /// A fresh, empty store.
    fn fresh(&self) -> Box<dyn Store>;
    /// Closes a store that `fresh` or `reopen` gave, and opens it again. `None` if it is not durable.
    fn reopen(&self, store: Box<dyn Store>) -> Option<Box<dyn Store>>;
}

/// The harness of a store that is not durable.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a closure with a name")]
pub struct Volatile<F>(pub F);

impl<F: Fn() -> Box<dyn Store>> Harness for Volatile<F> {
    fn fresh(&self) -> Box<dyn Store> {
        (self.0)()
    }
    fn reopen(&self, _: Box<dyn Store>) -> Option<Box<dyn Store>> {
        None
    }
}

/// Runs every group, and 8 runs of the model.
pub fn run(harness: &dyn Harness) {
    one_order(harness);
    all_or_nothing(harness);
    durable(harness);
    fresh(harness);
    scan(harness);
    snapshot(harness);
    ids(harness);
    outcomes(harness);
    watch(harness);
    limits(harness);
    for seed in 0..8 {
        model(harness, seed, 150);
    }
}

/// A day in the middle of what the suite uses.
const DAY: u32 = 20_000;

/// A commit under the id number `n`.
fn commit(n: u64) -> Commit {
    Commit::new(id(n))
}

fn id(n: u64) -> CommitId {
    CommitId::new(DAY, Seeded::new(n).bytes16())
}

/// Commits, and panics if that fails.
#[track_caller]
fn done(store: &dyn Store, commit: Commit) -> Revision {
    ok(store.commit(commit), "a commit that must succeed")
}

#[track_caller]
fn ok<T, E: Debug>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => fail(&format!("{what}: {error:?}")),
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "the suite reports as tests do")]
fn fail(what: &str) -> ! {
    panic!("the contract is broken: {what}")
}

/// The value and revision under a key, by a `Latest` read.
#[track_caller]
fn look(store: &dyn Store, key: &str) -> Option<(Vec<u8>, Revision)> {
    let record = ok(store.get_one(&Key::from(key), Freshness::Latest), "a get that must succeed")?;
    Some((record.value.to_vec(), record.revision))
}

#[track_caller]
fn conflict(result: Result<Revision, CommitError>, key: &str, found: Option<Revision>) {
    assert_eq!(result, Err(CommitError::conflict(key.into(), found)), "contract 2: a conflict names its key");
}
