//! Random policies and requests, typed so that they mean something.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use strongroom_policy::{
    Compiled, ConditionValue as V, ConditionValues, Decision, Layers, PrincipalView, Request, decide,
};
use strongroom_types::{Action, ConditionKey as K, EncryptionContext, Principal, Timestamp};

use crate::reference::{Question, Said, Stack};
use crate::support::*;

pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % n
    }

    pub(crate) fn percent(&mut self, p: usize) -> bool {
        self.below(100) < p
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(crate) fn some<'a>(&mut self, from: &[&'a str], most: usize) -> Vec<&'a str> {
        (0..=self.below(most)).map(|_| self.pick(from)).collect()
    }
}

const PRINCIPALS: &[&str] = &[
    "*",
    "*",
    "*",
    "*",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:root",
    "111122223333",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:role/team/app",
    "arn:aws:iam::111122223333:role/team/app",
    "arn:aws:sts::111122223333:assumed-role/app/i-1",
    "arn:aws:sts::111122223333:federated-user/carol",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::444455556666:user/bob",
];
const ACTIONS: &[&str] = &[
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:*",
    "kms:*",
    "kms:*",
    "kms:*",
    "kms:Encryp?",
    "kms:*crypt",
    "*",
    "kms:GenerateDataKey*",
    "KMS:DECRYPT",
    "kms:*Key*",
    "s3:GetObject",
    "kms:PutKeyPolicy",
];
const RESOURCES: &[&str] = &[
    KEY,
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:kms:us-*-2:111122223333:key/1234*",
    "arn:aws:kms:us-?est-2:*",
    "arn:aws:kms:us-west-2:111122223333:key/other",
    "arn:aws:kms:us-west-2:111122223333:key/${aws:PrincipalTag/key}",
    "arn:aws:kms:us-west-2:111122223333:key/${aws:PrincipalTag/none,'1234'}*",
    "arn:aws:kms:u*b:111122223333:key/*",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Str,
    Arn,
    Bool,
    Num,
    Date,
    Ip,
}

/// Key, type, whether it has several values, values for policies.
const KEYS: &[(&str, Type, bool, &[&str])] = &[
    (
        "kms:ViaService",
        Type::Str,
        false,
        &["s3.us-west-2.amazonaws.com", "s3.*", "*.amazonaws.com", "S3.US-WEST-2.amazonaws.com", "ec?.*"],
    ),
    ("kms:EncryptionContext:Tenant", Type::Str, false, &["42", "4?", "${aws:PrincipalTag/dept}", "ops", "*"]),
    ("kms:encryptioncontext:app", Type::Num, false, &["42", "7", "10.5", "-1"]),
    ("aws:PrincipalTag/dept", Type::Str, false, &["ops", "o*", "${aws:username}", "dev"]),
    ("aws:PrincipalType", Type::Str, false, &["User", "AssumedRole", "A*"]),
    ("aws:username", Type::Str, false, &["alice", "ALICE", "b?b", "${kms:EncryptionContext:Tenant}"]),
    (
        "aws:PrincipalArn",
        Type::Arn,
        false,
        &[
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::111122223333:*",
            "*",
            "arn:aws:iam::111122223333:user/${aws:username}",
        ],
    ),
    ("aws:SourceArn", Type::Arn, false, &["arn:aws:s3:::bucket", "arn:aws:s3:*:*:b*", "arn:aws:*:::bucket*"]),
    ("kms:EncryptionContextKeys", Type::Str, true, &["Tenant", "app", "T*"]),
    ("kms:GrantOperations", Type::Str, true, &["Encrypt", "Decrypt", "*crypt", "CreateGrant"]),
    ("kms:MultiRegion", Type::Bool, false, &["true", "false"]),
    ("aws:PrincipalIsAWSService", Type::Bool, false, &["true", "false"]),
    ("kms:RotationPeriodInDays", Type::Num, false, &["90", "365", "364.5", "-1"]),
    (
        "aws:CurrentTime",
        Type::Date,
        false,
        &["2026-11-24T17:03:12Z", "2026-01-01T00:00:00Z", "1795539792", "2027-03-01T12:00:00Z"],
    ),
    ("aws:SourceIp", Type::Ip, false, &["203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "203.0.113.9", "::/0"]),
];

fn operators(kind: Type) -> &'static [&'static str] {
    match kind {
        Type::Str => &[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ],
        Type::Arn => &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike"],
        Type::Bool => &["Bool", "StringEquals"],
        Type::Num => &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        Type::Date => &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
            "StringLike",
        ],
        Type::Ip => &["IpAddress", "NotIpAddress"],
    }
}

fn add_condition(rng: &mut Rng, condition: &mut Map<String, Value>) {
    let (key, kind, multi, values) = KEYS[rng.below(KEYS.len())];
    let (mut operator, values) = if rng.percent(10) {
        ("Null".to_string(), rng.some(&["true", "false"], 2))
    } else {
        (rng.pick(operators(kind)).to_string(), rng.some(values, 2))
    };
    if operator != "Null" {
        if rng.percent(15) {
            operator += "IfExists";
        }
        let context = key.to_lowercase().starts_with("kms:encryptioncontext:");
        match rng.below(100) {
            0..35 if multi => operator.insert_str(0, "ForAllValues:"),
            35..80 if multi => operator.insert_str(0, "ForAnyValue:"),
            0..5 if !context => operator.insert_str(0, "ForAllValues:"),
            5..10 => operator.insert_str(0, "ForAnyValue:"),
            _ => {}
        }
    }
    let keys = condition.entry(operator).or_insert_with(|| json!({}));
    let value = if values.len() == 1 { json!(values[0]) } else { json!(values) };
    keys[key] = value;
}

pub(crate) fn statement(rng: &mut Rng, names_principals: bool, deny: usize) -> Value {
    let mut out = Map::new();
    let denies = rng.percent(deny);
    out.insert("Effect".into(), json!(if denies { "Deny" } else { "Allow" }));
    if names_principals {
        if rng.percent(8) {
            out.insert("NotPrincipal".into(), json!({ "AWS": rng.some(&PRINCIPALS[4..], 4) }));
        } else if rng.percent(8) {
            out.insert("Principal".into(), json!({ "Service": "s3.amazonaws.com", "AWS": rng.some(PRINCIPALS, 1) }));
        } else {
            out.insert("Principal".into(), json!({ "AWS": rng.some(PRINCIPALS, 3) }));
        }
    }
    match rng.below(100) {
        0..8 => out.insert("NotAction".into(), json!(rng.some(ACTIONS, 2))),
        8..10 if names_principals => None,
        _ => out.insert("Action".into(), json!(rng.some(ACTIONS, 3))),
    };
    match rng.below(100) {
        0..70 => out.insert("Resource".into(), json!("*")),
        70..72 if names_principals => None,
        72..78 => out.insert("NotResource".into(), json!(rng.some(RESOURCES, 2))),
        _ => out.insert("Resource".into(), json!(rng.some(RESOURCES, 3))),
    };
    let mut condition = Map::new();
    // A statement that denies should not always do so.
    for _ in 0..rng.below(3) + usize::from(denies && rng.percent(60)) {
        add_condition(rng, &mut condition);
    }
    if !condition.is_empty() {
        out.insert("Condition".into(), Value::Object(condition));
    }
    Value::Object(out)
}

pub(crate) fn policy(rng: &mut Rng, names_principals: bool, deny: usize, most: usize) -> Value {
    let statements: Vec<Value> = (0..=rng.below(most)).map(|_| statement(rng, names_principals, deny)).collect();
    match rng.below(10) {
        0 => json!({ "Version": "2008-10-17", "Statement": statements }),
        _ => json!({ "Version": "2012-10-17", "Statement": statements }),
    }
}

pub(crate) fn stack(rng: &mut Rng) -> Stack {
    let limited = rng.percent(18);
    let wide = |rng: &mut Rng| {
        let mut policy = policy(rng, false, 12, 2);
        if rng.percent(60) {
            policy["Statement"].as_array_mut().unwrap().push(json!({"Effect":"Allow","Action":"*","Resource":"*"}));
        }
        policy
    };
    Stack {
        key: Some(policy(rng, true, 38, 5)),
        identity: (0..rng.below(3)).map(|_| policy(rng, false, 12, 3)).collect(),
        boundary: (limited && rng.percent(50)).then(|| wide(rng)),
        session: (0..usize::from(limited && rng.percent(50))).map(|_| wide(rng)).collect(),
        service_control: (0..if limited { rng.below(3) } else { 0 }).map(|_| vec![wide(rng)]).collect(),
    }
}

/// The compiled form of a stack.
pub(crate) struct Built {
    pub(crate) key: Option<Compiled>,
    pub(crate) identity: Vec<Arc<Compiled>>,
    pub(crate) boundary: Option<Compiled>,
    pub(crate) session: Vec<Arc<Compiled>>,
    pub(crate) service_control: Vec<Box<[Arc<Compiled>]>>,
}

impl Built {
    pub(crate) fn new(stack: &Stack) -> Self {
        let identity = |v: &Value| identity_policy(&v.to_string()).unwrap_or_else(|e| panic!("{v} {e}"));
        let many = |list: &[Value]| list.iter().map(|v| Arc::new(identity(v))).collect::<Vec<_>>();
        Self {
            key: stack.key.as_ref().map(|v| key_policy(&v.to_string()).unwrap_or_else(|e| panic!("{v} {e}"))),
            identity: many(&stack.identity),
            boundary: stack.boundary.as_ref().map(identity),
            session: many(&stack.session),
            service_control: stack.service_control.iter().map(|level| many(level).into()).collect(),
        }
    }

    pub(crate) fn layers(&self) -> Layers<'_> {
        let mut layers =
            Layers::without_key().identity(&self.identity).boundary(self.boundary.as_ref()).session(&self.session);
        layers.key_policy = self.key.as_ref();
        layers.service_control = &self.service_control;
        layers
    }
}

/// Everything that a request is made of.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) principal: Principal,
    pub(crate) action: Action,
    pub(crate) cross_account: bool,
    pub(crate) context: EncryptionContext,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) operations: Option<Vec<&'static str>>,
    pub(crate) texts: Vec<(K, &'static str)>,
    pub(crate) multi_region: Option<bool>,
    pub(crate) days: Option<i64>,
    pub(crate) now: Option<i64>,
    pub(crate) ip: Option<&'static str>,
}

pub(crate) fn facts(rng: &mut Rng) -> Facts {
    let account = account(ACCOUNT);
    let maybe = |rng: &mut Rng, list: &[&'static str]| rng.percent(70).then(|| rng.pick(list));
    let mut pairs = Vec::new();
    pairs.extend(maybe(rng, &["42", "ops", "43"]).map(|v| ("Tenant", v)));
    pairs.extend(maybe(rng, &["42", "7", "x1", "10.50"]).map(|v| ("app", v)));
    if rng.percent(3) {
        pairs.push(("TENANT", "42"));
    }
    let mut tags = Vec::new();
    tags.extend(maybe(rng, &["ops", "dev", "alice", "42"]).map(|v| ("Dept".to_string(), v.to_string())));
    tags.extend(
        maybe(rng, &["1234abcd-12ab-34cd-56ef-1234567890ab", "x*"]).map(|v| ("key".to_string(), v.to_string())),
    );
    let mut texts = Vec::new();
    texts.extend(
        maybe(rng, &["s3.us-west-2.amazonaws.com", "ec2.us-west-2.amazonaws.com"]).map(|v| (K::KmsViaService, v)),
    );
    texts.extend(maybe(rng, &["arn:aws:s3:::bucket", "arn:aws:s3:::bucket:1", "bucket"]).map(|v| (K::AwsSourceArn, v)));
    Facts {
        principal: match rng.below(16) {
            0..6 => Principal::user(partition(), account, "alice", "AIDAEXAMPLE"),
            6..10 => Principal::assumed_role(partition(), account, "team/app", "i-1", "AROAEXAMPLE"),
            10 => Principal::federated_user(partition(), account, "carol"),
            11 => Principal::service("s3.amazonaws.com"),
            12 => Principal::user(partition(), crate::support::account(OTHER), "bob", "AIDAOTHER"),
            13 => Principal::user(partition(), account, "bob", "AIDAEXAMPLE2"),
            _ => Principal::root(partition(), account),
        },
        action: [Action::Encrypt, Action::Decrypt, Action::GenerateDataKey, Action::PutKeyPolicy][rng.below(4)],
        cross_account: rng.percent(85),
        context: EncryptionContext::from_pairs(pairs).unwrap(),
        tags,
        operations: rng
            .percent(60)
            .then(|| (0..rng.below(3)).map(|_| rng.pick(&["Encrypt", "Decrypt", "CreateGrant"])).collect()),
        texts,
        multi_region: rng.percent(70).then(|| rng.percent(50)),
        days: rng.percent(70).then(|| [90, 365, 100][rng.below(3)]),
        now: rng.percent(80).then(|| [1_795_539_792, 1_700_000_000, 1_900_000_000][rng.below(3)]),
        ip: maybe(rng, &["203.0.113.9", "198.51.100.1", "2001:db8::1", "::ffff:203.0.113.9"]),
    }
}

impl Facts {
    pub(crate) fn decide(&self, layers: &Layers<'_>) -> Decision {
        let mut values = ConditionValues::new();
        values.encryption_context(&self.context).set(K::AwsPrincipalTag, V::Tags(&self.tags));
        self.texts.iter().for_each(|(key, text)| {
            values.set(*key, V::Str(text));
        });
        values
            .set_if(K::KmsGrantOperations, self.operations.as_deref().map(V::Strs))
            .set_if(K::KmsMultiRegion, self.multi_region.map(V::Bool))
            .set_if(K::KmsRotationPeriodInDays, self.days.map(V::Num))
            .set_if(K::AwsCurrentTime, self.now.map(|s| V::Time(Timestamp::from_secs(s))))
            .set_if(K::AwsSourceIp, self.ip.map(|ip| V::Ip(ip.parse().unwrap())));
        let view = PrincipalView::new(self.principal.clone());
        let request = Request::on_key(self.action, &view, KEY, account(ACCOUNT), &values);
        decide(layers, &if self.cross_account { request.cross_account_capable() } else { request })
    }

    pub(crate) fn question(&self) -> Question {
        let mut said = BTreeMap::new();
        let mut one = |key: &str, text: String| {
            let key = key.to_lowercase();
            let value = match said.remove(&key) {
                None => Said::One(text),
                Some(_) => Said::Unfit,
            };
            said.insert(key, value);
        };
        self.context.iter().for_each(|(k, v)| one(&format!("kms:EncryptionContext:{k}"), v.into()));
        self.tags.iter().for_each(|(k, v)| one(&format!("aws:PrincipalTag/{k}"), v.clone()));
        self.texts.iter().for_each(|(k, v)| one(k.name(), (*v).into()));
        self.multi_region.iter().for_each(|v| one("kms:MultiRegion", v.to_string()));
        self.days.iter().for_each(|v| one("kms:RotationPeriodInDays", v.to_string()));
        self.now.iter().for_each(|v| one("aws:CurrentTime", Timestamp::from_secs(*v).to_string()));
        self.ip.iter().for_each(|v| one("aws:SourceIp", (*v).into()));
        let keys = self.context.iter().map(|(k, _)| k.to_string()).collect();
        said.insert("kms:encryptioncontextkeys".into(), Said::Many(keys));
        if let Some(list) = &self.operations {
            said.insert("kms:grantoperations".into(), Said::Many(list.iter().map(ToString::to_string).collect()));
        }
        Question {
            action: format!("kms:{}", self.action),
            principal: self.principal.clone(),
            resource: KEY.into(),
            owner: ACCOUNT.into(),
            cross_account: self.cross_account,
            said,
        }
    }
}
