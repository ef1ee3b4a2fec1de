//! The event: CloudTrail's shape, one encoding, and nothing that must not be seen.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use strongroom_api::types::{CreateKeyRequest, CreateKeyResponse, EncryptRequest, KeyMetadata, KeyMetadataParts};
use strongroom_audit::Error;
use strongroom_audit::event::{
    CrossAccount, Decision, Durability, Event, Fact, Filter, Identity, Named, Record, Resource, Served,
};
use strongroom_types::structure::{Kind, Member, RecordRule, Seq, Shape, ShapeKind, Structure, Value, Visitor};
use strongroom_types::{
    EncryptionContext, KeyManagerType, KeySpec, KeyState, KeyUsageType, OriginType, Principal, Secret, Timestamp,
};

use crate::support::{ARN, alice, crypto, id, key, region};

fn encoded(event: &Event<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    event.encode(&crypto(), &mut out);
    out
}

fn views(event: &Event<'_>) -> Vec<Json> {
    let record = Record::decode(&encoded(event)).unwrap();
    let mut out = Vec::new();
    record.to_cloudtrail_json(&mut out);
    let lines = std::str::from_utf8(&out).unwrap().split_terminator('\n');
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn view(event: &Event<'_>) -> Json {
    let mut views = views(event);
    assert_eq!(views.len(), 1);
    views.remove(0)
}

fn names(value: &Json) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn call<'a>(name: &'a str, by: Identity<'a>) -> Event<'a> {
    // 2025-05-21T05:47:45Z
    Event::call(id(1), id(2), Timestamp::from_secs(1_747_806_465), name, region(), by)
}

#[test]
fn an_encrypt_record_is_the_one_of_the_developer_guide() {
    // AWS KMS Developer Guide, "Encrypt" (ct-encrypt), in the shape of version 1.11.
    let alice = alice();
    let request = EncryptRequest::new(ARN, b"attack at dawn".as_slice())
        .encryption_context(EncryptionContext::from_pairs([("Department", "Engineering")]).unwrap());
    let resources = [Resource::key(key())];
    let mut event = call("Encrypt", Identity { access_key_id: Some("EXAMPLE_KEY_ID"), ..Identity::of(&alice) });
    event.request = Some(Served::Members(&request));
    event.resources = Some(&resources);
    event.read_only = true;
    event.source_ip = Some("192.0.2.0");
    event.user_agent = Some("AWS Internal");
    let json = view(&event);
    assert_eq!(
        json,
        json!({
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "IAMUser", "principalId": "EX_PRINCIPAL_ID", "arn": "arn:aws:iam::111122223333:user/Alice",
                "accountId": "111122223333", "accessKeyId": "EXAMPLE_KEY_ID", "userName": "Alice"
            },
            "eventTime": "2025-05-21T05:47:45Z",
            "eventSource": "kms.amazonaws.com",
            "eventName": "Encrypt",
            "awsRegion": "us-east-1",
            "sourceIPAddress": "192.0.2.0",
            "userAgent": "AWS Internal",
            "requestParameters": {
                "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
                "encryptionContext": { "Department": "Engineering" },
                "keyId": ARN
            },
            "responseElements": null,
            "requestID": "00000000-0000-0002-0000-000000000055",
            "eventID": "00000000-0000-0001-0000-000000000055",
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "readOnly": true,
            "resources": [{ "accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": ARN }],
            "recipientAccountId": "111122223333",
            "eventCategory": "Management"
        })
    );
    // The order is fixed too, as CloudTrail's examples have it.
    let order = names(&json);
    assert_eq!(order[..4], ["eventVersion", "userIdentity", "eventTime", "eventSource"]);
    assert_eq!(order.last(), Some(&"eventCategory"));
}

/// A symmetric key's metadata.
fn metadata(creation_date: Timestamp) -> KeyMetadata {
    let key = key();
    KeyMetadata::new(KeyMetadataParts {
        key_id: key.id().to_string(),
        arn: key.to_string(),
        aws_account_id: key.account().to_string(),
        creation_date,
        description: String::new(),
        enabled: true,
        key_manager: KeyManagerType::Customer,
        key_spec: KeySpec::SymmetricDefault,
        key_state: KeyState::Enabled,
        key_usage: KeyUsageType::EncryptDecrypt,
        multi_region: false,
        origin: OriginType::AwsKms,
    })
}

#[test]
fn create_key_shows_defaults_java_dates_and_the_odd_name_of_the_account() {
    let alice = alice();
    let request = CreateKeyRequest::new();
    let response = CreateKeyResponse::new(metadata(Timestamp::from_secs(1_747_806_465)));
    let resources = [Resource::key(key())];
    let mut event = call("CreateKey", Identity::of(&alice));
    event.request = Some(Served::Members(&request));
    event.response = Some(Served::Members(&response));
    event.resources = Some(&resources);
    let json = view(&event);
    let sent = &json["requestParameters"];
    for (name, value) in [
        ("description", json!("")),
        ("keyUsage", json!("ENCRYPT_DECRYPT")),
        ("keySpec", json!("SYMMETRIC_DEFAULT")),
        ("customerMasterKeySpec", json!("SYMMETRIC_DEFAULT")),
        ("origin", json!("AWS_KMS")),
        ("bypassPolicyLockoutSafetyCheck", json!(false)),
        ("multiRegion", json!(false)),
        ("tags", json!([])),
    ] {
        assert_eq!(sent[name], value, "{name}");
    }
    assert_eq!(names(sent).len(), 8, "nothing else was sent, so nothing else is shown");
    let shown = &json["responseElements"]["keyMetadata"];
    assert_eq!(shown["creationDate"], "May 21, 2025, 5:47:45 AM");
    assert_eq!((&shown["aWSAccountId"], &shown["enabled"]), (&json!("111122223333"), &json!(true)));
}

#[test]
fn dates_are_javas_at_midnight_and_noon() {
    let shown = |secs: i64| {
        let response = CreateKeyResponse::new(metadata(Timestamp::from_secs(secs)));
        let alice = alice();
        let mut event = call("CreateKey", Identity::of(&alice));
        event.response = Some(Served::Members(&response));
        view(&event)["responseElements"]["keyMetadata"]["creationDate"].as_str().unwrap().to_owned()
    };
    // "Nov 2, 2021, 11:25:25 PM" stands in the AWS KMS Developer Guide.
    assert_eq!(shown(1_635_895_525), "Nov 2, 2021, 11:25:25 PM");
    assert_eq!(shown(0), "Jan 1, 1970, 12:00:00 AM");
    assert_eq!(shown(43_200), "Jan 1, 1970, 12:00:00 PM");
    assert_eq!(shown(-1), "Dec 31, 1969, 11:59:59 PM");
}

#[test]
fn null_and_absent_are_told_apart() {
    let alice = alice();
    let json = view(&call("GenerateRandom", Identity::of(&alice)));
    assert_eq!((&json["requestParameters"], &json["responseElements"]), (&Json::Null, &Json::Null));
    assert_eq!(
        names(&json).iter().filter(|name| name.ends_with("Parameters") || name.ends_with("Elements")).count(),
        2
    );
    for absent in ["errorCode", "errorMessage", "resources", "additionalEventData", "sharedEventID", "vpcEndpointId"] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    let mut empty = call("ListKeys", Identity::of(&alice));
    empty.resources = Some(&[]);
    let request = strongroom_api::types::ListKeysRequest::new();
    empty.request = Some(Served::Members(&request));
    let json = view(&empty);
    assert_eq!((&json["resources"], &json["requestParameters"]), (&json!([]), &Json::Null));

    let mut silent = call("EnableKey", Identity::of(&alice));
    silent.response = Some(Served::KeyArn(key()));
    assert_eq!(view(&silent)["responseElements"], json!({ "keyId": ARN }));
}

#[test]
fn every_kind_of_principal_has_cloud_trails_fields() {
    let (partition, account) = (region().partition(), "111122223333".parse().unwrap());
    let identity = |by: Identity<'_>| view(&call("DescribeKey", by))["userIdentity"].clone();
    let root = Principal::root(partition, account);
    assert_eq!(
        identity(Identity::of(&root)),
        json!({ "type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333" })
    );
    let role = Principal::assumed_role(partition, account, "team/app", "i-1", "AROAEXAMPLE");
    let session = Identity {
        mfa: Some(false),
        session_created: Some(Timestamp::from_secs(0)),
        source_identity: Some("bob"),
        invoked_by: Some("s3.amazonaws.com"),
        ..Identity::of(&role)
    };
    assert_eq!(
        identity(session),
        json!({
            "type": "AssumedRole", "principalId": "AROAEXAMPLE:i-1",
            "arn": "arn:aws:sts::111122223333:assumed-role/app/i-1", "accountId": "111122223333",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": "AROAEXAMPLE", "arn": "arn:aws:iam::111122223333:role/team/app",
                    "accountId": "111122223333", "userName": "app"
                },
                "attributes": { "creationDate": "1970-01-01T00:00:00Z", "mfaAuthenticated": "false" },
                "sourceIdentity": "bob"
            },
            "invokedBy": "s3.amazonaws.com"
        })
    );
    let federated = Principal::federated_user(partition, account, "carol");
    assert_eq!(identity(Identity::of(&federated))["principalId"], "111122223333:carol");
    let service = Principal::service("s3.amazonaws.com");
    assert_eq!(identity(Identity::of(&service)), json!({ "type": "AWSService", "invokedBy": "s3.amazonaws.com" }));
}

#[test]
fn a_service_event_has_no_request_and_says_when_it_was_due() {
    let details = [
        Named { name: "keyId", value: Fact::Text("1234abcd-12ab-34cd-56ef-1234567890ab") },
        Named { name: "currentKeyMaterialId", value: Fact::Hex(&[0xab; 32]) },
    ];
    let resources = [Resource::key(key())];
    let account = "111122223333".parse().unwrap();
    let mut event = Event::service(id(1), Timestamp::from_secs(10), "RotateKey", region(), account);
    event.service_details = &details;
    event.resources = Some(&resources);
    event.facts.due = Some(Timestamp::from_secs(5));
    let json = view(&event);
    assert_eq!(json["userIdentity"], json!({ "accountId": "111122223333", "invokedBy": "AWS Internal" }));
    assert_eq!((&json["eventType"], &json["readOnly"]), (&json!("AwsServiceEvent"), &json!(false)));
    assert_eq!((&json["sourceIPAddress"], &json["userAgent"]), (&json!("AWS Internal"), &json!("AWS Internal")));
    assert!(json.get("requestID").is_none());
    assert_eq!(json["serviceEventDetails"]["currentKeyMaterialId"], "ab".repeat(32));
    assert_eq!(json["additionalEventData"], json!({ "strongroom": { "due": "1970-01-01T00:00:05Z" } }));
}

#[test]
fn a_call_across_accounts_gives_two_records_and_a_denied_one_only_the_callers() {
    let bob = Principal::user(region().partition(), "444455556666".parse().unwrap(), "Bob", "AIDABOB");
    let mut event = call("Decrypt", Identity::of(&bob));
    event.cross_account =
        Some(CrossAccount { owner: "111122223333".parse().unwrap(), shared_event_id: id(8), owner_event_id: id(9) });
    let reason =
        Decision { allowed: true, layer: "identityPolicy", document: Some("bobs"), statement: None, reason: None };
    event.facts.decision = Some(reason);
    let both = views(&event);
    let of = |name: &str| (both[0][name].clone(), both[1][name].clone());
    assert_eq!(both.len(), 2);
    assert_eq!(of("recipientAccountId"), (json!("444455556666"), json!("111122223333")));
    assert_eq!(both[0]["sharedEventID"], "00000000-0000-0008-0000-000000000055");
    assert_eq!(both[0]["sharedEventID"], both[1]["sharedEventID"]);
    assert_eq!(both[0]["requestID"], both[1]["requestID"]);
    assert_ne!(both[0]["eventID"], both[1]["eventID"]);
    assert_eq!(
        both[1]["userIdentity"],
        json!({ "type": "AWSAccount", "principalId": "AIDABOB", "accountId": "444455556666" })
    );
    assert_eq!(both[0]["additionalEventData"]["strongroom"]["decision"]["document"], "bobs");
    assert!(both[1].get("additionalEventData").is_none(), "the owner does not see the caller's policies");

    event.error_code = Some("AccessDenied");
    let denied = views(&event);
    assert_eq!(denied.len(), 1);
    assert_eq!(denied[0]["recipientAccountId"], "444455556666");
    assert!(denied[0].get("sharedEventID").is_none());
}

#[test]
fn strongrooms_facts_stand_under_one_key_and_awss_beside_it() {
    let alice = alice();
    let additional = [Named { name: "keyMaterialId", value: Fact::Hex(&[1; 32]) }];
    let more = [Named { name: "backend", value: Fact::Text("soft") }, Named { name: "n", value: Fact::Int(-3) }];
    let mut event = call("Encrypt", Identity::of(&alice));
    event.additional = &additional;
    event.error_code = Some("AccessDenied");
    event.error_message = Some("User: x is not authorized");
    event.facts.decision = Some(Decision {
        allowed: false,
        layer: "keyPolicy",
        document: None,
        statement: Some("Sid1"),
        reason: Some("explicit"),
    });
    event.facts.durability = Some(Durability::Process);
    event.facts.key_revision = Some(17);
    event.facts.lost_from = Some(5);
    event.facts.digest = Some([0xcd; 32]);
    event.facts.more = &more;
    let mut json = view(&event);
    let data = json["additionalEventData"].as_object_mut().unwrap();
    assert_eq!(
        data.remove("strongroom").unwrap(),
        json!({
            "decision": { "effect": "Deny", "layer": "keyPolicy", "statement": "Sid1", "reason": "explicit" },
            "durability": "Process", "keyRevision": 17, "lostFrom": 5, "digest": "cd".repeat(32),
            "backend": "soft", "n": -3
        })
    );
    assert_eq!(Json::Object(data.clone()), json!({ "keyMaterialId": "01".repeat(32) }));
    let record = Record::decode(&encoded(&event)).unwrap();
    assert_eq!(record.decision().unwrap().statement, Some("Sid1"));
    assert_eq!(
        (record.durability(), record.lost_from(), record.digest()),
        (Some(Durability::Process), Some(5), Some([0xcd; 32]))
    );
    assert!(Filter::new().failed().event_name("Encrypt").principal(alice.arn()).matches(&record));
    assert!(!Filter::new().succeeded().matches(&record) && !Filter::new().resource(ARN).matches(&record));
}

#[test]
fn long_values_are_cut_and_say_so() {
    let alice = alice();
    let policy = "\u{e9}".repeat(131_072);
    let request = CreateKeyRequest::new().policy(policy.as_str());
    let agent = "a".repeat(5_000);
    let mut event = call("CreateKey", Identity::of(&alice));
    event.request = Some(Served::Members(&request));
    event.user_agent = Some(&agent);
    let bytes = encoded(&event);
    assert!(bytes.len() < 104 * 1024, "{}", bytes.len());
    let json = view(&event);
    assert_eq!(json["requestParameters"]["omitted"], true);
    let kept = json["requestParameters"]["policy"].as_str().unwrap();
    assert!(policy.starts_with(kept) && kept.len() > 100_000);
    assert_eq!(json["userAgent"].as_str().unwrap().len(), 1024);
    let own = &json["additionalEventData"]["strongroom"];
    let whole: String = crypto().sha256(&[policy.as_bytes()]).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!((&own["sha256OfCut"]["policy"], &own["userAgentCut"]), (&json!(whole), &json!(true)));
}

#[test]
fn whatever_a_caller_sends_one_record_is_one_line() {
    let alice = alice();
    let nasty = "a\nb\r\0\u{2028}\u{2029}\u{7f}\"\\\u{85}</script>";
    let request = EncryptRequest::new(nasty, b"x".as_slice())
        .encryption_context(EncryptionContext::from_pairs([(nasty, nasty)]).unwrap());
    let mut event = call("Encrypt", Identity::of(&alice));
    event.request = Some(Served::Members(&request));
    event.user_agent = Some(nasty);
    event.error_message = Some(nasty);
    let record = Record::decode(&encoded(&event)).unwrap();
    let mut out = Vec::new();
    record.to_cloudtrail_json(&mut out);
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert!(!text.trim_end().contains(['\n', '\r', '\0', '\u{2028}', '\u{2029}']));
    let json: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(json["requestParameters"]["encryptionContext"][nasty], nasty);
    assert_eq!(json["errorMessage"], nasty);
}

#[test]
fn the_golden_record_still_reads_and_is_still_written() {
    let golden = include_bytes!("../../testdata/encrypt-v1.cbor");
    let golden_json = include_str!("../../testdata/encrypt-v1.json");
    let alice = alice();
    let request = EncryptRequest::new(ARN, b"attack at dawn".as_slice())
        .encryption_context(EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap());
    let resources = [Resource::key(key())];
    let additional = [Named { name: "keyMaterialId", value: Fact::Hex(&[0xab; 32]) }];
    let mut event =
        call("Encrypt", Identity { access_key_id: Some("AKIAEXAMPLE"), mfa: Some(true), ..Identity::of(&alice) });
    event.request = Some(Served::Members(&request));
    event.resources = Some(&resources);
    event.additional = &additional;
    event.read_only = true;
    event.facts.durability = Some(Durability::Process);
    event.facts.decision =
        Some(Decision { allowed: true, layer: "keyPolicy", document: None, statement: Some("AllowUse"), reason: None });
    let bytes = encoded(&event);
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/");
        std::fs::write(format!("{folder}encrypt-v1.cbor"), &bytes).unwrap();
        let mut json = Vec::new();
        Record::decode(&bytes).unwrap().to_cloudtrail_json(&mut json);
        std::fs::write(format!("{folder}encrypt-v1.json"), json).unwrap();
        return;
    }
    assert_eq!(bytes, golden);
    let mut json = Vec::new();
    Record::decode(golden).unwrap().to_cloudtrail_json(&mut json);
    assert_eq!(String::from_utf8(json).unwrap(), golden_json);
    println!("{} bytes", golden.len());
}

#[test]
fn records_are_cbor_to_another_reader_too() {
    let golden = include_bytes!("../../testdata/encrypt-v1.cbor");
    let mut decoder = minicbor::Decoder::new(golden);
    decoder.skip().unwrap();
    assert_eq!(decoder.position(), golden.len());
    let mut decoder = minicbor::Decoder::new(golden);
    assert_eq!((decoder.map().unwrap(), decoder.u8().unwrap(), decoder.u8().unwrap()), (Some(13), 0, 1));
    assert_eq!((decoder.u8().unwrap(), decoder.bytes().unwrap()), (1, id(1).as_slice()));
}

#[test]
fn every_cut_every_addition_and_every_newer_version_is_refused() {
    let golden = include_bytes!("../../testdata/encrypt-v1.cbor");
    for cut in 0..golden.len() {
        assert!(Record::decode(&golden[..cut]).is_err(), "cut at {cut}");
    }
    let mut longer = golden.to_vec();
    longer.push(0);
    assert!(matches!(Record::decode(&longer), Err(Error::Malformed { .. })));
    let mut newer = golden.to_vec();
    newer[2] = 2;
    assert!(matches!(Record::decode(&newer), Err(Error::Newer { version: 2, .. })));
    let mut unknown = golden.to_vec();
    unknown[0] += 1;
    unknown.extend_from_slice(&[22, 0]);
    assert!(Record::decode(&unknown).is_err(), "a key that this version does not know");
    let long_form = [&[golden[0], 0x18, 0x00], &golden[2..]].concat();
    assert!(Record::decode(&long_form).is_err(), "a number that is not in its shortest form");
}

/// A structure of any shape of the model, with something in every member.
struct Filled {
    shape: &'static Shape,
    members: Vec<Option<FilledValue>>,
}

enum FilledValue {
    Str(String),
    Blob(Vec<u8>),
    Secret(Secret),
    Int(i64),
    Bool(bool),
    Time(Timestamp),
    List(Vec<FilledValue>),
    Map(EncryptionContext),
    Struct(Filled),
}

impl Value for FilledValue {
    fn kind(&self) -> Kind<'_> {
        match self {
            Self::Str(v) => Kind::Str(v),
            Self::Blob(v) => Kind::Blob(v),
            Self::Secret(v) => Kind::Secret(v),
            Self::Int(v) => Kind::Int(*v),
            Self::Bool(v) => Kind::Bool(*v),
            Self::Time(v) => Kind::Time(*v),
            Self::List(_) => Kind::List(self),
            Self::Map(v) => Kind::Map(v),
            Self::Struct(v) => Kind::Struct(v),
        }
    }
}

impl Seq for FilledValue {
    fn len(&self) -> usize {
        if let Self::List(items) = self { items.len() } else { 0 }
    }
    fn item(&self, index: usize) -> Option<&dyn Value> {
        if let Self::List(items) = self { items.get(index).map(|item| item as &dyn Value) } else { None }
    }
}

impl Structure for Filled {
    fn shape(&self) -> &'static Shape {
        self.shape
    }
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        let ShapeKind::Struct(members) = self.shape.kind else { return };
        for (member, value) in members.iter().zip(&self.members) {
            visitor.member(member, value.as_ref().map(|value| value as &dyn Value));
        }
    }
}

/// Decides what stands in a member; gives a text of any kind.
type Fill<'f> = &'f mut dyn FnMut(&Shape, Option<&Member>) -> Option<String>;

fn fill(shape: &'static Shape, fill_with: Fill<'_>) -> Filled {
    let ShapeKind::Struct(members) = shape.kind else { panic!("{} is no structure", shape.name) };
    let members = members.iter().map(|member| fill_value(member.shape, Some(member), fill_with)).collect();
    Filled { shape, members }
}

fn fill_value(shape: &'static Shape, member: Option<&Member>, with: Fill<'_>) -> Option<FilledValue> {
    let text = with(shape, member)?;
    let number = i64::try_from(text.len()).unwrap();
    Some(match shape.kind {
        ShapeKind::Str | ShapeKind::Enum(_) => FilledValue::Str(text),
        ShapeKind::Blob if shape.sensitive => FilledValue::Secret(Secret::from(text.into_bytes())),
        ShapeKind::Blob => FilledValue::Blob(text.into_bytes()),
        ShapeKind::Int => FilledValue::Int(-number),
        ShapeKind::Bool => FilledValue::Bool(number % 2 == 0),
        ShapeKind::Time => FilledValue::Time(Timestamp::from_secs(number)),
        ShapeKind::List(element) => {
            FilledValue::List((0..3).filter_map(|_| fill_value(element, member, with)).collect())
        }
        ShapeKind::Map { .. } => {
            let pairs = [(text.chars().take(50).collect::<String>(), text.chars().take(500).collect::<String>())];
            FilledValue::Map(EncryptionContext::from_pairs(pairs).unwrap())
        }
        ShapeKind::Struct(_) => FilledValue::Struct(fill(shape, with)),
    })
}

/// Shapes that must never be seen: the model's sensitive ones, and those that it forgot.
fn is_secret(shape: &Shape, member: Option<&Member>) -> bool {
    let name = member.map_or("", |member| member.name);
    shape.sensitive
        || matches!(shape.name, "GrantTokenType" | "GrantTokenList" | "CiphertextType" | "PlaintextType")
        || matches!(name, "ImportToken" | "Message" | "Mac" | "Signature" | "KeyStorePassword")
}

#[test]
fn no_secret_of_any_operation_stands_in_a_record_of_any_outcome() {
    let alice = alice();
    let (mut planted, mut records) = (0, 0);
    for described in strongroom_api::TABLE.iter() {
        let mut canaries = Vec::new();
        let mut plant = |shape: &Shape, member: Option<&Member>| {
            if !is_secret(shape, member) {
                return Some("plain".to_owned());
            }
            let canary = format!("CANARY-{:026}", canaries.len());
            canaries.push(canary.clone());
            Some(canary)
        };
        let request = fill(described.input, &mut plant);
        let response = described.output.map(|output| fill(output, &mut plant));
        for error in [None, Some("AccessDenied"), Some("KMSInternalException")] {
            let mut event = call(described.row.operation.as_str(), Identity::of(&alice));
            event.request = Served::request(&described.row.record, &request);
            if error.is_none()
                && let Some(response) = &response
            {
                event.response = Served::response(&described.row.record, response, Some(key()));
            }
            event.error_code = error;
            let bytes = encoded(&event);
            let record = Record::decode(&bytes).unwrap();
            let mut json = Vec::new();
            record.to_cloudtrail_json(&mut json);
            let seen = [bytes, json, format!("{record:?} {event:?}").into_bytes()].concat();
            for canary in &canaries {
                for form in forms(canary.as_bytes()) {
                    let found = seen.windows(form.len()).any(|window| window == form);
                    assert!(!found, "{} shows {canary}", described.row.operation);
                }
            }
            records += 1;
        }
        planted += canaries.len();
    }
    assert!(planted > 40, "{planted}");
    println!("{planted} canaries in {records} records of {} operations", strongroom_api::TABLE.len());
}

/// A canary as it may hide: raw, hexadecimal, and base64 at each of the three alignments.
fn forms(canary: &[u8]) -> Vec<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hex = |upper: bool| {
        let text: String = canary.iter().map(|b| format!("{b:02x}")).collect();
        if upper { text.to_uppercase().into_bytes() } else { text.into_bytes() }
    };
    let base64 = (0..3).map(|skip| {
        let whole = canary[skip..].chunks_exact(3);
        whole
            .flat_map(|c| {
                let n = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
                [18, 12, 6, 0].map(|shift| ALPHABET[(n >> shift & 63) as usize])
            })
            .collect()
    });
    [canary.to_vec(), hex(false), hex(true)].into_iter().chain(base64).collect()
}

#[test]
fn a_member_that_was_sent_and_is_hidden_shows_that_it_was_sent() {
    static SHAPE: Shape =
        Shape { name: "Text", kind: ShapeKind::Str, min: None, max: None, pattern: None, sensitive: false };
    static MEMBERS: [Member; 2] = [member(&SHAPE, RecordRule::Hidden), member(&SECRET, RecordRule::IfSent)];
    static SECRET: Shape = Shape { sensitive: true, ..SHAPE };
    static STRUCT: Shape = Shape { name: "S", kind: ShapeKind::Struct(&MEMBERS), ..SHAPE };
    const fn member(shape: &'static Shape, record: RecordRule) -> Member {
        let (name, record_name) = if shape.sensitive { ("B", "b") } else { ("A", "a") };
        Member {
            name,
            record_name,
            shape,
            required: false,
            record,
            condition: None,
            default: None,
            default_in_conditions: true,
            role: None,
        }
    }
    let alice = alice();
    let request = fill(&STRUCT, &mut |_, _| Some("hunter2".to_owned()));
    let mut event = call("CreateCustomKeyStore", Identity::of(&alice));
    event.request = Some(Served::Members(&request));
    let hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
    assert_eq!(view(&event)["requestParameters"], json!({ "a": hidden, "b": hidden }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_structure_of_the_model_encodes_within_the_limits_and_reads_back(
        operation in 0_usize..56, texts in proptest::collection::vec(proptest::option::of("\\PC{0,40}"), 1..20),
        long in 0_usize..3, agent in "\\PC{0,600}",
    ) {
        let described = &strongroom_api::TABLE[operation];
        let mut at = 0;
        let mut next = |_: &Shape, _: Option<&Member>| {
            at += 1;
            let text = texts[at % texts.len()].clone()?;
            Some(if at % 7 == 3 { text.repeat([1, 100, 5_000][long]) } else { text })
        };
        let (request, response) = (fill(described.input, &mut next), fill(described.output.unwrap_or(described.input), &mut next));
        let alice = alice();
        let mut event = call(described.row.operation.as_str(), Identity::of(&alice));
        event.request = Some(Served::Members(&request));
        event.response = Some(Served::MembersAndKeyArn(&response, key()));
        event.user_agent = Some(&agent);
        let bytes = encoded(&event);
        prop_assert!(bytes.len() <= 210 * 1024, "{}", bytes.len());
        prop_assert_eq!(&bytes, &encoded(&event));
        let record = Record::decode(&bytes).unwrap();
        prop_assert_eq!(record.as_bytes(), &bytes);
        let mut json = Vec::new();
        record.to_cloudtrail_json(&mut json);
        prop_assert!(serde_json::from_slice::<Json>(&json).is_ok());
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Record::decode(&bytes);
    }

    #[test]
    fn a_mutated_record_is_refused_or_shown_without_a_panic(changes in proptest::collection::vec((0_usize..4_000, any::<u8>()), 1..4)) {
        let mut bytes = include_bytes!("../../testdata/encrypt-v1.cbor").to_vec();
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if let Ok(record) = Record::decode(&bytes) {
            let mut json = Vec::new();
            record.to_cloudtrail_json(&mut json);
            prop_assert!(std::str::from_utf8(&json).unwrap().lines().all(|line| serde_json::from_str::<Json>(line).is_ok()));
            let _ = (record.decision(), record.erased(), record.resources().count(), record.deliveries());
        }
    }
}
