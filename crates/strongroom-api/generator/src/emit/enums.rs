//! `strongroom-types/src/enums.rs`.

use std::fmt::Write as _;

use crate::model::{Kind, Model};
use crate::names::{article, literal, variant};
use crate::overlay::Overlay;
use crate::{Fault, fault};

pub(super) fn enums(model: &Model, overlay: &Overlay) -> Result<String, Fault> {
    let mut out = String::from(include_str!("../templates/enums_head.txt"));
    let operations: Vec<String> = model.operations.keys().cloned().collect();
    let mut actions: Vec<String> = operations.iter().filter(|o| !overlay.no_action.contains(o)).cloned().collect();
    actions.extend(overlay.more_actions.iter().cloned());
    actions.sort();
    push(&mut out, &format!("The {} operations of the API model.", operations.len()), "Operation", &operations)?;
    push(
        &mut out,
        "The IAM actions of the `kms` service, without their prefix (AWS Service Authorization Reference).",
        "Action",
        &actions,
    )?;
    for (name, shape) in &model.shapes {
        if let Kind::Enum(values) = &shape.kind {
            push(&mut out, &format!("The model's `{name}`."), name, values)?;
        }
    }
    // The last blank line belongs to no block.
    Ok(out.trim_end().to_owned() + "\n")
}

fn push(out: &mut String, doc: &str, name: &str, values: &[String]) -> Result<(), Fault> {
    let mut variants: Vec<String> = values.iter().map(|v| variant(v)).collect();
    write!(out, "enumeration! {{\n    /// {doc}\n    {name}, \"{} `{name}`\" {{\n", article(name))?;
    for (variant, value) in variants.iter().zip(values) {
        writeln!(out, "        {variant} = {},", literal(value))?;
    }
    out.push_str("    }\n}\n\n");
    variants.sort();
    variants.dedup();
    if variants.len() != values.len() {
        return fault(format!("two values of `{name}` have one name in Rust"));
    }
    Ok(())
}
