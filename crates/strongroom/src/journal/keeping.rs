//! What keeps the journal short: the stored head moves, and the outbox is trimmed of what is synced.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use strongroom_audit::Error as LogError;
use strongroom_audit::log::{Head, Log};
use strongroom_keys::{RecordKind, layout};
use strongroom_store::{Commit, CommitId, Write, day_of};
use strongroom_types::Timestamp;

use super::{HeadRecord, Journal, OUTBOX_HIGH, TAIL_HIGH, TRIM, submit};
use crate::Error;
use crate::failpoint::reached;
use crate::records::Records;
use crate::sync::lock;

impl Journal {
    /// Moves the stored head if enough has gathered behind it and nobody else is at it. What fails here fails no call:
    /// the next append meets it.
    ///
    /// Answers whether it was moved.
    pub(crate) fn settle_if_due(&self, records: &Records, seen: Timestamp) -> bool {
        if !self.persistent {
            // There is no head to move: in memory nothing is synced unless somebody asks for a checkpoint.
            return false;
        }
        let waiting = lock(&self.pending).appended.len();
        if self.is_long(&self.log(), waiting)
            && let Ok(mut stored) = self.head.try_lock()
        {
            return self.settle_under(&mut stored, records, seen).is_ok();
        }
        false
    }

    /// Whether enough has gathered behind the stored head, with so many outbox entries in the log.
    pub(super) fn is_long(&self, log: &Log, waiting: usize) -> bool {
        let tail = log.size().saturating_sub(self.stored_size.load(Ordering::Relaxed));
        waiting >= OUTBOX_HIGH || tail >= TAIL_HIGH
    }

    /// Syncs the log, trims the outbox of what is synced, and stores the head.
    ///
    /// INVARIANT: an outbox entry whose leaf the stored head covers does not exist. So after a crash the leaves behind
    /// the head are all that an outbox entry has to be compared with.
    pub(crate) fn settle(&self, records: &Records, seen: Timestamp) -> Result<Head, Error> {
        self.settle_under(&mut lock(&self.head), records, seen)
    }

    fn settle_under(&self, stored: &mut HeadRecord, records: &Records, seen: Timestamp) -> Result<Head, Error> {
        let log = self.log();
        if let Some(last) = log.size().checked_sub(1) {
            let synced = log.sync_through(last).wait().map_err(|_| LogError::Closed)?;
            synced.map_err(|error| self.note_poison(error))?;
        }
        reached("settle.synced");
        let head = log.head().map_err(|error| self.note_poison(error))?;
        self.store_head(records, stored, &head, seen)?;
        reached("settle.stored");
        Ok(head)
    }

    fn store_head(
        &self,
        records: &Records,
        stored: &mut HeadRecord,
        head: &Head,
        seen: Timestamp,
    ) -> Result<(), Error> {
        if !self.persistent {
            return Ok(());
        }
        let done: Vec<u64> = {
            let pending = lock(&self.pending);
            pending.appended.iter().filter(|(_, leaf)| *leaf < head.size()).map(|(sequence, _)| *sequence).collect()
        };
        let mut trims = done.iter().map(|sequence| Write::delete(layout::outbox(&self.node, *sequence)));
        let counter = stored.counter + 1;
        let body = [seen.as_nanos().to_be_bytes().as_slice(), &head.encode()].concat();
        let value = records.seal(RecordKind::LogHead, layout::LOG_HEAD, counter, &body)?;
        loop {
            let mut write: Vec<Write> = trims.by_ref().take(TRIM).collect();
            let last = write.len() < TRIM;
            if last {
                write.push(Write::put(layout::LOG_HEAD, value.clone()));
            }
            let id = self.housekeeping_id(seen, counter, write.len());
            submit(records.store(), Commit { id, require: Vec::new(), write })?;
            if last {
                break;
            }
        }
        // Only now: what failed to be trimmed is trimmed with the next head, never left behind it.
        let done: HashSet<u64> = done.into_iter().collect();
        lock(&self.pending).appended.retain(|(sequence, _)| !done.contains(sequence));
        stored.counter = counter;
        self.stored_size.store(head.size(), Ordering::Relaxed);
        Ok(())
    }

    /// Ids of commits that nobody asks about again: made of the run and a count, not of randomness.
    fn housekeeping_id(&self, now: Timestamp, counter: u64, salt: usize) -> CommitId {
        let mut id = [0_u8; 32];
        id.copy_from_slice(&self.crypto.sha256(&[
            b"strongroom/journal/housekeeping",
            &self.instance,
            &counter.to_be_bytes(),
            &(salt as u64).to_be_bytes(),
            &self.next_sequence.fetch_add(1, Ordering::Relaxed).to_be_bytes(),
        ]));
        CommitId::new(day_of(now), *id.first_chunk().unwrap_or(&[0; 16]))
    }

    /// Commits what needs no event, since it is copied from the log.
    pub(crate) fn keep_house(&self, records: &Records, write: Vec<Write>, seen: Timestamp) -> Result<(), Error> {
        if write.is_empty() {
            return Ok(());
        }
        let id = self.housekeeping_id(seen, 0, write.len());
        submit(records.store(), Commit { id, require: Vec::new(), write }).map(drop)
    }

    /// Ends the log: syncs it, stops its syncer, and stores the last head.
    pub(crate) fn close(&self, records: &Records, seen: Timestamp) -> Result<Head, Error> {
        let mut stored = lock(&self.head);
        let head = self.log().close()?;
        self.store_head(records, &mut stored, &head, seen)?;
        Ok(head)
    }
}
