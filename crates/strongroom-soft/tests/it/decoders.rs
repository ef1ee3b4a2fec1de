//! Every decoder: never panics, and what it reads it writes again.

use proptest::prelude::*;
use strongroom_hsm::{Custody as _, Expect, KeyToken};
use strongroom_soft::{RootRecord, generation_of};
use strongroom_types::{SealKind, SealPlace, Sealer as _};

use crate::support::*;

/// Valid bytes with a few changes, or anything.
fn near(valid: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let len = valid.len();
    let changed = (prop::collection::vec((0..len, any::<u8>()), 0..4), 0..=len + 2).prop_map(move |(changes, cut)| {
        let mut bytes = valid.clone();
        changes.into_iter().for_each(|(at, value)| bytes[at] = value);
        bytes.resize(cut, 0);
        bytes
    });
    prop_oneof![3 => changed, 1 => prop::collection::vec(any::<u8>(), 0..600)]
}

fn with_checksum(mut body: Vec<u8>) -> Vec<u8> {
    let mut sum = [0; 32];
    let parts = [b"strongroom/rootrec/1".as_slice(), &[0], &body];
    provider().digest.digest(strongroom_crypto::DigestAlgorithm::Sha256, &parts, &mut sum).unwrap();
    body.extend_from_slice(&sum);
    body
}

#[test]
fn a_root_record_is_read_whole_or_refused() {
    let (root, record) = fresh_root();
    let record = root.add_unlock(&record, &key(2)).unwrap();
    let valid = record.encode(&provider()).unwrap();
    let body = valid[..valid.len() - 32].to_vec();
    proptest!(ProptestConfig::with_cases(1_000), |(bytes in near(body), fit in any::<bool>())| {
        let bytes = if fit { with_checksum(bytes) } else { bytes };
        if let Ok(record) = RootRecord::decode(&provider(), &bytes) {
            prop_assert_eq!(record.encode(&provider()).unwrap(), bytes);
        }
    });
}

#[test]
fn a_token_is_opened_whole_or_refused() {
    let custody = custody();
    let place = place(1);
    let made = generate(&custody, &place, &SYMMETRIC);
    let valid = made.token().as_bytes().to_vec();
    proptest!(ProptestConfig::with_cases(1_000), |(bytes in near(valid.clone()))| {
        let Ok(token) = KeyToken::new(bytes.clone()) else { return Ok(()) };
        let expect = Expect::new(&place, &SYMMETRIC, made.identity());
        prop_assert_eq!(custody.open(&token, &expect).is_ok(), bytes == valid);
    });
}

#[test]
fn sealed_bytes_are_opened_whole_or_refused() {
    let (root, _) = fresh_root();
    let sealer = root.sealer(SealKind::StoreMacKey);
    let place = SealPlace::new(SealKind::StoreMacKey, vec![vec![0, 0, 0, 1]]);
    let valid = sealer.seal(&place, &[5; 32]).unwrap();
    proptest!(ProptestConfig::with_cases(1_000), |(bytes in near(valid.clone()))| {
        prop_assert!(generation_of(&bytes).is_none_or(|_| bytes.len() > 116));
        prop_assert_eq!(sealer.open(&place, &bytes).is_ok(), bytes == valid);
    });
}
