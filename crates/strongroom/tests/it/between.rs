//! What happens between the decision on a change and its commit.

use std::sync::{Arc, Mutex};
use std::{fmt, io};

use strongroom::{Caller, Client, Error, ErrorCode, Kms, Options, RestoreOptions, Timestamp};
use strongroom_audit::log::MemoryStorage;
use strongroom_hsm::{fake::FakeDevice, hostile};
use strongroom_soft::SoftCustody;
use strongroom_store::testing::{Call, Faulty, Trouble};
use strongroom_store::{
    ChangeSink, Commit, CommitTicket, Freshness, Key, KeyRange, Limits, Maintenance, MemoryStore, PageLimit, Progress,
    Read, Record, Revision, Snapshot, Store, StoreError, Watch, day_of,
};

use crate::support::{
    DAY, FakeClock, HERE, aliases, code, delegate, describe, encrypt, key_policy, options, policy_of, refusal,
    symmetric,
};

type Hook = Box<dyn FnOnce() + Send>;

/// A store before whose next commit something else happens.
struct Between {
    inner: Faulty<MemoryStore>,
    hook: Mutex<Option<Hook>>,
    /// What happens once the next commit is done, and before whoever made it knows.
    after: Mutex<Option<Hook>>,
}

impl Between {
    fn before_the_next_commit(&self, hook: impl FnOnce() + Send + 'static) {
        *self.hook.lock().unwrap() = Some(Box::new(hook));
    }
}

impl fmt::Debug for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Between(..)")
    }
}

impl Store for Between {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn get(&self, keys: &[Key], freshness: Freshness) -> Result<Read<Vec<Option<Record>>>, StoreError> {
        self.inner.get(keys, freshness)
    }

    fn scan(
        &self,
        range: &KeyRange,
        after: Option<&Key>,
        limit: PageLimit,
        freshness: Freshness,
    ) -> Result<Read<Vec<Record>>, StoreError> {
        self.inner.scan(range, after, limit, freshness)
    }

    fn submit(&self, commit: Commit) -> CommitTicket {
        let hook = self.hook.lock().unwrap().take();
        if let Some(hook) = hook {
            hook();
        }
        let after = self.after.lock().unwrap().take();
        let done = self.inner.submit(commit);
        if let Some(after) = after {
            after();
        }
        done
    }

    fn watch(&self, prefixes: &[Key], after: Revision, sink: Box<dyn ChangeSink>) -> Result<Watch, StoreError> {
        self.inner.watch(prefixes, after, sink)
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.inner.snapshot()
    }

    fn maintain(&self, task: Maintenance) -> Result<Progress, StoreError> {
        self.inner.maintain(task)
    }
}

struct World {
    kms: Kms,
    root: Client,
    store: Arc<Between>,
    clock: FakeClock,
}

fn world() -> World {
    world_with(|options| options)
}

fn world_with(more: impl FnOnce(Options) -> Options) -> World {
    let clock = FakeClock::new();
    let store =
        Arc::new(Between { inner: Faulty::new(MemoryStore::new()), hook: Mutex::default(), after: Mutex::default() });
    let held: Arc<dyn Store> = Arc::clone(&store) as _;
    let kms = Kms::create_in(held, Arc::new(MemoryStorage::new()), more(options(&clock))).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    World { kms, root, store, clock }
}

#[test]
fn an_alias_that_a_new_key_got_outlives_its_old_key() {
    let World { kms, root, store, clock } = world();
    let (old, new) = (symmetric(&root), symmetric(&root));
    root.create_alias("alias/stays", &*old.id).send().unwrap();
    root.create_alias("alias/goes", &*old.id).send().unwrap();
    root.schedule_key_deletion(&*old.id).pending_window_in_days(7).send().unwrap();
    clock.advance(7 * DAY);
    let (client, id) = (root.clone(), new.id.clone());
    store.before_the_next_commit(move || client.create_alias("alias/stays", id).send().map(drop).unwrap());
    assert_eq!(kms.run_due().unwrap().deleted_keys, 1);
    assert_eq!(kms.run_due().unwrap().deleted_keys, 0);
    let left = [("alias/stays".to_owned(), new.id.clone())];
    assert_eq!(aliases(&root, None), left);
    assert_eq!(aliases(&root, Some(&new.id)), left);
    describe(&root, "alias/stays").unwrap();
    root.delete_alias("alias/stays").send().unwrap();
    for name in ["alias/stays", "alias/goes"] {
        assert_eq!(code(describe(&root, name)), ErrorCode::NotFound);
        root.create_alias(name, &*new.id).send().unwrap();
    }
}

#[test]
fn a_call_that_can_not_start_again_leaves_its_event() {
    let World { kms, root, store, .. } = world();
    let key = symmetric(&root);
    let before = kms.status().unwrap().events;
    let (client, id, held) = (root.clone(), key.id.clone(), Arc::clone(&store));
    store.before_the_next_commit(move || {
        client.update_key_description(id, "first").send().map(drop).unwrap();
        held.inner.script(Call::Get, 0, Trouble::NotApplied);
    });
    let answer = root.update_key_description(&*key.id, "second").send();
    assert!(matches!(answer, Err(Error::Store(_))), "{answer:?}");
    let events: Vec<_> = kms.record().from(before).iter().unwrap().map(Result::unwrap).collect();
    let codes: Vec<_> = events.iter().map(|event| event.record.error_code().map(str::to_owned)).collect();
    assert_eq!(codes, [None, Some("KMSInternalException".to_owned())], "one call, one event");
}

/// Two commits whose outcomes nobody knows, one of a key that was not made and can't be cleaned up: the other still counts.
#[test]
fn a_decision_that_can_not_be_followed_keeps_no_other_from_being() {
    let World { root, store, .. } = world_with(|options| {
        options.custody(|root| {
            let device = FakeDevice::new(Arc::new(SoftCustody::new(root.clone())));
            let broken = hostile::Faulty::new(Arc::new(device.connect()));
            broken.next(hostile::Call::Find, hostile::Fault::FailBefore(strongroom_hsm::Error::corrupt("the device")));
            Box::new(broken)
        })
    });
    let key = {
        let key = symmetric(&root);
        encrypt(&root, &key.id, b"x").unwrap();
        key
    };
    let unknown = |store: &Between, done: Trouble| {
        store.inner.script(Call::Submit, 0, done);
        (1..3).for_each(|nth| store.inner.script(Call::Submit, nth, Trouble::UnknownNotDone));
    };
    let (client, id, held) = (root.clone(), key.id.clone(), Arc::clone(&store));
    // Before the second commit of CreateKey; the first one is of its intent.
    store.before_the_next_commit({
        let store = Arc::clone(&store);
        move || {
            store.before_the_next_commit(move || {
                unknown(&held, Trouble::UnknownDone);
                assert!(client.disable_key(id).send().is_err());
                unknown(&held, Trouble::UnknownNotDone);
            });
        }
    });
    assert!(root.create_key().send().is_err());
    let first = encrypt(&root, &key.id, b"x").map(drop);
    assert!(matches!(first, Err(Error::Custody(_))), "{first:?}");
    assert_eq!(code(encrypt(&root, &key.id, b"x")), ErrorCode::Disabled);
}

#[test]
fn commits_that_are_known_late_are_recorded_in_their_order() {
    let World { kms, root, store, .. } = world();
    let (one, other) = (symmetric(&root), symmetric(&root));
    let unknown = |store: &Between| (0..3).for_each(|nth| store.inner.script(Call::Submit, nth, Trouble::UnknownDone));
    let before = kms.status().unwrap().events;
    let (client, id, held) = (root.clone(), other.id.clone(), Arc::clone(&store));
    store.before_the_next_commit(move || {
        unknown(&held);
        assert!(client.update_key_description(id, "first").send().is_err());
        unknown(&held);
    });
    assert!(root.update_key_description(&*one.id, "second").send().is_err());
    assert_eq!(describe(&root, &one.id).unwrap().description, "second");
    assert_eq!(describe(&root, &other.id).unwrap().description, "first");
    let events = kms.record().from(before).iter().unwrap().map(Result::unwrap);
    let revisions: Vec<u64> = events.map(|event| event.revision).filter(|revision| *revision > 0).collect();
    assert_eq!(revisions.len(), 2, "both are recorded");
    assert!(revisions.is_sorted(), "{revisions:?}");
}

/// Of two calls at one time the second to be committed may be the first to be recorded.
#[test]
fn a_restore_replays_commits_in_their_order_and_not_in_the_records() {
    let (clock, log) = (FakeClock::new(), Arc::new(MemoryStorage::new()));
    let inner = Faulty::new(MemoryStore::new());
    let store = Arc::new(Between { inner, hook: Mutex::default(), after: Mutex::default() });
    let kms = Kms::create_in(Arc::clone(&store) as _, Arc::clone(&log) as _, options(&clock)).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    let mut bytes = Vec::new();
    kms.backup(&mut bytes).unwrap();
    let before = kms.status().unwrap().events;
    let policy = |id: &str| key_policy(&[delegate(HERE)]).replacen('{', &format!(r#"{{"Id":"{id}","#), 1);
    let (client, id, second) = (root.clone(), key.id.clone(), policy("second"));
    *store.after.lock().unwrap() = Some(Box::new(move || {
        client.put_key_policy(id, second).send().unwrap();
    }));
    root.put_key_policy(&*key.id, policy("first")).send().unwrap();
    assert_eq!(policy_of(&root, &key.id).unwrap(), policy("second"));
    let events: Vec<_> = kms.record().from(before).iter().unwrap().map(Result::unwrap).collect();
    assert!(events[0].revision > events[1].revision, "they are recorded the other way round");
    kms.close().unwrap();
    let how = RestoreOptions::new().surviving_log(log);
    let (store, log) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStorage::new()));
    let (kms, _) = Kms::restore_in(io::Cursor::new(&bytes), store, log, options(&clock), how).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    assert_eq!(policy_of(&root, &key.id).unwrap(), policy("second"));
}

#[test]
fn ids_of_commits_are_forgotten_in_time() {
    let World { kms, root, store, clock } = world();
    let key = symmetric(&root);
    root.disable_key(&*key.id).send().unwrap();
    clock.advance(10 * DAY);
    kms.run_due().unwrap();
    let today = day_of(Timestamp::from_secs(clock.secs()));
    assert_eq!(store.maintain(Maintenance::DropIds { today }).unwrap().done, 0, "dropped already");
}

/// An object that was taken away behind the backend's back: the custody's page has AWS's error for it.
#[test]
fn a_key_that_the_custody_lost_is_told_from_one_that_is_busy() {
    let devices = Arc::new(Mutex::new(Vec::new()));
    let given = Arc::clone(&devices);
    let World { kms, root, .. } = world_with(|options| {
        options.custody(move |root| {
            let device = FakeDevice::new(Arc::new(SoftCustody::new(root.clone())));
            given.lock().unwrap().push(device.clone());
            Box::new(device.connect())
        })
    });
    let key = symmetric(&root);
    let device = devices.lock().unwrap().remove(0);
    assert!(device.lose(&device.objects()[0].place.creation_id));
    let before = kms.status().unwrap().events;
    let (kind, text) = refusal(encrypt(&root, &key.id, b"x"));
    assert_eq!((kind, text), (ErrorCode::KmsInvalidState, format!("{}: the key is gone.", key.arn)));
    assert_eq!(kms.status().unwrap().events, before + 1);
    assert!(kms.status().unwrap().handles.misses < 40);
}
