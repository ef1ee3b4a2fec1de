//! A store that fails when it is told to.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use strongroom_types::Ticket;

use crate::commit::{Commit, Limits};
use crate::error::{Cause, CommitError, StoreError};
use crate::record::{Freshness, Key, KeyRange, PageLimit, Read, Record, Revision};
use crate::store::{CommitTicket, Maintenance, Progress, Snapshot, Store};
use crate::watch::{ChangeSink, Watch};

/// A method of [`Store`] that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the methods of the trait")]
pub enum Call {
    /// `get`
    Get,
    /// `scan`
    Scan,
    /// `submit`
    Submit,
    /// `watch`
    Watch,
    /// `maintain`
    Maintain,
}

/// What happens to a call. On calls other than `Submit` each of them is an `Io` error, `Full` or `Poisoned`, before doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "for tests")]
pub enum Trouble {
    /// Not done, and says so: `NotApplied`.
    NotApplied,
    /// Not done: `Full`.
    Full,
    /// Not done: `Poisoned`.
    Poisoned,
    /// Not done: `Unknown`.
    UnknownNotDone,
    /// Done: `Unknown`.
    UnknownDone,
    /// Not done, and the ticket is abandoned.
    AbandonedNotDone,
    /// Done, and the ticket is abandoned.
    AbandonedDone,
}

/// A decorator that fails scripted calls and passes on the others.
///
/// ```
/// use strongroom_store::testing::{Call, Faulty, Trouble};
/// use strongroom_store::{Commit, CommitError, CommitId, MemoryStore, StoreExt, Write};
///
/// let store = Faulty::new(MemoryStore::new());
/// store.script(Call::Submit, 0, Trouble::UnknownDone);
/// let commit = || Commit::new(CommitId::new(1, [7; 16])).write(Write::put("a", *b"1"));
/// assert!(matches!(store.commit(commit()), Err(CommitError::Unknown(_))));
/// assert!(store.commit(commit()).is_ok()); // submitted again under its id: it had been applied
/// ```
#[derive(Debug)]
pub struct Faulty<S> {
    inner: S,
    script: Mutex<Script>,
}

#[derive(Debug, Default)]
struct Script {
    calls: BTreeMap<Call, u64>,
    troubles: BTreeMap<(Call, u64), Trouble>,
    always: BTreeMap<Call, Trouble>,
}

impl<S: Store> Faulty<S> {
    /// Fails nothing yet.
    #[must_use]
    pub fn new(inner: S) -> Self {
        Self { inner, script: Mutex::default() }
    }

    /// The store below.
    pub const fn inner(&self) -> &S {
        &self.inner
    }

    /// The `nth` call from now on (0 is the next one) of this method meets `trouble`.
    pub fn script(&self, call: Call, nth: u64, trouble: Trouble) {
        let mut script = self.lock();
        let at = script.calls.get(&call).copied().unwrap_or(0) + nth;
        script.troubles.insert((call, at), trouble);
    }

    /// Every call of this method meets `trouble`, until [`heal`](Self::heal).
    pub fn always(&self, call: Call, trouble: Trouble) {
        self.lock().always.insert(call, trouble);
    }

    /// Fails nothing any more.
    pub fn heal(&self) {
        let mut script = self.lock();
        script.troubles.clear();
        script.always.clear();
    }

    /// How often this method was called.
    #[must_use]
    pub fn calls(&self, call: Call) -> u64 {
        self.lock().calls.get(&call).copied().unwrap_or(0)
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, call: Call) -> Option<Trouble> {
        let mut script = self.lock();
        let count = script.calls.entry(call).or_default();
        let at = *count;
        *count += 1;
        script.troubles.remove(&(call, at)).or_else(|| script.always.get(&call).copied())
    }

    fn check(&self, call: Call) -> Result<(), StoreError> {
        match self.count(call) {
            None => Ok(()),
            Some(Trouble::Full) => Err(StoreError::Full),
            Some(Trouble::Poisoned) => Err(StoreError::Poisoned),
            Some(_) => Err(StoreError::Io(scripted())),
        }
    }
}

fn scripted() -> Cause {
    Cause::new("a fault of the test's script")
}

impl<S: Store> Store for Faulty<S> {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
        self.check(Call::Get)?;
        self.inner.get(keys, freshness)
    }

    fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError> {
        self.check(Call::Scan)?;
        self.inner.scan(range, after, limit, freshness)
    }

    fn submit(&self, commit: Commit) -> CommitTicket {
        let done = |commit| drop(self.inner.submit(commit).wait());
        let abandoned = || Ticket::<Result<Revision, CommitError>>::pair().1;
        match self.count(Call::Submit) {
            None => self.inner.submit(commit),
            Some(Trouble::NotApplied) => Ticket::ready(Err(CommitError::NotApplied(scripted()))),
            Some(Trouble::Full) => Ticket::ready(Err(CommitError::Full)),
            Some(Trouble::Poisoned) => Ticket::ready(Err(CommitError::Poisoned)),
            Some(Trouble::UnknownNotDone) => Ticket::ready(Err(CommitError::Unknown(scripted()))),
            Some(Trouble::AbandonedNotDone) => abandoned(),
            Some(Trouble::UnknownDone) => {
                done(commit);
                Ticket::ready(Err(CommitError::Unknown(scripted())))
            }
            Some(Trouble::AbandonedDone) => {
                done(commit);
                abandoned()
            }
        }
    }

    fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError> {
        self.check(Call::Watch)?;
        self.inner.watch(prefixes, after, sink)
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.check(Call::Scan)?;
        self.inner.snapshot()
    }

    fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
        self.check(Call::Maintain)?;
        self.inner.maintain(task)
    }
}
