//! Contract 4 and 5.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Harness, commit, done, fail, look, ok};
use crate::commit::Write;
use crate::error::StoreError;
use crate::record::{Freshness, Key, KeyRange, PageLimit, Revision};
use crate::store::{Snapshot, Store, StoreExt};

/// Contract 4: `Latest` sees what was acknowledged, `AtLeast` is no older, a get of many keys sees one state.
pub fn fresh(harness: &dyn Harness) {
    let store = harness.fresh();
    let keys: [Key; 3] = ["b".into(), "none".into(), "a".into()];
    let revision = done(&*store, commit(1).write(Write::put("a", *b"1")).write(Write::put("b", *b"2")));
    let read = ok(store.get(&keys, Freshness::AtLeast(revision)), "a get at a revision that is there");
    assert!(read.revision >= revision, "contract 4: at least");
    let found: Vec<_> = read.value.iter().map(|record| record.as_ref().map(|r| r.key.clone())).collect();
    assert_eq!(found, [Some("b".into()), None, Some("a".into())], "contract 4: in the order of the keys");

    let later = Revision::from_u64(ok(store.revision(), "revision").as_u64() + 1_000);
    match store.get(&keys, Freshness::AtLeast(later)) {
        Err(StoreError::Behind { asked, have }) => {
            assert!(asked == later && have < later, "contract 4: {asked} {have}");
        }
        other => fail(&format!("contract 4: a read served a state that is not there: {other:?}")),
    }
    one_state(&*store);
}

/// Two records are changed together by one thread; no get and no page ever sees them differ.
fn one_state(store: &dyn Store) {
    let keys: [Key; 2] = ["pair/1".into(), "pair/2".into()];
    let pair = |n: u8| commit(100 + u64::from(n)).write(Write::put("pair/1", [n])).write(Write::put("pair/2", [n]));
    done(store, pair(0));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..60 {
                let revision = done(store, pair(n));
                assert_eq!(look(store, "pair/2"), Some((vec![n], revision)), "contract 4: one's own write");
            }
            over.store(true, Ordering::Release);
        });
        while !over.load(Ordering::Acquire) {
            let read = ok(store.get(&keys, Freshness::Latest), "a get");
            let values: BTreeSet<_> = read.value.iter().flatten().map(|r| (r.value.clone(), r.revision)).collect();
            assert_eq!(values.len(), 1, "contract 4: one get sees one state");
            let page =
                ok(store.scan(&KeyRange::prefix(b"pair/"), None, PageLimit::default(), Freshness::Latest), "a scan");
            let values: BTreeSet<_> = page.value.iter().map(|r| (r.value.clone(), r.revision)).collect();
            assert_eq!((values.len(), page.value.len()), (1, 2), "contract 5: a page is one state");
        }
    });
}

/// Contract 5: scans are in byte order, paged, and miss nothing that was there all the time.
pub fn scan(harness: &dyn Harness) {
    let store = harness.fresh();
    let mut keys: Vec<Key> = (0..70_u8).map(|n| Key::new([b's', n, 0xff - n])).collect();
    keys.extend([
        Key::from(b"s"),
        Key::from(b"s\xff"),
        Key::from(b"s\xff\xff"),
        Key::from(b"s\x00"),
        Key::from(b"s\x00\x00"),
    ]);
    keys.sort();
    for (n, half) in keys.chunks(38).enumerate() {
        let body = half.iter().fold(commit(n as u64), |body, key| body.write(Write::put(key.clone(), *b"v")));
        done(&*store, body);
    }
    done(&*store, commit(10).write(Write::put("r", *b"before")).write(Write::put("t", *b"after")));

    let range = KeyRange::prefix(b"s");
    for limit in [1, 7, 75, 76, 1_000] {
        let limit = PageLimit::new(limit);
        assert_eq!(pages(&*store, &range, limit, |_| {}), keys, "contract 5: in order, none twice, none missing");
    }
    let part = KeyRange::between(Key::new([b's', 10]), Key::new([b's', 20]));
    let expected: Vec<Key> = keys.iter().filter(|key| part.contains(key)).cloned().collect();
    assert_eq!(pages(&*store, &part, PageLimit::new(3), |_| {}), expected, "contract 5: both ends of a range");
    let empty = KeyRange::between("z".into(), "a".into());
    assert!(pages(&*store, &empty, PageLimit::default(), |_| {}).is_empty(), "contract 5: an empty range");
    assert_eq!(pages(&*store, &KeyRange::all(), PageLimit::new(5), |_| {}).len(), keys.len() + 2, "contract 5: all");

    // While pages are read, records come and go before and after the cursor. What was there all the time comes once.
    let mut n = 100;
    let seen = pages(&*store, &range, PageLimit::new(4), |_| {
        n += 1;
        let digit = u8::try_from(n % 250).unwrap_or(0);
        done(&*store, commit(n).write(Write::put(vec![b's', digit, 0, 1], *b"new")));
        done(&*store, commit(n + 10_000).write(Write::delete(vec![b's', digit.wrapping_sub(1), 0, 1])));
    });
    let stayed: Vec<Key> = seen.into_iter().filter(|key| keys.contains(key)).collect();
    assert_eq!(stayed, keys, "contract 5: a record that existed during the whole scan comes exactly once");
}

fn pages(store: &dyn Store, range: &KeyRange, limit: PageLimit, mut between: impl FnMut(usize)) -> Vec<Key> {
    let mut seen = Vec::new();
    loop {
        let after = seen.last().cloned();
        let page = ok(store.scan(range, after.as_ref(), limit, Freshness::Latest), "a scan").value;
        assert!(page.len() <= limit.get(), "contract 5: a page is longer than its limit");
        let last = page.len() < limit.get();
        seen.extend(page.into_iter().map(|record| record.key));
        assert!(seen.is_sorted_by(|a, b| a < b), "contract 5: ascending byte order, none twice");
        if last {
            return seen;
        }
        between(seen.len());
    }
}

/// Contract 11: a snapshot is the state of the moment when it was taken, whatever is committed while it is read.
pub fn snapshot(harness: &dyn Harness) {
    let store = harness.fresh();
    let put = |n: u64, key: &str, value: &str| commit(n).write(Write::put(key, value.as_bytes()));
    for n in 0..40 {
        done(&*store, put(n, &format!("s/{n:02}"), "old"));
    }
    let first = match store.snapshot() {
        Ok(snapshot) => snapshot,
        Err(StoreError::Unsupported(_)) => return,
        Err(error) => fail(&format!("contract 11: no snapshot: {error:?}")),
    };
    let before = ok(store.revision(), "revision");
    assert_eq!(
        (first.revision(), first.count()),
        (before, 40),
        "contract 11: revision and count are those of the state"
    );
    let range = KeyRange::all();
    let expected = read_all(&*first, 7, |_| {});
    assert_eq!(expected.len(), 40, "contract 11: every record");

    // Records before and behind the cursor are changed, removed and made while a second reader goes through.
    let mut n = 100;
    let seen = read_all(&*first, 3, |at| {
        for key in [at.saturating_sub(2), at + 1, at + 5, 90 + at] {
            n += 1;
            done(&*store, put(n, &format!("s/{key:02}"), "new"));
        }
        done(&*store, commit(n + 10_000).write(Write::delete(&*format!("s/{:02}", at + 2))));
    });
    assert_eq!(seen, expected, "contract 11: what is committed later is not seen");
    let second = ok(store.snapshot(), "a second snapshot beside the first");
    drop(first);
    let now = ok(store.scan(&range, None, PageLimit::MAX, Freshness::Latest), "a scan").value;
    done(&*store, commit(50_000).write(Write::delete("s/00")).write(Write::put("z", *b"last")));
    assert_eq!(read_all(&*second, 1_000, |_| {}), now, "contract 11: each snapshot has its own state");
    let part = KeyRange::between("s/03".into(), "s/06".into());
    let page = ok(second.scan(&part, Some(&"s/03".into()), PageLimit::new(1)), "a page of a snapshot");
    assert!(page.iter().all(|record| part.contains(&record.key)), "contract 11: ranges and cursors are those of scan");
    assert!(page.len() <= 1, "contract 11: a page is no longer than its limit");
}

fn read_all(snapshot: &dyn Snapshot, limit: usize, mut between: impl FnMut(usize)) -> Vec<crate::record::Record> {
    let mut seen: Vec<crate::record::Record> = Vec::new();
    loop {
        let after = seen.last().map(|record| record.key.clone());
        let page = ok(snapshot.scan(&KeyRange::all(), after.as_ref(), PageLimit::new(limit)), "a page of a snapshot");
        let last = page.len() < limit;
        seen.extend(page);
        assert!(seen.is_sorted_by(|a, b| a.key < b.key), "contract 11: ascending byte order, none twice");
        if last {
            return seen;
        }
        between(seen.len());
    }
}
