//! Two accounts and two Regions in one strongroom.

use std::collections::HashSet;

use strongroom::{Caller, ErrorCode, Operation};
use strongroom_types::{KeySpec, KeyUsageType, MessageType};

use crate::support::*;

/// The operations that serve callers of other accounts (API Reference, "Cross-account use: Yes").
const CROSS: &[Operation] = &[
    Operation::DescribeKey,
    Operation::GetPublicKey,
    Operation::Encrypt,
    Operation::Decrypt,
    Operation::GenerateDataKey,
    Operation::GenerateDataKeyWithoutPlaintext,
    Operation::Sign,
    Operation::Verify,
    Operation::GenerateMac,
    Operation::VerifyMac,
];

#[test]
fn accounts_and_regions_share_nothing_but_the_strongroom() {
    let room = Room::new();
    let clients = [
        room.root(),
        room.root().region(ELSEWHERE).unwrap(),
        room.root_there(),
        room.root_there().region(ELSEWHERE).unwrap(),
    ];
    let keys: Vec<Key> = clients.iter().map(symmetric).collect();
    for (client, key) in clients.iter().zip(&keys) {
        // The same name in each.
        client.create_alias("alias/orders", &*key.id).send().unwrap();
    }
    for (at, (client, key)) in clients.iter().zip(&keys).enumerate() {
        let (account, region) = ([HERE, HERE, THERE, THERE][at], [REGION, ELSEWHERE, REGION, ELSEWHERE][at]);
        assert_eq!(key.arn, format!("arn:aws:kms:{region}:{account}:key/{}", key.id));
        assert_eq!(got::<String>(describe(client, "alias/orders").unwrap().key_id), key.id);
        assert_eq!(key_ids(client), [key.id.as_str()], "only its own");
        assert_eq!(aliases(client, None), [("alias/orders".to_owned(), key.id.clone())]);
        let blob = encrypt(client, "alias/orders", b"x").unwrap();
        for (other, stranger) in clients.iter().enumerate().filter(|(other, _)| *other != at) {
            assert_eq!(refusal(decrypt(stranger, &blob)), ciphertext_denied(), "{at} by {other}");
            let missing = code(describe(stranger, &key.id));
            assert_eq!(missing, ErrorCode::NotFound, "an id is one of the caller's own account and Region");
            let expected = if other / 2 == at / 2 { ErrorCode::NotFound } else { ErrorCode::AccessDenied };
            assert_eq!(code(describe(stranger, &key.arn)), expected);
        }
        assert_eq!(decrypt(client, &blob).unwrap(), b"x");
    }
    // An alias of one goes, the others stay.
    clients[0].delete_alias("alias/orders").send().unwrap();
    assert_eq!(code(describe(&clients[0], "alias/orders")), ErrorCode::NotFound);
    for client in &clients[1..] {
        describe(client, "alias/orders").unwrap();
    }
    // An alias does not point across.
    for foreign in [&keys[1], &keys[2]] {
        let kind = code(clients[0].create_alias("alias/new", &*foreign.arn).send());
        assert!(matches!(kind, ErrorCode::NotFound | ErrorCode::AccessDenied), "{kind}");
    }
}

#[test]
fn another_accounts_key_takes_both_halves() {
    let room = Room::new();
    let root = room.root();
    let shared = key_policy(&[delegate(HERE), delegate(THERE)]);
    let private = key_policy(&[delegate(HERE)]);
    let direct = key_policy(&[
        delegate(HERE),
        serde_json::json!({ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{THERE}:user/guest") },
                            "Action": "kms:*", "Resource": "*" }),
    ]);
    let mut cells = 0;
    for (policy_at, (policy, half)) in [(&shared, true), (&private, false), (&direct, true)].into_iter().enumerate() {
        let (key, ecc) = (symmetric_with(&root, policy), signing_with(&root, policy));
        let hmac = made(&root, KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac);
        root.put_key_policy(&*hmac.id, policy.as_str()).send().unwrap();
        for (key, kind) in [(&key, "symmetric"), (&ecc, "signing"), (&hmac, "mac")] {
            root.create_alias(format!("alias/{kind}-{policy_at}"), &*key.id).send().unwrap();
        }
        let guests = [
            (room.user_there("guest", &[allow(&["kms:*"], "*")]), true),
            (room.user_there("guest", &[allow(&["kms:*"], &format!("arn:aws:kms:*:{HERE}:key/*"))]), true),
            (room.user_there("guest", &[]), false),
            (room.user_there("guest", &[allow(&["kms:*"], &format!("arn:aws:kms:*:{THERE}:key/*"))]), false),
        ];
        let blob = encrypt(&root, &key.id, b"x").unwrap();
        let signature = sign(&root, &ecc.id, MessageType::Raw, b"text").unwrap();
        let needs = Needs { blob: blob.clone(), signature, mac: mac_of_text(&root, &hmac.id), ..Needs::default() };
        for (guest, identity) in &guests {
            for operation in NAMING {
                let (key, kind) = match operation {
                    Operation::Sign | Operation::Verify | Operation::GetPublicKey => (&ecc, "signing"),
                    Operation::GenerateMac | Operation::VerifyMac => (&hmac, "mac"),
                    _ => (&key, "symmetric"),
                };
                let alias = format!("arn:aws:kms:{REGION}:{HERE}:alias/{kind}-{policy_at}");
                let mut names = vec![key.arn.clone()];
                names.extend(takes_alias(*operation).then_some(alias));
                for name in &names {
                    let result = call(guest, *operation, name, &needs);
                    match (CROSS.contains(operation), half && *identity) {
                        (true, true) => {
                            result.unwrap_or_else(|error| panic!("{operation} on {name}: {error}"));
                            delivered_to_both(&room, key);
                        }
                        (true, false) => {
                            let text = denied(&format!("arn:aws:iam::{THERE}:user/guest"), operation.as_str());
                            assert_eq!(refusal(result), text, "{operation}: one half is missing");
                            delivered_to_the_caller(&room);
                        }
                        (false, _) => {
                            // Not for other accounts, whatever policies say. (UpdateAlias fails at its own alias first.)
                            let kind = code(result);
                            let fits = kind == ErrorCode::AccessDenied
                                || (*operation == Operation::UpdateAlias && kind == ErrorCode::NotFound);
                            assert!(fits, "{operation}: {kind}");
                            delivered_to_the_caller(&room);
                        }
                    }
                    cells += 1;
                }
            }
            match half && *identity {
                true => assert_eq!(decrypt(guest, &blob).unwrap(), b"x"),
                false => assert_eq!(refusal(decrypt(guest, &blob)), ciphertext_denied()),
            }
            cells += 1;
        }
    }
    println!("cross-account: {cells} cells");
}

/// One leaf, two records, one `sharedEventID`.
fn delivered_to_both(room: &Room, key: &Key) {
    let views = room.last();
    assert_eq!(views.len(), 2, "{views:?}");
    let shared: HashSet<_> = views.iter().map(|view| view["sharedEventID"].as_str().expect("shared")).collect();
    let own: HashSet<_> = views.iter().map(|view| view["eventID"].as_str().unwrap()).collect();
    let requests: HashSet<_> = views.iter().map(|view| view["requestID"].as_str().unwrap()).collect();
    assert_eq!((shared.len(), own.len(), requests.len()), (1, 2, 1), "{views:?}");
    assert_eq!((&views[0]["recipientAccountId"], &views[1]["recipientAccountId"]), (&THERE.into(), &HERE.into()));
    assert_eq!(views[0]["userIdentity"]["accountId"], THERE);
    assert_eq!(views[1]["userIdentity"]["accountId"], THERE);
    for view in &views {
        assert_eq!(
            view["resources"],
            serde_json::json!([{ "accountId": HERE, "type": "AWS::KMS::Key", "ARN": key.arn }])
        );
    }
    assert!(views[0]["additionalEventData"]["strongroom"]["decision"].is_object());
    assert!(views[1]["additionalEventData"]["strongroom"].get("decision").is_none(), "the caller's policies are his");
}

fn delivered_to_the_caller(room: &Room) {
    let view = room.last_view();
    assert!(view.get("sharedEventID").is_none(), "{view}");
    assert_eq!(view["recipientAccountId"], THERE);
}

#[test]
fn a_failed_call_on_another_accounts_key_is_told_to_both() {
    // Only *denied* calls are the caller's alone (CloudTrail User Guide, shared event ids).
    let room = Room::new();
    let root = room.root();
    let key = symmetric_with(&root, &key_policy(&[delegate(HERE), delegate(THERE)]));
    root.disable_key(&*key.id).send().unwrap();
    let guest = room.root_there();
    assert_eq!(code(encrypt(&guest, &key.arn, b"x")), ErrorCode::Disabled);
    delivered_to_both(&room, &key);
}

#[test]
fn a_call_within_one_account_is_one_record_without_a_shared_id() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    encrypt(&root, &key.id, b"x").unwrap();
    let view = room.last_view();
    assert!(view.get("sharedEventID").is_none());
    assert_eq!(view["recipientAccountId"], HERE);
}

#[test]
fn a_key_stays_in_its_region_for_other_accounts_too() {
    let room = Room::new();
    let key = symmetric_with(&room.root(), &key_policy(&[delegate(HERE), delegate(THERE)]));
    let guest = room.root_there();
    encrypt(&guest, &key.arn, b"x").unwrap();
    let elsewhere = guest.region(ELSEWHERE).unwrap();
    assert_eq!(code(encrypt(&elsewhere, &key.arn, b"x")), ErrorCode::AccessDenied);
    assert_eq!(room.last_view()["awsRegion"], ELSEWHERE);
}

#[test]
fn an_account_that_nobody_named_works_like_any_other() {
    let room = Room::new();
    let new = room.client(Caller::root().in_account("999988887777".parse().unwrap()));
    assert_eq!(key_ids(&new), Vec::<String>::new());
    let key = symmetric(&new);
    assert_eq!(decrypt(&new, &encrypt(&new, &key.id, b"x").unwrap()).unwrap(), b"x");
    assert_eq!(key_ids(&room.root()), Vec::<String>::new());
}

#[test]
fn a_region_of_another_partition_has_its_partitions_names() {
    let room = Room::new();
    let china = room.root().region("cn-north-1").unwrap();
    let key = symmetric(&china);
    assert_eq!(key.arn, format!("arn:aws-cn:kms:cn-north-1:{HERE}:key/{}", key.id));
    china.create_alias("alias/a", &*key.arn).send().unwrap();
    let blob = encrypt(&china, &format!("arn:aws-cn:kms:cn-north-1:{HERE}:alias/a"), b"x").unwrap();
    assert_eq!(decrypt(&china, &blob).unwrap(), b"x");
    assert!(policy_of(&china, &key.id).unwrap().contains(&format!("arn:aws-cn:iam::{HERE}:root")));
    let user = room.user("u", &[allow(&["kms:*"], &key.arn)]).region("cn-north-1").unwrap();
    assert_eq!(decrypt(&user, &blob).unwrap(), b"x");
    assert_eq!(refusal(decrypt(&room.user("v", &[]).region("cn-north-1").unwrap(), &blob)), ciphertext_denied());
    // He is another principal there, whom a key policy can name.
    let root = serde_json::json!({"Effect": "Allow", "Principal": {"AWS": HERE}, "Action": "kms:*", "Resource": "*"});
    let named = serde_json::json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws-cn:iam::{HERE}:user/w")},
        "Action": "kms:Decrypt", "Resource": "*"});
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [root, named]}).to_string();
    china.put_key_policy(&*key.id, policy).send().unwrap();
    let named = room.user("w", &[]).region("cn-north-1").unwrap();
    assert_eq!(decrypt(&named, &blob).unwrap(), b"x");
    let narrowed = room.user("w", &[]).only_operations([Operation::Encrypt]).region("cn-north-1").unwrap();
    assert!(decrypt(&narrowed, &blob).is_err());
}
