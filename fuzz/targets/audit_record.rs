//! The record's parts: an event's record, a leaf, a head, a proof.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_audit::event::{Filter, Record};
use strongroom_audit::log::{Entry, Head};
use strongroom_audit::proof::InclusionProof;
use strongroom_fuzz::{bounded, log_crypto};

fuzz_target!(|data: &[u8]| {
    let crypto = log_crypto();
    bounded(data.len(), || {
        if let Ok(record) = Record::decode(data) {
            assert_eq!(record.as_bytes(), data);
            let filter = Filter::new().event_name("Encrypt").principal("arn:aws:iam::111122223333:root").failed();
            let _ = (filter.matches(&record), record.decision(), record.digest(), record.resources().count());
        }
    });
    if let Ok(record) = Record::decode(data) {
        // The view is text, and longer than the record; what it holds is one more output, not the decoder's work.
        for delivery in record.deliveries() {
            let mut json = Vec::new();
            record.delivery_to_cloudtrail_json(*delivery, &mut json);
            serde(&json);
        }
    }
    bounded(data.len(), || {
        if let Ok(entry) = Entry::decode(data) {
            assert_eq!(entry.encode().as_slice(), data);
        }
        if let Ok(head) = Head::decode(crypto, data) {
            assert_eq!(head.encode(), data);
        }
        if let Ok(proof) = InclusionProof::parse(data) {
            let written = proof.to_string();
            assert_eq!(InclusionProof::parse(written.as_bytes()).unwrap(), proof);
        }
    });
});

/// The view is always JSON.
fn serde(json: &[u8]) {
    let mut reader = strongroom_types::json::Reader::from_bytes(json, 64).unwrap();
    while reader.next().unwrap().is_some() {}
}
