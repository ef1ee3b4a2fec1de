//! Signing and encrypting with every kind of asymmetric key.

use strongroom::types::CreateKeyRequest;
use strongroom::{Client, Error, ErrorCode, ops};
use strongroom_crypto::DigestAlgorithm;
use strongroom_types::structure::List;
use strongroom_types::{EncryptionAlgorithmSpec, KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};

use crate::support::*;

use EncryptionAlgorithmSpec::{RsaesOaepSha1, RsaesOaepSha256, SymmetricDefault};
use KeyUsageType::{EncryptDecrypt, SignVerify};

/// The algorithms of RSA, in the order in which the API lists them.
const RSA: &[SigningAlgorithmSpec] = &[
    SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
    SigningAlgorithmSpec::RsassaPkcs1V15Sha384,
    SigningAlgorithmSpec::RsassaPkcs1V15Sha512,
    SigningAlgorithmSpec::RsassaPssSha256,
    SigningAlgorithmSpec::RsassaPssSha384,
    SigningAlgorithmSpec::RsassaPssSha512,
];

/// Key specs that sign with ECDSA, their algorithm and their longest signature (AWS KMS Developer Guide, "Key spec
/// reference"; DER of two numbers of the order's length).
const ECC: &[(KeySpec, SigningAlgorithmSpec, usize)] = &[
    (KeySpec::EccNistP256, SigningAlgorithmSpec::EcdsaSha256, 72),
    (KeySpec::EccNistP384, SigningAlgorithmSpec::EcdsaSha384, 104),
    (KeySpec::EccNistP521, SigningAlgorithmSpec::EcdsaSha512, 139),
    (KeySpec::EccSecgP256k1, SigningAlgorithmSpec::EcdsaSha256, 72),
];

/// The hash of an algorithm, by its name.
fn hash(algorithm: SigningAlgorithmSpec, message: &[u8]) -> Vec<u8> {
    let (hash, len) = match &algorithm.as_str()[algorithm.as_str().len() - 3..] {
        "256" => (DigestAlgorithm::Sha256, 32),
        "384" => (DigestAlgorithm::Sha384, 48),
        _ => (DigestAlgorithm::Sha512, 64),
    };
    let mut out = vec![0; len];
    strongroom_rustcrypto::provider().digest.digest(hash, &[message], &mut out).unwrap();
    out
}

fn sign_with(
    client: &Client,
    key: &str,
    algorithm: SigningAlgorithmSpec,
    kind: MessageType,
    message: &[u8],
) -> Result<Vec<u8>, Error> {
    client.sign(key, message, algorithm).message_type(kind).send().map(|output| {
        assert_eq!(output.signing_algorithm, algorithm);
        output.signature
    })
}

fn verify_with(
    client: &Client,
    key: &str,
    algorithm: SigningAlgorithmSpec,
    (kind, message): (MessageType, &[u8]),
    signature: &[u8],
) -> Result<bool, Error> {
    client.verify(key, message, signature, algorithm).message_type(kind).send().map(|output| {
        assert_eq!(output.signing_algorithm, algorithm);
        output.signature_valid
    })
}

/// OpenSSL's opinion of a signature.
fn openssl_verifies(
    openssl: &OpenSsl,
    algorithm: SigningAlgorithmSpec,
    public: &[u8],
    signature: &[u8],
    message: &[u8],
) -> bool {
    openssl.write("public.der", public);
    openssl.write("signature", signature);
    openssl.write("message", message);
    let name = algorithm.as_str();
    let hash = format!("-sha{}", &name[name.len() - 3..]);
    let mut arguments = vec!["dgst", &*hash, "-keyform", "DER", "-verify", "public.der", "-signature", "signature"];
    if name.contains("PSS") {
        // A salt of exactly the hash's length.
        arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]);
    }
    arguments.push("message");
    openssl.run(&arguments)
}

/// Everything that is said of Sign and Verify, for one key.
fn signs(
    client: &Client,
    key: &Key,
    own: &[SigningAlgorithmSpec],
    spec: KeySpec,
    longest: usize,
    exact: bool,
) -> usize {
    let openssl = OpenSsl::here();
    let public = public_key(client, &key.id).unwrap();
    let mut cells = 0;
    for algorithm in own.iter().copied() {
        let message = b"attack at dawn".as_slice();
        let digest = hash(algorithm, message);
        let forms = [(MessageType::Raw, message), (MessageType::Digest, &*digest)];
        for (kind, signed) in forms {
            let signature = sign_with(client, &key.id, algorithm, kind, signed).unwrap();
            assert!(if exact { signature.len() == longest } else { signature.len() <= longest }, "{algorithm}");
            for form in forms {
                assert!(verify_with(client, &key.arn, algorithm, form, &signature).unwrap());
            }
            if let Some(openssl) = &openssl {
                assert!(openssl_verifies(openssl, algorithm, &public, &signature, message), "{spec} {algorithm}");
                assert!(!openssl_verifies(openssl, algorithm, &public, &signature, b"attack at dusk"));
            }
            // A wrong signature is an error and never `false`: damaged, cut, longer, of another message, of another algorithm.
            let mut wrong: Vec<Vec<u8>> = vec![signature[..signature.len() - 1].to_vec(), [&*signature, &[0]].concat()];
            wrong.push(vec![0; longest]);
            for at in [0, 1, signature.len() / 2, signature.len() - 1] {
                wrong.push(signature.iter().enumerate().map(|(i, byte)| byte ^ u8::from(i == at)).collect());
            }
            for signature in wrong {
                let refused = refusal(verify_with(client, &key.id, algorithm, (kind, signed), &signature));
                assert_eq!(refused, (ErrorCode::KmsInvalidSignature, String::new()));
                cells += 1;
            }
            assert_eq!(
                code(verify_with(client, &key.id, algorithm, (MessageType::Raw, b"x"), &signature)),
                ErrorCode::KmsInvalidSignature
            );
            for other in own.iter().copied().filter(|other| *other != algorithm) {
                let refused = code(verify_with(client, &key.id, other, (MessageType::Raw, message), &signature));
                assert_eq!(refused, ErrorCode::KmsInvalidSignature, "{algorithm} as {other}");
                cells += 1;
            }
        }
        // A digest has the length of its hash, before anything is signed.
        let text = format!("Digest is invalid length for algorithm {algorithm}.");
        for len in [1, 20, 28, 32, 48, 64, 65].into_iter().filter(|len| *len != digest.len()) {
            let odd = vec![7; len];
            let refused = (ErrorCode::Validation, text.clone());
            assert_eq!(refusal(sign_with(client, &key.id, algorithm, MessageType::Digest, &odd)), refused);
            assert_eq!(
                refusal(verify_with(client, &key.id, algorithm, (MessageType::Digest, &odd), &[1; 64])),
                refused
            );
            cells += 2;
        }
        assert_eq!(
            code(sign_with(client, &key.id, algorithm, MessageType::ExternalMu, &[1; 64])),
            ErrorCode::Validation
        );
        assert_eq!(code(sign_with(client, &key.id, algorithm, MessageType::Raw, &[])), ErrorCode::Validation);
        assert_eq!(code(sign_with(client, &key.id, algorithm, MessageType::Raw, &[1; 4_097])), ErrorCode::Validation);
        sign_with(client, &key.id, algorithm, MessageType::Raw, &[1; 4_096]).unwrap();
    }
    for other in SigningAlgorithmSpec::ALL.iter().copied().filter(|other| !own.contains(other)) {
        let text = format!("Algorithm {other} is incompatible with key spec {spec}.");
        let refused = (ErrorCode::InvalidKeyUsage, text);
        assert_eq!(refusal(client.sign(&*key.id, "x", other).send()), refused);
        assert_eq!(refusal(client.verify(&*key.id, "x", "x", other).send()), refused);
        cells += 2;
    }
    cells
}

/// What DescribeKey and GetPublicKey say of a key: the same lists, and exactly one.
fn lists(client: &Client, key: &Key, spec: KeySpec, usage: KeyUsageType) -> Vec<&'static str> {
    let metadata = describe(client, &key.id).unwrap();
    let output = client.get_public_key(&*key.id).send().unwrap();
    assert_eq!((output.key_spec, output.key_usage, &output.key_id), (spec, usage, &key.arn));
    assert_eq!(output.customer_master_key_spec.unwrap().as_str(), spec.as_str());
    assert_eq!((metadata.key_spec, metadata.key_usage), (spec, usage));
    assert_eq!(metadata.customer_master_key_spec.unwrap().as_str(), spec.as_str());
    assert_eq!(output.signing_algorithms, metadata.signing_algorithms);
    assert_eq!(output.encryption_algorithms, metadata.encryption_algorithms);
    assert!(output.key_agreement_algorithms.is_none() && metadata.key_agreement_algorithms.is_none());
    assert!(metadata.mac_algorithms.is_none() && metadata.current_key_material_id.is_none());
    let signing = metadata.signing_algorithms.unwrap_or(List(Vec::new()));
    let encryption = metadata.encryption_algorithms.unwrap_or(List(Vec::new()));
    assert!(signing.is_empty() != encryption.is_empty(), "exactly one list");
    signing.iter().map(|a| a.as_str()).chain(encryption.iter().map(|a| a.as_str())).collect()
}

#[test]
fn elliptic_curves_sign_and_openssl_verifies() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for (spec, algorithm, longest) in ECC.iter().copied() {
        let key = made(&root, spec, SignVerify);
        assert_eq!(lists(&root, &key, spec, SignVerify), [algorithm.as_str()]);
        cells += signs(&root, &key, &[algorithm], spec, longest, false);
    }
    println!("ECDSA at the facade: {cells} cells");
}

#[test]
fn rsa_signs_with_six_algorithms_and_openssl_verifies() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for (spec, len) in [(KeySpec::Rsa2048, 256), (KeySpec::Rsa3072, 384)] {
        let key = made(&root, spec, SignVerify);
        assert_eq!(lists(&root, &key, spec, SignVerify), RSA.iter().map(|a| a.as_str()).collect::<Vec<_>>());
        cells += signs(&root, &key, RSA, spec, len, true);
    }
    println!("RSA signatures at the facade: {cells} cells");
}

fn encrypt_with(
    client: &Client,
    key: &str,
    algorithm: EncryptionAlgorithmSpec,
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    client.encrypt(key, plaintext).encryption_algorithm(algorithm).send().map(|output| {
        assert_eq!(output.encryption_algorithm, algorithm);
        output.ciphertext_blob
    })
}

fn decrypt_with(client: &Client, key: &str, algorithm: EncryptionAlgorithmSpec, blob: &[u8]) -> Result<Vec<u8>, Error> {
    let call = client.decrypt(blob).key_id(key).encryption_algorithm(algorithm);
    call.send().map(|output| {
        assert_eq!(output.encryption_algorithm, algorithm);
        assert!(output.key_material_id.is_none(), "only symmetric keys have one");
        opened(output.plaintext)
    })
}

/// OpenSSL's own OAEP ciphertext.
fn openssl_encrypts(openssl: &OpenSsl, algorithm: EncryptionAlgorithmSpec, public: &[u8], message: &[u8]) -> Vec<u8> {
    openssl.write("public.der", public);
    openssl.write("message", message);
    let hash = if algorithm == RsaesOaepSha1 { "sha1" } else { "sha256" };
    let (oaep, mgf1) = (format!("rsa_oaep_md:{hash}"), format!("rsa_mgf1_md:{hash}"));
    let done = openssl.run(&[
        "pkeyutl",
        "-encrypt",
        "-pubin",
        "-keyform",
        "DER",
        "-inkey",
        "public.der",
        "-in",
        "message",
        "-out",
        "blob",
        "-pkeyopt",
        "rsa_padding_mode:oaep",
        "-pkeyopt",
        &oaep,
        "-pkeyopt",
        &mgf1,
    ]);
    assert!(done, "openssl encrypts");
    openssl.read("blob")
}

#[test]
fn rsa_encrypts_up_to_its_limit_and_decrypts_what_openssl_encrypted() {
    let room = Room::new();
    let root = room.root();
    let openssl = OpenSsl::here();
    // AWS KMS API Reference, Encrypt: the longest plaintext of each.
    let limits = [(KeySpec::Rsa2048, 256, 214, 190), (KeySpec::Rsa4096, 512, 470, 446)];
    for (spec, len, sha1, sha256) in limits {
        let key = made(&root, spec, EncryptDecrypt);
        assert_eq!(lists(&root, &key, spec, EncryptDecrypt), ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]);
        let public = public_key(&root, &key.id).unwrap();
        for (algorithm, limit) in [(RsaesOaepSha1, sha1), (RsaesOaepSha256, sha256)] {
            for size in [1, 32, limit] {
                let plaintext = vec![9; size];
                let blob = encrypt_with(&root, &key.id, algorithm, &plaintext).unwrap();
                assert_eq!(blob.len(), len, "the bare block");
                assert_ne!(blob, encrypt_with(&root, &key.id, algorithm, &plaintext).unwrap(), "randomized");
                assert_eq!(decrypt_with(&root, &key.arn, algorithm, &blob).unwrap(), plaintext);
                if let Some(openssl) = &openssl {
                    let blob = openssl_encrypts(openssl, algorithm, &public, &plaintext);
                    assert_eq!(decrypt_with(&root, &key.id, algorithm, &blob).unwrap(), plaintext);
                }
            }
            let text = format!(
                "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to {limit}"
            );
            for size in [limit + 1, 4_096] {
                let refused = refusal(encrypt_with(&root, &key.id, algorithm, &vec![9; size]));
                assert_eq!(refused, (ErrorCode::Validation, text.clone()));
            }
            assert_eq!(code(encrypt_with(&root, &key.id, algorithm, b"")), ErrorCode::Validation);
        }
    }
}

#[test]
fn an_rsa_ciphertext_that_does_not_open_is_invalid_and_nothing_more() {
    let room = Room::new();
    let root = room.root();
    let (key, other) = (made(&root, KeySpec::Rsa2048, EncryptDecrypt), made(&root, KeySpec::Rsa2048, EncryptDecrypt));
    let sym = symmetric(&root);
    let invalid = (ErrorCode::InvalidCiphertext, String::new());
    let blob = encrypt_with(&root, &key.id, RsaesOaepSha256, b"x").unwrap();
    let mut wrong: Vec<Vec<u8>> =
        vec![blob[1..].to_vec(), [&*blob, &[0]].concat(), vec![0; 256], vec![0xff; 256], vec![1]];
    wrong.extend([0, 1, 128, 255].map(|at| blob.iter().enumerate().map(|(i, b)| b ^ u8::from(i == at)).collect()));
    wrong.push(encrypt(&root, &sym.id, b"x").unwrap());
    for blob in &wrong {
        for algorithm in [RsaesOaepSha1, RsaesOaepSha256] {
            assert_eq!(refusal(decrypt_with(&root, &key.id, algorithm, blob)), invalid);
        }
    }
    assert_eq!(refusal(decrypt_with(&root, &key.id, RsaesOaepSha1, &blob)), invalid, "the other hash");
    assert_eq!(refusal(decrypt_with(&root, &other.id, RsaesOaepSha256, &blob)), invalid, "never IncorrectKey");
    // Without a key there is none to take: nothing in the block says whose it is.
    assert_eq!(refusal(root.decrypt(&*blob).encryption_algorithm(RsaesOaepSha256).send()), invalid);
    assert_eq!(refusal(decrypt(&root, &blob)), invalid);
    // With a symmetric key it is no ciphertext of its own.
    assert_eq!(refusal(root.decrypt(&*blob).key_id(&*sym.id).send()), invalid);
    // The algorithm is required, and must be one of the key's.
    let text = "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.".to_owned();
    let refused = (ErrorCode::InvalidKeyUsage, text);
    assert_eq!(refusal(encrypt(&root, &key.id, b"x")), refused);
    assert_eq!(refusal(encrypt_with(&root, &key.id, SymmetricDefault, b"x")), refused);
    assert_eq!(refusal(root.decrypt(&*blob).key_id(&*key.id).send()), refused);
    let text = "Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.".to_owned();
    assert_eq!(refusal(encrypt_with(&root, &sym.id, RsaesOaepSha256, b"x")), (ErrorCode::InvalidKeyUsage, text));
    // There is no place for a context; an empty one is none.
    let text = "EncryptionContext is not supported with algorithm RSAES_OAEP_SHA_256.".to_owned();
    let refused = (ErrorCode::Validation, text);
    let call = || root.encrypt(&*key.id, "x").encryption_algorithm(RsaesOaepSha256);
    assert_eq!(refusal(call().encryption_context("a", "b").send()), refused);
    call().encryption_context_map(strongroom::EncryptionContext::EMPTY).send().unwrap();
    let call = root.decrypt(&*blob).key_id(&*key.id).encryption_algorithm(RsaesOaepSha256);
    assert_eq!(refusal(call.encryption_context("a", "b").send()), refused);
    // Its event has no material.
    decrypt_with(&root, &key.id, RsaesOaepSha256, &blob).unwrap();
    let view = room.last_view();
    assert_eq!(view["requestParameters"]["encryptionAlgorithm"], "RSAES_OAEP_SHA_256");
    assert!(view["additionalEventData"].get("keyMaterialId").is_none());
    // Data keys are symmetric keys' alone.
    assert_eq!(code(root.generate_data_key(&*key.id, 9).send()), ErrorCode::InvalidKeyUsage);
    let call = root.generate_data_key_without_plaintext(&*key.id, 9);
    assert_eq!(code(call.send()), ErrorCode::InvalidKeyUsage);
}

#[test]
fn reencrypt_takes_any_mix_of_kinds() {
    let room = Room::new();
    let root = room.root();
    let (rsa, sym) = (made(&root, KeySpec::Rsa2048, EncryptDecrypt), symmetric(&root));
    let block = encrypt_with(&root, &rsa.id, RsaesOaepSha1, b"text").unwrap();
    let from_rsa = || {
        let call = root.re_encrypt(&*sym.id, &*block).source_key_id(&*rsa.id);
        call.source_encryption_algorithm(RsaesOaepSha1)
    };
    // From RSA to symmetric.
    let output = from_rsa().destination_encryption_context("a", "1").send().unwrap();
    assert!(output.source_key_material_id.is_none() && output.destination_key_material_id.is_some());
    assert_eq!(
        (output.source_encryption_algorithm, output.destination_encryption_algorithm),
        (RsaesOaepSha1, SymmetricDefault)
    );
    let view = room.last_view();
    assert!(view["additionalEventData"].get("sourceKeyMaterialId").is_none());
    assert!(view["additionalEventData"]["destinationKeyMaterialId"].is_string());
    let call = root.decrypt(&*output.ciphertext_blob).encryption_context("a", "1");
    assert_eq!(opened(call.send().unwrap().plaintext), b"text");
    // And back.
    let call = root.re_encrypt(&*rsa.id, output.ciphertext_blob).source_encryption_context("a", "1");
    let output = call.destination_encryption_algorithm(RsaesOaepSha256).send().unwrap();
    assert!(output.source_key_material_id.is_some() && output.destination_key_material_id.is_none());
    assert_eq!(decrypt_with(&root, &rsa.id, RsaesOaepSha256, &output.ciphertext_blob).unwrap(), b"text");
    // From RSA to RSA, to the same key.
    let call = root.re_encrypt(&*rsa.id, &*block).source_key_id(&*rsa.id);
    let call = call.source_encryption_algorithm(RsaesOaepSha1).destination_encryption_algorithm(RsaesOaepSha256);
    let output = call.send().unwrap();
    assert_eq!(decrypt_with(&root, &rsa.id, RsaesOaepSha256, &output.ciphertext_blob).unwrap(), b"text");
    // The destination's limit holds for what comes out of the source.
    let to_rsa = |len: usize| {
        let blob = encrypt(&root, &sym.id, &vec![1; len]).unwrap();
        let call = root.re_encrypt(&*rsa.id, blob);
        call.destination_encryption_algorithm(RsaesOaepSha256).send().map(drop)
    };
    to_rsa(190).unwrap();
    let text = "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 190";
    assert_eq!(refusal(to_rsa(191)), (ErrorCode::Validation, text.to_owned()));
    let blob = |len| encrypt(&root, &sym.id, &vec![1; len]).unwrap();
    let dry = |len| root.re_encrypt(&*rsa.id, blob(len)).destination_encryption_algorithm(RsaesOaepSha256);
    assert_eq!(code(dry(191).dry_run(true).send()), ErrorCode::Validation, "a dry run sees it too");
    assert_eq!(code(dry(190).dry_run(true).send()), ErrorCode::DryRunOperation);
    let larger = made(&root, KeySpec::Rsa3072, EncryptDecrypt);
    let long = encrypt_with(&root, &larger.id, RsaesOaepSha256, &[1; 318]).unwrap();
    let call = root.re_encrypt(&*rsa.id, long).source_key_id(&*larger.id);
    let call = call.source_encryption_algorithm(RsaesOaepSha256).destination_encryption_algorithm(RsaesOaepSha256);
    assert_eq!(refusal(call.send()), (ErrorCode::Validation, text.to_owned()), "what no length tells");
    // Contexts on the RSA side, algorithms left out, no name for an RSA source.
    assert_eq!(code(from_rsa().source_encryption_context("a", "1").send()), ErrorCode::Validation);
    let call = root.re_encrypt(&*rsa.id, &*block).source_key_id(&*rsa.id);
    assert_eq!(code(call.source_encryption_algorithm(RsaesOaepSha1).send()), ErrorCode::InvalidKeyUsage);
    let call = root.re_encrypt(&*sym.id, &*block).source_key_id(&*rsa.id);
    assert_eq!(code(call.send()), ErrorCode::InvalidKeyUsage);
    let call = root.re_encrypt(&*sym.id, &*block).source_encryption_algorithm(RsaesOaepSha1);
    assert_eq!(code(call.send()), ErrorCode::InvalidCiphertext);
    let blob = encrypt(&root, &sym.id, b"x").unwrap();
    let call = root.re_encrypt(&*rsa.id, &*blob).destination_encryption_algorithm(RsaesOaepSha256);
    assert_eq!(code(call.destination_encryption_context("a", "1").send()), ErrorCode::Validation);
    // The other hash does not open it.
    let call = root.re_encrypt(&*sym.id, &*block).source_key_id(&*rsa.id);
    assert_eq!(code(call.source_encryption_algorithm(RsaesOaepSha256).send()), ErrorCode::InvalidCiphertext);
}

/// One use of a key.
type Use<'a> = (&'a str, Box<dyn Fn() -> Result<(), Error> + 'a>);

#[test]
fn keys_of_every_kind_are_refused_by_state_and_use() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    let hmac = (KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac);
    for (spec, usage) in
        [(KeySpec::Rsa2048, EncryptDecrypt), (KeySpec::Rsa2048, SignVerify), (KeySpec::EccNistP384, SignVerify), hmac]
    {
        let key = made(&root, spec, usage);
        let id = key.id.as_str();
        let signing = if spec == KeySpec::Rsa2048 { RSA[5] } else { SigningAlgorithmSpec::EcdsaSha384 };
        let mac = strongroom_types::MacAlgorithmSpec::HmacSha256;
        let blob =
            if usage == EncryptDecrypt { encrypt_with(&root, id, RsaesOaepSha1, b"x").unwrap() } else { vec![1; 256] };
        let signature = if usage == SignVerify {
            sign_with(&root, id, signing, MessageType::Raw, b"x").unwrap()
        } else {
            vec![1; 64]
        };
        let tag = if usage == KeyUsageType::GenerateVerifyMac {
            root.generate_mac(id, "x", mac).send().unwrap().mac
        } else {
            vec![1; 32]
        };
        let (blob, signature, tag, root) = (&blob, &signature, &tag, &root);
        let uses: [Use<'_>; 10] = [
            ("Encrypt", Box::new(move || root.encrypt(id, "x").encryption_algorithm(RsaesOaepSha1).send().map(drop))),
            ("Decrypt", Box::new(move || decrypt_with(root, id, RsaesOaepSha1, blob).map(drop))),
            ("Sign", Box::new(move || root.sign(id, "x", signing).send().map(drop))),
            ("Verify", Box::new(move || root.verify(id, "x", signature.as_slice(), signing).send().map(drop))),
            ("GenerateMac", Box::new(move || root.generate_mac(id, "x", mac).send().map(drop))),
            ("VerifyMac", Box::new(move || root.verify_mac(id, "x", tag.as_slice(), mac).send().map(drop))),
            ("GetPublicKey", Box::new(move || root.get_public_key(id).send().map(drop))),
            ("GenerateDataKey", Box::new(move || root.generate_data_key(id, 9).send().map(drop))),
            ("RotateKeyOnDemand", Box::new(move || root.rotate_key_on_demand(id).send().map(drop))),
            ("ListKeyRotations", Box::new(move || root.list_key_rotations(id).send().map(drop))),
        ];
        for state in 0..3 {
            match state {
                1 => drop(root.disable_key(id).send().unwrap()),
                2 => drop(root.schedule_key_deletion(id).send().unwrap()),
                _ => {}
            }
            for (name, call) in &uses {
                let fits = match *name {
                    "Encrypt" | "Decrypt" => usage == EncryptDecrypt,
                    "Sign" | "Verify" => usage == SignVerify,
                    "GenerateMac" | "VerifyMac" => usage == KeyUsageType::GenerateVerifyMac,
                    "GetPublicKey" => usage != KeyUsageType::GenerateVerifyMac,
                    _ => false,
                };
                let result = call();
                let what = format!("{name} on {spec} for {usage} in state {state}");
                match (fits, *name, state) {
                    (true, _, 0) => result.unwrap_or_else(|error| panic!("{what}: {error}")),
                    (true, _, 1) => assert_eq!(
                        refusal(result),
                        (ErrorCode::Disabled, format!("{} is disabled.", key.arn)),
                        "{what}"
                    ),
                    (true, ..) => {
                        let text = format!("{} is pending deletion.", key.arn);
                        assert_eq!(refusal(result), (ErrorCode::KmsInvalidState, text), "{what}");
                    }
                    // What a kind does not do it does in no state.
                    (false, "GetPublicKey" | "RotateKeyOnDemand" | "ListKeyRotations", _) => {
                        assert_eq!(code(result), ErrorCode::UnsupportedOperation, "{what}");
                    }
                    (false, ..) => {
                        let text = format!("{} key usage is {usage} which is not valid for {name}.", key.arn);
                        assert_eq!(refusal(result), (ErrorCode::InvalidKeyUsage, text), "{what}");
                    }
                }
                cells += 1;
            }
        }
    }
    println!("kinds by use and state: {cells} cells");
}

#[test]
fn a_kind_and_a_use_fit_or_are_refused() {
    let room = Room::new();
    let root = room.root();
    let mut cells = 0;
    for spec in [
        KeySpec::SymmetricDefault,
        KeySpec::Rsa2048,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
        KeySpec::Hmac224,
        KeySpec::Hmac256,
        KeySpec::Hmac384,
        KeySpec::Hmac512,
    ] {
        if spec != KeySpec::SymmetricDefault {
            let text = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
            let result = root.run::<ops::CreateKey>(&CreateKeyRequest::new().key_spec(spec));
            assert_eq!(refusal(result), (ErrorCode::Validation, text.to_owned()));
        }
        for usage in KeyUsageType::ALL.iter().copied() {
            let result = root.run::<ops::CreateKey>(&CreateKeyRequest::new().key_spec(spec).key_usage(usage));
            let name = spec.as_str();
            let fits = match usage {
                EncryptDecrypt => name.starts_with("SYM") || name.starts_with("RSA"),
                SignVerify => name.starts_with("RSA") || name.starts_with("ECC"),
                KeyUsageType::GenerateVerifyMac => name.starts_with("HMAC"),
                _ => false,
            };
            match (fits, usage) {
                (true, _) => assert_eq!(result.unwrap().key_metadata.key_usage, usage),
                (false, KeyUsageType::KeyAgreement) if name.starts_with("ECC_NIST") => {
                    assert_eq!(code(result), ErrorCode::UnsupportedOperation, "this version makes none");
                }
                (false, _) => {
                    let text = format!("KeyUsage {usage} is not compatible with KeySpec {spec}");
                    assert_eq!(refusal(result), (ErrorCode::Validation, text));
                }
            }
            cells += 1;
        }
    }
    println!("specs by uses: {cells} cells");
}
