//! Requests, responses and their parts: `policies`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    GetKeyPolicyRequest: GET_KEY_POLICY_REQUEST
    new { key_id: required String, }
    set { policy_name: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "PolicyName" "policyName" policy_name: optional String, POLICY_NAME_TYPE, IfSent .feeds(ConditionKey::KmsPolicyName) .or(DefaultValue::Str("default"));
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GetKeyPolicyResponse: GET_KEY_POLICY_RESPONSE
    new { policy: present String, policy_name: present String, }
    set { }
    list { }
    members {
        "Policy" "policy" policy: present String, POLICY_TYPE, Never;
        "PolicyName" "policyName" policy_name: present String, POLICY_NAME_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListKeyPoliciesRequest: LIST_KEY_POLICIES_REQUEST
    new { key_id: required String, }
    set { limit: i32, marker: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Limit" "limit" limit: optional i32, LIMIT_TYPE, IfSent .or(DefaultValue::Int(100));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListKeyPoliciesResponse: LIST_KEY_POLICIES_RESPONSE
    new { policy_names: present_list String, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "PolicyNames" "policyNames" policy_names: present_list String, POLICY_NAME_LIST, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

/// Narrower than the model's `LimitType`.
static LIST_RESOURCE_TAGS_REQUEST_LIMIT: structure::Shape =
    crate::table::shape("LimitType", structure::ShapeKind::Int, Some(1), Some(50), None);

structure! {
    #[derive(Clone, PartialEq)]
    ListResourceTagsRequest: LIST_RESOURCE_TAGS_REQUEST
    new { key_id: required String, }
    set { limit: i32, marker: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Limit" "limit" limit: optional i32, LIST_RESOURCE_TAGS_REQUEST_LIMIT, IfSent .or(DefaultValue::Int(50));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListResourceTagsResponse: LIST_RESOURCE_TAGS_RESPONSE
    new { tags: present_list Tag, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Tags" "tags" tags: present_list Tag, TAG_LIST, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    PutKeyPolicyRequest: PUT_KEY_POLICY_REQUEST
    new { key_id: required String, policy: required String, }
    set { bypass_policy_lockout_safety_check: bool, policy_name: String, }
    list { }
    members {
        "BypassPolicyLockoutSafetyCheck" "bypassPolicyLockoutSafetyCheck" bypass_policy_lockout_safety_check: optional bool, BOOLEAN_TYPE, Always .feeds(ConditionKey::KmsBypassPolicyLockoutSafetyCheck) .or(DefaultValue::Bool(false)) .absent_in_conditions();
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Policy" "policy" policy: required String, POLICY_TYPE, IfSent;
        "PolicyName" "policyName" policy_name: optional String, POLICY_NAME_TYPE, Always .feeds(ConditionKey::KmsPolicyName) .or(DefaultValue::Str("default"));
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    TagResourceRequest: TAG_RESOURCE_REQUEST
    new { key_id: required String, tags: required_list Tag, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Tags" "tags" tags: required_list Tag, TAG_LIST, IfSent .feeds(ConditionKey::AwsRequestTag);
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    UntagResourceRequest: UNTAG_RESOURCE_REQUEST
    new { key_id: required String, tag_keys: required_list String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "TagKeys" "tagKeys" tag_keys: required_list String, TAG_KEY_LIST, IfSent .feeds(ConditionKey::AwsTagKeys);
    }
}
