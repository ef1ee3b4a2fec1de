//! Keys, values, revisions, and what a read asks for.

use std::fmt;
use std::ops::{Bound, Deref};
use std::sync::Arc;

/// A value's bytes: opaque to a store, cheap to clone.
pub type Bytes = Arc<[u8]>;

/// A record's key: bytes, ordered byte by byte, cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Bytes);

impl Key {
    /// The key with these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Deref for Key {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Key {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

// `Ord` and `Hash` of `Arc<[u8]>` are those of the slice, so a map of keys can be asked by slice.
impl std::borrow::Borrow<[u8]> for Key {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Key {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl From<Vec<u8>> for Key {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Key {
    fn from(bytes: &[u8; N]) -> Self {
        Self(bytes.as_slice().into())
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl fmt::Debug for Key {
    /// `Key("m/format")`: ASCII as it is, the rest escaped. A key is a name, never a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(\"{}\")", self.0.escape_ascii())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// The position of one commit in the store's one order: 16 bits of store epoch, then 48 bits of count.
///
/// A restore starts a new epoch, so a revision that was lost with the old state is never given out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(u64);

impl Revision {
    /// Before every commit of every epoch.
    pub const ZERO: Self = Self(0);

    /// From its number.
    #[must_use]
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The revision before the first commit of an epoch.
    #[must_use]
    pub const fn start_of(epoch: u16) -> Self {
        Self((epoch as u64) << 48)
    }

    /// Its number.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The store epoch: the high 16 bits.
    #[must_use]
    pub const fn epoch(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// The revision after this one, or `None` at the end of the last epoch.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }
}

impl fmt::Display for Revision {
    /// `epoch.count`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch(), self.0 & 0xffff_ffff_ffff)
    }
}

/// One record as a store holds it.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "authors of stores build it; the three parts are the contract")]
pub struct Record {
    /// Its key.
    pub key: Key,
    /// Its bytes, as they were put.
    pub value: Bytes,
    /// The revision of the commit that put them.
    pub revision: Revision,
}

impl fmt::Debug for Record {
    /// Without the value: it may hold sealed material, and logs don't need it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({:?} at {}, {} bytes)", self.key, self.revision, self.value.len())
    }
}

/// What a read saw, and the state it saw it in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "authors of stores build it")]
pub struct Read<T> {
    /// The revision of the state: every commit up to it is seen, none after it.
    pub revision: Revision,
    /// What was read.
    pub value: T,
}

/// How fresh a read must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store that met a third kind would have to guess")]
pub enum Freshness {
    /// Sees every commit that was acknowledged anywhere before the call began.
    Latest,
    /// Any state that is not older than this revision.
    AtLeast(Revision),
}

/// A range of keys: from a start, inclusive, to an end, exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    start: Key,
    end: Option<Key>,
}

impl KeyRange {
    /// Every key.
    #[must_use]
    pub fn all() -> Self {
        Self { start: Key::new([]), end: None }
    }

    /// Every key that begins with `prefix`.
    ///
    /// ```
    /// use strongroom_store::KeyRange;
    /// let range = KeyRange::prefix(b"a\xff");
    /// assert!(range.contains(b"a\xff\x00") && !range.contains(b"b"));
    /// ```
    #[must_use]
    pub fn prefix(prefix: &[u8]) -> Self {
        // The end is the prefix with its last byte that is not FF raised by one and the rest cut.
        let mut end = prefix.to_vec();
        while let Some(last) = end.pop() {
            if let Some(raised) = last.checked_add(1) {
                end.push(raised);
                return Self { start: prefix.into(), end: Some(end.into()) };
            }
        }
        Self { start: prefix.into(), end: None }
    }

    /// From `start`, inclusive, to `end`, exclusive. Empty if `end <= start`.
    #[must_use]
    pub const fn between(start: Key, end: Key) -> Self {
        Self { start, end: Some(end) }
    }

    /// The first key that may be in it.
    #[must_use]
    pub const fn start(&self) -> &Key {
        &self.start
    }

    /// The first key after it, if it has an end.
    #[must_use]
    pub const fn end(&self) -> Option<&Key> {
        self.end.as_ref()
    }

    /// Is `key` in it?
    #[must_use]
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.start.as_bytes() && self.end.as_ref().is_none_or(|end| key < end.as_bytes())
    }

    /// As bounds for an ordered map, continued after `after`; `None` if nothing can be in it.
    #[must_use]
    pub fn bounds<'a>(&'a self, after: Option<&'a Key>) -> Option<KeyBounds<'a>> {
        use Bound::{Excluded, Included, Unbounded};
        let start = match after {
            Some(after) if after.as_bytes() >= self.start.as_bytes() => Excluded(after.as_bytes()),
            _ => Included(self.start.as_bytes()),
        };
        let Some(end) = &self.end else { return Some((start, Unbounded)) };
        let (Excluded(first) | Included(first)) = start else { return None };
        // Ordered maps panic on a start behind the end.
        (first < end.as_bytes()).then(|| (start, Excluded(end.as_bytes())))
    }
}

/// The two ends of a [`KeyRange`], as ordered maps take them.
pub type KeyBounds<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);

/// How many records one page of a scan may hold: 1 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageLimit(usize);

impl PageLimit {
    /// The most records a page may hold. With values of 192 KiB such a page is 192 MiB.
    pub const MAX: Self = Self(1_000);

    /// `records`, brought into 1 to 1,000.
    #[must_use]
    pub fn new(records: usize) -> Self {
        Self(records.clamp(1, Self::MAX.0))
    }

    /// The number of records.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0
    }
}

impl Default for PageLimit {
    /// 100, as AWS's own listings.
    fn default() -> Self {
        Self(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_range_holds_exactly_the_keys_with_the_prefix() {
        for prefix in [b"".as_slice(), b"a", b"a\xff", b"\xff", b"\xff\xff", b"a\x00"] {
            let range = KeyRange::prefix(prefix);
            for key in
                [b"".as_slice(), b"a", b"a\x00", b"a\xff", b"a\xff\x01", b"b", b"\xfe\xff", b"\xff", b"\xff\xff\xff"]
            {
                assert_eq!(range.contains(key), key.starts_with(prefix), "{prefix:?} {key:?}");
            }
        }
    }

    #[test]
    fn an_empty_range_has_no_bounds() {
        assert!(KeyRange::between("b".into(), "a".into()).bounds(None).is_none());
        assert!(KeyRange::prefix(b"a").bounds(Some(&"b".into())).is_none());
        assert!(KeyRange::prefix(b"a").bounds(Some(&"a".into())).is_some());
    }

    #[test]
    fn an_epoch_is_above_every_revision_of_the_one_before() {
        let last = Revision::from_u64(Revision::start_of(1).as_u64() - 1);
        assert_eq!((last.epoch(), Revision::start_of(1).epoch()), (0, 1));
        assert_eq!(last.next(), Some(Revision::start_of(1)));
        assert_eq!(Revision::from_u64(u64::MAX).next(), None);
    }

    #[test]
    fn a_record_never_shows_its_value() {
        let record = Record { key: "k".into(), value: b"sealed"[..].into(), revision: Revision::ZERO };
        assert!(!format!("{record:?}").contains("sealed"));
    }
}
