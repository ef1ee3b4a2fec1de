//! Requests, responses and their parts: `aliases`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    AliasListEntry: ALIAS_LIST_ENTRY
    new { alias_name: present String, alias_arn: present String, }
    set { creation_date: Timestamp, last_updated_date: Timestamp, target_key_id: String, }
    list { }
    members {
        "AliasArn" "aliasArn" alias_arn: present String, ARN_TYPE, IfSent;
        "AliasName" "aliasName" alias_name: present String, ALIAS_NAME_TYPE, IfSent;
        "CreationDate" "creationDate" creation_date: optional Timestamp, DATE_TYPE, IfSent;
        "LastUpdatedDate" "lastUpdatedDate" last_updated_date: optional Timestamp, DATE_TYPE, IfSent;
        "TargetKeyId" "targetKeyId" target_key_id: optional String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    CreateAliasRequest: CREATE_ALIAS_REQUEST
    new { alias_name: required String, target_key_id: required String, }
    set { }
    list { }
    members {
        "AliasName" "aliasName" alias_name: required String, ALIAS_NAME_TYPE, IfSent;
        "TargetKeyId" "targetKeyId" target_key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DeleteAliasRequest: DELETE_ALIAS_REQUEST
    new { alias_name: required String, }
    set { }
    list { }
    members {
        "AliasName" "aliasName" alias_name: required String, ALIAS_NAME_TYPE, IfSent;
    }
}

/// Narrower than the model's `LimitType`.
static LIST_ALIASES_REQUEST_LIMIT: structure::Shape =
    crate::table::shape("LimitType", structure::ShapeKind::Int, Some(1), Some(100), None);

structure! {
    #[derive(Clone, PartialEq, Default)]
    ListAliasesRequest: LIST_ALIASES_REQUEST
    new { }
    set { key_id: String, limit: i32, marker: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "Limit" "limit" limit: optional i32, LIST_ALIASES_REQUEST_LIMIT, IfSent .or(DefaultValue::Int(50));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListAliasesResponse: LIST_ALIASES_RESPONSE
    new { aliases: present_list AliasListEntry, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "Aliases" "aliases" aliases: present_list AliasListEntry, ALIAS_LIST, IfSent;
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    UpdateAliasRequest: UPDATE_ALIAS_REQUEST
    new { alias_name: required String, target_key_id: required String, }
    set { }
    list { }
    members {
        "AliasName" "aliasName" alias_name: required String, ALIAS_NAME_TYPE, IfSent;
        "TargetKeyId" "targetKeyId" target_key_id: required String, KEY_ID_TYPE, IfSent;
    }
}
