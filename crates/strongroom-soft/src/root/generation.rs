//! One generation of the root key, and the key-encryption key that seals it in a slot.

use super::*;
use crate::stack::cleared_root;

/// A root key and what is derived from it, in locked memory.
pub(super) struct Generation {
    pub(super) number: u32,
    pub(super) root_id: [u8; 32],
    /// R itself, kept so that a new way of unlocking can be made without an old one.
    root: SecretSlot,
    kdk: SecretSlot,
}

impl Generation {
    /// A fresh one.
    pub(super) fn make(
        provider: &CryptoProvider,
        arena: &SecretArena,
        store_id: &[u8; 16],
        number: u32,
    ) -> Result<Self, RootError> {
        let mut root = arena.take(32)?;
        provider.random.fill(root.expose_secret_mut()?)?;
        Self::derive(provider, arena, store_id, number, root)
    }

    fn derive(
        provider: &CryptoProvider,
        arena: &SecretArena,
        store_id: &[u8; 16],
        number: u32,
        root: SecretSlot,
    ) -> Result<Self, RootError> {
        let (kdk, root_id) = kdk_and_id(provider, arena, Family::Root, &root, store_id)?;
        Ok(Self { number, root_id, root, kdk })
    }

    /// The key that things are sealed with.
    pub(super) fn kdk(&self) -> Result<SealingKdk<'_>, RootError> {
        Ok(SealingKdk::new(Family::Root, self.kdk.expose_secret()?)?)
    }

    /// As a record has it, without slots.
    pub(super) fn unsealed(&self) -> SealedGeneration {
        SealedGeneration { number: self.number, root_id: self.root_id, sealed: Vec::new() }
    }
}

/// A slot's key-encryption key: what is derived from it, in locked memory.
pub(super) struct Kek {
    kdk: SecretSlot,
    id: [u8; 32],
    store_id: [u8; 16],
}

/// Asks `unlock` for the key of `slot`.
pub(super) fn kek_of(
    provider: &CryptoProvider,
    arena: &SecretArena,
    store_id: &[u8; 16],
    slot: &Slot,
    unlock: &dyn Unlock,
) -> Result<Kek, RootError> {
    let mut kek = arena.take(32)?;
    let out = kek.expose_secret_mut()?.first_chunk_mut::<32>();
    let out = out.ok_or(RootError::Crypto(CryptoErrorKind::Internal.into()))?;
    cleared_root(|| unlock.kek(provider, &slot.params, out))?;
    let (kdk, id) = kdk_and_id(provider, arena, Family::Slot, &kek, store_id)?;
    Ok(Kek { kdk, id, store_id: *store_id })
}

impl Kek {
    /// Whether sealed bytes name this key.
    pub(super) fn made(&self, sealed: &[u8; SEALED_LEN]) -> Result<bool, RootError> {
        let header = sealing::Header::parse(sealed).map_err(|_| RootError::Damaged("the header of a slot"))?;
        Ok(self.id.first_chunk() == Some(&header.id()))
    }

    /// Seals R.
    pub(super) fn seal(
        &self,
        provider: &CryptoProvider,
        slot: &Slot,
        generation: &Generation,
    ) -> Result<[u8; SEALED_LEN], RootError> {
        let header = sealing::Header::new(Family::Slot, slot.kind.number(), generation.number, &self.id);
        let place = self.place(slot, generation.number)?;
        let salt_and_iv = provider.draw()?;
        let kdk = SealingKdk::new(Family::Slot, self.kdk.expose_secret()?)?;
        let root = generation.root.expose_secret()?;
        let sealed = cleared_root(|| sealing::seal(provider, kdk, &header, &place, &salt_and_iv, root))?;
        sealed.try_into().map_err(|_| RootError::Crypto(CryptoErrorKind::Internal.into()))
    }

    /// Opens a generation, and proves that it is the one that the record commits to.
    pub(super) fn open(
        &self,
        provider: &CryptoProvider,
        arena: &SecretArena,
        slot: &Slot,
        generation: &SealedGeneration,
        sealed: &[u8; SEALED_LEN],
    ) -> Result<Generation, RootError> {
        if !self.made(sealed)? {
            return Err(RootError::WrongUnlock);
        }
        let place = self.place(slot, generation.number)?;
        let kdk = SealingKdk::new(Family::Slot, self.kdk.expose_secret()?)?;
        let opened = cleared_root(|| sealing::open(provider, kdk, slot.kind.number(), &place, sealed))?;
        let root = arena.store(opened.expose_secret())?;
        let opened = Generation::derive(provider, arena, &self.store_id, generation.number, root)?;
        if opened.root_id != generation.root_id {
            return Err(RootError::Damaged("its root key is not the one that it commits to"));
        }
        Ok(opened)
    }

    fn place(&self, slot: &Slot, generation: u32) -> Result<sealing::Place, RootError> {
        let number = generation.to_be_bytes();
        let fields: [&[u8]; 4] = [&number, &slot.id, &[slot.kind.number()], &slot.params];
        Ok(sealing::Place::new(&self.store_id, fields)?)
    }
}

fn kdk_and_id(
    provider: &CryptoProvider,
    arena: &SecretArena,
    family: Family,
    key: &SecretSlot,
    store_id: &[u8; 16],
) -> Result<(SecretSlot, [u8; 32]), RootError> {
    let mut kdk = arena.take(32)?;
    let key = key.expose_secret()?;
    let out = kdk.expose_secret_mut()?.first_chunk_mut::<32>();
    let out = out.ok_or(RootError::Crypto(CryptoErrorKind::Internal.into()))?;
    let mut id = [0; 32];
    cleared_root(|| {
        sealing::derive_kdk(provider, family, key, store_id, out)?;
        id = sealing::root_id(provider, SealingKdk::new(family, out.as_slice())?, store_id)?;
        Ok::<_, RootError>(())
    })?;
    Ok((kdk, id))
}
