//! The journal: the one place that knows the order of commit, record, caches and result.
//!
//! A state change: the store commits {records, event in the outbox} and syncs → the event is appended to the log →
//! the caches change → the result leaves. Any other call: the event is appended → the result leaves.
//! *Appended* means that the operating system has all bytes up to its end. What leaves the process (checkpoints,
//! the head in the store) covers synced leaves only. `docs/design/0004-journal-order.md` says why.

mod keeping;
mod mending;
mod standing;
#[cfg(feature = "tokio")]
mod unwaiting;

#[cfg(feature = "tokio")]
pub(crate) use unwaiting::{Submitted, Syncing};

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

pub(crate) use standing::Alone;
use standing::Standing;
use strongroom_audit::event::Event;
use strongroom_audit::log::{
    Appended, EntryKind, EntryParts, Log, LogOptions, LogStorage, Origin, Write as Vouched, writes_hash,
};
use strongroom_audit::{Error as LogError, LogCrypto};
use strongroom_keys::{Change, RecordKind, layout};
use strongroom_store::{
    Cause, Commit, CommitError, CommitId, CommitTicket, Maintenance, Revision, Store, Write, day_of,
};
use strongroom_types::{AccountId, Region, Timestamp};

use crate::batch::Held;
use crate::draw::Draw;
use crate::failpoint::reached;
use crate::observe;
use crate::records::Records;
use crate::status::JournalStatus;
use crate::sync::{Mutex, RwLock, RwLockReadGuard, lock};
use crate::{Durability, Error};

/// Outbox entries that may wait for the log to be synced before the journal does it itself.
const OUTBOX_HIGH: usize = 32;
/// Leaves that may stand behind the stored head before the journal moves it.
const TAIL_HIGH: u64 = 8_192;
/// Deletes in one trimming commit.
const TRIM: usize = 48;
/// How often a commit whose outcome is unknown is handed in again. Its id makes that safe.
const SETTLE: usize = 3;

/// When an event happened and in which run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) wall: Timestamp,
    pub(crate) monotonic: Duration,
}

/// A state change that is to be committed with its event.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) changes: &'a [Change],
    /// Places and revisions that the decision rests on.
    pub(crate) seen: &'a [(Vec<u8>, u64)],
    pub(crate) id: [u8; 16],
}

/// An event that a commit tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) event: &'a Event<'a>,
    pub(crate) kind: EntryKind,
    pub(crate) blind: &'a [u8; 32],
}

/// An event that is committed and not yet in the log.
#[derive(Debug, Clone)]
struct Committed {
    sequence: u64,
    kind: EntryKind,
    revision: u64,
    moment: Moment,
    blind: [u8; 32],
    writes_hash: [u8; 32],
    record: Vec<u8>,
}

/// A commit of which nobody knows whether it was applied. Nothing is served until that is known.
#[derive(Debug)]
struct Undecided {
    commit: Commit,
    events: Vec<Committed>,
    changes: Vec<Change>,
}

/// What became of a commit whose outcome was unknown.
#[derive(Debug)]
pub(crate) enum Decided {
    /// It was applied: caches have to follow.
    Applied(Vec<Change>, Revision),
    /// It was not and never will be.
    Never(Vec<Change>),
}

/// What the journal remembers between calls.
#[derive(Debug, Default)]
struct Pending {
    /// Outbox entries that the log has, with their leaf.
    appended: Vec<(u64, u64)>,
    /// Committed events that the log could not take yet, oldest first.
    backlog: VecDeque<Committed>,
    /// Commits with an unknown outcome.
    undecided: Vec<Undecided>,
    /// Something is wrong that only [`Journal::catch_up`] puts right: a poisoned log, a decision that caches did not follow.
    stalled: bool,
}

/// What the event of a log that was opened anew is made of.
#[derive(Debug)]
pub(crate) struct Waking<'a> {
    pub(crate) draw: &'a Draw,
    pub(crate) moment: Moment,
    pub(crate) home: (AccountId, Region),
}

/// See the module's documentation.
#[derive(Debug)]
pub(crate) struct Journal {
    /// Written while the log is opened anew, read by everyone else: so nobody has a hand in the old one by then, and no
    /// commit stands between store and log.
    log: RwLock<Arc<Log>>,
    /// Commits between store and log that no thread holds in its hands.
    standing: Arc<Standing>,
    origin: Origin,
    storage: Arc<dyn LogStorage>,
    log_options: LogOptions,
    crypto: LogCrypto,
    node: [u8; 16],
    instance: [u8; 16],
    /// Whether there is an outbox: only where the store outlives the process.
    persistent: bool,
    durability: Durability,
    next_sequence: AtomicU64,
    pending: Mutex<Pending>,
    /// What went wrong since it was last up to date: when it began, and the last error.
    trouble: Mutex<Option<(Timestamp, String)>>,
    behind: AtomicBool,
    /// The time of the latest call, for what is noticed between calls.
    latest: AtomicI64,
    /// Whether the log was opened anew since somebody asked, and may have lost events.
    opened_anew: AtomicBool,
    head: Mutex<HeadRecord>,
    stored_size: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default)]
struct HeadRecord {
    counter: u64,
}

/// What a journal is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) log: Log,
    pub(crate) storage: Arc<dyn LogStorage>,
    pub(crate) log_options: LogOptions,
    pub(crate) crypto: LogCrypto,
    pub(crate) node: [u8; 16],
    pub(crate) instance: [u8; 16],
    pub(crate) persistent: bool,
    pub(crate) durability: Durability,
    pub(crate) stored_head: Option<(u64, u64)>,
}

impl Journal {
    pub(crate) fn new(parts: Parts) -> Self {
        let (counter, size) = parts.stored_head.unwrap_or_default();
        Self {
            origin: *parts.log.origin(),
            log: RwLock::new(Arc::new(parts.log)),
            standing: Arc::default(),
            storage: parts.storage,
            log_options: parts.log_options,
            crypto: parts.crypto,
            node: parts.node,
            instance: parts.instance,
            persistent: parts.persistent,
            durability: parts.durability,
            next_sequence: AtomicU64::new(1),
            pending: Mutex::new(Pending::default()),
            trouble: Mutex::new(None),
            behind: AtomicBool::new(false),
            latest: AtomicI64::new(0),
            opened_anew: AtomicBool::new(false),
            head: Mutex::new(HeadRecord { counter }),
            stored_size: AtomicU64::new(size),
        }
    }

    /// The log. Never ask for it twice in one expression: whoever opens it anew waits for the first and stops the second.
    pub(crate) fn log(&self) -> RwLockReadGuard<'_, Arc<Log>> {
        self.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log, unless it is being opened anew.
    pub(crate) fn try_log(&self) -> Option<RwLockReadGuard<'_, Arc<Log>>> {
        self.log.try_read().ok()
    }

    /// Remembers why something stands between what was committed and what is recorded.
    pub(crate) fn troubled(&self, at: Timestamp, why: &dyn std::fmt::Display) {
        observe::stalled(why);
        let mut trouble = lock(&self.trouble);
        let since = trouble.take().map_or(at, |(since, _)| since);
        *trouble = Some((since, why.to_string()));
    }

    /// How it stands. Waits for nobody who waits for a disk.
    pub(crate) fn standing(&self) -> JournalStatus {
        let mut standing = JournalStatus { stalled: self.is_behind(), ..JournalStatus::default() };
        if let Some((since, why)) = lock(&self.trouble).clone().filter(|_| standing.stalled) {
            (standing.since, standing.why) = (Some(since), Some(why));
        }
        if let Ok(pending) = self.pending.try_lock() {
            standing.backlog = Some(pending.backlog.len());
            standing.undecided = Some(pending.undecided.len());
            standing.outbox = Some(pending.appended.len() + pending.backlog.len());
        }
        standing
    }

    /// Bytes that the log's storage has left.
    pub(crate) fn free_space(&self) -> std::io::Result<Option<u64>> {
        self.storage.free_space()
    }

    /// Keeps the log from being closed when this is dropped: in a forked process, where the parent writes it.
    pub(crate) fn abandon(&self) {
        // Whoever held the lock when the process was forked does not exist here.
        if let Ok(log) = self.log.try_read() {
            std::mem::forget(Arc::clone(&log));
        }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn crypto(&self) -> &LogCrypto {
        &self.crypto
    }

    /// Whether anything stands between what was committed and what is known and recorded. Asked before a call does anything:
    /// an event that could not be appended after its commit did not fail that call, so it stops the next ones.
    pub(crate) fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Acquire)
    }

    fn hand_over(&self, log: &Log, event: &Committed) -> Result<Appended, Error> {
        let parts = EntryParts {
            kind: event.kind,
            revision: event.revision,
            wall: event.moment.wall,
            monotonic: nanos(event.moment.monotonic),
            instance: self.instance,
            blind: &event.blind,
            record: &event.record,
            writes_hash: event.writes_hash,
        };
        Ok(log.append(parts).wait().map_err(|_| LogError::Closed)??)
    }

    /// Records a call that changed nothing. When this returns the record is as durable as the strongroom's level says.
    pub(crate) fn append(
        &self,
        event: &Event<'_>,
        kind: EntryKind,
        moment: Moment,
        blind: &[u8; 32],
        durability: Durability,
    ) -> Result<Appended, Error> {
        let log = self.log();
        let appended = self.append_to(&log, event, kind, moment, blind)?;
        if durability == Durability::Durable {
            let synced = log.sync_through(appended.index).wait().map_err(|_| LogError::Closed)?;
            synced.map_err(|error| self.note_poison(error))?;
            reached("append.synced");
        }
        Ok(appended)
    }

    fn append_to(
        &self,
        log: &Log,
        event: &Event<'_>,
        kind: EntryKind,
        moment: Moment,
        blind: &[u8; 32],
    ) -> Result<Appended, Error> {
        thread_local! {
            static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
        }
        // Encoded into a buffer that the thread keeps: a record holds nothing secret.
        let mut record = BUFFER.take();
        record.clear();
        event.encode(&self.crypto, &mut record);
        let parts = EntryParts {
            kind,
            revision: 0,
            wall: moment.wall,
            monotonic: nanos(moment.monotonic),
            instance: self.instance,
            blind,
            record: &record,
            writes_hash: [0; 32],
        };
        reached("append.before");
        self.latest.store(moment.wall.as_nanos(), Ordering::Relaxed);
        let appended = log.append(parts).wait().map_err(|_| LogError::Closed)?;
        BUFFER.set(record);
        let appended = appended.map_err(|error| self.note_poison(error))?;
        reached("append.after");
        if kind != EntryKind::Call {
            observe::own_work(event);
        }
        Ok(appended)
    }

    /// The same for many calls at once: all of them, or none. Answers the place of the last.
    pub(crate) fn append_all(&self, records: &[u8], held: &[Held]) -> Result<Option<u64>, Error> {
        let mut start = 0;
        let mut parts = Vec::with_capacity(held.len());
        for event in held {
            let record = records.get(start..event.end).unwrap_or_default();
            start = event.end;
            parts.push(EntryParts {
                kind: EntryKind::Call,
                revision: 0,
                wall: event.moment.wall,
                monotonic: nanos(event.moment.monotonic),
                instance: self.instance,
                blind: &event.blind,
                record,
                writes_hash: [0; 32],
            });
        }
        reached("append.before");
        if let Some(last) = held.last() {
            self.latest.store(last.moment.wall.as_nanos(), Ordering::Relaxed);
        }
        let log = self.log();
        let appended = log.append_all(&parts).wait().map_err(|_| LogError::Closed)?;
        let last = appended.map_err(|error| self.note_poison(error))?;
        reached("append.after");
        if let Some(last) = last.filter(|_| self.durability == Durability::Durable) {
            let synced = log.sync_through(last).wait().map_err(|_| LogError::Closed)?;
            synced.map_err(|error| self.note_poison(error))?;
            reached("append.synced");
        }
        Ok(last)
    }

    /// How durable the record of a call that changes nothing is.
    pub(crate) fn durability(&self) -> Durability {
        self.durability
    }

    /// Commits changes with their events, then appends the events, in their order. Once the commit is done, no crash takes
    /// one of them away. The first vouches for what was written.
    ///
    /// # Errors
    /// A conflict, or whatever kept the store from committing. What fails after the commit fails later calls and not this one.
    pub(crate) fn commit(
        &self,
        records: &Records,
        plan: &Plan<'_>,
        told: &[Told<'_>],
        moment: Moment,
    ) -> Result<Revision, Error> {
        let (commit, events) = self.made_up(records, plan, told, moment)?;
        reached("commit.before");
        // Held until the event is in the log or in the backlog.
        let log = self.log();
        let answer = submit(records.store(), commit.clone());
        let revision = self.follow(&log, answer, (commit, events), plan.changes, moment)?;
        told.iter().filter(|told| told.kind != EntryKind::Call).for_each(|told| observe::own_work(told.event));
        Ok(revision)
    }

    /// The commit of a plan, and its events, as the log will take them.
    fn made_up(
        &self,
        records: &Records,
        plan: &Plan<'_>,
        told: &[Told<'_>],
        moment: Moment,
    ) -> Result<(Commit, Vec<Committed>), Error> {
        let prepared = records.prepare(plan.changes, plan.seen)?;
        let vouched: Vec<Vouched<'_>> = prepared
            .vouched
            .iter()
            .map(|(key, counter, envelope)| Vouched { key, counter: *counter, envelope })
            .collect();
        let mut vouches = writes_hash(&self.crypto, &vouched);
        let committed: Vec<Committed> = told
            .iter()
            .map(|told| {
                let writes_hash = std::mem::take(&mut vouches);
                self.to_commit(told, moment, writes_hash)
            })
            .collect();
        let mut commit = Commit {
            id: CommitId::new(day_of(moment.wall), plan.id),
            require: prepared.require,
            write: prepared.write,
        };
        if self.persistent {
            for event in &committed {
                let place = layout::outbox(&self.node, event.sequence);
                let value = records.seal(RecordKind::Outbox, &place, 1, &event.encode())?;
                commit.write.push(Write::put(place, value));
            }
        }
        Ok((commit, committed))
    }

    /// What follows when the store has answered.
    fn follow(
        &self,
        log: &Log,
        answer: Result<Revision, Error>,
        (commit, mut events): (Commit, Vec<Committed>),
        changes: &[Change],
        moment: Moment,
    ) -> Result<Revision, Error> {
        let revision = match answer {
            Err(error) if is_unknown(&error) => {
                let changes = changes.to_vec();
                self.troubled(moment.wall, &error);
                lock(&self.pending).undecided.push(Undecided { commit, events, changes });
                self.behind.store(true, Ordering::Release);
                return Err(error);
            }
            other => other?,
        };
        reached("commit.after");
        events.iter_mut().for_each(|event| event.revision = revision.as_u64());
        self.committed(log, events);
        reached("commit.appended");
        Ok(revision)
    }

    fn to_commit(&self, told: &Told<'_>, moment: Moment, writes_hash: [u8; 32]) -> Committed {
        let mut record = Vec::new();
        told.event.encode(&self.crypto, &mut record);
        Committed {
            sequence: self.next_sequence.fetch_add(1, Ordering::Relaxed),
            kind: told.kind,
            revision: 0,
            moment,
            blind: *told.blind,
            writes_hash,
            record,
        }
    }

    fn committed(&self, log: &Log, events: Vec<Committed>) {
        let mut pending = lock(&self.pending);
        if !self.persistent {
            // In memory the log takes everything; there is no outbox to trim.
            drop(pending);
            for event in &events {
                let _ = self.hand_over(log, event);
            }
            return;
        }
        let wall = events.first().map_or(Timestamp::EPOCH, |event| event.moment.wall);
        // In order: an event must not overtake one that still waits.
        pending.backlog.extend(events);
        self.behind.store(true, Ordering::Release);
        let at = self.append_backlog(log, &mut pending);
        drop(pending);
        let _ = at.inspect_err(|error| self.troubled(wall, error));
    }

    /// A log whose sync failed stops the next call, which opens it anew.
    fn note_poison(&self, error: LogError) -> Error {
        if matches!(error, LogError::Poisoned(_)) {
            self.troubled(Timestamp::from_nanos(self.latest.load(Ordering::Relaxed)), &error);
            lock(&self.pending).stalled = true;
            self.behind.store(true, Ordering::Release);
        }
        error.into()
    }

    /// Waits until no commit of a task stands between store and log.
    pub(crate) fn alone(&self) -> Alone<'_> {
        self.standing.alone()
    }

    /// Whether the store outlives the process.
    pub(crate) fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// The log's id.
    pub(crate) fn node(&self) -> [u8; 16] {
        self.node
    }

    /// Runs `with` at a moment when no commit stands between store and log: what is committed is recorded, and the other
    /// way round. Whoever comes meanwhile waits. `None` if something is behind, and has to be caught up first.
    pub(crate) fn between_commits<T>(&self, with: impl FnOnce(&Log) -> Result<T, Error>) -> Result<Option<T>, Error> {
        let _alone = self.standing.alone();
        let log = self.log.write().unwrap_or_else(PoisonError::into_inner);
        if self.is_behind() {
            return Ok(None);
        }
        if let Some(last) = log.size().checked_sub(1) {
            let synced = log.sync_through(last).wait().map_err(|_| LogError::Closed)?;
            synced.map_err(|error| self.note_poison(error))?;
        }
        with(&log).map(Some)
    }
}

/// Hands a commit in and settles an unknown outcome by handing it in again under its id.
fn submit(store: &dyn Store, commit: Commit) -> Result<Revision, Error> {
    let ticket = store.submit(commit.clone());
    settled(store, &commit, ticket)
}

/// The outcome of a commit that was handed in.
fn settled(store: &dyn Store, commit: &Commit, ticket: CommitTicket) -> Result<Revision, Error> {
    let (mut last, mut unknown, mut first) = (CommitError::Poisoned, None, Some(ticket));
    for _ in 0..SETTLE {
        let ticket = first.take().unwrap_or_else(|| store.submit(commit.clone()));
        match ticket.wait().unwrap_or_else(|abandoned| Err(CommitError::Unknown(Cause::new(abandoned)))) {
            Ok(revision) => return Ok(revision),
            Err(error @ CommitError::Unknown(_)) => unknown = Some(error),
            // The engine is down: it was not applied, and may be once it is up again.
            Err(error @ (CommitError::Poisoned | CommitError::NotApplied(_))) => last = error,
            // Judged against the state and the ids that there are: it tells of the first attempt too.
            Err(error @ (CommitError::Conflict { .. } | CommitError::IdReused)) => return Err(error.into()),
            // Tells only of this attempt.
            Err(error) if unknown.is_some() => last = error,
            Err(error) => return Err(error.into()),
        }
        // The engine decides what was committed when it is opened anew; only then can the question be asked again.
        let _ = store.maintain(Maintenance::Reopen);
    }
    Err(unknown.unwrap_or(last).into())
}

/// Whether a commit may have happened although it failed.
pub(crate) fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Commit(CommitError::Unknown(_)))
}

/// Whether a call that failed so may have an event that says that it was done: its commit may have happened, or the event
/// was appended and could not be synced.
pub(crate) fn may_be_recorded(error: &Error) -> bool {
    is_unknown(error) || matches!(error, Error::Audit(_))
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Committed {
    /// `kind u8 ‖ wall i64 ‖ monotonic u64 ‖ blind(32) ‖ writes hash(32) ‖ record`, big-endian.
    fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.kind as u8];
        out.extend_from_slice(&self.moment.wall.as_nanos().to_be_bytes());
        out.extend_from_slice(&nanos(self.moment.monotonic).to_be_bytes());
        out.extend_from_slice(&self.blind);
        out.extend_from_slice(&self.writes_hash);
        out.extend_from_slice(&self.record);
        out
    }

    fn decode(bytes: &[u8], sequence: u64, revision: u64) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (wall, rest) = rest.split_first_chunk()?;
        let (monotonic, rest) = rest.split_first_chunk()?;
        let (blind, rest) = rest.split_first_chunk()?;
        let (writes_hash, record) = rest.split_first_chunk()?;
        Some(Self {
            sequence,
            kind: EntryKind::from_number(*kind)?,
            revision,
            moment: Moment {
                wall: Timestamp::from_nanos(i64::from_be_bytes(*wall)),
                monotonic: Duration::from_nanos(u64::from_be_bytes(*monotonic)),
            },
            blind: *blind,
            writes_hash: *writes_hash,
            record: record.to_vec(),
        })
    }
}

/// What the stored head says besides the head: the highest time seen.
pub(crate) fn split_head(body: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (seen, head) = body.split_first_chunk()?;
    Some((Timestamp::from_nanos(i64::from_be_bytes(*seen)), head))
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Journal>();
    shared::<Arc<Journal>>();
};
