//! When a key was last used: known at once, written down later, and read from the log where it was not written.
//!
//! A call costs one note into a cell of its key. The cells are written into records when the log's head is (that is at
//! least every few thousand calls), by due work, and on closing; with them goes a mark of how much of the log they cover.
//! On opening, what the log has behind the mark is added. The log alone is the truth: what is written is a copy of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use strongroom_audit::event::Record;
use strongroom_keys::{LastUsageRecord, RecordKind, UsageMark, layout};
use strongroom_store::Write;
use strongroom_types::row::Row;
use strongroom_types::{KeyArn, KeyLastUsageTrackingOperation, Operation, Timestamp};

use crate::Error;
use crate::cache::{Map, Next};
use crate::core::Core;
use crate::records::KeyEntry;
use crate::sync::{Mutex, lock};

/// Records in one commit.
const BATCH: usize = 40;

/// A use, as a call tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Used {
    /// The place of its event in the log.
    pub(crate) index: u64,
    pub(crate) operation: Operation,
    pub(crate) at: Timestamp,
    /// The id of the copy of the event that the key's owner has.
    pub(crate) event_id: [u8; 16],
    pub(crate) request_id: [u8; 16],
}

/// Whether a successful call counts as a use of its keys: what can be tried dry and changes nothing, which is what AWS's
/// list of operations comes to (AWS KMS API Reference, KeyLastUsageData).
pub(crate) const fn is_use(row: &Row) -> bool {
    row.dry_run && row.read_only
}

/// The last use of one key in this run.
///
/// A word is taken for the time of seven stores; whoever finds it taken waits for them. That is no lock that anything is
/// done under: not even an allocation.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    taken: AtomicBool,
    /// Whether it stands in the list of what is to be written.
    listed: AtomicBool,
    /// One more than the index; 0 before the first use.
    next: AtomicU64,
    operation: AtomicU64,
    at: AtomicI64,
    ids: [AtomicU64; 4],
}

fn words(id: [u8; 16]) -> [u64; 2] {
    let id = u128::from_be_bytes(id);
    [(id >> 64) as u64, id as u64]
}

fn id(high: u64, low: u64) -> [u8; 16] {
    (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
}

impl Usage {
    fn alone<R>(&self, with: impl FnOnce() -> R) -> R {
        let mut tries = 0_u32;
        while self.taken.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            tries = tries.saturating_add(1);
            // Whoever has it may have been put to sleep by the system.
            if tries < 100 { std::hint::spin_loop() } else { std::thread::yield_now() }
        }
        let result = with();
        self.taken.store(false, Ordering::Release);
        result
    }

    /// Notes a use, unless a later one is known. Answers whether it has to be listed.
    fn note(&self, used: &Used) -> bool {
        self.alone(|| {
            let next = used.index.saturating_add(1);
            if self.next.load(Ordering::Relaxed) >= next {
                return;
            }
            self.next.store(next, Ordering::Relaxed);
            self.operation.store(used.operation as u64, Ordering::Relaxed);
            self.at.store(used.at.as_nanos(), Ordering::Relaxed);
            let ids = words(used.event_id).into_iter().chain(words(used.request_id));
            self.ids.iter().zip(ids).for_each(|(place, word)| place.store(word, Ordering::Relaxed));
        });
        // What is noted before the list is cleared is written; what is noted later finds it cleared.
        !self.listed.load(Ordering::Relaxed) && !self.listed.swap(true, Ordering::Relaxed)
    }

    /// The log has so many events: the next one is later than what is known here, even if that stood behind its end.
    fn cut(&self, size: u64) {
        self.alone(|| {
            let next = self.next.load(Ordering::Relaxed).min(size);
            self.next.store(next, Ordering::Relaxed);
        });
    }

    fn read(&self) -> Option<Used> {
        self.alone(|| {
            let index = self.next.load(Ordering::Relaxed).checked_sub(1)?;
            let operation = usize::try_from(self.operation.load(Ordering::Relaxed)).ok()?;
            let [a, b, c, d] = self.ids.each_ref().map(|word| word.load(Ordering::Relaxed));
            Some(Used {
                index,
                operation: *Operation::ALL.get(operation)?,
                at: Timestamp::from_nanos(self.at.load(Ordering::Relaxed)),
                event_id: id(a, b),
                request_id: id(c, d),
            })
        })
    }
}

impl Used {
    fn record(&self) -> Option<LastUsageRecord> {
        Some(LastUsageRecord {
            operation: self.operation.as_str().parse().ok()?,
            at: self.at,
            event_id: self.event_id,
            request_id: Some(self.request_id),
        })
    }
}

/// How much of what was noted is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// As much as one commit takes, and only if nobody else is at it: a call waits for it.
    WithinCall,
    /// All of it.
    Whole,
    /// All of it, and nothing will be noted any more.
    Closing,
}

/// The cells, and what of them is to be written.
#[derive(Debug)]
pub(crate) struct Usages {
    cells: Map<KeyArn, Arc<Usage>>,
    listed: Mutex<Vec<(KeyArn, Arc<Usage>)>>,
    /// How much of the log was there when cells were last written.
    before: Mutex<u64>,
}

impl Usages {
    pub(crate) fn new() -> Self {
        Self { cells: Map::new(), listed: Mutex::new(Vec::new()), before: Mutex::new(0) }
    }

    fn cell(&self, arn: &KeyArn) -> Arc<Usage> {
        if let Some(cell) = self.cells.get(arn) {
            return cell;
        }
        let fresh = Arc::new(Usage::default());
        let stands = self.cells.change(*arn, |stands| match stands {
            Some(_) => Next::Keep,
            None => Next::Put(Arc::clone(&fresh)),
        });
        stands.unwrap_or(fresh)
    }

    /// The log was opened anew and has so many events. Uses whose events it lost happened all the same; they are told until
    /// the next one.
    pub(crate) fn cut(&self, size: u64) {
        self.cells.retain(|_, cell| {
            cell.cut(size);
            true
        });
    }

    /// Notes a use of this key.
    pub(crate) fn note(&self, key: &KeyEntry, used: &Used) {
        let cell = match key.usage.get() {
            Some(cell) => cell,
            None => {
                // Found before it is put there: nobody waits for a lock while others wait for him.
                let cell = self.cell(&key.arn);
                key.usage.get_or_init(|| cell)
            }
        };
        if cell.note(used) {
            lock(&self.listed).push((key.arn, Arc::clone(cell)));
        }
    }
}

impl Core {
    /// The last use of a key: of this run, or what was written down.
    pub(crate) fn last_usage(&self, arn: &KeyArn) -> Result<Option<LastUsageRecord>, Error> {
        if let Some(used) = self.usages.cells.get(arn).and_then(|cell| cell.read()) {
            return Ok(used.record());
        }
        let place = layout::last_usage(arn.account(), arn.region(), &arn.id());
        let read = self.records.read(&place, RecordKind::LastUsage, LastUsageRecord::decode_body)?;
        Ok(read.map(|loaded| loaded.value))
    }

    /// Since when uses are known. `None`: since the strongroom was made.
    pub(crate) fn usage_known_since(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.usage_mark()?.and_then(|mark| mark.since))
    }

    fn usage_mark(&self) -> Result<Option<UsageMark>, Error> {
        let read = self.records.read(layout::USAGE_MARK, RecordKind::LastUsage, UsageMark::decode_body)?;
        Ok(read.map(|loaded| loaded.value))
    }

    /// Writes down what was noted.
    ///
    /// The mark stays one turn behind: a call whose event stood in the log when the cells were last read has noted it by
    /// now, so what it covers is written. On closing there are no such calls any more. Within a call one commit is enough, by
    /// one caller: what it leaves, the mark does not cover.
    pub(crate) fn write_usages(&self, seen: Timestamp, pass: Pass) -> Result<(), Error> {
        if !self.journal.is_persistent() {
            return Ok(());
        }
        let before = match pass {
            Pass::WithinCall => self.usages.before.try_lock().ok(),
            Pass::Whole | Pass::Closing => Some(lock(&self.usages.before)),
        };
        let Some(mut before) = before else { return Ok(()) };
        let synced = self.journal.log().synced_size();
        let mut listed = std::mem::take(&mut *lock(&self.usages.listed));
        let put_off = match pass {
            Pass::WithinCall => listed.split_off(listed.len().min(BATCH)),
            Pass::Whole | Pass::Closing => Vec::new(),
        };
        let rest = !put_off.is_empty();
        lock(&self.usages.listed).extend(put_off);
        for (at, batch) in listed.chunks(BATCH).enumerate() {
            if let Err(error) = self.write_batch(batch, seen) {
                // Nothing is lost: it is tried again with the next.
                let left = listed.get(at.saturating_mul(BATCH)..).unwrap_or_default();
                left.iter().for_each(|(_, cell)| cell.listed.store(true, Ordering::Relaxed));
                lock(&self.usages.listed).extend_from_slice(left);
                return Err(error);
            }
        }
        if rest {
            return Ok(());
        }
        let closing = pass == Pass::Closing;
        if closing || !listed.is_empty() {
            self.write_mark(if closing { synced } else { *before }, seen)?;
        }
        *before = synced;
        Ok(())
    }

    fn write_batch(&self, batch: &[(KeyArn, Arc<Usage>)], seen: Timestamp) -> Result<(), Error> {
        let mut writes = Vec::with_capacity(batch.len());
        for (arn, cell) in batch {
            cell.listed.store(false, Ordering::Relaxed);
            let key = self.records.key(arn.account(), arn.region(), arn.id().as_bytes())?;
            if key.is_some_and(|key| key.record().destroyed.is_none())
                && let Some(record) = cell.read().and_then(|used| used.record())
            {
                writes.push(self.usage_write(arn, &record)?);
            }
        }
        self.journal.keep_house(&self.records, writes, seen)
    }

    fn usage_write(&self, arn: &KeyArn, record: &LastUsageRecord) -> Result<Write, Error> {
        let place = layout::last_usage(arn.account(), arn.region(), &arn.id());
        // A copy of what the log says: how often it was copied tells nobody anything.
        let value = self.records.seal(RecordKind::LastUsage, &place, 1, &record.encode_body())?;
        Ok(Write::put(place, value))
    }

    fn write_mark(&self, through: u64, seen: Timestamp) -> Result<(), Error> {
        let known = self.usage_mark()?;
        let since = known.as_ref().and_then(|mark| mark.since);
        let mark = UsageMark { log: self.journal.node(), through, since };
        if known.as_ref() == Some(&mark) {
            return Ok(());
        }
        let value = self.records.seal(RecordKind::LastUsage, layout::USAGE_MARK, 1, &mark.encode_body())?;
        self.journal.keep_house(&self.records, vec![Write::put(layout::USAGE_MARK, value)], seen)
    }

    /// A backup is being restored: what the old log had behind its mark is not known here, and the new log tells of uses
    /// from now on. It has to stand before the strongroom does.
    pub(crate) fn begin_usages(&self, seen: Timestamp) -> Result<(), Error> {
        let since = self.usage_known_since()?.map_or(seen, |since| since.max(seen));
        let mark = UsageMark { log: self.journal.node(), through: 0, since: Some(since) };
        let value = self.records.seal(RecordKind::LastUsage, layout::USAGE_MARK, 1, &mark.encode_body())?;
        self.journal.keep_house(&self.records, vec![Write::put(layout::USAGE_MARK, value)], seen)
    }

    /// Writes down the uses that the log has behind the mark, up to `end`: on opening, before the first call.
    pub(crate) fn recover_usages(&self, end: u64, seen: Timestamp) -> Result<(), Error> {
        *lock(&self.usages.before) = end;
        if !self.journal.is_persistent() {
            return Ok(());
        }
        let mark = self.usage_mark()?;
        let node = self.journal.node();
        let from = mark.as_ref().filter(|mark| mark.log == node).map_or(0, |mark| mark.through);
        if from >= end {
            return Ok(());
        }
        let mut found: HashMap<KeyArn, LastUsageRecord> = HashMap::new();
        for leaf in self.journal.log().read(from..end)? {
            // A body that was erased tells of no use any more.
            let Some(bytes) = leaf?.record else { continue };
            found.extend(uses(&Record::decode(&bytes)?));
        }
        let mut writes = Vec::with_capacity(BATCH);
        for (arn, record) in &found {
            // A key that was destroyed since has no use to tell.
            let key = self.records.key(arn.account(), arn.region(), arn.id().as_bytes())?;
            if key.is_none_or(|key| key.record().destroyed.is_some()) {
                continue;
            }
            writes.push(self.usage_write(arn, record)?);
            if writes.len() == BATCH {
                self.journal.keep_house(&self.records, std::mem::take(&mut writes), seen)?;
            }
        }
        self.journal.keep_house(&self.records, writes, seen)?;
        self.write_mark(end, seen)
    }
}

/// The keys that an event tells a use of.
fn uses(record: &Record) -> Vec<(KeyArn, LastUsageRecord)> {
    let operation: Result<KeyLastUsageTrackingOperation, _> = record.name().parse();
    let (Ok(operation), None) = (operation, record.error_code()) else { return Vec::new() };
    let usage = |arn: KeyArn| LastUsageRecord {
        operation,
        at: record.time(),
        event_id: record.event_id_of(arn.account().as_str()),
        request_id: record.request_id(),
    };
    let keys = record.resources().filter_map(|(_, arn)| arn.parse::<KeyArn>().ok());
    keys.map(|arn| (arn, usage(arn))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uses_are_those_of_awss_list() {
        let mut names: Vec<&str> = strongroom_api::TABLE
            .iter()
            .map(|one| &one.row)
            .filter(|row| is_use(row))
            .map(|row| row.operation.as_str())
            .collect();
        let mut listed = KeyLastUsageTrackingOperation::NAMES.to_vec();
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(names, listed);
    }

    fn used(index: u64) -> Used {
        let at = Timestamp::from_nanos(i64::try_from(index).unwrap());
        let id = u128::from(index).to_be_bytes();
        Used { index, operation: Operation::Encrypt, at, event_id: id, request_id: id }
    }

    #[test]
    fn the_last_of_many_threads_stands_and_is_whole() {
        let cell = Usage::default();
        assert_eq!(cell.read(), None);
        let listed = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (cell, listed) = (&cell, &listed);
                scope.spawn(move || {
                    for turn in 0..2_000 {
                        listed.fetch_add(u64::from(cell.note(&used(turn * 8 + thread))), Ordering::Relaxed);
                        let read = cell.read().unwrap();
                        assert_eq!(read, used(read.index));
                    }
                });
            }
        });
        assert_eq!(cell.read(), Some(used(15_999)));
        assert_eq!(listed.into_inner(), 1);
    }
}
