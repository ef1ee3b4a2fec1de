//! Reading leaves back, one after the other.

use std::sync::Arc;

use super::LogStorage;
use super::frame::{
    BLIND_AT, ERASED, HEADER_LEN, Opened, STATE_AT, Scan, Scanner, Segment, list_segments, open_segment, segment_name,
};
use crate::checkpoint::Origin;
use crate::crypto::{Hash, LogCrypto};
use crate::entry::Entry;
use crate::error::{Corruption, Error, FileFault};

/// A leaf and the record that stands beside it. The blind is in neither.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leaf {
    /// The frame.
    pub entry: Entry,
    /// Its hash.
    pub leaf: Hash,
    /// The record, or `None` if its body was erased.
    pub record: Option<Vec<u8>>,
}

/// Reads a log's leaves in order. Each is checked in itself; whether all of them are there is the verifier's question.
#[derive(Debug)]
pub struct LeafReader {
    storage: Arc<dyn LogStorage>,
    crypto: LogCrypto,
    origin: Origin,
    segments: std::vec::IntoIter<u64>,
    scanner: Option<Scanner>,
    next: u64,
    end: u64,
    failed: bool,
}

impl LeafReader {
    /// Of the log's leaves from `from` on, up to but not including `end`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the folder can't be read.
    pub fn new(
        storage: Arc<dyn LogStorage>,
        crypto: LogCrypto,
        origin: Origin,
        range: std::ops::Range<u64>,
    ) -> Result<Self, Error> {
        let mut segments = list_segments(&*storage)?;
        // Everything before the segment that holds the first leaf is skipped unread.
        let skip = segments.iter().filter(|first| **first <= range.start).count().saturating_sub(1);
        segments.drain(..skip);
        let next = segments.first().copied().unwrap_or(0);
        let mut reader = Self {
            storage,
            crypto,
            origin,
            segments: segments.into_iter(),
            scanner: None,
            next,
            end: range.end,
            failed: false,
        };
        while reader.next < range.start && reader.next < reader.end {
            match reader.step(false) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(reader)
    }

    fn corrupt(&self, what: &'static str) -> Error {
        let path = self.scanner.as_ref().map_or(self.storage.path(), |scanner| &scanner.segment().path);
        Error::Corrupt(Corruption::new(what, path, self.next))
    }

    /// Where the next frame stands.
    pub(super) fn place_of_next(&mut self) -> Result<Option<Place>, Error> {
        while self.next < self.end {
            if let Some(scanner) = self.scanner.as_ref().filter(|scanner| scanner.offset() < scanner.len()) {
                return Ok(Some(Place { segment: scanner.segment().clone(), offset: scanner.offset() }));
            }
            if !self.open_next()? {
                return Ok(None);
            }
        }
        Ok(None)
    }

    pub(super) fn step(&mut self, keep: bool) -> Result<Option<Leaf>, Error> {
        while self.next < self.end {
            if self.scanner.is_none() && !self.open_next()? {
                return Err(self.corrupt("a leaf is missing"));
            }
            let Some(scanner) = self.scanner.as_mut() else { break };
            let what = match scanner.next()? {
                Scan::Frame(frame, _) => match frame.check(&self.crypto, self.next) {
                    Ok(checked) => {
                        self.next = self.next.saturating_add(1);
                        let record = (keep && !checked.erased).then(|| frame.record.to_vec());
                        return Ok(Some(Leaf { entry: checked.entry, leaf: checked.leaf, record }));
                    }
                    Err(what) => what,
                },
                Scan::End => {
                    self.scanner = None;
                    continue;
                }
                Scan::Bad(what) => what,
            };
            return Err(self.corrupt(what));
        }
        Ok(None)
    }

    /// Opens the next segment; it must begin with the next leaf.
    pub(super) fn open_next(&mut self) -> Result<bool, Error> {
        let Some(first) = self.segments.next() else { return Ok(false) };
        if first != self.next {
            return Err(self.corrupt("a segment is missing"));
        }
        match open_segment(&*self.storage, &self.origin, first)? {
            Opened::Whole(segment, _) => self.scanner = Some(Scanner::new(segment, HEADER_LEN, None)?),
            Opened::Unfinished => {
                let path = self.storage.path().join(segment_name(first));
                return Err(Error::Corrupt(Corruption::new("a segment has no header", &path, first)));
            }
        }
        Ok(true)
    }
}

/// Where a frame stands.
pub(super) struct Place {
    segment: Segment,
    offset: u64,
}

impl Place {
    /// Overwrites blind and record with zeros, and says so.
    pub(super) fn erase(&self, record_len: u32) -> Result<(), Error> {
        let path = &self.segment.path;
        let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("erasing in", path, &e));
        let at = |part: u64| self.offset.saturating_add(part);
        let zeros = vec![0; 32_usize.saturating_add(record_len as usize)];
        // The state comes first: whoever finds it without the zeros knows what was meant.
        self.segment.file.write_at(at(STATE_AT), &[ERASED]).map_err(fault)?;
        self.segment.file.write_at(at(BLIND_AT), &zeros).map_err(fault)?;
        self.segment.file.sync().map_err(|e| Error::Poisoned(FileFault::new("syncing", path, &e)))
    }
}

impl Iterator for LeafReader {
    type Item = Result<Leaf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let step = self.step(true);
        self.failed = step.is_err();
        step.transpose()
    }
}
