//! Ed25519.

use super::{hex, refused, run_of};
use crate::{CryptoErrorKind, CryptoProvider};

/// RFC 8032 §7.1, test 2.
pub(super) fn ed25519_known_answer(p: &CryptoProvider) {
    let seed: [u8; 32] = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").try_into().unwrap();
    let public = p.ed25519.public_key(&seed).unwrap();
    assert_eq!(public.to_vec(), hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    let signature = p.ed25519.sign(&seed, &[0x72]).unwrap();
    assert_eq!(
        signature.to_vec(),
        hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    );
    p.ed25519.verify(&public, &[0x72], &signature).unwrap();
    for bit in 0..512 {
        let mut changed = signature;
        changed[bit / 8] ^= 1 << (bit % 8);
        refused(p.ed25519.verify(&public, &[0x72], &changed), CryptoErrorKind::Verification);
    }
    refused(p.ed25519.verify(&public, &[0x73], &signature), CryptoErrorKind::Verification);
}

/// A key of order one signs every message with the identity and zero, unless points of small order are refused.
pub(super) fn ed25519_strict(p: &CryptoProvider) {
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert!(p.ed25519.verify(&identity, b"any message", &signature).is_err());
    // S plus the order of the base point: the same number, and another signature.
    let seed = run_of(0);
    let public = p.ed25519.public_key(&seed).unwrap();
    let mut signature = p.ed25519.sign(&seed, b"message").unwrap();
    p.ed25519.verify(&public, b"message", &signature).unwrap();
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    for (s, l) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*s) + u16::from(l) + carry;
        *s = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    refused(p.ed25519.verify(&public, b"message", &signature), CryptoErrorKind::Verification);
}
