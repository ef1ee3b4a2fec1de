//! Writes beyond a slot end the process.

use crate::{arena, child};
use std::os::unix::process::ExitStatusExt;

/// Takes a slot of `len` bytes and writes ones from `from` to `to`, counted from its start.
fn write(len: usize, from: isize, to: isize) {
    let arena = arena();
    let mut slot = arena.take(len).unwrap();
    let start = slot.expose_secret_mut().unwrap().as_mut_ptr();
    let step = if from <= to { 1 } else { -1 };
    let mut at = from;
    while at != to {
        // Wrong on purpose: this process is made to be ended by it.
        let place = start.wrapping_offset(at);
        #[expect(unsafe_code, reason = "the fault that the canaries and guard pages exist for")]
        // SAFETY: none; in its own process, which has nothing to lose.
        unsafe {
            place.write_volatile(0xff)
        };
        at += step;
    }
    drop(slot);
}

fn must_abort(test: &str, body: impl FnOnce()) {
    let output = child::run(test, body);
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{output:?}");
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("ran over the end or the start of a secret slot"), "{message}");
}

#[test]
fn one_byte_beyond_a_full_slot_aborts() {
    must_abort("damage::one_byte_beyond_a_full_slot_aborts", || write(32, 32, 33));
}

#[test]
fn one_byte_beyond_a_slot_with_room_left_aborts() {
    must_abort("damage::one_byte_beyond_a_slot_with_room_left_aborts", || write(33, 33, 34));
}

#[test]
fn one_byte_before_a_slot_aborts() {
    must_abort("damage::one_byte_before_a_slot_aborts", || write(256, -1, 0));
}

#[test]
fn writing_within_the_slot_is_fine() {
    child::must_pass("damage::writing_within_the_slot_is_fine", || write(33, 0, 33));
}

#[test]
fn running_off_the_end_of_a_region_faults() {
    let test = "damage::running_off_the_end_of_a_region_faults";
    let output = child::run(test, || write(32, 32, 70_000));
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{output:?}");
}

#[test]
fn running_off_the_start_of_a_region_faults() {
    let test = "damage::running_off_the_start_of_a_region_faults";
    let output = child::run(test, || write(32, -1, -4_096));
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{output:?}");
}
