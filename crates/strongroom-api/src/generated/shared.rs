//! Requests, responses and their parts: `shared`. Generated from the model and the overlay; do not edit.

use super::prelude::*;
use crate::table::structure;

structure! {
    #[derive(Clone, PartialEq, Default)]
    RecipientInfo: RECIPIENT_INFO
    new { }
    set { attestation_document: Vec<u8>, key_encryption_algorithm: KeyEncryptionMechanism, }
    list { }
    members {
        "AttestationDocument" "attestationDocument" attestation_document: optional Vec<u8>, ATTESTATION_DOCUMENT_TYPE, Never;
        "KeyEncryptionAlgorithm" "keyEncryptionAlgorithm" key_encryption_algorithm: optional KeyEncryptionMechanism, KEY_ENCRYPTION_MECHANISM, IfSent;
    }
}

structure! {
    #[derive(Clone, PartialEq)]
    Tag: TAG
    new { tag_key: required String, tag_value: required String, }
    set { }
    list { }
    members {
        "TagKey" "tagKey" tag_key: required String, TAG_KEY_TYPE, IfSent;
        "TagValue" "tagValue" tag_value: required String, TAG_VALUE_TYPE, IfSent;
    }
}
