//! The end of a state change that a task handed in: the store's answer, the event, the caches, the result.
//!
//! It is brought about by a thread of the strongroom's own, in the order in which commits were handed in: it depends on no
//! runtime, and on nobody who polls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use strongroom_types::structure::Structure;
use strongroom_types::{Completer, KeyArn};

use super::{Asked, Outcome, background, there};
use crate::client::Client;
use crate::dispatch::{Begun, Handler, row};
use crate::json::RequestId;
use crate::lane::Committing;
use crate::observe::Paused;
use crate::records::is_conflict;
use crate::trace::Trace;

type Job = Box<dyn FnOnce() + Send>;

/// The thread that concludes what tasks handed in. It is there from the first commit that the store does not answer at once.
#[derive(Debug, Default)]
pub(crate) struct Concluder(Mutex<Option<Sender<Job>>>);

impl Concluder {
    /// Has the thread do this after all before it. Where there is no thread to be had it is done here.
    pub(super) fn take(&self, job: Job) {
        let mut thread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match &*thread {
            Some(sender) => sender.send(job).err().map(|refused| refused.0),
            None => Some(job),
        };
        let Some(job) = refused else { return };
        *thread = spawn();
        let left = match &*thread {
            Some(sender) => sender.send(job).err().map(|refused| refused.0),
            None => Some(job),
        };
        drop(thread);
        if let Some(job) = left {
            job();
        }
    }

    /// In a forked process there is no such thread, and its jobs are the parent's.
    pub(crate) fn abandon(&mut self) {
        std::mem::forget(self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn spawn() -> Option<Sender<Job>> {
    let (sender, jobs) = mpsc::channel::<Job>();
    let thread = thread::Builder::new().name("strongroom-concluder".to_owned());
    let spawned = thread.spawn(move || {
        for job in jobs {
            // What panics has failed, and nobody behind it.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    });
    spawned.ok().map(|_| sender)
}

/// A call that was handed in: all that it needs to end, whoever lets go of it.
pub(super) struct Call<O: Handler> {
    pub(super) client: Client,
    pub(super) asked: Asked<O>,
    pub(super) begun: Begun,
    pub(super) output: O::Output,
    pub(super) committing: Box<Committing>,
    pub(super) observed: Paused,
}

impl<O: Handler> Call<O> {
    /// Ends it here if the store has done it already, and else on the strongroom's thread.
    pub(super) fn hand_over(mut self, completer: Completer<Outcome<O::Output>>) {
        if self.committing.submitted.is_done() {
            return self.conclude(completer);
        }
        let core = Arc::clone(&self.client.core);
        core.concluder.take(Box::new(move || self.conclude(completer)));
    }

    /// Waits for the store's answer and does what follows. What would wait for more than that goes to another thread.
    fn conclude(self, completer: Completer<Outcome<O::Output>>) {
        let Self { client, asked, begun, output, committing, observed } = self;
        let Committing { submitted, changes, seen, known } = *committing;
        let core = &client.core;
        let done = core.journal.conclude(&core.records, submitted, &changes);
        if done.as_ref().is_err_and(is_conflict) {
            // Something else was committed first.
            return background::run(move || completer.complete(again::<O>(&client, &asked, begun, &seen, observed)));
        }
        let id = Some(RequestId::of(&begun.draw));
        let moment = begun.moment;
        let observed = observed.resume();
        if let Err(error) = done.and_then(|revision| core.changed(&changes, revision)) {
            let trace = Trace::new(row::<O>(), &client.caller, client.region, asked.request(), &begun.draw, moment);
            let failed = core.fail(&trace.within(&observed, None).knowing(known), error);
            observed.end(failed.as_ref().err());
            return completer.complete((id, failed));
        }
        observed.end(None);
        if core.journal.settling_is_due() {
            let core = Arc::clone(core);
            background::run(move || core.settle_if_due(moment));
        }
        if !core.may_rotate_any(&seen, moment) {
            return completer.complete((id, Ok(output)));
        }
        background::run(move || {
            client.core.rotate_resumed(&seen, moment);
            completer.complete((id, Ok(output)));
        });
    }
}

/// Begins a call again that lost a race.
fn again<O: Handler>(
    client: &Client,
    asked: &Asked<O>,
    begun: Begun,
    seen: &[KeyArn],
    observed: Paused,
) -> Outcome<O::Output> {
    if let Err(error) = client.core.refresh(seen, client.region, &client.caller, asked.request()) {
        let observed = observed.resume();
        let failed = client.core.failed::<O>(&observed, &begun, client, asked, error);
        observed.end(failed.as_ref().err());
        return (Some(RequestId::of(&begun.draw)), failed);
    }
    there::<O>(client, asked, Some(begun), observed)
}

impl<O: Handler> Asked<O> {
    pub(super) fn request(&self) -> &dyn Structure {
        match self {
            Self::Request(input) => input,
            Self::Refused(partial, _) => partial,
        }
    }
}
