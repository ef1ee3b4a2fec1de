//! JSON as it is written: numbers are texts, members may stand twice.

use serde_json::Value;

/// A value. What the tests write is always JSON; whether it is a request is another question.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn number(text: impl ToString) -> Self {
        Self::Number(text.to_string())
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// So many lists in each other.
    pub(super) fn nested(levels: usize) -> Self {
        (1..levels).fold(Self::List(Vec::new()), |inner, _| Self::List(vec![inner]))
    }

    /// How many lists and objects stand in each other.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(members) => 1 + members.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    pub(super) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// With a member set, or, if it is `None`, without it.
    pub(super) fn with(&self, name: &str, value: Option<Self>) -> Self {
        let mut members = self.members().to_vec();
        match (members.iter().position(|(other, _)| other == name), value) {
            (Some(at), Some(value)) => members[at].1 = value,
            (Some(at), None) => drop(members.remove(at)),
            (None, Some(value)) => members.push((name.to_owned(), value)),
            (None, None) => {}
        }
        Self::Object(members)
    }

    /// With one more member, even if there is one of the name.
    pub(super) fn and(&self, name: &str, value: Self) -> Self {
        let mut members = self.members().to_vec();
        members.push((name.to_owned(), value));
        Self::Object(members)
    }

    pub(super) fn written(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let listed =
            |out: &mut String, (open, close): (char, char), count: usize, each: &dyn Fn(usize, &mut String)| {
                out.push(open);
                for at in 0..count {
                    if at > 0 {
                        out.push(',');
                    }
                    each(at, out);
                }
                out.push(close);
            };
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&Value::from(text.as_str()).to_string()),
            Self::List(items) => listed(out, ('[', ']'), items.len(), &|at, out| items[at].write(out)),
            Self::Object(members) => listed(out, ('{', '}'), members.len(), &|at, out| {
                let (name, value) = &members[at];
                Self::text(name.as_str()).write(out);
                out.push(':');
                value.write(out);
            }),
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::number(number),
            Value::String(text) => Self::text(text.as_str()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}
