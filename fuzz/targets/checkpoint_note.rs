//! Signed notes, checkpoints and verification keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_audit::checkpoint::{Checkpoint, Origin};
use strongroom_audit::note::{Note, VerifyingKey};
use strongroom_fuzz::{bounded, log_crypto};

fuzz_target!(|data: &[u8]| {
    let crypto = log_crypto();
    bounded(data.len(), || {
        let key = VerifyingKey::new(crypto, "strongroom.local/test", [0x58; 32]).unwrap();
        if let Ok(note) = Note::parse(data) {
            assert_eq!(note.to_string().as_bytes(), data);
            let _ = note.verify(crypto, std::slice::from_ref(&key));
            let _ = Checkpoint::open(crypto, &key, data);
        }
        let Ok(text) = std::str::from_utf8(data) else { return };
        if let Ok(checkpoint) = Checkpoint::parse(text) {
            assert!(text.starts_with(&checkpoint.to_string()));
        }
        if let Ok(key) = VerifyingKey::parse(crypto, text) {
            assert_eq!(key.to_string(), text);
        }
        if let Some(origin) = Origin::parse(text) {
            assert_eq!(origin.to_string(), text);
        }
    });
});
