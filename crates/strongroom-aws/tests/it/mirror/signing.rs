//! `Sign`, `Verify`, `GetPublicKey`.

use serde_json::json;
use strongroom::Operation as Op;
use strongroom::calls::{EncryptDecrypt, GenerateVerifyMac, SignVerify};
use strongroom_types::MessageType;
use strongroom_types::SigningAlgorithmSpec::{EcdsaSha256, EcdsaSha384, RsassaPssSha256};

use super::names::{Names, base64};
use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{Stage, Who, alias_one, disabled, key_of, pending_deletion, symmetric};

/// SHA-256 of `hello` (FIPS 180-4).
const DIGEST: [u8; 32] = [
    0x2c, 0xf2, 0x4d, 0xba, 0x5f, 0xb0, 0xa3, 0x0e, 0x26, 0xe8, 0x3b, 0x2a, 0xc5, 0xb9, 0xe2, 0x9e, 0x1b, 0x16, 0x1e,
    0x5c, 0x1f, 0xa7, 0x42, 0x5e, 0x73, 0x04, 0x33, 0x62, 0x93, 0x8b, 0x98, 0x24,
];

fn p256(stage: &Stage, names: &mut Names) {
    stage.key(names, "key", SignVerify::EccNistP256);
}

/// The signature of `hello` by `<key-id>`: `<signature>`.
fn signature(stage: &Stage, names: &mut Names) {
    let made = stage.root.sign(&names["key-id"], "hello", EcdsaSha256).send().unwrap();
    names.put_bytes("signature", &made.signature);
}

pub(super) fn rows() -> Vec<Row> {
    [sign(), sign_refused(), verify(), public_key()].into_iter().flatten().collect()
}

fn sign() -> Vec<Row> {
    let signed = || json!({"KeyId": "<key-arn>", "Signature": "<base64>", "SigningAlgorithm": "ECDSA_SHA_256"});
    vec![
        row(Op::Sign, "a message, which is hashed", Api("Sign.MessageType: RAW by default"))
            .given(p256)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| client.sign(&names["key-id"], "hello", EcdsaSha256).send())
            .answers(signed()),
        row(Op::Sign, "a digest, which is not, by an alias", Api("Sign.MessageType: DIGEST"))
            .given(p256)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one", "Message": base64(&DIGEST), "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, _| client.sign("alias/one", DIGEST, EcdsaSha256).message_type(MessageType::Digest).send())
            .answers(signed()),
        row(Op::Sign, "as many bytes as the RSA modulus has", Api("Sign.Signature: RFC 8017 for RSA"))
            .given(key_of(SignVerify::Rsa2048))
            .request(json!({"KeyId": "<key-id>", "Message": base64(&[7; 4_096]), "SigningAlgorithm": "RSASSA_PSS_SHA_256"}))
            .built(|client, names| client.sign(&names["key-id"], vec![7; 4_096], RsassaPssSha256).send())
            .answers(json!({"KeyId": "<key-arn>", "Signature": "<base64:256>", "SigningAlgorithm": "RSASSA_PSS_SHA_256"})),
    ]
}

fn sign_refused() -> Vec<Row> {
    let request = || json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "SigningAlgorithm": "ECDSA_SHA_256"});
    vec![
        row(Op::Sign, "a digest of another length", Api("Sign.MessageType: the length must match the hash of the algorithm"))
            .given(p256)
            .request(json!({"KeyId": "<key-id>", "Message": base64(&[7; 31]), "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| {
                client.sign(&names["key-id"], [7; 31], EcdsaSha256).message_type(MessageType::Digest).send()
            })
            .fails("ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256."),
        row(Op::Sign, "mu is of ML-DSA alone", Seen("floci-io/floci#3025: Message type … is incompatible with key spec …"))
            .given(p256)
            .request(json!({"KeyId": "<key-id>", "Message": base64(&[7; 64]), "MessageType": "EXTERNAL_MU", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| {
                client.sign(&names["key-id"], [7; 64], EcdsaSha256).message_type(MessageType::ExternalMu).send()
            })
            .fails("ValidationException", "Message type EXTERNAL_MU is incompatible with key spec ECC_NIST_P256."),
        row(Op::Sign, "an algorithm of another curve", Seen("getsops/sops#684: Algorithm … is incompatible with key spec …"))
            .given(p256)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "SigningAlgorithm": "ECDSA_SHA_384"}))
            .built(|client, names| client.sign(&names["key-id"], "hello", EcdsaSha384).send())
            .fails("InvalidKeyUsageException", "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256."),
        row(Op::Sign, "a key that encrypts", Seen("jonathankeebler/jwt-kms#4: … key usage is … which is not valid for …"))
            .given(symmetric)
            .request(request())
            .built(|client, names| client.sign(&names["key-id"], "hello", EcdsaSha256).send())
            .fails("InvalidKeyUsageException", "<key-arn> key usage is ENCRYPT_DECRYPT which is not valid for Sign."),
        row(Op::Sign, "a key that is pending deletion", Guide("key-state.html: Sign"))
            .given(p256)
            .given(pending_deletion)
            .request(request())
            .built(|client, names| client.sign(&names["key-id"], "hello", EcdsaSha256).send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::Sign, "what is missing and what is too long is told together, the message unseen", Api("Sign.Message: 1 to 4,096 bytes, sensitive"))
            .request(json!({"Message": base64(&[7; 4_097])}))
            .only_json("the builder takes all three")
            .violates(&[
                "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
                "Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
                "Value null at 'signingAlgorithm' failed to satisfy constraint: Member must not be null",
            ]),
        row(Op::Sign, "a dry run signs nothing", Guide("testing-permissions.html: DryRunOperationException"))
            .given(p256)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "SigningAlgorithm": "ECDSA_SHA_256", "DryRun": true}))
            .built(|client, names| client.sign(&names["key-id"], "hello", EcdsaSha256).dry_run(true).send())
            .fails("DryRunOperationException", "The request would have succeeded, but the DryRun option is set."),
    ]
}

fn verify() -> Vec<Row> {
    let valid = || json!({"KeyId": "<key-arn>", "SignatureValid": true, "SigningAlgorithm": "ECDSA_SHA_256"});
    vec![
        row(Op::Verify, "a signature that is right", Api("Verify.SignatureValid: true"))
            .given(p256)
            .given(signature)
            .request(json!({"KeyId": "<key-arn>", "Message": base64(b"hello"), "Signature": "<signature>", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| {
                client.verify(&names["key-arn"], "hello", names.bytes("signature"), EcdsaSha256).send()
            })
            .answers(valid()),
        row(Op::Verify, "by the digest of the message that was signed", Api("Verify.MessageType: need not be the same as the one used for signing"))
            .given(p256)
            .given(signature)
            .request(json!({"KeyId": "<key-id>", "Message": base64(&DIGEST), "MessageType": "DIGEST", "Signature": "<signature>", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| {
                let call = client.verify(&names["key-id"], DIGEST, names.bytes("signature"), EcdsaSha256);
                call.message_type(MessageType::Digest).send()
            })
            .answers(valid()),
        row(Op::Verify, "a signature of another message is an error, never false", Api("Verify.KMSInvalidSignatureException: signature verification failed"))
            .given(p256)
            .given(signature)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hallo"), "Signature": "<signature>", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| {
                client.verify(&names["key-id"], "hallo", names.bytes("signature"), EcdsaSha256).send()
            })
            .fails("KMSInvalidSignatureException", ""),
        row(Op::Verify, "what is no signature is no better", Ours("what can't be the signature is not the signature"))
            .given(p256)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Signature": base64(b"x"), "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| client.verify(&names["key-id"], "hello", *b"x", EcdsaSha256).send())
            .fails("KMSInvalidSignatureException", ""),
        row(Op::Verify, "a disabled key", Guide("key-state.html: Verify"))
            .given(p256)
            .given(signature)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Signature": "<signature>", "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| {
                client.verify(&names["key-id"], "hello", names.bytes("signature"), EcdsaSha256).send()
            })
            .fails("DisabledException", "<key-arn> is disabled."),
        row(Op::Verify, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(p256)
            .by(Who::Mallory)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Signature": base64(b"x"), "SigningAlgorithm": "ECDSA_SHA_256"}))
            .built(|client, names| client.verify(&names["key-id"], "hello", *b"x", EcdsaSha256).send())
            .denied(Who::Mallory, "Verify"),
    ]
}

fn public_key() -> Vec<Row> {
    vec![
        row(Op::GetPublicKey, "the SPKI of a curve and what it is for", Api("GetPublicKey.PublicKey: a DER-encoded X.509 SubjectPublicKeyInfo"))
            .given(p256)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one"}))
            .built(|client, _| client.get_public_key("alias/one").send())
            .answers(json!({
                "KeyId": "<key-arn>", "PublicKey": "<base64:91>", "CustomerMasterKeySpec": "ECC_NIST_P256", "KeySpec": "ECC_NIST_P256",
                "KeyUsage": "SIGN_VERIFY", "SigningAlgorithms": ["ECDSA_SHA_256"],
            })),
        row(Op::GetPublicKey, "an RSA key for encryption names its encryption algorithms", Api("GetPublicKey.EncryptionAlgorithms: only when KeyUsage is ENCRYPT_DECRYPT"))
            .given(key_of(EncryptDecrypt::Rsa2048))
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_public_key(&names["key-id"]).send())
            .answers(json!({
                "KeyId": "<key-arn>", "PublicKey": "<base64:294>", "CustomerMasterKeySpec": "RSA_2048", "KeySpec": "RSA_2048",
                "KeyUsage": "ENCRYPT_DECRYPT", "EncryptionAlgorithms": ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
            })),
        row(Op::GetPublicKey, "a symmetric key has none", Api("GetPublicKey.UnsupportedOperationException: not supported"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_public_key(&names["key-id"]).send())
            .fails("UnsupportedOperationException", "<key-arn>…"),
        row(Op::GetPublicKey, "nor has an HMAC key, whatever its state", Api("GetPublicKey.UnsupportedOperationException: not supported"))
            .given(key_of(GenerateVerifyMac::Hmac224))
            .given(disabled)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_public_key(&names["key-id"]).send())
            .fails("UnsupportedOperationException", "<key-arn>…"),
        row(Op::GetPublicKey, "not of a disabled key", Guide("key-state.html: GetPublicKey"))
            .given(p256)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_public_key(&names["key-id"]).send())
            .fails("DisabledException", "<key-arn> is disabled."),
    ]
}
