//! Messages of the AWS Encryption SDK: the header alone, a whole message at once and as a stream, and a body behind
//! a header that is authentic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_envelope::{Envelope, Header, ReadLimits};
use strongroom_fuzz::{bounded, keyring, provider};

const GOLDEN: &[u8] = include_bytes!("../../crates/strongroom-envelope/testdata/golden-0478.bin");

fuzz_target!(|data: &[u8]| {
    let header_len = Header::parse(GOLDEN, &ReadLimits::default()).unwrap().1;
    let envelope = Envelope::new(provider(), keyring());
    bounded(data.len() + header_len, || {
        if let Ok((header, len)) = Header::parse(data, &ReadLimits::default()) {
            assert!(len <= data.len());
            assert!(data.starts_with(header.as_bytes()));
        }
    });
    let behind = [&GOLDEN[..header_len], data].concat();
    for message in [data, &behind] {
        let mut at_once = None;
        bounded(message.len(), || at_once = envelope.open(message).ok());
        let mut streamed = Vec::with_capacity(message.len());
        let mut whole = false;
        bounded(message.len(), || whole = stream(&envelope, message, &mut streamed));
        // Both ways of reading agree.
        assert_eq!(at_once.is_some(), whole);
        if let Some(opened) = at_once {
            assert_eq!(opened.plaintext.expose_secret(), streamed);
        }
    }
});

fn stream(envelope: &Envelope<'_>, message: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(mut reader) = envelope.decryptor(message) else { return false };
    loop {
        match reader.next_chunk() {
            Ok(Some(chunk)) => match chunk.verified() {
                Ok(bytes) => out.extend_from_slice(bytes),
                Err(_) => return false,
            },
            Ok(None) => return reader.finish().is_ok(),
            Err(_) => return false,
        }
    }
}
