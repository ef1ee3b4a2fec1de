//! The keys that services keep: made once, when first needed; used by their service; changed by nobody.

use std::sync::Barrier;

use serde_json::json;
use strongroom::caller::Service;
use strongroom::{Caller, Client, Error, ErrorCode, Operation, Region};
use strongroom_types::{KeyManagerType, KeySpec, KeyUsageType};

use super::support::*;

const S3: &str = "s3.amazonaws.com";
const VIA_S3: &str = "s3.eu-west-1.amazonaws.com";
const ALIAS: &str = "alias/aws/s3";

fn here() -> Region {
    REGION.parse().unwrap()
}

impl Room {
    fn service(&self, name: &str) -> Client {
        self.client(Caller::service(name))
    }

    /// A user without policies, whose call a service forwards.
    fn through(&self, via: &str) -> Client {
        self.client(Caller::user("alice").via_service(via))
    }
}

fn managed(room: &Room) -> Key {
    let metadata = describe(&room.service(S3), ALIAS).unwrap();
    Key { id: got(metadata.key_id), arn: got(metadata.arn) }
}

#[test]
fn a_service_finds_its_key_made_when_it_first_needs_it() {
    let room = Room::new();
    let s3 = room.service(S3);
    let blob = encrypt(&s3, ALIAS, b"object").unwrap();
    assert_eq!(decrypt(&s3, &blob).unwrap(), b"object");
    let metadata = describe(&room.root(), ALIAS).unwrap();
    assert_eq!(metadata.key_manager, KeyManagerType::Aws);
    assert_eq!((metadata.key_spec, metadata.key_usage), (KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt));
    assert!(!metadata.multi_region);
    assert_eq!(metadata.description, "Default key that protects my S3 objects when no other key is defined");
    assert_eq!(key_ids(&room.root()).len(), 1);
    assert_eq!(aliases(&room.root(), None), [(ALIAS.to_owned(), got::<String>(metadata.key_id))]);
}

#[test]
fn a_call_through_the_service_makes_it_too() {
    let room = Room::new();
    let alice = room.through(VIA_S3);
    let blob = encrypt(&alice, ALIAS, b"object").unwrap();
    assert_eq!(decrypt(&alice, &blob).unwrap(), b"object");
    assert_eq!(decrypt(&room.service(S3), &blob).unwrap(), b"object", "it is the same key");
    assert_eq!(key_ids(&room.root()).len(), 1);
    // EBS is used through EC2.
    assert!(encrypt(&room.through("ec2.eu-west-1.amazonaws.com"), "alias/aws/ebs", b"volume").is_ok());
}

#[test]
fn describing_the_alias_makes_the_key_for_whoever_may_look() {
    let room = Room::new();
    let nobody = room.user("nobody", &[]);
    assert_eq!(code(describe(&nobody, ALIAS)), ErrorCode::AccessDenied);
    assert_eq!(code(encrypt(&room.root(), ALIAS, b"x")), ErrorCode::NotFound, "to use it is the service's alone");
    assert!(key_ids(&room.root()).is_empty(), "who may not look brings about nothing");
    let reader = room.user("reader", &[allow(&["kms:DescribeKey"], "*")]);
    let metadata = describe(&reader, &format!("arn:aws:kms:{REGION}:{HERE}:{ALIAS}")).unwrap();
    assert_eq!(key_ids(&room.root()), [got::<String>(metadata.key_id)]);
    // A client that is confined to other keys is not the one to make it.
    let other = symmetric(&room.root());
    let confined = room.root().only_keys([other.arn.parse().unwrap()]);
    assert_eq!(code(describe(&confined, "alias/aws/sns")), ErrorCode::AccessDenied);
    assert_eq!(key_ids(&room.root()).len(), 2);
}

#[test]
fn there_is_one_for_each_account_region_and_service() {
    let room = Room::new();
    let there = || Service::new(S3).in_account(there());
    let clients = [
        room.service(S3),
        room.service("sns.amazonaws.com"),
        room.client(there().into()),
        room.service(S3).region(ELSEWHERE).unwrap(),
    ];
    let aliases = [ALIAS, "alias/aws/sns", ALIAS, ALIAS];
    let arns = || -> Vec<String> {
        clients.iter().zip(aliases).map(|(client, alias)| got(describe(client, alias).unwrap().arn)).collect()
    };
    let (first, again) = (arns(), arns());
    assert_eq!(first, again);
    let mut different = first;
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 4);
}

#[test]
fn sixty_four_threads_make_one() {
    let room = Room::new();
    let from = room.size();
    let start = Barrier::new(64);
    let blobs: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..64)
            .map(|n| {
                let (start, room) = (&start, &room);
                scope.spawn(move || {
                    let client = if n % 2 == 0 { room.service(S3) } else { room.through(VIA_S3) };
                    start.wait();
                    encrypt(&client, ALIAS, b"object").unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(blobs.iter().all(|blob| decrypt(&room.service(S3), blob).unwrap() == b"object"));
    assert_eq!(key_ids(&room.root()).len(), 1);
    let made = room.events_from(from).iter().filter(|event| event.record.name() == "CreateKey").count();
    assert_eq!(made, 1, "and one event tells of it");
}

#[test]
fn the_record_says_that_the_service_made_it() {
    let room = Room::new();
    let from = room.size();
    encrypt(&room.through(VIA_S3), ALIAS, b"object").unwrap();
    let events = room.events_from(from);
    let names: Vec<&str> = events.iter().map(|event| event.record.name()).collect();
    assert_eq!(names, ["CreateKey", "Encrypt"]);
    let made = views(&events[0]).remove(0);
    let arn = got::<String>(describe(&room.root(), ALIAS).unwrap().arn);
    assert_eq!(made["userIdentity"], json!({ "type": "AWSService", "invokedBy": S3 }));
    assert_eq!((&made["sourceIPAddress"], &made["userAgent"]), (&json!(S3), &json!(S3)));
    assert_eq!((&made["eventType"], &made["readOnly"]), (&json!("AwsApiCall"), &json!(false)));
    assert_eq!(made["recipientAccountId"], HERE);
    assert_eq!(made["resources"], json!([{ "accountId": HERE, "type": "AWS::KMS::Key", "ARN": arn }]));
    assert_eq!(made["responseElements"]["keyMetadata"]["keyManager"], "AWS");
    let used = views(&events[1]).remove(0);
    assert_eq!(used["resources"], made["resources"]);
    assert_eq!(used["userIdentity"]["invokedBy"], S3);
    assert_eq!(used["requestParameters"]["keyId"], ALIAS);
}

#[test]
fn only_the_service_of_its_own_account_uses_it() {
    let room = Room::new();
    let key = managed(&room);
    let blob = encrypt(&room.service(S3), &key.arn, b"object").unwrap();
    let admin = room.user("admin", &[allow(&["kms:*"], "*")]);
    let there_through = room.client(Caller::user("eve").in_account(there()).via_service(VIA_S3));
    let there_service = room.client(Service::new(S3).in_account(there()).into());
    for who in [
        room.root(),
        admin,
        room.service("sns.amazonaws.com"),
        room.through("sns.eu-west-1.amazonaws.com"),
        there_through,
        there_service,
        room.root_there(),
    ] {
        assert_eq!(code(encrypt(&who, &key.arn, b"x")), ErrorCode::AccessDenied, "{who:?}");
        assert_eq!(refusal(decrypt(&who, &blob)), ciphertext_denied(), "{who:?}");
    }
    let elsewhere = room.through("s3.us-west-2.amazonaws.com");
    assert_eq!(code(encrypt(&elsewhere, &key.arn, b"x")), ErrorCode::AccessDenied, "a service of another Region");
}

/// Who may do an operation to an AWS managed key: the root user, an administrator, the service, a user through the service.
/// (AWS KMS Developer Guide, "AWS managed keys"; AccessDenied for ListResourceTags as seen in rebuy-de/aws-nuke, issue 550.)
fn may(operation: Operation) -> [bool; 4] {
    use Operation as O;
    match operation {
        O::DescribeKey => [true, true, true, true],
        O::GetKeyPolicy
        | O::ListKeyPolicies
        | O::GetKeyRotationStatus
        | O::ListKeyRotations
        | O::GetKeyLastUsage
        | O::GetPublicKey
        | O::ListGrants => [true, true, false, false],
        O::Encrypt | O::Decrypt | O::ReEncrypt | O::GenerateDataKey | O::GenerateDataKeyWithoutPlaintext => {
            [false, false, true, true]
        }
        O::GenerateDataKeyPair | O::GenerateDataKeyPairWithoutPlaintext => [false, false, true, true],
        _ => [false, false, false, false],
    }
}

/// One call of each served operation that names a key by `KeyId` or `TargetKeyId`, beyond those of [`call`].
fn any_call(client: &Client, operation: Operation, key: &str, needs: &Needs) -> Option<Result<(), Error>> {
    use Operation as O;
    let mac = strongroom_types::MacAlgorithmSpec::HmacSha256;
    Some(match operation {
        O::ReEncrypt => client.re_encrypt(key, needs.blob.as_slice()).send().map(drop),
        O::GenerateMac => client.generate_mac(key, b"text".as_slice(), mac).send().map(drop),
        O::VerifyMac => client.verify_mac(key, b"text".as_slice(), [0; 32].as_slice(), mac).send().map(drop),
        O::TagResource => {
            let tag = strongroom::types::Tag::new("team", "red");
            client.tag_resource(key, vec![tag]).send().map(drop)
        }
        O::UntagResource => client.untag_resource(key, vec!["team".to_owned()]).send().map(drop),
        O::ListResourceTags => client.list_resource_tags(key).send().map(drop),
        O::EnableKeyRotation => client.enable_key_rotation(key).send().map(drop),
        O::DisableKeyRotation => client.disable_key_rotation(key).send().map(drop),
        O::GetKeyRotationStatus => client.get_key_rotation_status(key).send().map(drop),
        O::ListKeyPolicies => client.list_key_policies(key).send().map(drop),
        named if NAMING.contains(&named) => call(client, named, key, needs),
        _ => return None,
    })
}

#[test]
fn every_served_operation_is_refused_to_whom_it_is_not_for() {
    use Operation as O;
    let room = Room::new();
    let key = managed(&room);
    let needs = Needs { blob: encrypt(&room.service(S3), ALIAS, b"object").unwrap(), ..Needs::default() };
    let admin = || room.user("admin", &[allow(&["kms:*"], "*")]);
    let clients = [room.root(), admin(), room.service(S3), room.through(VIA_S3)];
    let before = describe(&room.root(), &key.id).unwrap();
    let (mut cells, mut left) = (0, Vec::new());
    for operation in strongroom::served() {
        if names_no_key(operation) {
            continue;
        }
        for (client, may) in clients.iter().zip(may(operation)) {
            let Some(result) = any_call(client, operation, &key.arn, &needs) else {
                left.push(operation);
                break;
            };
            cells += 1;
            match result {
                Ok(()) => assert!(may, "{operation} by {client:?}"),
                // What is allowed meets a symmetric key without a public half.
                Err(error) if may => assert!(error.is(ErrorCode::UnsupportedOperation), "{operation}: {error}"),
                // UpdateAlias names an alias that is not there: whoever may know that is told.
                Err(error) if operation == O::UpdateAlias && error.is(ErrorCode::NotFound) => {}
                Err(error) => assert!(error.is(ErrorCode::AccessDenied), "{operation} by {client:?}: {error}"),
            }
        }
    }
    // Served after this was written; whoever adds it adds its call above.
    let to_come = [O::GetKeyLastUsage];
    assert!(left.iter().all(|operation| to_come.contains(operation)), "without a call in this test: {left:?}");
    assert_eq!(describe(&room.root(), &key.id).unwrap(), before, "and nothing has changed");
    println!("{cells} cells of operation and caller");
}

/// What names no key, or none by its id.
fn names_no_key(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::CreateKey | O::ListKeys | O::ListAliases | O::GenerateRandom | O::DeleteAlias)
}

#[test]
fn the_aliases_of_services_are_nobodys_to_change() {
    let room = Room::new();
    let key = managed(&room);
    let own = symmetric(&room.root());
    for who in [room.root(), room.service(S3)] {
        assert_eq!(code(who.create_alias("alias/aws/mine", &*own.id).send()), ErrorCode::NotAuthorized);
        assert_eq!(code(who.update_alias(ALIAS, &*own.id).send()), ErrorCode::NotAuthorized);
        assert_eq!(code(who.delete_alias(ALIAS).send()), ErrorCode::NotAuthorized);
    }
    room.root().create_alias("alias/mine", &*own.id).send().unwrap();
    assert_eq!(code(room.root().create_alias("alias/other", &*key.id).send()), ErrorCode::AccessDenied);
    assert_eq!(code(room.root().update_alias("alias/mine", &*key.id).send()), ErrorCode::AccessDenied);
}

#[test]
fn its_policy_is_the_services_and_can_be_read() {
    let room = Room::new();
    let key = managed(&room);
    let policy: serde_json::Value = serde_json::from_str(&policy_of(&room.root(), &key.id).unwrap()).unwrap();
    let condition = json!({ "StringEquals": { "kms:CallerAccount": HERE, "kms:ViaService": VIA_S3 } });
    assert_eq!(policy["Statement"][0]["Condition"], condition);
    let replaced = room.root().put_key_policy(&*key.id, key_policy(&[delegate(HERE)])).send();
    assert_eq!(code(replaced), ErrorCode::AccessDenied);
}

#[test]
fn a_refusal_stands_in_the_record_with_its_reason() {
    let room = Room::new();
    let key = managed(&room);
    assert_eq!(
        refusal(room.root().disable_key(&*key.id).send()),
        denied(&format!("arn:aws:iam::{HERE}:root"), "DisableKey")
    );
    let event = room.last_view();
    assert_eq!(event["errorCode"], "AccessDenied");
    assert_eq!(event["additionalEventData"]["strongroom"]["reason"], "the key is kept by a service");
    assert_eq!(event["resources"][0]["ARN"], key.arn);
}

#[test]
fn predefined_aliases_are_listed_before_they_have_a_key() {
    let room = Room::new();
    let root = room.root();
    let own = symmetric(&root);
    root.create_alias("alias/aaa", &*own.id).send().unwrap();
    root.create_alias("alias/zzz", &*own.id).send().unwrap();
    let key = managed(&room);
    let all = aliases_page(&root, None, Some(100), None).unwrap().0;
    let names: Vec<String> = all.iter().map(|entry| got(entry.alias_name.clone())).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted);
    assert_eq!(names.len(), 2 + 26);
    for entry in &all {
        let name: String = got(entry.alias_name.clone());
        let target = match &*name {
            "alias/aaa" | "alias/zzz" => Some(own.id.clone()),
            ALIAS => Some(key.id.clone()),
            _ => None,
        };
        assert_eq!(entry.target_key_id, target, "{name}");
        assert_eq!(entry.creation_date.is_some(), target.is_some());
        assert_eq!(got::<String>(entry.alias_arn.clone()), format!("arn:aws:kms:{REGION}:{HERE}:{name}"));
    }
    for limit in [1, 2, 3, 7, 27, 28] {
        let (mut paged, mut marker) = (Vec::new(), None::<String>);
        loop {
            let (page, _, next) = aliases_page(&root, None, Some(limit), marker.as_deref()).unwrap();
            assert!(page.len() <= usize::try_from(limit).unwrap());
            paged.extend(page.into_iter().map(|entry| got::<String>(entry.alias_name)));
            marker = next;
            if marker.is_none() {
                break;
            }
        }
        assert_eq!(paged, names, "in pages of {limit}");
    }
    assert_eq!(aliases(&root, Some(&key.id)), [(ALIAS.to_owned(), key.id)]);
}

#[test]
fn a_service_without_a_key_of_its_own_is_told_so() {
    let room = Room::new();
    let (code, message) = refusal(encrypt(&room.service("nope.amazonaws.com"), "alias/aws/nope", b"x"));
    assert_eq!(code, ErrorCode::NotFound);
    assert!(message.contains(&format!("arn:aws:kms:{REGION}:{HERE}:alias/aws/nope")), "{message}");
    let (code, _) = refusal(encrypt(&room.through("nope.eu-west-1.amazonaws.com"), "alias/aws/nope", b"x"));
    assert_eq!(code, ErrorCode::AccessDenied);
    assert!(key_ids(&room.root()).is_empty());
}

#[test]
fn it_outlives_the_strongroom_and_is_not_made_again() {
    let clock = FakeClock::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("strongroom");
    let kms = strongroom::Kms::create(&path, options(&clock)).unwrap();
    let blob = encrypt(&kms.client(Caller::service(S3)).unwrap(), ALIAS, b"object").unwrap();
    let owned = kms.service_owned_key(S3, here()).unwrap();
    kms.close().unwrap();
    let kms = strongroom::Kms::open(&path, options(&clock)).unwrap();
    let s3 = kms.client(Caller::service(S3)).unwrap();
    assert!(encrypt(&s3, ALIAS, b"object").is_ok());
    assert_eq!(decrypt(&s3, &blob).unwrap(), b"object");
    assert_eq!(key_ids(&kms.client(Caller::root()).unwrap()).len(), 1);
    assert_eq!(kms.service_owned_key(S3, here()).unwrap(), owned);
}

#[test]
fn a_key_that_a_service_owns_is_nobody_elses_and_nowhere_seen() {
    let room = Room::new();
    let arn = room.kms.service_owned_key(S3, here()).unwrap();
    assert_eq!(room.kms.service_owned_key(S3, here()).unwrap(), arn, "there is one");
    assert_ne!(room.kms.service_owned_key("sns.amazonaws.com", here()).unwrap(), arn);
    assert_ne!(room.kms.service_owned_key(S3, ELSEWHERE.parse().unwrap()).unwrap(), arn);
    let arn = arn.to_string();
    // For whichever account it acts.
    let (s3, s3_there) = (room.service(S3), room.client(Service::new(S3).in_account(there()).into()));
    let blob = encrypt(&s3, &arn, b"object").unwrap();
    assert_eq!(decrypt(&s3_there, &blob).unwrap(), b"object");
    let admin = room.user("admin", &[allow(&["kms:*"], "*")]);
    for who in [room.root(), admin, room.root_there(), room.through(VIA_S3), room.service("sns.amazonaws.com")] {
        assert_eq!(code(describe(&who, &arn)), ErrorCode::AccessDenied, "{who:?}");
        assert_eq!(code(encrypt(&who, &arn, b"x")), ErrorCode::AccessDenied, "{who:?}");
        assert_eq!(refusal(decrypt(&who, &blob)), ciphertext_denied(), "{who:?}");
    }
    assert!(describe(&s3, &arn).is_ok());
    for operation in NAMING.iter().filter(|operation| !may(**operation)[2]) {
        assert_eq!(code(call(&s3, *operation, &arn, &Needs::default())), ErrorCode::AccessDenied, "{operation}");
    }
    for root in [room.root(), room.root_there()] {
        assert!(key_ids(&root).is_empty() && aliases(&root, None).is_empty());
    }
    let bad = room.kms.service_owned_key("s3", here());
    assert!(matches!(bad, Err(Error::Caller(_))), "{bad:?}");
    let intruder = room.kms.client(Caller::root().in_account("999999999999".parse().unwrap()));
    assert!(matches!(intruder, Err(Error::Caller(error)) if error.what() == "account"));
}

#[test]
fn it_is_rotated_every_year_whatever_anybody_wants() {
    let room = Room::new();
    let s3 = room.service(S3);
    let blob = encrypt(&s3, ALIAS, b"object").unwrap();
    let key = managed(&room);
    let status = || room.root().get_key_rotation_status(&*key.id).send().unwrap();
    assert!(status().key_rotation_enabled);
    assert_eq!(status().rotation_period_in_days, Some(365));
    room.clock.advance(366 * DAY);
    room.kms.run_due().unwrap();
    let rotations = rotations_page(&room.root(), &key.id, None, None, None).unwrap().0;
    assert_eq!(rotations.len(), 1);
    assert_eq!(decrypt(&s3, &blob).unwrap(), b"object");
    assert_eq!(decrypt(&s3, &encrypt(&s3, ALIAS, b"new").unwrap()).unwrap(), b"new");
    assert!(status().key_rotation_enabled);
}

#[test]
fn a_batch_brings_it_about_too() {
    let room = Room::new();
    let request = |text: &'static [u8]| strongroom::types::EncryptRequest::new(ALIAS, text);
    let requests = [request(b"one"), request(b"two"), request(b"three")];
    let from = room.size();
    let answers = room.service(S3).batch::<strongroom::ops::Encrypt>(&requests).unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(key_ids(&room.root()).len(), 1);
    let mut names: Vec<String> = room.events_from(from).iter().map(|event| event.record.name().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["CreateKey", "Encrypt", "Encrypt", "Encrypt", "ListKeys"]);
    // And refuses what one call would be refused.
    let answers = room.root().batch::<strongroom::ops::Encrypt>(&requests).unwrap();
    assert!(answers.into_iter().all(|answer| code(answer) == ErrorCode::AccessDenied));
}

#[test]
fn what_does_not_happen_makes_no_key() {
    let room = Room::new();
    // Narrowed away from the operation.
    let narrowed = room.service(S3).only_operations([Operation::DescribeKey]);
    assert_eq!(code(encrypt(&narrowed, ALIAS, b"x")), ErrorCode::AccessDenied);
    // Denied by a statement of the caller's own.
    let barred = Caller::user("alice").identity_policy(&deny(&["kms:Encrypt"], "*")).unwrap().via_service(VIA_S3);
    assert_eq!(code(encrypt(&room.client(barred), ALIAS, b"x")), ErrorCode::AccessDenied);
    // In another account, by ARN.
    let arn = format!("arn:aws:kms:{REGION}:{HERE}:{ALIAS}");
    let there_through = room.client(Caller::user("eve").in_account(there()).via_service(VIA_S3));
    assert_eq!(code(encrypt(&there_through, &arn, b"x")), ErrorCode::AccessDenied);
    // What neither uses nor describes: a symmetric key has no public half, so nothing is made for it.
    assert_eq!(code(room.root().get_public_key(ALIAS).send()), ErrorCode::NotFound);
    assert!(key_ids(&room.root()).is_empty());
}

#[test]
fn a_call_that_is_refused_for_its_other_key_or_only_tried_makes_none() {
    let room = Room::new();
    let shared = symmetric_with(&room.root_there(), &key_policy(&[delegate(THERE), delegate(HERE)]));
    let caller = Caller::user("alice").identity_policy(&allow(&["kms:*"], "*")).unwrap().via_service(VIA_S3);
    let client = room.client(caller);
    let blob = encrypt(&client, &shared.arn, b"x").unwrap();
    // Narrowed away from the source.
    let call = client.only_own_account().re_encrypt(ALIAS, &*blob).source_key_id(&*shared.arn).send();
    assert_eq!(code(call), ErrorCode::AccessDenied);
    assert!(key_ids(&room.root()).is_empty());
    // A grant that does not exist.
    let call = client.encrypt(ALIAS, b"x".as_slice()).grant_tokens(["token"]).send();
    assert_eq!(code(call), ErrorCode::InvalidGrantToken);
    // A dry run changes nothing.
    assert_eq!(code(client.encrypt(ALIAS, b"x".as_slice()).dry_run(true).send()), ErrorCode::DryRunOperation);
    assert!(key_ids(&room.root()).is_empty());
}
