//! `Encrypt`, `Decrypt`, `ReEncrypt`.

use serde_json::json;
use strongroom::calls::{EncryptDecrypt, GenerateVerifyMac, SignVerify};
use strongroom::types::{DecryptRequest, ReEncryptRequest};
use strongroom::{Operation as Op, ops};
use strongroom_types::EncryptionAlgorithmSpec::{RsaesOaepSha256, SymmetricDefault};

use super::names::{Names, base64};
use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{
    HERE, NO_KEY, NOW, Stage, Who, alias_one, arn, disabled, key_of, pending_deletion, second, symmetric,
};

const DRY_RUN: &str = "The request would have succeeded, but the DryRun option is set.";
const UNKNOWN_CIPHERTEXT: &str = "The ciphertext refers to a customer master key that does not exist, does not exist in \
                                  this region, or you are not allowed to access.";
const TOO_LONG: &str = "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096 \
                        (to seal more than 4096 bytes, use the `envelope` module: a data key from this key and the AWS \
                        Encryption SDK message format)";
const WRONG_KEY: &str = "The key ID in the request does not identify a CMK that can perform this operation.";

/// An RSA key that encrypts: `<key-id>`.
fn rsa(stage: &Stage, names: &mut Names) {
    stage.key(names, "key", EncryptDecrypt::Rsa2048);
}

/// `hello` under `<key-id>`, in the context `order` = `17`: `<blob>`.
fn sealed(stage: &Stage, names: &mut Names) {
    let made = stage.root.encrypt(&names["key-id"], "hello").encryption_context("order", "17").send().unwrap();
    names.put_bytes("blob", &made.ciphertext_blob);
}

/// `hello` under the RSA key `<key-id>`: `<blob>`.
fn sealed_by_rsa(stage: &Stage, names: &mut Names) {
    let made = stage.root.encrypt(&names["key-id"], "hello").encryption_algorithm(RsaesOaepSha256).send().unwrap();
    names.put_bytes("blob", &made.ciphertext_blob);
}

pub(super) fn rows() -> Vec<Row> {
    [encrypt(), encrypt_refused(), encrypt_denied(), decrypt(), decrypt_refused(), reencrypt()]
        .into_iter()
        .flatten()
        .collect()
}

fn encrypt() -> Vec<Row> {
    let sealed =
        || json!({"CiphertextBlob": "<base64>", "KeyId": "<key-arn>", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"});
    vec![
        row(Op::Encrypt, "the ciphertext, the key's ARN and the algorithm, and no key material id", Api("Encrypt.EncryptionAlgorithm: SYMMETRIC_DEFAULT by default"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"hello")}))
            .built(|client, names| client.encrypt(&names["key-id"], "hello").send())
            .answers(sealed())
            .afterwards(Op::GetKeyLastUsage, json!({"KeyId": "<key-id>"}), json!({"KeyId": "<key-arn>", "KeyLastUsage": {"Operation": "Encrypt", "Timestamp": NOW, "CloudTrailEventId": "<id>", "KmsRequestId": "<id>"}, "TrackingStartDate": NOW, "KeyCreationDate": NOW})),
        row(Op::Encrypt, "by an alias ARN, the longest plaintext", Api("Encrypt.Plaintext: up to 4,096 bytes"))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"KeyId": arn("alias/one"), "Plaintext": base64(&[7; 4_096])}))
            .built(|client, _| client.encrypt(arn("alias/one"), vec![7; 4_096]).send())
            .answers(sealed()),
        row(Op::Encrypt, "numbers and booleans of a context are texts", Guide("concepts.html#encrypt_context: literal strings"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"hello"), "EncryptionContext": {"n": 7, "b": true}}))
            .built(|client, names| {
                client.encrypt(&names["key-id"], "hello").encryption_context("b", "true").encryption_context("n", "7").send()
            })
            .answers(sealed()),
        row(Op::Encrypt, "the bare block of an RSA key", Seen("floci-io/floci#3024: 256 bytes for RSA_2048"))
            .given(rsa)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(&[7; 190]), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}))
            .built(|client, names| {
                client.encrypt(&names["key-id"], vec![7; 190]).encryption_algorithm(RsaesOaepSha256).send()
            })
            .answers(json!({"CiphertextBlob": "<base64:256>", "KeyId": "<key-arn>", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"})),
    ]
}

fn encrypt_refused() -> Vec<Row> {
    let request = || json!({"KeyId": "<key-id>", "Plaintext": base64(b"hello")});
    vec![
        row(Op::Encrypt, "an RSA key needs its algorithm said", Seen("getsops/sops#684: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_4096."))
            .given(rsa)
            .request(request())
            .built(|client, names| client.encrypt(&names["key-id"], "hello").send())
            .fails("InvalidKeyUsageException", "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."),
        row(Op::Encrypt, "an RSA key takes 190 bytes with SHA-256", Api("Encrypt.Plaintext: RSA_2048, RSAES_OAEP_SHA_256: 190 bytes"))
            .given(rsa)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(&[7; 191]), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}))
            .built(|client, names| {
                client.encrypt(&names["key-id"], vec![7; 191]).encryption_algorithm(RsaesOaepSha256).send()
            })
            .violates(&["Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 190"]),
        row(Op::Encrypt, "an RSA key takes no context", Api("Encrypt.EncryptionContext: only with a symmetric encryption KMS key"))
            .given(rsa)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x"), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256", "EncryptionContext": {"a": "b"}}))
            .built(|client, names| {
                let call = client.encrypt(&names["key-id"], "x").encryption_algorithm(RsaesOaepSha256);
                call.encryption_context("a", "b").send()
            })
            .fails("ValidationException", "<text>"),
        row(Op::Encrypt, "a key that signs", Seen("jonathankeebler/jwt-kms#4: … key usage is SIGN_VERIFY which is not valid for Encrypt."))
            .given(key_of(SignVerify::EccNistP256))
            .request(request())
            .built(|client, names| client.encrypt(&names["key-id"], "hello").send())
            .fails("InvalidKeyUsageException", "<key-arn> key usage is SIGN_VERIFY which is not valid for Encrypt."),
        row(Op::Encrypt, "a disabled key", Guide("key-state.html: Encrypt"))
            .given(symmetric)
            .given(disabled)
            .request(request())
            .built(|client, names| client.encrypt(&names["key-id"], "hello").send())
            .fails("DisabledException", "<key-arn> is disabled."),
        row(Op::Encrypt, "a key that is pending deletion", Guide("deleting-keys-creating-cloudwatch-alarm.html: … is pending deletion"))
            .given(symmetric)
            .given(pending_deletion)
            .request(request())
            .built(|client, names| client.encrypt(&names["key-id"], "hello").send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::Encrypt, "usage is told before state", Ours("what a key can never do matters more than what it can't do now"))
            .given(key_of(GenerateVerifyMac::Hmac256))
            .given(disabled)
            .request(request())
            .built(|client, names| client.encrypt(&names["key-id"], "hello").send())
            .fails("InvalidKeyUsageException", "<key-arn> key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt."),
        row(Op::Encrypt, "nothing can't be encrypted, and a plaintext is never shown", Api("Encrypt.Plaintext: 1 to 4,096 bytes, sensitive"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": ""}))
            .built(|client, names| client.encrypt(&names["key-id"], "").send())
            .violates(&["Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1"]),
        row(Op::Encrypt, "4,097 bytes are too many, and the message says what to do", Ours("AWS's text and the way out; the limit is Encrypt.Plaintext's"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(&[7; 4_097])}))
            .built(|client, names| client.encrypt(&names["key-id"], vec![7; 4_097]).send())
            .violates(&[TOO_LONG]),
        row(Op::Encrypt, "an unknown algorithm is answered with the known ones", Seen("boto/boto3#3428: Member must satisfy enum value set"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x"), "EncryptionAlgorithm": "ROT13"}))
            .only_json("an enumeration has no other values")
            .violates(&["Value 'ROT13' at 'encryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE]"]),
        row(Op::Encrypt, "ten grant tokens at most", Api("Encrypt.GrantTokens: 0 to 10 items"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x"), "GrantTokens": vec!["t"; 11]}))
            .built(|client, names| client.encrypt(&names["key-id"], "x").grant_tokens(["t"; 11]).send())
            .fails("ValidationException", "1 validation error detected: Value…"),
        row(Op::Encrypt, "a plaintext that is no base64 is no request", Ours("the protocol's error for what is no blob"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Plaintext": "not base64!"}))
            .only_json("a setter takes bytes")
            .fails("SerializationException", "<text>"),
        row(Op::Encrypt, "a context with a key twice is no request", Ours("which of the two would be authenticated?"))
            .given(symmetric)
            .request_text(r#"{"KeyId": "<key-id>", "Plaintext": "eA==", "EncryptionContext": {"a": "1", "a": "2"}}"#)
            .only_json("a builder refuses the pair before there is a request")
            .fails("SerializationException", "<text>"),
    ]
}

fn encrypt_denied() -> Vec<Row> {
    let other_region = format!("arn:aws:kms:us-west-1:{HERE}:key/{NO_KEY}");
    let request = other_region.clone();
    vec![
        row(Op::Encrypt, "an alias that is not there", Seen("cloudposse/docs#152: Alias … is not found."))
            .request(json!({"KeyId": "alias/none", "Plaintext": base64(b"x")}))
            .built(|client, _| client.encrypt("alias/none", "x").send())
            .fails("NotFoundException", &format!("Alias {} is not found.", arn("alias/none"))),
        row(Op::Encrypt, "a malformed ARN is not found", Seen("coreos/coreos-kubernetes#688: Invalid arn"))
            .request(json!({"KeyId": "arn:aws:kms:us-east-1", "Plaintext": base64(b"x")}))
            .built(|client, _| client.encrypt("arn:aws:kms:us-east-1", "x").send())
            .fails("NotFoundException", "Invalid arn…"),
        row(Op::Encrypt, "an ARN of another Region", Seen("pulumi/pulumi#17022: Invalid arn us-east-1"))
            .request(json!({"KeyId": other_region, "Plaintext": base64(b"x")}))
            .built(move |client, _| client.encrypt(request.clone(), "x").send())
            .fails("NotFoundException", "Invalid arn us-west-1"),
        row(
            Op::Encrypt,
            "what is neither id nor alias",
            Seen("kroxylicious/kroxylicious, AwsKmsTest: Invalid keyId 'foo'"),
        )
        .request(json!({"KeyId": "orders", "Plaintext": base64(b"x")}))
        .built(|client, _| client.encrypt("orders", "x").send())
        .fails("NotFoundException", "Invalid keyId 'orders'"),
        row(
            Op::Encrypt,
            "a user without a policy may not, whatever the key's state",
            Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"),
        )
        .given(symmetric)
        .given(disabled)
        .by(Who::Mallory)
        .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x")}))
        .built(|client, names| client.encrypt(&names["key-id"], "x").send())
        .denied(Who::Mallory, "Encrypt"),
        row(
            Op::Encrypt,
            "another account may not, unless the key's policy says so",
            Guide("key-policy-modifying-external-accounts.html: both must allow"),
        )
        .given(symmetric)
        .by(Who::Foreigner)
        .request(json!({"KeyId": "<key-arn>", "Plaintext": base64(b"x")}))
        .built(|client, names| client.encrypt(&names["key-arn"], "x").send())
        .denied(Who::Foreigner, "Encrypt"),
        row(
            Op::Encrypt,
            "a grant token that is none",
            Api("Encrypt.InvalidGrantTokenException: the grant token is not valid"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x"), "GrantTokens": ["none"]}))
        .built(|client, names| client.encrypt(&names["key-id"], "x").grant_tokens(["none"]).send())
        .fails("InvalidGrantTokenException", "<text>"),
        row(
            Op::Encrypt,
            "a dry run encrypts nothing and says that it would",
            Guide("testing-permissions.html: DryRunOperationException"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x"), "DryRun": true}))
        .built(|client, names| client.encrypt(&names["key-id"], "x").dry_run(true).send())
        .fails("DryRunOperationException", DRY_RUN)
        .afterwards(
            Op::GetKeyLastUsage,
            json!({"KeyId": "<key-id>"}),
            json!({"KeyId": "<key-arn>", "KeyLastUsage": {}, "TrackingStartDate": NOW, "KeyCreationDate": NOW}),
        ),
        row(
            Op::Encrypt,
            "a dry run of whoever may not is denied",
            Guide("testing-permissions.html: AccessDeniedException"),
        )
        .given(symmetric)
        .by(Who::Mallory)
        .request(json!({"KeyId": "<key-id>", "Plaintext": base64(b"x"), "DryRun": true}))
        .built(|client, names| client.encrypt(&names["key-id"], "x").dry_run(true).send())
        .denied(Who::Mallory, "Encrypt"),
    ]
}

fn decrypt() -> Vec<Row> {
    let opened = || {
        json!({
            "KeyId": "<key-arn>", "Plaintext": base64(b"hello"), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "KeyMaterialId": "<hex:64>",
        })
    };
    vec![
        row(Op::Decrypt, "the ciphertext says its key", Api("Decrypt.KeyId: optional for a symmetric encryption KMS key"))
            .given(symmetric)
            .given(sealed)
            .request(json!({"CiphertextBlob": "<blob>", "EncryptionContext": {"order": "17"}}))
            .built(|client, names| client.decrypt(names.bytes("blob")).encryption_context("order", "17").send())
            .answers(opened()),
        row(Op::Decrypt, "the key may be said too, by an alias", Api("Decrypt.KeyId: an alias name"))
            .given(symmetric)
            .given(alias_one)
            .given(sealed)
            .request(json!({"CiphertextBlob": "<blob>", "EncryptionContext": {"order": "17"}, "KeyId": "alias/one", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}))
            .built(|client, names| {
                let call = client.decrypt(names.bytes("blob")).encryption_context("order", "17");
                call.key_id("alias/one").encryption_algorithm(SymmetricDefault).send()
            })
            .answers(opened()),
        row(Op::Decrypt, "with an RSA key, which has no key material id", Api("Decrypt.KeyMaterialId: only of symmetric encryption keys"))
            .given(rsa)
            .given(sealed_by_rsa)
            .request(json!({"CiphertextBlob": "<blob>", "KeyId": "<key-id>", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}))
            .built(|client, names| {
                let call = client.decrypt(names.bytes("blob")).key_id(&names["key-id"]);
                call.encryption_algorithm(RsaesOaepSha256).send()
            })
            .answers(json!({"KeyId": "<key-arn>", "Plaintext": base64(b"hello"), "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"})),
    ]
}

fn decrypt_refused() -> Vec<Row> {
    vec![
        row(Op::Decrypt, "another context, without a word", Api("Decrypt.InvalidCiphertextException: corrupted or otherwise invalid"))
            .given(symmetric)
            .given(sealed)
            .request(json!({"CiphertextBlob": "<blob>", "EncryptionContext": {"order": "18"}}))
            .built(|client, names| client.decrypt(names.bytes("blob")).encryption_context("order", "18").send())
            .fails("InvalidCiphertextException", ""),
        row(Op::Decrypt, "what is no ciphertext", Api("Decrypt.InvalidCiphertextException: corrupted or otherwise invalid"))
            .request(json!({"CiphertextBlob": base64(&[0; 100])}))
            .built(|client, _| client.decrypt([0; 100]).send())
            .fails("InvalidCiphertextException", ""),
        row(Op::Decrypt, "another key than the ciphertext's", Api("Decrypt.IncorrectKeyException: another KMS key"))
            .given(symmetric)
            .given(sealed)
            .given(second)
            .request(json!({"CiphertextBlob": "<blob>", "EncryptionContext": {"order": "17"}, "KeyId": "<second-id>"}))
            .built(|client, names| {
                let call = client.decrypt(names.bytes("blob")).encryption_context("order", "17");
                call.key_id(&names["second-id"]).send()
            })
            .fails("IncorrectKeyException", WRONG_KEY),
        row(Op::Decrypt, "a disabled key", Guide("key-state.html: Decrypt"))
            .given(symmetric)
            .given(sealed)
            .given(disabled)
            .request(json!({"CiphertextBlob": "<blob>", "EncryptionContext": {"order": "17"}}))
            .built(|client, names| client.decrypt(names.bytes("blob")).encryption_context("order", "17").send())
            .fails("DisabledException", "<key-arn> is disabled."),
        row(Op::Decrypt, "whoever may not use the ciphertext's key is not told which it is", Seen("Droplr/aws-env#29: The ciphertext refers to a customer master key …"))
            .given(symmetric)
            .given(sealed)
            .by(Who::Foreigner)
            .request(json!({"CiphertextBlob": "<blob>", "EncryptionContext": {"order": "17"}}))
            .built(|client, names| client.decrypt(names.bytes("blob")).encryption_context("order", "17").send())
            .fails("AccessDeniedException", UNKNOWN_CIPHERTEXT),
        row(Op::Decrypt, "a ciphertext is required", Api("Decrypt.CiphertextBlob: required in all cases except a dry run that ignores it"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.run::<ops::Decrypt>(&DecryptRequest::new().key_id(&names["key-id"])))
            .violates(&["Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null"]),
        row(Op::Decrypt, "but for a dry run that ignores it", Api("Decrypt.DryRunModifiers: IGNORE_CIPHERTEXT"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "DryRun": true, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}))
            .built(|client, names| client.decrypt_ignoring_ciphertext(&names["key-id"]).send())
            .fails("DryRunOperationException", DRY_RUN),
        row(Op::Decrypt, "a ciphertext has a byte at least, and 6,144 at most", Api("Decrypt.CiphertextBlob: 1 to 6,144 bytes"))
            .request(json!({"CiphertextBlob": base64(&[0; 6_145]), "KeyId": ""}))
            .built(|client, _| client.decrypt([0; 6_145]).key_id("").send())
            .violates(&[
                "Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal to 6144",
                "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ]),
    ]
}

fn reencrypt() -> Vec<Row> {
    vec![
        row(Op::ReEncrypt, "under another key, with the material of both", Api("ReEncrypt.DestinationKeyMaterialId: of the destination"))
            .given(symmetric)
            .given(sealed)
            .given(second)
            .request(json!({"CiphertextBlob": "<blob>", "SourceEncryptionContext": {"order": "17"}, "DestinationKeyId": "<second-id>"}))
            .built(|client, names| {
                let call = client.re_encrypt(&names["second-id"], names.bytes("blob"));
                call.source_encryption_context("order", "17").send()
            })
            .answers(json!({
                "CiphertextBlob": "<base64>", "SourceKeyId": "<key-arn>", "KeyId": "<second-arn>",
                "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT", "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
                "SourceKeyMaterialId": "<hex:64>", "DestinationKeyMaterialId": "<hex:64>",
            })),
        row(Op::ReEncrypt, "from an RSA key, whose material has no id", Api("ReEncrypt.SourceKeyMaterialId: only of symmetric encryption keys"))
            .given(rsa)
            .given(sealed_by_rsa)
            .given(second)
            .request(json!({
                "CiphertextBlob": "<blob>", "SourceKeyId": "<key-id>", "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
                "DestinationKeyId": "<second-arn>", "DestinationEncryptionContext": {"a": "b"},
            }))
            .built(|client, names| {
                let call = client.re_encrypt(&names["second-arn"], names.bytes("blob")).source_key_id(&names["key-id"]);
                call.source_encryption_algorithm(RsaesOaepSha256).destination_encryption_context("a", "b").send()
            })
            .answers(json!({
                "CiphertextBlob": "<base64>", "SourceKeyId": "<key-arn>", "KeyId": "<second-arn>",
                "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
                "DestinationKeyMaterialId": "<hex:64>",
            })),
        row(Op::ReEncrypt, "not out of another context", Api("ReEncrypt.InvalidCiphertextException: corrupted or otherwise invalid"))
            .given(symmetric)
            .given(sealed)
            .request(json!({"CiphertextBlob": "<blob>", "DestinationKeyId": "<key-id>"}))
            .built(|client, names| client.re_encrypt(&names["key-id"], names.bytes("blob")).send())
            .fails("InvalidCiphertextException", ""),
        row(Op::ReEncrypt, "another source key than the ciphertext's", Api("ReEncrypt.IncorrectKeyException: another KMS key"))
            .given(symmetric)
            .given(sealed)
            .given(second)
            .request(json!({"CiphertextBlob": "<blob>", "SourceKeyId": "<second-id>", "DestinationKeyId": "<key-id>"}))
            .built(|client, names| {
                client.re_encrypt(&names["key-id"], names.bytes("blob")).source_key_id(&names["second-id"]).send()
            })
            .fails("IncorrectKeyException", WRONG_KEY),
        row(Op::ReEncrypt, "not to a key that is not there", Seen("boto/botocore#2107: Key '…' does not exist"))
            .given(symmetric)
            .given(sealed)
            .request(json!({"CiphertextBlob": "<blob>", "SourceEncryptionContext": {"order": "17"}, "DestinationKeyId": NO_KEY}))
            .built(|client, names| {
                client.re_encrypt(NO_KEY, names.bytes("blob")).source_encryption_context("order", "17").send()
            })
            .fails("NotFoundException", &format!("Key '{}' does not exist", arn(&format!("key/{NO_KEY}")))),
        row(Op::ReEncrypt, "not to a disabled key", Guide("key-state.html: ReEncrypt"))
            .given(symmetric)
            .given(sealed)
            .given(second)
            .given(|stage, names| {
                stage.root.disable_key(&names["second-id"]).send().unwrap();
            })
            .request(json!({"CiphertextBlob": "<blob>", "SourceEncryptionContext": {"order": "17"}, "DestinationKeyId": "<second-id>"}))
            .built(|client, names| {
                let call = client.re_encrypt(&names["second-id"], names.bytes("blob"));
                call.source_encryption_context("order", "17").send()
            })
            .fails("DisabledException", "<second-arn> is disabled."),
        row(Op::ReEncrypt, "a dry run without a ciphertext needs the source key", Api("ReEncrypt.SourceKeyId: required when DryRunModifiers is IGNORE_CIPHERTEXT"))
            .given(symmetric)
            .request(json!({"DestinationKeyId": "<key-id>", "DryRun": true, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}))
            .built(|client, names| {
                let request = ReEncryptRequest::new(&names["key-id"]).dry_run(true);
                client.run::<ops::ReEncrypt>(&request.dry_run_modifiers([strongroom_types::DryRunModifierType::IgnoreCiphertext]))
            })
            .violates(&["Value null at 'sourceKeyId' failed to satisfy constraint: Member must not be null"]),
        row(Op::ReEncrypt, "a destination is required", Api("ReEncrypt.DestinationKeyId: required"))
            .request(json!({"CiphertextBlob": base64(&[0; 100]), "DryRun": "yes"}))
            .only_json("the builder takes it first; and `DryRun` is a bool")
            .fails("SerializationException", "<text>"),
    ]
}
