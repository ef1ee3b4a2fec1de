//! A clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use strongroom_types::{Clock, Timestamp};

/// A clock that stands still until it is told to go on. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
/// use strongroom::testing::FakeClock;
/// use strongroom::{Clock, Timestamp};
///
/// let clock = FakeClock::new();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().as_secs(), before.as_secs() + 60);
/// clock.set(Timestamp::EPOCH); // what a wrong time server does: the monotonic time knows nothing of it
/// assert_eq!(clock.monotonic(), Duration::from_secs(60));
/// ```
#[derive(Debug, Clone)]
pub struct FakeClock {
    wall: Arc<AtomicI64>,
    monotonic: Arc<AtomicU64>,
}

impl FakeClock {
    /// A clock at 2026-03-01T00:00:00Z.
    #[must_use]
    pub fn new() -> Self {
        Self::at(Timestamp::from_secs(1_772_323_200))
    }

    /// A clock at this time.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self { wall: Arc::new(AtomicI64::new(time.as_nanos())), monotonic: Arc::new(AtomicU64::new(0)) }
    }

    /// Time goes on, the monotonic one too.
    pub fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.wall.fetch_add(i64::try_from(nanos).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.monotonic.fetch_add(nanos, Ordering::SeqCst);
    }

    /// The wall clock is set, forward or back; the monotonic one knows nothing of it.
    pub fn set(&self, to: Timestamp) {
        self.wall.store(to.as_nanos(), Ordering::SeqCst);
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.wall.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.monotonic.load(Ordering::SeqCst))
    }
}
