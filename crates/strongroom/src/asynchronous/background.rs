//! Work that is done whatever becomes of whoever asked for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::runtime::Handle;

/// Does `work` on a blocking thread of the runtime around, or else on a thread of its own. What a runtime that is shut down
/// throws away is done too.
pub(super) fn run(work: impl FnOnce() + Send + 'static) {
    let work = Work(Some(work));
    match Handle::try_current() {
        // It panics if the system has no threads left; then `work` is dropped, and so done.
        Ok(runtime) => drop(catch_unwind(AssertUnwindSafe(|| runtime.spawn_blocking(move || work.done())))),
        Err(_) => drop(work),
    }
}

/// Work that is done at the latest when it is dropped.
struct Work<F: FnOnce() + Send + 'static>(Option<F>);

impl<F: FnOnce() + Send + 'static> Work<F> {
    fn done(mut self) {
        if let Some(work) = self.0.take() {
            work();
        }
    }
}

impl<F: FnOnce() + Send + 'static> Drop for Work<F> {
    fn drop(&mut self) {
        let Some(work) = self.0.take() else { return };
        // Whoever drops it does not wait for it, unless there is no thread to be had.
        let slot = Arc::new(Mutex::new(Some(work)));
        let taken = Arc::clone(&slot);
        let take = move |slot: &Mutex<Option<F>>| slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        let name = "strongroom-call".to_owned();
        let spawned = thread::Builder::new().name(name).spawn(move || take(&taken).map_or((), |work| work()));
        if spawned.is_err()
            && let Some(work) = take(&slot)
        {
            work();
        }
    }
}
