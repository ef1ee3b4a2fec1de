//! Reading a message that is in memory.

use strongroom_crypto::{IV_LEN, TAG_LEN};
use strongroom_types::{EncryptionContext, Secret};

use crate::{
    Content, Error, Header, ReadLimits,
    error::{Limit, LimitExceeded},
    frame::{FINAL_HEAD, FrameKey, FrameKind, REGULAR_HEAD},
    geometry::Geometry,
};

/// A message that was opened.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The plaintext.
    pub plaintext: Secret,
    /// The header, which is authentic.
    pub header: Header,
    /// Bytes of the message, of which more may have followed.
    pub message_len: usize,
}

impl Opened {
    /// The encryption context, which is authentic: compare it with what you expect.
    #[must_use]
    pub const fn context(&self) -> &EncryptionContext {
        self.header.context()
    }
}

/// Decrypts the body that begins at byte `at` of `message`, and says where it ends. Each byte is
/// copied once, and decrypted where it then is.
pub(crate) fn body(
    message: &[u8],
    at: usize,
    content: Content,
    key: &FrameKey,
    limits: &ReadLimits,
) -> Result<(Secret, usize), Error> {
    let body = message.get(at..).unwrap_or_default();
    let (plaintext, len) = match content {
        Content::Framed { frame_len } => {
            let geometry = Geometry::scan(body, at as u64, frame_len)?;
            limits.check_plaintext(geometry.plaintext_len() as u64)?;
            (Secret::with(geometry.plaintext_len(), |out| frames(body, geometry, key, out))?, geometry.body_len())
        }
        Content::Single => single(body, message.len(), key, limits)?,
    };
    Ok((plaintext, at.saturating_add(len)))
}

fn frames(body: &[u8], geometry: Geometry, key: &FrameKey, out: &mut [u8]) -> Result<(), Error> {
    let (regular, last) = body.split_at_checked(geometry.regular_bytes()).ok_or(Error::Failed)?;
    let split = (geometry.regular_frames as usize).saturating_mul(geometry.frame_len);
    let (places, last_place) = out.split_at_mut_checked(split).ok_or(Error::Failed)?;
    let frames = regular.chunks_exact(geometry.stride()).zip(places.chunks_exact_mut(geometry.frame_len));
    for ((frame, place), number) in frames.zip(1..) {
        let head = frame.first_chunk::<REGULAR_HEAD>().and_then(|head| head.last_chunk()).ok_or(Error::Failed)?;
        open(key, FrameKind::Regular, number, head, frame.get(REGULAR_HEAD..).unwrap_or_default(), place)?;
    }
    let (head, rest) = last.split_first_chunk::<FINAL_HEAD>().ok_or(Error::Failed)?;
    let iv = head.get(8..).and_then(|rest| rest.first_chunk()).ok_or(Error::Failed)?;
    open(key, FrameKind::Final, geometry.final_number(), iv, rest, last_place)
}

/// Copies the ciphertext at the start of `rest` to `place`, and decrypts it there with the tag after it.
fn open(
    key: &FrameKey,
    kind: FrameKind,
    number: u32,
    iv: &[u8; IV_LEN],
    rest: &[u8],
    place: &mut [u8],
) -> Result<(), Error> {
    let (ciphertext, rest) = rest.split_at_checked(place.len()).ok_or(Error::Failed)?;
    let tag = rest.first_chunk().ok_or(Error::Failed)?;
    place.copy_from_slice(ciphertext);
    key.open(kind, number, iv, place, tag)
}

fn single(body: &[u8], message_len: usize, key: &FrameKey, limits: &ReadLimits) -> Result<(Secret, usize), Error> {
    const HEAD: usize = IV_LEN + 8;
    let truncated = || Error::Truncated { at: message_len as u64 };
    let (head, rest) = body.split_first_chunk::<HEAD>().ok_or_else(truncated)?;
    let (iv, len) = head.split_first_chunk().ok_or_else(truncated)?;
    let len = u64::from_be_bytes(*len.first_chunk().ok_or_else(truncated)?);
    limits.check_plaintext(len)?;
    let max = u64::from(limits.max_frame_len);
    if len > max {
        return Err(LimitExceeded::new(Limit::FrameLength, len, max).into());
    }
    let len = usize::try_from(len).map_err(|_| truncated())?;
    rest.get(..len.saturating_add(TAG_LEN)).ok_or_else(truncated)?;
    let plaintext = Secret::with(len, |out| open(key, FrameKind::Single, 1, iv, rest, out))?;
    Ok((plaintext, len.saturating_add(HEAD + TAG_LEN)))
}
