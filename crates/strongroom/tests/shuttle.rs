//! An operation that starts after DisableKey returned never succeeds, whatever the schedule.
//!
//! `RUSTFLAGS="--cfg strongroom_shuttle" cargo test -p strongroom --test shuttle`

#![cfg(strongroom_shuttle)]

use std::sync::Arc;

use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::thread;
use strongroom::{Caller, Client, ErrorCode, KeyClosure, Kms, LockPolicy, Options};

/// How many schedules each test tries, unless `STRONGROOM_SCHEDULES` says otherwise.
fn schedules() -> usize {
    std::env::var("STRONGROOM_SCHEDULES").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

/// Random schedules, on stacks that are as deep as a call with its cryptography goes.
fn explore(body: impl Fn() + Send + Sync + 'static) {
    let mut config = shuttle::Config::new();
    config.stack_size = 4 << 20;
    shuttle::Runner::new(shuttle::scheduler::RandomScheduler::new(schedules()), config).run(body);
}

fn strongroom() -> (Kms, Client, String) {
    let options = Options::new(KeyClosure::new(|key| {
        key.fill(7);
        Ok(())
    }));
    let kms = Kms::in_memory_with(options.lock_policy(LockPolicy::BestEffort)).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = root.create_key().send().unwrap().key_metadata.key_id;
    (kms, root, key)
}

#[test]
fn an_operation_that_starts_after_disable_key_returned_never_succeeds() {
    explore(|| {
        let (_kms, root, key) = strongroom();
        let disabled = Arc::new(AtomicBool::new(false));
        let users: Vec<_> = (0..2)
            .map(|_| {
                let (root, key, disabled) = (root.clone(), key.clone(), Arc::clone(&disabled));
                thread::spawn(move || {
                    for _ in 0..3 {
                        let started_after = disabled.load(Ordering::SeqCst);
                        let done = root.encrypt(&*key, b"x".as_slice()).send();
                        match done {
                            Ok(_) => assert!(!started_after, "an operation that started after DisableKey succeeded"),
                            Err(error) => assert!(error.is(ErrorCode::Disabled), "{error}"),
                        }
                    }
                })
            })
            .collect();
        let stopper = {
            let (root, key, disabled) = (root.clone(), key.clone(), Arc::clone(&disabled));
            thread::spawn(move || {
                root.disable_key(&*key).send().unwrap();
                disabled.store(true, Ordering::SeqCst);
            })
        };
        users.into_iter().chain([stopper]).for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn of_two_changes_that_saw_one_state_one_starts_again() {
    explore(|| {
        let (_kms, root, key) = strongroom();
        let names = ["alias/a", "alias/b"];
        let makers = names.map(|name| {
            let (root, key) = (root.clone(), key.clone());
            thread::spawn(move || root.create_alias(name, &*key).send().unwrap())
        });
        makers.into_iter().for_each(|thread| drop(thread.join().unwrap()));
        // Beside the predefined ones, which no key has.
        let aliases = root.list_aliases().send().unwrap().aliases;
        assert_eq!(aliases.iter().filter(|alias| alias.target_key_id.is_some()).count(), 2);
    });
}
