//! What the model lacks, and the proof that nothing is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::{Kind, Member, Model, object, text, texts};
use crate::{Fault, fault};

/// The four record rules: the name of the list in the overlay, and the variant.
const RULES: [(&str, &str); 4] =
    [("never", "Never"), ("if_sent", "IfSent"), ("always", "Always"), ("hidden", "Hidden")];

/// What else may stand beside a structure's record rules.
const SETTINGS: [&str; 7] =
    ["record_names", "conditions", "defaults", "no_default_in_conditions", "roles", "bounds", "present"];

/// What the overlay says of one member.
#[derive(Debug, Clone)]
pub(crate) struct MemberRule {
    pub(crate) record: &'static str,
    pub(crate) record_name: Option<String>,
    pub(crate) condition: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) default_in_conditions: bool,
    pub(crate) role: Option<String>,
    /// A narrower range than the shape's, which AWS's text states and its model does not.
    pub(crate) bounds: Option<(i64, i64)>,
}

#[derive(Debug)]
pub(crate) struct Overlay {
    pub(crate) states: BTreeMap<String, Vec<String>>,
    pub(crate) operations: BTreeMap<String, Value>,
    pub(crate) structures: BTreeMap<String, BTreeMap<String, MemberRule>>,
    /// Per structure of a response, the members that are always there though the model doesn't require them.
    present: BTreeMap<String, Vec<String>>,
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
        let (mut structures, mut present) = (BTreeMap::new(), BTreeMap::new());
        let entries = object(&whole, "structures")?;
        same("structures", model.structures(), entries.keys())?;
        let sent = model.sent()?;
        for (name, entry) in entries {
            structures.insert(name.clone(), read_structure(name, entry, model)?);
            present.insert(name.clone(), read_present(name, entry, model, &sent)?);
        }
        Ok(Self {
            states,
            operations,
            structures,
            present,
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

    /// The members of a structure that are always there though the model doesn't require them, in the
    /// order of the constructor's arguments.
    pub(crate) fn present(&self, structure: &str) -> &[String] {
        self.present.get(structure).map_or(&[], Vec::as_slice)
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
                bounds: setting(entry, "bounds", &member).map(range).transpose()?,
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
        check_bounds(name, member, rules.get(&member.name), model)?;
    }
    Ok(rules)
}

/// What is always there: members of responses alone, since what a request lacks is for validation to say.
fn read_present(name: &str, entry: &Value, model: &Model, sent: &BTreeSet<String>) -> Result<Vec<String>, Fault> {
    let present = texts(entry.get("present"));
    if !present.is_empty() && sent.contains(name) {
        return fault(format!("`{name}` stands in a request, so the model alone says what must be there"));
    }
    for (at, member) in present.iter().enumerate() {
        if present.iter().skip(at + 1).any(|other| other == member) {
            return fault(format!("`{name}.{member}` is present twice"));
        }
        if model.members(name)?.iter().any(|m| m.name == *member && m.required) {
            return fault(format!("`{name}.{member}` is required by the model, so it need not be said to be present"));
        }
    }
    Ok(present)
}

fn setting<'a>(entry: &'a Map<String, Value>, of: &str, member: &str) -> Option<&'a Value> {
    entry.get(of)?.get(member)
}

fn range(value: &Value) -> Result<(i64, i64), Fault> {
    match value.as_array().map(Vec::as_slice) {
        Some([min, max]) => match (min.as_i64(), max.as_i64()) {
            (Some(min), Some(max)) if min <= max => Ok((min, max)),
            _ => fault(format!("{value} is no range")),
        },
        _ => fault(format!("{value} is no range")),
    }
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

/// A range is narrower than the shape's.
fn check_bounds(name: &str, member: &Member, rule: Option<&MemberRule>, model: &Model) -> Result<(), Fault> {
    let Some((min, max)) = rule.and_then(|r| r.bounds) else { return Ok(()) };
    let shape = model.shape(&member.shape)?;
    if matches!(shape.kind, Kind::Int) && shape.min.is_none_or(|m| m <= min) && shape.max.is_none_or(|m| m >= max) {
        return Ok(());
    }
    fault(format!("the bounds of `{name}.{}` are not within its shape's", member.name))
}

/// What is always recorded has a value always, and a default is of the member's kind.
fn check_default(name: &str, member: &Member, rule: Option<&MemberRule>, model: &Model) -> Result<(), Fault> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../model")
    }

    /// Reads the overlay after `change`; gives the fault's text.
    fn refused(change: impl FnOnce(&mut Value)) -> String {
        let model = Model::load(&folder().join("kms-api.json")).unwrap();
        let mut whole: Value = serde_json::from_slice(&std::fs::read(folder().join("overlay.json")).unwrap()).unwrap();
        change(&mut whole);
        let read = Overlay::read(&whole.to_string(), &model).and_then(|overlay| crate::emit::all(&model, &overlay));
        read.err().map(|Fault(text)| text).expect("it must be refused")
    }

    fn list(whole: &mut Value, structure: &str, list: &str) -> Vec<Value> {
        whole["structures"][structure][list].as_array().cloned().unwrap_or_default()
    }

    #[test]
    fn a_member_without_an_entry_is_refused() {
        let text = refused(|w| w["structures"]["EncryptRequest"]["never"] = serde_json::json!(["Plaintext"]));
        assert!(text.contains("members of `EncryptRequest` without an entry in the overlay: [GrantTokens]"), "{text}");
    }

    #[test]
    fn an_entry_without_a_member_is_refused() {
        let text = refused(|w| {
            let mut never = list(w, "EncryptRequest", "never");
            never.push("Padding".into());
            w["structures"]["EncryptRequest"]["never"] = never.into();
        });
        assert!(text.contains("entries without any in the model: [Padding]"), "{text}");
        let text = refused(|w| w["structures"]["EncryptRequest"]["conditions"]["Padding"] = "kms:KeySpec".into());
        assert!(text.contains("`EncryptRequest.Padding`, which the model lacks"), "{text}");
    }

    #[test]
    fn a_member_in_two_rule_sets_is_refused() {
        let text = refused(|w| w["structures"]["EncryptRequest"]["hidden"] = serde_json::json!(["Plaintext"]));
        assert!(text.contains("`EncryptRequest.Plaintext` has two record rules"), "{text}");
    }

    #[test]
    fn an_operation_or_a_structure_without_an_entry_is_refused() {
        let text = refused(|w| drop(w["operations"].as_object_mut().unwrap().shift_remove("Sign")));
        assert!(text.contains("operations without an entry in the overlay: [Sign]"), "{text}");
        let text = refused(|w| drop(w["structures"].as_object_mut().unwrap().shift_remove("Tag")));
        assert!(text.contains("structures without an entry in the overlay: [Tag]"), "{text}");
    }

    #[test]
    fn a_row_that_does_not_fit_is_refused() {
        for (key, value, says) in [
            ("states", serde_json::json!("molten"), "no state column `molten`"),
            ("usage", serde_json::json!("any_day"), "unknown usage `any_day`"),
            ("permissions", serde_json::json!([["Frobnicate", "Key"]]), "no action `Frobnicate`"),
            ("permissions", serde_json::json!([["Sign", "Source"]]), "no key `Source` to ask about"),
            ("permissions", serde_json::json!([]), "no permission"),
            ("keys", serde_json::json!([{"member": "Kay", "role": "Key", "forms": "any"}]), "no member `Kay`"),
            ("read_only", serde_json::json!("yes"), "neither true nor false"),
            ("colour", serde_json::json!("red"), "unknown setting `colour`"),
        ] {
            let text = refused(|w| w["operations"]["Sign"][key] = value);
            assert!(text.contains(says), "{text}");
        }
        let text = refused(|w| drop(w["operations"]["Sign"].as_object_mut().unwrap().shift_remove("cross_account")));
        assert!(text.contains("operation `Sign`: no `cross_account`"), "{text}");
    }

    #[test]
    fn a_default_that_does_not_fit_and_a_missing_one_are_refused() {
        let text = refused(|w| w["structures"]["SignRequest"]["defaults"]["MessageType"] = "COOKED".into());
        assert!(text.contains("the default of `SignRequest.MessageType` does not fit"), "{text}");
        let text =
            refused(|w| drop(w["structures"]["EncryptRequest"].as_object_mut().unwrap().shift_remove("defaults")));
        assert!(text.contains("`EncryptRequest.EncryptionAlgorithm` is always recorded, but has no default"), "{text}");
        let text = refused(|w| w["structures"]["ListAliasesRequest"]["bounds"]["Limit"] = serde_json::json!([0, 2000]));
        assert!(text.contains("not within its shape's"), "{text}");
    }

    #[test]
    fn a_present_member_of_a_request_a_required_one_and_an_unknown_one_are_refused() {
        for (structure, member, says) in [
            ("EncryptRequest", "DryRun", "`EncryptRequest` stands in a request"),
            ("Tag", "TagKey", "`Tag` stands in a request"),
            ("KeyMetadata", "KeyId", "`KeyMetadata.KeyId` is required by the model"),
            ("EncryptResponse", "Padding", "`EncryptResponse.Padding`, which the model lacks"),
        ] {
            let text = refused(|w| w["structures"][structure]["present"] = serde_json::json!([member]));
            assert!(text.contains(says), "{text}");
        }
        let text = refused(|w| w["structures"]["SignResponse"]["present"] = serde_json::json!(["KeyId", "KeyId"]));
        assert!(text.contains("`SignResponse.KeyId` is present twice"), "{text}");
    }

    #[test]
    fn calls_that_do_not_fit_the_model_are_refused() {
        let values = |first: &str, second: &[&str]| {
            let pairs = serde_json::json!({"members": ["KeyUsage", "KeySpec"], "values": {first: second}});
            serde_json::json!({"together": {"KeyKind": pairs}})
        };
        for (operation, call, says) in [
            ("Decrypt", serde_json::json!({"wants": []}), "the calls of `Decrypt`: unknown setting `wants`"),
            ("Decrypt", serde_json::json!({"needs": ["Blob"]}), "`Blob` is no member that may be absent"),
            ("Encrypt", serde_json::json!({"needs": ["Plaintext"]}), "`Plaintext` is no member that may be absent"),
            ("Decrypt", serde_json::json!({"needs": ["KeyId"], "without": ["KeyId"]}), "`KeyId` is said twice"),
            ("Decrypt", serde_json::json!({"one_of": {"Secrets": ["CiphertextBlob"]}}), "must not be shown"),
            ("Decrypt", serde_json::json!({"forms": {"F": {"sets": {"DryRun": "yes"}}}}), "no value of `DryRun`"),
            ("Decrypt", serde_json::json!({"forms": {"DataKeyLength": {}}}), "`DataKeyLength` is two types of calls"),
            ("CreateKey", values("SIGN", &[]), "of `KeyUsage` stands on one side alone"),
            ("CreateKey", serde_json::json!({"one_of": {"DataKeyLength": ["KeySpec"]}}), "is two types of calls"),
        ] {
            let text = refused(|w| w["operations"][operation]["call"] = call);
            assert!(text.contains(says), "{says}: {text}");
        }
    }

    #[test]
    fn the_same_input_gives_the_same_files() {
        let model = Model::load(&folder().join("kms-api.json")).unwrap();
        let overlay = Overlay::load(&folder().join("overlay.json"), &model).unwrap();
        let texts = || crate::emit::all(&model, &overlay).unwrap().into_iter().map(|f| f.text).collect::<Vec<_>>();
        assert_eq!(texts(), texts());
    }
}
