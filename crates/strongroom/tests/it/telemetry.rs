//! What `tracing` is told: every call, what the strongroom does on its own, and nothing that is anybody else's business.

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use strongroom::calls::{GenerateVerifyMac, SignVerify};
use strongroom::testing::{self, CommitTrouble, CustodyCall, CustodyFault};
use strongroom::types::{MacAlgorithmSpec, Tag};
use strongroom::{Caller, Client, Operation, served, telemetry};
use strongroom_hsm::Error as HsmError;
use strongroom_types::SigningAlgorithmSpec;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::support::{HERE, delegate, key_policy, symmetric};

/// A span or an event: its name, and its fields with their values in words.
#[derive(Debug, Clone, Default)]
struct Told {
    name: String,
    target: String,
    fields: Vec<(String, String)>,
    entered: u32,
    closed: bool,
}

impl Told {
    fn get(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").unwrap();
        self.fields.push((field.name().to_owned(), text));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name().to_owned(), value.to_owned()));
    }
}

/// Keeps all that it is told.
#[derive(Debug, Clone, Default)]
struct Capture {
    spans: Arc<Mutex<Vec<Told>>>,
    events: Arc<Mutex<Vec<Told>>>,
    next: Arc<AtomicU64>,
}

impl Capture {
    fn span(&self, id: &Id, with: impl FnOnce(&mut Told)) {
        let at = usize::try_from(id.into_u64() - 1).unwrap();
        with(&mut self.spans.lock().unwrap()[at]);
    }
    fn events_named(&self, name: &str) -> Vec<Told> {
        let events = self.events.lock().unwrap();
        events.iter().filter(|event| event.get(telemetry::EVENT_NAME) == Some(name)).cloned().collect()
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let (name, target) = (span.metadata().name().to_owned(), span.metadata().target().to_owned());
        let mut told = Told { name, target, ..Told::default() };
        span.record(&mut told);
        let mut spans = self.spans.lock().unwrap();
        spans.push(told);
        self.next.fetch_add(1, Ordering::SeqCst);
        Id::from_u64(spans.len() as u64)
    }
    fn record(&self, id: &Id, values: &Record<'_>) {
        self.span(id, |told| values.record(told));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut told = Told { target: event.metadata().target().to_owned(), ..Told::default() };
        event.record(&mut told);
        self.events.lock().unwrap().push(told);
    }
    fn enter(&self, id: &Id) {
        self.span(id, |told| told.entered += 1);
    }
    fn exit(&self, id: &Id) {
        self.span(id, |told| told.entered -= 1);
    }
    fn try_close(&self, id: Id) -> bool {
        self.span(&id, |told| told.closed = true);
        true
    }
}

/// A text that stands nowhere else.
fn needle(number: u64) -> String {
    format!("needle-{number}-{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Secrets, and all forms in which they could stand in a text.
#[derive(Default)]
struct Haystack(Vec<Vec<u8>>);

impl Haystack {
    fn hide(&mut self, secret: &[u8]) -> Vec<u8> {
        self.0.push(secret.to_vec());
        secret.to_vec()
    }
    fn find_in(&self, text: &str) -> Option<String> {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.0.iter().find_map(|secret| {
            let start = &secret[..secret.len().min(12)];
            let list = start.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
            let mut forms = vec![hex(start), hex(start).to_uppercase(), list, base64(&secret[..secret.len().min(9)])];
            forms.extend(std::str::from_utf8(start).ok().map(str::to_owned));
            forms.into_iter().find(|form| text.contains(form))
        })
    }
}

/// Base64 of a length that 3 divides.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |value: u32| char::from(DIGITS[(value & 63) as usize]);
    bytes
        .chunks_exact(3)
        .flat_map(|c| {
            let value = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
            [18, 12, 6, 0].map(|shift| digit(value >> shift))
        })
        .collect()
}

/// Every operation, with a needle in each member that is secret, and in each context's values; well and refused.
fn everything(root: &Client, mallory: &Client, hay: &mut Haystack) {
    let context = |hay: &mut Haystack, n| String::from_utf8(hay.hide(needle(n).as_bytes())).unwrap();
    let policy = |hay: &mut Haystack, n| {
        let sid = context(hay, n).replace('-', "");
        hay.hide(sid.as_bytes());
        key_policy(&[
            delegate(HERE),
            serde_json::json!({"Sid": sid, "Effect": "Deny", "Principal": "*",
            "Action": "kms:DeleteImportedKeyMaterial", "Resource": "*"}),
        ])
    };
    let secret_policy = policy(hay, 1);
    let key = root.create_key().policy(secret_policy).send().unwrap().key_metadata.key_id;
    let other = symmetric(root).id;
    let signer = root.create_key().key_spec(SignVerify::EccNistP256);
    let signer = signer.send().unwrap().key_metadata.key_id;
    let mac_key = root.create_key().key_spec(GenerateVerifyMac::Hmac256);
    let mac_key = mac_key.send().unwrap().key_metadata.key_id;
    for client in [root, mallory] {
        let token = context(hay, 2);
        let value = context(hay, 3);
        let plain = hay.hide(needle(4).as_bytes());
        let sealed = client.encrypt(&*key, plain).encryption_context("tenant", &*value).send();
        if let Ok(sealed) = sealed {
            let blob = hay.hide(&sealed.ciphertext_blob);
            let opened = client.decrypt(blob.clone()).encryption_context("tenant", &*value).send();
            assert!(!opened.unwrap().plaintext.is_empty());
            let again = client.re_encrypt(&*other, blob.clone());
            let again = again.source_encryption_context("tenant", &*value).destination_encryption_context("t", &*value);
            hay.hide(&again.send().unwrap().ciphertext_blob);
            let wrong = client.decrypt(blob).encryption_context("tenant", context(hay, 5)).send();
            wrong.unwrap_err();
        } else {
            client.decrypt(hay.hide(needle(6).as_bytes())).send().unwrap_err();
            client.re_encrypt(&*other, hay.hide(needle(6).as_bytes())).send().unwrap_err();
        }
        client.encrypt(&*key, needle(7).into_bytes()).grant_tokens([&*token]).send().unwrap_err();
        if let Ok(made) = client.generate_data_key(&*key, 33).encryption_context("t", &*value).send() {
            hay.hide(made.plaintext.expose_secret());
            hay.hide(&made.ciphertext_blob);
        }
        let made = client.generate_data_key_without_plaintext(&*key, 32).send();
        let _ = made.map(|made| hay.hide(&made.ciphertext_blob));
        let made = client.generate_random(48).send();
        let _ = made.map(|made| hay.hide(made.plaintext.expose_secret()));
        let message = hay.hide(needle(8).as_bytes());
        let _ = client.sign(&*signer, message.clone(), SigningAlgorithmSpec::EcdsaSha256).send().map(|signed| {
            let signature = hay.hide(&signed.signature);
            client.verify(&*signer, message.clone(), signature, SigningAlgorithmSpec::EcdsaSha256).send().unwrap();
        });
        let _ = client.verify(&*signer, message.clone(), vec![7; 70], SigningAlgorithmSpec::EcdsaSha256).send();
        let _ = client.generate_mac(&*mac_key, message.clone(), MacAlgorithmSpec::HmacSha256).send().map(|made| {
            hay.hide(&made.mac);
        });
        let _ = client.verify_mac(&*mac_key, message, vec![7; 32], MacAlgorithmSpec::HmacSha256).send();
        let secret_policy = policy(hay, 9);
        let _ = client.put_key_policy(&*key, secret_policy).send();
        let _ = client.get_key_policy(&*key).send();
        let _ = client.list_key_policies(&*key).send();
        let tag = Tag::new("k", context(hay, 10));
        let _ = client.tag_resource(&*key, [tag]).send();
        let _ = client.list_resource_tags(&*key).send();
        let _ = client.untag_resource(&*key, ["k"]).send();
        let _ = client.update_key_description(&*key, context(hay, 11)).send();
        let _ = (client.create_alias("alias/one", &*key).send(), client.update_alias("alias/one", &*other).send());
        let _ = (client.list_aliases().send(), client.delete_alias("alias/one").send());
        let _ = (client.describe_key(&*key).send(), client.list_keys().send(), client.get_public_key(&*signer).send());
        let _ = (client.rotate_key_on_demand(&*key).send(), client.list_key_rotations(&*key).send());
        let _ = (client.enable_key_rotation(&*key).send(), client.get_key_rotation_status(&*key).send());
        let _ = client.disable_key_rotation(&*key).send();
        let _ = (client.disable_key(&*other).send(), client.enable_key(&*other).send());
        let _ = (client.schedule_key_deletion(&*other).send(), client.cancel_key_deletion(&*other).send());
        let _ = (client.enable_key(&*other).send(), client.create_key().send());
    }
}

#[test]
fn every_call_is_a_span_and_no_span_and_no_event_holds_what_is_secret() {
    let room = testing::strongroom_with(11, |options| options.account(HERE).unwrap()).unwrap();
    let (root, mallory) = (room.kms.client(Caller::root()).unwrap(), room.kms.client(Caller::user("mallory")).unwrap());
    let (capture, mut hay) = (Capture::default(), Haystack::default());
    let before = room.kms.status().unwrap().events;
    tracing::subscriber::with_default(capture.clone(), || everything(&root, &mallory, &mut hay));
    let spans = capture.spans.lock().unwrap().clone();

    let known: Vec<&str> = spans.iter().filter_map(|span| span.get(telemetry::RPC_METHOD)).collect();
    let missing: Vec<Operation> = served().filter(|operation| !known.contains(&operation.as_str())).collect();
    println!("{} spans, {} secrets, not called here: {missing:?}", spans.len(), hay.0.len());
    assert!(missing.iter().all(|operation| *operation == Operation::GetKeyLastUsage), "{missing:?}");

    // Each event of the record that tells of a call has its span, and they say the same.
    let calls = room.kms.record().from(before).iter().unwrap().map(Result::unwrap).filter(|event| event.is_call());
    let calls: Vec<serde_json::Value> =
        calls.map(|event| serde_json::from_str(event.to_json().lines().next().unwrap()).unwrap()).collect();
    assert_eq!(calls.len(), spans.len());
    for (call, span) in calls.iter().zip(&spans) {
        assert_eq!((&*span.name, &*span.target), (telemetry::CALL, telemetry::TARGET));
        assert_eq!(span.get(telemetry::RPC_METHOD), call["eventName"].as_str(), "{span:?}");
        assert_eq!(span.get(telemetry::REQUEST_ID), call["requestID"].as_str(), "{span:?}");
        assert_eq!(span.get(telemetry::REGION), call["awsRegion"].as_str());
        assert_eq!(span.get(telemetry::ACCOUNT), Some(HERE));
        let error = call["errorCode"].as_str().map(|code| code.trim_end_matches("Exception"));
        let told = span.get(telemetry::ERROR_TYPE).map(|code| code.trim_end_matches("Exception"));
        assert_eq!(told, error, "{span:?}");
        let key = span.get(telemetry::KEY);
        let resources = call["resources"].as_array().map_or(&[][..], |resources| resources);
        assert!(key.is_none_or(|key| resources.iter().any(|resource| resource["ARN"] == key)), "{span:?} {call}");
        assert!(key.is_some() || !resources.iter().any(|r| r["type"] == "AWS::KMS::Key"), "{span:?} {call}");
        assert!(span.closed && span.entered == 0, "{span:?}");
    }

    let all = format!("{spans:?} {:?}", capture.events.lock().unwrap());
    assert_eq!(hay.find_in(&all), None);
    // The search finds what it looks for, in each form.
    let secret = &hay.0[3];
    for form in [format!("{secret:?}"), base64(&secret[..9]), format!("x{}y", String::from_utf8_lossy(secret))] {
        assert!(hay.find_in(&form).is_some(), "{form}");
    }
}

#[test]
fn what_happens_between_calls_is_told_by_the_names_of_the_record() {
    let room = testing::strongroom(12).unwrap();
    let root = room.kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    let capture = Capture::default();
    let seal = || root.encrypt(&*key.id, b"x".as_slice()).send();
    tracing::subscriber::with_default(capture.clone(), || {
        room.script.every_commit(CommitTrouble::UnknownNotDone);
        root.disable_key(&*key.id).send().unwrap_err();
        seal().unwrap_err();
        assert!(!capture.events_named(telemetry::STALLED).is_empty());
        assert!(capture.events_named(telemetry::CAUGHT_UP).is_empty());
        room.script.heal();
        seal().unwrap();
        assert_eq!(capture.events_named(telemetry::CAUGHT_UP).len(), 1);

        room.script.sync(0, std::io::ErrorKind::Other);
        room.kms.checkpoint().unwrap_err();
        seal().unwrap();
        assert_eq!(capture.events_named("ReopenLog").len(), 1);

        room.script.custody(0, CustodyCall::Run, CustodyFault::FailBefore(HsmError::full("the device's slots")));
        seal().unwrap_err();
        let failed = capture.events_named(telemetry::CUSTODY_FAILED);
        assert!(failed[0].get(telemetry::ERROR_MESSAGE).unwrap().contains("the device's slots"), "{failed:?}");

        root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
        room.clock.advance(std::time::Duration::from_secs(8 * 86_400));
        room.kms.run_due().unwrap();
        let deleted = capture.events_named("DeleteKey");
        assert_eq!(deleted[0].get(telemetry::KEY), Some(&*key.arn));
    });
}

/// A subscriber that fails at everything.
struct Broken;

impl Subscriber for Broken {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {
        panic!("record")
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        panic!("event")
    }
    fn enter(&self, _: &Id) {
        panic!("enter")
    }
    fn exit(&self, _: &Id) {
        panic!("exit")
    }
    fn try_close(&self, _: Id) -> bool {
        panic!("close")
    }
}

#[test]
fn a_subscriber_that_panics_changes_no_call_and_no_record() {
    let run = |broken: bool| {
        let room = testing::strongroom(13).unwrap();
        let calls = || {
            let root = room.kms.client(Caller::root()).unwrap();
            let key = symmetric(&root);
            let sealed = root.encrypt(&*key.id, b"x".as_slice()).send().unwrap();
            root.decrypt(sealed.ciphertext_blob).send().unwrap();
            root.decrypt(vec![1; 99]).send().unwrap_err();
            root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
            room.clock.advance(std::time::Duration::from_secs(8 * 86_400));
            room.kms.run_due().unwrap();
        };
        match broken {
            true => tracing::subscriber::with_default(Broken, calls),
            false => calls(),
        }
        room.log.contents().unwrap()
    };
    assert_eq!(run(true), run(false));
}
