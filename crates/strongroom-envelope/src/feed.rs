//! Taking exactly as many bytes from a stream as the format says come next.

use std::{io::Read, ops::Range};

use zeroize::Zeroizing;

use crate::{Error, error::Malformed};

/// A reader and how far it has been read.
#[derive(Debug)]
pub(crate) struct Feed<R> {
    reader: R,
    at: u64,
}

impl<R: Read> Feed<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, at: 0 }
    }

    /// Bytes taken so far.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    pub(crate) fn into_inner(self) -> R {
        self.reader
    }

    pub(crate) fn malformed(&self, what: &'static str) -> Error {
        Malformed::new(self.at, what).into()
    }

    /// Appends the next `len` bytes to `out`, which grows as the bytes arrive: a length that a hostile
    /// message claims costs nothing before its bytes are there.
    pub(crate) fn append(&mut self, len: u64, out: &mut Vec<u8>) -> Result<Range<usize>, Error> {
        let start = out.len();
        let got = self.reader.by_ref().take(len).read_to_end(out)? as u64;
        self.at = self.at.saturating_add(got);
        if got < len { Err(Error::Truncated { at: self.at }) } else { Ok(start..out.len()) }
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        let mut got = 0_usize;
        while let Some(rest) = bytes.get_mut(got..).filter(|rest| !rest.is_empty()) {
            match self.reader.read(rest) {
                Ok(0) => return Err(Error::Truncated { at: self.at }),
                Ok(n) => {
                    got = got.saturating_add(n);
                    self.at = self.at.saturating_add(n as u64);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(bytes)
    }

    /// Whether nothing follows. Takes one byte if something does.
    pub(crate) fn is_at_end(&mut self) -> Result<bool, Error> {
        match self.array::<1>() {
            Ok(_) => Ok(false),
            Err(Error::Truncated { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// A buffer that is wiped on drop and whose bytes are ciphertext whenever it grows.
pub(crate) type Buffer = Zeroizing<Vec<u8>>;
