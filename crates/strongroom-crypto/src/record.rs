//! What stands beside stored bytes: the tag of a record, and the fingerprint of a key's material.

use strongroom_types::KeyId;

use crate::scheme;
use crate::{CryptoError, CryptoErrorKind, CryptoProvider, MacAlgorithm};

const TAG_LABEL: &[u8] = b"strongroom/rec/1";
const BACKUP_LABEL: &[u8] = b"strongroom/backup/1";
const FINGERPRINT_KDK: &[u8] = b"strongroom/imp/1/kdk";
const FINGERPRINT_ID: &[u8] = b"strongroom/imp/1/id";

/// What the tag of a record covers.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the covered fields can't change: formats, record tags")]
pub struct Record<'a> {
    /// The store that the record is in.
    pub store_id: &'a [u8; 16],
    /// Its full key.
    pub key: &'a [u8],
    /// Its own counter: one more with each write of this record.
    pub counter: u64,
    /// The header of its envelope.
    pub header: &'a [u8],
    /// Its body; empty in an index record.
    pub body: &'a [u8],
}

/// The tag of a record under the store's MAC key: the first 16 bytes of HMAC-SHA-256 over everything
/// that says which record this is and what it holds. Compare it in constant time, or with [`verify_record_tag`].
///
/// # Errors
/// `InvalidKey` unless `mac_key` is exactly 32 bytes, `InvalidInput` if a length does not fit 32 bits.
pub fn record_tag(provider: &CryptoProvider, mac_key: &[u8], record: &Record<'_>) -> Result<[u8; 16], CryptoError> {
    if mac_key.len() != 32 {
        return Err(CryptoErrorKind::InvalidKey.into());
    }
    let len = |bytes: &[u8]| {
        u32::try_from(bytes.len()).map(u32::to_be_bytes).map_err(|_| CryptoError::new(CryptoErrorKind::InvalidInput))
    };
    let Record { store_id, key, counter, header, body } = record;
    let (key_len, header_len, body_len) = (len(key)?, len(header)?, len(body)?);
    let counter = counter.to_be_bytes();
    let parts: [&[u8]; 10] =
        [TAG_LABEL, &[0], *store_id, &key_len, key, &counter, &header_len, header, &body_len, body];
    let mut tag = [0; 32];
    provider.mac.compute(MacAlgorithm::HmacSha256, mac_key, &parts, &mut tag)?;
    Ok(tag.first_chunk().copied().unwrap_or_default())
}

/// That `tag` is the record's, compared in constant time.
///
/// # Errors
/// `Verification` if it is not, and those of [`record_tag`].
pub fn verify_record_tag(
    provider: &CryptoProvider,
    mac_key: &[u8],
    record: &Record<'_>,
    tag: &[u8],
) -> Result<(), CryptoError> {
    use subtle::ConstantTimeEq as _;
    let expected = record_tag(provider, mac_key, record)?;
    if bool::from(expected.ct_eq(tag)) { Ok(()) } else { Err(CryptoErrorKind::Verification.into()) }
}

/// The trailer of a backup: `HMAC-SHA-256(BK, digest)`, where `digest` is the SHA-256 of all bytes before it and
/// `BK = HMAC-SHA-256(MAC key, BE32(1) ‖ "strongroom/backup/1" ‖ 00 ‖ store id ‖ BE32(256))`.
///
/// # Errors
/// `InvalidKey` unless `mac_key` is exactly 32 bytes, and those of the provider.
pub fn backup_trailer(
    provider: &CryptoProvider,
    mac_key: &[u8],
    store_id: &[u8; 16],
    digest: &[u8; 32],
) -> Result<[u8; 32], CryptoError> {
    let mac_key: &[u8; 32] = mac_key.try_into().map_err(|_| CryptoErrorKind::InvalidKey)?;
    let key = zeroize::Zeroizing::new(scheme::identity(provider, mac_key, BACKUP_LABEL, store_id)?);
    let mut trailer = [0; 32];
    provider.mac.compute(MacAlgorithm::HmacSha256, key.as_slice(), &[digest], &mut trailer)?;
    Ok(trailer)
}

/// That `trailer` is the backup's, compared in constant time.
///
/// # Errors
/// `Verification` if it is not, and those of [`backup_trailer`].
pub fn verify_backup_trailer(
    provider: &CryptoProvider,
    mac_key: &[u8],
    store_id: &[u8; 16],
    digest: &[u8; 32],
    trailer: &[u8; 32],
) -> Result<(), CryptoError> {
    use subtle::ConstantTimeEq as _;
    let expected = backup_trailer(provider, mac_key, store_id, digest)?;
    if bool::from(expected.ct_eq(trailer)) { Ok(()) } else { Err(CryptoErrorKind::Verification.into()) }
}

/// The fingerprint of HMAC or asymmetric key material, by which re-imported material is recognised.
/// `key_spec` is AWS's name, `HMAC_256` for one. Never a bare hash of the material, which for a long
/// HMAC key is the key itself.
///
/// # Errors
/// `InvalidInput` if the name does not fit 16 bits, and those of the provider.
pub fn fingerprint(
    provider: &CryptoProvider,
    key_spec: &str,
    material: &[u8],
    key_id: &KeyId,
) -> Result<[u8; 32], CryptoError> {
    let len = u16::try_from(key_spec.len()).map_err(|_| CryptoErrorKind::InvalidInput)?.to_be_bytes();
    let mut key = zeroize::Zeroizing::new([0; 32]);
    scheme::extract(provider, FINGERPRINT_KDK, &[&len, key_spec.as_bytes(), material], &mut key)?;
    scheme::identity(provider, &key, FINGERPRINT_ID, key_id.as_bytes())
}
