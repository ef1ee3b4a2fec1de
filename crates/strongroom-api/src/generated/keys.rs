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
    #[derive(Clone, PartialEq)]
    CancelKeyDeletionResponse: CANCEL_KEY_DELETION_RESPONSE
    new { key_id: present String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
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
    #[derive(Clone, PartialEq)]
    CreateKeyResponse: CREATE_KEY_RESPONSE
    new { key_metadata: present KeyMetadata, }
    set { }
    list { }
    members {
        "KeyMetadata" "keyMetadata" key_metadata: present KeyMetadata, KEY_METADATA, IfSent;
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
    #[derive(Clone, PartialEq)]
    DescribeKeyResponse: DESCRIBE_KEY_RESPONSE
    new { key_metadata: present KeyMetadata, }
    set { }
    list { }
    members {
        "KeyMetadata" "keyMetadata" key_metadata: present KeyMetadata, KEY_METADATA, IfSent;
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
    #[derive(Clone, PartialEq)]
    GetKeyLastUsageResponse: GET_KEY_LAST_USAGE_RESPONSE
    parts GetKeyLastUsageResponseParts { key_id: present String, key_last_usage: present KeyLastUsageData, key_creation_date: present Timestamp, tracking_start_date: present Timestamp, }
    set { }
    list { }
    members {
        "KeyCreationDate" "keyCreationDate" key_creation_date: present Timestamp, DATE_TYPE, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyLastUsage" "keyLastUsage" key_last_usage: present KeyLastUsageData, KEY_LAST_USAGE_DATA, IfSent;
        "TrackingStartDate" "trackingStartDate" tracking_start_date: present Timestamp, DATE_TYPE, IfSent;
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
    #[derive(Clone, PartialEq)]
    KeyListEntry: KEY_LIST_ENTRY
    new { key_id: present String, key_arn: present String, }
    set { }
    list { }
    members {
        "KeyArn" "keyArn" key_arn: present String, ARN_TYPE, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    KeyMetadata: KEY_METADATA
    parts KeyMetadataParts { key_id: required String, arn: present String, aws_account_id: present String, creation_date: present Timestamp, description: present String, enabled: present bool, key_manager: present KeyManagerType, key_spec: present KeySpec, key_state: present KeyState, key_usage: present KeyUsageType, multi_region: present bool, origin: present OriginType, }
    set { cloud_hsm_cluster_id: String, current_key_material_id: String, custom_key_store_id: String, customer_master_key_spec: CustomerMasterKeySpec, deletion_date: Timestamp, expiration_model: ExpirationModelType, multi_region_configuration: MultiRegionConfiguration, pending_deletion_window_in_days: i32, valid_to: Timestamp, xks_key_configuration: XksKeyConfigurationType, }
    list { encapsulation_algorithms: EncapsulationAlgorithmSpec, encryption_algorithms: EncryptionAlgorithmSpec, key_agreement_algorithms: KeyAgreementAlgorithmSpec, mac_algorithms: MacAlgorithmSpec, signing_algorithms: SigningAlgorithmSpec, }
    members {
        "AWSAccountId" "aWSAccountId" aws_account_id: present String, AWS_ACCOUNT_ID_TYPE, IfSent;
        "Arn" "arn" arn: present String, ARN_TYPE, IfSent;
        "CloudHsmClusterId" "cloudHsmClusterId" cloud_hsm_cluster_id: optional String, CLOUD_HSM_CLUSTER_ID_TYPE, IfSent;
        "CreationDate" "creationDate" creation_date: present Timestamp, DATE_TYPE, IfSent;
        "CurrentKeyMaterialId" "currentKeyMaterialId" current_key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: optional String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "CustomerMasterKeySpec" "customerMasterKeySpec" customer_master_key_spec: optional CustomerMasterKeySpec, CUSTOMER_MASTER_KEY_SPEC, IfSent;
        "DeletionDate" "deletionDate" deletion_date: optional Timestamp, DATE_TYPE, IfSent;
        "Description" "description" description: present String, DESCRIPTION_TYPE, IfSent;
        "Enabled" "enabled" enabled: present bool, BOOLEAN_TYPE, IfSent;
        "EncapsulationAlgorithms" "encapsulationAlgorithms" encapsulation_algorithms: optional_list EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC_LIST, IfSent;
        "EncryptionAlgorithms" "encryptionAlgorithms" encryption_algorithms: optional_list EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC_LIST, IfSent;
        "ExpirationModel" "expirationModel" expiration_model: optional ExpirationModelType, EXPIRATION_MODEL_TYPE, IfSent;
        "KeyAgreementAlgorithms" "keyAgreementAlgorithms" key_agreement_algorithms: optional_list KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC_LIST, IfSent;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeyManager" "keyManager" key_manager: present KeyManagerType, KEY_MANAGER_TYPE, IfSent;
        "KeySpec" "keySpec" key_spec: present KeySpec, KEY_SPEC, IfSent;
        "KeyState" "keyState" key_state: present KeyState, KEY_STATE, IfSent;
        "KeyUsage" "keyUsage" key_usage: present KeyUsageType, KEY_USAGE_TYPE, IfSent;
        "MacAlgorithms" "macAlgorithms" mac_algorithms: optional_list MacAlgorithmSpec, MAC_ALGORITHM_SPEC_LIST, IfSent;
        "MultiRegion" "multiRegion" multi_region: present bool, NULLABLE_BOOLEAN_TYPE, IfSent;
        "MultiRegionConfiguration" "multiRegionConfiguration" multi_region_configuration: optional MultiRegionConfiguration, MULTI_REGION_CONFIGURATION, IfSent;
        "Origin" "origin" origin: present OriginType, ORIGIN_TYPE, IfSent;
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
    #[derive(Clone, PartialEq)]
    ListKeysResponse: LIST_KEYS_RESPONSE
    new { keys: present_list KeyListEntry, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "Keys" "keys" keys: present_list KeyListEntry, KEY_LIST, IfSent;
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    MultiRegionConfiguration: MULTI_REGION_CONFIGURATION
    new { multi_region_key_type: present MultiRegionKeyType, primary_key: present MultiRegionKey, replica_keys: present_list MultiRegionKey, }
    set { }
    list { }
    members {
        "MultiRegionKeyType" "multiRegionKeyType" multi_region_key_type: present MultiRegionKeyType, MULTI_REGION_KEY_TYPE, IfSent;
        "PrimaryKey" "primaryKey" primary_key: present MultiRegionKey, MULTI_REGION_KEY, IfSent;
        "ReplicaKeys" "replicaKeys" replica_keys: present_list MultiRegionKey, MULTI_REGION_KEY_LIST, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    MultiRegionKey: MULTI_REGION_KEY
    new { arn: present String, region: present String, }
    set { }
    list { }
    members {
        "Arn" "arn" arn: present String, ARN_TYPE, IfSent;
        "Region" "region" region: present String, REGION_TYPE, IfSent;
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
    #[derive(Clone, PartialEq)]
    ReplicateKeyResponse: REPLICATE_KEY_RESPONSE
    new { replica_key_metadata: present KeyMetadata, replica_policy: present String, replica_tags: present_list Tag, }
    set { }
    list { }
    members {
        "ReplicaKeyMetadata" "replicaKeyMetadata" replica_key_metadata: present KeyMetadata, KEY_METADATA, IfSent;
        "ReplicaPolicy" "replicaPolicy" replica_policy: present String, POLICY_TYPE, IfSent;
        "ReplicaTags" "replicaTags" replica_tags: present_list Tag, TAG_LIST, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ScheduleKeyDeletionRequest: SCHEDULE_KEY_DELETION_REQUEST
    new { key_id: required String, }
    set { pending_window_in_days: i32, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "PendingWindowInDays" "pendingWindowInDays" pending_window_in_days: optional i32, PENDING_WINDOW_IN_DAYS_TYPE, IfSent .feeds(ConditionKey::KmsScheduleKeyDeletionPendingWindowInDays) .or(DefaultValue::Int(30));
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ScheduleKeyDeletionResponse: SCHEDULE_KEY_DELETION_RESPONSE
    new { key_id: present String, key_state: present KeyState, pending_window_in_days: present i32, }
    set { deletion_date: Timestamp, }
    list { }
    members {
        "DeletionDate" "deletionDate" deletion_date: optional Timestamp, DATE_TYPE, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyState" "keyState" key_state: present KeyState, KEY_STATE, IfSent;
        "PendingWindowInDays" "pendingWindowInDays" pending_window_in_days: present i32, PENDING_WINDOW_IN_DAYS_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    UpdateKeyDescriptionRequest: UPDATE_KEY_DESCRIPTION_REQUEST
    new { key_id: required String, description: required String, }
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
    #[derive(Clone, PartialEq)]
    XksKeyConfigurationType: XKS_KEY_CONFIGURATION_TYPE
    new { id: present String, }
    set { }
    list { }
    members {
        "Id" "id" id: present String, XKS_KEY_ID_TYPE, IfSent;
    }
}
