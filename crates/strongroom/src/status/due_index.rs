//! The instants of all work that is due some time, in memory.

use std::collections::BTreeMap;

use strongroom_keys::{Change, layout};
use strongroom_store::{KeyRange, Store, StoreExt};
use strongroom_types::Timestamp;

use super::DueStatus;
use crate::Error;
use crate::sync::{Mutex, lock};

/// How many pieces of work there are at each instant, in milliseconds since the epoch. Read once when the strongroom is
/// opened, then kept by the commits; some 20 bytes for each instant.
#[derive(Debug, Default)]
pub(crate) struct DueIndex(Mutex<BTreeMap<u64, u64>>);

/// The instant in a place of due work, of whatever kind.
fn instant(place: &[u8]) -> Option<u64> {
    place.strip_prefix(layout::DUE)?.first_chunk().map(|at| u64::from_be_bytes(*at))
}

impl DueIndex {
    /// Reads all places. Their tags are verified by who does the work.
    pub(crate) fn fill(&self, store: &dyn Store) -> Result<(), Error> {
        let mut instants = BTreeMap::new();
        store.for_each::<Error>(&KeyRange::prefix(layout::DUE), |record| {
            if let Some(at) = instant(&record.key) {
                *instants.entry(at).or_default() += 1;
            }
            Ok(())
        })?;
        *lock(&self.0) = instants;
        Ok(())
    }

    /// Follows a commit.
    pub(crate) fn applied(&self, changes: &[Change]) {
        for change in changes {
            let Some(at) = instant(change.key()) else { continue };
            let mut instants = lock(&self.0);
            match change {
                Change::Create { .. } => *instants.entry(at).or_default() += 1,
                Change::Delete { .. } => {
                    let left = instants.get_mut(&at).map(|count| {
                        *count = count.saturating_sub(1);
                        *count
                    });
                    if left == Some(0) {
                        instants.remove(&at);
                    }
                }
                _ => {}
            }
        }
    }

    pub(crate) fn status(&self, now: Timestamp) -> DueStatus {
        let now = u64::try_from(now.as_millis()).unwrap_or(0);
        let instants = lock(&self.0);
        DueStatus {
            waiting: instants.values().sum(),
            overdue: instants.range(..=now).map(|(_, count)| count).sum(),
            next: instants
                .first_key_value()
                .map(|(at, _)| Timestamp::from_millis(i64::try_from(*at).unwrap_or(i64::MAX))),
        }
    }
}
