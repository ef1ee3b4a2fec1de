//! What an event costs: `cargo test --release -p strongroom-audit --test it figures -- --ignored --nocapture`

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use strongroom_api::types::EncryptRequest;
use strongroom_audit::event::{Decision, Durability, Event, Fact, Identity, Named, Record, Resource, Served};
use strongroom_audit::log::{
    DirStorage, EntryKind, EntryParts, Log, LogOptions, LogStorage, MemoryStorage, leaf_hash, record_hash,
};
use strongroom_types::{EncryptionContext, Timestamp};

use crate::support::{ARN, alice, blind, crypto, id, key, origin, region};

const CALLS: u64 = 200_000;

/// Nanoseconds that this thread has spent on a processor, where the system says so.
fn on_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(f64::NAN)
}

/// The median of five runs, in nanoseconds per call: on the clock, and of this thread's processor time.
fn measure(name: &str, calls: u64, mut run: impl FnMut(u64)) {
    let mut times: Vec<(f64, f64)> = (0..5)
        .map(|_| {
            let (start, cpu) = (Instant::now(), on_cpu());
            run(calls);
            let calls = f64::from(u32::try_from(calls).unwrap());
            (start.elapsed().as_secs_f64() * 1e9 / calls, (on_cpu() - cpu) / calls)
        })
        .collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let cpu = times.iter().map(|(_, cpu)| *cpu).fold(f64::NAN, f64::min);
    println!("{name:<60} {:>8.0} ns on the clock, {cpu:>6.0} ns of this thread's processor time (least)", times[2].0);
}

fn log_on(storage: Arc<dyn LogStorage>) -> Log {
    Log::create(storage, crypto(), origin(), LogOptions::default().with_segment_bytes(1 << 40)).unwrap()
}

#[test]
#[ignore = "figures, for release builds"]
fn figures() {
    let crypto = crypto();
    let alice = alice();
    let request = EncryptRequest::new(ARN, b"attack at dawn".as_slice())
        .encryption_context(EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap());
    let resources = [Resource::key(key())];
    let additional = [Named { name: "keyMaterialId", value: Fact::Hex(&[0xab; 32]) }];
    let encode = |out: &mut Vec<u8>| {
        out.clear();
        let time = Timestamp::from_secs(1_747_806_465);
        let mut event = Event::call(id(1), id(2), time, "Encrypt", region(), Identity::of(&alice));
        event.request = Some(Served::Members(&request));
        event.resources = Some(&resources);
        event.additional = &additional;
        event.read_only = true;
        event.facts.durability = Some(Durability::Process);
        event.facts.decision = Some(Decision {
            allowed: true,
            layer: "keyPolicy",
            document: None,
            statement: Some("AllowUse"),
            reason: None,
        });
        event.encode(&crypto, out);
    };
    let mut record = Vec::new();
    encode(&mut record);
    println!("record of {} bytes", record.len());

    measure("encode", CALLS, |calls| (0..calls).for_each(|_| encode(&mut record)));
    let b = blind(7);
    measure("record hash", CALLS, |calls| {
        (0..calls).for_each(|_| {
            black_box(record_hash(&crypto, &b, black_box(&record)));
        });
    });
    measure("leaf hash", CALLS, |calls| {
        (0..calls).for_each(|_| {
            black_box(leaf_hash(&crypto, black_box(&[7; 120])));
        })
    });
    measure("decode", CALLS, |calls| (0..calls).for_each(|_| drop(black_box(Record::decode(black_box(&record))))));
    let decoded = Record::decode(&record).unwrap();
    let mut json = Vec::new();
    measure("CloudTrail JSON", CALLS, |calls| {
        (0..calls).for_each(|_| {
            json.clear();
            decoded.to_cloudtrail_json(&mut json);
        });
    });

    let one = |log: &Log, record: &mut Vec<u8>| {
        encode(record);
        let parts = EntryParts::new(EntryKind::Call, Timestamp::EPOCH, &b, record);
        log.append(parts).wait().unwrap().unwrap();
    };
    measure("encode, hash, append in memory (log of 200,000 grows)", CALLS, |calls| {
        let log = log_on(Arc::new(MemoryStorage::new()));
        (0..calls).for_each(|_| one(&log, &mut record));
    });
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut run = 0;
    let mut on_disk = || {
        run += 1;
        let path = folder.path().join(run.to_string());
        std::fs::create_dir(&path).unwrap();
        log_on(Arc::new(DirStorage::open(path).unwrap()))
    };
    measure("encode, hash, append to a file (Process)", CALLS / 4, |calls| {
        let log = on_disk();
        (0..calls).for_each(|_| one(&log, &mut record));
    });
    for threads in [2_u64, 8] {
        measure(&format!("the same, {threads} threads, per call of all"), CALLS / 4, |calls| {
            let log = on_disk();
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        let mut record = Vec::new();
                        (0..calls / threads).for_each(|_| one(&log, &mut record));
                    });
                }
            });
        });
    }
    for threads in [1_u64, 8, 64] {
        measure(&format!("append and sync (Durable), {threads} threads, per call of all"), 512, |calls| {
            let log = on_disk();
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        for _ in 0..calls / threads {
                            let parts = EntryParts::new(EntryKind::Call, Timestamp::EPOCH, &b, &record);
                            let index = log.append(parts).wait().unwrap().unwrap().index;
                            log.sync_through(index).wait().unwrap().unwrap();
                        }
                    });
                }
            });
        });
    }
}
