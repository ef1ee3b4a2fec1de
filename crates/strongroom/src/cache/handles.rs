//! Open key handles, bounded in number and time. One cold entry is opened once, however many threads ask.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use strongroom_hsm::KeyHandle;
use strongroom_types::{AccountId, KeyArn, Region};

use super::{Map, Next};
use crate::sync::{Mutex, lock};

/// One version of one key. Versions go by the first 16 bytes of their material id; of a key without one,
/// by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct HandleKey {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) id: [u8; 16],
    pub(crate) version: [u8; 16],
}

impl HandleKey {
    pub(crate) fn new(arn: &KeyArn, version: [u8; 16]) -> Self {
        Self { account: arn.account(), region: arn.region(), id: *arn.id().as_bytes(), version }
    }

    fn is_of(&self, arn: &KeyArn) -> bool {
        (self.account, self.region, &self.id) == (arn.account(), arn.region(), arn.id().as_bytes())
    }
}

/// An open version: its handle, and the whole id of its material if it has one.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) handle: Arc<dyn KeyHandle>,
    pub(crate) material: Option<[u8; 32]>,
}

/// An entry: being opened, or open.
#[derive(Debug)]
struct Slot {
    open: OnceLock<Open>,
    gate: Mutex<()>,
    since: Duration,
}

/// What anybody may know of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct HandleStatus {
    /// Entries now.
    pub open: usize,
    /// Entries at most.
    pub limit: usize,
    /// Look-ups that found an open handle.
    pub hits: u64,
    /// Handles that were opened.
    pub misses: u64,
    /// Entries that left because of the bounds.
    pub evictions: u64,
}

/// The cache.
#[derive(Debug)]
pub(crate) struct Handles {
    slots: Map<HandleKey, Arc<Slot>>,
    limit: usize,
    live: Duration,
    hits: AtomicU64,
    misses: AtomicU64,
    evictions: AtomicU64,
}

impl Handles {
    /// At most `limit` handles, each for at most `live` from when it was opened.
    pub(crate) fn new(limit: usize, live: Duration) -> Self {
        Self {
            slots: Map::new(),
            limit: limit.max(1),
            live,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    fn fresh(&self, slot: &Slot, now: Duration) -> bool {
        now.saturating_sub(slot.since) < self.live
    }

    /// The open handle, opened by `open` if it is not there. `now` is monotonic.
    pub(crate) fn get<E>(
        &self,
        key: HandleKey,
        now: Duration,
        open: impl FnOnce() -> Result<Open, E>,
    ) -> Result<Open, E> {
        if let Some(slot) = self.slots.get(&key)
            && self.fresh(&slot, now)
            && let Some(open) = slot.open.get()
        {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(open.clone());
        }
        let slot = self.slot(key, now);
        let _one_at_a_time = lock(&slot.gate);
        if let Some(open) = slot.open.get() {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(open.clone());
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        match open() {
            Ok(open) => Ok(slot.open.get_or_init(|| open).clone()),
            Err(error) => {
                self.forget(key, &slot);
                Err(error)
            }
        }
    }

    fn slot(&self, key: HandleKey, now: Duration) -> Arc<Slot> {
        let fresh = Arc::new(Slot { open: OnceLock::new(), gate: Mutex::new(()), since: now });
        let stands = self.slots.change(key, |slot| match slot {
            Some(slot) if self.fresh(slot, now) => Next::Keep,
            _ => Next::Put(Arc::clone(&fresh)),
        });
        if self.slots.len() > self.limit {
            self.evict(&key, now);
        }
        stands.unwrap_or(fresh)
    }

    fn forget(&self, key: HandleKey, slot: &Arc<Slot>) {
        self.slots.change(key, |stands| match stands {
            Some(stands) if Arc::ptr_eq(stands, slot) => Next::Remove,
            _ => Next::Keep,
        });
    }

    /// Drops what is too old, and then as many as it takes to be an eighth below the limit.
    fn evict(&self, but: &HandleKey, now: Duration) {
        let mut surplus = self.slots.len().saturating_sub(self.limit - self.limit / 8);
        self.slots.retain(|key, slot| {
            let goes = key != but && (!self.fresh(slot, now) || surplus > 0);
            if goes {
                surplus = surplus.saturating_sub(1);
                self.evictions.fetch_add(1, Ordering::Relaxed);
            }
            !goes
        });
    }

    /// Drops what is too old, so that a key that nobody asks for any more does not stay in memory.
    pub(crate) fn sweep(&self, now: Duration) {
        self.slots.retain(|_, slot| {
            let stays = self.fresh(slot, now);
            if !stays {
                self.evictions.fetch_add(1, Ordering::Relaxed);
            }
            stays
        });
    }

    /// Closes every handle of a key. An operation that has one in its hands meets `Gone` and starts again.
    pub(crate) fn close_key(&self, arn: &KeyArn) {
        self.close_if(|key| key.is_of(arn));
    }

    /// Closes every handle.
    pub(crate) fn close_all(&self) {
        self.close_if(|_| true);
    }

    fn close_if(&self, goes: impl Fn(&HandleKey) -> bool) {
        let mut closed = Vec::new();
        self.slots.retain(|key, slot| {
            let goes = goes(key);
            if goes {
                closed.push(Arc::clone(slot));
            }
            !goes
        });
        for open in closed.iter().filter_map(|slot| slot.open.get()) {
            open.handle.close();
        }
    }

    pub(crate) fn status(&self) -> HandleStatus {
        HandleStatus {
            open: self.slots.len(),
            limit: self.limit,
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            evictions: self.evictions.load(Ordering::Relaxed),
        }
    }
}
