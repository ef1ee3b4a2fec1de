//! What fails inside is a 500 that says nothing, and the next request is served.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Response;
use serde_json::{Value, json};
use strongroom::testing::{self, CommitTrouble, CustodyCall, CustodyFault, Room};
use strongroom::{Caller, Kms, Secret};
use strongroom_aws::{Credential, CredentialTable, Credentials, KmsService};

use crate::socket::{Peer, bytes};
use crate::support::{Endpoint, Signing, send, service, signed};

/// Signed at the time at which the strongrooms of tests stand still.
async fn call(service: &KmsService, operation: &str, body: &Value) -> (Response<Vec<u8>>, Value) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_323_200);
    let with = Signing { time: Some(time), ..Signing::default() };
    let answer = send(service, signed(with, operation, body.to_string().as_bytes())).await;
    let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    (answer, json)
}

async fn room() -> (Room, KmsService, Value) {
    let room = testing::strongroom(7).unwrap();
    let service = service(&room.kms);
    let (_, key) = call(&service, "CreateKey", &json!({})).await;
    let request = json!({"KeyId": key["KeyMetadata"]["KeyId"], "Plaintext": "aGVsbG8="});
    (room, service, request)
}

/// Nothing but a type: no path, no cause, no name of a part.
fn says_nothing((answer, json): &(Response<Vec<u8>>, Value), what: &str) {
    assert!([500, 503].contains(&answer.status().as_u16()), "{what}: {answer:?} {json}");
    let kinds = ["KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException"];
    assert!(kinds.contains(&json["__type"].as_str().unwrap()), "{what}: {json}");
    assert_eq!(answer.headers()["x-amzn-requestid"].len(), 36, "{what}");
    assert_eq!(answer.headers()["content-type"], "application/x-amz-json-1.1", "{what}");
    for word in ["/", "panic", "hostile", "script", "disk", "Some(", "os error", "storage", "commit"] {
        assert!(!json.to_string().contains(word), "{what}: {json}");
    }
}

#[tokio::test]
async fn a_custody_that_panics_is_survived_and_recorded() {
    for (at, operation) in
        [(CustodyCall::Run, "Encrypt"), (CustodyCall::Open, "Encrypt"), (CustodyCall::Generate, "CreateKey")]
    {
        let (room, service, request) = room().await;
        let body = if operation == "CreateKey" { json!({}) } else { request };
        let before = room.kms.status().unwrap().events;
        let what = format!("{at:?}");
        room.script.custody(0, at, CustodyFault::Panic);
        says_nothing(&call(&service, operation, &body).await, &what);
        assert_eq!(room.kms.status().unwrap().events, before + 1, "{what}");
        let (answer, json) = call(&service, operation, &body).await;
        assert_eq!(answer.status(), 200, "{what}: {json}");
    }
}

#[tokio::test]
async fn a_store_a_record_and_random_bytes_that_fail_say_nothing_of_it() {
    let (room, service, request) = room().await;
    for trouble in [CommitTrouble::NotApplied, CommitTrouble::Full, CommitTrouble::Poisoned] {
        let what = format!("{trouble:?}");
        room.script.every_commit(trouble);
        says_nothing(&call(&service, "CreateKey", &json!({})).await, &what);
        room.script.heal();
        let (answer, json) = call(&service, "CreateKey", &json!({})).await;
        assert_eq!(answer.status(), 200, "{what}: {json}");
    }
    room.script.append(0, ErrorKind::StorageFull);
    says_nothing(&call(&service, "Encrypt", &request).await, "the record");
    // What was in the way of the record is so no longer.
    assert_eq!(call(&service, "Encrypt", &request).await.0.status(), 200);
    room.script.random(0);
    let (answer, json) = call(&service, "Encrypt", &request).await;
    assert_eq!((answer.status().as_u16(), &json), (500, &json!({"__type": "KMSInternalException"})));
    assert_eq!(call(&service, "Encrypt", &request).await.0.status(), 200);
}

#[tokio::test]
async fn a_strongroom_that_is_closed_or_whose_clock_went_back_says_nothing_of_it() {
    let (room, service, request) = room().await;
    room.kms.clone().close().unwrap();
    says_nothing(&call(&service, "Encrypt", &request).await, "closed");

    let (room, service, request) = self::room().await;
    room.clock.set(strongroom::Timestamp::from_secs(1_700_000_000));
    says_nothing(&call(&service, "Encrypt", &request).await, "the clock");
}

/// A program's own table that fails takes its connection with it, and nobody else's.
#[derive(Debug)]
struct Panics(CredentialTable);

impl Credentials for Panics {
    fn find(&self, access_key_id: &str) -> Option<Arc<Credential>> {
        assert_ne!(access_key_id, "panic", "the table fails");
        self.0.find(access_key_id)
    }
}

#[tokio::test]
async fn a_table_of_credentials_that_panics_ends_one_connection() {
    let kms = Kms::in_memory().unwrap();
    let root = Credential::new("test", Secret::from("test"), kms.bind(Caller::root()).unwrap());
    let service = KmsService::new(kms, Panics(CredentialTable::from_iter([root])));
    let endpoint = Endpoint::start(service).await;
    let good = String::from_utf8(bytes("ListKeys", &json!({})).await).unwrap();
    let mut resting = Peer::connect(endpoint.address).await;
    resting.send(&good).await;
    assert_eq!(resting.answer().await.status, 200);
    let mut peer = Peer::connect(endpoint.address).await;
    peer.send(good.replace("Credential=test/", "Credential=panic/")).await;
    assert!(peer.try_answer().await.is_none());
    resting.send(&good).await;
    assert_eq!(resting.answer().await.status, 200);
}
