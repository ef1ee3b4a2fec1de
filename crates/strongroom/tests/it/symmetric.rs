//! Encrypt, Decrypt and data keys.

use std::collections::HashSet;

use strongroom::calls::DataKeyLength;
use strongroom::types::{DecryptRequest, GenerateDataKeyRequest, GenerateDataKeyWithoutPlaintextRequest};
use strongroom::{EncryptionContext, Error, ErrorCode, ops};
use strongroom_types::{DataKeySpec, DryRunModifierType, MessageType, SigningAlgorithmSpec};

use crate::support::*;

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::from_pairs(pairs.iter().copied()).unwrap()
}

fn seal(client: &strongroom::Client, key: &str, pairs: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
    let call = client.encrypt(key, b"plain".as_slice()).encryption_context_map(context(pairs));
    call.send().map(|output| got(output.ciphertext_blob))
}

fn open(client: &strongroom::Client, blob: &[u8], pairs: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
    let call = client.decrypt(blob).encryption_context_map(context(pairs));
    call.send().map(|output| opened(got(output.plaintext)))
}

fn invalid() -> (ErrorCode, String) {
    (ErrorCode::InvalidCiphertext, String::new())
}

#[test]
fn every_damage_of_a_ciphertext_is_one_error() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let blob = seal(&root, &key.id, &[("a", "b")]).unwrap();
    assert_eq!(blob.len(), 128 + b"plain".len());
    let mut cells = 0;
    let mut shown = HashSet::new();
    for at in 0..blob.len() {
        for bit in 0..8 {
            let mut damaged = blob.clone();
            damaged[at] ^= 1 << bit;
            // Bytes 4 to 19 name the key, and flag bit 0 says whether it is a multi-Region key (formats.md §1).
            let names_another = (4..20).contains(&at) || (at == 3 && bit == 0);
            let expected = if names_another { ciphertext_denied() } else { invalid() };
            let error = open(&root, &damaged, &[("a", "b")]).unwrap_err();
            shown.insert(error.to_string());
            assert_eq!(refusal::<()>(Err(error)), expected, "byte {at}, bit {bit}");
            if !names_another {
                let named = root.decrypt(damaged).key_id(&*key.id).encryption_context_map(context(&[("a", "b")]));
                assert_eq!(refusal(named.send()), invalid(), "byte {at}, bit {bit}, key named");
            }
            cells += 1;
        }
    }
    for len in 1..blob.len() {
        assert_eq!(refusal(open(&root, &blob[..len], &[("a", "b")])), invalid(), "cut to {len}");
        cells += 1;
    }
    for more in [&[0_u8][..], &[0; 16], &blob] {
        assert_eq!(refusal(open(&root, &[&blob, more].concat(), &[("a", "b")])), invalid());
        cells += 1;
    }
    for pairs in [&[][..], &[("a", "c")], &[("A", "b")], &[("a", "b"), ("c", "d")], &[("ab", "")], &[("", "ab")]] {
        assert_eq!(refusal(open(&root, &blob, pairs)), invalid(), "{pairs:?}");
        cells += 1;
    }
    assert_eq!(shown.len(), 2, "one text for damage, one for an unknown key: {shown:?}");
    assert_eq!(code(root.decrypt(Vec::new()).send()), ErrorCode::Validation);
    assert_eq!(code(root.decrypt(vec![0; 6_145]).send()), ErrorCode::Validation);
    assert_eq!(refusal(root.decrypt(vec![0x81; 6_144]).send()), invalid());
    assert_eq!(open(&root, &blob, &[("a", "b")]).unwrap(), b"plain");
    println!("damaged ciphertexts: {cells}");
}

#[test]
fn a_ciphertext_moved_to_another_key_or_version_does_not_open() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    let (a, b) = (encrypt(&root, &one.id, b"a").unwrap(), encrypt(&root, &two.id, b"b").unwrap());
    let mut moved = a.clone();
    moved[4..20].copy_from_slice(&b[4..20]);
    assert_eq!(refusal(decrypt(&root, &moved)), invalid(), "another key, no such version");
    moved[20..36].copy_from_slice(&b[20..36]);
    assert_eq!(refusal(decrypt(&root, &moved)), invalid(), "another key and its version");
    root.rotate_key_on_demand(&*one.id).send().unwrap();
    let c = encrypt(&root, &one.id, b"c").unwrap();
    let mut moved = a.clone();
    moved[20..36].copy_from_slice(&c[20..36]);
    assert_eq!(refusal(decrypt(&root, &moved)), invalid(), "another version of the key");
    assert_eq!(decrypt(&root, &a).unwrap(), b"a");
}

#[test]
fn the_context_is_a_set_of_exact_pairs() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    // Absent is empty, both ways.
    let absent = encrypt(&root, &key.id, b"plain").unwrap();
    let empty = seal(&root, &key.id, &[]).unwrap();
    assert_eq!(open(&root, &absent, &[]).unwrap(), b"plain");
    assert_eq!(decrypt(&root, &empty).unwrap(), b"plain");
    // Order does not matter.
    let blob = seal(&root, &key.id, &[("a", "1"), ("b", "2"), ("～", "3"), ("🔑", "4")]).unwrap();
    assert_eq!(open(&root, &blob, &[("🔑", "4"), ("b", "2"), ("～", "3"), ("a", "1")]).unwrap(), b"plain");
    // NFC is not NFD, `a` is not `A`, and nothing is trimmed.
    let pairs =
        [("é", "x"), ("e\u{301}", "x"), ("E", "x"), ("e", "x"), ("e ", "x"), ("e", "X"), ("x", "e"), ("ex", "")];
    for (at, pair) in pairs.iter().enumerate() {
        let blob = seal(&root, &key.id, &[*pair]).unwrap();
        for (other, candidate) in pairs.iter().enumerate() {
            let result = open(&root, &blob, &[*candidate]);
            match at == other {
                true => assert_eq!(result.unwrap(), b"plain"),
                false => assert_eq!(refusal(result), invalid(), "{pair:?} opened by {candidate:?}"),
            }
        }
    }
}

#[test]
fn a_context_that_is_too_long_is_refused_before_anything_else() {
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let key = symmetric(&root);
    // Two bytes for the count, four for the two lengths, one for the key (formats.md §1).
    let (fits, too_long) = ("v".repeat(8_192 - 7), "v".repeat(8_193 - 7));
    let blob = seal(&root, &key.id, &[("k", &fits)]).unwrap();
    assert_eq!(open(&root, &blob, &[("k", &fits)]).unwrap(), b"plain");
    assert!(EncryptionContext::from_pairs([("k", &*too_long)]).is_err(), "it can't even be made");
    for value in [too_long, "v".repeat(65_536)] {
        for client in [&root, &nobody] {
            for name in [&*key.id, NO_KEY] {
                let call = client.encrypt(name, b"x".as_slice()).encryption_context("k", &*value);
                assert_eq!(code(call.send()), ErrorCode::Validation);
                let call = client.generate_data_key(name, 1).encryption_context("k", &*value);
                assert_eq!(code(call.send()), ErrorCode::Validation);
                let call = client.generate_data_key_without_plaintext(name, 1);
                assert_eq!(code(call.encryption_context("k", &*value).send()), ErrorCode::Validation);
            }
            for blob in [&*blob, b"no ciphertext"] {
                let call = client.decrypt(blob).encryption_context("k", &*value);
                assert_eq!(code(call.send()), ErrorCode::Validation);
            }
        }
    }
}

#[test]
fn a_plaintext_has_one_to_4096_bytes() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    for len in [1, 4_096] {
        let blob = encrypt(&root, &key.id, &vec![7; len]).unwrap();
        assert!(blob.len() <= 6_144);
        assert_eq!(decrypt(&root, &blob).unwrap(), vec![7; len]);
    }
    let (kind, text) = refusal(encrypt(&root, &key.id, &[7; 4_097]));
    assert_eq!(kind, ErrorCode::Validation);
    let aws = "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length \
               less than or equal to 4096";
    assert!(text.starts_with(aws), "{text}");
    assert!(text.contains("`envelope`"), "{text}");
    assert_eq!(code(encrypt(&root, &key.id, b"")), ErrorCode::Validation);
    let blobs: HashSet<Vec<u8>> = (0..100).map(|_| encrypt(&root, &key.id, b"same").unwrap()).collect();
    assert_eq!(blobs.len(), 100, "no two are alike");
}

#[test]
fn the_wrong_key_the_wrong_context_and_no_key_are_three_errors() {
    let room = Room::new();
    let root = room.root();
    let (one, two) = (symmetric(&root), symmetric(&root));
    root.create_alias("alias/two", &*two.id).send().unwrap();
    let blob = encrypt(&root, &one.id, b"x").unwrap();
    let text = "The key ID in the request does not identify a CMK that can perform this operation.";
    for name in [&*two.id, &*two.arn, "alias/two", &format!("arn:aws:kms:{REGION}:{HERE}:alias/two")] {
        let call = root.decrypt(&*blob).key_id(name);
        assert_eq!(refusal(call.send()), (ErrorCode::IncorrectKey, text.to_owned()), "{name}");
    }
    for name in [&*one.id, &*one.arn] {
        root.decrypt(&*blob).key_id(name).send().unwrap();
    }
    assert_eq!(refusal(open(&root, &blob, &[("a", "b")])), invalid());
    let mut unknown = blob.clone();
    unknown[4..20].fill(9);
    assert_eq!(refusal(decrypt(&root, &unknown)), ciphertext_denied(), "not NotFound");
    let call = root.decrypt(&*unknown).key_id(&*one.id);
    assert_eq!(code(call.send()), ErrorCode::IncorrectKey);
    let call = root.decrypt(&*blob).key_id(NO_KEY);
    assert_eq!(code(call.send()), ErrorCode::NotFound);
    // The named key decides, before it is seen to be the wrong one.
    let only_one = room.user("u", &[allow(&["kms:Decrypt"], &one.arn)]);
    let call = only_one.decrypt(&*blob).key_id(&*two.id);
    assert_eq!(refusal(call.send()), denied(&format!("arn:aws:iam::{HERE}:user/u"), "Decrypt"));
    let only_two = room.user("u", &[allow(&["kms:Decrypt"], &two.arn)]);
    let call = only_two.decrypt(&*blob).key_id(&*two.id);
    assert_eq!(code(call.send()), ErrorCode::IncorrectKey);
    // A signing key decrypts nothing.
    let ecc = signing(&root);
    let call = root.decrypt(&*blob).key_id(&*ecc.id);
    assert_eq!(code(call.send()), ErrorCode::InvalidKeyUsage);
}

#[test]
fn a_data_key_is_as_long_as_it_was_asked_for() {
    let room = Room::new();
    let root = room.root();
    let key = symmetric(&root);
    let mut seen = HashSet::new();
    for (how, len) in [
        (DataKeyLength::from(DataKeySpec::Aes128), 16),
        (DataKeySpec::Aes256.into(), 32),
        (1.into(), 1),
        (64.into(), 64),
        (1_024.into(), 1_024),
    ] {
        let call = root.generate_data_key(&*key.id, how.clone()).encryption_context_map(context(&[("a", "b")]));
        let output = call.send().unwrap();
        let data_key = opened(got(output.plaintext));
        assert_eq!(data_key.len(), len);
        assert_eq!(open(&root, &got::<Vec<u8>>(output.ciphertext_blob), &[("a", "b")]).unwrap(), data_key);
        assert!(output.ciphertext_for_recipient.is_none());
        assert!(seen.insert(data_key));
        let call = root.generate_data_key_without_plaintext(&*key.id, how);
        let hidden = decrypt(&root, &got::<Vec<u8>>(call.send().unwrap().ciphertext_blob)).unwrap();
        assert_eq!(hidden.len(), len);
        assert!(seen.insert(hidden) || len == 1);
    }
    // What the builders can't say, a request can.
    let plain = || GenerateDataKeyRequest::new(&*key.id);
    for request in [plain(), plain().key_spec(DataKeySpec::Aes256).number_of_bytes(32)] {
        assert_eq!(code(root.run::<ops::GenerateDataKey>(&request)), ErrorCode::Validation);
    }
    let hidden = || GenerateDataKeyWithoutPlaintextRequest::new(&*key.id);
    for request in [hidden(), hidden().key_spec(DataKeySpec::Aes128).number_of_bytes(16)] {
        assert_eq!(code(root.run::<ops::GenerateDataKeyWithoutPlaintext>(&request)), ErrorCode::Validation);
    }
    for bytes in [-1, 0, 1_025] {
        assert_eq!(code(root.generate_data_key(&*key.id, bytes).send()), ErrorCode::Validation);
        assert_eq!(code(root.generate_data_key_without_plaintext(&*key.id, bytes).send()), ErrorCode::Validation);
    }
}

#[test]
fn a_dry_run_never_succeeds_and_changes_nothing() {
    let room = Room::new();
    let root = room.root();
    let nobody = room.user("nobody", &[]);
    let (key, ecc) = (symmetric(&root), signing(&root));
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let signature = sign(&root, &ecc.id, MessageType::Raw, b"x").unwrap();
    let algorithm = SigningAlgorithmSpec::EcdsaSha256;
    let run = |client: &strongroom::Client| -> Vec<Result<(), Error>> {
        let (x, s) = (b"x".as_slice(), signature.as_slice());
        vec![
            client.encrypt(&*key.id, x).dry_run(true).send().map(drop),
            client.decrypt(&*blob).key_id(&*key.id).dry_run(true).send().map(drop),
            client.decrypt(&*blob).dry_run(true).send().map(drop),
            client.generate_data_key(&*key.id, 9).dry_run(true).send().map(drop),
            client.generate_data_key_without_plaintext(&*key.id, 9).dry_run(true).send().map(drop),
            client.sign(&*ecc.id, x, algorithm).dry_run(true).send().map(drop),
            client.verify(&*ecc.id, x, s, algorithm).dry_run(true).send().map(drop),
        ]
    };
    let keys = key_ids(&root);
    let before = room.size();
    for result in run(&root) {
        assert_eq!(code(result), ErrorCode::DryRunOperation);
    }
    let events = room.events_from(before);
    assert_eq!(events.len(), 7);
    for event in &events {
        let view = views(event).remove(0);
        assert_eq!(view["errorCode"], "DryRunOperationException");
        assert_eq!(view["requestParameters"]["dryRun"], true);
        assert_eq!(view["responseElements"], serde_json::Value::Null);
        assert_eq!(event.revision, 0, "nothing was written");
    }
    for result in run(&nobody) {
        assert_eq!(code(result), ErrorCode::AccessDenied);
    }
    assert_eq!(key_ids(&root), keys);
    // `false` is no dry run.
    root.encrypt(&*key.id, b"x".as_slice()).dry_run(false).send().unwrap();
    // With IGNORE_CIPHERTEXT only authorization is asked; without a dry run it means nothing.
    assert_eq!(code(root.decrypt_ignoring_ciphertext(&*key.id).send()), ErrorCode::DryRunOperation);
    assert_eq!(code(nobody.decrypt_ignoring_ciphertext(&*key.id).send()), ErrorCode::AccessDenied);
    let none = DecryptRequest::new;
    let ignore = || none().dry_run_modifiers([DryRunModifierType::IgnoreCiphertext]);
    for request in [ignore().dry_run(true), ignore().key_id(&*key.id), none().key_id(&*key.id), none()] {
        assert_eq!(code(root.run::<ops::Decrypt>(&request)), ErrorCode::Validation);
    }
}

#[test]
fn grant_tokens_and_recipients_are_refused_and_not_ignored() {
    let room = Room::new();
    let root = room.root();
    let (key, ecc) = (symmetric(&root), signing(&root));
    let blob = encrypt(&root, &key.id, b"x").unwrap();
    let algorithm = SigningAlgorithmSpec::EcdsaSha256;
    let x = b"x".as_slice();
    let results = vec![
        root.encrypt(&*key.id, x).grant_tokens(["t"]).send().map(drop),
        root.decrypt(&*blob).grant_tokens(["t"]).send().map(drop),
        root.generate_data_key(&*key.id, 9).grant_tokens(["t"]).send().map(drop),
        root.generate_data_key_without_plaintext(&*key.id, 9).grant_tokens(["t"]).send().map(drop),
        root.sign(&*ecc.id, x, algorithm).grant_tokens(["t"]).send().map(drop),
        root.verify(&*ecc.id, x, x, algorithm).grant_tokens(["t"]).send().map(drop),
        root.get_public_key(&*ecc.id).grant_tokens(["t"]).send().map(drop),
        root.describe_key(&*key.id).grant_tokens(["t"]).send().map(drop),
    ];
    for result in results {
        assert_eq!(code(result), ErrorCode::InvalidGrantToken);
    }
    root.encrypt(&*key.id, x).grant_tokens(Vec::<String>::new()).send().unwrap();
    let eleven = (0..11).map(|n| n.to_string());
    assert_eq!(code(root.encrypt(&*key.id, x).grant_tokens(eleven).send()), ErrorCode::Validation);
}
