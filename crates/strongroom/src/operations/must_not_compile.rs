//! What a handler can't do, each behind a `--cfg` of its own. The test `compile_fail` builds them and expects the error.

use std::marker::PhantomData;

use strongroom_api::{Operation, ops};

use crate::gate::Authorized;

/// `--cfg forge`: a proof can't be made outside the gate (E0451, its fields are private).
#[cfg(forge)]
pub(crate) fn forge(keys: crate::gate::Keys, now: strongroom_types::Timestamp) -> Authorized<ops::Encrypt> {
    Authorized { keys, now, operation: PhantomData }
}

/// `--cfg twice`: a proof can't be used twice (E0382, it was moved).
#[cfg(twice)]
pub(crate) fn twice(proof: Authorized<ops::Encrypt>) {
    let _ = proof.into_keys();
    let _ = proof.into_keys();
}

/// `--cfg other`: the proof of one operation is none of another (E0308).
#[cfg(other)]
pub(crate) fn other(proof: Authorized<ops::Decrypt>) {
    takes(proof);
}

#[cfg(other)]
fn takes(_: Authorized<ops::Encrypt>) {}

#[allow(dead_code, reason = "keeps the imports of all three used")]
fn uses<O: Operation>(_: PhantomData<O>, _: Option<Authorized<O>>) -> Option<ops::Decrypt> {
    None
}
