//! The arena's everyday promises.

use crate::{arena, child, filled, pattern};
use std::{
    fs,
    sync::{Barrier, mpsc},
    thread,
};
use strongroom_memory::{Error, LockPolicy, MAX_SECRET_LEN, SecretArena, SecretSlot};

#[test]
fn a_slot_is_zero_filled_and_exactly_as_long_as_asked() {
    let arena = arena();
    for len in [0, 1, 31, 32, 33, 64, 65, 256, 257, 2400, MAX_SECRET_LEN] {
        for _ in 0..2 {
            let mut slot = arena.take(len).unwrap();
            assert_eq!((slot.len(), slot.is_empty()), (len, len == 0));
            assert_eq!(slot.expose_secret().unwrap(), vec![0; len]);
            slot.expose_secret_mut().unwrap().fill(0xff);
        }
    }
    assert_eq!(arena.status().unwrap().slots_in_use, 0);
}

#[test]
fn what_is_stored_is_what_is_exposed() {
    let arena = arena();
    let slots: Vec<_> = (0..3000_u32).map(|i| arena.store(&i.to_le_bytes()).unwrap()).collect();
    for (i, slot) in (0_u32..).zip(&slots) {
        assert_eq!(slot.expose_secret().unwrap(), i.to_le_bytes());
    }
    let status = arena.status().unwrap();
    assert_eq!((status.slots_in_use, status.regions), (3000, 3));
    assert_eq!(status.locked_bytes + status.unlocked_bytes, 3 * 65536);
    assert_eq!((status.dumpable_bytes, status.wiped_on_fork), (0, true));
}

#[test]
fn a_secret_longer_than_a_page_is_refused() {
    let error = arena().take(MAX_SECRET_LEN + 1).unwrap_err();
    assert!(matches!(&error, Error::TooLong(it) if it.len() == 4097));
    assert_eq!(error.to_string(), "a secret of `4097` bytes does not fit into the largest slot, of `4096`");
}

/// Lengths of PKCS#8 as RSA keys of 2,048, 3,072 and 4,096 bits have them.
#[test]
fn a_thousand_rsa_keys_lock_no_more_than_they_need() {
    for (len, regions) in [(1_218, 20), (1_794, 40), (2_374, 40)] {
        let arena = arena();
        let slots: Vec<_> = (0..1_000).map(|_| filled(&arena, len, 6)).collect();
        let status = arena.status().unwrap();
        assert_eq!((status.slots_in_use, status.regions), (1_000, regions), "{len}");
        println!("1,000 secrets of {len} bytes: {} KiB", status.regions * 64);
        drop(slots);
    }
}

#[test]
fn slots_outlive_the_handles() {
    let arena = arena();
    let slot = filled(&arena, 32, 1);
    drop(arena.clone());
    drop(arena);
    assert_eq!(slot.expose_secret().unwrap()[5], pattern(1)(5));
}

#[test]
fn debug_shows_no_secret() {
    let arena = arena();
    let slot = arena.store(&[0xab; 32]).unwrap();
    assert_eq!(format!("{slot:?}"), "SecretSlot(..)");
    let whole = format!("{arena:?}").to_lowercase();
    assert!(!whole.contains("171, 171") && !whole.contains("abab"));
}

#[test]
fn handles_and_slots_go_between_threads() {
    fn shared<T: Send + Sync + std::fmt::Debug + 'static>() {}
    shared::<SecretArena>();
    shared::<SecretSlot>();
    shared::<strongroom_memory::ForkGuard>();
    let (sender, receiver) = mpsc::channel();
    let arena = arena();
    thread::spawn(move || sender.send(filled(&arena, 64, 2)).unwrap());
    assert_eq!(receiver.recv().unwrap().expose_secret().unwrap()[63], pattern(2)(63));
}

#[test]
fn a_forgotten_slot_is_never_used_again() {
    let arena = arena();
    let slot = filled(&arena, 32, 3);
    let place = slot.expose_secret().unwrap().as_ptr().addr();
    std::mem::forget(slot);
    let others: Vec<_> = (0..2000).map(|_| arena.take(32).unwrap()).collect();
    let mut places = others.iter().map(|slot| slot.expose_secret().unwrap().as_ptr().addr());
    assert!(places.all(|other| other.abs_diff(place) >= 48));
    drop(others);
    assert_eq!(arena.status().unwrap().slots_in_use, 1);
}

#[test]
fn the_arena_knows_its_addresses() {
    let arena = arena();
    let slot = arena.take(32).unwrap();
    assert!(arena.covers(slot.expose_secret().unwrap().as_ptr().addr()));
    assert!(!arena.covers(std::ptr::from_ref(&arena).addr()));
}

#[test]
fn two_hundred_thousand_secrets_leave_the_mappings_as_they_were() {
    child::must_pass("arena::two_hundred_thousand_secrets_leave_the_mappings_as_they_were", || {
        const THREADS: usize = 8;
        let arena = SecretArena::new(LockPolicy::BestEffort).unwrap();
        // As many as will ever be alive at once.
        let most = [17, 64, 200, 4000].map(|len| {
            let slots = (0..THREADS * 8).map(|_| arena.take(len).unwrap());
            slots.collect::<Vec<_>>()
        });
        drop(most);
        let regions = arena.status().unwrap().regions;
        let (warm, measured, done) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
        let rest = Barrier::new(THREADS + 1);
        thread::scope(|scope| {
            for seed in 0..THREADS {
                let arena = &arena;
                let (warm, measured, done, rest) = (&warm, &measured, &done, &rest);
                scope.spawn(move || {
                    churn(arena, seed, 1_000);
                    warm.wait();
                    measured.wait();
                    churn(arena, seed, 24_000);
                    done.wait();
                    rest.wait();
                });
            }
            warm.wait();
            let before = mappings();
            measured.wait();
            done.wait();
            let after = mappings();
            rest.wait();
            assert_eq!(before, after);
        });
        let status = arena.status().unwrap();
        assert_eq!(status.slots_in_use, 0);
        assert_eq!(status.regions, regions);
        println!("200,000 slots, 8 threads: {} regions", status.regions);
    });
}

/// Takes and drops `count` slots of all sizes, a few alive at any time.
fn churn(arena: &SecretArena, seed: usize, count: usize) {
    let mut held = std::collections::VecDeque::new();
    for i in 0..count {
        let len = [32, 17, 64, 200, 32, 4000][(i + seed) % 6];
        let mut slot = arena.take(len).unwrap();
        let bytes = slot.expose_secret_mut().unwrap();
        assert!(bytes.iter().all(|byte| *byte == 0));
        bytes.fill(seed as u8 + 1);
        held.push_back((slot, seed as u8 + 1));
        if held.len() > 6 {
            let (slot, value) = held.pop_front().unwrap();
            assert!(slot.expose_secret().unwrap().iter().all(|byte| *byte == value));
        }
    }
}

fn mappings() -> usize {
    fs::read_to_string("/proc/self/maps").unwrap().lines().count()
}
