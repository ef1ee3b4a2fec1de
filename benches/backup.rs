//! Backing up, verifying and restoring, beside copying the same bytes.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that can't be set up has nothing to say")]

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use strongroom::{Caller, Kms, Options, Passphrase, RestoreOptions, verify_backup};
use strongroom_benches::is_smoke;
use strongroom_crypto::Argon2idParams;

fn unlock() -> Passphrase {
    Passphrase::new(b"bench".as_slice()).params(Argon2idParams::FLOOR)
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    (run(), started.elapsed())
}

fn main() {
    let home = ["/dev/shm", "."].into_iter().find(|path| Path::new(path).is_dir()).unwrap();
    println!("\nA backup of so many keys, in {home}: MB/s and records/s");
    for keys in if is_smoke() { [5, 10] } else { [300, 30_000] } {
        let folder = tempfile::tempdir_in(home).unwrap();
        measure(folder.path(), keys);
    }
}

fn measure(folder: &Path, keys: usize) {
    let kms = Kms::create(folder.join("room"), Options::new(unlock())).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    (0..keys).for_each(|_| drop(root.create_key().send().unwrap()));
    let (file, copy) = (folder.join("backup"), folder.join("copy"));
    let (report, backed_up) = timed(|| {
        let mut to = BufWriter::new(File::create(&file).unwrap());
        let report = kms.backup(&mut to).unwrap();
        to.flush().unwrap();
        report
    });
    let (_, copied) = timed(|| fs::copy(&file, &copy).unwrap());
    let read = || BufReader::new(File::open(&file).unwrap());
    let (_, verified) = timed(|| verify_backup(read(), &unlock()).unwrap());
    let (_, restored) = timed(|| {
        let how = RestoreOptions::new().acknowledge_rollback("a bench");
        Kms::restore(read(), folder.join("again"), Options::new(unlock()), how).unwrap()
    });
    println!("{keys} keys, {} records, {} bytes", report.records, report.bytes);
    for (what, time) in [("copied", copied), ("backed up", backed_up), ("verified", verified), ("restored", restored)] {
        let (mb, records) = (report.bytes as f64 / 1e6, report.records as f64);
        println!("  {what:<10} {:>8.0} MB/s {:>10.0} records/s", mb / time.as_secs_f64(), records / time.as_secs_f64());
    }
}
