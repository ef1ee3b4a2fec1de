//! The structures of one family.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::{header, holds_secret, required, rust_type, static_name};
use crate::model::{Kind, Member, Model};
use crate::names::{condition, literal, lower_first, snake};
use crate::overlay::{MemberRule, Overlay};
use crate::{Fault, fault};

pub(super) fn family(
    family: &str,
    structures: &BTreeSet<String>,
    model: &Model,
    overlay: &Overlay,
) -> Result<String, Fault> {
    let mut out = header(&format!("Requests, responses and their parts: `{family}`."));
    out.push_str("use super::prelude::*;\nuse crate::table::structure;\n\n");
    for name in structures {
        structure(&mut out, name, model, overlay)?;
    }
    Ok(out)
}

/// So many arguments a response's constructor has at most; more are given by name, as the fields of a struct.
const ARGUMENTS: usize = 3;

/// How a member stands in its struct: the marker of `structure!`.
fn need(structure: &str, member: &Member, model: &Model, overlay: &Overlay) -> Result<&'static str, Fault> {
    let list = matches!(model.shape(&member.shape)?.kind, Kind::List(_));
    let present = overlay.present(structure).contains(&member.name);
    Ok(match (member.required, present, list) {
        (true, _, false) => "required",
        (true, _, true) => "required_list",
        (false, true, false) => "present",
        (false, true, true) => "present_list",
        (false, false, false) => "optional",
        (false, false, true) => "optional_list",
    })
}

/// The members that a constructor takes: those that the model requires, then those that are always there.
fn constructed<'a>(
    structure: &str,
    members: &'a [Member],
    model: &Model,
    overlay: &Overlay,
) -> Result<Vec<&'a Member>, Fault> {
    let present = overlay.present(structure).iter().filter_map(|name| members.iter().find(|m| m.name == *name));
    Ok(required(members, model)?.into_iter().chain(present).collect())
}

fn structure(out: &mut String, name: &str, model: &Model, overlay: &Overlay) -> Result<(), Fault> {
    let members = model.members(name)?;
    let mut derives = if holds_secret(name, model)? { vec![] } else { vec!["Clone", "PartialEq"] };
    let constructed = constructed(name, members, model, overlay)?;
    if constructed.is_empty() {
        derives.push("Default");
    }
    for member in members {
        let rule = overlay.rule(name, &member.name)?;
        if let Some((min, max)) = rule.bounds {
            writeln!(
                out,
                "/// Narrower than the model's `{}`.\nstatic {}: structure::Shape = crate::table::shape({}, structure::ShapeKind::Int, Some({min}), Some({max}), None);\n",
                member.shape,
                shape_of(name, member, rule),
                literal(&member.shape),
            )?;
        }
    }
    out.push_str("structure! {\n");
    if !derives.is_empty() {
        writeln!(out, "    #[derive({})]", derives.join(", "))?;
    }
    writeln!(out, "    {name}: {}", static_name(name))?;
    let field = |member: &Member| Ok::<_, Fault>((snake(&member.name), rust_type(&member.shape, model)?));
    let (mut new, mut set, mut list) = (String::new(), String::new(), String::new());
    for member in &constructed {
        let (field, kind) = field(member)?;
        write!(new, " {field}: {} {kind},", need(name, member, model, overlay)?)?;
    }
    for member in members {
        let (field, kind) = field(member)?;
        match need(name, member, model, overlay)? {
            "optional" => write!(set, " {field}: {kind},")?,
            "optional_list" => write!(list, " {field}: {kind},")?,
            _ => {}
        }
    }
    let by_name = !overlay.present(name).is_empty() && constructed.len() > ARGUMENTS;
    let how = if by_name { format!("parts {name}Parts") } else { "new".into() };
    for (what, fields) in [(how.as_str(), new), ("set", set), ("list", list)] {
        writeln!(out, "    {what} {{{fields} }}")?;
    }
    out.push_str("    members {\n");
    for member in members {
        let rule = overlay.rule(name, &member.name)?;
        writeln!(
            out,
            "        {} {} {}: {} {}, {}, {}{};",
            literal(&member.name),
            literal(rule.record_name.as_deref().unwrap_or(&lower_first(&member.name))),
            snake(&member.name),
            need(name, member, model, overlay)?,
            rust_type(&member.shape, model)?,
            shape_of(name, member, rule),
            rule.record,
            extras(rule)?,
        )?;
    }
    out.push_str("    }\n}\n\n");
    Ok(())
}

/// The static of a member's shape; its own where the overlay narrows the model's.
fn shape_of(structure: &str, member: &Member, rule: &MemberRule) -> String {
    match rule.bounds {
        Some(_) => format!("{}_{}", static_name(structure), static_name(&member.name)),
        None => static_name(&member.shape),
    }
}

/// What else the overlay says of the member, as calls on `Part`.
fn extras(rule: &MemberRule) -> Result<String, Fault> {
    let mut out = String::new();
    if let Some(key) = &rule.condition {
        write!(out, " .feeds(ConditionKey::{})", condition(key))?;
    }
    if let Some(default) = &rule.default {
        write!(out, " .or(DefaultValue::{})", default_value(default)?)?;
    }
    if !rule.default_in_conditions {
        out.push_str(" .absent_in_conditions()");
    }
    if let Some(role) = &rule.role {
        write!(out, " .about(KeyRole::{role})")?;
    }
    Ok(out)
}

fn default_value(value: &Value) -> Result<String, Fault> {
    Ok(match value {
        Value::String(text) => format!("Str({})", literal(text)),
        Value::Number(number) => format!("Int({number})"),
        Value::Bool(value) => format!("Bool({value})"),
        Value::Array(items) if items.is_empty() => "EmptyList".into(),
        Value::Object(_) => {
            let of = |key: &str| crate::model::text(value, key).map(literal);
            format!("SameAs {{ member: {}, or: {} }}", of("same_as")?, of("or")?)
        }
        other => return fault(format!("`{other}` is no default")),
    })
}
