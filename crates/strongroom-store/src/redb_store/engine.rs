//! The engine between opening and closing: reads, batches, upkeep, and what becomes of it when something fails.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use redb::{Database, ReadTransaction, ReadableDatabase};

use super::backend::{Fault, Faults, Guarded};
use super::committer::Job;
use super::place::{Place, io_error};
use super::tables::{
    Batch, IDS, IDS_FROM, META, MIN_READER, Outcome, RECORDS, REVISION, Verdict, begin, drop_ids, known_id, number,
    record,
};
use super::{RedbOptions, Verify};
use crate::error::{Cause, CommitError, StoreError};
use crate::record::{Freshness, Key, KeyRange, PageLimit, Read, Record, Revision};
use crate::store::{Maintenance, Progress};
use crate::watch::{ChangeSink, Feed, Watch};

/// The newest format this version reads, and the one it writes.
const FORMAT: u16 = 1;
/// Files up to this size are verified whenever they are opened.
const SMALL: u64 = 64 << 20;
/// From this size on, the last commit of a burst saves what makes reopening after a crash quick: without it
/// reopening reads the whole file (0.18 to 0.33 GB/s measured), with it each commit costs more than twice.
const LARGE: u64 = 1 << 30;
#[derive(Debug)]
pub(super) struct Engine {
    place: Place,
    options: RedbOptions,
    /// Held by whoever changes the store, until the change is published. Taken before `state`.
    gate: Mutex<()>,
    state: RwLock<State>,
    faults: Arc<Faults>,
    feed: Feed,
    /// How often the engine was opened or closed: a snapshot is of one time.
    opened: AtomicU64,
    /// Snapshots that are being read.
    snapshots: AtomicUsize,
}

#[derive(Debug)]
enum State {
    Open(Database),
    Down(StoreError),
}

/// How far a batch got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing on the disk refers to it yet.
    Preparing,
    Committing,
}

impl Engine {
    /// Makes an empty store in an empty place.
    pub(super) fn initialize(place: &Place, options: RedbOptions) -> Result<(), StoreError> {
        let faults = Arc::new(Faults::default());
        let backend = Guarded::direct(place.backend()?, Arc::clone(&faults));
        let make = || -> Outcome<()> {
            let database = builder(options).create_with_backend(backend)?;
            let mut writing = database.begin_write()?;
            writing.set_two_phase_commit(true);
            {
                writing.open_table(RECORDS)?;
                writing.open_table(IDS)?;
                let mut meta = writing.open_table(META)?;
                meta.insert(MIN_READER, u64::from(FORMAT))?;
                meta.insert(REVISION, Revision::start_of(options.epoch).as_u64())?;
                meta.insert(IDS_FROM, 0)?;
            }
            writing.commit()?;
            Ok(database.close()?)
        };
        guard(make).map_err(|error| explain(error, &faults, place))
    }

    pub(super) fn open(place: Place, options: RedbOptions) -> Result<Self, StoreError> {
        let faults = Arc::new(Faults::default());
        let verify = match options.verify {
            Verify::Always => true,
            Verify::Small => place.len()? <= SMALL,
            Verify::AfterCrash => false,
        };
        let (database, revision) = open_database(&place, options, &faults, verify)?;
        let state = RwLock::new(State::Open(database));
        let feed = Feed::new(revision);
        let (opened, snapshots) = (AtomicU64::new(0), AtomicUsize::new(0));
        Ok(Self { place, options, gate: Mutex::new(()), state, faults, feed, opened, snapshots })
    }

    pub(super) fn close(&self) -> Result<(), StoreError> {
        let _gate = self.gate();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        self.opened.fetch_add(1, Ordering::AcqRel);
        match std::mem::replace(&mut *state, State::Down(StoreError::Closed)) {
            State::Open(database) => {
                guard(|| Ok(database.close()?)).map_err(|error| explain(error, &self.faults, &self.place))
            }
            State::Down(_) => Ok(()),
        }
    }

    fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn watch(
        &self,
        prefixes: &[Key],
        after: Revision,
        sink: Box<dyn ChangeSink>,
    ) -> Result<Watch, StoreError> {
        if let State::Down(why) = &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            return Err(why.clone());
        }
        self.feed.watch(prefixes, after, sink)
    }
}

/// Reading.
impl Engine {
    pub(super) fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
        self.read(freshness, |reading| {
            if keys.is_empty() {
                return Ok(Vec::new());
            }
            let records = reading.open_table(RECORDS)?;
            let one = |key: &Key| match records.get(key.as_bytes())? {
                Some(stored) => record(key.clone(), stored.value()).map(Some),
                None => Ok(None),
            };
            keys.iter().map(one).collect()
        })
    }

    pub(super) fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError> {
        self.read(freshness, |reading| {
            let Some(bounds) = range.bounds(after) else { return Ok(Vec::new()) };
            let records = reading.open_table(RECORDS)?;
            let mut page = Vec::new();
            for entry in records.range::<&[u8]>(bounds)?.take(limit.get()) {
                let (key, stored) = entry?;
                page.push(record(key.value().into(), stored.value())?);
            }
            Ok(page)
        })
    }

    /// Reads from one state. A read that failed because of the disk, or because it was full when last written,
    /// opens the engine again and tries once more.
    fn read<T>(
        &self,
        freshness: Freshness,
        read: impl Fn(&ReadTransaction) -> Outcome<T>,
    ) -> Result<Read<T>, StoreError> {
        self.read_once(freshness, &read).or_else(|error| {
            if matches!(error, StoreError::Behind { .. }) || !self.heal() {
                return Err(error);
            }
            self.read_once(freshness, &read)
        })
    }

    /// Begins to read one state, and says how often the engine had been opened by then.
    pub(super) fn begin_snapshot(&self) -> Result<(ReadTransaction, u64), StoreError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let database = match &*state {
            State::Open(database) => database,
            State::Down(why) => return Err(why.clone()),
        };
        let reading =
            guard(|| Ok(database.begin_read()?)).map_err(|error| explain(error, &self.faults, &self.place))?;
        self.snapshots.fetch_add(1, Ordering::AcqRel);
        Ok((reading, self.opened.load(Ordering::Acquire)))
    }

    pub(super) fn end_snapshot(&self) {
        self.snapshots.fetch_sub(1, Ordering::AcqRel);
    }

    /// Reads from a state that was begun when the engine had been opened `opened` times. Once it was opened again, pages
    /// of that state may have been used for others.
    pub(super) fn read_snapshot<T>(&self, opened: u64, read: impl FnOnce() -> Outcome<T>) -> Result<T, StoreError> {
        // Held while it is read: nobody opens the engine anew meanwhile.
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Down(why) => Err(why.clone()),
            State::Open(_) if self.opened.load(Ordering::Acquire) != opened => Err(StoreError::Poisoned),
            State::Open(_) => guard(read).map_err(|error| explain(error, &self.faults, &self.place)),
        }
    }

    fn read_once<T>(
        &self,
        freshness: Freshness,
        read: &impl Fn(&ReadTransaction) -> Outcome<T>,
    ) -> Result<Read<T>, StoreError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let database = match &*state {
            State::Open(database) => database,
            State::Down(why) => return Err(why.clone()),
        };
        let seen = guard(|| {
            let reading = database.begin_read()?;
            let revision = Revision::from_u64(number(&reading.open_table(META)?, REVISION)?);
            match freshness {
                Freshness::AtLeast(asked) if asked > revision => Ok(Err(StoreError::behind(asked, revision))),
                _ => Ok(Ok(Read { revision, value: read(&reading)? })),
            }
        });
        seen.unwrap_or_else(|error| Err(explain(error, &self.faults, &self.place)))
    }

    /// Opens the engine again if that is all it needs. Answers whether it is worth trying again.
    fn heal(&self) -> bool {
        let _gate = self.gate();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match (&*state, self.faults.gravest()) {
            (State::Open(_), Fault::None) => true,
            (State::Open(_), Fault::Read | Fault::Full) | (State::Down(StoreError::Full | StoreError::Io(_)), _) => {
                self.reopen(&mut state, false).is_ok()
            }
            _ => false,
        }
    }

    /// Closes the engine and opens it again. With the gate held.
    fn reopen(&self, state: &mut State, verify: bool) -> Result<(), StoreError> {
        self.opened.fetch_add(1, Ordering::AcqRel);
        *state = State::Down(StoreError::Closed);
        self.faults.clear();
        match open_database(&self.place, self.options, &self.faults, verify) {
            Ok((database, revision)) => {
                *state = State::Open(database);
                self.feed.restart(revision);
                Ok(())
            }
            Err(error) => {
                *state = State::Down(error.clone());
                Err(error)
            }
        }
    }
}

/// Writing.
impl Engine {
    /// Judges and commits a batch, publishes it, and answers everyone. `last` says that nothing waits behind it.
    pub(super) fn run(&self, jobs: Vec<Job>, last: bool) {
        let _gate = self.gate();
        if matches!(&*self.state.read().unwrap_or_else(PoisonError::into_inner), State::Down(StoreError::Full)) {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            // Whether it worked is what the next look at the state finds.
            let _again = self.reopen(&mut state, false);
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let database = match &*state {
            State::Open(database) => database,
            State::Down(why) => return answer_all(jobs, &refusal(why)),
        };
        let quick = last && self.place.len().is_ok_and(|len| len >= LARGE);
        let mut stage = Stage::Preparing;
        match guard(|| apply(database, &jobs, quick, &mut stage)) {
            Ok(verdicts) => {
                drop(state);
                self.answer(jobs, verdicts);
            }
            Err(error) => {
                drop(state);
                self.settle(jobs, stage, error);
            }
        }
    }

    /// Changes are published before anyone hears of his own: whoever has his answer finds caches up to date.
    fn answer(&self, jobs: Vec<Job>, verdicts: Vec<Verdict>) {
        for (job, verdict) in jobs.iter().zip(&verdicts) {
            if let Verdict::Applied(revision) = verdict {
                self.feed.publish(*revision, &job.commit.write);
            }
        }
        for (job, verdict) in jobs.into_iter().zip(verdicts) {
            job.completer.complete(match verdict {
                Verdict::Applied(revision) | Verdict::Before(revision) => Ok(revision),
                Verdict::Refused(error) => Err(error),
            });
        }
    }

    /// A batch failed. After a failed sync or write nothing is served until somebody opens the store again; after
    /// anything less the engine is opened again here, and it knows by their ids which commits it has.
    fn settle(&self, jobs: Vec<Job>, stage: Stage, error: redb::Error) {
        let fault = self.faults.gravest();
        let why = explain(error, &self.faults, &self.place);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let absent = match fault {
            Fault::Full => CommitError::Full,
            _ => CommitError::NotApplied(Cause::new(&why)),
        };
        if matches!(fault, Fault::Full | Fault::Read) && self.reopen(&mut state, false).is_ok() {
            drop(state);
            return self.answer_by_id(jobs, &absent);
        }
        if !matches!(fault, Fault::Full | Fault::Read) {
            *state = State::Down(why.clone());
        }
        drop(state);
        answer_all(jobs, &if stage == Stage::Preparing { absent } else { CommitError::Unknown(Cause::new(why)) });
    }

    fn answer_by_id(&self, jobs: Vec<Job>, absent: &CommitError) {
        let ids: Vec<_> = jobs.iter().map(|job| job.commit.id.to_bytes()).collect();
        let known = self.read_once(Freshness::Latest, &|reading: &ReadTransaction| {
            let table = reading.open_table(IDS)?;
            let one = |id: &[u8; 20]| table.get(id.as_slice())?.map(|stored| known_id(stored.value())).transpose();
            ids.iter().map(one).collect::<Outcome<Vec<_>>>()
        });
        let Ok(known) = known else {
            return answer_all(jobs, &CommitError::Unknown(Cause::new("the engine failed again")));
        };
        for (job, known) in jobs.into_iter().zip(known.value) {
            job.completer.complete(match known {
                Some((digest, revision)) if digest == job.digest => Ok(revision),
                Some(_) => Err(CommitError::IdReused),
                None => Err(absent.clone()),
            });
        }
    }
}

/// Upkeep.
impl Engine {
    pub(super) fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
        let _gate = self.gate();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if task == Maintenance::Reopen {
            return self.reopen_for_owner(&mut state);
        }
        let State::Open(database) = &mut *state else {
            let State::Down(why) = &*state else { return Err(StoreError::Closed) };
            return Err(why.clone());
        };
        if matches!(task, Maintenance::Compact | Maintenance::Check) && self.snapshots.load(Ordering::Acquire) > 0 {
            return Err(StoreError::Unsupported("do this while a snapshot is read"));
        }
        let done = match task {
            Maintenance::DropIds { today } => guard(|| drop_ids(database, today)),
            Maintenance::NewEpoch => guard(|| self.new_epoch(database)),
            Maintenance::Compact => guard(|| self.compact(database)),
            Maintenance::Check => guard(|| self.check(database)),
            Maintenance::Reopen => return Err(StoreError::Unsupported("reopen twice")),
        };
        done.map_err(|error| {
            let fault = self.faults.gravest();
            let why = explain(error, &self.faults, &self.place);
            match fault {
                // What was left of the task is done when it is asked for again.
                Fault::Full | Fault::Read => drop(self.reopen(&mut state, false)),
                Fault::Hard | Fault::None => *state = State::Down(why.clone()),
            }
            why
        })
    }

    fn reopen_for_owner(&self, state: &mut State) -> Result<Progress, StoreError> {
        if matches!(state, State::Down(StoreError::Closed)) {
            return Err(StoreError::Closed);
        }
        *state = State::Down(StoreError::Poisoned);
        self.reopen(state, true)?;
        Ok(Progress::finished(1))
    }

    fn new_epoch(&self, database: &Database) -> Outcome<Progress> {
        let writing = begin(database, false)?;
        let next = {
            let mut meta = writing.open_table(META)?;
            let now = Revision::from_u64(number(&meta, REVISION)?);
            let Some(epoch) = now.epoch().checked_add(1) else { return Ok(Progress::finished(0)) };
            let next = Revision::start_of(epoch);
            meta.insert(REVISION, next.as_u64())?;
            next
        };
        writing.commit()?;
        self.feed.restart(next);
        Ok(Progress::finished(1))
    }

    fn compact(&self, database: &mut Database) -> Outcome<Progress> {
        let before = self.place.len().unwrap_or(0);
        let more = database.compact()?;
        let freed = before.saturating_sub(self.place.len().unwrap_or(before));
        Ok(if more { Progress::partly(freed) } else { Progress::finished(freed) })
    }

    fn check(&self, database: &mut Database) -> Outcome<Progress> {
        if !database.check_integrity()? {
            return Err(redb::Error::Corrupted("the check had to repair it".to_owned()));
        }
        Ok(Progress::finished(self.place.len().unwrap_or(0)))
    }
}

fn builder(options: RedbOptions) -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(options.cache_bytes).set_concurrency_mode(redb::ConcurrencyMode::ExclusiveWriter);
    builder
}

/// Opens what is there, writing nothing until the format mark was found.
fn open_database(
    place: &Place,
    options: RedbOptions,
    faults: &Arc<Faults>,
    verify: bool,
) -> Result<(Database, Revision), StoreError> {
    if place.len()? == 0 {
        return Err(StoreError::NotAStore(Cause::new(format_args!("`{}` is empty", place.name()))));
    }
    // Also for the sake of a process before this one, whose sync failed.
    place.forget_cached()?;
    let backend = Guarded::rehearsing(place.backend()?, Arc::clone(faults)).map_err(io_error)?;
    let mut builder = builder(options);
    builder.set_check_integrity_on_open(verify);
    let opened = guard(|| Ok(builder.create_with_backend(backend.clone())?));
    let database = opened.map_err(|error| explain(error, faults, place))?;
    match guard(|| read_marks(&database)) {
        Ok((min_reader, _)) if min_reader > u64::from(FORMAT) => {
            Err(StoreError::NewerFormat { found: u16::try_from(min_reader).unwrap_or(u16::MAX), known: FORMAT })
        }
        Ok((_, revision)) => {
            backend.perform().map_err(io_error)?;
            Ok((database, revision))
        }
        Err(redb::Error::TableDoesNotExist(_)) => {
            Err(StoreError::NotAStore(Cause::new(format_args!("`{}` has no format mark", place.name()))))
        }
        Err(error) => Err(explain(error, faults, place)),
    }
}

fn read_marks(database: &Database) -> Outcome<(u64, Revision)> {
    let reading = database.begin_read()?;
    let meta = reading.open_table(META)?;
    let min_reader = number(&meta, MIN_READER)?;
    let revision = Revision::from_u64(number(&meta, REVISION)?);
    if min_reader <= u64::from(FORMAT) {
        reading.open_table(RECORDS)?;
        reading.open_table(IDS)?;
    }
    Ok((min_reader, revision))
}

fn apply(database: &Database, jobs: &[Job], quick: bool, stage: &mut Stage) -> Outcome<Vec<Verdict>> {
    let writing = begin(database, quick)?;
    let verdicts = Batch::open(&writing)?.run(jobs)?;
    if verdicts.iter().any(|verdict| matches!(verdict, Verdict::Applied(_))) {
        *stage = Stage::Committing;
        writing.commit()?;
    } else {
        writing.abort()?;
    }
    Ok(verdicts)
}

fn answer_all(jobs: Vec<Job>, error: &CommitError) {
    for job in jobs {
        job.completer.complete(Err(error.clone()));
    }
}

/// What a commit is told that meets a store that is down.
fn refusal(why: &StoreError) -> CommitError {
    match why {
        StoreError::Full => CommitError::Full,
        StoreError::Poisoned => CommitError::Poisoned,
        other => CommitError::NotApplied(Cause::new(other)),
    }
}

/// Runs the engine. It panics on some damaged files; to a caller that is damage, not a reason to die.
fn guard<T>(run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(redb::Error::Corrupted("the engine stopped on what it read".to_owned())))
}

/// The engine's error by what the caller can do. What the disk answered comes first.
fn explain(error: redb::Error, faults: &Faults, place: &Place) -> StoreError {
    match (faults.gravest(), error) {
        (Fault::Hard, _) => StoreError::Poisoned,
        (Fault::Full, _) => StoreError::Full,
        (Fault::None, redb::Error::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
            StoreError::NotAStore(Cause::new(error))
        }
        (_, redb::Error::Io(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            StoreError::Damaged(Cause::new("the file is shorter than it says"))
        }
        (_, redb::Error::Io(error)) => io_error(error),
        (_, redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch) => {
            StoreError::AlreadyOpen(place.name())
        }
        (_, redb::Error::UpgradeRequired(version)) => {
            StoreError::NotAStore(Cause::new(format_args!("the engine's file format is {version}, too old")))
        }
        (_, redb::Error::Corrupted(what)) => StoreError::Damaged(Cause::new(what)),
        (Fault::Read, error) => StoreError::Io(Cause::new(error)),
        (Fault::None, error) => StoreError::Damaged(Cause::new(error)),
    }
}
