//! The refusals that many operations share.

use serde_json::{Value, json};
use strongroom::Client;

use super::ledger::{Ledger, Minimal, b64, key, room, with};
use crate::support::*;

/// What a request needs beside its key: one key of each kind, and what they made.
pub(super) struct World {
    pub(super) minimal: Minimal,
}

/// The member that names the key of an operation, if one does.
pub(super) fn names_key(operation: &str) -> Option<&'static str> {
    match operation {
        "CreateKey" | "GenerateRandom" | "ListKeys" | "DeleteAlias" => None,
        "CreateAlias" | "UpdateAlias" => Some("TargetKeyId"),
        "ReEncrypt" => Some("DestinationKeyId"),
        _ => Some("KeyId"),
    }
}

/// The kind of key that an operation works on.
fn kind(operation: &str) -> Value {
    match operation {
        "Sign" | "Verify" | "GetPublicKey" => json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
        "GenerateMac" | "VerifyMac" => json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
        _ => json!({}),
    }
}

/// A kind that it does not work on.
fn wrong_kind(operation: &str) -> Value {
    match operation {
        "GenerateMac" | "VerifyMac" => json!({}),
        _ => json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
    }
}

impl World {
    /// Requests that are right, each on a key of its own kind.
    pub(super) fn new(root: &Client) -> Self {
        let id = |operation| key(root, kind(operation));
        let (symmetric, signing, mac) = (id("Encrypt"), id("Sign"), id("GenerateMac"));
        let send = |operation, request: &Value| super::ledger::send(root, operation, request).unwrap();
        let (text, hello) = (b64(b"text"), b64(b"hello"));
        let sealed = send("Encrypt", &json!({"KeyId": symmetric, "Plaintext": hello}));
        let sign = json!({"KeyId": signing, "Message": text, "SigningAlgorithm": "ECDSA_SHA_256"});
        let signed = send("Sign", &sign);
        let mac_of = json!({"KeyId": mac, "Message": text, "MacAlgorithm": "HMAC_SHA_256"});
        let tag = send("GenerateMac", &mac_of);
        send("CreateAlias", &json!({"AliasName": "alias/moving", "TargetKeyId": symmetric}));
        let mut minimal = Minimal::default();
        for operation in Ledger::operations() {
            minimal
                .set(operation, names_key(operation).map_or(json!({}), |member| with(json!({}), member, &*symmetric)));
        }
        let policy = key_policy(&[delegate(HERE)]);
        minimal.set("CreateAlias", json!({"AliasName": "alias/new", "TargetKeyId": symmetric}));
        minimal.set("UpdateAlias", json!({"AliasName": "alias/moving", "TargetKeyId": symmetric}));
        minimal.set("DeleteAlias", json!({"AliasName": "alias/moving"}));
        minimal.set("Decrypt", json!({"KeyId": symmetric, "CiphertextBlob": sealed["CiphertextBlob"]}));
        minimal.set("Encrypt", json!({"KeyId": symmetric, "Plaintext": hello}));
        minimal.set("GenerateDataKey", json!({"KeyId": symmetric, "NumberOfBytes": 16}));
        minimal.set("GenerateDataKeyWithoutPlaintext", json!({"KeyId": symmetric, "NumberOfBytes": 16}));
        minimal.set("GenerateRandom", json!({"NumberOfBytes": 16}));
        minimal.set("PutKeyPolicy", json!({"KeyId": symmetric, "Policy": policy}));
        minimal.set(
            "ReEncrypt",
            json!({"SourceKeyId": symmetric, "DestinationKeyId": symmetric, "CiphertextBlob": sealed["CiphertextBlob"]}),
        );
        minimal.set("TagResource", json!({"KeyId": symmetric, "Tags": [{"TagKey": "a", "TagValue": "b"}]}));
        minimal.set("UntagResource", json!({"KeyId": symmetric, "TagKeys": ["a"]}));
        minimal.set("UpdateKeyDescription", json!({"KeyId": symmetric, "Description": "d"}));
        minimal.set("Verify", with(sign.clone(), "Signature", signed["Signature"].clone()));
        minimal.set("Sign", sign);
        minimal.set("GetPublicKey", json!({"KeyId": signing}));
        minimal.set("VerifyMac", with(mac_of.clone(), "Mac", tag["Mac"].clone()));
        minimal.set("GenerateMac", mac_of);
        Self { minimal }
    }
}

/// The line of AWS's message for each (Developer Guide, "Key states of AWS KMS keys", and texts observed of the service).
pub(super) fn show(ledger: &mut Ledger) {
    let (_room, root) = room();
    let world = World::new(&root);
    for operation in Ledger::operations() {
        let request = world.minimal.of(operation);
        if ledger.takes(operation, "GrantTokens") {
            let tokens = with(request.clone(), "GrantTokens", json!(["no token"]));
            match ledger.declares(operation, "InvalidGrantToken") {
                true => ledger.no(&root, operation, tokens, "InvalidGrantToken", "grant token"),
                // DescribeKey takes tokens and declares no error for a bad one: it answers what the others do.
                false => {
                    let error = super::ledger::send(&root, operation, &tokens).unwrap_err();
                    assert_eq!(error.code().as_str(), "InvalidGrantTokenException");
                    ledger.saw(operation, &tokens);
                }
            }
        }
        if ledger.takes(operation, "DryRun") {
            ledger.no(&root, operation, with(request.clone(), "DryRun", true), "DryRunOperation", "DryRun");
        }
        if ledger.declares(operation, "InvalidMarker") {
            ledger.no(&root, operation, with(request.clone(), "Marker", "no marker"), "InvalidMarker", "marker");
        }
        if let Some(member) = names_key(operation) {
            named(ledger, &root, operation, member, &request);
        }
    }
}

fn named(ledger: &mut Ledger, root: &Client, operation: &str, member: &str, request: &Value) {
    let on = |id: &str| with(request.clone(), member, id);
    let send =
        |operation: &str, id: &str| super::ledger::send(root, operation, &json!({"KeyId": id})).map(drop).unwrap();
    if ledger.declares(operation, "NotFound") {
        ledger.no(root, operation, on(NO_KEY), "NotFound", NO_KEY);
    }
    if ledger.declares(operation, "InvalidArn") {
        ledger.no(root, operation, on("arn:aws:kms:eu-west-1:key"), "InvalidArn", "");
    }
    if ledger.declares(operation, "Disabled") {
        let off = key(root, kind(operation));
        send("DisableKey", &off);
        ledger.no(root, operation, on(&off), "Disabled", "is disabled");
    }
    let works_while_pending =
        super::exempt::ERRORS.iter().any(|(of, error, _)| (*of, *error) == (operation, "KMSInvalidState"));
    if ledger.declares(operation, "KMSInvalidState") && operation != "CancelKeyDeletion" && !works_while_pending {
        let going = key(root, kind(operation));
        send("ScheduleKeyDeletion", &going);
        ledger.no(root, operation, on(&going), "KMSInvalidState", "is pending deletion");
    }
    let wrong = || key(root, wrong_kind(operation));
    if ledger.declares(operation, "InvalidKeyUsage") && operation != "GetPublicKey" {
        ledger.no(root, operation, on(&wrong()), "InvalidKeyUsage", "");
    }
    let by_kind = ["EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "ListKeyRotations"];
    if by_kind.contains(&operation) {
        ledger.no(root, operation, on(&wrong()), "UnsupportedOperation", "");
    }
}
