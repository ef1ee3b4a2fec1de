//! Requests, responses and their parts: `signing`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq)]
    DecapsulateRequest: DECAPSULATE_REQUEST
    new { key_id: required String, shared_secret_ciphertext_blob: required Vec<u8>, encapsulation_algorithm: required EncapsulationAlgorithmSpec, }
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
    DecapsulateResponse: DECAPSULATE_RESPONSE
    new { shared_secret: present Secret, key_id: present String, encapsulation_algorithm: present EncapsulationAlgorithmSpec, }
    set { }
    list { }
    members {
        "EncapsulationAlgorithm" "encapsulationAlgorithm" encapsulation_algorithm: present EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "SharedSecret" "sharedSecret" shared_secret: present Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    DeriveSharedSecretRequest: DERIVE_SHARED_SECRET_REQUEST
    new { key_id: required String, public_key: required Vec<u8>, key_agreement_algorithm: required KeyAgreementAlgorithmSpec, }
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
    DeriveSharedSecretResponse: DERIVE_SHARED_SECRET_RESPONSE
    parts DeriveSharedSecretResponseParts { shared_secret: present Secret, key_id: present String, key_agreement_algorithm: present KeyAgreementAlgorithmSpec, key_origin: present OriginType, }
    set { ciphertext_for_recipient: Vec<u8>, }
    list { }
    members {
        "CiphertextForRecipient" "ciphertextForRecipient" ciphertext_for_recipient: optional Vec<u8>, CIPHERTEXT_TYPE, Never;
        "KeyAgreementAlgorithm" "keyAgreementAlgorithm" key_agreement_algorithm: present KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeyOrigin" "keyOrigin" key_origin: present OriginType, ORIGIN_TYPE, IfSent;
        "SharedSecret" "sharedSecret" shared_secret: present Secret, PLAINTEXT_TYPE, Never;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    EncapsulateRequest: ENCAPSULATE_REQUEST
    new { key_id: required String, encapsulation_algorithm: required EncapsulationAlgorithmSpec, }
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
    EncapsulateResponse: ENCAPSULATE_RESPONSE
    parts EncapsulateResponseParts { shared_secret_ciphertext_blob: present Vec<u8>, shared_secret: present Secret, key_id: present String, encapsulation_algorithm: present EncapsulationAlgorithmSpec, }
    set { }
    list { }
    members {
        "EncapsulationAlgorithm" "encapsulationAlgorithm" encapsulation_algorithm: present EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "SharedSecret" "sharedSecret" shared_secret: present Secret, PLAINTEXT_TYPE, Never;
        "SharedSecretCiphertextBlob" "sharedSecretCiphertextBlob" shared_secret_ciphertext_blob: present Vec<u8>, CIPHERTEXT_TYPE, Never;
    }
}

structure! {
    GenerateMacRequest: GENERATE_MAC_REQUEST
    new { key_id: required String, message: required Secret, mac_algorithm: required MacAlgorithmSpec, }
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
    #[derive(Clone, PartialEq)]
    GenerateMacResponse: GENERATE_MAC_RESPONSE
    new { mac: present Vec<u8>, key_id: present String, mac_algorithm: present MacAlgorithmSpec, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "Mac" "mac" mac: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "MacAlgorithm" "macAlgorithm" mac_algorithm: present MacAlgorithmSpec, MAC_ALGORITHM_SPEC, IfSent;
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
    #[derive(Clone, PartialEq)]
    GetPublicKeyResponse: GET_PUBLIC_KEY_RESPONSE
    parts GetPublicKeyResponseParts { key_id: present String, public_key: present Vec<u8>, key_spec: present KeySpec, key_usage: present KeyUsageType, }
    set { customer_master_key_spec: CustomerMasterKeySpec, }
    list { encapsulation_algorithms: EncapsulationAlgorithmSpec, encryption_algorithms: EncryptionAlgorithmSpec, key_agreement_algorithms: KeyAgreementAlgorithmSpec, signing_algorithms: SigningAlgorithmSpec, }
    members {
        "CustomerMasterKeySpec" "customerMasterKeySpec" customer_master_key_spec: optional CustomerMasterKeySpec, CUSTOMER_MASTER_KEY_SPEC, IfSent;
        "EncapsulationAlgorithms" "encapsulationAlgorithms" encapsulation_algorithms: optional_list EncapsulationAlgorithmSpec, ENCAPSULATION_ALGORITHM_SPEC_LIST, IfSent;
        "EncryptionAlgorithms" "encryptionAlgorithms" encryption_algorithms: optional_list EncryptionAlgorithmSpec, ENCRYPTION_ALGORITHM_SPEC_LIST, IfSent;
        "KeyAgreementAlgorithms" "keyAgreementAlgorithms" key_agreement_algorithms: optional_list KeyAgreementAlgorithmSpec, KEY_AGREEMENT_ALGORITHM_SPEC_LIST, IfSent;
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "KeySpec" "keySpec" key_spec: present KeySpec, KEY_SPEC, IfSent;
        "KeyUsage" "keyUsage" key_usage: present KeyUsageType, KEY_USAGE_TYPE, IfSent;
        "PublicKey" "publicKey" public_key: present Vec<u8>, PUBLIC_KEY_TYPE, IfSent;
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
    #[derive(Clone, PartialEq)]
    SignResponse: SIGN_RESPONSE
    new { signature: present Vec<u8>, key_id: present String, signing_algorithm: present SigningAlgorithmSpec, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "Signature" "signature" signature: present Vec<u8>, CIPHERTEXT_TYPE, Never;
        "SigningAlgorithm" "signingAlgorithm" signing_algorithm: present SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC, IfSent;
    }
}

structure! {
    VerifyMacRequest: VERIFY_MAC_REQUEST
    new { key_id: required String, message: required Secret, mac: required Vec<u8>, mac_algorithm: required MacAlgorithmSpec, }
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
    #[derive(Clone, PartialEq)]
    VerifyMacResponse: VERIFY_MAC_RESPONSE
    new { mac_valid: present bool, key_id: present String, mac_algorithm: present MacAlgorithmSpec, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "MacAlgorithm" "macAlgorithm" mac_algorithm: present MacAlgorithmSpec, MAC_ALGORITHM_SPEC, IfSent;
        "MacValid" "macValid" mac_valid: present bool, BOOLEAN_TYPE, IfSent;
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
    #[derive(Clone, PartialEq)]
    VerifyResponse: VERIFY_RESPONSE
    new { signature_valid: present bool, key_id: present String, signing_algorithm: present SigningAlgorithmSpec, }
    set { }
    list { }
    members {
        "KeyId" "keyId" key_id: present String, KEY_ID_TYPE, IfSent;
        "SignatureValid" "signatureValid" signature_valid: present bool, BOOLEAN_TYPE, IfSent;
        "SigningAlgorithm" "signingAlgorithm" signing_algorithm: present SigningAlgorithmSpec, SIGNING_ALGORITHM_SPEC, IfSent;
    }
}
