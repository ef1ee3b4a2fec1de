//! Shapes, patterns and error codes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{header, static_name};
use crate::model::{Kind, Model};
use crate::names::literal;
use crate::overlay::Overlay;
use crate::{Fault, names, pattern};

pub(super) fn shapes(model: &Model) -> Result<String, Fault> {
    let mut out = header("The shapes that values have, without structures.");
    out.push_str(
        "use super::prelude::*;\nuse crate::table::{secret, shape};\nuse strongroom_types::structure::{Shape, ShapeKind};\n\n",
    );
    for name in model.reachable()? {
        let found = model.shape(&name)?;
        let kind = match &found.kind {
            Kind::Struct(_) => continue,
            Kind::Str => "ShapeKind::Str".into(),
            Kind::Enum(_) => format!("ShapeKind::Enum({name}::NAMES)"),
            Kind::Blob => "ShapeKind::Blob".into(),
            Kind::Int => "ShapeKind::Int".into(),
            Kind::Bool => "ShapeKind::Bool".into(),
            Kind::Time => "ShapeKind::Time".into(),
            Kind::List(item) => format!("ShapeKind::List(&{})", static_name(item)),
            Kind::Map(key, value) => {
                format!("ShapeKind::Map {{ key: &{}, value: &{} }}", static_name(key), static_name(value))
            }
        };
        let pattern = found.pattern.as_deref().map(literal);
        let make = if found.sensitive { "secret" } else { "shape" };
        writeln!(
            out,
            "pub(crate) static {}: Shape = {make}({}, {kind}, {:?}, {:?}, {});",
            static_name(&name),
            literal(&name),
            found.min,
            found.max,
            pattern.map_or_else(|| "None".into(), |p| format!("Some({p})")),
        )?;
    }
    let enums: Vec<&str> =
        model.shapes.iter().filter(|(_, s)| matches!(s.kind, Kind::Enum(_))).map(|(n, _)| n.as_str()).collect();
    writeln!(out, "\ncrate::partial::enumerations! {{ {} }}", enums.join(", "))?;
    Ok(out)
}

pub(super) fn patterns(model: &Model) -> Result<String, Fault> {
    let mut all = BTreeSet::new();
    for name in model.reachable()? {
        all.extend(model.shape(&name)?.pattern.clone());
    }
    let mut out = header("The patterns of the model, taken apart.");
    out.push_str("use crate::pattern::Node::{self, *};\n\n/// The parts of a pattern of the model.\n");
    out.push_str("pub(crate) fn parts(pattern: &str) -> Option<&'static Node> {\n    Some(match pattern {\n");
    for text in &all {
        writeln!(out, "{} => {{ static P: Node = {}; &P }}", literal(text), pattern::parse(text)?.source())?;
    }
    out.push_str("_ => return None,\n})\n}\n");
    Ok(out)
}

pub(super) fn errors(model: &Model, overlay: &Overlay) -> String {
    let mut codes: Vec<(&str, bool)> =
        model.shapes.iter().filter(|(_, s)| s.exception).map(|(n, s)| (n.as_str(), s.fault)).collect();
    codes.extend(overlay.more_errors.iter().map(|n| (n.as_str(), false)));
    codes.sort_unstable();
    let lines: String = codes
        .iter()
        .map(|(name, fault)| format!("    {} = {}, {fault};\n", names::error(name), literal(name)))
        .collect();
    header("The codes of errors: the model's exceptions and those of no operation.")
        + "crate::error::codes! {\n"
        + &lines
        + "}\n"
}
