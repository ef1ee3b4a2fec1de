//! In which state a key is: `EnableKey`, `DisableKey`, `ScheduleKeyDeletion`, `CancelKeyDeletion`.

use serde_json::json;
use strongroom::Operation as Op;

use super::keys::metadata;
use super::row::Source::{Api, Guide, Seen};
use super::row::{Row, row};
use super::stage::{HERE, NO_KEY, NOW, Who, alias_one, arn, disabled, pending_deletion, symmetric};

const ALIASES: &str = "Key Aliases are not supported for this operation.";
const WINDOW: &str = "PendingWindowInDays must be between 7 and 30";

pub(super) fn rows() -> Vec<Row> {
    [enable(), disable(), schedule(), cancel()].into_iter().flatten().collect()
}

fn enable() -> Vec<Row> {
    vec![
        row(Op::EnableKey, "it answers nothing", Api("EnableKey: an empty body"))
            .given(symmetric)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.enable_key(&names["key-id"]).send())
            .answers_nothing()
            .afterwards(
                Op::DescribeKey,
                json!({"KeyId": "<key-id>"}),
                metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>"})),
            ),
        row(Op::EnableKey, "an enabled key is enabled again", Guide("key-state.html: EnableKey of an enabled key"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.enable_key(&names["key-arn"]).send())
            .answers_nothing(),
        row(Op::EnableKey, "not of a key that is pending deletion", Guide("key-state.html: EnableKey"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.enable_key(&names["key-id"]).send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(
            Op::EnableKey,
            "not by an alias",
            Seen("boto/boto#3202: Key Aliases are not supported for this operation."),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": arn("alias/one")}))
        .built(|client, _| client.enable_key(arn("alias/one")).send())
        .fails("InvalidArnException", ALIASES),
    ]
}

fn disable() -> Vec<Row> {
    let malformed = "arn:aws:kms:us-east-1:key/1";
    vec![
        row(Op::DisableKey, "it answers nothing", Api("DisableKey: an empty body"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.disable_key(&names["key-id"]).send())
            .answers_nothing()
            .afterwards(
                Op::DescribeKey,
                json!({"KeyId": "<key-id>"}),
                metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>", "Enabled": false, "KeyState": "Disabled"})),
            ),
        row(Op::DisableKey, "a disabled key is disabled again", Guide("key-state.html: DisableKey of a disabled key"))
            .given(symmetric)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.disable_key(&names["key-id"]).send())
            .answers_nothing(),
        row(
            Op::DisableKey,
            "a malformed ARN is invalid",
            Api("DisableKey.InvalidArnException: a specified ARN is not valid"),
        )
        .request(json!({"KeyId": malformed}))
        .built(move |client, _| client.disable_key(malformed).send())
        .fails("InvalidArnException", "<text>"),
        row(Op::DisableKey, "a key that is not there", Seen("boto/botocore#2107: Key '…' does not exist"))
            .request(json!({"KeyId": arn(&format!("key/{NO_KEY}"))}))
            .built(|client, _| client.disable_key(arn(&format!("key/{NO_KEY}"))).send())
            .fails("NotFoundException", &format!("Key '{}' does not exist", arn(&format!("key/{NO_KEY}")))),
        row(
            Op::DisableKey,
            "a user without a policy may not",
            Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"),
        )
        .given(symmetric)
        .by(Who::Mallory)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.disable_key(&names["key-id"]).send())
        .denied(Who::Mallory, "DisableKey"),
        row(Op::DisableKey, "not in another account", Api("DisableKey: cross-account use: no"))
            .given(symmetric)
            .by(Who::Foreigner)
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.disable_key(&names["key-arn"]).send())
            .denied(Who::Foreigner, "DisableKey"),
    ]
}

fn schedule() -> Vec<Row> {
    let pending = |days: i64| {
        json!({
            "KeyId": "<key-arn>", "KeyState": "PendingDeletion", "PendingWindowInDays": days, "DeletionDate": NOW + days * 86_400,
        })
    };
    vec![
        row(Op::ScheduleKeyDeletion, "in 30 days if not told otherwise", Api("ScheduleKeyDeletion.PendingWindowInDays: it defaults to 30"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.schedule_key_deletion(&names["key-id"]).send())
            .answers(pending(30)),
        row(Op::ScheduleKeyDeletion, "in 7 days at the earliest", Api("ScheduleKeyDeletion.PendingWindowInDays: between 7 and 30, inclusive"))
            .given(symmetric)
            .given(disabled)
            .request(json!({"KeyId": "<key-arn>", "PendingWindowInDays": 7}))
            .built(|client, names| client.schedule_key_deletion(&names["key-arn"]).pending_window_in_days(7).send())
            .answers(pending(7)),
        row(Op::ScheduleKeyDeletion, "not in 6 days", Seen("Skyscanner/kms-issuer#8: PendingWindowInDays must be between 7 and 30"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "PendingWindowInDays": 6}))
            .built(|client, names| client.schedule_key_deletion(&names["key-id"]).pending_window_in_days(6).send())
            .fails("ValidationException", WINDOW)
            .afterwards(Op::DescribeKey, json!({"KeyId": "<key-id>"}), metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>"}))),
        row(Op::ScheduleKeyDeletion, "not in 31 days", Seen("Skyscanner/kms-issuer#8: PendingWindowInDays must be between 7 and 30"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "PendingWindowInDays": 31}))
            .built(|client, names| client.schedule_key_deletion(&names["key-id"]).pending_window_in_days(31).send())
            .fails("ValidationException", WINDOW),
        row(Op::ScheduleKeyDeletion, "what the shape does not allow is told in the shape's words", Api("ScheduleKeyDeletion.PendingWindowInDays: 1 to 365"))
            .request(json!({"KeyId": "", "PendingWindowInDays": 0}))
            .built(|client, _| client.schedule_key_deletion("").pending_window_in_days(0).send())
            .violates(&[
                "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '0' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ]),
        row(Op::ScheduleKeyDeletion, "not twice", Seen("hashicorp/terraform-provider-aws#17889: … is pending deletion."))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.schedule_key_deletion(&names["key-id"]).send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::ScheduleKeyDeletion, "an ARN of another Region", Seen("nakedible/openssl-engine-kms#1: Invalid arn us-west-1"))
            .request(json!({"KeyId": format!("arn:aws:kms:us-west-1:{HERE}:key/{NO_KEY}")}))
            .built(|client, _| client.schedule_key_deletion(format!("arn:aws:kms:us-west-1:{HERE}:key/{NO_KEY}")).send())
            .fails("NotFoundException", "Invalid arn us-west-1"),
    ]
}

fn cancel() -> Vec<Row> {
    vec![
        row(Op::CancelKeyDeletion, "it answers the key's ARN", Api("CancelKeyDeletion.KeyId: the key ARN"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.cancel_key_deletion(&names["key-id"]).send())
            .answers(json!({"KeyId": "<key-arn>"}))
            .afterwards(
                Op::DescribeKey,
                json!({"KeyId": "<key-id>"}),
                metadata(json!({"KeyId": "<key-id>", "Arn": "<key-arn>", "Enabled": false, "KeyState": "Disabled"})),
            ),
        row(
            Op::CancelKeyDeletion,
            "not of a key that is not pending deletion",
            Guide("key-state.html: … is not pending deletion"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.cancel_key_deletion(&names["key-id"]).send())
        .fails("KMSInvalidStateException", "<key-arn> is not pending deletion (or pending replica deletion)."),
        row(
            Op::CancelKeyDeletion,
            "not by an alias",
            Seen("boto/boto#3202: Key Aliases are not supported for this operation."),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": "alias/one"}))
        .built(|client, _| client.cancel_key_deletion("alias/one").send())
        .fails("InvalidArnException", ALIASES),
        row(
            Op::CancelKeyDeletion,
            "the key id is required, and null is no key id",
            Api("CancelKeyDeletion.KeyId: required"),
        )
        .request(json!({"KeyId": null}))
        .only_json("the builder takes it first")
        .violates(&["Value null at 'keyId' failed to satisfy constraint: Member must not be null"]),
    ]
}
