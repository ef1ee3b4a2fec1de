//! A strongroom under test: how it is opened, what is done in it, and what is checked afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use strongroom::{Caller, Client, Clock, Error, ErrorCode, KeyClosure, Kms, Options, SystemClock, Timestamp};
use strongroom_audit::LogCrypto;
use strongroom_audit::log::LogStorage;
use strongroom_audit::verify::{Outcome, Verifier};
use strongroom_store::testing::Seeded;

use crate::world::{Told, World};

pub(crate) const DAY: i64 = 86_400_000_000_000;

#[track_caller]
pub(crate) fn must<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("{error} ({error:?})"))
}

/// The system's clock, and days that a test lets go by.
#[derive(Debug, Clone)]
pub(crate) struct Days(SystemClock, Arc<AtomicI64>);

impl Days {
    pub(crate) fn new(days: i64) -> Self {
        Self(SystemClock::new(), Arc::new(AtomicI64::new(days)))
    }

    pub(crate) fn pass(&self, days: i64) -> i64 {
        self.1.fetch_add(days, Ordering::SeqCst) + days
    }

    pub(crate) fn passed(&self) -> i64 {
        self.1.load(Ordering::SeqCst)
    }
}

impl Clock for Days {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.0.now().as_nanos() + self.passed() * DAY)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

/// A way to unlock that costs nothing: the key is this number.
pub(crate) fn unlock(number: u8) -> KeyClosure {
    KeyClosure::new(move |key| {
        key.fill(number);
        Ok(())
    })
}

pub(crate) fn options(number: u8, clock: &Days) -> Options {
    Options::new(unlock(number)).clock(clock.clone())
}

pub(crate) struct Room {
    pub(crate) kms: Kms,
    pub(crate) root: Client,
    pub(crate) mallory: Client,
}

impl Room {
    pub(crate) fn new(kms: Kms) -> Self {
        let root = must(kms.client(Caller::root()));
        let mallory = must(kms.client(Caller::user("mallory")));
        Self { kms, root, mallory }
    }
}

pub(crate) fn policy(number: u64) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"number{number}","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::000000000000:root"}},"Action":"kms:*","Resource":"*"}}]}}"#
    )
}

/// What happened in a strongroom, as far as whoever called it knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) world: World,
    /// What was asked and not answered yet.
    pub(crate) asked: Option<(String, Vec<String>)>,
    /// Ciphertexts by key, the newest of them, each of its own number.
    pub(crate) sealed: BTreeMap<String, Vec<(u64, Vec<u8>)>>,
    pub(crate) encrypts: u64,
    pub(crate) refusals: u64,
    pub(crate) unlock: u8,
    pub(crate) checkpoints: Vec<String>,
    /// Events that were synced before they were last asked for.
    pub(crate) synced: u64,
    pub(crate) days: i64,
}

impl Ledger {
    pub(crate) fn asked(&mut self, what: &str, about: &[&str]) {
        self.asked = Some((what.to_owned(), about.iter().map(|text| (*text).to_owned()).collect()));
        if what == "RotateByDate" {
            // The days go by whatever becomes of it.
            self.pass(about[1]);
        }
    }

    fn pass(&mut self, days: &str) {
        self.days = days.parse().unwrap();
        self.world.apply("Days", &[]);
        let World { keys, .. } = &self.world;
        self.sealed.retain(|key, _| keys.contains_key(key));
    }

    pub(crate) fn done(&mut self, what: &str, about: &[&str]) {
        self.asked = None;
        match what {
            "Encrypt" => self.sealed_beside(about[0], about[1], about[2]),
            "Refused" => self.refusals += 1,
            "ChangeUnlock" => self.unlock = about[0].parse().unwrap(),
            "Checkpoint" => self.checkpoints.push(String::from_utf8(unhex(about[0])).unwrap()),
            "Synced" => self.synced = self.synced.max(about[0].parse().unwrap()),
            "Days" => self.pass(about[0]),
            _ => self.world.apply(what, about),
        }
        if what == "DeleteKey" {
            let World { keys, .. } = &self.world;
            self.sealed.retain(|key, _| keys.contains_key(key));
        }
    }

    /// An acknowledged ciphertext, whoever asked for it.
    pub(crate) fn sealed_beside(&mut self, key: &str, number: &str, sealed: &str) {
        self.encrypts += 1;
        let all = self.sealed.entry(key.to_owned()).or_default();
        all.push((number.parse().unwrap(), unhex(sealed)));
        if all.len() > 12 {
            all.remove(6);
        }
    }

    /// The worlds that there may be: with what was asked last and without it.
    fn possible(&self) -> Vec<World> {
        let mut worlds = vec![self.world.clone()];
        if let Some((what, about)) = &self.asked
            && what != "CreateKey"
        {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            let mut changed = self.world.clone();
            changed.apply(what, &about);
            worlds.push(changed);
        }
        worlds
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

pub(crate) fn plaintext(number: u64) -> Vec<u8> {
    format!("plaintext {number}").into_bytes()
}

/// Who hears what is asked and what is answered.
pub(crate) trait Witness {
    fn asked(&mut self, what: &str, about: &[&str]);
    fn done(&mut self, what: &str, about: &[&str]);
}

impl Witness for Ledger {
    fn asked(&mut self, what: &str, about: &[&str]) {
        Self::asked(self, what, about);
    }

    fn done(&mut self, what: &str, about: &[&str]) {
        Self::done(self, what, about);
    }
}

/// Somebody who does things in a room, one after the other, and tells a witness.
pub(crate) struct Worker<'a, W> {
    pub(crate) room: &'a Room,
    pub(crate) clock: &'a Days,
    pub(crate) witness: W,
    pub(crate) random: Seeded,
    /// What it knows of the room.
    pub(crate) world: World,
    pub(crate) unlock: u8,
    pub(crate) next: u64,
}

type Done = Result<(), Error>;

impl<W: Witness> Worker<'_, W> {
    fn tell(&mut self, what: &str, about: &[&str], act: impl FnOnce(&Room) -> Done) -> Done {
        self.witness.asked(what, about);
        act(self.room)?;
        self.world.apply(what, about);
        self.witness.done(what, about);
        Ok(())
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A key in this state.
    fn some_key(&mut self, state: &str) -> Option<String> {
        let fit: Vec<&String> =
            self.world.keys.iter().filter(|(_, key)| key.state == state).map(|(id, _)| id).collect();
        match fit.len() {
            0 => None,
            many => Some(fit[self.random.below(many)].clone()),
        }
    }

    pub(crate) fn create(&mut self) -> Done {
        self.witness.asked("CreateKey", &[]);
        let id = self.room.root.create_key().send()?.key_metadata.key_id;
        self.world.apply("CreateKey", &[&id]);
        self.witness.done("CreateKey", &[&id]);
        Ok(())
    }

    fn enabled(&mut self) -> Result<String, Error> {
        loop {
            if let Some(key) = self.some_key("Enabled") {
                return Ok(key);
            }
            self.create()?;
        }
    }

    pub(crate) fn encrypt(&mut self) -> Done {
        let (key, number) = (self.enabled()?, self.number());
        self.witness.asked("Encrypt", &[&key]);
        let blob = self.room.root.encrypt(&*key, plaintext(number)).send()?.ciphertext_blob;
        self.witness.done("Encrypt", &[&key, &number.to_string(), &hex(&blob)]);
        Ok(())
    }

    pub(crate) fn refused(&mut self) -> Done {
        let key = self.enabled()?;
        self.witness.asked("Refused", &[]);
        match self.room.mallory.describe_key(key).send() {
            Err(error) if error.is(ErrorCode::AccessDenied) => {}
            Err(error) => return Err(error),
            Ok(_) => panic!("mallory may describe keys"),
        }
        self.witness.done("Refused", &[]);
        Ok(())
    }

    pub(crate) fn rotate(&mut self) -> Done {
        let key = self.enabled()?;
        if self.world.keys[&key].rotations >= 20 {
            return self.create();
        }
        self.tell("RotateKeyOnDemand", &[&key], |room| room.root.rotate_key_on_demand(&*key).send().map(drop))
    }

    /// A key's date comes, seven years later, and it is rotated by whoever is first: due work, or a use.
    pub(crate) fn rotate_by_date(&mut self) -> Done {
        const PERIOD: i64 = 2_560;
        // One that was left with a date by an earlier life must not be rotated behind the witness's back.
        let dated = self.world.keys.iter().find(|(id, key)| {
            let rotates = |id| must(self.room.root.get_key_rotation_status(id).send()).key_rotation_enabled;
            ["Enabled", "Disabled"].contains(&&*key.state) && rotates(&***id)
        });
        let key = match dated.map(|(id, key)| (id.clone(), key.state == "Disabled")) {
            Some((key, disabled)) => {
                if disabled {
                    self.tell("EnableKey", &[&key], |room| room.root.enable_key(&*key).send().map(drop))?;
                }
                key
            }
            None => {
                let key = self.enabled()?;
                self.tell("EnableKeyRotation", &[&key], |room| {
                    let call = room.root.enable_key_rotation(&*key).rotation_period_in_days(PERIOD as i32);
                    call.send().map(drop)
                })?;
                key
            }
        };
        let (clock, days) = (self.clock, self.clock.passed() + PERIOD + 1);
        self.world.apply("Days", &[]);
        self.tell("RotateByDate", &[&key, &days.to_string()], |room| {
            clock.pass(PERIOD + 1);
            room.kms.run_due().map(drop)
        })?;
        self.tell("DisableKeyRotation", &[&key], |room| room.root.disable_key_rotation(&*key).send().map(drop))
    }

    pub(crate) fn put_policy(&mut self) -> Done {
        let (key, number) = (self.enabled()?, self.number());
        self.tell("PutKeyPolicy", &[&key, &number.to_string()], |room| {
            room.root.put_key_policy(&*key, policy(number)).send().map(drop)
        })
    }

    pub(crate) fn alias(&mut self) -> Done {
        let (key, number) = (self.enabled()?, self.number());
        let known: Vec<String> = self.world.aliases.keys().cloned().collect();
        if known.len() < 3 {
            let name = format!("alias/number-{number}");
            return self
                .tell("CreateAlias", &[&name, &key], |room| room.root.create_alias(&*name, &*key).send().map(drop));
        }
        let name = known[self.random.below(known.len())].clone();
        match self.random.below(2) {
            0 => {
                self.tell("UpdateAlias", &[&name, &key], |room| room.root.update_alias(&*name, &*key).send().map(drop))
            }
            _ => self.tell("DeleteAlias", &[&name], |room| room.root.delete_alias(&*name).send().map(drop)),
        }
    }

    pub(crate) fn switch(&mut self) -> Done {
        match self.some_key("Disabled") {
            Some(key) => self.tell("EnableKey", &[&key], |room| room.root.enable_key(&*key).send().map(drop)),
            None => {
                let key = self.enabled()?;
                self.tell("DisableKey", &[&key], |room| room.root.disable_key(&*key).send().map(drop))
            }
        }
    }

    pub(crate) fn change_unlock(&mut self) -> Done {
        let next = if self.unlock >= 200 { 1 } else { self.unlock + 1 };
        self.tell("ChangeUnlock", &[&next.to_string()], |room| room.kms.change_unlock(&unlock(next)))?;
        self.unlock = next;
        Ok(())
    }

    pub(crate) fn rotate_root(&mut self) -> Done {
        let now = self.unlock;
        self.tell("RotateRoot", &[], |room| room.kms.rotate_root(&[&unlock(now)]))
    }

    pub(crate) fn destroy(&mut self) -> Done {
        self.create()?;
        let key = self.enabled()?;
        self.tell("ScheduleKeyDeletion", &[&key], |room| {
            room.root.schedule_key_deletion(&*key).pending_window_in_days(7).send().map(drop)
        })?;
        let days = (self.clock.passed() + 8).to_string();
        self.witness.done("Days", &[&days]);
        self.world.apply("Days", &[]);
        self.clock.pass(8);
        self.tell("RunDue", &[], |room| room.kms.run_due().map(drop))
    }

    pub(crate) fn checkpoint(&mut self) -> Done {
        self.witness.asked("Checkpoint", &[]);
        let signed = self.room.kms.checkpoint()?;
        self.witness.done("Checkpoint", &[&hex(signed.note.to_string().as_bytes())]);
        self.synced();
        Ok(())
    }

    /// Tells how much of the record no power cut can take away.
    pub(crate) fn synced(&mut self) {
        if let Ok(status) = self.room.kms.status() {
            self.witness.done("Synced", &[&status.synced_events.to_string()]);
        }
    }

    /// Any of these.
    pub(crate) fn anything(&mut self) -> Done {
        match self.random.below(16) {
            0 => self.create(),
            1 | 2 => self.rotate(),
            3 | 4 => self.alias(),
            5 | 6 => self.put_policy(),
            7 => self.switch(),
            8 => self.refused(),
            9 => self.checkpoint(),
            _ => self.encrypt(),
        }
    }
}

/// Whether the record may have lost its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// A kill: what the system had is there.
    Kill,
    /// A loss of power: what was synced is there.
    PowerCut,
}

/// Checks a strongroom that was just opened against what its callers know, and brings the ledger up to date.
pub(crate) fn check(room: &Room, ledger: &mut Ledger, after: After, log: &Arc<dyn LogStorage>) -> Told {
    must(room.kms.run_due());
    let actual = World::of(room);
    let told = Told::by(&room.kms);
    assert_eq!(told.world, actual, "the record and the store tell different stories");
    check_world(ledger, &actual);
    for (id, key) in &actual.keys {
        let turned = told.turned.get(id).copied().unwrap_or(0);
        assert_eq!(turned, key.rotations, "a rotation of {id} is not in the record");
    }
    let count = |name: &str| told.calls.get(name).copied().unwrap_or(0);
    let (index, lost_from) = told.opened.expect("no event of opening");
    match after {
        After::Kill => {
            assert!(count("Encrypt") >= ledger.encrypts, "{} < {}", count("Encrypt"), ledger.encrypts);
            assert!(told.failed >= ledger.refusals, "{} < {}", told.failed, ledger.refusals);
        }
        After::PowerCut => {
            assert!(index >= ledger.synced, "{index} < {}: synced events are gone", ledger.synced);
            if count("Encrypt") < ledger.encrypts || told.failed < ledger.refusals {
                let from = lost_from.expect("events were lost, and the record does not say so");
                assert!(from >= ledger.synced && from <= index);
            }
        }
    }
    ledger.encrypts = count("Encrypt");
    ledger.refusals = told.failed;
    // Whoever seals beside the one who destroys a key may have been told after its end was.
    ledger.sealed.retain(|key, _| actual.keys.contains_key(key));
    for (key, all) in &ledger.sealed {
        for (number, blob) in all {
            let result = room.root.decrypt(blob.clone()).send();
            match result {
                Ok(opened) => assert_eq!(opened.plaintext.expose_secret(), plaintext(*number)),
                Err(error) => {
                    let expected = match &*actual.keys[key].state {
                        "Disabled" => ErrorCode::Disabled,
                        "PendingDeletion" => ErrorCode::KmsInvalidState,
                        other => panic!("{error}: {other}"),
                    };
                    assert!(error.is(expected), "{error:?}");
                }
            }
        }
    }
    let signed = must(room.kms.checkpoint());
    ledger.checkpoints.push(signed.note.to_string());
    if ledger.checkpoints.len() > 40 {
        ledger.checkpoints.remove(20);
    }
    ledger.synced = must(room.kms.status()).synced_events;
    verify(&room.kms, log, &ledger.checkpoints);
    told
}

fn check_world(ledger: &mut Ledger, actual: &World) {
    let asked = ledger.asked.clone();
    let possible = ledger.possible();
    let made_one = || {
        let mut without = actual.clone();
        without.keys.retain(|id, _| ledger.world.keys.contains_key(id));
        let new: Vec<_> = actual.keys.iter().filter(|(id, _)| !ledger.world.keys.contains_key(*id)).collect();
        asked.as_ref().is_some_and(|(what, _)| what == "CreateKey")
            && without == ledger.world
            && matches!(new.as_slice(), [(_, key)] if key.state == "Enabled" && key.rotations == 0)
    };
    assert!(
        possible.contains(actual) || made_one(),
        "what was acknowledged is not there, or more is: asked {asked:?}\nacknowledged {:#?}\nthere is {actual:#?}",
        ledger.world
    );
    ledger.world = actual.clone();
    ledger.asked = None;
}

/// The record verifies under the key it was made with, and every checkpoint ever signed is a prefix of it.
pub(crate) fn verify(kms: &Kms, log: &Arc<dyn LogStorage>, checkpoints: &[String]) {
    let crypto = LogCrypto::new(&strongroom_rustcrypto::provider()).unwrap();
    let verifier = Verifier::new(crypto).key(kms.verifying_key().unwrap().to_string());
    let verifier = checkpoints.iter().fold(verifier, |verifier, note| verifier.anchor(note.as_bytes()));
    let report = verifier.run_shared(log);
    assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
}
