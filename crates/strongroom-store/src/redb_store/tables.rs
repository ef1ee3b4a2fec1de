//! The tables, and what one write transaction does with them.

use redb::{Database, ReadableTable, TableDefinition, WriteTransaction};

use super::committer::Job;
use crate::commit::{CommitId, Limits, Write};
use crate::error::{Cause, CommitError};
use crate::record::{Key, Record, Revision};
use crate::store::Progress;

/// Key → revision (8 bytes, big endian), then the value.
pub(super) const RECORDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records");
/// Commit id (20 bytes) → digest (32 bytes), then the revision (8 bytes, big endian).
pub(super) const IDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("ids");
/// Name → number, big endian.
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// The lowest format that can read the file, as a number of [`META`].
pub(super) const MIN_READER: &str = "min_reader";
pub(super) const REVISION: &str = "revision";
/// Ids of days before this one were dropped.
pub(super) const IDS_FROM: &str = "ids_from";

/// Ids dropped in one step of upkeep.
const STEP: usize = 10_000;

pub(super) type Outcome<T> = Result<T, redb::Error>;

/// What a commit is told if its batch becomes durable.
#[derive(Debug)]
pub(super) enum Verdict {
    Applied(Revision),
    Before(Revision),
    Refused(CommitError),
}

pub(super) fn begin(database: &Database, quick: bool) -> Outcome<WriteTransaction> {
    let mut writing = database.begin_write()?;
    // Callers choose what records hold, which is whom the engine's design tells to pay for the second sync.
    writing.set_two_phase_commit(true);
    writing.set_quick_repair(quick);
    Ok(writing)
}

type Bytes2<'txn> = redb::Table<'txn, &'static [u8], &'static [u8]>;

/// The tables of one write transaction, and where the count of revisions stands in it.
pub(super) struct Batch<'txn> {
    records: Bytes2<'txn>,
    ids: Bytes2<'txn>,
    meta: redb::Table<'txn, &'static str, u64>,
    ids_from: u64,
    revision: Revision,
    stored: Vec<u8>,
}

impl<'txn> Batch<'txn> {
    pub(super) fn open(writing: &'txn WriteTransaction) -> Outcome<Self> {
        let meta = writing.open_table(META)?;
        let ids_from = number(&meta, IDS_FROM)?;
        let revision = Revision::from_u64(number(&meta, REVISION)?);
        let (records, ids) = (writing.open_table(RECORDS)?, writing.open_table(IDS)?);
        Ok(Self { records, ids, meta, ids_from, revision, stored: Vec::new() })
    }

    pub(super) fn run(mut self, jobs: &[Job]) -> Outcome<Vec<Verdict>> {
        let before = self.revision;
        let verdicts = jobs.iter().map(|job| self.one(job)).collect::<Outcome<Vec<_>>>()?;
        if self.revision != before {
            self.meta.insert(REVISION, self.revision.as_u64())?;
        }
        Ok(verdicts)
    }

    fn one(&mut self, job: &Job) -> Outcome<Verdict> {
        let id = job.commit.id.to_bytes();
        if u64::from(job.commit.id.day()) < self.ids_from {
            return Ok(Verdict::Refused(CommitError::IdExpired));
        }
        if let Some(known) = self.ids.get(id.as_slice())? {
            let (digest, revision) = known_id(known.value())?;
            let same = digest == job.digest;
            return Ok(if same { Verdict::Before(revision) } else { Verdict::Refused(CommitError::IdReused) });
        }
        for require in &job.commit.require {
            let found = match self.records.get(require.key().as_bytes())? {
                Some(stored) => Some(split(stored.value())?.0),
                None => None,
            };
            if let Err(conflict) = require.judge(found) {
                return Ok(Verdict::Refused(conflict));
            }
        }
        let Some(revision) = self.revision.next() else {
            return Ok(Verdict::Refused(CommitError::NotApplied(Cause::new("no revision is left"))));
        };
        self.write(&id, job, revision)?;
        self.revision = revision;
        Ok(Verdict::Applied(revision))
    }

    fn write(&mut self, id: &[u8; 20], job: &Job, revision: Revision) -> Outcome<()> {
        let number = revision.as_u64().to_be_bytes();
        for write in &job.commit.write {
            match write {
                Write::Put(key, value) => {
                    self.stored.clear();
                    self.stored.extend_from_slice(&number);
                    self.stored.extend_from_slice(value);
                    self.records.insert(key.as_bytes(), self.stored.as_slice())?;
                }
                Write::Delete(key) => drop(self.records.remove(key.as_bytes())?),
            }
        }
        let mut known = [0; 40];
        let (digest, at) = known.split_at_mut(32);
        digest.copy_from_slice(&job.digest);
        at.copy_from_slice(&number);
        self.ids.insert(id.as_slice(), known.as_slice())?;
        Ok(())
    }
}

pub(super) fn drop_ids(database: &Database, today: u32) -> Outcome<Progress> {
    let from = today.saturating_sub(Limits::SMALLEST.retention_days());
    let writing = begin(database, false)?;
    let (dropped, more) = {
        let mut meta = writing.open_table(META)?;
        let from = u64::from(from).max(number(&meta, IDS_FROM)?);
        meta.insert(IDS_FROM, from)?;
        let first_kept = CommitId::new(u32::try_from(from).unwrap_or(u32::MAX), [0; 16]).to_bytes();
        let mut ids = writing.open_table(IDS)?;
        let mut old = Vec::new();
        for entry in ids.range::<&[u8]>(..first_kept.as_slice())?.take(STEP) {
            old.push(entry?.0.value().to_vec());
        }
        for id in &old {
            ids.remove(id.as_slice())?;
        }
        (old.len(), old.len() == STEP)
    };
    writing.commit()?;
    Ok(if more { Progress::partly(dropped as u64) } else { Progress::finished(dropped as u64) })
}

pub(super) fn number(meta: &impl ReadableTable<&'static str, u64>, name: &str) -> Outcome<u64> {
    let missing = || redb::Error::Corrupted(format!("`{name}` is missing"));
    Ok(meta.get(name)?.ok_or_else(missing)?.value())
}

pub(super) fn split(stored: &[u8]) -> Outcome<(Revision, &[u8])> {
    let (number, value) = stored.split_first_chunk().ok_or_else(|| redb::Error::Corrupted("a short record".into()))?;
    Ok((Revision::from_u64(u64::from_be_bytes(*number)), value))
}

pub(super) fn record(key: Key, stored: &[u8]) -> Outcome<Record> {
    let (revision, value) = split(stored)?;
    Ok(Record { key, value: value.into(), revision })
}

pub(super) fn known_id(stored: &[u8]) -> Outcome<([u8; 32], Revision)> {
    let short = || redb::Error::Corrupted("a short commit id".to_owned());
    let (digest, rest) = stored.split_first_chunk::<32>().ok_or_else(short)?;
    let number = rest.first_chunk::<8>().ok_or_else(short)?;
    Ok((*digest, Revision::from_u64(u64::from_be_bytes(*number))))
}
