//! Segments and the frames in them (`docs/formats.md`).

use std::path::Path;
use std::sync::Arc;

use super::{LogFile, LogStorage};
use crate::checkpoint::Origin;
use crate::crypto::{Hash, LogCrypto};
use crate::entry::{ENTRY_LEN, Entry, leaf_hash, record_hash, take};
use crate::error::{Corruption, Error, FileFault};

/// The longest record that is taken: CloudTrail's own limits add up to less than 330 KB.
pub const MAX_RECORD_LEN: usize = 1 << 20;

const MAGIC: &[u8; 16] = b"strongroom-log/1";
/// The length of a segment's header.
pub(crate) const HEADER_LEN: u64 = 64;
/// A frame without its record: length, state, check, entry, blind.
pub(crate) const FRAME_OVERHEAD: usize = 4 + BODY_OVERHEAD;
const BODY_OVERHEAD: usize = 1 + 8 + ENTRY_LEN + 32;
/// Where the blind stands in a frame; the record follows it.
pub(crate) const BLIND_AT: u64 = 4 + 1 + 8 + ENTRY_LEN as u64;
/// Where the state stands in a frame.
pub(crate) const STATE_AT: u64 = 4;

const WHOLE: u8 = 1;
pub(crate) const ERASED: u8 = 2;

/// The name of the segment whose first leaf is `first`.
pub(crate) fn segment_name(first: u64) -> String {
    format!("{first:016x}.log")
}

/// The first leaf of the segment called `name`, if it is a segment's name.
fn segment_first(name: &str) -> Option<u64> {
    let first = u64::from_str_radix(name.strip_suffix(".log")?, 16).ok()?;
    (segment_name(first) == name).then_some(first)
}

/// The first leaves of all segments, in order.
pub(crate) fn list_segments(storage: &dyn LogStorage) -> Result<Vec<u64>, Error> {
    let names = storage.list().map_err(|e| Error::Unavailable(FileFault::new("listing", storage.path(), &e)))?;
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| segment_first(name)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

/// `magic(16) ‖ store id(16) ‖ log id(16) ‖ first u64 ‖ first of the segment before u64`.
pub(crate) fn segment_header(origin: &Origin, first: u64, previous: u64) -> Vec<u8> {
    [MAGIC.as_slice(), origin.store_id(), origin.log_id(), &first.to_be_bytes(), &previous.to_be_bytes()].concat()
}

/// A segment's file, and what its header says.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) file: Arc<dyn LogFile>,
    pub(crate) path: Arc<Path>,
    pub(crate) first: u64,
}

/// What became of opening a segment.
pub(crate) enum Opened {
    /// Its header is whole, and names the segment before.
    Whole(Segment, u64),
    /// It has no whole header: it was being made when the machine died.
    Unfinished,
}

/// Opens the segment of `origin` whose first leaf is `first`.
pub(crate) fn open_segment(storage: &dyn LogStorage, origin: &Origin, first: u64) -> Result<Opened, Error> {
    let name = segment_name(first);
    let path = storage.path().join(&name);
    let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("reading", &path, &e));
    let file = storage.open(&name).map_err(fault)?;
    let mut header = [0; HEADER_LEN as usize];
    let got = file.read_at(0, &mut header).map_err(fault)?;
    let (known, previous) = header.split_at(HEADER_LEN as usize - 8);
    if got < header.len() || header == [0; HEADER_LEN as usize] {
        return Ok(Opened::Unfinished);
    }
    let expected = segment_header(origin, first, 0);
    if expected.get(..known.len()) != Some(known) {
        return Err(Error::Corrupt(Corruption::new("a segment's header is another log's", &path, first)));
    }
    let previous = u64::from_be_bytes(previous.try_into().unwrap_or_default());
    Ok(Opened::Whole(Segment { file, path: path.into(), first }, previous))
}

/// Appends a frame to `out`.
pub(crate) fn write_frame(out: &mut Vec<u8>, leaf: &Hash, entry: &[u8; ENTRY_LEN], blind: &[u8; 32], record: &[u8]) {
    let len = u32::try_from(BODY_OVERHEAD.saturating_add(record.len())).unwrap_or(u32::MAX);
    let [a, b, c, d, e, f, g, h, ..] = *leaf;
    out.reserve(FRAME_OVERHEAD.saturating_add(record.len()));
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(&[WHOLE, a, b, c, d, e, f, g, h]);
    out.extend_from_slice(entry);
    out.extend_from_slice(blind);
    out.extend_from_slice(record);
}

/// A frame as it stands in a segment, not yet compared with anything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) state: u8,
    pub(crate) check: [u8; 8],
    pub(crate) entry: &'a [u8; ENTRY_LEN],
    pub(crate) blind: &'a [u8; 32],
    pub(crate) record: &'a [u8],
}

/// What a checked frame gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked {
    pub(crate) entry: Entry,
    pub(crate) leaf: Hash,
    pub(crate) erased: bool,
}

impl Frame<'_> {
    /// That the frame is the leaf `index`, and belongs together in itself.
    pub(crate) fn check(&self, crypto: &LogCrypto, index: u64) -> Result<Checked, &'static str> {
        let entry = Entry::decode(self.entry).map_err(|_| "an entry is malformed")?;
        if entry.index != index {
            return Err("an entry has another index than its place");
        }
        if entry.record_len as usize != self.record.len() {
            return Err("a record has another length than its entry says");
        }
        let leaf = leaf_hash(crypto, self.entry);
        if leaf.first_chunk() != Some(&self.check) {
            return Err("an entry is not what was checked in");
        }
        let erased = self.state == ERASED;
        match self.state {
            WHOLE if record_hash(crypto, self.blind, self.record) != entry.record_hash => {
                return Err("a record is not the one that its entry names");
            }
            // Bytes that an erasure was stopped before are nobody's to read, and no damage.
            WHOLE | ERASED => {}
            _ => return Err("a frame is in no known state"),
        }
        Ok(Checked { entry, leaf, erased })
    }
}

/// What stands at a place in a segment.
pub(crate) enum Scan<'a> {
    /// A frame, and the offset after it.
    Frame(Frame<'a>, u64),
    /// The end of the file.
    End,
    /// Something else, or a frame that is cut.
    Bad(&'static str),
}

/// Reads a segment's frames one after the other, in pieces.
#[derive(Debug)]
pub(crate) struct Scanner {
    segment: Segment,
    len: u64,
    offset: u64,
    buffer: Vec<u8>,
    at: usize,
}

const PIECE: usize = 256 * 1024;

impl Scanner {
    /// From `offset` to `len`, the end of the file if there is none given.
    pub(crate) fn new(segment: Segment, offset: u64, len: Option<u64>) -> Result<Self, Error> {
        let whole = segment.file.len().map_err(|e| Error::Unavailable(FileFault::new("reading", &segment.path, &e)))?;
        Ok(Self { segment, len: len.map_or(whole, |l| l.min(whole)), offset, buffer: Vec::new(), at: 0 })
    }

    pub(crate) fn segment(&self) -> &Segment {
        &self.segment
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The frame at the current offset; the offset moves behind it.
    pub(crate) fn next(&mut self) -> Result<Scan<'_>, Error> {
        let left = self.len.saturating_sub(self.offset);
        if left == 0 {
            return Ok(Scan::End);
        }
        if left < FRAME_OVERHEAD as u64 {
            return Ok(Scan::Bad("a frame is cut"));
        }
        self.fill(FRAME_OVERHEAD)?;
        let mut head = self.buffer.get(self.at..).unwrap_or_default();
        let len = u32::from_be_bytes(take(&mut head)?) as usize;
        if !(BODY_OVERHEAD..=BODY_OVERHEAD + MAX_RECORD_LEN).contains(&len) {
            return Ok(Scan::Bad("a frame has an impossible length"));
        }
        let whole = len.saturating_add(4);
        if left < whole as u64 {
            return Ok(Scan::Bad("a frame is cut"));
        }
        self.fill(whole)?;
        let start = self.at.saturating_add(4);
        self.at = self.at.saturating_add(whole);
        self.offset = self.offset.saturating_add(whole as u64);
        let after = self.offset;
        let body = self.buffer.get(start..self.at).unwrap_or_default();
        Ok(split_body(body).map_or(Scan::Bad("a frame is cut"), |frame| Scan::Frame(frame, after)))
    }

    /// Makes sure that `need` bytes from the current offset on are in the buffer.
    fn fill(&mut self, need: usize) -> Result<(), Error> {
        let have = self.buffer.len().saturating_sub(self.at);
        if have >= need {
            return Ok(());
        }
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
        let left = self.len.saturating_sub(self.offset).saturating_sub(have as u64);
        let more = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE.max(need));
        self.buffer.resize(have.saturating_add(more), 0);
        let place = self.offset.saturating_add(have as u64);
        let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("reading", &self.segment.path, &e));
        let got = self.segment.file.read_at(place, self.buffer.get_mut(have..).unwrap_or_default()).map_err(fault)?;
        // A file that became shorter meanwhile reads as zeros, which are no frame.
        debug_assert!(got <= more);
        Ok(())
    }
}

fn split_body(body: &[u8]) -> Option<Frame<'_>> {
    let (state, rest) = body.split_first()?;
    let (check, rest) = rest.split_first_chunk::<8>()?;
    let (entry, rest) = rest.split_first_chunk::<ENTRY_LEN>()?;
    let (blind, record) = rest.split_first_chunk::<32>()?;
    Some(Frame { state: *state, check: *check, entry, blind, record })
}
