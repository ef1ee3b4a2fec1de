//! Suite 1 of `SYMMETRIC_DEFAULT`: a fresh 256-bit salt per message, AES-256-GCM under a key derived
//! for this one message, with a commitment to key, header and encryption context.
//!
//! ```text
//! header = 0x81 ‖ suite 0x01 ‖ flags u16 ‖ key id(16) ‖ key version id(16)             36 bytes
//! blob   = header ‖ salt(32) ‖ commitment(32) ‖ iv(12) ‖ ciphertext ‖ tag(16)           n + 128 bytes
//! ```
//!
//! The bytes are fixed for ever. No nonce repeats at any volume, and one blob opens under one key and
//! one context only, against whoever holds the key too. Nothing here keeps a key: the caller does, in
//! locked memory, and lends it as a [`Kdk`].

use std::fmt;

use strongroom_types::{EncryptionContext, KeyId, Secret};

use crate::scheme::{self, BODY_OVERHEAD, Labels, Message};
use crate::{CryptoError, CryptoErrorKind, CryptoProvider};

/// Bytes of a header.
pub const HEADER_LEN: usize = 36;
/// Bytes that a blob has beyond its plaintext.
pub const OVERHEAD: usize = HEADER_LEN + BODY_OVERHEAD;
/// The longest plaintext: AWS's limit for `Encrypt` with a symmetric key.
pub const MAX_PLAINTEXT: usize = 4_096;
/// The shortest blob: one byte of plaintext.
pub const MIN_BLOB: usize = OVERHEAD + 1;
/// The longest blob: AWS's limit for `Decrypt`.
pub const MAX_BLOB: usize = 6_144;
/// Random bytes that one blob takes: the salt, then the IV.
pub const RANDOM_LEN: usize = 44;

const VERSION: u8 = 0x81;
const SUITE: u8 = 0x01;
const MULTI_REGION: u16 = 1;
const LABELS: Labels = Labels {
    kdk: b"strongroom/sym/1/kdk",
    id: b"strongroom/sym/1/id",
    ad: b"strongroom/sym/1/ad",
    key: b"strongroom/sym/1/key",
};

/// A key-derivation key, lent from where it is kept: what a key version is turned into when it is
/// opened. It is as good as the key.
#[derive(Clone, Copy)]
pub struct Kdk<'a>(&'a [u8; 32]);

impl<'a> Kdk<'a> {
    /// The KDK in these bytes, which [`derive_kdk`] made.
    ///
    /// # Errors
    /// `InvalidKey` unless there are exactly 32.
    pub fn new(bytes: &'a [u8]) -> Result<Self, CryptoError> {
        bytes.try_into().map(Self).map_err(|_| CryptoErrorKind::InvalidKey.into())
    }

    /// For the conformance suite, which derives once more by hand.
    #[cfg(feature = "conformance")]
    pub(crate) const fn bytes(self) -> &'a [u8; 32] {
        self.0
    }
}

impl fmt::Debug for Kdk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kdk(..)")
    }
}

/// Writes the KDK of `material` under `key_id` into `out`. The material can be dropped then.
///
/// # Errors
/// `InvalidKey` unless the material is exactly 32 bytes: HMAC pads with zeros, so shorter material
/// would collide.
pub fn derive_kdk(
    provider: &CryptoProvider,
    material: &[u8],
    key_id: &KeyId,
    out: &mut [u8; 32],
) -> Result<(), CryptoError> {
    if material.len() != 32 {
        return Err(CryptoErrorKind::InvalidKey.into());
    }
    scheme::extract(provider, LABELS.kdk, &[material, key_id.as_bytes()], out)
}

/// The identity of a key's material: equal wherever the same material stands under the same key id,
/// and telling nothing across keys. It prints as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyMaterialId([u8; 32]);

impl KeyMaterialId {
    /// An identity that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// All 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 bytes: the key version id in a header. No two materials of one key may share them.
    #[must_use]
    pub fn version_id(&self) -> [u8; 16] {
        self.0.first_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Display for KeyMaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyMaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyMaterialId({self})")
    }
}

/// The identity of the material behind `kdk`, under the same key id that the KDK was derived with.
///
/// # Errors
/// Those of the provider.
pub fn key_material_id(provider: &CryptoProvider, kdk: Kdk<'_>, key_id: &KeyId) -> Result<KeyMaterialId, CryptoError> {
    scheme::identity(provider, kdk.0, LABELS.id, key_id.as_bytes()).map(KeyMaterialId)
}

/// Why bytes are no blob of suite 1. All of them are `InvalidCiphertext` to the caller of a strongroom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Shorter than [`MIN_BLOB`] or longer than [`MAX_BLOB`].
    #[error("a ciphertext blob has from 129 to 6144 bytes, not `{0}`")]
    Length(usize),
    /// Another format than `0x81`, or none.
    #[error("unknown ciphertext version `{0:#04x}`")]
    Version(u8),
    /// A suite that is not known here.
    #[error("unknown ciphertext suite `{0:#04x}`")]
    Suite(u8),
    /// A flag that has no meaning yet.
    #[error("unknown ciphertext flags `{0:#06x}`")]
    Flags(u16),
}

/// The header of a blob. It only selects the key; that it is genuine is known once the blob opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    key_id: KeyId,
    key_version_id: [u8; 16],
}

impl Header {
    /// The header for this key and version.
    #[must_use]
    pub const fn new(key_id: KeyId, key_version_id: [u8; 16]) -> Self {
        Self { key_id, key_version_id }
    }

    /// The header of a whole `blob`. Reads no more than the length and the first 36 bytes.
    ///
    /// # Errors
    /// [`HeaderError`] for a length, version, suite or flag that suite 1 does not have.
    pub fn parse(blob: &[u8]) -> Result<Self, HeaderError> {
        let length = HeaderError::Length(blob.len());
        if !(MIN_BLOB..=MAX_BLOB).contains(&blob.len()) {
            return Err(length);
        }
        let (&[version, suite, high, low], rest) = blob.split_first_chunk().ok_or(length)?;
        let (&key_id, rest) = rest.split_first_chunk::<16>().ok_or(length)?;
        let &key_version_id = rest.first_chunk::<16>().ok_or(length)?;
        let flags = u16::from_be_bytes([high, low]);
        match (version, suite) {
            (VERSION, SUITE) if flags & !MULTI_REGION == 0 => {}
            (VERSION, SUITE) => return Err(HeaderError::Flags(flags)),
            (VERSION, _) => return Err(HeaderError::Suite(suite)),
            _ => return Err(HeaderError::Version(version)),
        }
        Ok(Self { key_id: KeyId::from_parts(key_id, flags & MULTI_REGION != 0), key_version_id })
    }

    /// The 36 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let flags = u8::from(self.key_id.is_multi_region());
        let parts = [VERSION, SUITE, 0, flags].into_iter().chain(*self.key_id.as_bytes()).chain(self.key_version_id);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        bytes
    }

    /// The key that the blob names.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// The version of that key: the first 16 bytes of its [`KeyMaterialId`].
    #[must_use]
    pub const fn key_version_id(&self) -> [u8; 16] {
        self.key_version_id
    }
}

/// Seals `plaintext` and appends the blob to `out`, which grows at most once. `salt_and_iv` must be
/// fresh: the salt in its first 32 bytes, the IV in the other 12.
///
/// # Errors
/// `InvalidInput` for a plaintext that is empty or over [`MAX_PLAINTEXT`] bytes, and those of the
/// provider. `out` is unchanged then.
pub fn seal(
    provider: &CryptoProvider,
    kdk: Kdk<'_>,
    header: &Header,
    context: &EncryptionContext,
    salt_and_iv: &[u8; RANDOM_LEN],
    plaintext: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), CryptoError> {
    if !(1..=MAX_PLAINTEXT).contains(&plaintext.len()) {
        return Err(CryptoErrorKind::InvalidInput.into());
    }
    let message = Message {
        header: &header.encode(),
        place_len: context.encoded_len(),
        append_place: &|out| context.encode_into(out),
        plaintext,
    };
    scheme::seal(provider, &LABELS, kdk.0, &message, salt_and_iv, out)
}

/// [`seal`] with the one draw from the provider's generator that a blob takes: everything that an
/// encryption costs below policy, state and record.
///
/// # Errors
/// `Random` if the generator failed, and those of [`seal`].
pub fn seal_fresh(
    provider: &CryptoProvider,
    kdk: Kdk<'_>,
    header: &Header,
    context: &EncryptionContext,
    plaintext: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), CryptoError> {
    seal(provider, kdk, header, context, &provider.draw()?, plaintext, out)
}

/// Opens `blob` with the KDK of the key version that its [`Header`] names.
///
/// # Errors
/// `Verification` for every blob that doesn't open, whatever the reason, and those of the provider.
pub fn open(
    provider: &CryptoProvider,
    kdk: Kdk<'_>,
    context: &EncryptionContext,
    blob: &[u8],
) -> Result<Secret, CryptoError> {
    Header::parse(blob).map_err(|_| CryptoErrorKind::Verification)?;
    let (header, body) = blob.split_at_checked(HEADER_LEN).ok_or(CryptoErrorKind::Verification)?;
    let mut ad = Vec::with_capacity(HEADER_LEN.saturating_add(context.encoded_len()));
    ad.extend_from_slice(header);
    context.encode_into(&mut ad);
    scheme::open(provider, &LABELS, kdk.0, &ad, body)
}
