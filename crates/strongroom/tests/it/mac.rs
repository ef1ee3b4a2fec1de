//! GenerateMac, VerifyMac.

use strongroom::calls::GenerateVerifyMac;
use strongroom::{Client, Error, ErrorCode};
use strongroom_types::{KeySpec, KeyUsageType, MacAlgorithmSpec};

use serde_json::json;

use crate::support::*;

/// Each spec, its only algorithm and the length of its MACs (AWS KMS Developer Guide, "HMAC keys in AWS KMS").
const KINDS: &[(KeySpec, MacAlgorithmSpec, usize)] = &[
    (KeySpec::Hmac224, MacAlgorithmSpec::HmacSha224, 28),
    (KeySpec::Hmac256, MacAlgorithmSpec::HmacSha256, 32),
    (KeySpec::Hmac384, MacAlgorithmSpec::HmacSha384, 48),
    (KeySpec::Hmac512, MacAlgorithmSpec::HmacSha512, 64),
];

fn hmac(client: &Client, spec: KeySpec) -> Key {
    made(client, spec, KeyUsageType::GenerateVerifyMac)
}

fn mac(client: &Client, key: &str, algorithm: MacAlgorithmSpec, message: &[u8]) -> Result<Vec<u8>, Error> {
    client.generate_mac(key, message, algorithm).send().map(|output| {
        assert_eq!(output.mac_algorithm, algorithm);
        output.mac
    })
}

fn verify(client: &Client, key: &str, algorithm: MacAlgorithmSpec, message: &[u8], mac: &[u8]) -> Result<bool, Error> {
    client.verify_mac(key, message, mac, algorithm).send().map(|output| {
        assert_eq!(output.mac_algorithm, algorithm);
        output.mac_valid
    })
}

#[test]
fn a_mac_verifies_and_a_wrong_one_is_an_error_and_never_false() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for (spec, algorithm, len) in KINDS.iter().copied() {
        let (key, other) = (hmac(&root, spec), hmac(&root, spec));
        root.create_alias(format!("alias/{len}"), &*key.id).send().unwrap();
        for message in [&b"x"[..], b"attack at dawn", &[7; 4_096]] {
            let tag = mac(&root, &key.id, algorithm, message).unwrap();
            assert_eq!(tag.len(), len, "untruncated");
            assert_eq!(mac(&root, &key.arn, algorithm, message).unwrap(), tag, "the same each time");
            for name in [key.id.clone(), key.arn.clone(), format!("alias/{len}")] {
                assert!(verify(&root, &name, algorithm, message, &tag).unwrap());
            }
            let invalid = (ErrorCode::KmsInvalidMac, String::new());
            let mut wrong: Vec<Vec<u8>> = (0..len).map(|n| tag[..n].to_vec()).filter(|tag| !tag.is_empty()).collect();
            wrong.extend((0..len * 8).map(|bit| {
                let mut tag = tag.clone();
                tag[bit / 8] ^= 1 << (bit % 8);
                tag
            }));
            wrong.extend([[&*tag, &[0]].concat(), vec![0; len], vec![0; 6_144], [&*tag, &*tag].concat()]);
            for wrong in &wrong {
                assert_eq!(refusal(verify(&root, &key.id, algorithm, message, wrong)), invalid);
                cells += 1;
            }
            assert_eq!(refusal(verify(&root, &key.id, algorithm, b"another", &tag)), invalid);
            assert_eq!(refusal(verify(&root, &other.id, algorithm, message, &tag)), invalid, "another key's");
            assert_ne!(mac(&root, &other.id, algorithm, message).unwrap(), tag);
            cells += 2;
        }
        for (_, wrong, _) in KINDS.iter().filter(|(_, wrong, _)| *wrong != algorithm) {
            let text = format!("Algorithm {wrong} is incompatible with key spec {spec}.");
            let refused = (ErrorCode::InvalidKeyUsage, text);
            assert_eq!(refusal(mac(&root, &key.id, *wrong, b"x")), refused);
            assert_eq!(refusal(verify(&root, &key.id, *wrong, b"x", &[1; 32])), refused);
            cells += 2;
        }
        let metadata = describe(&root, &key.id).unwrap();
        assert_eq!(metadata.mac_algorithms.unwrap().iter().copied().collect::<Vec<_>>(), [algorithm]);
        assert!(metadata.current_key_material_id.is_none() && metadata.signing_algorithms.is_none());
        assert_eq!(metadata.customer_master_key_spec.unwrap().as_str(), spec.as_str());
    }
    println!("MACs: {cells} cells");
}

#[test]
fn messages_and_macs_have_bounds() {
    let room = Room::new();
    let root = room.root();
    let key = hmac(&root, KeySpec::Hmac256);
    let algorithm = MacAlgorithmSpec::HmacSha256;
    for message in [&[][..], &[1; 4_097]] {
        assert_eq!(code(mac(&root, &key.id, algorithm, message)), ErrorCode::Validation);
        assert_eq!(code(verify(&root, &key.id, algorithm, message, &[1; 32])), ErrorCode::Validation);
    }
    for tag in [&[][..], &[1; 6_145]] {
        assert_eq!(code(verify(&root, &key.id, algorithm, b"x", tag)), ErrorCode::Validation);
    }
}

#[test]
fn what_is_no_hmac_key_makes_none_and_an_hmac_key_does_nothing_else() {
    let room = Room::new();
    let root = room.root();
    let (sym, key) = (symmetric(&root), hmac(&root, KeySpec::Hmac512));
    let algorithm = MacAlgorithmSpec::HmacSha512;
    for (name, result) in [
        ("GenerateMac", mac(&root, &sym.id, algorithm, b"x").map(drop)),
        ("VerifyMac", verify(&root, &sym.id, algorithm, b"x", b"x").map(drop)),
    ] {
        let text = format!("{} key usage is ENCRYPT_DECRYPT which is not valid for {name}.", sym.arn);
        assert_eq!(refusal(result), (ErrorCode::InvalidKeyUsage, text));
    }
    assert_eq!(code(encrypt(&root, &key.id, b"x")), ErrorCode::InvalidKeyUsage);
    assert_eq!(code(root.get_public_key(&*key.id).send()), ErrorCode::UnsupportedOperation);
    // An alias does not move between kinds.
    root.create_alias("alias/a", &*key.id).send().unwrap();
    assert_eq!(code(root.update_alias("alias/a", &*sym.id).send()), ErrorCode::Validation);
    root.update_alias("alias/a", &*hmac(&root, KeySpec::Hmac256).id).send().unwrap();
}

#[test]
fn policies_dry_runs_tokens_and_other_accounts() {
    let room = Room::new();
    let root = room.root();
    let policy = key_policy(&[delegate(HERE), delegate(THERE)]);
    let call = root.create_key().key_spec(GenerateVerifyMac::Hmac256).policy(policy);
    let arn = call.send().unwrap().key_metadata.arn;
    let algorithm = MacAlgorithmSpec::HmacSha256;
    let tag = mac(&root, &arn, algorithm, b"x").unwrap();
    let guest = room.root_there();
    assert_eq!(mac(&guest, &arn, algorithm, b"x").unwrap(), tag);
    assert!(verify(&guest, &arn, algorithm, b"x", &tag).unwrap());
    let only = |action: &str| room.user("u", &[allow(&[action], "*")]);
    let who = format!("arn:aws:iam::{HERE}:user/u");
    assert_eq!(refusal(mac(&only("kms:VerifyMac"), &arn, algorithm, b"x")), denied(&who, "GenerateMac"));
    let refused = refusal(verify(&only("kms:GenerateMac"), &arn, algorithm, b"x", b"wrong"));
    assert_eq!(refused, denied(&who, "VerifyMac"), "before the MAC is looked at");
    // kms:MacAlgorithm.
    let confined = |algorithm: &str| {
        let policy = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "kms:*", "Resource": "*",
            "Condition": { "StringEquals": { "kms:MacAlgorithm": algorithm } } } });
        room.user("u", &[policy.to_string()])
    };
    mac(&confined("HMAC_SHA_256"), &arn, algorithm, b"x").unwrap();
    assert_eq!(code(mac(&confined("HMAC_SHA_512"), &arn, algorithm, b"x")), ErrorCode::AccessDenied);
    for client in [&root, &guest] {
        let run = |dry| client.generate_mac(&*arn, "x", algorithm).dry_run(dry).send();
        assert_eq!(code(run(true)), ErrorCode::DryRunOperation);
        assert_eq!(run(false).unwrap().mac, tag);
        let run = client.verify_mac(&*arn, "x", "wrong", algorithm).dry_run(true).send();
        assert_eq!(code(run), ErrorCode::DryRunOperation);
    }
    assert_eq!(code(root.generate_mac(&*arn, "x", algorithm).grant_tokens(["t"]).send()), ErrorCode::InvalidGrantToken);
    let call = root.verify_mac(&*arn, "x", tag, algorithm).grant_tokens(["t"]);
    assert_eq!(code(call.send()), ErrorCode::InvalidGrantToken);
}

#[test]
fn events_of_macs_show_the_algorithm_and_neither_message_nor_mac() {
    let room = Room::new();
    let root = room.root();
    let key = hmac(&root, KeySpec::Hmac384);
    let algorithm = MacAlgorithmSpec::HmacSha384;
    let tag = mac(&root, &key.id, algorithm, b"x").unwrap();
    let check = |name: &str| {
        let view = room.last_view();
        assert_eq!(view["eventName"], name);
        assert_eq!(view["requestParameters"], json!({ "keyId": key.id, "macAlgorithm": "HMAC_SHA_384" }));
        assert_eq!((&view["responseElements"], &view["readOnly"]), (&serde_json::Value::Null, &true.into()));
        assert_eq!(view["resources"][0]["ARN"], key.arn);
        assert!(view["additionalEventData"].get("keyMaterialId").is_none());
        view
    };
    check("GenerateMac");
    verify(&root, &key.id, algorithm, b"x", &tag).unwrap();
    check("VerifyMac");
    verify(&root, &key.id, algorithm, b"y", &tag).unwrap_err();
    assert_eq!(check("VerifyMac")["errorCode"], "KMSInvalidMacException");
}
