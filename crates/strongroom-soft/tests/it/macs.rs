//! HMAC keys of the software backend.

use strongroom_crypto::symmetric;
use strongroom_hsm::{Error, Expect, KeyHandle, KeyToken, Made, MaterialUsage, SignInput};
use strongroom_soft::{RootKey, SoftCustody};
use strongroom_types::{
    EncryptionContext, KeySpec, KeyUsageType, MacAlgorithmSpec, SealKind, Sealer as _, SigningAlgorithmSpec,
};

use crate::support::*;

struct Known {
    spec: KeySpec,
    algorithm: MacAlgorithmSpec,
    len: u8,
    mac: &'static str,
    fingerprint: &'static str,
}

/// Keys 00 01 02 …; MACs of `attack at dawn`. Computed by Python's `hmac`; the MACs by `openssl mac` too.
const KNOWN: [Known; 4] = [
    Known {
        spec: KeySpec::Hmac224,
        algorithm: MacAlgorithmSpec::HmacSha224,
        len: 28,
        mac: "34b243322e0ce986eb0fd4c06358bfa269110e10540c33345e264180",
        fingerprint: "283b5553c57b59d733ba41e6e4b5e1d2ad78ee767b67fbece626192c4afc50cc",
    },
    Known {
        spec: KeySpec::Hmac256,
        algorithm: MacAlgorithmSpec::HmacSha256,
        len: 32,
        mac: "aa7db19834da4fb80ac200251b5fedf449462c3fffe48a5d5f3e916546ba8d27",
        fingerprint: "20cd9fb66c8dc1e2fc376eed21a8d932cbd263a42305d34bf8bdbf2ae79d39e3",
    },
    Known {
        spec: KeySpec::Hmac384,
        algorithm: MacAlgorithmSpec::HmacSha384,
        len: 48,
        mac: "824dc36e808776e8a248731b3abf98eb29fcf8bfef6808f99eab5f0a2910e779b3a6cccf0792064de864837e4bcd7f11",
        fingerprint: "a2d62039094ef113908327279a02aa250527b9fe460021497ec8da210a202648",
    },
    Known {
        spec: KeySpec::Hmac512,
        algorithm: MacAlgorithmSpec::HmacSha512,
        len: 64,
        mac: "c87888ff993c8c2cb077e74c004a5fcd73e8b90f9b47bd2bdfa1ed98cb97d076\
              e53e2e163057e013a6ded0d9a6c1708f03e739f8d3f43967ec757bb1abbe4070",
        fingerprint: "d06af9b3da5262021a5f3c24e96d1de4181d6131068db257dd41c9a47ed6237a",
    },
];

fn usage(spec: KeySpec) -> MaterialUsage {
    MaterialUsage::new(spec, KeyUsageType::GenerateVerifyMac)
}

/// Custody whose first key has this material.
fn with_material(material: Vec<u8>) -> SoftCustody {
    let draws = [vec![1; 32], vec![2; 16], vec![3; 44], material];
    let provider = strongroom_rustcrypto::provider_with(Scripted::new(draws));
    SoftCustody::new(RootKey::create(&provider, &arena(), STORE, &key(1)).unwrap().0)
}

fn made_of(known: &Known) -> (Made, std::sync::Arc<dyn KeyHandle>) {
    let (custody, place) = (with_material(counting(0, known.len)), place(1));
    let made = generate(&custody, &place, &usage(known.spec));
    let handle = open(&custody, &place, &usage(known.spec), &made);
    (made, handle)
}

#[test]
fn a_key_gives_the_known_mac_and_has_the_known_fingerprint() {
    for known in &KNOWN {
        let (made, handle) = made_of(known);
        assert_eq!(mac(&*handle, known.algorithm, b"attack at dawn").unwrap(), hex(known.mac));
        assert_eq!(made.fingerprint().unwrap().to_vec(), hex(known.fingerprint));
        assert_eq!(
            (made.public_key(), made.material_id(), handle.public_key(), handle.suite()),
            (None, None, None, None)
        );
        // Version, creation id, the seal's 116 and the key alone.
        assert_eq!(made.token().as_bytes().len(), 1 + 16 + 116 + usize::from(known.len));
        for other in MacAlgorithmSpec::ALL.iter().filter(|other| **other != known.algorithm) {
            assert!(matches!(mac(&*handle, *other, b"m"), Err(Error::Unsupported(_))));
        }
        let signed = sign(&*handle, SigningAlgorithmSpec::EcdsaSha256, SignInput::Message(b"m"));
        assert!(matches!(signed, Err(Error::Unsupported(_))));
    }
}

/// HMAC would take any length, and `k` and `k ‖ 00` for one key.
#[test]
fn a_key_of_another_length_than_its_spec_says_never_loads() {
    let (root, _) = fresh_root();
    let (custody, sealer) = (SoftCustody::new(root.clone()), root.sealer(SealKind::KeyVersion));
    let place = place(1);
    for known in &KNOWN {
        let usage = usage(known.spec);
        for len in (1..=132).filter(|len| *len != known.len) {
            let material = counting(0, len);
            let named = provider();
            let name = known.spec.as_str();
            let fingerprint = strongroom_crypto::record::fingerprint(&named, name, &material, &place.key_id).unwrap();
            let sealed = sealer.seal(&sealed_place(&place, &usage), &material).unwrap();
            let token = KeyToken::new([vec![1], place.creation_id.to_vec(), sealed].concat()).unwrap();
            // The fingerprint is right: the length alone is wrong.
            let expect = Expect::new(&place, &usage, strongroom_hsm::Identity::Fingerprint(&fingerprint));
            let result = strongroom_hsm::Custody::open(&custody, &token, &expect);
            assert_eq!(result.unwrap_err(), Error::corrupt("the token holds an HMAC key of another length"));
        }
    }
}

#[test]
fn a_fingerprint_is_of_the_material_the_spec_and_the_key_id() {
    let of = |spec, material: Vec<u8>, key_id: u8| {
        let custody = with_material(material);
        let mut place = place(1);
        place.key_id = strongroom_types::KeyId::from_parts([key_id; 16], false);
        *generate(&custody, &place, &usage(spec)).fingerprint().unwrap()
    };
    let one = of(KeySpec::Hmac256, counting(0, 32), 1);
    assert_eq!(one, of(KeySpec::Hmac256, counting(0, 32), 1));
    assert_ne!(one, of(KeySpec::Hmac256, counting(1, 32), 1));
    assert_ne!(one, of(KeySpec::Hmac256, counting(0, 32), 2));
    assert_ne!(one, of(KeySpec::Hmac224, counting(0, 28), 1));
}

/// formats §9 case 2, as far as generating goes: one material under both specs.
#[test]
fn the_same_material_as_an_hmac_key_is_no_oracle_for_the_symmetric_key() {
    let (provider, place, k) = (provider(), place(1), counting(0, 32));
    let custody = with_material(k.clone());
    let made = generate(&custody, &place, &SYMMETRIC);
    let id = made.material_id().unwrap();
    let context = EncryptionContext::from_pairs([("app", "orders")]).unwrap();
    let blob = seal(&*open(&custody, &place, &SYMMETRIC, &made), &context, b"attack at dawn");
    let (_, oracle) = made_of(&KNOWN[1]);

    let (header, rest) = blob.split_at(36);
    let (salt, commitment, iv, body) = (&rest[..32], &rest[32..64], &rest[64..76], &rest[76..]);
    let mut ad = header.to_vec();
    context.encode_into(&mut ad);
    let mut digest = [0; 32];
    let hash = strongroom_crypto::DigestAlgorithm::Sha256;
    provider.digest.digest(hash, &[b"strongroom/sym/1/ad", &[0], &ad], &mut digest).unwrap();
    let mut kdk = [0; 32];
    symmetric::derive_kdk(&provider, &k, &place.key_id, &mut kdk).unwrap();
    let key_id = place.key_id.as_bytes();
    let t = |i: u8| [&[0, 0, 0, i], &b"strongroom/sym/1/key"[..], &[0], salt, &digest, &[0, 0, 2, 0]].concat();
    let inputs = [
        [&k[..], key_id].concat(),
        key_id.to_vec(),
        [&b"strongroom/sym/1/kdk"[..], key_id].concat(),
        [&b"strongroom/sym/1/kdk"[..], &k, key_id].concat(),
        [&[0, 0, 0, 1], &b"strongroom/sym/1/id"[..], &[0], key_id, &[0, 0, 1, 0]].concat(),
        t(1),
        t(2),
    ];
    for input in inputs {
        let output = mac(&*oracle, MacAlgorithmSpec::HmacSha256, &input).unwrap();
        assert!(output != kdk && output != id && output != commitment);
        // Neither a message key nor a KDK.
        let (ciphertext, tag) = body.split_at(body.len() - 16);
        let (iv, tag) = (iv.try_into().unwrap(), tag.try_into().unwrap());
        let opened = provider.aead.open_once(&output, iv, &ad, &mut ciphertext.to_vec(), tag);
        assert!(opened.is_err());
        assert!(symmetric::open(&provider, symmetric::Kdk::new(&output).unwrap(), &context, &blob).is_err());
    }
    // The other way: the material's id tells nothing that a MAC does.
    assert!(symmetric::open(&provider, symmetric::Kdk::new(&kdk).unwrap(), &context, &blob).is_ok());
}

/// SHA-1, SHA-224, SHA-256, SHA-384, SHA-512 and SHA-512/256 of the four keys, the first 16 bytes of each: by Python's
/// `hashlib`.
const HASHES: [[&str; 6]; 4] = [
    [
        "7c8de247dda83599af2ec2ee2d29e205",
        "ed36a2092538c5d4769917953e7355a1",
        "dc27f8e8ee2d08a2bccbb2dbd6c8e07f",
        "f8e1faa657bf829c9d2e4811805238cc",
        "8a372f722a922e29cf5cb22bdabc6d28",
        "17ce5b8fde3be708f1aa0620998fd7cb",
    ],
    [
        "ae5bd8efea5322c4d9986d06680a7813",
        "71446ea93381ba091f94afcdc5b93832",
        "630dcd2966c4336691125448bbb25b4f",
        "e7112491faeefd57786da73f367b25a6",
        "3d94eea49c580aef816935762be04955",
        "b1915eae84b12616ce51d7e259b7aec3",
    ],
    [
        "df7f23b160e75b9bae5ea1e62b43a5a3",
        "6a7bdea7e456d5339b7d9c244e246ad6",
        "4dbdc2b2b62cb00749785bc84202236d",
        "25866c8288f9fa319fa9aa2470b4fc25",
        "622be417916f1b0e9ce8c952171b11b6",
        "2d3d934745d397067d63f0b05decb78d",
    ],
    [
        "c6138d514ffa2135bfce0ed0b8fac656",
        "c37b88a3522dbf7ac30d1c68ea397ac1",
        "fdeab9acf3710362bd2658cdc9a29e8f",
        "9f2c9eb7116b3d7a4ba84a74a4d4eff8",
        "ee4320ebaf3fdb4f2c832b137200c08e",
        "c9e483b9622515e83259e1e075746b70",
    ],
];

/// formats §9 case 11, for what the custody hands out to be stored: the token and the fingerprint. For a key that is
/// longer than a block its hash *is* the key, and an HMAC under it is a valid MAC.
#[test]
fn nothing_that_is_stored_is_a_hash_of_an_hmac_key_or_a_mac_under_it() {
    let mut searched = 0;
    for (known, hashes) in KNOWN.iter().zip(HASHES) {
        let (made, handle) = made_of(known);
        let (token, fingerprint) = (made.token().as_bytes(), made.fingerprint().unwrap());
        let key_id = place(1).key_id;
        let label = b"strongroom/imp/1/id";
        let len = u16::try_from(known.spec.as_str().len()).unwrap().to_be_bytes();
        let inputs = [
            vec![],
            key_id.as_bytes().to_vec(),
            key_id.to_string().into_bytes(),
            STORE.to_vec(),
            label.to_vec(),
            b"strongroom/imp/1/kdk".to_vec(),
            [&[0, 0, 0, 1], &label[..], &[0], key_id.as_bytes(), &[0, 0, 1, 0]].concat(),
            [&len, known.spec.as_str().as_bytes(), &counting(0, known.len)].concat(),
            counting(0, known.len),
        ];
        let macs = inputs.iter().map(|input| mac(&*handle, known.algorithm, input).unwrap()[..16].to_vec());
        for unwanted in hashes.iter().map(|text| hex(text)).chain(macs).chain([counting(0, 16)]) {
            for stored in [token, fingerprint] {
                assert!(!stored.windows(16).any(|window| window == unwanted));
                searched += 1;
            }
        }
    }
    println!("{searched} searches");
}
