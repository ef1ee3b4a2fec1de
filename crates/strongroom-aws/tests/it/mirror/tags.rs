//! `TagResource`, `UntagResource`, `ListResourceTags`.

use serde_json::{Value, json};
use strongroom::Operation as Op;
use strongroom::types::Tag;

use super::names::Names;
use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{Stage, Who, alias_one, disabled, pending_deletion, symmetric};

const ALIASES: &str = "Key Aliases are not supported for this operation.";

/// `<key-id>` has the tags `colour` = `blue` and `team` = ``.
fn tagged(stage: &Stage, names: &mut Names) {
    stage.root.tag_resource(&names["key-id"], [Tag::new("team", ""), Tag::new("colour", "blue")]).send().unwrap();
}

fn many(count: usize) -> Vec<(String, String)> {
    (0..count).map(|n| (format!("key-{n:02}"), n.to_string())).collect()
}

fn as_json(tags: &[(String, String)]) -> Value {
    tags.iter().map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect()
}

fn as_tags(tags: &[(String, String)]) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::new(key.as_str(), value.as_str())).collect()
}

pub(super) fn rows() -> Vec<Row> {
    [tag(), tag_refused(), untag(), list()].into_iter().flatten().collect()
}

fn tag() -> Vec<Row> {
    vec![
        row(
            Op::TagResource,
            "it answers nothing, and a value may be empty",
            Api("TagResource.Tags: the tag value can be an empty string"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>", "Tags": [{"TagKey": "team", "TagValue": ""}]}))
        .built(|client, names| client.tag_resource(&names["key-id"], [Tag::new("team", "")]).send())
        .answers_nothing()
        .afterwards(
            Op::ListResourceTags,
            json!({"KeyId": "<key-id>"}),
            json!({"Tags": [{"TagKey": "team", "TagValue": ""}], "Truncated": false}),
        ),
        row(Op::TagResource, "50 tags at once, of a disabled key", Guide("tagging-keys.html: 50 tags"))
            .given(symmetric)
            .given(disabled)
            .request(json!({"KeyId": "<key-arn>", "Tags": as_json(&many(50))}))
            .built(|client, names| client.tag_resource(&names["key-arn"], as_tags(&many(50))).send())
            .answers_nothing(),
    ]
}

fn tag_refused() -> Vec<Row> {
    vec![
        row(Op::TagResource, "51 tags are too many", Api("TagResource.LimitExceededException: a quota was exceeded"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Tags": as_json(&many(51))}))
            .built(|client, names| client.tag_resource(&names["key-id"], as_tags(&many(51))).send())
            .fails("LimitExceededException", "<text>"),
        row(Op::TagResource, "one key twice", Api("TagResource.TagException: one or more tags are not valid"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "1"}]}))
            .built(|client, names| {
                client.tag_resource(&names["key-id"], [Tag::new("a", "1"), Tag::new("a", "1")]).send()
            })
            .fails("TagException", "<text>")
            .afterwards(Op::ListResourceTags, json!({"KeyId": "<key-id>"}), json!({"Tags": [], "Truncated": false})),
        row(Op::TagResource, "AWS's own prefix", Api("TagResource.TagException: one or more tags are not valid"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Tags": [{"TagKey": "aws:team", "TagValue": "x"}]}))
            .built(|client, names| client.tag_resource(&names["key-id"], [Tag::new("aws:team", "x")]).send())
            .fails("TagException", "<text>"),
        row(Op::TagResource, "a tag without value, by its place in the list", Api("Tag.TagValue: required"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Tags": [{"TagKey": "team"}]}))
            .only_json("a tag is made of both")
            .violates(&["Value null at 'tags.1.member.tagValue' failed to satisfy constraint: Member must not be null"]),
        row(Op::TagResource, "a key of 129 characters and a value of 257", Api("Tag.TagKey: 1 to 128 characters"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Tags": [{"TagKey": "k".repeat(129), "TagValue": "v".repeat(257)}]}))
            .built(|client, names| {
                client.tag_resource(&names["key-id"], [Tag::new("k".repeat(129), "v".repeat(257))]).send()
            })
            .violates(&[
                &format!("Value '{}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128", "k".repeat(129)),
                &format!("Value '{}' at 'tags.1.member.tagValue' failed to satisfy constraint: Member must have length less than or equal to 256", "v".repeat(257)),
            ]),
        row(Op::TagResource, "not of a key that is pending deletion", Guide("key-state.html: TagResource"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-id>", "Tags": [{"TagKey": "a", "TagValue": "1"}]}))
            .built(|client, names| client.tag_resource(&names["key-id"], [Tag::new("a", "1")]).send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::TagResource, "not by an alias", Seen("boto/boto#3202: Key Aliases are not supported for this operation."))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one", "Tags": [{"TagKey": "a", "TagValue": "1"}]}))
            .built(|client, _| client.tag_resource("alias/one", [Tag::new("a", "1")]).send())
            .fails("InvalidArnException", ALIASES),
    ]
}

fn untag() -> Vec<Row> {
    vec![
        row(Op::UntagResource, "it answers nothing", Api("UntagResource: an empty body"))
            .given(symmetric)
            .given(tagged)
            .request(json!({"KeyId": "<key-id>", "TagKeys": ["team"]}))
            .built(|client, names| client.untag_resource(&names["key-id"], ["team"]).send())
            .answers_nothing()
            .afterwards(Op::ListResourceTags, json!({"KeyId": "<key-id>"}), json!({"Tags": [{"TagKey": "colour", "TagValue": "blue"}], "Truncated": false})),
        row(Op::UntagResource, "a tag that is not there is no error", Api("UntagResource.TagKeys: it doesn't throw an exception"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>", "TagKeys": ["team", "Team"]}))
            .built(|client, names| client.untag_resource(&names["key-arn"], ["team", "Team"]).send())
            .answers_nothing(),
        row(Op::UntagResource, "an empty tag key, by its place in the list", Ours("AWS's text for an item of a list is not public; this is its form for structures"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "TagKeys": ["a", ""]}))
            .built(|client, names| client.untag_resource(&names["key-id"], ["a", ""]).send())
            .violates(&["Value '' at 'tagKeys.2.member' failed to satisfy constraint: Member must have length greater than or equal to 1"]),
        row(Op::UntagResource, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(symmetric)
            .by(Who::Mallory)
            .request(json!({"KeyId": "<key-id>", "TagKeys": ["team"]}))
            .built(|client, names| client.untag_resource(&names["key-id"], ["team"]).send())
            .denied(Who::Mallory, "UntagResource"),
    ]
}

fn list() -> Vec<Row> {
    vec![
        row(Op::ListResourceTags, "all of them, by their keys", Ours("AWS promises no order; ours is that of the keys"))
            .given(symmetric)
            .given(tagged)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.list_resource_tags(&names["key-id"]).send())
            .answers(json!({"Tags": [{"TagKey": "colour", "TagValue": "blue"}, {"TagKey": "team", "TagValue": ""}], "Truncated": false})),
        row(Op::ListResourceTags, "none is an empty list", Api("ListResourceTags.Tags: a list of tags"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.list_resource_tags(&names["key-arn"]).send())
            .answers(json!({"Tags": [], "Truncated": false})),
        row(Op::ListResourceTags, "a page goes on after its marker", Api("ListResourceTags.Marker: the value of NextMarker"))
            .given(symmetric)
            .given(tagged)
            .given(|stage, names| {
                let page = stage.root.list_resource_tags(&names["key-id"]).limit(1).send().unwrap();
                names.put("marker", page.next_marker.unwrap());
            })
            .request(json!({"KeyId": "<key-id>", "Limit": 1, "Marker": "<marker>"}))
            .built(|client, names| client.list_resource_tags(&names["key-id"]).limit(1).marker(&names["marker"]).send())
            .answers(json!({"Tags": [{"TagKey": "team", "TagValue": ""}], "Truncated": false})),
        row(Op::ListResourceTags, "a marker that is none", Api("ListResourceTags.InvalidMarkerException: the marker is not valid"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Marker": "none"}))
            .built(|client, names| client.list_resource_tags(&names["key-id"]).marker("none").send())
            .fails("InvalidMarkerException", "<text>"),
        row(Op::ListResourceTags, "50 at once at most", Api("ListResourceTags.Limit: 1 to 50"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Limit": 51}))
            .built(|client, names| client.list_resource_tags(&names["key-id"]).limit(51).send())
            .violates(&["Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"]),
    ]
}
