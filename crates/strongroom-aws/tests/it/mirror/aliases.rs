//! `CreateAlias`, `UpdateAlias`, `DeleteAlias`, `ListAliases`.

use serde_json::json;
use strongroom::Operation as Op;
use strongroom::calls::{EncryptDecrypt, GenerateVerifyMac};

use super::row::Source::{Api, Guide, Ours, Seen};
use super::row::{Row, row};
use super::stage::{NO_KEY, NOW, Who, alias_one, arn, key_of, pending_deletion, second, symmetric};

const NO_ALIAS: &str = "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";

pub(super) fn rows() -> Vec<Row> {
    [create(), create_refused(), update(), delete(), list()].into_iter().flatten().collect()
}

fn create() -> Vec<Row> {
    vec![
        row(Op::CreateAlias, "it answers nothing", Api("CreateAlias: does not return a response"))
            .given(symmetric)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/one", &names["key-id"]).send())
            .answers_nothing()
            .afterwards(Op::ListAliases, json!({"KeyId": "<key-id>"}), json!({"Aliases": [{"AliasName": "alias/one", "AliasArn": arn("alias/one"), "TargetKeyId": "<key-id>", "CreationDate": NOW, "LastUpdatedDate": NOW}], "Truncated": false})),
        row(Op::CreateAlias, "the key may be named by its ARN", Api("CreateAlias.TargetKeyId: key id or key ARN"))
            .given(symmetric)
            .request(json!({"AliasName": "alias/a/b_c-d", "TargetKeyId": "<key-arn>"}))
            .built(|client, names| client.create_alias("alias/a/b_c-d", &names["key-arn"]).send())
            .answers_nothing(),
    ]
}

fn create_refused() -> Vec<Row> {
    vec![
        row(Op::CreateAlias, "one name is given once", Seen("crossplane-contrib/provider-aws#1741: An alias with the name … already exists"))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/one", &names["key-id"]).send())
            .fails("AlreadyExistsException", &format!("An alias with the name {} already exists", arn("alias/one")))
            .afterwards(Op::ListAliases, json!({"KeyId": "<key-id>"}), json!({"Aliases": [{"AliasName": "alias/one", "AliasArn": arn("alias/one"), "TargetKeyId": "<key-id>", "CreationDate": NOW, "LastUpdatedDate": NOW}], "Truncated": false})),
        row(Op::CreateAlias, "a name without the prefix fails validation", Seen("aws-controllers-k8s/community#1878: Alias must start with the prefix"))
            .given(symmetric)
            .request(json!({"AliasName": "one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("one", &names["key-id"]).send())
            .fails("ValidationException", NO_ALIAS),
        row(Op::CreateAlias, "a name with a colon fails validation, though the pattern has it", Seen("hashicorp/terraform-provider-aws#12891: … contains invalid characters for an alias"))
            .given(symmetric)
            .request(json!({"AliasName": "alias/Service:Test", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/Service:Test", &names["key-id"]).send())
            .fails("ValidationException", "alias/Service:Test contains invalid characters for an alias"),
        row(Op::CreateAlias, "AWS's own names are reserved", Api("CreateAlias.AliasName: cannot begin with alias/aws/"))
            .given(symmetric)
            .request(json!({"AliasName": "alias/aws/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/aws/one", &names["key-id"]).send())
            .fails("NotAuthorizedException", ""),
        row(Op::CreateAlias, "a name with a space fails the pattern", Api("CreateAlias.AliasName: ^[a-zA-Z0-9:/_-]+$"))
            .given(symmetric)
            .request(json!({"AliasName": "alias/o ne", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/o ne", &names["key-id"]).send())
            .violates(&["Value 'alias/o ne' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"]),
        row(Op::CreateAlias, "what is too long and what is missing is told together", Api("CreateAlias.AliasName: 1 to 256 characters"))
            .request(json!({"AliasName": format!("alias/{}", "a".repeat(251))}))
            .only_json("the builder takes both members")
            .violates(&[
                &format!("Value 'alias/{}' at 'aliasName' failed to satisfy constraint: Member must have length less than or equal to 256", "a".repeat(251)),
                "Value null at 'targetKeyId' failed to satisfy constraint: Member must not be null",
            ]),
        row(Op::CreateAlias, "the key is not there", Seen("boto/botocore#2107: Key '…' does not exist"))
            .request(json!({"AliasName": "alias/one", "TargetKeyId": NO_KEY}))
            .built(|client, _| client.create_alias("alias/one", NO_KEY).send())
            .fails("NotFoundException", &format!("Key '{}' does not exist", arn(&format!("key/{NO_KEY}")))),
        row(Op::CreateAlias, "not for a key that is pending deletion", Guide("key-state.html: CreateAlias"))
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/one", &names["key-id"]).send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
        row(Op::CreateAlias, "a user without a policy may not", Seen("kubernetes-sigs/aws-encryption-provider#141: not authorized to perform"))
            .given(symmetric)
            .by(Who::Mallory)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.create_alias("alias/one", &names["key-id"]).send())
            .denied(Who::Mallory, "CreateAlias"),
    ]
}

fn update() -> Vec<Row> {
    vec![
        row(Op::UpdateAlias, "it answers nothing", Api("UpdateAlias: does not return a response"))
            .given(symmetric)
            .given(alias_one)
            .given(second)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<second-id>"}))
            .built(|client, names| client.update_alias("alias/one", &names["second-id"]).send())
            .answers_nothing()
            .afterwards(Op::ListAliases, json!({"KeyId": "<second-id>"}), json!({"Aliases": [{"AliasName": "alias/one", "AliasArn": arn("alias/one"), "TargetKeyId": "<second-id>", "CreationDate": NOW, "LastUpdatedDate": NOW}], "Truncated": false}))
            .afterwards(Op::ListAliases, json!({"KeyId": "<key-id>"}), json!({"Aliases": [], "Truncated": false})),
        row(Op::UpdateAlias, "it makes no alias", Seen("sigstore/cosign#1474: Alias … is not found."))
            .given(symmetric)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.update_alias("alias/one", &names["key-id"]).send())
            .fails("NotFoundException", &format!("Alias {} is not found.", arn("alias/one"))),
        row(
            Op::UpdateAlias,
            "the new key must be of the same usage",
            Api("UpdateAlias.TargetKeyId: the same type and the same key usage"),
        )
        .given(symmetric)
        .given(alias_one)
        .given(|stage, names| stage.key(names, "mac", GenerateVerifyMac::Hmac256))
        .request(json!({"AliasName": "alias/one", "TargetKeyId": "<mac-id>"}))
        .built(|client, names| client.update_alias("alias/one", &names["mac-id"]).send())
        .fails("ValidationException", "<text>"),
        row(Op::UpdateAlias, "not to a key that is pending deletion", Guide("key-state.html: UpdateAlias"))
            .given(second)
            .given(|stage, names| stage.root.create_alias("alias/one", &names["second-id"]).send().map(drop).unwrap())
            .given(symmetric)
            .given(pending_deletion)
            .request(json!({"AliasName": "alias/one", "TargetKeyId": "<key-id>"}))
            .built(|client, names| client.update_alias("alias/one", &names["key-id"]).send())
            .fails("KMSInvalidStateException", "<key-arn> is pending deletion."),
    ]
}

fn delete() -> Vec<Row> {
    vec![
        row(Op::DeleteAlias, "it answers nothing", Api("DeleteAlias: an empty body"))
            .given(symmetric)
            .given(alias_one)
            .request(json!({"AliasName": "alias/one"}))
            .built(|client, _| client.delete_alias("alias/one").send())
            .answers_nothing()
            .afterwards(Op::ListAliases, json!({"KeyId": "<key-id>"}), json!({"Aliases": [], "Truncated": false})),
        row(Op::DeleteAlias, "it works whatever the key's state", Guide("key-state.html: DeleteAlias"))
            .given(symmetric)
            .given(alias_one)
            .given(pending_deletion)
            .request(json!({"AliasName": "alias/one"}))
            .built(|client, _| client.delete_alias("alias/one").send())
            .answers_nothing(),
        row(Op::DeleteAlias, "an alias that is not there", Seen("sigstore/cosign#1474: Alias … is not found."))
            .request(json!({"AliasName": "alias/none"}))
            .built(|client, _| client.delete_alias("alias/none").send())
            .fails("NotFoundException", &format!("Alias {} is not found.", arn("alias/none"))),
        row(Op::DeleteAlias, "AWS's own aliases stay", Api("CreateAlias.AliasName: alias/aws/ is reserved"))
            .request(json!({"AliasName": "alias/aws/s3"}))
            .built(|client, _| client.delete_alias("alias/aws/s3").send())
            .fails("NotAuthorizedException", ""),
    ]
}

fn list() -> Vec<Row> {
    let one = || {
        json!({
            "AliasName": "alias/one", "AliasArn": arn("alias/one"), "TargetKeyId": "<key-id>", "CreationDate": NOW, "LastUpdatedDate": NOW,
        })
    };
    vec![
        row(
            Op::ListAliases,
            "the aliases of a key, with its bare id",
            Api("AliasListEntry.TargetKeyId: the id of the key"),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": "<key-arn>"}))
        .built(|client, names| client.list_aliases().key_id(&names["key-arn"]).send())
        .answers(json!({"Aliases": [one()], "Truncated": false})),
        row(
            Op::ListAliases,
            "a key without aliases has an empty list, and there is no marker",
            Api("ListAliases.NextMarker: present when Truncated is true"),
        )
        .given(symmetric)
        .request(json!({"KeyId": "<key-id>"}))
        .built(|client, names| client.list_aliases().key_id(&names["key-id"]).send())
        .answers(json!({"Aliases": [], "Truncated": false})),
        row(
            Op::ListAliases,
            "a page that is cut has a marker",
            Api("ListAliases.Truncated: use NextMarker for the rest"),
        )
        .given(symmetric)
        .given(alias_one)
        .given(|stage, names| stage.root.create_alias("alias/two", &names["key-id"]).send().map(drop).unwrap())
        .request(json!({"KeyId": "<key-id>", "Limit": 1}))
        .built(|client, names| client.list_aliases().key_id(&names["key-id"]).limit(1).send())
        .answers(json!({"Aliases": [one()], "Truncated": true, "NextMarker": "<text>"})),
        row(
            Op::ListAliases,
            "not by an alias",
            Seen("boto/boto#3202: Key Aliases are not supported for this operation."),
        )
        .given(symmetric)
        .given(alias_one)
        .request(json!({"KeyId": "alias/one"}))
        .built(|client, _| client.list_aliases().key_id("alias/one").send())
        .fails("InvalidArnException", "Key Aliases are not supported for this operation."),
        row(
            Op::ListAliases,
            "a marker that is none",
            Api("ListAliases.InvalidMarkerException: the marker is not valid"),
        )
        .request(json!({"Marker": "none"}))
        .built(|client, _| client.list_aliases().marker("none").send())
        .fails("InvalidMarkerException", "<text>"),
        row(Op::ListAliases, "at most 100 at once", Api("ListAliases.Limit: 1 to 100"))
            .request(json!({"Limit": 101}))
            .built(|client, _| client.list_aliases().limit(101).send())
            .violates(&[
                "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
            ]),
        row(
            Op::ListAliases,
            "a user without a policy may not",
            Ours("kms:ListAliases is an action of its own, allowed by identity policies"),
        )
        .given(key_of(EncryptDecrypt::SymmetricDefault))
        .by(Who::Mallory)
        .request(json!({}))
        .built(|client, _| client.list_aliases().send())
        .denied(Who::Mallory, "ListAliases"),
    ]
}
