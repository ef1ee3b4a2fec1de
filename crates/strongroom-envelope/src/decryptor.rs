//! Reading a message as a stream.

use std::{fmt, io, io::Read, ops::Range};

use strongroom_crypto::{IV_LEN, TAG_LEN};
use strongroom_types::EncryptionContext;

use crate::{
    Content, Error, Header, ReadLimits,
    error::{Limit, LimitExceeded},
    feed::{Buffer, Feed},
    frame::{FINAL_MARKER, FrameKey, FrameKind},
    geometry::{check_final, check_number},
};

/// Opens a message that is read from a stream, in the memory of one frame.
///
/// No byte leaves before its frame is authentic. The end of the message is the final frame alone:
/// a stream that ends earlier is an error, never a short success. After an error nothing more comes.
/// As [`Read`] it gives the plaintext; [`next_chunk`](Self::next_chunk) gives it frame by frame
/// without a copy.
///
/// Memory grows with the first frame as its bytes arrive, up to twice the message's frame length
/// ([`ReadLimits::max_frame_len`] bounds it).
#[must_use = "a message that was not read to its end is not known to be whole"]
pub struct Decryptor<R> {
    feed: Feed<R>,
    header: Header,
    key: FrameKey,
    limits: ReadLimits,
    after: After,
    buffer: Buffer,
    /// What of the buffer is authentic plaintext and not yet given out.
    plaintext: Range<usize>,
    number: u32,
    plaintext_len: u64,
    state: State,
}

/// What may follow the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Nothing,
    Anything,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    Finished,
    Failed,
}

/// A piece of plaintext that is authentic as a part of its message.
#[derive(Debug)]
#[non_exhaustive]
pub enum Chunk<'a> {
    /// Nothing more can be learnt about these bytes. Always, for suites that don't sign.
    Verified(&'a [u8]),
    /// The message is signed, and the signature is at its end. (No suite that this version reads signs.)
    Unverified(Unverified<'a>),
}

impl<'a> Chunk<'a> {
    /// The bytes, if nothing is left to verify.
    ///
    /// # Errors
    /// The chunk, when the message's signature has not been seen yet.
    pub fn verified(self) -> Result<&'a [u8], Unverified<'a>> {
        match self {
            Self::Verified(bytes) => Ok(bytes),
            Self::Unverified(bytes) => Err(bytes),
        }
    }
}

/// Plaintext of a signed message before its signature was verified. Whoever acts on it must be able
/// to undo that when the end of the message turns out false.
pub struct Unverified<'a>(&'a [u8]);

impl<'a> Unverified<'a> {
    /// The bytes, before the signature was verified.
    #[must_use]
    pub const fn dangerous_before_signature(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unverified(..)")
    }
}

/// What is left when a message was read to its end.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished<R> {
    /// The stream, right after the message.
    pub reader: R,
    /// Bytes of the message.
    pub message_len: u64,
    /// Bytes of its plaintext.
    pub plaintext_len: u64,
}

impl<R: Read> Decryptor<R> {
    pub(crate) fn new(feed: Feed<R>, header: Header, key: FrameKey, limits: ReadLimits, after: After) -> Self {
        Self {
            feed,
            header,
            key,
            limits,
            after,
            buffer: Buffer::default(),
            plaintext: 0..0,
            number: 1,
            plaintext_len: 0,
            state: State::Reading,
        }
    }

    /// The header, which is authentic.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The encryption context, which is authentic: compare it with what you expect.
    #[must_use]
    pub const fn context(&self) -> &EncryptionContext {
        self.header.context()
    }

    /// The next piece of plaintext, or `None` after the final frame. What an earlier [`Read::read`]
    /// left of a frame comes first.
    ///
    /// # Errors
    /// [`Error::InvalidMessage`], [`Error::Truncated`], [`Error::Malformed`], [`Error::TrailingBytes`],
    /// [`Error::Limit`], [`Error::Io`]; [`Error::Failed`] after any of them.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>, Error> {
        if self.plaintext.is_empty() {
            self.advance()?;
        }
        let range = std::mem::take(&mut self.plaintext);
        let at_end = range.is_empty() && self.state == State::Finished;
        let bytes = self.buffer.0.get(range).unwrap_or_default();
        Ok((!at_end).then_some(Chunk::Verified(bytes)))
    }

    /// Reads and verifies what is left, and says where the message ended.
    ///
    /// # Errors
    /// As [`next_chunk`](Self::next_chunk).
    pub fn finish(mut self) -> Result<Finished<R>, Error> {
        while self.next_chunk()?.is_some() {}
        let message_len = self.feed.at();
        Ok(Finished { reader: self.feed.into_inner(), message_len, plaintext_len: self.plaintext_len })
    }

    /// Opens the next frame, if there is one. Every way out but success leaves the stream failed.
    fn advance(&mut self) -> Result<(), Error> {
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Failed => return Err(Error::Failed),
            State::Finished => self.state = State::Finished,
            State::Reading => {
                self.state = match self.header.content() {
                    Content::Framed { frame_len } => self.read_frame(frame_len)?,
                    Content::Single => self.read_single()?,
                }
            }
        }
        Ok(())
    }

    fn read_frame(&mut self, frame_len: u32) -> Result<State, Error> {
        let first: [u8; 4] = self.feed.array()?;
        if first != FINAL_MARKER {
            check_number(first, self.number).map_err(|what| self.feed.malformed(what))?;
            let iv = self.feed.array()?;
            self.open(FrameKind::Regular, &iv, frame_len.into())?;
            // The number 2^32 − 1 is the marker, so a regular frame never has it.
            self.number = self.number.saturating_add(1);
            return Ok(State::Reading);
        }
        let number = self.feed.array()?;
        check_number(number, self.number).map_err(|what| self.feed.malformed(what))?;
        let iv = self.feed.array()?;
        let len = self.feed.array()?;
        let len = check_final(len, frame_len as usize).map_err(|what| self.feed.malformed(what))?;
        self.open(FrameKind::Final, &iv, len as u64)?;
        Ok(State::Finished)
    }

    fn read_single(&mut self) -> Result<State, Error> {
        let iv = self.feed.array()?;
        let len = u64::from_be_bytes(self.feed.array()?);
        let max = u64::from(self.limits.max_frame_len);
        if len > max {
            return Err(LimitExceeded::new(Limit::FrameLength, len, max).into());
        }
        self.open(FrameKind::Single, &iv, len)?;
        Ok(State::Finished)
    }

    /// Reads `len` bytes and a tag, and decrypts them in the buffer. For the last piece, what follows
    /// the message is looked at before anything of it is given out.
    fn open(&mut self, kind: FrameKind, iv: &[u8; IV_LEN], len: u64) -> Result<(), Error> {
        let plaintext_len = self.plaintext_len.saturating_add(len);
        self.limits.check_plaintext(plaintext_len)?;
        let sealed = self.feed.fill(len.saturating_add(TAG_LEN as u64), &mut self.buffer.0)?;
        let (bytes, tag) = sealed.split_last_chunk_mut().ok_or(Error::Failed)?;
        self.key.open(kind, self.number, iv, bytes, tag)?;
        let end = bytes.len();
        if kind != FrameKind::Regular && self.after == After::Nothing {
            let message_len = self.feed.at();
            if !self.feed.is_at_end()? {
                return Err(Error::TrailingBytes { message_len });
            }
        }
        self.plaintext = 0..end;
        self.plaintext_len = plaintext_len;
        Ok(())
    }
}

impl<R: Read> Read for Decryptor<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        while self.plaintext.is_empty() {
            self.advance()?;
            if self.state == State::Finished && self.plaintext.is_empty() {
                return Ok(0);
            }
        }
        let mut bytes = self.buffer.0.get(self.plaintext.clone()).unwrap_or_default();
        let len = bytes.read(out)?;
        self.plaintext.start = self.plaintext.start.saturating_add(len);
        Ok(len)
    }
}

impl<R> fmt::Debug for Decryptor<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decryptor")
            .field("header", &self.header)
            .field("number", &self.number)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
