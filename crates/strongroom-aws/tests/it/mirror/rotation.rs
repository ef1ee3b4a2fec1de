//! `EnableKeyRotation`, `DisableKeyRotation`, `GetKeyRotationStatus`, `RotateKeyOnDemand`, `ListKeyRotations`.

use serde_json::json;
use strongroom::Operation as Op;
use strongroom::calls::{GenerateVerifyMac, SignVerify};
use strongroom_types::IncludeKeyMaterial;

use super::names::Names;
use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{NOW, Stage, Who, alias_one, disabled, key_of, pending_deletion, symmetric};

const UNSUPPORTED: super::row::Source =
    Ours("AWS's message is empty (terraform-aws-modules/terraform-aws-kms#20); ours says which key");

/// `<key-id>` is rotated every 365 days.
fn rotating(stage: &Stage, names: &mut Names) {
    stage.root.enable_key_rotation(&names["key-id"]).send().unwrap();
}

/// `<key-id>` was rotated once.
fn rotated(stage: &Stage, names: &mut Names) {
    stage.root.rotate_key_on_demand(&names["key-id"]).send().unwrap();
}

pub(super) fn rows() -> Vec<Row> {
    [enable(), disable(), status(), on_demand(), list()].into_iter().flatten().collect()
}

fn enable() -> Vec<Row> {
    vec![
        row(Op::EnableKeyRotation, "it answers nothing", Api("EnableKeyRotation: an empty body"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.enable_key_rotation(&names["key-id"]).send())
            .answers_nothing(),
        row(Op::EnableKeyRotation, "every 2,560 days is the most seldom", Api("EnableKeyRotation.RotationPeriodInDays: 90 to 2,560"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>", "RotationPeriodInDays": 2_560}))
            .built(|client, names| client.enable_key_rotation(&names["key-arn"]).rotation_period_in_days(2_560).send())
            .answers_nothing()
            .afterwards(Op::GetKeyRotationStatus, json!({"KeyId": "<key-id>"}), json!({"KeyId": "<key-id>", "KeyRotationEnabled": true, "RotationPeriodInDays": 2_560, "NextRotationDate": NOW + 2_560 * 86_400})),
        row(Op::EnableKeyRotation, "not every 89 days", Api("EnableKeyRotation.RotationPeriodInDays: 90 to 2,560"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "RotationPeriodInDays": 89}))
            .built(|client, names| client.enable_key_rotation(&names["key-id"]).rotation_period_in_days(89).send())
            .violates(&["Value '89' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value greater than or equal to 90"]),
        row(Op::EnableKeyRotation, "not of a key that signs", UNSUPPORTED)
            .given(key_of(SignVerify::EccNistP256))
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.enable_key_rotation(&names["key-id"]).send())
            .fails("UnsupportedOperationException", "<key-arn>…"),
        row(Op::EnableKeyRotation, "not of a disabled key", Guide("key-state.html: EnableKeyRotation"))
            .given(symmetric)
            .given(disabled)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.enable_key_rotation(&names["key-id"]).send())
            .fails("DisabledException", "<key-arn> is disabled."),
    ]
}

fn disable() -> Vec<Row> {
    vec![
        row(Op::DisableKeyRotation, "it answers nothing", Api("DisableKeyRotation: an empty body"))
            .given(symmetric)
            .given(rotating)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.disable_key_rotation(&names["key-id"]).send())
            .answers_nothing()
            .afterwards(
                Op::GetKeyRotationStatus,
                json!({"KeyId": "<key-id>"}),
                json!({"KeyId": "<key-id>", "KeyRotationEnabled": false}),
            ),
        row(
            Op::DisableKeyRotation,
            "not of a key that is pending deletion",
            Guide("key-state.html: DisableKeyRotation"),
        )
        .given(symmetric)
        .given(pending_deletion)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.disable_key_rotation(&names["key-id"]).send())
        .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::DisableKeyRotation, "not of a key that makes MACs", UNSUPPORTED)
            .given(key_of(GenerateVerifyMac::Hmac256))
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.disable_key_rotation(&names["key-id"]).send())
            .fails("UnsupportedOperationException", "<key-arn>…"),
    ]
}

fn status() -> Vec<Row> {
    let off = || json!({"KeyId": "<key-id>", "KeyRotationEnabled": false});
    vec![
        row(Op::GetKeyRotationStatus, "off, and nothing else; the key's bare id", Guide("rotating-keys-on-demand.html: the response's KeyId"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-arn>"}))
            .built(|client, names| client.get_key_rotation_status(&names["key-arn"]).send())
            .answers(off()),
        row(Op::GetKeyRotationStatus, "on, with the period and the next date", Api("GetKeyRotationStatus.NextRotationDate: the next date"))
            .given(symmetric)
            .given(rotating)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_key_rotation_status(&names["key-id"]).send())
            .answers(json!({
                "KeyId": "<key-id>", "KeyRotationEnabled": true, "RotationPeriodInDays": 365, "NextRotationDate": NOW + 365 * 86_400,
            })),
        row(Op::GetKeyRotationStatus, "false for a key that can't be rotated", Guide("symm-asymm-compare.html: GetKeyRotationStatus"))
            .given(key_of(GenerateVerifyMac::Hmac256))
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_key_rotation_status(&names["key-id"]).send())
            .answers(off()),
        row(Op::GetKeyRotationStatus, "false while the key is pending deletion", Seen("nccgroup/ScoutSuite#1174: KeyRotationEnabled false"))
            .given(symmetric)
            .given(rotating)
            .given(pending_deletion)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.get_key_rotation_status(&names["key-id"]).send())
            .answers(off()),
        row(Op::GetKeyRotationStatus, "not by an alias", Seen("boto/boto#3202: Key Aliases are not supported for this operation."))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"KeyId": "alias/one"}))
            .built(|client, _| client.get_key_rotation_status("alias/one").send())
            .fails("InvalidArnException", "Key Aliases are not supported for this operation."),
    ]
}

fn on_demand() -> Vec<Row> {
    vec![
        row(
            Op::RotateKeyOnDemand,
            "it answers the key's bare id",
            Guide("rotating-keys-on-demand.html: the response's KeyId"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-arn>"}))
        .built(|client, names| client.rotate_key_on_demand(&names["key-arn"]).send())
        .answers(json!({"KeyId": "<key-id>"})),
        row(Op::RotateKeyOnDemand, "not of a key that signs", UNSUPPORTED)
            .given(key_of(SignVerify::EccNistP256))
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.rotate_key_on_demand(&names["key-id"]).send())
            .fails("UnsupportedOperationException", "<key-arn>…"),
        row(
            Op::RotateKeyOnDemand,
            "not of a disabled key",
            Api("RotateKeyOnDemand.DisabledException: the key is not enabled"),
        )
        .given(symmetric)
        .given(disabled)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.rotate_key_on_demand(&names["key-id"]).send())
        .fails("DisabledException", "<key-arn> is disabled."),
        row(
            Op::RotateKeyOnDemand,
            "25 times in a key's life",
            Api("RotateKeyOnDemand.LimitExceededException: 25 on-demand rotations"),
        )
        .given(symmetric)
        .given(|stage, names| (0..25).for_each(|_| rotated(stage, names)))
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.rotate_key_on_demand(&names["key-id"]).send())
        .fails("LimitExceededException", "<text>"),
    ]
}

fn list() -> Vec<Row> {
    vec![
        row(Op::ListKeyRotations, "none: the first material is no rotation", Api("ListKeyRotations.IncludeKeyMaterial: ROTATIONS_ONLY by default"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.list_key_rotations(&names["key-id"]).send())
            .answers(json!({"Rotations": [], "Truncated": false})),
        row(Op::ListKeyRotations, "a completed rotation, when, and how", Api("RotationsListEntry.RotationType: ON_DEMAND"))
            .given(symmetric)
            .given(rotated)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.list_key_rotations(&names["key-id"]).send())
            .answers(json!({"Rotations": [{
                "KeyId": "<key-id>", "KeyMaterialId": "<hex:64>", "KeyMaterialState": "CURRENT", "RotationDate": NOW,
                "RotationType": "ON_DEMAND",
            }], "Truncated": false})),
        row(Op::ListKeyRotations, "all material, the first without date and type", Api("RotationsListEntry.RotationDate: absent for the first"))
            .given(symmetric)
            .given(rotated)
            .request(json!({"KeyId": "<key-id>", "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}))
            .built(|client, names| {
                let call = client.list_key_rotations(&names["key-id"]);
                call.include_key_material(IncludeKeyMaterial::AllKeyMaterial).send()
            })
            .answers(json!({"Rotations": [
                {"KeyId": "<key-id>", "KeyMaterialId": "<hex:64>", "KeyMaterialState": "CURRENT", "RotationDate": NOW, "RotationType": "ON_DEMAND"},
                {"KeyId": "<key-id>", "KeyMaterialId": "<hex:64>", "KeyMaterialState": "NON_CURRENT"},
            ], "Truncated": false})),
        row(Op::ListKeyRotations, "a marker that is none", Api("ListKeyRotations.InvalidMarkerException: the marker is not valid"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Marker": "none"}))
            .built(|client, names| client.list_key_rotations(&names["key-id"]).marker("none").send())
            .fails("InvalidMarkerException", "<text>"),
        row(Op::ListKeyRotations, "at most 1,000 at once, and of a known kind", Api("ListKeyRotations.Limit: 1 to 1,000"))
            .given(symmetric)
            .request(json!({"KeyId": "<key-id>", "Limit": 1_001, "IncludeKeyMaterial": "SOME"}))
            .only_json("an enumeration has no other values")
            .violates(&[
                "Value 'SOME' at 'includeKeyMaterial' failed to satisfy constraint: Member must satisfy enum value set: [ALL_KEY_MATERIAL, ROTATIONS_ONLY]",
                "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
            ]),
        row(Op::ListKeyRotations, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(symmetric)
            .by(Who::Mallory)
            .request(json!({"KeyId": "<key-id>"}))
            .built(|client, names| client.list_key_rotations(&names["key-id"]).send())
            .denied(Who::Mallory, "ListKeyRotations"),
    ]
}
