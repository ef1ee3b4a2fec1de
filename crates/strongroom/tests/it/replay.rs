//! What a restore does over again from the record that survives: it comes to what the old strongroom was at its end.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use serde_json::json;
use strongroom::types::Tag;
use strongroom::{Client, Kms, RestoreOptions};
use strongroom_types::KeyState;

use crate::backup::backup;
use crate::support::*;

const KEYS: usize = 3;
const NAMES: [&str; 3] = ["alias/a", "alias/b", "alias/c"];
const TEAMS: [&str; 3] = ["red", "blue", "green"];

/// A change that somebody makes.
#[derive(Debug, Clone)]
enum Step {
    Tag(usize, usize),
    Untag(usize),
    Point(usize, usize),
    Unpoint(usize),
    Disable(usize),
    Enable(usize),
    Narrow(usize, bool),
    Describe(usize, usize),
    Rotate(usize, Option<u32>),
    Create(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (key, three) = (0..KEYS, 0..3_usize);
    prop_oneof![
        3 => (key.clone(), three.clone()).prop_map(|(key, team)| Step::Tag(key, team)),
        2 => key.clone().prop_map(Step::Untag),
        3 => (three.clone(), key.clone()).prop_map(|(name, key)| Step::Point(name, key)),
        2 => three.clone().prop_map(Step::Unpoint),
        1 => key.clone().prop_map(Step::Disable),
        1 => key.clone().prop_map(Step::Enable),
        1 => (key.clone(), any::<bool>()).prop_map(|(key, narrow)| Step::Narrow(key, narrow)),
        1 => (key.clone(), three.clone()).prop_map(|(key, text)| Step::Describe(key, text)),
        2 => (key.clone(), prop::option::of(90_u32..400)).prop_map(|(key, days)| Step::Rotate(key, days)),
        1 => three.prop_map(Step::Create),
    ]
}

/// A policy by which tags and aliases decide for users, or nothing does.
fn policy(narrow: bool) -> String {
    let root = json!({ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{HERE}:root") },
        "Action": "kms:*", "Resource": "*" });
    let deny = json!({ "Effect": "Deny", "Principal": { "AWS": format!("arn:aws:iam::{HERE}:user/alice") },
        "Action": "kms:*", "Resource": "*" });
    if narrow { key_policy(&[root, deny]) } else { key_policy(&[root]) }
}

fn by(condition: serde_json::Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Condition": condition }] })
    .to_string()
}

/// Users whom tags and aliases let in.
fn users(room: &Room) -> Vec<(String, Client)> {
    let mut users: Vec<(String, String)> = TEAMS
        .iter()
        .map(|team| (format!("tag {team}"), by(json!({ "StringEquals": { "aws:ResourceTag/team": team } }))))
        .collect();
    users.extend(NAMES.iter().map(|name| {
        (format!("alias {name}"), by(json!({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": name } })))
    }));
    let client = |policy: String| room.user("alice", &[policy]);
    users.into_iter().map(|(name, policy)| (name, client(policy))).collect()
}

fn act(root: &Client, keys: &mut Vec<Key>, step: &Step) {
    let key = |at: &usize| keys[*at].id.clone();
    let _ = match step {
        Step::Tag(at, team) => root.tag_resource(key(at), [Tag::new("team", TEAMS[*team])]).send().map(drop),
        Step::Untag(at) => root.untag_resource(key(at), ["team"]).send().map(drop),
        Step::Point(name, at) => match root.create_alias(NAMES[*name], key(at)).send() {
            Ok(_) => Ok(()),
            Err(_) => root.update_alias(NAMES[*name], key(at)).send().map(drop),
        },
        Step::Unpoint(name) => root.delete_alias(NAMES[*name]).send().map(drop),
        Step::Disable(at) => root.disable_key(key(at)).send().map(drop),
        Step::Enable(at) => root.enable_key(key(at)).send().map(drop),
        Step::Narrow(at, narrow) => root.put_key_policy(key(at), policy(*narrow)).send().map(drop),
        Step::Describe(at, text) => root.update_key_description(key(at), TEAMS[*text]).send().map(drop),
        Step::Rotate(at, None) => root.disable_key_rotation(key(at)).send().map(drop),
        Step::Rotate(at, Some(days)) => {
            root.enable_key_rotation(key(at)).rotation_period_in_days(*days as i32).send().map(drop)
        }
        // A key that no backup has takes an alias.
        Step::Create(name) => {
            let made = symmetric(root);
            let _ = root.update_alias(NAMES[*name], &*made.id).send();
            keys.push(made);
            Ok(())
        }
    };
}

/// Who may use which key, by every name that it has.
fn allowed(room: &Room, keys: &[Key]) -> BTreeMap<(String, String), bool> {
    let mut all = BTreeMap::new();
    for (user, client) in users(room) {
        for key in keys.iter().take(KEYS) {
            all.insert((user.clone(), key.id.clone()), encrypt(&client, &key.id, b"x").is_ok());
        }
        for name in NAMES {
            all.insert((user.clone(), name.into()), encrypt(&client, name, b"x").is_ok());
        }
    }
    all
}

fn restore(bytes: &[u8], clock: &FakeClock, old: &Path, to: &Path) -> (Room, strongroom::RestoreReport) {
    let how = RestoreOptions::new().surviving_record(old);
    let (kms, report) = Kms::restore(Cursor::new(bytes), to, options(clock), how).unwrap();
    (Room { kms, clock: clock.clone() }, report)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restore_with_the_record_allows_nothing_that_the_old_strongroom_denied_at_its_end(
        before in prop::collection::vec(step(), 0..8),
        after in prop::collection::vec(step(), 1..16),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (path, again) = (folder.path().join("room"), folder.path().join("again"));
        let clock = FakeClock::new();
        let room = Room { kms: Kms::create(&path, options(&clock)).unwrap(), clock };
        let root = room.root();
        let mut keys: Vec<Key> = (0..KEYS).map(|_| symmetric(&root)).collect();
        let known = keys.len();
        before.iter().filter(|step| !matches!(step, Step::Create(_))).for_each(|step| act(&root, &mut keys, step));
        let enabled: Vec<bool> = keys.iter().map(|key| state(&root, &key.id) == KeyState::Enabled).collect();
        let bytes = backup(&room);
        for step in &after {
            room.clock.advance(10);
            act(&root, &mut keys, step);
        }
        let ended = allowed(&room, &keys);
        let shown = |client: &Client, key: &Key| {
            let status = client.get_key_rotation_status(&*key.id).send().unwrap();
            let tags = client.list_resource_tags(&*key.id).send().unwrap().tags;
            (tags, aliases(client, Some(&key.id)), describe(client, &key.id).unwrap().description, status, policy_of(client, &key.id).unwrap())
        };
        let old: Vec<_> = keys[..known].iter().map(|key| shown(&root, key)).collect();
        let states: Vec<_> = keys[..known].iter().map(|key| state(&root, &key.id)).collect();
        room.kms.close().unwrap();
        let (there, report) = restore(&bytes, &room.clock, &path, &again);
        let root = there.root();
        for (who, may) in allowed(&there, &keys) {
            prop_assert!(!may || ended[&who], "{who:?} may now: {report:?}");
        }
        // And it is what it was, but for keys that are lost, and keys that the backup has disabled.
        for (at, key) in keys[..known].iter().enumerate() {
            prop_assert_eq!(&shown(&root, key), &old[at]);
            let expected = if enabled[at] { states[at] } else { KeyState::Disabled };
            prop_assert_eq!(state(&root, &key.id), expected);
            // Nothing of it is in the way of what comes: not in the index of due work either.
            root.disable_key(&*key.id).send().unwrap();
            root.enable_key(&*key.id).send().unwrap();
            root.enable_key_rotation(&*key.id).rotation_period_in_days(90).send().unwrap();
        }
        there.clock.advance(91 * DAY);
        prop_assert_eq!(there.kms.run_due().unwrap().rotated_keys, known);
    }
}
