//! Writing a message as a stream.

use std::{fmt, io, io::Write};

use crate::{
    Error, FrameLength,
    envelope::Start,
    error::{Limit, LimitExceeded},
    feed::Buffer,
    frame::{FINAL_HEAD, FINAL_OVERHEAD, FrameKey, FrameKind, REGULAR_HEAD, final_head, regular_head},
};

/// Seals what is written to it, in the memory of one frame, and writes the message to a sink.
///
/// Nothing marks the end of the message but [`finish`](Self::finish): what was dropped before it is
/// refused by every reader as cut off. `flush` flushes the sink; a frame that is not full stays here.
/// After an error nothing more is written.
#[must_use = "without `finish` the message has no end, and no reader accepts it"]
pub struct Encryptor<W> {
    sink: W,
    key: FrameKey,
    frame_len: usize,
    /// Room for the longest head, then the plaintext of the frame in the making.
    buffer: Buffer,
    number: u32,
    failed: bool,
}

impl<W: Write> Encryptor<W> {
    pub(crate) fn new(mut sink: W, start: Start, frame_length: FrameLength) -> Result<Self, Error> {
        let Start { header, key } = start;
        sink.write_all(&header)?;
        let frame_len = frame_length.get() as usize;
        let mut buffer = Buffer(Vec::with_capacity(frame_len.saturating_add(FINAL_OVERHEAD)));
        buffer.0.resize(FINAL_HEAD, 0);
        Ok(Self { sink, key, frame_len, buffer, number: 1, failed: false })
    }

    /// Seals the final frame, flushes the sink and returns it.
    ///
    /// # Errors
    /// [`Error::Io`] of the sink; [`Error::Failed`] if an earlier write failed.
    pub fn finish(mut self) -> Result<W, Error> {
        self.seal(FrameKind::Final)?;
        self.sink.flush()?;
        Ok(self.sink)
    }

    /// Seals the buffer as the next frame, and empties it.
    fn seal(&mut self, kind: FrameKind) -> Result<(), Error> {
        if std::mem::replace(&mut self.failed, true) {
            return Err(Error::Failed);
        }
        let number = self.number;
        if kind == FrameKind::Regular && number == u32::MAX {
            return Err(LimitExceeded::new(Limit::Frames, u64::from(number).saturating_add(1), number.into()).into());
        }
        let (head, plaintext) = self.buffer.0.split_at_mut_checked(FINAL_HEAD).ok_or(Error::Failed)?;
        let tag = self.key.seal_assuming_unique_number(kind, number, plaintext)?;
        // INVARIANT: the buffer never takes more than `frame_len`, which fits 32 bits.
        let final_head = final_head(number, u32::try_from(plaintext.len()).unwrap_or(u32::MAX));
        let from = match kind {
            FrameKind::Regular => {
                if let Some(place) = head.last_chunk_mut() {
                    *place = regular_head(number);
                }
                FINAL_HEAD - REGULAR_HEAD
            }
            _ => {
                head.copy_from_slice(&final_head);
                0
            }
        };
        self.buffer.0.extend_from_slice(&tag);
        self.sink.write_all(self.buffer.0.get(from..).unwrap_or_default())?;
        self.buffer.0.truncate(FINAL_HEAD);
        self.number = number.saturating_add(1);
        self.failed = false;
        Ok(())
    }
}

impl<W: Write> Write for Encryptor<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Err(Error::Failed.into());
        }
        let mut room = self.frame_len.saturating_add(FINAL_HEAD).saturating_sub(self.buffer.0.len());
        // A full frame waits for the next byte: without one it is the final frame.
        if room == 0 && !bytes.is_empty() {
            self.seal(FrameKind::Regular)?;
            room = self.frame_len;
        }
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.buffer.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl<W> fmt::Debug for Encryptor<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encryptor").field("number", &self.number).field("failed", &self.failed).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use strongroom_types::{EncryptionContext, Secret};

    use super::*;
    use crate::{Envelope, RawAesKeyring};

    #[test]
    fn the_last_number_is_for_the_final_frame_alone() {
        let provider = strongroom_rustcrypto::provider();
        let keys = RawAesKeyring::new(&provider, "ns", "name", &Secret::from(vec![0; 32])).unwrap();
        let envelope = Envelope::new(&provider, &keys).frame_length(FrameLength::new(128).unwrap());
        let at_last = || {
            let mut encryptor = envelope.encryptor(Vec::new(), &EncryptionContext::EMPTY).unwrap();
            encryptor.number = u32::MAX;
            encryptor.write_all(&[1; 128]).unwrap();
            encryptor
        };
        assert!(at_last().finish().is_ok());
        let mut encryptor = at_last();
        let before = encryptor.sink.len();
        assert!(encryptor.write_all(&[1]).is_err());
        assert_eq!(encryptor.sink.len(), before);
        assert!(matches!(encryptor.finish(), Err(Error::Failed)));
    }
}
