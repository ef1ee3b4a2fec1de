//! Requests, responses and their parts: `keys`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    CancelKeyDeletionRequest: CANCEL_KEY_DELETION_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    CancelKeyDeletionResponse: CANCEL_KEY_DELETION_RESPONSE
    new { }
    set { key_id: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    CreateKeyRequest: CREATE_KEY_REQUEST
    new { }
    set { bypass_policy_lockout_safety_check: bool, custom_key_store_id: String, customer_master_key_spec: CustomerMasterKeySpec, description: String, key_spec: KeySpec, key_usage: KeyUsageType, multi_region: bool, origin: OriginType, policy: String, xks_key_id: String, }
    list { tags: Tag, }
    members {
        "BypassPolicyLockoutSafetyCheck" "bypassPolicyLockoutSafetyCheck" bypass_policy_lockout_safety_check: optional bool, BOOLEAN_TYPE, Always .feeds(ConditionKey::KmsBypassPolicyLockoutSafetyCheck) .or(DefaultValue::Bool(false)) .absent_in_conditions();
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: optional String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "CustomerMasterKeySpec" "customerMasterKeySpec" customer_master_key_spec: optional CustomerMasterKeySpec, CUSTOMER_MASTER_KEY_SPEC, Always .feeds(ConditionKey::KmsCustomerMasterKeySpec) .or(DefaultValue::SameAs { member: "KeySpec", or: "SYMMETRIC_DEFAULT" });
        "Description" "description" description: optional String, DESCRIPTION_TYPE, Always .or(DefaultValue::Str(""));
        "KeySpec" "keySpec" key_spec: optional KeySpec, KEY_SPEC, Always .feeds(ConditionKey::KmsKeySpec) .or(DefaultValue::SameAs { member: "CustomerMasterKeySpec", or: "SYMMETRIC_DEFAULT" });
        "KeyUsage" "keyUsage" key_usage: optional KeyUsageType, KEY_USAGE_TYPE, Always .feeds(ConditionKey::KmsKeyUsage) .or(DefaultValue::Str("ENCRYPT_DECRYPT"));
        "MultiRegion" "multiRegion" multi_region: optional bool, NULLABLE_BOOLEAN_TYPE, Always .feeds(ConditionKey::KmsMultiRegion) .or(DefaultValue::Bool(false));
        "Origin" "origin" origin: optional OriginType, ORIGIN_TYPE, Always .feeds(ConditionKey::KmsKeyOrigin) .or(DefaultValue::Str("AWS_KMS"));
        "Policy" "policy" policy: optional String, POLICY_TYPE, IfSent;
        "Tags" "tags" tags: optional_list Tag, TAG_LIST, Always .feeds(ConditionKey::AwsRequestTag) .or(DefaultValue::EmptyList);
        "XksKeyId" "xksKeyId" xks_key_id: optional String, XKS_KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    CreateKeyResponse: CREATE_KEY_RESPONSE
    new { }
    set { key_metadata: KeyMetadata, }
    list { }
    members {
        "KeyMetadata" "keyMetadata" key_metadata: optional KeyMetadata, KEY_METADATA, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DescribeKeyRequest: DESCRIBE_KEY_REQUEST
    new { key_id: required String, }
    set { }
    list { grant_tokens: String, }
    members {
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    DescribeKeyResponse: DESCRIBE_KEY_RESPONSE
    new { }
    set { key_metadata: KeyMetadata, }
    list { }
    members {
        "KeyMetadata" "keyMetadata" key_metadata: optional KeyMetadata, KEY_METADATA, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DisableKeyRequest: DISABLE_KEY_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    EnableKeyRequest: ENABLE_KEY_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GetKeyLastUsageRequest: GET_KEY_LAST_USAGE_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    GetKeyLastUsageResponse: GET_KEY_LAST_USAGE_RESPONSE
    new { }
    set { key_creation_date: Timestamp, key_id: String, key_last_usage: KeyLastUsageData, tracking_start_date: Timestamp, }
    list { }
    members {
        "KeyCreationDate" "keyCreationDate" key_creation_date: optional Timestamp, DATE_TYPE, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "KeyLastUsage" "keyLastUsage" key_last_usage: optional KeyLastUsageData, KEY_LAST_USAGE_DATA, IfSent;
        "TrackingStartDate" "trackingStartDate" tracking_start_date: optional Timestamp, DATE_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    KeyLastUsageData: KEY_LAST_USAGE_DATA
    new { }
    set { cloud_trail_event_id: String, kms_request_id: String, operation: KeyLastUsageTrackingOperation, timestamp: Timestamp, }
    list { }
    members {
        "CloudTrailEventId" "cloudTrailEventId" cloud_trail_event_id: optional String, CLOUD_TRAIL_EVENT_ID_TYPE, IfSent;
        "KmsRequestId" "kmsRequestId" kms_request_id: optional String, KMS_REQUEST_ID_TYPE, IfSent;
        "Operation" "operation" operation: optional KeyLastUsageTrackingOperation, KEY_LAST_USAGE_TRACKING_OPERATION, IfSent;
        "Timestamp" "timestamp" timestamp: optional Timestamp, DATE_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    KeyListEntry: KEY_LIST_ENTRY
    new { }
    set { key_arn: String, key_id: String, }
    list { }
    members {
        "KeyArn" "keyArn" key_arn: optional String, ARN_TYPE, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    KeyMetadata: KEY_METADATA
    new { key_id: required String, }
    set { aws_account_id: String, arn: String, cloud_hsm_cluster_id: String, creation_date: Timestamp, current_key_material_id: String, custom_key_store_id: String, customer_master_key_spec: CustomerMasterKeySpec, deletion_date: Timestamp, description: String, enabled: bool, expiration_model: ExpirationModelType, key_manager: KeyManagerType, key_spec: KeySpec, key_state: KeyState, key_usage: KeyUsageType, multi_region: bool, multi_region_configuration: MultiRegionConfiguration, origin: OriginType, pending_deletion_window_in_days: i32, valid_to: Timestamp, xks_key_configuration: XksKeyConfigurationType, }
    list { encapsulation_algorithms: EncapsulationAlgorithmSpec, encryption_algorithms: EncryptionAlgorithmSpec, key_agreement_algorithms: KeyAgreementAlgorithmSpec, mac_algorithms: MacAlgorithmSpec, signing_algorithms: SigningAlgorithmSpec, }
    members {
        "AWSAccountId" "aWSAccountId" aws_account_id: optional String, AWS_ACCOUNT_ID_TYPE, IfSent;
        "Arn" "arn" arn: optional String, ARN_TYPE, IfSent;
        "CloudHsmClusterId" "cloudHsmClusterId" cloud_hsm_cluster_id: optional String, CLOUD_HSM_CLUSTER_ID_TYPE, IfSent;
        "CreationDate" "creationDate" creation_date: optional Timestamp, DATE_TYPE, IfSent;
        "CurrentKeyMaterialId" "currentKeyMaterialId" current_key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: optional String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "CustomerMasterKeySpec" "customerMasterKeySpec" customer_master_key_spec: optional CustomerMasterKeySpec, CUSTOMER_MASTER_KEY_SPEC, IfSent;
        "DeletionDate" "deletionDate" deletion_date: optional Timestamp, DATE_TYPE, IfSent;
        "Description" "description" description: optional String, DESCRIPTION_TYPE, IfSent;
        "Enabled" "enabled" enabled: optional bool, BOOLEAN_TYPE, IfSent;
        "EncapsulationAlgorithms" "encapsulationAlgorithms" encapsulation_algorithms: optional_list EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC_LIST, IfSent;
        "EncryptionAlgorithms" "encryptionAlgorithms" encryption_algorithms: optional_list EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC_LIST, IfSent;
        "ExpirationModel" "expirationModel" expiration_model: optional ExpirationModelType, EXPIRATION_MODEL_TYPE, IfSent;
        "KeyAgreementAlgorithms" "keyAgreementAlgorithms" key_agreement_algorithms: optional_list KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC_LIST, IfSent;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeyManager" "keyManager" key_manager: optional KeyManagerType, KEY_MANAGER_TYPE, IfSent;
        "KeySpec" "keySpec" key_spec: optional KeySpec, KEY_SPEC, IfSent;
        "KeyState" "keyState" key_state: optional KeyState, KEY_STATE, IfSent;
        "KeyUsage" "keyUsage" key_usage: optional KeyUsageType, KEY_USAGE_TYPE, IfSent;
        "MacAlgorithms" "macAlgorithms" mac_algorithms: optional_list MacAlgorithmSpec, MAC_ALGORITHM_SPEC_LIST, IfSent;
        "MultiRegion" "multiRegion" multi_region: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent;
        "MultiRegionConfiguration" "multiRegionConfiguration" multi_region_configuration: optional MultiRegionConfiguration, MULTI_REGION_CONFIGURATION, IfSent;
        "Origin" "origin" origin: optional OriginType, ORIGIN_TYPE, IfSent;
        "PendingDeletionWindowInDays" "pendingDeletionWindowInDays" pending_deletion_window_in_days: optional i32, PENDING_WINDOW_IN_DAYS_TYPE, IfSent;
        "SigningAlgorithms" "signingAlgorithms" signing_algorithms: optional_list SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC_LIST, IfSent;
        "ValidTo" "validTo" valid_to: optional Timestamp, DATE_TYPE, IfSent;
        "XksKeyConfiguration" "xksKeyConfiguration" xks_key_configuration: optional XksKeyConfigurationType, XKS_KEY_CONFIGURATION_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    ListKeysRequest: LIST_KEYS_REQUEST
    new { }
    set { limit: i32, marker: String, }
    list { resource_owners: ResourceOwnerType, }
    members {
        "Limit" "limit" limit: optional i32, LIMIT_TYPE, IfSent .or(DefaultValue::Int(100));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
        "ResourceOwners" "resourceOwners" resource_owners: optional_list ResourceOwnerType, RESOURCE_OWNERS_LIST, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    ListKeysResponse: LIST_KEYS_RESPONSE
    new { }
    set { next_marker: String, truncated: bool, }
    list { keys: KeyListEntry, }
    members {
        "Keys" "keys" keys: optional_list KeyListEntry, KEY_LIST, IfSent;
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Truncated" "truncated" truncated: optional bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    MultiRegionConfiguration: MULTI_REGION_CONFIGURATION
    new { }
    set { multi_region_key_type: MultiRegionKeyType, primary_key: MultiRegionKey, }
    list { replica_keys: MultiRegionKey, }
    members {
        "MultiRegionKeyType" "multiRegionKeyType" multi_region_key_type: optional MultiRegionKeyType, MULTI_REGION_KEY_TYPE, IfSent;
        "PrimaryKey" "primaryKey" primary_key: optional MultiRegionKey, MULTI_REGION_KEY, IfSent;
        "ReplicaKeys" "replicaKeys" replica_keys: optional_list MultiRegionKey, MULTI_REGION_KEY_LIST, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    MultiRegionKey: MULTI_REGION_KEY
    new { }
    set { arn: String, region: String, }
    list { }
    members {
        "Arn" "arn" arn: optional String, ARN_TYPE, IfSent;
        "Region" "region" region: optional String, REGION_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ReplicateKeyRequest: REPLICATE_KEY_REQUEST
    new { key_id: required String, replica_region: required String, }
    set { bypass_policy_lockout_safety_check: bool, description: String, policy: String, }
    list { tags: Tag, }
    members {
        "BypassPolicyLockoutSafetyCheck" "bypassPolicyLockoutSafetyCheck" bypass_policy_lockout_safety_check: optional bool, BOOLEAN_TYPE, Always .feeds(ConditionKey::KmsBypassPolicyLockoutSafetyCheck) .or(DefaultValue::Bool(false)) .absent_in_conditions();
        "Description" "description" description: optional String, DESCRIPTION_TYPE, Always .or(DefaultValue::Str(""));
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Policy" "policy" policy: optional String, POLICY_TYPE, IfSent;
        "ReplicaRegion" "replicaRegion" replica_region: required String, REGION_TYPE, IfSent .feeds(ConditionKey::KmsReplicaRegion);
        "Tags" "tags" tags: optional_list Tag, TAG_LIST, IfSent .feeds(ConditionKey::AwsRequestTag) .or(DefaultValue::EmptyList);
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    ReplicateKeyResponse: REPLICATE_KEY_RESPONSE
    new { }
    set { replica_key_metadata: KeyMetadata, replica_policy: String, }
    list { replica_tags: Tag, }
    members {
        "ReplicaKeyMetadata" "replicaKeyMetadata" replica_key_metadata: optional KeyMetadata, KEY_METADATA, IfSent;
        "ReplicaPolicy" "replicaPolicy" replica_policy: optional String, POLICY_TYPE, IfSent;
        "ReplicaTags" "replicaTags" replica_tags: optional_list Tag, TAG_LIST, IfSent;
    }
}

/// Narrower than the model's `PendingWindowInDaysType`.
static SCHEDULE_KEY_DELETION_REQUEST_PENDING_WINDOW_IN_DAYS: structure::Shape =
    crate::table::shape("PendingWindowInDaysType", structure::ShapeKind::Int, Some(7), Some(30), None);

structure! {
    #[derive(Clone, PartialEq)]
    ScheduleKeyDeletionRequest: SCHEDULE_KEY_DELETION_REQUEST
    new { key_id: required String, }
    set { pending_window_in_days: i32, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "PendingWindowInDays" "pendingWindowInDays" pending_window_in_days: optional i32, SCHEDULE_KEY_DELETION_REQUEST_PENDING_WINDOW_IN_DAYS, IfSent .feeds(ConditionKey::KmsScheduleKeyDeletionPendingWindowInDays) .or(DefaultValue::Int(30));
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    ScheduleKeyDeletionResponse: SCHEDULE_KEY_DELETION_RESPONSE
    new { }
    set { deletion_date: Timestamp, key_id: String, key_state: KeyState, pending_window_in_days: i32, }
    list { }
    members {
        "DeletionDate" "deletionDate" deletion_date: optional Timestamp, DATE_TYPE, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "KeyState" "keyState" key_state: optional KeyState, KEY_STATE, IfSent;
        "PendingWindowInDays" "pendingWindowInDays" pending_window_in_days: optional i32, PENDING_WINDOW_IN_DAYS_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    UpdateKeyDescriptionRequest: UPDATE_KEY_DESCRIPTION_REQUEST
    new { description: required String, key_id: required String, }
    set { }
    list { }
    members {
        "Description" "description" description: required String, DESCRIPTION_TYPE, IfSent;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    UpdatePrimaryRegionRequest: UPDATE_PRIMARY_REGION_REQUEST
    new { key_id: required String, primary_region: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "PrimaryRegion" "primaryRegion" primary_region: required String, REGION_TYPE, IfSent .feeds(ConditionKey::KmsPrimaryRegion);
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    XksKeyConfigurationType: XKS_KEY_CONFIGURATION_TYPE
    new { }
    set { id: String, }
    list { }
    members {
        "Id" "id" id: optional String, XKS_KEY_ID_TYPE, IfSent;
    }
}
