//! Conditions as the request fills them: every operator family, absent keys, sets, variables, and structures.

use strongroom_policy::{ConditionValue as V, ConditionValues, Layers, Reason};
use strongroom_types::row::KeyRole;
use strongroom_types::structure::{
    DefaultValue, List, Member, RecordRule, Shape, ShapeKind, Structure, Value, Visitor,
};
use strongroom_types::{Action, ConditionKey as K, EncryptionContext, Timestamp};

use crate::support::*;

fn allowed(condition: &str, fill: impl Fn(&mut ConditionValues<'_>)) -> bool {
    let policy =
        key(&format!("{{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{condition}}}"));
    let mut values = ConditionValues::new();
    fill(&mut values);
    allows(&policy, &alice(), Action::Decrypt, &values)
}

/// (operator and value, request values that match, request values that don't)
type Row = (&'static str, &'static str, &'static [V<'static>], &'static [V<'static>]);

const ROWS: &[Row] = &[
    ("StringEquals", "'a*'", &[V::Str("a*")], &[V::Str("ab"), V::Str("A*")]),
    ("StringEqualsIgnoreCase", "'Ab'", &[V::Str("aB")], &[V::Str("a")]),
    ("StringLike", "'a?c*'", &[V::Str("abc"), V::Str("a\u{e9}cd")], &[V::Str("ac"), V::Str("Abc")]),
    ("NumericEquals", "'10'", &[V::Num(10), V::Str("10.0")], &[V::Num(11)]),
    ("NumericLessThan", "'10'", &[V::Num(9), V::Str("9.99")], &[V::Num(10)]),
    ("NumericLessThanEquals", "10", &[V::Num(10)], &[V::Num(11)]),
    ("NumericGreaterThan", "'10'", &[V::Num(11)], &[V::Num(10)]),
    ("NumericGreaterThanEquals", "'10'", &[V::Num(10)], &[V::Num(9)]),
    ("DateEquals", "'1970-01-01T00:00:10Z'", &[V::Time(Timestamp::from_secs(10)), V::Str("10")], &[V::Str("11")]),
    ("DateLessThan", "'10'", &[V::Str("1970-01-01T00:00:09Z")], &[V::Time(Timestamp::from_secs(10))]),
    ("DateLessThanEquals", "'10'", &[V::Time(Timestamp::from_secs(10))], &[V::Time(Timestamp::from_secs(11))]),
    ("DateGreaterThan", "'10'", &[V::Time(Timestamp::from_secs(11))], &[V::Time(Timestamp::from_secs(10))]),
    ("DateGreaterThanEquals", "'10'", &[V::Time(Timestamp::from_secs(10))], &[V::Time(Timestamp::from_secs(9))]),
    ("Bool", "'TRUE'", &[V::Bool(true), V::Str("true")], &[V::Bool(false)]),
    ("BinaryEquals", "'QUJD'", &[V::Str("QUJD")], &[V::Str("QUJE")]),
    (
        "IpAddress",
        "'203.0.113.0/24'",
        &[V::Str("203.0.113.9"), V::Str("::ffff:203.0.113.9")],
        &[V::Str("203.0.114.9"), V::Str("2001:db8::1")],
    ),
    ("IpAddress", "'0.0.0.0/0'", &[V::Str("203.0.113.9")], &[V::Str("2001:db8::1")]),
    (
        "ArnEquals",
        "'arn:aws:s3:::b*'",
        &[V::Str("arn:aws:s3:::bucket:x")],
        &[V::Str("arn:aws:s3::1:bucket"), V::Str("bucket")],
    ),
    (
        "ArnLike",
        "'arn:aws:*:*:1:x?'",
        &[V::Str("arn:aws:s3:r:1:xy")],
        &[V::Str("arn:aws:s3:r:q:1:xy"), V::Str("arn:aws:s3:r:1:x")],
    ),
];

const NEGATED: &[(&str, &str)] = &[
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("NumericEquals", "NumericNotEquals"),
    ("DateEquals", "DateNotEquals"),
    ("IpAddress", "NotIpAddress"),
    ("ArnEquals", "ArnNotEquals"),
    ("ArnLike", "ArnNotLike"),
];

#[test]
fn every_operator_holds_fails_and_meets_an_absent_key_as_documented() {
    let mut operators = std::collections::BTreeSet::from(["Null"]);
    let mut cells = 0;
    for (operator, value, yes, no) in ROWS {
        let with = |operator: &str, v: V<'static>| {
            cells_of(operator, value, &move |values: &mut ConditionValues<'_>| {
                values.set(K::KmsViaService, v);
            })
        };
        operators.insert(operator);
        yes.iter().for_each(|v| assert!(with(operator, *v), "{operator} {v:?}"));
        no.iter().for_each(|v| assert!(!with(operator, *v), "{operator} {v:?}"));
        cells += yes.len() + no.len();
        let absent = |operator: &str| cells_of(operator, value, &|_| ());
        for (form, expected) in [("", false), ("IfExists", true)] {
            assert_eq!(absent(&format!("{operator}{form}")), expected, "{operator}{form}");
        }
        assert!(absent(&format!("ForAllValues:{operator}")) && !absent(&format!("ForAnyValue:{operator}")));
        assert!(absent(&format!("ForAnyValue:{operator}IfExists")));
        let Some((_, negated)) = NEGATED.iter().find(|(positive, _)| positive == operator) else { continue };
        operators.insert(negated);
        yes.iter().for_each(|v| assert!(!with(negated, *v), "{negated} {v:?}"));
        no.iter().for_each(|v| assert!(with(negated, *v), "{negated} {v:?}"));
        assert!(absent(negated) && absent(&format!("{negated}IfExists")) && !absent(&format!("ForAnyValue:{negated}")));
        cells += yes.len() + no.len();
    }
    assert_eq!(operators.len(), 27);
    println!("{cells} operator cells over {} operators", operators.len());
}

fn cells_of(operator: &str, value: &str, fill: &dyn Fn(&mut ConditionValues<'_>)) -> bool {
    allowed(&format!("{{'{operator}':{{'kms:ViaService':{value}}}}}"), fill)
}

#[test]
fn null_asks_for_presence_and_an_empty_set_is_absent() {
    for (value, absent, present) in
        [("'true'", true, false), ("'false'", false, true), ("['true','false']", true, true)]
    {
        let condition = format!("{{'Null':{{'kms:GrantOperations':{value}}}}}");
        assert_eq!(allowed(&condition, |_| ()), absent);
        assert_eq!(
            allowed(&condition, |v| {
                v.set(K::KmsGrantOperations, V::Strs(&[]));
            }),
            absent
        );
        assert_eq!(
            allowed(&condition, |v| {
                v.set(K::KmsGrantOperations, V::Strs(&["Decrypt"]));
            }),
            present
        );
    }
}

#[test]
fn values_are_alternatives_and_for_a_negated_operator_none_may_match() {
    let via = |text: &'static str| {
        move |v: &mut ConditionValues<'_>| {
            v.set(K::KmsViaService, V::Str(text));
        }
    };
    let either = "{'StringEquals':{'kms:ViaService':['a','b']}}";
    assert!(allowed(either, via("a")) && allowed(either, via("b")) && !allowed(either, via("c")));
    let neither = "{'StringNotEquals':{'kms:ViaService':['a','b']}}";
    assert!(!allowed(neither, via("a")) && !allowed(neither, via("b")) && allowed(neither, via("c")));
}

#[test]
fn set_operators_quantify_over_the_requests_values() {
    let operations = |list: &'static [&'static str]| {
        move |v: &mut ConditionValues<'_>| {
            v.set(K::KmsGrantOperations, V::Strs(list));
        }
    };
    let all = "{'ForAllValues:StringEquals':{'kms:GrantOperations':['Encrypt','Decrypt']}}";
    let any = "{'ForAnyValue:StringEquals':{'kms:GrantOperations':['Encrypt','Decrypt']}}";
    let none = "{'ForAllValues:StringNotEquals':{'kms:GrantOperations':['CreateGrant']}}";
    assert!(allowed(all, operations(&["Encrypt"])) && allowed(all, operations(&[])));
    assert!(!allowed(all, operations(&["Encrypt", "CreateGrant"])));
    assert!(allowed(any, operations(&["CreateGrant", "Encrypt"])) && !allowed(any, operations(&[])));
    assert!(allowed(none, operations(&["Encrypt"])) && !allowed(none, operations(&["Encrypt", "CreateGrant"])));
    // Several values and no set operator: closed.
    let plain = "{'StringEquals':{'kms:GrantOperations':'Encrypt'}}";
    assert!(allowed(plain, operations(&["Encrypt"])) && !allowed(plain, operations(&["Encrypt", "Encrypt"])));
}

#[test]
fn encryption_context_keys_are_found_without_regard_to_case_and_values_are_not() {
    let context = EncryptionContext::from_pairs([("Tenant", "42"), ("app", "orders")]).unwrap();
    let twice = EncryptionContext::from_pairs([("Tenant", "42"), ("tenant", "42")]).unwrap();
    let ask = |condition: &str, context: &EncryptionContext| {
        let policy =
            key(&format!("{{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{condition}}}"));
        let mut values = ConditionValues::new();
        values.encryption_context(context);
        allows(&policy, &alice(), Action::Decrypt, &values)
    };
    assert!(ask("{'StringEquals':{'kms:encryptioncontext:TENANT':'42'}}", &context));
    assert!(!ask("{'StringEquals':{'kms:EncryptionContext:app':'Orders'}}", &context));
    assert!(!ask("{'StringEquals':{'kms:EncryptionContext:other':'42'}}", &context));
    assert!(!ask("{'StringEquals':{'kms:EncryptionContext:tenant':'42'}}", &twice), "two keys that differ by case");
    assert!(ask("{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['Tenant','app']}}", &context));
    assert!(!ask("{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['Tenant']}}", &context));
    assert!(ask("{'Null':{'kms:EncryptionContext:tenant':'true'}}", &EncryptionContext::EMPTY));
}

#[test]
fn variables_stand_for_the_request_and_never_for_wildcards() {
    let tags = vec![("dept", "a*"), ("Team", "red")];
    let ask = |condition: &str, via: Option<&'static str>| {
        let policy =
            key(&format!("{{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{condition}}}"));
        let mut values = ConditionValues::new();
        values.set(K::AwsPrincipalTag, V::Tags(&tags)).set_if(K::KmsViaService, via.map(V::Str));
        allows(&policy, &alice(), Action::Decrypt, &values)
    };
    let is = |value: &str, via| ask(&format!("{{'StringLike':{{'kms:ViaService':'{value}'}}}}"), Some(via));
    assert!(is("${aws:username}", "alice") && is("x-${aws:username}-*", "x-alice-y") && !is("${aws:username}", "bob"));
    assert!(is("${aws:PrincipalTag/dept}", "a*") && !is("${aws:PrincipalTag/dept}", "ab"));
    assert!(is("${aws:principaltag/TEAM}${*}${?}${$}", "red*?$") && !is("${*}", "x"));
    assert!(
        is("${aws:PrincipalTag/none, \\u0027blue\\u0027}", "blue")
            && is("${aws:PrincipalTag/team, \\u0027blue\\u0027}", "red")
    );
    assert!(!is("${aws:PrincipalTag/none}", "") && !is("${saml:sub}", "x") && is("${saml:sub,\\u0027x\\u0027}", "x"));
    assert!(is("${aws:PrincipalIsAWSService}", "false"));
    let not = "{'StringNotEquals':{'kms:ViaService':'${aws:PrincipalTag/none}'}}";
    assert!(ask(not, Some("x")), "an unresolved variable matches nothing");
    // Without Version 2012-10-17 it is plain text.
    let old = document(
        "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{'StringEquals':{'kms:ViaService':'${aws:username}'}}}",
    );
    for version in ["\"Version\":\"2012-10-17\",", "\"Version\":\"2008-10-17\","] {
        let policy = key_policy(
            &old.replace("\"Version\":\"2012-10-17\",", if version.contains("2012") { "" } else { version }),
        )
        .unwrap();
        let mut values = ConditionValues::new();
        values.set(K::KmsViaService, V::Str("alice"));
        assert!(!allows(&policy, &alice(), Action::Decrypt, &values));
        values.set(K::KmsViaService, V::Str("${aws:username}"));
        assert!(allows(&policy, &alice(), Action::Decrypt, &values));
    }
}

#[test]
fn a_value_of_the_wrong_type_fails_an_allow_and_makes_a_deny_deny() {
    let clause = "'Condition':{'NumericLessThan':{'kms:EncryptionContext:n':'10'}}";
    let other = "'Condition':{'NumericLessThan':{'kms:EncryptionContext:n':'10'},'StringEquals':{'kms:KeySpec':'x'}}";
    let everyone = "'Principal':'*','Action':'*','Resource':'*'";
    let allow = key(&format!("{{'Effect':'Allow',{everyone},{clause}}}"));
    let deny = key(&format!("{{'Effect':'Allow',{everyone}}},{{'Effect':'Deny',{everyone},{clause}}}"));
    let apart = key(&format!("{{'Effect':'Allow',{everyone}}},{{'Effect':'Deny',{everyone},{other}}}"));
    for (text, fits) in [("9", true), ("11", true), ("nine", false), ("1e1", false)] {
        let context = EncryptionContext::from_pairs([("n", text)]).unwrap();
        let mut values = ConditionValues::new();
        values.encryption_context(&context);
        let ask = |policy| ask_with(&Layers::new(policy), &alice(), Action::Decrypt, &values);
        assert_eq!(ask(&allow).is_allow(), text == "9", "{text}");
        assert_eq!(ask(&deny).is_allow(), text == "11", "{text}");
        assert_eq!(ask(&deny).reason == Reason::Unevaluable, !fits, "{text}");
        assert!(ask(&apart).is_allow(), "another condition that surely fails settles it");
    }
}

#[test]
fn who_is_calling_comes_from_the_principal_and_can_not_be_set() {
    let spoof = |values: &mut ConditionValues<'_>| {
        values.set(K::AwsPrincipalArn, V::Str("arn:aws:iam::111122223333:user/admin"));
        values.set(K::KmsCallerAccount, V::Str(OTHER));
    };
    assert!(!allowed("{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::111122223333:user/admin'}}", spoof));
    assert!(allowed("{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::111122223333:user/alice'}}", spoof));
    assert!(allowed(
        "{'StringEquals':{'kms:CallerAccount':'111122223333','aws:PrincipalType':'User','aws:userid':'AIDAEXAMPLE'}}",
        spoof
    ));
    let role = key(
        "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/team/*'},'StringLike':{'aws:userid':'AROAEXAMPLE:*'}}}",
    );
    assert!(ask(&Layers::new(&role), &session()).is_allow() && !ask(&Layers::new(&role), &alice()).is_allow());
}

#[derive(Debug)]
pub(crate) struct Tag(String, String);

static TEXT: Shape =
    Shape { name: "Text", kind: ShapeKind::Str, min: None, max: None, pattern: None, sensitive: false };
const fn member(
    name: &'static str,
    condition: Option<K>,
    default: Option<DefaultValue>,
    role: Option<KeyRole>,
) -> Member {
    let record = RecordRule::IfSent;
    let (required, default_in_conditions) = (false, !matches!(condition, Some(K::KmsBypassPolicyLockoutSafetyCheck)));
    Member { name, record_name: name, shape: &TEXT, required, record, condition, default, default_in_conditions, role }
}
static MEMBERS: [Member; 9] = [
    member("EncryptionContext", Some(K::KmsEncryptionContext), None, None),
    member("KeySpec", Some(K::KmsKeySpec), Some(DefaultValue::Str("SYMMETRIC_DEFAULT")), None),
    member("Bypass", Some(K::KmsBypassPolicyLockoutSafetyCheck), Some(DefaultValue::Bool(false)), None),
    member("Operations", Some(K::KmsGrantOperations), None, None),
    member("Tags", Some(K::AwsRequestTag), Some(DefaultValue::EmptyList), None),
    member("Days", Some(K::KmsRotationPeriodInDays), Some(DefaultValue::Int(365)), None),
    member("Source", Some(K::KmsEncryptionAlgorithm), None, Some(KeyRole::Source)),
    member("Destination", Some(K::KmsEncryptionAlgorithm), None, Some(KeyRole::Destination)),
    member("KeyId", None, None, None),
];
static TAG: [Member; 2] = [member("TagKey", None, None, None), member("TagValue", None, None, None)];
static TAG_SHAPE: Shape = Shape { kind: ShapeKind::Struct(&TAG), ..TEXT };
static SHAPE: Shape = Shape { kind: ShapeKind::Struct(&MEMBERS), ..TEXT };

impl Structure for Tag {
    fn shape(&self) -> &'static Shape {
        &TAG_SHAPE
    }
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        visitor.member(&TAG[0], Some(&self.0));
        visitor.member(&TAG[1], Some(&self.1));
    }
}
impl Value for Tag {
    fn kind(&self) -> strongroom_types::structure::Kind<'_> {
        strongroom_types::structure::Kind::Struct(self)
    }
}

/// A request with a member of each kind.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) context: Option<EncryptionContext>,
    pub(crate) operations: Option<List<String>>,
    pub(crate) tags: Option<List<Tag>>,
    pub(crate) texts: [Option<String>; 2],
}

impl Structure for Input {
    fn shape(&self) -> &'static Shape {
        &SHAPE
    }
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        let values: [Option<&'a dyn Value>; 9] = [
            self.context.as_ref().map(|v| v as &dyn Value),
            None,
            None,
            self.operations.as_ref().map(|v| v as &dyn Value),
            self.tags.as_ref().map(|v| v as &dyn Value),
            None,
            self.texts[0].as_ref().map(|v| v as &dyn Value),
            self.texts[1].as_ref().map(|v| v as &dyn Value),
            None,
        ];
        MEMBERS.iter().zip(values).for_each(|(member, value)| visitor.member(member, value));
    }
}

#[test]
fn a_request_fills_its_conditions_with_what_was_sent_and_with_defaults() {
    let input = Input {
        context: Some(EncryptionContext::from_pairs([("tenant", "42")]).unwrap()),
        operations: Some(vec!["Encrypt".to_string()].into()),
        tags: Some(vec![Tag("dept".into(), "ops".into()), Tag("team".into(), "red".into())].into()),
        texts: [Some("A".into()), Some("B".into())],
    };
    let fill = |condition: &str, input: &Input, role: Option<KeyRole>| {
        let policy =
            key(&format!("{{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{condition}}}"));
        let mut values = ConditionValues::new();
        match role {
            Some(role) => values.fill_for(input, role),
            None => values.fill(input),
        };
        allows(&policy, &alice(), Action::Decrypt, &values)
    };
    for condition in [
        "{'StringEquals':{'kms:EncryptionContext:tenant':'42','kms:KeySpec':'SYMMETRIC_DEFAULT'}}",
        "{'StringEquals':{'kms:CustomerMasterKeySpec':'SYMMETRIC_DEFAULT'}}",
        "{'NumericEquals':{'kms:RotationPeriodInDays':'365'}}",
        "{'Null':{'kms:BypassPolicyLockoutSafetyCheck':'true'}}",
        "{'ForAllValues:StringEquals':{'kms:GrantOperations':'Encrypt'}}",
        "{'StringEquals':{'aws:RequestTag/Dept':'ops'}}",
        "{'ForAllValues:StringEquals':{'aws:TagKeys':['dept','team']}}",
        "{'Null':{'kms:EncryptionAlgorithm':'true'}}",
    ] {
        assert!(fill(condition, &input, None), "{condition}");
    }
    assert!(!fill("{'ForAllValues:StringEquals':{'aws:TagKeys':['dept']}}", &input, None));
    assert!(fill("{'Null':{'aws:TagKeys':'true','kms:EncryptionContextKeys':'true'}}", &Input::default(), None));
    let algorithm = "{'StringEquals':{'kms:EncryptionAlgorithm':'B'}}";
    assert!(fill(algorithm, &input, Some(KeyRole::Destination)) && !fill(algorithm, &input, Some(KeyRole::Source)));
}
