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
    // Accepted, and without effect (policy-semantics §1.1).
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
    // peers.md §4, line 17. Absent, the key has no value (policy-semantics §1.6).
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
}
