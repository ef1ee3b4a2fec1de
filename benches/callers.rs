//! How many calls a second are durable before they return, with 1, 8 and 64 callers, beside what the disk syncs by itself.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that can't be set up has nothing to say")]

use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use strongroom::{Caller, Client, Durability, Kms, Options, Passphrase};
use strongroom_benches::is_smoke;
use strongroom_crypto::Argon2idParams;

/// How long one figure is taken for.
fn span() -> Duration {
    if is_smoke() { Duration::from_millis(20) } else { Duration::from_secs(3) }
}

fn room(folder: &std::path::Path, durability: Durability) -> (Kms, Client, String) {
    let unlock = Passphrase::new(b"bench".as_slice()).params(Argon2idParams::FLOOR);
    let kms = Kms::create(folder, Options::new(unlock).durability(durability)).unwrap();
    let client = kms.client(Caller::root()).unwrap();
    let key = client.create_key().send().unwrap().key_metadata.key_id;
    (kms, client, key)
}

/// Syncs of a small append, one after the other, a second.
fn disk(folder: &std::path::Path) -> f64 {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(folder.join("floor")).unwrap();
    let (started, mut syncs) = (Instant::now(), 0_u32);
    while started.elapsed() < span() {
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(&[7; 512]).unwrap();
        file.sync_data().unwrap();
        syncs += 1;
    }
    f64::from(syncs) / started.elapsed().as_secs_f64()
}

/// Calls of so many threads, a second.
fn calls(callers: usize, call: impl Fn() + Sync) -> f64 {
    let (done, started) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                while started.elapsed() < span() {
                    call();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (_durable, client, key) = room(&folder.path().join("durable"), Durability::Durable);
    let (_process, fast, fast_key) = room(&folder.path().join("process"), Durability::Process);
    println!("\nCalls a second on disk, beside the disk's own syncs, one after the other, taken before and after");
    for callers in [1, 8, 64] {
        let before = disk(folder.path());
        let encrypts = calls(callers, || drop(client.encrypt(&*key, [7; 32].as_slice()).send().unwrap()));
        let changes = calls(callers, || drop(client.create_key().send().unwrap()));
        let floor = f64::midpoint(before, disk(folder.path()));
        let process = calls(callers, || drop(fast.encrypt(&*fast_key, [7; 32].as_slice()).send().unwrap()));
        println!(
            "  {callers:>2} callers: {floor:>7.0} syncs/s   Encrypt, Durable {encrypts:>8.0}/s {:>6.2}x   \
             CreateKey {changes:>8.0}/s {:>6.2}x   Encrypt, Process {process:>9.0}/s",
            encrypts / floor,
            changes / floor,
        );
    }
}
