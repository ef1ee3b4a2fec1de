//! The root record and the sealed keys below it: as they are, and with a checksum that fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_crypto::{DigestAlgorithm, sealing};
use strongroom_fuzz::{bounded, provider};
use strongroom_soft::{RootRecord, generation_of};

fuzz_target!(|data: &[u8]| {
    provider();
    bounded(data.len() + 32, || {
        let fitting = with_checksum(data);
        for bytes in [data, &fitting] {
            if let Ok(record) = RootRecord::decode(provider(), bytes) {
                assert_eq!(record.encode(provider()).unwrap(), bytes);
            }
        }
        let _ = generation_of(data);
        if let Ok(header) = sealing::Header::parse(data) {
            assert!(data.starts_with(&header.encode()));
        }
    });
});

fn with_checksum(body: &[u8]) -> Vec<u8> {
    let mut sum = [0; 32];
    let parts = [b"strongroom/rootrec/1".as_slice(), &[0], body];
    provider().digest.digest(DigestAlgorithm::Sha256, &parts, &mut sum).unwrap();
    [body, &sum].concat()
}
