//! What a request says under each condition key, borrowed.

use std::fmt;
use std::net::IpAddr;

use strongroom_types::row::KeyRole;
use strongroom_types::structure::{Kind, Member, Seq, Structure, Value, Visitor, find};
use strongroom_types::{ConditionKey, EncryptionContext, Timestamp};

/// How many condition keys there are.
const KEYS: usize = ConditionKey::ALL.len();

/// The values of `kms:GrantConstraintType`.
const CONSTRAINTS: [&str; 2] = ["EncryptionContextEquals", "EncryptionContextSubset"];

/// Pairs of tag key and tag value, in whatever form the caller keeps them.
pub trait Tags: fmt::Debug {
    /// The pair at `index`, from zero without gaps.
    fn pair(&self, index: usize) -> Option<(&str, &str)>;
}

impl<K: AsRef<str> + fmt::Debug, V: AsRef<str> + fmt::Debug> Tags for Vec<(K, V)> {
    fn pair(&self, index: usize) -> Option<(&str, &str)> {
        self.get(index).map(|(k, v)| (k.as_ref(), v.as_ref()))
    }
}

/// What stands under one condition key.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum ConditionValue<'a> {
    /// Text, an ARN too.
    Str(&'a str),
    /// A truth value.
    Bool(bool),
    /// A number.
    Num(i64),
    /// An instant.
    Time(Timestamp),
    /// An address.
    Ip(IpAddr),
    /// Several texts.
    Strs(&'a [&'a str]),
    /// Several texts out of a request.
    Seq(&'a dyn Seq),
    /// An encryption context; one text for each suffix.
    Pairs(&'a EncryptionContext),
    /// The keys of an encryption context.
    PairKeys(&'a EncryptionContext),
    /// Tags; one text for each suffix.
    Tags(&'a dyn Tags),
    /// The keys of tags.
    TagKeys(&'a dyn Tags),
    /// Tags out of a request (a list of structures with `TagKey` and `TagValue`).
    TagSeq(&'a dyn Seq),
    /// The keys of tags out of a request.
    TagSeqKeys(&'a dyn Seq),
    /// Something that fits no comparison: a statement that allows does not match, one that denies does.
    Unfit,
}

impl fmt::Debug for ConditionValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => write!(f, "{text:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Num(value) => write!(f, "{value}"),
            Self::Time(value) => write!(f, "{value:?}"),
            Self::Ip(value) => write!(f, "{value}"),
            Self::Strs(values) => write!(f, "{values:?}"),
            Self::Pairs(values) | Self::PairKeys(values) => write!(f, "{values:?}"),
            Self::Tags(tags) | Self::TagKeys(tags) => write!(f, "{tags:?}"),
            Self::Unfit => f.write_str("Unfit"),
            Self::Seq(s) | Self::TagSeq(s) | Self::TagSeqKeys(s) => write!(f, "[{} items]", s.len()),
        }
    }
}

/// What a request says under each condition key. Filling it allocates nothing.
///
/// A [`Visitor`] fills it: [`fill`](Self::fill) takes from a request every member that the model's overlay ties to a
/// condition key, with the member's default when it was not sent. Facts that are not in the request (the key's
/// properties, tags, the session) are [`set`](Self::set). Who is calling comes from the
/// [`PrincipalView`](crate::PrincipalView), and can't be set.
///
/// ```
/// use strongroom_policy::{ConditionValue, ConditionValues};
/// use strongroom_types::ConditionKey;
/// let mut values = ConditionValues::new();
/// values.set(ConditionKey::KmsViaService, ConditionValue::Str("s3.eu-west-1.amazonaws.com"));
/// assert!(values.get(ConditionKey::KmsViaService).is_some());
/// ```
#[derive(Clone)]
pub struct ConditionValues<'a> {
    values: [Option<ConditionValue<'a>>; KEYS],
}

impl fmt::Debug for ConditionValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = ConditionKey::ALL.iter().filter_map(|key| Some((key.name(), self.get(*key)?)));
        f.debug_map().entries(present).finish()
    }
}

impl Default for ConditionValues<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> ConditionValues<'a> {
    /// Without values.
    #[must_use]
    pub fn new() -> Self {
        Self { values: [None; KEYS] }
    }

    /// Says what stands under `key`, in place of what stood there. For a key with a suffix the value is
    /// [`Pairs`](ConditionValue::Pairs), [`Tags`](ConditionValue::Tags) or [`TagSeq`](ConditionValue::TagSeq).
    pub fn set(&mut self, key: ConditionKey, value: ConditionValue<'a>) -> &mut Self {
        if let Some(place) = self.values.get_mut(key as usize) {
            *place = Some(value);
        }
        self
    }

    /// The same for an optional value; `None` leaves the key as it is.
    pub fn set_if(&mut self, key: ConditionKey, value: Option<ConditionValue<'a>>) -> &mut Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Sets an encryption context and its keys. An empty one sets nothing: the keys are absent.
    pub fn encryption_context(&mut self, context: &'a EncryptionContext) -> &mut Self {
        if context.is_empty() {
            return self;
        }
        self.set(ConditionKey::KmsEncryptionContext, ConditionValue::Pairs(context));
        self.set(ConditionKey::KmsEncryptionContextKeys, ConditionValue::PairKeys(context))
    }

    /// Takes every member of `request` that feeds a condition key, but those that are about one of several keys.
    pub fn fill(&mut self, request: &'a dyn Structure) -> &mut Self {
        request.visit(&mut Fill { values: self, of: request, role: None });
        self
    }

    /// The same with the members that are about the key in `role`, for operations on several keys (ReEncrypt).
    pub fn fill_for(&mut self, request: &'a dyn Structure, role: KeyRole) -> &mut Self {
        request.visit(&mut Fill { values: self, of: request, role: Some(role) });
        self
    }

    /// Sets the keys whose text no member of a request names (a row's `conditions`).
    pub fn fixed(&mut self, texts: &[(ConditionKey, &'static str)]) -> &mut Self {
        for (key, text) in texts {
            self.set(*key, ConditionValue::Str(text));
        }
        self
    }

    /// What stands under `key`.
    #[must_use]
    #[inline]
    pub fn get(&self, key: ConditionKey) -> Option<ConditionValue<'a>> {
        self.values.get(key as usize).copied().flatten()
    }

    fn take(&mut self, key: ConditionKey, kind: Kind<'a>) {
        let value = match kind {
            Kind::Str(text) => ConditionValue::Str(text),
            Kind::Int(number) => ConditionValue::Num(number),
            Kind::Bool(value) => ConditionValue::Bool(value),
            Kind::Time(time) => ConditionValue::Time(time),
            Kind::List(tags) if key == ConditionKey::AwsRequestTag => {
                self.set(ConditionKey::AwsTagKeys, ConditionValue::TagSeqKeys(tags));
                ConditionValue::TagSeq(tags)
            }
            Kind::List(tags) if key == ConditionKey::AwsTagKeys && holds_structures(tags) => {
                self.set(ConditionKey::AwsRequestTag, ConditionValue::TagSeq(tags));
                ConditionValue::TagSeqKeys(tags)
            }
            Kind::List(list) => ConditionValue::Seq(list),
            Kind::Map(context) if context.is_empty() => return,
            // A grant with both kinds of constraint has two contexts; neither is *the* one.
            Kind::Map(_) if self.get(key).is_some() => {
                self.set(ConditionKey::KmsEncryptionContextKeys, ConditionValue::Unfit);
                ConditionValue::Unfit
            }
            Kind::Map(context) => {
                self.encryption_context(context);
                return;
            }
            Kind::Struct(constraints) if key == ConditionKey::KmsGrantConstraintType => {
                let names = match (find(constraints, CONSTRAINTS[0]), find(constraints, CONSTRAINTS[1])) {
                    (Some(_), Some(_)) => &CONSTRAINTS[..],
                    (Some(_), None) => &CONSTRAINTS[..1],
                    (None, Some(_)) => &CONSTRAINTS[1..],
                    (None, None) => return,
                };
                ConditionValue::Strs(names)
            }
            Kind::Blob(_) | Kind::Secret(_) | Kind::Struct(_) => return,
        };
        self.set(key, value);
    }
}

fn holds_structures(list: &dyn Seq) -> bool {
    list.item(0).is_some_and(|item| matches!(item.kind(), Kind::Struct(_)))
}

struct Fill<'v, 'a> {
    values: &'v mut ConditionValues<'a>,
    of: &'a dyn Structure,
    role: Option<KeyRole>,
}

impl<'a> Visitor<'a> for Fill<'_, 'a> {
    fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
        // Structures nest two deep at most in the model, so this ends.
        if let Some(Kind::Struct(inner)) = value.map(Value::kind) {
            inner.visit(&mut Fill { values: &mut *self.values, of: inner, role: self.role });
        }
        let Some(key) = member.condition else { return };
        if member.role.is_some() && member.role != self.role {
            return;
        }
        let kind = match value {
            None if !member.default_in_conditions => None,
            value => member.effective(value, self.of),
        };
        if let Some(kind) = kind {
            self.values.take(key, kind);
        }
    }
}

/// The key and value of one tag out of a request.
pub(crate) fn tag(list: &dyn Seq, index: usize) -> Option<(&str, &str)> {
    #[derive(Default)]
    struct Tag<'a>(Option<&'a str>, Option<&'a str>);
    impl<'a> Visitor<'a> for Tag<'a> {
        fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
            let Some(Kind::Str(text)) = value.map(Value::kind) else { return };
            match member.name {
                "TagKey" => self.0 = Some(text),
                "TagValue" => self.1 = Some(text),
                _ => {}
            }
        }
    }
    let Kind::Struct(structure) = list.item(index)?.kind() else { return None };
    let mut found = Tag::default();
    structure.visit(&mut found);
    Some((found.0?, found.1.unwrap_or_default()))
}
