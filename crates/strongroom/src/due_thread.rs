//! A thread that does due work, for programs that want one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use strongroom_types::Timestamp;

use crate::Error;
use crate::core::Core;
use crate::due::DueReport;

/// What became of due work so far: of [`run_due`](crate::Kms::run_due), whoever called it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DueRuns {
    /// Runs that were done.
    pub runs: u64,
    /// Runs that failed.
    pub failures: u64,
    /// Runs that panicked, which only a bug of a backend or of ours can do. The thread goes on.
    pub panics: u64,
    /// When the last run was done, on the strongroom's clock.
    pub last_run: Option<Timestamp>,
    /// What that run did.
    pub last_report: DueReport,
    /// Why the last run failed, if it did.
    pub last_error: Option<String>,
}

/// A thread that does due work. Dropping it stops the thread, and waits for the run that it is at.
///
/// It does not keep the strongroom alive: once nobody else holds it, or it is closed, the thread ends.
#[derive(Debug)]
#[must_use = "the thread stops when this is dropped"]
pub struct DueThread {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
    /// In a forked process there is no such thread to wait for.
    process: u32,
}

#[derive(Debug, Default)]
struct Stop {
    asked: Mutex<bool>,
    bell: Condvar,
}

impl Stop {
    /// Waits so long. Answers whether to stop.
    fn wait(&self, so_long: Duration) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(asked, so_long, |asked| !*asked);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn ask(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }
}

/// No run follows another sooner than this, whatever was asked for.
const SHORTEST: Duration = Duration::from_millis(10);

impl DueThread {
    /// Runs due work now, and again after each `interval`.
    pub(crate) fn spawn(core: &Arc<Core>, interval: Duration) -> Result<Self, Error> {
        core.usable()?;
        let stop = Arc::new(Stop::default());
        let (core, bell) = (Arc::downgrade(core), Arc::clone(&stop));
        let work = move || {
            while run(&core) && !bell.wait(interval.max(SHORTEST)) {}
        };
        let thread = std::thread::Builder::new().name("strongroom-due".into()).spawn(work);
        let thread = thread.map_err(|cause| Error::Io { doing: "starting", path: "the due thread".into(), cause })?;
        Ok(Self { stop, thread: Some(thread), process: std::process::id() })
    }
}

/// One run. Answers whether there is a strongroom to come back to.
fn run(core: &Weak<Core>) -> bool {
    let Some(core) = core.upgrade() else { return false };
    // What panics leaves nothing half changed: locks are taken over, and a commit is whole or not there.
    if catch_unwind(AssertUnwindSafe(|| core.run_due())).is_err() {
        let mut status = crate::sync::lock(&core.due);
        status.panics += 1;
        status.last_error = Some("due work panicked".into());
    }
    core.usable().is_ok()
}

impl Drop for DueThread {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            // Whoever held the lock when the process was forked does not exist here, nor does the thread.
            std::mem::forget(self.thread.take());
            return;
        }
        self.stop.ask();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}
