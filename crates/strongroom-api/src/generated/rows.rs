//! The operations: a type and a row each. Generated from the model and the overlay; do not edit.

use strongroom_types::row::{Additional, KeyForms, KeyRole, On, ResponseRule, Row, StateColumn, UsageRule};
use strongroom_types::{Action, ConditionKey, KeyUsageType, Operation as Name};

use crate::generated::prelude::*;
use crate::operation::NoOutput;
use crate::table::{RowTable, column, key, key_or_ciphertext, operation, permission, permission_if};

const ANY: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
]);
const CANCEL_DELETION: StateColumn = column([
    strongroom_types::row::StateVerdict::NotPendingDeletion,
    strongroom_types::row::StateVerdict::NotPendingDeletion,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::NotPendingDeletion,
    strongroom_types::row::StateVerdict::NotPendingDeletion,
    strongroom_types::row::StateVerdict::NotPendingDeletion,
    strongroom_types::row::StateVerdict::NotPendingDeletion,
]);
const CRYPTO: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Disabled,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::PendingImport,
    strongroom_types::row::StateVerdict::Unavailable,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Ok,
]);
const DELETE_MATERIAL: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Updating,
]);
const GRANT: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Disabled,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::PendingImport,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Ok,
]);
const IMPORT: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Ok,
]);
const IMPORT_PARAMETERS: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Updating,
]);
const MANAGE: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
]);
const PRIMARY_REGION: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Disabled,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::PendingImport,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Ok,
]);
const REPLICATE: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Disabled,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::PendingImport,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Updating,
]);
const ROTATE: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Disabled,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::PendingImport,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Updating,
]);
const ROTATION_SETTING: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Disabled,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Ok,
]);
const ROTATION_STATUS: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Unsupported,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
]);
const SCHEDULE_DELETION: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Updating,
]);
const TOGGLE: StateColumn = column([
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::PendingDeletion,
    strongroom_types::row::StateVerdict::PendingImport,
    strongroom_types::row::StateVerdict::Ok,
    strongroom_types::row::StateVerdict::Creating,
    strongroom_types::row::StateVerdict::Updating,
]);

operation!(
    CancelKeyDeletion,
    CancelKeyDeletionRequest,
    CancelKeyDeletionResponse,
    RowTable::new(
        Name::CancelKeyDeletion,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::CancelKeyDeletion, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(CANCEL_DELETION)
    .records(ResponseRule::Members, &[])
);

operation!(
    ConnectCustomKeyStore,
    ConnectCustomKeyStoreRequest,
    ConnectCustomKeyStoreResponse,
    RowTable::new(
        Name::ConnectCustomKeyStore,
        &[
            "CloudHsmClusterNotActiveException",
            "CustomKeyStoreInvalidStateException",
            "CustomKeyStoreNotFoundException",
            "KMSInternalException",
            "CloudHsmClusterInvalidConfigurationException"
        ]
    )
    .needs(&[permission(Action::ConnectCustomKeyStore, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
    .no_resources()
);

operation!(
    CreateAlias,
    CreateAliasRequest,
    NoOutput,
    RowTable::new(
        Name::CreateAlias,
        &[
            "DependencyTimeoutException",
            "AlreadyExistsException",
            "NotFoundException",
            "InvalidAliasNameException",
            "KMSInternalException",
            "LimitExceededException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("TargetKeyId", KeyRole::Target, KeyForms::IdOrArn)])
    .needs(&[permission(Action::CreateAlias, On::Alias), permission(Action::CreateAlias, On::Key(KeyRole::Target))])
    .usage(UsageRule::Any)
    .states(MANAGE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    CreateCustomKeyStore,
    CreateCustomKeyStoreRequest,
    CreateCustomKeyStoreResponse,
    RowTable::new(
        Name::CreateCustomKeyStore,
        &[
            "CloudHsmClusterInUseException",
            "CustomKeyStoreNameInUseException",
            "CloudHsmClusterNotFoundException",
            "KMSInternalException",
            "CloudHsmClusterNotActiveException",
            "IncorrectTrustAnchorException",
            "CloudHsmClusterInvalidConfigurationException",
            "LimitExceededException",
            "XksProxyUriInUseException",
            "XksProxyUriEndpointInUseException",
            "XksProxyUriUnreachableException",
            "XksProxyIncorrectAuthenticationCredentialException",
            "XksProxyVpcEndpointServiceInUseException",
            "XksProxyVpcEndpointServiceNotFoundException",
            "XksProxyVpcEndpointServiceInvalidConfigurationException",
            "XksProxyInvalidResponseException",
            "XksProxyInvalidConfigurationException"
        ]
    )
    .needs(&[permission(Action::CreateCustomKeyStore, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Members, &[])
    .no_resources()
);

operation!(
    CreateGrant,
    CreateGrantRequest,
    CreateGrantResponse,
    RowTable::new(
        Name::CreateGrant,
        &[
            "NotFoundException",
            "DisabledException",
            "DependencyTimeoutException",
            "InvalidArnException",
            "KMSInternalException",
            "InvalidGrantTokenException",
            "LimitExceededException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::CreateGrant, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(GRANT)
    .records(ResponseRule::MembersAndKeyArn, &[])
);

operation!(
    CreateKey,
    CreateKeyRequest,
    CreateKeyResponse,
    RowTable::new(
        Name::CreateKey,
        &[
            "MalformedPolicyDocumentException",
            "DependencyTimeoutException",
            "InvalidArnException",
            "UnsupportedOperationException",
            "KMSInternalException",
            "LimitExceededException",
            "TagException",
            "CustomKeyStoreNotFoundException",
            "CustomKeyStoreInvalidStateException",
            "CloudHsmClusterInvalidConfigurationException",
            "XksKeyInvalidConfigurationException",
            "XksKeyAlreadyInUseException",
            "XksKeyNotFoundException"
        ]
    )
    .needs(&[permission(Action::CreateKey, On::Any), permission_if(Action::TagResource, On::Any, "Tags")])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Members, &[])
);

operation!(
    Decapsulate,
    DecapsulateRequest,
    DecapsulateResponse,
    RowTable::new(
        Name::Decapsulate,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidGrantTokenException",
            "InvalidKeyUsageException",
            "InvalidCiphertextException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::Decapsulate, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::EncapsulateDecapsulate))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    Decrypt,
    DecryptRequest,
    DecryptResponse,
    RowTable::new(
        Name::Decrypt,
        &[
            "NotFoundException",
            "DisabledException",
            "InvalidCiphertextException",
            "KeyUnavailableException",
            "IncorrectKeyException",
            "InvalidKeyUsageException",
            "DependencyTimeoutException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key_or_ciphertext("KeyId", KeyRole::Key, KeyForms::Any, "CiphertextBlob")])
    .needs(&[permission(Action::Decrypt, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::EncryptDecrypt))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::KeyMaterialId])
);

operation!(
    DeleteAlias,
    DeleteAliasRequest,
    NoOutput,
    RowTable::new(
        Name::DeleteAlias,
        &["DependencyTimeoutException", "NotFoundException", "KMSInternalException", "KMSInvalidStateException"]
    )
    .keys(&[key("AliasName", KeyRole::Current, KeyForms::AliasName)])
    .needs(&[permission(Action::DeleteAlias, On::Alias), permission(Action::DeleteAlias, On::Key(KeyRole::Current))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    DeleteCustomKeyStore,
    DeleteCustomKeyStoreRequest,
    DeleteCustomKeyStoreResponse,
    RowTable::new(
        Name::DeleteCustomKeyStore,
        &[
            "CustomKeyStoreHasCMKsException",
            "CustomKeyStoreInvalidStateException",
            "CustomKeyStoreNotFoundException",
            "KMSInternalException"
        ]
    )
    .needs(&[permission(Action::DeleteCustomKeyStore, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
    .no_resources()
);

operation!(
    DeleteImportedKeyMaterial,
    DeleteImportedKeyMaterialRequest,
    DeleteImportedKeyMaterialResponse,
    RowTable::new(
        Name::DeleteImportedKeyMaterial,
        &[
            "InvalidArnException",
            "UnsupportedOperationException",
            "DependencyTimeoutException",
            "NotFoundException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::DeleteImportedKeyMaterial, On::Key(KeyRole::Key))])
    .usage(UsageRule::Imported)
    .states(DELETE_MATERIAL)
    .records(ResponseRule::Members, &[])
);

operation!(
    DeriveSharedSecret,
    DeriveSharedSecretRequest,
    DeriveSharedSecretResponse,
    RowTable::new(
        Name::DeriveSharedSecret,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidGrantTokenException",
            "InvalidKeyUsageException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::DeriveSharedSecret, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::KeyAgreement))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    DescribeCustomKeyStores,
    DescribeCustomKeyStoresRequest,
    DescribeCustomKeyStoresResponse,
    RowTable::new(
        Name::DescribeCustomKeyStores,
        &["CustomKeyStoreNotFoundException", "InvalidMarkerException", "KMSInternalException"]
    )
    .read_only()
    .needs(&[permission(Action::DescribeCustomKeyStores, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
    .no_resources()
);

operation!(
    DescribeKey,
    DescribeKeyRequest,
    DescribeKeyResponse,
    RowTable::new(
        Name::DescribeKey,
        &["NotFoundException", "InvalidArnException", "DependencyTimeoutException", "KMSInternalException"]
    )
    .read_only()
    .cross_account()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::DescribeKey, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    DisableKey,
    DisableKeyRequest,
    NoOutput,
    RowTable::new(
        Name::DisableKey,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::DisableKey, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(TOGGLE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    DisableKeyRotation,
    DisableKeyRotationRequest,
    NoOutput,
    RowTable::new(
        Name::DisableKeyRotation,
        &[
            "NotFoundException",
            "DisabledException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::DisableKeyRotation, On::Key(KeyRole::Key))])
    .usage(UsageRule::AutomaticallyRotatable)
    .states(ROTATION_SETTING)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    DisconnectCustomKeyStore,
    DisconnectCustomKeyStoreRequest,
    DisconnectCustomKeyStoreResponse,
    RowTable::new(
        Name::DisconnectCustomKeyStore,
        &["CustomKeyStoreInvalidStateException", "CustomKeyStoreNotFoundException", "KMSInternalException"]
    )
    .needs(&[permission(Action::DisconnectCustomKeyStore, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
    .no_resources()
);

operation!(
    EnableKey,
    EnableKeyRequest,
    NoOutput,
    RowTable::new(
        Name::EnableKey,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "LimitExceededException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::EnableKey, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(TOGGLE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    EnableKeyRotation,
    EnableKeyRotationRequest,
    NoOutput,
    RowTable::new(
        Name::EnableKeyRotation,
        &[
            "NotFoundException",
            "DisabledException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::EnableKeyRotation, On::Key(KeyRole::Key))])
    .usage(UsageRule::AutomaticallyRotatable)
    .states(ROTATION_SETTING)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    Encapsulate,
    EncapsulateRequest,
    EncapsulateResponse,
    RowTable::new(
        Name::Encapsulate,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidGrantTokenException",
            "InvalidKeyUsageException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::Encapsulate, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::EncapsulateDecapsulate))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    Encrypt,
    EncryptRequest,
    EncryptResponse,
    RowTable::new(
        Name::Encrypt,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::Encrypt, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::EncryptDecrypt))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::KeyMaterialId])
);

operation!(
    GenerateDataKey,
    GenerateDataKeyRequest,
    GenerateDataKeyResponse,
    RowTable::new(
        Name::GenerateDataKey,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::GenerateDataKey, On::Key(KeyRole::Key))])
    .usage(UsageRule::SymmetricEncryption)
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::KeyMaterialId])
    .conditions(&[(ConditionKey::KmsEncryptionAlgorithm, "SYMMETRIC_DEFAULT")])
);

operation!(
    GenerateDataKeyPair,
    GenerateDataKeyPairRequest,
    GenerateDataKeyPairResponse,
    RowTable::new(
        Name::GenerateDataKeyPair,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::GenerateDataKeyPair, On::Key(KeyRole::Key))])
    .usage(UsageRule::SymmetricEncryption)
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::KeyMaterialId])
    .conditions(&[(ConditionKey::KmsEncryptionAlgorithm, "SYMMETRIC_DEFAULT")])
);

operation!(
    GenerateDataKeyPairWithoutPlaintext,
    GenerateDataKeyPairWithoutPlaintextRequest,
    GenerateDataKeyPairWithoutPlaintextResponse,
    RowTable::new(
        Name::GenerateDataKeyPairWithoutPlaintext,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::GenerateDataKeyPairWithoutPlaintext, On::Key(KeyRole::Key))])
    .usage(UsageRule::SymmetricEncryption)
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::KeyMaterialId])
    .conditions(&[(ConditionKey::KmsEncryptionAlgorithm, "SYMMETRIC_DEFAULT")])
);

operation!(
    GenerateDataKeyWithoutPlaintext,
    GenerateDataKeyWithoutPlaintextRequest,
    GenerateDataKeyWithoutPlaintextResponse,
    RowTable::new(
        Name::GenerateDataKeyWithoutPlaintext,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::GenerateDataKeyWithoutPlaintext, On::Key(KeyRole::Key))])
    .usage(UsageRule::SymmetricEncryption)
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::KeyMaterialId])
    .conditions(&[(ConditionKey::KmsEncryptionAlgorithm, "SYMMETRIC_DEFAULT")])
);

operation!(
    GenerateMac,
    GenerateMacRequest,
    GenerateMacResponse,
    RowTable::new(
        Name::GenerateMac,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::GenerateMac, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::GenerateVerifyMac))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    GenerateRandom,
    GenerateRandomRequest,
    GenerateRandomResponse,
    RowTable::new(
        Name::GenerateRandom,
        &[
            "DependencyTimeoutException",
            "KMSInternalException",
            "UnsupportedOperationException",
            "CustomKeyStoreNotFoundException",
            "CustomKeyStoreInvalidStateException"
        ]
    )
    .read_only()
    .needs(&[permission(Action::GenerateRandom, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
    .request_is_null()
);

operation!(
    GetKeyLastUsage,
    GetKeyLastUsageRequest,
    GetKeyLastUsageResponse,
    RowTable::new(
        Name::GetKeyLastUsage,
        &["NotFoundException", "InvalidArnException", "DependencyTimeoutException", "KMSInternalException"]
    )
    .read_only()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::GetKeyLastUsage, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    GetKeyPolicy,
    GetKeyPolicyRequest,
    GetKeyPolicyResponse,
    RowTable::new(
        Name::GetKeyPolicy,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .read_only()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::GetKeyPolicy, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    GetKeyRotationStatus,
    GetKeyRotationStatusRequest,
    GetKeyRotationStatusResponse,
    RowTable::new(
        Name::GetKeyRotationStatus,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::GetKeyRotationStatus, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ROTATION_STATUS)
    .records(ResponseRule::Null, &[])
);

operation!(
    GetParametersForImport,
    GetParametersForImportRequest,
    GetParametersForImportResponse,
    RowTable::new(
        Name::GetParametersForImport,
        &[
            "InvalidArnException",
            "UnsupportedOperationException",
            "DependencyTimeoutException",
            "NotFoundException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .read_only()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::GetParametersForImport, On::Key(KeyRole::Key))])
    .usage(UsageRule::Imported)
    .states(IMPORT_PARAMETERS)
    .records(ResponseRule::Null, &[])
);

operation!(
    GetPublicKey,
    GetPublicKeyRequest,
    GetPublicKeyResponse,
    RowTable::new(
        Name::GetPublicKey,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "UnsupportedOperationException",
            "InvalidArnException",
            "InvalidGrantTokenException",
            "InvalidKeyUsageException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .read_only()
    .cross_account()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::GetPublicKey, On::Key(KeyRole::Key))])
    .usage(UsageRule::Asymmetric)
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    ImportKeyMaterial,
    ImportKeyMaterialRequest,
    ImportKeyMaterialResponse,
    RowTable::new(
        Name::ImportKeyMaterial,
        &[
            "InvalidArnException",
            "UnsupportedOperationException",
            "DependencyTimeoutException",
            "NotFoundException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "InvalidCiphertextException",
            "IncorrectKeyMaterialException",
            "ExpiredImportTokenException",
            "InvalidImportTokenException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::ImportKeyMaterial, On::Key(KeyRole::Key))])
    .usage(UsageRule::Imported)
    .states(IMPORT)
    .records(ResponseRule::Members, &[])
);

operation!(
    ListAliases,
    ListAliasesRequest,
    ListAliasesResponse,
    RowTable::new(
        Name::ListAliases,
        &[
            "DependencyTimeoutException",
            "InvalidMarkerException",
            "KMSInternalException",
            "InvalidArnException",
            "NotFoundException"
        ]
    )
    .read_only()
    .needs(&[permission(Action::ListAliases, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    ListGrants,
    ListGrantsRequest,
    ListGrantsResponse,
    RowTable::new(
        Name::ListGrants,
        &[
            "NotFoundException",
            "DependencyTimeoutException",
            "InvalidMarkerException",
            "InvalidGrantIdException",
            "InvalidArnException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .read_only()
    .cross_account()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::ListGrants, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    ListKeyPolicies,
    ListKeyPoliciesRequest,
    ListKeyPoliciesResponse,
    RowTable::new(
        Name::ListKeyPolicies,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .read_only()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::ListKeyPolicies, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    ListKeyRotations,
    ListKeyRotationsRequest,
    ListKeyRotationsResponse,
    RowTable::new(
        Name::ListKeyRotations,
        &[
            "NotFoundException",
            "InvalidArnException",
            "InvalidMarkerException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException"
        ]
    )
    .read_only()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::ListKeyRotations, On::Key(KeyRole::Key))])
    .usage(UsageRule::Rotatable)
    .states(ROTATION_STATUS)
    .records(ResponseRule::Null, &[])
);

operation!(
    ListKeys,
    ListKeysRequest,
    ListKeysResponse,
    RowTable::new(Name::ListKeys, &["DependencyTimeoutException", "KMSInternalException", "InvalidMarkerException"])
        .read_only()
        .needs(&[permission(Action::ListKeys, On::Any)])
        .usage(UsageRule::Any)
        .states(ANY)
        .records(ResponseRule::Null, &[])
);

operation!(
    ListResourceTags,
    ListResourceTagsRequest,
    ListResourceTagsResponse,
    RowTable::new(
        Name::ListResourceTags,
        &["KMSInternalException", "NotFoundException", "InvalidArnException", "InvalidMarkerException"]
    )
    .read_only()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::ListResourceTags, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    ListRetirableGrants,
    ListRetirableGrantsRequest,
    ListGrantsResponse,
    RowTable::new(
        Name::ListRetirableGrants,
        &[
            "DependencyTimeoutException",
            "InvalidMarkerException",
            "InvalidArnException",
            "NotFoundException",
            "KMSInternalException"
        ]
    )
    .read_only()
    .needs(&[permission(Action::ListRetirableGrants, On::Principal)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
);

operation!(
    PutKeyPolicy,
    PutKeyPolicyRequest,
    NoOutput,
    RowTable::new(
        Name::PutKeyPolicy,
        &[
            "NotFoundException",
            "InvalidArnException",
            "MalformedPolicyDocumentException",
            "DependencyTimeoutException",
            "UnsupportedOperationException",
            "KMSInternalException",
            "LimitExceededException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::PutKeyPolicy, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    ReEncrypt,
    ReEncryptRequest,
    ReEncryptResponse,
    RowTable::new(
        Name::ReEncrypt,
        &[
            "NotFoundException",
            "DisabledException",
            "InvalidCiphertextException",
            "KeyUnavailableException",
            "IncorrectKeyException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[
        key_or_ciphertext("SourceKeyId", KeyRole::Source, KeyForms::Any, "CiphertextBlob"),
        key("DestinationKeyId", KeyRole::Destination, KeyForms::Any)
    ])
    .needs(&[
        permission(Action::ReEncryptFrom, On::Key(KeyRole::Source)),
        permission(Action::ReEncryptTo, On::Key(KeyRole::Destination))
    ])
    .usage(UsageRule::Is(KeyUsageType::EncryptDecrypt))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[Additional::BothKeyMaterialIds])
);

operation!(
    ReplicateKey,
    ReplicateKeyRequest,
    ReplicateKeyResponse,
    RowTable::new(
        Name::ReplicateKey,
        &[
            "AlreadyExistsException",
            "DisabledException",
            "InvalidArnException",
            "KMSInvalidStateException",
            "KMSInternalException",
            "LimitExceededException",
            "MalformedPolicyDocumentException",
            "NotFoundException",
            "TagException",
            "UnsupportedOperationException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[
        permission(Action::ReplicateKey, On::Key(KeyRole::Key)),
        permission(Action::CreateKey, On::Any),
        permission_if(Action::TagResource, On::Any, "Tags")
    ])
    .usage(UsageRule::MultiRegion)
    .states(REPLICATE)
    .records(ResponseRule::Members, &[])
);

operation!(
    RetireGrant,
    RetireGrantRequest,
    NoOutput,
    RowTable::new(
        Name::RetireGrant,
        &[
            "InvalidArnException",
            "InvalidGrantTokenException",
            "InvalidGrantIdException",
            "NotFoundException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .cross_account()
    .dry_run()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::RetireGrant, On::Grant)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[Additional::GrantId])
    .request_is_null()
);

operation!(
    RevokeGrant,
    RevokeGrantRequest,
    NoOutput,
    RowTable::new(
        Name::RevokeGrant,
        &[
            "NotFoundException",
            "DependencyTimeoutException",
            "InvalidArnException",
            "InvalidGrantIdException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .cross_account()
    .dry_run()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::RevokeGrant, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    RotateKeyOnDemand,
    RotateKeyOnDemandRequest,
    RotateKeyOnDemandResponse,
    RowTable::new(
        Name::RotateKeyOnDemand,
        &[
            "NotFoundException",
            "DisabledException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "UnsupportedOperationException",
            "LimitExceededException",
            "ConflictException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::RotateKeyOnDemand, On::Key(KeyRole::Key))])
    .usage(UsageRule::Rotatable)
    .states(ROTATE)
    .records(ResponseRule::Members, &[])
);

operation!(
    ScheduleKeyDeletion,
    ScheduleKeyDeletionRequest,
    ScheduleKeyDeletionResponse,
    RowTable::new(
        Name::ScheduleKeyDeletion,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::ScheduleKeyDeletion, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(SCHEDULE_DELETION)
    .records(ResponseRule::Members, &[])
);

operation!(
    Sign,
    SignRequest,
    SignResponse,
    RowTable::new(
        Name::Sign,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::Sign, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::SignVerify))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    TagResource,
    TagResourceRequest,
    NoOutput,
    RowTable::new(
        Name::TagResource,
        &[
            "KMSInternalException",
            "NotFoundException",
            "InvalidArnException",
            "KMSInvalidStateException",
            "LimitExceededException",
            "TagException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::TagResource, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(MANAGE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    UntagResource,
    UntagResourceRequest,
    NoOutput,
    RowTable::new(
        Name::UntagResource,
        &[
            "KMSInternalException",
            "NotFoundException",
            "InvalidArnException",
            "KMSInvalidStateException",
            "TagException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::UntagResource, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(MANAGE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    UpdateAlias,
    UpdateAliasRequest,
    NoOutput,
    RowTable::new(
        Name::UpdateAlias,
        &[
            "DependencyTimeoutException",
            "NotFoundException",
            "KMSInternalException",
            "LimitExceededException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[
        key("AliasName", KeyRole::Current, KeyForms::AliasName),
        key("TargetKeyId", KeyRole::Target, KeyForms::IdOrArn)
    ])
    .needs(&[
        permission(Action::UpdateAlias, On::Alias),
        permission(Action::UpdateAlias, On::Key(KeyRole::Current)),
        permission(Action::UpdateAlias, On::Key(KeyRole::Target))
    ])
    .usage(UsageRule::Any)
    .states(MANAGE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    UpdateCustomKeyStore,
    UpdateCustomKeyStoreRequest,
    UpdateCustomKeyStoreResponse,
    RowTable::new(
        Name::UpdateCustomKeyStore,
        &[
            "CustomKeyStoreNotFoundException",
            "CustomKeyStoreNameInUseException",
            "CloudHsmClusterNotFoundException",
            "CloudHsmClusterNotRelatedException",
            "CustomKeyStoreInvalidStateException",
            "KMSInternalException",
            "CloudHsmClusterNotActiveException",
            "CloudHsmClusterInvalidConfigurationException",
            "XksProxyUriInUseException",
            "XksProxyUriEndpointInUseException",
            "XksProxyUriUnreachableException",
            "XksProxyIncorrectAuthenticationCredentialException",
            "XksProxyVpcEndpointServiceInUseException",
            "XksProxyVpcEndpointServiceNotFoundException",
            "XksProxyVpcEndpointServiceInvalidConfigurationException",
            "XksProxyInvalidResponseException",
            "XksProxyInvalidConfigurationException"
        ]
    )
    .needs(&[permission(Action::UpdateCustomKeyStore, On::Any)])
    .usage(UsageRule::Any)
    .states(ANY)
    .records(ResponseRule::Null, &[])
    .no_resources()
);

operation!(
    UpdateKeyDescription,
    UpdateKeyDescriptionRequest,
    NoOutput,
    RowTable::new(
        Name::UpdateKeyDescription,
        &[
            "NotFoundException",
            "InvalidArnException",
            "DependencyTimeoutException",
            "KMSInternalException",
            "KMSInvalidStateException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[permission(Action::UpdateKeyDescription, On::Key(KeyRole::Key))])
    .usage(UsageRule::Any)
    .states(MANAGE)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    UpdatePrimaryRegion,
    UpdatePrimaryRegionRequest,
    NoOutput,
    RowTable::new(
        Name::UpdatePrimaryRegion,
        &[
            "DisabledException",
            "InvalidArnException",
            "KMSInvalidStateException",
            "KMSInternalException",
            "NotFoundException",
            "UnsupportedOperationException"
        ]
    )
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::IdOrArn)])
    .needs(&[
        permission(Action::UpdatePrimaryRegion, On::Key(KeyRole::Key)),
        permission(Action::UpdatePrimaryRegion, On::Key(KeyRole::Replica))
    ])
    .usage(UsageRule::MultiRegion)
    .states(PRIMARY_REGION)
    .records(ResponseRule::KeyArn, &[])
);

operation!(
    Verify,
    VerifyRequest,
    VerifyResponse,
    RowTable::new(
        Name::Verify,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "DependencyTimeoutException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidStateException",
            "KMSInvalidSignatureException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::Verify, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::SignVerify))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

operation!(
    VerifyMac,
    VerifyMacRequest,
    VerifyMacResponse,
    RowTable::new(
        Name::VerifyMac,
        &[
            "NotFoundException",
            "DisabledException",
            "KeyUnavailableException",
            "InvalidKeyUsageException",
            "InvalidGrantTokenException",
            "KMSInternalException",
            "KMSInvalidMacException",
            "KMSInvalidStateException",
            "DryRunOperationException"
        ]
    )
    .read_only()
    .cross_account()
    .dry_run()
    .grant_tokens()
    .keys(&[key("KeyId", KeyRole::Key, KeyForms::Any)])
    .needs(&[permission(Action::VerifyMac, On::Key(KeyRole::Key))])
    .usage(UsageRule::Is(KeyUsageType::GenerateVerifyMac))
    .states(CRYPTO)
    .records(ResponseRule::Null, &[])
);

/// Every row, in the order of [`Name::ALL`].
pub static ROWS: [Row; 56] = [
    <CancelKeyDeletion as crate::Operation>::ROW,
    <ConnectCustomKeyStore as crate::Operation>::ROW,
    <CreateAlias as crate::Operation>::ROW,
    <CreateCustomKeyStore as crate::Operation>::ROW,
    <CreateGrant as crate::Operation>::ROW,
    <CreateKey as crate::Operation>::ROW,
    <Decapsulate as crate::Operation>::ROW,
    <Decrypt as crate::Operation>::ROW,
    <DeleteAlias as crate::Operation>::ROW,
    <DeleteCustomKeyStore as crate::Operation>::ROW,
    <DeleteImportedKeyMaterial as crate::Operation>::ROW,
    <DeriveSharedSecret as crate::Operation>::ROW,
    <DescribeCustomKeyStores as crate::Operation>::ROW,
    <DescribeKey as crate::Operation>::ROW,
    <DisableKey as crate::Operation>::ROW,
    <DisableKeyRotation as crate::Operation>::ROW,
    <DisconnectCustomKeyStore as crate::Operation>::ROW,
    <EnableKey as crate::Operation>::ROW,
    <EnableKeyRotation as crate::Operation>::ROW,
    <Encapsulate as crate::Operation>::ROW,
    <Encrypt as crate::Operation>::ROW,
    <GenerateDataKey as crate::Operation>::ROW,
    <GenerateDataKeyPair as crate::Operation>::ROW,
    <GenerateDataKeyPairWithoutPlaintext as crate::Operation>::ROW,
    <GenerateDataKeyWithoutPlaintext as crate::Operation>::ROW,
    <GenerateMac as crate::Operation>::ROW,
    <GenerateRandom as crate::Operation>::ROW,
    <GetKeyLastUsage as crate::Operation>::ROW,
    <GetKeyPolicy as crate::Operation>::ROW,
    <GetKeyRotationStatus as crate::Operation>::ROW,
    <GetParametersForImport as crate::Operation>::ROW,
    <GetPublicKey as crate::Operation>::ROW,
    <ImportKeyMaterial as crate::Operation>::ROW,
    <ListAliases as crate::Operation>::ROW,
    <ListGrants as crate::Operation>::ROW,
    <ListKeyPolicies as crate::Operation>::ROW,
    <ListKeyRotations as crate::Operation>::ROW,
    <ListKeys as crate::Operation>::ROW,
    <ListResourceTags as crate::Operation>::ROW,
    <ListRetirableGrants as crate::Operation>::ROW,
    <PutKeyPolicy as crate::Operation>::ROW,
    <ReEncrypt as crate::Operation>::ROW,
    <ReplicateKey as crate::Operation>::ROW,
    <RetireGrant as crate::Operation>::ROW,
    <RevokeGrant as crate::Operation>::ROW,
    <RotateKeyOnDemand as crate::Operation>::ROW,
    <ScheduleKeyDeletion as crate::Operation>::ROW,
    <Sign as crate::Operation>::ROW,
    <TagResource as crate::Operation>::ROW,
    <UntagResource as crate::Operation>::ROW,
    <UpdateAlias as crate::Operation>::ROW,
    <UpdateCustomKeyStore as crate::Operation>::ROW,
    <UpdateKeyDescription as crate::Operation>::ROW,
    <UpdatePrimaryRegion as crate::Operation>::ROW,
    <Verify as crate::Operation>::ROW,
    <VerifyMac as crate::Operation>::ROW,
];

/// Every operation, in the order of [`Name::ALL`].
pub static TABLE: [crate::Description; 56] = [
    crate::Description::of::<CancelKeyDeletion>(&ROWS[0]),
    crate::Description::of::<ConnectCustomKeyStore>(&ROWS[1]),
    crate::Description::silent::<CreateAlias>(&ROWS[2]),
    crate::Description::of::<CreateCustomKeyStore>(&ROWS[3]),
    crate::Description::of::<CreateGrant>(&ROWS[4]),
    crate::Description::of::<CreateKey>(&ROWS[5]),
    crate::Description::of::<Decapsulate>(&ROWS[6]),
    crate::Description::of::<Decrypt>(&ROWS[7]),
    crate::Description::silent::<DeleteAlias>(&ROWS[8]),
    crate::Description::of::<DeleteCustomKeyStore>(&ROWS[9]),
    crate::Description::of::<DeleteImportedKeyMaterial>(&ROWS[10]),
    crate::Description::of::<DeriveSharedSecret>(&ROWS[11]),
    crate::Description::of::<DescribeCustomKeyStores>(&ROWS[12]),
    crate::Description::of::<DescribeKey>(&ROWS[13]),
    crate::Description::silent::<DisableKey>(&ROWS[14]),
    crate::Description::silent::<DisableKeyRotation>(&ROWS[15]),
    crate::Description::of::<DisconnectCustomKeyStore>(&ROWS[16]),
    crate::Description::silent::<EnableKey>(&ROWS[17]),
    crate::Description::silent::<EnableKeyRotation>(&ROWS[18]),
    crate::Description::of::<Encapsulate>(&ROWS[19]),
    crate::Description::of::<Encrypt>(&ROWS[20]),
    crate::Description::of::<GenerateDataKey>(&ROWS[21]),
    crate::Description::of::<GenerateDataKeyPair>(&ROWS[22]),
    crate::Description::of::<GenerateDataKeyPairWithoutPlaintext>(&ROWS[23]),
    crate::Description::of::<GenerateDataKeyWithoutPlaintext>(&ROWS[24]),
    crate::Description::of::<GenerateMac>(&ROWS[25]),
    crate::Description::of::<GenerateRandom>(&ROWS[26]),
    crate::Description::of::<GetKeyLastUsage>(&ROWS[27]),
    crate::Description::of::<GetKeyPolicy>(&ROWS[28]),
    crate::Description::of::<GetKeyRotationStatus>(&ROWS[29]),
    crate::Description::of::<GetParametersForImport>(&ROWS[30]),
    crate::Description::of::<GetPublicKey>(&ROWS[31]),
    crate::Description::of::<ImportKeyMaterial>(&ROWS[32]),
    crate::Description::of::<ListAliases>(&ROWS[33]),
    crate::Description::of::<ListGrants>(&ROWS[34]),
    crate::Description::of::<ListKeyPolicies>(&ROWS[35]),
    crate::Description::of::<ListKeyRotations>(&ROWS[36]),
    crate::Description::of::<ListKeys>(&ROWS[37]),
    crate::Description::of::<ListResourceTags>(&ROWS[38]),
    crate::Description::of::<ListRetirableGrants>(&ROWS[39]),
    crate::Description::silent::<PutKeyPolicy>(&ROWS[40]),
    crate::Description::of::<ReEncrypt>(&ROWS[41]),
    crate::Description::of::<ReplicateKey>(&ROWS[42]),
    crate::Description::silent::<RetireGrant>(&ROWS[43]),
    crate::Description::silent::<RevokeGrant>(&ROWS[44]),
    crate::Description::of::<RotateKeyOnDemand>(&ROWS[45]),
    crate::Description::of::<ScheduleKeyDeletion>(&ROWS[46]),
    crate::Description::of::<Sign>(&ROWS[47]),
    crate::Description::silent::<TagResource>(&ROWS[48]),
    crate::Description::silent::<UntagResource>(&ROWS[49]),
    crate::Description::silent::<UpdateAlias>(&ROWS[50]),
    crate::Description::of::<UpdateCustomKeyStore>(&ROWS[51]),
    crate::Description::silent::<UpdateKeyDescription>(&ROWS[52]),
    crate::Description::silent::<UpdatePrimaryRegion>(&ROWS[53]),
    crate::Description::of::<Verify>(&ROWS[54]),
    crate::Description::of::<VerifyMac>(&ROWS[55]),
];
