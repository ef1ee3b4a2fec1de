//! The suite that every provider passes, for the tests of its author.
//!
//! ```
//! // #[test] fn the_provider_keeps_its_contract()
//! let provider = strongroom_rustcrypto::provider();
//! for check in strongroom_crypto::conformance::CHECKS {
//!     println!("{}", check.name());
//!     check.run(&provider);
//! }
//! ```
//!
//! A check panics where the provider fails it: this module is test code that is exported.
//!
//! A module that draws its own randomness, and says so by answering `Unsupported` to a signature on P-256 without any, is
//! not asked to fail with a generator that fails, or to repeat itself with one that does.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "exported test code: a failed check is a panic in the provider's test"
)]

mod collision;
mod ecdsa;
mod ed25519;
mod formats;
pub mod openssl;
mod parts;
mod random;
mod rsa;

use crate::{CryptoError, CryptoErrorKind, CryptoProvider};

/// One check of the contract: a claim about a provider.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    name: &'static str,
    run: fn(&CryptoProvider),
}

impl Check {
    /// The claim, as the contracts name it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it.
    ///
    /// # Panics
    /// If the provider fails the check.
    pub fn run(&self, provider: &CryptoProvider) {
        (self.run)(provider);
    }
}

macro_rules! checks {
    ($($module:ident: $($name:ident),+;)+) => {
        /// Every check.
        pub const CHECKS: &[Check] =
            &[$($(Check { name: stringify!($name), run: $module::$name }),+),+];
    };
}

checks! {
    parts: aead_key_lengths, aead_known_answer, aead_open_releases_nothing, aead_keyed_is_once, mac_known_answer,
        mac_output_length, mac_parts, digest_known_answer, digest_output_length, digest_parts, hkdf_known_answer,
        hkdf_empty_salt, hkdf_parts, hkdf_too_long, keywrap_known_answer, keywrap_key_lengths, keywrap_of_nothing,
        keywrap_damage, password_known_answer, password_lengths;
    ecdsa: ecdsa_known_answer, ecdsa_prehash_length, ecdsa_nonces, ecdsa_strict_der, ecdsa_high_s, ecdsa_bad_keys,
        ecdsa_pkcs8;
    ed25519: ed25519_known_answer, ed25519_strict;
    rsa: rsa_known_answer, rsa_generated_keys, rsa_bad_keys, rsa_digest_length, rsa_signatures, rsa_oaep, rsa_randomness;
    formats: suite_one_known_answer, suite_one_inner_layer, suite_one_every_bit, suite_one_every_length,
        suite_one_context, suite_one_key_ids, suite_one_material_as_hmac_key, suite_one_limits, suite_one_failed_draw,
        sealing_known_answer, sealing_places, sealing_damage, log_record_known_answer, record_tags, fingerprints;
    collision: collision_of_two_keys, collision_of_two_contexts;
}

/// Runs every check and returns their names.
///
/// # Panics
/// If the provider fails one.
pub fn run(provider: &CryptoProvider) -> Vec<&'static str> {
    CHECKS
        .iter()
        .map(|check| {
            check.run(provider);
            check.name
        })
        .collect()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| u8::try_from(d).unwrap()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// `first`, `first + 1`, and so on.
fn run_of<const N: usize>(first: u8) -> [u8; N] {
    std::array::from_fn(|i| first.wrapping_add(u8::try_from(i % 256).unwrap()))
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, CryptoError>, kind: CryptoErrorKind) {
    assert_eq!(result.map_err(|e| e.kind()).unwrap_err(), kind);
}
