//! Rotation by itself: when it is due, what pauses it, and the transitions that move its date.
//!
//! A schedule has an entry in the index of due work while its key is enabled, and none while the key is disabled or
//! pending deletion: whoever looks for due work never meets a key that can't be rotated. [`moved`] keeps entry and record
//! together, in one commit, whatever the transition.

use std::ops::RangeInclusive;
use std::time::Duration;

use strongroom_api::{ErrorCode, KmsError};
use strongroom_types::{KeyArn, KeyState, Timestamp};

use crate::change::{Change, Loaded, RecordKind};
use crate::layout::{self, DueKind};
use crate::lifecycle::{create, millis, update_key};
use crate::records::{KeyRecord, RotationSchedule};
use crate::state::Effective;

/// Days between two rotations (AWS KMS API Reference, EnableKeyRotation).
pub const ROTATION_PERIOD: RangeInclusive<u32> = 90..=2_560;
/// The days if none are asked for (same page); also those of AWS managed keys, which nobody can change.
pub const USUAL_ROTATION_PERIOD: u32 = 365;
/// No rotation on demand so shortly before one that comes by itself (AWS KMS API Reference, ConflictException).
pub const NO_ROTATION_BEFORE: Duration = Duration::from_secs(20 * 60);

impl RotationSchedule {
    /// The schedule that is turned on, or begins with the key, at `from`: the first rotation comes one period later.
    #[must_use]
    pub fn starting(from: Timestamp, period_days: u32) -> Self {
        Self { period_days, next: from.to_millis().after_days(period_days) }
    }

    /// Whether the date is one, and not the end of all time, at which dates stop.
    fn has_end(self) -> bool {
        self.next < Timestamp::from_millis(i64::MAX).to_millis()
    }

    /// The schedule once what was due at `now` is done: the first date of the same sequence that lies behind `now`.
    ///
    /// Dates keep their distance from the first one, however late a rotation comes ("as scheduled, on April 14, 2024 and
    /// every 730 days thereafter": AWS KMS API Reference, RotateKeyOnDemand). Periods that passed while nothing ran come
    /// to one rotation and not to one each.
    #[must_use]
    pub fn after(self, now: Timestamp) -> Self {
        let period = i64::from(self.period_days.max(1)).saturating_mul(86_400_000);
        let late = now.as_millis().saturating_sub(self.next.as_millis());
        if late < 0 {
            return self;
        }
        let periods = (late / period).saturating_add(1);
        let next = self.next.as_millis().saturating_add(periods.saturating_mul(period));
        Self { next: Timestamp::from_millis(next), ..self }
    }
}

impl KeyRecord {
    /// The schedule as it holds at `now`, whether or not anything has run since it was due: what GetKeyRotationStatus tells.
    /// A key that is pending deletion shows none; one that is disabled shows the date at which it would have been rotated,
    /// and will be as soon as it is enabled.
    #[must_use]
    pub fn rotation_at(&self, now: Timestamp) -> Option<RotationSchedule> {
        let schedule = self.rotation?;
        match self.state_at(now) {
            Effective::Live(KeyState::Enabled) => Some(schedule.after(now)),
            Effective::Live(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) | Effective::Gone => None,
            Effective::Live(_) => Some(schedule),
        }
    }

    /// Whether a rotation is due, and the key in a state to be rotated. A date that no time can hold is never due: the
    /// next one would be the same.
    #[must_use]
    pub fn rotation_due(&self, now: Timestamp) -> bool {
        self.rotation.is_some_and(|schedule| schedule.next <= now && schedule.has_end())
            && self.state_at(now) == Effective::Live(KeyState::Enabled)
    }

    /// The key's entry in the index of due work, if it has one.
    fn rotation_entry(&self, arn: &KeyArn) -> Option<Vec<u8>> {
        let running = self.enabled && self.deletion.is_none() && self.destroyed.is_none();
        let schedule = self.rotation.filter(|_| running)?;
        Some(layout::due(millis(schedule.next), DueKind::Rotation, arn.account(), arn.region(), &arn.id()))
    }
}

/// What becomes of a key's entry in the index of due work when its record changes: in every transition that touches
/// schedule, state or deletion.
#[must_use]
pub fn moved(arn: &KeyArn, before: Option<&KeyRecord>, next: &KeyRecord) -> Vec<Change> {
    let (old, new) = (before.and_then(|before| before.rotation_entry(arn)), next.rotation_entry(arn));
    if old == new {
        return Vec::new();
    }
    let goes = old.map(|key| Change::Delete { key, revision: None });
    goes.into_iter().chain(new.map(|key| create(key, RecordKind::Due, Vec::new()))).collect()
}

fn set(arn: &KeyArn, seen: &Loaded<KeyRecord>, rotation: Option<RotationSchedule>) -> Vec<Change> {
    if seen.value.rotation == rotation {
        return Vec::new();
    }
    let next = KeyRecord { rotation, ..seen.value.clone() };
    let mut changes = vec![update_key(arn, seen, &next)];
    changes.extend(moved(arn, Some(&seen.value), &next));
    changes
}

/// EnableKeyRotation: the first rotation comes a period from now, also if the key had a schedule before.
#[must_use]
pub fn enable_rotation(arn: &KeyArn, seen: &Loaded<KeyRecord>, period_days: u32, now: Timestamp) -> Vec<Change> {
    set(arn, seen, Some(RotationSchedule::starting(now, period_days)))
}

/// DisableKeyRotation. No change if it is off. All material stays.
#[must_use]
pub fn disable_rotation(arn: &KeyArn, seen: &Loaded<KeyRecord>) -> Vec<Change> {
    set(arn, seen, None)
}

/// Whether a key may be rotated on demand at `now`.
///
/// # Errors
/// `ConflictException` if it is about to be rotated by itself.
pub fn check_on_demand(arn: &KeyArn, record: &KeyRecord, now: Timestamp) -> Result<(), KmsError> {
    match record.rotation.filter(|schedule| schedule.next <= now.after(NO_ROTATION_BEFORE)) {
        None => Ok(()),
        Some(_) => Err(KmsError::new(
            ErrorCode::Conflict,
            format!("{arn} is being rotated automatically, or will be within the next 20 minutes."),
        )),
    }
}

/// What enabling a key does to its schedule: a date that passed while it was disabled is due at once, and the dates
/// start anew from there (AWS KMS API Reference, GetKeyRotationStatus: "rotates it immediately, and every year thereafter").
pub(crate) fn resumed(schedule: RotationSchedule, now: Timestamp) -> RotationSchedule {
    RotationSchedule { next: if schedule.next <= now { now.to_millis() } else { schedule.next }, ..schedule }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use strongroom_types::RotationType;

    use super::*;
    use crate::lifecycle::{add_version, cancel_deletion, disable, enable, schedule_deletion};
    use crate::records::VersionRecord;
    use crate::records::tests::sample_key;

    const DAY: i64 = 86_400;

    #[derive(Debug, Clone)]
    enum Step {
        TurnOn(u32),
        TurnOff,
        Enable,
        Disable,
        Delete,
        Cancel,
        OnDemand,
        Days(i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            2 => (90_u32..800).prop_map(Step::TurnOn),
            1 => Just(Step::TurnOff),
            2 => Just(Step::Enable),
            2 => Just(Step::Disable),
            1 => Just(Step::Delete),
            2 => Just(Step::Cancel),
            1 => Just(Step::OnDemand),
            // Half of them shorter than a period, some longer than many.
            6 => prop_oneof![0_i64..29, 29_i64..2_000].prop_map(Step::Days),
        ];
        proptest::collection::vec(step, 1..40)
    }

    /// What AWS's text says, on whole days.
    #[derive(Debug, Default)]
    struct Model {
        day: i64,
        enabled: bool,
        /// The last day of a waiting period.
        deleted: Option<i64>,
        /// Period and next date.
        schedule: Option<(i64, i64)>,
        rotations: u32,
    }

    impl Model {
        fn running(&self) -> bool {
            self.enabled && self.deleted.is_none()
        }

        fn step(&mut self, step: &Step) {
            match step {
                Step::TurnOn(days) if self.running() => {
                    self.schedule = Some((i64::from(*days), self.day + i64::from(*days)));
                }
                Step::TurnOff if self.running() => self.schedule = None,
                Step::Enable if self.deleted.is_none() && !self.enabled => {
                    self.enabled = true;
                    // "rotates it immediately, and every year thereafter", or "resumes its prior rotation schedule"
                    self.schedule = self.schedule.map(|(period, next)| (period, next.max(self.day)));
                }
                Step::Disable if self.deleted.is_none() => self.enabled = false,
                Step::Delete if self.deleted.is_none() => self.deleted = Some(self.day + 29),
                Step::Cancel if self.deleted.is_some() => (self.deleted, self.enabled) = (None, false),
                // No waiting period ends: that the key is gone then is another test's.
                Step::Days(days) => self.day = (self.day + days).min(self.deleted.unwrap_or(i64::MAX)),
                _ => {}
            }
        }

        fn rotate(&mut self) -> bool {
            let Some((period, next)) = self.schedule.filter(|(_, next)| self.running() && *next <= self.day) else {
                return false;
            };
            let mut next = next;
            while next <= self.day {
                next += period;
            }
            self.schedule = Some((period, next));
            self.rotations += 1;
            true
        }
    }

    /// A key with the entries of its due work.
    struct Real {
        arn: KeyArn,
        key: Loaded<KeyRecord>,
        due: BTreeSet<Vec<u8>>,
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_secs(day * DAY)
    }

    impl Real {
        fn apply(&mut self, changes: Vec<Change>) {
            for change in changes {
                match change {
                    Change::Update { kind: RecordKind::Key, body, .. } => {
                        self.key.value = KeyRecord::decode_body(&body).unwrap();
                    }
                    Change::Create { key, kind: RecordKind::Due, .. } => assert!(self.due.insert(key), "made twice"),
                    Change::Delete { key, .. } => assert!(self.due.remove(&key), "what goes was there"),
                    _ => {}
                }
            }
        }

        fn step(&mut self, step: &Step, now: Timestamp) {
            let (arn, key) = (self.arn, &self.key);
            let state = key.value.state_at(now);
            let (live, pending) =
                (Effective::Live(KeyState::Enabled), state == Effective::Live(KeyState::PendingDeletion));
            let changes = match step {
                Step::TurnOn(days) if state == live => enable_rotation(&arn, key, *days, now),
                Step::TurnOff if state == live => disable_rotation(&arn, key),
                Step::Enable if !pending => enable(&arn, key, now),
                Step::Disable if !pending => disable(&arn, key),
                Step::Delete if !pending => schedule_deletion(&arn, key, 30, now).0,
                Step::Cancel if pending => cancel_deletion(&arn, key),
                Step::OnDemand if state == live && key.value.on_demand_rotations < 25 => {
                    self.version(RotationType::OnDemand, now)
                }
                _ => Vec::new(),
            };
            self.apply(changes);
        }

        fn version(&self, kind: RotationType, now: Timestamp) -> Vec<Change> {
            let version = VersionRecord {
                number: self.key.value.current + 1,
                creation_id: [0; 16],
                token: vec![1],
                material: Some([2; 32]),
                created: now,
                rotation: Some(kind),
            };
            add_version(&self.arn, &self.key, &version).unwrap().1
        }
    }

    proptest! {
        #[test]
        fn dates_and_pauses_are_those_of_a_small_model(steps in steps()) {
            let arn = sample_key().arn("111122223333".parse().unwrap(), "us-east-1".parse().unwrap());
            let key = Loaded { value: sample_key(), revision: 1, counter: 1 };
            let mut real = Real { arn, key, due: BTreeSet::new() };
            let mut model = Model { day: 20_000, enabled: true, ..Model::default() };
            let mut by_itself = 0;
            for step in &steps {
                // Before a call, what is due of its key is done.
                for _ in 0..2 {
                    let due = real.key.value.rotation_due(day(model.day));
                    let expected = real.key.value.rotation_at(day(model.day));
                    prop_assert_eq!(due, model.rotate());
                    if due {
                        real.apply(real.version(RotationType::Automatic, day(model.day)));
                        by_itself += 1;
                        prop_assert_eq!(real.key.value.rotation_at(day(model.day)), expected, "told before it was done");
                    }
                }
                real.step(step, day(model.day));
                model.step(step);
                let record = &real.key.value;
                let schedule = record.rotation.map(|s| (i64::from(s.period_days), s.next.as_secs() / DAY));
                prop_assert_eq!(schedule, model.schedule);
                prop_assert_eq!(by_itself, model.rotations);
                // The index has the date of a key that is enabled, and of no other.
                let dates: Vec<_> = real.due.iter().filter_map(|key| layout::parse_due(key)).collect();
                let mut dates = dates.iter().filter(|due| due.1 == DueKind::Rotation).map(|due| due.0);
                let expected = model.schedule.filter(|_| model.running()).map(|(_, next)| millis(day(next)));
                prop_assert_eq!(dates.next(), expected);
                prop_assert_eq!(dates.next(), None);
                prop_assert_eq!(record.rotation_at(day(model.day)).is_some(), model.schedule.is_some() && model.deleted.is_none());
            }
        }

        #[test]
        fn the_next_date_is_the_first_of_its_sequence_that_is_to_come(period in 90_u32..=2_560, late in 0_i64..4_000_000_000) {
            let schedule = RotationSchedule::starting(Timestamp::EPOCH, period);
            let now = Timestamp::from_secs(late);
            let next = schedule.after(now).next;
            prop_assert!(next > now);
            prop_assert_eq!(next.as_secs() % (i64::from(period) * DAY), 0);
            prop_assert!(schedule.next > now || next.as_secs() - late <= i64::from(period) * DAY);
        }
    }

    #[test]
    fn a_rotation_on_demand_must_keep_away_from_the_date() {
        let mut key = sample_key();
        let arn = key.arn("111122223333".parse().unwrap(), "us-east-1".parse().unwrap());
        assert!(check_on_demand(&arn, &key, Timestamp::EPOCH).is_ok());
        key.rotation = Some(RotationSchedule::starting(Timestamp::EPOCH, 90));
        let date = 90 * DAY;
        for (at, free) in [(date - 1_201, true), (date - 1_200, false), (date, false), (date + 5, false)] {
            let answer = check_on_demand(&arn, &key, Timestamp::from_secs(at));
            assert_eq!(answer.is_ok(), free, "{at}");
            assert!(answer.err().is_none_or(|error| error.code() == ErrorCode::Conflict));
        }
    }
}
