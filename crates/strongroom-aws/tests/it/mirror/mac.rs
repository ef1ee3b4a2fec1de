//! `GenerateMac`, `VerifyMac`.

use serde_json::json;
use strongroom::Operation as Op;
use strongroom::calls::GenerateVerifyMac;
use strongroom_types::MacAlgorithmSpec;

use super::names::{Names, base64};
use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{Stage, Who, alias_one, disabled, key_of, pending_deletion, symmetric};

fn hmac(stage: &Stage, names: &mut Names) {
    key_of(GenerateVerifyMac::Hmac256)(stage, names);
}

/// The MAC of `hello` under `<key-id>`: `<mac>`.
fn mac(stage: &Stage, names: &mut Names) {
    let made = stage.root.generate_mac(&names["key-id"], "hello", MacAlgorithmSpec::HmacSha256).send().unwrap();
    names.put_bytes("mac", &made.mac);
}

pub(super) fn rows() -> Vec<Row> {
    [generate(), verify()].into_iter().flatten().collect()
}

fn generate() -> Vec<Row> {
    vec![
        row(Op::GenerateMac, "the MAC, its algorithm and the key's ARN", Api("GenerateMac.Mac: of 32 bytes"))
            .given(hmac)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| client.generate_mac(&names["key-id"], "hello", MacAlgorithmSpec::HmacSha256).send())
            .answers(json!({"KeyId": "<key-arn>", "Mac": "<base64:32>", "MacAlgorithm": "HMAC_SHA_256"})),
        row(Op::GenerateMac, "by an alias, over the longest message", Api("GenerateMac.Message: 1 to 4,096 bytes"))
            .given(hmac)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one", "Message": base64(&[7; 4_096]), "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, _| client.generate_mac("alias/one", vec![7; 4_096], MacAlgorithmSpec::HmacSha256).send())
            .answers(json!({"KeyId": "<key-arn>", "Mac": "<base64:32>", "MacAlgorithm": "HMAC_SHA_256"})),
        row(
            Op::GenerateMac,
            "a message that is too long is not shown",
            Api("GenerateMac.Message: 1 to 4,096 bytes, sensitive"),
        )
        .given(hmac)
        .request(json!({"KeyId": "<key-id>", "Message": base64(&[7; 4_097]), "MacAlgorithm": "HMAC_SHA_256"}))
        .built(|client, names| {
            client.generate_mac(&names["key-id"], vec![7; 4_097], MacAlgorithmSpec::HmacSha256).send()
        })
        .violates(&[
            "Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
        ]),
        row(
            Op::GenerateMac,
            "an algorithm of another size",
            Seen("getsops/sops#684: Algorithm … is incompatible with key spec …"),
        )
        .given(hmac)
        .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "MacAlgorithm": "HMAC_SHA_512"}))
        .built(|client, names| client.generate_mac(&names["key-id"], "hello", MacAlgorithmSpec::HmacSha512).send())
        .fails("InvalidKeyUsageException", "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256."),
        row(
            Op::GenerateMac,
            "a key of another usage",
            Seen("jonathankeebler/jwt-kms#4: … key usage is … which is not valid for …"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "MacAlgorithm": "HMAC_SHA_256"}))
        .built(|client, names| client.generate_mac(&names["key-id"], "hello", MacAlgorithmSpec::HmacSha256).send())
        .fails(
            "InvalidKeyUsageException",
            "<key-arn> key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.",
        ),
        row(Op::GenerateMac, "a disabled key", Guide("key-state.html: GenerateMac"))
            .given(hmac)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| client.generate_mac(&names["key-id"], "hello", MacAlgorithmSpec::HmacSha256).send())
            .fails("DisabledException", "<key-arn> is disabled."),
        row(
            Op::GenerateMac,
            "all that is missing, in the order of the model",
            Api("GenerateMac.MacAlgorithm: required"),
        )
        .request(json!({"GrantTokens": null, "DryRun": false}))
        .only_json("the builder takes all three")
        .violates(&[
            "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
            "Value null at 'macAlgorithm' failed to satisfy constraint: Member must not be null",
            "Value null at 'message' failed to satisfy constraint: Member must not be null",
        ]),
    ]
}

fn verify() -> Vec<Row> {
    vec![
        row(Op::VerifyMac, "a MAC that is right", Api("VerifyMac.MacValid: true"))
            .given(hmac)
            .given(mac)
            .request(json!({"KeyId": "<key-arn>", "Message": base64(b"hello"), "Mac": "<mac>", "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| {
                client.verify_mac(&names["key-arn"], "hello", names.bytes("mac"), MacAlgorithmSpec::HmacSha256).send()
            })
            .answers(json!({"KeyId": "<key-arn>", "MacValid": true, "MacAlgorithm": "HMAC_SHA_256"})),
        row(Op::VerifyMac, "a MAC of another message is an error, never false", Api("VerifyMac.KMSInvalidMacException: the HMAC could not be verified"))
            .given(hmac)
            .given(mac)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hallo"), "Mac": "<mac>", "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| {
                client.verify_mac(&names["key-id"], "hallo", names.bytes("mac"), MacAlgorithmSpec::HmacSha256).send()
            })
            .fails("KMSInvalidMacException", ""),
        row(Op::VerifyMac, "a MAC of another length is no better", Ours("what can't be the MAC is not the MAC"))
            .given(hmac)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Mac": base64(&[0; 31]), "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| {
                client.verify_mac(&names["key-id"], "hello", [0; 31], MacAlgorithmSpec::HmacSha256).send()
            })
            .fails("KMSInvalidMacException", ""),
        row(Op::VerifyMac, "a key that is pending deletion", Seen("hashicorp/terraform-provider-aws#17889: … is pending deletion."))
            .given(hmac)
            .given(mac)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Mac": "<mac>", "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| {
                client.verify_mac(&names["key-id"], "hello", names.bytes("mac"), MacAlgorithmSpec::HmacSha256).send()
            })
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::VerifyMac, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(hmac)
            .by(Who::Mallory)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Mac": base64(&[0; 32]), "MacAlgorithm": "HMAC_SHA_256"}))
            .built(|client, names| {
                client.verify_mac(&names["key-id"], "hello", [0; 32], MacAlgorithmSpec::HmacSha256).send()
            })
            .denied(Who::Mallory, "VerifyMac"),
        row(Op::VerifyMac, "a dry run verifies nothing and says that it would", Guide("testing-permissions.html: DryRunOperationException"))
            .given(hmac)
            .request(json!({"KeyId": "<key-id>", "Message": base64(b"hello"), "Mac": base64(&[0; 32]), "MacAlgorithm": "HMAC_SHA_256", "DryRun": true}))
            .built(|client, names| {
                let call = client.verify_mac(&names["key-id"], "hello", [0; 32], MacAlgorithmSpec::HmacSha256);
                call.dry_run(true).send()
            })
            .fails("DryRunOperationException", "The request would have succeeded, but the DryRun option is set."),
    ]
}
