//! The same for whoever must not wait: a task of an asynchronous runtime.

use strongroom_audit::Error as LogError;
use strongroom_audit::event::Event;
use strongroom_audit::log::EntryKind;
use strongroom_types::Ticket;

use super::{Journal, Moment};
use crate::{Durability, Error};

/// Ready when an event is synced.
pub(crate) type Syncing = Ticket<Result<(), LogError>>;

impl Journal {
    /// Records a call that changed nothing. Answers the event's place, and what to await until it is as durable as the
    /// level says; `None` if the log is in somebody's hands, so that nothing was done.
    pub(crate) fn append_unwaiting(
        &self,
        event: &Event<'_>,
        moment: Moment,
        blind: &[u8; 32],
        durability: Durability,
    ) -> Result<Option<(u64, Option<Syncing>)>, Error> {
        let Some(log) = self.try_log() else { return Ok(None) };
        let index = self.append_to(&log, event, EntryKind::Call, moment, blind)?.index;
        let syncing = (durability == Durability::Durable).then(|| log.sync_through(index));
        Ok(Some((index, syncing)))
    }

    /// What became of a sync that was awaited.
    pub(crate) fn synced(&self, outcome: Result<(), LogError>) -> Result<(), Error> {
        outcome.map_err(|error| self.note_poison(error))?;
        crate::failpoint::reached("append.synced");
        Ok(())
    }

    /// Whether the head would be moved now, as far as that is told without waiting.
    pub(crate) fn settling_is_due(&self) -> bool {
        self.persistent
            && self.try_log().is_some_and(|log| {
                self.pending.try_lock().is_ok_and(|pending| self.is_long(&log, pending.appended.len()))
            })
    }
}
