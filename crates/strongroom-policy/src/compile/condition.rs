//! Conditions: operators, keys and values, typed.

use strongroom_types::ConditionKey;
use strongroom_types::json::Span;

use super::builder::Builder;
use super::text::{KeyName, Mode, key_name};
use crate::compiled::{Piece, PolicyKind};
use crate::condition::{Clause, Comparison, Set, Test};
use crate::document::{ConditionEntry, Effect, RawStatement, Run};
use crate::finding::Code;
use crate::scalar::{self, Net};

/// An operator as written: test, mode of its texts, whether negated.
type Base = (Test, Mode, bool);

/// The 27 operators, without set prefix and `IfExists` (IAM User Guide, "Condition operators").
const OPERATORS: [(&str, Base); 27] = {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    use Mode::{Arn, Exact, Wild};
    [
        ("StringEquals", (Test::Text, Exact, false)),
        ("StringNotEquals", (Test::Text, Exact, true)),
        ("StringEqualsIgnoreCase", (Test::TextIgnoreCase, Exact, false)),
        ("StringNotEqualsIgnoreCase", (Test::TextIgnoreCase, Exact, true)),
        ("StringLike", (Test::Text, Wild, false)),
        ("StringNotLike", (Test::Text, Wild, true)),
        ("NumericEquals", (Test::Number(Equal), Exact, false)),
        ("NumericNotEquals", (Test::Number(Equal), Exact, true)),
        ("NumericLessThan", (Test::Number(Less), Exact, false)),
        ("NumericLessThanEquals", (Test::Number(LessOrEqual), Exact, false)),
        ("NumericGreaterThan", (Test::Number(Greater), Exact, false)),
        ("NumericGreaterThanEquals", (Test::Number(GreaterOrEqual), Exact, false)),
        ("DateEquals", (Test::Date(Equal), Exact, false)),
        ("DateNotEquals", (Test::Date(Equal), Exact, true)),
        ("DateLessThan", (Test::Date(Less), Exact, false)),
        ("DateLessThanEquals", (Test::Date(LessOrEqual), Exact, false)),
        ("DateGreaterThan", (Test::Date(Greater), Exact, false)),
        ("DateGreaterThanEquals", (Test::Date(GreaterOrEqual), Exact, false)),
        ("Bool", (Test::Bool, Exact, false)),
        ("BinaryEquals", (Test::Binary, Exact, false)),
        ("IpAddress", (Test::Ip, Exact, false)),
        ("NotIpAddress", (Test::Ip, Exact, true)),
        ("ArnEquals", (Test::Text, Arn, false)),
        ("ArnNotEquals", (Test::Text, Arn, true)),
        ("ArnLike", (Test::Text, Arn, false)),
        ("ArnNotLike", (Test::Text, Arn, true)),
        ("Null", (Test::Null, Exact, false)),
    ]
};

struct Operator {
    base: Base,
    set: Set,
    if_exists: bool,
}

fn operator(name: &str) -> Option<Operator> {
    let (set, name) = if let Some(rest) = name.strip_prefix("ForAllValues:") {
        (Set::All, rest)
    } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
        (Set::Any, rest)
    } else {
        (Set::None, name)
    };
    let (if_exists, name) = name.strip_suffix("IfExists").map_or((false, name), |rest| (true, rest));
    let base = OPERATORS.iter().find(|(known, _)| *known == name)?.1;
    // `Null` asks for presence itself: it has neither form.
    let plain = set == Set::None && !if_exists;
    (base.0 != Test::Null || plain).then_some(Operator { base, set, if_exists })
}

impl Builder<'_> {
    pub(super) fn clauses(&mut self, statement: &RawStatement, actions: u64) -> Run {
        let first = self.clauses.len();
        let document = self.document;
        for entry in statement.conditions.of(&document.conditions) {
            if let Some(clause) = self.clause(statement, actions, entry) {
                self.clauses.push(clause);
            }
        }
        self.run(first, self.clauses.len())
    }

    fn clause(&mut self, statement: &RawStatement, actions: u64, entry: &ConditionEntry) -> Option<Clause> {
        let document = self.document;
        let (name, place) = (document.text(entry.key), entry.key.span());
        let Some(operator) = operator(document.text(entry.operator)) else {
            self.findings.add(Code::UnknownOperator, entry.operator.span());
            return None;
        };
        let (key, suffix) = match key_name(name) {
            KeyName::Known(key, suffix) => (Some(key), self.literal(suffix)),
            KeyName::Foreign | KeyName::Unknown => (None, Piece::EMPTY),
        };
        let (test, mode, negated) = operator.base;
        let (set, if_exists) = (operator.set, operator.if_exists);
        let mut clause = Clause { test, negated, if_exists, set, mask: 0, key, suffix, values: Run::default() };
        self.clause_values(&mut clause, mode, entry);
        self.check_key(&clause, statement, actions, name, place);
        self.check_empty(&clause, statement, entry);
        Some(clause)
    }

    fn clause_values(&mut self, clause: &mut Clause, mode: Mode, entry: &ConditionEntry) {
        let document = self.document;
        let start = self.table_len(clause.test);
        let count = usize::from(entry.values.count);
        match clause.test {
            Test::Text | Test::TextIgnoreCase | Test::Binary => self.patterns.reserve_exact(count),
            Test::Number(_) | Test::Date(_) => self.numbers.reserve_exact(count),
            Test::Ip => self.nets.reserve_exact(count),
            Test::Bool | Test::Null => {}
        }
        for value in entry.values.of(&document.texts) {
            let (text, span) = (document.text(*value), value.span());
            if let Err(code) = self.clause_value(clause, mode, text) {
                self.findings.add(code, span);
            }
        }
        // The same number over and over, two bytes each in the document, would take eight times as much here.
        match clause.test {
            Test::Number(_) | Test::Date(_) => distinct(&mut self.numbers, start),
            Test::Ip => distinct(&mut self.nets, start),
            _ => {}
        }
        clause.values = self.run(start, self.table_len(clause.test));
    }

    fn table_len(&self, test: Test) -> usize {
        match test {
            Test::Text | Test::TextIgnoreCase | Test::Binary => self.patterns.len(),
            Test::Number(_) | Test::Date(_) => self.numbers.len(),
            Test::Ip => self.nets.len(),
            Test::Bool | Test::Null => 0,
        }
    }

    fn clause_value(&mut self, clause: &mut Clause, mode: Mode, text: &str) -> Result<(), Code> {
        let bad = Code::BadConditionValue;
        match clause.test {
            Test::Text | Test::TextIgnoreCase => {
                let pattern = self.pattern(text, mode)?;
                self.patterns.push(pattern);
            }
            Test::Binary => {
                let pattern = scalar::is_base64(text).then(|| self.literal(text)).ok_or(bad)?;
                self.patterns.push(pattern);
            }
            Test::Number(_) => self.numbers.push(scalar::number(text).ok_or(bad)?),
            Test::Date(_) => self.numbers.push(scalar::instant(text).ok_or(bad)?),
            Test::Ip => self.nets.push(Net::parse(text).ok_or(bad)?),
            Test::Bool | Test::Null => {
                clause.mask |= match text {
                    _ if text.eq_ignore_ascii_case("true") => 1,
                    _ if text.eq_ignore_ascii_case("false") => 2,
                    _ => return Err(bad),
                }
            }
        }
        Ok(())
    }

    /// Keys that no request has, and set operators that say more than was meant.
    fn check_key(&mut self, clause: &Clause, statement: &RawStatement, actions: u64, name: &str, place: Span) {
        let single = matches!(clause.key, Some(ConditionKey::KmsEncryptionContext | ConditionKey::AwsRequestTag));
        if single && clause.set == Set::All {
            self.findings.add(Code::OverpermissiveCondition, place);
        }
        if clause.key.is_some_and(ConditionKey::is_multi_valued) && clause.set == Set::None && clause.test != Test::Null
        {
            self.findings.add(Code::MultiValuedKey, place);
        }
        if clause.key.is_some() {
            return;
        }
        // In an identity policy another service's keys are at home; in a key policy nothing but a slip explains them.
        let foreign = self.kind == PolicyKind::Identity && matches!(key_name(name), KeyName::Foreign);
        let harmful = (statement.effect == Effect::Allow) == clause.holds_when_absent();
        let code =
            if harmful && !foreign && actions != 0 { Code::UnsafeConditionKey } else { Code::UnknownConditionKey };
        self.findings.add(code, place);
    }

    /// Without values a positive operator never holds, and a negated one always.
    fn check_empty(&mut self, clause: &Clause, statement: &RawStatement, entry: &ConditionEntry) {
        if entry.values.count == 0 {
            let harmful = (statement.effect == Effect::Allow) == clause.negated;
            let code = if harmful { Code::UnsafeEmptyList } else { Code::EmptyList };
            self.findings.add(code, entry.key.span());
        }
    }
}

/// Leaves one of each value from `start` on.
fn distinct<T: Ord + Copy>(table: &mut Vec<T>, start: usize) {
    table.get_mut(start..).unwrap_or_default().sort_unstable();
    let mut kept = start;
    let mut last = None;
    for at in start..table.len() {
        let value = table.get(at).copied();
        if value != last
            && let (Some(value), Some(place)) = (value, table.get_mut(kept))
        {
            *place = value;
            kept += 1;
        }
        last = value;
    }
    table.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_its_forms_and_null_has_one() {
        for (name, _) in OPERATORS {
            let others = ["ForAllValues:", "ForAnyValue:"].map(|set| format!("{set}{name}"));
            let all = [
                format!("{name}IfExists"),
                format!("ForAnyValue:{name}IfExists"),
                others[0].clone(),
                others[1].clone(),
            ];
            assert!(operator(name).is_some(), "{name}");
            assert!(all.iter().all(|form| operator(form).is_some() == (name != "Null")), "{name}");
        }
        for bad in [
            "StringEqual",
            "stringequals",
            "IfExists",
            "",
            "ForAllValues:",
            "ForAnyValue:ForAllValues:Bool",
            "BoolIfExistsIfExists",
        ] {
            assert!(operator(bad).is_none(), "{bad}");
        }
    }
}
