// What a provider leaves of private keys on the heap, as the table of docs/threat-model.md. A provider's memory test takes
// this file in by its path and calls `compare`; the table's row of each operation must name the same parts.
//
// The stack that a call ran on is cleared before anyone looks, as whoever holds a key does.

use std::collections::BTreeMap;

use strongroom_crypto::{CryptoProvider, Curve, DigestAlgorithm, MacAlgorithm, OaepHash, RsaScheme, RsaSize};
use strongroom_memory::scan::{self, Needle};
use strongroom_memory::with_cleared_stack;
use zeroize::Zeroizing;

const STACK: usize = 1024 * 1024;
const KEYS: &str = include_str!("../../vectors/rsa-memory.txt");
const TABLE: &str = include_str!("../../../../docs/threat-model.md");
/// The numbers of a key in its document (RFC 8017 §A.1.2), after version, modulus and public exponent.
const PARTS: [&str; 6] = ["d", "p", "q", "dP", "dQ", "qInv"];
/// Bytes of a needle: a part is looked for by two windows, each in both orders of bytes.
const WINDOW: usize = 16;
/// Calls of each operation, so that a block that is used again at once does not hide what a program would leave.
const CALLS: usize = 4;

/// Byte `at` of the document called `name`, read from its digits: the bytes are never together in the plain.
fn byte(name: &str, at: usize) -> u8 {
    let line = KEYS.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap();
    u8::from_str_radix(&line[2 * at..2 * at + 2], 16).unwrap()
}

fn document(name: &str) -> Zeroizing<Vec<u8>> {
    let len = usize::from(byte(name, 2)) << 8 | usize::from(byte(name, 3));
    Zeroizing::new((0..len + 4).map(|at| byte(name, at)).collect())
}

/// Where each part lies in a document, of whose bytes only the tags and lengths are kept.
fn parts(byte: &dyn Fn(usize) -> u8) -> Vec<(&'static str, std::ops::Range<usize>)> {
    // Past both sequences, the version, the algorithm and the octet string, to the version of the inner document.
    let (mut at, mut found) = (30, Vec::new());
    for part in ["version", "n", "e"].into_iter().chain(PARTS) {
        assert_eq!(byte(at), 2, "{part} is an integer");
        let (header, len) = match byte(at + 1) {
            0x81 => (3, usize::from(byte(at + 2))),
            0x82 => (4, usize::from(byte(at + 2)) << 8 | usize::from(byte(at + 3))),
            len => (2, usize::from(len)),
        };
        found.push((part, at + header..at + header + len));
        at += header + len;
    }
    found.split_off(3)
}

fn needles(byte: &dyn Fn(usize) -> u8) -> Vec<Needle> {
    let mut needles = Vec::new();
    for (part, range) in parts(byte) {
        for start in [range.start + range.len() / 4, range.start + range.len() / 2] {
            needles.push(Needle::from_fn(part, WINDOW, |i| byte(start + i)));
            needles.push(Needle::from_fn(part, WINDOW, |i| byte(start + WINDOW - 1 - i)));
        }
    }
    needles
}

/// The parts that are in memory now, and in how many places.
fn found(needles: &[Needle]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for hit in scan::memory(needles, &[]).unwrap().outside() {
        *found.entry(hit.needle.clone()).or_default() += 1;
    }
    found
}

fn rsa(name: &str, call: impl Fn(&[u8])) -> BTreeMap<String, usize> {
    let needles = needles(&|at| byte(name, at));
    assert_eq!(found(&needles), BTreeMap::new(), "before the call");
    for _ in 0..CALLS {
        with_cleared_stack::<STACK, _>(|| call(&document(name)));
    }
    found(&needles)
}

fn rsa_generation(p: &CryptoProvider) -> BTreeMap<String, usize> {
    let needles = with_cleared_stack::<STACK, _>(|| {
        let made = p.rsa.generate(RsaSize::Rsa2048, &*p.random).unwrap();
        needles(&|at| made.expose_secret()[at])
    });
    found(&needles)
}

/// A pattern that no constant of the binary is, for keys of 32 bytes.
fn pattern(seed: u8) -> impl Fn(usize) -> u8 + Copy {
    move |i| {
        let place = u32::from(seed) << 8 | std::hint::black_box(u32::try_from(i).unwrap());
        let mixed = place.wrapping_add(77).wrapping_mul(0x9e37_79b1);
        u8::try_from((mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca77) >> 24).unwrap()
    }
}

fn short(seed: u8, call: impl Fn(&[u8; 32])) -> BTreeMap<String, usize> {
    let key = pattern(seed);
    let mut needles = Vec::new();
    for start in [0, 16] {
        needles.push(Needle::from_fn("the key", WINDOW, move |i| key(start + i)));
        needles.push(Needle::from_fn("the key", WINDOW, move |i| key(start + WINDOW - 1 - i)));
    }
    for _ in 0..CALLS {
        with_cleared_stack::<STACK, _>(|| {
            let mut bytes = Zeroizing::new([0; 32]);
            bytes.iter_mut().enumerate().for_each(|(i, b)| *b = key(i));
            call(&bytes);
        });
    }
    found(&needles)
}

fn ecdsa(p: &CryptoProvider, seed: u8, curve: Curve) -> BTreeMap<String, usize> {
    short(seed, |key| {
        let mut scalar = Zeroizing::new(vec![0; curve.scalar_len()]);
        let at = scalar.len() - 32;
        scalar[at..].copy_from_slice(key);
        let prehash = vec![7; curve.digest().output_len()];
        p.ecdsa.sign(curve, &scalar, &prehash, Some(&*p.random)).unwrap();
        p.ecdsa.public_key(curve, &scalar).unwrap();
        let document = p.ecdsa.export_pkcs8(curve, &scalar).unwrap();
        p.ecdsa.import_pkcs8(curve, document.expose_secret()).unwrap();
    })
}

/// Every operation with a private key, and what it left.
fn measure(p: &CryptoProvider) -> Vec<(&'static str, BTreeMap<String, usize>)> {
    let (size, random) = (RsaSize::Rsa2048, &*p.random);
    let public = |key: &[u8]| p.rsa.public_key(size, key).unwrap();
    vec![
        (
            "HMAC",
            short(1, |key| {
                for algorithm in MacAlgorithm::ALL {
                    p.mac.compute(*algorithm, key, &[b"message"], &mut vec![0; algorithm.tag_len()]).unwrap();
                }
            }),
        ),
        ("ECDSA on P-256", ecdsa(p, 2, Curve::P256)),
        ("ECDSA on P-384", ecdsa(p, 3, Curve::P384)),
        ("ECDSA on P-521", ecdsa(p, 4, Curve::P521)),
        ("ECDSA on secp256k1", ecdsa(p, 5, Curve::Secp256k1)),
        (
            "Ed25519",
            short(6, |key| {
                p.ed25519.sign(key, b"message").unwrap();
                p.ed25519.public_key(key).unwrap();
            }),
        ),
        ("RSA, the public key of a private one", rsa("public key", |key| drop(public(key)))),
        (
            "RSA, a signature",
            rsa("signature", |key| {
                let (algorithm, digest) = (DigestAlgorithm::Sha256, [7; 32]);
                p.rsa.sign(size, key, RsaScheme::Pss, algorithm, &digest, random).unwrap();
            }),
        ),
        (
            "RSA, a decryption",
            rsa("decryption", |key| {
                let ciphertext = p.rsa.encrypt(size, &public(key), OaepHash::Sha256, b"message", random).unwrap();
                p.rsa.decrypt(size, key, OaepHash::Sha256, &ciphertext, random).unwrap();
            }),
        ),
        ("RSA, a generated key", rsa_generation(p)),
    ]
}

/// What the document says that `provider` leaves: `| provider | operation | parts |`.
fn written(provider: &str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = TABLE.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let ours = rows.filter(|cells| cells.len() == 5 && cells[1] == provider);
    ours.map(|cells| (cells[2], cells[3].split(", ").filter(|part| *part != "nothing").collect())).collect()
}

/// Fails if something is left that the document does not name, if nothing is left where it says that something is, or
/// if it lacks an operation or has another one. How many places there are differs from run to run, and is printed; so
/// may the parts, of which some are overwritten by whatever gets the block next.
pub(super) fn compare(p: &CryptoProvider) {
    let (measured, mut written) = (measure(p), written(p.name()));
    for (operation, found) in &measured {
        let counts: Vec<_> = found.iter().map(|(part, places)| format!("{part} in {places} places")).collect();
        let counts = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
        println!("leftovers | {} | {operation} | {counts} |", p.name());
    }
    for (operation, found) in measured {
        let named = written.remove(operation);
        assert!(named.is_some(), "docs/threat-model.md has no row for `{operation}` of {}", p.name());
        let named = named.unwrap();
        let unnamed: Vec<_> = found.keys().filter(|part| !named.contains(&part.as_str())).collect();
        assert!(unnamed.is_empty(), "{operation} leaves {unnamed:?}, which docs/threat-model.md does not name");
        assert_eq!(found.is_empty(), named.is_empty(), "{operation} leaves less than docs/threat-model.md says");
    }
    assert!(written.is_empty(), "docs/threat-model.md has rows that nobody measures: {written:?}");
}
