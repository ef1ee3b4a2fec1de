//! SHA-2's compression functions, written from FIPS 180-4: to know what HMAC's states look like in memory.

use strongroom_crypto::MacAlgorithm;

/// Bytes of a word and of a block.
pub(super) fn sizes(algorithm: MacAlgorithm) -> (usize, usize) {
    match algorithm {
        MacAlgorithm::HmacSha224 | MacAlgorithm::HmacSha256 => (4, 64),
        _ => (8, 128),
    }
}

/// The state after one block, its words big-endian (FIPS 180-4 §5.3, §6.2.2, §6.4.2).
pub(super) fn state(algorithm: MacAlgorithm, block: &[u8]) -> Vec<u8> {
    let upper = |word: u64| word >> 32;
    let (first, second) = (roots(0..8, 2), roots(8..16, 2));
    let start: Vec<u64> = match algorithm {
        MacAlgorithm::HmacSha224 => second.iter().map(|word| word & 0xffff_ffff).collect(),
        MacAlgorithm::HmacSha256 => first.into_iter().map(upper).collect(),
        MacAlgorithm::HmacSha384 => second,
        _ => first,
    };
    if sizes(algorithm).0 == 4 {
        let k = roots(0..64, 3).into_iter().map(upper).collect();
        let words = compress(&SHORT, k, &start, &words(block, 4));
        return words.iter().flat_map(|word| word.to_be_bytes()[4..].to_vec()).collect();
    }
    let words = compress(&LONG, roots(0..80, 3), &start, &words(block, 8));
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn words(block: &[u8], len: usize) -> Vec<u64> {
    block.chunks(len).map(|word| word.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))).collect()
}

/// Turns and shifts of Σ0, Σ1, σ0 and σ1, and the width of a word (FIPS 180-4 §4.1.2, §4.1.3).
struct Shape {
    sums: [[u32; 3]; 2],
    small: [[u32; 3]; 2],
    bits: u32,
}

const SHORT: Shape = Shape { sums: [[2, 13, 22], [6, 11, 25]], small: [[7, 18, 3], [17, 19, 10]], bits: 32 };
const LONG: Shape = Shape { sums: [[28, 34, 39], [14, 18, 41]], small: [[1, 8, 7], [19, 61, 6]], bits: 64 };

impl Shape {
    fn cut(&self, word: u64) -> u64 {
        if self.bits == 32 { word & 0xffff_ffff } else { word }
    }

    fn turn(&self, word: u64, by: u32) -> u64 {
        self.cut(word >> by | word << (self.bits - by))
    }

    fn sum(&self, which: usize, word: u64) -> u64 {
        self.sums[which].iter().fold(0, |sum, by| sum ^ self.turn(word, *by))
    }

    fn small(&self, which: usize, word: u64) -> u64 {
        let [first, second, shift] = self.small[which];
        self.turn(word, first) ^ self.turn(word, second) ^ word >> shift
    }
}

fn compress(shape: &Shape, k: Vec<u64>, start: &[u64], block: &[u64]) -> Vec<u64> {
    let add = |parts: &[u64]| shape.cut(parts.iter().fold(0, |sum, part| sum.wrapping_add(*part)));
    let mut w = block.to_vec();
    for i in 16..k.len() {
        w.push(add(&[shape.small(1, w[i - 2]), w[i - 7], shape.small(0, w[i - 15]), w[i - 16]]));
    }
    let mut v = start.to_vec();
    for (k, w) in k.into_iter().zip(w) {
        let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
        let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        let t1 = add(&[v[7], shape.sum(1, v[4]), choice, k, w]);
        let t2 = add(&[shape.sum(0, v[0]), majority]);
        v.rotate_right(1);
        v[4] = add(&[v[4], t1]);
        v[0] = add(&[t1, t2]);
    }
    v.iter().zip(start).map(|(a, b)| add(&[*a, *b])).collect()
}

/// The first 64 bits of the fractional parts of the `n`-th roots of some of the first primes (FIPS 180-4 §4.2, §5.3).
fn roots(which: std::ops::Range<usize>, n: u32) -> Vec<u64> {
    let primes = (2_u32..).filter(|p| (2..*p).all(|d| p % d != 0));
    primes.take(which.end).skip(which.start).map(|prime| root(prime, n)).collect()
}

/// The largest x with x^n <= prime · 2^(64n), bit by bit; its lower half.
fn root(prime: u32, n: u32) -> u64 {
    let mut wanted = vec![0; 2 * n as usize];
    wanted.push(prime);
    let mut x = 0_u128;
    for bit in (0..72).rev() {
        let more = x | 1 << bit;
        let factor: Vec<u32> = (0..4).map(|i| (more >> (32 * i)) as u32).collect();
        let power = (1..n).fold(factor.clone(), |product, _| times(&product, &factor));
        if !is_more(&power, &wanted) {
            x = more;
        }
    }
    x as u64
}

/// Least word first.
fn times(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut product = vec![0_u32; a.len() + b.len()];
    for (i, x) in a.iter().enumerate() {
        let mut carry = 0;
        for (j, y) in b.iter().enumerate() {
            let sum = u64::from(product[i + j]) + u64::from(*x) * u64::from(*y) + carry;
            (product[i + j], carry) = (sum as u32, sum >> 32);
        }
        product[i + b.len()] = carry as u32;
    }
    product
}

fn is_more(a: &[u32], b: &[u32]) -> bool {
    let at = |words: &[u32], i: usize| words.get(i).copied().unwrap_or(0);
    let longest = a.len().max(b.len());
    let differs = (0..longest).rev().find(|i| at(a, *i) != at(b, *i));
    differs.is_some_and(|i| at(a, i) > at(b, i))
}
