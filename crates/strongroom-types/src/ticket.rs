//! A result that is there at once or comes later: waited on by a thread, or polled by a future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Whoever was to complete the ticket is gone: the outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the worker that held this ticket is gone, so its outcome is unknown")]
#[non_exhaustive]
pub struct Abandoned;

/// The receiving half of a submitted piece of work. Dropping it cancels nothing.
///
/// ```
/// use strongroom_types::Ticket;
/// assert_eq!(Ticket::ready(7).wait(), Ok(7));
/// let (completer, ticket) = Ticket::pair();
/// std::thread::spawn(move || completer.complete("later"));
/// assert_eq!(ticket.wait(), Ok("later"));
/// ```
#[must_use = "a ticket that nobody waits for hides its outcome"]
pub struct Ticket<T>(State<T>);

enum State<T> {
    Ready(Option<T>),
    Pending(Arc<Shared<T>>),
}

struct Shared<T> {
    slot: Mutex<Slot<T>>,
    changed: Condvar,
}

enum Slot<T> {
    Empty(Option<Waker>),
    Full(T),
    Abandoned,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, outcome: Slot<T>) {
        let mut slot = self.lock();
        let before = std::mem::replace(&mut *slot, outcome);
        drop(slot);
        self.changed.notify_all();
        if let Slot::Empty(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl<T> Ticket<T> {
    /// A ticket whose outcome is known already.
    pub const fn ready(value: T) -> Self {
        Self(State::Ready(Some(value)))
    }

    /// A pending ticket and the half that completes it.
    pub fn pair() -> (Completer<T>, Self) {
        let shared = Arc::new(Shared { slot: Mutex::new(Slot::Empty(None)), changed: Condvar::new() });
        (Completer(Some(Arc::clone(&shared))), Self(State::Pending(shared)))
    }

    /// Blocks this thread until the outcome is there.
    pub fn wait(self) -> Result<T, Abandoned> {
        let shared = match self.0 {
            State::Ready(value) => return value.ok_or(Abandoned),
            State::Pending(shared) => shared,
        };
        let mut slot = shared.lock();
        loop {
            match std::mem::replace(&mut *slot, Slot::Abandoned) {
                Slot::Full(value) => return Ok(value),
                Slot::Abandoned => return Err(Abandoned),
                empty @ Slot::Empty(_) => *slot = empty,
            }
            slot = shared.changed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Nothing in it is pinned: an outcome moves in and out.
impl<T> Unpin for Ticket<T> {}

impl<T> Future for Ticket<T> {
    type Output = Result<T, Abandoned>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let shared = match &mut self.0 {
            State::Ready(value) => return Poll::Ready(value.take().ok_or(Abandoned)),
            State::Pending(shared) => shared,
        };
        let mut slot = shared.lock();
        match std::mem::replace(&mut *slot, Slot::Abandoned) {
            Slot::Full(value) => Poll::Ready(Ok(value)),
            Slot::Abandoned => Poll::Ready(Err(Abandoned)),
            Slot::Empty(_) => {
                *slot = Slot::Empty(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Ready(_) => "Ticket(ready)",
            State::Pending(_) => "Ticket(pending)",
        })
    }
}

/// The giving half. Dropping it without an outcome tells the waiter that it was [`Abandoned`].
pub struct Completer<T>(Option<Arc<Shared<T>>>);

impl<T> Completer<T> {
    /// Gives the outcome and wakes whoever waits.
    pub fn complete(mut self, value: T) {
        if let Some(shared) = self.0.take() {
            shared.settle(Slot::Full(value));
        }
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        if let Some(shared) = self.0.take() {
            shared.settle(Slot::Abandoned);
        }
    }
}

impl<T> fmt::Debug for Completer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Completer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_dies_leaves_its_tickets_abandoned() {
        let (completer, ticket) = Ticket::<u8>::pair();
        drop(completer);
        assert_eq!(ticket.wait(), Err(Abandoned));
    }

    #[test]
    fn a_polled_ticket_wakes_its_future() {
        let (completer, mut ticket) = Ticket::pair();
        let waker = Waker::noop();
        let mut context = Context::from_waker(waker);
        assert!(Pin::new(&mut ticket).poll(&mut context).is_pending());
        completer.complete(5);
        assert_eq!(Pin::new(&mut ticket).poll(&mut context), Poll::Ready(Ok(5)));
    }

    #[test]
    fn dropping_a_ticket_cancels_nothing() {
        let (completer, ticket) = Ticket::pair();
        drop(ticket);
        completer.complete(());
    }
}
