//! Key policies: replaced whole, shown as submitted, never locking their author out by accident.

use strongroom::{Caller, ErrorCode};

use crate::support::*;

const LOCKED_OUT: &str = "The new key policy will not allow you to update the key policy in the future.";

fn to_user(name: &str, actions: &[&str]) -> serde_json::Value {
    serde_json::json!({
        "Sid": format!("To {name}"),
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{HERE}:user/{name}") },
        "Action": actions,
        "Resource": "*"
    })
}

#[test]
fn the_default_policy_hands_the_key_to_the_accounts_identity_policies() {
    let room = Room::new();
    let key = symmetric(&room.root());
    let output = room.root().get_key_policy(&*key.id).policy_name("default").send().unwrap();
    assert_eq!(got::<String>(output.policy_name), "default");
    let text: String = got(output.policy);
    let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Principal"]["AWS"], format!("arn:aws:iam::{HERE}:root"));
    assert_eq!((&statement["Action"], &statement["Effect"]), (&"kms:*".into(), &"Allow".into()));
}

#[test]
fn a_policy_is_shown_as_it_was_submitted_and_holds_at_once() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let bob = room.user("bob", &[]);
    assert_eq!(code(encrypt(&bob, &key.id, b"x")), ErrorCode::AccessDenied);
    let odd = format!(
        "\n {{ \"Version\":\"2012-10-17\",\t\"Id\" : \"mine\", \"Statement\" :[ {}, {} ] }}\n",
        delegate(HERE),
        to_user("bob", &["kms:Encrypt"])
    );
    root.put_key_policy(&*key.id, &*odd).send().unwrap();
    assert_eq!(policy_of(&root, &key.id).unwrap(), odd);
    encrypt(&bob, &key.id, b"x").unwrap();
    let view = room.last_view();
    let decision = &view["additionalEventData"]["strongroom"]["decision"];
    assert_eq!((&decision["statement"], &decision["layer"]), (&"To bob".into(), &"keyPolicy".into()), "{view}");
    root.put_key_policy(&*key.id, key_policy(&[delegate(HERE)])).policy_name("default").send().unwrap();
    assert_eq!(code(encrypt(&bob, &key.id, b"x")), ErrorCode::AccessDenied);
    // The same text again, and a text that another key has: policies are shared by content and never mixed up.
    let other = symmetric_with(&root, &odd);
    encrypt(&bob, &other.id, b"x").unwrap();
    assert_eq!(code(encrypt(&bob, &key.id, b"x")), ErrorCode::AccessDenied);
}

#[test]
fn policy_names_are_the_two_that_exist() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let policy = key_policy(&[delegate(HERE)]);
    let put = |name: &str| root.put_key_policy(&*key.id, &*policy).policy_name(name).send();
    let text = "The AWS_RAM policy can only be managed by the RAM service.";
    assert_eq!(refusal(put("AWS_RAM")), (ErrorCode::Validation, text.to_owned()));
    assert_eq!(code(put("other")), ErrorCode::NotFound);
    assert_eq!(code(put("no name")), ErrorCode::Validation);
    for name in ["AWS_RAM", "other"] {
        assert_eq!(code(root.get_key_policy(&*key.id).policy_name(name).send()), ErrorCode::NotFound);
    }
}

#[test]
fn what_aws_refuses_is_refused_with_its_exception() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let before = policy_of(&root, &key.id).unwrap();
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut statement = delegate(HERE);
        statement["Sid"] = "Other".into();
        change(&mut statement);
        key_policy(&[delegate(HERE), statement])
    };
    let set = |member: &'static str, value: serde_json::Value| with(&move |s| s[member] = value.clone());
    let remove = |member: &'static str| with(&move |s| drop(s.as_object_mut().unwrap().remove(member)));
    let malformed = [
        "not json".to_owned(),
        "{}".to_owned(),
        r#"{"Version":"2012-10-17","Statement":[],"Statement":[]}"#.to_owned(),
        set("Sid", format!("Delegate {HERE}").into()),
        remove("Effect"),
        remove("Principal"),
        set("Effect", "allow".into()),
        set("Principal", serde_json::json!({ "AWS": "arn:aws:iam::111122223333:group/g" })),
        set("Principal", serde_json::json!({ "AWS": "arn:aws:iam::111122223333:user/*" })),
        set("Principal", serde_json::json!({ "CanonicalUser": "x" })),
    ];
    for text in &malformed {
        assert_eq!(code(root.put_key_policy(&*key.id, &**text).send()), ErrorCode::MalformedPolicyDocument, "{text}");
        assert_eq!(code(root.create_key().policy(&**text).send()), ErrorCode::MalformedPolicyDocument, "{text}");
    }
    assert_eq!(policy_of(&root, &key.id).unwrap(), before);
    assert_eq!(key_ids(&root).len(), 1);
    // Accepted, and without effect.
    for text in [remove("Action"), remove("Resource")] {
        root.put_key_policy(&*key.id, &*text).send().unwrap();
    }
}

#[test]
fn a_policy_may_have_32_kib_and_not_a_byte_more() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let policy = key_policy(&[delegate(HERE)]);
    let of = |bytes: usize| format!("{policy}{}", " ".repeat(bytes - policy.len()));
    root.put_key_policy(&*key.id, of(32_768)).send().unwrap();
    assert_eq!(policy_of(&root, &key.id).unwrap().len(), 32_768);
    for bytes in [32_769, 131_072] {
        assert_eq!(code(root.put_key_policy(&*key.id, of(bytes)).send()), ErrorCode::LimitExceeded);
        assert_eq!(code(root.create_key().policy(of(bytes)).send()), ErrorCode::LimitExceeded);
    }
    assert_eq!(code(root.put_key_policy(&*key.id, of(131_073)).send()), ErrorCode::Validation);
}

#[test]
fn whoever_would_lock_himself_out_is_told_which_half_is_missing() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let only_bob = key_policy(&[to_user("bob", &["kms:*"])]);
    // The key policy does not name root.
    let (kind, text) = refusal(root.put_key_policy(&*key.id, &*only_bob).send());
    assert_eq!(kind, ErrorCode::MalformedPolicyDocument);
    assert!(text.starts_with(LOCKED_OUT), "{text}");
    assert!(text.len() > LOCKED_OUT.len() && text.to_lowercase().contains("key policy"), "which half: {text}");
    let by_policy = text;
    // The key policy delegates, and the caller's identity policies do not allow it.
    let maker = room.user("maker", &[allow(&["kms:CreateKey"], "*")]);
    let (kind, text) = refusal(maker.create_key().send());
    assert_eq!(kind, ErrorCode::MalformedPolicyDocument);
    assert!(text.starts_with(LOCKED_OUT) && text != by_policy, "{text}");
    assert!(text.to_lowercase().contains("identity"), "which half: {text}");
    // On purpose.
    root.put_key_policy(&*key.id, &*only_bob).bypass_policy_lockout_safety_check(true).send().unwrap();
    let view = room.last_view();
    assert_eq!(view["requestParameters"]["bypassPolicyLockoutSafetyCheck"], true);
    assert_eq!(code(policy_of(&root, &key.id)), ErrorCode::AccessDenied);
    let bob = room.user("bob", &[]);
    bob.put_key_policy(&*key.id, key_policy(&[delegate(HERE), to_user("bob", &["kms:PutKeyPolicy"])])).send().unwrap();
    policy_of(&root, &key.id).unwrap();
    maker.create_key().bypass_policy_lockout_safety_check(true).send().unwrap();
    // A deny counts as well.
    let mut no = delegate(HERE);
    no["Effect"] = "Deny".into();
    no["Action"] = "kms:PutKeyPolicy".into();
    let (kind, _) = refusal(root.put_key_policy(&*key.id, key_policy(&[delegate(HERE), no])).send());
    assert_eq!(kind, ErrorCode::MalformedPolicyDocument);
    assert_eq!(room.kms.record().iter().unwrap().count() as u64, room.size());
}

#[test]
fn bypassing_is_a_condition_that_policies_can_forbid() {
    // Absent, the key has no value.
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let forbid = serde_json::json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "kms:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "kms:PutKeyPolicy", "Resource": "*",
          "Condition": { "Bool": { "kms:BypassPolicyLockoutSafetyCheck": "true" } } } ] });
    let admin = room.user("admin", &[forbid.to_string()]);
    let policy = key_policy(&[delegate(HERE)]);
    admin.put_key_policy(&*key.id, &*policy).send().unwrap();
    admin.put_key_policy(&*key.id, &*policy).bypass_policy_lockout_safety_check(false).send().unwrap();
    let call = admin.put_key_policy(&*key.id, &*policy).bypass_policy_lockout_safety_check(true);
    assert_eq!(code(call.send()), ErrorCode::AccessDenied);
}

#[test]
fn conditions_read_the_request_the_key_and_the_session() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let context = |pairs: &[(&str, &str)]| strongroom::EncryptionContext::from_pairs(pairs.iter().copied()).unwrap();
    let when = |condition: serde_json::Value| {
        serde_json::json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": condition } })
        .to_string()
    };
    let by_context =
        room.user("c", &[when(serde_json::json!({ "StringEquals": { "kms:EncryptionContext:dept": "it" } }))]);
    let call = |client: &strongroom::Client, pairs: &[(&str, &str)]| {
        client.encrypt(&*key.id, b"x".as_slice()).encryption_context_map(context(pairs)).send()
    };
    call(&by_context, &[("dept", "it"), ("more", "x")]).unwrap();
    for pairs in [&[("dept", "hr")][..], &[("dept", "IT")], &[]] {
        assert_eq!(code(call(&by_context, pairs)), ErrorCode::AccessDenied);
    }
    let policy = when(serde_json::json!({ "StringEquals": { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }));
    let via = |service: Option<&str>| {
        let caller = Caller::user("v").identity_policy(&policy).unwrap();
        let caller = service.into_iter().fold(caller, |caller, service| caller.via_service(service));
        encrypt(&room.client(caller), &key.id, b"x")
    };
    via(Some("s3.eu-west-1.amazonaws.com")).unwrap();
    assert_eq!(code(via(Some("ebs.eu-west-1.amazonaws.com"))), ErrorCode::AccessDenied);
    assert_eq!(code(via(None)), ErrorCode::AccessDenied);
    let by_usage = room.user(
        "u",
        &[when(serde_json::json!({ "StringEquals": {
        "kms:KeyUsage": "ENCRYPT_DECRYPT", "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" } }))],
    );
    encrypt(&by_usage, &key.id, b"x").unwrap();
    // `KeySpec` of a data key is not `kms:KeySpec`, which is the key's own.
    let by_spec = serde_json::json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "kms:*",
        "Resource": "*", "Condition": { "StringEquals": { "kms:KeySpec": "SYMMETRIC_DEFAULT" } } } });
    let by_spec = room.user("s", &[by_spec.to_string()]);
    by_spec.generate_data_key(&*key.id, strongroom_types::DataKeySpec::Aes256).send().unwrap();
}

/// A caller as [`Caller`] makes one, with a policy of each kind that he has.
fn caller(base: Caller, identity: Option<&str>, boundary: Option<&str>, session: Option<&str>) -> Caller {
    let caller = identity.into_iter().fold(base, |caller, policy| caller.identity_policy(policy).unwrap());
    let caller = boundary.into_iter().fold(caller, |caller, policy| caller.permissions_boundary(policy).unwrap());
    session.into_iter().fold(caller, |caller, policy| caller.session_policy(policy).unwrap())
}

/// IAM User Guide, "Policy evaluation logic": which implicit denies limit which way of being allowed.
#[test]
fn boundaries_and_session_policies_limit_what_they_limit_at_aws() {
    let room = Room::new();
    let root = room.root();
    let to = |principal: &str| {
        let mut statement = to_user("x", &["kms:*"]);
        statement["Principal"]["AWS"] = principal.into();
        symmetric_with(&root, &key_policy(&[delegate(HERE), statement])).id
    };
    let delegated = symmetric(&root).id;
    let by_user = to(&format!("arn:aws:iam::{HERE}:user/u"));
    let by_role = to(&format!("arn:aws:iam::{HERE}:role/r"));
    let by_session = to(&format!("arn:aws:sts::{HERE}:assumed-role/r/s"));
    let (all, other) = (allow(&["kms:*"], "*"), allow(&["s3:*"], "*"));
    let no = deny(&["kms:Encrypt"], "*");
    let (user, role) = (|| Caller::user("u"), || Caller::role("r", "s"));
    let mut cells = 0;
    for (key, base, identity, boundary, session, allowed) in [
        // By identity policies: the boundary and the session must allow it too.
        (&delegated, user(), Some(&all), None, None, true),
        (&delegated, user(), Some(&all), Some(&all), None, true),
        (&delegated, user(), Some(&all), Some(&other), None, false),
        (&delegated, role(), Some(&all), None, Some(&all), true),
        (&delegated, role(), Some(&all), None, Some(&other), false),
        (&delegated, role(), Some(&all), Some(&other), Some(&all), false),
        (&delegated, role(), None, Some(&all), Some(&all), false),
        // By the user's ARN: no implicit deny limits it; an explicit one does.
        (&by_user, user(), None, Some(&other), None, true),
        (&by_user, user(), None, Some(&no), None, false),
        (&by_user, user(), Some(&no), None, None, false),
        // By the role's ARN: both limit it.
        (&by_role, role(), None, None, None, true),
        (&by_role, role(), None, Some(&other), None, false),
        (&by_role, role(), None, None, Some(&other), false),
        (&by_role, role(), None, Some(&all), Some(&all), true),
        // By the session's ARN: neither does.
        (&by_session, role(), None, Some(&other), Some(&other), true),
        (&by_session, role(), None, None, Some(&no), false),
        (&by_session, Caller::role("r", "another"), None, None, None, false),
    ] {
        let text = |policy: Option<&String>| policy.cloned();
        let (i, b, s) = (text(identity), text(boundary), text(session));
        let client = room.client(caller(base, i.as_deref(), b.as_deref(), s.as_deref()));
        let result = encrypt(&client, key, b"x");
        match allowed {
            true => drop(result.unwrap_or_else(|error| panic!("line {cells}: {error}"))),
            false => assert_eq!(code(result), ErrorCode::AccessDenied, "line {cells}"),
        }
        cells += 1;
    }
    println!("boundaries and sessions: {cells} lines");
}

#[test]
fn services_come_with_their_own_name_and_through_their_callers() {
    let room = Room::new();
    let root = room.root();
    let service = serde_json::json!({ "Sid": "S3", "Effect": "Allow",
        "Principal": { "Service": "s3.amazonaws.com" }, "Action": "kms:GenerateDataKey", "Resource": "*" });
    // AWS's own idiom: everyone of this account, through that service.
    let idiom = serde_json::json!({ "Sid": "Via", "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:Encrypt",
        "Resource": "*", "Condition": { "StringEquals": {
            "kms:CallerAccount": HERE, "kms:ViaService": "s3.eu-west-1.amazonaws.com" } } });
    let key = symmetric_with(&root, &key_policy(&[delegate(HERE), service, idiom]));
    let s3 = room.client(Caller::service("s3.amazonaws.com"));
    let ebs = room.client(Caller::service("ebs.amazonaws.com"));
    s3.generate_data_key(&*key.arn, 8).send().unwrap();
    let view = room.last_view();
    assert_eq!(view["userIdentity"]["type"], "AWSService");
    assert_eq!(view["userIdentity"]["invokedBy"], "s3.amazonaws.com");
    assert_eq!(code(encrypt(&s3, &key.arn, b"x")), ErrorCode::AccessDenied);
    assert_eq!(code(ebs.generate_data_key(&*key.arn, 8).send()), ErrorCode::AccessDenied);
    let through = |caller: Caller| room.client(caller.via_service("s3.eu-west-1.amazonaws.com"));
    encrypt(&through(Caller::user("anyone")), &key.arn, b"x").unwrap();
    assert_eq!(code(encrypt(&room.user("anyone", &[]), &key.arn, b"x")), ErrorCode::AccessDenied);
    let stranger = Caller::user("anyone").in_account(there()).identity_policy(&allow(&["kms:*"], "*")).unwrap();
    assert_eq!(code(encrypt(&through(stranger), &key.arn, b"x")), ErrorCode::AccessDenied);
}

#[test]
fn a_keys_aliases_are_a_condition_of_identity_policies() {
    let room = Room::new();
    let root = room.root();
    let (bare, open, secret) = (symmetric(&root), symmetric(&root), symmetric(&root));
    for (alias, key) in
        [("alias/open-1", &open), ("alias/open-2", &open), ("alias/secret-1", &secret), ("alias/open-3", &secret)]
    {
        root.create_alias(alias, &*key.id).send().unwrap();
    }
    let with = |effect: &str, pattern: &str| {
        serde_json::json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": effect, "Action": "kms:*", "Resource": "*",
              "Condition": { "ForAnyValue:StringLike": { "kms:ResourceAliases": pattern } } } ] })
        .to_string()
    };
    let allowed = room.user("u", &[with("Allow", "alias/open-*")]);
    encrypt(&allowed, &open.id, b"x").unwrap();
    encrypt(&allowed, &secret.id, b"x").unwrap();
    assert_eq!(code(encrypt(&allowed, &bare.id, b"x")), ErrorCode::AccessDenied);
    let banned = room.user("u", &[allow(&["kms:*"], "*"), with("Deny", "alias/secret-*")]);
    encrypt(&banned, &open.id, b"x").unwrap();
    encrypt(&banned, &bare.id, b"x").unwrap();
    assert_eq!(code(encrypt(&banned, &secret.id, b"x")), ErrorCode::AccessDenied);
    // Whatever form the request uses, and at once when an alias comes or goes.
    assert_eq!(code(encrypt(&banned, "alias/open-3", b"x")), ErrorCode::AccessDenied);
    root.delete_alias("alias/secret-1").send().unwrap();
    encrypt(&banned, &secret.id, b"x").unwrap();
    root.update_alias("alias/open-1", &*bare.id).send().unwrap();
    root.update_alias("alias/open-2", &*bare.id).send().unwrap();
    encrypt(&allowed, &bare.id, b"x").unwrap();
    assert_eq!(code(encrypt(&allowed, &open.id, b"x")), ErrorCode::AccessDenied);
}

#[test]
fn an_alias_that_is_worked_on_is_no_request_alias() {
    // `kms:RequestAlias` has a value where an alias names a key, and there alone.
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.create_alias("alias/a", &*key.id).send().unwrap();
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "kms:*", "Resource": format!("arn:aws:kms:{REGION}:{HERE}:alias/*") },
        { "Effect": "Allow", "Action": "kms:*", "Resource": "*",
          "Condition": { "StringEquals": { "kms:RequestAlias": "alias/a" } } } ] });
    let user = room.user("u", &[policy.to_string()]);
    encrypt(&user, "alias/a", b"x").unwrap();
    assert_eq!(code(user.delete_alias("alias/a").send()), ErrorCode::AccessDenied);
    assert_eq!(code(user.update_alias("alias/a", &*key.id).send()), ErrorCode::AccessDenied);
}

#[test]
fn a_key_that_is_to_be_made_has_conditions_with_their_defaults() {
    let room = Room::new();
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "kms:PutKeyPolicy", "Resource": "*" },
        { "Effect": "Allow", "Action": ["kms:CreateKey", "kms:TagResource"], "Resource": "*", "Condition": {
            "StringEquals": { "kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT",
                              "kms:KeyOrigin": "AWS_KMS", "aws:RequestTag/team": "blue" },
            "Bool": { "kms:MultiRegion": "false" } } } ] });
    let maker = room.user("maker", &[policy.to_string()]);
    let tag = |value: &str| [strongroom::types::Tag::new("team", value)];
    maker.create_key().tags(tag("blue")).send().unwrap();
    assert_eq!(code(maker.create_key().tags(tag("red")).send()), ErrorCode::AccessDenied);
    assert_eq!(code(maker.create_key().send()), ErrorCode::AccessDenied);
    let call = maker.create_key().tags(tag("blue")).key_spec(strongroom::calls::SignVerify::EccNistP256);
    assert_eq!(code(call.send()), ErrorCode::AccessDenied);
}

#[test]
fn a_refused_policy_says_where_the_mistake_is() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let mut statement = delegate(HERE);
    statement["Condition"] = serde_json::json!({"StringEqual": {"aws:username": "a"}});
    let policy = key_policy(&[statement]);
    let at = policy.find("\"StringEqual\"").unwrap();
    let error = root.put_key_policy(&*key.id, &*policy).send().unwrap_err().to_string();
    assert!(
        error.contains("no such condition operator") && error.contains(&format!("at byte {at}")),
        "{error} {policy}"
    );
}
