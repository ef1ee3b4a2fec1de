//! Large strongrooms: holding and opening 100,000 keys, opening with a million events.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that can't be set up has nothing to say")]

use std::path::Path;
use std::time::{Duration, Instant};

use strongroom::{Caller, Kms, LockPolicy, Options, Passphrase, Region};
use strongroom_benches::is_smoke;
use strongroom_crypto::Argon2idParams;

fn options() -> Options {
    let unlock = Passphrase::new(b"bench".as_slice()).params(Argon2idParams::FLOOR);
    // Every handle stays open, in memory that need not be locked: the figure is what a key costs, not what a system allows.
    Options::new(unlock).handles(200_000, Duration::from_secs(86_400)).lock_policy(LockPolicy::BestEffort)
}

/// Memory of this process, in bytes (`VmRSS`, Linux).
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) * 1024.0
}

fn size_of(folder: &Path) -> f64 {
    let sizes = std::fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let about = entry.metadata().unwrap();
        if about.is_dir() { size_of(&entry.path()) } else { about.len() as f64 }
    });
    sizes.sum()
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    (run(), started.elapsed())
}

fn main() {
    // In memory if there is such a place: what is measured is not the disk's syncs.
    let home = ["/dev/shm", "."].into_iter().find(|path| Path::new(path).is_dir()).unwrap();
    let folder = tempfile::tempdir_in(home).unwrap();
    keys(&folder.path().join("keys"));
    events(&folder.path().join("events"));
}

fn keys(folder: &Path) {
    let count = if is_smoke() { 20 } else { 100_000 };
    let kms = Kms::create(folder, options()).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let mut ids = Vec::new();
    let (_, made) = timed(|| {
        for _ in 0..count {
            ids.push(root.create_key().send().unwrap().key_metadata.arn);
        }
    });
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    drop(root);
    kms.close().unwrap();
    let (kms, opened) = timed(|| Kms::open(folder, options()).unwrap());
    let root = kms.client(Caller::root()).unwrap();
    let before = resident();
    let (_, shown) = timed(|| ids.iter().for_each(|id| drop(root.describe_key(&**id).send().unwrap())));
    let records = resident() - before;
    let (_, used) = timed(|| ids.iter().for_each(|id| drop(root.encrypt(&**id, [7; 32].as_slice()).send().unwrap())));
    let handles = resident() - before - records;
    let again = timed(|| ids.iter().for_each(|id| drop(root.encrypt(&**id, [7; 32].as_slice()).send().unwrap()))).1;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(count);
    println!("\n{count} keys of one account in {} (Region {})", folder.display(), Region::US_EAST_1);
    println!(
        "  made                      {:>9.1} µs each, {:>6.0} bytes each on disk",
        each(made),
        size_of(folder) / f64::from(count)
    );
    println!("  opened                    {:>9.1} ms", opened.as_secs_f64() * 1e3);
    println!(
        "  first DescribeKey         {:>9.1} µs each, {:>6.0} bytes each in memory",
        each(shown),
        records / f64::from(count)
    );
    println!(
        "  first Encrypt             {:>9.1} µs each, {:>6.0} bytes each more",
        each(used),
        handles / f64::from(count)
    );
    println!("  next Encrypt              {:>9.1} µs each", each(again));
}

fn events(folder: &Path) {
    let count = if is_smoke() { 100 } else { 1_000_000 };
    let kms = Kms::create(folder, options()).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = root.create_key().send().unwrap().key_metadata.key_id;
    let (_, made) = timed(|| (0..count).for_each(|_| drop(root.encrypt(&*key, [7; 32].as_slice()).send().unwrap())));
    drop(root);
    kms.close().unwrap();
    let (kms, opened) = timed(|| Kms::open(folder, options()).unwrap());
    let events = kms.status().unwrap();
    println!(
        "\n{count} events, {:.0} bytes each on disk, recorded at {:.0}/s",
        size_of(&folder.join("log")) / f64::from(count),
        f64::from(count) / made.as_secs_f64()
    );
    println!("  opened after a close      {:>9.1} ms", opened.as_secs_f64() * 1e3);
    drop((kms, events));
}
