//! Custody that fails, panics, is slow, or leaves objects outside the store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use strongroom::{Clock, Error, ErrorCode, Filter, Kms, Options, Timestamp};
use strongroom_audit::log::MemoryStorage;
use strongroom_hsm::Error as HsmError;
use strongroom_hsm::fake::FakeDevice;
use strongroom_hsm::hostile::{Call, Fault, Faulty};
use strongroom_keys::layout;
use strongroom_soft::SoftCustody;
use strongroom_store::testing::{Call as StoreCall, Faulty as FaultyStore, Trouble};
use strongroom_store::{KeyRange, MemoryStore, StoreError, StoreExt};

use crate::room::{Days, Room, must, options};
use crate::world::{Told, World};

/// A device that outlives the strongrooms above it, and the hostile custody in front of it.
#[derive(Clone, Default)]
struct Bench {
    device: Arc<OnceLock<FakeDevice>>,
    faulty: Arc<OnceLock<Faulty>>,
}

impl Bench {
    fn options(&self, options: Options) -> Options {
        let Self { device, faulty } = self.clone();
        options.custody(move |root| {
            let root = root.clone();
            let device = device.get_or_init(|| FakeDevice::new(Arc::new(SoftCustody::new(root))));
            Box::new(faulty.get_or_init(|| Faulty::new(Arc::new(device.connect()))).clone())
        })
    }

    fn faulty(&self) -> &Faulty {
        self.faulty.get().unwrap()
    }

    fn objects(&self) -> usize {
        self.device.get().unwrap().objects().len()
    }
}

/// A store and a log in memory, in which a strongroom can be opened again.
struct Place {
    store: Arc<FaultyStore<MemoryStore>>,
    log: Arc<MemoryStorage>,
    bench: Bench,
}

impl Place {
    fn new() -> (Self, Room) {
        let place = Self {
            store: Arc::new(FaultyStore::new(MemoryStore::new())),
            log: Arc::new(MemoryStorage::new()),
            bench: Bench::default(),
        };
        let options = place.bench.options(options(1, &Days::new(0)));
        let kms = must(Kms::create_in(Arc::<FaultyStore<_>>::clone(&place.store), place.log.clone(), options));
        (place, Room::new(kms))
    }

    fn open(&self) -> Room {
        let options = self.bench.options(options(1, &Days::new(0)));
        Room::new(must(Kms::open_in(Arc::<FaultyStore<_>>::clone(&self.store), self.log.clone(), options)))
    }

    fn intents(&self) -> usize {
        let mut found = 0;
        let all = KeyRange::prefix(layout::INTENTS);
        let read = self.store.for_each::<StoreError>(&all, |_| {
            found += 1;
            Ok(())
        });
        read.unwrap();
        found
    }
}

fn create(room: &Room) -> Result<String, Error> {
    Ok(room.root.create_key().send()?.key_metadata.key_id)
}

fn events(room: &Room, name: &str) -> usize {
    room.kms.record().filter(Filter::new().event_name(name)).iter().unwrap().count()
}

fn unreachable() -> HsmError {
    HsmError::corrupt("the line to the device")
}

#[test]
fn a_key_whose_answer_was_lost_is_destroyed_at_once() {
    let (place, room) = Place::new();
    place.bench.faulty().next(Call::Generate, Fault::FailAfter(unreachable()));
    let error = create(&room).unwrap_err();
    assert!(error.is(ErrorCode::KmsInternal) || matches!(error, Error::Custody(_)), "{error:?}");
    assert_eq!((place.bench.objects(), place.intents()), (0, 0));
    assert_eq!((events(&room, "IntendKey"), events(&room, "DestroyOrphan")), (1, 1));
    assert_eq!(room.kms.record().filter(Filter::new().event_name("CreateKey").failed()).iter().unwrap().count(), 1);
    must(create(&room));
    assert_eq!((place.bench.objects(), place.intents()), (1, 0));
}

#[test]
fn an_orphan_that_could_not_be_destroyed_is_destroyed_on_opening_with_one_event() {
    for lost in [Call::Find, Call::Destroy] {
        let (place, room) = Place::new();
        let kept = must(create(&room));
        place.bench.faulty().next(Call::Generate, Fault::FailAfter(unreachable()));
        place.bench.faulty().next(lost, Fault::FailBefore(unreachable()));
        create(&room).unwrap_err();
        assert_eq!((place.bench.objects(), place.intents()), (2, 1), "{lost:?}");
        must(room.kms.close());
        let room = place.open();
        assert_eq!((place.bench.objects(), place.intents()), (1, 0), "{lost:?}");
        assert_eq!(events(&room, "DestroyOrphan"), 1);
        must(room.root.encrypt(&*kept, b"still there".as_slice()).send());
        assert_eq!(Told::by(&room.kms).world, World::of(&room));
    }
}

#[test]
fn a_commit_that_is_lost_after_a_key_was_made_leaves_the_whole_key_or_nothing() {
    use Trouble::{AbandonedDone, AbandonedNotDone, Full, NotApplied, UnknownDone, UnknownNotDone};
    // Of CreateKey's two commits the intent is the first.
    for trouble in [NotApplied, Full, UnknownDone, UnknownNotDone, AbandonedDone, AbandonedNotDone] {
        for nth in 0..2 {
            let (place, room) = Place::new();
            place.store.script(StoreCall::Submit, nth, trouble);
            let made = create(&room);
            must(room.root.list_keys().send());
            let expected = usize::from(made.is_ok());
            assert_eq!((place.bench.objects(), place.intents()), (expected, 0), "{trouble:?} {nth} {made:?}");
            let world = World::of(&room);
            assert_eq!(world.keys.len(), expected);
            assert_eq!(Told::by(&room.kms).world, world, "{trouble:?} {nth}");
        }
    }
}

#[test]
fn a_commit_whose_outcome_nobody_can_tell_is_settled_before_the_next_call() {
    for trouble in [Trouble::UnknownDone, Trouble::UnknownNotDone, Trouble::AbandonedDone, Trouble::AbandonedNotDone] {
        let (place, room) = Place::new();
        let key = must(create(&room));
        let sealed = must(room.root.encrypt(&*key, b"x".as_slice()).send()).ciphertext_blob;
        place.store.always(StoreCall::Submit, trouble);
        let lost = room.root.disable_key(&*key).send().unwrap_err();
        assert!(matches!(lost, Error::Commit(strongroom_store::CommitError::Unknown(_))), "{lost:?}");
        // Nothing is served while nobody knows whether the key is disabled.
        room.root.decrypt(sealed.clone()).send().unwrap_err();
        room.root.describe_key(&*key).send().unwrap_err();
        place.store.heal();
        let done = matches!(trouble, Trouble::UnknownDone | Trouble::AbandonedDone);
        match room.root.decrypt(sealed).send() {
            Ok(_) => assert!(!done, "{trouble:?}"),
            Err(error) => assert!(done && error.is(ErrorCode::Disabled), "{trouble:?} {error:?}"),
        }
        let told = Told::by(&room.kms);
        assert_eq!(told.world, World::of(&room), "{trouble:?}");
        assert_eq!(told.calls.get("DisableKey").copied().unwrap_or(0), u64::from(done));
    }
}

#[test]
fn a_backend_that_panics_leaves_an_event_and_no_poisoned_lock() {
    let (place, room) = Place::new();
    let key = must(create(&room));
    let sealed = must(room.root.encrypt(&*key, b"x".as_slice()).send()).ciphertext_blob;
    let mut failed = 0;
    for (call, name) in [(Call::Run, "Encrypt"), (Call::Generate, "RotateKeyOnDemand"), (Call::Generate, "CreateKey")] {
        place.bench.faulty().next(call, Fault::Panic);
        let error = match name {
            "Encrypt" => room.root.encrypt(&*key, b"y".as_slice()).send().map(drop),
            "CreateKey" => room.root.create_key().send().map(drop),
            _ => room.root.rotate_key_on_demand(&*key).send().map(drop),
        };
        failed += 1;
        let error = error.unwrap_err();
        assert_eq!(error.code(), ErrorCode::KmsInternal, "{name} {error:?}");
        assert!(!error.to_string().contains("told to"), "the panic's text leaves: {error}");
        assert_eq!(Told::by(&room.kms).failed, failed, "{name}");
    }
    // While it cleans up after another failure, and in work of the strongroom's own.
    place.bench.faulty().next(Call::Generate, Fault::Panic).next(Call::Find, Fault::Panic);
    room.root.create_key().send().unwrap_err();
    failed += 1;
    assert_eq!(Told::by(&room.kms).failed, failed);
    place.bench.faulty().next(Call::Renew, Fault::Panic);
    assert!(matches!(room.kms.rotate_root(&[&crate::room::unlock(1)]), Err(Error::Custody(_))));
    // A cold key's handle is opened inside a call.
    must(room.kms.close());
    let room = place.open();
    place.bench.faulty().next(Call::Open, Fault::Panic);
    room.root.decrypt(sealed.clone()).send().unwrap_err();
    assert_eq!(Told::by(&room.kms).failed, failed + 1);
    must(room.root.decrypt(sealed).send());
    must(room.root.rotate_key_on_demand(&*key).send());
    must(create(&room));
    must(room.kms.rotate_root(&[&crate::room::unlock(1)]));
    assert_eq!(Told::by(&room.kms).world, World::of(&room));
}

#[test]
fn material_that_can_not_be_destroyed_keeps_the_key_from_being_recorded_as_deleted() {
    let clock = Days::new(0);
    let bench = Bench::default();
    let store = Arc::new(MemoryStore::new());
    let options = bench.options(options(1, &clock));
    let room = Room::new(must(Kms::create_in(store, Arc::new(MemoryStorage::new()), options)));
    let key = must(create(&room));
    must(room.root.schedule_key_deletion(&*key).pending_window_in_days(7).send());
    clock.pass(8);
    bench.faulty().next(Call::Destroy, Fault::FailBefore(unreachable()));
    assert!(matches!(room.kms.run_due(), Err(Error::Custody(_))));
    assert_eq!((bench.objects(), events(&room, "DeleteKey")), (1, 0));
    // Its time has come all the same.
    room.root.encrypt(&*key, b"x".as_slice()).send().unwrap_err();
    // The root key can be rotated in between, also when the answer was lost and the object is gone already.
    must(room.kms.rotate_root(&[&crate::room::unlock(1)]));
    bench.faulty().next(Call::Destroy, Fault::FailAfter(unreachable()));
    room.kms.run_due().unwrap_err();
    assert_eq!((bench.objects(), events(&room, "DeleteKey")), (0, 0));
    must(room.kms.rotate_root(&[&crate::room::unlock(1)]));
    assert_eq!(must(room.kms.run_due()).deleted_keys, 1);
    assert_eq!((bench.objects(), events(&room, "DeleteKey")), (0, 1));
    assert_eq!(Told::by(&room.kms).world, World::of(&room));
}

#[test]
fn a_key_that_can_not_be_destroyed_keeps_nothing_else_from_being_done() {
    let clock = Days::new(0);
    let bench = Bench::default();
    let options = bench.options(options(1, &clock));
    let store = Arc::new(MemoryStore::new());
    let room = Room::new(must(Kms::create_in(store, Arc::new(MemoryStorage::new()), options)));
    for _ in 0..3 {
        let key = must(create(&room));
        must(room.root.schedule_key_deletion(&*key).pending_window_in_days(7).send());
    }
    clock.pass(8);
    bench.faulty().next(Call::Destroy, Fault::FailBefore(unreachable()));
    assert!(matches!(room.kms.run_due(), Err(Error::Custody(_))));
    assert_eq!((bench.objects(), events(&room, "DeleteKey"), events(&room, "Heartbeat")), (1, 2, 1));
    assert_eq!(must(room.kms.run_due()).deleted_keys, 1);
    assert_eq!((bench.objects(), events(&room, "DeleteKey")), (0, 3));
}

/// A backup has the names of what a device holds, and says of how many versions it has no more than that.
#[test]
fn a_backup_tells_how_many_versions_have_their_material_outside_of_it() {
    let (place, room) = Place::new();
    let left_out = |room: &Room| must(room.kms.backup(std::io::sink())).left_out.material_outside;
    assert_eq!(left_out(&room), 0);
    let key = must(create(&room));
    must(create(&room));
    assert_eq!(left_out(&room), 2);
    must(room.root.rotate_key_on_demand(&*key).send());
    assert_eq!((left_out(&room), place.bench.objects()), (3, 3));
    // With custody in the store nothing is left out.
    let inside = Room::new(must(Kms::in_memory_with(options(1, &Days::new(0)))));
    must(create(&inside));
    assert_eq!(left_out(&inside), 0);
}

/// A clock whose monotonic time a test moves.
#[derive(Debug, Clone)]
struct Uptime(Days, Arc<AtomicU64>);

impl Clock for Uptime {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.1.load(Ordering::SeqCst))
    }
}

#[test]
fn sixty_four_threads_on_a_cold_or_expired_key_make_one_custody_call() {
    let (days, seconds) = (Days::new(0), Arc::new(AtomicU64::new(0)));
    let uptime = Uptime(days.clone(), Arc::clone(&seconds));
    let bench = Bench::default();
    let options = bench.options(options(1, &days)).clock(uptime).handles(100, Duration::from_secs(60));
    let room = Room::new(must(Kms::in_memory_with(options)));
    let key = must(create(&room));
    for opened in 1..=3 {
        bench.faulty().next(Call::Open, Fault::Delay(Duration::from_millis(30)));
        std::thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| must(room.root.encrypt(&*key, b"x".as_slice()).send()));
            }
        });
        assert_eq!(bench.faulty().calls(Call::Open), opened);
        seconds.fetch_add(61, Ordering::SeqCst);
    }
    assert_eq!(events(&room, "Encrypt"), 3 * 64);
}
