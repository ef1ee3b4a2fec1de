//! ECDSA and Ed25519.

use std::sync::atomic::{AtomicU64, Ordering};

use strongroom_types::{Random, RandomError};

use super::{hex, refused, run_of};
use crate::{CryptoErrorKind, CryptoProvider, Curve, DigestAlgorithm};

/// RFC 6979 §A.2.5: the key, and its signature of `sample` with SHA-256, whose `s` is in the upper half.
const SCALAR: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const SPKI: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004\
    60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
    7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const R: &str = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
const S: &str = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
/// The order less `s`: the same signature with `s` in the lower half.
const LOW_S: &str = "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9";
/// The order of P-256 (SP 800-186 §3.2.1.3).
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

fn prehash(p: &CryptoProvider) -> Vec<u8> {
    let mut out = vec![0; 32];
    p.digest.digest(DigestAlgorithm::Sha256, &[b"sample"], &mut out).unwrap();
    out
}

/// The DER of `r` and `s`, each with `padding` zero bytes before the sign byte that DER demands.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for int in [r, s] {
        let sign = usize::from(int.first().is_some_and(|b| b & 0x80 != 0));
        body.extend([2, u8::try_from(int.len() + sign).unwrap()]);
        body.extend(std::iter::repeat_n(0, sign).chain(int.iter().copied()));
    }
    [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
}

#[derive(Debug)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        let n = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        out.iter_mut().rev().zip(n.iter().rev().copied().chain(std::iter::repeat(0x5a))).for_each(|(to, b)| *to = b);
        Ok(())
    }
}

#[derive(Debug)]
struct Filled(u8);

impl Random for Filled {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        out.fill(self.0);
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Failing;

impl Random for Failing {
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError::new())
    }
}

pub(super) fn ecdsa_known_answer(p: &CryptoProvider) {
    let signature = p.ecdsa.sign(Curve::P256, &hex(SCALAR), &prehash(p), None).unwrap();
    assert_eq!(signature, der(&hex(R), &hex(S)));
    assert_eq!(p.ecdsa.public_key(Curve::P256, &hex(SCALAR)).unwrap(), hex(SPKI));
    p.ecdsa.verify(Curve::P256, &hex(SPKI), &prehash(p), &signature).unwrap();
    let mut other = prehash(p);
    other[31] ^= 1;
    refused(p.ecdsa.verify(Curve::P256, &hex(SPKI), &other, &signature), CryptoErrorKind::Verification);
}

pub(super) fn ecdsa_prehash_length(p: &CryptoProvider) {
    let signature = der(&hex(R), &hex(S));
    for len in [0, 1, 16, 28, 31, 33, 48, 64] {
        let prehash = vec![0x55; len];
        refused(p.ecdsa.sign(Curve::P256, &hex(SCALAR), &prehash, None), CryptoErrorKind::InvalidInput);
        let random = Counting(AtomicU64::new(0));
        refused(p.ecdsa.sign(Curve::P256, &hex(SCALAR), &prehash, Some(&random)), CryptoErrorKind::InvalidInput);
        refused(p.ecdsa.verify(Curve::P256, &hex(SPKI), &prehash, &signature), CryptoErrorKind::InvalidInput);
    }
}

pub(super) fn ecdsa_nonces(p: &CryptoProvider) {
    let random = Counting(AtomicU64::new(0));
    let mut seen = std::collections::HashSet::new();
    for _ in 0..16 {
        let signature = p.ecdsa.sign(Curve::P256, &hex(SCALAR), &prehash(p), Some(&random)).unwrap();
        p.ecdsa.verify(Curve::P256, &hex(SPKI), &prehash(p), &signature).unwrap();
        assert!(seen.insert(signature), "two hedged signatures are equal");
    }
    // A generator that repeats itself costs the hedge only: another message gets another nonce.
    let stuck = Filled(0);
    let r = |prehash: &[u8]| p.ecdsa.sign(Curve::P256, &hex(SCALAR), prehash, Some(&stuck)).unwrap()[..36].to_vec();
    assert_ne!(r(&prehash(p)), r(&[1; 32]));
    refused(p.ecdsa.sign(Curve::P256, &hex(SCALAR), &prehash(p), Some(&Failing)), CryptoErrorKind::Random);
    refused(p.ecdsa.generate(Curve::P256, &Failing), CryptoErrorKind::Random);
    // All ones is above the order, zero is no scalar: a generator stuck there is a broken one, not an endless loop.
    refused(p.ecdsa.generate(Curve::P256, &Filled(0xff)), CryptoErrorKind::Random);
    refused(p.ecdsa.generate(Curve::P256, &Filled(0)), CryptoErrorKind::Random);
}

pub(super) fn ecdsa_strict_der(p: &CryptoProvider) {
    let (r, s) = (hex(R), hex(S));
    let good = der(&r, &s);
    let refuse = |signature: &[u8]| {
        refused(p.ecdsa.verify(Curve::P256, &hex(SPKI), &prehash(p), signature), CryptoErrorKind::Verification);
    };
    p.ecdsa.verify(Curve::P256, &hex(SPKI), &prehash(p), &good).unwrap();
    for len in 0..good.len() {
        refuse(&good[..len]);
    }
    refuse(&[&good[..], &[0]].concat());
    // A length in two bytes where one does, an integer with a needless zero, a negative one, and none at all.
    refuse(&[&[0x30, 0x81], &good[1..]].concat());
    refuse(&[&[0x30, good[1] + 1, 2, 34, 0, 0], &r[..], &good[37..]].concat());
    refuse(&[&[0x30, good[1] - 1, 2, 32], &r[..], &good[37..]].concat());
    refuse(&[0x30, 4, 2, 0, 2, 0]);
    refuse(&[&r[..], &s].concat());
    for (r, s) in [(&hex("00"), &s), (&r, &hex("00")), (&hex(ORDER), &s), (&r, &hex(ORDER))] {
        refuse(&der(r, s));
    }
}

pub(super) fn ecdsa_high_s(p: &CryptoProvider) {
    for s in [S, LOW_S] {
        p.ecdsa.verify(Curve::P256, &hex(SPKI), &prehash(p), &der(&hex(R), &hex(s))).unwrap();
    }
}

pub(super) fn ecdsa_bad_keys(p: &CryptoProvider) {
    let above = [0xff; 32];
    for scalar in [&[0; 32][..], &hex(ORDER), &above, &[], &[1; 31], &[1; 24], &[1; 33]] {
        refused(p.ecdsa.sign(Curve::P256, scalar, &prehash(p), None), CryptoErrorKind::InvalidKey);
        refused(p.ecdsa.public_key(Curve::P256, scalar), CryptoErrorKind::InvalidKey);
        refused(p.ecdsa.export_pkcs8(Curve::P256, scalar), CryptoErrorKind::InvalidKey);
    }
    let (spki, signature) = (hex(SPKI), der(&hex(R), &hex(S)));
    let mut off_curve = spki.clone();
    off_curve[90] ^= 1;
    let mut other_curve = spki.clone();
    other_curve[22] ^= 1;
    for key in [&off_curve[..], &other_curve, &spki[..90], &[&spki[..], &[0]].concat(), &[]] {
        refused(p.ecdsa.verify(Curve::P256, key, &prehash(p), &signature), CryptoErrorKind::InvalidKey);
    }
}

pub(super) fn ecdsa_pkcs8(p: &CryptoProvider) {
    let scalar = p.ecdsa.generate(Curve::P256, &*p.random).unwrap();
    assert_eq!(scalar.len(), Curve::P256.scalar_len());
    let document = p.ecdsa.export_pkcs8(Curve::P256, scalar.expose_secret()).unwrap();
    assert_eq!(document.len(), 138);
    let back = p.ecdsa.import_pkcs8(Curve::P256, document.expose_secret()).unwrap();
    assert_eq!(back.expose_secret(), scalar.expose_secret());
    // The public key in the document is one bit off, the document is cut, or followed by something.
    let mut other = document.expose_secret().to_vec();
    other[137] ^= 1;
    refused(p.ecdsa.import_pkcs8(Curve::P256, &other), CryptoErrorKind::InvalidKey);
    for len in 0..138 {
        refused(p.ecdsa.import_pkcs8(Curve::P256, &document.expose_secret()[..len]), CryptoErrorKind::InvalidKey);
    }
    let longer = [document.expose_secret(), &[0]].concat();
    refused(p.ecdsa.import_pkcs8(Curve::P256, &longer), CryptoErrorKind::InvalidKey);
    let mut of_order = document.expose_secret().to_vec();
    of_order[36..68].copy_from_slice(&hex(ORDER));
    refused(p.ecdsa.import_pkcs8(Curve::P256, &of_order), CryptoErrorKind::InvalidKey);
}

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
