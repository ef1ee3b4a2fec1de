//! What the overlay says of an operation's calls in Rust: what they need, and what can't stand together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::model::{Kind, Member, Model, texts};
use crate::overlay::Overlay;
use crate::{Fault, fault};

/// How an operation is called.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// The members that must be there though the model lets them be absent.
    pub(crate) needs: Vec<String>,
    /// Per type, the members of which there is exactly one.
    pub(crate) one_of: BTreeMap<String, Vec<String>>,
    /// Per type, the two members that fit together by a table.
    pub(crate) together: BTreeMap<String, Together>,
    /// The members that have no setter: another member or a form says it.
    without: Vec<String>,
    /// The other ways to call it.
    pub(crate) forms: BTreeMap<String, Form>,
}

/// Two enumerations of which not every pair is one of AWS's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Together {
    /// The member that the other's type says, and the one that keeps its setter.
    pub(crate) members: (String, String),
    /// Per value of the first, those of the second.
    pub(crate) values: Vec<(String, Vec<String>)>,
}

/// A call that is made otherwise.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) needs: Vec<String>,
    pub(crate) sets: Vec<(String, Value)>,
}

impl Calls {
    /// What the overlay says of `operation`.
    pub(crate) fn of(operation: &str, model: &Model, overlay: &Overlay) -> Result<Self, Fault> {
        let Some(entry) = overlay.operations.get(operation).and_then(|entry| entry.get("call")) else {
            return Ok(Self::default());
        };
        let input = model.operations.get(operation).map_or("", |operation| operation.input.as_str());
        let calls = Self::read(entry).map_err(|Fault(text)| Fault(format!("the calls of `{operation}`: {text}")))?;
        calls
            .check(input, model, overlay)
            .map_err(|Fault(text)| Fault(format!("the calls of `{operation}`: {text}")))?;
        Ok(calls)
    }

    fn read(entry: &Value) -> Result<Self, Fault> {
        known(entry, &["needs", "one_of", "together", "without", "forms"])?;
        Ok(Self {
            needs: texts(entry.get("needs")),
            one_of: entries(entry, "one_of").map(|(name, members)| (name.clone(), texts(Some(members)))).collect(),
            together: each(entry, "together", Together::read)?,
            without: texts(entry.get("without")),
            forms: each(entry, "forms", Form::read)?,
        })
    }

    /// The members that no form has a setter for.
    pub(crate) fn said(&self) -> BTreeSet<&String> {
        let one_of = self.one_of.values().flatten();
        let together = self.together.values().flat_map(|both| [&both.members.0, &both.members.1]);
        self.needs.iter().chain(one_of).chain(together).chain(&self.without).collect()
    }

    /// The members that a form says, so that only the usual call has a setter for them.
    pub(crate) fn formed(&self) -> BTreeSet<&String> {
        self.forms.values().flat_map(|form| form.needs.iter().chain(form.sets.iter().map(|(name, _)| name))).collect()
    }

    fn check(&self, input: &str, model: &Model, overlay: &Overlay) -> Result<(), Fault> {
        let members = model.members(input)?;
        let find = |name: &String| {
            let found = members.iter().find(|member| member.name == *name && !member.required);
            found.ok_or_else(|| Fault(format!("`{name}` is no member that may be absent")))
        };
        let mut seen = BTreeSet::new();
        for list in [&self.needs, &self.without].into_iter().chain(self.one_of.values()) {
            list.iter().try_for_each(|name| once(name, &mut seen).and_then(|()| find(name).map(drop)))?;
        }
        for name in self.one_of.values().flatten() {
            if overlay.rule(input, name)?.record == "Never" {
                return fault(format!("`{name}` must not be shown, and a type that holds it would"));
            }
        }
        for both in self.together.values() {
            once(&both.members.0, &mut seen)?;
            once(&both.members.1, &mut seen)?;
            both.check(find(&both.members.0)?, find(&both.members.1)?, model)?;
        }
        for form in self.forms.values() {
            form.needs
                .iter()
                .chain(form.sets.iter().map(|(name, _)| name))
                .try_for_each(|name| find(name).map(drop))?;
        }
        Ok(())
    }
}

impl Together {
    fn read(value: &Value) -> Result<Self, Fault> {
        known(value, &["members", "values"])?;
        let [first, second] = texts(value.get("members")).try_into().map_err(|_| Fault("two members".into()))?;
        let values = entries(value, "values").map(|(name, values)| (name.clone(), texts(Some(values)))).collect();
        Ok(Self { members: (first, second), values })
    }

    /// Every value of both enumerations stands in the table, and nothing else does.
    fn check(&self, first: &Member, second: &Member, model: &Model) -> Result<(), Fault> {
        let listed = self.values.iter().map(|(name, _)| name).collect();
        same(first, &listed, model)?;
        same(second, &self.values.iter().flat_map(|(_, values)| values).collect(), model)
    }
}

impl Form {
    fn read(value: &Value) -> Result<Self, Fault> {
        known(value, &["needs", "sets"])?;
        let sets = entries(value, "sets").map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(Self { needs: texts(value.get("needs")), sets })
    }
}

/// The types of all calls: each is said once, or the same each time.
pub(crate) fn types(model: &Model, overlay: &Overlay) -> Result<BTreeMap<String, Type>, Fault> {
    let mut all: BTreeMap<String, Type> = BTreeMap::new();
    for (name, operation) in &model.operations {
        let calls = Calls::of(name, model, overlay)?;
        let shape = |member: &String| {
            let found = model.members(&operation.input)?.iter().find(|m| m.name == *member);
            found.map(|m| (member.clone(), m.shape.clone())).ok_or_else(|| Fault(format!("no member `{member}`")))
        };
        let mut found = BTreeMap::new();
        for (of, members) in calls.one_of {
            found.insert(of, Type::OneOf(members.iter().map(shape).collect::<Result<_, _>>()?));
        }
        for (of, both) in calls.together {
            found.insert(of, Type::Together(shape(&both.members.0)?.1, shape(&both.members.1)?.1, both));
        }
        found.extend(calls.forms.into_keys().map(|form| (form, Type::Form)));
        for (of, is) in found {
            match all.get(&of) {
                Some(before) if *before != is => return fault(format!("`{of}` is two types of calls")),
                _ => drop(all.insert(of, is)),
            }
        }
    }
    Ok(all)
}

/// What a name of a call's type stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// The members and their shapes.
    OneOf(Vec<(String, String)>),
    /// The shapes of the two members, and the table.
    Together(String, String, Together),
    Form,
}

fn once<'a>(name: &'a String, seen: &mut BTreeSet<&'a String>) -> Result<(), Fault> {
    if seen.insert(name) { Ok(()) } else { fault(format!("`{name}` is said twice")) }
}

fn same(member: &Member, listed: &BTreeSet<&String>, model: &Model) -> Result<(), Fault> {
    let Kind::Enum(values) = &model.shape(&member.shape)?.kind else {
        return fault(format!("`{}` is no enumeration", member.name));
    };
    let values: BTreeSet<&String> = values.iter().collect();
    match values.symmetric_difference(listed).next() {
        Some(value) => fault(format!("`{value}` of `{}` stands on one side alone", member.name)),
        None => Ok(()),
    }
}

fn known(value: &Value, settings: &[&str]) -> Result<(), Fault> {
    let Some(entry) = value.as_object() else { return fault(format!("{value} is no object")) };
    match entry.keys().find(|key| !settings.contains(&key.as_str())) {
        Some(key) => fault(format!("unknown setting `{key}`")),
        None => Ok(()),
    }
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn each<T>(value: &Value, key: &str, read: fn(&Value) -> Result<T, Fault>) -> Result<BTreeMap<String, T>, Fault> {
    entries(value, key).map(|(name, value)| Ok((name.clone(), read(value)?))).collect()
}
