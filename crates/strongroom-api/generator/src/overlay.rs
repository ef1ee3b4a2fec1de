//! What the model lacks, and the proof that nothing is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::{Kind, Model, object, text, texts};
use crate::{Fault, fault};

/// The four record rules: the name of the list in the overlay, and the variant.
const RULES: [(&str, &str); 4] =
    [("never", "Never"), ("if_sent", "IfSent"), ("always", "Always"), ("hidden", "Hidden")];

/// What else may stand beside a structure's record rules.
const SETTINGS: [&str; 5] = ["record_names", "conditions", "defaults", "no_default_in_conditions", "roles"];

/// What the overlay says of one member.
#[derive(Debug, Clone)]
pub(crate) struct MemberRule {
    pub(crate) record: &'static str,
    pub(crate) record_name: Option<String>,
    pub(crate) condition: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) default_in_conditions: bool,
    pub(crate) role: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Overlay {
    pub(crate) states: BTreeMap<String, Vec<String>>,
    pub(crate) operations: BTreeMap<String, Value>,
    pub(crate) structures: BTreeMap<String, BTreeMap<String, MemberRule>>,
    pub(crate) no_action: Vec<String>,
    pub(crate) more_actions: Vec<String>,
    pub(crate) more_errors: Vec<String>,
}

impl Overlay {
    pub(crate) fn load(path: &Path, model: &Model) -> Result<Self, Fault> {
        Self::read(&std::fs::read_to_string(path)?, model)
    }

    pub(crate) fn read(json: &str, model: &Model) -> Result<Self, Fault> {
        let whole: Value = serde_json::from_str(json)?;
        let states = object(&whole, "states")?.iter().map(|(k, v)| (k.clone(), texts(Some(v)))).collect();
        let operations: BTreeMap<String, Value> =
            object(&whole, "operations")?.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        same("operations", model.operations.keys(), operations.keys())?;
        let mut structures = BTreeMap::new();
        let entries = object(&whole, "structures")?;
        same("structures", model.structures(), entries.keys())?;
        for (name, entry) in entries {
            structures.insert(name.clone(), read_structure(name, entry, model)?);
        }
        Ok(Self {
            states,
            operations,
            structures,
            no_action: texts(whole.get("operations_without_action")),
            more_actions: texts(whole.get("actions_without_operation")),
            more_errors: texts(whole.get("errors_of_no_operation")),
        })
    }

    pub(crate) fn rule(&self, structure: &str, member: &str) -> Result<&MemberRule, Fault> {
        self.structures
            .get(structure)
            .and_then(|s| s.get(member))
            .ok_or_else(|| Fault(format!("the overlay has no rule for `{structure}.{member}`")))
    }

    /// The family that an operation's types stand in.
    pub(crate) fn family(&self, operation: &str) -> Result<&str, Fault> {
        self.operations
            .get(operation)
            .map_or_else(|| fault(format!("no operation `{operation}`")), |o| text(o, "family"))
    }
}

/// Both sides name the same things.
fn same<'a>(
    what: &str,
    model: impl Iterator<Item = &'a String>,
    overlay: impl Iterator<Item = &'a String>,
) -> Result<(), Fault> {
    let model: BTreeSet<_> = model.collect();
    let overlay: BTreeSet<_> = overlay.collect();
    let lists = |a: &BTreeSet<&String>, b: &BTreeSet<&String>| {
        a.difference(b).map(|s| s.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (missing, idle) = (lists(&model, &overlay), lists(&overlay, &model));
    if missing.is_empty() && idle.is_empty() {
        return Ok(());
    }
    fault(format!("{what} without an entry in the overlay: [{missing}]; entries without any in the model: [{idle}]"))
}

fn read_structure(name: &str, entry: &Value, model: &Model) -> Result<BTreeMap<String, MemberRule>, Fault> {
    let Some(entry) = entry.as_object() else { return fault(format!("the entry of `{name}` is no object")) };
    let known = |key: &String| RULES.iter().any(|r| r.0 == key) || SETTINGS.contains(&key.as_str());
    if let Some(key) = entry.keys().find(|key| !known(key)) {
        return fault(format!("unknown setting `{key}` of `{name}`"));
    }
    let mut rules = BTreeMap::new();
    for (list, record) in RULES {
        for member in texts(entry.get(list)) {
            let rule = MemberRule {
                record,
                record_name: setting(entry, "record_names", &member).and_then(|v| v.as_str()).map(String::from),
                condition: setting(entry, "conditions", &member).and_then(|v| v.as_str()).map(String::from),
                default: setting(entry, "defaults", &member).cloned(),
                default_in_conditions: !texts(entry.get("no_default_in_conditions")).contains(&member),
                role: role_of(entry, &member),
            };
            if rules.insert(member.clone(), rule).is_some() {
                return fault(format!("`{name}.{member}` has two record rules"));
            }
        }
    }
    let members = model.members(name)?;
    let names: Vec<String> = members.iter().map(|m| m.name.clone()).collect();
    same(&format!("members of `{name}`"), names.iter(), rules.keys())?;
    for named in SETTINGS.iter().filter_map(|s| entry.get(*s)).flat_map(members_named) {
        if !rules.contains_key(&named) {
            return fault(format!("a setting names `{name}.{named}`, which the model lacks"));
        }
    }
    for member in members {
        check_default(name, member, rules.get(&member.name), model)?;
    }
    Ok(rules)
}

fn setting<'a>(entry: &'a Map<String, Value>, of: &str, member: &str) -> Option<&'a Value> {
    entry.get(of)?.get(member)
}

fn role_of(entry: &Map<String, Value>, member: &str) -> Option<String> {
    let roles = entry.get("roles")?.as_object()?;
    roles.iter().find(|(_, list)| texts(Some(list)).iter().any(|m| m == member)).map(|(role, _)| role.clone())
}

/// The members that a setting speaks of: the keys of a map, the items of a list, the items of a map of lists.
fn members_named(setting: &Value) -> Vec<String> {
    match setting {
        Value::Array(_) => texts(Some(setting)),
        Value::Object(map) => map
            .iter()
            .flat_map(|(k, v)| {
                if k.starts_with(|c: char| c.is_uppercase()) && v.is_array() && !texts(Some(v)).is_empty() {
                    texts(Some(v))
                } else {
                    vec![k.clone()]
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What is always recorded has a value always, and a default is of the member's kind.
fn check_default(
    name: &str,
    member: &crate::model::Member,
    rule: Option<&MemberRule>,
    model: &Model,
) -> Result<(), Fault> {
    let Some(rule) = rule else { return Ok(()) };
    let Some(default) = &rule.default else {
        if rule.record == "Always" && !member.required {
            return fault(format!("`{name}.{}` is always recorded, but has no default", member.name));
        }
        return Ok(());
    };
    let fits = match (&model.shape(&member.shape)?.kind, default) {
        (Kind::Enum(values), Value::String(text)) => values.contains(text),
        (Kind::Enum(values), Value::Object(_)) => text(default, "or").is_ok_and(|t| values.iter().any(|v| v == t)),
        (Kind::Str, Value::String(_)) | (Kind::Bool, Value::Bool(_)) => true,
        (Kind::Int, Value::Number(n)) => n.is_i64(),
        (Kind::List(_), Value::Array(items)) => items.is_empty(),
        _ => false,
    };
    if fits { Ok(()) } else { fault(format!("the default of `{name}.{}` does not fit its shape", member.name)) }
}
