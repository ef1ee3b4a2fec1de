//! A blob takes one allocation.

use strongroom_crypto::symmetric::{self, HEADER_LEN, Header, Kdk, OVERHEAD};
use strongroom_rustcrypto::provider;
use strongroom_types::{EncryptionContext, KeyId};

/// Growing twice would also leave an unwiped copy of the plaintext where the vector was before.
#[test]
fn a_blob_grows_its_vector_once_and_not_if_there_is_room() {
    let (p, kdk) = (provider(), Kdk::new(&[1; 32]).unwrap());
    let header = Header::new(KeyId::from_parts([1; 16], false), [2; 16]);
    for pairs in 0..20 {
        let context = EncryptionContext::from_pairs((0..pairs).map(|i| (format!("key {i}"), "v".repeat(i)))).unwrap();
        for len in [1, 32, 1000, 4096] {
            let needed = OVERHEAD + len + HEADER_LEN + context.encoded_len();
            let mut blob = Vec::new();
            symmetric::seal_fresh(&p, kdk, &header, &context, &vec![7; len], &mut blob).unwrap();
            // A vector that grew a second time would have doubled.
            assert_eq!((blob.len(), blob.capacity()), (OVERHEAD + len, needed));

            let mut roomy = Vec::with_capacity(needed);
            let before = roomy.as_ptr();
            symmetric::seal_fresh(&p, kdk, &header, &context, &vec![7; len], &mut roomy).unwrap();
            assert_eq!((roomy.as_ptr(), roomy.capacity()), (before, needed));
        }
    }
}
