//! What follows a failure or a restart: outcomes are decided, the log is opened anew, what it lacks is appended.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use strongroom_audit::Error as LogError;
use strongroom_audit::event::{Event, Record};
use strongroom_audit::log::{EntryKind, Head, Log, Recovery};
use strongroom_keys::{RecordKind, layout};
use strongroom_store::{Commit, CommitError, KeyRange, StoreExt};

use super::{Committed, Decided, Journal, Pending, Undecided, Waking, split_head, submit};
use crate::failpoint::reached;
use crate::records::Records;
use crate::sync::lock;
use crate::{Error, observe};

impl Journal {
    /// Settles commits with an unknown outcome, opens a log anew whose sync failed, and appends what it lacks. One thread
    /// at a time. The caller brings the caches to what is decided, and then calls [`caught_up`](Self::caught_up).
    ///
    /// # Errors
    /// Whatever keeps it from that; the next call tries again.
    pub(crate) fn catch_up(&self, records: &Records, waking: &Waking<'_>) -> Result<Vec<Decided>, Error> {
        lock(&self.pending).stalled = true;
        let decided = self.decide(records, &mut lock(&self.pending))?;
        if !decided.is_empty() {
            return Ok(decided);
        }
        let poisoned = matches!(self.log().head(), Err(LogError::Poisoned(_)));
        if poisoned {
            self.open_log_anew(records, waking)?;
        }
        self.append_backlog(&self.log(), &mut lock(&self.pending))?;
        Ok(decided)
    }

    /// Whether the log was opened anew since this was last asked: events at its end may be lost, and their places taken
    /// by others.
    pub(crate) fn was_opened_anew(&self) -> bool {
        self.opened_anew.swap(false, Ordering::AcqRel)
    }

    /// Everything is known, recorded and cached: calls may go on, unless something new came up.
    pub(crate) fn caught_up(&self) {
        let mut pending = lock(&self.pending);
        pending.stalled = false;
        self.wake(&pending);
    }

    fn wake(&self, pending: &Pending) {
        if pending.backlog.is_empty() && pending.undecided.is_empty() && !pending.stalled {
            self.behind.store(false, Ordering::Release);
            if lock(&self.trouble).take().is_some() {
                observe::caught_up();
            }
        }
    }

    pub(super) fn append_backlog(&self, log: &Log, pending: &mut Pending) -> Result<(), Error> {
        while let Some(next) = pending.backlog.front() {
            let appended = self.hand_over(log, next)?;
            if let Some(done) = pending.backlog.pop_front() {
                pending.appended.push((done.sequence, appended.index));
                if pending.backlog.front().is_some_and(|next| next.revision == done.revision) {
                    reached("rotate.told");
                }
            }
        }
        self.wake(pending);
        Ok(())
    }

    /// After a failed sync nobody knows what of the log is on the disk: it is read again behind the stored head, what the
    /// outbox has and it lacks is appended, and its first event says from which index events may be lost.
    fn open_log_anew(&self, records: &Records, waking: &Waking<'_>) -> Result<(), Error> {
        let _alone = self.standing.alone();
        let mut log = self.log.write().unwrap_or_else(PoisonError::into_inner);
        let stored = records.read(layout::LOG_HEAD, RecordKind::LogHead, |body| Ok(body.to_vec()))?;
        let head = match stored.as_ref().and_then(|stored| split_head(&stored.value)) {
            Some((_, head)) => Some(Head::decode(&self.crypto, head)?),
            None => None,
        };
        let (storage, crypto) = (Arc::clone(&self.storage), self.crypto.clone());
        let (anew, recovery) = Log::open(storage, crypto, self.origin, head.as_ref(), self.log_options)?;
        if anew.size() < log.synced_size() {
            let why = format!("it has {} of {} synced events: restore it", anew.size(), log.synced_size());
            return Err(Error::Damaged { key: "the log".into(), why });
        }
        let home = waking.home;
        let mut event = Event::service(waking.draw.event_id(), waking.moment.wall, "ReopenLog", home.1, home.0);
        event.facts.lost_from = recovery.may_have_lost_from;
        let mut first = Committed {
            sequence: 0,
            kind: EntryKind::Service,
            revision: 0,
            moment: waking.moment,
            blind: *waking.draw.blind(),
            writes_hash: [0; 32],
            record: Vec::new(),
        };
        event.encode(&self.crypto, &mut first.record);
        self.hand_over(&anew, &first)?;
        observe::own_work(&event);
        // Nobody else is at the journal. What waited stands in the outbox too, and is found there.
        {
            let mut pending = lock(&self.pending);
            pending.appended.clear();
            pending.backlog.clear();
        }
        *log = Arc::new(anew);
        self.opened_anew.store(true, Ordering::Release);
        self.recover_into(&log, records, &recovery).map(drop)
    }

    /// Gives every undecided commit up, which tells whether it was applied: it can't be any more once that is answered.
    fn decide(&self, records: &Records, pending: &mut Pending) -> Result<Vec<Decided>, Error> {
        let mut decided = Vec::new();
        while let Some(Undecided { commit, events, changes }) = pending.undecided.pop() {
            let given_up = match submit(records.store(), Commit::give_up(commit.id)) {
                // It was applied: handed in again, it says when.
                Err(Error::Commit(CommitError::IdReused)) => submit(records.store(), commit.clone()).map(Some),
                other => other.map(|_| None),
            };
            match given_up {
                Ok(Some(revision)) => {
                    let revision_of = |event| Committed { revision: revision.as_u64(), ..event };
                    pending.backlog.extend(events.into_iter().map(revision_of));
                    // In the order of the commits, whichever is known first: whoever replays the record goes by it.
                    pending.backlog.make_contiguous().sort_by_key(|event| (event.revision, event.sequence));
                    decided.push(Decided::Applied(changes, revision));
                }
                Ok(None) => decided.push(Decided::Never(changes)),
                Err(error) => {
                    pending.undecided.push(Undecided { commit, events, changes });
                    return if decided.is_empty() { Err(error) } else { Ok(decided) };
                }
            }
        }
        Ok(decided)
    }

    /// Appends what the outbox has and the log lacks, recognised by event id. Before the first call is served.
    pub(crate) fn recover(&self, records: &Records, recovery: &Recovery) -> Result<usize, Error> {
        self.recover_into(&self.log(), records, recovery)
    }

    fn recover_into(&self, log: &Log, records: &Records, recovery: &Recovery) -> Result<usize, Error> {
        let known: HashSet<[u8; 16]> = recovery.leaves.iter().filter_map(|leaf| leaf.event_id).collect();
        let mut entries = Vec::new();
        records.store().for_each::<Error>(&KeyRange::prefix(&layout::outbox_of(&self.node)), |record| {
            entries.push(record);
            Ok(())
        })?;
        entries.sort_by_key(|record| (record.revision, layout::parse_outbox(&record.key)));
        let mut appended = 0;
        let mut pending = lock(&self.pending);
        for record in entries {
            let sequence = layout::parse_outbox(&record.key).unwrap_or(0);
            self.next_sequence.fetch_max(sequence + 1, Ordering::Relaxed);
            let loaded = records.read_value(&record, RecordKind::Outbox)?;
            let event = Committed::decode(&loaded, sequence, record.revision.as_u64()).ok_or_else(|| {
                Error::Damaged { key: record.key.to_string(), why: "an outbox entry that is no event".into() }
            })?;
            let id = Record::decode(&event.record)?.event_id();
            let index = match known.contains(&id) {
                true => {
                    recovery.leaves.iter().find(|leaf| leaf.event_id == Some(id)).map_or(0, |leaf| leaf.entry.index)
                }
                false => {
                    appended += 1;
                    self.hand_over(log, &event)?.index
                }
            };
            pending.appended.push((sequence, index));
        }
        observe::recovered(appended);
        Ok(appended)
    }
}
