//! RSA keys of the software backend.

use std::time::Instant;

use strongroom_crypto::RsaSize;
use strongroom_hsm::{Custody as _, Error, Expect, Identity, KeyToken, MAX_TOKEN_LEN, MaterialUsage, SignInput, Verb};
use strongroom_soft::{RootKey, SoftCustody};
use strongroom_types::{KeySpec, KeyUsageType, SealKind, Sealer as _, SigningAlgorithmSpec};

use crate::stock;
use crate::support::*;

const SIZES: [(KeySpec, RsaSize); 3] =
    [(KeySpec::Rsa2048, RsaSize::Rsa2048), (KeySpec::Rsa3072, RsaSize::Rsa3072), (KeySpec::Rsa4096, RsaSize::Rsa4096)];

fn signing(spec: KeySpec) -> MaterialUsage {
    MaterialUsage::new(spec, KeyUsageType::SignVerify)
}

/// The one test that finds primes: once of each size.
#[test]
fn a_key_of_each_size_is_made_sealed_opened_and_signs() {
    let root = RootKey::create(&strongroom_rustcrypto::provider(), &arena(), STORE, &key(1)).unwrap().0;
    let custody = SoftCustody::new(root);
    let place = place(1);
    for (spec, _) in SIZES {
        let usage = signing(spec);
        let start = Instant::now();
        let made = generate(&custody, &place, &usage);
        let token = made.token().as_bytes().len();
        println!("{spec}: made in {:?}, a token of {token} bytes", start.elapsed());
        assert!(token < MAX_TOKEN_LEN);
        assert!(custody.describe().is_slow(spec, Verb::Generate(usage.usage)));
        let handle = open(&custody, &place, &usage, &made);
        let algorithm = SigningAlgorithmSpec::RsassaPssSha256;
        let signature = sign(&*handle, algorithm, SignInput::Message(b"abc")).unwrap();
        assert!(verifies(made.public_key().unwrap(), algorithm, b"abc", &signature));
    }
}

/// Sealed by us, made by OpenSSL; each size in each other's place, and documents that are none.
#[test]
fn a_document_of_another_size_or_damaged_never_loads() {
    let (root, _) = fresh_root();
    let (custody, sealer) = (SoftCustody::new(root.clone()), root.sealer(SealKind::KeyVersion));
    let place = place(1);
    let provider = provider();
    for (spec, size) in SIZES {
        for purpose in [KeyUsageType::SignVerify, KeyUsageType::EncryptDecrypt] {
            let usage = MaterialUsage::new(spec, purpose);
            let right = stock::document(size, 0);
            let public = provider.rsa.public_key(size, &right).unwrap();
            let open = |material: &[u8]| {
                let sealed = sealer.seal(&sealed_place(&place, &usage), material).unwrap();
                let token = KeyToken::new([vec![1], place.creation_id.to_vec(), sealed].concat()).unwrap();
                custody.open(&token, &Expect::new(&place, &usage, Identity::PublicKey(&public))).map(drop)
            };
            assert_eq!(open(&right), Ok(()));
            assert_eq!(open(&stock::document(size, 1)), Err(Error::corrupt("the token holds another key")));
            for (_, other) in SIZES.iter().filter(|(other, _)| *other != spec) {
                assert!(matches!(open(&stock::document(*other, 0)), Err(Error::Corrupt(_))));
            }
            for cut in [1, 100, right.len() - 1] {
                assert!(matches!(open(&right[..cut]), Err(Error::Corrupt(_))));
            }
            // A private exponent or a prime that does not belong to the modulus.
            for at in [right.len() - 1, right.len() / 2, right.len() / 4 * 3] {
                let mut bad = right.clone();
                bad[at] ^= 4;
                assert!(matches!(open(&bad), Err(Error::Corrupt(_))), "{spec} byte {at}");
            }
        }
    }
}

#[test]
fn generation_and_the_large_sizes_are_slow_and_nothing_else_is() {
    let custody = custody();
    let about = custody.describe();
    let slow: Vec<_> = about.capabilities.iter().filter(|cell| cell.slow).map(|cell| (cell.spec, cell.verb)).collect();
    assert_eq!(about.capabilities.len(), 15 + 2 + 4 + 3 * 6 + 3 * 2 + 4);
    assert_eq!(slow.len(), 6 + 2 * (6 + 2));
    for (spec, verb) in slow {
        let large = matches!(spec, KeySpec::Rsa3072 | KeySpec::Rsa4096);
        assert!(large || (spec == KeySpec::Rsa2048 && matches!(verb, Verb::Generate(_))), "{spec} {verb:?}");
    }
}
