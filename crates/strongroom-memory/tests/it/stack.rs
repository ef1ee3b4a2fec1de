//! What a call leaves on the stack, and that it is gone after clearing.

use crate::{fill, needle};
use std::{hint::black_box, panic};
use strongroom_memory::{scan, stack_used, with_cleared_stack};

/// Leaves copies of a pattern on 8 KiB of stack, as a careless library does.
#[inline(never)]
fn leave_traces(seed: u8) {
    let mut schedule = [0_u8; 8192];
    for part in schedule.chunks_exact_mut(32) {
        fill(part, seed);
    }
    black_box(&mut schedule);
}

fn traces(seed: u8) -> usize {
    scan::memory(&[needle(seed, 32)], &[]).unwrap().hits.len()
}

#[test]
fn a_careless_call_leaves_its_key_on_the_stack() {
    leave_traces(30);
    assert!(traces(30) > 0, "else the tests below prove nothing");
}

#[test]
fn a_cleared_stack_keeps_no_key() {
    with_cleared_stack::<16384, _>(|| leave_traces(31));
    assert_eq!(traces(31), 0);
}

#[test]
fn a_panic_clears_the_stack_as_it_passes() {
    let caught = panic::catch_unwind(|| {
        with_cleared_stack::<16384, _>(|| {
            leave_traces(32);
            // Without the panic hook: one that prints a backtrace runs before anything is cleared, and moves parts
            // of the unused stack into the heap.
            panic::resume_unwind(Box::new("on purpose"));
        });
    });
    assert!(caught.is_err());
    assert_eq!(traces(32), 0);
}

#[test]
fn the_result_comes_through() {
    assert_eq!(with_cleared_stack::<1024, _>(|| [7_u64; 16]), [7; 16]);
}

#[test]
fn the_gauge_measures_depth() {
    let ((), used) = stack_used::<32768, _>(|| leave_traces(33)).unwrap();
    assert!((8192..8192 + 4096).contains(&used.bytes) && !used.at_least, "{used:?}");
    let ((), used) = stack_used::<4096, _>(|| leave_traces(33)).unwrap();
    assert!(used.bytes == 4096 && used.at_least, "{used:?}");
    let ((), idle) = stack_used::<32768, _>(|| ()).unwrap();
    assert!(idle.bytes < 2048, "{idle:?}");
    println!("an empty call: {} bytes", idle.bytes);
}
