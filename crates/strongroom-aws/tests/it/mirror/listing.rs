//! `ListKeys`, and what all lists share.

use serde_json::json;
use strongroom::Operation as Op;
use strongroom_types::ResourceOwnerType::{OtherAccountsViaRam, SelfValue};

use super::names::Names;
use super::row::Source::{Api, Ours, Seen};
use super::row::{Row, row};
use super::stage::{Stage, Who, pending_deletion, symmetric};

/// Two keys in the order of their ids: `<first-id>`, `<last-id>`.
fn two(stage: &Stage, names: &mut Names) {
    let mut keys = [(); 2].map(|()| stage.root.create_key().send().unwrap().key_metadata);
    keys.sort_by(|one, other| one.key_id.cmp(&other.key_id));
    for (name, key) in ["first", "last"].into_iter().zip(keys) {
        names.put(&format!("{name}-id"), key.key_id);
        names.put(&format!("{name}-arn"), key.arn);
    }
}

pub(super) fn rows() -> Vec<Row> {
    let first = || json!({"KeyId": "<first-id>", "KeyArn": "<first-arn>"});
    let last = || json!({"KeyId": "<last-id>", "KeyArn": "<last-arn>"});
    vec![
        row(
            Op::ListKeys,
            "the ids and ARNs of all, by their ids",
            Ours("AWS promises no order; ours is that of the ids"),
        )
        .given(two)
        .request(json!({}))
        .built(|client, _| client.list_keys().send())
        .answers(json!({"Keys": [first(), last()], "Truncated": false})),
        row(Op::ListKeys, "a key that is pending deletion is there", Api("ListKeys.Keys: a list of KMS keys"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"ResourceOwners": ["SELF"], "Limit": 1_000}))
            .built(|client, _| client.list_keys().resource_owners([SelfValue]).limit(1_000).send())
            .answers(json!({"Keys": [{"KeyId": "<key-id>", "KeyArn": "<key-arn>"}], "Truncated": false})),
        row(
            Op::ListKeys,
            "a page that is cut has a marker",
            Api("ListKeys.NextMarker: present when Truncated is true"),
        )
        .given(two)
        .request(json!({"Limit": 1}))
        .built(|client, _| client.list_keys().limit(1).send())
        .answers(json!({"Keys": [first()], "Truncated": true, "NextMarker": "<text>"})),
        row(Op::ListKeys, "and goes on after it", Api("ListKeys.Marker: the value of NextMarker"))
            .given(two)
            .given(|stage, names| {
                names.put("marker", stage.root.list_keys().limit(1).send().unwrap().next_marker.unwrap());
            })
            .request(json!({"Limit": 1, "Marker": "<marker>"}))
            .built(|client, names| client.list_keys().limit(1).marker(&names["marker"]).send())
            .answers(json!({"Keys": [last()], "Truncated": false})),
        row(Op::ListKeys, "another Region has other keys", Api("ListKeys: in the caller's account and Region"))
            .given(symmetric)
            .in_region("ap-southeast-2")
            .request(json!({}))
            .built(|client, _| client.list_keys().send())
            .answers(json!({"Keys": [], "Truncated": false})),
        row(Op::ListKeys, "another account has other keys", Api("ListKeys: in the caller's account and Region"))
            .given(symmetric)
            .by(Who::Foreigner)
            .request(json!({"Limit": null, "Marker": null}))
            .built(|client, _| client.list_keys().send())
            .answers(json!({"Keys": [], "Truncated": false})),
        row(Op::ListKeys, "no other account shares keys", Api("ListKeys.ResourceOwners: OTHER_ACCOUNTS_VIA_RAM"))
            .given(symmetric)
            .request(json!({"ResourceOwners": ["OTHER_ACCOUNTS_VIA_RAM"]}))
            .built(|client, _| client.list_keys().resource_owners([OtherAccountsViaRam]).send())
            .answers(json!({"Keys": [], "Truncated": false})),
        row(Op::ListKeys, "a marker that is none", Api("ListKeys.InvalidMarkerException: the marker is not valid"))
            .request(json!({"Marker": "bm9uZQ=="}))
            .built(|client, _| client.list_keys().marker("bm9uZQ==").send())
            .fails("InvalidMarkerException", "<text>"),
        row(Op::ListKeys, "a marker of another list", Ours("a marker goes on with what it came from"))
            .given(symmetric)
            .given(|stage, names| {
                for alias in ["alias/one", "alias/two"] {
                    stage.root.create_alias(alias, &names["key-id"]).send().unwrap();
                }
                let page = stage.root.list_aliases().key_id(&names["key-id"]).limit(1).send().unwrap();
                names.put("marker", page.next_marker.unwrap());
            })
            .request(json!({"Marker": "<marker>"}))
            .built(|client, names| client.list_keys().marker(&names["marker"]).send())
            .fails("InvalidMarkerException", "<text>"),
        row(Op::ListKeys, "no key at once is too few", Api("ListKeys.Limit: 1 to 1,000"))
            .request(json!({"Limit": 0}))
            .built(|client, _| client.list_keys().limit(0).send())
            .violates(&[
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ]),
        row(Op::ListKeys, "a negative number is shown as it is", Api("ListKeys.Limit: 1 to 1,000"))
            .request(json!({"Limit": -7}))
            .built(|client, _| client.list_keys().limit(-7).send())
            .violates(&[
                "Value '-7' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ]),
        row(Op::ListKeys, "a marker of 1,025 characters", Api("ListKeys.Marker: 1 to 1,024 characters"))
            .request(json!({"Marker": "m".repeat(1_025)}))
            .built(|client, _| client.list_keys().marker("m".repeat(1_025)).send())
            .violates(&[&format!("Value '{}…", "m".repeat(1_024))]),
        row(
            Op::ListKeys,
            "a number with a fraction is no number of keys",
            Ours("the protocol's error for JSON of another shape"),
        )
        .request(json!({"Limit": 1.5}))
        .only_json("a setter has one type")
        .fails("SerializationException", "<text>"),
        row(Op::ListKeys, "an object is required", Ours("the protocol's error for what is no request"))
            .request_text("[]")
            .only_json("a request is an object")
            .fails("SerializationException", "<text>"),
        row(Op::ListKeys, "what breaks off is no request", Ours("the protocol's error for what is no JSON"))
            .request_text("{\"Limit\": 1")
            .only_json("a request is whole")
            .fails("SerializationException", "<text>"),
        row(
            Op::ListKeys,
            "a user without a policy may not",
            Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"),
        )
        .by(Who::Mallory)
        .request(json!({}))
        .built(|client, _| client.list_keys().send())
        .denied(Who::Mallory, "ListKeys"),
    ]
}
