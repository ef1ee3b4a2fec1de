//! Commits that were handed in by tasks: nobody holds the log for them while they stand between store and log.

use std::sync::PoisonError;

use crate::sync::{Condvar, Mutex, lock};

/// How many such commits there are, and whether somebody needs that there is none.
#[derive(Debug, Default)]
pub(super) struct Standing {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    commits: usize,
    alone: bool,
}

impl Standing {
    /// Waits until no such commit stands, and lets none begin until what this answers is dropped.
    pub(super) fn alone(&self) -> Alone<'_> {
        let mut state = lock(&self.state);
        while state.alone {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.alone = true;
        while state.commits > 0 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Alone(self)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.state));
        self.changed.notify_all();
    }
}

/// No commit of a task stands between store and log.
#[derive(Debug)]
pub(crate) struct Alone<'s>(&'s Standing);

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.alone = false);
    }
}

#[cfg(feature = "tokio")]
pub(super) use by_tasks::Stands;

#[cfg(feature = "tokio")]
mod by_tasks {
    use std::sync::Arc;

    use super::{Standing, lock};

    /// A commit that stands between store and log until this is dropped.
    #[derive(Debug)]
    pub(in crate::journal) struct Stands(Arc<Standing>);

    impl Standing {
        /// One more; `None` if somebody needs that there is none.
        pub(in crate::journal) fn begin(self: &Arc<Self>) -> Option<Stands> {
            let mut state = lock(&self.state);
            if state.alone {
                return None;
            }
            state.commits += 1;
            drop(state);
            Some(Stands(Arc::clone(self)))
        }
    }

    impl Drop for Stands {
        fn drop(&mut self) {
            self.0.change(|state| state.commits = state.commits.saturating_sub(1));
        }
    }
}
