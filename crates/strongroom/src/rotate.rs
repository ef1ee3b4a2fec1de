//! Rotation by itself: on use, by `run_due()`, never in the way of a call.
//!
//! A rotation that can't be done now changes nothing for whoever met it: he goes on with the version that there is. It is
//! tried again after a while, by one thread at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use strongroom_audit::event::{Event, Fact, Named, Resource};
use strongroom_audit::log::EntryKind;
use strongroom_hsm::{Made, MaterialUsage};
use strongroom_keys::{Change, VersionRecord};
use strongroom_types::{KeyArn, RotationType, Timestamp};

use crate::Error;
use crate::cache::Next;
use crate::core::Core;
use crate::dispatch::Making;
use crate::draw::Draw;
use crate::journal::{Moment, Plan, Told, is_unknown};
use crate::records::{KeyEntry, is_conflict};
use crate::sync::Mutex;

/// The wait after a rotation that failed, doubled with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// A rotation: whose material, from which to which.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rotated {
    pub(crate) arn: KeyArn,
    pub(crate) previous: Option<[u8; 32]>,
    pub(crate) current: Option<[u8; 32]>,
}

impl Rotated {
    /// CloudTrail's `RotateKey`, which tells of every rotation, also of one that nobody called for.
    pub(crate) fn told<R>(
        &self,
        draw: &Draw,
        moment: Moment,
        (kind, due): (RotationType, Option<Timestamp>),
        with: impl FnOnce(&Told<'_>) -> R,
    ) -> R {
        let resources = [Resource::key(self.arn)];
        let text = |name, value: &'static str| Named { name, value: Fact::Text(value) };
        let mut details = vec![text("rotationType", kind.as_str()), text("keyOrigin", "AWS_KMS")];
        for (name, id) in [("previousKeyMaterialId", &self.previous), ("currentKeyMaterialId", &self.current)] {
            details.extend(id.as_ref().map(|id| Named { name, value: Fact::Hex(id) }));
        }
        // The bare id, as CloudTrail's example has it (AWS KMS Developer Guide, ct-rotatekey).
        let id = self.arn.id().to_string();
        details.push(Named { name: "keyId", value: Fact::Text(&id) });
        let (account, region) = (self.arn.account(), self.arn.region());
        let mut event = Event::service(draw.event_id(), moment.wall, "RotateKey", region, account);
        event.resources = Some(&resources);
        event.service_details = &details;
        event.facts.due = due;
        with(&Told { event: &event, kind: EntryKind::Service, blind: draw.blind() })
    }
}

/// Who is at a key's rotation, and when it is tried again.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    alone: Mutex<()>,
    /// On the monotonic clock, in nanoseconds.
    not_before: AtomicU64,
    failures: AtomicU32,
}

impl Pace {
    fn waits(&self, now: Duration) -> bool {
        nanos(now) < self.not_before.load(Ordering::Relaxed)
    }

    fn failed(&self, now: Duration) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        let wait = FIRST_WAIT.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
        self.not_before.store(nanos(now.saturating_add(wait)), Ordering::Relaxed);
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// What became of a rotation that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    /// It is done.
    Done,
    /// The key's record is not what was seen: look again.
    Changed,
    /// Another thread is at it, or the root key is being replaced.
    Elsewhere,
}

impl Making {
    /// The version after the current one. That its id is no other's is seen when it is committed: the index of materials
    /// takes each once. So the number of versions is not in the cost.
    pub(crate) fn next_of(key: &KeyEntry) -> Self {
        let record = key.record();
        Self {
            arn: key.arn,
            version: record.current.saturating_add(1),
            usage: MaterialUsage::new(record.spec, record.usage),
            taken: record.material.as_ref().and_then(|id| id.first_chunk().copied()).into_iter().collect(),
        }
    }
}

/// The record of new material that makes a key's next version.
pub(crate) fn next_version(
    making: &Making,
    creation_id: [u8; 16],
    made: &Made,
    (kind, now): (RotationType, Timestamp),
) -> VersionRecord {
    VersionRecord {
        number: making.version,
        creation_id,
        token: made.token().as_bytes().to_vec(),
        material: made.material_id().copied(),
        created: now.to_millis(),
        rotation: Some(kind),
    }
}

impl Core {
    /// Rotates a key whose rotation is due, for a call that needs it. Answers whether the call has to look at the key again;
    /// if not, it goes on with what it has.
    pub(crate) fn rotate_on_use(&self, key: &KeyEntry, moment: Moment) -> bool {
        if self.pace(&key.arn).waits(moment.monotonic) {
            return false;
        }
        let turned = {
            // Nor does a call wait for the root key.
            let Ok(_no_root_change) = self.root_change.try_read() else { return false };
            self.rotate_now(key, moment)
        };
        match turned {
            Ok(Turned::Done | Turned::Changed) => true,
            // What the call commits must not be recorded before the rotation, if that was done.
            Err(error) if is_unknown(&error) => self.ready().is_ok(),
            Ok(Turned::Elsewhere) | Err(_) => false,
        }
    }

    /// Whether its rotation may be tried by now.
    pub(crate) fn may_rotate(&self, arn: &KeyArn, moment: Moment) -> bool {
        !self.pace(arn).waits(moment.monotonic)
    }

    /// Rotates a key whose rotation is due. The caller keeps the root key from being replaced.
    pub(crate) fn rotate_now(&self, key: &KeyEntry, moment: Moment) -> Result<Turned, Error> {
        let pace = self.pace(&key.arn);
        let Ok(_alone) = pace.alone.try_lock() else { return Ok(Turned::Elsewhere) };
        if self.is_changed(key)? {
            return Ok(Turned::Changed);
        }
        match self.rotate_by_itself(key, moment) {
            Ok(()) => {
                self.paces.change(key.arn, |_| Next::Remove);
                Ok(Turned::Done)
            }
            Err(error) => {
                if is_conflict(&error) {
                    self.records.refresh_key(&key.arn)?;
                    if self.is_changed(key)? {
                        return Ok(Turned::Changed);
                    }
                    // Something else is in the way, and would be the next time too.
                }
                pace.failed(moment.monotonic);
                Err(error)
            }
        }
    }

    /// Whether the key's record is not what was seen.
    fn is_changed(&self, key: &KeyEntry) -> Result<bool, Error> {
        let stands = self.records.key(key.arn.account(), key.arn.region(), key.arn.id().as_bytes())?;
        Ok(stands.is_none_or(|stands| stands.loaded.revision != key.loaded.revision))
    }

    fn pace(&self, arn: &KeyArn) -> Arc<Pace> {
        if let Some(pace) = self.paces.get(arn) {
            return pace;
        }
        let fresh = Arc::new(Pace::default());
        let stands = self.paces.change(*arn, |stands| match stands {
            Some(_) => Next::Keep,
            None => Next::Put(Arc::clone(&fresh)),
        });
        stands.unwrap_or(fresh)
    }

    pub(crate) fn rotate_by_itself(&self, key: &KeyEntry, moment: Moment) -> Result<(), Error> {
        let draw = Draw::new(&self.provider.random)?;
        let making = Making::next_of(key);
        let creation_id = draw.creation_id()?;
        self.make_material(&making, creation_id, moment, Error::Custody, |made, more| {
            let version = next_version(&making, creation_id, made, (RotationType::Automatic, moment.wall));
            let (_, mut changes) = strongroom_keys::add_version(&key.arn, &key.loaded, &version)?;
            changes.extend(more);
            let rotated = Rotated { arn: key.arn, previous: key.record().material, current: version.material };
            let due = key.record().rotation.map(|schedule| schedule.next);
            self.commit_rotation(&rotated, due, &changes, &draw, moment)
        })
    }

    fn commit_rotation(
        &self,
        rotated: &Rotated,
        due: Option<Timestamp>,
        changes: &[Change],
        draw: &Draw,
        moment: Moment,
    ) -> Result<(), Error> {
        let plan = Plan { changes, seen: &[], id: draw.commit_id()? };
        let revision = rotated.told(draw, moment, (RotationType::Automatic, due), |told| {
            self.journal.commit(&self.records, &plan, std::slice::from_ref(told), moment)
        })?;
        self.changed(changes, revision)
    }
}
