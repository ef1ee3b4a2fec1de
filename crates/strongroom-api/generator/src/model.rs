//! AWS's model as it is written, and what can be read from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::{Fault, fault};

/// A shape.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) pattern: Option<String>,
    pub(crate) sensitive: bool,
    pub(crate) exception: bool,
    pub(crate) fault: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Str,
    Enum(Vec<String>),
    Blob,
    Int,
    Bool,
    Time,
    List(String),
    Map(String, String),
    Struct(Vec<Member>),
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) shape: String,
    pub(crate) required: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) input: String,
    pub(crate) output: Option<String>,
    pub(crate) errors: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) operations: BTreeMap<String, Operation>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Fault> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| Fault(format!("no text `{key}` in {value}")))
}

pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .map(|items| items.iter().filter_map(Value::as_str).map(String::from).collect())
        .unwrap_or_default()
}

pub(crate) fn object<'a>(value: &'a Value, key: &str) -> Result<&'a serde_json::Map<String, Value>, Fault> {
    value.get(key).and_then(Value::as_object).ok_or_else(|| Fault(format!("no object `{key}`")))
}

impl Model {
    pub(crate) fn load(path: &Path) -> Result<Self, Fault> {
        let whole: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        let mut shapes = BTreeMap::new();
        for (name, value) in object(&whole, "shapes")? {
            shapes.insert(name.clone(), read_shape(name, value)?);
        }
        let mut operations = BTreeMap::new();
        for (name, value) in object(&whole, "operations")? {
            let input = text(value.get("input").unwrap_or(&Value::Null), "shape")?.to_owned();
            let output = value.get("output").map(|o| text(o, "shape").map(str::to_owned)).transpose()?;
            let errors = value.get("errors").and_then(Value::as_array).into_iter().flatten();
            let errors = errors.map(|e| text(e, "shape").map(str::to_owned)).collect::<Result<_, _>>()?;
            operations.insert(name.clone(), Operation { input, output, errors });
        }
        Ok(Self { operations, shapes })
    }

    pub(crate) fn shape(&self, name: &str) -> Result<&Shape, Fault> {
        self.shapes.get(name).ok_or_else(|| Fault(format!("the model has no shape `{name}`")))
    }

    /// The members of a structure.
    pub(crate) fn members(&self, name: &str) -> Result<&[Member], Fault> {
        match &self.shape(name)?.kind {
            Kind::Struct(members) => Ok(members),
            _ => fault(format!("`{name}` is no structure")),
        }
    }

    /// All structures but exceptions.
    pub(crate) fn structures(&self) -> impl Iterator<Item = &String> {
        self.shapes.iter().filter(|(_, s)| !s.exception && matches!(s.kind, Kind::Struct(_))).map(|(name, _)| name)
    }

    /// `from` and every shape that it is made of.
    pub(crate) fn reach(&self, from: &str, into: &mut BTreeSet<String>) -> Result<(), Fault> {
        if !into.insert(from.to_owned()) {
            return Ok(());
        }
        match &self.shape(from)?.kind {
            Kind::List(item) => self.reach(item, into),
            Kind::Map(key, value) => self.reach(key, into).and_then(|()| self.reach(value, into)),
            Kind::Struct(members) => members.iter().try_for_each(|m| self.reach(&m.shape, into)),
            _ => Ok(()),
        }
    }

    /// Every shape of a request.
    pub(crate) fn sent(&self) -> Result<BTreeSet<String>, Fault> {
        let mut all = BTreeSet::new();
        self.operations.values().try_for_each(|operation| self.reach(&operation.input, &mut all))?;
        Ok(all)
    }

    /// Every shape of a request or a response.
    pub(crate) fn reachable(&self) -> Result<BTreeSet<String>, Fault> {
        let mut all = BTreeSet::new();
        for operation in self.operations.values() {
            self.reach(&operation.input, &mut all)?;
            operation.output.iter().try_for_each(|o| self.reach(o, &mut all))?;
        }
        Ok(all)
    }
}

fn read_shape(name: &str, value: &Value) -> Result<Shape, Fault> {
    let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
    let inner = |key: &str| {
        value
            .get(key)
            .map_or_else(|| fault(format!("`{name}` has no `{key}`")), |v| text(v, "shape").map(str::to_owned))
    };
    let kind = match text(value, "type")? {
        "string" if value.get("enum").is_some() => Kind::Enum(texts(value.get("enum"))),
        "string" => Kind::Str,
        "blob" => Kind::Blob,
        "integer" => Kind::Int,
        "boolean" => Kind::Bool,
        "timestamp" => Kind::Time,
        "list" => Kind::List(inner("member")?),
        "map" => Kind::Map(inner("key")?, inner("value")?),
        "structure" => Kind::Struct(read_members(value)?),
        other => return fault(format!("`{name}` is of an unknown type `{other}`")),
    };
    Ok(Shape {
        kind,
        min: value.get("min").and_then(Value::as_i64),
        max: value.get("max").and_then(Value::as_i64),
        pattern: value.get("pattern").and_then(Value::as_str).map(String::from),
        sensitive: flag("sensitive"),
        exception: flag("exception"),
        fault: flag("fault"),
    })
}

fn read_members(value: &Value) -> Result<Vec<Member>, Fault> {
    let required = texts(value.get("required"));
    let mut members = Vec::new();
    for (name, member) in object(value, "members")? {
        members.push(Member {
            name: name.clone(),
            shape: text(member, "shape")?.to_owned(),
            required: required.contains(name),
        });
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(missing) = required.iter().find(|r| !members.iter().any(|m| m.name == **r)) {
        return fault(format!("`{missing}` is required and no member"));
    }
    Ok(members)
}
