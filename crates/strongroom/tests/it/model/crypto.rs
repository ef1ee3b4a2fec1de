//! What keys do: encrypt, decrypt, sign, authenticate, draw.

use serde_json::{Value, json};

use super::ledger::{Ledger, b64, key, room, text};

pub(super) fn show(ledger: &mut Ledger) {
    symmetric(ledger);
    asymmetric(ledger);
    signatures(ledger);
    macs(ledger);
    random(ledger);
}

/// Source: API Reference, Encrypt, Decrypt, ReEncrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext.
fn symmetric(ledger: &mut Ledger) {
    let (_room, root) = room();
    let (id, other) = (key(&root, json!({})), key(&root, json!({})));
    let context = json!({"order": "17"});
    let plaintext = b64(b"attack at dawn");
    let sealed = ledger.ok(
        &root,
        "Encrypt",
        json!({"KeyId": id, "Plaintext": plaintext, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "EncryptionContext": context}),
    );
    let blob = text(&sealed, "CiphertextBlob");
    let open = json!({
        "KeyId": id, "CiphertextBlob": blob, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "EncryptionContext": context,
    });
    let opened = ledger.ok(&root, "Decrypt", open);
    assert_eq!(text(&opened, "Plaintext"), plaintext);
    ledger.no(&root, "Decrypt", json!({"CiphertextBlob": blob}), "InvalidCiphertext", "");
    ledger.no(&root, "Decrypt", json!({"KeyId": other, "CiphertextBlob": blob}), "IncorrectKey", "");
    let moved = ledger.ok(
        &root,
        "ReEncrypt",
        json!({
            "CiphertextBlob": blob, "SourceKeyId": id, "SourceEncryptionContext": context,
            "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT", "DestinationKeyId": other,
            "DestinationEncryptionContext": {"order": "18"}, "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
        }),
    );
    assert!(text(&moved, "KeyId").ends_with(&other) && text(&moved, "SourceKeyId").ends_with(&id));
    let there = json!({"CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": {"order": "18"}});
    assert_eq!(text(&ledger.ok(&root, "Decrypt", there), "Plaintext"), plaintext);
    ledger.no(&root, "ReEncrypt", json!({"CiphertextBlob": blob, "DestinationKeyId": other}), "InvalidCiphertext", "");
    ledger.no(
        &root,
        "ReEncrypt",
        json!({"CiphertextBlob": blob, "SourceKeyId": other, "DestinationKeyId": other}),
        "IncorrectKey",
        "",
    );
    for operation in ["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"] {
        let made =
            ledger.ok(&root, operation, json!({"KeyId": id, "KeySpec": "AES_256", "EncryptionContext": context}));
        let open = json!({"CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": context});
        let opened = ledger.ok(&root, "Decrypt", open);
        assert_eq!(text(&opened, "Plaintext").len(), 44, "32 bytes");
        ledger.ok(&root, operation, json!({"KeyId": id, "NumberOfBytes": 1}));
        ledger.no(&root, operation, json!({"KeyId": id}), "Validation", "number of bytes or key spec");
    }
    dry(ledger);
    attested(ledger, &id, &blob);
}

/// A dry run that looks at permissions alone (API Reference, Decrypt: `DryRunModifiers`).
fn dry(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({}));
    let only = json!(["IGNORE_CIPHERTEXT"]);
    let request = json!({"KeyId": id, "DryRun": true, "DryRunModifiers": only});
    ledger.no(&root, "Decrypt", request, "DryRunOperation", "");
    let request = json!({"SourceKeyId": id, "DestinationKeyId": id, "DryRun": true, "DryRunModifiers": only});
    ledger.no(&root, "ReEncrypt", request, "DryRunOperation", "");
}

/// `Recipient`: no attestation document is verified, so none is accepted.
fn attested(ledger: &mut Ledger, id: &str, blob: &str) {
    let (_room, root) = room();
    let recipient = json!({"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": b64(b"cbor")});
    let refused = |ledger: &mut Ledger, operation: &str, mut request: Value| {
        request["Recipient"] = recipient.clone();
        if ledger.declares(operation, "UnsupportedOperation") {
            return ledger.no(&root, operation, request, "UnsupportedOperation", "attestation");
        }
        let error = super::ledger::send(&root, operation, &request).unwrap_err();
        assert_eq!(error.code().as_str(), "UnsupportedOperationException", "{operation}");
        ledger.saw(operation, &request);
    };
    refused(ledger, "Decrypt", json!({"CiphertextBlob": blob}));
    refused(ledger, "GenerateDataKey", json!({"KeyId": id, "KeySpec": "AES_128"}));
    refused(ledger, "GenerateRandom", json!({"NumberOfBytes": 8}));
}

/// Source: API Reference, Encrypt (algorithms and limits), Developer Guide "Key spec reference".
fn asymmetric(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}));
    let public = ledger.ok(&root, "GetPublicKey", json!({"KeyId": id}));
    assert_eq!(public["EncryptionAlgorithms"], json!(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]));
    for (algorithm, longest) in [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)] {
        let plaintext = b64(&vec![7; longest]);
        let request = json!({"KeyId": id, "Plaintext": plaintext, "EncryptionAlgorithm": algorithm});
        let sealed = ledger.ok(&root, "Encrypt", request);
        let open = json!({"KeyId": id, "CiphertextBlob": sealed["CiphertextBlob"], "EncryptionAlgorithm": algorithm});
        let opened = ledger.ok(&root, "Decrypt", open);
        assert_eq!(text(&opened, "Plaintext"), plaintext);
        assert!(opened["KeyMaterialId"].is_null());
        let request = json!({"KeyId": id, "Plaintext": b64(&vec![7; longest + 1]), "EncryptionAlgorithm": algorithm});
        ledger.no(&root, "Encrypt", request, "Validation", "");
    }
    ledger.no(&root, "Encrypt", json!({"KeyId": id, "Plaintext": b64(b"x")}), "InvalidKeyUsage", "SYMMETRIC_DEFAULT");
    ledger.no(&root, "GetPublicKey", json!({"KeyId": key(&root, json!({}))}), "UnsupportedOperation", "");
}

/// Source: API Reference, Sign and Verify.
fn signatures(ledger: &mut Ledger) {
    let (_room, root) = room();
    let id = key(&root, json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}));
    let public = ledger.ok(&root, "GetPublicKey", json!({"KeyId": id}));
    let algorithms: Vec<String> = serde_json::from_value(public["SigningAlgorithms"].clone()).unwrap();
    assert_eq!(algorithms.len(), 6);
    let message = b64(b"text");
    for algorithm in &algorithms {
        let sign = json!({"KeyId": id, "Message": message, "MessageType": "RAW", "SigningAlgorithm": algorithm});
        let signed = ledger.ok(&root, "Sign", sign.clone());
        let mut verify = sign;
        verify["Signature"] = signed["Signature"].clone();
        assert_eq!(ledger.ok(&root, "Verify", verify.clone())["SignatureValid"], true);
        verify["Message"] = json!(b64(b"text."));
        ledger.no(&root, "Verify", verify, "KMSInvalidSignature", "");
    }
    let digest = json!({"KeyId": id, "Message": message, "MessageType": "DIGEST", "SigningAlgorithm": algorithms[0]});
    ledger.no(&root, "Sign", digest, "Validation", "Digest is invalid length");
}

/// Source: API Reference, GenerateMac and VerifyMac.
fn macs(ledger: &mut Ledger) {
    let (_room, root) = room();
    for size in ["224", "256", "384", "512"] {
        let id = key(&root, json!({"KeySpec": format!("HMAC_{size}"), "KeyUsage": "GENERATE_VERIFY_MAC"}));
        let request = json!({"KeyId": id, "Message": b64(b"text"), "MacAlgorithm": format!("HMAC_SHA_{size}")});
        let made = ledger.ok(&root, "GenerateMac", request.clone());
        let mut verify = request;
        verify["Mac"] = made["Mac"].clone();
        assert_eq!(ledger.ok(&root, "VerifyMac", verify.clone())["MacValid"], true);
        verify["Mac"] = json!(b64(b"another"));
        ledger.no(&root, "VerifyMac", verify, "KMSInvalidMac", "");
    }
}

/// Source: API Reference, GenerateRandom.
fn random(ledger: &mut Ledger) {
    let (_room, root) = room();
    let drawn = ledger.ok(&root, "GenerateRandom", json!({"NumberOfBytes": 1_024}));
    assert_eq!(text(&drawn, "Plaintext").len(), 1_368);
    ledger.no(&root, "GenerateRandom", json!({}), "Validation", "");
    ledger.no(
        &root,
        "GenerateRandom",
        json!({"NumberOfBytes": 1, "CustomKeyStoreId": "cks-1234567890abcdef0"}),
        "CustomKeyStoreNotFound",
        "cks-1234567890abcdef0",
    );
}
