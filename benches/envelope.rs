//! Messages at 64 KiB and 16 MiB, beside AES-256-GCM of the same provider.
#![allow(clippy::unwrap_used, reason = "a bench that can't be set up has nothing to say")]

use std::hint::black_box;

use criterion::Criterion;
use strongroom_benches::{Case, is_smoke, print_beside_floor};
use strongroom_envelope::{Envelope, RawAesKeyring};
use strongroom_types::{EncryptionContext, Secret};

fn main() {
    let provider = strongroom_rustcrypto::provider();
    let keys = RawAesKeyring::new(&provider, "bench", "key", &Secret::from(vec![7; 32])).unwrap();
    let envelope = Envelope::new(&provider, &keys);
    let context = EncryptionContext::from_pairs([("tenant", "42")]).unwrap();
    let gcm = provider.aead.key(&[7; 32]).unwrap();
    let sizes: &[usize] = if is_smoke() { &[64 << 10] } else { &[64 << 10, 16 << 20] };
    for len in sizes {
        let plaintext = vec![0x5a; *len];
        let mut in_place = plaintext.clone();
        let message = envelope.seal(&plaintext, &context).unwrap();
        let mut out = Vec::with_capacity(message.len());
        let mut draft_of = || {
            let mut draft = envelope.draft(*len, &context).unwrap();
            draft.slots().for_each(|slot| slot.fill(0x5a));
            black_box(draft.seal().unwrap());
        };
        print_beside_floor(
            &format!("message of {} KiB, frames of 64 KiB", len >> 10),
            &mut [
                Case::new("floor: AES-256-GCM in place", || {
                    black_box(gcm.seal(&[1; 12], b"", &mut in_place).unwrap());
                }),
                Case::new("sealed in place (filled by the caller)", &mut draft_of),
                Case::new("sealed into a second, reused buffer", || {
                    out.clear();
                    envelope.seal_into(&plaintext, &context, &mut out).unwrap();
                }),
                Case::new("opened", || drop(black_box(envelope.open(&message).unwrap()))),
            ],
        );
    }
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let plaintext = vec![0x5a; 64 << 10];
    criterion.bench_function("envelope/seal/64KiB", |b| b.iter(|| envelope.seal(&plaintext, &context).unwrap()));
    criterion.final_summary();
}
