//! What can go wrong, sorted by what the caller can do about it.

use std::{fmt, io};

use strongroom_crypto::{CryptoError, CryptoErrorKind};

/// Why a message was not written or not read.
///
/// Everything that depends on a key has one shape, [`Error::InvalidMessage`]: a wrong data key, a
/// wrong commitment, a changed header and a changed frame can't be told apart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No data key opens the message, or some part of it is not authentic. Nothing can be done with it.
    #[error("the message can't be opened with these keys, or it was altered")]
    InvalidMessage,
    /// The bytes break the format, whatever the keys are.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The message ends too early: get the rest, and start again.
    #[error("the message is cut off after `{at}` bytes")]
    Truncated {
        /// How many bytes there were.
        at: u64,
    },
    /// Bytes follow the message. To read one message out of many, use the calls that say so:
    /// [`Envelope::open_first`](crate::Envelope::open_first),
    /// [`Envelope::decryptor_of_first`](crate::Envelope::decryptor_of_first).
    #[error("the message ends after `{message_len}` bytes, and more bytes follow")]
    TrailingBytes {
        /// The length of the message before them.
        message_len: u64,
    },
    /// The input is the base64 text of a message: decode it first.
    #[error("this is the base64 text of a message, not a message: decode it first")]
    Base64Text,
    /// A well-formed beginning of a message that this version does not read.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// A limit of the format, or one that the caller set, would be exceeded.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// The encryption context is refused: reserved keys on writing, unexpected pairs on reading.
    #[error(transparent)]
    Context(#[from] ContextRefused),
    /// A source of data keys could not do its part, for a reason that is not in the message: the
    /// caller is not allowed, the key is disabled, the service is away.
    #[error("the source of data keys failed: {0}")]
    KeySource(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] strongroom_types::RandomError),
    /// The algorithm provider failed for a reason that is not in the message.
    #[error("the algorithm provider failed: {0}")]
    Provider(#[source] CryptoError),
    /// Reading or writing the underlying stream failed.
    #[error("the stream failed: {0}")]
    Io(#[from] io::Error),
    /// The stream failed before and gives nothing more. The first error said why.
    #[error("the stream failed before")]
    Failed,
}

/// Where and how the bytes break the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed message at byte `{at}`: {what}")]
pub struct Malformed {
    at: u64,
    what: &'static str,
}

impl Malformed {
    pub(crate) const fn new(at: u64, what: &'static str) -> Self {
        Self { at, what }
    }

    /// The offset from the start of the message at which it was noticed.
    #[must_use]
    pub const fn at(&self) -> u64 {
        self.at
    }
}

/// A version or an algorithm suite that this version of the crate does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported {
    version: u8,
    suite: Option<u16>,
}

impl Unsupported {
    pub(crate) const fn version(version: u8) -> Self {
        Self { version, suite: None }
    }

    pub(crate) const fn suite(version: u8, suite: u16) -> Self {
        Self { version, suite: Some(suite) }
    }

    /// The version of the message format.
    #[must_use]
    pub const fn format_version(&self) -> u8 {
        self.version
    }

    /// The id of the algorithm suite, when the version is one that has suites.
    #[must_use]
    pub const fn suite_id(&self) -> Option<u16> {
        self.suite
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.suite {
            None => write!(f, "message format version `{}` is not supported", self.version),
            Some(id) => match crate::Suite::by_id(id) {
                Some(suite) => write!(f, "algorithm suite `{id:04x}` ({}) is not supported", suite.name()),
                None => write!(f, "algorithm suite `{id:04x}` is not known"),
            },
        }
    }
}

impl std::error::Error for Unsupported {}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// The number of encrypted data keys, [`ReadLimits::max_encrypted_data_keys`](crate::ReadLimits).
    EncryptedDataKeys,
    /// The length of one frame, [`ReadLimits::max_frame_len`](crate::ReadLimits).
    FrameLength,
    /// The length of the plaintext, [`ReadLimits::max_plaintext_len`](crate::ReadLimits).
    PlaintextLength,
    /// The number of frames: 2^32 − 1 by the format.
    Frames,
    /// The length of the encoded encryption context:
    /// [`MAX_ENCODED_CONTEXT`](strongroom_types::MAX_ENCODED_CONTEXT).
    Context,
    /// The length of a part of an encrypted data key: 65,535 bytes by the format.
    EncryptedDataKeyPart,
    /// How often one wrapping key wraps with random nonces: 2^32 (SP 800-38D §8.3).
    Wraps,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EncryptedDataKeys => "encrypted data keys",
            Self::FrameLength => "bytes in one frame",
            Self::PlaintextLength => "bytes of plaintext",
            Self::Frames => "frames",
            Self::Context => "bytes of encoded encryption context",
            Self::EncryptedDataKeyPart => "bytes in one part of an encrypted data key",
            Self::Wraps => "uses of one wrapping key",
        })
    }
}

/// A limit, and what exceeded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` {limit}, and at most `{max}` are allowed")]
pub struct LimitExceeded {
    limit: Limit,
    value: u64,
    max: u64,
}

impl LimitExceeded {
    pub(crate) const fn new(limit: Limit, value: u64, max: u64) -> Self {
        Self { limit, value, max }
    }

    /// What is limited.
    #[must_use]
    pub const fn limit(&self) -> Limit {
        self.limit
    }

    /// The value that is too large.
    #[must_use]
    pub const fn value(&self) -> u64 {
        self.value
    }

    /// The largest value allowed.
    #[must_use]
    pub const fn max(&self) -> u64 {
        self.max
    }
}

/// Why an encryption context is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContextRefused {
    /// The key begins with `aws-crypto-`, which the format keeps for itself.
    #[error("the encryption context key `{0}` begins with the reserved `aws-crypto-`")]
    ReservedKey(String),
    /// The message does not have the pair that the reader demands under this key.
    #[error("the message does not have the expected encryption context under the key `{0}`")]
    Mismatch(String),
}

impl From<CryptoError> for Error {
    fn from(error: CryptoError) -> Self {
        match error.kind() {
            CryptoErrorKind::Verification => Self::InvalidMessage,
            CryptoErrorKind::Random => Self::Random(strongroom_types::RandomError::new()),
            _ => Self::Provider(error),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Io(inner) => inner.kind(),
            Error::Truncated { .. } => io::ErrorKind::UnexpectedEof,
            Error::KeySource(_) | Error::Random(_) | Error::Provider(_) | Error::Failed => io::ErrorKind::Other,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}
