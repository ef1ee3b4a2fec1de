//! What is left of a key once a call has returned, or a keyed object was dropped: nothing on the
//! heap. The stack that the calls ran on is cleared first, as whoever holds a key does; what a
//! library leaves there is no claim of ours.

use strongroom_crypto::symmetric::{self, Header, Kdk, derive_kdk};
use strongroom_crypto::{Argon2idParams, Curve, KdfAlgorithm, MacAlgorithm, Missing, WrapAlgorithm};
use strongroom_memory::{scan, with_cleared_stack};
use strongroom_rustcrypto::{SystemRandom, provider};
use strongroom_types::{EncryptionContext, KeyId};
use zeroize::Zeroizing;

/// Deeper than any of these calls goes in a debug build.
const STACK: usize = 512 * 1024;

/// The key of one test, byte by byte: never a constant of the binary, and no part of it a part of
/// another test's key, which may be in memory at the same time.
fn pattern(seed: u8) -> impl Fn(usize) -> u8 + Copy {
    move |i| {
        let place = u32::from(seed) << 8 | std::hint::black_box(u32::try_from(i).unwrap());
        let mixed = place.wrapping_add(1).wrapping_mul(0x9e37_79b1);
        u8::try_from((mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca77) >> 24).unwrap()
    }
}

/// The key as it is, as HMAC pads it, and as a number with its least limb first.
fn needles(seed: u8) -> Vec<scan::Needle> {
    let key = pattern(seed);
    vec![
        scan::Needle::from_fn("key, first half", 16, key),
        scan::Needle::from_fn("key, second half", 16, move |i| key(i + 16)),
        scan::Needle::from_fn("key, inner pad", 32, move |i| key(i) ^ 0x36),
        scan::Needle::from_fn("key, outer pad", 32, move |i| key(i) ^ 0x5c),
        scan::Needle::from_fn("key, reversed", 32, move |i| key(31 - i)),
    ]
}

fn with_key<R>(seed: u8, f: impl FnOnce(&[u8; 32]) -> R) -> R {
    with_cleared_stack::<STACK, _>(|| {
        let (mut key, byte) = (Zeroizing::new([0; 32]), pattern(seed));
        key.iter_mut().enumerate().for_each(|(i, b)| *b = byte(i));
        f(&key)
    })
}

/// Where the key of `seed` is now.
fn places(seed: u8) -> Vec<String> {
    let report = scan::memory(&needles(seed), &[]).unwrap();
    report.outside().map(|hit| format!("{hit:?}")).collect()
}

/// What `f` returns stays alive meanwhile, with its spare capacity.
fn leaves_nothing<R>(what: &str, seed: u8, f: impl FnOnce(&[u8; 32]) -> R) {
    let _kept = with_key(seed, f);
    assert_eq!(places(seed), Vec::<String>::new(), "{what} left a key behind");
}

#[test]
fn an_expanded_key_is_in_memory_until_it_is_dropped() {
    for (seed, len) in [(1, 16), (2, 24), (3, 32)] {
        let keyed = with_key(seed, |key| provider().aead.key(&key[..len]).unwrap());
        assert!(!places(seed).is_empty(), "the scanner finds nothing");
        keyed.seal(&[0; 12], b"aad", &mut [0; 100]).unwrap();
        with_cleared_stack::<STACK, _>(|| drop(keyed));
        assert_eq!(places(seed), Vec::<String>::new(), "AES-{}", len * 8);
    }
}

#[test]
fn calls_leave_no_key_on_the_heap() {
    let p = &provider();
    leaves_nothing("seal_once", 11, |key| {
        p.aead.seal_once(key, &[0; 12], b"", &mut [0; 64]).unwrap();
    });
    leaves_nothing("open_once", 12, |key| {
        p.aead.open_once(key, &[0; 12], b"", &mut [0; 64], &[0; 16]).unwrap_err();
    });
    for (seed, algorithm) in (20..).zip(MacAlgorithm::ALL) {
        leaves_nothing("mac", seed, |key| {
            let mut out = vec![0; algorithm.tag_len()];
            p.mac.compute(*algorithm, key, &[b"message"], &mut out).unwrap();
            p.mac.keyed(*algorithm, key, &mut |mac| mac.mac(&[b"message"], &mut out)).unwrap();
        });
    }
    for (seed, algorithm) in (30..).zip(KdfAlgorithm::ALL) {
        leaves_nothing("hkdf", seed, |key| {
            p.kdf.extract(*algorithm, b"salt", key).unwrap().expand(&[b"info"], &mut [0; 100]).unwrap();
            p.kdf.extract(*algorithm, key, b"ikm").unwrap().expand(&[b"info"], &mut [0; 100]).unwrap();
        });
    }
    for (seed, algorithm) in (40..).zip(WrapAlgorithm::ALL) {
        leaves_nothing("key wrapping, the wrapping key", seed, |key| {
            let wrapped = p.key_wrap.wrap(*algorithm, key, &[7; 40]).unwrap();
            p.key_wrap.unwrap(*algorithm, key, &wrapped).unwrap();
        });
        leaves_nothing("key wrapping, the wrapped key", seed + 2, |key| {
            // Often enough that whoever gets a freed block next does not cover all of it.
            let secret = Zeroizing::new(key.repeat(200));
            let wrapped = p.key_wrap.wrap(*algorithm, &[7; 32], &secret).unwrap();
            assert_eq!(p.key_wrap.unwrap(*algorithm, &[7; 32], &wrapped).unwrap().expose_secret(), *secret);
        });
    }
}

#[test]
fn signatures_and_passwords_leave_no_key_on_the_heap() {
    let p = &provider();
    leaves_nothing("ecdsa", 51, |key| {
        p.ecdsa.sign(Curve::P256, key, &[7; 32], None).unwrap();
        p.ecdsa.sign(Curve::P256, key, &[7; 32], Some(&SystemRandom)).unwrap();
        p.ecdsa.public_key(Curve::P256, key).unwrap();
    });
    leaves_nothing("pkcs8", 52, |key| {
        let document = p.ecdsa.export_pkcs8(Curve::P256, key).unwrap();
        p.ecdsa.import_pkcs8(Curve::P256, document.expose_secret()).unwrap();
        // A document that is refused late, with the scalar parsed.
        let mut other = Zeroizing::new(document.expose_secret().to_vec());
        *other.last_mut().unwrap() ^= 1;
        p.ecdsa.import_pkcs8(Curve::P256, &other).unwrap_err();
    });
    leaves_nothing("ed25519", 53, |key| {
        p.ed25519.public_key(key).unwrap();
        p.ed25519.sign(key, b"message").unwrap();
    });
    leaves_nothing("argon2, the password", 54, |key| {
        p.password.argon2id(key, &[0; 16], Argon2idParams::FLOOR, &mut [0; 32]).unwrap();
    });
}

#[test]
fn suite_one_leaves_neither_material_nor_derived_key_nor_plaintext() {
    let p = &provider();
    let (id, context) = (KeyId::from_parts([1; 16], false), EncryptionContext::EMPTY);
    leaves_nothing("derive_kdk", 61, |material| derive_kdk(p, material, &id, &mut [0; 32]).unwrap());
    let seal = |kdk: &[u8; 32], text: &[u8]| {
        let mut blob = Vec::new();
        let header = Header::new(id, [2; 16]);
        symmetric::seal_fresh(p, Kdk::new(kdk).unwrap(), &header, &context, text, &mut blob).unwrap();
        blob
    };
    leaves_nothing("seal and open, the KDK", 62, |kdk| {
        symmetric::open(p, Kdk::new(kdk).unwrap(), &context, &seal(kdk, b"text")).unwrap();
    });
    leaves_nothing("seal and open, the plaintext", 63, |text| {
        let opened = symmetric::open(p, Kdk::new(&[1; 32]).unwrap(), &context, &seal(&[1; 32], text)).unwrap();
        assert_eq!(opened.expose_secret(), text);
    });
    // The cipher fails with the plaintext already in its place.
    let mut broken = p.clone();
    broken.aead = &Missing;
    leaves_nothing("a failed seal, the plaintext", 64, |text| {
        let (mut blob, text) = (b"before".to_vec(), Zeroizing::new(text.repeat(64)));
        let header = Header::new(id, [2; 16]);
        let kdk = Kdk::new(&[1; 32]).unwrap();
        symmetric::seal_fresh(&broken, kdk, &header, &context, &text, &mut blob).unwrap_err();
        assert_eq!(blob, b"before");
        blob
    });
}
