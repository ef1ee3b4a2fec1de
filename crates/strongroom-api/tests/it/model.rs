//! AWS's model read afresh, with values made from it and an oracle of its own: nothing here is
//! generated, and patterns are left to the `regex` crate.

use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value, json};

pub(crate) struct Model {
    whole: Value,
    overlay: Value,
    patterns: HashMap<String, Regex>,
}

/// Standard base64 with padding, written out: the crate's own encoder is under test.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = char::from(ALPHABET[(word >> (18 - 6 * i) & 63) as usize]);
            out.push(if i <= chunk.len() { digit } else { '=' });
        }
    }
    out
}

/// How much of a valid value there is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Extent {
    /// Every member, each as long or great as can be.
    Fullest,
    /// Every member, each as short or small as can be.
    Complete,
    /// What the model requires and what is always there, as short or small as can be.
    Smallest,
    /// What the model requires, as short or small as can be.
    Required,
}

/// Lengths that a value can't be given in a test without reason.
const UNBOUNDED: u64 = 40;

/// Ranges that AWS's text states and its model does not: the greatest `Limit` per operation (API
/// reference of each).
const NARROWER: [(&str, &str, u64, u64); 4] = [
    ("ListAliasesRequest", "Limit", 1, 100),
    ("ListGrantsRequest", "Limit", 1, 100),
    ("ListRetirableGrantsRequest", "Limit", 1, 100),
    ("ListResourceTagsRequest", "Limit", 1, 50),
];

impl Model {
    pub(crate) fn load() -> Self {
        let mut whole: Value = serde_json::from_str(include_str!("../../model/kms-api.json")).unwrap();
        for (structure, member, min, max) in NARROWER {
            let own = format!("{structure}.{member}");
            whole["shapes"][&own] = json!({"type": "integer", "min": min, "max": max});
            whole["shapes"][structure]["members"][member]["shape"] = json!(own);
        }
        let mut patterns = HashMap::new();
        for shape in whole["shapes"].as_object().unwrap().values() {
            if let Some(pattern) = shape["pattern"].as_str() {
                // Java's classes are ASCII, and the whole text must match.
                let ascii = pattern.replace("\\w", "a-zA-Z0-9_");
                let ascii = ascii.replace("\\s", " \\t\\n\\x0b\\x0c\\r").replace("\\d", "[0-9]");
                patterns.insert(pattern.into(), Regex::new(&format!("^(?:{ascii})$")).unwrap());
            }
        }
        let overlay = serde_json::from_str(include_str!("../../model/overlay.json")).unwrap();
        Self { whole, overlay, patterns }
    }

    pub(crate) fn operations(&self) -> Vec<String> {
        self.whole["operations"].as_object().unwrap().keys().cloned().collect()
    }

    pub(crate) fn input(&self, operation: &str) -> String {
        self.whole["operations"][operation]["input"]["shape"].as_str().unwrap().into()
    }

    pub(crate) fn output(&self, operation: &str) -> Option<String> {
        self.whole["operations"][operation]["output"]["shape"].as_str().map(String::from)
    }

    pub(crate) fn errors(&self, operation: &str) -> Vec<String> {
        let list = self.whole["operations"][operation]["errors"].as_array().unwrap();
        list.iter().map(|e| e["shape"].as_str().unwrap().into()).collect()
    }

    pub(crate) fn exceptions(&self) -> Vec<String> {
        let shapes = self.whole["shapes"].as_object().unwrap();
        shapes.iter().filter(|(_, s)| s["exception"] == true).map(|(name, _)| name.clone()).collect()
    }

    pub(crate) fn shape(&self, name: &str) -> &Value {
        &self.whole["shapes"][name]
    }

    /// Name, shape and whether it is required, of every member.
    pub(crate) fn members(&self, structure: &str) -> Vec<(String, String, bool)> {
        let shape = self.shape(structure);
        let required = shape["required"].as_array().cloned().unwrap_or_default();
        let members = shape["members"].as_object().unwrap();
        members
            .iter()
            .map(|(name, m)| (name.clone(), m["shape"].as_str().unwrap().into(), required.contains(&json!(name))))
            .collect()
    }

    fn inner(&self, shape: &str, key: &str) -> String {
        self.shape(shape)[key]["shape"].as_str().unwrap().into()
    }

    /// A text of `len` characters that fits the shape's pattern if any text of that length does.
    pub(crate) fn text(&self, shape: &str, len: u64) -> String {
        let (start, filler, end) = match self.shape(shape)["pattern"].as_str().unwrap_or_default() {
            "[0-9]{12}" => ("", '1', ""),
            "cluster-[2-7a-zA-Z]{11,16}" => ("cluster-", 'k', ""),
            p if p.starts_with("^arn:aws") => ("arn:aws:s3::111122223333:", 'b', ""),
            p if p.starts_with("^([a-z]+-)") => ("eu-west-", '1', ""),
            p if p.starts_with("^([A-Za-z0-9\\-]+)\\.") => ("a.b.", 'c', ""),
            p if p.starts_with("^https://") => ("https://", 'h', ""),
            p if p.starts_with("^(/[a-zA-Z0-9") && len > 12 => ("/", 'p', "/kms/xks/v1"),
            p if p.starts_with("^(/[a-zA-Z0-9") => ("", '/', "/kms/xks/v1"),
            p if p.starts_with("^(com|eu)") => ("com.amazonaws.vpce.eu-west-1.vpce-svc-", '0', ""),
            "^[A-Z2-7]+$" => ("", 'Q', ""),
            _ => ("", 'a', ""),
        };
        let len = usize::try_from(len).unwrap();
        let room = len.saturating_sub(start.len() + end.len());
        let whole = format!("{start}{}{end}", filler.to_string().repeat(room));
        whole.chars().take(len).collect()
    }

    fn bound(&self, shape: &str, which: &str) -> Option<u64> {
        self.shape(shape)[which].as_u64()
    }

    /// A valid value.
    pub(crate) fn valid(&self, shape: &str, extent: Extent) -> Value {
        let full = extent == Extent::Fullest;
        let min = self.bound(shape, "min").unwrap_or(0);
        let size = if full { self.bound(shape, "max").unwrap_or(UNBOUNDED) } else { min };
        match self.shape(shape)["type"].as_str().unwrap() {
            "string" => match self.shape(shape)["enum"].as_array() {
                Some(values) => values[if full { values.len() - 1 } else { 0 }].clone(),
                None => json!(self.shortest_fit(shape, size, full)),
            },
            "blob" => json!(base64(&vec![0xa5; usize::try_from(size).unwrap()])),
            "integer" => json!(size),
            "boolean" => json!(full),
            "timestamp" => {
                if full {
                    json!(1_521_097_200.123)
                } else {
                    json!(1_521_097_200)
                }
            }
            "list" => {
                let item = self.inner(shape, "member");
                let count = if full { self.bound(shape, "max").unwrap_or(3) } else { min };
                json!((0..count).map(|_| self.valid(&item, extent)).collect::<Vec<_>>())
            }
            "map" if full => json!({"b": "2", "a": "1", "": "é\u{1f511}\"\\\n"}),
            "map" => json!({}),
            "structure" => self.structure(shape, extent),
            other => panic!("{other}"),
        }
    }

    /// The text of `size`, or the next longer one that fits the pattern (a pattern may need more than the minimum).
    fn shortest_fit(&self, shape: &str, size: u64, full: bool) -> String {
        let fits = |text: &String| self.text_violations(shape, text).is_empty();
        let mut sizes: Box<dyn Iterator<Item = u64>> = if full { Box::new((0..=size).rev()) } else { Box::new(size..) };
        sizes.find_map(|n| Some(self.text(shape, n)).filter(fits)).unwrap()
    }

    /// Whether the overlay says that a member is always there.
    pub(crate) fn present(&self, structure: &str, member: &str) -> bool {
        let list = self.overlay["structures"][structure]["present"].as_array();
        list.is_some_and(|list| list.contains(&json!(member)))
    }

    fn structure(&self, shape: &str, extent: Extent) -> Value {
        let wanted = |member: &str, required: bool| match extent {
            Extent::Fullest | Extent::Complete => true,
            Extent::Smallest => required || self.present(shape, member),
            Extent::Required => required,
        };
        let members = self.members(shape).into_iter().filter(|(name, _, required)| wanted(name, *required));
        Value::Object(members.map(|(name, of, _)| (name, self.valid(&of, extent))).collect::<Map<_, _>>())
    }

    /// Values of the shape that each break something, with what they are about.
    pub(crate) fn broken(&self, shape: &str) -> Vec<(String, Value)> {
        let (min, max) = (self.bound(shape, "min"), self.bound(shape, "max"));
        let mut all: Vec<(String, Value)> = Vec::new();
        match self.shape(shape)["type"].as_str().unwrap() {
            "string" if self.shape(shape)["enum"].is_array() => all.push(("enum".into(), json!("NOT_A_VALUE"))),
            "string" => {
                all.extend(min.filter(|m| *m > 0).map(|m| ("short".into(), json!(self.text(shape, m - 1)))));
                all.extend(max.map(|m| ("long".into(), json!(self.text(shape, m + 1)))));
                if self.shape(shape)["pattern"].is_string() {
                    let good = self.valid(shape, Extent::Fullest);
                    let rest: String = good.as_str().unwrap().chars().skip(1).collect();
                    all.push(("pattern".into(), json!(format!("\u{2603}{rest}"))));
                }
            }
            "blob" => {
                let of = |n: u64| json!(base64(&vec![7; usize::try_from(n).unwrap()]));
                all.extend(min.filter(|m| *m > 0).map(|m| ("short".into(), of(m - 1))));
                all.extend(max.map(|m| ("long".into(), of(m + 1))));
            }
            "integer" => {
                all.extend(min.map(|m| ("small".into(), json!(m - 1))));
                all.extend(max.map(|m| ("great".into(), json!(m + 1))));
            }
            "list" => {
                let item = self.inner(shape, "member");
                let of = |n: u64| json!((0..n).map(|_| self.valid(&item, Extent::Smallest)).collect::<Vec<_>>());
                all.extend(min.filter(|m| *m > 0).map(|m| ("few".into(), of(m - 1))));
                all.extend(max.map(|m| ("many".into(), of(m + 1))));
                for (what, value) in self.broken(&item) {
                    all.push((format!("item {what}"), json!([self.valid(&item, Extent::Complete), value])));
                }
            }
            "structure" => {
                let full = self.valid(shape, Extent::Complete);
                for (name, of, required) in self.members(shape) {
                    if required {
                        let mut without = full.clone();
                        without.as_object_mut().unwrap().shift_remove(&name);
                        all.push((format!("{name} missing"), without));
                    }
                    for (what, value) in self.broken(&of) {
                        let mut with = full.clone();
                        with[&name] = value;
                        all.push((format!("{name} {what}"), with));
                    }
                }
            }
            _ => {}
        }
        all
    }

    /// Documents in which one value is of a wrong JSON type.
    pub(crate) fn mistyped(&self, shape: &str) -> Vec<Value> {
        let strange = [json!("x y"), json!(7), json!(1.5), json!(true), json!([]), json!({}), json!(5_000_000_000_i64)];
        let kind = self.shape(shape)["type"].as_str().unwrap();
        let fits = |v: &Value| match kind {
            "string" => v.is_string(),
            "integer" => v.as_i64().is_some_and(|n| n < 1 << 31),
            "boolean" => v.is_boolean(),
            "timestamp" => v.is_number(),
            "list" => v.is_array(),
            "map" | "structure" => v.is_object(),
            _ => false, // `x y` is no base64 either
        };
        let mut all: Vec<Value> = strange.into_iter().filter(|v| !fits(v)).collect();
        match kind {
            "list" => {
                all.extend(self.mistyped(&self.inner(shape, "member")).into_iter().map(|v| json!([v])));
                all.push(json!([null]));
            }
            "map" => all.extend([json!({"a": null}), json!({"a": []}), json!({"a": {}})]),
            "structure" => {
                let full = self.valid(shape, Extent::Smallest);
                for (name, of, _) in self.members(shape) {
                    all.extend(self.mistyped(&of).into_iter().map(|v| {
                        let mut with = full.clone();
                        with[&name] = v;
                        with
                    }));
                }
            }
            _ => {}
        }
        all
    }

    fn text_violations(&self, shape: &str, text: &str) -> Vec<String> {
        let len = u64::try_from(text.chars().count()).unwrap();
        let mut found = self.size_violations(shape, "length", i64::try_from(len).unwrap());
        if let Some(pattern) = self.shape(shape)["pattern"].as_str()
            && !self.patterns[pattern].is_match(text)
        {
            found.push(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        if let Some(values) = self.shape(shape)["enum"].as_array()
            && !values.contains(&json!(text))
        {
            let list: Vec<&str> = values.iter().map(|v| v.as_str().unwrap()).collect();
            found.push(format!("Member must satisfy enum value set: [{}]", list.join(", ")));
        }
        found
    }

    fn size_violations(&self, shape: &str, what: &str, size: i64) -> Vec<String> {
        let min = self.shape(shape)["min"].as_i64().filter(|m| size < *m);
        let max = self.shape(shape)["max"].as_i64().filter(|m| size > *m);
        min.map(|m| format!("Member must have {what} greater than or equal to {m}"))
            .into_iter()
            .chain(max.map(|m| format!("Member must have {what} less than or equal to {m}")))
            .collect()
    }

    /// What AWS would say of a value, as `(path, constraint)` in the order of the members.
    pub(crate) fn expected(&self, shape: &str, value: &Value, path: &str) -> Vec<(String, String)> {
        let here = |list: Vec<String>| list.into_iter().map(|c| (path.to_owned(), c)).collect::<Vec<_>>();
        match self.shape(shape)["type"].as_str().unwrap() {
            "string" => here(self.text_violations(shape, value.as_str().unwrap())),
            "blob" => {
                let text = value.as_str().unwrap();
                let len = text.len() / 4 * 3 - text.matches('=').count();
                here(self.size_violations(shape, "length", i64::try_from(len).unwrap()))
            }
            "integer" => here(self.size_violations(shape, "value", value.as_i64().unwrap())),
            "list" => {
                let items = value.as_array().unwrap();
                let mut all = here(self.size_violations(shape, "length", i64::try_from(items.len()).unwrap()));
                for (at, item) in items.iter().enumerate() {
                    all.extend(self.expected(&self.inner(shape, "member"), item, &format!("{path}.{}.member", at + 1)));
                }
                all
            }
            "structure" => {
                let mut all = Vec::new();
                for (name, of, required) in self.members(shape) {
                    let mut lower = name.clone();
                    lower[..1].make_ascii_lowercase();
                    let path = if path.is_empty() { lower } else { format!("{path}.{lower}") };
                    match value.get(&name) {
                        Some(value) => all.extend(self.expected(&of, value, &path)),
                        None if required => all.push((path, "Member must not be null".into())),
                        None => {}
                    }
                }
                all
            }
            _ => Vec::new(),
        }
    }
}
