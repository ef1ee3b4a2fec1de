//! The reader on anything at all.

use proptest::prelude::*;
use strongroom_api::json::decode;

use crate::model::{Extent, Model};
use crate::operations::{Entry, all, encode};

fn documents() -> Vec<Vec<u8>> {
    let model = Model::load();
    model
        .operations()
        .iter()
        .map(|o| serde_json::to_vec(&model.valid(&model.input(o), Extent::Complete)).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256), op in 0..56_usize) {
        thread_local!(static ENTRIES: Vec<Entry> = all());
        let _ = ENTRIES.with(|e| (e[op].input.read)(&bytes));
    }

    /// Valid requests with pieces overwritten, dropped and doubled: no panic, and whatever is
    /// accepted is written as something that is accepted again, as the same.
    #[test]
    fn mutated_requests_never_panic_and_what_is_read_is_written_the_same(
        op in 0..56_usize,
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..4_usize, "[\\[\\]{}\",:nul0-9eE.a\\\\-]{0,4}"), 0..4),
    ) {
        thread_local!(static DOCUMENTS: Vec<Vec<u8>> = documents());
        let entry = &all()[op];
        let mut json = DOCUMENTS.with(|d| d[op].clone());
        for (at, drop, put) in cuts {
            let at = at.index(json.len() + 1);
            let end = (at + drop).min(json.len());
            json.splice(at..end, put.into_bytes());
        }
        if let Ok(partial) = decode(entry.input.shape, &json) {
            let _ = strongroom_api::validate(&partial);
            let again = decode(entry.input.shape, &encode(&partial)).unwrap();
            prop_assert_eq!(encode(&again), encode(&partial));
        }
        if let Ok(typed) = (entry.input.read)(&json) {
            let written = encode(&*typed);
            prop_assert_eq!(encode(&*(entry.input.read)(&written).unwrap()), written);
        }
    }

    #[test]
    fn every_timestamp_of_whole_milliseconds_comes_back(millis in -9_000_000_000_000_i64..9_000_000_000_000) {
        use strongroom_api::{Typed, types::AliasListEntry};
        let arn = "arn:aws:kms:eu-west-1:111122223333:alias/a";
        let entry = AliasListEntry::new("alias/a", arn).creation_date(strongroom_types::Timestamp::from_millis(millis));
        prop_assert_eq!(AliasListEntry::read(&encode(&entry)).unwrap(), entry);
    }
}
