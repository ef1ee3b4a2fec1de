//! The facade's typed client: a method per operation, its optional members, and what is served.

use std::fmt::Write as _;

use serde_json::Value;

use super::{header, required, rust_type};
use crate::calls::{Calls, Form, Type};
use crate::model::{Kind, Member, Model};
use crate::names::{literal, lower_first, snake, variant};
use crate::overlay::Overlay;
use crate::{Fault, calls, fault};

pub(super) fn client(model: &Model, overlay: &Overlay) -> Result<String, Fault> {
    let mut out = header("A method for each operation, and its optional members.");
    out.push_str(
        "use strongroom_api::{ops, types::*};\nuse strongroom_types::*;\n\n\
         use crate::calls::*;\nuse crate::client::{Call, Client};\n\nimpl Client {\n",
    );
    for (name, operation) in &model.operations {
        let calls = Calls::of(name, model, overlay)?;
        Method { name, input: &operation.input, calls: &calls, form: None }.write(&mut out, model)?;
        for form in &calls.forms {
            Method { name, input: &operation.input, calls: &calls, form: Some(form) }.write(&mut out, model)?;
        }
    }
    out.push_str("}\n");
    for (name, operation) in &model.operations {
        setters(&mut out, name, model.members(&operation.input)?, &Calls::of(name, model, overlay)?, model)?;
    }
    Ok(out)
}

/// What can stand together in a call, as types.
pub(super) fn types(model: &Model, overlay: &Overlay) -> Result<String, Fault> {
    let mut out = header("What can stand together in a call.");
    out.push_str("use strongroom_types::*;\n\nuse crate::calls::{form, one_of, together};\n");
    for (name, is) in calls::types(model, overlay)? {
        match is {
            Type::Form => write!(out, "\nform!({name});\n")?,
            Type::OneOf(members) => {
                write!(out, "\none_of!({name}")?;
                for (member, shape) in members {
                    write!(out, ", {member}({})", rust_type(&shape, model)?)?;
                }
                out.push_str(");\n");
            }
            Type::Together(first, second, both) => {
                write!(out, "\ntogether!({name}, {first}, {second}")?;
                for (one, others) in &both.values {
                    let others: Vec<String> = others.iter().map(|value| variant(value)).collect();
                    write!(out, ", {} {{ {} }}", variant(one), others.join(", "))?;
                }
                out.push_str(");\n");
            }
        }
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

/// A method of the client: an operation, as it is called usually or in a form of its own.
struct Method<'a> {
    name: &'a str,
    input: &'a str,
    calls: &'a Calls,
    form: Option<(&'a String, &'a Form)>,
}

impl Method<'_> {
    fn write(&self, out: &mut String, model: &Model) -> Result<(), Fault> {
        let members = model.members(self.input)?;
        let (mut parameters, mut arguments, mut more) = (String::new(), Vec::new(), String::new());
        for member in required(members, model)? {
            parameter(&mut parameters, member, model)?;
            arguments.push(snake(&member.name));
        }
        for member in self.form.map_or(&self.calls.needs, |(_, form)| &form.needs) {
            parameter(&mut parameters, named(members, member)?, model)?;
            write!(more, ".{0}({0})", snake(member))?;
        }
        for (name, value) in self.form.map_or(&[][..], |(_, form)| &form.sets) {
            write!(more, ".{}({})", snake(name), constant(named(members, name)?, value, model)?)?;
        }
        let mut input = format!("{}::new({}){more}", self.input, arguments.join(", "));
        for (of, members) in &self.calls.one_of {
            write!(parameters, ", {}: impl Into<{of}>", snake(of))?;
            let set = |m: &String| format!("{of}::{m}(value) => input.{}(value),", snake(m));
            let arms: String = members.iter().map(set).collect();
            input = format!("{{ let input = {input}; match {}.into() {{ {arms} }} }}", snake(of));
        }
        let (method, form) = match self.form {
            Some((form, _)) => (format!("{}_{}", snake(self.name), snake(form)), format!(", {form}")),
            None => (snake(self.name), String::new()),
        };
        write!(
            out,
            "    /// AWS's `{}`{}.\n    ///\n\
             \x20   /// [`send`](Call::send) does not compile in a version that does not serve it.\n\
             \x20   pub fn {method}(&self{parameters}) -> Call<'_, ops::{}{form}> {{\n        self.call({input})\n    }}\n\n",
            self.name,
            self.form.map(|(form, _)| format!(", [{form}]")).unwrap_or_default(),
            self.name,
        )?;
        Ok(())
    }
}

fn named<'m>(members: &'m [Member], name: &str) -> Result<&'m Member, Fault> {
    members.iter().find(|m| m.name == name).ok_or_else(|| Fault(format!("no member `{name}`")))
}

fn parameter(out: &mut String, member: &Member, model: &Model) -> Result<(), Fault> {
    let (field, kind) = (snake(&member.name), rust_type(&member.shape, model)?);
    match model.shape(&member.shape)?.kind {
        Kind::List(_) => write!(out, ", {field}: impl IntoIterator<Item = impl Into<{kind}>>")?,
        _ => write!(out, ", {field}: impl Into<{kind}>")?,
    }
    Ok(())
}

/// What a form sets a member to.
fn constant(member: &Member, value: &Value, model: &Model) -> Result<String, Fault> {
    let refused = || Fault(format!("{value} is no value of `{}`", member.name));
    Ok(match (&model.shape(&member.shape)?.kind, value) {
        (Kind::Bool, Value::Bool(value)) => value.to_string(),
        (Kind::Enum(values), Value::String(text)) if values.contains(text) => {
            format!("{}::{}", member.shape, variant(text))
        }
        (Kind::List(item), Value::Array(items)) => {
            let of = Member { shape: item.clone(), ..member.clone() };
            let items = items.iter().map(|item| constant(&of, item, model)).collect::<Result<Vec<_>, _>>()?;
            format!("[{}]", items.join(", "))
        }
        _ => return Err(refused()),
    })
}

/// The setters of an operation: those that every form of it has, and those of the usual call alone.
fn setters(out: &mut String, name: &str, members: &[Member], calls: &Calls, model: &Model) -> Result<(), Fault> {
    let (said, formed) = (calls.said(), calls.formed());
    let optional = || members.iter().filter(|m| !m.required && !said.contains(&m.name));
    let usual: Vec<&Member> = optional().filter(|m| formed.contains(&m.name)).collect();
    let common: Vec<&Member> = optional().filter(|m| !formed.contains(&m.name)).collect();
    let any = match calls.forms.is_empty() {
        true => format!("impl Call<'_, ops::{name}>"),
        false => format!("impl<F> Call<'_, ops::{name}, F>"),
    };
    if !common.is_empty() || !calls.together.is_empty() {
        write!(out, "\n{any} {{\n")?;
        calls.together.iter().try_for_each(|(of, both)| together(out, of, both, members))?;
        common.iter().try_for_each(|member| setter(out, member, model))?;
        out.push_str("}\n");
    }
    if !usual.is_empty() {
        write!(out, "\nimpl Call<'_, ops::{name}> {{\n")?;
        usual.iter().try_for_each(|member| setter(out, member, model))?;
        out.push_str("}\n");
    }
    Ok(())
}

/// One setter for two members that fit together.
fn together(out: &mut String, of: &str, both: &calls::Together, members: &[Member]) -> Result<(), Fault> {
    let (first, second) = &both.members;
    let kind = &named(members, first)?.shape;
    if both.values.is_empty() {
        return fault(format!("`{of}` has no values"));
    }
    let set = |(value, _): &(String, _)| {
        let value = variant(value);
        format!("{of}::{value}(value) => self.input.{}({kind}::{value}).{}(value),", snake(first), snake(second))
    };
    let arms: String = both.values.iter().map(set).collect();
    write!(
        out,
        "    /// AWS's `{second}`, and the `{first}` that its type says: see [{of}].\n\
         \x20   pub fn {}(mut self, {}: impl Into<{of}>) -> Self {{\n\
         \x20       self.input = match {}.into() {{ {arms} }};\n        self\n    }}\n\n",
        snake(second),
        snake(of),
        snake(of)
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
