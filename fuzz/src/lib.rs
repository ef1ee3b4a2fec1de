//! What the fuzz targets share: the limit on memory, and fixed keys.
//!
//! `allocation-counter` is the global allocator of every target: it counts what the decoder holds.

pub mod sigv4;

use std::sync::OnceLock;

use strongroom_audit::LogCrypto;
use strongroom_crypto::CryptoProvider;
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_envelope::RawAesKeyring;
use strongroom_types::{EncryptionContext, KeyId, Secret};

/// Bytes that a decoder may hold whatever its input.
pub const FIXED: u64 = 64 * 1024;
/// Bytes that a decoder may hold for each byte of its input.
pub const PER_BYTE: u64 = 16;

/// Runs `decode` on an input of `len` bytes.
///
/// # Panics
/// If at any moment it held more than [`PER_BYTE`] × `len` + [`FIXED`] bytes.
pub fn bounded(len: usize, decode: impl FnOnce()) {
    let limit = PER_BYTE * len as u64 + FIXED;
    let held = allocation_counter::measure(decode).bytes_max;
    assert!(held <= limit, "an input of {len} bytes made the decoder hold {held} bytes, the limit is {limit}");
}

/// The provider of all targets.
pub fn provider() -> &'static CryptoProvider {
    static PROVIDER: OnceLock<CryptoProvider> = OnceLock::new();
    PROVIDER.get_or_init(strongroom_rustcrypto::provider)
}

/// What the record's decoders hash with.
pub fn log_crypto() -> &'static LogCrypto {
    static CRYPTO: OnceLock<LogCrypto> = OnceLock::new();
    CRYPTO.get_or_init(|| LogCrypto::new(provider()).unwrap())
}

/// The key that the ciphertext target's blobs are sealed with: its header and its KDK.
pub fn blob_key() -> &'static (Header, [u8; 32]) {
    static KEY: OnceLock<(Header, [u8; 32])> = OnceLock::new();
    KEY.get_or_init(|| {
        let id = KeyId::from_random([0x42; 16]);
        let mut kdk = [0; 32];
        symmetric::derive_kdk(provider(), &[7; 32], &id, &mut kdk).unwrap();
        let material = symmetric::key_material_id(provider(), Kdk::new(&kdk).unwrap(), &id).unwrap();
        (Header::new(id, material.version_id()), kdk)
    })
}

/// The encryption context of the ciphertext target's blobs.
pub fn blob_context() -> &'static EncryptionContext {
    static CONTEXT: OnceLock<EncryptionContext> = OnceLock::new();
    CONTEXT.get_or_init(|| EncryptionContext::from_pairs([("tenant", "42"), ("é", "")]).unwrap())
}

/// The wrapping key of the envelope's golden message.
pub fn keyring() -> &'static RawAesKeyring {
    static KEYS: OnceLock<RawAesKeyring> = OnceLock::new();
    KEYS.get_or_init(|| {
        RawAesKeyring::new(provider(), "ns", "aes-1", &Secret::from((0..32).collect::<Vec<u8>>())).unwrap()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_may_hold_what_the_limit_says() {
        bounded(1, || drop(std::hint::black_box(vec![0_u8; (FIXED + PER_BYTE) as usize])));
    }

    #[test]
    #[should_panic(expected = "made the decoder hold 65553 bytes, the limit is 65552")]
    fn one_byte_more_is_a_find() {
        bounded(1, || drop(std::hint::black_box(vec![0_u8; (FIXED + PER_BYTE) as usize + 1])));
    }
}
