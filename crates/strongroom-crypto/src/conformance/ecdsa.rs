//! ECDSA, on every curve.

use std::sync::atomic::AtomicU64;

use strongroom_types::Random;

use super::random::{Counting, Failing, Filled};
use super::{hex, refused};
use crate::{CryptoErrorKind, CryptoProvider, Curve};

/// A key, and its deterministic signature of `message` with the curve's hash.
struct Known {
    curve: Curve,
    /// SubjectPublicKeyInfo up to the point, and the point.
    spki: [&'static str; 3],
    scalar: &'static str,
    message: &'static str,
    r: &'static str,
    s: &'static str,
    /// The order of the base point (SP 800-186 §3.2.1, SEC 2 §2.4.1).
    order: &'static str,
    /// Bytes of a PKCS#8 document with the public key.
    pkcs8_len: usize,
}

/// RFC 6979 §A.2.5 to §A.2.7. For secp256k1, which it lacks, the first of the values that Bitcoin's libraries share
/// (bitcointalk.org, topic 285142).
const KNOWN: [Known; 4] = [
    Known {
        curve: Curve::P256,
        spki: [
            "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        ],
        scalar: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        message: "sample",
        r: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        s: "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        pkcs8_len: 138,
    },
    Known {
        curve: Curve::P384,
        spki: [
            "3076301006072a8648ce3d020106052b8104002203620004",
            "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13",
            "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
        ],
        scalar: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
        message: "sample",
        r: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
        s: "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
        order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        pkcs8_len: 185,
    },
    Known {
        curve: Curve::P521,
        spki: [
            "30819b301006072a8648ce3d020106052b810400230381860004",
            "01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd371123d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f5023a4",
            "00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
        ],
        scalar: "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538",
        message: "sample",
        r: "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa",
        s: "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a",
        order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        pkcs8_len: 241,
    },
    Known {
        curve: Curve::Secp256k1,
        spki: [
            "3056301006072a8648ce3d020106052b8104000a03420004",
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
        ],
        scalar: "0000000000000000000000000000000000000000000000000000000000000001",
        message: "Satoshi Nakamoto",
        r: "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
        s: "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
        order: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        pkcs8_len: 135,
    },
];

impl Known {
    fn spki(&self) -> Vec<u8> {
        hex(&self.spki.concat())
    }

    fn scalar(&self) -> Vec<u8> {
        hex(self.scalar)
    }

    fn prehash(&self, p: &CryptoProvider) -> Vec<u8> {
        let mut out = vec![0; self.curve.digest().output_len()];
        p.digest.digest(self.curve.digest(), &[self.message.as_bytes()], &mut out).unwrap();
        out
    }

    fn signature(&self) -> Vec<u8> {
        der(&hex(self.r), &hex(self.s))
    }

    /// The same signature with the order less `s`.
    fn other_half(&self) -> Vec<u8> {
        let (mut out, mut borrow) = (hex(self.order), 0);
        for (o, s) in out.iter_mut().zip(hex(self.s)).rev() {
            let difference = i16::from(*o) - i16::from(s) - borrow;
            borrow = i16::from(difference < 0);
            *o = u8::try_from(difference.rem_euclid(256)).unwrap();
        }
        der(&hex(self.r), &out)
    }

    /// Signs as the module can: without randomness, or with the provider's own.
    fn sign(&self, p: &CryptoProvider) -> (Vec<u8>, bool) {
        let sign = |random| p.ecdsa.sign(self.curve, &self.scalar(), &self.prehash(p), random);
        match sign(None) {
            Err(e) if e.kind() == CryptoErrorKind::Unsupported => (sign(Some(&*p.random)).unwrap(), false),
            signature => (signature.unwrap(), true),
        }
    }

    fn verifies(&self, p: &CryptoProvider, signature: &[u8]) {
        p.ecdsa.verify(self.curve, &self.spki(), &self.prehash(p), signature).unwrap();
    }

    fn is_refused(&self, p: &CryptoProvider, signature: &[u8]) {
        let verified = p.ecdsa.verify(self.curve, &self.spki(), &self.prehash(p), signature);
        refused(verified, CryptoErrorKind::Verification);
    }
}

/// An element of DER.
fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let len = u8::try_from(body.len()).unwrap();
    let header = if len < 128 { vec![tag, len] } else { vec![tag, 0x81, len] };
    [&header[..], body].concat()
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|b| **b == 0).count().min(bytes.len() - 1);
    let sign: &[u8] = if bytes[zeros] & 0x80 == 0 { &[] } else { &[0] };
    tlv(2, &[sign, &bytes[zeros..]].concat())
}

fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    tlv(0x30, &[integer(r), integer(s)].concat())
}

pub(super) fn ecdsa_known_answer(p: &CryptoProvider) {
    for known in &KNOWN {
        assert_eq!(p.ecdsa.public_key(known.curve, &known.scalar()).unwrap(), known.spki(), "{:?}", known.curve);
        known.verifies(p, &known.signature());
        let (signature, deterministic) = known.sign(p);
        if deterministic {
            // A module may always give the lower half.
            let expected = [known.signature(), known.other_half()];
            assert!(expected.contains(&signature), "{:?}", known.curve);
        }
        known.verifies(p, &signature);
        let mut other = known.prehash(p);
        *other.last_mut().unwrap() ^= 1;
        let verified = p.ecdsa.verify(known.curve, &known.spki(), &other, &signature);
        refused(verified, CryptoErrorKind::Verification);
    }
}

pub(super) fn ecdsa_prehash_length(p: &CryptoProvider) {
    for known in &KNOWN {
        let right = known.curve.digest().output_len();
        for len in [0, 1, 16, 28, 31, 32, 33, 48, 64, 65, 128].into_iter().filter(|len| *len != right) {
            let prehash = vec![0x55; len];
            let sign = |random| p.ecdsa.sign(known.curve, &known.scalar(), &prehash, random);
            refused(sign(None), CryptoErrorKind::InvalidInput);
            refused(sign(Some(&*p.random)), CryptoErrorKind::InvalidInput);
            let verified = p.ecdsa.verify(known.curve, &known.spki(), &prehash, &known.signature());
            refused(verified, CryptoErrorKind::InvalidInput);
        }
    }
}

pub(super) fn ecdsa_nonces(p: &CryptoProvider) {
    for known in &KNOWN {
        let (random, stuck) = (Counting(AtomicU64::new(0)), Filled(0));
        let sign =
            |prehash: &[u8], random: &dyn Random| p.ecdsa.sign(known.curve, &known.scalar(), prehash, Some(random));
        let mut seen = std::collections::HashSet::new();
        for _ in 0..8 {
            let signature = sign(&known.prehash(p), &random).unwrap();
            known.verifies(p, &signature);
            assert!(seen.insert(signature), "two hedged signatures are equal");
        }
        if !known.sign(p).1 {
            continue; // The module draws its own randomness.
        }
        // A generator that repeats itself costs the hedge only: another message gets another nonce.
        let r = |prehash: &[u8]| sign(prehash, &stuck).unwrap()[..36].to_vec();
        assert_ne!(r(&known.prehash(p)), r(&vec![1; known.curve.digest().output_len()]));
        let failed = p.ecdsa.sign(known.curve, &known.scalar(), &known.prehash(p), Some(&Failing));
        refused(failed, CryptoErrorKind::Random);
        refused(p.ecdsa.generate(known.curve, &Failing), CryptoErrorKind::Random);
        // All ones is above the order, zero is no scalar: a generator stuck there is a broken one, not an endless loop.
        refused(p.ecdsa.generate(known.curve, &Filled(0xff)), CryptoErrorKind::Random);
        refused(p.ecdsa.generate(known.curve, &Filled(0)), CryptoErrorKind::Random);
    }
}

pub(super) fn ecdsa_strict_der(p: &CryptoProvider) {
    for known in &KNOWN {
        let (r, s) = (integer(&hex(known.r)), integer(&hex(known.s)));
        let good = known.signature();
        let body = [&r[..], &s].concat();
        known.verifies(p, &good);
        for len in 0..good.len() {
            known.is_refused(p, &good[..len]);
        }
        known.is_refused(p, &[&good[..], &[0]].concat());
        // A length in one byte more than it needs, and without end.
        let len = u8::try_from(body.len()).unwrap();
        let longer: &[u8] = if len < 128 { &[0x30, 0x81, len] } else { &[0x30, 0x82, 0, len] };
        known.is_refused(p, &[longer, &body].concat());
        known.is_refused(p, &[&[0x30, 0x80], &body[..], &[0, 0]].concat());
        // An integer with a needless zero, a negative one, none at all, one more, and other tags.
        let body_of = |bytes: &[u8]| bytes[2..].to_vec();
        known.is_refused(p, &tlv(0x30, &[tlv(2, &[&[0, 0], &body_of(&r)[..]].concat()), s.clone()].concat()));
        let negative: Vec<u8> = body_of(&r).iter().skip_while(|b| **b == 0).copied().collect();
        if negative[0] & 0x80 != 0 {
            known.is_refused(p, &tlv(0x30, &[tlv(2, &negative), s.clone()].concat()));
        }
        known.is_refused(p, &[0x30, 4, 2, 0, 2, 0]);
        known.is_refused(p, &tlv(0x30, &[&body[..], &[2, 1, 0]].concat()));
        known.is_refused(p, &tlv(0x31, &body));
        known.is_refused(p, &tlv(0x30, &[tlv(3, &body_of(&r)), s.clone()].concat()));
        known.is_refused(p, &[hex(known.r), hex(known.s)].concat());
        let (r, s, order) = (hex(known.r), hex(known.s), hex(known.order));
        for (r, s) in [(&hex("00"), &s), (&r, &hex("00")), (&order, &s), (&r, &order)] {
            known.is_refused(p, &der(r, s));
        }
    }
}

/// Also on secp256k1, where AWS KMS makes both halves.
pub(super) fn ecdsa_high_s(p: &CryptoProvider) {
    for known in &KNOWN {
        known.verifies(p, &known.signature());
        known.verifies(p, &known.other_half());
    }
}

pub(super) fn ecdsa_bad_keys(p: &CryptoProvider) {
    for known in &KNOWN {
        let len = known.curve.scalar_len();
        let (zero, above) = (vec![0; len], vec![0xff; len]);
        let of_other_lengths = [vec![], vec![1; len - 1], vec![1; len + 1], vec![1; 24], vec![0, 1]];
        for scalar in [zero, above, hex(known.order)].into_iter().chain(of_other_lengths) {
            let signed = p.ecdsa.sign(known.curve, &scalar, &known.prehash(p), Some(&*p.random));
            refused(signed, CryptoErrorKind::InvalidKey);
            refused(p.ecdsa.public_key(known.curve, &scalar), CryptoErrorKind::InvalidKey);
            refused(p.ecdsa.export_pkcs8(known.curve, &scalar), CryptoErrorKind::InvalidKey);
        }
        let spki = known.spki();
        let mut off_curve = spki.clone();
        *off_curve.last_mut().unwrap() ^= 1;
        let algorithm = &spki[if spki[1] == 0x81 { 3 } else { 2 }..];
        let infinity = tlv(0x30, &[&algorithm[..2 + usize::from(algorithm[1])], &tlv(3, &[0, 0])].concat());
        let others = KNOWN.iter().filter(|other| other.curve != known.curve).map(Known::spki);
        let damaged = [off_curve, infinity, spki[..spki.len() - 1].to_vec(), [&spki[..], &[0]].concat(), vec![]];
        for key in damaged.into_iter().chain(others) {
            let verified = p.ecdsa.verify(known.curve, &key, &known.prehash(p), &known.signature());
            refused(verified, CryptoErrorKind::InvalidKey);
        }
    }
}

pub(super) fn ecdsa_pkcs8(p: &CryptoProvider) {
    for known in &KNOWN {
        let scalar = p.ecdsa.generate(known.curve, &*p.random).unwrap();
        assert_eq!(scalar.len(), known.curve.scalar_len());
        let document = p.ecdsa.export_pkcs8(known.curve, scalar.expose_secret()).unwrap();
        assert_eq!(document.len(), known.pkcs8_len);
        let back = p.ecdsa.import_pkcs8(known.curve, document.expose_secret()).unwrap();
        assert_eq!(back.expose_secret(), scalar.expose_secret());
        // The public key in the document is one bit off, the document is cut, or followed by something.
        let bytes = document.expose_secret();
        let refuse = |bytes: &[u8]| refused(p.ecdsa.import_pkcs8(known.curve, bytes), CryptoErrorKind::InvalidKey);
        let mut other = bytes.to_vec();
        *other.last_mut().unwrap() ^= 1;
        refuse(&other);
        (0..bytes.len()).for_each(|len| refuse(&bytes[..len]));
        refuse(&[bytes, &[0]].concat());
        let at = bytes.windows(scalar.len()).position(|w| w == scalar.expose_secret()).unwrap();
        let mut of_order = bytes.to_vec();
        of_order[at..at + scalar.len()].copy_from_slice(&hex(known.order));
        refuse(&of_order);
        for other in KNOWN.iter().filter(|other| other.curve != known.curve) {
            refused(p.ecdsa.import_pkcs8(other.curve, bytes), CryptoErrorKind::InvalidKey);
        }
    }
}
