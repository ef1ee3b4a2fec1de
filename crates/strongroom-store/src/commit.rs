//! One atomic, conditional change, and the limits it must keep.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};
use strongroom_types::{Clock, Random, RandomError, Timestamp};

use crate::error::{CommitError, Limit, StoreError};
use crate::record::{Bytes, Key, Revision};
use crate::watch::WatchScope;

/// The name of one commit, made by the caller before the first attempt: the day, and 16 random bytes.
///
/// A commit that is submitted again with its id is applied once. The day is part of the name, so a retry
/// after midnight uses the old one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId {
    day: u32,
    random: [u8; 16],
}

impl CommitId {
    /// From its parts: whole days since 1970-01-01 UTC, and 16 bytes that nobody else draws.
    #[must_use]
    pub const fn new(day: u32, random: [u8; 16]) -> Self {
        Self { day, random }
    }

    /// A fresh id for today.
    pub fn fresh(clock: &dyn Clock, random: &dyn Random) -> Result<Self, RandomError> {
        let mut bytes = [0; 16];
        random.fill(&mut bytes)?;
        Ok(Self::new(day_of(clock.now()), bytes))
    }

    /// Whole days since 1970-01-01 UTC.
    #[must_use]
    pub const fn day(&self) -> u32 {
        self.day
    }

    /// The 20 bytes that name it: the day, big endian, then the random bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        let (day, random) = bytes.split_at_mut(4);
        day.copy_from_slice(&self.day.to_be_bytes());
        random.copy_from_slice(&self.random);
        bytes
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitId({}/{:032x})", self.day, u128::from_be_bytes(self.random))
    }
}

/// Whole days from 1970-01-01 UTC to an instant; 0 before it.
#[must_use]
pub fn day_of(instant: Timestamp) -> u32 {
    u32::try_from(instant.as_secs().div_euclid(86_400).max(0)).unwrap_or(u32::MAX)
}

/// What must hold for a commit to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store that ignored a third kind would apply what it must not")]
pub enum Require {
    /// There is no record under this key.
    Absent(Key),
    /// The record under this key is there and was put at this revision.
    Revision(Key, Revision),
}

impl Require {
    /// The key it speaks of.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Absent(key) | Self::Revision(key, _) => key,
        }
    }

    /// Holds it, if the record under its key has this revision?
    pub fn judge(&self, found: Option<Revision>) -> Result<(), CommitError> {
        let holds = match self {
            Self::Absent(_) => found.is_none(),
            Self::Revision(_, wanted) => found == Some(*wanted),
        };
        if holds { Ok(()) } else { Err(CommitError::conflict(self.key().clone(), found)) }
    }
}

/// One change of one record.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store that ignored a third kind would lose writes")]
pub enum Write {
    /// Puts this value under this key, whatever was there.
    Put(Key, Bytes),
    /// Removes the record under this key; no error if there is none.
    Delete(Key),
}

impl Write {
    /// A put.
    pub fn put(key: impl Into<Key>, value: impl Into<Bytes>) -> Self {
        Self::Put(key.into(), value.into())
    }

    /// A delete.
    pub fn delete(key: impl Into<Key>) -> Self {
        Self::Delete(key.into())
    }

    /// The key it changes.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Put(key, _) | Self::Delete(key) => key,
        }
    }

    /// The value it puts.
    #[must_use]
    pub const fn value(&self) -> Option<&Bytes> {
        match self {
            Self::Put(_, value) => Some(value),
            Self::Delete(_) => None,
        }
    }
}

impl fmt::Debug for Write {
    /// Without the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put(key, value) => write!(f, "Put({key:?}, {} bytes)", value.len()),
            Self::Delete(key) => write!(f, "Delete({key:?})"),
        }
    }
}

/// Requirements, and the writes that are applied together if all of them hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the three parts are the contract")]
pub struct Commit {
    /// Its name.
    pub id: CommitId,
    /// What must hold. No key twice.
    pub require: Vec<Require>,
    /// What it changes. No key twice. May be empty: the commit then only takes a revision and its id.
    pub write: Vec<Write>,
}

impl Commit {
    /// A commit without requirements and writes.
    #[must_use]
    pub const fn new(id: CommitId) -> Self {
        Self { id, require: Vec::new(), write: Vec::new() }
    }

    /// Gives up the commit with this id, whose outcome is unknown: a commit without requirements and writes.
    ///
    /// If it answers `Ok`, the other was not applied and never will be (it would meet [`CommitError::IdReused`]).
    /// If it answers [`CommitError::IdReused`], the other was applied.
    #[must_use]
    pub const fn give_up(id: CommitId) -> Self {
        Self::new(id)
    }

    /// With one more requirement.
    #[must_use]
    pub fn require(mut self, require: Require) -> Self {
        self.require.push(require);
        self
    }

    /// With one more write.
    #[must_use]
    pub fn write(mut self, write: Write) -> Self {
        self.write.push(write);
        self
    }

    /// Its size as the limits count it: the bytes of all keys and values.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let requires: usize = self.require.iter().map(|require| require.key().len()).sum();
        let writes: usize =
            self.write.iter().map(|write| write.key().len() + write.value().map_or(0, |v| v.len())).sum();
        requires + writes
    }

    /// SHA-256 over the requirements and writes in order, each with its kind and lengths: what tells a
    /// repeated commit from another one under the same id.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut part = |kind: u8, key: &Key, rest: &[u8]| {
            hash.update([kind]);
            hash.update((key.len() as u64).to_be_bytes());
            hash.update(key);
            hash.update((rest.len() as u64).to_be_bytes());
            hash.update(rest);
        };
        for require in &self.require {
            match require {
                Require::Absent(key) => part(1, key, &[]),
                Require::Revision(key, revision) => part(2, key, &revision.as_u64().to_be_bytes()),
            }
        }
        for write in &self.write {
            match write {
                Write::Put(key, value) => part(3, key, value),
                Write::Delete(key) => part(4, key, &[]),
            }
        }
        hash.finalize().into()
    }
}

/// What a store can take, and what it promises in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Requirements in one commit.
    pub requires: usize,
    /// Writes in one commit.
    pub writes: usize,
    /// Bytes of all keys and values of one commit.
    pub commit_bytes: usize,
    /// Bytes of one value.
    pub value_bytes: usize,
    /// Bytes of one key, at least 1.
    pub key_bytes: usize,
    /// Keys of one get.
    pub get_keys: usize,
    /// The least time that commit ids are remembered, counted in whole days from the end of their day.
    pub id_retention: Duration,
    /// Whose changes a watch sees.
    pub watch: WatchScope,
    /// The longest time between two positions of a watch; zero: each commit is a position.
    pub progress: Duration,
}

impl Limits {
    /// The smallest over all engines, which are the facade's (LMDB's keys of 511 B, etcd's 128 operations and
    /// 1.5 MiB per transaction, less what a store adds itself). Ids live for two days.
    pub const SMALLEST: Self = Self {
        requires: 32,
        writes: 64,
        commit_bytes: 512 * 1024,
        value_bytes: 192 * 1024,
        key_bytes: 400,
        get_keys: 256,
        id_retention: Duration::from_secs(2 * 86_400),
        watch: WatchScope::InProcess,
        progress: Duration::ZERO,
    };

    /// Checks everything about a commit that can be checked before it is sent.
    pub fn check(&self, commit: &Commit) -> Result<(), CommitError> {
        let too_large = |limit, broken| if broken { Err(CommitError::TooLarge(limit)) } else { Ok(()) };
        too_large(Limit::Requires, commit.require.len() > self.requires)?;
        too_large(Limit::Writes, commit.write.len() > self.writes)?;
        let value_is_long = |write: &Write| write.value().is_some_and(|value| value.len() > self.value_bytes);
        too_large(Limit::ValueBytes, commit.write.iter().any(value_is_long))?;
        self.check_keys(commit.require.iter().map(Require::key))?;
        self.check_keys(commit.write.iter().map(Write::key))?;
        too_large(Limit::CommitBytes, commit.bytes() > self.commit_bytes)
    }

    fn check_keys<'a>(&self, keys: impl Iterator<Item = &'a Key>) -> Result<(), CommitError> {
        let mut seen = BTreeSet::new();
        for key in keys {
            if !self.key_fits(key) {
                return Err(CommitError::TooLarge(Limit::KeyBytes));
            }
            if !seen.insert(key) {
                return Err(CommitError::Repeated(key.clone()));
            }
        }
        Ok(())
    }

    /// Checks the keys of a get.
    pub fn check_get(&self, keys: &[Key]) -> Result<(), StoreError> {
        if keys.len() > self.get_keys {
            return Err(StoreError::TooLarge(Limit::GetKeys));
        }
        if keys.iter().all(|key| self.key_fits(key)) { Ok(()) } else { Err(StoreError::TooLarge(Limit::KeyBytes)) }
    }

    fn key_fits(&self, key: &Key) -> bool {
        (1..=self.key_bytes).contains(&key.len())
    }

    /// The retention in whole days, rounded up.
    #[must_use]
    pub fn retention_days(&self) -> u32 {
        u32::try_from(self.id_retention.as_secs().div_ceil(86_400)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Commit {
        Commit::new(CommitId::new(1, [0; 16]))
    }

    #[test]
    fn the_digest_tells_kinds_keys_and_values_apart() {
        let bodies = [
            commit(),
            commit().write(Write::put("a", *b"bc")),
            commit().write(Write::put("ab", *b"c")),
            commit().write(Write::delete("a")),
            commit().require(Require::Absent("a".into())),
            commit().require(Require::Revision("a".into(), Revision::ZERO)),
            commit().write(Write::delete("a")).write(Write::delete("b")),
            commit().write(Write::delete("b")).write(Write::delete("a")),
        ];
        let digests: BTreeSet<_> = bodies.iter().map(Commit::digest).collect();
        assert_eq!(digests.len(), bodies.len());
    }

    #[test]
    fn a_write_never_shows_its_value() {
        assert_eq!(format!("{:?}", Write::put("k", *b"sealed")), "Put(Key(\"k\"), 6 bytes)");
    }

    #[test]
    fn days_before_1970_are_day_0() {
        assert_eq!(day_of(Timestamp::from_secs(-1)), 0);
        assert_eq!(day_of(Timestamp::from_secs(86_400)), 1);
    }
}
