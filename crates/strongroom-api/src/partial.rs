//! A request as it was read: every member optional, enumerations as text, nothing checked yet.

use strongroom_types::structure::{Kind, List, Shape, ShapeKind, Structure, Value, Visitor};
use strongroom_types::{EncryptionContext, Secret, Timestamp};

/// A structure of the model whose members may all be absent. It is what JSON is read into, what
/// validation visits, and what complete types are made of.
pub struct Partial {
    shape: &'static Shape,
    /// In the order of the shape's members, and as many.
    values: Vec<Option<Raw>>,
}

/// A value that was read.
pub(crate) enum Raw {
    Str(String),
    Blob(Vec<u8>),
    Secret(Secret),
    Int(i32),
    Bool(bool),
    Time(Timestamp),
    List(List<Raw>),
    Map(EncryptionContext),
    Struct(Partial),
}

impl Partial {
    /// Without any member.
    #[must_use]
    pub fn empty(shape: &'static Shape) -> Self {
        let count = match shape.kind {
            ShapeKind::Struct(members) => members.len(),
            _ => 0,
        };
        Self { shape, values: std::iter::repeat_with(|| None).take(count).collect() }
    }

    /// The place of the member at `index` of the shape.
    pub(crate) fn slot(&mut self, index: usize) -> Option<&mut Option<Raw>> {
        self.values.get_mut(index)
    }

    /// The values in the shape's order, if the shape is `shape`.
    pub(crate) fn values_of(self, shape: &'static Shape) -> Option<Values> {
        (self.shape.name == shape.name).then(|| self.values.into_iter())
    }
}

pub(crate) type Values = std::vec::IntoIter<Option<Raw>>;

impl Structure for Partial {
    fn shape(&self) -> &'static Shape {
        self.shape
    }
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        let ShapeKind::Struct(members) = self.shape.kind else { return };
        for (member, value) in members.iter().zip(&self.values) {
            visitor.member(member, value.as_ref().map(|v| v as &dyn Value));
        }
    }
}

impl std::fmt::Debug for Partial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::debug::fmt(self, f)
    }
}

impl Value for Raw {
    fn kind(&self) -> Kind<'_> {
        match self {
            Self::Str(v) => Kind::Str(v),
            Self::Blob(v) => Kind::Blob(v),
            Self::Secret(v) => Kind::Secret(v),
            Self::Int(v) => Kind::Int(i64::from(*v)),
            Self::Bool(v) => Kind::Bool(*v),
            Self::Time(v) => Kind::Time(*v),
            Self::List(v) => Kind::List(v),
            Self::Map(v) => Kind::Map(v),
            Self::Struct(v) => Kind::Struct(v),
        }
    }
}

impl Raw {
    pub(crate) fn into_partial(self) -> Option<Partial> {
        match self {
            Self::Struct(partial) => Some(partial),
            _ => None,
        }
    }
}

/// What a value that was read becomes; `None` if it is of another kind, which validation excludes.
pub(crate) trait FromRaw: Sized {
    fn from_raw(raw: Raw) -> Option<Self>;
}

macro_rules! from_raw {
    ($($type:ty = $variant:ident;)*) => { $(
        impl FromRaw for $type {
            fn from_raw(raw: Raw) -> Option<Self> {
                match raw {
                    Raw::$variant(value) => Some(value),
                    _ => None,
                }
            }
        }
    )* };
}

from_raw! {
    String = Str;
    Vec<u8> = Blob;
    Secret = Secret;
    i32 = Int;
    bool = Bool;
    Timestamp = Time;
    EncryptionContext = Map;
}

impl<T: FromRaw> FromRaw for List<T> {
    fn from_raw(raw: Raw) -> Option<Self> {
        match raw {
            Raw::List(items) => items.into_iter().map(T::from_raw).collect(),
            _ => None,
        }
    }
}

macro_rules! enumerations {
    ($($name:ident),*) => { $(
        impl crate::partial::FromRaw for $name {
            fn from_raw(raw: crate::partial::Raw) -> Option<Self> {
                match raw {
                    crate::partial::Raw::Str(text) => text.parse().ok(),
                    _ => None,
                }
            }
        }
    )* };
}
pub(crate) use enumerations;

/// The next member's value, which must be there.
pub(crate) fn required<T: FromRaw>(values: &mut Values) -> Option<T> {
    T::from_raw(values.next()??)
}

/// The next member's value, if it is there. `None` is a mismatch, `Some(None)` absence.
pub(crate) fn optional<T: FromRaw>(values: &mut Values) -> Option<Option<T>> {
    match values.next()? {
        Some(raw) => T::from_raw(raw).map(Some),
        None => Some(None),
    }
}
