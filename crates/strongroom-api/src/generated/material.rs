//! Requests, responses and their parts: `material`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    DeleteImportedKeyMaterialRequest: DELETE_IMPORTED_KEY_MATERIAL_REQUEST
    new { key_id: required String, }
    set { key_material_id: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DeleteImportedKeyMaterialResponse: DELETE_IMPORTED_KEY_MATERIAL_RESPONSE
    new { key_id: present String, }
    set { key_material_id: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_RESPONSE_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DisableKeyRotationRequest: DISABLE_KEY_ROTATION_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    EnableKeyRotationRequest: ENABLE_KEY_ROTATION_REQUEST
    new { key_id: required String, }
    set { rotation_period_in_days: i32, }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "RotationPeriodInDays" "rotationPeriodInDays" rotation_period_in_days: optional i32, ROTATION_PERIOD_IN_DAYS_TYPE, IfSent .feeds(ConditionKey::KmsRotationPeriodInDays) .or(DefaultValue::Int(365));
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GetKeyRotationStatusRequest: GET_KEY_ROTATION_STATUS_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GetKeyRotationStatusResponse: GET_KEY_ROTATION_STATUS_RESPONSE
    new { key_id: present String, key_rotation_enabled: present bool, }
    set { next_rotation_date: Timestamp, on_demand_rotation_start_date: Timestamp, rotation_period_in_days: i32, }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyRotationEnabled" "keyRotationEnabled" key_rotation_enabled: present bool, BOOLEAN_TYPE, IfSent;
        "NextRotationDate" "nextRotationDate" next_rotation_date: optional Timestamp, DATE_TYPE, IfSent;
        "OnDemandRotationStartDate" "onDemandRotationStartDate" on_demand_rotation_start_date: optional Timestamp, DATE_TYPE, IfSent;
        "RotationPeriodInDays" "rotationPeriodInDays" rotation_period_in_days: optional i32, ROTATION_PERIOD_IN_DAYS_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GetParametersForImportRequest: GET_PARAMETERS_FOR_IMPORT_REQUEST
    new { key_id: required String, wrapping_algorithm: required AlgorithmSpec, wrapping_key_spec: required WrappingKeySpec, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "WrappingAlgorithm" "wrappingAlgorithm" wrapping_algorithm: required AlgorithmSpec, ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsWrappingAlgorithm);
        "WrappingKeySpec" "wrappingKeySpec" wrapping_key_spec: required WrappingKeySpec, WRAPPING_KEY_SPEC, IfSent .feeds(ConditionKey::KmsWrappingKeySpec);
    }
}

structure! {
    GetParametersForImportResponse: GET_PARAMETERS_FOR_IMPORT_RESPONSE
    parts GetParametersForImportResponseParts { key_id: present String, import_token: present Vec<u8>, public_key: present Secret, parameters_valid_to: present Timestamp, }
    set { }
    list { }
    members {
        "ImportToken" "importToken" import_token: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "ParametersValidTo" "parametersValidTo" parameters_valid_to: present Timestamp, DATE_TYPE, IfSent;
        "PublicKey" "publicKey" public_key: present Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ImportKeyMaterialRequest: IMPORT_KEY_MATERIAL_REQUEST
    new { key_id: required String, encrypted_key_material: required Vec<u8>, import_token: required Vec<u8>, }
    set { expiration_model: ExpirationModelType, import_type: ImportType, key_material_description: String, key_material_id: String, valid_to: Timestamp, }
    list { }
    members {
        "EncryptedKeyMaterial" "encryptedKeyMaterial" encrypted_key_material: required Vec<u8>, CIPHERTEXT_TYPE, Never;
        "ExpirationModel" "expirationModel" expiration_model: optional ExpirationModelType, EXPIRATION_MODEL_TYPE, IfSent .feeds(ConditionKey::KmsExpirationModel) .or(DefaultValue::Str("KEY_MATERIAL_EXPIRES"));
        "ImportToken" "importToken" import_token: required Vec<u8>, CIPHERTEXT_TYPE, Never;
        "ImportType" "importType" import_type: optional ImportType, IMPORT_TYPE, IfSent;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeyMaterialDescription" "keyMaterialDescription" key_material_description: optional String, KEY_MATERIAL_DESCRIPTION_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "ValidTo" "validTo" valid_to: optional Timestamp, DATE_TYPE, IfSent .feeds(ConditionKey::KmsValidTo);
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ImportKeyMaterialResponse: IMPORT_KEY_MATERIAL_RESPONSE
    new { key_id: present String, }
    set { key_material_id: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListKeyRotationsRequest: LIST_KEY_ROTATIONS_REQUEST
    new { key_id: required String, }
    set { include_key_material: IncludeKeyMaterial, limit: i32, marker: String, }
    list { }
    members {
        "IncludeKeyMaterial" "includeKeyMaterial" include_key_material: optional IncludeKeyMaterial, INCLUDE_KEY_MATERIAL, IfSent .or(DefaultValue::Str("ROTATIONS_ONLY"));
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Limit" "limit" limit: optional i32, LIMIT_TYPE, IfSent .or(DefaultValue::Int(100));
        "Marker" "marker" marker: optional String, MARKER_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ListKeyRotationsResponse: LIST_KEY_ROTATIONS_RESPONSE
    new { rotations: present_list RotationsListEntry, truncated: present bool, }
    set { next_marker: String, }
    list { }
    members {
        "NextMarker" "nextMarker" next_marker: optional String, MARKER_TYPE, IfSent;
        "Rotations" "rotations" rotations: present_list RotationsListEntry, ROTATIONS_LIST, IfSent;
        "Truncated" "truncated" truncated: present bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    RotateKeyOnDemandRequest: ROTATE_KEY_ON_DEMAND_REQUEST
    new { key_id: required String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    RotateKeyOnDemandResponse: ROTATE_KEY_ON_DEMAND_RESPONSE
    new { key_id: present String, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    RotationsListEntry: ROTATIONS_LIST_ENTRY
    new { key_id: present String, key_material_id: present String, key_material_state: present KeyMaterialState, }
    set { expiration_model: ExpirationModelType, import_state: ImportState, key_material_description: String, rotation_date: Timestamp, rotation_type: RotationType, valid_to: Timestamp, }
    list { }
    members {
        "ExpirationModel" "expirationModel" expiration_model: optional ExpirationModelType, EXPIRATION_MODEL_TYPE, IfSent;
        "ImportState" "importState" import_state: optional ImportState, IMPORT_STATE, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialDescription" "keyMaterialDescription" key_material_description: optional String, KEY_MATERIAL_DESCRIPTION_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: present String, BACKING_KEY_ID_TYPE, IfSent;
        "KeyMaterialState" "keyMaterialState" key_material_state: present KeyMaterialState, KEY_MATERIAL_STATE, IfSent;
        "RotationDate" "rotationDate" rotation_date: optional Timestamp, DATE_TYPE, IfSent;
        "RotationType" "rotationType" rotation_type: optional RotationType, ROTATION_TYPE, IfSent;
        "ValidTo" "validTo" valid_to: optional Timestamp, DATE_TYPE, IfSent;
    }
}
