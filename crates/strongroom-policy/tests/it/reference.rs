//! A second evaluator, naive on purpose: it walks the JSON of each policy and has a function for each sentence of the
//! documentation. It shares no code with the crate. IUG = IAM User Guide; KDG = AWS KMS Developer Guide; Ours = this
//! project's decisions where AWS is vague.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::Value;
use strongroom_types::{Principal, PrincipalKind};

/// What a request says: every value is text, as AWS describes contexts. Keys in lower case.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    One(String),
    Many(Vec<String>),
    /// Ours, of two pairs whose keys differ by case: nothing that can be compared.
    Unfit,
}

#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// With its prefix.
    pub(crate) action: String,
    pub(crate) principal: Principal,
    pub(crate) resource: String,
    pub(crate) owner: String,
    pub(crate) cross_account: bool,
    pub(crate) said: BTreeMap<String, Said>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Stack {
    pub(crate) key: Option<Value>,
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Vec<Value>,
    pub(crate) service_control: Vec<Vec<Value>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Allow,
    ExplicitDeny,
    Unevaluable,
    NoKeyAllow,
    NoIdentityAllow,
    NoBoundaryAllow,
    NoSessionAllow,
    NoServiceControlAllow,
    NotCrossAccount,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    Unclear,
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(list).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn statements(policy: &Value) -> Vec<&Value> {
    match &policy["Statement"] {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

// ---- patterns

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mark {
    Char(char),
    Star,
    Question,
}

fn marks(text: &str) -> Vec<Mark> {
    let mark = |c| match c {
        '*' => Mark::Star,
        '?' => Mark::Question,
        c => Mark::Char(c),
    };
    text.chars().map(mark).collect()
}

/// IUG "StringLike": `*` is any run of characters, `?` any one.
fn like(pattern: &[Mark], text: &[char]) -> bool {
    match pattern.first() {
        None => text.is_empty(),
        Some(Mark::Star) => (0..=text.len()).any(|skip| like(&pattern[1..], &text[skip..])),
        Some(Mark::Question) => !text.is_empty() && like(&pattern[1..], &text[1..]),
        Some(Mark::Char(c)) => text.first() == Some(c) && like(&pattern[1..], &text[1..]),
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// IUG "Policy variables": only in Version 2012-10-17; a variable stands for text, never for wildcards; `${*}`, `${?}`
/// and `${$}` are those characters; `${key, 'default'}`. None if the request lacks the key.
fn substitute(question: &Question, text: &str, version: bool, wild: bool) -> Option<Vec<Mark>> {
    let plain = |text: &str| text.chars().map(Mark::Char).collect::<Vec<_>>();
    let own = |text: &str| if wild { marks(text) } else { plain(text) };
    if !version {
        return Some(own(text));
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        out.extend(own(&rest[..at]));
        let end = at + rest[at..].find('}')?;
        let inner = &rest[at + 2..end];
        rest = &rest[end + 1..];
        if ["*", "?", "$"].contains(&inner) {
            out.extend(plain(inner));
            continue;
        }
        let (name, default) = match inner.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim().trim_matches('\''))),
            None => (inner.trim(), None),
        };
        match said(question, name) {
            Some(Said::One(value)) => out.extend(plain(&value)),
            Some(Said::Many(_) | Said::Unfit) => return None,
            None => out.extend(plain(default?)),
        }
    }
    out.extend(own(rest));
    Some(out)
}

// ---- the request's context

/// IUG "Global condition context keys": what follows from who is calling. KDG: `kms:CallerAccount`.
fn said(question: &Question, name: &str) -> Option<Said> {
    let who = &question.principal;
    let service = who.kind() == PrincipalKind::Service;
    let one = |text: &str| Some(Said::One(text.to_string()));
    let account = who.account().map(|a| a.to_string());
    match name.to_lowercase().as_str() {
        "aws:principalarn" if service => None,
        "aws:principalarn" => one(who.role_arn().unwrap_or(who.arn())),
        "aws:principalaccount" | "kms:calleraccount" => account.map(Said::One),
        "aws:username" if who.kind() == PrincipalKind::User => one(who.name()),
        "aws:username" => None,
        "aws:principaltype" => match who.kind() {
            PrincipalKind::Root => one("Account"),
            PrincipalKind::User => one("User"),
            PrincipalKind::AssumedRole => one("AssumedRole"),
            PrincipalKind::FederatedUser => one("FederatedUser"),
            _ => None,
        },
        "aws:principalisawsservice" => one(if service { "true" } else { "false" }),
        name => question.said.get(name).cloned(),
    }
}

// ---- conditions

/// IUG "Condition": operators and keys are all to be met.
fn conditions_met(question: &Question, statement: &Value, version: bool) -> Holds {
    let mut result = Holds::Yes;
    for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            match condition_met(question, operator, key, &list(values), version) {
                Holds::No => return Holds::No,
                Holds::Unclear => result = Holds::Unclear,
                Holds::Yes => {}
            }
        }
    }
    result
}

fn condition_met(question: &Question, operator: &str, key: &str, values: &[String], version: bool) -> Holds {
    let yes = |condition: bool| if condition { Holds::Yes } else { Holds::No };
    // Ours: an empty set counts as an absent key.
    let found = said(question, key).filter(|said| !matches!(said, Said::Many(list) if list.is_empty()));
    if operator == "Null" {
        return yes(values.contains(&found.is_none().to_string()));
    }
    let (set, rest) = match operator.split_once(':') {
        Some((set, rest)) => (Some(set), rest),
        None => (None, operator),
    };
    let (if_exists, base) = match rest.strip_suffix("IfExists") {
        Some(base) => (true, base),
        None => (false, rest),
    };
    // IUG "IfExists", "ForAllValues", "ForAnyValue", "Negated matching condition operators".
    let Some(found) = found else {
        return yes(if_exists || set == Some("ForAllValues") || (set.is_none() && base.contains("Not")));
    };
    let each = |text: &String| one_value(question, base, text, values, version);
    match (found, set) {
        (Said::Unfit, _) => Holds::Unclear,
        (Said::One(text), _) => each(&text),
        (Said::Many(list), Some("ForAllValues")) => {
            let all: Vec<Holds> = list.iter().map(each).collect();
            if all.contains(&Holds::No) {
                Holds::No
            } else if all.contains(&Holds::Unclear) {
                Holds::Unclear
            } else {
                Holds::Yes
            }
        }
        (Said::Many(list), Some(_)) => {
            let all: Vec<Holds> = list.iter().map(each).collect();
            if all.contains(&Holds::Yes) {
                Holds::Yes
            } else if all.contains(&Holds::Unclear) {
                Holds::Unclear
            } else {
                Holds::No
            }
        }
        (Said::Many(list), None) if list.len() == 1 => each(&list[0]),
        (Said::Many(_), None) => Holds::Unclear,
    }
}

/// IUG "Evaluation logic for multiple values": OR for operators, NOR for negated ones.
fn one_value(question: &Question, base: &str, said: &str, values: &[String], version: bool) -> Holds {
    let positive = base.replace("Not", "");
    let mut any = false;
    for value in values {
        match compares(question, &positive, said, value, version) {
            Some(true) => any = true,
            Some(false) => {}
            None => return Holds::Unclear,
        }
    }
    if any != base.contains("Not") { Holds::Yes } else { Holds::No }
}

/// One value against one; none if the request's is not of the operator's type.
fn compares(question: &Question, operator: &str, said: &str, value: &str, version: bool) -> Option<bool> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = |found: std::cmp::Ordering, form: &str| match form {
        "Equals" => found == Equal,
        "LessThan" => found == Less,
        "LessThanEquals" => found != Greater,
        "GreaterThan" => found == Greater,
        "GreaterThanEquals" => found != Less,
        other => panic!("{other}"),
    };
    if let Some(form) = operator.strip_prefix("String") {
        let folded = form == "EqualsIgnoreCase";
        let Some(mut pattern) = substitute(question, value, version, form == "Like") else { return Some(false) };
        let mut text = chars(said);
        if folded {
            text.iter_mut().for_each(|c| *c = c.to_ascii_lowercase());
            pattern.iter_mut().for_each(|m| {
                if let Mark::Char(c) = m {
                    *c = c.to_ascii_lowercase();
                }
            });
        }
        return Some(like(&pattern, &text));
    }
    if operator.starts_with("Arn") {
        return Some(substitute(question, value, version, true).is_some_and(|pattern| arn_like(&pattern, said)));
    }
    if let Some(form) = operator.strip_prefix("Numeric") {
        return Some(order(number(said)?.partial_cmp(&number(value)?)?, form));
    }
    if let Some(form) = operator.strip_prefix("Date") {
        return Some(order(date(said)?.partial_cmp(&date(value)?)?, form));
    }
    match operator {
        "Bool" if ["true", "false"].contains(&said) => Some(said == value),
        "Bool" => None,
        "IpAddress" => Some(in_range(said.parse().ok()?, value)),
        other => panic!("{other}"),
    }
}

/// IUG "ARN condition operators": the six parts are checked one by one.
fn arn_like(pattern: &[Mark], said: &str) -> bool {
    if pattern == [Mark::Star] {
        return true;
    }
    let text = chars(said);
    let parts: Vec<&[char]> = text.splitn(6, |c| *c == ':').collect();
    let patterns: Vec<&[Mark]> = pattern.splitn(6, |m| *m == Mark::Char(':')).collect();
    parts.len() == 6 && patterns.len() == 6 && parts.iter().zip(&patterns).all(|(part, pattern)| like(pattern, part))
}

fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let good = digits.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if good { text.parse().ok() } else { None }
}

/// Seconds since the epoch: a number, or `YYYY-MM-DDTHH:MM:SSZ`, the two forms that the generator writes.
fn date(text: &str) -> Option<f64> {
    if let Some(seconds) = number(text) {
        return Some(seconds);
    }
    let field = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    if text.len() != 20 || !text.ends_with('Z') {
        return None;
    }
    let (year, month, day) = (field(0, 4)?, field(5, 7)?, field(8, 10)?);
    let leap = |y: u32| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let in_month = |y: u32, m: u32| match m {
        2 => 28 + u32::from(leap(y)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: u32 = (1970..year).map(|y| 365 + u32::from(leap(y))).sum();
    let months: u32 = (1..month).map(|m| in_month(year, m)).sum();
    let days = f64::from(years + months + day - 1);
    Some(days * 86_400.0 + f64::from(field(11, 13)? * 3_600 + field(14, 16)? * 60 + field(17, 19)?))
}

fn address_bits(address: IpAddr) -> Vec<bool> {
    let octets = match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.octets().to_vec(),
            None => v6.octets().to_vec(),
        },
    };
    octets.iter().flat_map(|o| (0..8).rev().map(move |bit| o >> bit & 1 == 1)).collect()
}

/// IUG "IP address condition operators"; Ours: a range of one family holds no address of the other.
fn in_range(address: IpAddr, range: &str) -> bool {
    let (base, prefix) = range.split_once('/').unwrap_or((range, "128"));
    let (base, address) = (address_bits(base.parse().unwrap()), address_bits(address));
    let prefix = prefix.parse::<usize>().unwrap().min(base.len());
    base.len() == address.len() && base[..prefix] == address[..prefix]
}

// ---- actions and resources

/// IUG "Action": not case-sensitive, with wildcards.
fn action_named(question: &Question, statement: &Value) -> bool {
    let action = chars(&question.action.to_lowercase());
    let hit = |element: &Value| list(element).iter().any(|p| like(&marks(&p.to_lowercase()), &action));
    match (&statement["Action"], &statement["NotAction"]) {
        (Value::Null, Value::Null) => false,
        (Value::Null, not) => !hit(not),
        (action, _) => hit(action),
    }
}

/// IUG "Resource": wildcards stay in their segment of the ARN, but a `*` that ends its segment may go on. A variable
/// that the request lacks matches nothing (IUG "Policy variables"); Ours: it excepts nothing in `NotResource` either, so an
/// allow that hangs on it does not match.
fn resource_named(question: &Question, statement: &Value, version: bool) -> bool {
    let text = chars(&question.resource);
    let patterns = |element: &Value| -> Vec<Option<Vec<Mark>>> {
        list(element).iter().map(|p| substitute(question, p, version, true)).collect()
    };
    let hit = |patterns: &[Option<Vec<Mark>>]| {
        patterns.iter().flatten().any(|p| *p == [Mark::Star] || resource_like(p, 0, &text))
    };
    match (&statement["Resource"], &statement["NotResource"]) {
        (Value::Null, Value::Null) => false,
        (Value::Null, not) => {
            let patterns = patterns(not);
            if statement["Effect"] == "Allow" && patterns.contains(&None) {
                return false;
            }
            !hit(&patterns)
        }
        (resource, _) => hit(&patterns(resource)),
    }
}

fn resource_like(pattern: &[Mark], colons: usize, text: &[char]) -> bool {
    let within = |c: char| colons >= 5 || c != ':';
    match pattern.first() {
        None => text.is_empty(),
        Some(Mark::Star) => {
            let last = matches!(pattern.get(1), None | Some(Mark::Char(':')));
            (0..=text.len())
                .take_while(|skip| last || text[..*skip].iter().all(|c| within(*c)))
                .any(|skip| resource_like(&pattern[1..], colons, &text[skip..]))
        }
        Some(Mark::Question) => {
            text.first().is_some_and(|c| within(*c)) && resource_like(&pattern[1..], colons, &text[1..])
        }
        Some(Mark::Char(c)) => {
            text.first() == Some(c) && resource_like(&pattern[1..], colons + usize::from(*c == ':'), &text[1..])
        }
    }
}

// ---- principals

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// Himself, or everyone.
    Directly,
    /// His role, or everyone but some.
    AsRole,
    /// His account.
    AsAccount,
}

fn texts(element: &Value) -> Vec<String> {
    match element {
        Value::Object(map) => map.values().flat_map(list).collect(),
        other => list(other),
    }
}

/// KDG "Key policies": the account principal, by its id or its root ARN.
fn names_account(text: &str, account: &str) -> bool {
    text == account || text == format!("arn:aws:iam::{account}:root")
}

fn principal_named(stack: &Stack, question: &Question, statement: &Value) -> Option<Named> {
    let who = &question.principal;
    let account = who.account().map(|a| a.to_string());
    let by_account = |text: &String| account.as_ref().is_some_and(|a| names_account(text, a));
    let root = who.kind() == PrincipalKind::Root;
    if let not @ (Value::Object(_) | Value::String(_)) = &statement["NotPrincipal"] {
        let listed = texts(not);
        let account_listed = listed.iter().any(by_account);
        let role_or_self = listed.iter().any(|t| t == who.role_arn().unwrap_or(who.arn()));
        let concerned = if statement["Effect"] == "Deny" {
            // IUG "NotPrincipal": the account must be listed too; who has a boundary is always denied.
            let exempt = role_or_self && (account_listed || account.is_none()) || root && account_listed;
            stack.boundary.is_some() || !exempt
        } else {
            // Ours: named in any way, excepted.
            !(account_listed || role_or_self || listed.iter().any(|t| t == who.arn()))
        };
        return concerned.then_some(Named::AsRole);
    }
    let listed = texts(&statement["Principal"]);
    let direct = |t: &String| t == "*" || t == who.arn() || root && by_account(t);
    if listed.iter().any(direct) {
        return Some(Named::Directly);
    }
    if listed.iter().any(|t| Some(t.as_str()) == who.role_arn()) {
        return Some(Named::AsRole);
    }
    listed.iter().any(by_account).then_some(Named::AsAccount)
}

// ---- the procedure

fn matches(question: &Question, policy: &Value, statement: &Value) -> Holds {
    let version = policy["Version"] == "2012-10-17";
    if !action_named(question, statement) || !resource_named(question, statement, version) {
        return Holds::No;
    }
    conditions_met(question, statement, version)
}

fn allows(question: &Question, policies: &[Value]) -> bool {
    policies.iter().any(|policy| {
        statements(policy).iter().any(|s| s["Effect"] == "Allow" && matches(question, policy, s) == Holds::Yes)
    })
}

/// IUG "Policy evaluation logic": an explicit deny in any applicable policy is final.
fn denied(stack: &Stack, question: &Question) -> Option<Verdict> {
    let service = question.principal.kind() == PrincipalKind::Service;
    let mut all: Vec<(&Value, bool)> = stack.key.iter().map(|p| (p, true)).collect();
    if !service {
        let attached = stack.identity.iter().chain(&stack.boundary).chain(&stack.session);
        all.extend(attached.chain(stack.service_control.iter().flatten()).map(|p| (p, false)));
    }
    // The procedure stops at the first policy that denies, for whichever reason.
    all.into_iter().find_map(|(policy, names_principals)| {
        let concerned = |s: &Value| !names_principals || principal_named(stack, question, s).is_some();
        let found: Vec<Holds> = statements(policy)
            .into_iter()
            .filter(|s| s["Effect"] == "Deny" && concerned(s))
            .map(|s| matches(question, policy, s))
            .collect();
        if found.contains(&Holds::Yes) {
            Some(Verdict::ExplicitDeny)
        } else {
            found.contains(&Holds::Unclear).then_some(Verdict::Unevaluable)
        }
    })
}

pub(crate) fn evaluate(stack: &Stack, question: &Question) -> Verdict {
    let who = &question.principal;
    let service = who.kind() == PrincipalKind::Service;
    let foreign = who.account().is_some_and(|a| a.to_string() != question.owner);
    // KDG "Allowing users in other accounts": other operations are not effective across accounts.
    if foreign && !question.cross_account {
        return Verdict::NotCrossAccount;
    }
    if let Some(verdict) = denied(stack, question) {
        return verdict;
    }
    // IUG: service control policies must allow at every level.
    if !service && !stack.service_control.iter().all(|level| allows(question, level)) {
        return Verdict::NoServiceControlAllow;
    }
    // KDG "Policy evaluation": the key policy must allow, or leave it to the account.
    let key = stack.key.as_ref();
    let named = key.into_iter().flat_map(|policy| {
        statements(policy)
            .into_iter()
            .filter(|s| s["Effect"] == "Allow" && matches(question, policy, s) == Holds::Yes)
            .filter_map(|s| principal_named(stack, question, s))
            .collect::<Vec<_>>()
    });
    let Some(named) = named.min() else { return Verdict::NoKeyAllow };
    if service || (named == Named::Directly && !foreign) {
        return Verdict::Allow;
    }
    // KDG "Default key policy": the account's IAM policies then decide; IUG "Cross-account": both sides.
    let needs_identity = named == Named::AsAccount || foreign;
    if needs_identity && who.kind() != PrincipalKind::Root && !allows(question, &stack.identity) {
        return Verdict::NoIdentityAllow;
    }
    // IUG "Permissions boundaries", "Session policies".
    if stack.boundary.as_ref().is_some_and(|b| !allows(question, std::slice::from_ref(b))) {
        return Verdict::NoBoundaryAllow;
    }
    if !stack.session.is_empty() && !allows(question, &stack.session) {
        return Verdict::NoSessionAllow;
    }
    Verdict::Allow
}
