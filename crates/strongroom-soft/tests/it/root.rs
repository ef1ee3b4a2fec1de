//! The root key: slots, changes, rotation.

use strongroom_crypto::Argon2idParams;
use strongroom_hsm::{Custody as _, Expect, Identity};
use strongroom_soft::{
    Passphrase, RootError, RootKey, RootRecord, SlotKind, SoftCustody, Unlock, generation_of, verify_slots,
};
use strongroom_types::{EncryptionContext, SealError, SealKind, SealPlace, Sealer as _};

use crate::support::*;

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.as_bytes()).params(Argon2idParams::FLOOR)
}

fn unlock(record: &RootRecord, unlock: &dyn Unlock) -> Result<RootKey, RootError> {
    RootKey::unlock(&provider(), &arena(), record, unlock)
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_record() {
    let (_, record) = RootKey::create(&provider(), &arena(), STORE, &phrase("correct horse")).unwrap();
    let bytes = record.encode(&provider()).unwrap();
    let record = RootRecord::decode(&provider(), &bytes).unwrap();
    assert!(unlock(&record, &phrase("correct horse")).is_ok());
    for wrong in ["correct hors", "correct horse ", "", "Correct horse"] {
        assert!(matches!(unlock(&record, &phrase(wrong)), Err(RootError::WrongUnlock)), "{wrong}");
    }
    assert!(matches!(unlock(&record, &key(1)), Err(RootError::NoSuchSlot("closure"))));
    let damaged = (0..bytes.len()).filter(|at| {
        let mut copy = bytes.clone();
        copy[*at] ^= 0x40;
        matches!(RootRecord::decode(&provider(), &copy), Err(RootError::Damaged(_) | RootError::Newer(_)))
    });
    assert_eq!(damaged.count(), bytes.len());
}

/// Even with its checksum made anew, no changed byte opens: everything is bound in or committed to.
#[test]
fn a_forged_record_opens_nothing_but_itself() {
    let (root, record) = fresh_root();
    let bytes = record.encode(&provider()).unwrap();
    let body = bytes.len() - 32;
    let mut opened = Vec::new();
    for at in 0..body {
        let mut copy = bytes[..body].to_vec();
        copy[at] ^= 1;
        let sum = checksum(&copy);
        let forged = RootRecord::decode(&provider(), &[copy, sum].concat());
        let Ok(forged) = forged else { continue };
        if let Ok(other) = unlock(&forged, &key(1)) {
            opened.push((at, other.root_id() == root.root_id()));
        }
    }
    assert_eq!(opened, [], "the record opens with these bytes changed");
}

fn checksum(body: &[u8]) -> Vec<u8> {
    let mut sum = [0; 32];
    let parts = [b"strongroom/rootrec/1".as_slice(), &[0], body];
    provider().digest.digest(strongroom_crypto::DigestAlgorithm::Sha256, &parts, &mut sum).unwrap();
    sum.to_vec()
}

#[test]
fn a_record_that_contradicts_itself_is_damaged() {
    let (root, record) = fresh_root();
    let record = root.add_unlock(&record, &key(2)).unwrap();
    let rotation = root.begin_rotation(&record, &[&key(1), &key(2)]).unwrap();
    let bytes = rotation.record().encode(&provider()).unwrap();
    let body = &bytes[..bytes.len() - 32];
    // version 1, store 16, current 4, count 1; two slots of 19; count 1; two generations of 36 + 2 * 148.
    let (slots, generations, each) = (22, 61, 36 + 296);
    let one = [&body[..generations], &body[generations + each..], &body[generations..generations + each]].concat();
    let mut two = body.to_vec();
    two.copy_within(slots..slots + 16, slots + 19);
    let mut three = body.to_vec();
    three[17..21].copy_from_slice(&7_u32.to_be_bytes());
    let mut four = body.to_vec();
    four[generations..generations + 4].copy_from_slice(&2_u32.to_be_bytes());
    for (what, body) in [("order", one), ("slot id twice", two), ("no current", three), ("generation twice", four)] {
        let sum = checksum(&body);
        let result = RootRecord::decode(&provider(), &[body, sum].concat());
        assert!(matches!(result, Err(RootError::Damaged("its slots or generations contradict each other"))), "{what}");
    }
    assert!(RootRecord::decode(&provider(), &bytes).is_ok());
}

#[test]
fn hostile_argon2_parameters_are_refused_before_anything_is_allocated() {
    let (_, record) = RootKey::create(&provider(), &arena(), STORE, &phrase("p")).unwrap();
    let bytes = record.encode(&provider()).unwrap();
    // version 1, store 16, current 4, count 1, id 16, kind 1, len 2, salt 16: the memory begins at 57.
    for (memory, passes, lanes) in
        [(u32::MAX, 3, 1), (8, 1, 1), (65_536, u32::MAX, 1), (65_536, 3, u32::MAX), (0, 0, 0)]
    {
        let mut copy = bytes[..bytes.len() - 32].to_vec();
        for (at, number) in [(57, memory), (61, passes), (65, lanes)] {
            copy[at..at + 4].copy_from_slice(&u32::to_be_bytes(number));
        }
        let sum = checksum(&copy);
        let record = RootRecord::decode(&provider(), &[copy, sum].concat()).unwrap();
        assert!(matches!(unlock(&record, &phrase("p")), Err(RootError::Parameters)));
    }
}

#[test]
fn the_golden_record_still_opens() {
    let golden =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/root-record-1.hex")).unwrap();
    let bytes = hex(&golden.split_whitespace().collect::<String>());
    let record = RootRecord::decode(&provider(), &bytes).unwrap();
    assert_eq!(record.encode(&provider()).unwrap(), bytes);
    assert_eq!(record.generations().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        record.slots().iter().map(|slot| slot.kind()).collect::<Vec<_>>(),
        [SlotKind::Closure, SlotKind::Passphrase]
    );
    let root = unlock(&record, &key(1)).unwrap();
    assert_eq!(root.root_id(), unlock(&record, &phrase("correct horse")).unwrap().root_id());
    assert_eq!(root.current(), 2);
}

/// What the golden file was made with; run with `--ignored` to print it anew for a new format.
#[test]
#[ignore = "prints the golden record"]
fn print_the_golden_record() {
    let provider = strongroom_rustcrypto::provider_with(Scripted::new([]));
    let (root, record) = RootKey::create(&provider, &arena(), STORE, &key(1)).unwrap();
    let record = root.add_unlock(&record, &phrase("correct horse")).unwrap();
    let rotation = root.begin_rotation(&record, &[&key(1), &phrase("correct horse")]).unwrap();
    let bytes = rotation.record().encode(&provider).unwrap();
    for line in bytes.chunks(32) {
        println!("{}", line.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
}

#[test]
fn a_pinned_root_refuses_another_store() {
    let (root, record) = fresh_root();
    let (_, foreign) = fresh_root();
    let pin = root.root_id();
    assert_eq!(record.root_id(), Some(&pin));
    assert!(unlock(&record, &key(1)).unwrap().pinned_to(&pin).is_ok());
    assert!(matches!(unlock(&foreign, &key(1)).unwrap().pinned_to(&pin), Err(RootError::NotPinned)));
}

#[test]
fn ways_of_unlocking_can_be_added_changed_verified_and_removed() {
    let (root, first) = fresh_root();
    let both = root.add_unlock(&first, &key(2)).unwrap();
    for byte in [1, 2] {
        assert_eq!(unlock(&both, &key(byte)).unwrap().root_id(), root.root_id());
    }
    let outcomes = verify_slots(&provider(), &arena(), &both, &[&key(1), &key(3)]);
    assert_eq!(outcomes.iter().map(|slot| slot.outcome.is_ok()).collect::<Vec<_>>(), [true, false]);
    let second = both.without_slot(both.slots()[0].id()).unwrap();
    assert!(matches!(unlock(&second, &key(1)), Err(RootError::WrongUnlock)));
    assert!(unlock(&second, &key(2)).is_ok());
    assert!(matches!(second.without_slot(second.slots()[0].id()), Err(RootError::SlotCount)));
    let changed = root.change_unlock(&both, &key(3)).unwrap();
    assert_eq!(changed.slots().len(), 1);
    assert!(
        unlock(&changed, &key(3)).is_ok() && unlock(&changed, &key(1)).is_err() && unlock(&changed, &key(2)).is_err()
    );
    // A record of another root key is never changed.
    let (_, foreign) = fresh_root();
    assert!(matches!(root.change_unlock(&foreign, &key(3)), Err(RootError::Damaged(_))));
    let mut full = first;
    while full.slots().len() < 16 {
        full = root.add_unlock(&full, &key(9)).unwrap();
    }
    assert!(matches!(root.add_unlock(&full, &key(9)), Err(RootError::SlotCount)));
}

/// A crash is "whichever record was committed last"; from each, with the
/// old or the new way of unlocking, whatever was sealed by then opens.
#[test]
fn every_step_of_a_rotation_and_of_a_change_leaves_everything_openable() {
    let (root, record) = fresh_root();
    let custody = SoftCustody::new(root.clone());
    let places: Vec<_> = (1..=4).map(place).collect();
    let mut versions: Vec<_> = places.iter().map(|it| generate(&custody, it, &SYMMETRIC)).collect();
    let context = EncryptionContext::EMPTY;
    let blobs: Vec<_> = places
        .iter()
        .zip(&versions)
        .map(|(at, made)| seal(&*open(&custody, at, &SYMMETRIC, made), &context, b"m"))
        .collect();
    let mut reopened = 0;
    let mut check = |step: &str, record: &RootRecord, byte: u8, versions: &[strongroom_hsm::Made]| {
        // As after a crash: from the bytes of the record alone.
        let record = RootRecord::decode(&provider(), &record.encode(&provider()).unwrap()).unwrap();
        let custody = SoftCustody::new(unlock(&record, &key(byte)).unwrap_or_else(|error| panic!("{step}: {error}")));
        for ((at, made), blob) in places.iter().zip(versions).zip(&blobs) {
            let handle = custody.open(made.token(), &Expect::new(at, &SYMMETRIC, made.identity()));
            let handle = handle.unwrap_or_else(|error| panic!("{step}: {error}"));
            assert_eq!(unseal(&*handle, &context, blob).unwrap(), b"m", "{step}");
            reopened += 1;
        }
    };
    check("before", &record, 1, &versions);

    let rotation = root.begin_rotation(&record, &[&key(1)]).unwrap();
    check("begun, not committed", &record, 1, &versions);
    let record = rotation.record().clone();
    check("begun and committed", &record, 1, &versions);
    // Committed but not adopted: nothing is sealed under the new generation yet.
    assert_eq!(root.current(), 1);
    root.adopt(rotation);
    assert_eq!(root.current(), 2);
    assert!(matches!(root.begin_rotation(&record, &[&key(1)]), Err(RootError::RotationUnfinished)));

    // The way of unlocking is changed in the middle of the rotation.
    let record = root.change_unlock(&record, &key(2)).unwrap();
    check("unlock changed", &record, 2, &versions);

    for at in 0..versions.len() {
        let made = &versions[at];
        let expect = Expect::new(&places[at], &SYMMETRIC, made.identity());
        let token = custody.renew(made.token(), &expect).unwrap().unwrap();
        let renewed = made.with_token(token);
        let expect = Expect::new(&places[at], &SYMMETRIC, renewed.identity());
        assert_eq!(custody.renew(renewed.token(), &expect).unwrap(), None);
        versions[at] = renewed;
        check("one more re-sealed", &record, 2, &versions);
    }
    assert!(versions.iter().all(|made| generation_of(&made.token().as_bytes()[17..]) == Some(2)));

    let record = root.finish_rotation(&record).unwrap();
    check("finished, not settled", &record, 2, &versions);
    root.settle(&record).unwrap();
    assert_eq!(record.generations().collect::<Vec<_>>(), [2]);
    check("settled", &record, 2, &versions);
    assert!(unlock(&record, &key(1)).is_err());
    println!("{reopened} versions reopened across the steps");
}

/// The old token stays good until the old generation goes; the new one then opens alone, and is the same key.
#[test]
fn a_key_of_every_kind_is_resealed_under_a_rotated_root() {
    let (root, record) = fresh_root();
    let custody = SoftCustody::new(root.clone());
    let place = place(1);
    let kinds = kinds(&custody);
    assert_eq!(kinds.len(), 15);
    let old: Vec<_> = kinds.iter().map(|usage| generate(&custody, &place, usage)).collect();
    let rotation = root.begin_rotation(&record, &[&key(1)]).unwrap();
    let record = rotation.record().clone();
    root.adopt(rotation);
    let mut longest = 0;
    let mut new = Vec::new();
    for (usage, made) in kinds.iter().zip(&old) {
        let expect = Expect::new(&place, usage, made.identity());
        let renewed = made.with_token(custody.renew(made.token(), &expect).unwrap().unwrap());
        assert_eq!(renewed.token().as_bytes().len(), made.token().as_bytes().len());
        assert_eq!(renewed.provenance(), made.provenance());
        assert_eq!(custody.renew(renewed.token(), &expect).unwrap(), None);
        longest = longest.max(renewed.token().as_bytes().len());
        let (before, after) = (open(&custody, &place, usage, made), open(&custody, &place, usage, &renewed));
        assert_eq!(before.public_key(), after.public_key());
        // Nothing is carried on that is not the record's key.
        let other = [7; 32];
        for wrong in [Identity::Fingerprint(&other), Identity::MaterialId(&other), Identity::PublicKey(&other)] {
            let result = custody.renew(made.token(), &Expect::new(&place, usage, wrong));
            assert!(matches!(result, Err(strongroom_hsm::Error::Corrupt(_))), "{usage:?}: {result:?}");
        }
        new.push(renewed);
    }
    root.settle(&root.finish_rotation(&record).unwrap()).unwrap();
    for ((usage, old), new) in kinds.iter().zip(&old).zip(&new) {
        assert!(custody.open(old.token(), &Expect::new(&place, usage, old.identity())).is_err());
        open(&custody, &place, usage, new);
    }
    println!("the longest token: {longest} of {} bytes", strongroom_hsm::MAX_TOKEN_LEN);
    assert!(longest > 2_400 && longest < strongroom_hsm::MAX_TOKEN_LEN);
}

#[test]
fn a_rotation_keeps_every_slot_or_does_not_begin() {
    let (root, record) = fresh_root();
    let record = root.add_unlock(&record, &phrase("second")).unwrap();
    assert!(matches!(root.begin_rotation(&record, &[&key(1)]), Err(RootError::SlotLeftOut)));
    assert!(matches!(root.begin_rotation(&record, &[&key(1), &phrase("wrong")]), Err(RootError::WrongUnlock)));
    let rotation = root.begin_rotation(&record, &[&phrase("second"), &key(1)]).unwrap();
    for way in [&key(1) as &dyn Unlock, &phrase("second")] {
        assert_eq!(unlock(rotation.record(), way).unwrap().current(), 2);
    }
    // Dropped: the root key goes on as before.
    drop(rotation);
    assert_eq!(root.current(), 1);
    assert!(root.begin_rotation(&record, &[&phrase("second"), &key(1)]).is_ok());
}

#[test]
fn after_a_rotation_is_settled_the_old_generation_opens_nothing() {
    let (root, record) = fresh_root();
    let sealer = root.sealer(SealKind::LogKey);
    let place = SealPlace::new(SealKind::LogKey, vec![vec![1; 16], vec![0, 0, 0, 1]]);
    let old = sealer.seal(&place, b"a key").unwrap();
    let rotation = root.begin_rotation(&record, &[&key(1)]).unwrap();
    let record = rotation.record().clone();
    root.adopt(rotation);
    let new = sealer.reseal(&place, &old).unwrap().unwrap();
    assert_eq!((generation_of(&old), generation_of(&new)), (Some(1), Some(2)));
    assert_eq!(sealer.reseal(&place, &new).unwrap(), None);
    assert_eq!(sealer.open(&place, &old).unwrap().expose_secret(), b"a key");
    let slots = root.arena().status().unwrap().slots_in_use;
    root.settle(&root.finish_rotation(&record).unwrap()).unwrap();
    assert_eq!(root.arena().status().unwrap().slots_in_use, slots - 2);
    assert_eq!(sealer.open(&place, &old).unwrap_err(), SealError::UnknownGeneration(1));
    assert_eq!(sealer.open_into_slot(&place, &new).unwrap().expose_secret().unwrap(), b"a key");
}

/// formats §9 case 10, for the seals of all kinds: each ordered pair of different places.
#[test]
fn sealed_bytes_open_in_no_other_place_kind_or_store() {
    let kinds = [
        (SealKind::KeyVersion, 7),
        (SealKind::StoreMacKey, 1),
        (SealKind::LogKey, 2),
        (SealKind::IdentitySecret, 3),
        (SealKind::KeyStoreCredential, 3),
        (SealKind::ImportPrivateKey, 5),
    ];
    let (one, record) = fresh_root();
    let (two, _) = RootKey::create(&provider(), &arena(), [9; 16], &key(1)).unwrap();
    let again = unlock(&record, &key(1)).unwrap();
    let mut sealed = Vec::new();
    for (store, root) in [&one, &two].into_iter().enumerate() {
        for (kind, fields) in kinds {
            for variant in 0..=fields {
                // Each field once different from the others.
                let value = |at| vec![if at == variant { 8 } else { 7 }; 4];
                let place = SealPlace::new(kind, (0..fields).map(value).collect());
                let bytes = root.sealer(kind).seal(&place, b"secret").unwrap();
                sealed.push((store, kind, place, bytes));
            }
        }
    }
    let mut pairs = 0;
    for (i, (_, _, _, bytes)) in sealed.iter().enumerate() {
        for (j, (store, kind, place, _)) in sealed.iter().enumerate() {
            let root = if *store == 0 { &again } else { &two };
            let result = root.sealer(*kind).open(place, bytes);
            assert_eq!(result.is_ok(), i == j, "{i} in the place of {j}");
            pairs += 1;
        }
        let other = SealKind::LogKey;
        let (store, kind, place, bytes) = &sealed[i];
        if *kind != other && *store == 0 {
            assert_eq!(one.sealer(other).open(place, bytes).unwrap_err(), SealError::WrongKind);
            assert_eq!(one.sealer(other).seal(place, b"x").unwrap_err(), SealError::WrongKind);
        }
    }
    println!("{pairs} ordered pairs");
    assert!(pairs > 2_000);
}

/// The first 16 bytes of the header's commitment and the generation are compared, not trusted.
#[test]
fn a_header_of_another_generation_is_refused() {
    let (root, record) = fresh_root();
    let sealer = root.sealer(SealKind::StoreMacKey);
    let place = SealPlace::new(SealKind::StoreMacKey, vec![vec![0, 0, 0, 1]]);
    let rotation = root.begin_rotation(&record, &[&key(1)]).unwrap();
    let old = sealer.seal(&place, b"mac key").unwrap();
    root.adopt(rotation);
    let new = sealer.seal(&place, b"mac key").unwrap();
    for (mut bytes, other) in [(old.clone(), &new), (new.clone(), &old)] {
        bytes[4..24].copy_from_slice(&other[4..24]);
        assert_eq!(sealer.open(&place, &bytes).unwrap_err(), SealError::Damaged);
        bytes[4..8].copy_from_slice(&9_u32.to_be_bytes());
        assert_eq!(sealer.open(&place, &bytes).unwrap_err(), SealError::UnknownGeneration(9));
    }
    for at in 0..old.len() {
        let mut bytes = old.clone();
        bytes[at] ^= 1;
        assert!(sealer.open(&place, &bytes).is_err(), "byte {at}");
        assert!(sealer.open(&place, &old[..at]).is_err());
    }
}

#[test]
fn a_closure_that_fails_says_why() {
    let (_, record) = fresh_root();
    let failing = strongroom_soft::KeyClosure::new(|_| Err("the vault is shut"));
    assert!(matches!(unlock(&record, &failing), Err(RootError::Unlock("the vault is shut"))));
}

#[test]
fn nothing_of_a_root_key_shows_in_debug() {
    let (root, _) = fresh_root();
    assert_eq!(format!("{root:?}"), "RootKey(current 1, generations [1])");
    let shown = format!("{:?}", phrase("correct horse"));
    assert!(!shown.contains("correct"), "{shown}");
}
