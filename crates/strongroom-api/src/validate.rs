//! The constraints of the model, checked on whatever can be visited, all violations at once.

use std::fmt;

use strongroom_types::structure::{Kind, Member, RecordRule, Seq, Shape, ShapeKind, Structure, Value, Visitor};

use crate::pattern;

/// So many violations are collected; a list of a million bad items is not a message of a gigabyte.
const MAX_VIOLATIONS: usize = 1_000;

/// So many characters of a bad value are shown.
pub(crate) const MAX_SHOWN: usize = 1_024;

/// One violated constraint, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where: `keyId`, `tags.1.member.tagKey`.
    pub path: String,
    /// What: `Member must have length greater than or equal to 1`.
    pub constraint: String,
    /// The value as the message shows it; `None` if it may not be seen.
    value: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "Value {value} at '{}'", self.path)?,
            None => write!(f, "Value at '{}'", self.path)?,
        }
        write!(f, " failed to satisfy constraint: {}", self.constraint)
    }
}

/// Every violation of a request; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct ValidationErrors(Vec<Violation>);

impl ValidationErrors {
    /// In the order of the members.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Violation> {
        self.0.iter()
    }

    /// AWS's message: `2 validation errors detected: …; …`.
    #[must_use]
    pub fn message(&self) -> String {
        let list: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        let plural = if list.len() == 1 { "" } else { "s" };
        format!("{} validation error{plural} detected: {}", list.len(), list.join("; "))
    }
}

/// Checks every member against its shape. The same for what was read and for what Rust code built.
///
/// # Errors
/// All violations. Values of secret shapes and of members that are never recorded are left out.
pub fn validate(structure: &dyn Structure) -> Result<(), ValidationErrors> {
    let mut found = Vec::new();
    structure.visit(&mut Check { path: None, hidden: false, found: &mut found });
    if found.is_empty() { Ok(()) } else { Err(ValidationErrors(found)) }
}

/// Where a value stands; the text is only made for a violation.
#[derive(Clone, Copy)]
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Member(&'static str),
    Item(usize),
    Key(&'p str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}.")?;
        }
        match self.step {
            Step::Member(name) => {
                let mut rest = name.chars();
                rest.next().into_iter().try_for_each(|c| write!(f, "{}", c.to_ascii_lowercase()))?;
                f.write_str(rest.as_str())
            }
            Step::Item(index) => write!(f, "{}.member", index.saturating_add(1)),
            Step::Key(key) => write!(f, "{key}.member"),
        }
    }
}

struct Check<'p, 'f> {
    path: Option<&'p Path<'p>>,
    /// The structure stands in a member that is never recorded.
    hidden: bool,
    found: &'f mut Vec<Violation>,
}

impl Visitor<'_> for Check<'_, '_> {
    fn member(&mut self, member: &'static Member, value: Option<&dyn Value>) {
        let path = Path { parent: self.path, step: Step::Member(member.name) };
        let hidden = self.hidden || matches!(member.record, RecordRule::Never | RecordRule::Hidden);
        let mut at = At { path, hidden, found: self.found };
        match value {
            Some(value) => at.check(member.shape, value.kind()),
            None if member.required => at.violation(Some("null".into()), "Member must not be null".into()),
            None => {}
        }
    }
}

struct At<'p, 'f> {
    path: Path<'p>,
    hidden: bool,
    found: &'f mut Vec<Violation>,
}

impl At<'_, '_> {
    fn violation(&mut self, value: Option<String>, constraint: String) {
        if self.found.len() < MAX_VIOLATIONS {
            self.found.push(Violation { path: self.path.to_string(), constraint, value });
        }
    }

    fn check(&mut self, shape: &'static Shape, kind: Kind<'_>) {
        match kind {
            Kind::Str(text) => self.text(shape, text),
            Kind::Secret(secret) if matches!(shape.kind, ShapeKind::Str) => {
                self.text(shape, std::str::from_utf8(secret.expose_secret()).unwrap_or_default());
            }
            Kind::Secret(secret) => self.size(shape, "length", length(secret.len()), kind),
            Kind::Blob(bytes) => self.size(shape, "length", length(bytes.len()), kind),
            Kind::Int(number) => self.size(shape, "value", number, kind),
            Kind::List(list) => self.list(shape, list, kind),
            Kind::Map(map) => {
                self.size(shape, "length", length(map.len()), kind);
                let ShapeKind::Map { key, value } = shape.kind else { return };
                for (name, text) in map.iter().filter(|_| is_constrained(key) || is_constrained(value)) {
                    let path = Path { parent: Some(&self.path), step: Step::Key(name) };
                    let mut at = At { path, hidden: self.hidden, found: self.found };
                    at.text(key, name);
                    at.text(value, text);
                }
            }
            Kind::Struct(inner) => {
                inner.visit(&mut Check { path: Some(&self.path), hidden: self.hidden, found: self.found })
            }
            Kind::Bool(_) | Kind::Time(_) => {}
        }
    }

    fn list(&mut self, shape: &'static Shape, list: &dyn Seq, kind: Kind<'_>) {
        self.size(shape, "length", length(list.len()), kind);
        let ShapeKind::List(item) = shape.kind else { return };
        for (index, value) in (0..list.len()).filter_map(|i| list.item(i).map(|v| (i, v))) {
            let path = Path { parent: Some(&self.path), step: Step::Item(index) };
            At { path, hidden: self.hidden, found: self.found }.check(item, value.kind());
        }
    }

    fn size(&mut self, shape: &'static Shape, what: &str, size: i64, kind: Kind<'_>) {
        if let Some(min) = shape.min.filter(|min| size < *min) {
            self.violation(self.shown(shape, kind), format!("Member must have {what} greater than or equal to {min}"));
        }
        if let Some(max) = shape.max.filter(|max| size > *max) {
            self.violation(self.shown(shape, kind), format!("Member must have {what} less than or equal to {max}"));
        }
    }

    fn text(&mut self, shape: &'static Shape, text: &str) {
        let kind = Kind::Str(text);
        // Counting characters is only needed where their number could matter.
        if shape.min.is_some_and(|m| m > 0) || shape.max.is_some_and(|m| length(text.len()) > m) {
            self.size(shape, "length", length(text.chars().count()), kind);
        }
        // A text that is too long is not matched too: the pattern's cost stays bounded.
        let short = shape.max.is_none_or(|max| length(text.len()) <= max.saturating_mul(4));
        if let Some(pattern) = shape.pattern.filter(|p| short && !pattern::matches(p, text)) {
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            self.violation(self.shown(shape, kind), constraint);
        }
        if let ShapeKind::Enum(values) = shape.kind
            && !values.contains(&text)
        {
            let constraint = format!("Member must satisfy enum value set: [{}]", values.join(", "));
            self.violation(self.shown(shape, kind), constraint);
        }
    }

    /// The value as the message shows it, if it may be seen.
    fn shown(&self, shape: &Shape, kind: Kind<'_>) -> Option<String> {
        if shape.sensitive || self.hidden {
            return None;
        }
        let text = match kind {
            Kind::Str(text) => text.chars().take(MAX_SHOWN).collect(),
            Kind::Int(number) => number.to_string(),
            Kind::List(list) => {
                let item = |at| match list.item(at)?.kind() {
                    Kind::Str(text) => Some(text.chars().take(MAX_SHOWN).collect()),
                    _ => None,
                };
                format!("[{}]", (0..list.len().min(16)).map(item).collect::<Option<Vec<String>>>()?.join(", "))
            }
            _ => return None,
        };
        Some(format!("'{text}'"))
    }
}

fn is_constrained(shape: &Shape) -> bool {
    shape.min.is_some() || shape.max.is_some() || shape.pattern.is_some() || matches!(shape.kind, ShapeKind::Enum(_))
}

fn length(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}
