//! Sign, Verify, GetPublicKey.

use std::process::{Command, Stdio};

use strongroom::ErrorCode;
use strongroom::types::GetPublicKeyResponse;
use strongroom_crypto::DigestAlgorithm;
use strongroom_types::structure::List;
use strongroom_types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};

use crate::support::*;

fn sha256(message: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    strongroom_rustcrypto::provider().digest.digest(DigestAlgorithm::Sha256, &[message], &mut out).unwrap();
    out
}

#[test]
fn a_message_and_its_digest_have_the_same_signatures() {
    let room = Room::new();
    let root = room.root();
    let key = signing(&root);
    for message in [&b"x"[..], &[7; 4_096], &sha256(b"x")] {
        let digest = sha256(message);
        let forms = [(MessageType::Raw, message), (MessageType::Digest, &digest)];
        for (kind, signed) in forms {
            let signature = sign(&root, &key.id, kind, signed).unwrap();
            assert!(signature.len() <= 72 && signature[0] == 0x30, "DER");
            for (kind, verified) in forms {
                assert!(verify(&root, &key.id, kind, verified, &signature).unwrap());
            }
        }
    }
    // RAW is the default.
    let call = root.sign(&*key.id, b"x".as_slice(), SigningAlgorithmSpec::EcdsaSha256).send().unwrap();
    assert_eq!(got::<SigningAlgorithmSpec>(call.signing_algorithm), SigningAlgorithmSpec::EcdsaSha256);
    assert!(verify(&root, &key.id, MessageType::Digest, &sha256(b"x"), &got::<Vec<u8>>(call.signature)).unwrap());
}

#[test]
fn a_digest_has_the_length_of_its_hash() {
    let room = Room::new();
    let root = room.root();
    let key = signing(&root);
    let signature = sign(&root, &key.id, MessageType::Raw, b"x").unwrap();
    let text = "Digest is invalid length for algorithm ECDSA_SHA_256.".to_owned();
    for len in [1, 16, 31, 33, 48, 64] {
        let digest = vec![1; len];
        let refused = (ErrorCode::Validation, text.clone());
        assert_eq!(refusal(sign(&root, &key.id, MessageType::Digest, &digest)), refused, "{len}");
        assert_eq!(refusal(verify(&root, &key.id, MessageType::Digest, &digest, &signature)), refused, "{len}");
    }
    for kind in [MessageType::Raw, MessageType::Digest] {
        assert_eq!(code(sign(&root, &key.id, kind, b"")), ErrorCode::Validation);
        assert_eq!(code(sign(&root, &key.id, kind, &[1; 4_097])), ErrorCode::Validation);
        assert_eq!(code(verify(&root, &key.id, kind, b"", &signature)), ErrorCode::Validation);
    }
    assert_eq!(code(sign(&root, &key.id, MessageType::ExternalMu, &[1; 64])), ErrorCode::Validation);
    let (kind, message) = refusal(root.sign(&*key.id, vec![1], SigningAlgorithmSpec::EcdsaSha384).send());
    let wrong = "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.";
    assert_eq!((kind, &*message), (ErrorCode::InvalidKeyUsage, wrong));
}

#[test]
fn a_wrong_signature_is_an_error_and_never_false() {
    let room = Room::new();
    let root = room.root();
    let (key, other) = (signing(&root), signing(&root));
    let signature = sign(&root, &key.id, MessageType::Raw, b"text").unwrap();
    let invalid = (ErrorCode::KmsInvalidSignature, String::new());
    let check = |key: &str, message: &[u8], signature: &[u8]| {
        assert_eq!(refusal(verify(&root, key, MessageType::Raw, message, signature)), invalid);
    };
    let mut cells = 3;
    check(&key.id, b"Text", &signature);
    check(&other.id, b"text", &signature);
    check(&key.id, b"text", &sign(&root, &key.id, MessageType::Raw, b"other").unwrap());
    for at in 0..signature.len() {
        for bit in [0x01, 0x80] {
            let mut damaged = signature.clone();
            damaged[at] ^= bit;
            check(&key.id, b"text", &damaged);
        }
        if at > 0 {
            check(&key.id, b"text", &signature[..at]);
        }
        cells += 3;
    }
    // Behind the end; the pair of numbers without DER; zeros; numbers out of range.
    let out_of_range = [&[0x30, 0x46, 0x02, 0x21, 0x00][..], &[0xff; 32], &[0x02, 0x21, 0x00], &[0xff; 32]].concat();
    for odd in [[&*signature, &[0]].concat(), vec![1; 64], vec![0], vec![0x30, 6, 2, 1, 0, 2, 1, 0], out_of_range] {
        check(&key.id, b"text", &odd);
        cells += 1;
    }
    assert_eq!(code(verify(&root, &key.id, MessageType::Raw, b"text", b"")), ErrorCode::Validation);
    assert_eq!(code(verify(&root, &key.id, MessageType::Raw, b"text", &[0; 6_145])), ErrorCode::Validation);
    let view = {
        check(&key.id, b"Text", &signature);
        room.last_view()
    };
    assert_eq!(view["errorCode"], "KMSInvalidSignatureException");
    println!("wrong signatures: {cells}");
}

#[test]
fn the_public_key_is_what_openssl_verifies_with() {
    let room = Room::new();
    let root = room.root();
    let key = signing(&root);
    let output: GetPublicKeyResponse = root.get_public_key(&*key.id).send().unwrap();
    assert_eq!(got::<KeySpec>(output.key_spec), KeySpec::EccNistP256);
    assert_eq!(got::<KeyUsageType>(output.key_usage), KeyUsageType::SignVerify);
    let algorithms = got::<List<SigningAlgorithmSpec>>(output.signing_algorithms);
    assert_eq!(&*algorithms, &[SigningAlgorithmSpec::EcdsaSha256]);
    assert!(output.encryption_algorithms.is_none() && output.key_agreement_algorithms.is_none());
    let public: Vec<u8> = got(output.public_key);
    // SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480 §2).
    assert_eq!(public.len(), 91);
    assert_eq!(public_key(&root, &key.arn).unwrap(), public);
    let signature = sign(&root, &key.id, MessageType::Raw, b"attack at dawn").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("public.der"), &public).unwrap();
    std::fs::write(path("signature.der"), &signature).unwrap();
    std::fs::write(path("message"), b"attack at dawn").unwrap();
    std::fs::write(path("other"), b"attack at dusk").unwrap();
    let openssl = |message: &str| {
        let mut command = Command::new("openssl");
        command.args(["dgst", "-sha256", "-keyform", "DER", "-verify"]).arg(path("public.der"));
        command.arg("-signature").arg(path("signature.der")).arg(path(message));
        command.stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    match openssl("message") {
        Err(error) => println!("skipped: there is no openssl here ({error})"),
        Ok(status) => {
            assert!(status.success(), "openssl verifies");
            assert!(!openssl("other").unwrap().success(), "and refuses another message");
        }
    }
}

#[test]
fn keys_of_the_other_kind_sign_nothing_and_have_no_public_key() {
    let room = Room::new();
    let root = room.root();
    let (key, ecc) = (symmetric(&root), signing(&root));
    assert_eq!(code(root.get_public_key(&*key.id).send()), ErrorCode::UnsupportedOperation);
    let text = format!("{} key usage is ENCRYPT_DECRYPT which is not valid for Sign.", key.arn);
    assert_eq!(refusal(sign(&root, &key.id, MessageType::Raw, b"x")), (ErrorCode::InvalidKeyUsage, text));
    let text = format!("{} key usage is SIGN_VERIFY which is not valid for Encrypt.", ecc.arn);
    assert_eq!(refusal(encrypt(&root, &ecc.id, b"x")), (ErrorCode::InvalidKeyUsage, text));
    assert_eq!(code(root.generate_data_key(&*ecc.id, 1).send()), ErrorCode::InvalidKeyUsage);
    assert_eq!(code(root.rotate_key_on_demand(&*ecc.id).send()), ErrorCode::UnsupportedOperation);
    assert_eq!(code(root.list_key_rotations(&*ecc.id).send()), ErrorCode::UnsupportedOperation);
}
