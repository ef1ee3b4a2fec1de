//! What suite 1 and the seals share: a key and a commitment per message, and the layout around them.
//!
//! `T(i) = HMAC-SHA-256(KDK, BE32(i) ‖ label ‖ 00 ‖ salt ‖ digest ‖ BE32(512))`, which is the counter
//! mode of SP 800-108r1 with a 32-bit counter before the fixed data.

use strongroom_types::Secret;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{CryptoError, CryptoErrorKind, CryptoProvider, DigestAlgorithm, IV_LEN, MacAlgorithm, TAG_LEN};

/// Bytes of a salt.
const SALT_LEN: usize = 32;
/// Bytes of a commitment.
const COMMITMENT_LEN: usize = 32;
/// Bytes that a message has beyond its header and its plaintext.
pub(crate) const BODY_OVERHEAD: usize = SALT_LEN + COMMITMENT_LEN + IV_LEN + TAG_LEN;

/// The labels of one family, without the zero byte that ends each.
#[derive(Debug)]
pub(crate) struct Labels {
    /// The key of the extraction.
    pub(crate) kdk: &'static [u8],
    /// The identity of the material.
    pub(crate) id: &'static [u8],
    /// The digest of the additional data.
    pub(crate) ad: &'static [u8],
    /// The message key and its commitment.
    pub(crate) key: &'static [u8],
}

/// The key that a message is sealed under, and the commitment to it.
struct MessageKey(Zeroizing<[u8; 32]>, Zeroizing<[u8; 32]>);

/// `HMAC-SHA-256(label, material ‖ place)`: the material stands in the message, never as the key, so
/// that the same bytes used as an HMAC key elsewhere compute none of our values.
pub(crate) fn extract(
    provider: &CryptoProvider,
    label: &[u8],
    parts: &[&[u8]],
    out: &mut [u8; 32],
) -> Result<(), CryptoError> {
    provider.mac.compute(MacAlgorithm::HmacSha256, label, parts, out)
}

/// `HMAC-SHA-256(kdk, BE32(1) ‖ label ‖ 00 ‖ place ‖ BE32(256))`: the shape of every identity.
pub(crate) fn identity(
    provider: &CryptoProvider,
    kdk: &[u8; 32],
    label: &[u8],
    place: &[u8],
) -> Result<[u8; 32], CryptoError> {
    let mut out = [0; 32];
    let parts = [&1_u32.to_be_bytes(), label, &[0], place, &256_u32.to_be_bytes()];
    provider.mac.compute(MacAlgorithm::HmacSha256, kdk, &parts, &mut out)?;
    Ok(out)
}

/// Both T, from one midstate.
fn message_key(
    provider: &CryptoProvider,
    labels: &Labels,
    kdk: &[u8; 32],
    salt: &[u8; SALT_LEN],
    ad: &[u8],
) -> Result<MessageKey, CryptoError> {
    let mut digest = [0; 32];
    provider.digest.digest(DigestAlgorithm::Sha256, &[labels.ad, &[0], ad], &mut digest)?;
    let mut t = MessageKey(Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    provider.mac.keyed(MacAlgorithm::HmacSha256, kdk, &mut |mac| {
        for (i, out) in [(1_u32, &mut t.0), (2, &mut t.1)] {
            let parts = [&i.to_be_bytes(), labels.key, &[0], salt, &digest, &512_u32.to_be_bytes()];
            mac.mac(&parts, out.as_mut_slice())?;
        }
        Ok(())
    })?;
    Ok(t)
}

/// What is sealed, and what is bound to it.
pub(crate) struct Message<'a> {
    pub(crate) header: &'a [u8],
    /// Bytes that [`append_place`](Self::append_place) appends.
    pub(crate) place_len: usize,
    /// Appends what is authenticated behind the header and not part of the sealed bytes.
    pub(crate) append_place: &'a dyn Fn(&mut Vec<u8>),
    pub(crate) plaintext: &'a [u8],
}

/// Appends `header ‖ salt ‖ commitment ‖ iv ‖ ciphertext ‖ tag` to `out`; on failure, nothing.
///
/// The additional data is built behind the message in the same allocation and cut off afterwards,
/// so that `out` grows once.
pub(crate) fn seal(
    provider: &CryptoProvider,
    labels: &Labels,
    kdk: &[u8; 32],
    message: &Message<'_>,
    salt_and_iv: &[u8; 44],
    out: &mut Vec<u8>,
) -> Result<(), CryptoError> {
    let Message { header, place_len, append_place, plaintext } = message;
    let start = out.len();
    let len = header.len().saturating_add(BODY_OVERHEAD).saturating_add(plaintext.len());
    out.reserve(len.saturating_add(header.len()).saturating_add(*place_len));
    let (salt, iv) = salt_and_iv.split_at(SALT_LEN);
    for part in [header, salt, &[0; COMMITMENT_LEN], iv, plaintext, &[0; TAG_LEN], header] {
        out.extend_from_slice(part);
    }
    append_place(out);
    let end = start.saturating_add(len);
    let sealed = out.get_mut(start..).and_then(|new| new.split_at_mut_checked(len)).map_or_else(
        || Err(CryptoErrorKind::Internal.into()),
        |(sealed, ad)| seal_in_place(provider, labels, kdk, header.len(), ad, sealed),
    );
    match sealed {
        Ok(()) => out.truncate(end),
        Err(_) => {
            // The plaintext may stand there still.
            out.iter_mut().skip(start).for_each(|byte| byte.zeroize());
            out.truncate(start);
        }
    }
    sealed
}

/// Fills in commitment, ciphertext and tag of a message that is laid out.
fn seal_in_place(
    provider: &CryptoProvider,
    labels: &Labels,
    kdk: &[u8; 32],
    header_len: usize,
    ad: &[u8],
    sealed: &mut [u8],
) -> Result<(), CryptoError> {
    let body = sealed.get_mut(header_len..).unwrap_or_default();
    let (salt, rest) = body.split_first_chunk_mut::<SALT_LEN>().ok_or(CryptoErrorKind::Internal)?;
    let (commitment, rest) = rest.split_first_chunk_mut::<COMMITMENT_LEN>().ok_or(CryptoErrorKind::Internal)?;
    let (iv, rest) = rest.split_first_chunk_mut::<IV_LEN>().ok_or(CryptoErrorKind::Internal)?;
    let (text, tag) = rest.split_last_chunk_mut::<TAG_LEN>().ok_or(CryptoErrorKind::Internal)?;
    let key = message_key(provider, labels, kdk, salt, ad)?;
    commitment.copy_from_slice(key.1.as_slice());
    *tag = provider.aead.seal_once(key.0.as_slice(), iv, ad, text)?;
    Ok(())
}

/// Opens what [`seal`] made. `ad` is `header ‖ place`. Whatever doesn't fit is `Verification`.
pub(crate) fn open(
    provider: &CryptoProvider,
    labels: &Labels,
    kdk: &[u8; 32],
    ad: &[u8],
    body: &[u8],
) -> Result<Secret, CryptoError> {
    let (salt, rest) = body.split_first_chunk::<SALT_LEN>().ok_or(CryptoErrorKind::Verification)?;
    let (commitment, rest) = rest.split_first_chunk::<COMMITMENT_LEN>().ok_or(CryptoErrorKind::Verification)?;
    let (iv, rest) = rest.split_first_chunk::<IV_LEN>().ok_or(CryptoErrorKind::Verification)?;
    let (text, tag) = rest.split_last_chunk::<TAG_LEN>().ok_or(CryptoErrorKind::Verification)?;
    // Both T exist before anything is compared, so that a wrong commitment takes as long as a right one up to here.
    let key = message_key(provider, labels, kdk, salt, ad)?;
    if !bool::from(key.1.as_slice().ct_eq(commitment)) {
        return Err(CryptoErrorKind::Verification.into());
    }
    Secret::with(text.len(), |buf| {
        buf.copy_from_slice(text);
        provider.aead.open_once(key.0.as_slice(), iv, ad, buf, tag)
    })
}
