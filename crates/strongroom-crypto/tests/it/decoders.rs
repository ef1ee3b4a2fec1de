//! Every decoder: never panics, and decodes what was encoded.

use proptest::prelude::*;
use strongroom_crypto::sealing::{self, Family, Place, SealingKdk};
use strongroom_crypto::symmetric::{self, Header, Kdk, MAX_BLOB, MIN_BLOB};
use strongroom_crypto::{Curve, WrapAlgorithm};
use strongroom_rustcrypto::provider;
use strongroom_types::{EncryptionContext, KeyId};

fn bytes(max: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..max)
}

/// Arbitrary bytes, half of them with a beginning that is nearly right.
fn nearly(first: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (any::<bool>(), bytes(400)).prop_map(move |(prefixed, rest)| match prefixed {
        true => [first, &rest].concat(),
        false => rest,
    })
}

fn context() -> impl Strategy<Value = EncryptionContext> {
    prop::collection::btree_map(".{0,12}", ".{0,40}", 0..6)
        .prop_map(|pairs| EncryptionContext::from_pairs(pairs).unwrap())
}

proptest! {
    #[test]
    fn a_blob_header_decodes_as_it_was_encoded(id: [u8; 16], multi: bool, version: [u8; 16], len in MIN_BLOB..MAX_BLOB) {
        let header = Header::new(KeyId::from_parts(id, multi), version);
        let mut blob = header.encode().to_vec();
        blob.resize(len, 0);
        prop_assert_eq!(Header::parse(&blob), Ok(header));
    }

    #[test]
    fn a_blob_header_that_parses_is_the_bytes_it_came_from(blob in nearly(&[0x81, 1, 0])) {
        if let Ok(header) = Header::parse(&blob) {
            prop_assert_eq!(&header.encode()[..], &blob[..36]);
        }
    }

    #[test]
    fn arbitrary_bytes_never_open(blob in nearly(&[0x81, 1, 0, 0]), sealed in nearly(&[0x82, 1, 1, 0]), key: [u8; 32]) {
        let p = provider();
        prop_assert!(symmetric::open(&p, Kdk::new(&key).unwrap(), &EncryptionContext::EMPTY, &blob).is_err());
        let place = Place::new(&[0; 16], [b"field"]).unwrap();
        prop_assert!(sealing::open(&p, SealingKdk::new(Family::Root, &key).unwrap(), 1, &place, &sealed).is_err());
        for algorithm in WrapAlgorithm::ALL {
            prop_assert!(p.key_wrap.unwrap(*algorithm, &key, &blob).is_err());
        }
    }

    #[test]
    fn a_sealed_header_that_parses_is_the_bytes_it_came_from(sealed in nearly(&[0x83, 1, 7, 0])) {
        if let Ok(header) = sealing::Header::parse(&sealed) {
            prop_assert_eq!(&header.encode()[..], &sealed[..24]);
        }
    }

    #[test]
    fn what_is_sealed_opens(
        key: [u8; 32], random: [[u8; 22]; 2], context in context(), text in prop::collection::vec(any::<u8>(), 1..500),
        kind: u8, generation: u32, fields in prop::collection::vec(bytes(40), 0..9),
    ) {
        let (p, random) = (provider(), random.concat().try_into().unwrap());
        let (kdk, mut blob) = (Kdk::new(&key).unwrap(), Vec::new());
        let header = Header::new(KeyId::from_parts([1; 16], true), [2; 16]);
        symmetric::seal(&p, kdk, &header, &context, &random, &text, &mut blob).unwrap();
        let opened = symmetric::open(&p, kdk, &context, &blob).unwrap();
        prop_assert_eq!(opened.expose_secret(), &text[..]);

        let kdk = SealingKdk::new(Family::Slot, &key).unwrap();
        let header = sealing::Header::new(Family::Slot, kind, generation, &key);
        let place = Place::new(&[9; 16], &fields).unwrap();
        let sealed = sealing::seal(&p, kdk, &header, &place, &random, &text).unwrap();
        prop_assert_eq!(sealing::Header::parse(&sealed), Ok(header));
        let opened = sealing::open(&p, kdk, kind, &place, &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), &text[..]);
    }

    #[test]
    fn places_are_equal_only_if_their_fields_are(a in prop::collection::vec(bytes(4), 0..4), b in prop::collection::vec(bytes(4), 0..4)) {
        let [x, y] = [&a, &b].map(|fields| Place::new(&[0; 16], fields).unwrap());
        prop_assert_eq!(x == y, a == b);
        prop_assert_eq!(x.as_bytes() == y.as_bytes(), a == b);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn documents_and_signatures_never_panic(document in nearly(&[0x30, 0x81, 0x87, 2, 1, 0, 0x30, 0x13]), spki in nearly(&[0x30, 0x59, 0x30, 0x13]), signature in nearly(&[0x30, 0x44, 2, 0x20])) {
        let p = provider();
        prop_assert!(p.ecdsa.import_pkcs8(Curve::P256, &document).is_err());
        prop_assert!(p.ecdsa.verify(Curve::P256, &spki, &[0; 32], &signature).is_err());
        let key = p.ecdsa.public_key(Curve::P256, &[1; 32]).unwrap();
        prop_assert!(p.ecdsa.verify(Curve::P256, &key, &[0; 32], &signature).is_err());
    }
}
