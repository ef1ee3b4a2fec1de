//! The root key's record: what a store keeps of it, in the clear and sealed.
//!
//! ```text
//! record     = 0x01 ‖ store id(16) ‖ current u32
//!            ‖ number of slots u8        ‖ per slot: id(16) ‖ kind u8 ‖ len u16 ‖ parameters
//!            ‖ number of generations u8  ‖ per generation, ascending:
//!                  generation u32 ‖ root id(32) ‖ per slot, in their order: sealed R(148)
//!            ‖ checksum(32) = SHA-256("strongroom/rootrec/1" ‖ 00 ‖ all before)
//! ```
//!
//! Each slot opens each generation: that is the table's shape, so a record in which some way of
//! unlocking opens a part only can't be written. The checksum tells damage from a wrong passphrase;
//! it authenticates nothing.

use strongroom_crypto::{CryptoProvider, DigestAlgorithm};

use crate::{RootError, SlotKind};

const VERSION: u8 = 1;
const CHECKSUM_LABEL: &[u8] = b"strongroom/rootrec/1";
const CHECKSUM_LEN: usize = 32;
/// The most slots, and the most generations.
pub(crate) const MAX_COUNT: usize = 16;
/// The longest parameters of a slot, in bytes.
const MAX_PARAMS: usize = 4_096;
/// A sealed root key: 32 bytes and the seal's 116.
pub(crate) const SEALED_LEN: usize = 148;

/// One way of unlocking, as a record keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub(crate) id: [u8; 16],
    pub(crate) kind: SlotKind,
    pub(crate) params: Vec<u8>,
}

impl Slot {
    /// Its name, random.
    #[must_use]
    pub fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> SlotKind {
        self.kind
    }
}

/// One generation of the root key, sealed once for each slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedGeneration {
    pub(crate) number: u32,
    pub(crate) root_id: [u8; 32],
    pub(crate) sealed: Vec<[u8; SEALED_LEN]>,
}

/// What a store keeps of its root key: which generations there are, and how they are unlocked.
///
/// A value: every change gives a new record, to be committed in place of the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootRecord {
    pub(crate) store_id: [u8; 16],
    pub(crate) current: u32,
    pub(crate) slots: Vec<Slot>,
    pub(crate) generations: Vec<SealedGeneration>,
}

impl RootRecord {
    /// The store that it belongs to.
    #[must_use]
    pub fn store_id(&self) -> &[u8; 16] {
        &self.store_id
    }

    /// The generation that new things are sealed under.
    #[must_use]
    pub fn current(&self) -> u32 {
        self.current
    }

    /// All generations, the oldest first. More than one means that a rotation is under way.
    pub fn generations(&self) -> impl ExactSizeIterator<Item = u32> {
        self.generations.iter().map(|generation| generation.number)
    }

    /// The ways of unlocking; each opens all generations.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The commitment to the current generation, to be pinned outside the store.
    #[must_use]
    pub fn root_id(&self) -> Option<&[u8; 32]> {
        self.generations.iter().find(|it| it.number == self.current).map(|it| &it.root_id)
    }

    /// The same without one slot.
    ///
    /// # Errors
    /// `SlotCount` if it is the last, `SlotLeftOut` if there is none with this id.
    pub fn without_slot(&self, id: &[u8; 16]) -> Result<Self, RootError> {
        let at = self.slots.iter().position(|slot| slot.id == *id).ok_or(RootError::SlotLeftOut)?;
        if self.slots.len() < 2 {
            return Err(RootError::SlotCount);
        }
        let mut record = self.clone();
        record.slots.remove(at);
        for generation in record.generations.iter_mut().filter(|it| at < it.sealed.len()) {
            generation.sealed.remove(at);
        }
        Ok(record)
    }

    /// The bytes to store.
    ///
    /// # Errors
    /// Those of the provider's SHA-256.
    pub fn encode(&self, provider: &CryptoProvider) -> Result<Vec<u8>, RootError> {
        let mut out = vec![VERSION];
        out.extend_from_slice(&self.store_id);
        out.extend_from_slice(&self.current.to_be_bytes());
        out.push(u8::try_from(self.slots.len()).map_err(|_| RootError::SlotCount)?);
        for slot in &self.slots {
            out.extend_from_slice(&slot.id);
            out.push(slot.kind.number());
            let len = u16::try_from(slot.params.len()).map_err(|_| RootError::Parameters)?;
            out.extend_from_slice(&len.to_be_bytes());
            out.extend_from_slice(&slot.params);
        }
        out.push(u8::try_from(self.generations.len()).map_err(|_| RootError::RotationUnfinished)?);
        for generation in &self.generations {
            out.extend_from_slice(&generation.number.to_be_bytes());
            out.extend_from_slice(&generation.root_id);
            generation.sealed.iter().for_each(|sealed| out.extend_from_slice(sealed));
        }
        let checksum = checksum(provider, &out)?;
        out.extend_from_slice(&checksum);
        Ok(out)
    }

    /// The record in these bytes.
    ///
    /// # Errors
    /// `Newer` for a later format; `Damaged` for anything else that [`encode`](Self::encode) does
    /// not write.
    pub fn decode(provider: &CryptoProvider, bytes: &[u8]) -> Result<Self, RootError> {
        let (body, sum) = bytes.split_last_chunk::<CHECKSUM_LEN>().ok_or(RootError::Damaged("it is cut off"))?;
        let mut input = Input(body);
        match input.array()? {
            [VERSION] => {}
            [0] => return Err(RootError::Damaged("no format 0 exists")),
            [version] => return Err(RootError::Newer(version)),
        }
        if checksum(provider, body)? != *sum {
            return Err(RootError::Damaged("its checksum does not fit"));
        }
        let store_id = input.array()?;
        let current = input.u32()?;
        let slots = input.list(Input::slot)?;
        let generations = input.list(|input| input.generation(slots.len()))?;
        let record = Self { store_id, current, slots, generations };
        if !input.0.is_empty() {
            return Err(RootError::Damaged("it has bytes too many"));
        }
        record.check()
    }

    fn check(self) -> Result<Self, RootError> {
        let ascending = self.generations.iter().zip(self.generations.iter().skip(1)).all(|(a, b)| a.number < b.number);
        let distinct = self.slots.iter().enumerate().all(|(at, slot)| {
            let mut before = self.slots.iter().take(at);
            before.all(|other| other.id != slot.id)
        });
        if ascending && distinct && self.root_id().is_some() {
            return Ok(self);
        }
        Err(RootError::Damaged("its slots or generations contradict each other"))
    }
}

fn checksum(provider: &CryptoProvider, body: &[u8]) -> Result<[u8; CHECKSUM_LEN], RootError> {
    let mut sum = [0; CHECKSUM_LEN];
    provider.digest.digest(DigestAlgorithm::Sha256, &[CHECKSUM_LABEL, &[0], body], &mut sum)?;
    Ok(sum)
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], RootError> {
        let (first, rest) = self.0.split_first_chunk().ok_or(RootError::Damaged("it is cut off"))?;
        self.0 = rest;
        Ok(*first)
    }

    fn u32(&mut self) -> Result<u32, RootError> {
        self.array().map(u32::from_be_bytes)
    }

    /// One to sixteen of something.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, RootError>) -> Result<Vec<T>, RootError> {
        let [count] = self.array()?;
        if !(1..=MAX_COUNT).contains(&usize::from(count)) {
            return Err(RootError::Damaged("a count is out of bounds"));
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn slot(&mut self) -> Result<Slot, RootError> {
        let id = self.array()?;
        let [kind] = self.array()?;
        let kind = SlotKind::from_number(kind).ok_or(RootError::Damaged("a slot of an unknown kind"))?;
        let len = usize::from(u16::from_be_bytes(self.array()?));
        match self.0.split_at_checked(len) {
            Some((params, rest)) if len <= MAX_PARAMS => {
                self.0 = rest;
                Ok(Slot { id, kind, params: params.to_vec() })
            }
            _ => Err(RootError::Damaged("the parameters of a slot")),
        }
    }

    fn generation(&mut self, slots: usize) -> Result<SealedGeneration, RootError> {
        let number = self.u32()?;
        let root_id = self.array()?;
        let sealed = (0..slots).map(|_| self.array()).collect::<Result<_, _>>()?;
        Ok(SealedGeneration { number, root_id, sealed })
    }
}
