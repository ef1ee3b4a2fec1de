//! Changing the ways to unlock, and rotating the root key.

use super::*;
use crate::SlotKind;

/// A rotation that has begun: a record to commit, and the new root key.
///
/// The new generation seals nothing until [`RootKey::adopt`]: what was sealed under a root key whose
/// record is not committed would be lost. Dropped, it leaves no trace.
pub struct Rotation {
    record: RootRecord,
    generation: Generation,
}

impl Rotation {
    /// The record to commit, with the old generations and the new one.
    #[must_use]
    pub fn record(&self) -> &RootRecord {
        &self.record
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rotation(to generation {})", self.generation.number)
    }
}

impl RootKey {
    /// The record with `unlock` as its only way of unlocking. Commit it; from then on the old ways
    /// open nothing but old copies of the record.
    ///
    /// # Errors
    /// Those of [`add_unlock`](Self::add_unlock).
    pub fn change_unlock(&self, record: &RootRecord, unlock: &dyn Unlock) -> Result<RootRecord, RootError> {
        let mut bare = record.clone();
        bare.slots.clear();
        bare.generations.iter_mut().for_each(|generation| generation.sealed.clear());
        self.add_unlock(&bare, unlock)
    }

    /// The record with one more way of unlocking, for all its generations.
    ///
    /// # Errors
    /// `Damaged` if the record is not this root key's; `SlotCount` over 16 slots; what keeps
    /// `unlock` from giving its key.
    pub fn add_unlock(&self, record: &RootRecord, unlock: &dyn Unlock) -> Result<RootRecord, RootError> {
        if record.slots.len() >= MAX_COUNT {
            return Err(RootError::SlotCount);
        }
        let state = self.read();
        let provider = self.provider();
        let slot = Slot { id: provider.draw()?, kind: unlock.kind(), params: unlock.new_params(&*provider.random)? };
        let kek = kek_of(provider, self.arena(), self.store_id(), &slot, unlock)?;
        let mut changed = record.clone();
        for generation in &mut changed.generations {
            let ours = self.same(&state, record, generation)?;
            generation.sealed.push(kek.seal(provider, &slot, ours)?);
        }
        changed.slots.push(slot);
        Ok(changed)
    }

    /// Begins a rotation: a new generation beside the old one, for every slot that the record has.
    /// Commit [`Rotation::record`], then [`adopt`](Self::adopt) it; re-seal everything; then
    /// [`finish_rotation`](Self::finish_rotation). Stopped anywhere, everything opens.
    ///
    /// # Errors
    /// `RotationUnfinished` if another is under way; `WrongUnlock` if none of `unlocks` opens a slot
    /// of its kind, `SlotLeftOut` if none is of a slot's kind.
    pub fn begin_rotation(&self, record: &RootRecord, unlocks: &[&dyn Unlock]) -> Result<Rotation, RootError> {
        let state = self.read();
        let [old] = record.generations.as_slice() else { return Err(RootError::RotationUnfinished) };
        self.same(&state, record, old)?;
        let number = old.number.checked_add(1).ok_or(RootError::Damaged("its generation is the last there is"))?;
        let generation = Generation::make(self.provider(), self.arena(), self.store_id(), number)?;
        let mut sealed = generation.unsealed();
        for (slot, old_sealed) in record.slots.iter().zip(&old.sealed) {
            let kek = self.kek_among(slot, old_sealed, unlocks)?;
            sealed.sealed.push(kek.seal(self.provider(), slot, &generation)?);
        }
        let mut record = record.clone();
        record.generations.push(sealed);
        record.current = number;
        Ok(Rotation { record, generation })
    }

    /// Seals under the new generation from now on. To be called when its record is committed.
    pub fn adopt(&self, rotation: Rotation) {
        let mut state = self.write();
        state.current = rotation.generation.number;
        state.generations.insert(rotation.generation.number, rotation.generation);
    }

    /// The record with its current generation alone. To be committed when nothing in the store is
    /// sealed under another ([`generation_of`]) and no commit that could bring such a thing is under
    /// way; then [`settle`](Self::settle).
    ///
    /// # Errors
    /// `Damaged` if the record is not this root key's.
    pub fn finish_rotation(&self, record: &RootRecord) -> Result<RootRecord, RootError> {
        let state = self.read();
        let mut record = record.clone();
        record.generations.retain(|generation| generation.number == record.current);
        for generation in &record.generations {
            self.same(&state, &record, generation)?;
        }
        Ok(record)
    }

    /// Drops every generation that a committed record does not have, and zeroizes it.
    ///
    /// # Errors
    /// `Damaged` if the record is not this root key's, or lacks the generation that is sealed under.
    pub fn settle(&self, record: &RootRecord) -> Result<(), RootError> {
        let mut state = self.write();
        if record.current != state.current {
            return Err(RootError::Damaged("it is of another generation"));
        }
        for generation in &record.generations {
            self.same(&state, record, generation)?;
        }
        state.generations.retain(|number, _| record.generations().any(|kept| kept == *number));
        Ok(())
    }

    /// The unlocked generation that `sealed` is of.
    fn same<'a>(
        &self,
        state: &'a State,
        record: &RootRecord,
        sealed: &SealedGeneration,
    ) -> Result<&'a Generation, RootError> {
        let ours = state.generations.get(&sealed.number).filter(|ours| ours.root_id == sealed.root_id);
        let ours = ours.filter(|_| record.store_id == *self.store_id());
        ours.ok_or(RootError::Damaged("it is not of this root key"))
    }

    /// The key of `slot`, from whichever of `unlocks` has it.
    fn kek_among(
        &self,
        slot: &Slot,
        sealed: &[u8; SEALED_LEN],
        unlocks: &[&dyn Unlock],
    ) -> Result<generation::Kek, RootError> {
        let mut outcome = RootError::SlotLeftOut;
        for unlock in unlocks.iter().filter(|unlock| unlock.kind() == slot.kind) {
            let kek = kek_of(self.provider(), self.arena(), self.store_id(), slot, *unlock)?;
            if kek.made(sealed)? {
                return Ok(kek);
            }
            outcome = RootError::WrongUnlock;
        }
        Err(outcome)
    }
}

/// Whether a slot opens.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SlotStatus {
    /// The slot's name.
    pub id: [u8; 16],
    /// Its kind.
    pub kind: SlotKind,
    /// `Ok` if one of the ways that were given opens all generations by it.
    pub outcome: Result<(), RootError>,
}

/// Tries every slot of a record with the ways that are given, and changes nothing.
#[must_use]
pub fn verify_slots(
    provider: &CryptoProvider,
    arena: &SecretArena,
    record: &RootRecord,
    unlocks: &[&dyn Unlock],
) -> Vec<SlotStatus> {
    let try_slot = |(at, slot): (usize, &Slot)| {
        let mut outcome = Err(RootError::SlotLeftOut);
        for unlock in unlocks.iter().filter(|unlock| unlock.kind() == slot.kind) {
            outcome = RootKey::open_slot(provider, arena, record, at, slot, *unlock).map(drop);
            if outcome.is_ok() {
                break;
            }
        }
        SlotStatus { id: slot.id, kind: slot.kind, outcome }
    };
    record.slots.iter().enumerate().map(try_slot).collect()
}
