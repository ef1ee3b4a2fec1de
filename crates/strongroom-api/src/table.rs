//! What the generated tables are written in.

use strongroom_types::row::{
    Additional, KeyForms, KeyMember, KeyRole, On, Permission, RecordRow, ResponseRule, Row, StateColumn, StateVerdict,
    UsageRule, When,
};
use strongroom_types::structure::{DefaultValue, Member, RecordRule, Shape, ShapeKind};
use strongroom_types::{Action, ConditionKey, Operation};

/// A shape whose values may be seen.
pub(crate) const fn shape(
    name: &'static str,
    kind: ShapeKind,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<&'static str>,
) -> Shape {
    Shape { name, kind, min, max, pattern, sensitive: false }
}

/// A shape whose values are secret.
pub(crate) const fn secret(
    name: &'static str,
    kind: ShapeKind,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<&'static str>,
) -> Shape {
    Shape { name, kind, min, max, pattern, sensitive: true }
}

/// A member in the making.
pub(crate) struct Part(pub(crate) Member);

/// A member without condition key and default.
pub(crate) const fn part(
    name: &'static str,
    record_name: &'static str,
    required: bool,
    shape: &'static Shape,
    record: RecordRule,
) -> Part {
    Part(Member {
        name,
        record_name,
        shape,
        required,
        record,
        condition: None,
        default: None,
        default_in_conditions: true,
        role: None,
    })
}

impl Part {
    /// It feeds this condition key.
    pub(crate) const fn feeds(mut self, key: ConditionKey) -> Self {
        self.0.condition = Some(key);
        self
    }

    /// This stands for it when it is absent.
    pub(crate) const fn or(mut self, default: DefaultValue) -> Self {
        self.0.default = Some(default);
        self
    }

    /// Its condition key is absent when it is.
    pub(crate) const fn absent_in_conditions(mut self) -> Self {
        self.0.default_in_conditions = false;
        self
    }

    /// It is about the key in this role.
    pub(crate) const fn about(mut self, role: KeyRole) -> Self {
        self.0.role = Some(role);
        self
    }
}

/// A structure of the model: the struct, its constructor and setters, and its visitor.
///
/// `required` members are required by AWS's model; `present` ones are always in what Strongroom answers
/// with, though the model lets them be absent. `new` takes both as arguments, or as the fields of `parts`.
///
/// Everything else that walks members (JSON, validation, `Debug`, records, conditions) is a visitor
/// of its own, so that a member costs one line here and none anywhere else.
macro_rules! structure {
    (
        $(#[$meta:meta])*
        $name:ident: $shape:ident
        $how:ident $($parts:ident)? { $($new:ident: $new_need:ident $new_type:ty,)* }
        set { $($set:ident: $set_type:ty,)* }
        list { $($list:ident: $list_type:ty,)* }
        members { $($member:literal $record_name:literal $field:ident: $need:ident $type:ty, $of:ident, $rule:ident
            $(.$more:ident($($with:tt)*))*;)* }
    ) => {
        #[doc = concat!("AWS's `", stringify!($name), "`.")]
        $(#[$meta])*
        #[non_exhaustive]
        pub struct $name {
            $(#[doc = concat!("AWS's `", $member, "`.")] pub $field: structure!(@field $need $type),)*
        }

        pub(crate) static $shape: strongroom_types::structure::Shape = crate::table::shape(
            stringify!($name),
            strongroom_types::structure::ShapeKind::Struct($name::MEMBERS),
            None,
            None,
            None,
        );

        impl $name {
            const MEMBERS: &'static [strongroom_types::structure::Member] = &[
                $(crate::table::part(
                    $member,
                    $record_name,
                    structure!(@required $need),
                    &$of,
                    strongroom_types::structure::RecordRule::$rule,
                )$(.$more($($with)*))*.0,)*
            ];

            $(
                #[doc = concat!("Sets `", stringify!($set), "`.")]
                #[must_use]
                pub fn $set(mut self, value: impl Into<$set_type>) -> Self {
                    self.$set = Some(value.into());
                    self
                }
            )*
            $(
                #[doc = concat!("Sets `", stringify!($list), "` to these items.")]
                #[must_use]
                pub fn $list(mut self, items: impl IntoIterator<Item = impl Into<$list_type>>) -> Self {
                    self.$list = Some(items.into_iter().map(Into::into).collect());
                    self
                }
            )*
        }

        structure!(@$how $name $($parts)? { $($new: $new_need $new_type,)* } { $($set,)* $($list,)* });

        impl strongroom_types::structure::Structure for $name {
            fn shape(&self) -> &'static strongroom_types::structure::Shape {
                &$shape
            }
            #[allow(unused_variables, unused_mut, reason = "some structures have no members")]
            fn visit<'a>(&'a self, visitor: &mut dyn strongroom_types::structure::Visitor<'a>) {
                let mut members = Self::MEMBERS.iter();
                $(if let Some(member) = members.next() {
                    visitor.member(member, structure!(@value $need self.$field));
                })*
            }
        }

        impl strongroom_types::structure::Value for $name {
            fn kind(&self) -> strongroom_types::structure::Kind<'_> {
                strongroom_types::structure::Kind::Struct(self)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::debug::fmt(self, f)
            }
        }

        impl crate::Typed for $name {
            const SHAPE: &'static strongroom_types::structure::Shape = &$shape;
            #[allow(unused_variables, unused_mut, reason = "some structures have no members")]
            fn complete(partial: crate::Partial) -> Option<Self> {
                let mut values = partial.values_of(&$shape)?;
                Some(Self { $($field: structure!(@take $need values),)* })
            }
        }

        impl crate::partial::FromRaw for $name {
            fn from_raw(raw: crate::partial::Raw) -> Option<Self> {
                <Self as crate::Typed>::complete(raw.into_partial()?)
            }
        }
    };

    (@new $name:ident { $($new:ident: $need:ident $type:ty,)* } { $($other:ident,)* }) => {
        impl $name {
            /// With what is always there; the rest is absent.
            #[must_use]
            pub fn new($($new: structure!(@argument $need $type)),*) -> Self {
                $(let $new = structure!(@given $need $new);)*
                Self { $($new,)* $($other: None,)* }
            }
        }
    };

    (@parts $name:ident $parts:ident { $($new:ident: $need:ident $type:ty,)* } { $($other:ident,)* }) => {
        #[doc = concat!("What is always there in a [`", stringify!($name), "`]: too much to be told apart by order.")]
        #[expect(clippy::exhaustive_structs, reason = "to be built by name, and with nothing left out")]
        pub struct $parts {
            $(#[doc = concat!("Becomes `", stringify!($new), "`.")] pub $new: structure!(@field $need $type),)*
        }

        impl std::fmt::Debug for $parts {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($parts), "(..)"))
            }
        }

        impl $name {
            /// With what is always there; the rest is absent.
            #[must_use]
            pub fn new(parts: $parts) -> Self {
                Self { $($new: parts.$new,)* $($other: None,)* }
            }
        }

        impl From<$parts> for $name {
            fn from(parts: $parts) -> Self {
                Self::new(parts)
            }
        }
    };

    (@field required $type:ty) => { $type };
    (@field present $type:ty) => { $type };
    (@field present_list $type:ty) => { strongroom_types::structure::List<$type> };
    (@field optional $type:ty) => { Option<$type> };
    (@field required_list $type:ty) => { strongroom_types::structure::List<$type> };
    (@field optional_list $type:ty) => { Option<strongroom_types::structure::List<$type>> };

    (@required required) => { true };
    (@required required_list) => { true };
    (@required $optional:ident) => { false };

    (@argument required $type:ty) => { impl Into<$type> };
    (@argument required_list $type:ty) => { impl IntoIterator<Item = impl Into<$type>> };
    (@argument present $type:ty) => { impl Into<$type> };
    (@argument present_list $type:ty) => { impl IntoIterator<Item = impl Into<$type>> };

    (@given required $value:ident) => { $value.into() };
    (@given required_list $value:ident) => { $value.into_iter().map(Into::into).collect() };
    (@given present $value:ident) => { $value.into() };
    (@given present_list $value:ident) => { $value.into_iter().map(Into::into).collect() };

    (@value required $value:expr) => { Some(&$value) };
    (@value required_list $value:expr) => { Some(&$value) };
    (@value present $value:expr) => { Some(&$value) };
    (@value present_list $value:expr) => { Some(&$value) };
    (@value $optional:ident $value:expr) => {
        $value.as_ref().map(|value| value as &dyn strongroom_types::structure::Value)
    };

    (@take required $values:ident) => { crate::partial::required(&mut $values)? };
    (@take required_list $values:ident) => { crate::partial::required(&mut $values)? };
    (@take present $values:ident) => { crate::partial::required(&mut $values)? };
    (@take present_list $values:ident) => { crate::partial::required(&mut $values)? };
    (@take $optional:ident $values:ident) => { crate::partial::optional(&mut $values)? };
}
pub(crate) use structure;

/// An operation: its type, and its row.
macro_rules! operation {
    ($name:ident, $input:ident, $output:ident, $row:expr) => {
        #[doc = concat!("AWS's `", stringify!($name), "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name;

        impl crate::Operation for $name {
            type Input = $input;
            type Output = $output;
            const ROW: Row = $row.0;
        }
    };
}
pub(crate) use operation;

/// A row in the making.
pub(crate) struct RowTable(pub(crate) Row);

impl RowTable {
    pub(crate) const fn new(operation: Operation, errors: &'static [&'static str]) -> Self {
        Self(Row {
            operation,
            read_only: false,
            keys: &[],
            permissions: &[],
            usage: UsageRule::Any,
            states: column([StateVerdict::Ok; 7]),
            record: RecordRow {
                response: ResponseRule::Null,
                request_is_null: false,
                resources: true,
                additional: &[],
            },
            dry_run: false,
            grant_tokens: false,
            cross_account: false,
            conditions: &[],
            errors,
        })
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.0.read_only = true;
        self
    }

    pub(crate) const fn cross_account(mut self) -> Self {
        self.0.cross_account = true;
        self
    }

    pub(crate) const fn dry_run(mut self) -> Self {
        self.0.dry_run = true;
        self
    }

    pub(crate) const fn grant_tokens(mut self) -> Self {
        self.0.grant_tokens = true;
        self
    }

    pub(crate) const fn keys(mut self, keys: &'static [KeyMember]) -> Self {
        self.0.keys = keys;
        self
    }

    pub(crate) const fn needs(mut self, permissions: &'static [Permission]) -> Self {
        self.0.permissions = permissions;
        self
    }

    pub(crate) const fn usage(mut self, usage: UsageRule) -> Self {
        self.0.usage = usage;
        self
    }

    pub(crate) const fn states(mut self, states: StateColumn) -> Self {
        self.0.states = states;
        self
    }

    pub(crate) const fn records(mut self, response: ResponseRule, additional: &'static [Additional]) -> Self {
        self.0.record.response = response;
        self.0.record.additional = additional;
        self
    }

    pub(crate) const fn request_is_null(mut self) -> Self {
        self.0.record.request_is_null = true;
        self
    }

    pub(crate) const fn no_resources(mut self) -> Self {
        self.0.record.resources = false;
        self
    }

    pub(crate) const fn conditions(mut self, constants: &'static [(ConditionKey, &'static str)]) -> Self {
        self.0.conditions = constants;
        self
    }
}

/// The verdicts in the order of AWS's table: Enabled, Disabled, PendingDeletion, PendingImport,
/// Unavailable, Creating, Updating.
pub(crate) const fn column(verdicts: [StateVerdict; 7]) -> StateColumn {
    let [enabled, disabled, pending_deletion, pending_import, unavailable, creating, updating] = verdicts;
    StateColumn { enabled, disabled, pending_deletion, pending_import, unavailable, creating, updating }
}

pub(crate) const fn key(member: &'static str, role: KeyRole, forms: KeyForms) -> KeyMember {
    KeyMember { member, role, forms, or_ciphertext: None }
}

pub(crate) const fn key_or_ciphertext(
    member: &'static str,
    role: KeyRole,
    forms: KeyForms,
    ciphertext: &'static str,
) -> KeyMember {
    KeyMember { member, role, forms, or_ciphertext: Some(ciphertext) }
}

pub(crate) const fn permission(action: Action, on: On) -> Permission {
    Permission { action, on, when: When::Always }
}

pub(crate) const fn permission_if(action: Action, on: On, member: &'static str) -> Permission {
    Permission { action, on, when: When::Sent(member) }
}
