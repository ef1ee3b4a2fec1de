//! A forked child gets errors, never zeros that look like a key.
#![expect(unsafe_code, reason = "fork, which has no safe form")]

use crate::{arena, child, filled, pattern};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use strongroom_memory::{Error, ForkGuard, Forked};

/// Forks; the child runs `check` and exits with 0 if it holds.
fn in_fork(check: impl FnOnce() -> bool) -> bool {
    // SAFETY: glibc's fork leaves its allocator usable in the child, and `check` takes no other
    // lock that a thread of the parent may hold.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0);
    if pid == 0 {
        // SAFETY: ends a child that hangs.
        unsafe { libc::alarm(10) };
        let code = if check() { 0 } else { 1 };
        // SAFETY: ends the child without running the parent's exit handlers.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: waits for our own child; the status is a valid place.
    let waited = unsafe { libc::waitpid(pid, &mut status, 0) };
    assert_eq!(waited, pid);
    libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
}

#[test]
fn the_memory_is_wiped_and_the_api_says_forked() {
    child::must_pass("fork::the_memory_is_wiped_and_the_api_says_forked", || {
        let arena = arena();
        let mut slot = filled(&arena, 32, 10);
        let place = slot.expose_secret().unwrap().as_ptr();
        let fine = in_fork(|| {
            // SAFETY: the slot is alive; this looks past the check on purpose.
            let raw = unsafe { std::slice::from_raw_parts(place, 32) };
            let wiped = raw.iter().all(|byte| *byte == 0);
            let hidden = slot.expose_secret() == Err(Forked) && slot.expose_secret_mut().is_err();
            let closed =
                matches!(arena.take(32), Err(Error::Forked(_))) && matches!(arena.store(b"key"), Err(Error::Forked(_)));
            let closed = closed && arena.status() == Err(Forked);
            let below = in_fork(|| slot.expose_secret() == Err(Forked));
            // Its canaries are wiped too: no reason to abort.
            drop(slot);
            drop(arena);
            let own = crate::arena().store(b"the child's own key");
            wiped && hidden && closed && below && own.is_ok_and(|own| own.expose_secret().is_ok())
        });
        assert!(fine);
    });
}

#[test]
fn the_parent_goes_on_unharmed() {
    child::must_pass("fork::the_parent_goes_on_unharmed", || {
        let arena = arena();
        let slot = filled(&arena, 32, 11);
        assert!(in_fork(|| slot.expose_secret().is_err()));
        assert_eq!(slot.expose_secret().unwrap()[31], pattern(11)(31));
        drop(slot);
        assert!(arena.take(32).is_ok());
    });
}

#[test]
fn a_guard_notices_the_child_and_the_grandchild() {
    child::must_pass("fork::a_guard_notices_the_child_and_the_grandchild", || {
        let guard = ForkGuard::new().unwrap();
        let clone = guard.clone();
        assert!(in_fork(|| {
            guard.check() == Err(Forked)
                && clone.check() == Err(Forked)
                && in_fork(|| guard.check() == Err(Forked))
                && ForkGuard::new().unwrap().check() == Ok(())
        }));
        assert_eq!(guard.check(), Ok(()));
    });
}

#[test]
fn a_child_never_waits_for_a_lock_of_the_parents_threads() {
    child::must_pass("fork::a_child_never_waits_for_a_lock_of_the_parents_threads", || {
        let arena = arena();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        drop(arena.take(32).unwrap());
                    }
                });
            }
            for _ in 0..100 {
                let slot = arena.take(32).unwrap();
                assert!(in_fork(|| {
                    let refused = arena.take(32).is_err();
                    drop(slot);
                    refused
                }));
            }
            stop.store(true, Ordering::Relaxed);
        });
    });
}
