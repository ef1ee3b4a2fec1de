//! Keys of the software backend.

use strongroom_hsm::{
    Custody, Error, Expect, GenerateRequest, Health, Identity, KeyToken, Op, OutBuf, Probe, SignInput,
};
use strongroom_soft::{RootKey, SoftCustody, generation_of};
use strongroom_types::{EncryptionContext, KeyId, SealKind, Sealer as _, SigningAlgorithmSpec};

use crate::support::*;

/// formats §8, through generate, open and run; the material, salts and IVs come from the script.
#[test]
fn the_known_answer_of_suite_1_holds_through_the_backend() {
    let salt_and_iv = [counting(0x80, 32), counting(0xa0, 12)].concat();
    let draws = [
        counting(0x40, 32),  // R
        vec![9; 16],         // the slot's id
        vec![8; 44],         // the slot's salt and IV
        counting(0x00, 32),  // K
        salt_and_iv.clone(), // K's seal
    ];
    let provider = strongroom_rustcrypto::provider_with(Scripted::new(draws));
    let (root, _) = RootKey::create(&provider, &arena(), STORE, &key(1)).unwrap();
    assert_eq!(root.root_id().to_vec(), hex("645e6e925ef261b99b6150780eb0b330e9c57d38f5a927834f100d1f9f0c1f70"));

    let custody = SoftCustody::new(root);
    let place = place(1);
    let made = generate(&custody, &place, &SYMMETRIC);
    let material_id = hex("ada817778bfe834c22494133fc5a62e75a351c98d6901b138fc7482b4d5e668a");
    assert_eq!(made.material_id().unwrap().to_vec(), material_id);

    // token = version ‖ creation id ‖ the sealed bytes, 148 of them.
    let sealed = [
        hex("82010100 00000001 645e6e925ef261b99b6150780eb0b330".replace(' ', "").as_str()),
        counting(0x80, 32),
        hex("73f7638315e49145173abbe7ad3d98c144e254e59e1fd50ff6d363bd91392080"),
        counting(0xa0, 12),
        hex("f2f1d35f173935414c9892ad7984d6347186f0bd0c05be3daa0ac098ebeedb7cfb8a36314ecb4ceeaa9aab9eaff7dd41"),
    ];
    assert_eq!(made.token().as_bytes(), [vec![1], counting(0x70, 16), sealed.concat()].concat());
    assert_eq!(generation_of(&sealed.concat()), Some(1));

    let handle = open(&custody, &place, &SYMMETRIC, &made);
    let context = EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap();
    let entropy = salt_and_iv.try_into().unwrap();
    let mut out = OutBuf::with_limit(142);
    handle.run(&Op::Seal { context: &context, message: b"attack at dawn", entropy: &entropy }, &mut out).unwrap();
    let blob = [
        hex("81010000"),
        counting(0x10, 16),
        material_id[..16].to_vec(),
        counting(0x80, 32),
        hex("1cebed9b9855083490ef4d37102183b6ea794803053660b79b58b882892e4e50"),
        counting(0xa0, 12),
        hex("986f4e93f5bdd6ca6e80a3981287c091300657bbfdfcf100e783133a7ae3"),
    ];
    assert_eq!(out.as_bytes(), blob.concat());
    assert_eq!(unseal(&*handle, &context, &blob.concat()).unwrap(), b"attack at dawn");
}

#[test]
fn material_that_collides_in_its_first_16_id_bytes_is_drawn_again() {
    let draws = [vec![1; 32], vec![2; 16], vec![3; 44], counting(0, 32), counting(0, 32), counting(1, 32)];
    let provider = strongroom_rustcrypto::provider_with(Scripted::new(draws));
    let custody = SoftCustody::new(RootKey::create(&provider, &arena(), STORE, &key(1)).unwrap().0);
    let taken = [hex("ada817778bfe834c22494133fc5a62e7").try_into().unwrap()];
    let place = place(2);
    let made = custody.generate(&GenerateRequest::new(&place, &SYMMETRIC).taken(&taken)).unwrap();
    assert_ne!(made.material_id().unwrap()[..16], taken[0]);
}

#[test]
fn a_generator_that_repeats_itself_is_given_up_on() {
    let draws = [vec![1; 32], vec![2; 16], vec![3; 44]].into_iter().chain((0..8).map(|_| counting(0, 32)));
    let provider = strongroom_rustcrypto::provider_with(Scripted::new(draws));
    let custody = SoftCustody::new(RootKey::create(&provider, &arena(), STORE, &key(1)).unwrap().0);
    let taken = [hex("ada817778bfe834c22494133fc5a62e7").try_into().unwrap()];
    let place = place(2);
    let error = custody.generate(&GenerateRequest::new(&place, &SYMMETRIC).taken(&taken)).unwrap_err();
    assert!(matches!(error, Error::Corrupt(_)));
}

/// formats §9 case 8: ids and KDKs differ across key ids; under one mrk id they are equal, wherever it stands.
#[test]
fn the_same_material_is_another_key_under_another_id_and_the_same_in_another_region() {
    let with_material = |key_id: KeyId, region: &str| {
        let draws = [vec![1; 32], vec![2; 16], vec![3; 44], counting(0, 32)];
        let provider = strongroom_rustcrypto::provider_with(Scripted::new(draws));
        let custody = SoftCustody::new(RootKey::create(&provider, &arena(), STORE, &key(1)).unwrap().0);
        let mut place = place(1);
        (place.key_id, place.region) = (key_id, region.parse().unwrap());
        let made = generate(&custody, &place, &SYMMETRIC);
        (made.material_id().copied(), open(&custody, &place, &SYMMETRIC, &made))
    };
    let one = with_material(KeyId::from_parts([1; 16], false), "us-east-1");
    let two = with_material(KeyId::from_parts([2; 16], false), "us-east-1");
    let context = EncryptionContext::EMPTY;
    assert_ne!(one.0, two.0);
    let blob = seal(&*one.1, &context, b"m");
    let swapped = [&seal(&*two.1, &context, b"m")[..36], &blob[36..]].concat();
    for bad in [&blob, &swapped] {
        assert_eq!(unseal(&*two.1, &context, bad), Err(Error::invalid_ciphertext()));
    }

    let here = with_material(KeyId::from_parts([3; 16], true), "us-east-1");
    let there = with_material(KeyId::from_parts([3; 16], true), "eu-west-1");
    assert_eq!(here.0, there.0);
    assert_eq!(unseal(&*there.1, &context, &seal(&*here.1, &context, b"m")).unwrap(), b"m");
    assert_eq!(unseal(&*here.1, &context, &seal(&*there.1, &context, b"m")).unwrap(), b"m");
}

/// formats §9 case 9.
#[test]
fn material_of_another_length_never_loads() {
    let (root, _) = fresh_root();
    let (custody, sealer) = (SoftCustody::new(root.clone()), root.sealer(SealKind::KeyVersion));
    let place = place(1);
    for usage in kinds(&custody) {
        let made = generate(&custody, &place, &usage);
        for len in [1, 16, 31, 33, 48, 64, 65, 3_900] {
            let sealed = sealer.seal(&sealed_place(&place, &usage), &vec![7; len]).unwrap();
            let token = KeyToken::new([vec![1], place.creation_id.to_vec(), sealed].concat()).unwrap();
            let result = custody.open(&token, &Expect::new(&place, &usage, made.identity()));
            assert!(matches!(result, Err(Error::Corrupt(_))), "{usage:?} {len}: {result:?}");
        }
    }
}

/// formats §9 case 10: an old version's record under a new key record fails by its id.
#[test]
fn an_older_version_put_back_in_the_place_of_a_newer_fails_by_its_identity() {
    let (root, _) = fresh_root();
    let custody = SoftCustody::new(root.clone());
    let place = place(2);
    for usage in kinds(&custody) {
        let (old, new) = (generate(&custody, &place, &usage), generate(&custody, &place, &usage));
        // The same place and creation: only the identity in the key's record tells.
        let result = custody.open(old.token(), &Expect::new(&place, &usage, new.identity()));
        assert_eq!(result.unwrap_err(), Error::corrupt("the token holds another key"));
        open(&custody, &place, &usage, &new);
    }
}

#[test]
fn a_signature_of_a_message_is_one_of_its_digest_and_both_verify() {
    let custody = custody();
    let place = place(1);
    let made = generate(&custody, &place, &SIGNING);
    let handle = open(&custody, &place, &SIGNING, &made);
    assert_eq!(handle.public_key(), made.public_key());
    assert_eq!(handle.suite(), None);
    let algorithm = SigningAlgorithmSpec::EcdsaSha256;
    // SHA-256 of "abc": FIPS 180-4's example.
    let digest = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for input in [SignInput::Message(b"abc"), SignInput::Digest(&digest)] {
        let signature = sign(&*handle, algorithm, input).unwrap();
        assert!(verifies(made.public_key().unwrap(), algorithm, b"abc", &signature));
    }
    for bad in [&digest[..31], &[0; 33], &[]] {
        let result = sign(&*handle, algorithm, SignInput::Digest(bad));
        assert!(matches!(result, Err(Error::InvalidInput(_))));
    }
    let result = sign(&*handle, SigningAlgorithmSpec::EcdsaSha384, SignInput::Message(b"abc"));
    assert!(matches!(result, Err(Error::Unsupported(_))));
}

#[test]
fn an_empty_or_long_plaintext_is_refused_as_input() {
    let custody = custody();
    let place = place(1);
    let handle = open(&custody, &place, &SYMMETRIC, &generate(&custody, &place, &SYMMETRIC));
    for message in [vec![], vec![0; 4_097]] {
        let mut out = OutBuf::with_limit(8_192);
        let op = Op::Seal { context: &EncryptionContext::EMPTY, message: &message, entropy: &[5; 44] };
        assert!(matches!(handle.run(&op, &mut out), Err(Error::InvalidInput(_))));
        assert!(out.is_empty());
    }
}

#[test]
fn closing_and_dropping_give_the_memory_back() {
    let (root, _) = fresh_root();
    let custody = SoftCustody::new(root.clone());
    let place = place(1);
    let made = generate(&custody, &place, &SYMMETRIC);
    let slots = || root.arena().status().unwrap().slots_in_use;
    let before = slots();
    let handle = open(&custody, &place, &SYMMETRIC, &made);
    assert_eq!(slots(), before + 1);
    handle.close();
    assert_eq!(slots(), before);
    drop(handle);
    let handle = open(&custody, &place, &SYMMETRIC, &made);
    drop(handle);
    assert_eq!(slots(), before);
}

#[test]
fn a_failing_generator_is_an_error_and_makes_no_key() {
    #[derive(Debug)]
    struct Broken;
    impl strongroom_types::Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), strongroom_types::RandomError> {
            Err(strongroom_types::RandomError::new())
        }
    }
    let (provider, memory) = (provider(), arena());
    let (_, record) = RootKey::create(&provider, &memory, STORE, &key(1)).unwrap();
    let broken = crate::stock::stocked(strongroom_rustcrypto::provider_with(std::sync::Arc::new(Broken)));
    assert!(RootKey::create(&broken, &memory, STORE, &key(1)).is_err());
    let custody = SoftCustody::new(RootKey::unlock(&broken, &memory, &record, &key(1)).unwrap());
    for usage in kinds(&custody) {
        let error = custody.generate(&GenerateRequest::new(&place(1), &usage)).unwrap_err();
        assert!(error.retry_after().is_some(), "{error:?}");
    }
}

#[test]
fn the_backend_says_what_it_is_and_computes_a_known_answer() {
    let custody = custody();
    let about = custody.describe();
    assert_eq!((about.backend, about.leaves_objects_outside_store, about.slow), ("soft", false, false));
    assert!(custody.probe(Probe::Answers).is_ok());
    let health = custody.probe(Probe::Computes).unwrap();
    assert!(matches!(health, Health::Ready | Health::Degraded(_)));
    let mut bytes = [0; 32];
    custody.random(&mut bytes).unwrap();
    assert_ne!(bytes, [0; 32]);
}

#[test]
fn identities_of_the_wrong_kind_never_open() {
    let custody = custody();
    let place = place(1);
    let made = generate(&custody, &place, &SYMMETRIC);
    let id = made.material_id().unwrap();
    let result = custody.open(made.token(), &Expect::new(&place, &SYMMETRIC, Identity::PublicKey(id)));
    assert!(matches!(result, Err(Error::Corrupt(_))));
}
