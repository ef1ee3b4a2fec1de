//! Requests, responses and their parts: `signing`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    DecapsulateRequest: DECAPSULATE_REQUEST
    new { encapsulation_algorithm: required EncapsulationAlgorithmSpec, key_id: required String, shared_secret_ciphertext_blob: required Vec<u8>, }
    set { dry_run: bool, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncapsulationAlgorithm" "encapsulationAlgorithm" encapsulation_algorithm: required EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC, IfSent;
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "SharedSecretCiphertextBlob" "sharedSecretCiphertextBlob" shared_secret_ciphertext_blob: required Vec<u8>, CIPHERTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Default)]
    DecapsulateResponse: DECAPSULATE_RESPONSE
    new { }
    set { encapsulation_algorithm: EncapsulationAlgorithmSpec, key_id: String, shared_secret: Secret, }
    list { }
    members {
        "EncapsulationAlgorithm" "encapsulationAlgorithm" encapsulation_algorithm: optional EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "SharedSecret" "sharedSecret" shared_secret: optional Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DeriveSharedSecretRequest: DERIVE_SHARED_SECRET_REQUEST
    new { key_agreement_algorithm: required KeyAgreementAlgorithmSpec, key_id: required String, public_key: required Vec<u8>, }
    set { dry_run: bool, recipient: RecipientInfo, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyAgreementAlgorithm" "keyAgreementAlgorithm" key_agreement_algorithm: required KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsKeyAgreementAlgorithm);
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "PublicKey" "publicKey" public_key: required Vec<u8>, PUBLIC_KEY_TYPE, Never;
        "Recipient" "recipient" recipient: optional RecipientInfo, RECIPIENT_INFO, Never .feeds(ConditionKey::KmsRecipientAttestation);
    }
}

structure! {
    #[derive(Default)]
    DeriveSharedSecretResponse: DERIVE_SHARED_SECRET_RESPONSE
    new { }
    set { ciphertext_for_recipient: Vec<u8>, key_agreement_algorithm: KeyAgreementAlgorithmSpec, key_id: String, key_origin: OriginType, shared_secret: Secret, }
    list { }
    members {
        "CiphertextForRecipient" "ciphertextForRecipient" ciphertext_for_recipient: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "KeyAgreementAlgorithm" "keyAgreementAlgorithm" key_agreement_algorithm: optional KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "KeyOrigin" "keyOrigin" key_origin: optional OriginType, ORIGIN_TYPE, IfSent;
        "SharedSecret" "sharedSecret" shared_secret: optional Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    EncapsulateRequest: ENCAPSULATE_REQUEST
    new { encapsulation_algorithm: required EncapsulationAlgorithmSpec, key_id: required String, }
    set { dry_run: bool, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "EncapsulationAlgorithm" "encapsulationAlgorithm" encapsulation_algorithm: required EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC, IfSent;
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
    }
}

structure! {
    #[derive(Default)]
    EncapsulateResponse: ENCAPSULATE_RESPONSE
    new { }
    set { encapsulation_algorithm: EncapsulationAlgorithmSpec, key_id: String, shared_secret: Secret, shared_secret_ciphertext_blob: Vec<u8>, }
    list { }
    members {
        "EncapsulationAlgorithm" "encapsulationAlgorithm" encapsulation_algorithm: optional EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "SharedSecret" "sharedSecret" shared_secret: optional Secret, PLAINTEXT_TYPE, Never;
        "SharedSecretCiphertextBlob" "sharedSecretCiphertextBlob" shared_secret_ciphertext_blob: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
    }
}

structure! {
    GenerateMacRequest: GENERATE_MAC_REQUEST
    new { key_id: required String, mac_algorithm: required MacAlgorithmSpec, message: required Secret, }
    set { dry_run: bool, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "MacAlgorithm" "macAlgorithm" mac_algorithm: required MacAlgorithmSpec, MAC_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsMacAlgorithm);
        "Message" "message" message: required Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    GenerateMacResponse: GENERATE_MAC_RESPONSE
    new { }
    set { key_id: String, mac: Vec<u8>, mac_algorithm: MacAlgorithmSpec, }
    list { }
    members {
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "Mac" "mac" mac: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "MacAlgorithm" "macAlgorithm" mac_algorithm: optional MacAlgorithmSpec, MAC_ALGORITHM_SPEC, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    GetPublicKeyRequest: GET_PUBLIC_KEY_REQUEST
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
    GetPublicKeyResponse: GET_PUBLIC_KEY_RESPONSE
    new { }
    set { customer_master_key_spec: CustomerMasterKeySpec, key_id: String, key_spec: KeySpec, key_usage: KeyUsageType, public_key: Vec<u8>, }
    list { encapsulation_algorithms: EncapsulationAlgorithmSpec, encryption_algorithms: EncryptionAlgorithmSpec, key_agreement_algorithms: KeyAgreementAlgorithmSpec, signing_algorithms: SigningAlgorithmSpec, }
    members {
        "CustomerMasterKeySpec" "customerMasterKeySpec" customer_master_key_spec: optional CustomerMasterKeySpec, CUSTOMER_MASTER_KEY_SPEC, IfSent;
        "EncapsulationAlgorithms" "encapsulationAlgorithms" encapsulation_algorithms: optional_list EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC_LIST, IfSent;
        "EncryptionAlgorithms" "encryptionAlgorithms" encryption_algorithms: optional_list EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC_LIST, IfSent;
        "KeyAgreementAlgorithms" "keyAgreementAlgorithms" key_agreement_algorithms: optional_list KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC_LIST, IfSent;
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "KeySpec" "keySpec" key_spec: optional KeySpec, KEY_SPEC, IfSent;
        "KeyUsage" "keyUsage" key_usage: optional KeyUsageType, KEY_USAGE_TYPE, IfSent;
        "PublicKey" "publicKey" public_key: optional Vec<u8>, PUBLIC_KEY_TYPE, IfSent;
        "SigningAlgorithms" "signingAlgorithms" signing_algorithms: optional_list SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC_LIST, IfSent;
    }
}

structure! {
    SignRequest: SIGN_REQUEST
    new { key_id: required String, message: required Secret, signing_algorithm: required SigningAlgorithmSpec, }
    set { dry_run: bool, message_type: MessageType, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Message" "message" message: required Secret, PLAINTEXT_TYPE, Never;
        "MessageType" "messageType" message_type: optional MessageType, MESSAGE_TYPE, IfSent .feeds(ConditionKey::KmsMessageType) .or(DefaultValue::Str("RAW"));
        "SigningAlgorithm" "signingAlgorithm" signing_algorithm: required SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsSigningAlgorithm);
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    SignResponse: SIGN_RESPONSE
    new { }
    set { key_id: String, signature: Vec<u8>, signing_algorithm: SigningAlgorithmSpec, }
    list { }
    members {
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "Signature" "signature" signature: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "SigningAlgorithm" "signingAlgorithm" signing_algorithm: optional SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC, IfSent;
    }
}

structure! {
    VerifyMacRequest: VERIFY_MAC_REQUEST
    new { key_id: required String, mac: required Vec<u8>, mac_algorithm: required MacAlgorithmSpec, message: required Secret, }
    set { dry_run: bool, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Mac" "mac" mac: required Vec<u8>, CIPHERTEXT_TYPE, Never;
        "MacAlgorithm" "macAlgorithm" mac_algorithm: required MacAlgorithmSpec, MAC_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsMacAlgorithm);
        "Message" "message" message: required Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    VerifyMacResponse: VERIFY_MAC_RESPONSE
    new { }
    set { key_id: String, mac_algorithm: MacAlgorithmSpec, mac_valid: bool, }
    list { }
    members {
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "MacAlgorithm" "macAlgorithm" mac_algorithm: optional MacAlgorithmSpec, MAC_ALGORITHM_SPEC, IfSent;
        "MacValid" "macValid" mac_valid: optional bool, BOOLEAN_TYPE, IfSent;
    }
}

structure! {
    VerifyRequest: VERIFY_REQUEST
    new { key_id: required String, message: required Secret, signature: required Vec<u8>, signing_algorithm: required SigningAlgorithmSpec, }
    set { dry_run: bool, message_type: MessageType, }
    list { grant_tokens: String, }
    members {
        "DryRun" "dryRun" dry_run: optional bool, NULLABLE_BOOLEAN_TYPE, IfSent .or(DefaultValue::Bool(false));
        "GrantTokens" "grantTokens" grant_tokens: optional_list String, GRANT_TOKEN_LIST, Never;
        "KeyId" "keyId" key_id: required String, KEY_ID_TYPE, IfSent;
        "Message" "message" message: required Secret, PLAINTEXT_TYPE, Never;
        "MessageType" "messageType" message_type: optional MessageType, MESSAGE_TYPE, IfSent .feeds(ConditionKey::KmsMessageType) .or(DefaultValue::Str("RAW"));
        "Signature" "signature" signature: required Vec<u8>, CIPHERTEXT_TYPE, Never;
        "SigningAlgorithm" "signingAlgorithm" signing_algorithm: required SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC, IfSent .feeds(ConditionKey::KmsSigningAlgorithm);
    }
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    VerifyResponse: VERIFY_RESPONSE
    new { }
    set { key_id: String, signature_valid: bool, signing_algorithm: SigningAlgorithmSpec, }
    list { }
    members {
        "KeyId" "keyId" key_id: optional String, KEY_ID_TYPE, IfSent;
        "SignatureValid" "signatureValid" signature_valid: optional bool, BOOLEAN_TYPE, IfSent;
        "SigningAlgorithm" "signingAlgorithm" signing_algorithm: optional SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC, IfSent;
    }
}
