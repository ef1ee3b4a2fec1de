//! Where a call runs, and so what it may do there: a thread may wait, a task must not.
//!
//! A call on a task that finds that it would have to wait leaves: nothing was recorded or changed by then, and a thread
//! begins it again, with the same moment and the same random bytes.

use strongroom_hsm::{Description, Verb};
use strongroom_types::KeySpec;

/// Where a call runs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Lane<'a> {
    /// On a thread of its caller's.
    #[default]
    Thread,
    /// On a task.
    #[cfg_attr(not(feature = "tokio"), expect(dead_code, reason = "there are no tasks"))]
    Task(&'a Task),
}

impl<'a> Lane<'a> {
    /// The task, if it runs on one.
    pub(crate) fn task(self) -> Option<&'a Task> {
        match self {
            Self::Thread => None,
            Self::Task(task) => Some(task),
        }
    }

    /// Whether the call has left its task.
    pub(crate) fn has_left(self) -> bool {
        self.task().is_some_and(Task::has_left)
    }
}

/// What of a custody's work is slow, by what its description says.
#[derive(Debug, Default)]
pub(crate) struct Slow {
    /// All of it.
    pub(crate) all: bool,
    uses: Vec<KeySpec>,
}

impl Slow {
    pub(crate) fn of(custody: &Description) -> Self {
        let made = |verb| matches!(verb, Verb::Generate(_) | Verb::Import);
        let slow = custody.capabilities.iter().filter(|it| it.slow && !made(it.verb));
        let mut uses: Vec<KeySpec> = slow.map(|it| it.spec).collect();
        uses.sort_unstable();
        uses.dedup();
        Self { all: custody.slow, uses }
    }

    /// Whether a use of a key of this spec may be.
    pub(crate) fn to_use(&self, spec: KeySpec) -> bool {
        self.all || self.uses.contains(&spec)
    }
}

#[cfg(feature = "tokio")]
pub(crate) use here::{Committing, Task};
#[cfg(not(feature = "tokio"))]
pub(crate) use nowhere::Task;

#[cfg(feature = "tokio")]
mod here {
    use std::cell::{Cell, RefCell};

    use strongroom_keys::Change;
    use strongroom_types::KeyArn;

    use crate::Error;
    use crate::gate::internal;
    use crate::journal::{Moment, Submitted, Syncing};
    use crate::trace::Known;

    /// A state change that was handed in, with all that its end needs.
    #[derive(Debug)]
    pub(crate) struct Committing {
        pub(crate) submitted: Submitted,
        pub(crate) changes: Vec<Change>,
        /// The keys that it saw.
        pub(crate) seen: Vec<KeyArn>,
        pub(crate) known: Known,
    }

    /// What a call on a task leaves to others.
    #[derive(Debug, Default)]
    pub(crate) struct Task {
        left: Cell<bool>,
        syncing: RefCell<Option<Syncing>>,
        settling: Cell<Option<Moment>>,
        committing: RefCell<Option<Committing>>,
    }

    impl Task {
        /// The call would have to wait. INVARIANT: nothing was recorded or changed. What this answers ends the attempt, and
        /// nobody sees it.
        pub(crate) fn leave(&self) -> Error {
            self.left.set(true);
            internal("the call would have to wait")
        }

        pub(crate) fn has_left(&self) -> bool {
            self.left.get()
        }

        /// The result leaves when this is ready.
        pub(crate) fn sync(&self, syncing: Option<Syncing>) {
            self.syncing.replace(syncing);
        }

        /// The result leaves when this is concluded.
        pub(crate) fn commit(&self, committing: Committing) {
            self.committing.replace(Some(committing));
        }

        /// What is to be concluded.
        pub(crate) fn committing(&self) -> Option<Committing> {
            self.committing.take()
        }

        /// The log's head has to be moved.
        pub(crate) fn settle(&self, moment: Moment) {
            self.settling.set(Some(moment));
        }

        /// What is to be awaited.
        pub(crate) fn syncing(&self) -> Option<Syncing> {
            self.syncing.take()
        }

        /// What a thread has to do.
        pub(crate) fn settling(&self) -> Option<Moment> {
            self.settling.take()
        }
    }
}

#[cfg(not(feature = "tokio"))]
mod nowhere {
    use crate::Error;

    /// There are no tasks.
    #[derive(Debug)]
    pub(crate) enum Task {}

    impl Task {
        pub(crate) fn leave(&self) -> Error {
            match *self {}
        }

        pub(crate) fn has_left(&self) -> bool {
            match *self {}
        }
    }
}
