//! Sealing under the root key, and under the keys that unlock it.
//!
//! ```text
//! header = 0x82 ‖ suite 0x01 ‖ kind u8 ‖ 00 ‖ generation u32 ‖ root id (first 16 bytes)     24 bytes
//! sealed = header ‖ salt(32) ‖ commitment(32) ‖ iv(12) ‖ ciphertext ‖ tag(16)               n + 116 bytes
//! ```
//!
//! The [`Place`] of what is sealed is bound in and not part of the bytes: moved elsewhere, they do
//! not open. A slot holds the root key itself, sealed under a key-encryption key: the same, with
//! labels of its own and `0x83` as the first byte.

use std::fmt;

use strongroom_types::Secret;

use crate::scheme::{self, BODY_OVERHEAD, Labels, Message};
use crate::{CryptoError, CryptoErrorKind, CryptoProvider};

/// Bytes of a header.
pub const HEADER_LEN: usize = 24;
/// Bytes that sealed bytes have beyond the secret.
pub const OVERHEAD: usize = HEADER_LEN + BODY_OVERHEAD;
/// The longest secret that is sealed: above every private key there is.
pub const MAX_SECRET: usize = 65_536;
/// Random bytes that one seal takes: the salt, then the IV.
pub const RANDOM_LEN: usize = 44;

const SUITE: u8 = 0x01;
const ROOT: Labels = Labels {
    kdk: b"strongroom/root/1/kdk",
    id: b"strongroom/root/1/id",
    ad: b"strongroom/root/1/ad",
    key: b"strongroom/root/1/key",
};
const SLOT: Labels = Labels {
    kdk: b"strongroom/slot/1/kdk",
    id: b"strongroom/slot/1/id",
    ad: b"strongroom/slot/1/ad",
    key: b"strongroom/slot/1/key",
};

/// Under which kind of key something is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "each family is a first byte that can't change")]
pub enum Family {
    /// Under the root key.
    Root,
    /// The root key itself, under a key-encryption key.
    Slot,
}

impl Family {
    const fn labels(self) -> &'static Labels {
        match self {
            Self::Root => &ROOT,
            Self::Slot => &SLOT,
        }
    }

    const fn version(self) -> u8 {
        match self {
            Self::Root => 0x82,
            Self::Slot => 0x83,
        }
    }
}

/// The key-derivation key of a root key or of a key-encryption key, lent from where it is kept. It
/// knows its family, so that one is never taken for the other.
#[derive(Clone, Copy)]
pub struct SealingKdk<'a> {
    family: Family,
    bytes: &'a [u8; 32],
}

impl<'a> SealingKdk<'a> {
    /// The KDK in these bytes, which [`derive_kdk`] made for the same family.
    ///
    /// # Errors
    /// `InvalidKey` unless there are exactly 32.
    pub fn new(family: Family, bytes: &'a [u8]) -> Result<Self, CryptoError> {
        let bytes = bytes.try_into().map_err(|_| CryptoErrorKind::InvalidKey)?;
        Ok(Self { family, bytes })
    }

    /// The family.
    #[must_use]
    pub const fn family(self) -> Family {
        self.family
    }
}

impl fmt::Debug for SealingKdk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKdk({:?}, ..)", self.family)
    }
}

/// Writes the KDK of a root key or key-encryption key for one store into `out`.
///
/// # Errors
/// `InvalidKey` unless `key` is exactly 32 bytes.
pub fn derive_kdk(
    provider: &CryptoProvider,
    family: Family,
    key: &[u8],
    store_id: &[u8; 16],
    out: &mut [u8; 32],
) -> Result<(), CryptoError> {
    if key.len() != 32 {
        return Err(CryptoErrorKind::InvalidKey.into());
    }
    scheme::extract(provider, family.labels().kdk, &[key, store_id], out)
}

/// A commitment to the key behind `kdk`: with the root's KDK, the root id. Its first 16 bytes stand in
/// the headers of what is sealed under it.
///
/// # Errors
/// Those of the provider.
pub fn root_id(provider: &CryptoProvider, kdk: SealingKdk<'_>, store_id: &[u8; 16]) -> Result<[u8; 32], CryptoError> {
    scheme::identity(provider, kdk.bytes, kdk.family.labels().id, store_id)
}

/// Where a sealed thing belongs: the store, then the fields that its kind prescribes, in their order,
/// none left out. Encoded as `count u16`, then `len u16 ‖ bytes` for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(Vec<u8>);

impl Place {
    /// The place of these fields in this store. The store id is the first field; `fields` are the others.
    ///
    /// # Errors
    /// `InvalidInput` if a field or their number does not fit 16 bits.
    pub fn new<F: AsRef<[u8]>>(store_id: &[u8; 16], fields: impl IntoIterator<Item = F>) -> Result<Self, CryptoError> {
        let short = |n: usize| u16::try_from(n).map(u16::to_be_bytes).map_err(|_| CryptoErrorKind::InvalidInput);
        let (mut count, mut body) = (1_usize, Vec::with_capacity(128));
        body.extend_from_slice(&short(store_id.len())?);
        body.extend_from_slice(store_id);
        for field in fields {
            count = count.saturating_add(1);
            body.extend_from_slice(&short(field.as_ref().len())?);
            body.extend_from_slice(field.as_ref());
        }
        let mut place = Vec::with_capacity(body.len().saturating_add(2));
        place.extend_from_slice(&short(count)?);
        place.append(&mut body);
        Ok(Self(place))
    }

    /// The encoding.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The header of sealed bytes. It only selects the key; that it is genuine is known once they opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    family: Family,
    kind: u8,
    generation: u32,
    id: [u8; 16],
}

impl Header {
    /// A header of this `kind`, under the root key of `generation`, whose [`root_id`] is given.
    #[must_use]
    pub fn new(family: Family, kind: u8, generation: u32, root_id: &[u8; 32]) -> Self {
        Self { family, kind, generation, id: root_id.first_chunk().copied().unwrap_or_default() }
    }

    /// The header of whole sealed bytes.
    ///
    /// # Errors
    /// `Verification` for a length, version or suite that is not ours: such bytes don't open either.
    pub fn parse(sealed: &[u8]) -> Result<Self, CryptoError> {
        let refused = CryptoErrorKind::Verification;
        if !(OVERHEAD.saturating_add(1)..=OVERHEAD.saturating_add(MAX_SECRET)).contains(&sealed.len()) {
            return Err(refused.into());
        }
        let (&[version, suite, kind, zero], rest) = sealed.split_first_chunk().ok_or(refused)?;
        let (&generation, rest) = rest.split_first_chunk().ok_or(refused)?;
        let &id = rest.first_chunk().ok_or(refused)?;
        let family = match version {
            0x82 => Family::Root,
            0x83 => Family::Slot,
            _ => return Err(refused.into()),
        };
        if (suite, zero) != (SUITE, 0) {
            return Err(refused.into());
        }
        Ok(Self { family, kind, generation: u32::from_be_bytes(generation), id })
    }

    /// The 24 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let first = [self.family.version(), SUITE, self.kind, 0];
        let parts = first.into_iter().chain(self.generation.to_be_bytes()).chain(self.id);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Under which kind of key.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// What kind of thing is sealed: the number of a `SealKind`, or the kind of a slot.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        self.kind
    }

    /// The generation of the root key.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The first 16 bytes of the [`root_id`].
    #[must_use]
    pub const fn id(&self) -> [u8; 16] {
        self.id
    }
}

/// Seals `secret` in its place. `salt_and_iv` must be fresh: the salt in its first 32 bytes, the IV in
/// the other 12.
///
/// # Errors
/// `InvalidInput` for an empty secret, one over [`MAX_SECRET`] bytes, or a header of another family
/// than the KDK's; and those of the provider.
pub fn seal(
    provider: &CryptoProvider,
    kdk: SealingKdk<'_>,
    header: &Header,
    place: &Place,
    salt_and_iv: &[u8; RANDOM_LEN],
    secret: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    if header.family != kdk.family || !(1..=MAX_SECRET).contains(&secret.len()) {
        return Err(CryptoErrorKind::InvalidInput.into());
    }
    let message = Message {
        header: &header.encode(),
        place_len: place.0.len(),
        append_place: &|out| out.extend_from_slice(&place.0),
        plaintext: secret,
    };
    let mut out = Vec::new();
    scheme::seal(provider, kdk.family.labels(), kdk.bytes, &message, salt_and_iv, &mut out)?;
    Ok(out)
}

/// Opens `sealed`, which must be of this `kind`, in its place, with the KDK of the generation that its
/// [`Header`] names.
///
/// # Errors
/// `Verification` for everything that doesn't open: damage, another place, kind or family, another
/// key; and those of the provider.
pub fn open(
    provider: &CryptoProvider,
    kdk: SealingKdk<'_>,
    kind: u8,
    place: &Place,
    sealed: &[u8],
) -> Result<Secret, CryptoError> {
    let header = Header::parse(sealed)?;
    // The place of one kind can read like that of another, so the kind is compared, not only bound in.
    if header.family != kdk.family || header.kind != kind {
        return Err(CryptoErrorKind::Verification.into());
    }
    let (header, body) = sealed.split_at_checked(HEADER_LEN).ok_or(CryptoErrorKind::Verification)?;
    let ad = [header, place.as_bytes()].concat();
    scheme::open(provider, kdk.family.labels(), kdk.bytes, &ad, body)
}
