//! One state of the file, for as long as it is read.

use std::sync::Arc;

use redb::{ReadTransaction, ReadableTableMetadata};

use super::engine::Engine;
use super::tables::{META, Outcome, RECORDS, REVISION, number, record};
use crate::error::StoreError;
use crate::record::{Key, KeyRange, PageLimit, Record, Revision};
use crate::store::Snapshot;

/// A state of a [`RedbStore`](super::RedbStore).
#[derive(Debug)]
pub(super) struct RedbSnapshot {
    // Dropped before the engine is told that it ended.
    reading: ReadTransaction,
    opened: u64,
    revision: Revision,
    count: u64,
    engine: Live,
}

/// Counts as a snapshot while it lives.
#[derive(Debug)]
struct Live(Arc<Engine>);

impl Drop for Live {
    fn drop(&mut self) {
        self.0.end_snapshot();
    }
}

impl RedbSnapshot {
    pub(super) fn take(engine: &Arc<Engine>) -> Result<Self, StoreError> {
        let (reading, opened) = engine.begin_snapshot()?;
        let engine = Live(Arc::clone(engine));
        let (revision, count) = engine.0.read_snapshot(opened, || {
            let revision = Revision::from_u64(number(&reading.open_table(META)?, REVISION)?);
            Ok((revision, reading.open_table(RECORDS)?.len()?))
        })?;
        Ok(Self { reading, opened, revision, count, engine })
    }
}

impl Snapshot for RedbSnapshot {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn count(&self) -> u64 {
        self.count
    }

    fn scan(&self, range: &KeyRange, after: Option<&Key>, limit: PageLimit) -> Result<Vec<Record>, StoreError> {
        self.engine.0.read_snapshot(self.opened, || {
            let Some(bounds) = range.bounds(after) else { return Ok(Vec::new()) };
            let records = self.reading.open_table(RECORDS)?;
            let entries = records.range::<&[u8]>(bounds)?.take(limit.get());
            entries
                .map(|entry| {
                    let (key, stored) = entry?;
                    record(key.value().into(), stored.value())
                })
                .collect::<Outcome<Vec<_>>>()
        })
    }
}
