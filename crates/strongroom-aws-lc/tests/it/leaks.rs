//! What is left of a key once a call has returned, on every heap, AWS-LC's own among them. The stack that the calls ran
//! on is cleared first, as whoever holds a key does. The same calls with the pure Rust provider stand beside it, so
//! that the table in `docs/threat-model.md` is printed here.

use std::collections::BTreeSet;

use strongroom_crypto::{CryptoProvider, Curve, DigestAlgorithm, MacAlgorithm, OaepHash, RsaScheme, RsaSize};
use strongroom_crypto::{KdfAlgorithm, WrapAlgorithm};
use strongroom_memory::{scan, with_cleared_stack};
use strongroom_types::Secret;
use zeroize::Zeroizing;

use crate::providers;

/// Deeper than any of these calls goes in a debug build.
const STACK: usize = 1024 * 1024;

/// The names of the needles that are found now.
fn found(needles: &[scan::Needle]) -> BTreeSet<String> {
    let report = scan::memory(needles, &[]).unwrap();
    report.outside().map(|hit| hit.needle.clone()).collect()
}

/// A key that no other test has, byte by byte: never a constant of the binary.
fn pattern(seed: u8) -> impl Fn(usize) -> u8 + Copy {
    move |i| {
        let place = u32::from(seed) << 8 | std::hint::black_box(u32::try_from(i).unwrap());
        let mixed = place.wrapping_add(1).wrapping_mul(0x9e37_79b1);
        u8::try_from((mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca77) >> 24).unwrap()
    }
}

/// What is left of a key of 32 bytes: as it is, as HMAC pads it, and as a number with its least limb first.
fn left(seed: u8, call: impl FnOnce(&[u8; 32])) -> BTreeSet<String> {
    let byte = pattern(seed);
    with_cleared_stack::<STACK, _>(|| {
        let mut key = Zeroizing::new([0; 32]);
        key.iter_mut().enumerate().for_each(|(i, b)| *b = byte(i));
        call(&key);
    });
    found(&[
        scan::Needle::from_fn("key, first half", 16, byte),
        scan::Needle::from_fn("key, second half", 16, move |i| byte(i + 16)),
        scan::Needle::from_fn("key, inner pad", 32, move |i| byte(i) ^ 0x36),
        scan::Needle::from_fn("key, outer pad", 32, move |i| byte(i) ^ 0x5c),
        scan::Needle::from_fn("key, reversed", 32, move |i| byte(31 - i)),
    ])
}

type Use = fn(&CryptoProvider, &[u8; 32]);

/// The calls that have a key of 32 bytes.
const USES: &[(&str, Use)] = &[
    ("AES-256-GCM, seal and open", |p, key| {
        p.aead.seal_once(key, &[0; 12], b"", &mut [0; 64]).unwrap();
        p.aead.open_once(key, &[0; 12], b"", &mut [0; 64], &[0; 16]).unwrap_err();
    }),
    ("AES-256-GCM, a key that was dropped", |p, key| {
        let keyed = p.aead.key(key).unwrap();
        keyed.seal(&[0; 12], b"aad", &mut [0; 100]).unwrap();
    }),
    ("HMAC", |p, key| {
        for algorithm in MacAlgorithm::ALL {
            let mut out = vec![0; algorithm.tag_len()];
            p.mac.compute(*algorithm, key, &[b"message"], &mut out).unwrap();
            p.mac.keyed(*algorithm, key, &mut |mac| mac.mac(&[b"message"], &mut out)).unwrap();
        }
    }),
    ("SHA-2 of a secret", |p, key| {
        for algorithm in DigestAlgorithm::ALL {
            let mut out = vec![0; algorithm.output_len()];
            p.digest.digest(*algorithm, &[key], &mut out).unwrap();
            let mut state = p.digest.start(*algorithm).unwrap();
            state.update(key);
            state.finish(&mut out).unwrap();
        }
    }),
    ("HKDF, the key", |p, key| {
        p.kdf.extract(KdfAlgorithm::HkdfSha256, b"salt", key).unwrap().expand(&[b"info"], &mut [0; 100]).unwrap();
    }),
    ("AES-KW and KWP, the wrapping key", |p, key| {
        for algorithm in WrapAlgorithm::ALL {
            let wrapped = p.key_wrap.wrap(*algorithm, key, &[7; 40]).unwrap();
            p.key_wrap.unwrap(*algorithm, key, &wrapped).unwrap();
        }
    }),
    ("AES-KW and KWP, the wrapped key", |p, key| {
        let secret = Zeroizing::new(key.repeat(200));
        for algorithm in WrapAlgorithm::ALL {
            let wrapped = p.key_wrap.wrap(*algorithm, &[7; 32], &secret).unwrap();
            p.key_wrap.unwrap(*algorithm, &[7; 32], &wrapped).unwrap();
        }
    }),
    ("ECDSA P-256, sign", |p, key| {
        p.ecdsa.sign(Curve::P256, key, &[7; 32], Some(&*p.random)).unwrap();
        p.ecdsa.sign(Curve::P256, key, &[7; 32], None).unwrap();
    }),
    ("ECDSA P-256, documents", |p, key| {
        let document = p.ecdsa.export_pkcs8(Curve::P256, key).unwrap();
        p.ecdsa.import_pkcs8(Curve::P256, document.expose_secret()).unwrap();
        p.ecdsa.public_key(Curve::P256, key).unwrap();
    }),
    ("Ed25519, sign", |p, key| {
        p.ed25519.sign(key, b"message").unwrap();
        p.ed25519.public_key(key).unwrap();
    }),
];

/// The private numbers of an RSA document: the integers after version, modulus and exponent.
fn private_numbers(document: &[u8]) -> Vec<(&'static str, std::ops::Range<usize>)> {
    const NAMES: [&str; 9] = ["version", "n", "e", "d", "p", "q", "d mod p-1", "d mod q-1", "1/q"];
    let element = |at: usize| match document[at + 1] {
        0x82 => (at + 4, usize::from(document[at + 2]) << 8 | usize::from(document[at + 3])),
        0x81 => (at + 3, usize::from(document[at + 2])),
        short => (at + 2, usize::from(short)),
    };
    // Into the document, over version and algorithm, into the octets and the key.
    let mut at = element(0).0;
    for _ in 0..2 {
        let (start, len) = element(at);
        at = start + len;
    }
    at = element(element(at).0).0;
    let mut ranges = Vec::new();
    for name in NAMES {
        let (start, len) = element(at);
        ranges.push((name, start..start + len));
        at = start + len;
    }
    ranges.split_off(3)
}

/// Needles for the end of each number, in both orders of bytes; masked, so that the key may be wiped.
fn rsa_needles(document: &[u8]) -> Vec<scan::Needle> {
    let mut needles = Vec::new();
    for (name, range) in private_numbers(document) {
        let number = &document[range];
        for (from, order) in [(number.len() - 32, "as written"), (number.len() / 2, "as written, its middle")] {
            needles.push(scan::Needle::new(format!("{name}, {order}"), &number[from..from + 32]));
            let bytes = |i: usize| number[from + 31 - i];
            needles.push(scan::Needle::from_fn(format!("{name}, {order}, least byte first"), 32, bytes));
        }
    }
    needles
}

/// What is left of an RSA key that `maker` made and `call` used.
fn left_of_rsa(maker: &CryptoProvider, call: impl FnOnce(&[u8])) -> BTreeSet<String> {
    let needles = with_cleared_stack::<STACK, _>(|| {
        let key: Secret = maker.rsa.generate(RsaSize::Rsa2048, &*maker.random).unwrap();
        let needles = rsa_needles(key.expose_secret());
        call(key.expose_secret());
        needles
    });
    found(&needles)
}

fn use_rsa(p: &CryptoProvider, key: &[u8]) {
    let (size, scheme, digest) = (RsaSize::Rsa2048, RsaScheme::Pss, [7; 32]);
    let public = p.rsa.public_key(size, key).unwrap();
    p.rsa.sign(size, key, scheme, DigestAlgorithm::Sha256, &digest, &*p.random).unwrap();
    let ciphertext = p.rsa.encrypt(size, &public, OaepHash::Sha256, b"text", &*p.random).unwrap();
    p.rsa.decrypt(size, key, OaepHash::Sha256, &ciphertext, &*p.random).unwrap();
    p.rsa.decrypt(size, key, OaepHash::Sha256, &vec![1; 256], &*p.random).unwrap_err();
}

fn described(left: &BTreeSet<String>) -> String {
    let names: BTreeSet<&str> = left.iter().map(|name| name.split(", ").next().unwrap_or(name)).collect();
    if names.is_empty() { "nothing".into() } else { names.into_iter().collect::<Vec<_>>().join(", ") }
}

#[test]
fn the_scanner_finds_what_is_there() {
    let keyed = std::cell::RefCell::new(None);
    let [fast, ..] = providers();
    let there = left(201, |key| *keyed.borrow_mut() = Some(fast.aead.key(key).unwrap()));
    assert!(!there.is_empty(), "the schedule of a living key begins with the key");
    drop(keyed.take());
    let kept = std::cell::RefCell::new(None);
    let there = left_of_rsa(&fast, |key| *kept.borrow_mut() = Some(key.to_vec()));
    assert_eq!(there.iter().filter(|name| !name.contains("least")).count(), 12);
    drop(kept.take().map(Zeroizing::new));
    // AWS-LC's own heap: its key object, while it lives.
    let kept = std::cell::RefCell::new(None);
    let there = left_of_rsa(&fast, |key| *kept.borrow_mut() = aws_lc_rs::rsa::KeyPair::from_pkcs8(key).ok());
    println!("an RSA key object that lives holds: {}", described(&there));
    assert!(there.iter().any(|name| name.starts_with("p,")), "{there:?}");
}

#[test]
fn aws_lc_leaves_nothing_and_the_table_says_what_rustcrypto_leaves() {
    let [fast, module, pure] = providers();
    println!("| after | `aws-lc` | `aws-lc`, module first | `rustcrypto` |\n|---|---|---|---|");
    for (at, (name, call)) in (0_u8..).zip(USES) {
        let [one, two, three] =
            [(&fast, 0), (&module, 60), (&pure, 120)].map(|(p, seed)| left(at + seed, |key| call(p, key)));
        println!("| {name} | {} | {} | {} |", described(&one), described(&two), described(&three));
        assert_eq!((one, two), Default::default(), "{name}");
    }
    let rows: [(&str, [BTreeSet<String>; 2]); 2] = [
        ("RSA-2048, generated", [&fast, &pure].map(|p| left_of_rsa(p, |_| ()))),
        ("RSA-2048, used", [&fast, &pure].map(|p| left_of_rsa(&fast, |key| use_rsa(p, key)))),
    ];
    for (name, [one, two]) in rows {
        println!("| {name} | {0} | {0} | {1} |", described(&one), described(&two));
        assert_eq!(one, BTreeSet::new(), "{name}");
    }
}
