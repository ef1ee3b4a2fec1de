//! What decides between an answer and a refusal: AWS's model read afresh, and the rules below. Nothing here is shared with
//! the code under test, and patterns are left to the `regex` crate.
//!
//! 1. A text that is not JSON (RFC 8259, in UTF-8), that nests deeper than 16, or in which a value is of another type than
//!    the model's, is a `SerializationException`; so is a member or a context key that stands twice, and a list of more than
//!    1,000 items. The types are those
//!    of AWS JSON 1.1: a blob is standard base64 with padding, an integer has no fraction and fits 32 bits.
//! 2. `null` in place of a member is its absence, and members that the model does not have are passed over.
//! 3. What is left is held against every constraint; all that are violated stand in one `ValidationException`.
//! 4. An encryption context over 8,192 bytes is a `ValidationException` of its own.
//! 5. Everything else is a request, and the operation's to answer.

use std::collections::{HashMap, HashSet};

use regex::Regex;
use serde_json::{Value, json};

use super::json::Json;

/// The deepest JSON that is read.
pub(super) const DEPTH: usize = 16;

/// Ranges that AWS's text states and its model does not (API reference of each operation).
const NARROWER: [(&str, &str, i64, i64); 4] = [
    ("ListAliasesRequest", "Limit", 1, 100),
    ("ListGrantsRequest", "Limit", 1, 100),
    ("ListRetirableGrantsRequest", "Limit", 1, 100),
    ("ListResourceTagsRequest", "Limit", 1, 50),
];

/// What the rules say of a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    Serialization,
    /// `(path, constraint)` in the order of the model's members.
    Violations(Vec<(String, String)>),
    TooLong,
    Request,
}

#[derive(Debug)]
pub(super) struct Model {
    whole: Value,
    overlay: Value,
    patterns: HashMap<String, Regex>,
}

/// A member of a structure.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) shape: String,
    pub(super) required: bool,
}

impl Model {
    pub(super) fn load() -> Self {
        let mut whole: Value =
            serde_json::from_str(include_str!("../../../../strongroom-api/model/kms-api.json")).unwrap();
        for (structure, member, min, max) in NARROWER {
            let own = format!("{structure}.{member}");
            whole["shapes"][&own] = json!({"type": "integer", "min": min, "max": max});
            whole["shapes"][structure]["members"][member]["shape"] = json!(own);
        }
        let mut patterns = HashMap::new();
        for pattern in whole["shapes"].as_object().unwrap().values().filter_map(|s| s["pattern"].as_str()) {
            // Java's classes are ASCII, and the whole text must match.
            let ascii = pattern.replace("\\w", "a-zA-Z0-9_").replace("\\d", "[0-9]");
            let ascii = ascii.replace("\\s", " \\t\\n\\x0b\\x0c\\r");
            patterns.insert(pattern.to_owned(), Regex::new(&format!("^(?:{ascii})$")).unwrap());
        }
        let overlay = serde_json::from_str(include_str!("../../../../strongroom-api/model/overlay.json")).unwrap();
        Self { whole, overlay, patterns }
    }

    pub(super) fn input(&self, operation: &str) -> String {
        self.whole["operations"][operation]["input"]["shape"].as_str().unwrap().to_owned()
    }

    fn shape(&self, name: &str) -> &Value {
        &self.whole["shapes"][name]
    }

    pub(super) fn kind(&self, shape: &str) -> &str {
        self.shape(shape)["type"].as_str().unwrap()
    }

    pub(super) fn bound(&self, shape: &str, which: &str) -> Option<i64> {
        self.shape(shape)[which].as_i64()
    }

    pub(super) fn enumeration(&self, shape: &str) -> Vec<&str> {
        self.shape(shape)["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub(super) fn has_pattern(&self, shape: &str) -> bool {
        self.shape(shape)["pattern"].is_string()
    }

    /// The shape of a list's items or a map's values.
    pub(super) fn inner(&self, shape: &str, which: &str) -> String {
        self.shape(shape)[which]["shape"].as_str().unwrap().to_owned()
    }

    pub(super) fn members(&self, structure: &str) -> Vec<Member> {
        let shape = self.shape(structure);
        let required = |name: &String| shape["required"].as_array().is_some_and(|list| list.contains(&json!(name)));
        let members = shape["members"].as_object().unwrap().iter();
        members
            .map(|(name, member)| Member {
                name: name.clone(),
                shape: member["shape"].as_str().unwrap().to_owned(),
                required: required(name),
            })
            .collect()
    }

    /// Whether values of a member are shown to nobody: in no message, in no event.
    pub(super) fn is_hidden(&self, structure: &str, member: &Member) -> bool {
        let never = self.overlay["structures"][structure]["never"].as_array();
        self.shape(&member.shape)["sensitive"] == true || never.is_some_and(|list| list.contains(&json!(member.name)))
    }

    /// The rules, applied to the request of an operation.
    pub(super) fn judge(&self, operation: &str, request: &Json) -> Verdict {
        let shape = self.input(operation);
        if request.depth() > DEPTH || !self.is_typed(&shape, request) {
            return Verdict::Serialization;
        }
        if self.has_long_context(&shape, request) {
            return Verdict::TooLong;
        }
        match self.violations(&shape, request, "") {
            list if list.is_empty() => Verdict::Request,
            // So many are told.
            list => Verdict::Violations(list.into_iter().take(1_000).collect()),
        }
    }

    /// The first rule, for a value that is there.
    fn is_typed(&self, shape: &str, value: &Json) -> bool {
        match (self.kind(shape), value) {
            ("string", Json::Text(_)) | ("boolean", Json::Bool(_)) => true,
            ("blob", Json::Text(text)) => blob_len(text).is_some(),
            ("integer", Json::Number(text)) => text.parse::<i32>().is_ok(),
            // Seconds, as far from 1970 as nanoseconds in 64 bits go.
            ("timestamp", Json::Number(text)) => text.parse::<f64>().unwrap().abs() < 9_223_372_036.0,
            ("list", Json::List(items)) => {
                let item = self.inner(shape, "member");
                items.len() <= 1_000 && items.iter().all(|value| self.is_typed(&item, value))
            }
            ("map", Json::Object(pairs)) => {
                let scalar = |v: &Json| matches!(v, Json::Text(_) | Json::Number(_) | Json::Bool(_));
                are_distinct(pairs.iter().map(|(name, _)| name)) && pairs.iter().all(|(_, value)| scalar(value))
            }
            ("structure", Json::Object(given)) => {
                let members = self.members(shape);
                let known = |name: &String| members.iter().find(|member| &member.name == name);
                are_distinct(given.iter().map(|(name, _)| name).filter(|name| known(name).is_some()))
                    && given.iter().all(|(name, value)| {
                        *value == Json::Null || known(name).is_none_or(|member| self.is_typed(&member.shape, value))
                    })
            }
            _ => false,
        }
    }

    fn has_long_context(&self, shape: &str, value: &Json) -> bool {
        match (self.kind(shape), value) {
            ("map", Json::Object(pairs)) => {
                let len = |value: &Json| match value {
                    Json::Text(text) | Json::Number(text) => text.len(),
                    Json::Bool(value) => value.to_string().len(),
                    _ => 0,
                };
                2 + pairs.iter().map(|(name, value)| 4 + name.len() + len(value)).sum::<usize>() > 8_192
            }
            ("structure", Json::Object(_)) => {
                let there = |member: &Member| value.get(&member.name).filter(|value| **value != Json::Null).cloned();
                self.members(shape).iter().any(|m| there(m).is_some_and(|v| self.has_long_context(&m.shape, &v)))
            }
            _ => false,
        }
    }

    fn violations(&self, shape: &str, value: &Json, path: &str) -> Vec<(String, String)> {
        let here = |list: Vec<String>| list.into_iter().map(|what| (path.to_owned(), what)).collect::<Vec<_>>();
        match value {
            Json::Text(text) if self.kind(shape) == "blob" => {
                here(self.size(shape, "length", blob_len(text).unwrap_or(0)))
            }
            Json::Text(text) => here(self.text(shape, text)),
            Json::Number(text) if self.kind(shape) == "integer" => {
                here(self.size(shape, "value", text.parse().unwrap()))
            }
            Json::List(items) => {
                let mut all = here(self.size(shape, "length", i64::try_from(items.len()).unwrap()));
                let item = self.inner(shape, "member");
                for (at, value) in items.iter().enumerate() {
                    all.extend(self.violations(&item, value, &format!("{path}.{}.member", at + 1)));
                }
                all
            }
            Json::Object(_) if self.kind(shape) == "structure" => {
                let mut all = Vec::new();
                for Member { name, shape, required } in self.members(shape) {
                    let lower = format!("{}{}", name[..1].to_ascii_lowercase(), &name[1..]);
                    let path = if path.is_empty() { lower } else { format!("{path}.{lower}") };
                    match value.get(&name).filter(|value| **value != Json::Null) {
                        Some(value) => all.extend(self.violations(&shape, value, &path)),
                        None if required => all.push((path, "Member must not be null".to_owned())),
                        None => {}
                    }
                }
                all
            }
            _ => Vec::new(),
        }
    }

    fn size(&self, shape: &str, what: &str, size: i64) -> Vec<String> {
        let least = self.bound(shape, "min").filter(|min| size < *min);
        let most = self.bound(shape, "max").filter(|max| size > *max);
        let least = least.map(|min| format!("Member must have {what} greater than or equal to {min}"));
        let most = most.map(|max| format!("Member must have {what} less than or equal to {max}"));
        least.into_iter().chain(most).collect()
    }

    fn text(&self, shape: &str, text: &str) -> Vec<String> {
        let mut all = self.size(shape, "length", i64::try_from(text.chars().count()).unwrap());
        // A text that is longer than any that could match is not matched.
        let bounded = self.bound(shape, "max").is_none_or(|max| text.len() <= usize::try_from(max * 4).unwrap());
        if let Some(pattern) = self.shape(shape)["pattern"].as_str().filter(|_| bounded)
            && !self.patterns[pattern].is_match(text)
        {
            all.push(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        let values = self.enumeration(shape);
        if !values.is_empty() && !values.contains(&text) {
            all.push(format!("Member must satisfy enum value set: [{}]", values.join(", ")));
        }
        all
    }
}

fn are_distinct<'a>(mut names: impl Iterator<Item = &'a String>) -> bool {
    let mut seen = HashSet::new();
    names.all(|name| seen.insert(name))
}

/// The bytes of standard base64 with padding whose unused bits are zero (RFC 4648 §3.5); `None` for anything else.
pub(super) fn blob_len(text: &str) -> Option<i64> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if !text.len().is_multiple_of(4) || padding > 2 || (text.is_empty() && padding > 0) {
        return None;
    }
    let digits: Vec<usize> = body.chars().map(|c| ALPHABET.find(c)).collect::<Option<_>>()?;
    let unused = [0, 0b11, 0b1111][padding];
    if digits.last().is_some_and(|last| last & unused != 0) {
        return None;
    }
    i64::try_from(text.len() / 4 * 3 - padding).ok()
}
