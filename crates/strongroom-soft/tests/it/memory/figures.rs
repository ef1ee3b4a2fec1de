//! How deep the provider's calls go, and what clearing the stack below them costs. `src/stack.rs` has its numbers from here.

use std::hint;
use std::time::Instant;

use strongroom_crypto::{CryptoProvider, Curve, MacAlgorithm, symmetric};
use strongroom_hsm::{Op, OutBuf};
use strongroom_memory::{SecretArena, StackUse, stack_used, with_cleared_stack};

use super::{CURVES, MACS, Patterned, context, load, rsa};
use crate::support::{arena, place};

pub(super) fn depth(what: &str, used: StackUse) {
    println!("{what:<28} {:>7} bytes deep{}", used.bytes, if used.at_least { " at least" } else { "" });
}

#[inline(never)]
fn ecdsa_figures(provider: &CryptoProvider, curve: Curve) {
    let (scalar, digest) = (vec![1; curve.scalar_len()], vec![3; curve.digest().output_len()]);
    let sign = || provider.ecdsa.sign(curve, &scalar, &digest, Some(&*provider.random)).unwrap();
    let (_, used) = stack_used::<262_144, _>(sign).unwrap();
    depth(&format!("ECDSA {curve:?}, sign"), used);
    let (_, used) = stack_used::<262_144, _>(|| provider.ecdsa.public_key(curve, &scalar).unwrap()).unwrap();
    depth(&format!("ECDSA {curve:?}, public key"), used);
    let random = Patterned::starting_at(1);
    let (_, used) = stack_used::<262_144, _>(|| provider.ecdsa.generate(curve, &random).unwrap()).unwrap();
    depth(&format!("ECDSA {curve:?}, generate"), used);
}

#[inline(never)]
fn mac_figures(provider: &CryptoProvider, algorithm: MacAlgorithm) {
    let (key, mut tag) = (vec![1; algorithm.tag_len()], vec![0; algorithm.tag_len()]);
    let compute = || provider.mac.compute(algorithm, &key, &[b"m"], &mut tag).unwrap();
    let ((), used) = stack_used::<262_144, _>(compute).unwrap();
    depth(&format!("{algorithm:?}"), used);
    let key_id = place(1).key_id;
    let fingerprint = || strongroom_crypto::record::fingerprint(provider, "HMAC_512", &key, &key_id).unwrap();
    let (_, used) = stack_used::<262_144, _>(fingerprint).unwrap();
    depth("fingerprint", used);
}

/// Prints how deep each call into the provider goes and what clearing costs; no claim, figures.
#[test]
fn figures_of_the_stack() {
    let arena = arena();
    std::thread::Builder::new().stack_size(8 << 20).spawn(move || print_figures(&arena)).unwrap().join().unwrap();
}

fn print_figures(arena: &SecretArena) {
    let rounds = if cfg!(debug_assertions) { 200 } else { 20_000 };
    let loaded = load(arena);
    let provider = loaded.root.provider();
    let (kdk, entropy, key_id) = ([5; 32], [6; 44], place(1).key_id);
    let header = symmetric::Header::new(key_id, [0; 16]);
    let lent = symmetric::Kdk::new(&kdk).unwrap();
    let context = context();
    let mut blob = Vec::new();
    let seal = |blob: &mut Vec<u8>| symmetric::seal(provider, lent, &header, &context, &entropy, b"m", blob).unwrap();
    let ((), used) = stack_used::<262_144, _>(|| seal(&mut blob)).unwrap();
    depth("suite 1, seal", used);
    let (_, used) = stack_used::<262_144, _>(|| symmetric::open(provider, lent, &context, &blob).unwrap()).unwrap();
    depth("suite 1, open", used);
    let (_, used) = stack_used::<262_144, _>(|| symmetric::derive_kdk(provider, &kdk, &key_id, &mut [0; 32])).unwrap();
    depth("suite 1, KDK", used);
    CURVES.iter().for_each(|(_, curve, _)| ecdsa_figures(provider, *curve));
    MACS.iter().for_each(|(_, algorithm, _)| mac_figures(provider, *algorithm));
    rsa::figures(provider);
    let floor = strongroom_crypto::Argon2idParams::FLOOR;
    let argon = || provider.password.argon2id(b"p", &[1; 16], floor, &mut [0; 32]).unwrap();
    let ((), used) = stack_used::<262_144, _>(argon).unwrap();
    depth("Argon2id", used);
    cost::<4_096>();
    cost::<8_192>();
    cost::<16_384>();
    cost::<32_768>();
    cost::<65_536>();
    let start = Instant::now();
    for _ in 0..rounds {
        let mut blob = OutBuf::with_limit(6_144);
        loaded.symmetric.run(&Op::Seal { context: &context, message: b"m", entropy: &entropy }, &mut blob).unwrap();
    }
    println!("{:<28} {:>7} ns", "Seal through the handle", start.elapsed().as_nanos() / rounds);
    let start = Instant::now();
    for _ in 0..rounds {
        let mut blob = Vec::new();
        seal(&mut blob);
        hint::black_box(&blob);
    }
    println!("{:<28} {:>7} ns", "suite 1, seal, uncleared", start.elapsed().as_nanos() / rounds);
    let start = Instant::now();
    for _ in 0..rounds {
        let mut blob = Vec::new();
        with_cleared_stack::<10_240, _>(|| seal(&mut blob));
        hint::black_box(&blob);
    }
    println!("{:<28} {:>7} ns", "suite 1, seal, 10 KiB cleared", start.elapsed().as_nanos() / rounds);
}

fn cost<const N: usize>() {
    let rounds = 1_000;
    let start = Instant::now();
    for _ in 0..rounds {
        with_cleared_stack::<N, _>(|| hint::black_box(()));
    }
    println!("clearing {N:>6} bytes        {:>7} ns", start.elapsed().as_nanos() / rounds);
}
