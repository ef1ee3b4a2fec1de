//! At the system's limit for locked memory.

use crate::child;
use rustix::process::{Resource, Rlimit, geteuid, setrlimit};
use std::{fs, process::Command};
use strongroom_memory::{Error, LockPolicy, SecretArena, SecretSlot};

/// A child without the right to lock beyond its limit, or the reason why there is none.
fn unprivileged(test: &str, body: impl FnOnce()) {
    let mut missing = false;
    let output = child::run_with(
        test,
        |command| {
            if !geteuid().is_root() {
                return command;
            }
            let mut wrapped = Command::new("setpriv");
            missing = Command::new("setpriv").arg("--version").output().is_err();
            if missing {
                return Command::new("true");
            }
            wrapped.args(["--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock"]);
            wrapped.arg(command.get_program());
            wrapped
        },
        body,
    );
    if missing {
        println!("skipped: `setpriv` is missing, so root cannot give up CAP_IPC_LOCK");
        return;
    }
    child::passed(&output);
}

fn limit_to(bytes: u64) {
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::Memlock, limit).unwrap();
}

/// Takes 32-byte slots until the arena refuses.
fn take_all(arena: &SecretArena) -> (Vec<SecretSlot>, Error) {
    let mut held = Vec::new();
    loop {
        match arena.take(32) {
            Ok(slot) => held.push(slot),
            Err(error) => return (held, error),
        }
        assert!(held.len() < 100_000, "no limit was met");
    }
}

fn locked_kib_of_process() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
    line.unwrap().trim().to_owned()
}

#[test]
fn sixty_four_kib_lock_more_than_1024_keys_then_require_refuses() {
    unprivileged("limits::sixty_four_kib_lock_more_than_1024_keys_then_require_refuses", || {
        limit_to(65536);
        let arena = SecretArena::new(LockPolicy::Require).unwrap();
        let (mut held, error) = take_all(&arena);
        assert_eq!(held.len(), 1364);
        let Error::LockLimit(limit) = &error else { panic!("{error}") };
        assert_eq!((limit.limit(), limit.locked(), limit.wanted()), (Some(65536), 65536, 65536));
        let message = error.to_string();
        for word in ["`65536`", "RLIMIT_MEMLOCK", "ulimit -l", "LockPolicy::BestEffort"] {
            assert!(message.contains(word), "{message}");
        }
        assert_eq!(locked_kib_of_process(), "64 kB");
        let status = arena.status().unwrap();
        assert_eq!((status.locked_bytes, status.unlocked_bytes), (65536, 0));
        assert_eq!((status.slots_in_use, status.lock_limit), (1364, Some(65536)));
        held.pop();
        assert!(arena.take(32).is_ok(), "a dropped slot can be taken again");
        assert!(held.iter().all(|slot| slot.expose_secret().unwrap() == [0; 32]));
    });
}

#[test]
fn require_shows_the_limit_when_the_arena_is_made() {
    unprivileged("limits::require_shows_the_limit_when_the_arena_is_made", || {
        limit_to(0);
        let refused = SecretArena::new(LockPolicy::default());
        assert!(matches!(refused, Err(Error::LockLimit(_))));
    });
}

#[test]
fn best_effort_carries_on_and_counts() {
    unprivileged("limits::best_effort_carries_on_and_counts", || {
        limit_to(65536);
        let arena = SecretArena::new(LockPolicy::BestEffort).unwrap();
        let held: Vec<_> = (0..3000).map(|_| arena.take(32).unwrap()).collect();
        let status = arena.status().unwrap();
        assert_eq!((status.locked_bytes, status.unlocked_bytes), (65536, 2 * 65536));
        assert_eq!((status.slots_in_use, status.policy), (held.len(), LockPolicy::BestEffort));
        assert_eq!(locked_kib_of_process(), "64 kB");
    });
}

#[test]
fn at_the_limit_a_free_larger_slot_serves_a_small_secret() {
    unprivileged("limits::at_the_limit_a_free_larger_slot_serves_a_small_secret", || {
        limit_to(65536);
        let arena = SecretArena::new(LockPolicy::Require).unwrap();
        drop(arena.take(4096).unwrap());
        let (held, _) = take_all(&arena);
        assert_eq!(held.len(), (65536 - 56 - 4112) / 48 + 1);
    });
}

#[test]
fn an_arena_that_goes_gives_its_share_back() {
    unprivileged("limits::an_arena_that_goes_gives_its_share_back", || {
        limit_to(65536);
        for _ in 0..100 {
            let arena = SecretArena::new(LockPolicy::Require).unwrap();
            arena.store(b"a key").unwrap();
        }
        assert_eq!(locked_kib_of_process(), "0 kB");
    });
}
