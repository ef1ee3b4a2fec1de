//! What goes wrong, as the SDK's typed errors.

mod modelled;
mod unmodelled;

use std::collections::BTreeSet;

use aws_sdk_kms::primitives::Blob;

use super::room::Room;
use super::way::Way;

/// A call that fails with this code: the SDK's typed error, after its request id was compared with the record's.
macro_rules! refused {
    ($room:expr, $call:expr, $code:literal) => {{
        use aws_sdk_kms::error::ProvideErrorMetadata as _;
        use aws_sdk_kms::operation::RequestId as _;
        let before = $room.size();
        let error = $call.send().await.unwrap_err();
        assert_eq!($room.size(), before + 1, "one call, one event: {error:?}");
        assert_eq!(error.request_id(), $room.last()["requestID"].as_str(), "{error:?}");
        assert_eq!(error.raw_response().unwrap().status().as_u16(), 400, "{error:?}");
        let error = error.into_service_error();
        assert_eq!(error.code(), Some($code), "{error:?}");
        error
    }};
}
use refused;

/// A key id that no key has.
const NO_KEY: &str = "00000000-1111-4222-8333-444444444444";

#[tokio::test]
async fn errors_are_the_sdks_typed_variants_on_every_way() {
    for way in Way::ALL {
        let room = Room::new();
        let client = room.root(way).await;
        modelled::states(&room, &client).await;
        modelled::names(&room, &client).await;
        modelled::cryptography(&room, &client).await;
        modelled::documents(&room, &client).await;
        unmodelled::requests(&room, &client).await;
        unmodelled::access(&room, way).await;
        let refused = room.events().iter().filter(|event| event.get("errorCode").is_some()).count();
        println!("{way:?}: {refused} errors");
        assert!(refused >= 20);
    }
}

#[tokio::test]
async fn the_sdk_sees_an_error_of_every_operation_that_is_served() {
    let served: BTreeSet<String> = strongroom::served().map(|operation| operation.as_str().to_owned()).collect();
    for way in Way::ALL {
        let room = Room::new();
        let client = room.root(way).await;
        missing_keys(&room, &client).await;
        bad_requests(&room, &client).await;
        let driven = room.driven(false);
        let missing: Vec<_> = served.difference(&driven).collect();
        assert!(missing.is_empty(), "{way:?}: no error of {missing:?}");
    }
}

async fn missing_keys(room: &Room, client: &aws_sdk_kms::Client) {
    use aws_sdk_kms::types::{MacAlgorithmSpec::HmacSha256, SigningAlgorithmSpec::EcdsaSha256};
    let some = || Blob::new("some");
    refused!(room, client.cancel_key_deletion().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.create_alias().alias_name("alias/a").target_key_id(NO_KEY), "NotFoundException");
    refused!(room, client.delete_alias().alias_name("alias/a"), "NotFoundException");
    refused!(room, client.update_alias().alias_name("alias/a").target_key_id(NO_KEY), "NotFoundException");
    refused!(room, client.describe_key().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.disable_key().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.enable_key().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.disable_key_rotation().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.enable_key_rotation().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.get_key_rotation_status().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.list_key_rotations().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.rotate_key_on_demand().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.encrypt().key_id(NO_KEY).plaintext(some()), "NotFoundException");
    refused!(room, client.decrypt().key_id(NO_KEY).ciphertext_blob(some()), "NotFoundException");
    refused!(room, client.generate_data_key().key_id(NO_KEY).number_of_bytes(1), "NotFoundException");
    let without = client.generate_data_key_without_plaintext().key_id(NO_KEY).number_of_bytes(1);
    refused!(room, without, "NotFoundException");
    let mac = client.generate_mac().key_id(NO_KEY).message(some()).mac_algorithm(HmacSha256);
    refused!(room, mac, "NotFoundException");
    let mac = client.verify_mac().key_id(NO_KEY).message(some()).mac(some()).mac_algorithm(HmacSha256);
    refused!(room, mac, "NotFoundException");
    let sign = client.sign().key_id(NO_KEY).message(some()).signing_algorithm(EcdsaSha256);
    refused!(room, sign, "NotFoundException");
    let verify = client.verify().key_id(NO_KEY).message(some()).signature(some()).signing_algorithm(EcdsaSha256);
    refused!(room, verify, "NotFoundException");
    refused!(room, client.get_public_key().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.get_key_last_usage().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.get_key_policy().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.put_key_policy().key_id(NO_KEY).policy("{}"), "NotFoundException");
    refused!(room, client.list_key_policies().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.list_resource_tags().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.untag_resource().key_id(NO_KEY).tag_keys("a"), "NotFoundException");
    refused!(room, client.tag_resource().key_id(NO_KEY).set_tags(Some(vec![])), "NotFoundException");
    refused!(room, client.schedule_key_deletion().key_id(NO_KEY), "NotFoundException");
    refused!(room, client.update_key_description().key_id(NO_KEY).description(""), "NotFoundException");
}

async fn bad_requests(room: &Room, client: &aws_sdk_kms::Client) {
    refused!(room, client.create_key().key_spec("NOTHING".into()), "ValidationException");
    refused!(room, client.generate_random(), "ValidationException");
    refused!(room, client.list_aliases().limit(0), "ValidationException");
    refused!(room, client.list_keys().limit(-1), "ValidationException");
    let blob = Blob::new("no ciphertext");
    refused!(room, client.re_encrypt().ciphertext_blob(blob).destination_key_id(NO_KEY), "InvalidCiphertextException");
}
