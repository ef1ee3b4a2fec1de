//! The record: one event for each call, with CloudTrail's fields, and never a secret.

use strongroom::caller::{Forwarded, RoleSession, Session, User};
use strongroom::{Caller, EncryptionContext, Error, ErrorCode, LoggedEvent, Operation, Timestamp};
use strongroom_types::{DataKeySpec, IncludeKeyMaterial, MacAlgorithmSpec, MessageType, SigningAlgorithmSpec};

use serde_json::{Value, json};

use crate::support::*;

#[test]
fn every_call_leaves_exactly_one_event_however_it_ends() {
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let mut calls = 0;
    for operation in NAMING {
        let name = operation.as_str();
        let key = fit_for(*operation, &root);
        let mut needs = Needs { new_alias: format!("alias/{name}"), alias: "alias/no".to_owned(), ..Needs::default() };
        if *operation == Operation::Decrypt {
            needs.blob = encrypt(&root, &key.id, b"x").unwrap();
        }
        if *operation == Operation::UpdateAlias {
            root.create_alias("alias/moving", &*key.id).send().unwrap();
            needs.alias = "alias/moving".to_owned();
        }
        let mut check = |client: &strongroom::Client, key: &str| {
            let (result, event) = room.recorded(name, || call(client, *operation, key, &needs));
            let expected = match &result {
                Ok(()) => None,
                Err(error) if error.is(ErrorCode::AccessDenied) => Some("AccessDenied"),
                Err(error) => Some(error.code().as_str()),
            };
            assert_eq!(event.record.error_code(), expected, "{name}");
            assert_eq!(event.record.account(), Some(HERE));
            calls += 1;
        };
        check(&root, &key.id);
        check(&nobody, &key.id);
        check(&root, NO_KEY);
        check(&root, "");
        check(&nobody, "arn:aws:s3:::bucket");
    }
    let (_, event) = room.recorded("ListKeys", || root.list_keys().limit(0).send().unwrap_err());
    assert_eq!(event.record.error_code(), Some("ValidationException"));
    room.recorded("ListKeys", || root.list_keys().send().unwrap());
    room.recorded("ListAliases", || root.list_aliases().send().unwrap());
    room.recorded("ListAliases", || nobody.list_aliases().send().unwrap_err());
    room.recorded("DeleteAlias", || root.delete_alias("no alias").send().unwrap_err());
    room.recorded("CreateKey", || nobody.create_key().send().unwrap_err());
    room.recorded("CreateKey", || root.create_key().policy("x").send().unwrap_err());
    println!("calls with one event each: {}", calls + 7);
}

struct Seen {
    request: Value,
    response: Value,
    resources: Vec<String>,
    read_only: bool,
    material: bool,
}

fn seen<T>(room: &Room, name: &str, call: impl FnOnce() -> Result<T, Error>) -> Seen {
    let (result, event) = room.recorded(name, call);
    result.map(drop).unwrap_or_else(|error| panic!("{name}: {error}"));
    let view = views(&event).remove(0);
    for (member, value) in [("eventVersion", "1.11"), ("eventSource", "kms.amazonaws.com"), ("eventType", "AwsApiCall")]
    {
        assert_eq!(view[member], value);
    }
    assert_eq!((&view["managementEvent"], &view["eventCategory"]), (&true.into(), &"Management".into()));
    assert_eq!(view["eventTime"], Timestamp::from_secs(room.clock.secs()).to_string());
    assert!(view.get("errorCode").is_none() && view.get("errorMessage").is_none());
    let object = view.as_object().unwrap();
    assert!(
        object.contains_key("requestParameters") && object.contains_key("responseElements"),
        "null, and not absent"
    );
    Seen {
        request: view["requestParameters"].clone(),
        response: view["responseElements"].clone(),
        resources: view["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["ARN"].as_str().unwrap().to_owned())
            .collect(),
        read_only: view["readOnly"] == true,
        material: view["additionalEventData"].get("keyMaterialId").is_some(),
    }
}

/// CloudTrail's fields of each operation, line by line.
#[test]
fn events_show_what_cloudtrail_shows() {
    let room = Room::new();
    let root = room.root();
    let (key, ecc, third) = (symmetric(&root), signing(&root), symmetric(&root));
    let alias_arn = format!("arn:aws:kms:{REGION}:{HERE}:alias/a");
    let mut lines = 0;
    let mut check =
        |seen: Seen, read_only: bool, request: Value, response: Value, resources: &[&String], material: bool| {
            assert_eq!(seen.request, request);
            assert_eq!(seen.response, response);
            assert_eq!(seen.resources.iter().collect::<Vec<_>>(), resources);
            assert_eq!((seen.read_only, seen.material), (read_only, material), "{request}");
            lines += 1;
        };
    let null = Value::Null;
    let arn_of_key = || json!({ "keyId": key.arn });

    let mut made = seen(&room, "CreateKey", || root.create_key().description("d").send());
    let metadata = &made.response["keyMetadata"];
    assert_eq!(metadata["aWSAccountId"], HERE);
    assert_eq!(metadata["creationDate"], "Mar 1, 2026, 12:00:00 AM", "dates inside are Java's");
    let arn = metadata["arn"].as_str().unwrap().to_owned();
    made.response = null.clone();
    if made.request["tags"] == json!([]) {
        made.request.as_object_mut().unwrap().remove("tags");
    }
    let request = json!({ "description": "d", "keyUsage": "ENCRYPT_DECRYPT", "keySpec": "SYMMETRIC_DEFAULT",
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "origin": "AWS_KMS",
        "bypassPolicyLockoutSafetyCheck": false, "multiRegion": false });
    check(made, false, request, null.clone(), &[&arn], false);

    let s = seen(&room, "CreateAlias", || root.create_alias("alias/a", &*key.id).send());
    let request = json!({ "aliasName": "alias/a", "targetKeyId": key.id });
    check(s, false, request, arn_of_key(), &[&key.arn, &alias_arn], false);
    let s = seen(&room, "DescribeKey", || root.describe_key("alias/a").send());
    check(s, true, json!({ "keyId": "alias/a" }), null.clone(), &[&key.arn], false);
    let s = seen(&room, "DisableKey", || root.disable_key(&*key.id).send());
    check(s, false, json!({ "keyId": key.id }), arn_of_key(), &[&key.arn], false);
    let s = seen(&room, "EnableKey", || root.enable_key(&*key.arn).send());
    check(s, false, json!({ "keyId": key.arn }), arn_of_key(), &[&key.arn], false);
    let s = seen(&room, "EnableKey", || root.enable_key(&*key.arn).send());
    check(s, false, json!({ "keyId": key.arn }), arn_of_key(), &[&key.arn], false);

    let context = || EncryptionContext::from_pairs([("b", "2"), ("a", "1")]).unwrap();
    let shown = json!({ "a": "1", "b": "2" });
    let s = seen(&room, "Encrypt", || root.encrypt(&*key.id, b"x".as_slice()).encryption_context_map(context()).send());
    let request = json!({ "keyId": key.id, "encryptionAlgorithm": "SYMMETRIC_DEFAULT", "encryptionContext": shown });
    check(s, true, request, null.clone(), &[&key.arn], true);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let s = seen(&room, "Decrypt", || root.decrypt(&*blob).send());
    check(s, true, json!({ "encryptionAlgorithm": "SYMMETRIC_DEFAULT" }), null.clone(), &[&key.arn], true);
    let s = seen(&room, "Decrypt", || root.decrypt(&*blob).key_id("alias/a").send());
    let request = json!({ "encryptionAlgorithm": "SYMMETRIC_DEFAULT", "keyId": "alias/a" });
    check(s, true, request, null.clone(), &[&key.arn], true);
    let s = seen(&room, "GenerateDataKey", || root.generate_data_key(&*key.id, DataKeySpec::Aes256).send());
    check(s, true, json!({ "keyId": key.id, "keySpec": "AES_256" }), null.clone(), &[&key.arn], true);
    let call = || root.generate_data_key_without_plaintext(&*key.id, 9).send();
    let s = seen(&room, "GenerateDataKeyWithoutPlaintext", call);
    check(s, true, json!({ "keyId": key.id, "numberOfBytes": 9 }), null.clone(), &[&key.arn], true);

    let algorithm = SigningAlgorithmSpec::EcdsaSha256;
    let s =
        seen(&room, "Sign", || root.sign(&*ecc.id, b"x".as_slice(), algorithm).message_type(MessageType::Raw).send());
    let request = json!({ "keyId": ecc.id, "messageType": "RAW", "signingAlgorithm": "ECDSA_SHA_256" });
    check(s, true, request, null.clone(), &[&ecc.arn], false);
    let signature = sign(&root, &ecc.id, MessageType::Raw, b"x").unwrap();
    let s = seen(&room, "Verify", || {
        root.verify(&*ecc.id, b"x".as_slice(), signature, algorithm).message_type(MessageType::Raw).send()
    });
    let request = json!({ "keyId": ecc.id, "messageType": "RAW", "signingAlgorithm": "ECDSA_SHA_256" });
    check(s, true, request, null.clone(), &[&ecc.arn], false);
    let s = seen(&room, "GetPublicKey", || root.get_public_key(&*ecc.id).send());
    check(s, true, json!({ "keyId": ecc.id }), null.clone(), &[&ecc.arn], false);

    let policy = key_policy(&[delegate(HERE)]);
    let s = seen(&room, "PutKeyPolicy", || root.put_key_policy(&*key.id, &*policy).send());
    let request = json!({ "keyId": key.id, "policyName": "default", "policy": policy,
        "bypassPolicyLockoutSafetyCheck": false });
    check(s, false, request, arn_of_key(), &[&key.arn], false);
    let s = seen(&room, "GetKeyPolicy", || root.get_key_policy(&*key.id).policy_name("default").send());
    check(s, true, json!({ "keyId": key.id, "policyName": "default" }), null.clone(), &[&key.arn], false);

    let s = seen(&room, "UpdateKeyDescription", || root.update_key_description(&*key.id, "new").send());
    check(s, false, json!({ "keyId": key.id, "description": "new" }), arn_of_key(), &[&key.arn], false);

    let s = seen(&room, "RotateKeyOnDemand", || root.rotate_key_on_demand(&*key.id).send());
    check(s, false, json!({ "keyId": key.id }), json!({ "keyId": key.id }), &[&key.arn], false);
    let s = seen(&room, "ListKeyRotations", || {
        root.list_key_rotations(&*key.id).include_key_material(IncludeKeyMaterial::AllKeyMaterial).limit(9).send()
    });
    let request = json!({ "keyId": key.id, "includeKeyMaterial": "ALL_KEY_MATERIAL", "limit": 9 });
    check(s, true, request, null.clone(), &[&key.arn], false);
    let s = seen(&room, "ListKeys", || root.list_keys().limit(9).send());
    check(s, true, json!({ "limit": 9 }), null.clone(), &[], false);
    let s = seen(&room, "ListAliases", || root.list_aliases().key_id(&*key.id).limit(9).send());
    check(s, true, json!({ "keyId": key.id, "limit": 9 }), null.clone(), &[], false);

    let s = seen(&room, "UpdateAlias", || root.update_alias("alias/a", &*third.id).send());
    let request = json!({ "aliasName": "alias/a", "targetKeyId": third.id });
    check(s, false, request, json!({ "keyId": third.arn }), &[&alias_arn, &third.arn], false);
    let s = seen(&room, "DeleteAlias", || root.delete_alias("alias/a").send());
    let response = json!({ "keyId": third.arn });
    check(s, false, json!({ "aliasName": "alias/a" }), response, &[&alias_arn, &third.arn], false);

    let s =
        seen(&room, "ScheduleKeyDeletion", || root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send());
    let response = json!({ "keyId": key.arn, "keyState": "PendingDeletion", "pendingWindowInDays": 7,
        "deletionDate": "Mar 8, 2026, 12:00:00 AM" });
    check(s, false, json!({ "keyId": key.id, "pendingWindowInDays": 7 }), response, &[&key.arn], false);
    let s = seen(&room, "CancelKeyDeletion", || root.cancel_key_deletion(&*key.id).send());
    check(s, false, json!({ "keyId": key.id }), arn_of_key(), &[&key.arn], false);
    println!("lines of CloudTrail's fields: {lines}");
}

#[test]
fn events_say_who_called_and_from_where() {
    let room = Room::new();
    let identity = |caller: Caller| {
        let client = room.client(caller);
        let _ = client.list_keys().send();
        room.last_view()
    };
    let root = identity(Caller::root());
    assert_eq!(root["userIdentity"]["type"], "Root");
    assert_eq!(root["userIdentity"]["principalId"], HERE);
    assert_eq!(root["userIdentity"]["arn"], format!("arn:aws:iam::{HERE}:root"));
    let user = identity(User::new("division/alice").unique_id("AIDAEXAMPLE").access_key_id("AKIAEXAMPLE").into());
    let who = &user["userIdentity"];
    assert_eq!((&who["type"], &who["principalId"]), (&"IAMUser".into(), &"AIDAEXAMPLE".into()));
    assert_eq!(who["arn"], format!("arn:aws:iam::{HERE}:user/division/alice"));
    assert_eq!((&who["userName"], &who["accessKeyId"]), (&"alice".into(), &"AKIAEXAMPLE".into()));
    let at = Timestamp::from_secs(1_772_323_200);
    let role = identity(
        RoleSession::assumed("Admin", "tuesday", Session::with_mfa(at, at))
            .unique_id("AROAEXAMPLE")
            .origin("203.0.113.9".parse::<std::net::IpAddr>().unwrap())
            .user_agent("aws-cli/2")
            .forwarded(Forwarded::by("s3.eu-west-1.amazonaws.com").unwrap())
            .into(),
    );
    let who = &role["userIdentity"];
    assert_eq!((&who["type"], &who["principalId"]), (&"AssumedRole".into(), &"AROAEXAMPLE:tuesday".into()));
    assert_eq!(who["arn"], format!("arn:aws:sts::{HERE}:assumed-role/Admin/tuesday"));
    assert_eq!(who["sessionContext"]["attributes"]["mfaAuthenticated"], "true", "a text");
    assert_eq!(who["sessionContext"]["attributes"]["creationDate"], "2026-03-01T00:00:00Z");
    assert_eq!(who["sessionContext"]["sessionIssuer"]["arn"], format!("arn:aws:iam::{HERE}:role/Admin"));
    assert_eq!(who["invokedBy"], "s3.amazonaws.com");
    assert_eq!(role["sourceIPAddress"], "203.0.113.9");
    assert!(role["userAgent"].as_str().unwrap().contains("aws-cli/2"));
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Base64 of the middle of a secret, at each of the three alignments, so that it is found whatever stands before it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        (0..4).map(move |at| DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char).collect::<String>()
    };
    bytes.chunks_exact(3).map(group).collect()
}

fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    forms.extend((0..3).map(|skip| base64(&secret[skip..]).into_bytes()));
    forms
}

#[test]
fn no_secret_is_ever_in_a_record_an_error_or_a_debug_text() {
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let (key, ecc) = (symmetric(&root), signing(&root));
    let canary = b"CANARY-do-not-write-me-down-0123456789".as_slice();
    let token = "token-canary-0123456789";
    let algorithm = SigningAlgorithmSpec::EcdsaSha256;
    let mut secrets = vec![canary.to_vec(), token.as_bytes().to_vec()];
    let mut texts = Vec::new();
    let mut note = |text: String| texts.push(text);

    let blob = encrypt(&root, &key.id, canary).unwrap();
    let output = root.decrypt(&*blob).send().unwrap();
    note(format!("{output:?}"));
    let data = root.generate_data_key(&*key.id, 32).send().unwrap();
    note(format!("{data:?}"));
    secrets.push(opened(got(data.plaintext)));
    let wrapped: Vec<u8> = got(data.ciphertext_blob);
    let signature = sign(&root, &ecc.id, MessageType::Raw, canary).unwrap();
    verify(&root, &ecc.id, MessageType::Raw, canary, &signature).unwrap();
    let random = root.generate_random(32).send().unwrap();
    note(format!("{random:?}"));
    secrets.push(opened(random.plaintext));
    let moved = root.re_encrypt(&*key.id, &*blob).send().unwrap();
    note(format!("{moved:?}"));
    let hmac = fit_for(Operation::GenerateMac, &root);
    let output = root.generate_mac(&*hmac.id, canary, MacAlgorithmSpec::HmacSha256).send().unwrap();
    note(format!("{output:?}"));
    let mac = output.mac;
    root.verify_mac(&*hmac.id, canary, &*mac, MacAlgorithmSpec::HmacSha256).send().unwrap();
    let wrong = root.verify_mac(&*hmac.id, [canary, b"!"].concat(), &*mac, MacAlgorithmSpec::HmacSha256);
    note(format!("{wrong:?}"));
    note(wrong.send().unwrap_err().to_string());
    for client in [&root, &nobody] {
        let call = client.encrypt(&*ecc.id, canary).grant_tokens([token]);
        note(format!("{call:?}"));
        note(call.send().unwrap_err().to_string());
        let long = [canary, &[b'x'; 4_096]].concat();
        let error = client.encrypt(&*key.id, &*long).send().unwrap_err();
        note(format!("{error} {error:?}"));
        let error = client.sign(&*key.id, canary, algorithm).message_type(MessageType::Digest).send().unwrap_err();
        note(format!("{error} {error:?}"));
        let error = client.verify(&*ecc.id, canary, blob.clone(), algorithm).send().unwrap_err();
        note(format!("{error} {error:?}"));
        let error = client.decrypt(canary).send().unwrap_err();
        note(format!("{error} {error:?}"));
    }
    // What is no secret, but never stands in a record either: ciphertexts and signatures.
    let never: Vec<Vec<u8>> =
        [blob[36..].to_vec(), wrapped[36..].to_vec(), signature, moved.ciphertext_blob[36..].to_vec(), mac].to_vec();
    let events: Vec<LoggedEvent> = room.events_from(0);
    assert!(events.len() > 15);
    let mut looked = 0;
    for event in &events {
        let json = event.to_json();
        for needle in secrets.iter().chain(&never).flat_map(|secret| forms(secret)) {
            assert!(!contains(event.record.as_bytes(), &needle), "in the bytes of {json}");
            assert!(!contains(json.as_bytes(), &needle), "in {json}");
            looked += 2;
        }
    }
    for text in &texts {
        for needle in secrets.iter().take(1).chain(secrets.last()).flat_map(|secret| forms(secret)) {
            assert!(!contains(text.as_bytes(), &needle), "in {text}");
            looked += 1;
        }
    }
    println!("looked for secrets: {looked} times, none found");
}

#[test]
fn events_can_be_chosen() {
    use strongroom::Filter;
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let key = symmetric(&root);
    encrypt(&root, &key.id, b"x").unwrap();
    room.clock.advance(60);
    encrypt(&nobody, &key.id, b"x").unwrap_err();
    let count = |filter: Filter| room.kms.record().filter(filter).iter().unwrap().map(Result::unwrap).count();
    assert_eq!(count(Filter::new().event_name("Encrypt")), 2);
    assert_eq!(count(Filter::new().event_name("Encrypt").failed()), 1);
    assert_eq!(count(Filter::new().event_name("Encrypt").succeeded()), 1);
    assert_eq!(count(Filter::new().principal(format!("arn:aws:iam::{HERE}:user/nobody"))), 1);
    assert_eq!(count(Filter::new().resource(&*key.arn).event_name("Encrypt")), 2);
    assert_eq!(count(Filter::new().event_name("Encrypt").not_before(Timestamp::from_secs(room.clock.secs()))), 1);
}

#[test]
fn odd_texts_come_back_from_the_record_as_they_were() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let odd = "\" \\ \n \t \u{0} \u{1f} \u{7f} \u{2028} é e\u{301} ～ 🔑 </script>";
    let context = EncryptionContext::from_pairs([(odd, odd), ("", ""), ("plain", "x")]).unwrap();
    root.encrypt(&*key.id, b"x".as_slice()).encryption_context_map(context).send().unwrap();
    let view = room.last_view();
    assert_eq!(view["requestParameters"]["encryptionContext"], json!({ odd: odd, "": "", "plain": "x" }));
}

#[test]
fn a_request_that_is_far_too_long_does_not_fill_the_record() {
    let room = Room::new();
    let root = room.root();
    let huge = "k".repeat(4 << 20);
    for result in [
        root.describe_key(&*huge).send().map(drop),
        root.create_alias(format!("alias/{huge}"), &*huge).send().map(drop),
        root.create_key().policy(&*huge).description(&*huge).send().map(drop),
        root.put_key_policy(NO_KEY, &*huge).send().map(drop),
        root.list_keys().marker(&*huge).send().map(drop),
    ] {
        let (kind, text) = refusal(result);
        assert_eq!(kind, ErrorCode::Validation);
        assert!(text.len() < 64 << 10, "an error of {} bytes", text.len());
        let event = room.events_from(room.size() - 1).remove(0);
        // CloudTrail's own bounds: 100 KB of parameters, 1 KB of an error's message.
        assert!(event.record.as_bytes().len() < 128 << 10, "a record of {} bytes", event.record.as_bytes().len());
        assert!(event.record.error_message().is_some_and(|text| text.len() <= 1_024));
    }
}
