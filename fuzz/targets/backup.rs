//! A backup's frame: header and records, as they are and behind a header that fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::bounded;
use strongroom_store::Revision;
use strongroom_store::backup::{Header, Reader, write_end, write_record};
use strongroom_types::Timestamp;

fuzz_target!(|data: &[u8]| {
    bounded(data.len() + 128, || {
        read(data);
        read(&behind_a_header(data));
    });
});

/// What is read is written again as the same bytes, and nothing behind the end is taken.
fn read(bytes: &[u8]) {
    let Ok(mut reader) = Reader::new(bytes) else { return };
    let mut written = Vec::new();
    reader.header().write(&mut written).unwrap();
    let mut last = None;
    loop {
        match reader.next_record() {
            Err(_) => return,
            Ok(None) => break,
            Ok(Some(record)) => {
                assert!(last.as_ref() < Some(&record.key));
                assert!(record.revision <= reader.header().revision);
                write_record(&record, &mut written).unwrap();
                last = Some(record.key);
            }
        }
    }
    write_end(&mut written).unwrap();
    assert_eq!([written.as_slice(), reader.into_inner()].concat(), bytes);
}

/// The first byte says how many records there should be.
fn behind_a_header(data: &[u8]) -> Vec<u8> {
    let (records, rest) = data.split_first().unwrap_or((&0, &[]));
    let header = Header {
        store_id: [1; 16],
        revision: Revision::from_u64(u64::MAX),
        mac_epoch: 1,
        made: Timestamp::EPOCH,
        records: u64::from(*records),
        root: Vec::new(),
        mac_key: Vec::new(),
        verifying_key: Vec::new(),
        checkpoint: Vec::new(),
    };
    let mut bytes = Vec::new();
    header.write(&mut bytes).unwrap();
    bytes.extend_from_slice(rest);
    bytes
}
