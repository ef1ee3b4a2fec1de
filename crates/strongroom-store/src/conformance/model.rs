//! A store beside the shortest one that can be written down.

use std::collections::BTreeMap;

use super::{DAY, Harness, fail, ok};
use crate::commit::{Commit, CommitId, Require, Write};
use crate::error::CommitError;
use crate::random::Seeded;
use crate::record::{Freshness, Key, KeyRange, PageLimit, Revision};
use crate::store::{Store, StoreExt};

/// What a store must hold, kept in maps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model {
    records: BTreeMap<Key, (Vec<u8>, Revision)>,
    applied: BTreeMap<CommitId, (Commit, Revision)>,
}

impl Model {
    /// What a commit must answer: its first revision, a new one (`None`), or the error.
    pub fn judge(&self, commit: &Commit) -> Result<Option<Revision>, CommitError> {
        if let Some((body, revision)) = self.applied.get(&commit.id) {
            return if body == commit { Ok(Some(*revision)) } else { Err(CommitError::IdReused) };
        }
        for require in &commit.require {
            require.judge(self.records.get(require.key()).map(|record| record.1))?;
        }
        Ok(None)
    }

    /// Applies a commit that was acknowledged at `revision`.
    pub fn apply(&mut self, commit: &Commit, revision: Revision) {
        for write in &commit.write {
            match write {
                Write::Put(key, value) => drop(self.records.insert(key.clone(), (value.to_vec(), revision))),
                Write::Delete(key) => drop(self.records.remove(key)),
            }
        }
        self.applied.insert(commit.id, (commit.clone(), revision));
    }

    /// What a whole store holds.
    pub fn read(store: &dyn Store) -> Result<BTreeMap<Key, (Vec<u8>, Revision)>, crate::StoreError> {
        let mut records = BTreeMap::new();
        store.for_each(&KeyRange::all(), |record| {
            records.insert(record.key, (record.value.to_vec(), record.revision));
            Ok::<_, crate::StoreError>(())
        })?;
        Ok(records)
    }

    /// The records.
    #[must_use]
    pub const fn records(&self) -> &BTreeMap<Key, (Vec<u8>, Revision)> {
        &self.records
    }

    /// A commit over a small key space: requirements right and wrong, repeated ids, puts and deletes.
    pub fn random_commit(&self, random: &mut Seeded) -> Commit {
        if random.below(8) == 0
            && let Some((commit, _)) = self.applied.values().nth(random.below(self.applied.len()))
        {
            let again = commit.clone();
            return if random.below(3) == 0 { again.write(Write::put("another body", *b"x")) } else { again };
        }
        let mut commit = Commit::new(CommitId::new(DAY, random.bytes16()));
        let first = random.below(12);
        for n in 0..random.below(4) {
            let key = key_of(first + n * 3);
            let right = random.below(5) > 0;
            commit = commit.require(match self.records.get(&key) {
                Some((_, revision)) if right => Require::Revision(key, *revision),
                None if right => Require::Absent(key),
                Some(_) => Require::Absent(key),
                None => Require::Revision(key, Revision::from_u64(random.next() >> 40)),
            });
        }
        let first = random.below(12);
        for n in 0..random.below(5) {
            let key = key_of(first + n * 5);
            let length = random.below(2_000);
            let value = vec![u8::try_from(random.below(256)).unwrap_or(0); length];
            commit = commit.write(if random.below(4) == 0 { Write::delete(key) } else { Write::put(key, value) });
        }
        commit
    }
}

fn key_of(n: usize) -> Key {
    let byte = u8::try_from(n % 40).unwrap_or(0);
    // Short and long, with the bytes that orders get wrong.
    match n % 4 {
        0 => Key::new([byte]),
        1 => Key::new([byte, 0]),
        2 => Key::new([byte, 0xff]),
        _ => Key::new(vec![byte; 1 + n]),
    }
}

/// Random commits against a store and the model: every answer and every state the same. A durable store is reopened
/// in the middle.
pub fn model(harness: &dyn Harness, seed: u64, steps: usize) {
    let mut random = Seeded::new(seed);
    let mut store = harness.fresh();
    let mut model = Model::default();
    for step in 0..steps {
        let commit = model.random_commit(&mut random);
        let before = ok(store.revision(), "revision");
        let (expected, answer) = (model.judge(&commit), store.commit(commit.clone()));
        match (expected, answer) {
            (Ok(None), Ok(revision)) if revision > before => model.apply(&commit, revision),
            (Ok(Some(expected)), Ok(revision)) if expected == revision => {}
            (Err(expected), Err(error)) if expected == error => {}
            (expected, answer) => {
                fail(&format!("seed {seed} step {step}: {answer:?} instead of {expected:?}: {commit:?}"))
            }
        }
        if step % 50 == 25 {
            compare(&*store, &model, seed);
        }
        if step == steps / 2 {
            compare(&*store, &model, seed);
            match harness.reopen(store) {
                Some(again) => store = again,
                // A store that is not durable begins anew; so does its model.
                None => (store, model) = (harness.fresh(), Model::default()),
            }
            compare(&*store, &model, seed);
        }
    }
    compare(&*store, &model, seed);
}

fn compare(store: &dyn Store, model: &Model, seed: u64) {
    let read = ok(Model::read(store), "a scan of everything");
    assert_eq!(&read, model.records(), "seed {seed}: the store and the model differ");
    let keys: Vec<Key> = (0..40).map(key_of).collect();
    let got = ok(store.get(&keys, Freshness::Latest), "a get").value;
    for (key, record) in keys.iter().zip(got) {
        let record = record.map(|record| (record.value.to_vec(), record.revision));
        assert_eq!(record.as_ref(), model.records().get(key), "seed {seed}: get and scan differ at {key:?}");
    }
    let page = ok(store.scan(&KeyRange::all(), None, PageLimit::new(3), Freshness::Latest), "a scan").value;
    assert!(page.iter().map(|record| &record.key).eq(model.records().keys().take(3)), "seed {seed}: the first page");
}
