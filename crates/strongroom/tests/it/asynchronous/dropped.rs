//! What becomes of a call whose future is dropped, whose runtime ends, or that nobody polls.

use std::future::IntoFuture as _;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use strongroom::calls::SignVerify;
use strongroom::{Client, Error};
use strongroom_audit::LogCrypto;
use strongroom_audit::verify::{Outcome, Verifier};
use strongroom_store::{Cause, CommitError};

use super::World;
use crate::support::{aliases, key_ids, symmetric};

/// Waits until it is so, which takes no time that anybody would notice.
pub(super) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

type Doing = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A state change, and how many things of its kind there are.
struct Change {
    name: &'static str,
    begin: fn(&Client, &str) -> Doing,
    count: fn(&Client, &str) -> usize,
}

/// Both kinds: what is written, and what is made before it is written.
const CHANGES: [Change; 4] = [
    Change {
        name: "CreateAlias",
        begin: |root, key| unit(root.create_alias("alias/orders", key)),
        count: |root, key| aliases(root, Some(key)).len(),
    },
    Change {
        name: "TagResource",
        begin: |root, key| unit(root.tag_resource(key, [strongroom::types::Tag::new("team", "orders")])),
        count: |root, key| root.list_resource_tags(key).send().unwrap().tags.len(),
    },
    Change { name: "CreateKey", begin: |root, _| unit(root.create_key()), count: |root, _| key_ids(root).len() },
    Change {
        name: "RotateKeyOnDemand",
        begin: |root, key| unit(root.rotate_key_on_demand(key)),
        count: |root, key| root.list_key_rotations(key).send().unwrap().rotations.len(),
    },
];

/// Whatever a call answers.
fn unit<O: strongroom::Served, F>(call: strongroom::Call<'_, O, F>) -> Doing {
    let call = call.into_future();
    Box::pin(async move { call.await.map(drop) })
}

/// How the store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    Refused,
    DoneAndUnknown,
}

fn poll(future: &mut (impl Future + Unpin), times: usize) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..times).any(|_| Pin::new(&mut *future).poll(&mut context).is_ready())
}

/// The events of this name, and how many of them say that it was done.
fn told(world: &World, name: &str) -> (usize, usize) {
    let events = world.kms.record().iter().unwrap().map(Result::unwrap);
    let of_it: Vec<_> = events.filter(|event| event.record.name() == name).collect();
    (of_it.len(), of_it.iter().filter(|event| event.record.error_code().is_none()).count())
}

/// Store and record agree, and the record verifies.
fn agrees(world: &World) {
    let crypto = LogCrypto::new(&strongroom_rustcrypto::provider()).unwrap();
    let anchor = world.kms.checkpoint().unwrap().note.to_string();
    let verifier = Verifier::new(crypto).key(world.kms.verifying_key().unwrap().to_string()).anchor(anchor);
    let report = verifier.run(&world.log);
    assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
}

#[test]
fn a_future_that_is_dropped_at_any_point_leaves_a_change_with_its_event_or_neither() {
    let mut tried = 0;
    for answer in [Answer::Done, Answer::Refused, Answer::DoneAndUnknown] {
        for change in &CHANGES {
            for polls in 0..4 {
                for released_first in [false, true] {
                    dropped(change, answer, polls, released_first);
                    tried += 1;
                }
            }
        }
    }
    println!("{tried} drops of {} changes at 4 points, before and after the store's answer", CHANGES.len());
}

fn dropped(change: &Change, answer: Answer, polls: usize, released_first: bool) {
    let what = format!("{} {answer:?} {polls} {released_first}", change.name);
    let world = World::new();
    let root = world.root();
    let key = symmetric(&root);
    let (there, events) = ((change.count)(&root, &key.id), told(&world, change.name));
    world.store.hold();
    let mut future = (change.begin)(&root, &key.id);
    assert!(!poll(&mut future, polls), "{what}: nothing is done while the store hangs");
    let release = || match answer {
        Answer::Done => world.store.release(),
        Answer::Refused => world.store.refuse(|| CommitError::Full),
        Answer::DoneAndUnknown => world.store.release_as(|done| {
            let _ = done.unwrap();
            Err(CommitError::Unknown(Cause::new("the test's")))
        }),
    };
    if polls > 0 {
        until(&what, || world.store.hanging() == 1);
    }
    if released_first {
        release();
        drop(future);
    } else {
        drop(future);
        release();
    }
    if polls == 0 {
        assert_eq!(told(&world, change.name), events, "{what}: a call that nobody began is none");
        assert_eq!((change.count)(&root, &key.id), there, "{what}");
        return;
    }
    until(&what, || told(&world, change.name).0 == events.0 + 1);
    let done = usize::from(answer != Answer::Refused);
    assert_eq!(told(&world, change.name).1, events.1 + done, "{what}");
    // It is done to its end: caches too.
    until(&what, || (change.count)(&root, &key.id) == there + done);
    agrees(&world);
}

#[test]
fn a_runtime_that_ends_takes_no_change_with_it() {
    for blocking_threads in [1, 4] {
        let world = World::new();
        let root = world.root();
        let key = symmetric(&root);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(blocking_threads)
            .build()
            .unwrap();
        world.store.hold();
        // Two wait in threads, or for one; two wait for the store alone.
        let calls = [0, 2].map(|more| {
            let calls = CHANGES.iter().skip(more).take(2);
            calls.map(|change| runtime.spawn((change.begin)(&root, &key.id))).collect::<Vec<_>>()
        });
        until("they have begun", || world.store.hanging() >= 2 + blocking_threads.min(2));
        runtime.shutdown_background();
        // What had no thread gets one of its own.
        world.store.release();
        for change in &CHANGES {
            until(change.name, || told(&world, change.name).1 >= 1);
        }
        drop(calls);
        until("the alias", || aliases(&root, Some(&key.id)).len() == 1);
        until("the key", || key_ids(&root).len() == 2);
        agrees(&world);
    }
}

#[test]
fn nobody_waits_for_one_who_does_not_poll() {
    let world = World::new();
    let root = world.root();
    let key = symmetric(&root);
    world.store.hold();
    let mut forgotten = root.create_alias("alias/orders", &*key.id).into_future();
    assert!(!poll(&mut forgotten, 1));
    let kms = world.kms.clone();
    // A backup is of a moment at which no change stands between store and record.
    let backup = std::thread::spawn(move || kms.backup(Vec::new()).map(drop));
    std::thread::sleep(Duration::from_millis(20));
    assert!(!backup.is_finished(), "it waits for the change");
    // Whoever comes meanwhile is not held up by it where he must not be.
    let mut other = root.describe_key(&*key.id).into_future();
    assert!(poll(&mut other, 1), "it is done in place");
    world.store.release();
    backup.join().unwrap().unwrap();
    assert_eq!(told(&world, "CreateAlias"), (1, 1));
    // And a second look finds it done.
    super::wait(forgotten).unwrap();
    agrees(&world);
}

#[test]
fn closing_waits_for_what_was_handed_in_and_dropped() {
    let world = World::new();
    let root = world.root();
    let key = symmetric(&root);
    let before = world.kms.status().unwrap().events;
    world.store.hold();
    let mut dropped = root.create_alias("alias/orders", &*key.id).into_future();
    assert!(!poll(&mut dropped, 1));
    drop(dropped);
    let kms = world.kms.clone();
    let closing = std::thread::spawn(move || kms.close());
    std::thread::sleep(Duration::from_millis(20));
    assert!(!closing.is_finished());
    world.store.release();
    assert_eq!(closing.join().unwrap().unwrap().events, before + 1);
    assert!(matches!(super::wait(root.describe_key(&*key.id).into_future()), Err(Error::Closed)));
}

#[test]
fn a_change_that_lost_a_race_begins_again_though_nobody_waits_for_it() {
    let world = World::new();
    let root = world.root();
    let key = symmetric(&root);
    world.store.hold();
    let mut first = root.update_key_description(&*key.id, "the first").into_future();
    let mut second = root.disable_key(&*key.id).into_future();
    assert!(!poll(&mut first, 1) && !poll(&mut second, 1));
    until("both saw one state", || world.store.hanging() == 2);
    drop((first, second));
    world.store.release();
    until("both are done", || told(&world, "DisableKey").0 == 1 && told(&world, "UpdateKeyDescription").0 == 1);
    let described = || root.describe_key(&*key.id).send().unwrap().key_metadata;
    until("caches follow", || described().description == "the first" && !described().enabled);
    assert_eq!(told(&world, "DisableKey"), (1, 1));
    agrees(&world);
}

#[test]
fn material_that_nobody_waits_for_is_made_and_recorded_all_the_same() {
    let world = World::new();
    let root = world.root();
    let before = key_ids(&root).len();
    let mut call = root.create_key().key_spec(SignVerify::EccNistP256).into_future();
    poll(&mut call, 1);
    drop(call);
    until("it is there", || told(&world, "CreateKey") == (1, 1));
    until("it is listed", || key_ids(&root).len() == before + 1);
}
