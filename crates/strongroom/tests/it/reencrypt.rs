//! ReEncrypt: two keys, two authorizations, any mix.

use strongroom::types::ReEncryptRequest;
use strongroom::{Client, EncryptionContext, Error, ErrorCode, ops};
use strongroom_types::DryRunModifierType;

use serde_json::json;

use crate::support::*;

fn reencrypt(client: &Client, blob: &[u8], to: &str) -> Result<Vec<u8>, Error> {
    client.re_encrypt(to, blob).send().map(|output| output.ciphertext_blob)
}

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::from_pairs(pairs.iter().copied()).unwrap()
}

fn shared() -> String {
    key_policy(&[delegate(HERE), delegate(THERE)])
}

#[test]
fn a_ciphertext_moves_to_another_key_or_another_context() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    root.create_alias("alias/one", &*one.id).send().unwrap();
    root.create_alias("alias/two", &*two.id).send().unwrap();
    let (old, new) = (context(&[("a", "1")]), context(&[("b", "2")]));
    let blob = root.encrypt(&*one.id, vec![7; 4_096]).encryption_context_map(old.clone()).send().unwrap();
    let one_arns = [None, Some(one.id.clone()), Some(one.arn.clone()), Some("alias/one".to_owned())];
    let alias_arn = format!("arn:aws:kms:{REGION}:{HERE}:alias/two");
    for (from, to) in one_arns.iter().zip([&*two.id, &*two.arn, "alias/two", &*alias_arn]) {
        let mut call = root.re_encrypt(to, blob.ciphertext_blob.clone());
        call = from.iter().fold(call, |call, from| call.source_key_id(&**from));
        let call = call.source_encryption_context_map(old.clone()).destination_encryption_context_map(new.clone());
        let output = call.send().unwrap();
        assert_eq!((&output.key_id, &output.source_key_id), (&two.arn, &one.arn));
        assert_eq!(output.source_encryption_algorithm.as_str(), "SYMMETRIC_DEFAULT");
        assert_eq!(output.destination_encryption_algorithm.as_str(), "SYMMETRIC_DEFAULT");
        let current = |key: &Key| describe(&root, &key.id).unwrap().current_key_material_id;
        assert_eq!(output.source_key_material_id, current(&one));
        assert_eq!(output.destination_key_material_id, current(&two));
        let call = root.decrypt(output.ciphertext_blob.clone());
        let output = call.encryption_context_map(new.clone()).send().unwrap();
        assert_eq!((opened(output.plaintext), output.key_id), (vec![7; 4_096], two.arn.clone()));
    }
    // The same key, to get rid of a context.
    let call = root.re_encrypt(&*one.id, blob.ciphertext_blob).source_encryption_context_map(old);
    let output = call.send().unwrap();
    assert_eq!((&output.key_id, &output.source_key_id), (&one.arn, &one.arn));
    assert_eq!(decrypt(&root, &output.ciphertext_blob).unwrap(), vec![7; 4_096]);
}

#[test]
fn it_encrypts_under_the_current_material() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let first = describe(&root, &key.id).unwrap().current_key_material_id;
    root.rotate_key_on_demand(&*key.id).send().unwrap();
    let second = describe(&root, &key.id).unwrap().current_key_material_id;
    assert_ne!(first, second);
    let output = root.re_encrypt(&*key.id, blob).send().unwrap();
    assert_eq!((output.source_key_material_id, output.destination_key_material_id), (first, second.clone()));
    let output = root.decrypt(output.ciphertext_blob).send().unwrap();
    assert_eq!(output.key_material_id, second);
}

#[test]
fn what_does_not_decrypt_is_not_encrypted() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let blob = root.encrypt(&*one.id, b"x".as_slice()).encryption_context("a", "1").send().unwrap().ciphertext_blob;
    assert_eq!(code(reencrypt(&root, &blob, &two.id)), ErrorCode::InvalidCiphertext, "without its context");
    let call = root.re_encrypt(&*two.id, &*blob).source_encryption_context("a", "2");
    assert_eq!(code(call.send()), ErrorCode::InvalidCiphertext);
    let call = root.re_encrypt(&*two.id, &*blob).destination_encryption_context("a", "1");
    assert_eq!(code(call.send()), ErrorCode::InvalidCiphertext, "the contexts are not mixed up");
    // The named source is the only one that is tried.
    let call = || root.re_encrypt(&*two.id, &*blob).source_encryption_context("a", "1");
    assert_eq!(code(call().source_key_id(&*two.id).send()), ErrorCode::IncorrectKey);
    call().source_key_id(&*one.id).send().unwrap();
    for at in [0, 1, 20, 36, 68, 100, blob.len() - 1] {
        let mut damaged = blob.clone();
        damaged[at] ^= 1;
        let call = root.re_encrypt(&*two.id, damaged).source_encryption_context("a", "1");
        let kind = code(call.send());
        assert!(matches!(kind, ErrorCode::InvalidCiphertext | ErrorCode::AccessDenied), "{at}: {kind}");
    }
    for odd in [&b"x"[..], &blob[..blob.len() - 1], &[0x81; 129]] {
        assert_eq!(code(reencrypt(&root, odd, &two.id)), ErrorCode::InvalidCiphertext);
    }
    let text = "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null";
    assert_eq!(
        refusal(root.run::<ops::ReEncrypt>(&ReEncryptRequest::new(&*two.id))),
        (ErrorCode::Validation, text.to_owned())
    );
    assert_eq!(code(reencrypt(&root, b"", &two.id)), ErrorCode::Validation);
    assert_eq!(code(reencrypt(&root, &[1; 6_145], &two.id)), ErrorCode::Validation);
    // Keys that are not there, or not for this.
    assert_eq!(code(reencrypt(&root, &blob, NO_KEY)), ErrorCode::NotFound);
    assert_eq!(code(reencrypt(&root, &blob, "alias/none")), ErrorCode::NotFound);
    assert_eq!(code(call().source_key_id(NO_KEY).send()), ErrorCode::NotFound);
    let ecc = signing(&root);
    let text = format!("{} key usage is SIGN_VERIFY which is not valid for ReEncrypt.", ecc.arn);
    assert_eq!(refusal(reencrypt(&root, &blob, &ecc.id)), (ErrorCode::InvalidKeyUsage, text.clone()));
    assert_eq!(refusal(call().source_key_id(&*ecc.id).send()), (ErrorCode::InvalidKeyUsage, text));
}

#[test]
fn both_keys_states_are_judged() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for (source, destination) in (0..3).flat_map(|one| (0..3).map(move |two| (one, two))) {
        let (one, two) = (symmetric(&root), symmetric(&root));
        let blob = encrypt(&root, &one.id, b"x").unwrap();
        for (state, key) in [(source, &one), (destination, &two)] {
            match state {
                1 => drop(root.disable_key(&*key.id).send().unwrap()),
                2 => drop(root.schedule_key_deletion(&*key.id).send().unwrap()),
                _ => {}
            }
        }
        let expected = |state: i32, key: &Key| match state {
            1 => Some((ErrorCode::Disabled, format!("{} is disabled.", key.arn))),
            2 => Some((ErrorCode::KmsInvalidState, format!("{} is pending deletion.", key.arn))),
            _ => None,
        };
        for result in [
            reencrypt(&root, &blob, &two.id).map(drop),
            root.re_encrypt(&*two.id, &*blob).source_key_id(&*one.id).send().map(drop),
        ] {
            match expected(source, &one).or(expected(destination, &two)) {
                None => result.unwrap(),
                Some(refused) => assert_eq!(refusal(result), refused),
            }
            cells += 1;
        }
    }
    println!("ReEncrypt by states: {cells} cells");
}

#[test]
fn both_permissions_are_needed_and_the_refusal_names_the_missing_one() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let blob = encrypt(&root, &one.id, b"x").unwrap();
    let nobody = format!("arn:aws:iam::{HERE}:user/u");
    let try_as = |policies: &[String], named: bool| {
        let user = room.user("u", policies);
        let call = user.re_encrypt(&*two.id, &*blob);
        let call = if named { call.source_key_id(&*one.id) } else { call };
        call.send().map(drop)
    };
    let from = allow(&["kms:ReEncryptFrom"], &one.arn);
    let to = allow(&["kms:ReEncryptTo"], &two.arn);
    for named in [true, false] {
        try_as(&[from.clone(), to.clone()], named).unwrap();
        try_as(&[allow(&["kms:ReEncrypt*"], "*")], named).unwrap();
        assert_eq!(refusal(try_as(std::slice::from_ref(&from), named)), denied(&nobody, "ReEncryptTo"));
        let refused = if named { denied(&nobody, "ReEncryptFrom") } else { ciphertext_denied() };
        for policies in [
            vec![],
            vec![to.clone()],
            vec![allow(&["kms:Decrypt", "kms:Encrypt"], "*")],
            vec![allow(&["kms:ReEncryptFrom"], &two.arn), allow(&["kms:ReEncryptTo"], &one.arn)],
        ] {
            assert_eq!(refusal(try_as(&policies, named)), refused);
        }
    }
    // Who may not use the source learns nothing of the destination, and who may not use the destination not whether it is.
    let user = room.user("u", std::slice::from_ref(&from));
    assert_eq!(refusal(reencrypt(&user, &blob, NO_KEY)), denied(&nobody, "ReEncryptTo"));
    let user = room.user("u", &[to]);
    assert_eq!(refusal(reencrypt(&user, &blob, NO_KEY)), ciphertext_denied());
    let call = user.re_encrypt(NO_KEY, &*blob).source_key_id(&*one.id);
    assert_eq!(refusal(call.send()), denied(&nobody, "ReEncryptFrom"));
}

#[test]
fn each_key_is_decided_by_its_own_half_of_the_request() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let blob = root.encrypt(&*one.id, b"x".as_slice()).encryption_context("from", "1").send().unwrap().ciphertext_blob;
    let policy = |from: &str, to: &str| {
        let statement = |action: &str, context: &str| {
            json!({ "Effect": "Allow", "Action": action, "Resource": "*",
                "Condition": { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [context] },
                    "StringEquals": { "kms:ReEncryptOnSameKey": "false" } } })
        };
        let statements = [statement("kms:ReEncryptFrom", from), statement("kms:ReEncryptTo", to)];
        json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
    };
    let try_as = |policy: String| {
        let user = room.user("u", &[policy]);
        let call = user.re_encrypt(&*two.id, &*blob).source_encryption_context("from", "1");
        call.destination_encryption_context("to", "2").send().map(drop)
    };
    try_as(policy("from", "to")).unwrap();
    assert_eq!(code(try_as(policy("to", "from"))), ErrorCode::AccessDenied);
    assert_eq!(code(try_as(policy("from", "from"))), ErrorCode::AccessDenied);
    // The same key on both sides has a condition key of its own.
    let user = room.user("u", &[policy("from", "to")]);
    let call = user.re_encrypt(&*one.id, &*blob).source_encryption_context("from", "1");
    assert_eq!(code(call.destination_encryption_context("to", "2").send()), ErrorCode::AccessDenied);
}

#[test]
fn either_key_may_be_another_accounts() {
    let room = Room::new();
    let (root, there) = (room.root(), room.root_there());
    let (mine, shared_key, private) = (symmetric(&there), symmetric_with(&root, &shared()), symmetric(&root));
    let blob = encrypt(&root, &shared_key.id, b"x").unwrap();
    // From the other account's, by ciphertext, by ARN, and by the bare id that the ciphertext names too.
    let sources = [None, Some(&shared_key.arn), Some(&shared_key.id)];
    for source in sources {
        let call = there.re_encrypt(&*mine.id, &*blob);
        let call = source.iter().fold(call, |call, source| call.source_key_id(&***source));
        let output = call.send().unwrap();
        assert_eq!((output.source_key_id, output.key_id), (shared_key.arn.clone(), mine.arn.clone()));
        let views = room.last();
        assert_eq!(views.len(), 2, "the source's owner has a copy");
        assert_eq!(views[1]["recipientAccountId"], HERE);
    }
    // And to it.
    let own = encrypt(&there, &mine.id, b"x").unwrap();
    let moved = reencrypt(&there, &own, &shared_key.arn).unwrap();
    let views = room.last();
    assert_eq!((views.len(), &views[1]["recipientAccountId"]), (2, &HERE.into()), "the destination's owner has a copy");
    assert_eq!(decrypt(&root, &moved).unwrap(), b"x");
    // Both, by a third.
    let third = room.client(strongroom::Caller::root().in_account("999988887777".parse().unwrap()));
    assert_eq!(refusal(reencrypt(&third, &blob, &shared_key.arn)), ciphertext_denied());
    // A bare id of a destination is one of the caller's own.
    assert_eq!(code(reencrypt(&there, &own, &shared_key.id)), ErrorCode::NotFound);
    // A key that is not shared is the same as none, however it is named.
    let secret = encrypt(&root, &private.id, b"x").unwrap();
    assert_eq!(refusal(reencrypt(&there, &secret, &mine.id)), ciphertext_denied());
    let by_id = |id: &str, blob: &[u8]| there.re_encrypt(&*mine.id, blob).source_key_id(id).send();
    let missing =
        |id: &str| (ErrorCode::NotFound, format!("Key 'arn:aws:kms:{REGION}:{THERE}:key/{id}' does not exist"));
    assert_eq!(refusal(by_id(&private.id, &secret)), missing(&private.id));
    assert_eq!(refusal(by_id(&private.id, &own)), missing(&private.id));
    assert_eq!(refusal(there.decrypt(&*secret).key_id(&*private.id).send()), missing(&private.id));
    let output = there.decrypt(&*blob).key_id(&*shared_key.id).send().unwrap();
    assert_eq!(output.key_id, shared_key.arn);
    // By a bare id that only its ciphertext shares with it.
    assert_eq!(refusal(by_id(&shared_key.id, &own)), missing(&shared_key.id));
}

/// Whoever may use nothing of another account is told the same of its keys as of keys that no account has, also if the
/// other half of the request names nothing.
#[test]
fn a_bare_id_tells_nothing_of_other_accounts_while_the_destination_is_missing() {
    let room = Room::new();
    let (root, there) = (room.root(), room.root_there());
    let private = symmetric(&root);
    let secret = encrypt(&root, &private.id, b"x").unwrap();
    // The same bytes with an id in the header that no key has.
    let id: strongroom_types::KeyId = private.id.parse().unwrap();
    let at = secret.windows(16).position(|bytes| bytes == id.as_bytes()).unwrap();
    let none: strongroom_types::KeyId = NO_KEY.parse().unwrap();
    let mut of_none = secret.clone();
    of_none[at..at + 16].copy_from_slice(none.as_bytes());
    let arn = format!("arn:aws:kms:{REGION}:{HERE}:key/{NO_KEY}");
    for client in [&there, &room.user_there("bob", &[allow(&["kms:ReEncryptTo"], "*")])] {
        for to in [NO_KEY, "alias/none", &arn] {
            let ask = |id: &str, blob: &[u8]| {
                let (code, message) = refusal(client.re_encrypt(to, blob).source_key_id(id).send());
                (code, message.replace(id, "ID"))
            };
            assert_eq!(ask(&private.id, &secret), ask(NO_KEY, &of_none), "{to}");
        }
    }
}

#[test]
fn a_dry_run_asks_everything_but_the_ciphertexts_content() {
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[allow(&["kms:ReEncryptFrom"], "*")]);
    let (one, two) = (symmetric(&root), symmetric(&root));
    let blob = encrypt(&root, &one.id, b"x").unwrap();
    let run = |client: &Client| client.re_encrypt(&*two.id, &*blob).dry_run(true).send();
    assert_eq!(code(run(&root)), ErrorCode::DryRunOperation);
    assert_eq!(code(run(&nobody)), ErrorCode::AccessDenied);
    let view = {
        let _ = run(&root);
        room.last_view()
    };
    assert_eq!(
        (&view["errorCode"], &view["requestParameters"]["dryRun"]),
        (&"DryRunOperationException".into(), &true.into())
    );
    assert!(view["additionalEventData"].get("sourceKeyMaterialId").is_none());
    // A ciphertext of another key, and none at all, are told from a good one.
    let named = |blob: &[u8]| root.re_encrypt(&*two.id, blob).source_key_id(&*two.id).dry_run(true).send();
    assert_eq!(code(named(&blob)), ErrorCode::IncorrectKey);
    assert_eq!(code(named(b"no ciphertext")), ErrorCode::InvalidCiphertext);
    assert_eq!(code(root.decrypt(&*blob).key_id(&*two.id).dry_run(true).send()), ErrorCode::IncorrectKey);
    // IGNORE_CIPHERTEXT asks for the authorization alone, and needs the source's name for it.
    let run = |request: ReEncryptRequest| root.run::<ops::ReEncrypt>(&request);
    let ignore = || ReEncryptRequest::new(&*two.id).dry_run_modifiers([DryRunModifierType::IgnoreCiphertext]);
    assert_eq!(code(root.re_encrypt_ignoring_ciphertext(&*two.id, &*one.id).send()), ErrorCode::DryRunOperation);
    let request = ignore().dry_run(true).source_key_id(&*two.id).ciphertext_blob(&*blob);
    assert_eq!(code(run(request)), ErrorCode::DryRunOperation, "the ciphertext is another key's, and ignored");
    let absent = |member: &str| {
        let text = format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        );
        (ErrorCode::Validation, text)
    };
    assert_eq!(refusal(run(ignore().dry_run(true))), absent("sourceKeyId"));
    assert_eq!(refusal(run(ignore().dry_run(true).ciphertext_blob(&*blob))), absent("sourceKeyId"));
    // Without a dry run it means nothing.
    assert_eq!(refusal(run(ignore().source_key_id(&*one.id))), absent("ciphertextBlob"));
    run(ignore().ciphertext_blob(&*blob)).unwrap();
    let call = nobody.re_encrypt_ignoring_ciphertext(&*two.id, &*one.id);
    assert_eq!(code(call.send()), ErrorCode::AccessDenied);
    // Grant tokens are refused until there are grants.
    let call = root.re_encrypt(&*two.id, &*blob).grant_tokens(["t"]);
    assert_eq!(code(call.send()), ErrorCode::InvalidGrantToken);
}

#[test]
fn its_event_has_two_resources_and_two_materials() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let blob = root.encrypt(&*one.id, b"x".as_slice()).encryption_context("a", "1").send().unwrap().ciphertext_blob;
    let call = root.re_encrypt(&*two.id, &*blob).source_encryption_context("a", "1");
    let (output, event) = room.recorded("ReEncrypt", || call.destination_encryption_context("b", "2").send().unwrap());
    let view = views(&event).remove(0);
    // AWS KMS Developer Guide, ct-reencrypt: the source is listed first.
    let arns: Vec<&str> = view["resources"].as_array().unwrap().iter().map(|r| r["ARN"].as_str().unwrap()).collect();
    assert_eq!(arns, [&one.arn, &two.arn]);
    let request = json!({ "destinationKeyId": two.id, "sourceEncryptionContext": { "a": "1" },
        "destinationEncryptionContext": { "b": "2" } });
    assert_eq!(view["requestParameters"], request);
    assert_eq!((&view["responseElements"], &view["readOnly"]), (&serde_json::Value::Null, &true.into()));
    let more = &view["additionalEventData"];
    assert_eq!(more["sourceKeyMaterialId"], json!(output.source_key_material_id));
    assert_eq!(more["destinationKeyMaterialId"], json!(output.destination_key_material_id));
    assert!(more.get("keyMaterialId").is_none());
}
