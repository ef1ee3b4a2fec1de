//! What must not be found, computed in a process of its own so that no scanned frame ever held it.

use strongroom_crypto::sealing::{self, Family};
use strongroom_crypto::{Curve, MacAlgorithm, symmetric};
use strongroom_memory::scan::Needle;

use super::{CURVES, DRAW_KEY, DRAW_ROOT, KEK, MACS, Patterned, SALT, context, pattern, sha2};
use crate::support::{STORE, hex, place, provider};

/// Every needle, masked: `label hex` lines.
pub(super) fn print() {
    all().iter().for_each(print_needle);
}

/// One more needle.
pub(super) fn print_one(label: &str, bytes: &[u8]) {
    print_needle(&Needle::new(label, bytes));
}

fn print_needle(needle: &Needle) {
    let hex: String = needle.masked().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("needle {} {hex}", needle.label().replace(' ', "_"));
}

/// Reads what [`print`] wrote.
pub(super) fn parse(text: &str) -> Vec<Needle> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("needle ")?.split_once(' '));
    lines.map(|(label, hex)| Needle::from_masked(label, crate::support::hex(hex))).collect()
}

fn all() -> Vec<Needle> {
    let mut needles = Vec::new();
    let mut add = |label: &str, bytes: &[u8]| needles.push(Needle::new(label, bytes));
    sealing_and_suite_one(&mut add);
    MACS.iter().for_each(|(_, algorithm, draw)| mac(&mut add, *algorithm, *draw));
    CURVES.iter().for_each(|(_, curve, draw)| scalar(&mut add, *curve, *draw));
    needles
}

type Add<'a> = &'a mut dyn FnMut(&str, &[u8]);

fn sealing_and_suite_one(add: Add<'_>) {
    let (provider, place) = (provider(), place(1));
    let drawn = |draw| std::array::from_fn::<u8, 32, _>(|i| pattern(draw, i));
    let (root, kek, key) = (drawn(DRAW_ROOT), drawn(KEK), drawn(DRAW_KEY));
    let (mut kdk_r, mut kdk_s, mut kdk) = ([0; 32], [0; 32], [0; 32]);
    sealing::derive_kdk(&provider, Family::Root, &root, &STORE, &mut kdk_r).unwrap();
    sealing::derive_kdk(&provider, Family::Slot, &kek, &STORE, &mut kdk_s).unwrap();
    symmetric::derive_kdk(&provider, &key, &place.key_id, &mut kdk).unwrap();
    let message_key = message_key(&kdk);
    for (name, secret) in [("R", root), ("KEK", kek), ("KDK_R", kdk_r), ("KDK_slot", kdk_s), ("K", key), ("KDK", kdk)] {
        add(name, &secret);
        add(&format!("{name} as words"), &swapped(&secret, 4));
    }
    for (name, key) in [("KDK_R", kdk_r), ("KDK_slot", kdk_s), ("KDK", kdk)] {
        hmac(add, name, MacAlgorithm::HmacSha256, &key);
    }
    for (name, key) in [("message key", message_key), ("KDK as AES key", kdk)] {
        let schedule = expand(&key);
        // The first two are the key itself.
        let own = if key == kdk { 2 } else { 0 };
        for (round, round_key) in schedule.chunks(16).enumerate().skip(own) {
            add(&format!("{name}, round key {round}"), round_key);
        }
        let h = encrypt_zero_block(&schedule);
        add(&format!("{name}, GHASH key"), &h);
        add(&format!("{name}, GHASH key reversed"), &reversed(&h));
    }
}

/// What HMAC makes of a key no longer than a block: the blocks that it hashes first, and the states after them.
fn hmac(add: Add<'_>, name: &str, algorithm: MacAlgorithm, key: &[u8]) {
    let (word, block) = sha2::sizes(algorithm);
    for (pad, side) in [(0x36, "inner"), (0x5c, "outer")] {
        let block: Vec<u8> = (0..block).map(|i| key.get(i).copied().unwrap_or(0) ^ pad).collect();
        let state = sha2::state(algorithm, &block);
        add(&format!("{name} HMAC {side} block"), &block[..key.len()]);
        add(&format!("{name} HMAC {side} block as words"), &swapped(&block[..key.len()], word));
        add(&format!("{name} HMAC {side} state"), &state);
        add(&format!("{name} HMAC {side} state as words"), &swapped(&state, word));
        if word == 8 {
            continue;
        }
        // SHA-NI keeps the state as ABEF and CDGH.
        let [a, b, c, d, e, f, g, h] = std::array::from_fn(|i| &state[4 * i..4 * i + 4]);
        for (half, words) in [("ABEF", [f, e, b, a]), ("CDGH", [h, g, d, c])] {
            let halves: Vec<u8> = words.iter().flat_map(|word| word.iter().rev().copied()).collect();
            add(&format!("{name} HMAC {side} state {half}"), &halves);
        }
    }
}

/// An HMAC key, its states, and what its fingerprint comes from.
fn mac(add: Add<'_>, algorithm: MacAlgorithm, draw: u64) {
    let spec = format!("HMAC_{}", algorithm.tag_len() * 8);
    let key: Vec<u8> = (0..algorithm.tag_len()).map(|i| pattern(draw, i)).collect();
    add(&spec, &key);
    add(&format!("{spec} as words"), &swapped(&key, 4));
    add(&format!("{spec} as long words"), &swapped(&key, 8));
    hmac(add, &spec, algorithm, &key);
    let len = u16::try_from(spec.len()).unwrap().to_be_bytes();
    let mut fk = [0; 32];
    let parts: [&[u8]; 3] = [&len, spec.as_bytes(), &key];
    provider().mac.compute(MacAlgorithm::HmacSha256, b"strongroom/imp/1/kdk", &parts, &mut fk).unwrap();
    add(&format!("{spec} FK"), &fk);
    hmac(add, &format!("{spec} FK"), MacAlgorithm::HmacSha256, &fk);
}

/// The orders, and how many bits a number in Montgomery form is shifted by; `k256` computes without it.
fn order(curve: Curve) -> (Vec<u8>, usize) {
    // SP 800-186 §3.2.1.3 to §3.2.1.5; SEC 2 §2.4.1.
    let (n, bits) = match curve {
        Curve::P256 => ("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 256),
        Curve::P384 => {
            ("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 384)
        }
        Curve::P521 => (
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b889\
             9c47aebb6fb71e91386409",
            576,
        ),
        _ => ("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 0),
    };
    (hex(n), bits)
}

fn scalar(add: Add<'_>, curve: Curve, draw: u64) {
    let scalar = provider().ecdsa.generate(curve, &Patterned::starting_at(draw)).unwrap();
    let scalar = scalar.expose_secret();
    add(&format!("{curve:?}"), scalar);
    add(&format!("{curve:?} as words"), &swapped(scalar, 4));
    add(&format!("{curve:?} as limbs"), &reversed(scalar));
    let (order, bits) = order(curve);
    if bits > 0 {
        add(&format!("{curve:?} in Montgomery form"), &reversed(&montgomery(scalar, &order, bits)));
    }
}

/// T(1) of the one message that the subject seals and opens.
fn message_key(kdk: &[u8; 32]) -> [u8; 32] {
    let (provider, place) = (provider(), place(1));
    let id = symmetric::key_material_id(&provider, symmetric::Kdk::new(kdk).unwrap(), &place.key_id).unwrap();
    let mut ad = symmetric::Header::new(place.key_id, id.version_id()).encode().to_vec();
    context().encode_into(&mut ad);
    let hash = strongroom_crypto::DigestAlgorithm::Sha256;
    let (mut digest, mut key) = ([0; 32], [0; 32]);
    provider.digest.digest(hash, &[b"strongroom/sym/1/ad", &[0], &ad], &mut digest).unwrap();
    let salt: [u8; 32] = std::array::from_fn(|i| pattern(SALT, i));
    let parts: [&[u8]; 6] = [&[0, 0, 0, 1], b"strongroom/sym/1/key", &[0], &salt, &digest, &[0, 0, 2, 0]];
    provider.mac.compute(MacAlgorithm::HmacSha256, kdk, &parts, &mut key).unwrap();
    key
}

/// Each word of `len` bytes in the other order.
fn swapped(bytes: &[u8], len: usize) -> Vec<u8> {
    bytes.chunks(len).flat_map(|word| word.iter().rev().copied()).collect()
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

fn times_x(byte: u8) -> u8 {
    (byte << 1) ^ (if byte & 0x80 == 0 { 0 } else { 0x1b })
}

/// The S-box (FIPS 197 §5.1.1): inverse in GF(2^8), by the generator 3, then the affine map.
fn s_box(byte: u8) -> u8 {
    let mut inverse = 0;
    if byte != 0 {
        // 3^i = byte, so 3^(255 - i) is its inverse.
        let powers: Vec<u8> = std::iter::successors(Some(1_u8), |p| Some(times_x(*p) ^ p)).take(255).collect();
        let i = powers.iter().position(|p| *p == byte).unwrap();
        inverse = powers[(255 - i) % 255];
    }
    (0..5).fold(0x63, |sum, turn| sum ^ inverse.rotate_left(turn))
}

/// The schedule of AES-256 (FIPS 197 §5.2), 15 round keys.
pub(super) fn expand(key: &[u8; 32]) -> Vec<u8> {
    let mut w: Vec<[u8; 4]> = key.chunks(4).map(|word| word.try_into().unwrap()).collect();
    let mut rcon = 1;
    for i in 8..60 {
        let mut t = w[i - 1];
        if i % 8 == 0 {
            t.rotate_left(1);
        }
        if i % 4 == 0 {
            t = t.map(s_box);
        }
        if i % 8 == 0 {
            t[0] ^= rcon;
            rcon = times_x(rcon);
        }
        w.push(std::array::from_fn(|j| w[i - 8][j] ^ t[j]));
    }
    w.concat()
}

/// AES of the block of zeros (FIPS 197 §5.1).
pub(super) fn encrypt_zero_block(schedule: &[u8]) -> Vec<u8> {
    let mut state = schedule[..16].to_vec();
    for round in 1..=14 {
        let shifted: Vec<u8> = (0..16).map(|i| s_box(state[(i + 4 * (i % 4)) % 16])).collect();
        state = (0..16)
            .map(|i| {
                let at = |j: usize| shifted[i / 4 * 4 + (i + j) % 4];
                let mixed = times_x(at(0)) ^ times_x(at(1)) ^ at(1) ^ at(2) ^ at(3);
                (if round == 14 { at(0) } else { mixed }) ^ schedule[16 * round + i]
            })
            .collect();
    }
    state
}

/// `scalar · 2^bits` modulo `order`, by doubling.
pub(super) fn montgomery(scalar: &[u8], order: &[u8], bits: usize) -> Vec<u8> {
    // A byte more, for the carry.
    let order = [&[0], order].concat();
    let mut value = [&[0], scalar].concat();
    for _ in 0..bits {
        for i in 0..value.len() {
            value[i] = (value[i] << 1) | value.get(i + 1).map_or(0, |next| next >> 7);
        }
        if value >= order {
            let mut borrow = 0;
            for i in (0..value.len()).rev() {
                let (first, b1) = value[i].overflowing_sub(order[i]);
                let (second, b2) = first.overflowing_sub(borrow);
                (value[i], borrow) = (second, u8::from(b1 || b2));
            }
        }
    }
    value[1..].to_vec()
}

/// The orders of the curves in Montgomery form, for the test of this module.
pub(super) fn one_in_montgomery_form(curve: Curve) -> Vec<u8> {
    let (order, bits) = order(curve);
    let one = [vec![0; order.len() - 1], vec![1]].concat();
    montgomery(&one, &order, bits)
}
