//! TagResource, UntagResource, ListResourceTags; and ListKeyPolicies.

use std::collections::BTreeMap;

use proptest::prelude::*;
use strongroom::types::Tag;
use strongroom::{Client, Error, ErrorCode};

use serde_json::{Value, json};

use crate::support::*;

fn tag(client: &Client, key: &str, tags: &[(&str, &str)]) -> Result<(), Error> {
    client.tag_resource(key, tags.iter().map(|(key, value)| Tag::new(*key, *value))).send().map(drop)
}

fn untag(client: &Client, key: &str, keys: &[&str]) -> Result<(), Error> {
    client.untag_resource(key, keys.iter().map(|key| (*key).to_owned())).send().map(drop)
}

fn tags_page(
    client: &Client,
    key: &str,
    limit: Option<i32>,
    marker: Option<&str>,
) -> Result<Page<(String, String)>, Error> {
    let mut call = client.list_resource_tags(key);
    call = limit.into_iter().fold(call, |call, limit| call.limit(limit));
    call = marker.into_iter().fold(call, |call, marker| call.marker(marker));
    call.send().map(|output| {
        let tags = output.tags.iter().map(|tag| (tag.tag_key.clone(), tag.tag_value.clone())).collect();
        assert_eq!(output.truncated, output.next_marker.is_some());
        (tags, output.truncated, output.next_marker)
    })
}

fn tags(client: &Client, key: &str) -> Vec<(String, String)> {
    tags_page(client, key, None, None).unwrap().0
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn tags_are_added_replaced_and_taken_away() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    assert_eq!(tags(&root, &key.id), []);
    tag(&root, &key.id, &[("team", "blue"), ("Team", "x"), ("empty", "")]).unwrap();
    assert_eq!(tags(&root, &key.arn), pairs(&[("Team", "x"), ("empty", ""), ("team", "blue")]), "by key; case counts");
    tag(&root, &key.arn, &[("team", "red"), ("new", "1")]).unwrap();
    assert_eq!(tags(&root, &key.id), pairs(&[("Team", "x"), ("empty", ""), ("new", "1"), ("team", "red")]));
    untag(&root, &key.id, &["Team", "no such tag", "empty", "empty"]).unwrap();
    assert_eq!(tags(&root, &key.id), pairs(&[("new", "1"), ("team", "red")]));
    // What changes nothing is no error: an absent tag, the same value again, nothing at all.
    untag(&root, &key.id, &["no such tag"]).unwrap();
    untag(&root, &key.id, &[]).unwrap();
    tag(&root, &key.id, &[("new", "1")]).unwrap();
    tag(&root, &key.id, &[]).unwrap();
    assert_eq!(tags(&root, &key.id), pairs(&[("new", "1"), ("team", "red")]));
    // Tags that CreateKey sets are the same tags.
    let made = root.create_key().tags([Tag::new("z", "1"), Tag::new("a", "2")]).send().unwrap().key_metadata;
    assert_eq!(tags(&root, &made.key_id), pairs(&[("a", "2"), ("z", "1")]));
}

#[test]
fn tags_have_limits() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let names: Vec<String> = (0..51).map(|n| format!("t{n:02}")).collect();
    let all: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(code(tag(&root, &key.id, &all)), ErrorCode::LimitExceeded);
    assert_eq!(tags(&root, &key.id), [], "all or nothing");
    tag(&root, &key.id, &all[..50]).unwrap();
    assert_eq!(code(tag(&root, &key.id, &[("t50", "")])), ErrorCode::LimitExceeded);
    tag(&root, &key.id, &[("t49", "replaced")]).unwrap();
    untag(&root, &key.id, &["t00"]).unwrap();
    tag(&root, &key.id, &[("t50", "")]).unwrap();
    // CreateKey, which is atomic, declares TagException.
    let keys = key_ids(&root).len();
    let many = |count: usize| root.create_key().tags(names.iter().take(count).map(|name| Tag::new(name.as_str(), "")));
    assert_eq!(code(many(51).send()), ErrorCode::Tag);
    assert_eq!(key_ids(&root).len(), keys);
    many(50).send().unwrap();

    let (longest, value) = ("k".repeat(128), "v".repeat(256));
    let other = symmetric(&root);
    tag(&root, &other.id, &[(&longest, &value)]).unwrap();
    assert_eq!(tags(&root, &other.id), pairs(&[(&longest, &value)]));
    for (key, value) in [("", "v"), (&*"k".repeat(129), "v"), ("k", &*"v".repeat(257))] {
        assert_eq!(code(tag(&root, &other.id, &[(key, value)])), ErrorCode::Validation);
    }
    for key in ["", &*"k".repeat(129)] {
        assert_eq!(code(untag(&root, &other.id, &[key])), ErrorCode::Validation);
    }
    // Reserved, and twice.
    for odd in ["aws:", "aws:team"] {
        assert_eq!(code(tag(&root, &other.id, &[("a", ""), (odd, "")])), ErrorCode::Tag);
        assert_eq!(code(untag(&root, &other.id, &[odd])), ErrorCode::Tag);
    }
    assert_eq!(code(tag(&root, &other.id, &[("a", "1"), ("b", ""), ("a", "1")])), ErrorCode::Tag);
    tag(&root, &other.id, &[("AWS:x", ""), ("awsx", ""), ("a", ""), ("A", "")]).unwrap();
}

#[test]
fn pages_of_tags_survive_changes() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    tag(&root, &key.id, &[("a", ""), ("b", ""), ("c", ""), ("d", ""), ("e", "")]).unwrap();
    let (page, cut, marker) = tags_page(&root, &key.id, Some(2), None).unwrap();
    assert_eq!((page, cut), (pairs(&[("a", ""), ("b", "")]), true));
    untag(&root, &key.id, &["b", "c"]).unwrap();
    tag(&root, &key.id, &[("aa", ""), ("bb", "")]).unwrap();
    let (page, cut, next) = tags_page(&root, &key.arn, Some(2), marker.as_deref()).unwrap();
    assert_eq!((page, cut), (pairs(&[("bb", ""), ("d", "")]), true));
    let (page, cut, _) = tags_page(&root, &key.id, Some(2), next.as_deref()).unwrap();
    assert_eq!((page, cut), (pairs(&[("e", "")]), false));
    // Limits: 1 to 50, though the shape says 1,000.
    for limit in [0, -1, 51, 1_000] {
        assert_eq!(code(tags_page(&root, &key.id, Some(limit), None)), ErrorCode::Validation);
    }
    tags_page(&root, &key.id, Some(50), None).unwrap();
    // Markers of another key, of another listing, or of nobody's making.
    let marker = marker.unwrap();
    let other = symmetric(&root);
    assert_eq!(code(tags_page(&root, &other.id, None, Some(&marker))), ErrorCode::InvalidMarker);
    let first = keys_page(&root, Some(1), None).unwrap();
    let (first, keys) = (got::<String>(first.0[0].key_id.clone()), first.2.unwrap());
    assert_eq!(code(tags_page(&root, &first, None, Some(&keys))), ErrorCode::InvalidMarker, "it names this very key");
    for odd in [&keys, "x", "=", "\u{e9}", &format!("{marker}="), &marker[..8]] {
        assert_eq!(code(tags_page(&root, &key.id, None, Some(odd))), ErrorCode::InvalidMarker, "{odd}");
    }
    assert_eq!(code(tags_page(&root, &key.id, None, Some("\u{100}"))), ErrorCode::Validation);
    // The longest tag keys have markers that are no longer than a marker may be.
    let long: Vec<String> = ["\u{1f511}", "\u{1f512}"].iter().map(|lock| lock.repeat(128)).collect();
    tag(&root, &other.id, &[(&long[0], ""), (&long[1], "")]).unwrap();
    let (page, _, marker) = tags_page(&root, &other.id, Some(1), None).unwrap();
    assert_eq!(page, pairs(&[(&long[0], "")]));
    assert!(marker.as_ref().unwrap().len() <= 1_024);
    assert_eq!(tags_page(&root, &other.id, None, marker.as_deref()).unwrap().0, pairs(&[(&long[1], "")]));
}

#[test]
fn tags_of_a_request_and_of_a_key_decide() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let policy = |condition: Value, actions: &[&str]| {
        json!({ "Version": "2012-10-17", "Statement":
            { "Effect": "Allow", "Action": actions, "Resource": "*", "Condition": condition } })
        .to_string()
    };
    let both = ["kms:TagResource", "kms:UntagResource"];
    // What may be written.
    let user = room.user("u", &[policy(json!({ "StringEquals": { "aws:RequestTag/team": "blue" } }), &both)]);
    tag(&user, &key.id, &[("team", "blue"), ("more", "x")]).unwrap();
    assert_eq!(code(tag(&user, &key.id, &[("team", "red")])), ErrorCode::AccessDenied);
    assert_eq!(code(tag(&user, &key.id, &[("more", "y")])), ErrorCode::AccessDenied);
    assert_eq!(code(untag(&user, &key.id, &["team"])), ErrorCode::AccessDenied, "there is no value in it");
    // Which keys may be touched.
    let wanted = json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "cost"] } });
    let user = room.user("u", &[policy(wanted, &both)]);
    tag(&user, &key.id, &[("team", "blue"), ("cost", "9")]).unwrap();
    assert_eq!(code(tag(&user, &key.id, &[("team", "blue"), ("other", "")])), ErrorCode::AccessDenied);
    untag(&user, &key.id, &["cost"]).unwrap();
    assert_eq!(code(untag(&user, &key.id, &["more", "team"])), ErrorCode::AccessDenied);
    // Whose tags decide about its use, from the next call on.
    let wanted = json!({ "StringEquals": { "aws:ResourceTag/team": "blue" } });
    let user = room.user("u", &[policy(wanted, &["kms:Encrypt"])]);
    encrypt(&user, &key.id, b"x").unwrap();
    tag(&root, &key.id, &[("team", "red")]).unwrap();
    assert_eq!(code(encrypt(&user, &key.id, b"x")), ErrorCode::AccessDenied);
    tag(&root, &key.id, &[("team", "blue")]).unwrap();
    encrypt(&user, &key.id, b"x").unwrap();
    untag(&root, &key.id, &["team"]).unwrap();
    assert_eq!(code(encrypt(&user, &key.id, b"x")), ErrorCode::AccessDenied);
}

#[test]
fn events_of_tags_show_them_and_the_keys_arn() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let arn = json!({ "keyId": key.arn });
    let resources = json!([{ "accountId": HERE, "type": "AWS::KMS::Key", "ARN": key.arn }]);
    let check = |name: &str, read_only: bool, request: Value, response: Value| {
        let view = room.last_view();
        assert_eq!(view["eventName"], name);
        assert_eq!((&view["requestParameters"], &view["responseElements"]), (&request, &response), "{name}");
        assert_eq!((&view["resources"], &view["readOnly"]), (&resources, &read_only.into()), "{name}");
    };
    tag(&root, &key.id, &[("team", "blue"), ("cost", "")]).unwrap();
    let shown = [json!({ "tagKey": "team", "tagValue": "blue" }), json!({ "tagKey": "cost", "tagValue": "" })];
    check("TagResource", false, json!({ "keyId": key.id, "tags": shown }), arn.clone());
    untag(&root, &key.id, &["team"]).unwrap();
    check("UntagResource", false, json!({ "keyId": key.id, "tagKeys": ["team"] }), arn);
    tags_page(&root, &key.id, Some(9), None).unwrap();
    check("ListResourceTags", true, json!({ "keyId": key.id, "limit": 9 }), Value::Null);
    root.list_key_policies(&*key.arn).limit(9).send().unwrap();
    check("ListKeyPolicies", true, json!({ "keyId": key.arn, "limit": 9 }), Value::Null);
}

#[test]
fn a_key_has_one_policy_by_the_name_default() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    for name in [&key.id, &key.arn] {
        let output = root.list_key_policies(&**name).send().unwrap();
        assert_eq!(output.policy_names.iter().collect::<Vec<_>>(), ["default"]);
        assert!(!output.truncated && output.next_marker.is_none());
    }
    for limit in [1, 1_000] {
        root.list_key_policies(&*key.id).limit(limit).send().unwrap();
    }
    for limit in [0, 1_001] {
        assert_eq!(code(root.list_key_policies(&*key.id).limit(limit).send()), ErrorCode::Validation);
    }
    // No page has a next one, so there is no marker to give back; the operation declares no InvalidMarkerException.
    assert_eq!(code(root.list_key_policies(&*key.id).marker("x").send()), ErrorCode::Validation);
    assert_eq!(code(root.list_key_policies(NO_KEY).send()), ErrorCode::NotFound);
    assert_eq!(code(root.list_key_policies("alias/x").send()), ErrorCode::InvalidArn);
    let nobody = room.user("nobody", &[allow(&["kms:GetKeyPolicy"], "*")]);
    assert_eq!(code(nobody.list_key_policies(&*key.id).send()), ErrorCode::AccessDenied);
}

#[derive(Debug, Clone)]
enum Step {
    Tag(Vec<(String, String)>),
    Untag(Vec<String>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = "[ab\u{e9}\u{1f511} ]{1,2}";
    let new = proptest::collection::btree_map(key, "[xy]{0,1}", 0..4);
    let gone = proptest::collection::vec(key, 0..3);
    let step = prop_oneof![
        2 => new.prop_map(|map| Step::Tag(map.into_iter().collect())),
        1 => gone.prop_map(Step::Untag)
    ];
    proptest::collection::vec(step, 1..12)
}

fn all_pages(client: &Client, key: &str, limit: i32) -> Vec<(String, String)> {
    let (mut seen, mut marker) = (Vec::new(), None);
    loop {
        let (page, cut, next) = tags_page(client, key, Some(limit), marker.as_deref()).unwrap();
        seen.extend(page);
        marker = next;
        if !cut {
            return seen;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tags_are_a_map_whatever_the_steps_and_pages_show_all_of_it(steps in steps(), limit in 1..4_i32) {
        let room = Room::new();
        let root = room.root();
        let key = symmetric(&root);
        let mut model = BTreeMap::new();
        for step in steps {
            match step {
                Step::Tag(new) => {
                    let slice: Vec<(&str, &str)> = new.iter().map(|(key, value)| (&**key, &**value)).collect();
                    tag(&root, &key.id, &slice).unwrap();
                    model.extend(new);
                }
                Step::Untag(gone) => {
                    untag(&root, &key.id, &gone.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
                    gone.iter().for_each(|key| drop(model.remove(key)));
                }
            }
            prop_assert_eq!(all_pages(&root, &key.id, limit), model.clone().into_iter().collect::<Vec<_>>());
        }
    }
}
