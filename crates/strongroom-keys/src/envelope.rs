//! The envelope of every stored record: what it is, how often it was written, and a tag over all of it.
//!
//! ```text
//! value  = header(12) ‖ counter u64 ‖ body ‖ tag(16)
//! header = "SR" ‖ envelope version 0x01 ‖ kind u8 ‖ schema u16 ‖ min_writer u16 ‖ mac_epoch u32
//! ```
//!
//! Integers are big-endian. The counter is the record's own: 1 when it is made, one more at each write.

use std::fmt::Debug;

use crate::change::RecordKind;

const MAGIC: [u8; 2] = *b"SR";
const VERSION: u8 = 1;
/// Bytes before the counter.
const HEADER: usize = 12;
const COUNTER: usize = 8;
const TAG: usize = 16;
/// The schema that this build writes, for every kind of record.
const SCHEMA: u16 = 1;
/// The oldest schema whose writers may rewrite what this build wrote.
const MIN_WRITER: u16 = 1;

/// Computes the tag of a record: formats.md "Record tags". Implemented by the facade over a key in locked memory.
pub trait Tagger: Debug + Send + Sync {
    /// The epoch of the MAC key that new tags are made with.
    fn epoch(&self) -> u32;
    /// The tag over store id, key, counter, header and body, under the MAC key of `epoch`; `None` if there is no such key.
    fn tag(&self, epoch: u32, key: &[u8], counter: u64, header: &[u8], body: &[u8]) -> Option<[u8; 16]>;
    /// Whether `tag` is what [`tag`](Self::tag) gives, compared in time that does not depend on where they differ.
    fn verify(&self, epoch: u32, key: &[u8], counter: u64, header: &[u8], body: &[u8], tag: &[u8; 16]) -> bool;
}

/// Why bytes in the store are no record of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Not an envelope at all.
    #[error("the stored bytes are no record")]
    Malformed,
    /// The tag does not fit: damaged, edited, or copied from elsewhere.
    #[error("the record's integrity tag does not fit its place and content")]
    BadTag,
    /// Another kind of record than its place asks for.
    #[error("the record is of kind `{found}`, and `{expected}` belongs here")]
    WrongKind {
        /// The kind that stands in the envelope.
        found: u8,
        /// The kind that belongs in this place.
        expected: u8,
    },
    /// Written by a newer version of the software.
    #[error("the record has envelope version `{found}`, and this build knows up to `1`: upgrade before opening it")]
    Newer {
        /// The version that stands in the envelope.
        found: u8,
    },
}

/// A record taken out of the store, its tag verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// The kind.
    pub kind: u8,
    /// The schema that the body was written with.
    pub schema: u16,
    /// The oldest schema whose writers may rewrite it.
    pub min_writer: u16,
    /// How often the record was written.
    pub counter: u64,
    /// The body.
    pub body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Wraps `body` for the place `key`. `None` only if the tagger has no key of its own epoch.
    #[must_use]
    pub fn wrap(kind: RecordKind, key: &[u8], counter: u64, body: &[u8], tagger: &dyn Tagger) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(HEADER + COUNTER + body.len() + TAG);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, kind as u8]);
        out.extend_from_slice(&SCHEMA.to_be_bytes());
        out.extend_from_slice(&MIN_WRITER.to_be_bytes());
        out.extend_from_slice(&tagger.epoch().to_be_bytes());
        let tag = tagger.tag(tagger.epoch(), key, counter, &out, body)?;
        out.extend_from_slice(&counter.to_be_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(&tag);
        Some(out)
    }

    /// Takes a stored value apart and verifies its tag for the place `key`.
    ///
    /// # Errors
    /// See [`EnvelopeError`]. Nothing of the body is looked at before the tag fits.
    pub fn unwrap(kind: RecordKind, key: &[u8], value: &'a [u8], tagger: &dyn Tagger) -> Result<Self, EnvelopeError> {
        let envelope = Self::unwrap_any(key, value, tagger)?;
        match envelope.kind == kind as u8 {
            true => Ok(envelope),
            false => Err(EnvelopeError::WrongKind { found: envelope.kind, expected: kind as u8 }),
        }
    }

    /// The same whatever the kind, which may be one that this build does not know: for whoever carries records and does not read them.
    ///
    /// # Errors
    /// Those of [`unwrap`](Self::unwrap), but for the kind.
    pub fn unwrap_any(key: &[u8], value: &'a [u8], tagger: &dyn Tagger) -> Result<Self, EnvelopeError> {
        let (header, rest) = value.split_at_checked(HEADER).ok_or(EnvelopeError::Malformed)?;
        let (counter, rest) = rest.split_first_chunk::<COUNTER>().ok_or(EnvelopeError::Malformed)?;
        let (body, tag) = rest.split_last_chunk::<TAG>().ok_or(EnvelopeError::Malformed)?;
        let [m0, m1, version, found, s0, s1, w0, w1, e0, e1, e2, e3] = *header else {
            return Err(EnvelopeError::Malformed);
        };
        if [m0, m1] != MAGIC || version == 0 {
            return Err(EnvelopeError::Malformed);
        }
        if version > VERSION {
            return Err(EnvelopeError::Newer { found: version });
        }
        let counter = u64::from_be_bytes(*counter);
        let epoch = u32::from_be_bytes([e0, e1, e2, e3]);
        if !tagger.verify(epoch, key, counter, header, body, tag) {
            return Err(EnvelopeError::BadTag);
        }
        let (schema, min_writer) = (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([w0, w1]));
        Ok(Self { kind: found, schema, min_writer, counter, body })
    }

    /// Whether this build may write the record anew: it would drop fields that a newer schema added.
    #[must_use]
    pub fn may_rewrite(&self) -> bool {
        self.schema <= SCHEMA || self.min_writer <= SCHEMA
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Not a MAC: enough to see that every input goes in.
    #[derive(Debug)]
    struct Sum;
    impl Tagger for Sum {
        fn epoch(&self) -> u32 {
            3
        }
        fn tag(&self, epoch: u32, key: &[u8], counter: u64, header: &[u8], body: &[u8]) -> Option<[u8; 16]> {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            (epoch, key, counter, header, body).hash(&mut hasher);
            let half = hasher.finish().to_be_bytes();
            [half, half].concat().try_into().ok()
        }
        fn verify(&self, epoch: u32, key: &[u8], counter: u64, header: &[u8], body: &[u8], tag: &[u8; 16]) -> bool {
            self.tag(epoch, key, counter, header, body).as_ref() == Some(tag)
        }
    }

    #[test]
    fn what_was_wrapped_is_unwrapped_only_in_its_place() {
        let value = Envelope::wrap(RecordKind::Key, b"k1", 4, b"body", &Sum).unwrap();
        let read = Envelope::unwrap(RecordKind::Key, b"k1", &value, &Sum).unwrap();
        assert_eq!((read.counter, read.body, read.schema), (4, &b"body"[..], 1));
        assert_eq!(Envelope::unwrap(RecordKind::Key, b"k2", &value, &Sum), Err(EnvelopeError::BadTag));
        assert!(matches!(
            Envelope::unwrap(RecordKind::Alias, b"k1", &value, &Sum),
            Err(EnvelopeError::WrongKind { .. })
        ));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let value = Envelope::wrap(RecordKind::Key, b"k1", 4, b"body", &Sum).unwrap();
        for at in 0..value.len() {
            let mut bad = value.clone();
            bad[at] ^= 1;
            assert!(Envelope::unwrap(RecordKind::Key, b"k1", &bad, &Sum).is_err(), "{at}");
            assert!(Envelope::unwrap(RecordKind::Key, b"k1", &value[..at], &Sum).is_err(), "{at}");
        }
    }

    proptest! {
        #[test]
        fn unwrapping_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Envelope::unwrap(RecordKind::Key, b"k", &bytes, &Sum);
        }
    }
}
