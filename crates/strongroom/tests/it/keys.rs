//! The life of a key: made, shown, stopped, deleted, brought back, gone.

use std::sync::Arc;

use strongroom::calls::KeyKind;
use strongroom::types::{CreateKeyRequest, KeyListEntry, KeyMetadata, ScheduleKeyDeletionResponse, Tag};
use strongroom::{Error, ErrorCode, Kms, Timestamp, ops};
use strongroom_audit::log::MemoryStorage;
use strongroom_store::MemoryStore;
use strongroom_types::structure::List;
use strongroom_types::{
    CustomerMasterKeySpec, EncryptionAlgorithmSpec, KeyManagerType, KeySpec, KeyState, KeyUsageType, OriginType,
    ResourceOwnerType, SigningAlgorithmSpec,
};

use crate::support::*;

#[test]
fn a_new_key_is_what_the_reference_says_by_default() {
    let room = Room::new();
    let root = room.root();
    let made: KeyMetadata = got(root.create_key().send().unwrap().key_metadata);
    let id: String = got(made.key_id.clone());
    assert_eq!(got::<String>(made.arn.clone()), format!("arn:aws:kms:{REGION}:{HERE}:key/{id}"));
    assert_eq!(got::<String>(made.aws_account_id.clone()), HERE);
    assert_eq!(got::<KeySpec>(made.key_spec), KeySpec::SymmetricDefault);
    assert_eq!(got::<CustomerMasterKeySpec>(made.customer_master_key_spec).as_str(), "SYMMETRIC_DEFAULT");
    assert_eq!(got::<KeyUsageType>(made.key_usage), KeyUsageType::EncryptDecrypt);
    assert_eq!(got::<OriginType>(made.origin), OriginType::AwsKms);
    assert_eq!(got::<String>(made.description.clone()), "");
    assert!(!got::<bool>(made.multi_region));
    assert!(got::<bool>(made.enabled));
    assert_eq!(got::<KeyState>(made.key_state), KeyState::Enabled);
    assert_eq!(got::<KeyManagerType>(made.key_manager), KeyManagerType::Customer);
    assert_eq!(got::<Timestamp>(made.creation_date), Timestamp::from_secs(room.clock.secs()));
    let algorithms = got::<List<EncryptionAlgorithmSpec>>(made.encryption_algorithms.clone());
    assert_eq!(&*algorithms, &[EncryptionAlgorithmSpec::SymmetricDefault]);
    assert_eq!(got::<String>(made.current_key_material_id.clone()).len(), 64);
    // Exactly one list of algorithms; no date of a deletion that nobody asked for; nothing of what the key is not.
    assert!(made.signing_algorithms.is_none() && made.mac_algorithms.is_none());
    assert!(made.key_agreement_algorithms.is_none() && made.encapsulation_algorithms.is_none());
    assert!(made.deletion_date.is_none() && made.pending_deletion_window_in_days.is_none());
    assert!(made.expiration_model.is_none() && made.valid_to.is_none() && made.multi_region_configuration.is_none());
    assert!(made.custom_key_store_id.is_none() && made.xks_key_configuration.is_none());
    assert_eq!(describe(&root, &id).unwrap(), made);

    let key = signing(&root);
    let made = describe(&root, &key.id).unwrap();
    let algorithms = got::<List<SigningAlgorithmSpec>>(made.signing_algorithms.clone());
    assert_eq!(&*algorithms, &[SigningAlgorithmSpec::EcdsaSha256]);
    assert!(made.encryption_algorithms.is_none());
    assert!(made.current_key_material_id.is_none(), "only symmetric keys show their material");
    assert_eq!(got::<CustomerMasterKeySpec>(made.customer_master_key_spec).as_str(), "ECC_NIST_P256");
    // The older member for the spec.
    let request = CreateKeyRequest::new().customer_master_key_spec(CustomerMasterKeySpec::EccNistP256);
    let made = root.run::<ops::CreateKey>(&request.key_usage(KeyUsageType::SignVerify)).unwrap().key_metadata;
    assert_eq!(got::<KeySpec>(made.key_spec), KeySpec::EccNistP256);
}

#[test]
fn create_key_refuses_what_does_not_fit_together() {
    use ErrorCode::{CustomKeyStoreNotFound, UnsupportedOperation, Validation};
    let room = Room::new();
    let root = room.root();
    let (specs, usages) = (KeySpec::ALL, KeyUsageType::ALL);
    // Spec by spec (API Reference, CreateKey).
    let fits = |spec: KeySpec, usage: KeyUsageType| {
        use KeyUsageType as U;
        let name = spec.as_str();
        match usage {
            U::EncryptDecrypt => name == "SYMMETRIC_DEFAULT" || name.starts_with("RSA_") || name == "SM2",
            U::SignVerify => ["RSA_", "ECC_", "ML_DSA_", "SM2"].iter().any(|prefix| name.starts_with(prefix)),
            U::KeyAgreement => name.starts_with("ECC_NIST_P") || name == "SM2",
            U::GenerateVerifyMac => name.starts_with("HMAC_"),
            U::EncapsulateDecapsulate => name.starts_with("ML_KEM_"),
            _ => false,
        }
    };
    // What the custody makes: all but agreement, and the specs of SM2, Edwards curves and lattices.
    let served = |spec: KeySpec, usage: KeyUsageType| {
        let others = ["SM2", "ECC_NIST_EDWARDS", "ML_"];
        usage != KeyUsageType::KeyAgreement && !others.iter().any(|prefix| spec.as_str().starts_with(prefix))
    };
    let (mut cells, mut made) = (0, 0);
    for spec in specs {
        for usage in usages {
            let request = CreateKeyRequest::new().key_spec(*spec).key_usage(*usage);
            let result = root.run::<ops::CreateKey>(&request);
            assert_eq!(KeyKind::of(*usage, *spec).is_some(), fits(*spec, *usage), "the builder says what AWS has");
            let what = format!("{} with {}", spec.as_str(), usage.as_str());
            match (fits(*spec, *usage), served(*spec, *usage)) {
                (true, true) => {
                    result.unwrap();
                    made += 1;
                }
                (true, false) => assert_eq!(code(result), UnsupportedOperation, "{what}"),
                (false, _) => {
                    let text = format!("KeyUsage {} is not compatible with KeySpec {}", usage.as_str(), spec.as_str());
                    assert_eq!(refusal(result), (Validation, text), "{what}");
                }
            }
            cells += 1;
        }
        let result = root.run::<ops::CreateKey>(&CreateKeyRequest::new().key_spec(*spec));
        match spec {
            KeySpec::SymmetricDefault => drop(result.unwrap()),
            _ => assert_eq!(code(result), Validation, "KeyUsage is required for {}", spec.as_str()),
        }
        cells += 1;
    }
    let both = CreateKeyRequest::new().key_spec(KeySpec::EccNistP256).key_usage(KeyUsageType::SignVerify);
    let both = both.customer_master_key_spec(CustomerMasterKeySpec::EccNistP256);
    assert_eq!(code(root.run::<ops::CreateKey>(&both)), Validation);
    let make = || root.create_key();
    let origin = |origin: OriginType| make().origin(origin);
    let custom = "cks-1234567890abcdef0";
    for (result, expected) in [
        (origin(OriginType::AwsCloudhsm).send(), Validation),
        (origin(OriginType::ExternalKeyStore).send(), Validation),
        (origin(OriginType::AwsKms).xks_key_id("bb8562717f809024").send(), Validation),
        (make().xks_key_id("bb8562717f809024").send(), Validation),
        (origin(OriginType::AwsCloudhsm).xks_key_id("bb8562717f809024").send(), Validation),
        (origin(OriginType::AwsCloudhsm).custom_key_store_id(custom).send(), CustomKeyStoreNotFound),
        (origin(OriginType::ExternalKeyStore).custom_key_store_id(custom).send(), Validation),
        (
            origin(OriginType::ExternalKeyStore).custom_key_store_id(custom).xks_key_id("b").send(),
            CustomKeyStoreNotFound,
        ),
        (make().custom_key_store_id(custom).send(), Validation),
        (origin(OriginType::AwsCloudhsm).custom_key_store_id(custom).multi_region(true).send(), UnsupportedOperation),
        (origin(OriginType::External).send(), UnsupportedOperation),
        (make().multi_region(true).send(), UnsupportedOperation),
        (make().description("d".repeat(8_193)).send(), Validation),
    ] {
        assert_eq!(code(result), expected);
        cells += 1;
    }
    assert!(root.create_key().description("d".repeat(8_192)).multi_region(false).send().is_ok());
    assert_eq!(made, 15);
    println!("CreateKey: {cells} combinations, {made} of them make keys");
}

#[test]
fn tags_come_with_the_key_or_the_key_does_not_come() {
    let room = Room::new();
    let root = room.root();
    let tags = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| Tag::new(*key, *value)).collect::<Vec<_>>();
    let create = |pairs: &[(&str, &str)]| root.create_key().tags(tags(pairs)).send();
    create(&[("a", ""), ("A", "1"), ("b", "2")]).unwrap();
    let numbers: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &str)> = numbers.iter().map(|n| (&**n, "x")).collect();
    create(&many[..50]).unwrap();
    for (pairs, expected) in [
        (&many[..], ErrorCode::Tag),
        (&[("a", "1"), ("a", "2")], ErrorCode::Tag),
        (&[("aws:x", "1")], ErrorCode::Tag),
        (&[("", "1")], ErrorCode::Validation),
        (&[(&*"k".repeat(129), "1")], ErrorCode::Validation),
        (&[("k", &*"v".repeat(257))], ErrorCode::Validation),
    ] {
        assert_eq!(code(create(pairs)), expected);
    }
    create(&[(&*"k".repeat(128), &*"v".repeat(256))]).unwrap();
    assert_eq!(key_ids(&root).len(), 3);
    // Tags need a permission of their own.
    let maker = room.user("maker", &[allow(&["kms:CreateKey", "kms:PutKeyPolicy"], "*")]);
    maker.create_key().send().unwrap();
    maker.create_key().tags(Vec::<Tag>::new()).send().unwrap();
    let got_denied = refusal(maker.create_key().tags(tags(&[("a", "b")])).send());
    assert_eq!(got_denied, denied(&format!("arn:aws:iam::{HERE}:user/maker"), "TagResource"), "and its name is said");
    // They are conditions at once.
    let condition = serde_json::json!({ "StringEquals": { "aws:ResourceTag/team": "blue" } });
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": condition } });
    let blue = room.user("blue", &[policy.to_string()]);
    let made = |team: &str| {
        let metadata: KeyMetadata = got(create(&[("team", team)]).unwrap().key_metadata);
        got::<String>(metadata.key_id)
    };
    encrypt(&blue, &made("blue"), b"x").unwrap();
    assert_eq!(code(encrypt(&blue, &made("red"), b"x")), ErrorCode::AccessDenied);
}

#[test]
fn enabling_and_disabling_are_idempotent() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    for _ in 0..2 {
        root.disable_key(&*key.id).send().unwrap();
        let metadata = describe(&root, &key.id).unwrap();
        assert!(!got::<bool>(metadata.enabled));
        assert_eq!(code(decrypt(&root, &blob)), ErrorCode::Disabled);
    }
    for _ in 0..2 {
        root.enable_key(&*key.id).send().unwrap();
        assert_eq!(state(&root, &key.id), KeyState::Enabled);
        assert_eq!(decrypt(&root, &blob).unwrap(), b"x");
    }
}

#[test]
fn a_deletion_waits_for_seven_to_thirty_days() {
    let room = Room::new();
    let root = room.root();
    for days in [1, 6, 31, 365] {
        let key = symmetric(&root);
        let result = root.schedule_key_deletion(&*key.id).pending_window_in_days(days).send();
        assert_eq!(code(result), ErrorCode::Validation, "{days}");
        assert_eq!(state(&root, &key.id), KeyState::Enabled);
    }
    for (days, shown) in [(Some(7), 7), (Some(30), 30), (None, 30)] {
        let key = symmetric(&root);
        let mut call = root.schedule_key_deletion(&*key.id);
        call = days.into_iter().fold(call, |call, days| call.pending_window_in_days(days));
        let output: ScheduleKeyDeletionResponse = call.send().unwrap();
        let at = Timestamp::from_secs(room.clock.secs() + shown * DAY);
        assert_eq!(got::<String>(output.key_id), key.arn);
        assert_eq!(got::<KeyState>(output.key_state), KeyState::PendingDeletion);
        assert_eq!(got::<Timestamp>(output.deletion_date), at);
        assert_eq!(i64::from(got::<i32>(output.pending_window_in_days)), shown);
        assert_eq!(got::<Timestamp>(describe(&root, &key.id).unwrap().deletion_date), at);
        let again = refusal(root.schedule_key_deletion(&*key.id).send());
        assert_eq!(again, (ErrorCode::KmsInvalidState, format!("{} is pending deletion.", key.arn)));
    }
}

#[test]
fn a_cancelled_deletion_leaves_the_key_disabled() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    root.schedule_key_deletion(&*key.id).send().unwrap();
    let output = root.cancel_key_deletion(&*key.id).send().unwrap();
    assert_eq!(got::<String>(output.key_id), key.arn);
    let metadata = describe(&root, &key.id).unwrap();
    assert_eq!(got::<KeyState>(metadata.key_state), KeyState::Disabled, "though it was enabled before");
    assert!(metadata.deletion_date.is_none());
    assert_eq!(code(decrypt(&root, &blob)), ErrorCode::Disabled);
    room.clock.advance(31 * DAY);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 0, "cancelled is cancelled");
    root.enable_key(&*key.id).send().unwrap();
    assert_eq!(decrypt(&root, &blob).unwrap(), b"x");
    // And it can be scheduled again, at another instant.
    root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
    room.clock.advance(7 * DAY);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 1);
}

#[test]
fn a_due_deletion_holds_from_its_instant_and_is_recorded_when_it_is_done() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    root.create_alias("alias/a", &*key.id).send().unwrap();
    root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
    let due = room.clock.secs() + 7 * DAY;
    room.clock.advance(7 * DAY - 1);
    assert_eq!(state(&root, &key.id), KeyState::PendingDeletion);
    room.clock.advance(1);
    // Nothing ran.
    assert_eq!(code(describe(&root, &key.id)), ErrorCode::NotFound);
    assert_eq!(code(root.cancel_key_deletion(&*key.id).send()), ErrorCode::NotFound, "too late");
    assert_eq!(refusal(decrypt(&root, &blob)), ciphertext_denied());
    assert_eq!(key_ids(&root), Vec::<String>::new());
    assert_eq!(aliases(&root, None), Vec::new());
    // The name is free at once, and stays with its new key when the old one is cleared away.
    let next = symmetric(&root);
    root.create_alias("alias/a", &*next.id).send().unwrap();
    room.clock.advance(3_600);
    let before = room.size();
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 1);
    let event =
        room.events_from(before).into_iter().find(|event| event.record.name() == "DeleteKey").expect("DeleteKey");
    let view = views(&event).remove(0);
    assert_eq!(view["eventType"], "AwsServiceEvent");
    assert_eq!(view["userIdentity"], serde_json::json!({ "accountId": HERE, "invokedBy": "AWS Internal" }));
    assert_eq!(view["resources"][0]["ARN"], *key.arn);
    assert_eq!((&view["sourceIPAddress"], &view["readOnly"]), (&"AWS Internal".into(), &false.into()));
    assert_eq!(view["requestParameters"], serde_json::Value::Null);
    assert!(view.get("requestID").is_none());
    let due_text = Timestamp::from_secs(due).to_string();
    assert!(view.to_string().contains(&due_text[..19]), "the record says since when it was due: {view}");
    assert_eq!(aliases(&root, None), [("alias/a".to_owned(), next.id.clone())]);
    assert_eq!(code(describe(&root, &key.id)), ErrorCode::NotFound);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 0);
    encrypt(&root, "alias/a", b"y").unwrap();
}

#[test]
fn a_destroyed_keys_aliases_are_free_and_its_history_is_gone() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    for n in 0..3 {
        root.create_alias(&*format!("alias/a{n}"), &*key.id).send().unwrap();
        root.rotate_key_on_demand(&*key.id).send().unwrap();
    }
    root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
    room.clock.advance(8 * DAY);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 1);
    let next = symmetric(&root);
    for n in 0..3 {
        assert_eq!(code(describe(&root, &format!("alias/a{n}"))), ErrorCode::NotFound);
        root.create_alias(&*format!("alias/a{n}"), &*next.id).send().unwrap();
    }
    assert_eq!(code(root.list_key_rotations(&*key.id).send()), ErrorCode::NotFound);
}

#[test]
fn a_clock_that_goes_back_is_an_error_and_never_a_resurrection() {
    let (store, log) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStorage::new()));
    let clock = FakeClock::new();
    let kms = Kms::create_in(Arc::clone(&store) as _, Arc::clone(&log) as _, options(&clock)).unwrap();
    let root = kms.client(strongroom::Caller::root()).unwrap();
    let key = symmetric(&root);
    let other = symmetric(&root);
    root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
    let start = clock.secs();
    clock.advance(7 * DAY);
    assert_eq!(code(describe(&root, &key.id)), ErrorCode::NotFound);
    // A correction of a few seconds: time stands still, and the key stays gone.
    clock.set(start + 7 * DAY - 5);
    assert_eq!(code(describe(&root, &key.id)), ErrorCode::NotFound);
    // A jump back: nothing is done, the attempt is recorded, nothing is lost.
    clock.set(start);
    let before = kms.status().unwrap().events;
    for result in [describe(&root, &key.id).map(drop), root.cancel_key_deletion(&*key.id).send().map(drop)] {
        assert!(matches!(result, Err(Error::ClockRegression { .. })), "{result:?}");
    }
    assert_eq!(kms.status().unwrap().events, before + 2);
    assert!(matches!(kms.run_due(), Err(Error::ClockRegression { .. })));
    // Nor does a restart bring it back.
    clock.set(start + 7 * DAY);
    kms.close().unwrap();
    clock.set(start + DAY);
    match Kms::open_in(Arc::clone(&store) as _, Arc::clone(&log) as _, options(&clock)) {
        Err(Error::ClockRegression { .. }) => {}
        Err(other) => panic!("{other}"),
        Ok(kms) => {
            let root = kms.client(strongroom::Caller::root()).unwrap();
            let result = describe(&root, &key.id);
            assert!(matches!(result, Err(Error::ClockRegression { .. })), "{result:?}");
            drop(kms);
        }
    }
    clock.set(start + 8 * DAY);
    let kms = Kms::open_in(store, log, options(&clock)).unwrap();
    let root = kms.client(strongroom::Caller::root()).unwrap();
    assert_eq!(code(describe(&root, &key.id)), ErrorCode::NotFound);
    assert_eq!(state(&root, &other.id), KeyState::Enabled);
    assert_eq!(kms.run_due().unwrap().deleted_keys, 1);
}

#[test]
fn lists_of_keys_survive_insertion_and_deletion() {
    let room = Room::new();
    let root = room.root();
    let mut ids: Vec<String> = (0..7).map(|_| symmetric(&root).id).collect();
    ids.sort();
    let (first, cut, marker) = keys_page(&root, Some(3), None).unwrap();
    assert!(cut);
    let shown: Vec<String> = first.into_iter().map(|entry| got(entry.key_id)).collect();
    assert_eq!(shown, ids[..3]);
    // The last one shown goes, and others come.
    root.schedule_key_deletion(&*ids[2]).pending_window_in_days(7).send().unwrap();
    room.clock.advance(7 * DAY);
    room.kms.run_due().unwrap();
    let more: Vec<String> = (0..5).map(|_| symmetric(&root).id).collect();
    let (mut rest, mut marker) = (Vec::new(), marker);
    while let Some(at) = marker {
        let page = keys_page(&root, Some(2), Some(&at)).unwrap();
        assert!(page.0.len() <= 2 && !page.0.is_empty());
        rest.extend(page.0.into_iter().map(|entry| got::<String>(entry.key_id)));
        marker = page.2;
    }
    let mut expected: Vec<String> = ids[3..].to_vec();
    expected.extend(more.into_iter().filter(|id| *id > ids[2]));
    expected.sort();
    assert_eq!(rest, expected, "each once, none left out");
    // A page that ends with the last key has no marker.
    let all = key_ids(&root).len();
    assert!(!keys_page(&root, Some(i32::try_from(all).unwrap()), None).unwrap().1);
    // Entries name the key both ways.
    let entry = keys_page(&root, Some(1), None).unwrap().0.remove(0);
    let (id, arn): (String, String) = (got(entry.key_id), got(entry.key_arn));
    assert_eq!(arn, format!("arn:aws:kms:{REGION}:{HERE}:key/{id}"));
}

#[test]
fn limits_and_markers_of_lists_are_checked() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    for n in 0..3 {
        root.create_alias(&*format!("alias/a{n}"), &*key.id).send().unwrap();
        symmetric(&root);
        root.rotate_key_on_demand(&*key.id).send().unwrap();
    }
    // The longest pages: 1,000 keys, 100 aliases, 1,000 rotations.
    for limit in [0, -1, 1_001] {
        assert_eq!(code(keys_page(&root, Some(limit), None)), ErrorCode::Validation);
        assert_eq!(code(rotations_page(&root, &key.id, None, Some(limit), None)), ErrorCode::Validation);
    }
    for limit in [0, 101, 1_000] {
        assert_eq!(code(aliases_page(&root, None, Some(limit), None)), ErrorCode::Validation);
    }
    keys_page(&root, Some(1_000), None).unwrap();
    rotations_page(&root, &key.id, None, Some(1_000), None).unwrap();
    aliases_page(&root, None, Some(100), None).unwrap();
    // Markers of another list, another key, another account, another Region.
    let of_keys = keys_page(&root, Some(1), None).unwrap().2.unwrap();
    let of_aliases = aliases_page(&root, None, Some(1), None).unwrap().2.unwrap();
    let of_one = aliases_page(&root, Some(&key.id), Some(1), None).unwrap().2.unwrap();
    let of_rotations = rotations_page(&root, &key.id, None, Some(1), None).unwrap().2.unwrap();
    let invalid = |result: Result<(), Error>, what: &str| assert_eq!(code(result), ErrorCode::InvalidMarker, "{what}");
    for marker in [&of_aliases, &of_one, &of_rotations, "x", "00", "zz", "é"] {
        invalid(keys_page(&root, None, Some(marker)).map(drop), marker);
    }
    for marker in [&of_keys, &of_one, &of_rotations, "x", "00"] {
        invalid(aliases_page(&root, None, None, Some(marker)).map(drop), marker);
    }
    for marker in [&of_keys, &of_aliases, &of_rotations, "x", "00"] {
        invalid(aliases_page(&root, Some(&key.id), None, Some(marker)).map(drop), marker);
    }
    for marker in [&of_keys, &of_aliases, &of_one, "x", "00", "00000000", "fffffffe"] {
        invalid(rotations_page(&root, &key.id, None, None, Some(marker)).map(drop), marker);
    }
    let other = symmetric(&root);
    root.rotate_key_on_demand(&*other.id).send().unwrap();
    invalid(rotations_page(&root, &other.id, None, None, Some(&of_rotations)).map(drop), "another key's rotations");
    invalid(aliases_page(&root, Some(&other.id), None, Some(&of_one)).map(drop), "another key's aliases");
    for stranger in [room.root_there(), root.region(ELSEWHERE).unwrap()] {
        invalid(keys_page(&stranger, None, Some(&of_keys)).map(drop), "another's keys");
        invalid(aliases_page(&stranger, None, None, Some(&of_aliases)).map(drop), "another's aliases");
    }
    // What others share is another list, and an empty one.
    let shared = || root.list_keys().resource_owners([ResourceOwnerType::OtherAccountsViaRam]);
    assert_eq!(got::<List<KeyListEntry>>(shared().send().unwrap().keys).len(), 0);
    assert_eq!(code(shared().marker(&*of_keys).send()), ErrorCode::InvalidMarker);
    assert_eq!(code(keys_page(&root, None, Some(&"0".repeat(1_025)))), ErrorCode::Validation);
    assert_eq!(code(keys_page(&root, None, Some(""))), ErrorCode::Validation);
}

#[test]
fn the_longest_page_leaves_no_key_out() {
    let room = Room::new();
    let root = room.root();
    for _ in 0..1_003 {
        root.create_key().send().unwrap();
    }
    let (first, cut, marker) = keys_page(&root, Some(1_000), None).unwrap();
    assert_eq!((first.len(), cut), (1_000, true));
    let (rest, cut, _) = keys_page(&root, Some(1_000), marker.as_deref()).unwrap();
    assert_eq!((rest.len(), cut), (3, false));
    assert_eq!(keys_page(&root, None, None).unwrap().0.len(), 100, "the usual page");
}

#[test]
fn describe_shows_the_change_that_was_just_made() {
    // Read your writes.
    let room = Room::new();
    let (one, two) = (room.root(), room.root());
    let key = symmetric(&one);
    for _ in 0..50 {
        one.disable_key(&*key.id).send().unwrap();
        assert_eq!(state(&two, &key.id), KeyState::Disabled);
        two.enable_key(&*key.id).send().unwrap();
        assert_eq!(state(&one, &key.id), KeyState::Enabled);
    }
}

#[test]
fn many_deletions_that_are_due_at_once_are_all_done() {
    let room = Room::new();
    let clients = [room.root(), room.root().region(ELSEWHERE).unwrap(), room.root_there()];
    let mut due = 0;
    for client in &clients {
        for n in 0..71 {
            let key = symmetric(client);
            client.create_alias(format!("alias/a{n}"), &*key.id).send().unwrap();
            client.schedule_key_deletion(&*key.id).pending_window_in_days(7 + n % 2).send().unwrap();
            due += 1;
        }
    }
    let stays = symmetric(&clients[0]);
    room.clock.advance(7 * DAY);
    let first = room.kms.run_due().unwrap().deleted_keys;
    assert_eq!(first, 36 * 3);
    room.clock.advance(DAY);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, due - first);
    assert_eq!(room.kms.run_due().unwrap().deleted_keys, 0);
    let told = room.kms.record().filter(strongroom::Filter::new().event_name("DeleteKey")).iter().unwrap().count();
    assert_eq!(told, due);
    assert_eq!(key_ids(&clients[0]), [stays.id]);
    for client in &clients {
        assert_eq!(aliases(client, None), []);
    }
}

#[test]
fn what_was_done_is_still_so_when_the_strongroom_is_opened_again() {
    let (store, log) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStorage::new()));
    let clock = FakeClock::new();
    let open = || Kms::open_in(Arc::clone(&store) as _, Arc::clone(&log) as _, options(&clock)).unwrap();
    let kms = Kms::create_in(Arc::clone(&store) as _, Arc::clone(&log) as _, options(&clock)).unwrap();
    let root = kms.client(strongroom::Caller::root()).unwrap();
    let (key, ecc, off, going) = (symmetric(&root), signing(&root), symmetric(&root), symmetric(&root));
    root.create_alias("alias/a", &*key.id).send().unwrap();
    root.create_alias("alias/b", &*off.id).send().unwrap();
    root.update_alias("alias/b", &*key.id).send().unwrap();
    root.create_alias("alias/c", &*off.id).send().unwrap();
    root.delete_alias("alias/c").send().unwrap();
    let mut sealed = Vec::new();
    for n in 0..4_u8 {
        sealed.push(encrypt(&root, &key.id, &[n]).unwrap());
        root.rotate_key_on_demand(&*key.id).send().unwrap();
    }
    let policy = key_policy(&[delegate(HERE), delegate(THERE)]);
    root.put_key_policy(&*key.id, &*policy).send().unwrap();
    root.disable_key(&*off.id).send().unwrap();
    root.schedule_key_deletion(&*going.id).pending_window_in_days(7).send().unwrap();
    let signature = sign(&root, &ecc.id, strongroom_types::MessageType::Raw, b"text").unwrap();
    let look = |kms: &Kms| {
        let root = kms.client(strongroom::Caller::root()).unwrap();
        let keys: Vec<KeyMetadata> =
            [&key, &ecc, &off, &going].into_iter().map(|key| describe(&root, &key.id).unwrap()).collect();
        let rotations = rotations_page(&root, &key.id, None, None, None).unwrap().0;
        (keys, rotations, key_ids(&root), aliases(&root, None), policy_of(&root, &key.id).unwrap())
    };
    let before = look(&kms);
    assert_eq!(before.4, policy);
    assert_eq!(before.3.len(), 2);
    let events = kms.status().unwrap().events;
    kms.close().unwrap();
    assert!(matches!(describe(&root, &key.id), Err(Error::Closed)));
    let kms = open();
    assert!(kms.status().unwrap().events >= events);
    assert_eq!(look(&kms), before);
    let root = kms.client(strongroom::Caller::root()).unwrap();
    for (n, blob) in sealed.iter().enumerate() {
        assert_eq!(decrypt(&root, blob).unwrap(), [u8::try_from(n).unwrap()]);
    }
    assert!(verify(&root, &ecc.id, strongroom_types::MessageType::Raw, b"text", &signature).unwrap());
    assert_eq!(code(encrypt(&root, &off.id, b"x")), ErrorCode::Disabled);
    encrypt(&kms.client(strongroom::Caller::root().in_account(there())).unwrap(), &key.arn, b"x").unwrap();
    // A due deletion holds, though nobody saw its instant.
    drop(kms);
    clock.advance(7 * DAY);
    let kms = open();
    let root = kms.client(strongroom::Caller::root()).unwrap();
    assert_eq!(code(describe(&root, &going.id)), ErrorCode::NotFound);
    assert_eq!(kms.run_due().unwrap().deleted_keys, 1);
}

#[test]
fn a_description_is_replaced_and_emptied() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let shown = || got::<String>(describe(&root, &key.id).unwrap().description);
    for text in ["first", "second 🔑", ""] {
        root.update_key_description(&*key.id, text).send().unwrap();
        assert_eq!(shown(), text);
    }
    root.update_key_description(&*key.id, "d".repeat(8_192)).send().unwrap();
    assert_eq!(code(root.update_key_description(&*key.id, "d".repeat(8_193)).send()), ErrorCode::Validation);
    assert_eq!(shown().len(), 8_192);
}

#[test]
fn a_key_at_all_of_awss_limits_is_made_and_recorded() {
    let clock = FakeClock::new();
    let kms = Kms::create_in(Arc::new(MemoryStore::new()), Arc::new(MemoryStorage::new()), options(&clock)).unwrap();
    let root = kms.client(strongroom::Caller::root()).unwrap();
    let three = "\u{20ac}"; // of three bytes
    let short = key_policy(&[delegate(HERE)]);
    let room = 32_768 - short.len() - r#","Id":"""#.len();
    let policy = short.replacen('{', &format!(r#"{{"Id":"{}","#, "x".repeat(room)), 1);
    let tags = (0..50).map(|n| {
        let key = format!("{n:02}{}", three.repeat(126));
        strongroom::types::Tag::new(key, three.repeat(256))
    });
    let call = root.create_key().description(three.repeat(8_192)).policy(&*policy).tags(tags);
    let key = call.send().unwrap().key_metadata;
    assert_eq!(key.description.chars().count(), 8_192);
    assert_eq!(policy_of(&root, &key.key_id).unwrap().len(), policy.len());
    let made = strongroom::Filter::new().event_name("CreateKey");
    assert_eq!(kms.record().filter(made).iter().unwrap().count(), 1);
}

#[test]
fn a_handle_that_nobody_asks_for_any_more_leaves_when_work_is_due() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    encrypt(&root, &key.id, b"x").unwrap();
    assert_eq!(room.kms.status().unwrap().handles.open, 1);
    room.clock.advance(2 * DAY);
    room.kms.run_due().unwrap();
    assert_eq!(room.kms.status().unwrap().handles.open, 0);
}

#[test]
fn a_caller_whose_name_could_not_stand_in_an_arn_is_refused() {
    use strongroom::{Caller, Error};
    let room = Room::new();
    let long = "a".repeat(65);
    for name in ["", "a b", "a:b", "a*", "a\n", "/a", "a/", "a//b", "\u{e9}", &long] {
        for caller in [Caller::user(name), Caller::role(name, "s"), Caller::role("r", name), Caller::service(name)] {
            assert!(matches!(room.kms.client(caller).unwrap_err(), Error::Name(_)), "{name:?}");
        }
    }
    for caller in
        [Caller::user("division/al.ice+x@y_z=,-"), Caller::role("r", "s"), Caller::service("s3.amazonaws.com")]
    {
        room.kms.client(caller).unwrap();
    }
    assert!(room.kms.client(Caller::role("r", "a/b")).is_err());
}
