//! What was done after the backup, from the record that survives: what denied holds again before the first call is served.

use std::collections::BTreeMap;
use std::sync::Arc;

use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::{Checkpoint, Origin, SignedCheckpoint};
use strongroom_audit::event::{Record, Resource};
use strongroom_audit::log::{DirStorage, LeafReader, LogStorage};
use strongroom_audit::merkle::CompactRange;
use strongroom_audit::verify::{Outcome, Report, Verifier};
use strongroom_crypto::CryptoProvider;
use strongroom_keys::{
    Change, Deletion, KeyRecord, PolicyRecord, RecordKind, RotationSchedule, USUAL_ROTATION_PERIOD, layout,
};
use strongroom_policy::{CompileContext, Document};
use strongroom_store::Revision;
use strongroom_types::{KeyArn, Timestamp};

use super::aliases::AliasEdit;
use super::options::{NotReplayed, Replayed, RestoreOptions, RestoreReport, Survivor};
use super::verify::Opened;
use crate::Error;
use crate::core::{Core, Service};
use crate::journal::Moment;

/// The days of a waiting period when none was named (AWS KMS API Reference, ScheduleKeyDeletion).
const WINDOW: u32 = 30;

/// What can't be told of a key whose aliases were changed.
const ALIASES: &str = "its aliases";

/// What the latest of some commits said, in whatever order the record has them: calls at one time are recorded as they come.
#[derive(Debug)]
struct Latest<T>(Option<(u64, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Latest<T> {
    fn said(&mut self, revision: u64, what: T) {
        if self.0.as_ref().is_none_or(|(known, _)| *known <= revision) {
            self.0 = Some((revision, what));
        }
    }

    fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, what)| what)
    }

    fn last(self) -> Option<T> {
        self.0.map(|(_, what)| what)
    }
}

/// A change of a key's record that is done over again.
#[derive(Debug)]
enum Edit {
    Tag(Vec<(String, String)>),
    Untag(Vec<String>),
    Describe(String),
    Rotate(Option<RotationSchedule>),
}

impl Edit {
    /// What an event tells, if all of it stands there.
    fn told(record: &Record) -> Option<Self> {
        match record.name() {
            "TagResource" => {
                let tags = record.request_tags()?.into_iter();
                Some(Self::Tag(tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()))
            }
            "UntagResource" => {
                let keys = record.request_texts("tagKeys")?.into_iter();
                Some(Self::Untag(keys.map(ToOwned::to_owned).collect()))
            }
            "UpdateKeyDescription" => Some(Self::Describe(record.request_text("description")?.to_owned())),
            "EnableKeyRotation" => {
                let days =
                    record.request_int("rotationPeriodInDays").map_or(Ok(USUAL_ROTATION_PERIOD), u32::try_from).ok()?;
                Some(Self::Rotate(Some(RotationSchedule::starting(record.time(), days))))
            }
            "DisableKeyRotation" => Some(Self::Rotate(None)),
            _ => None,
        }
    }

    fn apply(self, next: &mut KeyRecord) {
        match self {
            Self::Tag(tags) => {
                next.tags.retain(|(known, _)| tags.iter().all(|(key, _)| key != known));
                next.tags.extend(tags);
                next.tags.sort_unstable();
            }
            Self::Untag(keys) => next.tags.retain(|(known, _)| !keys.contains(known)),
            Self::Describe(description) => next.description = description,
            Self::Rotate(rotation) => next.rotation = rotation,
        }
    }
}

/// An event of a change.
struct Event {
    revision: u64,
    index: u64,
    signed: bool,
    record: Option<Record>,
}

/// What the old record tells of a key since the backup.
#[derive(Debug, Default)]
pub(super) struct Fate {
    enabled: Latest<bool>,
    /// Where the last signed leaf stands that enabled it.
    enabled_at: Latest<u64>,
    deletion: Latest<Option<Deletion>>,
    policy: Latest<String>,
    destroyed: bool,
    suspect: Option<String>,
    edits: Vec<Edit>,
}

impl Fate {
    pub(super) fn suspect(&mut self, what: &str) {
        self.suspect.get_or_insert_with(|| what.to_owned());
    }
}

/// What is known of the time after the backup.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) restored: SignedCheckpoint,
    pub(super) newest: SignedCheckpoint,
    pub(super) revision: u64,
    /// The time of the newest event.
    pub(super) seen: Timestamp,
    epoch: u16,
    /// Leaves of the record that survives; none without one.
    leaves: Option<u64>,
    /// A change was erased from it, which may have been a denial. Erasing needs no key, only a leaf that says so.
    erased: bool,
    fates: BTreeMap<KeyArn, Fate>,
    aliases: Vec<AliasEdit>,
    lost: Vec<NotReplayed>,
}

fn survivor(why: impl Into<String>) -> Error {
    Error::Damaged { key: "the surviving record".into(), why: why.into() }
}

impl Past {
    /// Looks at the record that survives, if one does. It is verified whole: a record that was edited is refused.
    pub(super) fn look(opened: &Opened, provider: &CryptoProvider, restore: &RestoreOptions) -> Result<Self, Error> {
        let verified = &opened.verified;
        let mut past = Self {
            restored: verified.checkpoint.clone(),
            newest: verified.checkpoint.clone(),
            revision: verified.revision,
            seen: Timestamp::EPOCH,
            epoch: Revision::from_u64(verified.revision).epoch(),
            leaves: None,
            erased: false,
            fates: BTreeMap::new(),
            aliases: Vec::new(),
            lost: Vec::new(),
        };
        let crypto = LogCrypto::new(provider)?;
        if let Some(seen) = &restore.newest_seen {
            let told = Checkpoint::open(&crypto, &verified.verifying_key, seen.note.to_string().as_bytes())?;
            if told.size() > past.newest.checkpoint.size() {
                past.newest = seen.clone();
            }
        }
        let storage: Arc<dyn LogStorage> = match &restore.survivor {
            None => return Ok(past),
            Some(Survivor::Storage(log)) => Arc::clone(log),
            Some(Survivor::Folder(folder)) => {
                let inside = folder.join("log");
                let path = if inside.is_dir() { inside } else { folder.clone() };
                Arc::new(DirStorage::open(&path).map_err(|cause| Error::Io { doing: "opening", path, cause })?)
            }
        };
        past.read(&storage, &crypto, opened)?;
        Ok(past)
    }

    fn read(&mut self, storage: &Arc<dyn LogStorage>, crypto: &LogCrypto, opened: &Opened) -> Result<(), Error> {
        let verifier = || {
            let verifier = Verifier::new(crypto.clone()).key(opened.verified.verifying_key.to_string());
            verifier.anchor(self.restored.note.to_string())
        };
        let mut report = verifier().run_shared(storage);
        if report.leaves >= self.newest.checkpoint.size() {
            report = verifier().anchor(self.newest.note.to_string()).run_shared(storage);
        }
        let restored = self.restored.checkpoint.size();
        if report.outcome == Outcome::Tampered || report.leaves < restored {
            return Err(survivor(format!("{:?}", report.findings)));
        }
        self.leaves = Some(report.leaves);
        let origin = Origin::parse(self.restored.checkpoint.origin()).ok_or_else(|| survivor("it has no origin"))?;
        self.take(LeafReader::new(Arc::clone(storage), crypto.clone(), origin, 0..report.leaves)?, crypto, &report)
    }

    /// The leaves since the backup. They are read anew, so that their root is compared with the one that was verified:
    /// others may have been put in their place.
    fn take(&mut self, leaves: LeafReader, crypto: &LogCrypto, report: &Report) -> Result<(), Error> {
        let (restored, mut range, mut events) = (self.restored.checkpoint.size(), CompactRange::new(), Vec::new());
        for leaf in leaves {
            let leaf = leaf?;
            range.push(crypto, leaf.leaf);
            if leaf.entry.index < restored {
                continue;
            }
            self.seen = self.seen.max(leaf.entry.wall);
            // Behind the last signature a leaf may be anybody's: it may deny, and not allow, nor use up the epochs.
            let (revision, index) = (leaf.entry.revision, leaf.entry.index);
            let signed = index < report.covered;
            if signed {
                self.epoch = self.epoch.max(Revision::from_u64(revision).epoch());
            }
            if revision <= self.revision {
                continue;
            }
            let record = leaf.record.as_deref().map(Record::decode).transpose()?;
            events.push(Event { revision, index, signed, record });
        }
        if report.root != Some(range.root(crypto)) {
            return Err(survivor("it changed while it was read"));
        }
        // Between commit and record one event may overtake another: what was done last is what was committed last.
        events.sort_by_key(|event| (event.revision, event.index));
        for Event { revision, index, signed, record } in events {
            match record {
                Some(record) => self.tell((index, revision), &record, signed),
                None => {
                    self.erased = true;
                    self.lose(index, "(erased)", None);
                }
            }
        }
        Ok(())
    }

    fn lose(&mut self, index: u64, name: &str, resource: Option<&str>) {
        let (name, resource) = (name.to_owned(), resource.map(str::to_owned));
        self.lost.push(NotReplayed { index, name, resource });
    }

    /// Policies may decide by the aliases of a key (`kms:ResourceAliases`): it is not what it was for each key that had the
    /// alias, or has it since.
    fn tell_alias(&mut self, index: u64, record: &Record, signed: bool) {
        let edit = AliasEdit::told(index, record, signed);
        if !edit.as_ref().is_some_and(AliasEdit::is_whole) {
            for key in record.resources().filter_map(|(_, arn)| arn.parse::<KeyArn>().ok()) {
                self.fates.entry(key).or_default().suspect(ALIASES);
            }
            self.lose(index, record.name(), record.resources().next().map(|(_, arn)| arn));
        }
        self.aliases.extend(edit);
    }

    fn tell(&mut self, (index, revision): (u64, u64), record: &Record, signed: bool) {
        if matches!(record.name(), "CreateAlias" | "UpdateAlias" | "DeleteAlias") && record.error_code().is_none() {
            return self.tell_alias(index, record, signed);
        }
        let resource = record.resources().next().map(|(_, arn)| arn);
        let mut keys = record.resources().filter_map(|(_, arn)| arn.parse::<KeyArn>().ok());
        let Some(key) = keys.next().filter(|_| record.error_code().is_none()) else {
            // The strongroom's own housekeeping has no resources.
            if !matches!(record.name(), "ResealKeys" | "ResealStoreKey" | "ResealLogKey" | "IntendKey") {
                self.lose(index, record.name(), resource);
            }
            return;
        };
        let fate = self.fates.entry(key).or_default();
        match record.name() {
            "DisableKey" => fate.enabled.said(revision, false),
            "EnableKey" if signed => {
                fate.enabled.said(revision, true);
                fate.enabled_at.said(revision, index);
            }
            "ScheduleKeyDeletion" => fate.deletion.said(revision, Some(deletion(record))),
            "CancelKeyDeletion" => {
                fate.deletion.said(revision, None);
                fate.enabled.said(revision, false);
            }
            "PutKeyPolicy" => match record.request_text("policy").filter(|_| signed) {
                Some(policy) => fate.policy.said(revision, policy.to_owned()),
                None => fate.suspect("its policy"),
            },
            "DeleteKey" => fate.destroyed = true,
            name @ ("TagResource"
            | "UntagResource"
            | "UpdateKeyDescription"
            | "EnableKeyRotation"
            | "DisableKeyRotation") => match Edit::told(record).filter(|_| signed) {
                Some(edit) => fate.edits.push(edit),
                None => {
                    // Tags decide where policies say so.
                    if name.ends_with("Resource") {
                        fate.suspect("its tags");
                    }
                    self.lose(index, name, resource);
                }
            },
            "DestroyKeyMaterial" | "IntendKey" | "DestroyOrphan" | "ReplayKeyState" | "ReplayAlias" => {}
            other => self.lose(index, other, resource),
        }
    }

    /// Whether the record tells all that was done since the backup, as far as anybody has seen.
    pub(super) fn is_known(&self) -> bool {
        !self.erased && self.leaves.is_some_and(|leaves| leaves >= self.newest.checkpoint.size())
    }

    /// The store epoch of what is restored: above every one that was seen.
    pub(super) fn next_epoch(&self) -> Result<u16, Error> {
        self.epoch.checked_add(1).ok_or_else(|| Error::Configuration("no store epoch is left".into()))
    }
}

fn deletion(record: &Record) -> Deletion {
    let name = "pendingWindowInDays";
    let days = record.response_int(name).or_else(|| record.request_int(name));
    let window_days = days.and_then(|days| u32::try_from(days).ok()).unwrap_or(WINDOW);
    Deletion { at: record.time().to_millis().after_days(window_days), window_days }
}

impl Core {
    /// Brings the keys to what the record tells, each with an event.
    pub(super) fn replay(&self, mut past: Past, report: &mut RestoreReport) -> Result<(), Error> {
        let moment = self.moment()?;
        report.not_replayed = past.lost;
        for edit in past.aliases {
            for key in self.replay_alias(edit, moment, report)? {
                past.fates.entry(key).or_default().suspect(ALIASES);
            }
        }
        for (arn, fate) in past.fates {
            self.replay_key(&arn, fate, moment, report)?;
        }
        report.not_replayed.sort_by_key(|lost| lost.index);
        Ok(())
    }

    fn replay_key(&self, arn: &KeyArn, fate: Fate, moment: Moment, report: &mut RestoreReport) -> Result<(), Error> {
        // A key that was made after the backup is lost, and so is what was done with it.
        let Some(key) = self.records.key(arn.account(), arn.region(), arn.id().as_bytes())? else { return Ok(()) };
        let (seen, destroyed) = (&key.loaded, fate.destroyed);
        if seen.value.destroyed.is_some() {
            return Ok(());
        }
        if let Some(index) =
            fate.enabled_at.get().copied().filter(|_| fate.enabled.get() == Some(&true) && !seen.value.enabled)
        {
            let (name, resource) = ("EnableKey".to_owned(), Some(arn.to_string()));
            report.not_replayed.push(NotReplayed { index, name, resource });
        }
        let (next, policy, suspect) = self.after(arn, &seen.value, fate, moment);
        if next == seen.value && !destroyed {
            return Ok(());
        }
        let mut changes = due_changes(arn, &seen.value, &next);
        changes.extend(policy);
        changes.push(Change::Update {
            key: layout::key(arn.account(), arn.region(), &arn.id()),
            kind: RecordKind::Key,
            body: next.encode_body(),
            revision: seen.revision,
            counter: seen.counter,
        });
        let resources = [Resource::key(*arn)];
        let (account, region) = (arn.account(), arn.region());
        let service =
            Service { name: "ReplayKeyState", account, region, resources: &resources, details: &[], due: None };
        self.service(&service, &changes, moment)?;
        let destroyed = destroyed && self.destroy_key(account, region, arn.id().as_bytes(), moment)?;
        report.replayed.push(Replayed { key: *arn, disabled_for_want_of: suspect, destroyed });
        Ok(())
    }

    /// The key's record as the fate leaves it. It never comes out wider than it was in the backup but for a policy that
    /// was put since.
    fn after(
        &self,
        arn: &KeyArn,
        seen: &KeyRecord,
        fate: Fate,
        moment: Moment,
    ) -> (KeyRecord, Option<Change>, Option<String>) {
        let (mut next, mut change, mut suspect) = (seen.clone(), None, fate.suspect);
        fate.edits.into_iter().for_each(|edit| edit.apply(&mut next));
        if let Some(deletion) = fate.deletion.last() {
            next.deletion = deletion;
        }
        if fate.destroyed {
            let gone =
                || Deletion { at: moment.wall.to_millis(), window_days: *strongroom_keys::DELETION_WINDOW.start() };
            let due = next.deletion.take().filter(|deletion| deletion.at <= moment.wall);
            next.deletion = Some(due.unwrap_or_else(gone));
        }
        if let Some(document) = fate.policy.last() {
            let context = CompileContext::new(arn.region().partition(), arn.account());
            let good = Document::parse(&document)
                .is_ok_and(|parsed| strongroom_policy::compile_key_policy(&parsed, &context).is_ok());
            match good {
                true => {
                    next.policy = self.journal.crypto().sha256(&[document.as_bytes()]);
                    let key = layout::policy(arn.account(), arn.region(), &next.policy);
                    let body = PolicyRecord { document }.encode_body();
                    change = Some(Change::Ensure { key, kind: RecordKind::Policy, body });
                }
                false => suspect = Some("its policy".into()),
            }
        }
        next.enabled = next.enabled && fate.enabled.last().unwrap_or(true) && suspect.is_none();
        (next, change, suspect)
    }
}

/// The index of due work follows the record's deletion, and whether it is in a state to be rotated.
fn due_changes(arn: &KeyArn, seen: &KeyRecord, next: &KeyRecord) -> Vec<Change> {
    let mut changes = strongroom_keys::moved_rotation(arn, Some(seen), next);
    let (old, new) = (seen.deletion.as_ref(), next.deletion.as_ref());
    if old.map(|deletion| deletion.at) == new.map(|deletion| deletion.at) {
        return changes;
    }
    let place = |deletion: &Deletion| {
        let at = u64::try_from(deletion.at.as_millis()).unwrap_or(0);
        layout::due(at, layout::DueKind::Deletion, arn.account(), arn.region(), &arn.id())
    };
    let goes = old.map(|deletion| Change::Delete { key: place(deletion), revision: None });
    let comes = new.map(|deletion| Change::Create { key: place(deletion), kind: RecordKind::Due, body: Vec::new() });
    changes.extend(goes.into_iter().chain(comes));
    changes
}
