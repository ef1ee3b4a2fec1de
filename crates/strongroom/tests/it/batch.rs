//! A batch answers what the calls would have answered one by one, and leaves the same record.

use std::io::ErrorKind;

use proptest::prelude::*;
use proptest::test_runner::Config;
use strongroom::testing::{self, Room};
use strongroom::types::{
    DecryptRequest, DescribeKeyRequest, DisableKeyRequest, EnableKeyRequest, EncryptRequest, GenerateDataKeyRequest,
};
use strongroom::{Caller, Client, Durability, Error, ErrorCode, Kms, Served, ops};
use strongroom_types::structure::Structure;

use super::support::{HERE, allow, decrypt, delegate, encrypt, key_policy, symmetric, symmetric_with};

/// What came out, to be compared: the output to the last byte, or the error in words.
fn shown<T: Structure>(result: &Result<T, Error>) -> String {
    use strongroom_types::structure::{Kind, Member, Value, Visitor};
    struct Show(String);
    impl<'a> Visitor<'a> for Show {
        fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
            let text = value.map(|value| match value.kind() {
                Kind::Secret(secret) => format!("{:?}", secret.expose_secret()),
                Kind::Blob(bytes) => format!("{bytes:?}"),
                Kind::Str(text) => text.to_owned(),
                other => format!("{other:?}"),
            });
            self.0 += &format!("{}={text:?} ", member.name);
        }
    }
    match result {
        Ok(output) => {
            let mut show = Show(String::new());
            output.visit(&mut show);
            show.0
        }
        Err(error) => format!("{:?}: {error}", error.code()),
    }
}

/// A strongroom with keys of every condition, and ciphertexts under them; the same for the same seed.
struct World {
    room: Room,
    clients: Vec<Client>,
    keys: Vec<String>,
    blobs: Vec<Vec<u8>>,
}

const TENANTS: [&str; 3] = ["red", "green", "blue"];

impl World {
    fn new(seed: u64, durability: Durability) -> Self {
        let with = |options: strongroom::Options| options.account(HERE).unwrap().durability(durability);
        let room = testing::strongroom_with(seed, with).unwrap();
        let root = room.kms.client(Caller::root()).unwrap();
        // The app may use the second key for one tenant only; the third is disabled; the fourth is on its way out.
        let app = serde_json::json!({ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{HERE}:user/app") },
            "Action": "kms:*", "Resource": "*", "Condition": { "StringEquals": { "kms:EncryptionContext:tenant": "red" } } });
        let keys = vec![
            symmetric(&root).id,
            symmetric_with(&root, &key_policy(&[delegate(HERE), app])).id,
            symmetric(&root).id,
            symmetric(&root).id,
        ];
        root.create_alias("alias/first", &*keys[0]).send().unwrap();
        let mut blobs = Vec::new();
        for key in &keys {
            blobs.push(encrypt(&root, key, b"no context").unwrap());
            for tenant in TENANTS {
                let call = root.encrypt(&**key, tenant.as_bytes()).encryption_context("tenant", tenant);
                blobs.push(call.send().unwrap().ciphertext_blob);
            }
        }
        blobs.push(vec![7; 80]);
        let mut broken = blobs[0].clone();
        *broken.last_mut().unwrap() ^= 1;
        blobs.push(broken);
        root.rotate_key_on_demand(&*keys[0]).send().unwrap();
        root.disable_key(&*keys[2]).send().unwrap();
        root.schedule_key_deletion(&*keys[3]).send().unwrap();
        let reader = Caller::user("reader").identity_policy(&allow(&["kms:Decrypt"], "*")).unwrap();
        let users = [Caller::root(), Caller::user("app"), reader, Caller::user("nobody")];
        let clients = users.into_iter().map(|caller| room.kms.client(caller).unwrap()).collect();
        Self { room, clients, keys, blobs }
    }

    fn key(&self, number: usize) -> String {
        match number {
            4 => "alias/first".to_owned(),
            5 => "alias/nothing".to_owned(),
            6 => "".to_owned(),
            number => self.keys[number].clone(),
        }
    }
}

/// One item in numbers: blob or key, context, whether the key is named, and what is odd about it.
type Item = (usize, usize, Option<usize>, u8);

fn decrypt_request(world: &World, (blob, context, key, odd): Item) -> DecryptRequest {
    let mut request = DecryptRequest::new().ciphertext_blob(world.blobs[blob % world.blobs.len()].clone());
    if let Some(tenant) = TENANTS.get(context) {
        let context = strongroom::EncryptionContext::from_pairs([("tenant", *tenant)]).unwrap();
        request = request.encryption_context(context);
    }
    if let Some(key) = key {
        request = request.key_id(world.key(key));
    }
    match odd {
        0 => request.grant_tokens(["t"]),
        1 => request.dry_run(true),
        _ => request,
    }
}

fn data_key_request(world: &World, (_, context, key, odd): Item) -> GenerateDataKeyRequest {
    let mut request = GenerateDataKeyRequest::new(world.key(key.unwrap_or(0)));
    if let Some(tenant) = TENANTS.get(context) {
        let context = strongroom::EncryptionContext::from_pairs([("tenant", *tenant)]).unwrap();
        request = request.encryption_context(context);
    }
    match odd {
        0 => request,
        1 => request.number_of_bytes(2_000),
        odd => request.number_of_bytes(i32::from(odd)),
    }
}

fn encrypt_request(world: &World, (blob, context, key, _): Item) -> EncryptRequest {
    let request = EncryptRequest::new(world.key(key.unwrap_or(1)), vec![7; blob]);
    match TENANTS.get(context) {
        Some(tenant) => {
            request.encryption_context(strongroom::EncryptionContext::from_pairs([("tenant", *tenant)]).unwrap())
        }
        None => request,
    }
}

/// Runs the items one by one in one strongroom and as a batch in its twin: the same answers, the same record.
fn compare<O: Served>(seed: u64, user: usize, make: impl Fn(&World) -> Vec<O::Input>) -> Vec<String>
where
    O::Output: Structure,
{
    let [single, batch] = [0, 1].map(|_| World::new(seed, Durability::Process));
    let ones: Vec<String> = make(&single).iter().map(|input| shown(&single.clients[user].run::<O>(input))).collect();
    let all = batch.clients[user].batch::<O>(&make(&batch)).unwrap();
    let all: Vec<String> = all.iter().map(shown).collect();
    assert_eq!(ones, all);
    assert_eq!(single.room.log.contents().unwrap(), batch.room.log.contents().unwrap(), "the same record");
    ones
}

proptest! {
    #![proptest_config(Config::with_cases(12))]

    #[test]
    fn a_batch_is_what_the_calls_would_have_been_one_by_one(
        user in 0_usize..4,
        items in prop::collection::vec((0_usize..20, 0_usize..4, prop::option::of(0_usize..7), 0_u8..12), 0..40),
    ) {
        compare::<ops::Decrypt>(5, user, |world| items.iter().map(|item| decrypt_request(world, *item)).collect());
        compare::<ops::GenerateDataKey>(6, user, |world| items.iter().map(|item| data_key_request(world, *item)).collect());
        compare::<ops::Encrypt>(7, user, |world| items.iter().map(|item| encrypt_request(world, *item)).collect());
    }
}

#[test]
fn an_item_whose_context_is_not_allowed_is_denied_among_others_that_are() {
    let items = [0, 1, 0, 2, 0, 3, 0].map(|context| (5 + context.min(2), context, None, 9));
    let shown = compare::<ops::Decrypt>(8, 1, |world| items.iter().map(|item| decrypt_request(world, *item)).collect());
    let allowed: Vec<bool> = shown.iter().map(|text| !text.contains("AccessDenied")).collect();
    assert_eq!(allowed, [true, false, true, false, true, false, true]);
}

#[test]
fn what_changes_something_is_committed_in_its_place_and_what_follows_sees_it() {
    let world = World::new(9, Durability::Process);
    let (root, key) = (&world.clients[0], &world.keys[0]);
    let before = world.room.kms.status().unwrap().events;
    let off = [DisableKeyRequest::new(&**key), DisableKeyRequest::new("alias/nothing"), DisableKeyRequest::new(&**key)];
    let done = root.batch::<ops::DisableKey>(&off).unwrap();
    assert!(done[0].is_ok() && done[1].is_err() && done[2].is_ok());
    assert!(encrypt(root, key, b"x").unwrap_err().is(ErrorCode::Disabled));
    root.batch::<ops::EnableKey>(&[EnableKeyRequest::new(&**key)]).unwrap().remove(0).unwrap();
    let names: Vec<String> = world
        .room
        .kms
        .record()
        .from(before)
        .iter()
        .unwrap()
        .map(|event| event.unwrap().record.name().to_owned())
        .collect();
    assert_eq!(names, ["DisableKey", "DisableKey", "DisableKey", "Encrypt", "EnableKey"]);
}

#[test]
fn when_the_record_fails_each_item_is_what_a_call_of_its_own_would_be() {
    for durability in [Durability::Process, Durability::Durable] {
        let world = World::new(10, durability);
        let (root, script) = (&world.clients[0], &world.room.script);
        let requests: Vec<_> = (0..5).map(|_| DecryptRequest::new().ciphertext_blob(world.blobs[0].clone())).collect();
        let before = world.room.kms.status().unwrap().events;
        // Once: what could not be recorded is asked again.
        script.append(0, ErrorKind::StorageFull);
        assert!(root.batch::<ops::Decrypt>(&requests).unwrap().iter().all(Result::is_ok));
        assert_eq!(world.room.kms.status().unwrap().events, before + 5);
        // For longer: no item is answered without a record.
        for nth in 0..40 {
            script.append(nth, ErrorKind::StorageFull);
        }
        let refused = root.batch::<ops::Decrypt>(&requests).unwrap();
        assert!(refused.iter().all(|result| matches!(result, Err(Error::Audit(_)))), "{refused:?}");
        assert_eq!(world.room.kms.status().unwrap().events, before + 5);
        script.heal();
        assert!(root.batch::<ops::Decrypt>(&requests).unwrap().iter().all(Result::is_ok));
        // A sync that fails.
        script.sync(0, ErrorKind::Other);
        let _ = world.room.kms.checkpoint();
        assert!(root.batch::<ops::Decrypt>(&requests).unwrap().iter().all(Result::is_ok));
        if durability == Durability::Durable {
            script.sync(0, ErrorKind::Other);
            assert!(root.batch::<ops::Decrypt>(&requests).unwrap().iter().all(Result::is_ok));
            let status = world.room.kms.status().unwrap();
            assert_eq!(status.events, status.synced_events, "each was synced before it was answered");
        }
    }
}

#[test]
fn a_batch_has_a_limit_and_an_empty_one_is_nothing() {
    let room = testing::strongroom(11).unwrap();
    let root = room.kms.client(Caller::root()).unwrap();
    let before = room.kms.status().unwrap().events;
    assert!(root.batch::<ops::DescribeKey>(&[]).unwrap().is_empty());
    let many = vec![DescribeKeyRequest::new("alias/nothing"); Client::BATCH_MAX + 1];
    assert!(root.batch::<ops::DescribeKey>(&many).unwrap_err().is(ErrorCode::Validation));
    assert_eq!(room.kms.status().unwrap().events, before);
    assert_eq!(root.batch::<ops::DescribeKey>(&many[1..]).unwrap().len(), Client::BATCH_MAX);
    assert_eq!(room.kms.status().unwrap().events, before + Client::BATCH_MAX as u64);
}

#[test]
fn batches_of_many_threads_and_calls_between_them_keep_every_event() {
    let folder = tempfile::tempdir().unwrap();
    let options = super::support::options(&super::support::FakeClock::new()).durability(Durability::Durable);
    let kms = Kms::create(folder.path().join("room"), options).unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let before = kms.status().unwrap().events;
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let (root, key, blob) = (&root, &key, &blob);
            scope.spawn(move || {
                for round in 0..10 {
                    let requests = vec![DecryptRequest::new().ciphertext_blob(blob.clone()); 20];
                    assert!(root.batch::<ops::Decrypt>(&requests).unwrap().iter().all(Result::is_ok));
                    decrypt(root, blob).unwrap();
                    if thread == 0 {
                        root.update_key_description(&*key.id, format!("{round}")).send().unwrap();
                    }
                }
            });
        }
    });
    assert_eq!(kms.status().unwrap().events, before + 6 * 10 * 21 + 10);
    let signed = kms.close().unwrap();
    assert!(signed.events > before);
}
