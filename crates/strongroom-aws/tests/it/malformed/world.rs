//! A strongroom with something for every operation to work on, and the account of what was sent to it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use http::Request;
use http::request::Parts;
use http_body_util::Full;
use serde_json::{Value, json};
use strongroom::{Kms, Operation, served};
use strongroom_aws::KmsService;

use super::json::Json;
use super::model::{Model, Verdict};
use crate::support::{request, service};

/// What no answer and no event may show; its base64 stands at any place of a longer one, since it is twelve bytes long.
pub(super) const CANARY: &str = "SeCrEtCaNaRy";
pub(super) const CANARY_BASE64: &str = "U2VDckV0Q2FOYVJ5";
/// The same where a number stands.
pub(super) const CANARY_NUMBER: &str = "1234567654321";

#[derive(Debug)]
pub(super) struct World {
    pub(super) kms: Kms,
    pub(super) service: KmsService,
    pub(super) model: Model,
    keys: Keys,
    /// How often each outcome came.
    outcomes: RefCell<BTreeMap<String, usize>>,
    /// Request ids of what has to be in the record, and of what may not.
    calls: RefCell<HashSet<Id>>,
    no_calls: RefCell<HashSet<Id>>,
    tried: Cell<usize>,
    /// How long the slowest refusal took.
    longest: Cell<Duration>,
}

type Id = [u8; 16];

/// Of one kind each.
#[derive(Debug, Default)]
struct Keys {
    symmetric: String,
    other: String,
    signing: String,
    mac: String,
    sealed: String,
    signature: String,
    tag: String,
}

/// How the hint begins that follows AWS's words where somebody encrypts too much.
const HINT: &str = " (to seal more than";

/// An answer.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// `__type`, or nothing.
    pub(super) kind: String,
    pub(super) message: String,
    pub(super) json: Value,
}

impl World {
    pub(super) fn new() -> Self {
        let kms = Kms::in_memory().unwrap();
        let mut world = Self {
            service: service(&kms),
            kms,
            model: Model::load(),
            keys: Keys::default(),
            outcomes: RefCell::default(),
            calls: RefCell::default(),
            no_calls: RefCell::default(),
            tried: Cell::new(0),
            longest: Cell::default(),
        };
        let symmetric = world.key(json!({}));
        let signing = world.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
        let mac = world.key(json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}));
        let context = json!({"order": "17"});
        let text = |answer: Value, member: &str| answer[member].as_str().unwrap().to_owned();
        let encrypt = json!({"KeyId": symmetric, "Plaintext": CANARY_BASE64, "EncryptionContext": context});
        let sign = json!({"KeyId": signing, "Message": CANARY_BASE64, "SigningAlgorithm": "ECDSA_SHA_256"});
        let authenticate = json!({"KeyId": mac, "Message": CANARY_BASE64, "MacAlgorithm": "HMAC_SHA_256"});
        world.keys = Keys {
            sealed: text(world.made("Encrypt", &encrypt), "CiphertextBlob"),
            signature: text(world.made("Sign", &sign), "Signature"),
            tag: text(world.made("GenerateMac", &authenticate), "Mac"),
            other: world.key(json!({})),
            symmetric,
            signing,
            mac,
        };
        world
    }

    /// The operations that are served, by name.
    pub(super) fn operations() -> impl Iterator<Item = &'static str> {
        served().map(Operation::as_str)
    }

    fn key(&self, request: Value) -> String {
        self.made("CreateKey", &request)["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    /// An answer that is needed.
    fn made(&self, operation: &str, request: &Value) -> Value {
        let answer = self.send(operation, request.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{operation} {request}: {answer:?}");
        answer.json
    }

    fn fresh(&self) -> String {
        self.key(json!({}))
    }

    fn alias(&self) -> String {
        let name = format!("alias/a{}", self.tried.get());
        self.made("CreateAlias", &json!({"AliasName": name, "TargetKeyId": self.fresh()}));
        name
    }

    /// A request that succeeds, with most of its members; what it works on is made anew where it is used up. `None` for
    /// an operation that this test knows nothing of: then the smallest of the model stands for it.
    fn good(&self, operation: &str) -> Option<Value> {
        let Keys { symmetric, other, signing, mac, sealed, signature, tag } = &self.keys;
        let context = json!({"order": "17"});
        Some(match operation {
            "CancelKeyDeletion" => {
                let key = self.fresh();
                self.made("ScheduleKeyDeletion", &json!({"KeyId": key}));
                json!({"KeyId": key})
            }
            "CreateAlias" => json!({"AliasName": format!("alias/n{}", self.tried.get()), "TargetKeyId": self.fresh()}),
            "CreateKey" => json!({
                "Description": "d", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", "Origin": "AWS_KMS",
                "MultiRegion": false, "BypassPolicyLockoutSafetyCheck": false, "Tags": [{"TagKey": "k", "TagValue": "v"}],
            }),
            "Decrypt" => json!({
                "CiphertextBlob": sealed, "EncryptionContext": context, "KeyId": symmetric, "GrantTokens": [],
                "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "DryRun": false,
            }),
            "DeleteAlias" => json!({"AliasName": self.alias()}),
            "DescribeKey" => json!({"KeyId": symmetric, "GrantTokens": []}),
            "DisableKey" | "EnableKey" | "DisableKeyRotation" | "ScheduleKeyDeletion" | "RotateKeyOnDemand" => {
                json!({"KeyId": self.fresh()})
            }
            "EnableKeyRotation" => json!({"KeyId": other, "RotationPeriodInDays": 365}),
            "Encrypt" => json!({
                "KeyId": symmetric, "Plaintext": CANARY_BASE64, "EncryptionContext": context, "GrantTokens": [],
                "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "DryRun": false,
            }),
            "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" => {
                json!({"KeyId": symmetric, "KeySpec": "AES_256", "EncryptionContext": context, "GrantTokens": []})
            }
            "GenerateDataKeyPair" | "GenerateDataKeyPairWithoutPlaintext" => {
                json!({"KeyId": symmetric, "KeyPairSpec": "ECC_NIST_P256", "EncryptionContext": context})
            }
            "GenerateMac" => json!({"KeyId": mac, "Message": CANARY_BASE64, "MacAlgorithm": "HMAC_SHA_256"}),
            "GenerateRandom" => json!({"NumberOfBytes": 32}),
            "GetKeyLastUsage" | "GetKeyRotationStatus" => json!({"KeyId": symmetric}),
            "GetKeyPolicy" => json!({"KeyId": symmetric, "PolicyName": "default"}),
            "GetPublicKey" => json!({"KeyId": signing, "GrantTokens": []}),
            "ListAliases" | "ListKeyPolicies" | "ListKeyRotations" | "ListResourceTags" => {
                json!({"KeyId": symmetric, "Limit": 10})
            }
            "ListKeys" => json!({"Limit": 10}),
            "PutKeyPolicy" => json!({
                "KeyId": other, "PolicyName": "default", "BypassPolicyLockoutSafetyCheck": false,
                "Policy": self.made("GetKeyPolicy", &json!({"KeyId": other}))["Policy"],
            }),
            "ReEncrypt" => json!({
                "CiphertextBlob": sealed, "SourceEncryptionContext": context, "SourceKeyId": symmetric,
                "DestinationKeyId": other, "DestinationEncryptionContext": {"to": "there"}, "GrantTokens": [],
            }),
            "Sign" => json!({
                "KeyId": signing, "Message": CANARY_BASE64, "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256",
            }),
            "TagResource" => json!({"KeyId": other, "Tags": [{"TagKey": "k", "TagValue": ""}]}),
            "UntagResource" => json!({"KeyId": other, "TagKeys": ["k"]}),
            "UpdateAlias" => json!({"AliasName": self.alias(), "TargetKeyId": self.fresh()}),
            "UpdateKeyDescription" => json!({"KeyId": other, "Description": ""}),
            "Verify" => json!({
                "KeyId": signing, "Message": CANARY_BASE64, "SigningAlgorithm": "ECDSA_SHA_256", "Signature": signature,
            }),
            "VerifyMac" => {
                json!({"KeyId": mac, "Message": CANARY_BASE64, "MacAlgorithm": "HMAC_SHA_256", "Mac": tag})
            }
            _ => return None,
        })
    }

    /// A request of the operation, and whether it succeeds.
    pub(super) fn base(&self, operation: &str) -> (Json, bool) {
        match self.good(operation) {
            Some(request) => (Json::from(&request), true),
            None => {
                let members = self.model.members(&self.model.input(operation));
                let required = members.into_iter().filter(|member| member.required);
                let made = required.map(|member| (member.name, super::members::smallest(&self.model, &member.shape)));
                (Json::Object(made.collect()), false)
            }
        }
    }

    /// Sends a call: signed, and so recorded.
    pub(super) fn send(&self, operation: &str, body: &[u8]) -> Answer {
        let (answer, id) = self.exchange(&request(operation, body, "us-east-1").into_parts().0, body);
        assert!(self.calls.borrow_mut().insert(id), "a request id came twice");
        answer
    }

    /// Sends a call that is signed already.
    pub(super) fn send_as_it_is(&self, request: Request<Full<bytes::Bytes>>) -> Answer {
        let (parts, body) = request.into_parts();
        let (answer, id) = self.exchange(&parts, &body.into_inner().unwrap_or_default());
        assert!(self.calls.borrow_mut().insert(id), "a request id came twice");
        answer
    }

    /// Sends what is refused before it is a call.
    pub(super) fn send_refused(&self, request: Request<Full<bytes::Bytes>>) -> Answer {
        let (parts, body) = request.into_parts();
        let (answer, id) = self.exchange(&parts, &body.into_inner().unwrap_or_default());
        assert!(self.no_calls.borrow_mut().insert(id), "a request id came twice");
        answer
    }

    /// Sends anything, and judges what holds of every answer.
    fn exchange(&self, parts: &Parts, body: &[u8]) -> (Answer, Id) {
        self.tried.set(self.tried.get() + 1);
        let start = Instant::now();
        let (head, answer) = self.service.answer(parts, body).into_parts();
        if head.status.is_client_error() {
            self.longest.set(self.longest.get().max(start.elapsed()));
        }
        let answer = answer.into_inner().unwrap_or_default();
        let header = |name: &str| head.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/x-amz-json-1.1");
        // What is told of a bad request is not much longer than the request.
        assert!(
            head.status == 200 || answer.len() <= 2 * body.len() + 200_000,
            "{} bytes for {}",
            answer.len(),
            body.len()
        );
        let answer = Answer::read(head.status.as_u16(), &answer, &format!("{parts:?}"));
        let outcome = if answer.status == 200 { "200".to_owned() } else { answer.kind.clone() };
        *self.outcomes.borrow_mut().entry(outcome).or_default() += 1;
        (answer, id_of(&header("x-amzn-requestid")))
    }

    /// Sends a request that the rules can judge, and holds them against what comes.
    pub(super) fn judged(&self, operation: &str, what: &str, request: &Json) -> Answer {
        let answer = self.send(operation, request.written().as_bytes());
        let about = || format!("{operation}, {what}: {answer:?}");
        match self.model.judge(operation, request) {
            Verdict::Serialization => assert_eq!(answer.kind, "SerializationException", "{}", about()),
            Verdict::TooLong => {
                assert_eq!(answer.kind, "ValidationException", "{}", about());
                assert!(answer.message.contains("8192"), "{}", about());
            }
            Verdict::Violations(expected) => {
                assert_eq!(answer.kind, "ValidationException", "{}", about());
                assert_eq!(answer.violations(), expected, "{}", about());
            }
            Verdict::Request => {
                let never = ["SerializationException", "UnknownOperationException"];
                assert!(!never.contains(&&*answer.kind), "{}", about());
            }
        }
        answer
    }

    /// Prints what was tried, and holds the record against it.
    pub(super) fn settle(self, what: &str, at_least: usize) {
        let Self { kms, calls, no_calls, outcomes, tried, longest, .. } = self;
        let mut recorded: HashSet<Id> = HashSet::new();
        for event in kms.record().iter().unwrap() {
            let event = event.unwrap();
            let view = event.to_json();
            assert_eq!(shown(&view), None, "the record shows a secret: {view}");
            // A rotation that is done has an event of its own, without the id of a request.
            if let Some(id) = event.record.request_id() {
                assert!(recorded.insert(id), "one call has two events: {view}");
            }
        }
        let calls = calls.into_inner();
        assert_eq!(recorded.len(), calls.len(), "every call leaves one event");
        assert!(recorded.iter().all(|id| calls.contains(id)), "an event's id is its answer's");
        assert!(no_calls.borrow().iter().all(|id| !recorded.contains(id)), "what is no call leaves no event");
        println!(
            "{what}: {} requests, {} of them calls with an event each, the slowest refusal took {:?}\n  {:?}",
            tried.get(),
            calls.len(),
            longest.get(),
            outcomes.into_inner(),
        );
        assert!(tried.get() >= at_least, "only {} were tried", tried.get());
        assert!(longest.get() < Duration::from_secs(10), "one took {:?}", longest.get());
    }
}

/// The secret that a text shows.
fn shown(text: &str) -> Option<&'static str> {
    [CANARY, CANARY_BASE64, CANARY_NUMBER].into_iter().find(|canary| text.contains(canary))
}

/// The bytes of a UUID.
fn id_of(text: &str) -> Id {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    u128::from_str_radix(&digits, 16).unwrap().to_be_bytes()
}

impl Answer {
    /// Of this status, with this body; what holds of every answer holds of this one.
    pub(super) fn read(status: u16, body: &[u8], about: &str) -> Self {
        let json: Value = match body {
            [] => Value::Null,
            _ => serde_json::from_slice(body).unwrap(),
        };
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let (kind, message) = (text("__type"), text("message") + &text("Message"));
        assert!(status == 200 || (400..500).contains(&status), "{status} {json} for {about}");
        assert_eq!(status == 200, kind.is_empty(), "{status} {json} for {about}");
        if status != 200 {
            assert_eq!(shown(std::str::from_utf8(body).unwrap()), None, "an answer shows a secret for {about}");
            let named = |name: &&String| ["__type", "message", "Message"].contains(&name.as_str());
            assert!(json.as_object().unwrap().keys().all(|name| named(&name)), "{json}");
        }
        Self { status, kind, message, json }
    }

    /// The message's violations, taken apart.
    fn violations(&self) -> Vec<(String, String)> {
        let (count, list) = self.message.split_once(" validation error").unwrap();
        let (_, list) = list.split_once(" detected: ").unwrap();
        // A value may hold anything; what follows it may not.
        let mark = "' failed to satisfy constraint: ";
        let parts: Vec<&str> = list.split(mark).collect();
        let found: Vec<(String, String)> = parts
            .windows(2)
            .map(|pair| {
                let path = pair[0].rsplit_once(" at '").unwrap().1;
                // The constraint ends before the next value, or before the hint for who sends too much.
                let hint = pair[1].find(HINT).filter(|_| pair[1].contains("less than or equal to"));
                let end = pair[1].find("; Value ").or(hint).unwrap_or(pair[1].len());
                (path.to_owned(), pair[1][..end].to_owned())
            })
            .collect();
        assert_eq!(count, found.len().to_string(), "{}", self.message);
        let plural = self.message.contains(" validation errors detected: ");
        assert_eq!(plural, found.len() > 1, "{}", self.message);
        found
    }
}
