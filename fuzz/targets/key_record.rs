//! What the store keeps of keys: the records' bodies, the envelope around them, and the keys they stand under.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::bounded;
use strongroom_keys::{
    AliasRecord, Envelope, IntentRecord, KeyOwnerRecord, KeyRecord, PolicyRecord, RecordKind, Tagger, VersionRecord,
    layout,
};

/// Takes every tag, so that what stands behind it is reached.
#[derive(Debug)]
struct TakesAll;

impl Tagger for TakesAll {
    fn epoch(&self) -> u32 {
        1
    }
    fn tag(&self, _: u32, _: &[u8], _: u64, _: &[u8], _: &[u8]) -> Option<[u8; 16]> {
        Some([0; 16])
    }
    fn verify(&self, _: u32, _: &[u8], _: u64, _: &[u8], _: &[u8], _: &[u8; 16]) -> bool {
        true
    }
}

/// What is read is written as something that reads the same. (Fields of newer schemas are passed over, so the bytes
/// may differ once.)
macro_rules! body {
    ($type:ty, $bytes:expr) => {
        if let Ok(record) = <$type>::decode_body($bytes) {
            let written = record.encode_body();
            let again = <$type>::decode_body(&written).unwrap();
            assert_eq!(again.encode_body(), written);
        }
    };
}

fuzz_target!(|data: &[u8]| {
    bounded(data.len(), || {
        let body = Envelope::unwrap(RecordKind::Key, b"place", data, &TakesAll).map_or(data, |found| found.body);
        for bytes in [data, body] {
            body!(KeyRecord, bytes);
            body!(VersionRecord, bytes);
            body!(PolicyRecord, bytes);
            body!(AliasRecord, bytes);
            body!(KeyOwnerRecord, bytes);
            body!(IntentRecord, bytes);
        }
        let _ = (layout::parse_key(data), layout::parse_version(data), layout::parse_alias(data));
        let _ = (layout::parse_policy(data), layout::parse_due(data), layout::parse_outbox(data));
    });
});
