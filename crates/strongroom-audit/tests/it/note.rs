//! Signed notes and checkpoints.

use proptest::prelude::*;
use strongroom_audit::Error;
use strongroom_audit::checkpoint::{Checkpoint, CheckpointSigner, Origin};
use strongroom_audit::note::{MAX_NOTE_LEN, Note, VerifyingKey};
use strongroom_audit::proof::InclusionProof;

use crate::support::{Seed, append, crypto, log_in, origin};

/// Go's `golang.org/x/mod/sumdb/note` package, test data (BSD-3-Clause).
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// The example of C2SP signed-note.
const POEM: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \u{e8} subito sera.\n\n\
    \u{2014} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
/// The key of Tessera's test log (`testdata/log`, Apache-2.0).
const TESSERA: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

#[test]
fn notes_of_others_read_verify_and_write_back() {
    let crypto = crypto();
    let key = VerifyingKey::parse(&crypto, PETER).unwrap();
    let note = Note::parse(NEUMANN.as_bytes()).unwrap();
    assert_eq!(note.verify(&crypto, std::slice::from_ref(&key)).unwrap(), [&key]);
    assert_eq!((key.to_string().as_str(), note.to_string().as_str()), (PETER, NEUMANN));
    let changed = NEUMANN.replace("answer", "Answer");
    let error = Note::parse(changed.as_bytes()).unwrap().verify(&crypto, &[key]).unwrap_err();
    assert!(matches!(error, Error::BadSignature { .. }));

    let poem = Note::parse(POEM.as_bytes()).unwrap();
    assert!(poem.text().ends_with("ed \u{e8} subito sera.\n"), "the last blank line ends the text");
    assert_eq!(poem.signatures()[0].key_id(), [0x36, 0x7b, 0xa0, 0x4b]);
    assert_eq!(poem.to_string(), POEM);

    let tessera = VerifyingKey::parse(&crypto, TESSERA).unwrap();
    assert_eq!((tessera.name(), tessera.id()), ("example.com/log/testdata", [0x33, 0xd7, 0xb4, 0x96]));
    for bad in ["", "a+b", "a+00000000+AAAA", &TESSERA.replace("33d7", "33d8"), &TESSERA.replace("+Ae", "+Be")] {
        assert!(VerifyingKey::parse(&crypto, bad).is_err(), "{bad}");
    }
}

#[test]
fn unknown_signers_are_ignored_and_a_known_one_that_fails_refuses_the_note() {
    let crypto = crypto();
    let checkpoint = Checkpoint::new(&origin(), 3, [5; 32]);
    let [ours, other] = [Seed::new(1), Seed::new(2)];
    let name = origin().to_string();
    let key = VerifyingKey::new(&crypto, &name, ours.public_key()).unwrap();
    let note = checkpoint.sign(&crypto, &ours).unwrap().to_string();
    let line = |seed: &Seed, text: &str| {
        let key = VerifyingKey::new(&crypto, &name, seed.public_key()).unwrap();
        let signature = seed.sign(text.as_bytes()).unwrap();
        Note::with_signature(text, &key, &signature).unwrap().to_string().lines().last().unwrap().to_owned() + "\n"
    };
    let foreign = line(&other, "anything\n");
    // Sixteen signatures are taken, the last one ours.
    let many = note.replace("\n\n", &format!("\n\n{}", foreign.repeat(15)));
    assert_eq!(Checkpoint::open(&crypto, &key, many.as_bytes()).unwrap(), checkpoint);
    let only_foreign = format!("{checkpoint}\n{foreign}");
    assert!(Checkpoint::open(&crypto, &key, only_foreign.as_bytes()).is_err());
    let failing = format!("{note}{}", line(&ours, "another text\n"));
    assert!(matches!(Checkpoint::open(&crypto, &key, failing.as_bytes()), Err(Error::BadSignature { .. })));
    let too_many = note.replace("\n\n", &format!("\n\n{}", foreign.repeat(64)));
    assert!(matches!(Note::parse(too_many.as_bytes()), Err(Error::Malformed { .. })));
    assert!(Note::parse(&vec![b'a'; MAX_NOTE_LEN + 1]).is_err());
    for bad in ["", "\n", "a\n\n", "a\n\n\u{2014} n\n", "a\u{7}\n\n", &note[..note.len() - 1]] {
        assert!(Note::parse(bad.as_bytes()).is_err(), "{bad:?}");
    }
}

#[test]
fn a_checkpoint_counts_for_its_own_log_alone() {
    let crypto = crypto();
    let seed = Seed::new(1);
    let elsewhere = Origin::new([1; 16], [2; 16]);
    let note = Checkpoint::new(&elsewhere, 3, [5; 32]).sign(&crypto, &seed).unwrap();
    let ours = VerifyingKey::new(&crypto, &origin().to_string(), seed.public_key()).unwrap();
    assert!(Checkpoint::open(&crypto, &ours, note.to_string().as_bytes()).is_err());
    let text = origin().to_string();
    assert_eq!(text, format!("strongroom.local/{}/{}", "60".repeat(16), "70".repeat(16)));
    assert_eq!(Origin::parse(&text), Some(origin()));
    assert!(Origin::parse(&text.replace("60", "+6")).is_none() && Origin::parse(&text.to_uppercase()).is_none());
    for bad in ["", "o\n1\n", "o\n01\nAA==\n", "o\n+1\nAA==\n", "o\n1\nAA==\n", "\n1\n\n"] {
        assert!(Checkpoint::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn one_event_is_proved_without_showing_another() {
    let crypto = crypto();
    let storage = strongroom_audit::log::MemoryStorage::new();
    let log = log_in(&storage, 1 << 20);
    let seed = Seed::new(4);
    (0..9).for_each(|n| {
        append(&log, n).unwrap();
    });
    log.sync_through(8).wait().unwrap().unwrap();
    let signed = log.checkpoint(&seed).unwrap();
    let leaves: Vec<_> = log.read(0..9).unwrap().map(Result::unwrap).collect();
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf.leaf).collect();
    let key = VerifyingKey::parse(&crypto, &seed.vkey(&origin())).unwrap();
    for leaf in &leaves {
        let proof = InclusionProof::new(&crypto, &hashes, leaf.entry.index, &signed.note).unwrap();
        let text = proof.to_string();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex "));
        let again = InclusionProof::parse(text.as_bytes()).unwrap();
        assert_eq!(again, proof);
        assert_eq!(again.verify(&crypto, &key, &leaf.entry.encode()).unwrap().size(), 9);
        let mut other = leaf.entry;
        other.revision += 1;
        assert!(again.verify(&crypto, &key, &other.encode()).is_err());
    }
    assert!(InclusionProof::new(&crypto, &hashes, 9, &signed.note).is_err());
    assert!(InclusionProof::new(&crypto, &hashes[1..], 0, &signed.note).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,200}") {
        let crypto = crypto();
        let _ = (Note::parse(&bytes), InclusionProof::parse(&bytes), Checkpoint::parse(&text));
        let _ = (VerifyingKey::parse(&crypto, &text), Origin::parse(&text));
    }

    #[test]
    fn a_mutated_note_never_verifies_as_another_checkpoint(at in 0_usize..400, bit in 0_u8..8) {
        let crypto = crypto();
        let seed = Seed::new(1);
        let checkpoint = Checkpoint::new(&origin(), 77, [9; 32]);
        let mut note = checkpoint.sign(&crypto, &seed).unwrap().to_string().into_bytes();
        let at = at % note.len();
        note[at] ^= 1 << bit;
        let key = VerifyingKey::new(&crypto, &origin().to_string(), seed.public_key()).unwrap();
        if let Ok(read) = Checkpoint::open(&crypto, &key, &note) {
            prop_assert_eq!(read, checkpoint);
        }
    }
}
