//! The one writer: threads that come together share one write, and many share one sync.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use strongroom_types::{Completer, Ticket, Timestamp};

use super::frame::{HEADER_LEN, MAX_RECORD_LEN, Segment, segment_header, segment_name, write_frame};
use super::{Appended, EntryParts, Head, Lag, LogOptions, LogStorage};
use crate::checkpoint::Origin;
use crate::crypto::{Hash, LogCrypto};
use crate::entry::{Entry, leaf_hash, record_hash};
use crate::error::{Error, FileFault};
use crate::merkle::CompactRange;

/// How many batches of others a thread writes after its own before it hands the pen over.
const ROUNDS: u32 = 8;

/// Where the next byte goes.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    pub(super) segment: Segment,
    pub(super) len: u64,
}

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) storage: Arc<dyn LogStorage>,
    pub(super) crypto: LogCrypto,
    pub(super) origin: Origin,
    pub(super) options: LogOptions,
    state: Mutex<State>,
    /// One for batches with an even number, one for those with an odd one: no more than two are under way.
    batch_done: [Condvar; 2],
    pub(super) sync_wanted: Condvar,
    syncing: Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// Everything that was given an index, written or not.
    range: CompactRange,
    filling: Batch,
    /// Whether a thread has the pen: files are touched by it alone, without the lock.
    writing: bool,
    written: CompactRange,
    tail: Tail,
    /// A failed write may have left bytes behind the tail.
    ragged: bool,
    /// Closed segments that were not synced.
    unsynced: Vec<Segment>,
    synced: Head,
    marks: Marks,
    outcomes: Vec<Outcome>,
    waiting: Vec<(u64, Completer<Result<(), Error>>)>,
    fatal: Option<Error>,
    spare: Spare,
}

/// What tells how far syncing is behind, without a clock: the entries' own times.
#[derive(Debug, Default)]
struct Marks {
    /// Bytes of frames written since the log was opened, and how many of them are synced.
    written_bytes: u64,
    synced_bytes: u64,
    /// Of the written entries that are not synced.
    unsynced: Times,
    /// Of those that were written after the sync under way began.
    meanwhile: Times,
    /// The highest time in a written entry, and of those the highest that is synced.
    newest: Option<Timestamp>,
    synced_through: Option<Timestamp>,
}

/// The lowest and the highest time in some entries.
#[derive(Debug, Clone, Copy, Default)]
struct Times(Option<(Timestamp, Timestamp)>);

impl Times {
    fn add(&mut self, low: Timestamp, high: Timestamp) {
        let (lowest, highest) = self.0.unwrap_or((low, high));
        self.0 = Some((lowest.min(low), highest.max(high)));
    }
}

impl Marks {
    fn wrote(&mut self, bytes: u64, times: Times) {
        self.written_bytes = self.written_bytes.saturating_add(bytes);
        if let Some((low, high)) = times.0 {
            self.unsynced.add(low, high);
            self.meanwhile.add(low, high);
            self.newest = self.newest.max(Some(high));
        }
    }
}

#[derive(Debug, Default)]
struct Batch {
    number: u64,
    bytes: Vec<u8>,
    times: Times,
    /// Threads that sleep until it is written.
    waiters: u32,
}

/// A written batch that some threads still have to be told of.
#[derive(Debug)]
struct Outcome {
    batch: u64,
    waiters: u32,
    result: Result<(), Error>,
}

/// Allocations that are used again.
#[derive(Debug, Default)]
struct Spare {
    bytes: Vec<u8>,
    range: CompactRange,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Writer {
    pub(super) fn new(
        storage: Arc<dyn LogStorage>,
        crypto: LogCrypto,
        origin: Origin,
        options: LogOptions,
        start: Start,
    ) -> Self {
        let state = State {
            range: start.range.clone(),
            filling: Batch::default(),
            writing: false,
            written: start.range,
            tail: start.tail,
            ragged: false,
            unsynced: start.unsynced,
            synced: start.synced,
            marks: Marks::default(),
            outcomes: Vec::new(),
            waiting: Vec::new(),
            fatal: None,
            spare: Spare::default(),
        };
        Self {
            storage,
            crypto,
            origin,
            options,
            state: Mutex::new(state),
            batch_done: [Condvar::new(), Condvar::new()],
            sync_wanted: Condvar::new(),
            syncing: Mutex::new(()),
        }
    }

    pub(super) fn append(&self, parts: &EntryParts<'_>) -> Result<Appended, Error> {
        let record = self.record(parts)?;
        let mut state = lock(&self.state);
        if let Some(fatal) = &state.fatal {
            return Err(fatal.clone());
        }
        let appended = self.push(&mut state, parts, record)?;
        self.until_written(state)?;
        Ok(appended)
    }

    pub(super) fn append_all(&self, parts: &[EntryParts<'_>]) -> Result<Option<u64>, Error> {
        let records = parts.iter().map(|parts| self.record(parts)).collect::<Result<Vec<_>, _>>()?;
        let mut state = lock(&self.state);
        if let Some(fatal) = &state.fatal {
            return Err(fatal.clone());
        }
        let mut last = None;
        // Under one hold of the lock: what was given an index is in one batch, and so in one write.
        for (parts, record) in parts.iter().zip(records) {
            last = Some(self.push(&mut state, parts, record)?.index);
        }
        if last.is_some() {
            self.until_written(state)?;
        }
        Ok(last)
    }

    /// A record's length and hash.
    fn record(&self, parts: &EntryParts<'_>) -> Result<(u32, Hash), Error> {
        let len = u32::try_from(parts.record.len()).ok().filter(|len| *len as usize <= MAX_RECORD_LEN);
        let len = len.ok_or(Error::malformed("a record", "it is longer than a record can be"))?;
        Ok((len, record_hash(&self.crypto, parts.blind, parts.record)))
    }

    /// Gives an entry its index and puts it into the batch that is filling.
    fn push(
        &self,
        state: &mut State,
        parts: &EntryParts<'_>,
        (record_len, record_hash): (u32, Hash),
    ) -> Result<Appended, Error> {
        let index = state.range.size();
        let entry = Entry {
            kind: parts.kind,
            index,
            revision: parts.revision,
            wall: parts.wall,
            monotonic: parts.monotonic,
            instance: parts.instance,
            record_len,
            record_hash,
            writes_hash: parts.writes_hash,
        }
        .encode();
        let leaf = leaf_hash(&self.crypto, &entry);
        state.range.push(&self.crypto, leaf);
        if let Err(broken) = self.crypto.check() {
            state.fatal = Some(broken.clone());
            return Err(broken);
        }
        state.filling.times.add(parts.wall, parts.wall);
        write_frame(&mut state.filling.bytes, &leaf, &entry, parts.blind, parts.record);
        Ok(Appended { index, leaf })
    }

    /// Takes the pen if it lies there, or sleeps until whoever has it wrote this thread's batch too.
    fn until_written(&self, mut state: MutexGuard<'_, State>) -> Result<(), Error> {
        if !state.writing {
            return self.lead(state);
        }
        let batch = state.filling.number;
        state.filling.waiters = state.filling.waiters.saturating_add(1);
        loop {
            state = self.done(batch).wait(state).unwrap_or_else(PoisonError::into_inner);
            if let Some(result) = state.take_outcome(batch) {
                return result;
            }
            if !state.writing && state.filling.number == batch {
                state.filling.waiters = state.filling.waiters.saturating_sub(1);
                return self.lead(state);
            }
        }
    }

    fn done(&self, batch: u64) -> &Condvar {
        let [even, odd] = &self.batch_done;
        if batch.is_multiple_of(2) { even } else { odd }
    }

    /// Writes the filling batch, which is this thread's own, and a few that fill meanwhile.
    fn lead<'s>(&'s self, mut state: MutexGuard<'s, State>) -> Result<(), Error> {
        state.writing = true;
        let (mut state, own) = self.write_batch(state);
        for _ in 0..ROUNDS {
            if state.filling.bytes.is_empty() {
                break;
            }
            (state, _) = self.write_batch(state);
        }
        state.writing = false;
        if !state.filling.bytes.is_empty() {
            self.done(state.filling.number).notify_one();
        }
        own
    }

    fn write_batch<'s>(&'s self, mut state: MutexGuard<'s, State>) -> (MutexGuard<'s, State>, Result<(), Error>) {
        let next = state.filling.number.wrapping_add(1);
        let bytes = std::mem::take(&mut state.spare.bytes);
        let empty = Batch { number: next, bytes, times: Times::default(), waiters: 0 };
        let mut batch = std::mem::replace(&mut state.filling, empty);
        let mut after = std::mem::take(&mut state.spare.range);
        after.copy_from(&state.range);
        let (mut tail, ragged, first) = (state.tail.clone(), state.ragged, state.written.size());
        drop(state);

        let before = tail.segment.first;
        let old = tail.segment.clone();
        let path = tail.segment.path.clone();
        let result = no_panic("writing", &path, || self.put(&mut tail, ragged, first, &batch.bytes));

        let mut state = lock(&self.state);
        if tail.segment.first != before {
            state.unsynced.push(old);
        }
        state.tail = tail;
        match &result {
            Ok(()) => {
                let was_synced = state.written.size() == state.synced.size();
                state.ragged = false;
                state.marks.wrote(batch.bytes.len() as u64, batch.times);
                std::mem::swap(&mut state.written, &mut after);
                if was_synced {
                    self.sync_wanted.notify_one();
                }
            }
            Err(error) => self.roll_back(&mut state, error),
        }
        state.tell(batch.number, batch.waiters, &result);
        if batch.waiters > 0 {
            self.done(batch.number).notify_all(); // waking is a system call, also if nobody sleeps
        }
        batch.bytes.clear();
        // One very long batch must not hold its memory for ever.
        batch.bytes.shrink_to(1 << 20);
        state.spare = Spare { bytes: batch.bytes, range: after };
        (state, result)
    }

    /// What was given an index and not written is taken back, also what filled meanwhile.
    fn roll_back(&self, state: &mut State, error: &Error) {
        state.ragged = true;
        let State { range, written, .. } = state;
        range.copy_from(written);
        if !matches!(error, Error::Unavailable(_)) {
            state.fatal = Some(error.clone());
            // The syncer tells those that wait for it.
            self.sync_wanted.notify_one();
        }
        let (number, waiters) = (state.filling.number, std::mem::take(&mut state.filling.waiters));
        state.filling.bytes.clear();
        state.filling.times = Times::default();
        state.filling.number = number.wrapping_add(1);
        state.tell(number, waiters, &Err(error.clone()));
        self.done(number).notify_all();
    }

    /// Puts a batch behind the tail, in a new segment if the old one is full. Without the lock.
    fn put(&self, tail: &mut Tail, ragged: bool, first: u64, bytes: &[u8]) -> Result<(), Error> {
        let path = tail.segment.path.clone();
        let unavailable = |doing, e: &std::io::Error| Error::Unavailable(FileFault::new(doing, &path, e));
        if ragged {
            tail.segment.file.truncate(tail.len).map_err(|e| unavailable("cutting", &e))?;
        }
        in_place(&tail.segment, tail.segment.file.check_in_place(), |len| len == tail.len)?;
        if tail.len >= self.options.segment_bytes && tail.segment.first != first {
            *tail = create_segment(&*self.storage, &self.origin, first, tail.segment.first)?;
        }
        if let Err(e) = tail.segment.file.write_at(tail.len, bytes) {
            // If this fails too, the next write cuts first.
            let _ = tail.segment.file.truncate(tail.len);
            return Err(Error::Unavailable(FileFault::new("writing", &tail.segment.path, &e)));
        }
        tail.len = tail.len.saturating_add(bytes.len() as u64);
        Ok(())
    }

    pub(super) fn sync_through(&self, index: u64) -> Ticket<Result<(), Error>> {
        let in_place = self.syncs_in_place();
        let mut state = lock(&self.state);
        if let Some(fatal) = &state.fatal {
            return Ticket::ready(Err(fatal.clone()));
        }
        if state.synced.size() > index {
            return Ticket::ready(Ok(()));
        }
        if state.written.size() <= index {
            return Ticket::ready(Err(Error::malformed("a leaf's index", "there is no such leaf yet")));
        }
        if in_place {
            drop(state);
            return Ticket::ready(self.sync());
        }
        let (completer, ticket) = Ticket::pair();
        state.waiting.push((index, completer));
        self.sync_wanted.notify_one();
        ticket
    }

    pub(super) fn syncs_in_place(&self) -> bool {
        self.storage.is_volatile() || self.options.syncing == super::Syncing::InPlace
    }

    /// Syncs what is written. A failure is never tried again: later success would prove nothing.
    pub(super) fn sync(&self) -> Result<(), Error> {
        let _one_at_a_time = lock(&self.syncing);
        let mut state = lock(&self.state);
        if let Some(fatal) = &state.fatal {
            return Err(fatal.clone());
        }
        if state.written.size() == state.synced.size() {
            return Ok(());
        }
        let range = state.written.clone();
        let tail = state.tail.clone();
        let mut files = std::mem::take(&mut state.unsynced);
        let (bytes, newest) = (state.marks.written_bytes, state.marks.newest);
        state.marks.meanwhile = Times::default();
        drop(state);

        files.push(tail.segment.clone());
        for segment in &files {
            let fault = |e: std::io::Error| Error::Poisoned(FileFault::new("syncing", &segment.path, &e));
            let synced = no_panic("syncing", &segment.path, || segment.file.sync().map_err(fault));
            synced.map_err(|failed| self.poison(failed))?;
        }
        // A file that was deleted meanwhile syncs without complaint.
        in_place(&tail.segment, tail.segment.file.check_name(), |len| len >= tail.len)
            .map_err(|displaced| self.poison(displaced))?;
        let root = range.root(&self.crypto);
        if let Err(broken) = self.crypto.check() {
            return Err(self.poison(broken));
        }

        let mut state = lock(&self.state);
        if let Some(fatal) = &state.fatal {
            return Err(fatal.clone());
        }
        let size = range.size();
        state.marks.synced_bytes = bytes;
        state.marks.unsynced = state.marks.meanwhile;
        state.marks.synced_through = newest;
        state.synced = Head { range, root, segment: tail.segment.first, offset: tail.len, closed: false };
        let ready: Vec<_> = state.waiting.extract_if(.., |(index, _)| *index < size).collect();
        drop(state);
        ready.into_iter().for_each(|(_, completer)| completer.complete(Ok(())));
        Ok(())
    }

    /// Nothing is taken any more; whoever waits is told.
    pub(super) fn poison(&self, error: Error) -> Error {
        let mut state = lock(&self.state);
        let fatal = state.fatal.get_or_insert(error).clone();
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(|(_, completer)| completer.complete(Err(fatal.clone())));
        self.sync_wanted.notify_all();
        fatal
    }

    /// The syncer's thread: syncs when asked, and within the option's time otherwise, until `closing` says true.
    pub(super) fn keep_synced(&self, closing: &dyn Fn() -> bool) {
        loop {
            let mut state = lock(&self.state);
            while !closing() && state.waiting.is_empty() {
                if state.written.size() == state.synced.size() || state.fatal.is_some() {
                    state = self.sync_wanted.wait(state).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                let within = self.options.sync_within;
                let (back, timed) =
                    self.sync_wanted.wait_timeout(state, within).unwrap_or_else(PoisonError::into_inner);
                state = back;
                if timed.timed_out() {
                    break;
                }
            }
            drop(state);
            let last = closing();
            if let Err(error) = self.sync() {
                // Tells those that came between the failure and now.
                self.poison(error);
            }
            if last {
                return;
            }
        }
    }

    /// Wakes the syncer; the lock makes sure that it does not miss it.
    pub(super) fn wake_syncer(&self) {
        drop(lock(&self.state));
        self.sync_wanted.notify_all();
    }

    pub(super) fn written_size(&self) -> u64 {
        lock(&self.state).written.size()
    }

    pub(super) fn synced_head(&self) -> Result<Head, Error> {
        let state = lock(&self.state);
        match &state.fatal {
            Some(fatal) => Err(fatal.clone()),
            None => Ok(state.synced.clone()),
        }
    }

    pub(super) fn lag(&self) -> Lag {
        let state = lock(&self.state);
        let volatile = self.storage.is_volatile();
        let events = state.written.size();
        let behind = !volatile && state.synced.size() < events;
        Lag {
            events,
            synced_events: if volatile { events } else { state.synced.size() },
            unsynced_bytes: if behind { state.marks.written_bytes.saturating_sub(state.marks.synced_bytes) } else { 0 },
            oldest_unsynced: state.marks.unsynced.0.map(|(low, _)| low).filter(|_| behind),
            synced_through: if volatile { state.marks.newest } else { state.marks.synced_through },
            segment_bytes: state.tail.len,
            fault: state.fatal.clone(),
        }
    }

    pub(super) fn synced_size(&self) -> u64 {
        lock(&self.state).synced.size()
    }
}

impl State {
    fn tell(&mut self, batch: u64, waiters: u32, result: &Result<(), Error>) {
        if waiters > 0 {
            self.outcomes.push(Outcome { batch, waiters, result: result.clone() });
        }
    }

    fn take_outcome(&mut self, batch: u64) -> Option<Result<(), Error>> {
        let at = self.outcomes.iter().position(|outcome| outcome.batch == batch)?;
        let outcome = self.outcomes.get_mut(at)?;
        outcome.waiters = outcome.waiters.saturating_sub(1);
        if outcome.waiters > 0 {
            return Some(outcome.result.clone());
        }
        Some(self.outcomes.swap_remove(at).result)
    }
}

/// A storage that panics must not leave the pen in a dead thread's hand: it is as if a sync had failed.
fn no_panic(doing: &'static str, path: &Path, act: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    let panicked = |_| {
        let e = std::io::Error::other("the storage panicked");
        Err(Error::Poisoned(FileFault::new(doing, path, &e)))
    };
    std::panic::catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(panicked)
}

/// That the file was found, and its length is one that is expected.
fn in_place(segment: &Segment, found: std::io::Result<u64>, expected: impl Fn(u64) -> bool) -> Result<(), Error> {
    let displaced = |e: std::io::Error| Error::Displaced(FileFault::new("writing", &segment.path, &e));
    let len = found.map_err(displaced)?;
    if expected(len) { Ok(()) } else { Err(displaced(std::io::Error::other("its length changed"))) }
}

/// What a writer starts from.
pub(super) struct Start {
    pub(super) range: CompactRange,
    pub(super) tail: Tail,
    pub(super) unsynced: Vec<Segment>,
    pub(super) synced: Head,
}

/// Makes a segment, or takes over what a failed attempt left of it.
pub(super) fn create_segment(
    storage: &dyn LogStorage,
    origin: &Origin,
    first: u64,
    previous: u64,
) -> Result<Tail, Error> {
    let name = segment_name(first);
    let path = storage.path().join(&name);
    let fault = |doing| {
        let path = path.clone();
        move |e: std::io::Error| Error::Unavailable(FileFault::new(doing, &path, &e))
    };
    let file = match storage.create(&name) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            let file = storage.open(&name).map_err(fault("opening"))?;
            // A failed attempt leaves a part of the header at most; anything longer is not ours to cut.
            if file.len().map_err(fault("opening"))? > HEADER_LEN {
                let e = std::io::ErrorKind::AlreadyExists.into();
                return Err(Error::Displaced(FileFault::new("making", &path, &e)));
            }
            file.truncate(0).map_err(fault("cutting"))?;
            file
        }
        made => made.map_err(fault("making"))?,
    };
    file.write_at(0, &segment_header(origin, first, previous)).map_err(fault("writing"))?;
    Ok(Tail { segment: Segment { file, path: path.into(), first }, len: HEADER_LEN })
}
