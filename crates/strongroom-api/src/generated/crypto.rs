//! Requests, responses and their parts: `crypto`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq, Default)]
    DecryptRequest: DECRYPT_REQUEST
    new { }
    set { ciphertext_blob: Vec<u8>, dry_run: bool, encryption_algorithm: EncryptionAlgorithmSpec, encryption_context: EncryptionContext, key_id: String, recipient: RecipientInfo, }
    list { dry_run_modifiers: DryRunModifierType, grant_tokens: String, }
    members {
        "CiphertextBlob" "ciphertextBlob" ciphertext_blob: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "DryRunModifiers" "dryRunModifiers" dry_run_modifiers: optional_list DryRunModifierType, DRY_RUN_MODIFIER_LIST, IfSent;
        "EncryptionAlgorithm" "encryptionAlgorithm" encryption_algorithm: optional EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, Always .feeds(ConditionKey::KmsEncryptionAlgorithm) .or(DefaultValue::Str("SYMMETRIC_DEFAULT"));
        "EncryptionContext" "encryptionContext" encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "Recipient" "recipient" recipient: optional RecipientInfo, RECIPIENT_INFO, Never .feeds(ConditionKey::KmsRecipientAttestation);
    }
}

structure! {
    DecryptResponse: DECRYPT_RESPONSE
    new { plaintext: present Secret, key_id: present String, encryption_algorithm: present EncryptionAlgorithmSpec, }
    set { ciphertext_for_recipient: Vec<u8>, key_material_id: String, }
    list { }
    members {
        "CiphertextForRecipient" "ciphertextForRecipient" ciphertext_for_recipient: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "EncryptionAlgorithm" "encryptionAlgorithm" encryption_algorithm: present EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "Plaintext" "plaintext" plaintext: present Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    EncryptRequest: ENCRYPT_REQUEST
    new { key_id: required String, plaintext: required Secret, }
    set { dry_run: bool, encryption_algorithm: EncryptionAlgorithmSpec, encryption_context: EncryptionContext, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncryptionAlgorithm" "encryptionAlgorithm" encryption_algorithm: optional EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, Always .feeds(ConditionKey::KmsEncryptionAlgorithm) .or(DefaultValue::Str("SYMMETRIC_DEFAULT"));
        "EncryptionContext" "encryptionContext" encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Plaintext" "plaintext" plaintext: required Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    EncryptResponse: ENCRYPT_RESPONSE
    new { ciphertext_blob: present Vec<u8>, key_id: present String, encryption_algorithm: present EncryptionAlgorithmSpec, }
    set { }
    list { }
    members {
        "CiphertextBlob" "ciphertextBlob" ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "EncryptionAlgorithm" "encryptionAlgorithm" encryption_algorithm: present EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GenerateDataKeyPairRequest: GENERATE_DATA_KEY_PAIR_REQUEST
    new { key_id: required String, key_pair_spec: required DataKeyPairSpec, }
    set { dry_run: bool, encryption_context: EncryptionContext, recipient: RecipientInfo, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncryptionContext" "encryptionContext" encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeyPairSpec" "keyPairSpec" key_pair_spec: required DataKeyPairSpec, DATA_KEY_PAIR_SPEC, IfSent .feeds(ConditionKey::KmsDataKeyPairSpec);
        "Recipient" "recipient" recipient: optional RecipientInfo, RECIPIENT_INFO, Never .feeds(ConditionKey::KmsRecipientAttestation);
    }
}

structure! {
    GenerateDataKeyPairResponse: GENERATE_DATA_KEY_PAIR_RESPONSE
    parts GenerateDataKeyPairResponseParts { private_key_ciphertext_blob: present Vec<u8>, private_key_plaintext: present Secret, public_key: present Vec<u8>, key_id: present String, key_pair_spec: present DataKeyPairSpec, }
    set { ciphertext_for_recipient: Vec<u8>, key_material_id: String, }
    list { }
    members {
        "CiphertextForRecipient" "ciphertextForRecipient" ciphertext_for_recipient: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "KeyPairSpec" "keyPairSpec" key_pair_spec: present DataKeyPairSpec, DATA_KEY_PAIR_SPEC, IfSent;
        "PrivateKeyCiphertextBlob" "privateKeyCiphertextBlob" private_key_ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "PrivateKeyPlaintext" "privateKeyPlaintext" private_key_plaintext: present Secret, PLAINTEXT_TYPE, Never;
        "PublicKey" "publicKey" public_key: present Vec<u8>, PUBLIC_KEY_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GenerateDataKeyPairWithoutPlaintextRequest: GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_REQUEST
    new { key_id: required String, key_pair_spec: required DataKeyPairSpec, }
    set { dry_run: bool, encryption_context: EncryptionContext, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncryptionContext" "encryptionContext" encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeyPairSpec" "keyPairSpec" key_pair_spec: required DataKeyPairSpec, DATA_KEY_PAIR_SPEC, IfSent .feeds(ConditionKey::KmsDataKeyPairSpec);
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GenerateDataKeyPairWithoutPlaintextResponse: GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT_RESPONSE
    parts GenerateDataKeyPairWithoutPlaintextResponseParts { private_key_ciphertext_blob: present Vec<u8>, public_key: present Vec<u8>, key_id: present String, key_pair_spec: present DataKeyPairSpec, }
    set { key_material_id: String, }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "KeyPairSpec" "keyPairSpec" key_pair_spec: present DataKeyPairSpec, DATA_KEY_PAIR_SPEC, IfSent;
        "PrivateKeyCiphertextBlob" "privateKeyCiphertextBlob" private_key_ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "PublicKey" "publicKey" public_key: present Vec<u8>, PUBLIC_KEY_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GenerateDataKeyRequest: GENERATE_DATA_KEY_REQUEST
    new { key_id: required String, }
    set { dry_run: bool, encryption_context: EncryptionContext, key_spec: DataKeySpec, number_of_bytes: i32, recipient: RecipientInfo, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncryptionContext" "encryptionContext" encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeySpec" "keySpec" key_spec: optional DataKeySpec, DATA_KEY_SPEC, IfSent;
        "NumberOfBytes" "numberOfBytes" number_of_bytes: optional i32, NUMBER_OF_BYTES_TYPE, IfSent;
        "Recipient" "recipient" recipient: optional RecipientInfo, RECIPIENT_INFO, Never .feeds(ConditionKey::KmsRecipientAttestation);
    }
}

structure! {
    GenerateDataKeyResponse: GENERATE_DATA_KEY_RESPONSE
    new { ciphertext_blob: present Vec<u8>, plaintext: present Secret, key_id: present String, }
    set { ciphertext_for_recipient: Vec<u8>, key_material_id: String, }
    list { }
    members {
        "CiphertextBlob" "ciphertextBlob" ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "CiphertextForRecipient" "ciphertextForRecipient" ciphertext_for_recipient: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "Plaintext" "plaintext" plaintext: present Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GenerateDataKeyWithoutPlaintextRequest: GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_REQUEST
    new { key_id: required String, }
    set { dry_run: bool, encryption_context: EncryptionContext, key_spec: DataKeySpec, number_of_bytes: i32, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncryptionContext" "encryptionContext" encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext);
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "KeySpec" "keySpec" key_spec: optional DataKeySpec, DATA_KEY_SPEC, IfSent;
        "NumberOfBytes" "numberOfBytes" number_of_bytes: optional i32, NUMBER_OF_BYTES_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GenerateDataKeyWithoutPlaintextResponse: GENERATE_DATA_KEY_WITHOUT_PLAINTEXT_RESPONSE
    new { ciphertext_blob: present Vec<u8>, key_id: present String, }
    set { key_material_id: String, }
    list { }
    members {
        "CiphertextBlob" "ciphertextBlob" ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyMaterialId" "keyMaterialId" key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    GenerateRandomRequest: GENERATE_RANDOM_REQUEST
    new { }
    set { custom_key_store_id: String, number_of_bytes: i32, recipient: RecipientInfo, }
    list { }
    members {
        "CustomKeyStoreId" "customKeyStoreId" custom_key_store_id: optional String, CUSTOM_KEY_STORE_ID_TYPE, IfSent;
        "NumberOfBytes" "numberOfBytes" number_of_bytes: optional i32, NUMBER_OF_BYTES_TYPE, IfSent;
        "Recipient" "recipient" recipient: optional RecipientInfo, RECIPIENT_INFO, Never .feeds(ConditionKey::KmsRecipientAttestation);
    }
}

structure! {
    GenerateRandomResponse: GENERATE_RANDOM_RESPONSE
    new { plaintext: present Secret, }
    set { ciphertext_for_recipient: Vec<u8>, }
    list { }
    members {
        "CiphertextForRecipient" "ciphertextForRecipient" ciphertext_for_recipient: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "Plaintext" "plaintext" plaintext: present Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ReEncryptRequest: RE_ENCRYPT_REQUEST
    new { destination_key_id: required String, }
    set { ciphertext_blob: Vec<u8>, destination_encryption_algorithm: EncryptionAlgorithmSpec, destination_encryption_context: EncryptionContext, dry_run: bool, source_encryption_algorithm: EncryptionAlgorithmSpec, source_encryption_context: EncryptionContext, source_key_id: String, }
    list { dry_run_modifiers: DryRunModifierType, grant_tokens: String, }
    members {
        "CiphertextBlob" "ciphertextBlob" ciphertext_blob: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "DestinationEncryptionAlgorithm" "destinationEncryptionAlgorithm" destination_encryption_algorithm: optional EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsEncryptionAlgorithm) .or(DefaultValue::Str("SYMMETRIC_DEFAULT")) .about(KeyRole::Destination);
        "DestinationEncryptionContext" "destinationEncryptionContext" destination_encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext) .about(KeyRole::Destination);
        "DestinationKeyId" "destinationKeyId" destination_key_id: required String, KEY_ID_TYPE, IfSent .about(KeyRole::Destination);
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "DryRunModifiers" "dryRunModifiers" dry_run_modifiers: optional_list DryRunModifierType, DRY_RUN_MODIFIER_LIST, IfSent;
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "SourceEncryptionAlgorithm" "sourceEncryptionAlgorithm" source_encryption_algorithm: optional EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsEncryptionAlgorithm) .or(DefaultValue::Str("SYMMETRIC_DEFAULT")) .about(KeyRole::Source);
        "SourceEncryptionContext" "sourceEncryptionContext" source_encryption_context: optional EncryptionContext, ENCRYPTION_CONTEXT_TYPE, IfSent .feeds(ConditionKey::KmsEncryptionContext) .about(KeyRole::Source);
        "SourceKeyId" "sourceKeyId" source_key_id: optional String, KEY_ID_TYPE, IfSent .about(KeyRole::Source);
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    ReEncryptResponse: RE_ENCRYPT_RESPONSE
    parts ReEncryptResponseParts { ciphertext_blob: present Vec<u8>, source_key_id: present String, key_id: present String, source_encryption_algorithm: present EncryptionAlgorithmSpec, destination_encryption_algorithm: present EncryptionAlgorithmSpec, }
    set { destination_key_material_id: String, source_key_material_id: String, }
    list { }
    members {
        "CiphertextBlob" "ciphertextBlob" ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "DestinationEncryptionAlgorithm" "destinationEncryptionAlgorithm" destination_encryption_algorithm: present EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, IfSent;
        "DestinationKeyMaterialId" "destinationKeyMaterialId" destination_key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "SourceEncryptionAlgorithm" "sourceEncryptionAlgorithm" source_encryption_algorithm: present EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC, IfSent;
        "SourceKeyId" "sourceKeyId" source_key_id: present String, KEY_ID_TYPE, IfSent;
        "SourceKeyMaterialId" "sourceKeyMaterialId" source_key_material_id: optional String, BACKING_KEY_ID_TYPE, IfSent;
    }
}
