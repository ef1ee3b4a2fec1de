//! Kills: a process of its own works in a strongroom on disk and is killed at a named step, or at any time.
//!
//! The child tells everything it asks and everything that was acknowledged through its standard output. At the step
//! it says `@` and stops; there it is killed, and its parent opens what is left.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use strongroom::testing::{STEPS, on_step};
use strongroom::{Durability, Error, Kms, Options};
use strongroom_audit::log::{DirStorage, LogStorage};
use strongroom_keys::layout;
use strongroom_soft::SoftCustody;
use strongroom_store::testing::Seeded;
use strongroom_store::{KeyRange, RedbOptions, RedbStore, StoreError, StoreExt};

use crate::filehsm::FileHsm;
use crate::room::{After, Days, Ledger, Room, Witness, Worker, check, hex, must, options, plaintext};
use crate::world::{Told, World};

/// Kills inside each step in the usual run; the issue asks for ten.
const PER_STEP: usize = 11;
/// Kills at any time in the usual run.
const ANY_TIME: usize = 40;
/// Kills that one strongroom goes through before there is a new one.
const LIVES: usize = 14;

fn variable(name: &str) -> String {
    std::env::var(format!("STRONGROOM_CHILD_{name}")).unwrap_or_default()
}

fn objects(folder: &Path) -> PathBuf {
    folder.join("objects")
}

fn room_of(folder: &Path) -> PathBuf {
    folder.join("room")
}

/// Options for the strongroom in this folder: with custody outside the store if the folder has objects.
fn options_for(folder: &Path, unlock: u8, clock: &Days) -> Options {
    let options = options(unlock, clock).segment_bytes(8_000);
    let objects = objects(folder);
    if !objects.exists() {
        return options;
    }
    options.custody(move |root| Box::new(FileHsm::new(Box::new(SoftCustody::new(root.clone())), &objects)))
}

fn say(words: &[&str]) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", words.join(" ")).unwrap();
    out.flush().unwrap();
}

struct Teller;

impl Witness for Teller {
    fn asked(&mut self, what: &str, about: &[&str]) {
        say(&[&["?", what], about].concat());
    }

    fn done(&mut self, what: &str, about: &[&str]) {
        say(&[&["!", what], about].concat());
    }
}

/// The process that is killed. Does nothing when it runs as one of the tests.
#[test]
fn child() {
    if variable("FOLDER").is_empty() {
        return;
    }
    say(&[""]);
    let (folder, step) = (PathBuf::from(variable("FOLDER")), variable("STEP"));
    let nth: u64 = variable("NTH").parse().unwrap();
    let count = AtomicU64::new(0);
    let at = step.clone();
    on_step(move |step| {
        if step == at && count.fetch_add(1, Ordering::SeqCst) == nth {
            say(&["@"]);
            loop {
                std::thread::park();
            }
        }
    });
    let clock = Days::new(variable("DAYS").parse().unwrap());
    let unlock: u8 = variable("UNLOCK").parse().unwrap();
    let mut options = options_for(&folder, unlock, &clock);
    if step == "append.synced" {
        options = options.durability(Durability::Durable);
    }
    let kms = match room_of(&folder).exists() {
        true => Kms::open(room_of(&folder), options),
        false => Kms::create(room_of(&folder), options),
    };
    let room = Room::new(must(kms));
    say(&["ready"]);
    let seed: u64 = variable("SEED").parse().unwrap();
    let world = World::of(&room);
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (room, keys) = (&room, world.keys.keys().cloned().collect::<Vec<_>>());
            scope.spawn(move || seal_beside(room, &keys, (seed * 10 + thread) * 1_000_000_000));
        }
        let mut worker = Worker {
            room: &room,
            clock: &clock,
            witness: Teller,
            random: Seeded::new(seed),
            world,
            unlock,
            next: seed * 1_000_000,
        };
        loop {
            must(work(&mut worker, &step));
        }
    });
}

/// Seals beside the one who changes things, whatever becomes of the keys.
fn seal_beside(room: &Room, keys: &[String], from: u64) {
    for number in from.. {
        let Some(key) = keys.get(number as usize % keys.len().max(1)) else { return };
        if let Ok(sealed) = room.root.encrypt(&**key, plaintext(number)).send() {
            say(&["&", key, &number.to_string(), &hex(&sealed.ciphertext_blob)]);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
/// Something, and then what leads to the step.
fn work(worker: &mut Worker<'_, Teller>, step: &str) -> Result<(), Error> {
    worker.anything()?;
    match step.split_once('.').map(|(family, _)| family) {
        Some("unlock") => worker.change_unlock(),
        Some("root") => worker.rotate_root(),
        Some("destroy") => worker.destroy(),
        Some("rotate") if worker.random.below(2) == 0 => worker.rotate_by_date(),
        Some("make" | "rotate") => worker.rotate(),
        Some("settle") => worker.checkpoint(),
        Some(_) => worker.encrypt(),
        None => match worker.random.below(8) {
            0 => worker.change_unlock(),
            1 => worker.rotate_root(),
            2 => worker.destroy(),
            3 => worker.rotate_by_date(),
            _ => worker.encrypt(),
        },
    }
}

/// A strongroom that goes through kill after kill.
struct Lane {
    folder: tempfile::TempDir,
    outside: bool,
    ledger: Ledger,
    lives: usize,
    seed: u64,
}

/// Where a child is to be killed.
#[derive(Debug, Clone)]
struct Plan {
    /// Empty: at any time.
    step: &'static str,
    number: usize,
}

impl Lane {
    fn new(outside: bool, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if outside {
            fs::create_dir(objects(folder.path())).unwrap();
        }
        Self { folder, outside, ledger: Ledger { unlock: 1, ..Ledger::default() }, lives: 0, seed }
    }

    fn spawn(&self, plan: &Plan, nth: u64) -> Child {
        let variables = [
            ("FOLDER", self.folder.path().display().to_string()),
            ("STEP", plan.step.to_owned()),
            ("NTH", nth.to_string()),
            ("DAYS", self.ledger.days.to_string()),
            ("UNLOCK", self.ledger.unlock.to_string()),
            ("SEED", self.seed.to_string()),
        ];
        let variables = variables.map(|(name, value)| (format!("STRONGROOM_CHILD_{name}"), value));
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// One life: a child works, is killed, and what it left is judged.
    fn round(&mut self, plan: &Plan) -> bool {
        if self.lives == LIVES {
            *self = Self::new(self.outside, self.seed);
        }
        self.lives += 1;
        self.seed += 1;
        let mut random = Seeded::new(self.seed);
        let nth = match plan.step.split_once('.').map_or("", |(family, _)| family) {
            "append" => random.below(40),
            "commit" => random.below(12),
            "settle" => random.below(5),
            "root" | "unlock" | "make" | "rotate" => random.below(4),
            _ => random.below(2),
        };
        let (ready, hit) = self.live(plan, nth as u64, &mut random);
        if let Some(told) = self.judge(plan, ready) {
            self.judge_store(&told);
        }
        hit
    }

    /// Hears the child out until it is killed. Answers whether the strongroom was open, and whether the step was reached.
    fn live(&mut self, plan: &Plan, nth: u64, random: &mut Seeded) -> (bool, bool) {
        let mut child = self.spawn(plan, nth);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, lines_of) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        // At any time: also while the child opens the strongroom.
        let any = Duration::from_millis(random.below(160) as u64 + 1);
        let (mut until, start) = (plan.step.is_empty().then_some(any), Instant::now());
        let (mut ready, mut hit, mut killed) = (false, false, false);
        loop {
            let wait = until.map_or(Duration::from_secs(120), |until| until.saturating_sub(start.elapsed()));
            match lines_of.recv_timeout(wait) {
                Ok(line) if line == "@" => {
                    hit = true;
                    child.kill().unwrap();
                    killed = true;
                }
                Ok(line) => self.hear(&line, &mut ready),
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    assert!(until.is_some(), "the step {plan:?} was not reached");
                    child.kill().unwrap();
                    (killed, until) = (true, None);
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        reader.join().unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(killed, "{plan:?}: the child ended by itself: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.status.code().is_none(), "killed by a signal");
        (ready, hit || plan.step.is_empty())
    }

    fn hear(&mut self, line: &str, ready: &mut bool) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["?", what, about @ ..] => self.ledger.asked(what, about),
            ["!", what, about @ ..] => self.ledger.done(what, about),
            ["&", key, number, sealed] => self.ledger.sealed_beside(key, number, sealed),
            ["ready"] => *ready = true,
            // What the test harness says.
            _ => {}
        }
    }

    fn open(&mut self) -> Result<Kms, Error> {
        let clock = Days::new(self.ledger.days);
        let open = |unlock| Kms::open(room_of(self.folder.path()), options_for(self.folder.path(), unlock, &clock));
        match (open(self.ledger.unlock), &self.ledger.asked) {
            (Err(Error::WrongUnlock), Some((what, about))) if what == "ChangeUnlock" => {
                let next = about[0].parse().unwrap();
                let kms = open(next)?;
                self.ledger.unlock = next;
                Ok(kms)
            }
            (other, _) => other,
        }
    }

    /// Opens what is left and checks it against the ledger. `None` if the strongroom was not made yet.
    fn judge(&mut self, plan: &Plan, ready: bool) -> Option<Told> {
        let known = ready || self.ledger.synced > 0;
        let kms = match self.open() {
            Ok(kms) => kms,
            Err(Error::Missing(_) | Error::Damaged { .. } | Error::Store(StoreError::NotAStore(_))) if !known => {
                // Killed while it was being made, and nothing was acknowledged.
                *self = Self::new(self.outside, self.seed);
                return None;
            }
            Err(error) => panic!("{plan:?}, asked {:?}: {error} ({error:?})", self.ledger.asked),
        };
        let room = Room::new(kms);
        let log: Arc<dyn LogStorage> = Arc::new(DirStorage::open(room_of(self.folder.path()).join("log")).unwrap());
        let told = check(&room, &mut self.ledger, After::Kill, &log);
        must(room.kms.close());
        Some(told)
    }

    /// What stands in the store was put there by commits that have events, and nothing waits any more.
    fn judge_store(&self, told: &Told) {
        let store = RedbStore::open(room_of(self.folder.path()).join("store.redb"), RedbOptions::default()).unwrap();
        let mut records = Vec::new();
        let all = KeyRange::prefix(b"".as_slice());
        let read = store.for_each::<StoreError>(&all, |record| {
            records.push((record.key.to_vec(), record.revision.as_u64()));
            Ok(())
        });
        read.unwrap();
        let made = records.iter().find(|(key, _)| key == layout::FORMAT).unwrap().1;
        let mut versions = 0;
        for (key, revision) in &records {
            let name = key.escape_ascii();
            assert!(layout::parse_outbox(key).is_none(), "an outbox entry is left: {name}");
            assert!(!key.starts_with(layout::INTENTS), "an intent is left: {name}");
            versions += usize::from(layout::parse_version(key).is_some());
            // The head and the records of last use are copies of what the log says.
            let copied = [layout::LOG_HEAD, layout::USAGE_MARK].contains(&key.as_slice()) || key.starts_with(b"u");
            let known = *revision == made || copied || told.revisions.contains(revision);
            assert!(known, "the record {name} of revision {revision} has no event");
        }
        if self.outside {
            assert_eq!(FileHsm::objects(&objects(self.folder.path())), versions, "objects without versions");
        }
    }
}

#[test]
fn nothing_acknowledged_is_missing_after_a_kill_anywhere() {
    let kills = crate::asked("STRONGROOM_KILLS", 0);
    let times = (kills / 200).max(1);
    let number =
        |step: &&'static str| (0..PER_STEP * times).map(move |number| Plan { step, number }).collect::<Vec<_>>();
    let mut plans: Vec<Plan> = STEPS.iter().chain([&""]).flat_map(number).collect();
    plans.extend((PER_STEP..ANY_TIME).flat_map(|number| vec![Plan { step: "", number }; times]));
    // Mixed, so that each strongroom meets all kinds.
    let mut random = Seeded::new(3);
    for at in (1..plans.len()).rev() {
        plans.swap(at, random.below(at + 1));
    }
    let (outside, inside): (Vec<Plan>, Vec<Plan>) =
        plans.into_iter().partition(|plan| plan.step == "make.intent" || plan.number % 3 == 0);
    let queues = [Mutex::new(inside), Mutex::new(outside)];
    let counts = Mutex::new(BTreeMap::<&str, usize>::new());
    std::thread::scope(|scope| {
        for lane in 0..4_u64 {
            let (queue, counts) = (&queues[lane as usize % 2], &counts);
            scope.spawn(move || {
                let mut lane = Lane::new(lane % 2 == 1, 1_000 * (lane + 1));
                loop {
                    let next = queue.lock().unwrap().pop();
                    let Some(plan) = next else { return };
                    if lane.round(&plan) {
                        *counts.lock().unwrap().entry(plan.step).or_default() += 1;
                    }
                }
            });
        }
    });
    let counts = counts.into_inner().unwrap();
    let total: usize = counts.values().sum();
    println!("kills: {total}");
    for (step, count) in &counts {
        println!("  {:<20} {count}", if step.is_empty() { "(any time)" } else { step });
        assert!(*count >= 10, "{step}");
    }
    assert!(total >= 200 && counts.len() == STEPS.len() + 1);
}
