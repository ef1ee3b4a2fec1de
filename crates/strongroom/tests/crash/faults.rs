//! The n-th operation on the disk fails, once or for ever: typed errors, nothing acknowledged is lost, and it goes on
//! once the disk does, without a restart.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use strongroom::{Durability, Error, ErrorCode, Kms};
use strongroom_store::testing::{DiskFault, DiskOp, SimDisk};
use strongroom_store::{RedbOptions, RedbStore};

use crate::disk::STORE;
use crate::power::{FIRST, base, log, open, open_known, work, worker};
use crate::room::{After, Days, Ledger, Room, check, must, options, policy, unlock};
use crate::world::{Told, World};

/// An error of the disk's, as a caller sees it.
fn is_typed(error: &Error) -> bool {
    match error {
        Error::Audit(_) | Error::Commit(_) | Error::Store(_) => true,
        // What a handler's own look into the store met.
        Error::Kms(error) => error.code() == ErrorCode::KmsInternal,
        _ => false,
    }
}

/// When the power goes, which loses what this seed says.
#[derive(Debug, Clone, Copy)]
enum Power {
    Stays,
    GoesAtOnce(u64),
    /// The disk was mended and work went on before.
    GoesLater(u64),
}

/// Works on a disk with a fault until it shows, mends the disk, and judges: in the same process, or after a loss of power.
fn judge(disk: &SimDisk, before: &Ledger, plan: impl FnOnce(&SimDisk), power: Power) -> bool {
    let clock = Days::new(0);
    let mut ledger = before.clone();
    let room = must(open(disk, ledger.unlock, &clock));
    plan(disk);
    let mut busy = worker(&room, &clock, ledger, 2);
    let ended = work(&mut busy, 24);
    ledger = busy.witness;
    ledger.days = clock.passed();
    if let Err(error) = &ended {
        assert!(is_typed(error), "{error:?}");
    }
    if !matches!(power, Power::GoesAtOnce(_)) {
        disk.heal();
        disk.set_capacity(1 << 40);
        let asked = ledger.asked.clone();
        check(&room, &mut ledger, After::Kill, &log(disk));
        if let Some((_, about)) = asked.filter(|(what, _)| what == "ChangeUnlock") {
            settle_unlock(&room, &mut ledger, about[0].parse().unwrap());
        }
        let mut busy = worker(&room, &clock, ledger.clone(), 3);
        for _ in 0..3 {
            must(busy.anything());
            must(busy.rotate());
            busy.synced();
        }
        must(busy.rotate_root());
        must(busy.change_unlock());
        must(busy.destroy());
        ledger = busy.witness;
        ledger.days = clock.passed();
    }
    let after = match power {
        Power::Stays => {
            must(room.kms.close());
            After::Kill
        }
        Power::GoesAtOnce(seed) | Power::GoesLater(seed) => {
            disk.cut_power_after(0);
            drop(room);
            disk.crash(seed);
            disk.set_capacity(1 << 40);
            After::PowerCut
        }
    };
    let room = open_known(disk, &mut ledger, &clock).unwrap_or_else(|error| panic!("{error} ({error:?})"));
    check(&room, &mut ledger, after, &log(disk));
    ended.is_err()
}

/// Of two ways to unlock, the one that a change with an unknown outcome left.
fn settle_unlock(room: &Room, ledger: &mut Ledger, next: u8) {
    match room.kms.rotate_root(&[&unlock(ledger.unlock)]) {
        Err(Error::WrongUnlock) => ledger.unlock = next,
        other => must(other),
    }
}

/// The faults of one kind of operation, each at so many places.
fn places(base: &SimDisk, before: &Ledger, op: DiskOp, most: usize) -> Vec<u64> {
    let (disk, clock) = (base.fork(), Days::new(0));
    let room = must(open(&disk, before.unlock, &clock));
    let from = disk.count(op);
    let mut worker = worker(&room, &clock, before.clone(), 2);
    must(work(&mut worker, 24));
    let total = disk.count(op) - from;
    let every = (total as usize).div_ceil(most).max(1);
    (0..total).step_by(every).collect()
}

#[test]
fn whichever_operation_on_the_disk_fails_nothing_acknowledged_is_lost() {
    let (base, before) = base(&Days::new(0));
    let most = crate::asked("STRONGROOM_FAULTS", 12);
    let (mut runs, mut shown) = (0, 0);
    for op in [DiskOp::Write, DiskOp::Sync, DiskOp::SetLen, DiskOp::Name, DiskOp::SyncNames] {
        for nth in places(&base, &before, op, most) {
            let once = DiskFault::once(op, nth);
            let faults = [
                ("once", once),
                ("for ever", once.forever()),
                ("full", once.full().forever()),
                ("lies", once.losing_writes()),
            ];
            for (which, (name, fault)) in faults.into_iter().enumerate() {
                if name == "lies" && op != DiskOp::Sync {
                    continue;
                }
                let seed = nth + which as u64;
                for power in [Power::Stays, Power::GoesAtOnce(seed), Power::GoesLater(seed)] {
                    let disk = base.fork();
                    let run = catch_unwind(AssertUnwindSafe(|| judge(&disk, &before, |disk| disk.fault(fault), power)));
                    let run = run.unwrap_or_else(|_| panic!("{op:?} {nth} {name}, power {power:?}"));
                    runs += 1;
                    shown += usize::from(run);
                }
            }
        }
    }
    println!("faults: {runs} runs, {shown} of them with an error that a caller saw");
}

#[test]
fn a_full_disk_is_an_error_and_room_again_needs_no_restart() {
    let (base, before) = base(&Days::new(0));
    let (mut runs, mut shown) = (0, 0);
    let used: u64 = base.list().unwrap().iter().map(|name| base.contents(name).unwrap().len() as u64).sum();
    for room in (0..40_u64).map(|n| n * 1_500) {
        for power in [Power::Stays, Power::GoesAtOnce(room), Power::GoesLater(room)] {
            let disk = base.fork();
            // The store's file has slack of its own, so the start is below what its length says.
            let capacity = (used / 2 + room * 4).max(1);
            let run =
                catch_unwind(AssertUnwindSafe(|| judge(&disk, &before, |disk| disk.set_capacity(capacity), power)));
            shown += usize::from(run.unwrap_or_else(|_| panic!("capacity {capacity} of {used}, {power:?}")));
            runs += 1;
        }
    }
    println!("full disks: {runs}, {shown} of them met");
    assert!(shown > runs / 4);
}

#[test]
fn syncs_that_fail_under_many_threads_refuse_calls_and_lose_none() {
    let (disk, before) = base(&Days::new(0));
    let clock = Days::new(0);
    let store = RedbStore::open_on(Arc::new(disk.open(STORE).unwrap()), RedbOptions::default()).unwrap();
    // With the log's own thread, and half of the calls synced before they return.
    let options = options(FIRST, &clock).durability(Durability::Durable).segment_bytes(6_000);
    let room = Room::new(must(Kms::open_in(Arc::new(store), log(&disk), options)));
    let key = before.world.keys.keys().next().unwrap();
    let [sealed, changed, refused] = [const { AtomicU64::new(0) }; 3];
    let (before_encrypts, last) = (Told::by(&room.kms).calls["Encrypt"], AtomicU64::new(0));
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (room, over, sealed, changed, refused, last) = (&room, &over, &sealed, &changed, &refused, &last);
            scope.spawn(move || {
                for number in 1.. {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let done = match thread {
                        0 => room.root.put_key_policy(&**key, policy(number)).send().map(|_| {
                            last.store(number, Ordering::SeqCst);
                            changed
                        }),
                        _ => room.root.encrypt(&**key, b"x".as_slice()).send().map(|_| sealed),
                    };
                    match done {
                        Ok(count) => count.fetch_add(1, Ordering::SeqCst),
                        Err(error) => {
                            assert!(is_typed(&error), "{error:?}");
                            refused.fetch_add(1, Ordering::SeqCst)
                        }
                    };
                }
            });
        }
        for _ in 0..60 {
            disk.fault(DiskFault::once(DiskOp::Sync, 0).losing_writes());
            std::thread::sleep(Duration::from_millis(12));
        }
        disk.heal();
        over.store(true, Ordering::SeqCst);
    });
    let world = World::of(&room);
    let told = Told::by(&room.kms);
    assert_eq!(told.world, world);
    let [sealed, changed, refused] = [sealed, changed, refused].map(AtomicU64::into_inner);
    assert!(told.calls["Encrypt"] - before_encrypts >= sealed);
    assert!(world.keys[key].policy >= last.into_inner());
    assert!(told.calls["PutKeyPolicy"] >= changed);
    let reopened = told.calls.get("ReopenLog").copied().unwrap_or(0);
    println!(
        "failing syncs: {sealed} + {changed} calls acknowledged, {refused} refused, the log opened anew {reopened} times"
    );
    assert!(refused > 0 && reopened > 0);
    // All that was acknowledged survives a loss of power: it was synced.
    disk.cut_power_after(0);
    drop(room);
    disk.lose_all();
    let room = must(open(&disk, FIRST, &clock));
    let told = Told::by(&room.kms);
    assert!(told.calls["Encrypt"] - before_encrypts >= sealed, "{} < {sealed}", told.calls["Encrypt"]);
    assert_eq!(told.world, World::of(&room));
}
