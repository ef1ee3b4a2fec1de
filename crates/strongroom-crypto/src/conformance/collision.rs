//! One GCM ciphertext that opens under two message keys, and what the commitment does about it.
//!
//! GHASH is linear in each block of the ciphertext, so one free block is enough to give it the same
//! tag under two keys (Dodis, Grubbs, Ristenpart and Woodage, "Fast Message Franking", CRYPTO 2018).

use strongroom_types::EncryptionContext;

use super::formats::{context, header, message_keys};
use super::run_of;
use crate::symmetric::{self, Kdk};
use crate::{CryptoErrorKind, CryptoProvider};

/// The polynomial of GHASH, bits reflected as SP 800-38D §6.3 has them.
const POLYNOMIAL: u128 = 0xe1 << 120;
const ONE: u128 = 1 << 127;

fn mul(x: u128, mut y: u128) -> u128 {
    let mut z = 0;
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            z ^= y;
        }
        y = if y & 1 == 1 { y >> 1 ^ POLYNOMIAL } else { y >> 1 };
    }
    z
}

/// `x` squared `n` times.
fn square(x: u128, n: usize) -> u128 {
    (0..n).fold(x, |x, _| mul(x, x))
}

/// `x` to the power of 2^128 - 2.
fn invert(x: u128) -> u128 {
    (1..128).fold(ONE, |inverse, i| mul(inverse, square(x, i)))
}

/// What GCM computes with under one message key and IV, found through the provider alone.
struct Gcm {
    key: [u8; 32],
    hash_key: u128,
    mask: u128,
    ad: Vec<u8>,
}

impl Gcm {
    fn new(p: &CryptoProvider, key: [u8; 32], iv: &[u8; 12], ad: Vec<u8>) -> Self {
        let tag = |aad: &[u8]| u128::from_be_bytes(p.aead.seal_once(&key, iv, aad, &mut []).unwrap());
        // The tag of nothing is the mask; a block of additional data X adds X·H². In this field the
        // square root is 127 squarings.
        let mask = tag(&[]);
        let hash_key = square(tag(&ONE.to_be_bytes()) ^ tag(&[0; 16]), 127);
        Self { key, hash_key, mask, ad }
    }

    /// The tag of a ciphertext (SP 800-38D §7.1).
    fn tag(&self, ciphertext: &[u8]) -> u128 {
        let blocks = [&self.ad[..], ciphertext].into_iter().flat_map(|data| data.chunks(16)).map(|chunk| {
            let mut block = [0; 16];
            block[..chunk.len()].copy_from_slice(chunk);
            u128::from_be_bytes(block)
        });
        let bits = |data: &[u8]| u128::try_from(data.len() * 8).unwrap();
        let lengths = bits(&self.ad) << 64 | bits(ciphertext);
        blocks.chain([lengths]).fold(0, |y, block| mul(y ^ block, self.hash_key)) ^ self.mask
    }
}

/// A ciphertext of two blocks and the tag that it has under both.
fn collide(a: &Gcm, b: &Gcm) -> ([u8; 32], u128) {
    let mut ciphertext = [0; 32];
    ciphertext[16..].copy_from_slice(&run_of::<16>(0xc0));
    // The first block C adds C·H³ to a tag: the other block and the lengths follow it.
    let cube = |g: &Gcm| mul(mul(g.hash_key, g.hash_key), g.hash_key);
    let block = mul(a.tag(&ciphertext) ^ b.tag(&ciphertext), invert(cube(a) ^ cube(b)));
    ciphertext[..16].copy_from_slice(&block.to_be_bytes());
    assert_eq!(a.tag(&ciphertext), b.tag(&ciphertext));
    (ciphertext, a.tag(&ciphertext))
}

/// Lays out the blob with each commitment in turn: it opens with the key that is committed to, and not with the other.
fn judge(p: &CryptoProvider, sides: [(Kdk<'_>, &EncryptionContext); 2]) {
    let (salt, iv) = (run_of::<32>(0x80), run_of::<12>(0xa0));
    let keys = sides.map(|(kdk, context)| message_keys(p, kdk, &header().encode(), context, &salt));
    let [a, b] = [0, 1].map(|i| {
        let mut ad = header().encode().to_vec();
        sides[i].1.encode_into(&mut ad);
        Gcm::new(p, keys[i].0, &iv, ad)
    });
    let (ciphertext, tag) = collide(&a, &b);
    for gcm in [&a, &b] {
        let opened = p.aead.open_once(&gcm.key, &iv, &gcm.ad, &mut ciphertext.clone(), &tag.to_be_bytes());
        opened.unwrap_or_else(|_| panic!("the collision is not one"));
    }
    for committed in [0, 1] {
        let parts: [&[u8]; 6] = [&header().encode(), &salt, &keys[committed].1, &iv, &ciphertext, &tag.to_be_bytes()];
        let blob = parts.concat();
        for (i, (kdk, context)) in sides.into_iter().enumerate() {
            let opened = symmetric::open(p, kdk, context, &blob).map(|_| ()).map_err(|e| e.kind());
            assert_eq!(opened, if i == committed { Ok(()) } else { Err(CryptoErrorKind::Verification) });
        }
    }
}

pub(super) fn collision_of_two_keys(p: &CryptoProvider) {
    let (one, two) = (run_of::<32>(1), run_of::<32>(2));
    let [one, two] = [&one, &two].map(|kdk| Kdk::new(kdk).unwrap());
    judge(p, [(one, &context()), (two, &context())]);
}

pub(super) fn collision_of_two_contexts(p: &CryptoProvider) {
    let kdk = run_of::<32>(1);
    let kdk = Kdk::new(&kdk).unwrap();
    judge(p, [(kdk, &context()), (kdk, &EncryptionContext::EMPTY)]);
}
