//! The floor of the facade's figures. Run it with
//! `cargo test --release -p strongroom-rustcrypto --test it figures -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_crypto::{Curve, WrapAlgorithm};
use strongroom_rustcrypto::provider;
use strongroom_types::{EncryptionContext, KeyId};

const ROUNDS: usize = 31;
const ROUND: Duration = Duration::from_millis(4);

/// The median and the best round, in ns a call.
fn measure(what: &str, mut f: impl FnMut()) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (start, mut n) = (Instant::now(), 0_u32);
            while start.elapsed() < ROUND {
                (0..16).for_each(|_| f());
                n += 16;
            }
            start.elapsed().as_nanos() as f64 / f64::from(n)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{what:40} median {:9.0} ns, best {:9.0} ns", rounds[ROUNDS / 2], rounds[0]);
}

#[test]
#[ignore = "figures: in release only"]
fn figures() {
    let p = provider();
    // 125 bytes of encoded context.
    let value = "x".repeat(100);
    let context = EncryptionContext::from_pairs([("tenant", value.as_str()), ("app", "order")]).unwrap();
    println!("encoded context: {} bytes", context.encoded_len());
    let kdk = Kdk::new(&[3; 32]).unwrap();
    let header = Header::new(KeyId::from_parts([1; 16], false), [2; 16]);
    measure("getrandom, 44 bytes", || {
        let _ = black_box(p.draw::<44>());
    });
    for (name, len) in [("32 B", 32), ("1 KiB", 1024), ("4 KiB", 4096)] {
        let text = vec![7; len];
        measure(&format!("suite 1 seal {name}, randomness given"), || {
            let mut blob = Vec::new();
            symmetric::seal(&p, kdk, &header, &context, &[5; 44], &text, &mut blob).unwrap();
            black_box(blob);
        });
        measure(&format!("suite 1 seal {name} with its draw"), || {
            let mut blob = Vec::new();
            symmetric::seal_fresh(&p, kdk, &header, &context, &text, &mut blob).unwrap();
            black_box(blob);
        });
        let mut blob = Vec::new();
        symmetric::seal(&p, kdk, &header, &context, &[5; 44], &text, &mut blob).unwrap();
        measure(&format!("suite 1 open {name}"), || {
            black_box(symmetric::open(&p, kdk, &context, &blob).unwrap());
        });
        let mut buf = vec![7; len];
        measure(&format!("AES-256-GCM seal_once {name}"), || {
            black_box(p.aead.seal_once(&[3; 32], &[5; 12], &[0; 32], &mut buf).unwrap());
        });
        let keyed = p.aead.key(&[3; 32]).unwrap();
        measure(&format!("AES-256-GCM keyed seal {name}"), || {
            black_box(keyed.seal(&[5; 12], &[0; 32], &mut buf).unwrap());
        });
    }
    measure("KWP wrap 32 B", || {
        let _ = black_box(p.key_wrap.wrap(WrapAlgorithm::Kwp, &[1; 32], &[2; 32]));
    });
    let key = p.ecdsa.public_key(Curve::P256, &[1; 32]).unwrap();
    let signature = p.ecdsa.sign(Curve::P256, &[1; 32], &[2; 32], None).unwrap();
    measure("ECDSA P-256 sign", || {
        let _ = black_box(p.ecdsa.sign(Curve::P256, &[1; 32], &[2; 32], None));
    });
    measure("ECDSA P-256 verify", || p.ecdsa.verify(Curve::P256, &key, &[2; 32], &signature).unwrap());
    measure("Ed25519 sign 64 B", || {
        let _ = black_box(p.ed25519.sign(&[1; 32], &[2; 64]));
    });
}
