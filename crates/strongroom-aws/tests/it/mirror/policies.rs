//! `GetKeyPolicy`, `PutKeyPolicy`, `ListKeyPolicies`.

use serde_json::json;
use strongroom::Operation as Op;

use super::names::Names;
use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{NO_KEY, Stage, Who, alias_one, arn, pending_deletion, symmetric};

/// A policy with an order, a space and an escape of its own.
const POLICY: &str = "{ \"Statement\":{\"Resource\":\"*\", \"Sid\":\"\\u0061ll\",\"Effect\":\"Allow\",\
                      \"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},\"Action\":\"kms:*\"},\"Version\":\"2012-10-17\"}";
const WITHOUT_ROOT: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/mallory"},"Action":"kms:Encrypt","Resource":"*"}}"#;
const NOBODY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"nobody"},"Action":"kms:*","Resource":"*"}}"#;
const ALIASES: &str = "Key Aliases are not supported for this operation.";

/// `<key-id>` has the policy above.
fn with_policy(stage: &Stage, names: &mut Names) {
    stage.root.put_key_policy(&names["key-id"], POLICY).send().unwrap();
}

pub(super) fn rows() -> Vec<Row> {
    [get(), put(), put_refused(), list()].into_iter().flatten().collect()
}

fn get() -> Vec<Row> {
    vec![
        row(Op::GetKeyPolicy, "the document as it was put, and its name", Api("GetKeyPolicy.Policy: a key policy document in JSON format"))
            .given(symmetric)
            .given(with_policy)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_key_policy(&names["key-id"]).send())
            .answers(json!({"Policy": POLICY, "PolicyName": "default"})),
        row(Op::GetKeyPolicy, "a key without one of its own has the default one", Guide("key-policy-default.html: the default key policy"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-arn>", "PolicyName": "default"}))
            .built(|client, names| client.get_key_policy(&names["key-arn"]).policy_name("default").send())
            .answers(json!({"Policy": "<text>", "PolicyName": "default"})),
        row(Op::GetKeyPolicy, "a policy of another name is not there", Api("GetKeyPolicy.NotFoundException: the specified entity could not be found"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "PolicyName": "other"}))
            .built(|client, names| client.get_key_policy(&names["key-id"]).policy_name("other").send())
            .fails("NotFoundException", "<text>"),
        row(Op::GetKeyPolicy, "not by an alias", Seen("boto/boto#3202: Key Aliases are not supported for this operation."))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one"}))
            .built(|client, _| client.get_key_policy("alias/one").send())
            .fails("InvalidArnException", ALIASES),
        row(Op::GetKeyPolicy, "a name has letters, digits and underscores", Api("GetKeyPolicy.PolicyName: 1 to 128 characters of [\\w]+"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "PolicyName": "a b"}))
            .built(|client, names| client.get_key_policy(&names["key-id"]).policy_name("a b").send())
            .violates(&["Value 'a b' at 'policyName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w]+"]),
    ]
}

fn put() -> Vec<Row> {
    vec![
        row(Op::PutKeyPolicy, "it answers nothing", Api("PutKeyPolicy: an empty body"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Policy": POLICY}))
            .built(|client, names| client.put_key_policy(&names["key-id"], POLICY).send())
            .answers_nothing()
            .afterwards(Op::GetKeyPolicy, json!({"KeyId": "<key-id>"}), json!({"Policy": POLICY, "PolicyName": "default"})),
        row(Op::PutKeyPolicy, "one that locks its caller out, if he insists", Api("PutKeyPolicy.BypassPolicyLockoutSafetyCheck: skips the check"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>", "PolicyName": "default", "Policy": WITHOUT_ROOT, "BypassPolicyLockoutSafetyCheck": true}))
            .built(|client, names| {
                let call = client.put_key_policy(&names["key-arn"], WITHOUT_ROOT).policy_name("default");
                call.bypass_policy_lockout_safety_check(true).send()
            })
            .answers_nothing(),
    ]
}

fn put_refused() -> Vec<Row> {
    let long = format!("{POLICY}{}", " ".repeat(32_768));
    let same = long.clone();
    vec![
        row(Op::PutKeyPolicy, "one that locks its caller out", Seen("terraform-aws-modules/terraform-aws-kms#14: the first sentence; the second is ours, for whoever looks for the reason"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Policy": WITHOUT_ROOT}))
            .built(|client, names| client.put_key_policy(&names["key-id"], WITHOUT_ROOT).send())
            .fails("MalformedPolicyDocumentException", "The new key policy will not allow you to update the key policy in the future.…"),
        row(Op::PutKeyPolicy, "one with a principal that is none", Seen("cloudposse/terraform-aws-vpc-flow-logs-s3-bucket#27: Policy contains a statement with one or more invalid principals."))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Policy": NOBODY}))
            .built(|client, names| client.put_key_policy(&names["key-id"], NOBODY).send())
            .fails("MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals.…"),
        row(Op::PutKeyPolicy, "what is no JSON", Api("PutKeyPolicy.MalformedPolicyDocumentException: not syntactically correct"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Policy": "{"}))
            .built(|client, names| client.put_key_policy(&names["key-id"], "{").send())
            .fails("MalformedPolicyDocumentException", "<text>"),
        row(Op::PutKeyPolicy, "more than 32,768 bytes", Api("PutKeyPolicy.LimitExceededException: a quota was exceeded"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Policy": long}))
            .built(move |client, names| client.put_key_policy(&names["key-id"], same.clone()).send())
            .fails("LimitExceededException", "<text>"),
        row(Op::PutKeyPolicy, "the policy that RAM manages", Api("PutKeyPolicy.PolicyName: the AWS_RAM policy can only be managed by the RAM service"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "PolicyName": "AWS_RAM", "Policy": POLICY}))
            .built(|client, names| client.put_key_policy(&names["key-id"], POLICY).policy_name("AWS_RAM").send())
            .fails("ValidationException", "The AWS_RAM policy can only be managed by the RAM service."),
        row(Op::PutKeyPolicy, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(symmetric)
            .by(Who::Mallory)
            .request(json!({"KeyId": "<key-id>", "Policy": POLICY}))
            .built(|client, names| client.put_key_policy(&names["key-id"], POLICY).send())
            .denied(Who::Mallory, "PutKeyPolicy"),
    ]
}

fn list() -> Vec<Row> {
    vec![
        row(Op::ListKeyPolicies, "the one that there is", Api("ListKeyPolicies.PolicyNames: the only valid value is default"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.list_key_policies(&names["key-id"]).send())
            .answers(json!({"PolicyNames": ["default"], "Truncated": false})),
        row(Op::ListKeyPolicies, "1,000 at once at most", Api("ListKeyPolicies.Limit: 1 to 1,000"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Limit": 1_001, "Marker": ""}))
            .built(|client, names| client.list_key_policies(&names["key-id"]).limit(1_001).marker("").send())
            .violates(&[
                "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
                "Value '' at 'marker' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ]),
        row(Op::ListKeyPolicies, "a marker that is none fails validation", Ours("the operation declares no InvalidMarkerException"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Marker": "none"}))
            .built(|client, names| client.list_key_policies(&names["key-id"]).marker("none").send())
            .fails("ValidationException", "<text>"),
        row(Op::ListKeyPolicies, "of a key that is not there", Seen("boto/botocore#2107: Key '…' does not exist"))
            .request(json!({"KeyId": NO_KEY}))
            .built(|client, _| client.list_key_policies(NO_KEY).send())
            .fails("NotFoundException", &format!("Key '{}' does not exist", arn(&format!("key/{NO_KEY}")))),
    ]
}
