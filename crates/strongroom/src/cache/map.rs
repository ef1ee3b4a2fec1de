//! A map of cheap values that readers read without a lock.

use std::fmt;
use std::hash::Hash;

/// Whether a borrowed query stands for an owned key. Both must hash alike.
pub(crate) use papaya::Equivalent;

/// What a change does to an entry.
pub(crate) enum Next<V> {
    /// This value stands there now.
    Put(V),
    /// The entry is gone.
    Remove,
    /// As it was.
    Keep,
}

/// A concurrent map. Values are clones of `Arc`s.
#[cfg(not(strongroom_shuttle))]
pub(crate) struct Map<K, V>(papaya::HashMap<K, V>);

#[cfg(not(strongroom_shuttle))]
impl<K: Hash + Eq, V: Clone> Map<K, V> {
    pub(crate) fn new() -> Self {
        Self(papaya::HashMap::new())
    }

    /// The value under a key.
    pub(crate) fn get<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) -> Option<V> {
        self.0.pin().get(key).cloned()
    }

    /// Changes one entry as one step; `change` may run several times. The answer is what stands there afterwards.
    pub(crate) fn change(&self, key: K, mut change: impl FnMut(Option<&V>) -> Next<V>) -> Option<V> {
        use papaya::{Compute, Operation};
        let map = self.0.pin();
        let done = map.compute(key, |entry| match change(entry.map(|(_, value)| value)) {
            Next::Put(value) => Operation::Insert(value),
            Next::Remove if entry.is_some() => Operation::Remove,
            Next::Remove => Operation::Abort(None),
            Next::Keep => Operation::Abort(entry.map(|(_, value)| value.clone())),
        });
        match done {
            Compute::Inserted(_, value) | Compute::Updated { new: (_, value), .. } => Some(value.clone()),
            Compute::Removed(..) => None,
            Compute::Aborted(value) => value,
        }
    }

    /// Drops every entry that `keep` does not keep.
    pub(crate) fn retain(&self, keep: impl FnMut(&K, &V) -> bool) {
        self.0.pin().retain(keep);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The same under a lock that `shuttle` sees.
#[cfg(strongroom_shuttle)]
pub(crate) struct Map<K, V>(crate::sync::Mutex<Vec<(K, V)>>);

#[cfg(strongroom_shuttle)]
impl<K: Hash + Eq, V: Clone> Map<K, V> {
    pub(crate) fn new() -> Self {
        Self(crate::sync::Mutex::new(Vec::new()))
    }

    pub(crate) fn get<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) -> Option<V> {
        let map = crate::sync::lock(&self.0);
        map.iter().find(|(known, _)| key.equivalent(known)).map(|(_, value)| value.clone())
    }

    pub(crate) fn change(&self, key: K, mut change: impl FnMut(Option<&V>) -> Next<V>) -> Option<V> {
        let mut map = crate::sync::lock(&self.0);
        let at = map.iter().position(|(known, _)| *known == key);
        let next = change(at.and_then(|at| map.get(at)).map(|(_, value)| value));
        match (next, at) {
            (Next::Keep, at) => return at.and_then(|at| map.get(at)).map(|(_, value)| value.clone()),
            (Next::Remove, Some(at)) => drop(map.remove(at)),
            (Next::Remove, None) => {}
            (Next::Put(value), at) => {
                if let Some(at) = at {
                    drop(map.remove(at));
                }
                map.push((key, value.clone()));
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn retain(&self, mut keep: impl FnMut(&K, &V) -> bool) {
        crate::sync::lock(&self.0).retain(|(key, value)| keep(key, value));
    }

    pub(crate) fn len(&self) -> usize {
        crate::sync::lock(&self.0).len()
    }
}

impl<K, V> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Map(..)")
    }
}
