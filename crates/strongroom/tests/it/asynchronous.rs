//! Calls that are awaited: the same calls, and nobody waits who must not.

mod dropped;
mod slow;
mod threads;

use std::future::IntoFuture;
use std::sync::Arc;

use slow::{SlowLog, SlowStore};
use strongroom::testing::{self, CommitTrouble, Room};
use strongroom::{Caller, Client, Durability, Error, ErrorCode, Kms, Options, Store};
use tokio::runtime::{Builder, Runtime};

use super::support::{FakeClock, code, options};

/// A strongroom on slow disks.
struct World {
    kms: Kms,
    store: Arc<SlowStore>,
    log: SlowLog,
}

impl World {
    fn new() -> Self {
        Self::with(|options| options)
    }

    fn with(more: impl FnOnce(Options) -> Options) -> Self {
        let (store, log) = (Arc::new(SlowStore::default()), SlowLog::new());
        let options = more(options(&FakeClock::new()));
        let kms = Kms::create_in(Arc::clone(&store) as Arc<dyn Store>, Arc::new(log.clone()), options).unwrap();
        Self { kms, store, log }
    }

    fn root(&self) -> Client {
        self.kms.client(Caller::root()).unwrap()
    }

    fn size(&self) -> u64 {
        self.kms.status().unwrap().events
    }
}

/// A runtime of one thread: what blocks it, blocks everyone.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn root(room: &Room) -> Client {
    room.kms.client(Caller::root()).unwrap()
}

#[test]
fn futures_can_go_from_thread_to_thread_and_outlive_their_client() {
    fn sent<T: Send + 'static>(_: &T) {}
    let room = testing::strongroom(1).unwrap();
    let call = root(&room).create_key().into_future();
    sent(&call);
    runtime().block_on(call).unwrap();
}

/// Runs a call, and another way of it.
macro_rules! ways {
    ($blocking:expr, $runtime:expr, $call:expr) => {{ if $blocking { $call.send() } else { $runtime.block_on($call.into_future()) } }};
}

/// A bit of everything, refusals too, and all that a caller got to see of it.
fn busy(room: &Room, blocking: bool) -> Vec<Vec<u8>> {
    let runtime = runtime();
    let (root, mallory) = (root(room), room.kms.client(Caller::user("mallory")).unwrap());
    let mut seen = Vec::new();
    for round in 0..3 {
        let key = ways!(blocking, runtime, root.create_key()).unwrap().key_metadata;
        seen.push(key.arn.clone().into_bytes());
        ways!(blocking, runtime, root.create_alias(format!("alias/number-{round}"), &*key.key_id)).unwrap();
        let sealed = ways!(blocking, runtime, root.encrypt(format!("alias/number-{round}"), "attack at dawn")).unwrap();
        let decrypt = root.decrypt(sealed.ciphertext_blob.clone());
        seen.push(sealed.ciphertext_blob);
        seen.push(ways!(blocking, runtime, decrypt).unwrap().plaintext.expose_secret().to_vec());
        ways!(blocking, runtime, root.enable_key_rotation(&*key.key_id)).unwrap();
        ways!(blocking, runtime, root.rotate_key_on_demand(&*key.key_id)).unwrap();
        // A service's key is made on its first use.
        let managed = ways!(blocking, runtime, root.describe_key("alias/aws/s3")).unwrap();
        seen.push(managed.key_metadata.arn.into_bytes());
        let refused = ways!(blocking, runtime, root.decrypt(vec![7; 200]));
        assert_eq!(code(refused), ErrorCode::InvalidCiphertext);
        assert_eq!(code(ways!(blocking, runtime, mallory.encrypt(&*key.key_id, "x"))), ErrorCode::AccessDenied);
        assert_eq!(code(ways!(blocking, runtime, root.create_alias("no alias", &*key.key_id))), ErrorCode::Validation);
        // The rotation is due, and is done by whoever uses the key.
        room.clock.advance(std::time::Duration::from_secs(366 * 86_400));
        let rotated = ways!(blocking, runtime, root.encrypt(&*key.key_id, "x")).unwrap();
        seen.push(rotated.ciphertext_blob);
    }
    seen.push(room.kms.checkpoint().unwrap().note.to_string().into_bytes());
    seen
}

#[test]
fn awaited_calls_answer_and_record_what_the_others_do_to_the_last_byte() {
    let [blocking, awaited] = [5, 5].map(|seed| testing::strongroom(seed).unwrap());
    assert_eq!(busy(&blocking, true), busy(&awaited, false));
    let (files, same) = (blocking.log.contents().unwrap(), awaited.log.contents().unwrap());
    assert!(files.values().map(Vec::len).sum::<usize>() > 10_000);
    assert_eq!(files, same, "records, blinds, leaves, checkpoints");
}

/// One call of each kind under each trouble of the store, and what came of each.
fn troubled(room: &Room, blocking: bool) -> Vec<String> {
    use CommitTrouble as T;
    let (runtime, root) = (runtime(), root(room));
    let key = ways!(blocking, runtime, root.create_key()).unwrap().key_metadata.key_id;
    let mut seen = Vec::new();
    let troubles =
        [T::NotApplied, T::Full, T::Poisoned, T::UnknownNotDone, T::UnknownDone, T::AbandonedNotDone, T::AbandonedDone];
    for trouble in troubles {
        for commits in [1, 3] {
            for nth in 0..commits {
                room.script.commit(nth, trouble);
            }
            let alias = format!("alias/{trouble:?}-{commits}");
            seen.push(format!("{:?}", ways!(blocking, runtime, root.create_alias(alias, &*key))));
            room.script.heal();
            seen.push(format!("{:?}", ways!(blocking, runtime, root.update_key_description(&*key, "another"))));
        }
    }
    room.script.append(0, std::io::ErrorKind::StorageFull);
    seen.push(format!("{:?}", ways!(blocking, runtime, root.encrypt(&*key, "x")).map(|sealed| sealed.ciphertext_blob)));
    // Committed and not appended: it did not fail, and is made up for by the next.
    room.script.append(0, std::io::ErrorKind::StorageFull);
    seen.push(format!("{:?}", ways!(blocking, runtime, root.disable_key(&*key))));
    seen.push(format!("{:?}", code(ways!(blocking, runtime, root.encrypt(&*key, "x")))));
    seen.push(format!("{:?}", ways!(blocking, runtime, root.list_aliases()).unwrap().aliases.len()));
    seen
}

#[test]
fn a_store_in_trouble_is_dealt_with_in_the_same_way_to_the_last_byte() {
    let [blocking, awaited] = [6, 6].map(|seed| testing::strongroom(seed).unwrap());
    let (one, two) = (troubled(&blocking, true), troubled(&awaited, false));
    assert!(one.iter().any(|seen| seen.contains("Err")), "{one:#?}");
    assert_eq!(one, two);
    assert_eq!(blocking.log.contents().unwrap(), awaited.log.contents().unwrap());
}

#[test]
fn a_durable_answer_is_awaited_until_it_is_synced_and_no_thread_waits() {
    let world = World::with(|options| options.durability(Durability::Durable));
    let root = world.root();
    let key = root.create_key().send().unwrap().key_metadata.key_id;
    let before = world.size();
    world.log.hold();
    let runtime = runtime();
    let calls: Vec<_> = (0..64).map(|_| runtime.spawn(root.encrypt(&*key, "x").into_future())).collect();
    // Whatever the runtime's one thread can do is done: all are recorded, and none has its answer.
    runtime.block_on(async {
        for _ in 0..8 {
            tokio::task::yield_now().await
        }
    });
    assert_eq!(world.size(), before + 64);
    assert!(calls.iter().all(|call| !call.is_finished()), "an answer left before its event was synced");
    world.log.release();
    for call in calls {
        runtime.block_on(call).unwrap().unwrap();
    }
    world.log.fail();
    let failed = runtime.block_on(root.encrypt(&*key, "x").into_future());
    assert!(matches!(failed, Err(Error::Audit(_))), "{failed:?}");
    world.log.release();
    runtime.block_on(root.encrypt(&*key, "x").into_future()).unwrap();
}

#[test]
fn without_a_runtime_any_executor_will_do() {
    let room = testing::strongroom(2).unwrap();
    let root = root(&room);
    // Of tokio there is only what polls here, and no runtime that the call could see.
    let done = wait(async {
        let key = root.create_key().await?.key_metadata.key_id;
        root.encrypt(&*key, "x").await?;
        Ok::<_, Error>(())
    });
    done.unwrap();
}

/// The least executor that there is.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
