//! Taking exactly as many bytes from a stream as the format says come next.

use std::{io::Read, ops::Range};

use zeroize::Zeroize;

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

    /// Puts the next `len` bytes at the start of `buffer`, which stays as long as it ever was, so that
    /// frame after frame nothing is allocated or zeroed. It grows as the bytes arrive, too.
    pub(crate) fn fill<'a>(&mut self, len: u64, buffer: &'a mut Vec<u8>) -> Result<&'a mut [u8], Error> {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let mut got = 0_usize;
        while got < len {
            if got == buffer.len() {
                let grown = got.saturating_mul(2).max(FIRST_GROWTH).min(len);
                buffer.reserve_exact(grown.saturating_sub(got));
                buffer.resize(grown, 0);
            }
            let end = len.min(buffer.len());
            let n = self.read(buffer.get_mut(got..end).unwrap_or_default())?;
            got = got.saturating_add(n);
        }
        buffer.get_mut(..len).ok_or(Error::Failed)
    }

    /// At least one byte.
    fn read(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.reader.read(out) {
                Ok(0) => return Err(Error::Truncated { at: self.at }),
                Ok(n) => {
                    self.at = self.at.saturating_add(n as u64);
                    return Ok(n);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        let mut got = 0_usize;
        while let Some(rest) = bytes.get_mut(got..).filter(|rest| !rest.is_empty()) {
            got = got.saturating_add(self.read(rest)?);
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

/// What is allocated before a frame's first bytes are there: most of a frame of the default length.
const FIRST_GROWTH: usize = 48 << 10;

/// A buffer whose bytes are wiped on drop, and are ciphertext whenever it grows or gets shorter.
///
/// (Not `Zeroizing`, which wipes a vector byte by byte.)
#[derive(Default)]
pub(crate) struct Buffer(pub(crate) Vec<u8>);

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}
