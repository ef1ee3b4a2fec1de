//! The facade's typed client: a method per operation, its optional members, and what is served.

use std::fmt::Write as _;

use super::{header, required, rust_type};
use crate::Fault;
use crate::model::{Kind, Member, Model};
use crate::names::{literal, lower_first, snake};

pub(super) fn client(model: &Model) -> Result<String, Fault> {
    let mut out = header("A method for each operation, and its optional members.");
    out.push_str(
        "use strongroom_api::{ops, types::*};\nuse strongroom_types::*;\n\n\
         use crate::client::{Call, Client};\n\nimpl Client {\n",
    );
    for (name, operation) in &model.operations {
        method(&mut out, name, &operation.input, model)?;
    }
    out.push_str("}\n");
    for (name, operation) in &model.operations {
        let optional: Vec<&Member> = model.members(&operation.input)?.iter().filter(|m| !m.required).collect();
        if optional.is_empty() {
            continue;
        }
        write!(out, "\nimpl Call<'_, ops::{name}> {{\n")?;
        optional.iter().try_for_each(|member| setter(&mut out, member, model))?;
        out.push_str("}\n");
    }
    Ok(out)
}

/// Which operations have a handler, found by the compiler.
pub(super) fn served(model: &Model) -> Result<String, Fault> {
    let mut out = header("Which operations have a handler.");
    out.push_str(
        "use strongroom_api::ops;\nuse strongroom_types::Operation;\n\n\
         use crate::generated::{Otherwise as _, Serves};\nuse crate::json::Serve;\n\n",
    );
    out.push_str("/// Every operation, in the order of [`Operation::ALL`], and its handler if it has one.\n");
    writeln!(out, "pub(crate) static SERVED: [(Operation, Option<Serve>); {}] = [", model.operations.len())?;
    for name in model.operations.keys() {
        writeln!(out, "    (Operation::{name}, Serves::<ops::{name}>::IT),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

fn method(out: &mut String, name: &str, input: &str, model: &Model) -> Result<(), Fault> {
    let (mut parameters, mut arguments) = (String::new(), Vec::new());
    for member in required(model.members(input)?, model)? {
        let (field, kind) = (snake(&member.name), rust_type(&member.shape, model)?);
        match model.shape(&member.shape)?.kind {
            Kind::List(_) => write!(parameters, ", {field}: impl IntoIterator<Item = impl Into<{kind}>>")?,
            _ => write!(parameters, ", {field}: impl Into<{kind}>")?,
        }
        arguments.push(field);
    }
    write!(
        out,
        "    /// AWS's `{name}`.\n    ///\n\
         \x20   /// [`send`](Call::send) does not compile in a version that does not serve it.\n\
         \x20   pub fn {}(&self{parameters}) -> Call<'_, ops::{name}> {{\n        self.call({input}::new({}))\n    }}\n\n",
        snake(name),
        arguments.join(", ")
    )?;
    Ok(())
}

fn setter(out: &mut String, member: &Member, model: &Model) -> Result<(), Fault> {
    let (name, field, kind) = (&member.name, snake(&member.name), rust_type(&member.shape, model)?);
    match model.shape(&member.shape)?.kind {
        Kind::List(_) => write!(
            out,
            "    /// AWS's `{name}`: these items.\n\
             \x20   pub fn {field}(mut self, items: impl IntoIterator<Item = impl Into<{kind}>>) -> Self {{\n\
             \x20       self.input = self.input.{field}(items);\n        self\n    }}\n\n",
        )?,
        Kind::Map(..) => write!(
            out,
            "    /// One pair more of AWS's `{name}`. A key that stands twice is a `ValidationException` of [`send`](Call::send).\n\
             \x20   pub fn {field}(self, key: impl Into<String>, value: impl Into<String>) -> Self {{\n\
             \x20       self.pair({}, |input| &mut input.{field}, key.into(), value.into())\n    }}\n\n\
             \x20   /// AWS's `{name}` as a whole; pairs that are added one by one come on top.\n\
             \x20   pub fn {field}_map(mut self, value: impl Into<{kind}>) -> Self {{\n\
             \x20       self.input = self.input.{field}(value);\n        self\n    }}\n\n",
            literal(&lower_first(name)),
        )?,
        _ => write!(
            out,
            "    /// AWS's `{name}`.\n    pub fn {field}(mut self, value: impl Into<{kind}>) -> Self {{\n\
             \x20       self.input = self.input.{field}(value);\n        self\n    }}\n\n",
        )?,
    }
    Ok(())
}
