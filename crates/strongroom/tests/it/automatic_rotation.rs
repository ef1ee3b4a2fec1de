//! Rotation by itself: dates, pauses, who does it, and what it must never disturb.

use std::sync::Barrier;

use strongroom::types::GetKeyRotationStatusResponse;
use strongroom::{Caller, Client, ErrorCode, Kms, LogStorage};
use strongroom_audit::log::MemoryStorage;
use strongroom_store::testing::{Call, Faulty, Trouble};
use strongroom_store::{Commit, CommitId, MemoryStore, Store, StoreExt, Write};
use strongroom_types::RotationType;

use crate::custody::watched;
use crate::support::*;

fn status(client: &Client, key: &str) -> GetKeyRotationStatusResponse {
    client.get_key_rotation_status(key).send().unwrap()
}

/// The next date, in days from now; none if there is no rotation.
fn next(room: &Room, client: &Client, key: &str) -> Option<i64> {
    let status = status(client, key);
    assert_eq!(status.key_rotation_enabled, status.next_rotation_date.is_some());
    assert_eq!(status.key_rotation_enabled, status.rotation_period_in_days.is_some());
    assert_eq!(status.on_demand_rotation_start_date, None, "a rotation on demand is done when the call returns");
    let secs = status.next_rotation_date?.as_secs() - room.clock.secs();
    assert_eq!(secs % DAY, 0);
    Some(secs / DAY)
}

/// The dates of a key's rotations by themselves, oldest first, in days since `start`.
fn turned(client: &Client, key: &str, start: i64) -> Vec<i64> {
    let all = rotations_page(client, key, None, Some(1_000), None).unwrap().0;
    let all = all.iter().filter(|entry| entry.rotation_type == Some(RotationType::Automatic));
    let mut days: Vec<i64> = all.map(|entry| (entry.rotation_date.unwrap().as_secs() - start) / DAY).collect();
    days.reverse();
    days
}

#[test]
fn the_first_rotation_comes_a_period_after_it_was_turned_on() {
    let room = Room::new();
    let (root, start) = (room.root(), room.clock.secs());
    let key = symmetric(&root);
    assert_eq!(next(&room, &root, &key.id), None);
    room.clock.advance(10 * DAY);
    let (_, event) = room.recorded("EnableKeyRotation", || root.enable_key_rotation(&*key.id).send().unwrap());
    assert_eq!(views(&event)[0]["responseElements"]["keyId"], *key.arn);
    let shown = status(&root, &key.id);
    assert_eq!((&*shown.key_id, shown.rotation_period_in_days), (&*key.id, Some(365)));
    assert_eq!(next(&room, &root, &key.id), Some(365));
    // A second time changes the period, and counts from now.
    room.clock.advance(5 * DAY);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), Some(90));
    let old = encrypt(&root, &key.id, b"before").unwrap();
    room.clock.advance(90 * DAY - 1);
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 0);
    room.clock.advance(1);
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 1);
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 0, "once");
    assert_eq!(turned(&root, &key.id, start), [105]);
    assert_eq!(next(&room, &root, &key.id), Some(90));
    assert_eq!(decrypt(&root, &old).unwrap(), b"before");
    // Turned off and on again it counts anew; what was made stays.
    root.disable_key_rotation(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), None);
    room.clock.advance(400 * DAY);
    root.enable_key_rotation(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), Some(365));
    assert_eq!(turned(&root, &key.id, start), [105]);
}

#[test]
fn a_rotation_tells_of_itself_and_is_no_call() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(100).send().unwrap();
    let first = describe(&root, &key.id).unwrap().current_key_material_id.unwrap();
    let due = room.clock.secs() + 100 * DAY;
    room.clock.advance(107 * DAY);
    let before = room.size();
    encrypt(&root, &key.id, b"x").unwrap();
    let events = room.events_from(before);
    let names: Vec<&str> = events.iter().map(|event| event.record.name()).collect();
    assert_eq!(names, ["RotateKey", "Encrypt"], "the one, and then the call with the new material");
    let view = views(&events[0]).remove(0);
    let material = describe(&root, &key.id).unwrap().current_key_material_id.unwrap();
    let details = &view["serviceEventDetails"];
    assert_eq!((&view["eventType"], &details["rotationType"]), (&"AwsServiceEvent".into(), &"AUTOMATIC".into()));
    assert_eq!(details["previousKeyMaterialId"], *first);
    assert_eq!(details["currentKeyMaterialId"], *material);
    assert_eq!(view["resources"][0]["ARN"], *key.arn);
    assert_eq!(views(&events[1])[0]["additionalEventData"]["keyMaterialId"], *material);
    assert_eq!(next(&room, &root, &key.id), Some(93), "dates keep their distance, however late one comes");
    assert!(due < room.clock.secs());
}

#[test]
fn periods_that_passed_unseen_come_to_one_rotation() {
    let room = Room::new();
    let (root, start) = (room.root(), room.clock.secs());
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(100).send().unwrap();
    room.clock.advance(350 * DAY);
    assert_eq!(next(&room, &root, &key.id), Some(50), "what holds does not wait for anybody to do it");
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 1);
    assert_eq!((turned(&root, &key.id, start), next(&room, &root, &key.id)), (vec![350], Some(50)));
}

#[test]
fn a_disabled_key_rests_and_is_rotated_as_soon_as_it_is_enabled() {
    let room = Room::new();
    let (root, start) = (room.root(), room.clock.secs());
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(100).send().unwrap();
    room.clock.advance(10 * DAY);
    root.disable_key(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), Some(90), "the setting is not changed");
    assert_eq!(code(root.enable_key_rotation(&*key.id).send()), ErrorCode::Disabled);
    assert_eq!(code(root.disable_key_rotation(&*key.id).send()), ErrorCode::Disabled);
    // Before the date: the old schedule.
    room.clock.advance(10 * DAY);
    root.enable_key(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), Some(80));
    // After it: at once, and from then on.
    root.disable_key(&*key.id).send().unwrap();
    room.clock.advance(200 * DAY);
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 0);
    let before = room.size();
    root.enable_key(&*key.id).send().unwrap();
    let names: Vec<String> = room.events_from(before).iter().map(|event| event.record.name().to_owned()).collect();
    assert_eq!(names, ["EnableKey", "RotateKey"]);
    assert_eq!(turned(&root, &key.id, start), [220]);
    assert_eq!(next(&room, &root, &key.id), Some(100));
}

#[test]
fn a_key_that_is_pending_deletion_shows_no_rotation_and_gets_it_back() {
    let room = Room::new();
    let (root, start) = (room.root(), room.clock.secs());
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(80 * DAY);
    root.schedule_key_deletion(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), None);
    assert_eq!(code(root.enable_key_rotation(&*key.id).send()), ErrorCode::KmsInvalidState);
    room.clock.advance(20 * DAY);
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 0);
    root.cancel_key_deletion(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), Some(-10), "disabled, with the date that it had");
    root.enable_key(&*key.id).send().unwrap();
    assert_eq!((turned(&root, &key.id, start), next(&room, &root, &key.id)), (vec![100], Some(90)));
    // One that goes takes its date with it.
    root.schedule_key_deletion(&*key.id).send().unwrap();
    room.clock.advance(200 * DAY);
    let report = room.kms.run_due().unwrap();
    assert_eq!((report.deleted_keys, report.rotated_keys, report.failed_rotations), (1, 0, 0));
}

#[test]
fn only_symmetric_keys_are_rotated_and_the_others_say_that_they_are_not() {
    let room = Room::new();
    let root = room.root();
    let signing = signing(&root);
    assert_eq!(code(root.enable_key_rotation(&*signing.id).send()), ErrorCode::UnsupportedOperation);
    assert_eq!(code(root.disable_key_rotation(&*signing.id).send()), ErrorCode::UnsupportedOperation);
    // The kind comes before the state.
    root.disable_key(&*signing.id).send().unwrap();
    assert_eq!(code(root.enable_key_rotation(&*signing.id).send()), ErrorCode::UnsupportedOperation);
    assert!(!status(&root, &signing.id).key_rotation_enabled);
    let key = symmetric(&root);
    for days in [89, 2_561, -1] {
        let refused = root.enable_key_rotation(&*key.id).rotation_period_in_days(days).send();
        assert_eq!(code(refused), ErrorCode::Validation);
    }
    let alias = root.create_alias("alias/a", &*key.id).send();
    alias.unwrap();
    assert_eq!(code(root.enable_key_rotation("alias/a").send()), ErrorCode::InvalidArn);
    // Another account may look and not touch.
    let shared = symmetric_with(&root, &key_policy(&[delegate(HERE), delegate(THERE)]));
    let stranger = room.user_there("ann", &[allow(&["kms:*"], "*")]);
    assert!(!status(&stranger, &shared.arn).key_rotation_enabled);
    assert_eq!(code(stranger.enable_key_rotation(&*shared.arn).send()), ErrorCode::AccessDenied);
}

#[test]
fn a_rotation_on_demand_keeps_away_from_the_date_and_does_not_move_it() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(30 * DAY);
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    assert_eq!(next(&room, &root, &key.id), Some(60));
    room.clock.advance(60 * DAY - 20 * 60);
    assert_eq!(code(root.rotate_key_on_demand(&*key.id).send()), ErrorCode::Conflict);
    room.clock.advance(20 * 60);
    // The date has come: what is due is done first, and then what is asked.
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    let kinds = rotations_page(&root, &key.id, None, None, None).unwrap().0;
    let kinds: Vec<_> = kinds.iter().map(|entry| entry.rotation_type.unwrap()).collect();
    assert_eq!(kinds, [RotationType::OnDemand, RotationType::Automatic, RotationType::OnDemand]);
    assert_eq!(next(&room, &root, &key.id), Some(90));
}

#[test]
fn turning_it_off_after_the_date_does_not_lose_what_was_due() {
    let room = Room::new();
    let (root, start) = (room.root(), room.clock.secs());
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(91 * DAY);
    root.disable_key_rotation(&*key.id).send().unwrap();
    assert_eq!((turned(&root, &key.id, start), next(&room, &root, &key.id)), (vec![91], None));
}

#[test]
fn who_may_not_use_the_key_rotates_nothing() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(91 * DAY);
    let before = room.size();
    assert_eq!(code(encrypt(&room.user("mallory", &[]), &key.id, b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(root.encrypt(&*key.id, b"x".as_slice()).dry_run(true).send()), ErrorCode::DryRunOperation);
    assert!(room.events_from(before).iter().all(|event| event.record.name() != "RotateKey"));
}

#[test]
fn a_custody_that_makes_nothing_keeps_nobody_from_encrypting() {
    let (room, watch) = watched();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(90 * DAY);
    watch.make_nothing(true);
    let before = watch.made();
    for _ in 0..100 {
        encrypt(&root, &key.id, b"x").unwrap();
    }
    assert_eq!(watch.made() - before, 1, "not tried again on every call");
    for wait in [1, 2, 4, 8] {
        room.clock.advance(wait);
        encrypt(&root, &key.id, b"x").unwrap();
        encrypt(&root, &key.id, b"x").unwrap();
    }
    assert_eq!(watch.made() - before, 5, "each wait is twice as long");
    let report = room.kms.run_due().unwrap();
    assert_eq!((report.rotated_keys, report.failed_rotations), (0, 1), "it stays due");
    watch.make_nothing(false);
    assert_eq!(room.kms.run_due().unwrap().rotated_keys, 1);
    // And on use, once the wait is over.
    room.clock.advance(90 * DAY);
    encrypt(&root, &key.id, b"x").unwrap();
    assert_eq!(rotations_page(&root, &key.id, None, None, None).unwrap().0.len(), 2);
}

#[test]
fn a_store_that_refuses_the_rotation_keeps_nobody_from_encrypting() {
    let clock = FakeClock::new();
    let store = std::sync::Arc::new(Faulty::new(MemoryStore::new()));
    let log: std::sync::Arc<dyn LogStorage> = std::sync::Arc::new(MemoryStorage::new());
    let held: std::sync::Arc<dyn Store> = store.clone();
    let kms = Kms::create_in(held, log, options(&clock)).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    encrypt(&root, &key.id, b"x").unwrap();
    clock.advance(90 * DAY);
    store.always(Call::Submit, Trouble::Full);
    for _ in 0..10 {
        encrypt(&root, &key.id, b"x").unwrap();
    }
    store.heal();
    clock.advance(3_600);
    encrypt(&root, &key.id, b"x").unwrap();
    assert_eq!(rotations_page(&root, &key.id, None, None, None).unwrap().0.len(), 1);
}

#[test]
fn many_threads_on_a_due_key_make_one_rotation() {
    let (room, watch) = watched();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(90 * DAY);
    let before = watch.made();
    let start = Barrier::new(64);
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                start.wait();
                encrypt(&root, &key.id, b"x").unwrap();
            });
        }
    });
    assert_eq!(watch.made() - before, 1);
    assert_eq!(rotations_page(&root, &key.id, None, None, None).unwrap().0.len(), 1);
}

#[test]
fn ten_thousand_versions_cost_what_one_costs() {
    let count = 10_000;
    let (room, watch) = watched();
    let root = room.root();
    let key = symmetric(&root);
    let old = encrypt(&root, &key.id, b"the first").unwrap();
    // More periods of 90 days than a clock in nanoseconds has room for.
    strongroom::testing::rotate(&root, &key.id, count).unwrap();
    assert_eq!(decrypt(&root, &old).unwrap(), b"the first");
    let new = encrypt(&root, &key.id, b"the last").unwrap();
    assert_eq!(decrypt(&root, &new).unwrap(), b"the last");
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    let newest = rotations_page(&root, &key.id, None, Some(1), None).unwrap().0;
    assert_eq!(newest[0].rotation_type, Some(RotationType::OnDemand));
    assert_eq!(watch.made(), usize::try_from(count).unwrap() + 2, "one custody call for each");
    root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
    room.clock.advance(7 * DAY);
    let before = room.size();
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 1);
    let commits = room.events_from(before).iter().filter(|event| event.revision > 0).count();
    assert!(commits > 400, "{commits} commits, each of a bounded size");
    assert_eq!(code(decrypt(&root, &old)), ErrorCode::AccessDenied);
}

/// Waits for what another thread does; the clock of the strongroom stands still meanwhile.
fn until(what: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if what() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("it did not happen");
}

#[test]
fn a_thread_does_what_is_due_and_ends_with_its_guard_or_the_strongroom() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    room.clock.advance(90 * DAY);
    let tick = std::time::Duration::from_millis(5);
    let due = room.kms.spawn_due(tick).unwrap();
    until(|| rotations_page(&root, &key.id, None, None, None).unwrap().0.len() == 1);
    until(|| room.kms.status().unwrap().due_runs.runs > 2);
    drop(due);
    let runs = room.kms.status().unwrap().due_runs.runs;
    std::thread::sleep(10 * tick);
    assert_eq!(room.kms.status().unwrap().due_runs.runs, runs, "it is gone when drop returns");
    // One that nobody stops ends with the strongroom, and does not keep it.
    let due = room.kms.spawn_due(tick).unwrap();
    room.kms.clone().close().unwrap();
    drop((room, root));
    drop(due);
}

#[test]
fn a_panic_in_due_work_is_contained_and_told() {
    #[derive(Debug, Clone)]
    struct Falling(FakeClock, std::sync::Arc<std::sync::atomic::AtomicBool>);
    impl strongroom::Clock for Falling {
        fn now(&self) -> strongroom::Timestamp {
            let on_the_thread = std::thread::current().name() == Some("strongroom-due");
            assert!(!on_the_thread || !self.1.load(std::sync::atomic::Ordering::SeqCst), "no time");
            self.0.now()
        }

        fn monotonic(&self) -> std::time::Duration {
            self.0.monotonic()
        }
    }
    let falls = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let clock = FakeClock::new();
    let kms = Kms::in_memory_with(options(&clock).clock(Falling(clock.clone(), falls.clone()))).unwrap();
    let due = kms.spawn_due(std::time::Duration::from_millis(1)).unwrap();
    until(|| kms.status().unwrap().due_runs.runs > 0);
    falls.store(true, std::sync::atomic::Ordering::SeqCst);
    until(|| kms.status().unwrap().due_runs.panics > 0);
    falls.store(false, std::sync::atomic::Ordering::SeqCst);
    let runs = kms.status().unwrap().due_runs.runs;
    until(|| kms.status().unwrap().due_runs.runs > runs);
    drop(due);
}

#[test]
fn at_the_end_of_all_time_a_key_is_rotated_once_and_goes_on() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(2_560).send().unwrap();
    room.clock.set(i64::MAX);
    encrypt(&root, &key.id, b"x").unwrap();
    encrypt(&root, &key.id, b"x").unwrap();
    room.kms.run_due().unwrap();
    room.kms.run_due().unwrap();
    assert!(rotations_page(&root, &key.id, None, None, None).unwrap().0.len() <= 1);
}

/// Store commits whose outcome nobody knows: the rotation's, and then none.
#[test]
fn a_rotation_of_unknown_outcome_is_settled_before_its_call_goes_on() {
    for done in [Trouble::UnknownDone, Trouble::UnknownNotDone] {
        let room = strongroom::testing::strongroom(7).unwrap();
        let root = room.kms.client(Caller::root()).unwrap();
        let key = symmetric(&root);
        root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
        room.clock.advance(std::time::Duration::from_secs(90 * 86_400));
        let before = room.kms.status().unwrap().events;
        for nth in 0..3 {
            room.script.commit(nth, done);
        }
        root.enable_key_rotation(&*key.id).rotation_period_in_days(100).send().unwrap();
        encrypt(&root, &key.id, b"x").unwrap();
        let events = room.kms.record().from(before).iter().unwrap().map(Result::unwrap);
        let told: Vec<_> = events.map(|event| (event.record.name().to_owned(), event.revision)).collect();
        let revisions: Vec<u64> = told.iter().map(|told| told.1).filter(|revision| *revision > 0).collect();
        assert!(revisions.is_sorted(), "{done:?}: {told:?}");
    }
}

#[test]
fn what_stands_in_the_way_of_a_rotation_stands_in_no_calls_way() {
    let (clock, store) = (FakeClock::new(), std::sync::Arc::new(MemoryStore::new()));
    let held = std::sync::Arc::clone(&store) as std::sync::Arc<dyn Store>;
    let kms = Kms::create_in(held, std::sync::Arc::new(MemoryStorage::new()), options(&clock)).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
    // A record where the next version's belongs.
    let id = key.id.parse().unwrap();
    let place = strongroom_keys::layout::version(HERE.parse().unwrap(), REGION.parse().unwrap(), &id, 2);
    let commit = Commit::new(CommitId::new(1, [7; 16])).write(Write::put(place, *b"in the way"));
    store.commit(commit).unwrap();
    clock.advance(90 * DAY);
    encrypt(&root, &key.id, b"x").unwrap();
    let report = kms.run_due().unwrap();
    assert_eq!((report.rotated_keys, report.failed_rotations), (0, 1));
}
