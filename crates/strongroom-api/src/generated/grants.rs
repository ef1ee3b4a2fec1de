//! Requests, responses and their parts: `grants`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    CreateGrantRequest: CREATE_GRANT_REQUEST
    new { key_id: required String, operations: required_list GrantOperation, }
    set { constraints: GrantConstraints, dry_run: bool, grantee_principal: String, grantee_service_principal: String, name: String, retiring_principal: String, retiring_service_principal: String, }
    list { grant_tokens: String, }
    members {
        "Constraints" "constraints" constraints: optional GrantConstraints, GRANT_CONSTRAINTS, IfSent .feeds(ConditionKey::KmsGrantConstraintType);
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "GranteePrincipal" "granteePrincipal" grantee_principal: optional String, PRINCIPAL_ID_TYPE, IfSent .feeds(ConditionKey::KmsGranteePrincipal);
        "GranteeServicePrincipal" "granteeServicePrincipal" grantee_service_principal: optional String, SERVICE_PRINCIPAL_TYPE, IfSent .feeds(ConditionKey::KmsGranteeServicePrincipal);
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Name" "name" name: optional String, GRANT_NAME_TYPE, IfSent;
        "Operations" "operations" operations: required_list GrantOperation, GRANT_OPERATION_LIST, IfSent .feeds(ConditionKey::KmsGrantOperations);
        "RetiringPrincipal" "retiringPrincipal" retiring_principal: optional String, PRINCIPAL_ID_TYPE, IfSent .feeds(ConditionKey::KmsRetiringPrincipal);
        "RetiringServicePrincipal" "retiringServicePrincipal" retiring_service_principal: optional String, SERVICE_PRINCIPAL_TYPE, IfSent .feeds(ConditionKey::KmsRetiringServicePrincipal);
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    CreateGrantResponse: CREATE_GRANT_RESPONSE
    new { grant_id: present String, grant_token: present String, }
    set { }
    list { }
    members {
        "GrantId" "grantId" grant_id: present String, GRANT_ID_TYPE, IfSent;
        "GrantToken" "grantToken" grant_token: present String, GRANT_TOKEN_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    GrantConstraints: GRANT_CONSTRAINTS
    new { }
    set { encryption_context_equals: EncryptionContext, encryption_context_subset: EncryptionContext, source_arn: String, }
    list { }
    members {
        "EncryptionContextEquals" "encryptionContextEquals" encryption_context_equals: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "EncryptionContextSubset" "encryptionContextSubset" encryption_context_subset: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "SourceArn" "sourceArn" source_arn: optional String, GRANT_CONSTRAINT_SOURCE_ARN_TYPE, IfSent .feeds(ConditionKey::KmsGrantConstraintSourceArn);
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GrantListEntry: GRANT_LIST_ENTRY
    parts GrantListEntryParts { key_id: present String, grant_id: present String, issuing_account: present String, creation_date: present Timestamp, operations: present_list GrantOperation, }
    set { constraints: GrantConstraints, grantee_principal: String, grantee_service_principal: String, name: String, retiring_principal: String, retiring_service_principal: String, }
    list { }
    members {
        "Constraints" "constraints" constraints: optional GrantConstraints, GRANT_CONSTRAINTS, IfSent;
        "CreationDate" "creationDate" creation_date: present Timestamp, DATE_TYPE, IfSent;
        "GrantId" "grantId" grant_id: present String, GRANT_ID_TYPE, IfSent;
        "GranteePrincipal" "granteePrincipal" grantee_principal: optional String, PRINCIPAL_ID_TYPE, IfSent;
        "GranteeServicePrincipal" "granteeServicePrincipal" grantee_service_principal: optional String, SERVICE_PRINCIPAL_TYPE, IfSent;
        "IssuingAccount" "issuingAccount" issuing_account: present String, PRINCIPAL_ID_TYPE, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "Name" "name" name: optional String, GRANT_NAME_TYPE, IfSent;
        "Operations" "operations" operations: present_list GrantOperation, GRANT_OPERATION_LIST, IfSent;
        "RetiringPrincipal" "retiringPrincipal" retiring_principal: optional String, PRINCIPAL_ID_TYPE, IfSent;
        "RetiringServicePrincipal" "retiringServicePrincipal" retiring_service_principal: optional String, SERVICE_PRINCIPAL_TYPE, IfSent;
    }
}

/// Narrower than the model's `LimitType`.
static LIST_GRANTS_REQUEST_LIMIT: structure::Shape =
    crate::table::shape("LimitType", structure::ShapeKind::Int, Some(1), Some(100), None);

structure! {
    #[derive(Clone, PartialEq)]
    ListGrantsRequest: LIST_GRANTS_REQUEST
    new { key_id: required String, }
    set { grant_id: String, grantee_principal: String, grantee_service_principal: String, limit: i32, marker: String, }
    list { }
    members {
        "GrantId" "grantId" grant_id: optional String, GRANT_ID_TYPE, IfSent;
        "GranteePrincipal" "granteePrincipal" grantee_principal: optional String, PRINCIPAL_ID_TYPE, IfSent;
        "GranteeServicePrincipal" "granteeServicePrincipal" grantee_service_principal: optional String, SERVICE_PRINCIPAL_TYPE, IfSent;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Limit" "limit" limit: optional i32, LIST_GRANTS_REQUEST_LIMIT, IfSent .or(DefaultValue::Int(50));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListGrantsResponse: LIST_GRANTS_RESPONSE
    new { grants: present_list GrantListEntry, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "Grants" "grants" grants: present_list GrantListEntry, GRANT_LIST, IfSent;
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

/// Narrower than the model's `LimitType`.
static LIST_RETIRABLE_GRANTS_REQUEST_LIMIT: structure::Shape =
    crate::table::shape("LimitType", structure::ShapeKind::Int, Some(1), Some(100), None);

structure! {
    #[derive(Clone, PartialEq, Default)]
    ListRetirableGrantsRequest: LIST_RETIRABLE_GRANTS_REQUEST
    new { }
    set { limit: i32, marker: String, retiring_principal: String, retiring_service_principal: String, }
    list { }
    members {
        "Limit" "limit" limit: optional i32, LIST_RETIRABLE_GRANTS_REQUEST_LIMIT, IfSent .or(DefaultValue::Int(50));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
        "RetiringPrincipal" "retiringPrincipal" retiring_principal: optional String, PRINCIPAL_ID_TYPE, IfSent;
        "RetiringServicePrincipal" "retiringServicePrincipal" retiring_service_principal: optional String, SERVICE_PRINCIPAL_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    RetireGrantRequest: RETIRE_GRANT_REQUEST
    new { }
    set { dry_run: bool, grant_id: String, grant_token: String, key_id: String, }
    list { }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantId" "grantId" grant_id: optional String, GRANT_ID_TYPE, IfSent;
        "GrantToken" "grantToken" grant_token: optional String, GRANT_TOKEN_TYPE, Never;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    RevokeGrantRequest: REVOKE_GRANT_REQUEST
    new { key_id: required String, grant_id: required String, }
    set { dry_run: bool, }
    list { }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantId" "grantId" grant_id: required String, GRANT_ID_TYPE, IfSent;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}
