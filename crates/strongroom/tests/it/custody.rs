//! What reaches the custody, and what its failures mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use strongroom::{ErrorCode, Operation};
use strongroom_hsm::{
    Custody, Description, Destroyed, Expect, GenerateRequest, Health, ImportJob, KeyHandle, KeyToken, Made, Op, OutBuf,
    Probe, Suite,
};
use strongroom_soft::SoftCustody;
use strongroom_types::MessageType;

use crate::support::*;

/// Software custody that counts what reaches it, and fails when it is told to.
#[derive(Debug)]
struct Watched {
    inner: SoftCustody,
    watch: Watch,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    calls: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
    barren: Arc<AtomicBool>,
    made: Arc<AtomicUsize>,
}

impl Watch {
    fn pass(&self) -> Result<(), strongroom_hsm::Error> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match self.broken.load(Ordering::SeqCst) {
            true => Err(strongroom_hsm::Error::retry(std::time::Duration::from_secs(1))),
            false => Ok(()),
        }
    }

    /// Makes nothing new, and does everything else.
    pub(crate) fn make_nothing(&self, barren: bool) {
        self.barren.store(barren, Ordering::SeqCst);
    }

    /// How often new material was asked for.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn break_down(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }
}

impl Custody for Watched {
    fn describe(&self) -> &Description {
        self.inner.describe()
    }

    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, strongroom_hsm::Error> {
        self.watch.pass()?;
        self.watch.made.fetch_add(1, Ordering::SeqCst);
        if self.watch.barren.load(Ordering::SeqCst) {
            return Err(strongroom_hsm::Error::retry(std::time::Duration::from_secs(1)));
        }
        self.inner.generate(request)
    }

    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, strongroom_hsm::Error> {
        self.inner.find(request)
    }

    fn begin_import(&self, request: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, strongroom_hsm::Error> {
        self.inner.begin_import(request)
    }

    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, strongroom_hsm::Error> {
        self.watch.pass()?;
        let inner = self.inner.open(token, expect)?;
        Ok(Arc::new(WatchedHandle { inner, watch: self.watch.clone() }))
    }

    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, strongroom_hsm::Error> {
        self.inner.renew(token, expect)
    }

    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, strongroom_hsm::Error> {
        self.inner.destroy(token)
    }

    fn probe(&self, depth: Probe) -> Result<Health, strongroom_hsm::Error> {
        self.inner.probe(depth)
    }

    fn random(&self, out: &mut [u8]) -> Result<(), strongroom_hsm::Error> {
        self.inner.random(out)
    }
}

#[derive(Debug)]
struct WatchedHandle {
    inner: Arc<dyn KeyHandle>,
    watch: Watch,
}

impl KeyHandle for WatchedHandle {
    fn suite(&self) -> Option<Suite> {
        self.inner.suite()
    }

    fn public_key(&self) -> Option<&[u8]> {
        self.inner.public_key()
    }

    fn run(&self, op: &Op<'_>, out: &mut OutBuf) -> Result<(), strongroom_hsm::Error> {
        self.watch.pass()?;
        self.inner.run(op, out)
    }

    fn close(&self) {
        self.inner.close();
    }
}

pub(crate) fn watched() -> (Room, Watch) {
    let (clock, watch) = (FakeClock::new(), Watch::default());
    let given = watch.clone();
    let options = options(&clock)
        .custody(move |root| Box::new(Watched { inner: SoftCustody::new(root.clone()), watch: given }))
        .handles(2, std::time::Duration::from_secs(60));
    (Room { kms: strongroom::Kms::in_memory_with(options).unwrap(), clock }, watch)
}

#[test]
fn what_is_refused_never_reaches_the_custody() {
    let (room, watch) = watched();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let (key, ecc, off) = (symmetric(&root), signing(&root), symmetric(&root));
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    root.disable_key(&*off.id).send().unwrap();
    let needs = Needs { blob: blob.clone(), ..Needs::default() };
    let before = watch.calls();
    let mut calls = 0;
    // Denied; of the wrong kind; in the wrong state; a dry run.
    for operation in NAMING.iter().filter(|operation| **operation != Operation::UpdateAlias) {
        for name in [&key.id, &ecc.id, &off.id, &key.arn] {
            assert_eq!(code(call(&nobody, *operation, name, &needs)), ErrorCode::AccessDenied);
            calls += 1;
        }
    }
    for result in [encrypt(&root, &ecc.id, b"x"), encrypt(&root, &off.id, b"x"), public_key(&root, &key.id)] {
        refusal(result);
        calls += 1;
    }
    refusal(root.encrypt(&*key.id, b"x".as_slice()).dry_run(true).send());
    refusal(root.encrypt(&*key.id, b"x".as_slice()).grant_tokens(["t"]).send());
    // Versions, suites and flags that this version does not know.
    let mut header_bits = 0;
    for (at, bits) in [(0, 0..8), (1, 0..8), (2, 0..8), (3, 1..8)] {
        for bit in bits {
            let mut unknown = blob.clone();
            unknown[at] ^= 1 << bit;
            assert_eq!(code(decrypt(&root, &unknown)), ErrorCode::InvalidCiphertext);
            let named = root.decrypt(unknown).key_id(&*key.id);
            assert_eq!(code(named.send()), ErrorCode::InvalidCiphertext);
            header_bits += 1;
        }
    }
    // Another key's ciphertext, and a version that the key does not have.
    let other = root.decrypt([&blob[..4], &[9; 16], &blob[20..]].concat()).key_id(&*key.id);
    assert_eq!(code(other.send()), ErrorCode::IncorrectKey);
    assert_eq!(code(decrypt(&root, &[&blob[..20], &[9; 16], &blob[36..]].concat())), ErrorCode::InvalidCiphertext);
    assert_eq!(watch.calls(), before);
    decrypt(&root, &blob).unwrap();
    assert!(watch.calls() > before, "and the counter counts");
    println!("kept from the custody: {calls} calls, {header_bits} header bits");
}

/// Algorithms and states are judged before the custody is asked, and the custody before anything is written.
#[test]
fn a_custody_that_fails_is_asked_last_and_comes_back() {
    let (room, watch) = watched();
    let root = room.root();
    let (key, ecc, off) = (symmetric(&root), signing(&root), symmetric(&root));
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    root.disable_key(&*off.id).send().unwrap();
    watch.break_down(true);
    assert_eq!(code(encrypt(&root, &ecc.id, b"x")), ErrorCode::InvalidKeyUsage);
    assert_eq!(code(encrypt(&root, &off.id, b"x")), ErrorCode::Disabled);
    let mut damaged = blob.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for result in [encrypt(&root, &key.id, b"x"), decrypt(&root, &blob), decrypt(&root, &damaged)] {
        assert_eq!(code(result), ErrorCode::KeyUnavailable);
    }
    // What makes keys fails, and leaves nothing behind.
    let keys = key_ids(&root);
    assert_eq!(code(root.create_key().send()), ErrorCode::DependencyTimeout);
    assert_eq!(room.last_view()["errorCode"], "DependencyTimeoutException");
    assert_eq!(code(root.rotate_key_on_demand(&*key.id).send()), ErrorCode::DependencyTimeout);
    assert_eq!(key_ids(&root), keys);
    assert_eq!(rotations_page(&root, &key.id, None, None, None).unwrap().0.len(), 0);
    // What needs no custody goes on: who verifies holds the public key.
    let signature = [0x30; 70];
    assert_eq!(code(verify(&root, &ecc.id, MessageType::Raw, b"x", &signature)), ErrorCode::KmsInvalidSignature);
    root.get_public_key(&*ecc.id).send().unwrap();
    describe(&root, &key.id).unwrap();
    watch.break_down(false);
    assert_eq!(decrypt(&root, &blob).unwrap(), b"x");
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    assert_eq!(decrypt(&root, &blob).unwrap(), b"x");
}

#[test]
fn handles_come_and_go_and_nobody_notices() {
    let (room, watch) = watched();
    let root = room.root();
    // More keys than handles, and time going by.
    let sealed: Vec<_> = (0..5_u8)
        .map(|n| {
            let key = symmetric(&root);
            let blob = encrypt(&root, &key.id, &[n]).unwrap();
            (key, blob)
        })
        .collect();
    for round in 0..3 {
        for (n, (_, blob)) in sealed.iter().enumerate() {
            assert_eq!(decrypt(&root, blob).unwrap(), [u8::try_from(n).unwrap()]);
        }
        assert!(room.kms.status().unwrap().handles.open <= 2, "round {round}");
        room.clock.advance(61);
    }
    let before = watch.calls();
    decrypt(&root, &sealed[4].1).unwrap();
    decrypt(&root, &sealed[4].1).unwrap();
    assert_eq!(watch.calls() - before, 3, "opened once, used twice");
    room.clock.advance(61);
    decrypt(&root, &sealed[4].1).unwrap();
    assert_eq!(watch.calls() - before, 5, "opened anew after its time");
    root.disable_key(&*sealed[4].0.id).send().unwrap();
    assert_eq!(code(decrypt(&root, &sealed[4].1)), ErrorCode::Disabled);
    root.enable_key(&*sealed[4].0.id).send().unwrap();
    decrypt(&root, &sealed[4].1).unwrap();
    assert_eq!(watch.calls() - before, 7, "a disabled key's handle was dropped");
}
