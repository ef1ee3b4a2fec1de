//! What callers can choose.

use crate::{
    Error,
    error::{Limit, LimitExceeded},
};

/// Bytes of plaintext in each frame of the messages that we write: a multiple of 128, because the SDK
/// for Python writes no others, up to 16 MiB, because that is what [`ReadLimits`] reads by default.
///
/// The default is 64 KiB: large enough that the 32 bytes which each frame adds and the call to the
/// cipher cost nothing measurable, small enough for the cache, and what a reader has to hold. (The
/// SDKs write 4 KiB by default and read any.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameLength(u32);

impl FrameLength {
    /// The longest frame that we write: 16 MiB.
    pub const MAX: Self = Self(1 << 24);

    /// A frame length.
    ///
    /// # Errors
    /// [`Error::Limit`] unless `len` is a multiple of 128 from 128 to 16 MiB.
    pub const fn new(len: u32) -> Result<Self, Error> {
        if len == 0 || !len.is_multiple_of(128) || len > Self::MAX.0 {
            return Err(Error::Limit(LimitExceeded::new(Limit::FrameLength, len as u64, Self::MAX.0 as u64)));
        }
        Ok(Self(len))
    }

    /// In bytes.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for FrameLength {
    fn default() -> Self {
        Self(1 << 16)
    }
}

/// What a reader accepts at most. Each is checked as soon as the message states the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// Encrypted data keys in one message: each may cost a call to the key's service. 32 by default.
    pub max_encrypted_data_keys: u16,
    /// Bytes in a frame, or in a body of one piece: what has to be held until it is authentic. 16 MiB by default.
    pub max_frame_len: u32,
    /// Bytes of plaintext in a message. Unlimited by default.
    pub max_plaintext_len: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { max_encrypted_data_keys: 32, max_frame_len: FrameLength::MAX.0, max_plaintext_len: u64::MAX }
    }
}

impl ReadLimits {
    /// Accepts at most `n` encrypted data keys.
    #[must_use]
    pub const fn max_encrypted_data_keys(mut self, n: u16) -> Self {
        self.max_encrypted_data_keys = n;
        self
    }

    /// Accepts frames, and bodies of one piece, up to `len` bytes.
    #[must_use]
    pub const fn max_frame_len(mut self, len: u32) -> Self {
        self.max_frame_len = len;
        self
    }

    /// Accepts plaintexts up to `len` bytes.
    #[must_use]
    pub const fn max_plaintext_len(mut self, len: u64) -> Self {
        self.max_plaintext_len = len;
        self
    }

    /// Refuses a plaintext of `len` bytes, of which more may come.
    pub(crate) fn check_plaintext(&self, len: u64) -> Result<(), Error> {
        if len > self.max_plaintext_len {
            return Err(LimitExceeded::new(Limit::PlaintextLength, len, self.max_plaintext_len).into());
        }
        Ok(())
    }
}
