//! Calls that are awaited: the same calls, and nobody waits who must not.

use std::future::IntoFuture;

use strongroom::testing::{self, Room};
use strongroom::{Caller, Client, Error, ErrorCode};
use tokio::runtime::{Builder, Runtime};

use super::support::code;

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
