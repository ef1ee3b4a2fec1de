//! The root key.

mod change;
mod generation;
mod sealer;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use strongroom_crypto::sealing::{self, Family, SealingKdk};
use strongroom_crypto::{CryptoErrorKind, CryptoProvider};
use strongroom_memory::{SecretArena, SecretSlot};

pub use change::{Rotation, SlotStatus, verify_slots};
use generation::{Generation, kek_of};
pub use sealer::{RootSealer, generation_of};

use crate::record::{MAX_COUNT, SEALED_LEN, SealedGeneration, Slot};
use crate::{RootError, RootRecord, Unlock};

/// An unlocked root key: every generation that its record has. A cheap handle; clones share it.
///
/// The root keys, and what everything is sealed with that is derived from each, stay in the arena
/// until the last clone and the last [`RootSealer`] are gone. It has no function that gives them.
///
/// ```
/// use strongroom_memory::{LockPolicy, SecretArena};
/// use strongroom_soft::{KeyClosure, RootKey, RootRecord};
/// use strongroom_types::{SealKind, SealPlace, Sealer};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let provider = strongroom_rustcrypto::provider();
/// let arena = SecretArena::new(LockPolicy::BestEffort)?;
/// let unlock = KeyClosure::new(|key| Ok(key.fill(7)));
/// let (root, record) = RootKey::create(&provider, &arena, [1; 16], &unlock)?;
/// let stored = record.encode(&provider)?;
///
/// let place = SealPlace::new(SealKind::LogKey, vec![vec![2; 16], vec![0, 0, 0, 1]]);
/// let sealed = root.sealer(SealKind::LogKey).seal(&place, b"a key of the log")?;
///
/// let record = RootRecord::decode(&provider, &stored)?;
/// let again = RootKey::unlock(&provider, &arena, &record, &unlock)?;
/// assert_eq!(again.sealer(SealKind::LogKey).open(&place, &sealed)?.expose_secret(), b"a key of the log");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RootKey(Arc<Inner>);

struct Inner {
    store_id: [u8; 16],
    provider: CryptoProvider,
    arena: SecretArena,
    state: RwLock<State>,
}

/// INVARIANT: `current` is one of the generations.
struct State {
    current: u32,
    generations: BTreeMap<u32, Generation>,
}

impl RootKey {
    /// Makes a root key for a new store, with one way to unlock it.
    ///
    /// # Errors
    /// No random bytes, no locked memory, or what keeps `unlock` from giving its key.
    pub fn create(
        provider: &CryptoProvider,
        arena: &SecretArena,
        store_id: [u8; 16],
        unlock: &dyn Unlock,
    ) -> Result<(Self, RootRecord), RootError> {
        let first = Generation::make(provider, arena, &store_id, 1)?;
        let empty = RootRecord { store_id, current: 1, slots: Vec::new(), generations: vec![first.unsealed()] };
        let root = Self::of(provider, arena, store_id, 1, [(1, first)].into());
        let record = root.add_unlock(&empty, unlock)?;
        Ok((root, record))
    }

    /// Opens every generation in `record`.
    ///
    /// # Errors
    /// `WrongUnlock` if the passphrase or key is another; `NoSuchSlot`; `Damaged`, also when what
    /// opened is not the root key that the record commits to; no locked memory.
    pub fn unlock(
        provider: &CryptoProvider,
        arena: &SecretArena,
        record: &RootRecord,
        unlock: &dyn Unlock,
    ) -> Result<Self, RootError> {
        let mut outcome = RootError::NoSuchSlot(unlock.kind().as_str());
        for (at, slot) in record.slots.iter().enumerate().filter(|(_, slot)| slot.kind == unlock.kind()) {
            match Self::open_slot(provider, arena, record, at, slot, unlock) {
                Ok(generations) => return Ok(Self::of(provider, arena, record.store_id, record.current, generations)),
                // Another slot may be damaged: this one still opens. Only a wrong key is said as the last thing.
                Err(RootError::WrongUnlock) if !matches!(outcome, RootError::NoSuchSlot(_)) => {}
                Err(error) => outcome = error,
            }
        }
        Err(outcome)
    }

    /// Refuses any root key but the one that was pinned: `root_id` is of one of its generations.
    ///
    /// # Errors
    /// `NotPinned`.
    pub fn pinned_to(self, root_id: &[u8; 32]) -> Result<Self, RootError> {
        let found = self.read().generations.values().any(|generation| generation.root_id == *root_id);
        if found { Ok(self) } else { Err(RootError::NotPinned) }
    }

    /// The commitment to the current generation.
    #[must_use]
    pub fn root_id(&self) -> [u8; 32] {
        let state = self.read();
        state.generations.get(&state.current).map(|generation| generation.root_id).unwrap_or_default()
    }

    /// The store that it belongs to.
    #[must_use]
    pub fn store_id(&self) -> &[u8; 16] {
        &self.0.store_id
    }

    /// The generation that new things are sealed under.
    #[must_use]
    pub fn current(&self) -> u32 {
        self.read().current
    }

    /// The memory that it keeps its keys in.
    #[must_use]
    pub fn arena(&self) -> &SecretArena {
        &self.0.arena
    }

    /// The provider that it computes with.
    #[must_use]
    pub fn provider(&self) -> &CryptoProvider {
        &self.0.provider
    }

    fn of(
        provider: &CryptoProvider,
        arena: &SecretArena,
        store_id: [u8; 16],
        current: u32,
        generations: BTreeMap<u32, Generation>,
    ) -> Self {
        let state = RwLock::new(State { current, generations });
        Self(Arc::new(Inner { store_id, provider: provider.clone(), arena: arena.clone(), state }))
    }

    /// All generations, by one slot.
    fn open_slot(
        provider: &CryptoProvider,
        arena: &SecretArena,
        record: &RootRecord,
        at: usize,
        slot: &Slot,
        unlock: &dyn Unlock,
    ) -> Result<BTreeMap<u32, Generation>, RootError> {
        let kek = kek_of(provider, arena, &record.store_id, slot, unlock)?;
        let open = |(index, generation): (usize, &SealedGeneration)| {
            let sealed = generation.sealed.get(at).ok_or(RootError::Damaged("a slot is missing"))?;
            let opened = kek.open(provider, arena, slot, generation, sealed);
            match opened {
                // What opens one generation opens all.
                Err(RootError::WrongUnlock) if index > 0 => Err(RootError::Damaged("a slot does not open")),
                other => other.map(|generation| (generation.number, generation)),
            }
        };
        record.generations.iter().enumerate().map(open).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.read();
        let generations: Vec<_> = state.generations.keys().collect();
        write!(f, "RootKey(current {}, generations {generations:?})", state.current)
    }
}
