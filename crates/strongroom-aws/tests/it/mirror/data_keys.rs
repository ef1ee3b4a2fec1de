//! `GenerateDataKey`, `GenerateDataKeyWithoutPlaintext`, `GenerateRandom`.

use serde_json::json;
use strongroom::calls::{EncryptDecrypt, SignVerify};
use strongroom::types::{GenerateDataKeyRequest, GenerateDataKeyWithoutPlaintextRequest, GenerateRandomRequest};
use strongroom::{Operation as Op, ops};
use strongroom_types::DataKeySpec::{Aes128, Aes256};

use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{Who, alias_one, disabled, key_of, pending_deletion, symmetric};

const LENGTH: &str = "Please specify either number of bytes or key spec.";

pub(super) fn rows() -> Vec<Row> {
    [data_key(), data_key_refused(), without_plaintext(), random()].into_iter().flatten().collect()
}

fn data_key() -> Vec<Row> {
    let answer = |plaintext: &str| {
        json!({
            "CiphertextBlob": "<base64>", "Plaintext": plaintext, "KeyId": "<key-arn>", "KeyMaterialId": "<hex:64>",
        })
    };
    vec![
        row(Op::GenerateDataKey, "32 bytes for AES_256", Api("GenerateDataKey.KeySpec: AES_256"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256"}))
            .built(|client, names| client.generate_data_key(&names["key-id"], Aes256).send())
            .answers(answer("<base64:32>")),
        row(
            Op::GenerateDataKey,
            "16 bytes for AES_128, by an alias, in a context",
            Api("GenerateDataKey.KeySpec: AES_128"),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": "alias/one", "KeySpec": "AES_128", "EncryptionContext": {"a": "b"}}))
        .built(|client, _| client.generate_data_key("alias/one", Aes128).encryption_context("a", "b").send())
        .answers(answer("<base64:16>")),
        row(Op::GenerateDataKey, "1,024 bytes at most", Api("GenerateDataKey.NumberOfBytes: 1 to 1,024"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>", "NumberOfBytes": 1_024}))
            .built(|client, names| client.generate_data_key(&names["key-arn"], 1_024).send())
            .answers(answer("<base64:1024>")),
    ]
}

fn data_key_refused() -> Vec<Row> {
    vec![
        row(Op::GenerateDataKey, "a length is needed", Api("GenerateDataKey.KeySpec: either this or NumberOfBytes, but not both"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.run::<ops::GenerateDataKey>(&GenerateDataKeyRequest::new(&names["key-id"])))
            .fails("ValidationException", LENGTH),
        row(Op::GenerateDataKey, "one length", Api("GenerateDataKey.KeySpec: either this or NumberOfBytes, but not both"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256", "NumberOfBytes": 32}))
            .built(|client, names| {
                let request = GenerateDataKeyRequest::new(&names["key-id"]).key_spec(Aes256).number_of_bytes(32);
                client.run::<ops::GenerateDataKey>(&request)
            })
            .fails("ValidationException", LENGTH),
        row(Op::GenerateDataKey, "1,025 bytes are too many", Api("GenerateDataKey.NumberOfBytes: 1 to 1,024"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "NumberOfBytes": 1_025}))
            .built(|client, names| client.generate_data_key(&names["key-id"], 1_025).send())
            .violates(&["Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024"]),
        row(Op::GenerateDataKey, "an unknown spec is answered with the known ones", Api("GenerateDataKey.KeySpec: AES_256 | AES_128"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES-256"}))
            .only_json("an enumeration has no other values")
            .violates(&["Value 'AES-256' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [AES_256, AES_128]"]),
        row(Op::GenerateDataKey, "a key that signs", Seen("jonathankeebler/jwt-kms#4: … key usage is SIGN_VERIFY which is not valid for …"))
            .given(key_of(SignVerify::EccNistP256))
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256"}))
            .built(|client, names| client.generate_data_key(&names["key-id"], Aes256).send())
            .fails("InvalidKeyUsageException", "<key-arn> key usage is SIGN_VERIFY which is not valid for GenerateDataKey."),
        row(Op::GenerateDataKey, "an RSA key", Api("GenerateDataKey.KeyId: you cannot use an asymmetric KMS key"))
            .given(key_of(EncryptDecrypt::Rsa2048))
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256"}))
            .built(|client, names| client.generate_data_key(&names["key-id"], Aes256).send())
            .fails("InvalidKeyUsageException", "<text>"),
        row(Op::GenerateDataKey, "a disabled key", Guide("key-state.html: GenerateDataKey"))
            .given(symmetric)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256"}))
            .built(|client, names| client.generate_data_key(&names["key-id"], Aes256).send())
            .fails("DisabledException", "<key-arn> is disabled."),
        row(Op::GenerateDataKey, "a dry run makes no data key", Guide("testing-permissions.html: DryRunOperationException"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256", "DryRun": true}))
            .built(|client, names| client.generate_data_key(&names["key-id"], Aes256).dry_run(true).send())
            .fails("DryRunOperationException", "The request would have succeeded, but the DryRun option is set."),
    ]
}

fn without_plaintext() -> Vec<Row> {
    vec![
        row(
            Op::GenerateDataKeyWithoutPlaintext,
            "the same without the plaintext",
            Api("GenerateDataKeyWithoutPlaintext.CiphertextBlob: the encrypted data key"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>", "KeySpec": "AES_256"}))
        .built(|client, names| client.generate_data_key_without_plaintext(&names["key-id"], Aes256).send())
        .answers(json!({"CiphertextBlob": "<base64>", "KeyId": "<key-arn>", "KeyMaterialId": "<hex:64>"})),
        row(
            Op::GenerateDataKeyWithoutPlaintext,
            "a length is needed",
            Api("GenerateDataKeyWithoutPlaintext.NumberOfBytes: either this or KeySpec"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| {
            let request = GenerateDataKeyWithoutPlaintextRequest::new(&names["key-id"]);
            client.run::<ops::GenerateDataKeyWithoutPlaintext>(&request)
        })
        .fails("ValidationException", LENGTH),
        row(
            Op::GenerateDataKeyWithoutPlaintext,
            "a key that is pending deletion",
            Seen("hashicorp/terraform-provider-aws#17889: … is pending deletion."),
        )
        .given(symmetric)
        .given(pending_deletion)
        .request(json!({"KeyId": "<key-id>", "NumberOfBytes": 1}))
        .built(|client, names| client.generate_data_key_without_plaintext(&names["key-id"], 1).send())
        .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(
            Op::GenerateDataKeyWithoutPlaintext,
            "a user without a policy may not",
            Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"),
        )
        .given(symmetric)
        .by(Who::Mallory)
        .request(json!({"KeyId": "<key-id>", "NumberOfBytes": 64}))
        .built(|client, names| client.generate_data_key_without_plaintext(&names["key-id"], 64).send())
        .denied(Who::Mallory, "GenerateDataKeyWithoutPlaintext"),
    ]
}

fn random() -> Vec<Row> {
    vec![
        row(Op::GenerateRandom, "as many bytes as were asked for", Api("GenerateRandom.Plaintext: the random byte string"))
            .request(json!({"NumberOfBytes": 1_024}))
            .built(|client, _| client.generate_random(1_024).send())
            .answers(json!({"Plaintext": "<base64:1024>"})),
        row(Op::GenerateRandom, "a length is needed", Seen("nsmithuk/local-kms#6: Please specify either number of bytes or key spec."))
            .request(json!({}))
            .built(|client, _| client.run::<ops::GenerateRandom>(&GenerateRandomRequest::new()))
            .fails("ValidationException", LENGTH),
        row(Op::GenerateRandom, "no bytes are too few", Api("GenerateRandom.NumberOfBytes: 1 to 1,024"))
            .request(json!({"NumberOfBytes": 0}))
            .built(|client, _| client.generate_random(0).send())
            .violates(&["Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1"]),
        row(Op::GenerateRandom, "a number in quotes is no number", Ours("the protocol's error for JSON of another shape"))
            .request(json!({"NumberOfBytes": "32"}))
            .only_json("a setter has one type")
            .fails("SerializationException", "<text>"),
        row(Op::GenerateRandom, "a custom key store that is not there", Api("GenerateRandom.CustomKeyStoreNotFoundException: cannot find a custom key store"))
            .request(json!({"NumberOfBytes": 32, "CustomKeyStoreId": "cks-1234567890abcdef0"}))
            .built(|client, _| client.generate_random(32).custom_key_store_id("cks-1234567890abcdef0").send())
            .fails("CustomKeyStoreNotFoundException", "<text>"),
        row(Op::GenerateRandom, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .by(Who::Mallory)
            .request(json!({"NumberOfBytes": 32}))
            .built(|client, _| client.generate_random(32).send())
            .denied(Who::Mallory, "GenerateRandom"),
    ]
}
