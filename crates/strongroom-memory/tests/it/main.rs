//! What the crate promises, seen from outside: through its public surface, the process's own
//! memory, core files, and children that are made to crash, fork and run into limits.
#![cfg(all(target_os = "linux", not(miri)))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod arena;
mod child;
mod damage;
mod figures;
mod fork;
mod leaks;
mod limits;
mod stack;

use std::hint::black_box;
use strongroom_memory::{LockPolicy, SecretArena, SecretSlot, scan::Needle};

/// A key that is nowhere else: byte `i` of pattern `seed`. Never more than one byte at a time, and
/// opaque to the optimiser, which would make it a constant of the binary, mapped and found.
fn pattern(seed: u8) -> impl Fn(usize) -> u8 + Copy {
    move |i| (i as u8).wrapping_mul(0x9b).rotate_left(3) ^ black_box(seed).wrapping_mul(0x35) ^ 0x4e
}

fn needle(seed: u8, len: usize) -> Needle {
    Needle::from_fn(format!("pattern {seed}"), len, pattern(seed))
}

/// Fills a buffer with a pattern, in place.
fn fill(bytes: &mut [u8], seed: u8) {
    let pattern = pattern(seed);
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = pattern(i);
    }
}

fn arena() -> SecretArena {
    SecretArena::new(LockPolicy::BestEffort).unwrap()
}

fn filled(arena: &SecretArena, len: usize, seed: u8) -> SecretSlot {
    let mut slot = arena.take(len).unwrap();
    fill(slot.expose_secret_mut().unwrap(), seed);
    slot
}
