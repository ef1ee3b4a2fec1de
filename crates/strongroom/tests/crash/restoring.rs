//! Kills in the middle of a restore: what is left opens nowhere, and the restore is begun again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use strongroom::testing::{RESTORE_STEPS, on_step};
use strongroom::{Error, Kms, RestoreOptions};

use crate::room::{Days, Room, must, options};

/// Kills inside each step, and at any time, in the usual run.
const PER_STEP: u64 = 3;
const ANY_TIME: u64 = 15;

fn variable(name: &str) -> String {
    std::env::var(format!("STRONGROOM_RESTORE_{name}")).unwrap_or_default()
}

fn target(folder: &Path) -> PathBuf {
    folder.join("restored")
}

fn restore(folder: &Path, clock: &Days) -> Result<Kms, Error> {
    let backup = File::open(folder.join("backup")).unwrap();
    let how = RestoreOptions::new().surviving_record(folder.join("room"));
    Kms::restore(backup, target(folder), options(1, clock), how).map(|(kms, _)| kms)
}

/// The process that is killed. Does nothing when it runs as one of the tests.
#[test]
fn child() {
    if variable("FOLDER").is_empty() {
        return;
    }
    let (folder, at) = (PathBuf::from(variable("FOLDER")), variable("STEP"));
    let say = |word: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{word}").unwrap();
        out.flush().unwrap();
    };
    let nth: u64 = variable("NTH").parse().unwrap();
    let count = AtomicU64::new(0);
    on_step(move |step| {
        // Whatever is written passes a step of a restore, of the journal or of both.
        if (step == at || at.is_empty()) && count.fetch_add(1, Ordering::SeqCst) == nth {
            say("@");
            loop {
                std::thread::park();
            }
        }
    });
    must(restore(&folder, &Days::new(1)));
    say("done");
}

/// Runs the child until it says that it is where it should be killed, and kills it there. `false` if it came to its end.
fn kill(folder: &Path, step: &str, nth: u64, after: Option<Duration>) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "restoring::child", "--nocapture", "--test-threads=1"])
        .env("STRONGROOM_RESTORE_FOLDER", folder)
        .env("STRONGROOM_RESTORE_STEP", step)
        .env("STRONGROOM_RESTORE_NTH", nth.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    if let Some(after) = after {
        std::thread::sleep(after);
        let _ = child.kill();
        child.wait().unwrap();
        return true;
    }
    let stopped = out.lines().map_while(Result::ok).find(|line| line == "@" || line == "done");
    let _ = child.kill();
    child.wait().unwrap();
    stopped.as_deref() == Some("@")
}

struct Bench {
    folder: tempfile::TempDir,
    disabled: String,
    key: String,
    sealed: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Days::new(0);
        let room = Room::new(must(Kms::create(folder.path().join("room"), options(1, &clock))));
        let make = || must(room.root.create_key().send()).key_metadata.key_id;
        let (disabled, key) = (make(), make());
        for _ in 0..60 {
            make();
        }
        let sealed = must(room.root.encrypt(&*key, b"x".as_slice()).send()).ciphertext_blob.to_vec();
        must(room.kms.backup(File::create(folder.path().join("backup")).unwrap()));
        must(room.root.disable_key(&*disabled).send());
        must(room.kms.close());
        Self { folder, disabled, key, sealed }
    }

    /// What a kill left is no strongroom, or it is the whole one; and in the first case the restore goes through at last.
    fn judge(&self, what: &str) -> bool {
        let clock = Days::new(1);
        let target = target(self.folder.path());
        let opened = Kms::open(&target, options(1, &clock));
        let whole = opened.is_ok();
        let kms = match opened {
            Ok(kms) => {
                drop(kms);
                assert!(matches!(restore(self.folder.path(), &clock), Err(Error::Exists(_))), "{what}");
                must(Kms::open(&target, options(1, &clock)))
            }
            Err(Error::Missing(_) | Error::Damaged { .. } | Error::Store(_)) => {
                must(restore(self.folder.path(), &clock))
            }
            Err(error) => panic!("{what}: {error:?}"),
        };
        let room = Room::new(kms);
        let opened = must(room.root.decrypt(self.sealed.clone()).send());
        assert_eq!(opened.plaintext.expose_secret(), b"x", "{what}");
        must(room.root.describe_key(&*self.key).send());
        room.root.encrypt(&*self.disabled, b"x".as_slice()).send().unwrap_err();
        let first = must(room.kms.record().iter()).next().unwrap().unwrap();
        assert_eq!(first.record.name(), "RestoreStrongroom", "{what}");
        must(room.kms.close());
        must(Kms::open(&target, options(1, &clock)));
        std::fs::remove_dir_all(&target).unwrap();
        whole
    }
}

#[test]
fn a_restore_that_is_killed_opens_nowhere_and_is_begun_again() {
    let bench = Bench::new();
    let folder = bench.folder.path();
    let mut counts = BTreeMap::<&str, (u64, u64)>::new();
    let mut count = |step, whole: bool| {
        let count = counts.entry(step).or_default();
        count.0 += 1;
        count.1 += u64::from(whole);
    };
    for step in RESTORE_STEPS {
        for _ in 0..PER_STEP {
            assert!(kill(folder, step, 0, None), "{step} was not reached");
            let whole = bench.judge(step);
            assert_eq!(whole, *step == "restore.committed", "{step}");
            count(step, whole);
        }
    }
    // At every step of whatever kind that a restore passes.
    let mut nth = 0;
    while kill(folder, "", nth, None) {
        count("(any step)", bench.judge(&format!("step {nth}")));
        nth += 1;
    }
    std::fs::remove_dir_all(target(folder)).unwrap();
    for at in 0..ANY_TIME {
        kill(folder, "none", 0, Some(Duration::from_millis(5 + at * 13)));
        count("(any time)", bench.judge(&format!("kill {at}")));
    }
    println!("kills of a restore, and how many were whole:");
    for (step, (kills, whole)) in &counts {
        println!("  {step:<20} {kills:>4} {whole:>4}");
    }
}
