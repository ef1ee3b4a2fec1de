//! Contract 6, 7, 8 and 10.

use std::sync::{Arc, Mutex, PoisonError};

use super::{DAY, Harness, commit, conflict, done, fail, id, look, ok};
use crate::commit::{Commit, CommitId, Require, Write};
use crate::error::{CommitError, Limit, StoreError};
use crate::record::{Freshness, Key, Revision};
use crate::store::{Maintenance, Store, StoreExt};
use crate::watch::{Change, ChangeSink, WatchEvent};

/// Contract 6: an id is applied once, as long as it is remembered, and never after it was dropped.
pub fn ids(harness: &dyn Harness) {
    let store = harness.fresh();
    let make = || commit(1).require(Require::Absent("a".into())).write(Write::put("a", *b"1"));
    let first = done(&*store, make());
    let second = done(&*store, commit(2).write(Write::put("a", *b"2")));
    assert_eq!(store.commit(make()), Ok(first), "contract 6: the first revision, though its requirement fails now");
    assert_eq!(look(&*store, "a"), Some((b"2".to_vec(), second)), "contract 6: and nothing is changed");
    assert_eq!(ok(store.revision(), "revision"), second, "contract 6: and no revision is used");
    let other = commit(1).write(Write::put("a", *b"3"));
    assert_eq!(store.commit(other), Err(CommitError::IdReused), "contract 6: another body");

    // A commit in conflict leaves no id: it can be tried again under it.
    let wants_b = || commit(3).require(Require::Revision("a".into(), first)).write(Write::put("b", *b"1"));
    conflict(store.commit(wants_b()), "a", Some(second));
    conflict(store.commit(wants_b()), "a", Some(second));
    done(&*store, commit(3).write(Write::put("b", *b"other body")));

    // Giving up settles an unknown outcome, either way round.
    done(&*store, Commit::give_up(id(4)));
    let late = commit(4).write(Write::put("late", *b"1"));
    assert_eq!(store.commit(late), Err(CommitError::IdReused), "contract 6: given up, it is never applied");
    assert_eq!(look(&*store, "late"), None, "contract 6: given up");
    assert_eq!(store.commit(Commit::give_up(id(2))), Err(CommitError::IdReused), "contract 6: too late to give up");
    drop_old(&*store, first);
}

fn drop_old(store: &dyn Store, first: Revision) {
    let make = || commit(1).require(Require::Absent("a".into())).write(Write::put("a", *b"1"));
    let days = store.limits().retention_days();
    let all = |today| while ok(store.maintain(Maintenance::DropIds { today }), "dropping ids").more {};
    all(DAY + days);
    assert_eq!(store.commit(make()), Ok(first), "contract 6: ids live at least as long as promised");
    all(DAY + days + 1);
    assert_eq!(store.commit(make()), Err(CommitError::IdExpired), "contract 6: a dropped id is never applied again");
    all(DAY);
    assert_eq!(store.commit(make()), Err(CommitError::IdExpired), "contract 6: also if the clock went back");
    let today = CommitId::new(DAY + days, [1; 16]);
    done(store, Commit::new(today).write(Write::put("today", *b"1")));
}

/// Contract 7: of commits that race under one id exactly one is applied and all hear of it; a dropped ticket
/// cancels nothing.
pub fn outcomes(harness: &dyn Harness) {
    let store = harness.fresh();
    let same = || commit(1).require(Require::Absent("a".into())).write(Write::put("a", *b"1"));
    let tickets: Vec<_> = (0..8).map(|_| store.submit(same())).collect();
    let mut answers: Vec<_> = tickets.into_iter().map(|t| ok(ok(t.wait(), "a ticket"), "a repeated commit")).collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "contract 6 and 7: exactly once");

    drop(store.submit(commit(2).write(Write::put("b", *b"1"))));
    let settled = done(&*store, commit(2).write(Write::put("b", *b"1")));
    assert_eq!(look(&*store, "b"), Some((b"1".to_vec(), settled)), "contract 7: dropping a ticket cancels nothing");

    let tickets: Vec<_> =
        (0..40_u8).map(|n| store.submit(commit(100 + u64::from(n)).write(Write::put("c", [n])))).collect();
    let answers: Vec<_> = tickets.into_iter().map(|t| ok(ok(t.wait(), "a ticket"), "a commit")).collect();
    assert!(answers.is_sorted_by(|a, b| a < b), "contract 1: commits of one thread are applied in its order");
    assert_eq!(look(&*store, "c").map(|c| c.0), Some(vec![39]), "contract 7");
}

#[derive(Debug, Clone, Default)]
struct Seen(Arc<Mutex<Vec<WatchEvent>>>);

impl ChangeSink for Seen {
    fn deliver(&self, event: WatchEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

impl Seen {
    fn take(&self) -> Vec<WatchEvent> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn changes(&self) -> Vec<(Revision, Vec<Change>)> {
        let changes = |event| match event {
            WatchEvent::Changes { revision, changes } => Some((revision, changes)),
            _ => None,
        };
        self.take().into_iter().filter_map(changes).collect()
    }
}

fn change(key: &str, value: Option<&[u8]>) -> Change {
    Change { key: key.into(), value: value.map(Into::into) }
}

/// Contract 8: a watch gets all changes after its start, in order, whole commits, none twice; or it is lost.
pub fn watch(harness: &dyn Harness) {
    let store = harness.fresh();
    let start = ok(store.revision(), "revision");
    let first = done(&*store, commit(1).write(Write::put("k/1", *b"1")).write(Write::put("z", *b"1")));
    let seen = Seen::default();
    let running = ok(store.watch(&["k/".into(), "g/".into()], start, Box::new(seen.clone())), "a watch from the past");
    let second = done(&*store, commit(2).write(Write::put("g/1", *b"2")).write(Write::delete("k/1")));
    let third = done(&*store, commit(3).write(Write::put("z", *b"2")));
    conflict(store.commit(commit(4).require(Require::Absent("z".into()))), "z", Some(third));
    done(&*store, commit(2).write(Write::put("g/1", *b"2")).write(Write::delete("k/1")));
    let events = seen.take();
    let whole =
        [(first, vec![change("k/1", Some(b"1"))]), (second, vec![change("g/1", Some(b"2")), change("k/1", None)])];
    let changes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            WatchEvent::Changes { revision, changes } => Some((*revision, changes.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(changes, whole, "contract 8: whole commits, in order, once");
    if store.limits().progress.is_zero() {
        assert_eq!(events.last(), Some(&WatchEvent::UpTo(third)), "contract 8: each commit is a position");
    }
    drop(running);
    done(&*store, commit(5).write(Write::put("k/2", *b"1")));
    assert_eq!(seen.take(), [], "contract 8: a dropped watch delivers nothing");
    ends_of_history(&*store, start);
}

fn ends_of_history(store: &dyn Store, start: Revision) {
    let seen = Seen::default();
    let future = Revision::from_u64(ok(store.revision(), "revision").as_u64() + 50);
    match store.watch(&[Key::new([])], future, Box::new(seen.clone())) {
        Err(StoreError::Behind { .. }) => {}
        other => fail(&format!("contract 8: a watch from the future: {other:?}")),
    }
    // More commits than any store keeps for latecomers, or it keeps them all: then none may be missing.
    let mut made = Vec::new();
    for n in 0..40 {
        let body =
            (0..32).fold(commit(1_000 + n), |body, k| body.write(Write::put(format!("h/{k}").as_str(), [0; 1_024])));
        made.push(done(store, body));
    }
    let late = ok(store.watch(&["h/".into()], start, Box::new(seen.clone())), "a watch from long ago");
    let events = seen.take();
    match events.first() {
        Some(WatchEvent::Lost { oldest }) => {
            assert_eq!(events.len(), 1, "contract 8: nothing more after `Lost`");
            let again = ok(store.watch(&["h/".into()], *oldest, Box::new(seen.clone())), "a watch from the oldest");
            let revisions: Vec<_> = seen.changes().into_iter().map(|change| change.0).collect();
            let expected: Vec<_> = made.into_iter().filter(|revision| revision > oldest).collect();
            assert_eq!(revisions, expected, "contract 8: from the oldest on, none is missing");
            drop(again);
        }
        _ => assert_eq!(events.iter().filter(|e| matches!(e, WatchEvent::Changes { .. })).count(), 40, "contract 8"),
    }
    drop(late);

    let running = ok(store.watch(&[Key::new([])], ok(store.revision(), "revision"), Box::new(seen.clone())), "a watch");
    ok(store.maintain(Maintenance::NewEpoch), "a new epoch");
    done(store, commit(5_000).write(Write::put("k/3", *b"1")));
    let lost = seen.take().into_iter().skip_while(|event| matches!(event, WatchEvent::UpTo(_))).collect::<Vec<_>>();
    assert!(
        matches!(lost.as_slice(), [WatchEvent::Lost { .. }] | [WatchEvent::Changes { .. }, ..]),
        "contract 8: a new epoch is seen through or ends the watch: {lost:?}"
    );
    drop(running);
}

/// Contract 10: values are opaque, and what is too large is refused before anything is done.
pub fn limits(harness: &dyn Harness) {
    let store = harness.fresh();
    let limits = store.limits();
    let bytes: Vec<u8> = (0..=255).cycle().take(limits.value_bytes).collect();
    let key = vec![0xff; limits.key_bytes];
    done(&*store, commit(1).write(Write::put(key.clone(), bytes.clone())).write(Write::put("empty", [])));
    let stored = ok(store.get_one(&Key::from(key), Freshness::Latest), "a get").map(|record| record.value.to_vec());
    assert_eq!(stored, Some(bytes.clone()), "contract 10: the largest value under the largest key comes back");
    assert_eq!(look(&*store, "empty").map(|e| e.0), Some(Vec::new()), "contract 10: an empty value is a value");

    let numbered = |n: usize| Key::from(format!("n/{n}").into_bytes());
    let writes = |n: usize| (0..n).fold(commit(2), |body, k| body.write(Write::put(numbered(k), *b"x")));
    let requires = |n: usize| (0..n).fold(commit(3), |body, k| body.require(Require::Absent(numbered(k))));
    done(&*store, requires(limits.requires));
    done(&*store, writes(limits.writes));
    let heavy = (0..=limits.commit_bytes / limits.value_bytes)
        .fold(commit(4), |body, k| body.write(Write::put(numbered(k), bytes.clone())));
    let before = ok(store.revision(), "revision");
    let long = vec![0; limits.key_bytes + 1];
    for (body, limit) in [
        (requires(limits.requires + 1), Limit::Requires),
        (writes(limits.writes + 1), Limit::Writes),
        (heavy, Limit::CommitBytes),
        (commit(4).write(Write::put("v", vec![0; limits.value_bytes + 1])), Limit::ValueBytes),
        (commit(4).write(Write::put(long.clone(), *b"x")), Limit::KeyBytes),
        (commit(4).write(Write::delete(Key::new([]))), Limit::KeyBytes),
        (commit(4).require(Require::Absent(long.clone().into())), Limit::KeyBytes),
    ] {
        assert_eq!(store.commit(body), Err(CommitError::TooLarge(limit)), "contract 10");
    }
    assert_eq!(ok(store.revision(), "revision"), before, "contract 10: nothing was done");
    let get = store.get(&[long.into()], Freshness::Latest);
    assert_eq!(get.map(|_| ()), Err(StoreError::TooLarge(Limit::KeyBytes)), "contract 10: gets too");
    let many = vec![Key::from("a"); limits.get_keys + 1];
    assert_eq!(
        store.get(&many, Freshness::Latest).map(|_| ()),
        Err(StoreError::TooLarge(Limit::GetKeys)),
        "contract 10"
    );
}
