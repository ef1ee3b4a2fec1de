//! The strongroom's time: a clock that is handed in, and the highest time that was ever seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use strongroom_types::{Clock, Timestamp};

use crate::Error;

/// A step back of at most this much is taken as the correction of a running clock: time stands still until
/// the clock has caught up. A longer one is an error.
pub(crate) const TOLERATED_STEP: Duration = Duration::from_secs(10);

/// The clock of the system.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// The clock.
    #[must_use]
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let nanos = |d: Duration| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
        Timestamp::from_nanos(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => nanos(since),
            Err(before) => -nanos(before.duration()),
        })
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Reads the clock and never lets time go back.
#[derive(Debug)]
pub(crate) struct TimeKeeper {
    clock: Arc<dyn Clock>,
    highest: AtomicI64,
}

impl TimeKeeper {
    /// `seen` is the highest time that the store and the log know of.
    pub(crate) fn new(clock: Arc<dyn Clock>, seen: Timestamp) -> Self {
        Self { clock, highest: AtomicI64::new(seen.as_nanos()) }
    }

    /// The time, not before any that was seen.
    ///
    /// # Errors
    /// [`Error::ClockRegression`] if the clock is further back than a correction would put it.
    pub(crate) fn now(&self) -> Result<Timestamp, Error> {
        let now = self.clock.now();
        let seen = Timestamp::from_nanos(self.highest.fetch_max(now.as_nanos(), Ordering::Relaxed));
        match now {
            now if now >= seen => Ok(now),
            now if now.after(TOLERATED_STEP) >= seen => Ok(seen),
            now => Err(Error::ClockRegression { now, seen }),
        }
    }

    /// The clock as it is, and the highest time seen.
    pub(crate) fn standing(&self) -> crate::status::ClockStatus {
        let (now, highest_seen) = (self.clock.now(), self.highest());
        let behind = u64::try_from(highest_seen.as_nanos().saturating_sub(now.as_nanos())).unwrap_or(0);
        crate::status::ClockStatus {
            now,
            highest_seen,
            behind: Duration::from_nanos(behind),
            refuses: now.after(TOLERATED_STEP) < highest_seen,
        }
    }

    pub(crate) fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// The highest time seen so far.
    pub(crate) fn highest(&self) -> Timestamp {
        Timestamp::from_nanos(self.highest.load(Ordering::Relaxed))
    }
}
