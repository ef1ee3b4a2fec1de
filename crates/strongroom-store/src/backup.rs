//! A backup as bytes: the frame around the records of one state, the same for every store.
//!
//! ```text
//! header  = "strongroom-bak/1"(16) ‖ store id(16) ‖ revision u64 ‖ mac epoch u32 ‖ made ns i64 ‖ records u64
//!           ‖ root record ‖ sealed MAC key ‖ verifying key ‖ checkpoint          each: len u32 ‖ bytes
//! record  = 01 ‖ key len u16 ‖ key ‖ revision u64 ‖ value len u32 ‖ value        ascending by key, none twice
//! end     = 00
//! ```
//!
//! Integers are big-endian. What stands behind the end (the trailer that vouches for all of it) is the facade's, which has
//! the key. So whoever reads here has read nothing that can be trusted before the trailer fits.

use std::io::{self, Read, Write};

use strongroom_types::Timestamp;

use crate::commit::Limits;
use crate::record::{Key, Record, Revision};

/// The first bytes, but for the format's number.
const MAGIC: &[u8; 15] = b"strongroom-bak/";
/// The format's number: an ASCII digit.
const FORMAT: u8 = b'1';
const RECORD: u8 = 1;
const END: u8 = 0;
/// The most bytes of root record, sealed MAC key, verifying key and checkpoint.
const MOST: [u32; 4] = [1 << 20, 4 << 10, 4 << 10, 128 << 10];

/// Why bytes are no backup that can be restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// It could not be read or written to the end.
    #[error("the backup could not be read or written: {0}")]
    Io(io::Error),
    /// It is something else.
    #[error("this is no backup of a strongroom")]
    NotABackup,
    /// Written by a newer version. Upgrade this program.
    #[error("the backup has format `{found}`, and this version knows up to `1`: upgrade this program")]
    #[non_exhaustive]
    Newer {
        /// The digit that stands where the format's number does.
        found: char,
    },
    /// It is damaged, cut, or was edited.
    #[error("the backup is damaged or was edited: {0}")]
    Malformed(&'static str),
    /// Its trailer does not fit: something was dropped, repeated, changed or put in by somebody without the key.
    #[error("the backup is not what was written: its trailer does not fit")]
    Unauthentic,
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Malformed("it ends too early"),
            _ => Self::Io(error),
        }
    }
}

/// What stands before the records.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the layout can never change")]
pub struct Header {
    /// The store's id.
    pub store_id: [u8; 16],
    /// The revision of the state; its high 16 bits are the store's epoch.
    pub revision: Revision,
    /// The epoch of the MAC key.
    pub mac_epoch: u32,
    /// When it was made.
    pub made: Timestamp,
    /// How many records follow.
    pub records: u64,
    /// The record of the root key, with its ways to unlock as of then.
    pub root: Vec<u8>,
    /// The sealed MAC key.
    pub mac_key: Vec<u8>,
    /// The public key that the log's checkpoints verify under.
    pub verifying_key: Vec<u8>,
    /// The signed checkpoint over the log as of then.
    pub checkpoint: Vec<u8>,
}

impl Header {
    /// Writes it.
    ///
    /// # Errors
    /// Those of writing; `Malformed` for a part that is longer than a reader takes.
    pub fn write(&self, to: &mut dyn Write) -> Result<(), BackupError> {
        to.write_all(MAGIC)?;
        to.write_all(&[FORMAT])?;
        to.write_all(&self.store_id)?;
        to.write_all(&self.revision.as_u64().to_be_bytes())?;
        to.write_all(&self.mac_epoch.to_be_bytes())?;
        to.write_all(&self.made.as_nanos().to_be_bytes())?;
        to.write_all(&self.records.to_be_bytes())?;
        let parts = [&self.root, &self.mac_key, &self.verifying_key, &self.checkpoint];
        for (part, most) in parts.into_iter().zip(MOST) {
            let len = u32::try_from(part.len()).ok().filter(|len| *len <= most);
            let len = len.ok_or(BackupError::Malformed("a part of its header is too long"))?;
            to.write_all(&len.to_be_bytes())?;
            to.write_all(part)?;
        }
        Ok(())
    }

    fn read(from: &mut dyn Read) -> Result<Self, BackupError> {
        let mut magic = [0; 15];
        from.read_exact(&mut magic).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => BackupError::NotABackup,
            _ => BackupError::Io(error),
        })?;
        if magic != *MAGIC {
            return Err(BackupError::NotABackup);
        }
        match take(from)? {
            [FORMAT] => {}
            [found] => return Err(BackupError::Newer { found: char::from(found) }),
        }
        let mut header = Self {
            store_id: take(from)?,
            revision: Revision::from_u64(u64::from_be_bytes(take(from)?)),
            mac_epoch: u32::from_be_bytes(take(from)?),
            made: Timestamp::from_nanos(i64::from_be_bytes(take(from)?)),
            records: u64::from_be_bytes(take(from)?),
            root: Vec::new(),
            mac_key: Vec::new(),
            verifying_key: Vec::new(),
            checkpoint: Vec::new(),
        };
        let parts = [&mut header.root, &mut header.mac_key, &mut header.verifying_key, &mut header.checkpoint];
        for (part, most) in parts.into_iter().zip(MOST) {
            let len = u32::from_be_bytes(take(from)?);
            if len > most {
                return Err(BackupError::Malformed("a part of its header is too long"));
            }
            *part = bytes(from, len)?;
        }
        Ok(header)
    }
}

/// Writes one record.
///
/// # Errors
/// Those of writing; `Malformed` for a key or a value that is longer than any store takes.
pub fn write_record(record: &Record, to: &mut dyn Write) -> Result<(), BackupError> {
    let too_long = || BackupError::Malformed("a record is longer than a store takes");
    let key = u16::try_from(record.key.len()).map_err(|_| too_long())?;
    let value = u32::try_from(record.value.len()).map_err(|_| too_long())?;
    to.write_all(&[RECORD])?;
    to.write_all(&key.to_be_bytes())?;
    to.write_all(&record.key)?;
    to.write_all(&record.revision.as_u64().to_be_bytes())?;
    to.write_all(&value.to_be_bytes())?;
    Ok(to.write_all(&record.value)?)
}

/// Writes the end of the records.
///
/// # Errors
/// Those of writing.
pub fn write_end(to: &mut dyn Write) -> Result<(), BackupError> {
    Ok(to.write_all(&[END])?)
}

/// Reads a backup's records, one after the other, never a byte too many.
#[derive(Debug)]
pub struct Reader<R> {
    from: R,
    header: Header,
    seen: u64,
    last: Option<Key>,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn new(mut from: R) -> Result<Self, BackupError> {
        let header = Header::read(&mut from)?;
        Ok(Self { from, header, seen: 0, last: None, ended: false })
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The next record; `None` at the end, behind which the reader then stands.
    ///
    /// # Errors
    /// `Malformed` for records out of order, one twice, another number than the header says, a revision after the
    /// state's, and what no store takes.
    pub fn next_record(&mut self) -> Result<Option<Record>, BackupError> {
        if self.ended {
            return Ok(None);
        }
        match take(&mut self.from)? {
            [RECORD] => {}
            [END] if self.seen == self.header.records => {
                self.ended = true;
                return Ok(None);
            }
            [END] => return Err(BackupError::Malformed("it has fewer records than it says")),
            _ => return Err(BackupError::Malformed("something stands where a record should")),
        }
        if self.seen == self.header.records {
            return Err(BackupError::Malformed("it has more records than it says"));
        }
        let record = self.record()?;
        self.seen += 1;
        self.last = Some(record.key.clone());
        Ok(Some(record))
    }

    fn record(&mut self) -> Result<Record, BackupError> {
        let from = &mut self.from;
        let len = u32::from(u16::from_be_bytes(take(from)?));
        if len == 0 || len as usize > Limits::SMALLEST.key_bytes {
            return Err(BackupError::Malformed("a key is longer than a store takes"));
        }
        let key = Key::from(bytes(from, len)?);
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err(BackupError::Malformed("a record is out of order, or stands twice"));
        }
        let revision = Revision::from_u64(u64::from_be_bytes(take(from)?));
        if revision > self.header.revision {
            return Err(BackupError::Malformed("a record is newer than the state"));
        }
        let len = u32::from_be_bytes(take(from)?);
        if len as usize > Limits::SMALLEST.value_bytes {
            return Err(BackupError::Malformed("a value is longer than a store takes"));
        }
        Ok(Record { key, revision, value: bytes(from, len)?.into() })
    }

    /// What it reads from. Whoever reads from it takes bytes that were the reader's.
    pub const fn get_ref(&self) -> &R {
        &self.from
    }

    /// What it reads from.
    pub fn into_inner(self) -> R {
        self.from
    }
}

fn take<const N: usize>(from: &mut dyn Read) -> Result<[u8; N], BackupError> {
    let mut out = [0; N];
    from.read_exact(&mut out)?;
    Ok(out)
}

/// `len` bytes. Memory is taken as bytes come, not as they are announced.
fn bytes(from: &mut dyn Read, len: u32) -> Result<Vec<u8>, BackupError> {
    let mut out = Vec::with_capacity(len.min(4 << 10) as usize);
    from.take(u64::from(len)).read_to_end(&mut out)?;
    match out.len() == len as usize {
        true => Ok(out),
        false => Err(BackupError::Malformed("it ends too early")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(records: u64) -> Header {
        Header {
            store_id: [1; 16],
            revision: Revision::from_u64(9),
            mac_epoch: 1,
            made: Timestamp::from_secs(5),
            records,
            root: vec![1; 3],
            mac_key: vec![2; 4],
            verifying_key: b"key".to_vec(),
            checkpoint: b"note".to_vec(),
        }
    }

    fn record(key: &str, revision: u64) -> Record {
        Record { key: key.into(), value: b"value"[..].into(), revision: Revision::from_u64(revision) }
    }

    fn written(header: &Header, records: &[Record]) -> Vec<u8> {
        let mut out = Vec::new();
        header.write(&mut out).unwrap();
        records.iter().for_each(|record| write_record(record, &mut out).unwrap());
        write_end(&mut out).unwrap();
        out
    }

    fn read(bytes: &[u8]) -> Result<(Header, Vec<Record>), BackupError> {
        let mut reader = Reader::new(bytes)?;
        let mut records = Vec::new();
        while let Some(record) = reader.next_record()? {
            records.push(record);
        }
        Ok((reader.header().clone(), records))
    }

    #[test]
    fn what_was_written_is_read_and_nothing_behind_it() {
        let records = [record("a", 1), record("b", 9)];
        let mut bytes = written(&header(2), &records);
        let whole = bytes.len();
        assert_eq!(read(&bytes).unwrap(), (header(2), records.to_vec()));
        bytes.extend_from_slice(b"trailer");
        let mut reader = Reader::new(&*bytes).unwrap();
        while reader.next_record().unwrap().is_some() {}
        assert_eq!(reader.into_inner(), b"trailer");
        for len in 0..whole {
            assert!(read(&bytes[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn order_count_and_revision_are_checked() {
        let refused = |records: u64, list: &[Record]| read(&written(&header(records), list)).unwrap_err().to_string();
        assert!(refused(2, &[record("b", 1), record("a", 1)]).contains("out of order"));
        assert!(refused(2, &[record("a", 1), record("a", 2)]).contains("stands twice"));
        assert!(refused(1, &[record("a", 10)]).contains("newer than the state"));
        assert!(refused(2, &[record("a", 1)]).contains("fewer"));
        assert!(refused(0, &[record("a", 1)]).contains("more"));
        let mut newer = written(&header(0), &[]);
        newer[15] = b'2';
        assert!(matches!(read(&newer), Err(BackupError::Newer { found: '2' })));
        assert!(matches!(read(b"PK"), Err(BackupError::NotABackup)));
    }
}
