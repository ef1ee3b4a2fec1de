//! What the feature `testing` promises to the tests of others.

use std::io::ErrorKind;
use std::time::Duration;

use strongroom::testing::{self, CommitTrouble, CustodyCall, CustodyFault, Room};
use strongroom::{Caller, Error, ErrorCode, Timestamp};
use strongroom_hsm::Error as HsmError;
use strongroom_types::MessageType;

use super::support::{DAY, code, decrypt, encrypt, sign, signing, symmetric};

/// A bit of everything, and all that a caller got to see of it.
fn busy(room: &Room) -> Vec<Vec<u8>> {
    let root = room.kms.client(Caller::root()).unwrap();
    let mallory = room.kms.client(Caller::user("mallory")).unwrap();
    let mut seen = Vec::new();
    for round in 0..3 {
        let key = symmetric(&root);
        let signer = signing(&root);
        seen.push(key.arn.clone().into_bytes());
        root.create_alias(format!("alias/number-{round}"), &*key.id).send().unwrap();
        let sealed = encrypt(&root, &format!("alias/number-{round}"), b"attack at dawn").unwrap();
        assert_eq!(decrypt(&root, &sealed).unwrap(), b"attack at dawn");
        let data_key = root.generate_data_key(&*key.id, 24).send().unwrap();
        seen.push(data_key.plaintext.expose_secret().to_vec());
        seen.push(data_key.ciphertext_blob);
        root.rotate_key_on_demand(&*key.id).send().unwrap();
        seen.push(sealed);
        seen.push(sign(&root, &signer.id, MessageType::Raw, b"a message").unwrap());
        assert_eq!(code(decrypt(&root, &[7; 200])), ErrorCode::InvalidCiphertext);
        assert_eq!(code(encrypt(&mallory, &key.id, b"x")), ErrorCode::AccessDenied);
        root.schedule_key_deletion(&*signer.id).pending_window_in_days(7).send().unwrap();
        room.clock.advance(Duration::from_secs(8 * DAY.unsigned_abs()));
        room.kms.run_due().unwrap();
    }
    seen.push(room.kms.checkpoint().unwrap().note.to_string().into_bytes());
    seen
}

#[test]
fn two_runs_of_one_seed_are_the_same_to_the_last_byte_and_another_seed_is_not() {
    let (one, two, other) = (1_u64, 1, 2);
    let [one, two, other] = [one, two, other].map(|seed| testing::strongroom(seed).unwrap());
    let [seen_one, seen_two, seen_other] = [&one, &two, &other].map(busy);
    assert_eq!(seen_one, seen_two);
    let (files, same) = (one.log.contents().unwrap(), two.log.contents().unwrap());
    assert!(files.values().map(Vec::len).sum::<usize>() > 10_000);
    assert_eq!(files, same, "records, blinds, leaves, checkpoints");
    assert!(seen_one.iter().zip(&seen_other).all(|(one, other)| one != other));

    // Another process on the same store goes on, and as another run.
    let [one, two] = [one, two].map(|room| room.reopen(1).unwrap());
    assert_eq!(busy_again(&one), busy_again(&two));
    assert_eq!(one.log.contents().unwrap(), two.log.contents().unwrap());
    assert!(busy_again(&one).iter().all(|seen| !seen_one.contains(seen)), "no key is made twice");
}

fn busy_again(room: &Room) -> Vec<Vec<u8>> {
    let root = room.kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    vec![encrypt(&root, &key.id, b"x").unwrap(), key.arn.into_bytes()]
}

#[test]
fn what_the_script_says_fails_at_that_time_and_at_no_other() {
    let room = testing::strongroom(3).unwrap();
    let root = room.kms.client(Caller::root()).unwrap();
    let key = symmetric(&root);
    let seal = || encrypt(&root, &key.id, b"x");

    room.script.commit(1, CommitTrouble::Full);
    symmetric(&root);
    root.create_key().send().unwrap_err();
    symmetric(&root);

    room.script.append(1, ErrorKind::StorageFull);
    seal().unwrap();
    assert!(matches!(seal(), Err(Error::Audit(_))));
    seal().unwrap();

    room.script.sync(0, ErrorKind::Other);
    room.kms.checkpoint().unwrap_err();
    assert!(room.kms.status().unwrap().health().is_failing());
    seal().unwrap();
    room.kms.checkpoint().unwrap();

    room.script.random(0);
    seal().unwrap_err();
    seal().unwrap();

    room.script.custody(0, CustodyCall::Run, CustodyFault::FailBefore(HsmError::full("the test's")));
    seal().unwrap_err();
    seal().unwrap();
    room.script.custody(0, CustodyCall::Generate, CustodyFault::Panic);
    root.create_key().send().unwrap_err();
    symmetric(&root);

    room.script.every_commit(CommitTrouble::NotApplied);
    root.disable_key(&*key.id).send().unwrap_err();
    room.script.heal();
    root.disable_key(&*key.id).send().unwrap();
    let room = room.reopen(9).unwrap();
    let root = room.kms.client(Caller::root()).unwrap();
    assert_eq!(code(encrypt(&root, &key.id, b"x")), ErrorCode::Disabled);
}

#[test]
fn the_clock_is_the_tests_alone() {
    let room = testing::strongroom(4).unwrap();
    let root = room.kms.client(Caller::root()).unwrap();
    let made = root.create_key().send().unwrap().key_metadata.creation_date;
    let again = root.create_key().send().unwrap().key_metadata.creation_date;
    assert_eq!(made, again);
    room.clock.set(Timestamp::from_secs(1_000_000_000));
    assert!(matches!(root.create_key().send(), Err(Error::ClockRegression { .. })));
}
