//! The forms in which a key is named (API Reference, `KeyId` of each operation): which operation takes which, and that none changes a verdict.

use strongroom::types::{EncryptResponse, GenerateDataKeyResponse};
use strongroom::{ErrorCode, Operation};
use strongroom_types::{MessageType, SigningAlgorithmSpec};

use crate::support::*;

/// The operations whose answer to a malformed ARN is `NotFoundException`: they declare no `InvalidArnException`
/// (API Reference, "Errors" of each).
const NO_INVALID_ARN: &[Operation] = &[
    Operation::CreateAlias,
    Operation::UpdateAlias,
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
fn every_form_is_taken_where_aws_takes_it() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for operation in NAMING {
        for form in 0..4 {
            let key = fit_for(*operation, &root);
            let alias = format!("alias/{operation}-{form}");
            root.create_alias(&*alias, &*key.id).send().unwrap();
            let mut needs = Needs { new_alias: format!("{alias}-new"), alias: alias.clone(), ..Needs::default() };
            match operation {
                Operation::Decrypt => needs.blob = encrypt(&root, &key.id, b"x").unwrap(),
                Operation::Verify => needs.signature = sign(&root, &key.id, MessageType::Raw, b"text").unwrap(),
                Operation::VerifyMac => needs.mac = mac_of_text(&root, &key.id),
                Operation::CancelKeyDeletion => drop(root.schedule_key_deletion(&*key.id).send().unwrap()),
                _ => {}
            }
            let name = [key.id.clone(), key.arn.clone(), alias.clone(), format!("arn:aws:kms:{REGION}:{HERE}:{alias}")];
            let result = call(&root, *operation, &name[form], &needs);
            if form >= 2 && !takes_alias(*operation) {
                let text = "Key Aliases are not supported for this operation.";
                assert_eq!(refusal(result), (ErrorCode::InvalidArn, text.to_owned()), "{operation}");
            } else {
                result.unwrap_or_else(|error| panic!("{operation} by {}: {error}", name[form]));
                let view = room.last_view();
                let resources = view["resources"].as_array().unwrap();
                assert!(resources.iter().any(|r| r["ARN"] == *key.arn), "always the key's ARN: {view}");
                if takes_alias(*operation) {
                    assert_eq!(resources.len(), 1, "and not the alias that named it: {view}");
                }
            }
            cells += 1;
        }
    }
    for name in ["alias/Encrypt-0".to_owned(), format!("arn:aws:kms:{REGION}:{HERE}:alias/Encrypt-0")] {
        assert_eq!(code(aliases_page(&root, Some(&name), None, None)), ErrorCode::InvalidArn, "ListAliases by {name}");
    }
    println!("identifiers: {cells} cells");
}

#[test]
fn texts_that_name_no_key_are_answered_by_their_form() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    root.create_alias("alias/moving", &*key.id).send().unwrap();
    let upper = key.id.to_uppercase();
    let no_such = |id: &str| format!("Key 'arn:aws:kms:{REGION}:{HERE}:key/{id}' does not exist");
    let mut cells = 0;
    for operation in NAMING {
        let answer = |name: &str| refusal(call(&root, *operation, name, &Needs::default()));
        let operation_name = operation.as_str();
        for id in [NO_KEY, "mrk-00000000000000000000000000000000"] {
            assert_eq!(answer(id), (ErrorCode::NotFound, no_such(id)), "{operation_name} of {id}");
            cells += 1;
        }
        for id in [&*upper, "not-a-key", &key.id[1..]] {
            let invalid = format!("Invalid keyId '{id}'");
            assert_eq!(answer(id), (ErrorCode::NotFound, invalid), "{operation_name} of {id}");
            cells += 1;
        }
        let malformed = [
            "arn:aws:kms".to_owned(),
            "arn:aws:s3:::bucket".to_owned(),
            format!("arn:aws:kms:{REGION}:{HERE}:key"),
            format!("arn:aws:kms:{REGION}:12345:key/{}", key.id),
            format!("arn:aws:kms:{REGION}:{HERE}:key/{}", upper),
            format!("arn:aws-cn:kms:{REGION}:{HERE}:key/{}", key.id),
            format!("arn:aws:kms:{REGION}:{HERE}:grant/{}", key.id),
        ];
        for arn in &malformed {
            let (kind, text) = answer(arn);
            match NO_INVALID_ARN.contains(operation) {
                true => assert_eq!((kind, &*text), (ErrorCode::NotFound, "Invalid arn"), "{operation_name} of {arn}"),
                false => assert_eq!(kind, ErrorCode::InvalidArn, "{operation_name} of {arn}: {text}"),
            }
            cells += 1;
        }
        // Another Region: as if it were not there.
        let elsewhere = format!("arn:aws:kms:{ELSEWHERE}:{HERE}:key/{}", key.id);
        assert_eq!(answer(&elsewhere).0, ErrorCode::NotFound, "{operation_name} of {elsewhere}");
        assert_eq!(answer("").0, ErrorCode::Validation, "{operation_name} of nothing");
        assert_eq!(answer(&"k".repeat(2_049)).0, ErrorCode::Validation, "{operation_name} of too much");
        cells += 3;
        if takes_alias(*operation) {
            let text = format!("Alias arn:aws:kms:{REGION}:{HERE}:alias/no is not found.");
            assert_eq!(answer("alias/no"), (ErrorCode::NotFound, text.clone()), "{operation_name}");
            assert_eq!(answer(&format!("arn:aws:kms:{REGION}:{HERE}:alias/no")), (ErrorCode::NotFound, text));
            assert_eq!(answer(&format!("arn:aws:kms:{ELSEWHERE}:{HERE}:alias/moving")).0, ErrorCode::NotFound);
            assert_eq!(answer("alias/Moving").0, ErrorCode::NotFound, "aliases are case-sensitive");
            cells += 4;
        }
    }
    println!("texts that name no key: {cells} cells");
}

#[test]
fn answers_name_the_key_in_awss_form() {
    let room = Room::new();
    let root = room.root();
    let (key, ecc) = (symmetric(&root), signing(&root));
    root.create_alias("alias/a", &*key.id).send().unwrap();
    root.create_alias("alias/e", &*ecc.id).send().unwrap();
    let sealed: EncryptResponse = root.encrypt("alias/a", b"x".as_slice()).send().unwrap();
    assert_eq!(got::<String>(sealed.key_id), key.arn);
    let blob: Vec<u8> = got(sealed.ciphertext_blob);
    assert_eq!(got::<String>(root.decrypt(blob).send().unwrap().key_id), key.arn);
    let data: GenerateDataKeyResponse = root.generate_data_key("alias/a", 7).send().unwrap();
    assert_eq!(got::<String>(data.key_id), key.arn);
    let data = root.generate_data_key_without_plaintext(&*key.id, 7).send().unwrap();
    assert_eq!(got::<String>(data.key_id), key.arn);
    let signed = root.sign("alias/e", b"x".as_slice(), SigningAlgorithmSpec::EcdsaSha256).send().unwrap();
    assert_eq!(got::<String>(signed.key_id), ecc.arn);
    let signature: Vec<u8> = got(signed.signature);
    let call = root.verify("alias/e", b"x".as_slice(), signature, SigningAlgorithmSpec::EcdsaSha256);
    assert_eq!(got::<String>(call.send().unwrap().key_id), ecc.arn);
    assert_eq!(got::<String>(root.get_public_key(&*ecc.id).send().unwrap().key_id), ecc.arn);
    assert_eq!(got::<String>(describe(&root, "alias/a").unwrap().key_id), key.id);
    assert_eq!(got::<String>(root.rotate_key_on_demand(&*key.arn).send().unwrap().key_id), key.id);
    let entry = aliases_page(&root, Some(&key.arn), None, None).unwrap().0.remove(0);
    assert_eq!(got::<String>(entry.target_key_id), key.id);
    assert_eq!(got::<String>(entry.alias_arn), format!("arn:aws:kms:{REGION}:{HERE}:alias/a"));
    let entry = keys_page(&root, Some(1), None).unwrap().0.remove(0);
    assert!([&key.id, &ecc.id].contains(&&got::<String>(entry.key_id)));
    let scheduled = root.schedule_key_deletion(&*key.id).send().unwrap();
    assert_eq!(got::<String>(scheduled.key_id), key.arn);
    assert_eq!(got::<String>(root.cancel_key_deletion(&*key.id).send().unwrap().key_id), key.arn);
}

/// The policy's resource is the key's ARN, whatever form the caller used.
#[test]
fn an_alias_never_changes_a_verdict() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for kind in ["symmetric", "signing"] {
        let (mine, theirs) = match kind {
            "symmetric" => (symmetric(&root), symmetric(&root)),
            _ => (signing(&root), signing(&root)),
        };
        let user = room.user("u", &[allow(&["kms:*"], &mine.arn)]);
        for (key, allowed) in [(&mine, true), (&theirs, false)] {
            let alias = format!("alias/{kind}-{allowed}");
            root.create_alias(&*alias, &*key.id).send().unwrap();
            let alias_arn = format!("arn:aws:kms:{REGION}:{HERE}:{alias}");
            // Who is allowed on the alias's ARN is not allowed on the key.
            let by_alias = room.user("u", &[allow(&["kms:*"], &alias_arn)]);
            let mut needs = Needs::default();
            match kind {
                "symmetric" => needs.blob = encrypt(&root, &key.id, b"x").unwrap(),
                _ => needs.signature = sign(&root, &key.id, MessageType::Raw, b"text").unwrap(),
            }
            for operation in NAMING.iter().filter(|operation| takes_alias(**operation)) {
                let answers: Vec<_> = [&key.id, &key.arn, &alias, &alias_arn]
                    .map(|name| {
                        let answer = call(&user, *operation, name, &needs).map_err(|error| error.to_string());
                        let view = room.last_view();
                        let decision = view["additionalEventData"]["strongroom"]["decision"].clone();
                        (answer, view["resources"].clone(), decision)
                    })
                    .into();
                assert!(answers.iter().all(|answer| *answer == answers[0]), "{operation}: {answers:#?}");
                assert_eq!(answers[0].2["effect"], if allowed { "Allow" } else { "Deny" }, "{operation}");
                for name in [&alias, &alias_arn, &key.id] {
                    assert_eq!(code(call(&by_alias, *operation, name, &needs)), ErrorCode::AccessDenied);
                }
                cells += 7;
            }
        }
    }
    println!("alias verdicts: {cells} cells");
}

#[test]
fn the_alias_that_was_used_is_a_condition() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    for alias in ["alias/good", "alias/bad"] {
        root.create_alias(alias, &*key.id).send().unwrap();
    }
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Condition": { "StringEquals": { "kms:RequestAlias": "alias/good" } } } });
    let user = room.user("u", &[policy.to_string()]);
    let arn_of = |alias: &str| format!("arn:aws:kms:{REGION}:{HERE}:{alias}");
    // The name, also when the ARN was sent (Developer Guide, kms:RequestAlias).
    for name in ["alias/good".to_owned(), arn_of("alias/good")] {
        encrypt(&user, &name, b"x").unwrap();
        describe(&user, &name).unwrap();
    }
    for name in ["alias/bad".to_owned(), arn_of("alias/bad"), key.id.clone(), key.arn.clone()] {
        assert_eq!(code(encrypt(&user, &name, b"x")), ErrorCode::AccessDenied, "{name}");
    }
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    assert_eq!(refusal(decrypt(&user, &blob)), ciphertext_denied(), "a ciphertext uses no alias");
    user.decrypt(blob).key_id("alias/good").send().unwrap();
}
