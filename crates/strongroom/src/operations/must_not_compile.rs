//! What a handler can't do, each behind a `--cfg` of its own. The test `compile_fail` builds them and expects the error.

use std::marker::PhantomData;

use strongroom_api::{Operation, ops};

use crate::gate::{Authorized, Share};

/// `--cfg forge`: a proof can't be made outside the gate (E0451, its fields are private).
#[cfg(forge)]
pub(crate) fn forge(keys: crate::gate::Keys, now: strongroom_types::Timestamp) -> Authorized<ops::Encrypt> {
    Authorized { keys, now, operation: PhantomData }
}

/// The same of a share.
#[cfg(forge)]
pub(crate) fn forge_share(key: std::sync::Arc<crate::records::KeyEntry>) -> Share<ops::ReEncrypt> {
    Share { key, operation: PhantomData }
}

/// `--cfg twice`: a proof can't be used twice (E0382, it was moved).
#[cfg(twice)]
pub(crate) fn twice(proof: Authorized<ops::Encrypt>) {
    let _ = proof.into_keys();
    let _ = proof.into_keys();
}

/// Nor for two shares of one key, nor a share for two openings.
#[cfg(twice)]
pub(crate) fn share_twice(proof: Authorized<ops::ReEncrypt>) {
    if let Ok((_, source, _)) = proof.into_source_and_destination() {
        let _ = source.into_key();
        let _ = source.into_key();
    }
    let _ = proof.into_share();
}

/// `--cfg other`: the proof of one operation is none of another (E0308).
#[cfg(other)]
pub(crate) fn other(proof: Authorized<ops::Decrypt>) {
    takes(proof);
}

#[cfg(other)]
fn takes(_: Authorized<ops::Encrypt>) {}

#[cfg(other)]
pub(crate) fn other_share(share: Share<ops::ReEncrypt>) {
    takes_share(share);
}

#[cfg(other)]
fn takes_share(_: Share<ops::Encrypt>) {}

#[allow(dead_code, reason = "keeps the imports of all three used")]
fn uses<O: Operation>(_: PhantomData<O>, _: Option<Authorized<O>>, _: Option<Share<O>>) -> Option<ops::Decrypt> {
    None
}
