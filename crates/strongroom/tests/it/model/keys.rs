//! Keys: made, shown, stopped, tagged, rotated, gone.

use super::ledger::{Ledger, key, room, text};
use crate::support::*;
use serde_json::json;

pub(super) fn show(ledger: &mut Ledger) {
    creation(ledger);
    lifecycle(ledger);
    policies(ledger);
    tags(ledger);
    rotation(ledger);
    last_usage(ledger);
}

/// Source: API Reference, CreateKey and KeyMetadata.
fn creation(ledger: &mut Ledger) {
    let (_room, root) = room();
    let made = ledger.ok(
        &root,
        "CreateKey",
        json!({
            "BypassPolicyLockoutSafetyCheck": true, "Description": "orders", "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": false, "Origin": "AWS_KMS",
            "Policy": key_policy(&[delegate(HERE)]), "Tags": [{"TagKey": "team", "TagValue": "a"}],
        }),
    );
    let metadata = &made["KeyMetadata"];
    assert_eq!(metadata["AWSAccountId"], HERE);
    assert_eq!(metadata["KeyState"], "Enabled");
    assert_eq!(metadata["KeyManager"], "CUSTOMER");
    assert_eq!(metadata["EncryptionAlgorithms"], json!(["SYMMETRIC_DEFAULT"]));
    assert_eq!(text(metadata, "CurrentKeyMaterialId").len(), 64);
    let old =
        ledger.ok(&root, "CreateKey", json!({"CustomerMasterKeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}));
    assert_eq!(old["KeyMetadata"]["MacAlgorithms"], json!(["HMAC_SHA_256"]));
    assert_eq!(old["KeyMetadata"]["CustomerMasterKeySpec"], old["KeyMetadata"]["KeySpec"]);
    let signing = ledger.ok(&root, "CreateKey", json!({"KeySpec": "ECC_NIST_P384", "KeyUsage": "SIGN_VERIFY"}));
    assert_eq!(signing["KeyMetadata"]["SigningAlgorithms"], json!(["ECDSA_SHA_384"]));
    // What this version does not make is refused by name, and not ignored.
    ledger.no(
        &root,
        "CreateKey",
        json!({"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "cks-1234567890abcdef0"}),
        "CustomKeyStoreNotFound",
        "cks-1234567890abcdef0",
    );
    let external = json!({"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": "cks-1234567890abcdef0", "XksKeyId": "bb8562717f809024"});
    ledger.no(&root, "CreateKey", external, "CustomKeyStoreNotFound", "cks-1234567890abcdef0");
    ledger.no(&root, "CreateKey", json!({"Origin": "EXTERNAL"}), "UnsupportedOperation", "");
    ledger.no(&root, "CreateKey", json!({"KeySpec": "RSA_2048"}), "Validation", "KeyUsage");
    ledger.no(&root, "CreateKey", json!({"Policy": "{"}), "MalformedPolicyDocument", "");
    let twice = json!([{"TagKey": "a", "TagValue": ""}, {"TagKey": "a", "TagValue": ""}]);
    ledger.no(&root, "CreateKey", json!({"Tags": twice}), "Tag", "twice");
    // One byte more than AWS's limit of 32 KiB; the shape of `Policy` lets 131,072 through.
    let long = format!("{}{}", key_policy(&[delegate(HERE)]), " ".repeat(32_768));
    ledger.no(&root, "CreateKey", json!({"Policy": long}), "LimitExceeded", "");
}

/// Source: Developer Guide, "Key states of AWS KMS keys".
fn lifecycle(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({}));
    ledger.ok(&root, "DisableKey", json!({"KeyId": id}));
    ledger.ok(&root, "EnableKey", json!({"KeyId": id}));
    ledger.ok(&root, "UpdateKeyDescription", json!({"KeyId": id, "Description": "new"}));
    let shown = ledger.ok(&root, "DescribeKey", json!({"KeyId": id}));
    assert_eq!(shown["KeyMetadata"]["Description"], "new");
    let page = ledger.ok(&root, "ListKeys", json!({"ResourceOwners": ["SELF"], "Limit": 1}));
    assert_eq!(page["Truncated"], false);
    key(&root, json!({}));
    let page = ledger.ok(&root, "ListKeys", json!({"Limit": 1}));
    let rest = ledger.ok(&root, "ListKeys", json!({"Marker": page["NextMarker"]}));
    assert_eq!(rest["Keys"].as_array().unwrap().len(), 1);
    let gone = ledger.ok(&root, "ScheduleKeyDeletion", json!({"KeyId": id, "PendingWindowInDays": 7}));
    assert_eq!((&gone["KeyState"], &gone["PendingWindowInDays"]), (&json!("PendingDeletion"), &json!(7)));
    let shown = ledger.ok(&root, "DescribeKey", json!({"KeyId": id}));
    assert_eq!(shown["KeyMetadata"]["DeletionDate"], gone["DeletionDate"]);
    let back = ledger.ok(&root, "CancelKeyDeletion", json!({"KeyId": id}));
    assert!(text(&back, "KeyId").ends_with(&id));
    ledger.no(&root, "CancelKeyDeletion", json!({"KeyId": id}), "KMSInvalidState", "is not pending deletion");
}

/// Source: API Reference, PutKeyPolicy and GetKeyPolicy.
fn policies(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({}));
    let policy = key_policy(&[delegate(HERE)]);
    let put = json!({"KeyId": id, "PolicyName": "default", "Policy": policy, "BypassPolicyLockoutSafetyCheck": true});
    ledger.ok(&root, "PutKeyPolicy", put);
    let got = ledger.ok(&root, "GetKeyPolicy", json!({"KeyId": id, "PolicyName": "default"}));
    assert_eq!((text(&got, "Policy"), text(&got, "PolicyName")), (policy, "default".to_owned()));
    ledger.no(&root, "PutKeyPolicy", json!({"KeyId": id, "Policy": "{}"}), "MalformedPolicyDocument", "");
    let long = format!("{}{}", key_policy(&[delegate(HERE)]), " ".repeat(32_768));
    ledger.no(&root, "PutKeyPolicy", json!({"KeyId": id, "Policy": long}), "LimitExceeded", "");
    let names = ledger.ok(&root, "ListKeyPolicies", json!({"KeyId": id, "Limit": 1_000}));
    assert_eq!((&names["PolicyNames"], &names["Truncated"]), (&json!(["default"]), &json!(false)));
}

/// Source: API Reference, TagResource, UntagResource, ListResourceTags.
fn tags(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({}));
    let many: Vec<_> = (0..50).map(|n| json!({"TagKey": format!("k{n:02}"), "TagValue": ""})).collect();
    ledger.ok(&root, "TagResource", json!({"KeyId": id, "Tags": many}));
    let page = ledger.ok(&root, "ListResourceTags", json!({"KeyId": id, "Limit": 49}));
    assert_eq!(page["Truncated"], true);
    let rest = ledger.ok(&root, "ListResourceTags", json!({"KeyId": id, "Marker": page["NextMarker"]}));
    assert_eq!(rest["Tags"], json!([{"TagKey": "k49", "TagValue": ""}]));
    let more = json!([{"TagKey": "one more", "TagValue": ""}]);
    ledger.no(&root, "TagResource", json!({"KeyId": id, "Tags": more}), "LimitExceeded", "");
    let reserved = json!([{"TagKey": "aws:x", "TagValue": ""}]);
    ledger.no(&root, "TagResource", json!({"KeyId": id, "Tags": reserved}), "Tag", "aws:");
    ledger.ok(&root, "UntagResource", json!({"KeyId": id, "TagKeys": ["k00", "never there"]}));
    ledger.no(&root, "UntagResource", json!({"KeyId": id, "TagKeys": ["aws:x"]}), "Tag", "aws:");
}

/// Source: API Reference, GetKeyLastUsage.
fn last_usage(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({}));
    let unused = ledger.ok(&root, "GetKeyLastUsage", json!({"KeyId": id}));
    assert_eq!(unused["KeyLastUsage"], json!({}));
    ledger.ok(&root, "Encrypt", json!({"KeyId": id, "Plaintext": "eA=="}));
    let used = ledger.ok(&root, "GetKeyLastUsage", json!({"KeyId": id}));
    assert_eq!(used["KeyLastUsage"]["Operation"], "Encrypt");
}

/// Source: Developer Guide, "Rotating AWS KMS keys".
fn rotation(ledger: &mut Ledger) {
    let (room, root) = room();
    let id = key(&root, json!({}));
    let off = ledger.ok(&root, "GetKeyRotationStatus", json!({"KeyId": id}));
    assert_eq!(off["KeyRotationEnabled"], false);
    ledger.ok(&root, "EnableKeyRotation", json!({"KeyId": id, "RotationPeriodInDays": 90}));
    let on = ledger.ok(&root, "GetKeyRotationStatus", json!({"KeyId": id}));
    assert_eq!((&on["KeyRotationEnabled"], &on["RotationPeriodInDays"]), (&json!(true), &json!(90)));
    let rotated = ledger.ok(&root, "RotateKeyOnDemand", json!({"KeyId": id}));
    assert_eq!(text(&rotated, "KeyId"), id);
    let page = ledger.ok(
        &root,
        "ListKeyRotations",
        json!({"KeyId": id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL", "Limit": 1}),
    );
    assert_eq!(page["Rotations"][0]["RotationType"], "ON_DEMAND");
    let rest = ledger.ok(
        &root,
        "ListKeyRotations",
        json!({"KeyId": id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL", "Marker": page["NextMarker"]}),
    );
    assert_eq!(rest["Rotations"][0]["KeyMaterialState"], "NON_CURRENT");
    // Twenty minutes before an automatic rotation is too late for one on demand.
    room.clock.advance(90 * DAY - 60);
    ledger.no(&root, "RotateKeyOnDemand", json!({"KeyId": id}), "Conflict", "");
    ledger.ok(&root, "DisableKeyRotation", json!({"KeyId": id}));
    for _ in 1..25 {
        ledger.ok(&root, "RotateKeyOnDemand", json!({"KeyId": id}));
    }
    ledger.no(&root, "RotateKeyOnDemand", json!({"KeyId": id}), "LimitExceeded", "25");
}
