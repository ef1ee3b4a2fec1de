//! Whether a record goes on from a checkpoint that was kept elsewhere.

use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::{Checkpoint, CheckpointSigner as _, Origin, SignedCheckpoint};
use strongroom_audit::event::Record;
use strongroom_audit::log::Log;
use strongroom_audit::merkle::CompactRange;
use strongroom_audit::note::VerifyingKey;

use crate::Error;
use crate::vault::LogSigner;

/// That the record has what `anchor` covers. Asked before the first event is appended.
pub(crate) fn holds(log: &Log, crypto: &LogCrypto, signer: &LogSigner, anchor: &SignedCheckpoint) -> Result<(), Error> {
    let origin = log.origin().to_string();
    if anchor.checkpoint.origin() != origin {
        return held_before(log, &anchor.checkpoint);
    }
    let key = VerifyingKey::new(crypto, &origin, signer.public_key())?;
    let signed = Checkpoint::open(crypto, &key, anchor.note.to_string().as_bytes())?;
    let (have, seen) = (log.size(), signed.size());
    if have < seen {
        return Err(Error::RolledBack { have, seen });
    }
    let mut range = CompactRange::new();
    for leaf in log.read(0..seen)? {
        range.push(crypto, leaf?.leaf);
    }
    match range.root(crypto) == *signed.root() {
        true => Ok(()),
        false => {
            let why =
                format!("its first {seen} events are not those of the checkpoint: it is another copy that went on");
            Err(Error::Damaged { key: "the record".into(), why })
        }
    }
}

/// An anchor of another log: of the one that this strongroom had before it was restored, or of somebody else's.
fn held_before(log: &Log, anchor: &Checkpoint) -> Result<(), Error> {
    let first = log.read(0..1)?.next().transpose()?.and_then(|leaf| leaf.record);
    let continues = first.and_then(|record| Record::decode(&record).ok()?.continues());
    let before = continues.map(|continues| continues.newest_seen.checkpoint);
    let ours = Origin::parse(anchor.origin()).is_some_and(|other| other.store_id() == log.origin().store_id());
    match before {
        Some(before) if before.origin() == anchor.origin() && before.size() >= anchor.size() => Ok(()),
        // It was restored, and nobody told it of this one; or it is older than that.
        Some(before) if before.origin() == anchor.origin() => {
            Err(Error::RolledBack { have: before.size(), seen: anchor.size() })
        }
        _ if ours => Err(Error::RolledBack { have: log.size(), seen: anchor.size() }),
        _ => Err(Error::Configuration("the anchor is a checkpoint of another strongroom's record".into())),
    }
}
