//! What must not be found, computed in a process of its own so that no scanned frame ever held it.

use strongroom_crypto::sealing::{self, Family};
use strongroom_crypto::{Curve, MacAlgorithm, symmetric};
use strongroom_memory::scan::Needle;

use super::{DRAW_KEY, DRAW_ROOT, DRAW_SCALAR, KEK, Patterned, SALT, context, pattern};
use crate::support::{STORE, place, provider};

/// Every needle, masked: `label hex` lines.
pub(super) fn print() {
    for needle in all() {
        let hex: String = needle.masked().iter().map(|byte| format!("{byte:02x}")).collect();
        println!("needle {} {hex}", needle.label().replace(' ', "_"));
    }
}

/// Reads what [`print`] wrote.
pub(super) fn parse(text: &str) -> Vec<Needle> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("needle ")?.split_once(' '));
    lines.map(|(label, hex)| Needle::from_masked(label, crate::support::hex(hex))).collect()
}

fn all() -> Vec<Needle> {
    let (provider, place) = (provider(), place(1));
    let drawn = |draw| std::array::from_fn::<u8, 32, _>(|i| pattern(draw, i));
    let (root, kek, key) = (drawn(DRAW_ROOT), drawn(KEK), drawn(DRAW_KEY));
    let (mut kdk_r, mut kdk_s, mut kdk) = ([0; 32], [0; 32], [0; 32]);
    sealing::derive_kdk(&provider, Family::Root, &root, &STORE, &mut kdk_r).unwrap();
    sealing::derive_kdk(&provider, Family::Slot, &kek, &STORE, &mut kdk_s).unwrap();
    symmetric::derive_kdk(&provider, &key, &place.key_id, &mut kdk).unwrap();
    let message_key = message_key(&kdk);
    let mut needles = Vec::new();
    let mut add = |label: &str, bytes: &[u8]| needles.push(Needle::new(label, bytes));
    for (name, secret) in [("R", root), ("KEK", kek), ("KDK_R", kdk_r), ("KDK_slot", kdk_s), ("K", key), ("KDK", kdk)] {
        add(name, &secret);
        add(&format!("{name} as words"), &swapped(&secret));
    }
    for (name, key) in [("KDK_R", kdk_r), ("KDK_slot", kdk_s), ("KDK", kdk)] {
        for (pad, side) in [(0x36, "inner"), (0x5c, "outer")] {
            let block: [u8; 64] = std::array::from_fn(|i| key.get(i).copied().unwrap_or(0) ^ pad);
            let state = compress(&block);
            add(&format!("{name} HMAC {side} block"), &block[..32]);
            add(&format!("{name} HMAC {side} block as words"), &swapped(&block[..32]));
            add(&format!("{name} HMAC {side} state"), &state);
            add(&format!("{name} HMAC {side} state as words"), &swapped(&state));
            // AES-NI's neighbour, SHA-NI, keeps the state as ABEF and CDGH.
            let [a, b, c, d, e, f, g, h] = std::array::from_fn(|i| &state[4 * i..4 * i + 4]);
            for (half, words) in [("ABEF", [f, e, b, a]), ("CDGH", [h, g, d, c])] {
                let halves: Vec<u8> = words.iter().flat_map(|word| word.iter().rev().copied()).collect();
                add(&format!("{name} HMAC {side} state {half}"), &halves);
            }
        }
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
    let scalar = provider.ecdsa.generate(Curve::P256, &Patterned::starting_at(DRAW_SCALAR)).unwrap();
    let scalar = scalar.expose_secret();
    add("scalar", scalar);
    add("scalar as words", &swapped(scalar));
    add("scalar as limbs", &reversed(scalar));
    add("scalar in Montgomery form", &reversed(&montgomery(scalar)));
    needles
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

/// Each 32-bit word in the other order.
fn swapped(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(4).flat_map(|word| word.iter().rev().copied()).collect()
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// The first `count` primes' roots, fractional parts, 32 bits (FIPS 180-4 §4.2.2, §5.3.3).
fn roots(count: usize, root: fn(f64) -> f64) -> Vec<u32> {
    let primes = (2_u32..).filter(|n| (2..*n).all(|d| n % d != 0));
    primes.take(count).map(|p| (root(f64::from(p)).fract() * 4_294_967_296.0) as u32).collect()
}

/// The SHA-256 state after one block (FIPS 180-4 §6.2.2), big-endian.
pub(super) fn compress(block: &[u8; 64]) -> [u8; 32] {
    let (k, start) = (roots(64, f64::cbrt), roots(8, f64::sqrt));
    let mut w: Vec<u32> = block.chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())).collect();
    for i in 16..64 {
        let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ (w[i - 15] >> 3);
        let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ (w[i - 2] >> 10);
        w.push(w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1));
    }
    let mut v = start.clone();
    for i in 0..64 {
        let (a, e) = (v[0], v[4]);
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let t1 = v[7].wrapping_add(s1).wrapping_add((e & v[5]) ^ (!e & v[6])).wrapping_add(k[i]).wrapping_add(w[i]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        v.rotate_right(1);
        v[4] = v[4].wrapping_add(t1);
        v[0] = t1.wrapping_add(t2);
    }
    let words: Vec<u8> = v.iter().zip(&start).flat_map(|(a, b)| a.wrapping_add(*b).to_be_bytes()).collect();
    words.try_into().unwrap()
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

/// `scalar · 2^256` modulo the order of P-256 (SP 800-186 §3.2.1.3), by doubling.
pub(super) fn montgomery(scalar: &[u8]) -> Vec<u8> {
    let n = crate::support::hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut value = scalar.to_vec();
    for _ in 0..256 {
        let carry = value[0] >> 7;
        for i in 0..32 {
            value[i] = (value[i] << 1) | value.get(i + 1).map_or(0, |next| next >> 7);
        }
        if carry == 1 || value >= n {
            let mut borrow = 0;
            for i in (0..32).rev() {
                let (first, b1) = value[i].overflowing_sub(n[i]);
                let (second, b2) = first.overflowing_sub(borrow);
                (value[i], borrow) = (second, u8::from(b1 || b2));
            }
        }
    }
    value
}
