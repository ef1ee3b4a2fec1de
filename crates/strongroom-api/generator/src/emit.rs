//! The texts of the generated files.

mod client;
mod enums;
mod rows;
mod shapes;
mod structures;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, Member, Model};
use crate::overlay::Overlay;
use crate::{Fault, File, names};

/// Every generated file.
pub(crate) fn all(model: &Model, overlay: &Overlay) -> Result<Vec<File>, Fault> {
    let families = families(model, overlay)?;
    let mut files = vec![
        File { path: "strongroom-types/src/enums.rs".into(), text: enums::enums(model, overlay)? },
        api("shapes", shapes::shapes(model)?),
        api("patterns", shapes::patterns(model)?),
        api("errors", shapes::errors(model, overlay)),
        api("rows", rows::rows(model, overlay)?),
    ];
    for (family, members) in &families {
        files.push(api(family, structures::family(family, members, model, overlay)?));
    }
    files.push(File { path: "strongroom-api/src/generated.rs".into(), text: index(families.keys()) });
    files.push(facade("calls", client::types(model, overlay)?));
    files.push(facade("client", client::client(model, overlay)?));
    files.push(facade("served", client::served(model)?));
    Ok(files)
}

fn facade(module: &str, text: String) -> File {
    File { path: format!("strongroom/src/generated/{module}.rs"), text }
}

fn api(module: &str, text: String) -> File {
    File { path: format!("strongroom-api/src/generated/{module}.rs"), text }
}

fn index<'a>(families: impl Iterator<Item = &'a String> + Clone) -> String {
    let list = |visibility: &str, line: &dyn Fn(&String) -> String| {
        families.clone().map(|f| format!("{visibility}{}\n", line(f))).collect::<String>()
    };
    format!(
        "//! What the generator writes: the structures by family, their shapes, patterns and rows. Do not edit.\n\n{}\
         pub(crate) mod errors;\npub(crate) mod patterns;\npub(crate) mod rows;\npub(crate) mod shapes;\n\n\
         pub(crate) mod prelude {{ //! What every family names.\n{}\
         pub(crate) use super::shapes::*;\n\
         pub(crate) use strongroom_types::row::KeyRole;\n\
         pub(crate) use strongroom_types::structure::DefaultValue;\n\
         pub(crate) use strongroom_types::*;\n}}\n\n\
         pub(crate) mod types {{ //! What callers see.\n{}}}\n",
        list("", &|f| format!("pub(crate) mod {f};")),
        list("", &|f| format!("pub(crate) use super::{f}::*;")),
        list("", &|f| format!("pub use super::{f}::*;")),
    )
}

/// The structures of each family; what several families share is a family of its own.
fn families(model: &Model, overlay: &Overlay) -> Result<BTreeMap<String, BTreeSet<String>>, Fault> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, operation) in &model.operations {
        let family = overlay.family(name)?;
        let mut reached = BTreeSet::new();
        model.reach(&operation.input, &mut reached)?;
        operation.output.iter().try_for_each(|o| model.reach(o, &mut reached))?;
        for shape in reached {
            if matches!(model.shape(&shape)?.kind, Kind::Struct(_)) {
                users.entry(shape).or_default().insert(family.to_owned());
            }
        }
    }
    let mut families: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (shape, of) in users {
        let family = if of.len() == 1 { of.into_iter().next().unwrap_or_default() } else { "shared".into() };
        families.entry(family).or_default().insert(shape);
    }
    Ok(families)
}

/// The members that the model requires, as one speaks of them: the key, the message, what else there is, and how it is done.
fn required<'m>(members: &'m [Member], model: &Model) -> Result<Vec<&'m Member>, Fault> {
    let mut found = Vec::new();
    for member in members.iter().filter(|member| member.required) {
        let rank = match (member.name.as_str(), &model.shape(&member.shape)?.kind) {
            ("KeyId", _) => 0,
            ("Message", _) => 1,
            (_, Kind::Enum(_)) => 3,
            _ => 2,
        };
        found.push((rank, member));
    }
    found.sort_by_key(|(rank, _)| *rank);
    Ok(found.into_iter().map(|(_, member)| member).collect())
}

/// The Rust type of a value of `shape`.
fn rust_type(shape: &str, model: &Model) -> Result<String, Fault> {
    let found = model.shape(shape)?;
    Ok(match &found.kind {
        Kind::Str | Kind::Blob if found.sensitive => "Secret".into(),
        Kind::Str => "String".into(),
        Kind::Enum(_) | Kind::Struct(_) => shape.into(),
        Kind::Blob => "Vec<u8>".into(),
        Kind::Int => "i32".into(),
        Kind::Bool => "bool".into(),
        Kind::Time => "Timestamp".into(),
        Kind::Map(..) => "EncryptionContext".into(),
        Kind::List(item) => rust_type(item, model)?,
    })
}

/// Whether a value of `shape` can hold a secret.
fn holds_secret(shape: &str, model: &Model) -> Result<bool, Fault> {
    let mut reached = BTreeSet::new();
    model.reach(shape, &mut reached)?;
    for shape in reached {
        if model.shape(&shape)?.sensitive {
            return Ok(true);
        }
    }
    Ok(false)
}

fn header(what: &str) -> String {
    format!("//! {what} Generated from the model and the overlay; do not edit.\n\n")
}

fn static_name(shape: &str) -> String {
    names::screaming(shape)
}
