//! AWS's state table (Developer Guide, "Key states of AWS KMS keys"), cell by cell, and the order in which a request
//! is judged.

use strongroom::types::GenerateDataKeyRequest;
use strongroom::{ErrorCode, Operation, ops};
use strongroom_types::{DataKeySpec, EncryptionAlgorithmSpec, KeyState, MessageType, SigningAlgorithmSpec};

use crate::support::*;

/// What the reference says of an operation on a key of one kind: enabled, disabled, pending deletion.
///
/// `ok`; `D1` disabled; `S3` pending deletion; `S4` not pending deletion; `U` unsupported; `K` wrong key usage.
type Cells = [&'static str; 3];

/// Written down from the guide, symmetric keys first, then signing keys. Where a kind does not do something,
/// that is said whatever the state.
const TABLE: &[(Operation, Cells, Cells)] = &[
    (Operation::DescribeKey, ["ok", "ok", "ok"], ["ok", "ok", "ok"]),
    (Operation::EnableKey, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::DisableKey, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::ScheduleKeyDeletion, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::CancelKeyDeletion, ["S4", "S4", "ok"], ["S4", "S4", "ok"]),
    (Operation::CreateAlias, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::UpdateAlias, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::UpdateKeyDescription, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::PutKeyPolicy, ["ok", "ok", "ok"], ["ok", "ok", "ok"]),
    (Operation::GetKeyPolicy, ["ok", "ok", "ok"], ["ok", "ok", "ok"]),
    (Operation::ListKeyPolicies, ["ok", "ok", "ok"], ["ok", "ok", "ok"]),
    (Operation::TagResource, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::UntagResource, ["ok", "ok", "S3"], ["ok", "ok", "S3"]),
    (Operation::ListResourceTags, ["ok", "ok", "ok"], ["ok", "ok", "ok"]),
    (Operation::Encrypt, ["ok", "D1", "S3"], ["K", "K", "K"]),
    (Operation::Decrypt, ["ok", "D1", "S3"], ["K", "K", "K"]),
    (Operation::GenerateDataKey, ["ok", "D1", "S3"], ["K", "K", "K"]),
    (Operation::GenerateDataKeyWithoutPlaintext, ["ok", "D1", "S3"], ["K", "K", "K"]),
    (Operation::Sign, ["K", "K", "K"], ["ok", "D1", "S3"]),
    (Operation::Verify, ["K", "K", "K"], ["ok", "D1", "S3"]),
    (Operation::GetPublicKey, ["U", "U", "U"], ["ok", "D1", "S3"]),
    (Operation::GenerateMac, ["K", "K", "K"], ["K", "K", "K"]),
    (Operation::VerifyMac, ["K", "K", "K"], ["K", "K", "K"]),
    (Operation::RotateKeyOnDemand, ["ok", "D1", "S3"], ["U", "U", "U"]),
    (Operation::ListKeyRotations, ["ok", "ok", "ok"], ["U", "U", "U"]),
];

const STATES: [KeyState; 3] = [KeyState::Enabled, KeyState::Disabled, KeyState::PendingDeletion];

fn expected(cell: &str, operation: Operation, key: &Key, usage: &str) -> Option<(ErrorCode, Option<String>)> {
    let arn = &key.arn;
    let invalid = |what: &str| Some((ErrorCode::KmsInvalidState, Some(format!("{arn} is {what}."))));
    match cell {
        "ok" => None,
        "D1" => Some((ErrorCode::Disabled, Some(format!("{arn} is disabled.")))),
        "S3" => invalid("pending deletion"),
        "S4" => invalid("not pending deletion (or pending replica deletion)"),
        "U" => Some((ErrorCode::UnsupportedOperation, None)),
        _ => {
            let text = format!("{arn} key usage is {usage} which is not valid for {operation}.");
            Some((ErrorCode::InvalidKeyUsage, Some(text)))
        }
    }
}

#[test]
fn every_operation_answers_in_every_state_as_the_table_says() {
    assert_eq!(TABLE.len(), NAMING.len());
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for kind in ["symmetric", "signing"] {
        let make = || if kind == "symmetric" { symmetric(&root) } else { signing(&root) };
        let usage = if kind == "symmetric" { "ENCRYPT_DECRYPT" } else { "SIGN_VERIFY" };
        let first = make();
        let alias = format!("alias/{kind}");
        root.create_alias(&*alias, &*first.id).send().unwrap();
        for (operation, of_symmetric, of_signing) in TABLE {
            let line = if kind == "symmetric" { of_symmetric } else { of_signing };
            for (state_wanted, cell) in STATES.into_iter().zip(line) {
                let key = make();
                let mut needs = Needs { alias: alias.clone(), ..Needs::default() };
                needs.new_alias = format!("alias/{kind}-{operation}-{}", state_wanted.as_str());
                match kind {
                    "symmetric" => needs.blob = encrypt(&root, &key.id, b"x").unwrap(),
                    _ => needs.signature = sign(&root, &key.id, MessageType::Raw, b"text").unwrap(),
                }
                match state_wanted {
                    KeyState::Disabled => drop(root.disable_key(&*key.id).send().unwrap()),
                    KeyState::PendingDeletion => drop(root.schedule_key_deletion(&*key.id).send().unwrap()),
                    _ => {}
                }
                assert_eq!(state(&root, &key.id), state_wanted);
                let result = call(&root, *operation, &key.id, &needs);
                let what = format!("{operation} on a {kind} key that is {}", state_wanted.as_str());
                match expected(cell, *operation, &key, usage) {
                    None => result.unwrap_or_else(|error| panic!("{what}: {error}")),
                    Some((code, text)) => {
                        let got = refusal(result);
                        assert_eq!((got.0, text.clone().unwrap_or(got.1.clone())), (code, got.1), "{what}");
                        assert_eq!(state(&root, &key.id), state_wanted, "{what} changed nothing");
                    }
                }
                cells += 1;
            }
        }
    }
    println!("state table: {cells} cells");
}

#[test]
fn a_key_that_is_gone_is_gone_for_every_operation() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), signing(&root));
    let stays = symmetric(&root);
    root.create_alias("alias/moving", &*stays.id).send().unwrap();
    let needs = Needs { blob: encrypt(&root, &one.id, b"x").unwrap(), ..Needs::default() };
    for key in [&one, &two] {
        root.schedule_key_deletion(&*key.id).pending_window_in_days(7).send().unwrap();
    }
    room.clock.advance(7 * DAY);
    let mut cells = 0;
    for destroyed in [false, true] {
        if destroyed {
            assert_eq!(room.kms.run_due().unwrap().deleted_keys, 2);
        }
        for key in [&one, &two] {
            for operation in NAMING {
                let got = refusal(call(&root, *operation, &key.id, &needs));
                assert_eq!(got, (ErrorCode::NotFound, format!("Key '{}' does not exist", key.arn)), "{operation}");
                cells += 1;
            }
        }
        assert_eq!(refusal(decrypt(&root, &needs.blob)), ciphertext_denied());
        assert_eq!(key_ids(&root), [stays.id.as_str()]);
    }
    println!("gone: {cells} cells");
}

#[test]
fn operations_on_aliases_do_not_ask_for_the_old_targets_state() {
    let room = Room::new();
    let root = room.root();
    for step in 0..3 {
        let (old, new) = (symmetric(&root), symmetric(&root));
        let alias = format!("alias/a{step}");
        root.create_alias(&*alias, &*old.id).send().unwrap();
        match step {
            0 => {}
            1 => drop(root.disable_key(&*old.id).send().unwrap()),
            _ => drop(root.schedule_key_deletion(&*old.id).send().unwrap()),
        }
        assert_eq!(aliases(&root, Some(&old.id)).len(), 1, "ListAliases works in every state");
        root.update_alias(&*alias, &*new.id).send().unwrap();
        root.create_alias(&*format!("alias/b{step}"), &*new.id).send().unwrap();
        match step {
            0 => {}
            1 => drop(root.disable_key(&*new.id).send().unwrap()),
            _ => drop(root.schedule_key_deletion(&*new.id).send().unwrap()),
        }
        root.delete_alias(&*alias).send().unwrap();
        root.delete_alias(&*format!("alias/b{step}")).send().unwrap();
        assert_eq!(aliases(&root, Some(&new.id)).len(), 0);
    }
}

/// Each adjacent pair that can be had here: a request that violates both is answered with the earlier.
/// Custody failures (8) need a custody that fails, which is another test's.
#[test]
fn the_earlier_violation_is_the_answer() {
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let (key, ecc) = (symmetric(&root), signing(&root));
    let off = symmetric(&root);
    root.disable_key(&*off.id).send().unwrap();
    let ecc_off = signing(&root);
    root.disable_key(&*ecc_off.id).send().unwrap();
    let oaep = EncryptionAlgorithmSpec::RsaesOaepSha256;

    // (1) shape before (2) combination.
    let request = GenerateDataKeyRequest::new(&*key.id).number_of_bytes(0);
    let (code_, text) = refusal(root.run::<ops::GenerateDataKey>(&request.key_spec(DataKeySpec::Aes256)));
    assert_eq!(code_, ErrorCode::Validation);
    assert!(text.contains("validation error") && text.contains("numberOfBytes"), "{text}");
    // All violations of shape at once.
    let (_, text) = refusal(root.generate_data_key("", 0).send());
    assert!(text.starts_with("2 validation errors detected: "), "{text}");
    // (1), (2) before (3) resolve.
    assert_eq!(code(root.encrypt(NO_KEY, vec![0; 4_097]).send()), ErrorCode::Validation);
    let neither = GenerateDataKeyRequest::new(NO_KEY);
    let (code_, text) = refusal(root.run::<ops::GenerateDataKey>(&neither));
    assert_eq!((code_, text.contains("either number of bytes or key spec")), (ErrorCode::Validation, true), "{text}");
    assert_eq!(code(nobody.run::<ops::GenerateDataKey>(&neither)), ErrorCode::Validation);
    // (3) resolve before (4) authorization: a form that no key has is refused to everyone.
    assert_eq!(code(nobody.disable_key("alias/x").send()), ErrorCode::InvalidArn);
    assert_eq!(code(nobody.disable_key("arn:aws:s3:::bucket").send()), ErrorCode::InvalidArn);
    assert_eq!(code(nobody.decrypt(vec![0; 200]).send()), ErrorCode::InvalidCiphertext);
    // (4) authorization before (5) grant tokens, (6) kind, (7) state, (9) dry run, (10) cryptography.
    assert_eq!(code(nobody.encrypt(&*key.id, vec![1]).grant_tokens(["t"]).send()), ErrorCode::AccessDenied);
    assert_eq!(code(nobody.encrypt(&*ecc_off.id, vec![1]).dry_run(true).send()), ErrorCode::AccessDenied);
    // (5) grant tokens before (6) kind.
    assert_eq!(code(root.encrypt(&*ecc.id, vec![1]).grant_tokens(["t"]).send()), ErrorCode::InvalidGrantToken);
    assert_eq!(code(root.encrypt(&*off.id, vec![1]).grant_tokens(["t"]).send()), ErrorCode::InvalidGrantToken);
    // (6) kind, algorithm and sizes before (7) state.
    assert_eq!(code(encrypt(&root, &ecc_off.id, b"x")), ErrorCode::InvalidKeyUsage);
    let got = refusal(root.encrypt(&*off.id, vec![1]).encryption_algorithm(oaep).send());
    let text = "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.";
    assert_eq!(got, (ErrorCode::InvalidKeyUsage, text.to_owned()));
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let call = root.decrypt(&*blob).key_id(&*off.id);
    assert_eq!(code(call.encryption_algorithm(oaep).send()), ErrorCode::InvalidKeyUsage);
    assert_eq!(code(root.get_public_key(&*off.id).send()), ErrorCode::UnsupportedOperation);
    let pss = SigningAlgorithmSpec::RsassaPssSha256;
    assert_eq!(code(root.sign(&*ecc_off.id, vec![1], pss).send()), ErrorCode::InvalidKeyUsage);
    assert_eq!(code(root.verify(&*ecc_off.id, vec![1], vec![1], pss).send()), ErrorCode::InvalidKeyUsage);
    assert_eq!(code(sign(&root, &ecc_off.id, MessageType::Digest, &[1; 31])), ErrorCode::Validation);
    assert_eq!(code(verify(&root, &ecc_off.id, MessageType::Digest, &[1; 31], &[1])), ErrorCode::Validation);
    assert_eq!(code(sign(&root, &ecc_off.id, MessageType::ExternalMu, &[1; 64])), ErrorCode::Validation);
    // (7) state before (9) dry run and (10) cryptography.
    assert_eq!(code(root.encrypt(&*off.id, vec![1]).dry_run(true).send()), ErrorCode::Disabled);
    assert_eq!(code(root.decrypt(&*blob).key_id(&*off.id).send()), ErrorCode::Disabled);
    assert_eq!(code(verify(&root, &ecc_off.id, MessageType::Raw, b"x", b"y")), ErrorCode::Disabled);
    // (6) kind and algorithm before (9) dry run: it would not have succeeded.
    assert_eq!(code(root.encrypt(&*ecc.id, vec![1]).dry_run(true).send()), ErrorCode::InvalidKeyUsage);
    let call = root.encrypt(&*key.id, vec![1]).encryption_algorithm(oaep);
    assert_eq!(code(call.dry_run(true).send()), ErrorCode::InvalidKeyUsage);
    let call = root.sign(&*ecc.id, vec![1; 31], SigningAlgorithmSpec::EcdsaSha256).message_type(MessageType::Digest);
    assert_eq!(code(call.dry_run(true).send()), ErrorCode::Validation);
    assert_eq!(code(root.sign(&*ecc.id, vec![1], pss).dry_run(true).send()), ErrorCode::InvalidKeyUsage);
    // (9) dry run before (10) cryptography.
    let call = root.decrypt(&*blob).encryption_context("a", "b");
    assert_eq!(code(call.dry_run(true).send()), ErrorCode::DryRunOperation);
    let call = root.verify(&*ecc.id, vec![1], vec![1], SigningAlgorithmSpec::EcdsaSha256);
    assert_eq!(code(call.dry_run(true).send()), ErrorCode::DryRunOperation);
}

#[test]
fn an_alias_goes_to_a_key_of_another_kind_in_no_state() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), signing(&root));
    root.create_alias("alias/a", &*one.id).send().unwrap();
    assert_eq!(code(root.update_alias("alias/a", &*two.id).send()), ErrorCode::Validation);
    // The kind is looked at before the state.
    root.schedule_key_deletion(&*two.id).send().unwrap();
    assert_eq!(code(root.update_alias("alias/a", &*two.id).send()), ErrorCode::Validation);
}
