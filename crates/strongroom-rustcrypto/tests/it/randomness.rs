//! Where randomness comes from, and what happens when there is none.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_crypto::{CryptoErrorKind, Curve};
use strongroom_rustcrypto::{SystemRandom, provider, provider_with};
use strongroom_types::{EncryptionContext, KeyId, Random, RandomError};

/// The system's generator, counted, and failing from a given draw on.
#[derive(Debug)]
struct Budget(AtomicUsize, usize);

impl Random for Budget {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        if self.0.fetch_add(1, Ordering::Relaxed) >= self.1 {
            return Err(RandomError::new());
        }
        SystemRandom.fill(out)
    }
}

fn header() -> Header {
    Header::new(KeyId::from_parts([1; 16], false), [2; 16])
}

/// Seals `n` times under one key and looks for a salt or IV seen before.
fn no_salt_or_iv_repeats_in(n: usize) {
    let p = provider();
    let (mut salts, mut ivs) = (HashSet::with_capacity(n), HashSet::with_capacity(n));
    let mut blob = Vec::new();
    for _ in 0..n {
        blob.clear();
        let kdk = Kdk::new(&[3; 32]).unwrap();
        symmetric::seal_fresh(&p, kdk, &header(), &EncryptionContext::EMPTY, b"x", &mut blob).unwrap();
        assert!(salts.insert(<[u8; 32]>::try_from(&blob[36..68]).unwrap()), "a salt repeats");
        assert!(ivs.insert(<[u8; 12]>::try_from(&blob[100..112]).unwrap()), "an IV repeats");
    }
    println!("{n} encryptions under one key: no salt and no IV twice");
}

#[test]
fn ten_thousand_encryptions_under_one_key_never_share_salt_or_iv() {
    no_salt_or_iv_repeats_in(10_000);
}

#[test]
#[ignore = "the long run: a million encryptions"]
fn a_million_encryptions_under_one_key_never_share_salt_or_iv() {
    no_salt_or_iv_repeats_in(1 << 20);
}

#[test]
fn one_encryption_takes_one_draw_and_a_failing_generator_is_an_error() {
    let random = Arc::new(Budget(AtomicUsize::new(0), 3));
    let p = provider_with(random.clone());
    for i in 0..6 {
        let mut blob = Vec::new();
        let kdk = Kdk::new(&[3; 32]).unwrap();
        let sealed = symmetric::seal_fresh(&p, kdk, &header(), &EncryptionContext::EMPTY, b"x", &mut blob);
        assert_eq!(random.0.load(Ordering::Relaxed), i + 1);
        match sealed.map_err(|e| e.kind()) {
            Ok(()) => assert!(i < 3 && blob.len() == 129),
            Err(kind) => assert!(i >= 3 && kind == CryptoErrorKind::Random && blob.is_empty()),
        }
    }
}

#[test]
fn keys_come_from_the_generator_that_is_handed_in() {
    let random = Budget(AtomicUsize::new(0), 1);
    let p = provider();
    let one = p.ecdsa.generate(Curve::P256, &random).unwrap();
    assert_eq!(random.0.load(Ordering::Relaxed), 1);
    assert_eq!(p.ecdsa.generate(Curve::P256, &random).unwrap_err().kind(), CryptoErrorKind::Random);
    let two = p.ecdsa.generate(Curve::P256, &SystemRandom).unwrap();
    assert_ne!(one.expose_secret(), two.expose_secret());
}

#[test]
fn the_system_generator_fills_every_byte() {
    let mut seen = [false; 100];
    for _ in 0..16 {
        let mut bytes = [0; 100];
        SystemRandom.fill(&mut bytes).unwrap();
        seen.iter_mut().zip(bytes).for_each(|(seen, byte)| *seen |= byte != 0);
    }
    assert!(seen.iter().all(|s| *s));
    SystemRandom.fill(&mut []).unwrap();
}

#[test]
fn the_provider_says_its_name_and_claims_no_validation() {
    let p = provider();
    assert_eq!(p.name(), "rustcrypto");
    assert_eq!(p.clone().named("mixed").name(), "mixed");
    assert!(!p.aead.validation(32).is_fips());
    assert!(!p.ecdsa.validation(Curve::P256).is_fips());
    assert!(!p.password.validation().is_fips());
}
