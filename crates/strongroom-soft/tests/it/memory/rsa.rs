//! What RSA leaves in memory. The arithmetic of the pure-Rust provider is on the heap and is not wiped: that is stated,
//! as a table that this test prints, and nothing else may be left, and nothing anywhere but on the heap. AWS-LC, whose
//! crate has this test too, leaves nothing; it draws its own primes, so that its first step says little.
//!
//! One process makes the keys and prints their tokens and the needles, masked. Then one process for each step, so that
//! each has what its own step left and nothing of another's.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use strongroom_crypto::{CryptoProvider, DigestAlgorithm, OaepHash, RsaScheme, RsaSize};
use strongroom_hsm::{Custody as _, Expect, Identity, KeyHandle, KeyToken, MaterialUsage, Op, OutBuf, SignInput};
use strongroom_memory::{SecretArena, scan, stack_used};
use strongroom_soft::{RootKey, SoftCustody};
use strongroom_types::{EncryptionAlgorithmSpec, KeySpec, KeyUsageType, Random, SigningAlgorithmSpec};

use super::figures::depth;
use super::{KEK, NEEDLES, Patterned, child, needles, pattern, role};
use crate::support::{STORE, arena, generate, hex, place, provider};

const TEST: &str = "memory::rsa::what_rsa_leaves_is_what_is_stated";
const SIGN: MaterialUsage = MaterialUsage::new(KeySpec::Rsa2048, KeyUsageType::SignVerify);
const DECRYPT: MaterialUsage = MaterialUsage::new(KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt);
/// The root key's draws, and far behind them those of the primes.
const ROOT_DRAWS: u64 = 5_000;
const PRIME_DRAWS: u64 = 6_000;
/// The steps. The first makes a key, the others open one from its token and do something with it.
const STEPS: [&str; 6] = ["made", "opened", "signed", "signed-10", "decrypted", "refused"];
/// In how many places of each at most, after ten uses as after one: freed blocks are used again. Measured: up to 3.
const PLACES: u32 = 8;
/// What is encrypted.
const MESSAGE: u64 = 7_000;

type Provider = fn(Arc<dyn Random>) -> CryptoProvider;

/// Custody under a root key that every process has, with this provider and this draw first.
fn custody(arena: &SecretArena, provider: Provider, draw: u64) -> SoftCustody {
    let unlock = strongroom_soft::KeyClosure::new(|key| {
        key.iter_mut().enumerate().for_each(|(i, byte)| *byte = pattern(KEK, i));
        Ok(())
    });
    let provider = |draw| provider(Arc::new(Patterned::starting_at(draw)));
    let (_, record) = RootKey::create(&provider(ROOT_DRAWS), arena, STORE, &unlock).unwrap();
    SoftCustody::new(RootKey::unlock(&provider(draw), arena, &record, &unlock).unwrap())
}

/// Makes both keys; prints needles of the first and tokens, public keys and a ciphertext.
fn make() {
    let provider = strongroom_rustcrypto::provider();
    let document = provider.rsa.generate(RsaSize::Rsa2048, &Patterned::starting_at(PRIME_DRAWS)).unwrap();
    let numbers = integers(document.expose_secret());
    for (name, number) in ["d", "p", "q", "dP", "dQ", "qInv"].iter().zip(&numbers[3..]) {
        // From the middle: ends are what allocators write over, and numbers that are cut still count.
        let middle = &number[number.len() / 2 - 16..number.len() / 2 + 16];
        needles::print_one(&format!("{name} as bytes"), middle);
        let limbs: Vec<u8> = middle.iter().rev().copied().collect();
        needles::print_one(&format!("{name} as limbs"), &limbs);
    }
    let (p, q_inv) = (&numbers[4], &numbers[8]);
    let p = &p[p.len() - 128..];
    let q_inv = [vec![0; 128 - q_inv.len().min(128)], q_inv[q_inv.len().saturating_sub(128)..].to_vec()].concat();
    let mut q_inv = needles::montgomery(&q_inv, p, 1_024);
    q_inv.reverse();
    needles::print_one("qInv in Montgomery form", &q_inv[48..80]);
    let message: Vec<u8> = (0..32).map(|i| pattern(MESSAGE, i)).collect();
    needles::print_one("the message", &message);
    let to_hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    };
    let place = place(1);
    for (name, usage) in [("sign", SIGN), ("decrypt", DECRYPT)] {
        // The same primes for both uses, so that there is one set of needles.
        let custody = self::custody(&arena(), strongroom_rustcrypto::provider_with, PRIME_DRAWS);
        let made = generate(&custody, &place, &usage);
        println!("token {name} {}", to_hex(made.token().as_bytes()));
        println!("public {name} {}", to_hex(made.public_key().unwrap()));
        let random = &*provider.random;
        let public = made.public_key().unwrap();
        let blob = provider.rsa.encrypt(RsaSize::Rsa2048, public, OaepHash::Sha256, &message, random).unwrap();
        println!("blob {name} {}", to_hex(&blob));
    }
}

/// The integers of an RSAPrivateKey inside PKCS#8 (RFC 8017 §A.1.2): version, n, e, d, p, q, dP, dQ, qInv.
fn integers(document: &[u8]) -> Vec<Vec<u8>> {
    let element = |bytes: &[u8]| -> (u8, Vec<u8>, Vec<u8>) {
        let (tag, first) = (bytes[0], usize::from(bytes[1]));
        let (start, len) = match first {
            0..0x80 => (2, first),
            _ => {
                let count = first - 0x80;
                (2 + count, bytes[2..2 + count].iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
            }
        };
        (tag, bytes[start..start + len].to_vec(), bytes[start + len..].to_vec())
    };
    let (_, outer, _) = element(document);
    let (_, _, rest) = element(&outer);
    let (_, _, rest) = element(&rest);
    let (tag, octets, _) = element(&rest);
    assert_eq!(tag, 4);
    let (_, mut rest, _) = element(&octets);
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let (tag, number, next) = element(&rest);
        assert_eq!(tag, 2);
        numbers.push(number);
        rest = next;
    }
    assert_eq!(numbers.len(), 9);
    numbers
}

/// One step, and then a look at this process. `note` is what [`make`] printed.
fn step(note: &str) {
    let needles = needles::parse(note);
    let arena = arena();
    let value = |start: &str| hex(note.lines().find_map(|line| line.strip_prefix(start)).unwrap());
    let role = role();
    let draw = if role == "made" { PRIME_DRAWS } else { ROOT_DRAWS + 100 };
    let custody = custody(&arena, crate::tested, draw);
    if role == "made" {
        drop(generate(&custody, &place(1), &SIGN));
        look("made", &needles, &arena);
        drop(custody);
        return look("dropped", &needles, &arena);
    }
    let (name, usage) = if role.starts_with("signed") { ("sign", SIGN) } else { ("decrypt", DECRYPT) };
    let public = value(&format!("public {name} "));
    let token = KeyToken::new(value(&format!("token {name} "))).unwrap();
    let place = place(1);
    let expect = Expect::new(&place, &usage, Identity::PublicKey(&public));
    let handle = custody.open(&token, &expect).unwrap();
    match role.as_str() {
        "signed" => sign(&*handle, 1),
        "signed-10" => sign(&*handle, 10),
        "decrypted" => decrypt(&*handle, &value("blob decrypt ")),
        "refused" => decrypt(&*handle, &[1; 256]),
        _ => {}
    }
    look(&role, &needles, &arena);
    drop((handle, custody));
    look("dropped", &needles, &arena);
}

#[inline(never)]
fn sign(handle: &dyn KeyHandle, times: usize) {
    for _ in 0..times {
        let mut out = OutBuf::with_limit(256);
        let (algorithm, input) = (SigningAlgorithmSpec::RsassaPssSha256, SignInput::Message(b"m"));
        handle.run(&Op::Sign { algorithm, input }, &mut out).unwrap();
    }
}

#[inline(never)]
fn decrypt(handle: &dyn KeyHandle, ciphertext: &[u8]) {
    let mut out = OutBuf::with_limit(256);
    let algorithm = EncryptionAlgorithmSpec::RsaesOaepSha256;
    let good = handle.run(&Op::Decrypt { algorithm, ciphertext }, &mut out).is_ok();
    assert_eq!(out.len(), if good { 32 } else { 0 });
    assert_eq!(good, role() == "decrypted");
}

/// Where the needles are: in the arena, on this thread's stack, or elsewhere, which is the heap.
fn look(stage: &str, needles: &[scan::Needle], arena: &SecretArena) {
    let here = std::ptr::from_ref(&arena).addr() as u64;
    let report = scan::memory(needles, &[arena]).unwrap();
    for hit in &report.hits {
        let on_stack = hit.address.abs_diff(here) < 1 << 20 || hit.place.contains("stack");
        let place = match (hit.in_arena, on_stack) {
            (true, _) => "arena",
            (_, true) => "stack",
            _ if hit.place.is_empty() || hit.place == "[heap]" => "heap",
            _ => "mapped",
        };
        println!("rsa {stage} {place} {}", hit.needle);
    }
}

/// How often each needle is in a place, after a stage.
fn found<'a>(output: &'a str, stage: &str, place: &str) -> BTreeMap<&'a str, u32> {
    let start = format!("rsa {stage} {place} ");
    let mut count = BTreeMap::new();
    output.lines().filter_map(|line| line.strip_prefix(&start)).for_each(|name| *count.entry(name).or_default() += 1);
    count
}

fn run(step: &str, folder: &Path) -> String {
    let output = child(TEST, step, folder);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{step}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn what_rsa_leaves_is_what_is_stated() {
    match role().as_str() {
        "" => {}
        "makes" => {
            println!();
            return make();
        }
        _ => {
            println!();
            return step(&fs::read_to_string(env::var(NEEDLES).unwrap()).unwrap());
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("needles"), run("makes", folder.path())).unwrap();
    println!("RSA_2048 by {}: places on the heap that hold a part of the key or of a message", provider().name());
    println!("| step      | in the arena | on the heap | on the heap when the key is closed |\n|---|---|---|---|");
    for name in STEPS {
        let output = run(name, folder.path());
        let cell = |stage, place| {
            let names: Vec<_> =
                found(&output, stage, place).iter().map(|(it, count)| format!("{it} {count}")).collect();
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        };
        let arena = found(&output, name, "arena");
        println!("| {name:<9} | {} parts | {} | {} |", arena.len(), cell(name, "heap"), cell("dropped", "heap"));
        let kept = ["dP", "dQ", "d", "p", "qInv", "q"].map(|part| (format!("{part}_as_bytes"), 1));
        let kept = kept.iter().map(|(part, count)| (part.as_str(), *count)).collect();
        assert_eq!(arena, if name == "made" { BTreeMap::new() } else { kept }, "{name}");
        assert_eq!(found(&output, "dropped", "arena"), BTreeMap::new(), "{name}");
        for stage in [name, "dropped"] {
            assert_eq!((cell(stage, "stack"), cell(stage, "mapped")), ("nothing".to_owned(), "nothing".to_owned()));
            for (needle, places) in found(&output, stage, "heap") {
                assert!(
                    crate::LEFT_BY_RSA.contains(&needle) && places <= PLACES,
                    "{name}, {stage}: {needle} in {places} places"
                );
            }
        }
    }
}

/// How deep the provider's calls go, by the size of the key.
pub(super) fn figures(provider: &CryptoProvider) {
    for size in RsaSize::ALL {
        let (key, random) = (crate::stock::document(*size, 0), &*provider.random);
        let public = provider.rsa.public_key(*size, &key).unwrap();
        let blob = provider.rsa.encrypt(*size, &public, OaepHash::Sha256, b"m", random).unwrap();
        let (_, used) = stack_used::<524_288, _>(|| provider.rsa.public_key(*size, &key).unwrap()).unwrap();
        depth(&format!("{size:?}, public key"), used);
        for scheme in [RsaScheme::Pss, RsaScheme::Pkcs1v15] {
            let hash = DigestAlgorithm::Sha512;
            let sign = || provider.rsa.sign(*size, &key, scheme, hash, &[7; 64], random).unwrap();
            let (_, used) = stack_used::<524_288, _>(sign).unwrap();
            depth(&format!("{size:?}, sign {scheme:?}"), used);
        }
        let decrypt = || provider.rsa.decrypt(*size, &key, OaepHash::Sha256, &blob, random).unwrap();
        let (_, used) = stack_used::<524_288, _>(decrypt).unwrap();
        depth(&format!("{size:?}, decrypt"), used);
    }
    for size in if cfg!(debug_assertions) { &RsaSize::ALL[..1] } else { RsaSize::ALL } {
        let generate = || provider.rsa.generate(*size, &Patterned::starting_at(PRIME_DRAWS)).unwrap();
        let (_, used) = stack_used::<524_288, _>(generate).unwrap();
        depth(&format!("{size:?}, generate"), used);
    }
}
