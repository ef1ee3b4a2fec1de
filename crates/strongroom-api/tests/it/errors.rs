//! AWS's errors.

use strongroom_api::{ErrorCode, KmsError, ROWS, Typed, types};
use strongroom_types::row::StateVerdict;
use strongroom_types::{Action, KeyArn, KeySpec, KeyUsageType, Operation};

use crate::model::Model;

fn arn() -> KeyArn {
    "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab".parse().unwrap()
}

#[test]
fn every_exception_of_the_model_has_a_code_and_only_the_three_faults_are_500() {
    let names: Vec<&str> = ErrorCode::ALL.iter().map(|c| c.as_str()).collect();
    let exceptions = Model::load().exceptions();
    assert!(exceptions.iter().all(|e| names.contains(&e.as_str())));
    assert_eq!(names.len(), exceptions.len() + 6);
    let faults: Vec<&str> = ErrorCode::ALL.iter().filter(|c| c.is_fault()).map(|c| c.as_str()).collect();
    assert_eq!(faults, ["DependencyTimeoutException", "KMSInternalException", "KeyUnavailableException"]);
    assert_eq!(KmsError::internal().http_status(), 500);
    assert_eq!(KmsError::key_not_found(&arn()).http_status(), 400);
}

/// AWS's messages, each observed in a public report.
#[test]
fn the_messages_are_those_that_clients_match_on() {
    let arn = arn();
    let say = |e: KmsError| e.to_string();
    let state = |v| say(KmsError::state(v, &arn, Operation::Encrypt).unwrap());
    assert_eq!(say(KmsError::key_not_found(&arn)), format!("NotFoundException: Key '{arn}' does not exist"));
    assert_eq!(state(StateVerdict::Disabled), format!("DisabledException: {arn} is disabled."));
    assert_eq!(state(StateVerdict::PendingDeletion), format!("KMSInvalidStateException: {arn} is pending deletion."));
    assert_eq!(state(StateVerdict::PendingImport), format!("KMSInvalidStateException: {arn} is pending import."));
    assert!(KmsError::state(StateVerdict::Ok, &arn, Operation::Encrypt).is_none());
    assert_eq!(
        say(KmsError::wrong_usage(&arn, KeyUsageType::SignVerify, Operation::Encrypt)),
        format!("InvalidKeyUsageException: {arn} key usage is SIGN_VERIFY which is not valid for Encrypt.")
    );
    assert_eq!(
        say(KmsError::wrong_algorithm("SYMMETRIC_DEFAULT", KeySpec::Rsa4096)),
        "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_4096."
    );
    assert_eq!(say(KmsError::invalid_ciphertext()), "InvalidCiphertextException");
    let denied = KmsError::access_denied("arn:aws:iam::111122223333:user/a", Action::Decrypt);
    assert!(!denied.message().contains(&arn.to_string()) && denied.message().contains("kms:Decrypt"));
}

#[test]
fn a_malformed_arn_is_not_found_where_the_operation_declares_nothing_better() {
    let of = |operation| {
        let row = ROWS.iter().find(|r| r.operation == operation).unwrap();
        KmsError::invalid_arn(row, "arn:x").code()
    };
    assert_eq!(of(Operation::Encrypt), ErrorCode::NotFound);
    assert_eq!(of(Operation::CreateGrant), ErrorCode::InvalidArn);
}

#[test]
fn violations_are_worded_as_aws_words_them() {
    let read = |json: &str| types::EncryptRequest::read(json.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        read(r#"{"KeyId":"","EncryptionAlgorithm":"ROT13"}"#),
        "ValidationException: 3 validation errors detected: Value 'ROT13' at 'encryptionAlgorithm' failed to satisfy \
         constraint: Member must satisfy enum value set: [SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, \
         SM2PKE]; Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to \
         1; Value null at 'plaintext' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        read(r#"{"KeyId":"k","Plaintext":""}"#),
        "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member \
         must have length greater than or equal to 1"
    );
    let tags = types::TagResourceRequest::read(br#"{"KeyId":"k","Tags":[{"TagKey":"","TagValue":""}]}"#).unwrap_err();
    assert!(tags.message().contains("Value '' at 'tags.1.member.tagKey' failed"), "{tags}");
}

#[test]
fn four_thousand_and_ninety_seven_bytes_are_one_too_many() {
    let request = types::EncryptRequest::new("k", vec![0; 4_097]);
    let error = strongroom_api::validate(&request).unwrap_err();
    assert!(error.message().ends_with("Member must have length less than or equal to 4096"));
}
