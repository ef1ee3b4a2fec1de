//! Which work is done where: what is slow, and what hangs, is not in the way of the runtime's one thread.

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use strongroom::calls::SignVerify;
use strongroom::types::SigningAlgorithmSpec;
use strongroom::{Client, Custody};
use strongroom_hsm::{
    Description, Destroyed, Error, Expect, GenerateRequest, Health, ImportJob, KeyHandle, KeyToken, Made, Op, OutBuf,
    Probe, Suite,
};
use strongroom_soft::SoftCustody;

use super::{World, runtime};
use crate::support::symmetric;

type Seen = Arc<Mutex<Vec<(&'static str, ThreadId)>>>;

/// Software custody that tells on which thread it worked; a slow one, if it says so.
#[derive(Debug)]
struct Told {
    inner: SoftCustody,
    about: Description,
    seen: Seen,
}

impl Told {
    fn tell(&self, what: &'static str) {
        self.seen.lock().unwrap().push((what, thread::current().id()));
    }
}

impl Custody for Told {
    fn describe(&self) -> &Description {
        &self.about
    }
    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error> {
        self.tell("generate");
        self.inner.generate(request)
    }
    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error> {
        self.inner.find(request)
    }
    fn begin_import(&self, request: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error> {
        self.inner.begin_import(request)
    }
    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error> {
        self.tell("open");
        Ok(Arc::new(ToldHandle { inner: self.inner.open(token, expect)?, seen: Arc::clone(&self.seen) }))
    }
    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error> {
        self.inner.renew(token, expect)
    }
    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error> {
        self.inner.destroy(token)
    }
    fn probe(&self, depth: Probe) -> Result<Health, Error> {
        self.inner.probe(depth)
    }
    fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        self.tell("random");
        self.inner.random(out)
    }
}

#[derive(Debug)]
struct ToldHandle {
    inner: Arc<dyn KeyHandle>,
    seen: Seen,
}

impl KeyHandle for ToldHandle {
    fn suite(&self) -> Option<Suite> {
        self.inner.suite()
    }
    fn public_key(&self) -> Option<&[u8]> {
        self.inner.public_key()
    }
    fn run(&self, op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error> {
        self.seen.lock().unwrap().push(("run", thread::current().id()));
        self.inner.run(op, out)
    }
    fn close(&self) {
        self.inner.close();
    }
}

fn told(slow: bool) -> (World, Seen) {
    let seen = Seen::default();
    let given = Arc::clone(&seen);
    let world = World::with(|options| {
        options.custody(move |root| {
            let inner = SoftCustody::new(root.clone());
            let mut about = inner.describe().clone();
            about.slow = slow;
            Box::new(Told { inner, about, seen: given })
        })
    });
    (world, seen)
}

fn signing(root: &Client, spec: SignVerify) -> String {
    root.create_key().key_spec(spec).send().unwrap().key_metadata.key_id
}

#[test]
fn what_the_custody_calls_slow_is_done_on_another_thread_and_the_rest_in_place() {
    use SigningAlgorithmSpec as S;
    let (world, seen) = told(false);
    let root = world.root();
    let keys = [(SignVerify::Rsa3072, S::RsassaPssSha256, true), (SignVerify::EccNistP256, S::EcdsaSha256, false)]
        .map(|(spec, algorithm, slow)| (signing(&root, spec), algorithm, slow));
    let here = thread::current().id();
    for (key, algorithm, slow) in keys {
        seen.lock().unwrap().clear();
        runtime().block_on(root.sign(key, "a message", algorithm).into_future()).unwrap();
        let seen = seen.lock().unwrap().clone();
        assert!(seen.iter().any(|(what, _)| *what == "run"));
        assert!(seen.iter().all(|(_, thread)| (*thread == here) != slow), "{algorithm:?}: {seen:?}");
    }
    let key = symmetric(&root);
    seen.lock().unwrap().clear();
    runtime().block_on(async {
        root.encrypt(&*key.id, "x").await.unwrap();
        root.generate_random(32).await.unwrap();
    });
    assert!(seen.lock().unwrap().iter().all(|(_, thread)| *thread == here));
}

#[test]
fn a_slow_custody_is_never_asked_on_the_tasks_thread() {
    let (world, seen) = told(true);
    let root = world.root();
    let key = symmetric(&root);
    let here = thread::current().id();
    seen.lock().unwrap().clear();
    runtime().block_on(async {
        let sealed = root.encrypt(&*key.id, "x").await.unwrap();
        root.decrypt(sealed.ciphertext_blob).await.unwrap();
        root.generate_random(32).await.unwrap();
        root.create_key().await.unwrap();
    });
    let seen = seen.lock().unwrap();
    assert!(["open", "run", "random", "generate"].iter().all(|what| seen.iter().any(|(name, _)| name == what)));
    assert!(seen.iter().all(|(_, thread)| *thread != here), "{seen:?}");
}

#[test]
fn others_go_on_while_an_rsa_4096_key_is_made() {
    let world = World::new();
    let root = world.root();
    let key = symmetric(&root);
    let done = runtime().block_on(async {
        let making = tokio::spawn(root.create_key().key_spec(SignVerify::Rsa4096).into_future());
        tokio::task::yield_now().await;
        let mut done = 0;
        while !making.is_finished() {
            root.encrypt(&*key.id, "x").await.unwrap();
            done += 1;
            tokio::task::yield_now().await;
        }
        making.await.unwrap().unwrap();
        done
    });
    println!("{done} calls were answered while a key was made");
    assert!(done > 10, "{done}");
}

#[test]
fn sixty_four_changes_hang_in_no_thread_and_hold_up_nobody() {
    let world = World::new();
    let root = world.root();
    let keys: Vec<_> = (0..64).map(|_| symmetric(&root).id).collect();
    world.store.hold();
    // There is one thread, and one for what waits: it has nothing to do.
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let changes: Vec<_> =
            keys.iter().map(|key| tokio::spawn(root.update_key_description(key, "new").into_future())).collect();
        while world.store.hanging() < 64 {
            tokio::task::yield_now().await;
        }
        // Everyone else goes on: what changes nothing is done at once.
        for key in &keys {
            let (root, key) = (root.clone(), key.clone());
            let other = tokio::spawn(async move {
                root.describe_key(&*key).await.unwrap();
                let sealed = root.encrypt(&*key, "x").await.unwrap();
                root.decrypt(sealed.ciphertext_blob).await.unwrap();
            });
            other.await.unwrap();
        }
        assert!(changes.iter().all(|change| !change.is_finished()));
        world.store.release();
        for change in changes {
            change.await.unwrap().unwrap();
        }
    });
    let described = |key| root.describe_key(key).send().unwrap().key_metadata.description;
    assert!(keys.iter().all(|key| described(key) == "new"));
}
