//! The one thread that writes, and the queue in front of it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use strongroom_types::{Completer, Ticket};

use super::engine::Engine;
use crate::commit::Commit;
use crate::error::{Cause, CommitError, StoreError};
use crate::record::Revision;
use crate::store::CommitTicket;

/// The most commits that share a sync.
const BATCH: usize = 256;
/// The most bytes of keys and values that share a sync, but for a single commit.
const BATCH_BYTES: usize = 1 << 20;

/// One commit in the queue.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) commit: Commit,
    pub(super) digest: [u8; 32],
    pub(super) completer: Completer<Result<Revision, CommitError>>,
}

#[derive(Debug)]
pub(super) struct Committer {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Nothing is taken in any more: the store was closed, or the thread died.
    shut: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next batch, and whether it leaves the queue empty. Waits for one; `None` when shut and drained.
    fn next(&self) -> Option<(Vec<Job>, bool)> {
        let mut waiting = self.lock();
        while waiting.jobs.is_empty() {
            if waiting.shut {
                return None;
            }
            waiting = self.filled.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while let Some(job) = waiting.jobs.front() {
            bytes += job.commit.bytes();
            if batch.len() == BATCH || (bytes > BATCH_BYTES && !batch.is_empty()) {
                break;
            }
            batch.extend(waiting.jobs.pop_front());
        }
        Some((batch, waiting.jobs.is_empty()))
    }
}

impl Committer {
    pub(super) fn start(engine: Arc<Engine>) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::default());
        let theirs = Arc::clone(&queue);
        let thread = thread::Builder::new()
            .name("strongroom-committer".to_owned())
            .spawn(move || {
                let dying = ShutOnExit(&theirs);
                while let Some((jobs, last)) = theirs.next() {
                    engine.run(jobs, last);
                }
                drop(dying);
            })
            .map_err(|error| StoreError::Io(Cause::new(error)))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    pub(super) fn submit(&self, commit: Commit) -> CommitTicket {
        let digest = commit.digest();
        let (completer, ticket) = Ticket::pair();
        let mut waiting = self.queue.lock();
        if waiting.shut {
            return Ticket::ready(Err(CommitError::NotApplied(Cause::new(StoreError::Closed))));
        }
        waiting.jobs.push_back(Job { commit, digest, completer });
        drop(waiting);
        self.queue.filled.notify_one();
        ticket
    }

    /// Lets the thread finish the queue, and waits for its end.
    pub(super) fn stop(&self) {
        self.queue.lock().shut = true;
        self.queue.filled.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A sink that drops the last handle runs on the thread itself, which can't wait for its own end.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id()) {
            // A panic of the thread was a sink's; its tickets are abandoned, which is its report.
            let _panicked = thread.join();
        }
    }
}

/// However the thread ends, nobody waits for it in vain: what is queued is dropped, which abandons its tickets.
struct ShutOnExit<'a>(&'a Queue);

impl Drop for ShutOnExit<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.shut = true;
        let abandoned = std::mem::take(&mut waiting.jobs);
        drop(waiting);
        drop(abandoned);
    }
}
