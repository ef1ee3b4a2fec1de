//! Cuts regions into slots: size classes, canaries, free lists. The pointer work of the arena.

#![expect(unsafe_code, reason = "the pointer work of the arena is what this crate is for")]

use crate::pages::{Pages, SystemPages};
use std::{ptr::NonNull, slice};
use zeroize::Zeroize;

/// Usable bytes of one region (rounded up to whole pages where pages are larger).
pub(crate) const REGION_LEN: usize = 64 * 1024;

/// Where the first slot's head canary is: behind the fork sentinel, and so that data is aligned
/// to 16 bytes.
const FIRST_SLOT: usize = 56;

/// Length of one canary; each slot has one before and one after its data.
const CANARY_LEN: usize = 8;

/// How long a slot's data can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    B32,
    B64,
    B256,
    /// PKCS#8 of an RSA key of 2,048 bits.
    B1280,
    /// That of 3,072 and of 4,096 bits.
    B2560,
    B4096,
}

impl Class {
    pub(crate) const ALL: [Self; 6] = [Self::B32, Self::B64, Self::B256, Self::B1280, Self::B2560, Self::B4096];

    /// The smallest class that holds `len` bytes.
    pub(crate) fn holding(len: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|class| len <= class.size())
    }

    pub(crate) const fn size(self) -> usize {
        match self {
            Self::B32 => 32,
            Self::B64 => 64,
            Self::B256 => 256,
            Self::B1280 => 1280,
            Self::B2560 => 2560,
            Self::B4096 => 4096,
        }
    }

    /// Bytes of a region that one slot takes. A multiple of 16, so alignment is kept.
    const fn stride(self) -> usize {
        self.size() + 2 * CANARY_LEN
    }
}

/// One slot: `[head canary][data][tail canary][rest]`. The tail canary is right behind the `len`
/// bytes in use, so one byte too many always hits it.
///
/// INVARIANT: the stride of `class` around `data` is inside a region that outlives the block, and
/// one `Block` exists for it: whoever holds it owns these bytes.
#[derive(Debug)]
pub(crate) struct Block {
    data: NonNull<u8>,
    class: Class,
}

// SAFETY: a block owns its bytes (its invariant), and bytes can be used from any thread.
unsafe impl Send for Block {}
// SAFETY: through `&Block` the bytes can only be read.
unsafe impl Sync for Block {}

impl Block {
    /// The first `len` bytes of data.
    #[inline]
    pub(crate) fn bytes(&self, len: usize) -> &[u8] {
        let len = self.at_most(len);
        // SAFETY: `len` is at most the class's size, so this is inside the block, initialised
        // since the region was mapped, and owned by `self`.
        unsafe { slice::from_raw_parts(self.data.as_ptr(), len) }
    }

    /// The first `len` bytes of data.
    #[inline]
    pub(crate) fn bytes_mut(&mut self, len: usize) -> &mut [u8] {
        let len = self.at_most(len);
        // SAFETY: as in `bytes`, and borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.data.as_ptr(), len) }
    }

    /// Puts the canaries around `len` bytes.
    pub(crate) fn arm(&mut self, len: usize) {
        for place in self.canaries(len) {
            // SAFETY: both places are inside the block, owned by `self`; byte arrays need no
            // alignment.
            unsafe { place.write(canary(place)) };
        }
    }

    /// Whether both canaries around `len` bytes are as `arm` left them.
    pub(crate) fn is_whole(&self, len: usize) -> bool {
        self.canaries(len).into_iter().all(|place| {
            // SAFETY: as in `arm`.
            let found = unsafe { place.read() };
            found == canary(place)
        })
    }

    /// Zeroizes `len` bytes of data and the tail canary: all that `arm` and the user wrote.
    pub(crate) fn wipe(&mut self, len: usize) {
        let len = self.at_most(len);
        // SAFETY: data and tail canary are inside the block (`size + CANARY_LEN` bytes follow
        // `data` in the stride), initialised, owned by `self`.
        let used = unsafe { slice::from_raw_parts_mut(self.data.as_ptr(), len + CANARY_LEN) };
        used.zeroize();
    }

    /// The arena picks the class by the length, so this changes nothing; but then no caller can
    /// reach beyond the block.
    #[inline]
    fn at_most(&self, len: usize) -> usize {
        debug_assert!(len <= self.class.size());
        len.min(self.class.size())
    }

    fn canaries(&self, len: usize) -> [NonNull<[u8; CANARY_LEN]>; 2] {
        let len = self.at_most(len);
        // SAFETY: the stride begins `CANARY_LEN` before `data`.
        let head = unsafe { self.data.sub(CANARY_LEN) };
        // SAFETY: `len <= size`, and `CANARY_LEN` bytes more belong to the stride.
        let tail = unsafe { self.data.add(len) };
        [head.cast(), tail.cast()]
    }
}

/// What a canary at this place holds. It depends on the place, so that a copied run of bytes does
/// not bring a right one along. It finds our own mistakes; it is no secret.
fn canary(place: NonNull<[u8; CANARY_LEN]>) -> [u8; CANARY_LEN] {
    let mixed = (place.addr().get() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ 0x6b5f_2d1c_a897_43e1).to_le_bytes()
}

/// Free slots of each class.
#[derive(Debug, Default)]
struct FreeLists {
    b32: Vec<Block>,
    b64: Vec<Block>,
    b256: Vec<Block>,
    b1280: Vec<Block>,
    b2560: Vec<Block>,
    b4096: Vec<Block>,
}

impl FreeLists {
    fn of(&mut self, class: Class) -> &mut Vec<Block> {
        match class {
            Class::B32 => &mut self.b32,
            Class::B64 => &mut self.b64,
            Class::B256 => &mut self.b256,
            Class::B1280 => &mut self.b1280,
            Class::B2560 => &mut self.b2560,
            Class::B4096 => &mut self.b4096,
        }
    }
}

/// The regions of one arena and what is free in them.
#[derive(Debug)]
pub(crate) struct Carver {
    regions: Vec<SystemPages>,
    /// Where uncut memory begins in the last region.
    uncut: usize,
    free: FreeLists,
    in_use: usize,
    cut: usize,
}

impl Carver {
    pub(crate) fn new(region: SystemPages) -> Self {
        Self { regions: vec![region], uncut: FIRST_SLOT, free: FreeLists::default(), in_use: 0, cut: 0 }
    }

    /// A zero-filled block, or `None` if a region must be added first.
    pub(crate) fn take(&mut self, class: Class) -> Option<Block> {
        let block = self.free.of(class).pop().or_else(|| self.cut(class))?;
        self.in_use += 1;
        Some(block)
    }

    /// A free block of a larger class: a last resort when no region can be added.
    pub(crate) fn take_larger(&mut self, class: Class) -> Option<Block> {
        let larger = Class::ALL.into_iter().filter(|other| *other > class);
        let block = larger.into_iter().find_map(|class| self.free.of(class).pop())?;
        self.in_use += 1;
        Some(block)
    }

    /// Takes back a wiped block.
    pub(crate) fn give_back(&mut self, block: Block) {
        // Never allocates: `cut` reserved the room.
        self.free.of(block.class).push(block);
        self.in_use -= 1;
    }

    /// Adds a region; what was uncut in the last one becomes smaller free slots.
    pub(crate) fn add_region(&mut self, region: SystemPages) {
        for class in Class::ALL.into_iter().rev() {
            while let Some(block) = self.cut(class) {
                self.free.of(class).push(block);
            }
        }
        self.regions.push(region);
        self.uncut = FIRST_SLOT;
    }

    fn cut(&mut self, class: Class) -> Option<Block> {
        let region = self.regions.last()?;
        let end = self.uncut.checked_add(class.stride())?;
        if end > region.len() {
            return None;
        }
        // SAFETY: `uncut + stride` is inside the region, so the data's start is too.
        let data = unsafe { region.base().add(self.uncut + CANARY_LEN) };
        self.uncut = end;
        self.cut += 1;
        // Room for every slot that exists: then a list never grows when slots come back.
        let free = self.free.of(class);
        if free.capacity() <= self.cut {
            free.reserve(self.cut + 1 - free.len());
        }
        Some(Block { data, class })
    }

    pub(crate) fn regions(&self) -> &[SystemPages] {
        &self.regions
    }

    /// Slots taken and not given back.
    pub(crate) fn in_use(&self) -> usize {
        self.in_use
    }

    /// Slots that were ever cut.
    pub(crate) fn cut_so_far(&self) -> usize {
        self.cut
    }

    /// Zeroizes all regions. No block may be in use any more.
    pub(crate) fn wipe(&mut self) {
        self.free = FreeLists::default();
        for region in &mut self.regions {
            // SAFETY: the region is valid for its length, initialised, and `&mut self` with no
            // block in use means that nobody else refers into it.
            let all = unsafe { slice::from_raw_parts_mut(region.base().as_ptr(), region.len()) };
            all.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carver() -> Carver {
        Carver::new(SystemPages::map(REGION_LEN, false).unwrap())
    }

    /// Changes a byte inside a block.
    fn flip(at: NonNull<u8>) {
        // SAFETY: the callers pass places inside a block that they own.
        let byte = unsafe { at.read() };
        // SAFETY: as above.
        unsafe { at.write(!byte) };
    }

    #[test]
    fn a_region_holds_more_than_1024_keys() {
        let mut carver = carver();
        let mut blocks = Vec::new();
        while let Some(block) = carver.take(Class::B32) {
            blocks.push(block);
        }
        assert_eq!(blocks.len(), 1364);
    }

    #[test]
    fn slots_are_apart_aligned_and_inside() {
        let mut carver = carver();
        let base = carver.regions()[0].base().addr().get();
        let mut spans = Vec::new();
        for class in Class::ALL.into_iter().cycle().take(40) {
            if let Some(block) = carver.take(class) {
                let at = block.data.addr().get() - base;
                assert_eq!(at % 16, 0);
                spans.push((at - CANARY_LEN, at + class.size() + CANARY_LEN));
            }
        }
        spans.sort_unstable();
        assert!(spans.len() > 30);
        assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        assert!(spans[0].0 >= 8 && spans.last().unwrap().1 <= REGION_LEN);
    }

    #[test]
    fn one_byte_beyond_any_length_is_seen() {
        let mut carver = carver();
        for class in Class::ALL {
            for len in [0, 1, class.size() - 1, class.size()] {
                let mut block = carver.take(class).unwrap();
                block.arm(len);
                block.bytes_mut(len).fill(0xff);
                assert!(block.is_whole(len));
                // SAFETY: the byte behind the data is part of the block: its tail canary.
                flip(unsafe { block.data.add(len) });
                assert!(!block.is_whole(len));
                block.wipe(len);
                carver.give_back(block);
            }
        }
    }

    #[test]
    fn one_byte_before_is_seen() {
        let mut carver = carver();
        let mut block = carver.take(Class::B64).unwrap();
        block.arm(64);
        // SAFETY: the byte before the data is part of the block: its head canary.
        flip(unsafe { block.data.sub(1) });
        assert!(!block.is_whole(64));
    }

    #[test]
    fn a_wiped_slot_comes_back_zero_filled() {
        let mut carver = carver();
        for class in Class::ALL {
            for len in [class.size(), class.size() / 2, class.size()] {
                let mut block = carver.take(class).unwrap();
                assert!(block.bytes(class.size()).iter().all(|byte| *byte == 0));
                block.arm(len);
                block.bytes_mut(len).fill(0xee);
                block.wipe(len);
                carver.give_back(block);
            }
        }
        assert_eq!(carver.in_use(), 0);
    }

    #[test]
    fn the_rest_of_a_full_region_serves_smaller_slots() {
        let mut carver = carver();
        let mut held = Vec::new();
        while let Some(block) = carver.take(Class::B4096) {
            held.push(block);
        }
        assert_eq!(held.len(), 15);
        carver.add_region(SystemPages::map(REGION_LEN, false).unwrap());
        assert_eq!(carver.uncut, FIRST_SLOT);
        let small = carver.take(Class::B256).unwrap();
        assert_eq!(carver.uncut, FIRST_SLOT, "came from the rest, not from the new region");
        held.push(small);
    }

    #[test]
    fn giving_back_never_allocates() {
        let mut carver = carver();
        let mut held = Vec::new();
        while let Some(block) = carver.take(Class::B64) {
            held.push(block);
        }
        let capacity = carver.free.b64.capacity();
        assert!(capacity >= held.len());
        for block in held {
            carver.give_back(block);
        }
        assert_eq!(carver.free.b64.capacity(), capacity);
    }

    #[test]
    fn wiping_the_regions_reaches_every_byte() {
        let mut carver = carver();
        let mut block = carver.take(Class::B4096).unwrap();
        block.bytes_mut(4096).fill(0xdd);
        carver.wipe();
        assert!(block.bytes(4096).iter().all(|byte| *byte == 0));
    }

    #[test]
    fn lengths_get_the_smallest_class_that_holds_them() {
        let of = |len| Class::holding(len).map(Class::size);
        assert_eq!([of(0), of(32), of(33), of(64)], [Some(32), Some(32), Some(64), Some(64)]);
        assert_eq!([of(65), of(257), of(1280), of(1281)], [Some(256), Some(1280), Some(1280), Some(2560)]);
        assert_eq!([of(2561), of(4096), of(4097)], [Some(4096), Some(4096), None]);
    }

    /// PKCS#8 with a public exponent of three bytes (RFC 8017 §A.1.2, RFC 5958 §2), at its longest.
    #[test]
    fn rsa_keys_get_slots_that_fit_them() {
        for (len, in_a_region) in [(1_219, 50), (1_795, 25), (2_376, 25)] {
            let (mut carver, mut held) = (carver(), Vec::new());
            while let Some(block) = carver.take(Class::holding(len).unwrap()) {
                held.push(block);
            }
            assert_eq!(held.len(), in_a_region, "{len}");
        }
    }
}
