//! The requests of all 56 operations: the first byte chooses one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_api::{TABLE, json, validate};
use strongroom_fuzz::bounded;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, text)) = data.split_first() else { return };
    let operation = &TABLE[usize::from(choice) % TABLE.len()];
    bounded(data.len(), || match json::decode(operation.input, text) {
        Err(error) => drop(error.message().len()),
        Ok(request) => {
            let _ = validate(&request).map_err(|error| error.to_string());
            let mut written = Vec::new();
            json::encode(&request, &mut written);
            let again = json::decode(operation.input, &written).unwrap();
            let mut twice = Vec::new();
            json::encode(&again, &mut twice);
            assert_eq!(twice, written);
            // Not the same text: times are read finer than the milliseconds in which they are written.
            let _ = (format!("{again:?}"), format!("{request:?}"));
        }
    });
});
