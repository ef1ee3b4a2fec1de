//! The condition program: what a statement asks of the request, typed when it was compiled.

use std::fmt::Write as _;
use std::net::IpAddr;

use strongroom_types::structure::{Kind, Seq, Value};
use strongroom_types::{ConditionKey, EncryptionContext, Timestamp};

use crate::compiled::{Compiled, Piece, ResourceRule, Rule, Shape};
use crate::context::{ConditionValue, Tags, tag};
use crate::document::{Effect, Run};
use crate::glob;
use crate::request::Request;
use crate::scalar;

/// What one value is compared for. The `Not…` forms are the same with [`Clause::negated`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// `String…` and `Arn…`: the patterns say whether wildcards count.
    Text,
    /// `String…IgnoreCase`.
    TextIgnoreCase,
    /// `Numeric…`.
    Number(Comparison),
    /// `Date…`.
    Date(Comparison),
    /// `Bool`; the mask has a bit for each truth value named.
    Bool,
    /// `BinaryEquals`.
    Binary,
    /// `IpAddress`.
    Ip,
    /// `Null`; the mask as for `Bool`.
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The set operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    None,
    All,
    Any,
}

/// One operator on one key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause {
    pub(crate) test: Test,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
    pub(crate) set: Set,
    /// Bit 0 for `true`, bit 1 for `false`.
    pub(crate) mask: u8,
    /// None for a key that no request has.
    pub(crate) key: Option<ConditionKey>,
    pub(crate) suffix: Piece,
    /// Among the patterns, numbers or address ranges, by the test.
    pub(crate) values: Run,
}

impl Clause {
    /// What the clause is when the request lacks the key (IAM User Guide, "IfExists", "Condition keys with multiple
    /// values", and the note on negated operators).
    pub(crate) fn holds_when_absent(&self) -> bool {
        match self.test {
            Test::Null => self.mask & 1 != 0,
            _ => self.if_exists || self.set == Set::All || (self.set == Set::None && self.negated),
        }
    }
}

/// The outcome of a test. `Error`: the request's value is not of the type that the operator compares, or is several
/// values where one is compared. A statement that allows does not match then; one that denies counts as matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Error,
}

impl Truth {
    fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    fn negate_if(self, negated: bool) -> Self {
        match self {
            Self::True if negated => Self::False,
            Self::False if negated => Self::True,
            other => other,
        }
    }
}

/// One value of a request.
#[derive(Clone, Copy)]
enum Single<'a> {
    Str(&'a str),
    Bool(bool),
    Num(i64),
    Time(Timestamp),
    Ip(IpAddr),
}

/// Several values of a request.
#[derive(Clone, Copy)]
enum Many<'a> {
    Strs(&'a [&'a str]),
    Seq(&'a dyn Seq),
    PairKeys(&'a EncryptionContext),
    TagKeys(&'a dyn Tags),
    TagSeqKeys(&'a dyn Seq),
}

enum Found<'a> {
    Absent,
    One(Single<'a>),
    Many(Many<'a>),
    /// Nothing that can be compared.
    Unfit,
}

impl<'a> Many<'a> {
    fn is_empty(self) -> bool {
        match self {
            Self::Strs(list) => list.is_empty(),
            Self::Seq(list) | Self::TagSeqKeys(list) => list.is_empty(),
            Self::PairKeys(context) => context.is_empty(),
            Self::TagKeys(tags) => tags.pair(0).is_none(),
        }
    }

    /// Shows each value, until `each` says stop.
    fn each(self, mut each: impl FnMut(Option<&'a str>) -> bool) {
        match self {
            Self::Strs(list) => list.iter().all(|text| each(Some(text))),
            Self::PairKeys(context) => context.iter().all(|(key, _)| each(Some(key))),
            Self::TagKeys(tags) => (0..).map_while(|at| tags.pair(at)).all(|(key, _)| each(Some(key))),
            Self::Seq(list) => (0..list.len()).all(|at| each(item_text(list, at))),
            Self::TagSeqKeys(list) => (0..list.len()).all(|at| each(tag(list, at).map(|(key, _)| key))),
        };
    }
}

fn item_text(list: &dyn Seq, at: usize) -> Option<&str> {
    match list.item(at).map(Value::kind) {
        Some(Kind::Str(text)) => Some(text),
        _ => None,
    }
}

/// The one value whose key is `suffix` but for ASCII case. Two that differ only by case fit no comparison.
fn by_suffix<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, suffix: &[u8]) -> Found<'a> {
    let mut found = Found::Absent;
    for (_, value) in pairs.filter(|(key, _)| key.as_bytes().eq_ignore_ascii_case(suffix)) {
        match found {
            Found::Absent => found = Found::One(Single::Str(value)),
            _ => return Found::Unfit,
        }
    }
    found
}

/// A policy and a request, together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evaluation<'e> {
    pub(crate) policy: &'e Compiled,
    pub(crate) request: &'e Request<'e>,
}

impl<'e> glob::Variables<'e> for Evaluation<'e> {
    fn text(&self, index: u16) -> Option<&'e str> {
        let variable = self.policy.variables.get(usize::from(index))?;
        match variable.key.map_or(Found::Absent, |key| self.find(key, variable.suffix)) {
            Found::One(Single::Str(text)) => Some(text),
            Found::One(Single::Bool(value)) => Some(if value { "true" } else { "false" }),
            Found::Absent => std::str::from_utf8(variable.default?.of(&self.policy.pool)).ok(),
            _ => None,
        }
    }
}

impl<'e> Evaluation<'e> {
    /// Whether `rule` matches, its principal and effect apart.
    pub(crate) fn rule(&self, rule: &'e Rule) -> Truth {
        if !self.resource(rule) {
            return Truth::False;
        }
        let mut outcome = Truth::True;
        for clause in rule.clauses.of(&self.policy.clauses) {
            match self.clause(clause) {
                Truth::False => return Truth::False,
                Truth::Error => outcome = Truth::Error,
                Truth::True => {}
            }
        }
        outcome
    }

    fn resource(&self, rule: &'e Rule) -> bool {
        if rule.resource_rule == ResourceRule::Everything {
            return true;
        }
        let patterns = rule.resources.of(&self.policy.patterns);
        // A pattern whose variable the request lacks matches nothing, so it would except nothing: an allow that hangs
        // on it does not match.
        let all_but = rule.resource_rule == ResourceRule::AllBut;
        if all_but && rule.effect == Effect::Allow && patterns.iter().any(|p| self.lacks_variable(*p)) {
            return false;
        }
        let hit = patterns.iter().any(|p| p.matches(&self.policy.pool, self.request.resource(), false, self));
        hit == (rule.resource_rule == ResourceRule::Only)
    }

    fn lacks_variable(&self, pattern: Piece) -> bool {
        pattern.shape == Shape::Variables && glob::lacks_variable(pattern.of(&self.policy.pool), self)
    }

    fn find(&self, key: ConditionKey, suffix: Piece) -> Found<'e> {
        let Some(value) = self.request.value(key) else { return Found::Absent };
        let suffixed = key.takes_suffix();
        let many = |many: Many<'e>| if many.is_empty() { Found::Absent } else { Found::Many(many) };
        match value {
            ConditionValue::Pairs(context) if suffixed => by_suffix(context.iter(), suffix.of(&self.policy.pool)),
            ConditionValue::Tags(tags) if suffixed => {
                by_suffix((0..).map_while(|at| tags.pair(at)), suffix.of(&self.policy.pool))
            }
            ConditionValue::TagSeq(list) if suffixed => {
                by_suffix((0..list.len()).filter_map(|at| tag(list, at)), suffix.of(&self.policy.pool))
            }
            _ if suffixed => Found::Unfit,
            ConditionValue::Str(text) => Found::One(Single::Str(text)),
            ConditionValue::Bool(value) => Found::One(Single::Bool(value)),
            ConditionValue::Num(number) => Found::One(Single::Num(number)),
            ConditionValue::Time(time) => Found::One(Single::Time(time)),
            ConditionValue::Ip(address) => Found::One(Single::Ip(address)),
            ConditionValue::Strs(list) => many(Many::Strs(list)),
            ConditionValue::Seq(list) => many(Many::Seq(list)),
            ConditionValue::PairKeys(context) => many(Many::PairKeys(context)),
            ConditionValue::TagKeys(tags) => many(Many::TagKeys(tags)),
            ConditionValue::TagSeqKeys(list) => many(Many::TagSeqKeys(list)),
            ConditionValue::Pairs(_) | ConditionValue::Tags(_) | ConditionValue::TagSeq(_) | ConditionValue::Unfit => {
                Found::Unfit
            }
        }
    }

    fn clause(&self, clause: &'e Clause) -> Truth {
        let found = clause.key.map_or(Found::Absent, |key| self.find(key, clause.suffix));
        if clause.test == Test::Null {
            let absent = matches!(found, Found::Absent);
            return Truth::of(clause.mask & if absent { 1 } else { 2 } != 0);
        }
        match found {
            Found::Absent => Truth::of(clause.holds_when_absent()),
            Found::One(value) => self.value(clause, value),
            Found::Many(values) => self.values(clause, values),
            Found::Unfit => Truth::Error,
        }
    }

    fn values(&self, clause: &'e Clause, values: Many<'e>) -> Truth {
        let (mut count, mut any, mut all, mut error) = (0_usize, false, true, false);
        values.each(|text| {
            count += 1;
            match text.map_or(Truth::Error, |text| self.value(clause, Single::Str(text))) {
                Truth::True => any = true,
                Truth::False => all = false,
                Truth::Error => error = true,
            }
            match clause.set {
                Set::All => all,
                Set::Any => !any,
                Set::None => count < 2,
            }
        });
        match clause.set {
            Set::All if !all => Truth::False,
            Set::Any if any => Truth::True,
            _ if error => Truth::Error,
            Set::None if count != 1 => Truth::Error,
            Set::All => Truth::True,
            Set::Any => Truth::False,
            Set::None => Truth::of(any),
        }
    }

    /// One value of the request against all values of the clause: one that matches is enough, and none may for a
    /// negated operator.
    fn value(&self, clause: &'e Clause, value: Single<'e>) -> Truth {
        let positive = match clause.test {
            Test::Text => Some(with_text(value, |text| self.text(clause, text, false))),
            Test::TextIgnoreCase => Some(with_text(value, |text| self.text(clause, text, true))),
            Test::Number(comparison) => as_number(value).map(|n| self.compare(clause, comparison, n)),
            Test::Date(comparison) => as_instant(value).map(|n| self.compare(clause, comparison, n)),
            Test::Bool => as_bool(value).map(|b| clause.mask & if b { 1 } else { 2 } != 0),
            Test::Binary => match value {
                Single::Str(text) if scalar::is_base64(text) => Some(self.text(clause, text, false)),
                _ => None,
            },
            Test::Ip => as_ip(value).map(|a| clause.values.of(&self.policy.nets).iter().any(|net| net.contains(a))),
            Test::Null => None,
        };
        positive.map_or(Truth::Error, |hit| Truth::of(hit).negate_if(clause.negated))
    }

    fn text(&self, clause: &'e Clause, text: &str, fold: bool) -> bool {
        clause.values.of(&self.policy.patterns).iter().any(|p| p.matches(&self.policy.pool, text, fold, self))
    }

    fn compare(&self, clause: &'e Clause, comparison: Comparison, value: i128) -> bool {
        clause.values.of(&self.policy.numbers).iter().any(|number| match comparison {
            Comparison::Equal => value == *number,
            Comparison::Less => value < *number,
            Comparison::LessOrEqual => value <= *number,
            Comparison::Greater => value > *number,
            Comparison::GreaterOrEqual => value >= *number,
        })
    }
}

fn as_number(value: Single<'_>) -> Option<i128> {
    match value {
        Single::Num(number) => Some(scalar::of_int(number)),
        Single::Str(text) => scalar::number(text),
        // `aws:EpochTime` as a number of seconds: nanoseconds are that number in nine-digit fixed point.
        Single::Time(time) => Some(scalar::of_time(time)),
        Single::Bool(_) | Single::Ip(_) => None,
    }
}

fn as_instant(value: Single<'_>) -> Option<i128> {
    match value {
        Single::Time(time) => Some(scalar::of_time(time)),
        Single::Num(seconds) => Some(scalar::of_int(seconds)),
        Single::Str(text) => scalar::instant(text),
        Single::Bool(_) | Single::Ip(_) => None,
    }
}

fn as_bool(value: Single<'_>) -> Option<bool> {
    match value {
        Single::Bool(value) => Some(value),
        Single::Str(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Single::Str(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn as_ip(value: Single<'_>) -> Option<IpAddr> {
    match value {
        Single::Ip(address) => Some(address),
        Single::Str(text) => text.parse().ok(),
        _ => None,
    }
}

/// A short text on the stack.
struct Short {
    bytes: [u8; 64],
    len: usize,
}

impl std::fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let place = self.bytes.get_mut(self.len..self.len + text.len()).ok_or(std::fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

/// AWS compares request values as texts whatever they are; so do string operators here.
fn with_text<R>(value: Single<'_>, then: impl FnOnce(&str) -> R) -> R {
    let mut short = Short { bytes: [0; 64], len: 0 };
    // None of these is longer than 64 bytes.
    let written = match value {
        Single::Str(text) => return then(text),
        Single::Bool(value) => return then(if value { "true" } else { "false" }),
        Single::Num(number) => write!(short, "{number}"),
        Single::Time(time) => write!(short, "{time}"),
        Single::Ip(address) => write!(short, "{address}"),
    };
    let text = short.bytes.get(..short.len).and_then(|b| std::str::from_utf8(b).ok());
    then(text.filter(|_| written.is_ok()).unwrap_or_default())
}
