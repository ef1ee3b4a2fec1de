//! Opening: what stands behind the head is read, a torn tail is cut off, and anything missing before it is damage.

use std::sync::Arc;

use super::frame::{HEADER_LEN, Opened, Scan, Scanner, Segment, list_segments, open_segment};
use super::writer::{Start, Tail};
use super::{Head, LogStorage, RecoveredLeaf, Recovery, read_notes};
use crate::checkpoint::{Checkpoint, Origin};
use crate::crypto::LogCrypto;
use crate::error::{Corruption, Error, FileFault};
use crate::event::Record;
use crate::merkle::CompactRange;
use crate::note::Note;

pub(super) struct Opening<'a> {
    pub(super) storage: &'a Arc<dyn LogStorage>,
    pub(super) crypto: &'a LogCrypto,
    pub(super) origin: &'a Origin,
}

/// The log as it is being read again.
struct Reading {
    range: CompactRange,
    leaves: Vec<RecoveredLeaf>,
    unsynced: Vec<Segment>,
    tail: Option<Tail>,
    cut_bytes: u64,
    /// The newest checkpoint beside the segments, if it covers more than the head: it left the process, so it was
    /// synced, and what it covers must be there.
    signed: Option<Checkpoint>,
}

impl Opening<'_> {
    pub(super) fn read(&self, head: Option<&Head>) -> Result<(Start, Recovery), Error> {
        let segments = self.segments(head)?;
        let covered = head.map_or(0, Head::size);
        let mut reading = Reading {
            range: head.map_or_else(CompactRange::new, |head| head.range.clone()),
            leaves: Vec::new(),
            unsynced: Vec::new(),
            tail: None,
            cut_bytes: 0,
            signed: self.newest_checkpoint()?.filter(|signed| signed.size() > covered),
        };
        let from = head.map_or((0, HEADER_LEN), |head| (head.segment, head.offset));
        for first in segments.into_iter().skip_while(|first| *first < from.0) {
            self.read_segment(&mut reading, first, from)?;
        }
        self.nothing_signed_is_missing(&reading)?;
        let path = self.storage.path();
        let tail = reading.tail.ok_or_else(|| Error::Corrupt(Corruption::new("there is no segment", path, 0)))?;
        let lost = head.is_none_or(|head| !head.closed || !reading.leaves.is_empty()) || reading.cut_bytes > 0;
        let recovery = Recovery {
            may_have_lost_from: lost.then_some(reading.range.size()),
            leaves: reading.leaves,
            cut_bytes: reading.cut_bytes,
        };
        let synced = match head {
            Some(head) => Head { closed: false, ..head.clone() },
            None => {
                let range = CompactRange::new();
                Head { root: range.root(self.crypto), range, segment: 0, offset: HEADER_LEN, closed: false }
            }
        };
        debug_assert_eq!(synced.size(), covered);
        self.crypto.check()?;
        Ok((Start { range: reading.range, tail, unsynced: reading.unsynced, synced }, recovery))
    }

    /// The last checkpoint beside the segments that is this log's. Nobody verified its signature: it can only make
    /// opening stricter.
    fn newest_checkpoint(&self) -> Result<Option<Checkpoint>, Error> {
        let origin = self.origin.to_string();
        let ours = |note: &Vec<u8>| {
            let checkpoint = Checkpoint::parse(Note::parse(note).ok()?.text()).ok()?;
            (checkpoint.origin() == origin).then_some(checkpoint)
        };
        Ok(read_notes(&**self.storage)?.iter().rev().find_map(ours))
    }

    /// Before anything is cut, and at the end: a signed checkpoint must never be contradicted.
    fn nothing_signed_is_missing(&self, reading: &Reading) -> Result<(), Error> {
        let missing = reading.signed.as_ref().is_some_and(|signed| reading.range.size() < signed.size());
        if !missing {
            return Ok(());
        }
        let what = "a leaf that a checkpoint covers is missing";
        Err(Error::Corrupt(Corruption::new(what, self.storage.path(), reading.range.size())))
    }

    fn is_as_signed(&self, reading: &Reading) -> Result<(), Error> {
        let differs = |signed: &Checkpoint| {
            signed.size() == reading.range.size() && *signed.root() != reading.range.root(self.crypto)
        };
        if !reading.signed.as_ref().is_some_and(differs) {
            return Ok(());
        }
        let what = "the leaves are not those that a checkpoint covers";
        Err(Error::Corrupt(Corruption::new(what, self.storage.path(), reading.range.size().saturating_sub(1))))
    }

    /// The segments in order, after a look at the headers of those that the head covers.
    fn segments(&self, head: Option<&Head>) -> Result<Vec<u64>, Error> {
        let segments = list_segments(&**self.storage)?;
        let corrupt = |what, at| Err(Error::Corrupt(Corruption::new(what, self.storage.path(), at)));
        let Some(head) = head else {
            return if segments.first().is_none_or(|first| *first == 0) {
                Ok(segments)
            } else {
                corrupt("the first segment is missing", 0)
            };
        };
        let mut before = None;
        for first in segments.iter().copied().filter(|first| *first <= head.segment) {
            let Opened::Whole(segment, previous) = open_segment(&**self.storage, self.origin, first)? else {
                return corrupt("a segment has no header", first);
            };
            if before.unwrap_or(0) != previous || (before.is_none() && first != 0) {
                return corrupt("a segment is missing", previous);
            }
            before = Some(first);
            let len = segment.file.len().unwrap_or(0);
            if first == head.segment && len < head.offset {
                return corrupt("a segment is shorter than what was synced", first);
            }
        }
        if before == Some(head.segment) { Ok(segments) } else { corrupt("a segment is missing", head.segment) }
    }

    fn read_segment(&self, reading: &mut Reading, first: u64, from: (u64, u64)) -> Result<(), Error> {
        let offset = if first == from.0 { from.1 } else { HEADER_LEN };
        let covered = first == from.0;
        let opened = open_segment(&**self.storage, self.origin, first);
        // Behind a place that was cut, and where a header is not whole, nothing was ever acknowledged as synced.
        let follows = reading.cut_bytes == 0 && (covered || first == reading.range.size());
        let segment = match opened {
            Ok(Opened::Whole(segment, _)) if follows => segment,
            Err(error) if follows => return Err(error),
            _ => return self.drop_segment(reading, first),
        };
        if let Some(tail) = reading.tail.take() {
            reading.unsynced.push(tail.segment);
        }
        let mut scanner = Scanner::new(segment.clone(), offset, None)?;
        let mut end = offset;
        loop {
            let index = reading.range.size();
            let Scan::Frame(frame, after) = scanner.next()? else { break };
            let Ok(checked) = frame.check(self.crypto, index) else { break };
            let event_id = Record::decode(frame.record).ok().map(|record| record.event_id());
            reading.range.push(self.crypto, checked.leaf);
            reading.leaves.push(RecoveredLeaf { entry: checked.entry, event_id });
            end = after;
            self.is_as_signed(reading)?;
        }
        let torn = scanner.len().saturating_sub(end);
        if torn > 0 {
            self.nothing_signed_is_missing(reading)?;
            let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("cutting", &segment.path, &e));
            segment.file.truncate(end).map_err(fault)?;
            reading.cut_bytes = reading.cut_bytes.saturating_add(torn);
        }
        write_again(&segment, if offset == HEADER_LEN { 0 } else { offset }, end)?;
        reading.tail = Some(Tail { segment, len: end });
        Ok(())
    }

    fn drop_segment(&self, reading: &mut Reading, first: u64) -> Result<(), Error> {
        self.nothing_signed_is_missing(reading)?;
        let name = super::frame::segment_name(first);
        let path = self.storage.path().join(&name);
        let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("removing", &path, &e));
        let len = self.storage.open(&name).and_then(|file| file.len()).map_err(fault)?;
        self.storage.remove(&name).map_err(fault)?;
        reading.cut_bytes = reading.cut_bytes.saturating_add(len.max(1));
        Ok(())
    }
}

/// Writes what stands there once more. A sync that failed, of this process or one before it, may have left pages that the
/// system believes to be on the disk and that are not: only what was written since is in the next sync.
fn write_again(segment: &Segment, from: u64, to: u64) -> Result<(), Error> {
    let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("writing", &segment.path, &e));
    let mut buffer = vec![0; 64 << 10];
    let mut at = from;
    while at < to {
        let wanted = usize::try_from(to.saturating_sub(at)).unwrap_or(usize::MAX).min(buffer.len());
        let Some(part) = buffer.get_mut(..wanted) else { break };
        let got = segment.file.read_at(at, part).map_err(fault)?;
        let Some(part) = part.get(..got).filter(|part| !part.is_empty()) else { break };
        segment.file.write_at(at, part).map_err(fault)?;
        at = at.saturating_add(got as u64);
    }
    Ok(())
}
