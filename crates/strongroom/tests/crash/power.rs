//! Power cuts: one simulated disk holds the store's file and the log's, and loses what was not synced at one instant.

use std::sync::Arc;

use strongroom::{Error, Kms, Options};
use strongroom_audit::log::LogStorage;
use strongroom_store::testing::{Seeded, SimDisk};
use strongroom_store::{RedbOptions, RedbStore, Store};

use crate::disk::{STORE, SimLog};
use crate::room::{After, Days, Ledger, Room, Worker, check, must, options};

/// Unlocking by this number first.
pub(crate) const FIRST: u8 = 1;

pub(crate) fn log(disk: &SimDisk) -> Arc<dyn LogStorage> {
    Arc::new(SimLog(disk.clone()))
}

pub(crate) fn simulated(number: u8, clock: &Days) -> Options {
    options(number, clock).sync_in_place().segment_bytes(6_000)
}

pub(crate) fn create(disk: &SimDisk, clock: &Days) -> Result<Room, Error> {
    let io = |error: std::io::Error| Error::Configuration(error.to_string());
    let file = disk.create(STORE).map_err(io)?;
    disk.sync_names().map_err(io)?;
    let store: Arc<dyn Store> = Arc::new(RedbStore::create_on(Arc::new(file), RedbOptions::default())?);
    Kms::create_in(store, log(disk), simulated(FIRST, clock)).map(Room::new)
}

pub(crate) fn open(disk: &SimDisk, number: u8, clock: &Days) -> Result<Room, Error> {
    let file = disk.open(STORE).map_err(|error| Error::Configuration(error.to_string()))?;
    let store: Arc<dyn Store> = Arc::new(RedbStore::open_on(Arc::new(file), RedbOptions::default())?);
    Kms::open_in(store, log(disk), simulated(number, clock)).map(Room::new)
}

/// Opens with the unlock that is known, or with the one that was being changed to.
pub(crate) fn open_known(disk: &SimDisk, ledger: &mut Ledger, clock: &Days) -> Result<Room, Error> {
    match (open(disk, ledger.unlock, clock), &ledger.asked) {
        (Err(Error::WrongUnlock), Some((what, about))) if what == "ChangeUnlock" => {
            let next = about[0].parse().unwrap();
            let room = open(disk, next, clock)?;
            ledger.unlock = next;
            Ok(room)
        }
        (other, _) => other,
    }
}

/// A strongroom that was made, used and closed.
pub(crate) fn base(clock: &Days) -> (SimDisk, Ledger) {
    let disk = SimDisk::new();
    let room = must(create(&disk, clock));
    let ledger = Ledger { unlock: FIRST, ..Ledger::default() };
    let mut worker = worker(&room, clock, ledger, 1);
    for _ in 0..3 {
        must(worker.create());
        must(worker.encrypt());
        must(worker.rotate());
        must(worker.alias());
    }
    must(worker.checkpoint());
    let ledger = worker.witness;
    must(room.kms.close());
    (disk, ledger)
}

pub(crate) fn worker<'a>(room: &'a Room, clock: &'a Days, ledger: Ledger, seed: u64) -> Worker<'a, Ledger> {
    let (world, unlock, next) = (ledger.world.clone(), ledger.unlock, seed * 1_000_000);
    Worker { room, clock, witness: ledger, random: Seeded::new(seed), world, unlock, next }
}

/// The scripted workload: a bit of everything.
pub(crate) fn work(worker: &mut Worker<'_, Ledger>, steps: usize) -> Result<(), Error> {
    for step in 0..steps {
        match step % 12 {
            4 => worker.rotate_root()?,
            7 => worker.change_unlock()?,
            10 => worker.destroy()?,
            _ => worker.anything()?,
        }
        worker.synced();
    }
    Ok(())
}

/// Opens and works until the power goes or the script ends.
fn run(disk: &SimDisk, mut ledger: Ledger, clock: &Days, seed: u64) -> Ledger {
    let Ok(room) = open(disk, ledger.unlock, clock) else { return ledger };
    ledger.synced = ledger.synced.max(room.kms.status().map_or(0, |status| status.synced_events));
    let mut worker = worker(&room, clock, ledger, seed);
    let ended = work(&mut worker, 24);
    assert!(ended.is_ok() || disk.is_off(), "{ended:?}");
    let ledger = worker.witness;
    if ended.is_ok() {
        let _ = room.kms.close();
    }
    ledger
}

#[test]
fn whatever_a_power_cut_leaves_opens_and_holds_what_was_acknowledged() {
    let clock = Days::new(0);
    let (base, before) = base(&clock);
    let total = {
        let (disk, clock) = (base.fork(), Days::new(0));
        let from = disk.operations();
        run(&disk, before.clone(), &clock, 2);
        disk.operations() - from
    };
    let wanted = crate::asked("STRONGROOM_CUTS", 600) as u64;
    let (mut cuts, mut twice) = (0, 0);
    for nth in 0..wanted {
        // Every operation in turn, spread over the whole script, with another seed each time round.
        let k = (nth * total / wanted.min(total) + nth / total) % total;
        let (disk, clock) = (base.fork(), Days::new(0));
        disk.cut_power_after(k);
        let mut ledger = run(&disk, before.clone(), &clock, 2);
        disk.crash(nth * 7 + 1);
        cuts += 1;
        if nth % 3 == 0 {
            // The power goes again while the strongroom is opened.
            disk.cut_power_after(nth % 29);
            let _ = open_known(&disk, &mut ledger, &clock).map(drop);
            disk.crash(nth * 11 + 5);
            twice += 1;
        }
        let context = format!("cut after {k} of {total} operations, number {nth}");
        let room = open_known(&disk, &mut ledger, &clock);
        let room = room.unwrap_or_else(|error| panic!("{context}: {error} ({error:?})"));
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            check(&room, &mut ledger, After::PowerCut, &log(&disk));
        }));
        assert!(judged.is_ok(), "{context}");
    }
    println!("power cuts: {cuts} over {total} disk operations, {twice} of them followed by another while opening");
}

#[test]
fn a_power_cut_while_a_strongroom_is_made_leaves_a_whole_one_or_says_that_it_is_none() {
    let clock = Days::new(0);
    let total = {
        let disk = SimDisk::new();
        must(create(&disk, &clock));
        disk.operations()
    };
    let (mut whole, mut none) = (0, 0);
    for k in 0..total + 2 {
        for seed in 0..3 {
            let disk = SimDisk::new();
            disk.cut_power_after(k);
            let made = create(&disk, &clock).is_ok();
            disk.crash(k * 5 + seed);
            match open(&disk, FIRST, &clock) {
                Ok(room) => {
                    let mut ledger = Ledger { unlock: FIRST, ..Ledger::default() };
                    check(&room, &mut ledger, After::PowerCut, &log(&disk));
                    whole += 1;
                }
                Err(error) => {
                    assert!(!made, "{error}");
                    let says = matches!(
                        error,
                        Error::Damaged { .. } | Error::Missing(_) | Error::Store(_) | Error::Configuration(_)
                    );
                    assert!(says, "{error:?}");
                    none += 1;
                }
            }
        }
    }
    println!("power cuts while making: {whole} left a strongroom, {none} left none, over {total} disk operations");
}
