//! The trait.

use std::fmt::Debug;
use std::sync::Arc;

use strongroom_types::Ticket;

use crate::commit::{Commit, Limits};
use crate::error::{Cause, CommitError, StoreError};
use crate::record::{Freshness, Key, KeyRange, PageLimit, Read, Record, Revision};
use crate::watch::{ChangeSink, Watch};

/// What [`Store::submit`] gives: the commit's outcome, now or later.
pub type CommitTicket = Ticket<Result<Revision, CommitError>>;

/// An ordered map from keys to records, changed by atomic conditional commits.
///
/// # Contract
/// Each number is a group of the suite in `conformance` (a feature), named after it.
///
/// 1. **One order.** Every commit has a [`Revision`], larger than that of every commit that was acknowledged
///    before it began. Gaps are allowed, reuse never; the high 16 bits are the store epoch. (`one_order`)
/// 2. **All or nothing.** Requirements are judged against the state that the writes are applied to. No key
///    stands twice in `write` or twice in `require`; a key may stand in both. (`all_or_nothing`)
/// 3. **Durable before `Ok`.** No option weakens it. A store that can't says so in its type's name. (`durable`)
/// 4. **`Latest` is linearizable:** it sees every commit acknowledged anywhere before the call began.
///    `AtLeast(r)` is served from any state that is not older. One `get` of many keys sees one state. (`fresh`)
/// 5. **Scan:** ascending byte order; a page is one state; a page with fewer records than its limit is the last.
///    Over pages, a record that existed during the whole scan comes exactly once; one made or removed
///    meanwhile may or may not. (`scan`)
/// 6. **Ids:** a commit whose id was applied answers its first revision and changes nothing; the same id with
///    another body is `IdReused`. A commit in conflict leaves no id. Ids are remembered for at least
///    `limits().id_retention`; one that was dropped is `IdExpired`, never applied again. (`ids`)
/// 7. **`Unknown` means unknown;** `NotApplied`, `Conflict`, `Full` and `Poisoned` mean that it was not and will
///    not be applied. A store that can't tell says `Unknown`. Dropping a ticket cancels nothing; a committer that dies
///    leaves its tickets abandoned, which is `Unknown`. (`outcomes`)
/// 8. **Watch:** all changes after the given revision under the prefixes, in order, all changes of one commit together,
///    none twice, none missing; else `Lost`, after which nothing more is delivered. Positions come at least each
///    `limits().progress`. (`watch`)
/// 9. **After a failed sync the store is `Poisoned`** until it is opened again, by its owner or by
///    [`Maintenance::Reopen`]; that decides what was committed. A full disk is `Full`, which passes. (`faults`, run by
///    stores that can be broken on purpose)
/// 10. **Values are opaque,** and limits are checked before anything is sent. (`limits`)
/// 11. **A snapshot is one state,** that of the moment when it was taken, whatever is committed while it is read; taking
///     one and reading it holds up no commit for longer than a page takes. (`snapshot`)
///
/// No store reads a clock or a random generator.
pub trait Store: Debug + Send + Sync {
    /// What this store can take, and what it promises in numbers. Constant.
    fn limits(&self) -> Limits;

    /// The records under these keys, in the order of the keys, all from one state.
    fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError>;

    /// One page: the first records of `range` after `after`, at most `limit`.
    fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError>;

    /// Hands a commit in. The ticket is ready at once or later; dropping it cancels nothing.
    fn submit(&self, commit: Commit) -> CommitTicket;

    /// Delivers every change after `after` under any of `prefixes` to `sink`, until the [`Watch`] is dropped.
    /// No prefixes: nothing but positions. An empty prefix: everything.
    fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError>;

    /// The latest state, kept while it is read page by page: what a backup reads. Space that is freed meanwhile is used again
    /// only when it is dropped.
    ///
    /// # Errors
    /// `Unsupported` where a store can't: then a backup is taken with the store's own tools.
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError>;

    /// Does one bounded step of upkeep.
    fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError>;
}

/// One state of a [`Store`], kept while it is read.
pub trait Snapshot: Debug + Send + Sync {
    /// The revision of the state.
    fn revision(&self) -> Revision;

    /// How many records there are in all.
    fn count(&self) -> u64;

    /// One page, as [`Store::scan`] gives it, always from this state.
    ///
    /// # Errors
    /// Those of reading; `Poisoned` if the store was opened anew meanwhile, which ends the snapshot.
    fn scan(&self, range: &KeyRange, after: Option<&Key>, limit: PageLimit) -> Result<Vec<Record>, StoreError>;
}

/// Upkeep that a store does when it is told to, since it has no clock and no thread for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Maintenance {
    /// Forgets commit ids whose day ended more than the retention before `today` began.
    DropIds {
        /// Whole days since 1970-01-01 UTC; [`day_of`](crate::day_of) the clock's `now`.
        today: u32,
    },
    /// Gives unused space back.
    Compact,
    /// Reads everything and checks what the engine can check. `Damaged` if it finds damage.
    Check,
    /// Closes the engine and opens it again, checks it, and only then serves: what ends `Poisoned`.
    Reopen,
    /// Starts the next store epoch: what an accepted rollback or a restore does before the first commit.
    NewEpoch,
}

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// Items done in this step: ids dropped, records read, bytes given back.
    pub done: u64,
    /// There is more to do: call again.
    pub more: bool,
}

impl Progress {
    /// The last step, with `done` items.
    #[must_use]
    pub const fn finished(done: u64) -> Self {
        Self { done, more: false }
    }

    /// One step of several.
    #[must_use]
    pub const fn partly(done: u64) -> Self {
        Self { done, more: true }
    }
}

/// Conveniences over every [`Store`].
pub trait StoreExt: Store {
    /// Submits, and waits for the outcome. A committer that died is `Unknown`.
    fn commit(&self, commit: Commit) -> Result<Revision, CommitError> {
        self.submit(commit).wait().unwrap_or_else(|gone| Err(CommitError::Unknown(Cause::new(gone))))
    }

    /// The record under one key.
    fn get_one(&self, key: &Key, freshness: Freshness) -> Result<Option<Record>, StoreError> {
        Ok(self.get(std::slice::from_ref(key), freshness)?.value.pop().flatten())
    }

    /// The revision of the latest state.
    fn revision(&self) -> Result<Revision, StoreError> {
        Ok(self.get(&[], Freshness::Latest)?.revision)
    }

    /// Calls `each` with every record of a range, page by page, until it answers an error of its own.
    fn for_each<E: From<StoreError>>(
        &self,
        range: &KeyRange,
        mut each: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut after: Option<Key> = None;
        loop {
            let page = self.scan(range, after.as_ref(), PageLimit::MAX, Freshness::Latest)?.value;
            let last = page.len() < PageLimit::MAX.get();
            after = page.last().map(|record| record.key.clone());
            page.into_iter().try_for_each(&mut each)?;
            if last {
                return Ok(());
            }
        }
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

macro_rules! forward {
    ($pointer:ty) => {
        impl<S: Store + ?Sized> Store for $pointer {
            fn limits(&self) -> Limits {
                (**self).limits()
            }
            fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
                (**self).get(keys, freshness)
            }
            fn scan(
                &self,
                range: &KeyRange,
                after: Option<&Key>,
                limit: PageLimit,
                freshness: Freshness,
            ) -> Result<Read<Vec<Record>>, StoreError> {
                (**self).scan(range, after, limit, freshness)
            }
            fn submit(&self, commit: Commit) -> CommitTicket {
                (**self).submit(commit)
            }
            fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError> {
                (**self).watch(prefixes, after, sink)
            }
            fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
                (**self).snapshot()
            }
            fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
                (**self).maintain(task)
            }
        }
    };
}

forward!(Arc<S>);
forward!(Box<S>);
forward!(&S);
