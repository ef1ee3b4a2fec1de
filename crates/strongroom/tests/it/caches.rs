//! The caches of records: bounded, and what falls out comes back as it is now.

use std::sync::Arc;

use allocation_counter::measure;
use strongroom::testing::Rehearsal;
use strongroom::types::DescribeKeyRequest;
use strongroom::{Caller, Kms, Options, Store, ops};
use strongroom_audit::log::MemoryStorage;
use strongroom_store::MemoryStore;

use super::support::{FakeClock, HERE, decrypt, delegate, describe, encrypt, key_policy, options, symmetric};

fn small(most: usize) -> (Kms, strongroom::Client) {
    let options: Options = options(&FakeClock::new()).cached_records(most);
    let kms = Kms::in_memory_with(options).unwrap();
    let root = kms.client(strongroom::Caller::root()).unwrap();
    (kms, root)
}

#[test]
fn the_caches_hold_no_more_than_the_option_says_and_everything_still_works() {
    let (kms, root) = small(8);
    let keys: Vec<_> = (0..40).map(|_| symmetric(&root)).collect();
    let sealed: Vec<_> = keys.iter().map(|key| encrypt(&root, &key.id, b"x").unwrap()).collect();
    for (number, key) in keys.iter().enumerate() {
        root.create_alias(format!("alias/number-{number}"), &*key.id).send().unwrap();
        let policy = key_policy(&[
            delegate(HERE),
            serde_json::json!({"Sid": format!("n{number}"), "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:DeleteImportedKeyMaterial", "Resource": "*"}),
        ]);
        root.put_key_policy(&*key.id, policy).send().unwrap();
    }
    for (number, blob) in sealed.iter().enumerate() {
        assert_eq!(decrypt(&root, blob).unwrap(), b"x");
        encrypt(&root, &format!("alias/number-{number}"), b"y").unwrap();
    }
    let status = kms.status().unwrap();
    for cache in [status.keys, status.aliases, status.policies] {
        assert!(cache.entries <= 8 && cache.limit == 8, "{cache:?}");
        assert!(cache.evictions > 20 && cache.misses > 20, "{cache:?}");
    }
}

#[test]
fn what_was_changed_and_fell_out_of_the_cache_is_never_seen_as_it_was() {
    let (_, root) = small(2);
    let keys: Vec<_> = (0..12).map(|_| symmetric(&root)).collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (root, keys) = (root.clone(), &keys);
            scope.spawn(move || {
                for round in 0..60 {
                    // Each thread changes its own keys, and reads those of all.
                    let own = &keys[thread * 3 + round % 3];
                    let text = format!("{thread} {round}");
                    root.update_key_description(&*own.id, &*text).send().unwrap();
                    let read = describe(&root, &own.id).unwrap().description;
                    assert_eq!(read, text);
                    describe(&root, &keys[(round * 7) % 12].id).unwrap();
                }
            });
        }
    });
}

#[test]
fn a_key_in_memory_costs_less_than_a_kibibyte() {
    let most = std::env::var("STRONGROOM_KEYS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let log = Arc::new(MemoryStorage::new());
    let kms = Kms::create_in(Arc::clone(&store), log.clone(), options(&FakeClock::new())).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let keys: Vec<_> = (0..most).map(|_| symmetric(&root).id).collect();
    kms.close().unwrap();
    let began = std::time::Instant::now();
    let kms = Kms::open_in(store, log, options(&FakeClock::new())).unwrap();
    let opened = began.elapsed();
    let root = kms.client(Caller::root()).unwrap();
    let rehearsal = Rehearsal::new(&root).unwrap();
    let requests: Vec<_> = keys.iter().map(|key| DescribeKeyRequest::new(&**key)).collect();
    let read = |request| rehearsal.decide::<ops::DescribeKey>(&root, request).unwrap();
    // Deciding reads a key into the cache, and leaves nothing else behind.
    let held = measure(|| requests.iter().for_each(read));
    assert_eq!(kms.status().unwrap().keys.entries, most.min(100_000));
    let each = held.bytes_current / i64::try_from(most).unwrap();
    println!("{most} keys: opened in {opened:?}, {each} bytes of memory for each");
    assert!(each < 1_024);
}
