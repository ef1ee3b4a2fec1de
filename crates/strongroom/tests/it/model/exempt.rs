//! What no call of this version can show, and why.

/// Structure or `*`, member, reason.
pub(super) const MEMBERS: &[(&str, &str, &str)] = &[
    ("*", "CiphertextForRecipient", NO_ATTESTATION),
    ("KeyMetadata", "CloudHsmClusterId", NO_STORES),
    ("KeyMetadata", "CustomKeyStoreId", NO_STORES),
    ("KeyMetadata", "XksKeyConfiguration", NO_STORES),
    ("XksKeyConfigurationType", "Id", NO_STORES),
    ("KeyMetadata", "EncapsulationAlgorithms", NO_SUCH_KEYS),
    ("KeyMetadata", "KeyAgreementAlgorithms", NO_SUCH_KEYS),
    ("GetPublicKeyResponse", "EncapsulationAlgorithms", NO_SUCH_KEYS),
    ("GetPublicKeyResponse", "KeyAgreementAlgorithms", NO_SUCH_KEYS),
    ("KeyMetadata", "ExpirationModel", NO_IMPORT),
    ("KeyMetadata", "ValidTo", NO_IMPORT),
    ("RotationsListEntry", "ExpirationModel", NO_IMPORT),
    ("RotationsListEntry", "ImportState", NO_IMPORT),
    ("RotationsListEntry", "KeyMaterialDescription", NO_IMPORT),
    ("RotationsListEntry", "ValidTo", NO_IMPORT),
    ("KeyMetadata", "MultiRegionConfiguration", NO_REPLICAS),
    ("KeyMetadata", "PendingDeletionWindowInDays", NO_REPLICAS),
    ("MultiRegionConfiguration", "*", NO_REPLICAS),
    ("MultiRegionKey", "*", NO_REPLICAS),
    ("GetKeyRotationStatusResponse", "OnDemandRotationStartDate", "a rotation on demand is done when its call returns"),
    ("ListKeyPoliciesRequest", "Marker", "there is one policy, so no page is followed by another"),
    ("ListKeyPoliciesResponse", "NextMarker", "there is one policy, so no page is followed by another"),
];

/// Operation or `*`, error without `Exception`, reason.
pub(super) const ERRORS: &[(&str, &str, &str)] = &[
    ("CreateKey", "CustomKeyStoreInvalidState", NO_STORES),
    ("CreateKey", "CloudHsmClusterInvalidConfiguration", NO_STORES),
    ("CreateKey", "XksKeyAlreadyInUse", NO_STORES),
    ("CreateKey", "XksKeyInvalidConfiguration", NO_STORES),
    ("CreateKey", "XksKeyNotFound", NO_STORES),
    ("GenerateRandom", "CustomKeyStoreInvalidState", NO_STORES),
    ("GetKeyRotationStatus", "UnsupportedOperation", NO_STORES),
    ("CreateKey", "InvalidArn", "a request to make a key names no key"),
    ("EnableKey", "LimitExceeded", "no quota counts keys that are enabled"),
    ("PutKeyPolicy", "UnsupportedOperation", "AWS's text gives no key whose policy can't be put"),
    ("GetPublicKey", "InvalidKeyUsage", "keys without a public key are UnsupportedOperation, as AWS's text has it"),
    ("GetPublicKey", "KeyUnavailable", PUBLIC),
    ("Verify", "KeyUnavailable", PUBLIC),
    ("DeleteAlias", "KMSInvalidState", EVERY_STATE),
    ("GetKeyPolicy", "KMSInvalidState", EVERY_STATE),
    ("GetKeyRotationStatus", "KMSInvalidState", EVERY_STATE),
    ("ListKeyPolicies", "KMSInvalidState", EVERY_STATE),
    ("ListKeyRotations", "KMSInvalidState", EVERY_STATE),
    ("PutKeyPolicy", "KMSInvalidState", EVERY_STATE),
];

const NO_ATTESTATION: &str = "no attestation document is verified, so none is accepted";
const NO_STORES: &str = "there are no custom key stores";
const NO_SUCH_KEYS: &str = "there are no keys for agreement or encapsulation";
const NO_IMPORT: &str = "no material is imported";
const NO_REPLICAS: &str = "there are no multi-Region keys";
const PUBLIC: &str = "it needs the public key alone, which stands in the record";
const EVERY_STATE: &str = "AWS's table of key states lets it work in every state";
