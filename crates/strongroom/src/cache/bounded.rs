//! A cache of records, bounded in number, in which no older state ever follows a newer one.

use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use super::{Equivalent, Map, Next};
use crate::sync::RwLock;

/// What such a cache holds.
pub(crate) trait Cached {
    /// The revision of the commit that made this state.
    fn revision(&self) -> u64;
    /// Set when it is looked up, cleared when the cache looks for what to drop.
    fn used(&self) -> &AtomicBool;
}

/// How a cache of records stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStatus {
    /// Entries now.
    pub entries: usize,
    /// Entries at most; when there are more, an eighth goes, those first that nobody asked for since the last time.
    pub limit: usize,
    /// Look-ups that had to read the store.
    pub misses: u64,
    /// Entries that left because of the limit.
    pub evictions: u64,
}

/// The cache. Look-ups take no lock.
#[derive(Debug)]
pub(crate) struct Bounded<K, V> {
    entries: Map<K, Arc<V>>,
    limit: usize,
    /// No entry that was dropped was newer than this. Read while an entry is put in, written while entries are dropped.
    ///
    /// INVARIANT: where nothing stands, nothing is put that was seen before this revision. So whoever read the store
    /// before a change, and was slow, can't put the old state where the new one was dropped.
    floor: RwLock<u64>,
    misses: AtomicU64,
    evictions: AtomicU64,
}

impl<K: Hash + Eq, V: Cached> Bounded<K, V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            entries: Map::new(),
            limit: limit.max(1),
            floor: RwLock::new(0),
            misses: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    /// The entry, if it is here.
    pub(crate) fn get<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) -> Option<Arc<V>> {
        let found = self.entries.get(key);
        match &found {
            // Written only where it changes something: readers of one entry share its cache line.
            Some(entry) if !entry.used().load(Ordering::Relaxed) => entry.used().store(true, Ordering::Relaxed),
            Some(_) => {}
            None => drop(self.misses.fetch_add(1, Ordering::Relaxed)),
        }
        found
    }

    /// Puts an entry in, unless a newer one stands or stood there. `seen` is the revision of the state in which this was the
    /// newest. The answer is what stands, or the entry itself.
    pub(crate) fn put(&self, key: K, entry: Arc<V>, seen: u64) -> Arc<V> {
        let floor = self.floor.read().unwrap_or_else(PoisonError::into_inner);
        let stands = self.entries.change(key, |stands| match stands {
            Some(stands) if stands.revision() >= entry.revision() => Next::Keep,
            None if seen < *floor => Next::Keep,
            _ => Next::Put(Arc::clone(&entry)),
        });
        drop(floor);
        if self.entries.len() > self.limit {
            self.evict();
        }
        stands.unwrap_or(entry)
    }

    /// Drops entries until an eighth of the limit is free: first those that were not looked up since the last time.
    fn evict(&self) {
        let mut floor = self.floor.write().unwrap_or_else(PoisonError::into_inner);
        if self.entries.len() <= self.limit {
            return;
        }
        let room = self.limit - self.limit / 8;
        for spare_used in [true, false] {
            let mut surplus = self.entries.len().saturating_sub(room);
            self.entries.retain(|_, entry| {
                let stays = surplus == 0 || (spare_used && entry.used().swap(false, Ordering::Relaxed));
                if !stays {
                    surplus -= 1;
                    *floor = (*floor).max(entry.revision());
                    self.evictions.fetch_add(1, Ordering::Relaxed);
                }
                stays
            });
        }
    }

    pub(crate) fn status(&self) -> CacheStatus {
        CacheStatus {
            entries: self.entries.len(),
            limit: self.limit,
            misses: self.misses.load(Ordering::Relaxed),
            evictions: self.evictions.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug)]
    struct State {
        revision: u64,
        used: AtomicBool,
    }

    impl Cached for State {
        fn revision(&self) -> u64 {
            self.revision
        }
        fn used(&self) -> &AtomicBool {
            &self.used
        }
    }

    fn state(revision: u64) -> Arc<State> {
        Arc::new(State { revision, used: AtomicBool::new(false) })
    }

    fn put(cache: &Bounded<u64, State>, key: u64, revision: u64, seen: u64) -> u64 {
        cache.put(key, state(revision), seen).revision
    }

    #[test]
    fn a_slow_reader_can_not_put_back_what_was_changed_and_dropped() {
        let cache = Bounded::new(8);
        // A reader saw key 0 at revision 1, in a state at 5, and is slow. Meanwhile key 0 is changed and dropped.
        put(&cache, 0, 7, 7);
        // What goes is whatever the map comes upon first, so as many are put in as it takes. Then there is room for one.
        let others = (1..).take_while(|_| cache.entries.get(&0).is_some());
        let dropped = others.map(|key| put(&cache, key, 8 + key, 8 + key)).take(100_000).count();
        assert!(dropped < 100_000 && cache.get(&0).is_none(), "it was dropped");
        assert_eq!(put(&cache, 0, 1, 5), 1, "his call goes on with what he saw");
        assert!(cache.get(&0).is_none(), "and nobody else does");
        put(&cache, 0, 7, 1_000_000);
        assert_eq!(cache.get(&0).unwrap().revision, 7);
    }

    #[test]
    fn what_is_asked_for_stays_longer_than_what_is_not() {
        let cache = Bounded::new(64);
        for key in 0..64 {
            put(&cache, key, 1, 1);
        }
        (0..16).for_each(|key| drop(cache.get(&key)));
        put(&cache, 64, 2, 2);
        assert!((0..16).all(|key| cache.get(&key).is_some()));
        assert_eq!(cache.status().entries, 56);
        assert_eq!(cache.status().evictions, 9);
    }

    #[test]
    fn it_never_holds_more_than_its_limit_whoever_asks() {
        let cache = Bounded::new(32);
        for key in 0..1_000 {
            put(&cache, key, key, key);
            (0..=key).for_each(|key| drop(cache.get(&key)));
            assert!(cache.status().entries <= 32);
        }
    }

    proptest! {
        /// A store with many keys, readers that are as slow as they like, commits applied in any order, a cache that is
        /// far too small: once a revision of a key was answered out of the cache, no older one ever is.
        #[test]
        fn what_the_cache_answers_never_goes_back(
            limit in 1_usize..6,
            steps in prop::collection::vec((0_u8..4, 0_u64..6, 0_usize..8), 0..200),
        ) {
            let cache = Bounded::<u64, State>::new(limit);
            let (mut now, mut newest, mut answered) = (0_u64, [0_u64; 6], [0_u64; 6]);
            // Reads and commits that have happened and are not in the cache yet: key, revision, seen.
            let mut pending: Vec<(u64, u64, u64)> = Vec::new();
            for (what, key, at) in steps {
                let slot = usize::try_from(key).unwrap();
                match what {
                    0 => { now += 1; newest[slot] = now; pending.push((key, now, now)); }
                    1 => pending.push((key, newest[slot], now)),
                    2 if !pending.is_empty() => {
                        let (key, revision, seen) = pending.remove(at % pending.len());
                        put(&cache, key, revision, seen);
                    }
                    _ => if let Some(entry) = cache.get(&key) {
                        prop_assert!(entry.revision >= answered[slot], "{} after {}", entry.revision, answered[slot]);
                        answered[slot] = entry.revision;
                    }
                }
            }
        }
    }
}
