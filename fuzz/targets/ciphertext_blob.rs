//! The ciphertext of `Encrypt`, formats.md §1: as it is, and behind the header of a key that exists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_crypto::symmetric::{self, Header, Kdk};
use strongroom_fuzz::{blob_context, blob_key, bounded, log_crypto, provider};

fuzz_target!(|data: &[u8]| {
    let (header, kdk) = blob_key();
    let context = blob_context();
    log_crypto();
    bounded(data.len(), || {
        if let Ok(header) = Header::parse(data) {
            assert_eq!(header.encode().as_slice(), &data[..header.encode().len()]);
        }
        let kdk = Kdk::new(kdk).unwrap();
        let behind = [header.encode().as_slice(), data].concat();
        for blob in [data, &behind] {
            let Ok(plaintext) = symmetric::open(provider(), kdk, context, blob) else { continue };
            // What opens is what sealing with its salt and IV gives: there is no second form.
            let header = Header::parse(blob).unwrap();
            let drawn = [&blob[36..68], &blob[100..112]].concat().try_into().unwrap();
            let mut again = Vec::new();
            symmetric::seal(provider(), kdk, &header, context, &drawn, plaintext.expose_secret(), &mut again).unwrap();
            assert_eq!(again, blob);
        }
    });
});
