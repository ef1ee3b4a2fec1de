//! The header: who can read the message, under which context, and how its body is cut.

use std::{borrow::Cow, io::Read, ops::Range};

use strongroom_types::EncryptionContext;

use crate::{
    EncryptedDataKey, Error, ReadLimits, Suite, context,
    error::{Limit, LimitExceeded, Malformed, Unsupported},
    feed::Feed,
};

/// Bytes of the message id of format version 2.
pub const MESSAGE_ID_LEN: usize = 32;
/// Bytes of the key commitment.
pub const COMMITMENT_LEN: usize = 32;

/// How the body is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// In frames that hold this many bytes of plaintext each; only the last may hold fewer.
    Framed {
        /// Bytes of plaintext in a regular frame, at least one.
        frame_len: u32,
    },
    /// In one piece. Read, never written.
    Single,
}

/// A parsed header. What it says is authentic only once a message was opened with it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use strongroom_envelope::{Error, Header, ReadLimits};
///
/// let error = Header::parse(b"AgR4TfvRMU2dVZJb", &ReadLimits::default()).unwrap_err();
/// assert!(matches!(error, Error::Base64Text));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    raw: Vec<u8>,
    suite: Suite,
    message_id: [u8; MESSAGE_ID_LEN],
    context: EncryptionContext,
    edks: Vec<EdkPlace>,
    content: Content,
    commitment: [u8; COMMITMENT_LEN],
}

/// Where in `raw` the three parts of an encrypted data key are: lengths, not copies, so that a header
/// of many tiny keys costs no more than its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EdkPlace {
    start: u32,
    lens: [u16; 3],
}

impl Header {
    /// Parses the header body at the start of `message`, and says how long it is. The header's tag
    /// and the body follow; nothing is authenticated by parsing.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::Truncated`], [`Error::Base64Text`], [`Error::Unsupported`],
    /// [`Error::Limit`].
    pub fn parse(message: &[u8], limits: &ReadLimits) -> Result<(Self, usize), Error> {
        let mut feed = Feed::new(message);
        let header = Self::read(&mut feed, limits)?;
        let len = header.raw.len();
        Ok((header, len))
    }

    pub(crate) fn read<R: Read>(feed: &mut Feed<R>, limits: &ReadLimits) -> Result<Self, Error> {
        let mut raw = Vec::new();
        let suite = read_suite(feed, &mut raw)?;
        let message_id = feed.array()?;
        raw.extend_from_slice(&message_id);
        let context = read_context(feed, &mut raw)?;
        let edks = read_edks(feed, &mut raw, limits)?;
        let content = read_content(feed, &mut raw, limits)?;
        let commitment = feed.array()?;
        raw.extend_from_slice(&commitment);
        Ok(Self { raw, suite, message_id, context, edks, content, commitment })
    }

    /// The algorithm suite.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// The random id of the message.
    #[must_use]
    pub const fn message_id(&self) -> &[u8; MESSAGE_ID_LEN] {
        &self.message_id
    }

    /// The encryption context.
    #[must_use]
    pub const fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// How the body is cut.
    #[must_use]
    pub const fn content(&self) -> Content {
        self.content
    }

    /// The key commitment.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; COMMITMENT_LEN] {
        &self.commitment
    }

    /// The encrypted data keys in the order of the message; at least one.
    pub fn encrypted_data_keys(&self) -> impl ExactSizeIterator<Item = EncryptedDataKey<'_>> {
        self.edks.iter().map(|place| place.read(&self.raw))
    }

    /// The header body as it came: what the header's tag covers.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.raw
    }
}

impl EdkPlace {
    fn read<'a>(&self, raw: &'a [u8]) -> EncryptedDataKey<'a> {
        let mut at = self.start as usize;
        let [provider_id, provider_info, ciphertext] = self.lens.map(|len| {
            let start = at.saturating_add(2);
            at = start.saturating_add(usize::from(len));
            raw.get(start..at).unwrap_or_default()
        });
        EncryptedDataKey {
            // INVARIANT: checked when parsed.
            provider_id: Cow::Borrowed(std::str::from_utf8(provider_id).unwrap_or_default()),
            provider_info: Cow::Borrowed(provider_info),
            ciphertext: Cow::Borrowed(ciphertext),
        }
    }
}

/// Appends the header body of a framed message.
pub(crate) fn write(
    suite: Suite,
    message_id: &[u8; MESSAGE_ID_LEN],
    encoded_context: &[u8],
    edks: &[EncryptedDataKey<'_>],
    frame_len: u32,
    commitment: &[u8; COMMITMENT_LEN],
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    out.push(suite.format_version());
    out.extend_from_slice(&suite.id().to_be_bytes());
    out.extend_from_slice(message_id);
    out.extend_from_slice(&short(encoded_context.len(), Limit::Context)?);
    out.extend_from_slice(encoded_context);
    out.extend_from_slice(&short(edks.len(), Limit::EncryptedDataKeys)?);
    for edk in edks {
        for part in [edk.provider_id.as_bytes(), &edk.provider_info, &edk.ciphertext] {
            out.extend_from_slice(&short(part.len(), Limit::EncryptedDataKeyPart)?);
            out.extend_from_slice(part);
        }
    }
    out.push(FRAMED);
    out.extend_from_slice(&frame_len.to_be_bytes());
    out.extend_from_slice(commitment);
    Ok(())
}

const SINGLE: u8 = 1;
const FRAMED: u8 = 2;
/// Of format version 1: "customer authenticated encrypted data".
const V1_TYPE: u8 = 0x80;

fn short(len: usize, limit: Limit) -> Result<[u8; 2], Error> {
    let len = u16::try_from(len).map_err(|_| LimitExceeded::new(limit, len as u64, u16::MAX.into()))?;
    Ok(len.to_be_bytes())
}

fn read_suite<R: Read>(feed: &mut Feed<R>, raw: &mut Vec<u8>) -> Result<Suite, Error> {
    let [version] = feed.array()?;
    let id = match version {
        1 => match feed.array()? {
            [V1_TYPE] => feed.array()?,
            _ => return Err(Malformed::new(1, "the type is not `80`").into()),
        },
        2 => feed.array()?,
        b'A' => return Err(base64_or_unknown(feed)),
        _ => return Err(Unsupported::version(version).into()),
    };
    let id = u16::from_be_bytes(id);
    let suite = Suite::by_id(id).ok_or(Unsupported::suite(version, id))?;
    if suite.format_version() != version {
        return Err(Malformed::new(1, "the algorithm suite belongs to another version of the format").into());
    }
    if !suite.is_supported() {
        return Err(Unsupported::suite(version, id).into());
    }
    raw.push(version);
    raw.extend_from_slice(&id.to_be_bytes());
    Ok(suite)
}

/// Base64 of a message begins `AY` (`01 80`), `AgR4` (`02 0478`) or `AgV4` (`02 0578`).
fn base64_or_unknown<R: Read>(feed: &mut Feed<R>) -> Error {
    match feed.array::<1>() {
        Ok([b'Y' | b'g']) => Error::Base64Text,
        Ok(_) | Err(Error::Truncated { .. }) => Unsupported::version(b'A').into(),
        Err(error) => error,
    }
}

fn read_context<R: Read>(feed: &mut Feed<R>, raw: &mut Vec<u8>) -> Result<EncryptionContext, Error> {
    let (_, range) = part(feed, raw)?;
    let at = range.start as u64;
    context::decode(raw.get(range).unwrap_or_default(), at)
}

/// A length of two bytes and as many bytes, appended to `raw`.
fn part<R: Read>(feed: &mut Feed<R>, raw: &mut Vec<u8>) -> Result<(u16, Range<usize>), Error> {
    let len: [u8; 2] = feed.array()?;
    raw.extend_from_slice(&len);
    let len = u16::from_be_bytes(len);
    Ok((len, feed.append(len.into(), raw)?))
}

fn read_edks<R: Read>(feed: &mut Feed<R>, raw: &mut Vec<u8>, limits: &ReadLimits) -> Result<Vec<EdkPlace>, Error> {
    let count: [u8; 2] = feed.array()?;
    raw.extend_from_slice(&count);
    let count = u16::from_be_bytes(count);
    if count == 0 {
        return Err(feed.malformed("the message has no encrypted data key"));
    }
    if count > limits.max_encrypted_data_keys {
        let max = limits.max_encrypted_data_keys;
        return Err(LimitExceeded::new(Limit::EncryptedDataKeys, count.into(), max.into()).into());
    }
    let mut edks = Vec::new();
    for _ in 0..count {
        // INVARIANT: 65,535 keys of three parts of 65,535 bytes are more than a u32 counts, so this can fail.
        let start = u32::try_from(raw.len()).map_err(|_| feed.malformed("the header is longer than 4 GiB"))?;
        let (id_len, id) = part(feed, raw)?;
        if std::str::from_utf8(raw.get(id).unwrap_or_default()).is_err() {
            return Err(feed.malformed("the provider id of an encrypted data key is not UTF-8"));
        }
        let (info_len, _) = part(feed, raw)?;
        let (ciphertext_len, _) = part(feed, raw)?;
        edks.push(EdkPlace { start, lens: [id_len, info_len, ciphertext_len] });
    }
    Ok(edks)
}

fn read_content<R: Read>(feed: &mut Feed<R>, raw: &mut Vec<u8>, limits: &ReadLimits) -> Result<Content, Error> {
    let bytes: [u8; 5] = feed.array()?;
    raw.extend_from_slice(&bytes);
    let [content, frame_len @ ..] = bytes;
    let frame_len = u32::from_be_bytes(frame_len);
    match (content, frame_len) {
        (SINGLE, 0) => Ok(Content::Single),
        (SINGLE, _) => Err(feed.malformed("the body is in one piece and has a frame length")),
        (FRAMED, 0) => Err(feed.malformed("the frame length is zero")),
        (FRAMED, _) if frame_len > limits.max_frame_len => {
            Err(LimitExceeded::new(Limit::FrameLength, frame_len.into(), limits.max_frame_len.into()).into())
        }
        (FRAMED, _) => Ok(Content::Framed { frame_len }),
        _ => Err(feed.malformed("the content type is unknown")),
    }
}
