//! Who is calling: what policies read of each kind of principal, what the record shows of him, and what is refused.

use serde_json::{Value, json};
use strongroom::caller::{
    Ec2Instance, FederatedUser, Forwarded, MetadataService, Organization, Origin, RoleSession, RootUser, Service,
    Session, Source, User, VpcEndpoint, WebIdentity,
};
use strongroom::{Caller, Client, Error, ErrorCode, Timestamp};
use strongroom_types::{ConditionKey, ConditionType};

use super::support::*;

const PATH: &str = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/";
/// An hour before the fake clock's start, 2026-03-01T00:00:00Z.
const ISSUED: &str = "2026-02-28T23:00:00Z";

fn issued() -> Timestamp {
    Timestamp::from_secs(1_772_323_200 - 3_600)
}

/// A minute after the credentials were issued.
fn shown() -> Timestamp {
    Timestamp::from_secs(1_772_323_200 - 3_540)
}

fn organization() -> Organization {
    Organization::at(PATH).unwrap()
}

fn address() -> Origin {
    Origin::Address("203.0.113.9".parse().unwrap())
}

fn endpoint() -> VpcEndpoint {
    let endpoint = VpcEndpoint::new("vpce-1a2b3c4d", "vpc-0123456789abcdef0", "10.0.0.7".parse().unwrap()).unwrap();
    endpoint.owned_by(there(), ELSEWHERE.parse().unwrap(), Some(organization()))
}

fn instance() -> Ec2Instance {
    let address = "10.0.0.8".parse().unwrap();
    Ec2Instance::new("i-0123456789abcdef0", "vpc-1a2b3c4d", address, MetadataService::V2).unwrap()
}

fn source() -> Source {
    Source::new("arn:aws:s3:::orders", HERE.parse().unwrap()).unwrap().in_organization(organization())
}

/// One caller of each kind, with everything that his kind can have.
pub(crate) fn kinds() -> [(&'static str, Caller); 9] {
    let web = WebIdentity::from_provider("cognito-identity.amazonaws.com").unwrap().attribute("aud", "eu-west-1:pool");
    let chain = ["cloudformation.amazonaws.com", "dynamodb.amazonaws.com"];
    let forwarded = Forwarded::by("dynamodb.eu-west-1.amazonaws.com").unwrap().called_via(chain).unwrap();
    [
        ("root", RootUser::new().access_key_id("AKIAROOTEXAMPLE").origin(address()).into()),
        (
            "user",
            User::new("division/alice")
                .unique_id("AIDAALICEEXAMPLE")
                .access_key_id("AKIAALICEEXAMPLE")
                .organization(organization())
                .tag("team", "red")
                .origin(address())
                .user_agent("aws-cli/2")
                .referer("https://example.com/")
                .into(),
        ),
        (
            "user with MFA, through an endpoint",
            User::new("alice").session(Session::with_mfa(issued(), shown())).origin(endpoint()).into(),
        ),
        (
            "role",
            RoleSession::assumed("team/admin", "tuesday", Session::new(issued()))
                .unique_id("AROAADMINEXAMPLE")
                .access_key_id("ASIAADMINEXAMPLE")
                .source_identity("alice")
                .organization(organization())
                .tag("team", "blue")
                .forwarded(forwarded)
                .into(),
        ),
        ("web identity", RoleSession::web_identity("web", "visitor", issued(), web).unique_id("AROAWEBEXAMPLE").into()),
        ("SAML", RoleSession::saml("staff", "bob", issued()).unique_id("AROASTAFFEXAMPLE").into()),
        ("instance", RoleSession::on_instance("server", issued(), instance()).unique_id("AROASERVEREXAMPLE").into()),
        (
            "federated user",
            FederatedUser::by_user("carol", "division/dave", issued()).issuer_id("AIDADAVEEXAMPLE").into(),
        ),
        ("service", Service::new("s3.amazonaws.com").for_source(source()).into()),
    ]
}

/// A condition key, and its value for each kind of caller in the order of [`kinds`]; empty is absent. (IAM User Guide,
/// "AWS global condition context keys", "IAM policy elements: Variables and tags"; AWS KMS Developer Guide, "AWS KMS
/// condition keys".)
#[rustfmt::skip]
const READ: &[(&str, [&str; 9])] = &[
    ("aws:PrincipalArn", [
        "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:user/division/alice",
        "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:role/team/admin",
        "arn:aws:iam::111122223333:role/web", "arn:aws:iam::111122223333:role/staff",
        "arn:aws:iam::111122223333:role/server", "arn:aws:sts::111122223333:federated-user/carol", ""]),
    ("aws:PrincipalAccount", [HERE, HERE, HERE, HERE, HERE, HERE, HERE, HERE, ""]),
    ("kms:CallerAccount", [HERE, HERE, HERE, HERE, HERE, HERE, HERE, HERE, ""]),
    ("aws:PrincipalType", [
        "Account", "User", "User", "AssumedRole", "AssumedRole", "AssumedRole", "AssumedRole", "FederatedUser", ""]),
    ("aws:userid", [
        HERE, "AIDAALICEEXAMPLE", "AIDASTRONGROOM", "AROAADMINEXAMPLE:tuesday", "AROAWEBEXAMPLE:visitor",
        "AROASTAFFEXAMPLE:bob", "AROASERVEREXAMPLE:i-0123456789abcdef0", "111122223333:carol", ""]),
    ("aws:username", ["", "alice", "alice", "", "", "", "", "", ""]),
    ("aws:PrincipalOrgID", ["", "o-a1b2c3d4e5", "", "o-a1b2c3d4e5", "", "", "", "", ""]),
    ("aws:PrincipalOrgPaths", ["", PATH, "", PATH, "", "", "", "", ""]),
    ("aws:PrincipalTag/team", ["", "red", "", "blue", "", "", "", "", ""]),
    ("aws:PrincipalIsAWSService", ["false", "false", "false", "false", "false", "false", "false", "false", "true"]),
    ("aws:PrincipalServiceName", ["", "", "", "", "", "", "", "", "s3.amazonaws.com"]),
    ("aws:PrincipalServiceNamesList", ["", "", "", "", "", "", "", "", "s3.amazonaws.com"]),
    ("aws:SourceIp", ["203.0.113.9", "203.0.113.9", "", "", "", "", "", "", ""]),
    ("aws:VpcSourceIp", ["", "", "10.0.0.7", "", "", "", "", "", ""]),
    ("aws:SourceVpc", ["", "", "vpc-0123456789abcdef0", "", "", "", "", "", ""]),
    ("aws:SourceVpce", ["", "", "vpce-1a2b3c4d", "", "", "", "", "", ""]),
    ("aws:SourceVpcArn", [
        "", "", "arn:aws:ec2:us-west-2:444455556666:vpc/vpc-0123456789abcdef0", "", "", "", "", "", ""]),
    ("aws:VpceAccount", ["", "", THERE, "", "", "", "", "", ""]),
    ("aws:VpceOrgID", ["", "", "o-a1b2c3d4e5", "", "", "", "", "", ""]),
    ("aws:VpceOrgPaths", ["", "", PATH, "", "", "", "", "", ""]),
    ("aws:SourceArn", ["", "", "", "", "", "", "", "", "arn:aws:s3:::orders"]),
    ("aws:SourceAccount", ["", "", "", "", "", "", "", "", HERE]),
    ("aws:SourceOrgID", ["", "", "", "", "", "", "", "", "o-a1b2c3d4e5"]),
    ("aws:SourceOrgPaths", ["", "", "", "", "", "", "", "", PATH]),
    ("kms:ViaService", ["", "", "", "dynamodb.eu-west-1.amazonaws.com", "", "", "", "", ""]),
    ("aws:ViaAWSService", ["false", "false", "false", "true", "false", "false", "false", "false", "false"]),
    ("aws:CalledVia", ["", "", "", "cloudformation.amazonaws.com", "", "", "", "", ""]),
    ("aws:CalledViaFirst", ["", "", "", "cloudformation.amazonaws.com", "", "", "", "", ""]),
    ("aws:CalledViaLast", ["", "", "", "dynamodb.amazonaws.com", "", "", "", "", ""]),
    ("aws:TokenIssueTime", ["", "", ISSUED, ISSUED, ISSUED, ISSUED, ISSUED, ISSUED, ""]),
    ("aws:MultiFactorAuthPresent", ["", "", "true", "false", "false", "false", "false", "false", ""]),
    ("aws:MultiFactorAuthAge", ["", "", "3540", "", "", "", "", "", ""]),
    ("aws:SourceIdentity", ["", "", "", "alice", "", "", "", "", ""]),
    ("aws:FederatedProvider", ["", "", "", "", "cognito-identity.amazonaws.com", "", "", "", ""]),
    ("aws:Ec2InstanceSourceVpc", ["", "", "", "", "", "", "vpc-1a2b3c4d", "", ""]),
    ("aws:Ec2InstanceSourcePrivateIPv4", ["", "", "", "", "", "", "10.0.0.8", "", ""]),
    ("aws:UserAgent", ["", "aws-cli/2", "", "", "", "", "", "", ""]),
    ("aws:referer", ["", "https://example.com/", "", "", "", "", "", "", ""]),
    ("aws:SecureTransport", ["true", "true", "true", "true", "true", "true", "true", "true", "true"]),
    ("aws:RequestedRegion", [REGION, REGION, REGION, REGION, REGION, REGION, REGION, REGION, REGION]),
    ("aws:ResourceAccount", [HERE, HERE, HERE, HERE, HERE, HERE, HERE, HERE, HERE]),
];

/// Global keys that no caller feeds: those of the request, the resource and the time, and what this version has no
/// principal for.
const NOT_OF_CALLERS: &[ConditionKey] = &[
    ConditionKey::AwsRequestTag,
    ConditionKey::AwsResourceTag,
    ConditionKey::AwsTagKeys,
    ConditionKey::AwsCurrentTime,
    ConditionKey::AwsEpochTime,
    ConditionKey::AwsResourceOrgID,
    ConditionKey::AwsResourceOrgPaths,
    ConditionKey::AwsAssumedRoot,
];

fn condition(name: &str, value: &str) -> Value {
    let (key, _) = ConditionKey::parse(name).unwrap();
    let operator = match key.value_type() {
        ConditionType::Str => "StringEquals",
        ConditionType::Arn => "ArnEquals",
        ConditionType::Bool => "Bool",
        ConditionType::Num => "NumericEquals",
        ConditionType::Date => "DateEquals",
        ConditionType::Ip => "IpAddress",
    };
    let operator = if key.is_multi_valued() { format!("ForAnyValue:{operator}") } else { operator.to_owned() };
    json!({ operator: { name: value } })
}

/// Puts a policy that lets everyone look under `condition`.
fn look_if(root: &Client, key: &Key, condition: &Value) {
    let statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "kms:DescribeKey", "Resource": "*",
        "Condition": condition });
    let admin =
        json!({ "Effect": "Allow", "Principal": { "AWS": HERE }, "Action": "kms:PutKeyPolicy", "Resource": "*" });
    root.put_key_policy(&*key.id, key_policy(&[admin, statement])).send().unwrap();
}

#[test]
fn each_condition_key_is_fed_for_exactly_the_principals_that_have_it() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let kinds = kinds();
    let clients: Vec<(&str, Client)> = kinds.iter().map(|(name, who)| (*name, room.client(who.clone()))).collect();
    let mut cells = 0;
    for (name, row) in READ {
        let mut values: Vec<&str> = row.iter().copied().filter(|value| !value.is_empty()).collect();
        values.sort_unstable();
        values.dedup();
        for value in values.into_iter().chain([""]) {
            let when = if value.is_empty() { json!({ "Null": { *name: "true" } }) } else { condition(name, value) };
            look_if(&root, &key, &when);
            for ((kind, client), cell) in clients.iter().zip(row) {
                let allowed = describe(client, &key.arn).is_ok();
                assert_eq!(allowed, *cell == value, "{kind}: {name} is {cell:?}, and {when} was asked");
                cells += usize::from(allowed);
            }
        }
    }
    assert_eq!(cells, READ.len() * kinds.len(), "every cell matched once");
    println!("{} condition keys for {} kinds of caller", READ.len(), kinds.len());
}

#[test]
fn every_global_condition_key_is_in_the_table_or_is_no_callers() {
    let told: Vec<ConditionKey> = READ.iter().map(|(name, _)| ConditionKey::parse(name).unwrap().0).collect();
    for key in ConditionKey::ALL.iter().filter(|key| key.name().starts_with("aws:")) {
        assert!(told.contains(key) != NOT_OF_CALLERS.contains(key), "{}", key.name());
    }
}

#[test]
fn every_kind_of_caller_has_cloud_trails_fields() {
    let room = Room::new();
    let seen: Vec<Value> = kinds()
        .into_iter()
        .map(|(_, who)| {
            let _ = describe(&room.client(who), NO_KEY);
            room.last_view()
        })
        .collect();
    let attributes = |mfa: &str| json!({ "creationDate": ISSUED, "mfaAuthenticated": mfa });
    let issuer = |role: &str, id: &str| {
        let name = role.rsplit('/').next();
        json!({ "type": "Role", "principalId": id, "arn": format!("arn:aws:iam::{HERE}:role/{role}"),
            "accountId": HERE, "userName": name })
    };
    let expected = [
        json!({ "type": "Root", "principalId": HERE, "arn": format!("arn:aws:iam::{HERE}:root"), "accountId": HERE,
            "accessKeyId": "AKIAROOTEXAMPLE" }),
        json!({ "type": "IAMUser", "principalId": "AIDAALICEEXAMPLE", "userName": "alice", "accountId": HERE,
            "arn": format!("arn:aws:iam::{HERE}:user/division/alice"), "accessKeyId": "AKIAALICEEXAMPLE" }),
        json!({ "type": "IAMUser", "principalId": "AIDASTRONGROOM", "userName": "alice", "accountId": HERE,
            "arn": format!("arn:aws:iam::{HERE}:user/alice"), "sessionContext": { "attributes": attributes("true") } }),
        json!({ "type": "AssumedRole", "principalId": "AROAADMINEXAMPLE:tuesday", "accountId": HERE,
            "arn": format!("arn:aws:sts::{HERE}:assumed-role/admin/tuesday"), "accessKeyId": "ASIAADMINEXAMPLE",
            "sessionContext": { "sessionIssuer": issuer("team/admin", "AROAADMINEXAMPLE"),
                "attributes": attributes("false"), "sourceIdentity": "alice" },
            "invokedBy": "dynamodb.amazonaws.com" }),
        json!({ "type": "AssumedRole", "principalId": "AROAWEBEXAMPLE:visitor", "accountId": HERE,
            "arn": format!("arn:aws:sts::{HERE}:assumed-role/web/visitor"),
            "sessionContext": { "sessionIssuer": issuer("web", "AROAWEBEXAMPLE"), "attributes": attributes("false"),
                "webIdFederationData": { "federatedProvider": "cognito-identity.amazonaws.com",
                    "attributes": { "aud": "eu-west-1:pool" } } } }),
        json!({ "type": "AssumedRole", "principalId": "AROASTAFFEXAMPLE:bob", "accountId": HERE,
            "arn": format!("arn:aws:sts::{HERE}:assumed-role/staff/bob"),
            "sessionContext": { "sessionIssuer": issuer("staff", "AROASTAFFEXAMPLE"),
                "attributes": attributes("false") } }),
        json!({ "type": "AssumedRole", "principalId": "AROASERVEREXAMPLE:i-0123456789abcdef0", "accountId": HERE,
            "arn": format!("arn:aws:sts::{HERE}:assumed-role/server/i-0123456789abcdef0"),
            "sessionContext": { "sessionIssuer": issuer("server", "AROASERVEREXAMPLE"),
                "attributes": attributes("false"), "ec2RoleDelivery": "2.0" } }),
        json!({ "type": "FederatedUser", "principalId": format!("{HERE}:carol"), "accountId": HERE,
            "arn": format!("arn:aws:sts::{HERE}:federated-user/carol"),
            "sessionContext": { "attributes": attributes("false"), "sessionIssuer": { "type": "IAMUser",
                "principalId": "AIDADAVEEXAMPLE", "arn": format!("arn:aws:iam::{HERE}:user/division/dave"),
                "accountId": HERE, "userName": "dave" } } }),
        json!({ "type": "AWSService", "invokedBy": "s3.amazonaws.com" }),
    ];
    for (view, expected) in seen.iter().zip(expected) {
        assert_eq!(view["userIdentity"], expected);
    }
    let from: Vec<&str> = seen.iter().map(|view| view["sourceIPAddress"].as_str().unwrap()).collect();
    let inside = "127.0.0.1";
    let named = ["203.0.113.9", "203.0.113.9", "10.0.0.7", "dynamodb.amazonaws.com"];
    assert_eq!(from, [&named[..], &[inside, inside, inside, inside, "s3.amazonaws.com"]].concat());
    assert_eq!(seen[2]["vpcEndpointId"], "vpce-1a2b3c4d");
    assert_eq!((&seen[1]["userAgent"], &seen[8]["userAgent"]), (&json!("aws-cli/2"), &json!("s3.amazonaws.com")));
    assert!(seen.iter().enumerate().all(|(at, view)| view.get("vpcEndpointId").is_some() == (at == 2)));
    assert_eq!(seen[8]["recipientAccountId"], HERE);
}

#[test]
fn a_session_of_the_root_users_making_has_the_root_user_for_its_issuer() {
    let room = Room::new();
    let _ = describe(&room.client(FederatedUser::by_root("carol", issued()).into()), NO_KEY);
    let issuer = room.last_view()["userIdentity"]["sessionContext"]["sessionIssuer"].clone();
    let root = format!("arn:aws:iam::{HERE}:root");
    assert_eq!(issuer, json!({ "type": "Root", "principalId": HERE, "arn": root, "accountId": HERE }));
}

#[test]
fn a_forwarded_call_counts_as_one_with_temporary_credentials_without_a_second_factor() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    look_if(&root, &key, &json!({ "Bool": { "aws:MultiFactorAuthPresent": "false" } }));
    let direct = room.client(Caller::user("alice"));
    let forwarded = room.client(Caller::user("alice").via_service("s3.eu-west-1.amazonaws.com"));
    assert_eq!(code(describe(&direct, &key.id)), ErrorCode::AccessDenied, "the key is absent");
    assert!(describe(&forwarded, &key.id).is_ok());
}

#[test]
fn the_age_of_a_second_factor_grows() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    look_if(&root, &key, &json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } }));
    let alice = room.client(User::new("alice").session(Session::with_mfa(issued(), shown())).into());
    assert!(describe(&alice, &key.id).is_ok());
    room.clock.advance(60);
    assert_eq!(code(describe(&alice, &key.id)), ErrorCode::AccessDenied);
}

#[test]
fn what_names_the_issuing_user_names_his_federated_session_within_its_policies() {
    let room = Room::new();
    let dave = json!({ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{HERE}:user/dave") },
        "Action": "kms:*", "Resource": "*" });
    let key = symmetric_with(&room.root(), &key_policy(&[delegate(HERE), dave]));
    let carol = || FederatedUser::by_user("carol", "dave", issued());
    let may = |who: FederatedUser| describe(&room.client(who.into()), &key.id).is_ok();
    let look = allow(&["kms:DescribeKey"], "*");
    assert!(may(carol().session_policy(&look).unwrap()));
    assert!(!may(carol()), "without a session policy he may do nothing");
    assert!(!may(carol().session_policy(&allow(&["kms:Encrypt"], "*")).unwrap()));
    assert!(!may(FederatedUser::by_user("carol", "erin", issued()).session_policy(&look).unwrap()));
    // Nor do the issuer's own policies help without one.
    let given = FederatedUser::by_user("carol", "erin", issued()).identity_policy(&look).unwrap();
    assert!(!may(given.clone()));
    assert!(may(given.session_policy(&look).unwrap()));
}

#[test]
fn a_session_that_a_resource_names_needs_no_session_policy() {
    let room = Room::new();
    let arn = format!("arn:aws:sts::{HERE}:federated-user/carol");
    let named = json!({ "Effect": "Allow", "Principal": { "AWS": arn }, "Action": "kms:*", "Resource": "*" });
    let key = symmetric_with(&room.root(), &key_policy(&[delegate(HERE), named]));
    assert!(describe(&room.client(FederatedUser::by_root("carol", issued()).into()), &key.id).is_ok());
}

#[test]
fn an_organization_is_its_path() {
    for good in
        ["o-a1b2c3d4e5/r-ab12", "o-a1b2c3d4e5/r-ab12/", PATH, "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-2222222a"]
    {
        assert!(Organization::at(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "/",
        "o-a1b2c3d4e5",
        "o-short/r-ab12/",
        "r-ab12/o-a1b2c3d4e5/",
        "o-a1b2c3d4e5/r-AB12/",
        "o-a1b2c3d4e5//r-ab12/",
        "o-a1b2c3d4e5/r-ab12/ou-ab12/",
        "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111//",
        "o-a1b2c3d4e5/r-ab12/*",
    ] {
        assert_eq!(Organization::at(bad).unwrap_err().what(), "organization path", "{bad}");
    }
}

#[test]
fn parts_of_another_form_are_refused_where_they_are_made() {
    let inside = "10.0.0.7".parse().unwrap();
    assert!(VpcEndpoint::new("vpce-1", "vpc-1a2b3c4d", inside).is_err());
    assert!(VpcEndpoint::new("vpc-1a2b3c4d", "vpce-1a2b3c4d", inside).is_err());
    for bad in [
        "",
        "s3",
        "s3.amazonaws.com",
        "eu-west-1.amazonaws.com",
        "s3.eu-west-1.example.com",
        "S3.eu-west-1.amazonaws.com",
        "s3.eu-west-1.amazonaws.com.evil",
    ] {
        assert!(Forwarded::by(bad).is_err(), "{bad}");
    }
    let s3 = || Forwarded::by("s3.cn-north-1.amazonaws.com.cn").unwrap();
    assert!(s3().called_via([]).is_err());
    assert!(s3().called_via(["alice"]).is_err());
    let here = HERE.parse().unwrap();
    for bad in [
        "",
        "orders",
        "arn:aws:s3:::",
        "arn:aws:s3:::*",
        "arn:aws:sns:eu-west-1:444455556666:topic",
        "arn:aws:s3:::a b",
    ] {
        assert!(Source::new(bad, here).is_err(), "{bad}");
    }
    assert!(Source::new("arn:aws:sns:eu-west-1:111122223333:topic", here).is_ok());
    assert!(WebIdentity::from_provider("").is_err());
    assert!(Ec2Instance::new("i-1", "vpc-1a2b3c4d", "10.0.0.8".parse().unwrap(), MetadataService::V1).is_err());
    assert!(Service::new("s3.amazonaws.com").names(["s3"]).is_err());
}

#[test]
fn callers_that_cannot_be_are_refused_when_they_are_bound() {
    let room = Room::new();
    let refused = |who: Caller, what: &str| match room.kms.client(who) {
        Err(Error::Caller(error)) => assert_eq!(error.what(), what, "{error}"),
        other => panic!("{what}: {other:?}"),
    };
    let alice = || User::new("alice");
    let session = || RoleSession::assumed("r", "session", Session::new(issued()));
    refused(alice().unique_id("AROAEXAMPLE").into(), "unique id");
    refused(alice().unique_id("AIDA").into(), "unique id");
    refused(session().unique_id("AROA EXAMPLE").into(), "unique id");
    refused(FederatedUser::by_user("carol", "dave", issued()).issuer_id("AROAEXAMPLE").into(), "unique id");
    refused(alice().access_key_id("AKIA-EXAMPLE").into(), "access key id");
    refused(session().source_identity("x").into(), "source identity");
    refused(session().source_identity("aws:alice").into(), "source identity");
    refused(alice().tag("", "x").into(), "tag key");
    refused(alice().tag("aws:team", "x").into(), "tag key");
    refused(alice().tag("team", "x").tag("Team", "y").into(), "tag key");
    refused(alice().tag("team", "<x>").into(), "tag value");
    refused(alice().tag(&"k".repeat(129), "x").into(), "tag key");
    refused((0..51).fold(alice(), |alice, n| alice.tag(&format!("t{n}"), "x")).into(), "tags");
    assert!(room.kms.client((0..100).fold(session(), |who, n| who.tag(&format!("t{n}"), "x"))).is_ok());
    refused((0..101).fold(session(), |who, n| who.tag(&format!("t{n}"), "x")).into(), "tags");
    refused(Caller::root().tag("team", "x"), "tag");
    refused(Caller::service("s3.amazonaws.com").tag("team", "x"), "tag");
    refused(Caller::service("s3"), "service");
    refused(Caller::service("s3.amazonaws.com").source_ip("203.0.113.9".parse().unwrap()), "call");
    refused(Caller::service("s3.amazonaws.com").via_service("s3.eu-west-1.amazonaws.com"), "call");
    refused(Caller::user("alice").via_service("s3"), "forwarding service");
    let policy = allow(&["kms:*"], "*");
    assert!(Caller::root().identity_policy(&policy).is_err());
    assert!(Caller::service("s3.amazonaws.com").permissions_boundary(&policy).is_err());
    assert!(Caller::user("alice").session_policy(&policy).is_err());
}
