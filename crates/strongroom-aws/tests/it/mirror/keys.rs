//! What keys are: `CreateKey`, `DescribeKey`, `UpdateKeyDescription`, `GetKeyLastUsage`.

use std::time::Duration;

use serde_json::{Value, json};
use strongroom::calls::{EncryptDecrypt, GenerateVerifyMac, SignVerify};
use strongroom::types::{CreateKeyRequest, Tag};
use strongroom::{Operation as Op, ops};
use strongroom_types::{CustomerMasterKeySpec, KeySpec, KeyUsageType, OriginType};

use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{HERE, NO_KEY, NOW, Who, alias_one, arn, disabled, key_of, pending_deletion, symmetric};

/// What AWS tells of a new key, with other members in it; a `null` takes one out.
pub(super) fn metadata(other: Value) -> Value {
    let mut metadata = json!({
        "AWSAccountId": HERE, "KeyId": "<id>", "Arn": "<arn>", "CreationDate": NOW, "Enabled": true, "Description": "",
        "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": false, "CurrentKeyMaterialId": "<hex:64>",
    });
    let members = metadata.as_object_mut().unwrap();
    for (name, value) in other.as_object().unwrap() {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    json!({"KeyMetadata": metadata})
}

pub(super) fn rows() -> Vec<Row> {
    [create(), create_refused(), describe(), describe_refused(), description(), last_usage()]
        .into_iter()
        .flatten()
        .collect()
}

fn create() -> Vec<Row> {
    vec![
        row(
            Op::CreateKey,
            "without parameters it makes a symmetric encryption key",
            Api("CreateKey.KeyMetadata: the example of a symmetric key"),
        )
        .request(json!({}))
        .built(|client, _| client.create_key().send())
        .answers(metadata(json!({}))),
        row(
            Op::CreateKey,
            "times are seconds with a fraction of milliseconds",
            Guide("alias-manage.html: 1521097200.123"),
        )
        .given(|stage, _| stage.advance(Duration::from_nanos(123_456_789)))
        .request(json!({}))
        .built(|client, _| client.create_key().send())
        .answers(metadata(json!({"CreationDate": 1_772_323_200.123}))),
        row(
            Op::CreateKey,
            "an RSA key for encryption names its two algorithms",
            Api("CreateKey.KeyMetadata: the example of an RSA key"),
        )
        .request(json!({"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT", "Description": "one"}))
        .built(|client, _| {
            let call = client.create_key().key_spec(EncryptDecrypt::Rsa2048);
            call.description("one").send()
        })
        .answers(metadata(json!({
            "Description": "one", "CustomerMasterKeySpec": "RSA_2048", "KeySpec": "RSA_2048",
            "EncryptionAlgorithms": ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"], "CurrentKeyMaterialId": null,
        }))),
        row(
            Op::CreateKey,
            "an ECC key for signing names one algorithm and no key material",
            Api("CreateKey.KeyMetadata: the example of an ECC key"),
        )
        .request(json!({"KeySpec": "ECC_NIST_P521", "KeyUsage": "SIGN_VERIFY"}))
        .built(|client, _| client.create_key().key_spec(SignVerify::EccNistP521).send())
        .answers(metadata(json!({
            "CustomerMasterKeySpec": "ECC_NIST_P521", "KeySpec": "ECC_NIST_P521", "KeyUsage": "SIGN_VERIFY",
            "EncryptionAlgorithms": null, "SigningAlgorithms": ["ECDSA_SHA_512"], "CurrentKeyMaterialId": null,
        }))),
        row(
            Op::CreateKey,
            "an HMAC key names the one algorithm of its size",
            Api("CreateKey.KeyMetadata: the example of an HMAC key"),
        )
        .request(json!({"KeySpec": "HMAC_384", "KeyUsage": "GENERATE_VERIFY_MAC"}))
        .built(|client, _| client.create_key().key_spec(GenerateVerifyMac::Hmac384).send())
        .answers(metadata(json!({
            "CustomerMasterKeySpec": "HMAC_384", "KeySpec": "HMAC_384", "KeyUsage": "GENERATE_VERIFY_MAC",
            "EncryptionAlgorithms": null, "MacAlgorithms": ["HMAC_SHA_384"], "CurrentKeyMaterialId": null,
        }))),
        row(
            Op::CreateKey,
            "the deprecated name of the key spec does the same",
            Api("CreateKey.CustomerMasterKeySpec: works the same way"),
        )
        .request(json!({"CustomerMasterKeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}))
        .built(|client, _| {
            let request = CreateKeyRequest::new().customer_master_key_spec(CustomerMasterKeySpec::Hmac256);
            client.run::<ops::CreateKey>(&request.key_usage(KeyUsageType::GenerateVerifyMac))
        })
        .answers(metadata(json!({
            "CustomerMasterKeySpec": "HMAC_256", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC",
            "EncryptionAlgorithms": null, "MacAlgorithms": ["HMAC_SHA_256"], "CurrentKeyMaterialId": null,
        }))),
        row(Op::CreateKey, "its answer shows neither tags nor policy", Api("KeyMetadata: has no member for them"))
            .request(
                json!({"Tags": [{"TagKey": "team", "TagValue": "blue"}], "Origin": "AWS_KMS", "MultiRegion": false}),
            )
            .built(|client, _| {
                let call = client.create_key().tags([Tag::new("team", "blue")]);
                call.origin(OriginType::AwsKms).multi_region(false).send()
            })
            .answers(metadata(json!({}))),
        row(Op::CreateKey, "JSON's spaces and escapes do not matter", Ours("RFC 8259 §2 and §7"))
            .request_text("{ \"Description\" :\r\n \"\\u0061\\ud83d\\udd11\\/\" }\n")
            .built(|client, _| client.create_key().description("a🔑/").send())
            .answers(metadata(json!({"Description": "a🔑/"}))),
        row(
            Op::CreateKey,
            "a member that is null is absent",
            Ours("AWS's own SDKs leave absent members out, and some clients send null"),
        )
        .request(json!({"Description": null, "KeySpec": null, "Tags": null}))
        .only_json("what is absent is not called")
        .answers(metadata(json!({}))),
        row(
            Op::CreateKey,
            "a member that the model does not have is ignored",
            Ours("an older service gets requests of newer clients"),
        )
        .request(json!({"Colour": "blue", "Shape": {"Round": [true, {}]}}))
        .only_json("there is no such setter")
        .answers(metadata(json!({}))),
    ]
}

fn create_refused() -> Vec<Row> {
    vec![
        row(Op::CreateKey, "an asymmetric key spec needs a key usage", Ours("AWS's text is not public; what it says is of CreateKey.KeyUsage"))
            .request(json!({"KeySpec": "RSA_2048"}))
            .built(|client, _| client.run::<ops::CreateKey>(&CreateKeyRequest::new().key_spec(KeySpec::Rsa2048)))
            .fails("ValidationException", "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."),
        row(Op::CreateKey, "a symmetric key does not sign", Api("CreateKey.KeyUsage: for symmetric encryption keys, omit it or specify ENCRYPT_DECRYPT"))
            .request(json!({"KeyUsage": "SIGN_VERIFY"}))
            .built(|client, _| client.run::<ops::CreateKey>(&CreateKeyRequest::new().key_usage(KeyUsageType::SignVerify)))
            .fails("ValidationException", "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"),
        row(Op::CreateKey, "an elliptic curve does not encrypt", Api("CreateKey.KeyUsage: for ECC key pairs, SIGN_VERIFY or KEY_AGREEMENT"))
            .request(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT"}))
            .built(|client, _| {
                let request = CreateKeyRequest::new().key_spec(KeySpec::EccNistP256);
                client.run::<ops::CreateKey>(&request.key_usage(KeyUsageType::EncryptDecrypt))
            })
            .fails("ValidationException", "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256"),
        row(Op::CreateKey, "values out of their enumerations are told together, in the order of the members", Seen("boto/boto3#3428: Member must satisfy enum value set"))
            .request(json!({"KeyUsage": "EAT", "Origin": "MARS"}))
            .only_json("an enumeration has no other values")
            .violates(&[
                "Value 'EAT' at 'keyUsage' failed to satisfy constraint: Member must satisfy enum value set: [SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT, ENCAPSULATE_DECAPSULATE]",
                "Value 'MARS' at 'origin' failed to satisfy constraint: Member must satisfy enum value set: [AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE]",
            ]),
        row(Op::CreateKey, "a description of 8,192 characters is the longest", Api("CreateKey.Description: 0 to 8,192 characters"))
            .request(json!({"Description": "é".repeat(8_192)}))
            .built(|client, _| client.create_key().description("é".repeat(8_192)).send())
            .answers(metadata(json!({"Description": "é".repeat(8_192)}))),
        row(Op::CreateKey, "a policy that is no JSON is malformed", Api("CreateKey.MalformedPolicyDocumentException: not syntactically or semantically correct"))
            .request(json!({"Policy": "no policy"}))
            .built(|client, _| client.create_key().policy("no policy").send())
            .fails("MalformedPolicyDocumentException", "<text>"),
        row(Op::CreateKey, "a policy that locks its caller out is malformed", Seen("terraform-aws-modules/terraform-aws-eks#2843: the first sentence; the second is ours, for whoever looks for the reason"))
            .request(json!({"Policy": LOCKED_OUT}))
            .built(|client, _| client.create_key().policy(LOCKED_OUT).send())
            .fails("MalformedPolicyDocumentException", "The new key policy will not allow you to update the key policy in the future. The new key policy does not allow kms:PutKeyPolicy to you or to your account."),
        row(Op::CreateKey, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .by(Who::Mallory)
            .request(json!({}))
            .built(|client, _| client.create_key().send())
            .denied(Who::Mallory, "CreateKey"),
        row(Op::CreateKey, "a number where a text belongs is no request", Ours("the protocol's error for JSON of another shape; the service's text is not public"))
            .request(json!({"Description": 7}))
            .only_json("a setter has one type")
            .fails("SerializationException", "<text>"),
        row(Op::CreateKey, "tags with one key are refused together", Api("TagResource.Tags: no more than one tag with the same tag key"))
            .request(json!({"Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]}))
            .built(|client, _| client.create_key().tags([Tag::new("a", "1"), Tag::new("a", "2")]).send())
            .fails("TagException", "<text>"),
        row(Op::CreateKey, "an empty tag key is told by its place in the list", Api("Tag.TagKey: at least 1 character"))
            .request(json!({"Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "", "TagValue": ""}]}))
            .built(|client, _| client.create_key().tags([Tag::new("a", "1"), Tag::new("", "")]).send())
            .violates(&["Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1"]),
        row(Op::CreateKey, "both names of the key spec at once are refused", Ours("M: the parameters work the same way; what if they differ is not said"))
            .request(json!({"KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"}))
            .built(|client, _| {
                let request = CreateKeyRequest::new().key_spec(KeySpec::SymmetricDefault);
                let spec = CustomerMasterKeySpec::SymmetricDefault;
                client.run::<ops::CreateKey>(&request.customer_master_key_spec(spec))
            })
            .fails("ValidationException", "<text>"),
    ]
}

/// A policy that allows somebody else alone.
const LOCKED_OUT: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/mallory"},"Action":"kms:Encrypt","Resource":"*"}}"#;

fn describe() -> Vec<Row> {
    let enabled = || metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>"}));
    vec![
        row(Op::DescribeKey, "a key by its id", Api("DescribeKey.KeyId: a key id"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.describe_key(&names["key-id"]).send())
            .answers(enabled()),
        row(Op::DescribeKey, "a key by its ARN", Api("DescribeKey.KeyId: a key ARN"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.describe_key(&names["key-arn"]).send())
            .answers(enabled()),
        row(
            Op::DescribeKey,
            "a key by an alias, which the answer does not show",
            Api("DescribeKey.KeyId: an alias name"),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": "alias/one"}))
        .built(|client, _| client.describe_key("alias/one").send())
        .answers(enabled()),
        row(Op::DescribeKey, "a key by an alias ARN", Api("DescribeKey.KeyId: an alias ARN"))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"KeyId": arn("alias/one")}))
            .built(|client, _| client.describe_key(arn("alias/one")).send())
            .answers(enabled()),
        row(
            Op::DescribeKey,
            "a disabled key is not enabled",
            Api("KeyMetadata.Enabled: true only when KeyState is Enabled"),
        )
        .given(symmetric)
        .given(disabled)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.describe_key(&names["key-id"]).send())
        .answers(metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>", "Enabled": false, "KeyState": "Disabled"}))),
        row(
            Op::DescribeKey,
            "a key that is pending deletion shows the date",
            Api("KeyMetadata.DeletionDate: only when the key is scheduled for deletion"),
        )
        .given(symmetric)
        .given(pending_deletion)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.describe_key(&names["key-id"]).send())
        .answers(metadata(json!({
            "KeyId": "<key-id>", "Arn": "<key-arn>", "Enabled": false, "KeyState": "PendingDeletion",
            "DeletionDate": NOW + 7 * 86_400,
        }))),
    ]
}

fn describe_refused() -> Vec<Row> {
    vec![
        row(Op::DescribeKey, "a key that is not there, by its id", Seen("boto/botocore#2107: Key '…' does not exist"))
            .request(json!({"KeyId": NO_KEY}))
            .built(|client, _| client.describe_key(NO_KEY).send())
            .fails("NotFoundException", &format!("Key '{}' does not exist", arn(&format!("key/{NO_KEY}")))),
        row(Op::DescribeKey, "an alias that is not there", Seen("sigstore/cosign#1474: Alias … is not found."))
            .request(json!({"KeyId": "alias/none"}))
            .built(|client, _| client.describe_key("alias/none").send())
            .fails("NotFoundException", &format!("Alias {} is not found.", arn("alias/none"))),
        row(Op::DescribeKey, "an ARN of another Region", Seen("nakedible/openssl-engine-kms#1: Invalid arn us-west-1"))
            .request(json!({"KeyId": format!("arn:aws:kms:us-west-1:{HERE}:key/{NO_KEY}")}))
            .built(|client, _| client.describe_key(format!("arn:aws:kms:us-west-1:{HERE}:key/{NO_KEY}")).send())
            .fails("NotFoundException", "Invalid arn us-west-1"),
        row(
            Op::DescribeKey,
            "a key of another Region is not in this one",
            Guide("concepts.html: KMS keys are Region-specific"),
        )
        .given(symmetric)
        .in_region("eu-west-3")
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.describe_key(&names["key-id"]).send())
        .fails("NotFoundException", &format!("Key 'arn:aws:kms:eu-west-3:{HERE}:key/<key-id>' does not exist")),
        row(
            Op::DescribeKey,
            "another account may not, unless the key's policy says so",
            Guide("key-policy-modifying-external-accounts.html: both must allow"),
        )
        .given(symmetric)
        .by(Who::Foreigner)
        .request(json!({"KeyId": "<key-arn>"}))
        .built(|client, names| client.describe_key(&names["key-arn"]).send())
        .denied(Who::Foreigner, "DescribeKey"),
        row(
            Op::DescribeKey,
            "whoever may not learns nothing of a key that is not there",
            Ours("a refusal must not tell what exists"),
        )
        .by(Who::Mallory)
        .request(json!({"KeyId": NO_KEY}))
        .built(|client, _| client.describe_key(NO_KEY).send())
        .denied(Who::Mallory, "DescribeKey"),
        row(Op::DescribeKey, "a key id is required", Api("DescribeKey.KeyId: required"))
            .request(json!({}))
            .only_json("the builder takes it first")
            .violates(&["Value null at 'keyId' failed to satisfy constraint: Member must not be null"]),
        row(Op::DescribeKey, "a key id has a character at least", Api("DescribeKey.KeyId: 1 to 2,048 characters"))
            .request(json!({"KeyId": ""}))
            .built(|client, _| client.describe_key("").send())
            .violates(&[
                "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ]),
    ]
}

fn description() -> Vec<Row> {
    vec![
        row(Op::UpdateKeyDescription, "it answers nothing", Api("UpdateKeyDescription: an empty body"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Description": "other"}))
            .built(|client, names| client.update_key_description(&names["key-id"], "other").send())
            .answers_nothing()
            .afterwards(
                Op::DescribeKey,
                json!({"KeyId": "<key-id>"}),
                metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>", "Description": "other"})),
            ),
        row(
            Op::UpdateKeyDescription,
            "an empty text takes the description away",
            Api("UpdateKeyDescription.Description: 0 to 8,192 characters"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-arn>", "Description": ""}))
        .built(|client, names| client.update_key_description(&names["key-arn"], "").send())
        .answers_nothing(),
        row(
            Op::UpdateKeyDescription,
            "not of a key that is pending deletion",
            Seen("hashicorp/terraform-provider-aws#17889: … is pending deletion."),
        )
        .given(symmetric)
        .given(pending_deletion)
        .request(json!({"KeyId": "<key-id>", "Description": "other"}))
        .built(|client, names| client.update_key_description(&names["key-id"], "other").send())
        .fails("KMSInvalidStateException", "<key-arn> is pending deletion.")
        .afterwards(
            Op::ListKeys,
            json!({}),
            json!({"Keys": [{"KeyId": "<key-id>", "KeyArn": "<key-arn>"}], "Truncated": false}),
        ),
        row(
            Op::UpdateKeyDescription,
            "not by an alias",
            Seen("boto/boto#3202: Key Aliases are not supported for this operation."),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": "alias/one", "Description": "other"}))
        .built(|client, _| client.update_key_description("alias/one", "other").send())
        .fails("InvalidArnException", "Key Aliases are not supported for this operation."),
        row(
            Op::UpdateKeyDescription,
            "both members are required, in the order of the model",
            Api("UpdateKeyDescription.Description: required"),
        )
        .request(json!({}))
        .only_json("the builder takes both")
        .violates(&[
            "Value null at 'description' failed to satisfy constraint: Member must not be null",
            "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
        ]),
    ]
}

fn last_usage() -> Vec<Row> {
    vec![
        row(Op::GetKeyLastUsage, "a key that was never used has an empty usage", Api("GetKeyLastUsage.KeyLastUsage: an empty object"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_key_last_usage(&names["key-id"]).send())
            .answers(json!({"KeyId": "<key-arn>", "KeyLastUsage": {}, "TrackingStartDate": NOW, "KeyCreationDate": NOW})),
        row(Op::GetKeyLastUsage, "what it was used for, when, and by which call", Api("KeyLastUsageData.CloudTrailEventId: of the last operation"))
            .given(symmetric)
            .given(|stage, names| {
                stage.advance(Duration::from_millis(1_500));
                stage.root.encrypt(&names["key-id"], "x").send().unwrap();
            })
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.get_key_last_usage(&names["key-arn"]).send())
            .answers(json!({
                "KeyId": "<key-arn>", "TrackingStartDate": NOW, "KeyCreationDate": NOW,
                "KeyLastUsage": {"Operation": "Encrypt", "Timestamp": 1_772_323_201.5, "CloudTrailEventId": "<id>", "KmsRequestId": "<id>"},
            })),
        row(Op::GetKeyLastUsage, "not by an alias", Seen("boto/boto#3202: Key Aliases are not supported for this operation."))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one"}))
            .built(|client, _| client.get_key_last_usage("alias/one").send())
            .fails("InvalidArnException", "Key Aliases are not supported for this operation."),
        row(Op::GetKeyLastUsage, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(key_of(GenerateVerifyMac::Hmac256))
            .by(Who::Mallory)
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.get_key_last_usage(&names["key-arn"]).send())
            .denied(Who::Mallory, "GetKeyLastUsage"),
    ]
}
