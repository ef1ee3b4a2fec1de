//! The signed checkpoints beside the segments: one text file, notes one after the other with a blank line between.

use std::path::PathBuf;
use std::sync::Arc;

use super::{LogFile, LogStorage};
use crate::error::{Error, FileFault};
use crate::note::Note;

/// The file's name.
pub(crate) const NOTES_NAME: &str = "checkpoints";

/// The file of checkpoints.
#[derive(Debug)]
pub(super) struct Notes {
    file: Arc<dyn LogFile>,
    path: PathBuf,
    len: u64,
    /// The leaves that the last note covers.
    size: u64,
}

impl Notes {
    /// Opens the file, or makes it; a note that was being written when the machine died is cut off.
    pub(super) fn open(storage: &dyn LogStorage) -> Result<Self, Error> {
        let path = storage.path().join(NOTES_NAME);
        let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("opening", &path, &e));
        let file = match storage.open(NOTES_NAME) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => storage.create(NOTES_NAME),
            other => other,
        };
        let file = file.map_err(fault)?;
        let bytes = read_all(&*file).map_err(fault)?;
        let whole = whole_len(&bytes) as u64;
        if whole < bytes.len() as u64 {
            file.truncate(whole).map_err(fault)?;
        }
        let size = bytes.get(..whole_len(&bytes)).map_or(0, newest_size);
        Ok(Self { file, path, len: whole, size })
    }

    /// Adds a note and syncs it.
    pub(super) fn push(&mut self, note: &Note, size: u64) -> Result<(), Error> {
        let fault = |doing, e: &std::io::Error| Error::Unavailable(FileFault::new(doing, &self.path, e));
        let text = format!("{note}\n");
        self.file.truncate(self.len).map_err(|e| fault("cutting", &e))?;
        self.file.write_at(self.len, text.as_bytes()).map_err(|e| fault("writing", &e))?;
        self.file.sync().map_err(|e| Error::Poisoned(FileFault::new("syncing", &self.path, &e)))?;
        self.len = self.len.saturating_add(text.len() as u64);
        self.size = size;
        Ok(())
    }

    /// How many leaves the newest note covers, by what it says of itself.
    pub(super) fn newest_size(&self) -> u64 {
        self.size
    }
}

fn newest_size(notes: &[u8]) -> u64 {
    let (notes, _) = split_notes(notes);
    let text = notes.last().and_then(|note| std::str::from_utf8(note).ok());
    text.and_then(|text| text.lines().nth(1)).and_then(|size| size.parse().ok()).unwrap_or(0)
}

fn read_all(file: &dyn LogFile) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(file.len()?).unwrap_or(usize::MAX)];
    let got = file.read_at(0, &mut bytes)?;
    bytes.truncate(got);
    Ok(bytes)
}

/// How many bytes, from the first on, hold whole notes. Of the last one a loss of power may have kept some sectors and
/// made others zero, so that it ends like a note and is none.
fn whole_len(bytes: &[u8]) -> usize {
    let (mut notes, rest) = split_notes(bytes);
    let mut whole = bytes.len().saturating_sub(rest.len());
    while let Some(last) = notes.pop_if(|last| Note::parse(last).is_err()) {
        // With the blank line behind it.
        whole = whole.saturating_sub(last.len().saturating_add(1));
    }
    whole
}

/// The notes in the file of checkpoints, and what stands behind the last whole one.
pub(crate) fn split_notes(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let (mut notes, mut rest) = (Vec::new(), bytes);
    // A note has one blank line inside (C2SP tlog-checkpoint has none in its text); a second one ends it.
    while let Some(text_end) = blank_line(rest) {
        let Some(note_end) = rest.get(text_end..).and_then(blank_line).map(|end| text_end.saturating_add(end)) else {
            break;
        };
        let Some((note, after)) = rest.split_at_checked(note_end) else { break };
        let Some((_, note)) = note.split_last() else { break };
        notes.push(note);
        rest = after;
    }
    (notes, rest)
}

/// The offset after the next empty line's newline.
fn blank_line(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\n\n").map(|at| at.saturating_add(2))
}

/// Every note that stands beside the segments.
pub(crate) fn read_notes(storage: &dyn LogStorage) -> Result<Vec<Vec<u8>>, Error> {
    let fault = |e: std::io::Error| Error::Unavailable(FileFault::new("reading", &storage.path().join(NOTES_NAME), &e));
    match storage.open(NOTES_NAME) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        other => {
            let bytes = other.and_then(|file| read_all(&*file)).map_err(fault)?;
            Ok(split_notes(&bytes).0.into_iter().map(<[u8]>::to_vec).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_note_at_the_end_is_cut_off_and_the_ones_before_it_stay() {
        let note = "origin\n5\ncm9vdA==\n\n\u{2014} name c2lnbmF0dXJl\n\n";
        let torn: String = note.chars().enumerate().map(|(at, c)| if at < 9 { '\0' } else { c }).collect();
        let two = [note, note].concat();
        assert_eq!(whole_len(two.as_bytes()), two.len());
        assert_eq!(whole_len([two.as_str(), &torn].concat().as_bytes()), two.len());
        assert_eq!(whole_len([two.as_str(), "origin\n7"].concat().as_bytes()), two.len());
        assert_eq!(whole_len(b""), 0);
    }
}
