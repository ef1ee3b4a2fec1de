//! One frame: a pure function of message key, kind, number and bytes, so that threads can share the work.
//!
//! Whoever calls this directly answers for what [`Encryptor`](crate::Encryptor) and
//! [`Draft`](crate::Draft) ensure otherwise: each number once under one key, counted from one, and
//! the final frame last.

use strongroom_crypto::{AeadKey, CryptoProvider, IV_LEN, KdfAlgorithm, TAG_LEN};
use strongroom_types::Secret;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    Error, Suite,
    header::{COMMITMENT_LEN, Header, MESSAGE_ID_LEN},
};

/// Bytes that a regular frame adds to its plaintext: number, IV, tag.
pub const REGULAR_OVERHEAD: usize = REGULAR_HEAD + TAG_LEN;
/// Bytes that the final frame adds: marker, number, IV, length, tag.
pub const FINAL_OVERHEAD: usize = FINAL_HEAD + TAG_LEN;

pub(crate) const REGULAR_HEAD: usize = 4 + IV_LEN;
pub(crate) const FINAL_HEAD: usize = 4 + 4 + IV_LEN + 4;
pub(crate) const FINAL_MARKER: [u8; 4] = [0xFF; 4];

/// What a piece of the body is. The kind is authenticated: none passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameKind {
    /// A frame that others follow.
    Regular,
    /// The last frame.
    Final,
    /// A body in one piece.
    Single,
}

impl FrameKind {
    /// AWS Encryption SDK specification, `data-format/message-body-aad.md`, "Body AAD Content".
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Regular => b"AWSKMSEncryptionClient Frame",
            Self::Final => b"AWSKMSEncryptionClient Final Frame",
            Self::Single => b"AWSKMSEncryptionClient Single Block",
        }
    }
}

/// The key of one message, and the id that its frames are bound to. Wiped on drop; threads can share it.
#[derive(Debug)]
pub struct FrameKey {
    key: Box<dyn AeadKey>,
    message_id: [u8; MESSAGE_ID_LEN],
}

/// IV of the header's tag in format version 2. Frames count from one, so it never meets theirs.
const HEADER_IV: [u8; IV_LEN] = [0; IV_LEN];
const AAD_MAX: usize = MESSAGE_ID_LEN + FrameKind::Single.label().len() + 4 + 8;

impl FrameKey {
    /// The message key and the commitment that follow from a data key: one extraction, two expansions.
    pub(crate) fn derive(
        provider: &CryptoProvider,
        suite: Suite,
        data_key: &Secret,
        message_id: &[u8; MESSAGE_ID_LEN],
    ) -> Result<(Self, [u8; COMMITMENT_LEN]), Error> {
        let extracted = provider.kdf.extract(KdfAlgorithm::HkdfSha512, message_id, data_key.expose_secret())?;
        let mut key = Zeroizing::new([0; 32]);
        extracted.expand(&[&suite.id().to_be_bytes(), b"DERIVEKEY"], key.as_mut_slice())?;
        let mut commitment = [0; COMMITMENT_LEN];
        extracted.expand(&[b"COMMITKEY"], &mut commitment)?;
        Ok((Self { key: provider.aead.key(key.as_slice())?, message_id: *message_id }, commitment))
    }

    /// The message key, if the data key is the one that `header` commits to and `tag` is the header's.
    /// The commitment is compared first, without leaking where it differs.
    pub(crate) fn verified(
        provider: &CryptoProvider,
        header: &Header,
        data_key: &Secret,
        tag: &[u8; TAG_LEN],
    ) -> Result<Self, Error> {
        let (key, commitment) = Self::derive(provider, header.suite(), data_key, header.message_id())?;
        if !bool::from(commitment.ct_eq(header.commitment())) {
            return Err(Error::InvalidMessage);
        }
        key.key.open(&HEADER_IV, header.as_bytes(), &mut [], tag)?;
        Ok(key)
    }

    /// The header's tag. Called once for each key: a second header under one key would give the tag's
    /// key away (Joux 2006), which is why a message's recipients can't be changed in place.
    pub(crate) fn authenticate_header(&self, header: &[u8]) -> Result<[u8; TAG_LEN], Error> {
        Ok(self.key.seal(&HEADER_IV, header, &mut [])?)
    }

    /// Encrypts one frame in place and returns its tag. The IV is the number.
    ///
    /// Two calls with one number, whatever the kinds, give away the plaintexts' difference and the
    /// means to forge: the caller counts.
    ///
    /// # Errors
    /// [`Error::Provider`].
    pub fn seal_assuming_unique_number(
        &self,
        kind: FrameKind,
        number: u32,
        plaintext: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Error> {
        let mut aad = [0; AAD_MAX];
        let aad = self.aad(&mut aad, kind, number, plaintext.len());
        Ok(self.key.seal(&iv(number), aad, plaintext)?)
    }

    /// Decrypts one frame in place. When it is not authentic, `bytes` stays without plaintext.
    ///
    /// The caller passes the number that it counted, not the one in the frame.
    ///
    /// # Errors
    /// [`Error::InvalidMessage`], [`Error::Provider`].
    pub fn open(
        &self,
        kind: FrameKind,
        number: u32,
        iv: &[u8; IV_LEN],
        bytes: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Error> {
        let mut aad = [0; AAD_MAX];
        let aad = self.aad(&mut aad, kind, number, bytes.len());
        Ok(self.key.open(iv, aad, bytes, tag)?)
    }

    /// `message id ‖ label ‖ u32 number ‖ u64 length`.
    fn aad<'a>(&self, buffer: &'a mut [u8; AAD_MAX], kind: FrameKind, number: u32, len: usize) -> &'a [u8] {
        let parts: [&[u8]; 4] = [&self.message_id, kind.label(), &number.to_be_bytes(), &(len as u64).to_be_bytes()];
        let mut end = 0_usize;
        for part in parts {
            let start = end;
            end = start.saturating_add(part.len());
            // INVARIANT: the buffer fits the longest label.
            if let Some(place) = buffer.get_mut(start..end) {
                place.copy_from_slice(part);
            }
        }
        buffer.get(..end).unwrap_or_default()
    }
}

/// `00 × 8 ‖ u32 number`.
const fn iv(number: u32) -> [u8; IV_LEN] {
    let [a, b, c, d] = number.to_be_bytes();
    [0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
}

/// What precedes the ciphertext of a regular frame.
pub(crate) const fn regular_head(number: u32) -> [u8; REGULAR_HEAD] {
    let [a, b, c, d] = number.to_be_bytes();
    [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
}

/// What precedes the ciphertext of the final frame.
pub(crate) const fn final_head(number: u32, len: u32) -> [u8; FINAL_HEAD] {
    let [a, b, c, d] = number.to_be_bytes();
    let [e, f, g, h] = len.to_be_bytes();
    [0xFF, 0xFF, 0xFF, 0xFF, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_the_lengths_of_the_specification() {
        assert_eq!(FrameKind::Single.label().len(), 35);
        assert_eq!(FrameKind::Regular.label().len(), 28);
        assert_eq!(FrameKind::Final.label().len(), 34);
        assert_eq!(AAD_MAX, 79);
        assert_eq!((REGULAR_OVERHEAD, FINAL_OVERHEAD), (32, 40));
    }

    #[test]
    fn heads_repeat_the_number_as_iv() {
        assert_eq!(regular_head(0x0102_0304)[4..], iv(0x0102_0304));
        assert_eq!(final_head(0x0102_0304, 9)[8..20], iv(0x0102_0304));
    }
}
