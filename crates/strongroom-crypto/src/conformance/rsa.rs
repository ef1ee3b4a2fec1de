//! RSA.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use strongroom_types::Random;

use super::random::{Counting, Failing, Filled, draws_its_own};
use super::{hex, refused};
use crate::{CryptoError, CryptoErrorKind, CryptoProvider, DigestAlgorithm, OaepHash, RsaScheme, RsaSize};

/// `name: hex`, one a line.
static DATA: LazyLock<BTreeMap<&str, Vec<u8>>> = LazyLock::new(|| {
    let lines = include_str!("rsa.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name, hex(value))).collect()
});

const SCHEMES: [RsaScheme; 2] = [RsaScheme::Pss, RsaScheme::Pkcs1v15];

fn data(name: &str) -> &'static [u8] {
    DATA.get(name).unwrap()
}

/// A good key of `size`.
pub(super) fn key(size: RsaSize) -> &'static [u8] {
    data(&format!("good {}", size.bits()))
}

fn digest(p: &CryptoProvider, algorithm: DigestAlgorithm) -> Vec<u8> {
    let mut out = vec![0; algorithm.output_len()];
    p.digest.digest(algorithm, &[b"sample"], &mut out).unwrap();
    out
}

pub(super) fn name(algorithm: DigestAlgorithm) -> &'static str {
    match algorithm {
        DigestAlgorithm::Sha256 => "sha256",
        DigestAlgorithm::Sha384 => "sha384",
        DigestAlgorithm::Sha512 => "sha512",
    }
}

/// Every scheme with every hash.
pub(super) fn algorithms() -> impl Iterator<Item = (RsaScheme, DigestAlgorithm)> {
    SCHEMES.into_iter().flat_map(|scheme| DigestAlgorithm::ALL.iter().map(move |algorithm| (scheme, *algorithm)))
}

/// What OpenSSL made with the same key.
pub(super) fn rsa_known_answer(p: &CryptoProvider) {
    let size = RsaSize::Rsa2048;
    let public = p.rsa.public_key(size, key(size)).unwrap();
    assert_eq!(public, data("public 2048"));
    for (scheme, algorithm) in algorithms() {
        let digest = digest(p, algorithm);
        let prefix = if scheme == RsaScheme::Pss { "pss" } else { "pkcs1v15" };
        let signature = data(&format!("{prefix} {} of sample", name(algorithm)));
        p.rsa.verify(size, &public, scheme, algorithm, &digest, signature).unwrap();
        if scheme == RsaScheme::Pkcs1v15 {
            let made = p.rsa.sign(size, key(size), scheme, algorithm, &digest, &*p.random).unwrap();
            assert_eq!(made, signature);
        }
    }
    for (hash, name) in [(OaepHash::Sha1, "sha1"), (OaepHash::Sha256, "sha256")] {
        let ciphertext = data(&format!("oaep {name} of attack at dawn"));
        let message = p.rsa.decrypt(size, key(size), hash, ciphertext, &*p.random).unwrap();
        assert_eq!(message.expose_secret(), b"attack at dawn");
    }
}

pub(super) fn rsa_generated_keys(p: &CryptoProvider) {
    for size in [RsaSize::Rsa2048, RsaSize::Rsa3072] {
        let generate = || p.rsa.generate(size, &*p.random).unwrap();
        let (one, two) = (generate(), generate());
        assert_ne!(one.expose_secret(), two.expose_secret());
        let public = p.rsa.public_key(size, one.expose_secret()).unwrap();
        // `rsaEncryption` with NULL (RFC 8017 §A.1), and the exponent 65537 at the end.
        assert_eq!(public[4..19], hex("300d06092a864886f70d0101010500"));
        assert!(public.ends_with(&[2, 3, 1, 0, 1]));
        let (algorithm, message) = (DigestAlgorithm::Sha256, digest(p, DigestAlgorithm::Sha256));
        let signature = p.rsa.sign(size, one.expose_secret(), RsaScheme::Pss, algorithm, &message, &*p.random).unwrap();
        p.rsa.verify(size, &public, RsaScheme::Pss, algorithm, &message, &signature).unwrap();
        let public = p.rsa.public_key(size, two.expose_secret()).unwrap();
        let verified = p.rsa.verify(size, &public, RsaScheme::Pss, algorithm, &message, &signature);
        refused(verified, CryptoErrorKind::Verification);
    }
}

/// That nothing can be done with `document` as a private key.
#[track_caller]
fn bad_private(p: &CryptoProvider, size: RsaSize, document: &[u8], what: &str) {
    let kind = |result: Result<Vec<u8>, CryptoError>| result.map_err(|e| e.kind());
    assert_eq!(kind(p.rsa.public_key(size, document)), Err(CryptoErrorKind::InvalidKey), "{what}");
    let (algorithm, message) = (DigestAlgorithm::Sha256, digest(p, DigestAlgorithm::Sha256));
    let signed = p.rsa.sign(size, document, RsaScheme::Pss, algorithm, &message, &*p.random);
    assert_eq!(kind(signed), Err(CryptoErrorKind::InvalidKey), "{what}");
    let ciphertext = vec![1; size.modulus_len()];
    let opened = p.rsa.decrypt(size, document, OaepHash::Sha256, &ciphertext, &*p.random);
    assert_eq!(kind(opened.map(|m| m.expose_secret().to_vec())), Err(CryptoErrorKind::InvalidKey), "{what}");
}

#[track_caller]
fn bad_public(p: &CryptoProvider, size: RsaSize, document: &[u8], what: &str) {
    let kind = |result: Result<Vec<u8>, CryptoError>| result.map_err(|e| e.kind());
    let encrypted = p.rsa.encrypt(size, document, OaepHash::Sha1, b"message", &*p.random);
    assert_eq!(kind(encrypted), Err(CryptoErrorKind::InvalidKey), "{what}");
    let (algorithm, message) = (DigestAlgorithm::Sha256, digest(p, DigestAlgorithm::Sha256));
    let signature = vec![1; size.modulus_len()];
    let verified = p.rsa.verify(size, document, RsaScheme::Pss, algorithm, &message, &signature);
    assert_eq!(kind(verified.map(|()| Vec::new())), Err(CryptoErrorKind::InvalidKey), "{what}");
}

/// An element of DER of 256 bytes or more.
fn long_tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, high, low], body].concat()
}

pub(super) fn rsa_bad_keys(p: &CryptoProvider) {
    let size = RsaSize::Rsa2048;
    for what in ["exponent 1", "exponent 3", "p = q", "three primes", "2047 bits", "1024 bits", "public 2048"] {
        bad_private(p, size, data(what), what);
    }
    for (size, other) in [(2048, 3072), (3072, 2048), (3072, 4096), (4096, 2048)] {
        let size = RsaSize::ALL.iter().copied().find(|s| s.bits() == size).unwrap();
        bad_private(p, size, data(&format!("good {other}")), "a key of another size");
    }
    // Every part that contradicts the others, wherever it is in the document; and every length but the right one.
    let good = key(size);
    for at in (0..good.len()).step_by(3) {
        let mut changed = good.to_vec();
        changed[at] ^= 1 << (at % 8);
        let found = p.rsa.public_key(size, &changed).map_err(|e| e.kind());
        assert_eq!(found, Err(CryptoErrorKind::InvalidKey), "a bit of byte {at}");
    }
    for len in (0..good.len()).step_by(37) {
        bad_private(p, size, &good[..len], "a document that is cut");
    }
    bad_private(p, size, &[good, &[0]].concat(), "a document and a byte");
    let public = data("public 2048");
    for len in (0..public.len()).step_by(7) {
        bad_public(p, size, &public[..len], "a document that is cut");
    }
    bad_public(p, size, &[public, &[0]].concat(), "a document and a byte");
    bad_public(p, RsaSize::Rsa3072, public, "a key of another size");
    bad_public(p, size, good, "a private key");
    let mut even = public.to_vec();
    even[public.len() - 6] &= 0xfe;
    bad_public(p, size, &even, "an even modulus");
    let mut one = public.to_vec();
    one.truncate(public.len() - 5);
    one.extend([2, 3, 0, 0, 1]);
    bad_public(p, size, &one, "the exponent 1, with needless zeros");
    // id-RSASSA-PSS without parameters (RFC 8017 §A.2.3), in place of `rsaEncryption` with NULL.
    let pss = hex("300b06092a864886f70d01010a");
    bad_public(p, size, &long_tlv(0x30, &[&pss, &public[19..]].concat()), "a public key for PSS alone");
    bad_private(p, size, &long_tlv(0x30, &[&[2, 1, 0], &pss[..], &good[22..]].concat()), "a private key for PSS alone");
    // Version 2 (RFC 5958 §2), with the public key that it is for, and without.
    let version_two = [&[2, 1, 1], &good[7..]].concat();
    bad_private(p, size, &long_tlv(0x30, &version_two), "version 2 without its public key");
    let embedded = long_tlv(0x81, &public[23..]);
    bad_private(p, size, &long_tlv(0x30, &[version_two, embedded].concat()), "version 2");
}

pub(super) fn rsa_digest_length(p: &CryptoProvider) {
    let size = RsaSize::Rsa2048;
    for (scheme, algorithm) in algorithms() {
        for len in [0, 1, 20, 28, 31, 32, 33, 48, 64, 65].into_iter().filter(|len| *len != algorithm.output_len()) {
            let digest = vec![7; len];
            let signed = p.rsa.sign(size, key(size), scheme, algorithm, &digest, &*p.random);
            refused(signed, CryptoErrorKind::InvalidInput);
            let verified = p.rsa.verify(size, data("public 2048"), scheme, algorithm, &digest, &[7; 256]);
            refused(verified, CryptoErrorKind::InvalidInput);
        }
    }
}

pub(super) fn rsa_signatures(p: &CryptoProvider) {
    for size in RsaSize::ALL.iter().copied() {
        let public = p.rsa.public_key(size, key(size)).unwrap();
        for (scheme, algorithm) in algorithms() {
            let message = digest(p, algorithm);
            let sign = || p.rsa.sign(size, key(size), scheme, algorithm, &message, &*p.random).unwrap();
            let (signature, again) = (sign(), sign());
            assert_eq!(signature.len(), size.modulus_len());
            assert_eq!(signature == again, scheme == RsaScheme::Pkcs1v15, "{scheme:?}");
            p.rsa.verify(size, &public, scheme, algorithm, &message, &signature).unwrap();
            p.rsa.verify(size, &public, scheme, algorithm, &message, &again).unwrap();
            let refuse = |scheme, algorithm: DigestAlgorithm, message: &[u8], signature: &[u8]| {
                let verified = p.rsa.verify(size, &public, scheme, algorithm, message, signature);
                refused(verified, CryptoErrorKind::Verification);
            };
            for at in (0..signature.len()).step_by(17) {
                let mut changed = signature.clone();
                changed[at] ^= 1 << (at % 8);
                refuse(scheme, algorithm, &message, &changed);
            }
            for other in [
                &signature[1..],
                &signature[..signature.len() - 1],
                &[&signature[..], &[0]].concat(),
                &[&[0], &signature[..]].concat(),
                &[],
                &vec![0; signature.len()],
                &vec![0xff; signature.len()],
            ] {
                refuse(scheme, algorithm, &message, other);
            }
            let mut other = message.clone();
            other[0] ^= 1;
            refuse(scheme, algorithm, &other, &signature);
            for (other_scheme, other) in algorithms().filter(|other| *other != (scheme, algorithm)) {
                refuse(other_scheme, other, &digest(p, other), &signature);
            }
        }
    }
    let (size, algorithm) = (RsaSize::Rsa2048, DigestAlgorithm::Sha256);
    let (message, other_salt) = (digest(p, algorithm), data("pss sha256 of sample, salt of 20"));
    let verified = p.rsa.verify(size, data("public 2048"), RsaScheme::Pss, algorithm, &message, other_salt);
    refused(verified, CryptoErrorKind::Verification);
}

pub(super) fn rsa_oaep(p: &CryptoProvider) {
    for size in RsaSize::ALL.iter().copied() {
        let public = p.rsa.public_key(size, key(size)).unwrap();
        for hash in OaepHash::ALL.iter().copied() {
            let longest = hash.max_message(size);
            for len in [0, 1, 32, longest - 1, longest] {
                let message = vec![0x5a; len];
                let encrypt = || p.rsa.encrypt(size, &public, hash, &message, &*p.random).unwrap();
                let (one, two) = (encrypt(), encrypt());
                assert_eq!(one.len(), size.modulus_len());
                assert_ne!(one, two);
                let opened = p.rsa.decrypt(size, key(size), hash, &one, &*p.random).unwrap();
                assert_eq!(opened.expose_secret(), message);
            }
            for len in [longest + 1, size.modulus_len(), size.modulus_len() + 1] {
                let encrypted = p.rsa.encrypt(size, &public, hash, &vec![1; len], &*p.random);
                refused(encrypted, CryptoErrorKind::InvalidInput);
            }
            oaep_damage(p, size, hash, &public);
        }
    }
    let (size, other) = (RsaSize::Rsa2048, data("oaep sha256, mgf1 sha1 of attack at dawn"));
    for hash in OaepHash::ALL {
        refused(p.rsa.decrypt(size, key(size), *hash, other, &*p.random), CryptoErrorKind::Verification);
    }
    let opened =
        p.rsa.decrypt(size, data("another good 2048"), OaepHash::Sha1, data("oaep sha1 of attack at dawn"), &*p.random);
    refused(opened, CryptoErrorKind::Verification);
}

fn oaep_damage(p: &CryptoProvider, size: RsaSize, hash: OaepHash, public: &[u8]) {
    let good = p.rsa.encrypt(size, public, hash, b"attack at dawn", &*p.random).unwrap();
    let refuse = |hash, ciphertext: &[u8]| {
        let opened = p.rsa.decrypt(size, key(size), hash, ciphertext, &*p.random);
        refused(opened, CryptoErrorKind::Verification);
    };
    let other = OaepHash::ALL.iter().copied().find(|other| *other != hash).unwrap();
    refuse(other, &good);
    for at in (0..good.len()).step_by(61) {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        refuse(hash, &changed);
    }
    // Between its tag and length, and the five bytes of the exponent 65537.
    let modulus = &public[public.len() - 5 - size.modulus_len()..public.len() - 5];
    for ciphertext in [
        &[][..],
        &good[1..],
        &good[..good.len() - 1],
        &[&good[..], &[0]].concat(),
        &[&[0], &good[..]].concat(),
        &vec![0; good.len()],
        &vec![0xff; good.len()],
        modulus,
        &[&vec![0; good.len() - 1][..], &[1]].concat(),
    ] {
        refuse(hash, ciphertext);
    }
}

pub(super) fn rsa_randomness(p: &CryptoProvider) {
    if draws_its_own(p) {
        return;
    }
    let (size, public) = (RsaSize::Rsa2048, data("public 2048"));
    let (algorithm, message) = (DigestAlgorithm::Sha256, digest(p, DigestAlgorithm::Sha256));
    let ciphertext = data("oaep sha256 of attack at dawn");
    let operations = |random: &dyn Random| -> Vec<(&str, Result<(), CryptoError>)> {
        let sign = |scheme| p.rsa.sign(size, key(size), scheme, algorithm, &message, random).map(drop);
        vec![
            ("PSS", sign(RsaScheme::Pss)),
            ("PKCS#1 v1.5, blinded", sign(RsaScheme::Pkcs1v15)),
            ("encrypt", p.rsa.encrypt(size, public, OaepHash::Sha256, b"x", random).map(drop)),
            ("decrypt, blinded", p.rsa.decrypt(size, key(size), OaepHash::Sha256, ciphertext, random).map(drop)),
        ]
    };
    for (what, outcome) in operations(&Failing) {
        assert_eq!(outcome.map_err(|e| e.kind()), Err(CryptoErrorKind::Random), "{what}");
    }
    refused(p.rsa.generate(size, &Failing), CryptoErrorKind::Random);
    let counting = Counting(AtomicU64::new(0));
    for (what, outcome) in operations(&counting) {
        assert_eq!(outcome, Ok(()), "{what}");
    }
    assert!(counting.0.load(Ordering::Relaxed) >= 4, "an operation drew nothing");
    // A generator that is stuck ends in an error or in a result, never in an endless loop, and no key comes from it: a
    // module that has its own as well makes two that differ.
    for byte in [0, 0xff] {
        for (what, outcome) in operations(&Filled(byte)) {
            let kind = outcome.map_err(|e| e.kind());
            assert!(matches!(kind, Ok(()) | Err(CryptoErrorKind::Random)), "{what}: {kind:?}");
        }
        let generate = || p.rsa.generate(size, &Filled(byte)).map_err(|e| e.kind());
        match (generate(), generate()) {
            (Err(CryptoErrorKind::Random), Err(CryptoErrorKind::Random)) => {}
            (Ok(one), Ok(two)) => assert_ne!(one.expose_secret(), two.expose_secret()),
            (one, two) => assert_eq!((one.err(), two.err()), (None, None), "keys of a stuck generator"),
        }
    }
}
