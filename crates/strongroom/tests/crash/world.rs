//! What a strongroom should hold: told by acknowledgements, by its record, and by itself. The three must agree.

use std::collections::{BTreeMap, HashSet};

use strongroom::{ErrorCode, Kms};

use crate::room::{Room, must};

/// A key as anyone can see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct KeyView {
    pub(crate) state: String,
    pub(crate) rotations: usize,
    /// The number in the `Sid` of its policy; 0 for the policy it was made with.
    pub(crate) policy: u64,
}

/// Keys by id, and the targets of aliases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct World {
    pub(crate) keys: BTreeMap<String, KeyView>,
    pub(crate) aliases: BTreeMap<String, String>,
}

impl World {
    /// One change that happened: the operation's name and what it was about.
    pub(crate) fn apply(&mut self, what: &str, about: &[&str]) {
        let text = |n: usize| about.get(n).copied().unwrap_or_default().to_owned();
        match what {
            "CreateKey" => {
                self.keys.insert(text(0), KeyView { state: "Enabled".into(), ..KeyView::default() });
            }
            "CreateAlias" | "UpdateAlias" => {
                self.aliases.insert(text(0), text(1));
            }
            "DeleteAlias" => {
                self.aliases.remove(about[0]);
            }
            "RotateKeyOnDemand" | "RotateByDate" => self.key(about[0]).rotations += 1,
            "PutKeyPolicy" => self.key(about[0]).policy = about[1].parse().unwrap(),
            "DisableKey" | "CancelKeyDeletion" => self.key(about[0]).state = "Disabled".into(),
            "EnableKey" => self.key(about[0]).state = "Enabled".into(),
            "ScheduleKeyDeletion" => self.key(about[0]).state = "PendingDeletion".into(),
            "DeleteKey" => self.delete(about[0]),
            // Eight days go by, and the work that is due is done.
            "Days" => {
                let gone = self.keys.iter().filter(|(_, key)| key.state == "PendingDeletion");
                let gone: Vec<String> = gone.map(|(id, _)| id.clone()).collect();
                gone.iter().for_each(|id| self.delete(id));
            }
            _ => {}
        }
    }

    fn key(&mut self, id: &str) -> &mut KeyView {
        self.keys.get_mut(id).unwrap_or_else(|| panic!("no key {id}"))
    }

    fn delete(&mut self, id: &str) {
        assert!(self.keys.remove(id).is_some(), "no key {id} to delete");
        self.aliases.retain(|_, target| target != id);
    }

    /// What the strongroom itself says.
    pub(crate) fn of(room: &Room) -> Self {
        let mut world = Self::default();
        let root = &room.root;
        let mut marker = None;
        loop {
            let mut call = root.list_keys();
            if let Some(marker) = marker.take() {
                call = call.marker(marker);
            }
            let page = must(call.send());
            for key in page.keys {
                let id = key.key_id;
                world.keys.insert(id.clone(), Self::view(room, &id));
            }
            match page.next_marker {
                Some(next) => marker = Some(next),
                None => break,
            }
        }
        loop {
            let mut call = root.list_aliases();
            if let Some(marker) = marker.take() {
                call = call.marker(marker);
            }
            let page = must(call.send());
            for alias in page.aliases {
                // A predefined alias whose key was not made yet has no target.
                if let Some(target) = alias.target_key_id {
                    world.aliases.insert(alias.alias_name, target);
                }
            }
            match page.next_marker {
                Some(next) => marker = Some(next),
                None => return world,
            }
        }
    }

    fn view(room: &Room, id: &str) -> KeyView {
        let root = &room.root;
        let metadata = must(root.describe_key(id).send()).key_metadata;
        let state = metadata.key_state.as_str().to_owned();
        let rotations = match root.list_key_rotations(id).send() {
            Ok(list) => list.rotations.len(),
            Err(error) if error.is(ErrorCode::UnsupportedOperation) => 0,
            Err(error) if state == "PendingDeletion" => {
                assert!(error.is(ErrorCode::KmsInvalidState), "{error}");
                0
            }
            Err(error) => panic!("{error}"),
        };
        let policy = must(root.get_key_policy(id).send()).policy;
        KeyView { state, rotations, policy: policy_number(&policy) }
    }
}

/// The number that [`crate::room::policy`] put into a policy.
pub(crate) fn policy_number(policy: &str) -> u64 {
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
    let statements = &policy["Statement"];
    let sid = statements[0]["Sid"].as_str().or(statements["Sid"].as_str()).unwrap_or_default();
    sid.strip_prefix("number").and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// What the record says.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) world: World,
    /// Successful calls by name.
    pub(crate) calls: BTreeMap<String, u64>,
    pub(crate) failed: u64,
    /// How often each key was rotated, as `RotateKey` has it.
    pub(crate) turned: BTreeMap<String, usize>,
    /// Revisions of the commits that events stand for.
    pub(crate) revisions: HashSet<u64>,
    /// Index and `lostFrom` of the last `OpenStrongroom`.
    pub(crate) opened: Option<(u64, Option<u64>)>,
    pub(crate) events: u64,
}

impl Told {
    /// Reads everything. No two events have one id, and no two stand for one commit.
    pub(crate) fn by(kms: &Kms) -> Self {
        let mut told = Self::default();
        let mut ids = HashSet::new();
        let mut texts = Vec::new();
        for event in kms.record().iter().unwrap() {
            let event = event.unwrap();
            let json = event.to_json();
            assert!(ids.insert(event.record.event_id()), "an event stands twice in the record: {json}");
            assert_eq!(event.index, told.events);
            told.events += 1;
            let name = event.record.name().to_owned();
            if event.revision > 0 {
                // A rotation on demand is told twice: as the call, and as what it did.
                let first = told.revisions.insert(event.revision);
                assert!(first || name == "RotateKey", "two events of one commit: {json}");
            }
            if name == "OpenStrongroom" {
                told.opened = Some((event.index, event.record.lost_from()));
            }
            if event.record.error_code().is_some() {
                told.failed += 1;
                continue;
            }
            *told.calls.entry(name.clone()).or_default() += 1;
            texts.push((event.revision, name, json));
        }
        // The order of the log is that of the commits but for those that overtook one another between commit and append.
        texts.sort_by_key(|(revision, ..)| *revision);
        for (revision, name, json) in texts {
            if name == "RotateKey" {
                let json: serde_json::Value = serde_json::from_str(&json).unwrap();
                let key = key_of(&json);
                if json["serviceEventDetails"]["rotationType"] == "AUTOMATIC" {
                    // No call tells of it.
                    told.world.apply("RotateByDate", &[&key]);
                }
                *told.turned.entry(key).or_default() += 1;
            } else if revision > 0 {
                told.tell(&name, &json);
            }
        }
        told
    }

    fn tell(&mut self, name: &str, json: &str) {
        let json: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
        let asked = |member: &str| json["requestParameters"][member].as_str().unwrap_or_default().to_owned();
        let key = key_of(&json);
        let about = match name {
            "CreateAlias" | "UpdateAlias" => vec![asked("aliasName"), bare(&asked("targetKeyId"))],
            "DeleteAlias" => vec![asked("aliasName")],
            "PutKeyPolicy" => vec![key, policy_number(&asked("policy")).to_string()],
            _ => vec![key],
        };
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        self.world.apply(name, &about);
    }
}

fn key_of(json: &serde_json::Value) -> String {
    let resources = json["resources"].as_array();
    let key = resources.and_then(|all| all.iter().find_map(|one| one["ARN"].as_str()?.split_once(":key/")));
    key.map(|(_, id)| id.to_owned()).unwrap_or_default()
}

fn bare(key: &str) -> String {
    key.rsplit('/').next().unwrap_or(key).to_owned()
}
