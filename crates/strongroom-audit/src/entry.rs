//! The frame of 120 bytes that is a leaf of the log (`docs/formats.md`).

use strongroom_types::Timestamp;

use crate::Error;
use crate::crypto::{Hash, LogCrypto};

/// The length of an encoded entry.
pub const ENTRY_LEN: usize = 120;

const VERSION: u8 = 1;

/// What a leaf stands for. The numbers stand in the log and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum EntryKind {
    /// A call: allowed, denied or failed.
    Call = 1,
    /// Something that the strongroom did on its own: a due rotation, a deletion.
    Service = 2,
    /// A record's body was erased; its record names which and why.
    Erased = 3,
    /// The log's signing key was succeeded by another.
    Rotate = 4,
    /// Nothing happened; bounds the age of the checkpoint that covers it.
    Heartbeat = 5,
    /// The log was opened, or begins: names what was lost, or which log it continues.
    Opened = 6,
    /// Calls went unrecorded while the program had chosen to fail open; its record has their number.
    Gap = 7,
    /// The first leaf of a log whose strongroom was restored from a backup: its record names the log that it had before, the
    /// checkpoint that was restored, and the newest one seen elsewhere.
    Restored = 8,
}

impl EntryKind {
    /// The kind with this number; `None` if there is none.
    #[must_use]
    pub fn from_number(byte: u8) -> Option<Self> {
        use EntryKind::{Call, Erased, Gap, Heartbeat, Opened, Restored, Rotate, Service};
        [Call, Service, Erased, Rotate, Heartbeat, Opened, Gap, Restored].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// A leaf: everything about an event that a proof shows, which is nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the layout can never change")]
pub struct Entry {
    /// What the leaf stands for.
    pub kind: EntryKind,
    /// The leaf's place in the log.
    pub index: u64,
    /// The store's revision after the commit that the event belongs to, 0 without one.
    pub revision: u64,
    /// Wall time.
    pub wall: Timestamp,
    /// Nanoseconds since the process's fixed instant.
    pub monotonic: u64,
    /// Which run of which program wrote it: random, drawn at open.
    pub instance: [u8; 16],
    /// The length of the record.
    pub record_len: u32,
    /// [`record_hash`] of blind and record.
    pub record_hash: Hash,
    /// The hash of the list of writes, 32 zero bytes without writes.
    pub writes_hash: Hash,
}

impl Entry {
    /// The 120 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; ENTRY_LEN] {
        let mut out = [0; ENTRY_LEN];
        let parts: [&[u8]; 10] = [
            &[VERSION, self.kind as u8, 0, 0],
            &self.index.to_be_bytes(),
            &self.revision.to_be_bytes(),
            &self.wall.as_nanos().to_be_bytes(),
            &self.monotonic.to_be_bytes(),
            &self.instance,
            &self.record_len.to_be_bytes(),
            &self.record_hash,
            &self.writes_hash,
            &[],
        ];
        let mut rest = out.as_mut_slice();
        for part in parts {
            // INVARIANT: the parts are 4+8+8+8+8+16+4+32+32 = 120 bytes.
            let Some((place, after)) = rest.split_at_mut_checked(part.len()) else { break };
            place.copy_from_slice(part);
            rest = after;
        }
        out
    }

    /// Reads the 120 bytes.
    ///
    /// # Errors
    /// [`Error::Newer`] for another version; [`Error::Malformed`] for an unknown kind, a set flag, a wrong length.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let bad = |why| Error::malformed("an entry", why);
        if bytes.len() != ENTRY_LEN {
            return Err(bad("it is not 120 bytes long"));
        }
        let mut rest = bytes;
        let [version, kind, flags @ ..] = take::<4>(&mut rest)?;
        if version != VERSION {
            return Err(Error::Newer { what: "an entry", version });
        }
        if flags != [0, 0] {
            return Err(bad("a flag is set"));
        }
        Ok(Self {
            kind: EntryKind::from_number(kind).ok_or_else(|| bad("its kind is unknown"))?,
            index: u64::from_be_bytes(take(&mut rest)?),
            revision: u64::from_be_bytes(take(&mut rest)?),
            wall: Timestamp::from_nanos(i64::from_be_bytes(take(&mut rest)?)),
            monotonic: u64::from_be_bytes(take(&mut rest)?),
            instance: take(&mut rest)?,
            record_len: u32::from_be_bytes(take(&mut rest)?),
            record_hash: take(&mut rest)?,
            writes_hash: take(&mut rest)?,
        })
    }
}

/// Takes `N` bytes from the front.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Error> {
    let (front, after) = rest.split_first_chunk::<N>().ok_or(Error::malformed("a frame", "it ends too early"))?;
    *rest = after;
    Ok(*front)
}

/// `SHA-256("strongroom/log/1/record" ‖ 00 ‖ blind ‖ record)`.
#[must_use]
pub fn record_hash(crypto: &LogCrypto, blind: &[u8; 32], record: &[u8]) -> Hash {
    crypto.sha256(&[b"strongroom/log/1/record\0", blind, record])
}

/// The leaf's hash: `SHA-256(00 ‖ entry)` (RFC 6962 §2.1).
#[must_use]
pub fn leaf_hash(crypto: &LogCrypto, entry: &[u8; ENTRY_LEN]) -> Hash {
    crypto.sha256(&[&[0], entry])
}

/// One write of a commit, as the writes' hash sees it.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the layout can never change")]
pub struct Write<'a> {
    /// The full key in the store.
    pub key: &'a [u8],
    /// The record's own counter after the write.
    pub counter: u64,
    /// The whole envelope with its tag; empty if the record was removed.
    pub envelope: &'a [u8],
}

/// The hash of a commit's writes, 32 zero bytes if there are none.
#[must_use]
pub fn writes_hash(crypto: &LogCrypto, writes: &[Write<'_>]) -> Hash {
    if writes.is_empty() {
        return [0; 32];
    }
    let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut list = short(writes.len()).to_vec();
    for write in writes {
        let (len, counter) = (short(write.key.len()), write.counter.to_be_bytes());
        list.extend_from_slice(&len);
        list.extend_from_slice(write.key);
        list.extend_from_slice(&counter);
        let value = [&b"strongroom/log/1/value\0"[..], &len, write.key, &counter, write.envelope];
        list.extend_from_slice(&crypto.sha256(&value));
    }
    crypto.sha256(&[b"strongroom/log/1/writes\0", &list])
}
