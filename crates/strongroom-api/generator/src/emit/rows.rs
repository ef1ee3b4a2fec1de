//! One row per operation.

use std::fmt::Write as _;

use serde_json::Value;

use super::header;
use crate::model::{Model, Operation, object, text, texts};
use crate::names::{condition, literal, variant};
use crate::overlay::Overlay;
use crate::{Fault, fault};

const FIELDS: [&str; 10] =
    ["family", "read_only", "keys", "permissions", "usage", "states", "cross_account", "record", "conditions", "call"];

/// Those that an operation need not have.
const OPTIONAL: [&str; 2] = ["conditions", "call"];

pub(super) fn rows(model: &Model, overlay: &Overlay) -> Result<String, Fault> {
    let mut out = header("The operations: a type and a row each.");
    out.push_str(
        "use strongroom_types::row::{Additional, KeyForms, KeyRole, On, ResponseRule, Row, StateColumn, UsageRule};\n\
         use strongroom_types::{Action, ConditionKey, KeyUsageType, Operation as Name};\n\n\
         use crate::generated::prelude::*;\nuse crate::operation::NoOutput;\n\
         use crate::table::{RowTable, column, key, key_or_ciphertext, operation, permission, permission_if};\n\n",
    );
    for (name, verdicts) in &overlay.states {
        if verdicts.len() != 7 {
            return fault(format!("the state column `{name}` has not seven verdicts"));
        }
        let verdicts: Vec<String> =
            verdicts.iter().map(|v| format!("strongroom_types::row::StateVerdict::{v}")).collect();
        writeln!(out, "const {}: StateColumn = column([{}]);", name.to_ascii_uppercase(), verdicts.join(", "))?;
    }
    for (name, operation) in &model.operations {
        let entry = overlay.operations.get(name).unwrap_or(&Value::Null);
        one(&mut out, name, operation, entry, model, overlay)
            .map_err(|Fault(why)| Fault(format!("operation `{name}`: {why}")))?;
    }
    let names: Vec<&String> = model.operations.keys().collect();
    writeln!(out, "\n/// Every row, in the order of [`Name::ALL`].\npub static ROWS: [Row; {}] = [", names.len())?;
    names.iter().try_for_each(|n| writeln!(out, "<{n} as crate::Operation>::ROW,"))?;
    writeln!(
        out,
        "];\n\n/// Every operation, in the order of [`Name::ALL`].\npub static TABLE: [crate::Description; {}] = [",
        names.len()
    )?;
    for (at, (name, operation)) in model.operations.iter().enumerate() {
        let make = if operation.output.is_some() { "of" } else { "silent" };
        writeln!(out, "crate::Description::{make}::<{name}>(&ROWS[{at}]),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

fn one(
    out: &mut String,
    name: &str,
    operation: &Operation,
    entry: &Value,
    model: &Model,
    overlay: &Overlay,
) -> Result<(), Fault> {
    let Some(fields) = entry.as_object() else { return fault("the entry is no object") };
    if let Some(key) = fields.keys().find(|k| !FIELDS.contains(&k.as_str())) {
        return fault(format!("unknown setting `{key}`"));
    }
    if let Some(lacking) = FIELDS.iter().filter(|f| !OPTIONAL.contains(f)).find(|f| !fields.contains_key(**f)) {
        return fault(format!("no `{lacking}`"));
    }
    let sends = |member: &str| Ok::<_, Fault>(model.members(&operation.input)?.iter().any(|m| m.name == member));
    let output = operation.output.as_deref().unwrap_or("NoOutput");
    let errors: Vec<String> = operation.errors.iter().map(|e| literal(e)).collect();
    write!(
        out,
        "\noperation!({name}, {}, {output}, RowTable::new(Name::{name}, &[{}])",
        operation.input,
        errors.join(", ")
    )?;
    for (flag, call) in [("read_only", "read_only"), ("cross_account", "cross_account")] {
        match entry.get(flag).and_then(Value::as_bool) {
            Some(true) => write!(out, ".{call}()")?,
            Some(false) => {}
            None => return fault(format!("`{flag}` is neither true nor false")),
        }
    }
    for (member, call) in [("DryRun", "dry_run"), ("GrantTokens", "grant_tokens")] {
        if sends(member)? {
            write!(out, ".{call}()")?;
        }
    }
    let roles = keys(out, entry, &sends)?;
    permissions(out, entry, &roles, &sends, overlay, model)?;
    write!(out, ".usage({})", usage(text(entry, "usage")?)?)?;
    let states = text(entry, "states")?;
    if !overlay.states.contains_key(states) {
        return fault(format!("no state column `{states}`"));
    }
    write!(out, ".states({})", states.to_ascii_uppercase())?;
    record(out, entry)?;
    if let Ok(constants) = object(entry, "conditions") {
        for (key, value) in constants {
            let value = value.as_str().ok_or_else(|| Fault(format!("the constant of `{key}` is no text")))?;
            write!(out, ".conditions(&[(ConditionKey::{}, {})])", condition(key), literal(value))?;
        }
    }
    out.push_str(");\n");
    Ok(())
}

fn array<'a>(entry: &'a Value, key: &str) -> Result<&'a Vec<Value>, Fault> {
    entry.get(key).and_then(Value::as_array).ok_or_else(|| Fault(format!("`{key}` is no list")))
}

/// Writes the key members and gives the roles.
fn keys(out: &mut String, entry: &Value, sends: &dyn Fn(&str) -> Result<bool, Fault>) -> Result<Vec<String>, Fault> {
    let (mut list, mut roles) = (Vec::new(), Vec::new());
    for item in array(entry, "keys")? {
        let (member, role) = (text(item, "member")?, text(item, "role")?);
        let forms = match text(item, "forms")? {
            "any" => "Any",
            "id_or_arn" => "IdOrArn",
            "alias_name" => "AliasName",
            other => return fault(format!("unknown forms `{other}`")),
        };
        let ciphertext = item.get("or_ciphertext").and_then(Value::as_str);
        for named in std::iter::once(member).chain(ciphertext) {
            if !sends(named)? {
                return fault(format!("no member `{named}` to name a key"));
            }
        }
        let rest = format!("{}, KeyRole::{role}, KeyForms::{forms}", literal(member));
        list.push(match ciphertext {
            Some(blob) => format!("key_or_ciphertext({rest}, {})", literal(blob)),
            None => format!("key({rest})"),
        });
        roles.push(role.to_owned());
    }
    if !list.is_empty() {
        write!(out, ".keys(&[{}])", list.join(", "))?;
    }
    Ok(roles)
}

fn permissions(
    out: &mut String,
    entry: &Value,
    roles: &[String],
    sends: &dyn Fn(&str) -> Result<bool, Fault>,
    overlay: &Overlay,
    model: &Model,
) -> Result<(), Fault> {
    let mut list = Vec::new();
    for item in array(entry, "permissions")? {
        let parts = texts(Some(item));
        let (Some(action), Some(on)) = (parts.first(), parts.get(1)) else {
            return fault("a permission without action or resource");
        };
        let known = overlay.more_actions.contains(action)
            || model.operations.contains_key(action) && !overlay.no_action.contains(action);
        if !known {
            return fault(format!("no action `{action}`"));
        }
        let on = match on.as_str() {
            "alias" => "On::Alias".into(),
            "any" => "On::Any".into(),
            "grant" => "On::Grant".into(),
            "principal" => "On::Principal".into(),
            role if roles.iter().any(|r| r == role) || role == "Replica" => format!("On::Key(KeyRole::{role})"),
            other => return fault(format!("no key `{other}` to ask about")),
        };
        list.push(match parts.get(2) {
            None => format!("permission(Action::{action}, {on})"),
            Some(member) if sends(member)? => format!("permission_if(Action::{action}, {on}, {})", literal(member)),
            Some(member) => return fault(format!("no member `{member}` to ask for")),
        });
    }
    if list.is_empty() {
        return fault("no permission");
    }
    write!(out, ".needs(&[{}])", list.join(", "))?;
    Ok(())
}

fn usage(text: &str) -> Result<String, Fault> {
    Ok(match text {
        "any" => "UsageRule::Any".into(),
        "symmetric_encryption" => "UsageRule::SymmetricEncryption".into(),
        "asymmetric" => "UsageRule::Asymmetric".into(),
        "automatically_rotatable" => "UsageRule::AutomaticallyRotatable".into(),
        "rotatable" => "UsageRule::Rotatable".into(),
        "imported" => "UsageRule::Imported".into(),
        "multi_region" => "UsageRule::MultiRegion".into(),
        upper if upper.chars().all(|c| c.is_ascii_uppercase() || c == '_') => {
            format!("UsageRule::Is(KeyUsageType::{})", variant(upper))
        }
        other => return fault(format!("unknown usage `{other}`")),
    })
}

fn record(out: &mut String, entry: &Value) -> Result<(), Fault> {
    let record = entry.get("record").unwrap_or(&Value::Null);
    let response = match text(record, "response")? {
        "null" => "Null",
        "members" => "Members",
        "key_arn" => "KeyArn",
        "members_and_key_arn" => "MembersAndKeyArn",
        other => return fault(format!("unknown response rule `{other}`")),
    };
    let additional: Vec<String> = texts(record.get("additional")).iter().map(|a| format!("Additional::{a}")).collect();
    write!(out, ".records(ResponseRule::{response}, &[{}])", additional.join(", "))?;
    if record.get("request_is_null").and_then(Value::as_bool) == Some(true) {
        out.push_str(".request_is_null()");
    }
    if record.get("resources").and_then(Value::as_bool) == Some(false) {
        out.push_str(".no_resources()");
    }
    Ok(())
}
