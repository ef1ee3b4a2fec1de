//! Contract 1 to 3.

use std::sync::Mutex;

use super::{Harness, commit, conflict, done, fail, look, ok};
use crate::commit::{Require, Write};
use crate::error::CommitError;
use crate::record::Revision;
use crate::store::{Maintenance, StoreExt};

/// Contract 1: one order of revisions, also among threads, and across epochs.
pub fn one_order(harness: &dyn Harness) {
    let store = harness.fresh();
    let start = ok(store.revision(), "the revision of an empty store");
    let first = done(&*store, commit(1).write(Write::put("a", *b"1")));
    let second = done(&*store, commit(2).write(Write::put("b", *b"2")));
    assert!(start < first && first < second, "contract 1: {start} < {first} < {second}");
    assert_eq!(ok(store.revision(), "revision"), second, "contract 1: the state's revision is the last commit's");

    // What was acknowledged before another began is smaller, whichever threads they came from.
    let newest = Mutex::new(second);
    let seen = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (store, newest, seen) = (&*store, &newest, &seen);
            scope.spawn(move || {
                for n in 0..25 {
                    let before = *newest.lock().unwrap_or_else(|_| fail("another thread panicked"));
                    let key = format!("t/{thread}/{n}");
                    let revision = done(store, commit(1_000 + thread * 100 + n).write(Write::put(&*key, *b"x")));
                    assert!(
                        revision > before,
                        "contract 1: {revision} was acknowledged after {before} and is not larger"
                    );
                    let mut newest = newest.lock().unwrap_or_else(|_| fail("another thread panicked"));
                    *newest = revision.max(*newest);
                    seen.lock().unwrap_or_else(|_| fail("another thread panicked")).push(revision);
                }
            });
        }
    });
    let mut seen = seen.into_inner().unwrap_or_else(|_| fail("another thread panicked"));
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 100, "contract 1: a revision was used twice");

    let before = ok(store.revision(), "revision");
    ok(store.maintain(Maintenance::NewEpoch), "a new epoch");
    let after = done(&*store, commit(3).write(Write::put("a", *b"2")));
    assert_eq!(after.epoch(), before.epoch() + 1, "contract 1: the epoch is in the high 16 bits");
    assert!(look(&*store, "t/0/0").is_some(), "contract 1: a new epoch loses nothing");
}

/// Contract 2: requirements are judged against the state that the writes are applied to; all or nothing.
pub fn all_or_nothing(harness: &dyn Harness) {
    let store = harness.fresh();
    let make = |n| commit(n).require(Require::Absent("a".into())).write(Write::put("a", *b"1"));
    let first = done(&*store, make(1));
    conflict(store.commit(make(2)), "a", Some(first));

    let change = |n, at| commit(n).require(Require::Revision("a".into(), at)).write(Write::put("a", *b"2"));
    conflict(store.commit(change(3, Revision::ZERO)), "a", Some(first));
    let second = done(&*store, change(4, first));
    assert_eq!(look(&*store, "a"), Some((b"2".to_vec(), second)), "contract 2: a key may stand in both lists");
    conflict(
        store.commit(commit(5).require(Require::Revision("none".into(), first)).write(Write::put("b", *b"1"))),
        "none",
        None,
    );

    // One broken requirement among several writes: none of them is done.
    let mixed = commit(6)
        .require(Require::Revision("a".into(), second))
        .require(Require::Absent("a2".into()))
        .write(Write::put("b", *b"1"))
        .write(Write::delete("a"));
    let taken = done(&*store, commit(7).write(Write::put("a2", *b"x")));
    conflict(store.commit(mixed.clone()), "a2", Some(taken));
    assert_eq!((look(&*store, "b"), look(&*store, "a").map(|a| a.1)), (None, Some(second)), "contract 2: nothing");

    done(&*store, commit(8).write(Write::delete("a2")));
    let all = done(&*store, mixed);
    assert_eq!(look(&*store, "b"), Some((b"1".to_vec(), all)), "contract 2: all");
    assert_eq!(look(&*store, "a"), None, "contract 2: all");
    done(&*store, commit(9).write(Write::delete("a")));

    let twice = commit(10).write(Write::put("c", *b"1")).write(Write::delete("c"));
    assert_eq!(store.commit(twice), Err(CommitError::Repeated("c".into())), "contract 2: no key twice in write");
    let twice = commit(10).require(Require::Absent("c".into())).require(Require::Absent("c".into()));
    assert_eq!(store.commit(twice), Err(CommitError::Repeated("c".into())), "contract 2: no key twice in require");

    one_winner(harness);
}

/// Of threads that race for one name, one gets it; increments under a revision are never lost.
fn one_winner(harness: &dyn Harness) {
    let store = harness.fresh();
    done(&*store, commit(0).write(Write::put("n", *b"\0")));
    std::thread::scope(|scope| {
        for thread in 1..=4_u64 {
            let store = &*store;
            scope.spawn(move || {
                let mut tries = 0;
                for n in 0..10 {
                    loop {
                        tries += 1;
                        let (value, revision) = look(store, "n").unwrap_or_else(|| fail("a record is gone"));
                        let raised = value.first().map_or(0, |value| value + 1);
                        let raise = commit(thread * 10_000 + n * 500 + tries)
                            .require(Require::Revision("n".into(), revision))
                            .write(Write::put("n", [raised]));
                        match store.commit(raise) {
                            Ok(_) => break,
                            Err(CommitError::Conflict { .. }) => {}
                            Err(other) => fail(&format!("contract 2: {other:?}")),
                        }
                    }
                }
            });
        }
    });
    assert_eq!(look(&*store, "n").map(|(value, _)| value), Some(vec![40]), "contract 2: an increment was lost");
}

/// Contract 3: what was acknowledged is there after reopening; so are ids, revisions and epochs.
pub fn durable(harness: &dyn Harness) {
    let store = harness.fresh();
    let first = done(&*store, commit(1).write(Write::put("a", *b"1")).write(Write::put("b", *b"1")));
    let second = done(&*store, commit(2).write(Write::delete("b")));
    ok(store.maintain(Maintenance::NewEpoch), "a new epoch");
    let third = done(&*store, commit(3).write(Write::put("c", *b"1")));
    let Some(store) = harness.reopen(store) else { return };
    assert_eq!(look(&*store, "a"), Some((b"1".to_vec(), first)), "contract 3");
    assert_eq!(look(&*store, "b"), None, "contract 3");
    assert_eq!(ok(store.revision(), "revision"), third, "contract 3: the revision");
    assert_eq!(done(&*store, commit(2).write(Write::delete("b"))), second, "contract 3: ids are durable");
    assert!(done(&*store, commit(4)) > third, "contract 1: after reopening too");
}
