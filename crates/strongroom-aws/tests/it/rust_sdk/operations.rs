//! Every operation that this version serves, through the SDK, and what its typed outputs say.

mod encryption;
mod keys;
mod names;
mod rotations;
mod signatures;

use std::collections::BTreeSet;

use super::room::Room;
use super::way::Way;

#[tokio::test]
async fn the_sdk_drives_every_operation_that_is_served_on_every_way() {
    let served: BTreeSet<String> = strongroom::served().map(|operation| operation.as_str().to_owned()).collect();
    for way in Way::ALL {
        let room = Room::new();
        let client = room.root(way).await;
        keys::life(&room, &client).await;
        keys::pages(&room, &client).await;
        names::aliases(&room, &client).await;
        names::tags(&client).await;
        names::policies(&client).await;
        rotations::by_date_and_on_demand(&room, &client).await;
        encryption::symmetric(&room, &client).await;
        encryption::asymmetric(&client).await;
        encryption::random(&client).await;
        signatures::pairs(&client).await;
        signatures::macs(&client).await;
        let driven = room.driven(true);
        let missing: Vec<_> = served.difference(&driven).collect();
        assert!(missing.is_empty(), "{way:?}: the SDK drives no {missing:?}: add them to this folder");
        println!("{way:?}: {} operations driven in {} calls", driven.len(), room.size());
    }
}
