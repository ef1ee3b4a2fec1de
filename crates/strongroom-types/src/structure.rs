//! Requests, responses and nested structures as data that can be visited.
//!
//! Whatever has to walk members is a [`Visitor`]: JSON in and out, validation, the audit record,
//! redacting `Debug`, policy condition keys. Nothing else names a member.

use crate::condition::ConditionKey;
use crate::row::KeyRole;
use crate::{EncryptionContext, Secret, Timestamp};

/// A constraint shape of AWS's model.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as constants by the generator")]
pub struct Shape {
    /// AWS's name of the shape.
    pub name: &'static str,
    /// What the shape is.
    pub kind: ShapeKind,
    /// Least length (strings in characters, blobs in decoded bytes, lists and maps in items) or value.
    pub min: Option<i64>,
    /// Greatest length or value.
    pub max: Option<i64>,
    /// A regular expression that the whole text matches, as the model writes it.
    pub pattern: Option<&'static str>,
    /// Whether values are secret: never recorded, never in an error, never in `Debug`.
    pub sensitive: bool,
}

/// The kinds of shape.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the kinds of AWS's model")]
pub enum ShapeKind {
    /// Text.
    Str,
    /// Text out of a fixed set.
    Enum(&'static [&'static str]),
    /// Bytes, base64 in JSON.
    Blob,
    /// A 32-bit integer.
    Int,
    /// A truth value.
    Bool,
    /// Seconds since the epoch in JSON, with a fraction of milliseconds.
    Time,
    /// A list of this shape.
    List(&'static Shape),
    /// String to string. The only map of the model is the encryption context.
    Map {
        /// The shape of keys.
        key: &'static Shape,
        /// The shape of values.
        value: &'static Shape,
    },
    /// A structure with these members.
    Struct(&'static [Member]),
}

/// A value that stands in for an absent one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the kinds of default that the overlay has")]
pub enum DefaultValue {
    /// Text.
    Str(&'static str),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// An empty list.
    EmptyList,
    /// What was sent in the sibling `member` (two members with one meaning), or else this text.
    SameAs {
        /// AWS's name of the sibling.
        member: &'static str,
        /// What stands for both when neither was sent.
        or: &'static str,
    },
}

/// What the record shows of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new rule must be thought about by every recorder")]
pub enum RecordRule {
    /// Nothing, ever.
    Never,
    /// The value, if it was sent.
    IfSent,
    /// The value, or the member's default if it was not sent.
    Always,
    /// That it was sent, and not what (CloudTrail's `HIDDEN_DUE_TO_SECURITY_REASONS`).
    Hidden,
}

/// One member of a structure.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as constants by the generator")]
pub struct Member {
    /// AWS's name, `KeyId` for one.
    pub name: &'static str,
    /// The name in CloudTrail's records and in validation messages, `keyId` for one.
    pub record_name: &'static str,
    /// Its shape.
    pub shape: &'static Shape,
    /// Whether the model requires it.
    pub required: bool,
    /// What the record shows of it.
    pub record: RecordRule,
    /// The policy condition key that it feeds.
    pub condition: Option<ConditionKey>,
    /// What stands for it when it is absent, in the record and in conditions.
    pub default: Option<DefaultValue>,
    /// Whether the default stands for it in conditions too. False for
    /// `BypassPolicyLockoutSafetyCheck` alone, whose condition key is absent when it was not sent.
    pub default_in_conditions: bool,
    /// Which of an operation's keys the member is about, where there are several (`ReEncrypt`): its
    /// condition key belongs to the decision on that key alone.
    pub role: Option<KeyRole>,
}

impl Member {
    /// What counts as the member's value: what was sent, or else its default. `of` is the structure
    /// that the member stands in.
    #[must_use]
    pub fn effective<'a>(&self, sent: Option<&'a dyn Value>, of: &'a dyn Structure) -> Option<Kind<'a>> {
        static NOTHING: List<String> = List(Vec::new());
        if let Some(value) = sent {
            return Some(value.kind());
        }
        Some(match self.default? {
            DefaultValue::Str(text) => Kind::Str(text),
            DefaultValue::Int(number) => Kind::Int(number),
            DefaultValue::Bool(value) => Kind::Bool(value),
            DefaultValue::EmptyList => Kind::List(&NOTHING),
            DefaultValue::SameAs { member, or } => find(of, member).map_or(Kind::Str(or), Value::kind),
        })
    }
}

/// A list, without its element type.
pub trait Seq {
    /// How many elements there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The element at `index`.
    fn item(&self, index: usize) -> Option<&dyn Value>;
}

/// A value as a visitor sees it.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "a new kind must be thought about by every visitor")]
pub enum Kind<'a> {
    /// Text, or the name of an enumeration's value.
    Str(&'a str),
    /// Bytes that may be seen.
    Blob(&'a [u8]),
    /// Bytes that may not.
    Secret(&'a Secret),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// An instant.
    Time(Timestamp),
    /// A list.
    List(&'a dyn Seq),
    /// An encryption context.
    Map(&'a EncryptionContext),
    /// A nested structure.
    Struct(&'a dyn Structure),
}

impl std::fmt::Debug for Kind<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Str(_) => f.write_str("Str(..)"),
            Self::Blob(b) => write!(f, "Blob({} bytes)", b.len()),
            Self::Secret(_) => f.write_str("Secret(..)"),
            Self::Int(n) => write!(f, "Int({n})"),
            Self::Bool(b) => write!(f, "Bool({b})"),
            Self::Time(t) => write!(f, "Time({t:?})"),
            Self::List(l) => write!(f, "List({} items)", l.len()),
            Self::Map(m) => write!(f, "Map({} pairs)", m.len()),
            Self::Struct(s) => write!(f, "Struct({})", s.shape().name),
        }
    }
}

/// Something that stands in a member.
pub trait Value {
    /// The value as visitors see it.
    fn kind(&self) -> Kind<'_>;
}

/// Walks the members of a structure. What it borrows may outlive the visit.
pub trait Visitor<'a> {
    /// One member, present or absent, in the order of the model's member names.
    fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>);
}

/// A request, a response, or a structure inside one.
pub trait Structure {
    /// Its shape in the model; of kind [`ShapeKind::Struct`].
    fn shape(&self) -> &'static Shape;
    /// Shows every member to `visitor`, absent ones too.
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>);
}

/// The member that AWS calls `name`, if it was sent.
#[must_use]
pub fn find<'a>(of: &'a dyn Structure, name: &str) -> Option<&'a dyn Value> {
    struct Find<'n, 'a> {
        name: &'n str,
        found: Option<&'a dyn Value>,
    }
    impl<'a> Visitor<'a> for Find<'_, 'a> {
        fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
            if member.name == self.name {
                self.found = value;
            }
        }
    }
    let mut find = Find { name, found: None };
    of.visit(&mut find);
    find.found
}

macro_rules! plain_value {
    ($($type:ty => |$v:ident| $kind:expr;)*) => { $(
        impl Value for $type {
            fn kind(&self) -> Kind<'_> {
                let $v = self;
                $kind
            }
        }
    )* };
}

plain_value! {
    String => |v| Kind::Str(v);
    Vec<u8> => |v| Kind::Blob(v);
    Secret => |v| Kind::Secret(v);
    i64 => |v| Kind::Int(*v);
    i32 => |v| Kind::Int(i64::from(*v));
    bool => |v| Kind::Bool(*v);
    Timestamp => |v| Kind::Time(*v);
    EncryptionContext => |v| Kind::Map(v);
}

/// A list of values. A type of its own because `Vec<u8>` is a blob.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a list is its items")]
pub struct List<T>(pub Vec<T>);

impl<T: Value> Seq for List<T> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn item(&self, index: usize) -> Option<&dyn Value> {
        self.0.get(index).map(|item| item as &dyn Value)
    }
}

impl<T: Value> Value for List<T> {
    fn kind(&self) -> Kind<'_> {
        Kind::List(self)
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> std::ops::Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}
