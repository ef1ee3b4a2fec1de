//! The verifier: what was tampered with is named, and where there is nothing to check it never says *ok*.

use std::sync::Arc;

use strongroom_audit::event::Event;
use strongroom_audit::log::{EntryKind, Head, Log, LogOptions, LogStorage, MemoryStorage, Origin, Syncing};
use strongroom_audit::verify::{Finding, FirstBad, Outcome, Report, Verifier};
use strongroom_types::Timestamp;

use crate::support::{Seed, append, blind, bytes_of, copy_of, crypto, id, log_in, origin, parts, put, region};

const FIRST: &str = "0000000000000000.log";

struct Signed {
    storage: MemoryStorage,
    vkey: String,
    note: Vec<u8>,
    head: Head,
}

fn signed(leaves: u64, segment_bytes: u64) -> Signed {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, segment_bytes);
    (0..leaves).for_each(|n| {
        append(&log, n).unwrap();
    });
    finish(storage, log)
}

fn finish(storage: MemoryStorage, log: Log) -> Signed {
    let seed = Seed::new(9);
    log.sync_through(log.size().saturating_sub(1)).wait().unwrap().unwrap();
    let note = log.checkpoint(&seed).unwrap().note.to_string().into_bytes();
    Signed { storage, vkey: seed.vkey(&origin()), note, head: log.close().unwrap() }
}

impl Signed {
    fn verifier(&self) -> Verifier {
        Verifier::new(crypto()).key(&self.vkey).anchor(self.note.clone())
    }

    /// What the verifier says of a log of this one segment, against the head; without a signature to check, which
    /// would take most of the time.
    fn with(&self, segment: &[u8]) -> Report {
        let copy = MemoryStorage::new();
        put(&copy, FIRST, segment);
        Verifier::new(crypto()).key(&self.vkey).trusted_head(self.head.clone()).run(&copy)
    }
}

/// The frames of a segment, after its header.
fn frames(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let (mut at, mut frames) = (64, Vec::new());
    while at < bytes.len() {
        let end = at + 4 + u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        frames.push(at..end);
        at = end;
    }
    frames
}

#[test]
fn a_whole_log_is_ok_against_a_checkpoint_kept_elsewhere() {
    for segment_bytes in [700, 1 << 20] {
        let log = signed(60, segment_bytes);
        let report = log.verifier().run(&log.storage);
        assert_eq!((report.outcome, report.leaves, report.covered), (Outcome::Ok, 60, 60), "{report:?}");
        assert_eq!(report.outcome.exit_code(), 0);
        assert_eq!(report.root.as_ref(), Some(log.head.root()));
        let by_head = Verifier::new(crypto()).key(&log.vkey).trusted_head(log.head.clone()).run(&log.storage);
        assert_eq!(by_head.outcome, Outcome::Ok);
    }
}

#[test]
fn every_single_changed_byte_is_found_at_its_leaf() {
    let log = signed(60, 1 << 20);
    let whole = bytes_of(&log.storage, FIRST);
    let frames = frames(&whole);
    assert_eq!(frames.len(), 60);
    let mut mutations = 0;
    for (index, frame) in frames.iter().enumerate() {
        for at in frame.clone() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            let report = log.with(&bytes);
            assert_eq!(report.outcome, Outcome::Tampered, "byte {at}: {report:?}");
            assert_eq!(report.first_bad, Some(FirstBad::At(index as u64)), "byte {at}: {report:?}");
            mutations += 1;
        }
    }
    println!("{mutations} changed bytes");
}

#[test]
fn every_swap_drop_repeat_and_cut_is_found_at_the_first_bad_leaf() {
    let log = signed(60, 1 << 20);
    let whole = bytes_of(&log.storage, FIRST);
    let frames = frames(&whole);
    let build = |order: &[usize]| {
        let mut bytes = whole[..64].to_vec();
        order.iter().for_each(|n| bytes.extend_from_slice(&whole[frames[*n].clone()]));
        bytes
    };
    let plain: Vec<usize> = (0..60).collect();
    let tampered_at = |bytes: &[u8], index: usize| {
        let report = log.with(bytes);
        assert_eq!(report.outcome, Outcome::Tampered);
        assert_eq!(report.first_bad, Some(FirstBad::At(index as u64)), "{report:?}");
    };
    let mut mutations = 0;
    for a in 0..60 {
        for b in a + 1..60 {
            let mut order = plain.clone();
            order.swap(a, b);
            tampered_at(&build(&order), a);
            mutations += 1;
        }
        let mut dropped = plain.clone();
        dropped.remove(a);
        tampered_at(&build(&dropped), a);
        let mut repeated = plain.clone();
        repeated.insert(a, a);
        if a < 59 {
            tampered_at(&build(&repeated), a + 1);
        } else {
            let report = log.with(&build(&repeated));
            // Behind all that was vouched for: not ok, and not proof of anything.
            assert_eq!((report.outcome, report.first_bad), (Outcome::CannotTell, Some(FirstBad::At(60))));
        }
        tampered_at(&build(&plain[..a]), a);
        mutations += 3;
    }
    for cut in 64..whole.len() {
        let report = log.with(&whole[..cut]);
        assert_eq!(report.outcome, Outcome::Tampered, "cut at {cut}");
        let at = frames.iter().position(|frame| cut < frame.end).unwrap();
        assert_eq!(report.first_bad, Some(FirstBad::At(at as u64)));
        mutations += 1;
    }
    println!("{mutations} swaps, drops, repeats and cuts");
}

#[test]
fn a_forger_who_recomputes_every_hash_is_found_between_two_checkpoints() {
    let seed = Seed::new(9);
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    for n in 0..30 {
        append(&log, n).unwrap();
        if n % 10 == 9 {
            log.sync_through(n).wait().unwrap().unwrap();
            log.checkpoint(&seed).unwrap();
        }
    }
    let signed = finish(storage, log);
    for forged in 0..30 {
        let fake = MemoryStorage::new();
        let log = log_in(&fake, 1 << 20);
        (0..30).for_each(|n| {
            append(&log, if n == forged { 999 } else { n }).unwrap();
        });
        drop(log);
        put(&fake, "checkpoints", &bytes_of(&signed.storage, "checkpoints"));
        let report = signed.verifier().run(&fake);
        assert_eq!(report.outcome, Outcome::Tampered);
        let from = forged / 10 * 10;
        assert_eq!(report.first_bad, Some(FirstBad::Within { from, to: from + 10 }));
        assert!(report.first_bad.unwrap().includes(forged));
    }
}

#[test]
fn a_cut_tail_shows_against_a_newer_anchor_and_an_old_anchor_is_told() {
    let old = signed(20, 900);
    // The same log, twenty leaves later.
    let shared: Arc<dyn LogStorage> = Arc::new(copy_of(&old.storage));
    let options = LogOptions::default().with_syncing(Syncing::InPlace).with_segment_bytes(900);
    let (log, _) = Log::open(Arc::clone(&shared), crypto(), origin(), Some(&old.head), options).unwrap();
    (20..40).for_each(|n| {
        append(&log, n).unwrap();
    });
    let note = {
        log.sync_through(39).wait().unwrap().unwrap();
        log.checkpoint(&Seed::new(9)).unwrap().note.to_string()
    };
    drop(log);
    let verifier = Verifier::new(crypto()).key(&old.vkey);

    let newer_anchor = verifier.clone().anchor(note.clone()).run(&old.storage);
    assert_eq!((newer_anchor.outcome, newer_anchor.first_bad), (Outcome::Tampered, Some(FirstBad::At(20))));
    assert!(newer_anchor.findings.contains(&Finding::Cut { have: 20, seen: 40 }));

    let old_anchor = verifier.clone().anchor(old.note.clone()).run(&*shared);
    assert_eq!(old_anchor.outcome, Outcome::Ok, "{old_anchor:?}");
    assert!(old_anchor.findings.contains(&Finding::AnchorIsOlder { anchored: 20, newest: 40 }));

    let none = verifier.clone().run(&*shared);
    assert_eq!(none.outcome, Outcome::CannotTell);
    assert!(none.findings.contains(&Finding::Unanchored));

    // Everything deleted, though it is known that there was a log.
    let gone = verifier.anchor(note).run(&MemoryStorage::new());
    assert_eq!((gone.outcome, gone.first_bad), (Outcome::Tampered, Some(FirstBad::At(0))));
}

#[test]
fn every_missing_segment_and_every_extra_one_is_found() {
    let log = signed(40, 900);
    let names: Vec<String> = log.storage.list().unwrap().into_iter().filter(|n| n.ends_with(".log")).collect();
    assert!(names.len() > 5);
    for name in &names {
        let copy = copy_of(&log.storage);
        copy.remove(name).unwrap();
        let report = log.verifier().run(&copy);
        let first = u64::from_str_radix(name.trim_end_matches(".log"), 16).unwrap();
        assert_eq!((report.outcome, report.first_bad), (Outcome::Tampered, Some(FirstBad::At(first))), "{name}");
    }
    let copy = copy_of(&log.storage);
    put(&copy, &format!("{:016x}.log", 7_777), &bytes_of(&log.storage, FIRST));
    assert_eq!(log.verifier().run(&copy).outcome, Outcome::CannotTell, "it stands behind all that was signed");
}

#[test]
fn a_fork_is_found_between_two_checkpoints_of_one_size() {
    let ours = signed(10, 1 << 20);
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    (0..10).for_each(|n| {
        append(&log, n + 50).unwrap();
    });
    let theirs = finish(storage, log);
    let report = ours.verifier().anchor(theirs.note).run(&ours.storage);
    assert_eq!(report.outcome, Outcome::Tampered);
    assert!(report.findings.contains(&Finding::Fork { size: 10 }));
}

#[test]
fn a_body_may_be_missing_only_if_a_later_leaf_says_that_it_was_erased() {
    for (named, later, expected) in
        [(Some(2), true, Outcome::Ok), (None, false, Outcome::Tampered), (Some(3), true, Outcome::Tampered)]
    {
        let storage = MemoryStorage::new();
        let log = log_in(&storage, 1 << 20);
        (0..5).for_each(|n| {
            append(&log, n).unwrap();
        });
        if later {
            let account = "111122223333".parse().unwrap();
            let mut event =
                Event::service(id(70), Timestamp::from_secs(1_700_000_100), "EraseRecord", region(), account);
            event.facts.erased = named;
            event.facts.reason = Some("a secret was sent as a description");
            let mut record = Vec::new();
            event.encode(&crypto(), &mut record);
            let blind = blind(70);
            log.append(parts(EntryKind::Erased, 70, &blind, &record)).wait().unwrap().unwrap();
        }
        log.erase(2).unwrap();
        let signed = finish(storage, log);
        let report = signed.verifier().run(&signed.storage);
        assert_eq!(report.outcome, expected, "{report:?}");
        if expected == Outcome::Tampered {
            assert_eq!(report.first_bad, Some(FirstBad::At(2)));
            assert!(report.findings.contains(&Finding::ErasedWithoutLeaf { index: 2 }));
        }
    }
}

#[test]
fn nothing_to_check_is_never_ok() {
    let log = signed(10, 1 << 20);
    let (seed, stranger) = (Seed::new(9), Seed::new(8));
    let key = || Verifier::new(crypto()).key(&log.vkey);
    let without = |name: &str| {
        let copy = copy_of(&log.storage);
        copy.remove(name).unwrap();
        copy
    };
    let notes = |bytes: &[u8]| {
        let copy = copy_of(&log.storage);
        put(&copy, "checkpoints", bytes);
        copy
    };
    let anchored = |bytes: &[u8]| key().anchor(bytes.to_vec());
    let elsewhere = Origin::new([1; 16], [1; 16]);
    let strangers_note = {
        let storage = MemoryStorage::new();
        let log = log_in(&storage, 1 << 20);
        (0..10).for_each(|n| {
            append(&log, n).unwrap();
        });
        log.sync_through(9).wait().unwrap().unwrap();
        log.checkpoint(&stranger).unwrap().note.to_string().into_bytes()
    };
    let empty_log = {
        let storage = MemoryStorage::new();
        let log = log_in(&storage, 1 << 20);
        log.checkpoint(&seed).unwrap();
        storage
    };
    let unsigned_tail = {
        let storage = copy_of(&log.storage);
        let shared: Arc<dyn LogStorage> = Arc::new(storage.clone());
        let (grown, _) = Log::open(shared, crypto(), origin(), Some(&log.head), crate::support::options()).unwrap();
        append(&grown, 10).unwrap();
        storage
    };
    let torn_tail = {
        let storage = copy_of(&log.storage);
        put(&storage, FIRST, &[bytes_of(&log.storage, FIRST).as_slice(), &[0, 0, 1]].concat());
        storage
    };
    let body = std::str::from_utf8(&log.note).unwrap().split("\n\n").next().unwrap().to_owned() + "\n\n";
    let cases: Vec<(&str, Verifier, MemoryStorage)> = vec![
        ("no key", Verifier::new(crypto()).anchor(log.note.clone()), log.storage.clone()),
        ("an empty key", key().key(""), log.storage.clone()),
        ("a key that is none", key().key("strongroom+x+y"), log.storage.clone()),
        (
            "a key whose name is no log's",
            key().key(seed.vkey(&origin()).replace("strongroom.local", "x")),
            log.storage.clone(),
        ),
        ("another log's key", key().key(seed.vkey(&elsewhere)), log.storage.clone()),
        ("another signer's key", Verifier::new(crypto()).key(stranger.vkey(&origin())), log.storage.clone()),
        ("an empty folder", key(), MemoryStorage::new()),
        ("no segment", key(), without(FIRST)),
        ("no anchor", key(), log.storage.clone()),
        ("no checkpoints", key(), without("checkpoints")),
        ("an empty file of checkpoints", key(), notes(b"")),
        ("checkpoints without signatures", key(), notes(body.as_bytes())),
        ("checkpoints of a stranger", key(), notes(&[strangers_note.as_slice(), b"\n"].concat())),
        ("noise for checkpoints", key(), notes(b"a\n\nb\n\nc\n\nd\n\n")),
        ("an anchor that is none", anchored(b"anchor"), log.storage.clone()),
        ("a stranger's anchor", anchored(&strangers_note), log.storage.clone()),
        ("a log without a leaf", key(), empty_log.clone()),
        (
            "an empty log and its checkpoint",
            key().anchor(bytes_of(&empty_log, "checkpoints")[..].strip_suffix(b"\n").unwrap()),
            empty_log,
        ),
        ("leaves behind the last checkpoint", anchored(&log.note), unsigned_tail),
        ("a torn tail behind the last checkpoint", anchored(&log.note), torn_tail),
    ];
    for (name, verifier, storage) in &cases {
        let report = verifier.run(storage);
        let expected = if *name == "no segment" { Outcome::Tampered } else { Outcome::CannotTell };
        assert_eq!(report.outcome, expected, "{name}: {report:?}");
        assert_ne!(report.outcome.exit_code(), 0);
    }
    println!("{} inputs with nothing to check", cases.len());
}

#[test]
fn a_clock_that_went_back_is_told_and_is_no_tampering() {
    let storage = MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    for n in [50, 51, 2, 52] {
        append(&log, n).unwrap();
    }
    let signed = finish(storage, log);
    let report = signed.verifier().run(&signed.storage);
    assert_eq!((report.outcome, report.findings), (Outcome::Ok, vec![Finding::ClockRegression { index: 2 }]));
}
