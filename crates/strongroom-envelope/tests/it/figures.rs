//! Speed beside the floor: `cargo test --release -p strongroom-envelope -- --ignored --nocapture figures`.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use strongroom_envelope::{Envelope, frame::FrameKind};
use strongroom_types::EncryptionContext;

use crate::support::{ours, provider};

/// The median of some rounds; `prepare` is not timed.
fn time<T>(rounds: usize, mut prepare: impl FnMut() -> T, mut work: impl FnMut(T)) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let input = prepare();
            let start = Instant::now();
            work(input);
            start.elapsed()
        })
        .collect();
    times.sort();
    times[rounds / 2]
}

#[test]
#[ignore = "takes seconds, and means something in release only"]
fn figures() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys);
    let context = EncryptionContext::from_pairs([("purpose", "test")]).unwrap();
    for (name, len, rounds) in
        [("0 B", 0, 2000), ("1 KiB", 1 << 10, 2000), ("64 KiB", 1 << 16, 500), ("16 MiB", 1 << 24, 15)]
    {
        let mut plain = vec![0x5A_u8; len];
        let key = provider.aead.key(&[7; 32]).unwrap();
        let floor = time(
            rounds,
            || (),
            |()| {
                black_box(key.seal(&[1; 12], &[0; 32], &mut plain).unwrap());
            },
        );
        let tag = key.seal(&[1; 12], &[0; 32], &mut plain).unwrap();
        let sealed = plain.clone();
        let floor_open = time(
            rounds,
            || sealed.clone(),
            |mut bytes| {
                key.open(&[1; 12], &[0; 32], &mut bytes, &tag).unwrap();
                black_box(bytes);
            },
        );
        let start = envelope.start(&context).unwrap();
        let frames = time(
            rounds,
            || (),
            |()| {
                for (chunk, number) in plain.chunks_mut(1 << 16).zip(1..) {
                    black_box(start.key.seal_assuming_unique_number(FrameKind::Regular, number, chunk).unwrap());
                }
            },
        );
        let draft = || {
            let mut draft = envelope.draft(len, &context).unwrap();
            draft.slots().for_each(|slot| slot.fill(1));
            draft
        };
        let in_place = time(rounds, draft, |draft| {
            black_box(draft.seal().unwrap());
        });
        let mut out = Vec::new();
        let second = time(
            rounds,
            || (),
            |()| {
                out.clear();
                envelope.seal_into(&plain, &context, &mut out).unwrap();
            },
        );
        let fresh = time(
            rounds,
            || (),
            |()| {
                black_box(envelope.seal(&plain, &context).unwrap());
            },
        );
        let stream = time(
            rounds,
            || (),
            |()| {
                let mut encryptor = envelope.encryptor(std::io::sink(), &context).unwrap();
                std::io::Write::write_all(&mut encryptor, &plain).unwrap();
                encryptor.finish().unwrap();
            },
        );
        let opened = time(
            rounds,
            || (),
            |()| {
                black_box(envelope.open(&out).unwrap());
            },
        );
        let read = time(
            rounds,
            || (),
            |()| {
                black_box(envelope.decryptor(&out[..]).unwrap().finish().unwrap());
            },
        );
        println!("{name}: floor {floor:?} sealing in place, {floor_open:?} opening in place");
        for (what, took) in [
            ("frames in place", frames),
            ("draft, sealed in place", in_place),
            ("into a reused second buffer", second),
            ("into a fresh buffer", fresh),
            ("encryptor to a sink", stream),
            ("open at once", opened),
            ("decryptor from memory", read),
        ] {
            println!("  {what}: {took:?}, {:.2} of the floor", floor.as_secs_f64() / took.as_secs_f64());
        }
    }
    let start = time(
        2000,
        || (),
        |()| {
            black_box(envelope.start(&context).unwrap());
        },
    );
    println!("fixed cost to write (data key, wrap, derivation, header): {start:?}");
}
