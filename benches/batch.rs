//! Items a second: a batch of 256, beside the calls one by one; in memory, on disk, and synced before they return.
#![allow(clippy::unwrap_used, reason = "a bench that can't be set up has nothing to say")]

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use strongroom::types::{DataKeySpec, DecryptRequest, GenerateDataKeyRequest};
use strongroom::{Caller, Client, Durability, EncryptionContext, Kms, Options, Passphrase, ops};
use strongroom_crypto::Argon2idParams;

const ITEMS: usize = 256;

fn on_disk(folder: &std::path::Path, durability: Durability) -> Kms {
    let unlock = Passphrase::new(b"bench".as_slice()).params(Argon2idParams::FLOOR);
    Kms::create(folder, Options::new(unlock).durability(durability)).unwrap()
}

fn one_place(c: &mut Criterion, name: &str, client: &Client) {
    let key = client.create_key().send().unwrap().key_metadata.key_id;
    let context = EncryptionContext::from_pairs([("tenant", "42"), ("purpose", "start-up")]).unwrap();
    let sealed = |number: usize| {
        let plaintext = vec![u8::try_from(number % 251).unwrap(); 32];
        let call = client.encrypt(&*key, plaintext).encryption_context_map(context.clone());
        call.send().unwrap().ciphertext_blob
    };
    let opens: Vec<DecryptRequest> = (0..ITEMS)
        .map(|number| DecryptRequest::new().ciphertext_blob(sealed(number)).encryption_context(context.clone()))
        .collect();
    let request = GenerateDataKeyRequest::new(&*key).key_spec(DataKeySpec::Aes256).encryption_context(context);
    let makes = vec![request; ITEMS];

    let mut group = c.benchmark_group(format!("batch {name}"));
    group.throughput(Throughput::Elements(ITEMS as u64)).sample_size(10).measurement_time(Duration::from_secs(2));
    group.warm_up_time(Duration::from_millis(300));
    group.bench_function("Decrypt one by one", |b| {
        b.iter(|| opens.iter().for_each(|request| drop(client.run::<ops::Decrypt>(request).unwrap())));
    });
    group.bench_function("Decrypt in a batch", |b| {
        b.iter(|| assert!(client.batch::<ops::Decrypt>(&opens).unwrap().iter().all(Result::is_ok)));
    });
    group.bench_function("GenerateDataKey one by one", |b| {
        b.iter(|| makes.iter().for_each(|request| drop(client.run::<ops::GenerateDataKey>(request).unwrap())));
    });
    group.bench_function("GenerateDataKey in a batch", |b| {
        b.iter(|| assert!(client.batch::<ops::GenerateDataKey>(&makes).unwrap().iter().all(Result::is_ok)));
    });
    group.finish();
}

fn batches(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let places = [
        ("in memory", Kms::in_memory().unwrap()),
        ("on disk", on_disk(&folder.path().join("process"), Durability::Process)),
        ("durable", on_disk(&folder.path().join("durable"), Durability::Durable)),
    ];
    for (name, kms) in places {
        one_place(c, name, &kms.client(Caller::root()).unwrap());
    }
}

criterion_group!(benches, batches);
criterion_main!(benches);
