//! The same for whoever must not wait: a task of an asynchronous runtime.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use strongroom_audit::Error as LogError;
use strongroom_audit::event::Event;
use strongroom_audit::log::EntryKind;
use strongroom_keys::Change;
use strongroom_store::{Commit, CommitTicket, Revision};
use strongroom_types::Ticket;

use super::standing::Stands;
use super::{Committed, Journal, Moment, Plan, Told, settled};
use crate::failpoint::reached;
use crate::records::Records;
use crate::{Durability, Error};

/// Ready when an event is synced.
pub(crate) type Syncing = Ticket<Result<(), LogError>>;

/// A commit that was handed in and that somebody has to [conclude](Journal::conclude).
#[derive(Debug)]
pub(crate) struct Submitted {
    commit: Commit,
    events: Vec<Committed>,
    moment: Moment,
    ticket: CommitTicket,
    stands: Stands,
}

impl Submitted {
    /// Whether the store has done it already, so that nothing has to be waited for.
    pub(crate) fn is_done(&mut self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(&mut self.ticket).poll(&mut context) {
            Poll::Ready(Ok(answer)) => {
                let done = answer.is_ok();
                self.ticket = Ticket::ready(answer);
                done
            }
            // A ticket that was abandoned stays so.
            _ => false,
        }
    }
}

impl Journal {
    /// Hands changes in with their events. `None` if nothing may stand between store and log now; then nothing was done.
    pub(crate) fn submit_unwaiting(
        &self,
        records: &Records,
        plan: &Plan<'_>,
        told: &[Told<'_>],
        moment: Moment,
    ) -> Result<Option<Submitted>, Error> {
        let Some(stands) = self.standing.begin() else { return Ok(None) };
        let (commit, events) = self.made_up(records, plan, told, moment)?;
        reached("commit.before");
        let ticket = records.store().submit(commit.clone());
        Ok(Some(Submitted { commit, events, moment, ticket, stands }))
    }

    /// Waits for the store's answer, and does what follows: the same as at the end of [`commit`](Self::commit).
    pub(crate) fn conclude(
        &self,
        records: &Records,
        submitted: Submitted,
        changes: &[Change],
    ) -> Result<Revision, Error> {
        let Submitted { commit, events, moment, ticket, stands } = submitted;
        let answer = settled(records.store(), &commit, ticket);
        let done = self.follow(&self.log(), answer, (commit, events), changes, moment);
        drop(stands);
        done
    }

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
        reached("append.synced");
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
