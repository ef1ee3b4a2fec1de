//! The shapes that values have, without structures. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::{secret, shape};
use strongroom_types::structure::{Shape, ShapeKind};

pub(crate) static AWS_ACCOUNT_ID_TYPE: Shape = shape("AWSAccountIdType", ShapeKind::Str, None, None, None);
pub(crate) static ACCOUNT_ID_TYPE: Shape =
    shape("AccountIdType", ShapeKind::Str, Some(12), Some(12), Some("[0-9]{12}"));
pub(crate) static ALGORITHM_SPEC: Shape =
    shape("AlgorithmSpec", ShapeKind::Enum(AlgorithmSpec::NAMES), None, None, None);
pub(crate) static ALIAS_LIST: Shape = shape("AliasList", ShapeKind::List(&ALIAS_LIST_ENTRY), None, None, None);
pub(crate) static ALIAS_NAME_TYPE: Shape =
    shape("AliasNameType", ShapeKind::Str, Some(1), Some(256), Some("^[a-zA-Z0-9:/_-]+$"));
pub(crate) static ARN_TYPE: Shape = shape("ArnType", ShapeKind::Str, Some(20), Some(2048), None);
pub(crate) static ATTESTATION_DOCUMENT_TYPE: Shape =
    shape("AttestationDocumentType", ShapeKind::Blob, Some(1), Some(262144), None);
pub(crate) static BACKING_KEY_ID_RESPONSE_TYPE: Shape =
    shape("BackingKeyIdResponseType", ShapeKind::Str, Some(0), Some(64), Some("^[a-f0-9]+$"));
pub(crate) static BACKING_KEY_ID_TYPE: Shape =
    shape("BackingKeyIdType", ShapeKind::Str, Some(64), Some(64), Some("^[a-f0-9]+$"));
pub(crate) static BOOLEAN_TYPE: Shape = shape("BooleanType", ShapeKind::Bool, None, None, None);
pub(crate) static CIPHERTEXT_TYPE: Shape = shape("CiphertextType", ShapeKind::Blob, Some(1), Some(6144), None);
pub(crate) static CLOUD_HSM_CLUSTER_ID_TYPE: Shape =
    shape("CloudHsmClusterIdType", ShapeKind::Str, Some(19), Some(24), Some("cluster-[2-7a-zA-Z]{11,16}"));
pub(crate) static CLOUD_TRAIL_EVENT_ID_TYPE: Shape = shape("CloudTrailEventIdType", ShapeKind::Str, None, None, None);
pub(crate) static CONNECTION_ERROR_CODE_TYPE: Shape =
    shape("ConnectionErrorCodeType", ShapeKind::Enum(ConnectionErrorCodeType::NAMES), None, None, None);
pub(crate) static CONNECTION_STATE_TYPE: Shape =
    shape("ConnectionStateType", ShapeKind::Enum(ConnectionStateType::NAMES), None, None, None);
pub(crate) static CUSTOM_KEY_STORE_ID_TYPE: Shape =
    shape("CustomKeyStoreIdType", ShapeKind::Str, Some(1), Some(64), None);
pub(crate) static CUSTOM_KEY_STORE_NAME_TYPE: Shape =
    shape("CustomKeyStoreNameType", ShapeKind::Str, Some(1), Some(256), None);
pub(crate) static CUSTOM_KEY_STORE_TYPE: Shape =
    shape("CustomKeyStoreType", ShapeKind::Enum(CustomKeyStoreType::NAMES), None, None, None);
pub(crate) static CUSTOM_KEY_STORES_LIST: Shape =
    shape("CustomKeyStoresList", ShapeKind::List(&CUSTOM_KEY_STORES_LIST_ENTRY), None, None, None);
pub(crate) static CUSTOMER_MASTER_KEY_SPEC: Shape =
    shape("CustomerMasterKeySpec", ShapeKind::Enum(CustomerMasterKeySpec::NAMES), None, None, None);
pub(crate) static DATA_KEY_PAIR_SPEC: Shape =
    shape("DataKeyPairSpec", ShapeKind::Enum(DataKeyPairSpec::NAMES), None, None, None);
pub(crate) static DATA_KEY_SPEC: Shape = shape("DataKeySpec", ShapeKind::Enum(DataKeySpec::NAMES), None, None, None);
pub(crate) static DATE_TYPE: Shape = shape("DateType", ShapeKind::Time, None, None, None);
pub(crate) static DESCRIPTION_TYPE: Shape = shape("DescriptionType", ShapeKind::Str, Some(0), Some(8192), None);
pub(crate) static DRY_RUN_MODIFIER_LIST: Shape =
    shape("DryRunModifierList", ShapeKind::List(&DRY_RUN_MODIFIER_TYPE), None, None, None);
pub(crate) static DRY_RUN_MODIFIER_TYPE: Shape =
    shape("DryRunModifierType", ShapeKind::Enum(DryRunModifierType::NAMES), None, None, None);
pub(crate) static ENCAPSULATION_ALGORITHM_SPEC: Shape =
    shape("EncapsulationAlgorithmSpec", ShapeKind::Enum(EncapsulationAlgorithmSpec::NAMES), None, None, None);
pub(crate) static ENCAPSULATION_ALGORITHM_SPEC_LIST: Shape =
    shape("EncapsulationAlgorithmSpecList", ShapeKind::List(&ENCAPSULATION_ALGORITHM_SPEC), None, None, None);
pub(crate) static ENCRYPTION_ALGORITHM_SPEC: Shape =
    shape("EncryptionAlgorithmSpec", ShapeKind::Enum(EncryptionAlgorithmSpec::NAMES), None, None, None);
pub(crate) static ENCRYPTION_ALGORITHM_SPEC_LIST: Shape =
    shape("EncryptionAlgorithmSpecList", ShapeKind::List(&ENCRYPTION_ALGORITHM_SPEC), None, None, None);
pub(crate) static ENCRYPTION_CONTEXT_KEY: Shape = shape("EncryptionContextKey", ShapeKind::Str, None, None, None);
pub(crate) static ENCRYPTION_CONTEXT_TYPE: Shape = shape(
    "EncryptionContextType",
    ShapeKind::Map { key: &ENCRYPTION_CONTEXT_KEY, value: &ENCRYPTION_CONTEXT_VALUE },
    None,
    None,
    None,
);
pub(crate) static ENCRYPTION_CONTEXT_VALUE: Shape = shape("EncryptionContextValue", ShapeKind::Str, None, None, None);
pub(crate) static EXPIRATION_MODEL_TYPE: Shape =
    shape("ExpirationModelType", ShapeKind::Enum(ExpirationModelType::NAMES), None, None, None);
pub(crate) static GRANT_CONSTRAINT_SOURCE_ARN_TYPE: Shape = shape(
    "GrantConstraintSourceArnType",
    ShapeKind::Str,
    Some(20),
    Some(512),
    Some("^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$"),
);
pub(crate) static GRANT_ID_TYPE: Shape = shape("GrantIdType", ShapeKind::Str, Some(1), Some(128), None);
pub(crate) static GRANT_LIST: Shape = shape("GrantList", ShapeKind::List(&GRANT_LIST_ENTRY), None, None, None);
pub(crate) static GRANT_NAME_TYPE: Shape =
    shape("GrantNameType", ShapeKind::Str, Some(1), Some(256), Some("^[a-zA-Z0-9:/_-]+$"));
pub(crate) static GRANT_OPERATION: Shape =
    shape("GrantOperation", ShapeKind::Enum(GrantOperation::NAMES), None, None, None);
pub(crate) static GRANT_OPERATION_LIST: Shape =
    shape("GrantOperationList", ShapeKind::List(&GRANT_OPERATION), None, None, None);
pub(crate) static GRANT_TOKEN_LIST: Shape =
    shape("GrantTokenList", ShapeKind::List(&GRANT_TOKEN_TYPE), Some(0), Some(10), None);
pub(crate) static GRANT_TOKEN_TYPE: Shape = shape("GrantTokenType", ShapeKind::Str, Some(1), Some(8192), None);
pub(crate) static IMPORT_STATE: Shape = shape("ImportState", ShapeKind::Enum(ImportState::NAMES), None, None, None);
pub(crate) static IMPORT_TYPE: Shape = shape("ImportType", ShapeKind::Enum(ImportType::NAMES), None, None, None);
pub(crate) static INCLUDE_KEY_MATERIAL: Shape =
    shape("IncludeKeyMaterial", ShapeKind::Enum(IncludeKeyMaterial::NAMES), None, None, None);
pub(crate) static KEY_AGREEMENT_ALGORITHM_SPEC: Shape =
    shape("KeyAgreementAlgorithmSpec", ShapeKind::Enum(KeyAgreementAlgorithmSpec::NAMES), None, None, None);
pub(crate) static KEY_AGREEMENT_ALGORITHM_SPEC_LIST: Shape =
    shape("KeyAgreementAlgorithmSpecList", ShapeKind::List(&KEY_AGREEMENT_ALGORITHM_SPEC), None, None, None);
pub(crate) static KEY_ENCRYPTION_MECHANISM: Shape =
    shape("KeyEncryptionMechanism", ShapeKind::Enum(KeyEncryptionMechanism::NAMES), None, None, None);
pub(crate) static KEY_ID_TYPE: Shape = shape("KeyIdType", ShapeKind::Str, Some(1), Some(2048), None);
pub(crate) static KEY_LAST_USAGE_TRACKING_OPERATION: Shape =
    shape("KeyLastUsageTrackingOperation", ShapeKind::Enum(KeyLastUsageTrackingOperation::NAMES), None, None, None);
pub(crate) static KEY_LIST: Shape = shape("KeyList", ShapeKind::List(&KEY_LIST_ENTRY), None, None, None);
pub(crate) static KEY_MANAGER_TYPE: Shape =
    shape("KeyManagerType", ShapeKind::Enum(KeyManagerType::NAMES), None, None, None);
pub(crate) static KEY_MATERIAL_DESCRIPTION_TYPE: Shape =
    shape("KeyMaterialDescriptionType", ShapeKind::Str, Some(0), Some(256), Some("^[a-zA-Z0-9:/_\\s.-]+$"));
pub(crate) static KEY_MATERIAL_STATE: Shape =
    shape("KeyMaterialState", ShapeKind::Enum(KeyMaterialState::NAMES), None, None, None);
pub(crate) static KEY_SPEC: Shape = shape("KeySpec", ShapeKind::Enum(KeySpec::NAMES), None, None, None);
pub(crate) static KEY_STATE: Shape = shape("KeyState", ShapeKind::Enum(KeyState::NAMES), None, None, None);
pub(crate) static KEY_STORE_PASSWORD_TYPE: Shape =
    secret("KeyStorePasswordType", ShapeKind::Str, Some(7), Some(32), None);
pub(crate) static KEY_USAGE_TYPE: Shape = shape("KeyUsageType", ShapeKind::Enum(KeyUsageType::NAMES), None, None, None);
pub(crate) static KMS_REQUEST_ID_TYPE: Shape = shape("KmsRequestIdType", ShapeKind::Str, None, None, None);
pub(crate) static LIMIT_TYPE: Shape = shape("LimitType", ShapeKind::Int, Some(1), Some(1000), None);
pub(crate) static MAC_ALGORITHM_SPEC: Shape =
    shape("MacAlgorithmSpec", ShapeKind::Enum(MacAlgorithmSpec::NAMES), None, None, None);
pub(crate) static MAC_ALGORITHM_SPEC_LIST: Shape =
    shape("MacAlgorithmSpecList", ShapeKind::List(&MAC_ALGORITHM_SPEC), None, None, None);
pub(crate) static MARKER_TYPE: Shape =
    shape("MarkerType", ShapeKind::Str, Some(1), Some(1024), Some("[\\u0020-\\u00FF]*"));
pub(crate) static MESSAGE_TYPE: Shape = shape("MessageType", ShapeKind::Enum(MessageType::NAMES), None, None, None);
pub(crate) static MULTI_REGION_KEY_LIST: Shape =
    shape("MultiRegionKeyList", ShapeKind::List(&MULTI_REGION_KEY), None, None, None);
pub(crate) static MULTI_REGION_KEY_TYPE: Shape =
    shape("MultiRegionKeyType", ShapeKind::Enum(MultiRegionKeyType::NAMES), None, None, None);
pub(crate) static NULLABLE_BOOLEAN_TYPE: Shape = shape("NullableBooleanType", ShapeKind::Bool, None, None, None);
pub(crate) static NUMBER_OF_BYTES_TYPE: Shape = shape("NumberOfBytesType", ShapeKind::Int, Some(1), Some(1024), None);
pub(crate) static ORIGIN_TYPE: Shape = shape("OriginType", ShapeKind::Enum(OriginType::NAMES), None, None, None);
pub(crate) static PENDING_WINDOW_IN_DAYS_TYPE: Shape =
    shape("PendingWindowInDaysType", ShapeKind::Int, Some(1), Some(365), None);
pub(crate) static PLAINTEXT_TYPE: Shape = secret("PlaintextType", ShapeKind::Blob, Some(1), Some(4096), None);
pub(crate) static POLICY_NAME_LIST: Shape =
    shape("PolicyNameList", ShapeKind::List(&POLICY_NAME_TYPE), None, None, None);
pub(crate) static POLICY_NAME_TYPE: Shape = shape("PolicyNameType", ShapeKind::Str, Some(1), Some(128), Some("[\\w]+"));
pub(crate) static POLICY_TYPE: Shape =
    shape("PolicyType", ShapeKind::Str, Some(1), Some(131072), Some("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"));
pub(crate) static PRINCIPAL_ID_TYPE: Shape =
    shape("PrincipalIdType", ShapeKind::Str, Some(1), Some(256), Some("^[\\w+=,.@:/-]+$"));
pub(crate) static PUBLIC_KEY_TYPE: Shape = shape("PublicKeyType", ShapeKind::Blob, Some(1), Some(8192), None);
pub(crate) static REGION_TYPE: Shape =
    shape("RegionType", ShapeKind::Str, Some(1), Some(32), Some("^([a-z]+-){2,3}\\d+$"));
pub(crate) static RESOURCE_OWNER_TYPE: Shape =
    shape("ResourceOwnerType", ShapeKind::Enum(ResourceOwnerType::NAMES), None, None, None);
pub(crate) static RESOURCE_OWNERS_LIST: Shape =
    shape("ResourceOwnersList", ShapeKind::List(&RESOURCE_OWNER_TYPE), Some(1), Some(2), None);
pub(crate) static ROTATION_PERIOD_IN_DAYS_TYPE: Shape =
    shape("RotationPeriodInDaysType", ShapeKind::Int, Some(90), Some(2560), None);
pub(crate) static ROTATION_TYPE: Shape = shape("RotationType", ShapeKind::Enum(RotationType::NAMES), None, None, None);
pub(crate) static ROTATIONS_LIST: Shape =
    shape("RotationsList", ShapeKind::List(&ROTATIONS_LIST_ENTRY), None, None, None);
pub(crate) static SERVICE_PRINCIPAL_TYPE: Shape = shape(
    "ServicePrincipalType",
    ShapeKind::Str,
    Some(1),
    Some(128),
    Some("^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$"),
);
pub(crate) static SIGNING_ALGORITHM_SPEC: Shape =
    shape("SigningAlgorithmSpec", ShapeKind::Enum(SigningAlgorithmSpec::NAMES), None, None, None);
pub(crate) static SIGNING_ALGORITHM_SPEC_LIST: Shape =
    shape("SigningAlgorithmSpecList", ShapeKind::List(&SIGNING_ALGORITHM_SPEC), None, None, None);
pub(crate) static TAG_KEY_LIST: Shape = shape("TagKeyList", ShapeKind::List(&TAG_KEY_TYPE), None, None, None);
pub(crate) static TAG_KEY_TYPE: Shape = shape("TagKeyType", ShapeKind::Str, Some(1), Some(128), None);
pub(crate) static TAG_LIST: Shape = shape("TagList", ShapeKind::List(&TAG), None, None, None);
pub(crate) static TAG_VALUE_TYPE: Shape = shape("TagValueType", ShapeKind::Str, Some(0), Some(256), None);
pub(crate) static TRUST_ANCHOR_CERTIFICATE_TYPE: Shape =
    shape("TrustAnchorCertificateType", ShapeKind::Str, Some(1), Some(5000), None);
pub(crate) static WRAPPING_KEY_SPEC: Shape =
    shape("WrappingKeySpec", ShapeKind::Enum(WrappingKeySpec::NAMES), None, None, None);
pub(crate) static XKS_KEY_ID_TYPE: Shape =
    shape("XksKeyIdType", ShapeKind::Str, Some(1), Some(128), Some("^[a-zA-Z0-9-_.]+$"));
pub(crate) static XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID_TYPE: Shape =
    secret("XksProxyAuthenticationAccessKeyIdType", ShapeKind::Str, Some(20), Some(30), Some("^[A-Z2-7]+$"));
pub(crate) static XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY_TYPE: Shape = secret(
    "XksProxyAuthenticationRawSecretAccessKeyType",
    ShapeKind::Str,
    Some(43),
    Some(64),
    Some("^[a-zA-Z0-9\\/+=]+$"),
);
pub(crate) static XKS_PROXY_CONNECTIVITY_TYPE: Shape =
    shape("XksProxyConnectivityType", ShapeKind::Enum(XksProxyConnectivityType::NAMES), None, None, None);
pub(crate) static XKS_PROXY_URI_ENDPOINT_TYPE: Shape =
    shape("XksProxyUriEndpointType", ShapeKind::Str, Some(10), Some(128), Some("^https://[a-zA-Z0-9.-]+$"));
pub(crate) static XKS_PROXY_URI_PATH_TYPE: Shape = shape(
    "XksProxyUriPathType",
    ShapeKind::Str,
    Some(10),
    Some(128),
    Some("^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$"),
);
pub(crate) static XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TYPE: Shape = shape(
    "XksProxyVpcEndpointServiceNameType",
    ShapeKind::Str,
    Some(20),
    Some(64),
    Some("^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$"),
);

crate::partial::enumerations! { AlgorithmSpec, ConnectionErrorCodeType, ConnectionStateType, CustomKeyStoreType, CustomerMasterKeySpec, DataKeyPairSpec, DataKeySpec, DryRunModifierType, EncapsulationAlgorithmSpec, EncryptionAlgorithmSpec, ExpirationModelType, GrantOperation, ImportState, ImportType, IncludeKeyMaterial, KeyAgreementAlgorithmSpec, KeyEncryptionMechanism, KeyLastUsageTrackingOperation, KeyManagerType, KeyMaterialState, KeySpec, KeyState, KeyUsageType, MacAlgorithmSpec, MessageType, MultiRegionKeyType, OriginType, ResourceOwnerType, RotationType, SigningAlgorithmSpec, WrappingKeySpec, XksProxyConnectivityType }
