//! Work that is due: what holds from its instant is written down, and material that must go goes.

use std::sync::Arc;

use strongroom_audit::event::Resource;
use strongroom_audit::log::EntryKind;
use strongroom_hsm::KeyToken;
use strongroom_keys::layout::{self, DueKind};
use strongroom_keys::{AliasRecord, Change, Effective, RecordKind, VersionRecord};
use strongroom_store::{Maintenance, day_of};
use strongroom_types::{AccountId, KeyArn, Region};

use crate::Error;
use crate::core::{Core, Service, guarded};
use crate::failpoint::reached;
use crate::journal::{Moment, is_unknown};
use crate::records::KeyEntry;
use crate::rotate::Turned;
use crate::usage::Pass;

/// What [`run_due`](crate::Kms::run_due) did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DueReport {
    /// Keys whose waiting period was over, and whose material is destroyed now.
    pub deleted_keys: usize,
    /// Keys that were rotated because their date had come.
    pub rotated_keys: usize,
    /// Keys whose rotation is due and could not be done: it stays due.
    pub failed_rotations: usize,
}

/// Deletes in one commit of a destruction.
const DESTROY: usize = 40;
/// How often a key is looked at anew because somebody else changed it.
const CHANGES: usize = 8;

impl Core {
    /// Does the work that is due on the strongroom's clock.
    pub(crate) fn run_due(&self) -> Result<DueReport, Error> {
        self.usable()?;
        let done = self.do_due();
        let mut status = crate::sync::lock(&self.due);
        match &done {
            Ok(report) => {
                status.runs += 1;
                status.last_run = Some(self.time.highest());
                status.last_report = *report;
                status.last_error = None;
            }
            Err(error) => {
                status.failures += 1;
                status.last_error = Some(error.to_string());
            }
        }
        done
    }

    fn do_due(&self) -> Result<DueReport, Error> {
        self.ready()?;
        let moment = self.moment()?;
        self.handles.sweep(moment.monotonic);
        let (mut report, mut failed) = (DueReport::default(), None);
        self.do_what_is_due(moment, &mut report, &mut failed)?;
        self.due_done(moment)?;
        failed.map_or(Ok(report), Err)
    }

    /// A key that can't be destroyed keeps nothing else from being done: it is what is answered in the end.
    fn do_what_is_due(&self, moment: Moment, report: &mut DueReport, failed: &mut Option<Error>) -> Result<(), Error> {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = self.records.page(layout::DUE, after.as_deref(), 100, RecordKind::Due, |_| Ok(()))?;
            for (place, _) in &page {
                let Some((at, kind, account, region, id)) = layout::parse_due(place) else { continue };
                if i64::try_from(at).unwrap_or(i64::MAX) > moment.wall.as_millis() {
                    return Ok(());
                }
                if kind == DueKind::Rotation {
                    self.rotate_due((account, region, &id), report, moment)?;
                    continue;
                }
                let destroy = || self.destroy_key(account, region, &id, moment);
                let destroyed = match destroy() {
                    // One of its aliases got another key meanwhile.
                    Err(error) if crate::records::is_conflict(&error) => destroy(),
                    other => other,
                };
                match destroyed {
                    Ok(destroyed) => report.deleted_keys += usize::from(destroyed),
                    Err(error) if is_unknown(&error) => return Err(error),
                    Err(error) => {
                        if let Error::Custody(error) = &error {
                            crate::observe::custody_failed(error);
                        }
                        failed.get_or_insert(error);
                    }
                }
            }
            match page.last() {
                Some((place, _)) if page.len() == 100 => after = Some(place.clone()),
                _ => return Ok(()),
            }
        }
    }

    /// A rotation that can't be done keeps nothing else from being done.
    fn rotate_due(
        &self,
        (account, region, id): (AccountId, Region, &[u8; 16]),
        report: &mut DueReport,
        moment: Moment,
    ) -> Result<(), Error> {
        let _no_root_change = self.root_change.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        for _ in 0..CHANGES {
            let key = self.records.key(account, region, id)?;
            let Some(key) = key.filter(|key| key.record().rotation_due(moment.wall)) else { return Ok(()) };
            match self.rotate_now(&key, moment) {
                Ok(Turned::Done) => report.rotated_keys += 1,
                Ok(Turned::Changed) => continue,
                Ok(Turned::Elsewhere) => {}
                // Nothing can be done before it is known what became of it.
                Err(error) if is_unknown(&error) => return Err(error),
                Err(_) => report.failed_rotations += 1,
            }
            return Ok(());
        }
        Ok(())
    }

    fn due_done(&self, moment: Moment) -> Result<(), Error> {
        // A checkpoint has no time of its own: the leaf before it says when the strongroom was last seen alive.
        self.note(EntryKind::Heartbeat, moment, |event| event.name = "Heartbeat")?;
        self.journal.settle(&self.records, moment.wall)?;
        self.write_usages(moment.wall, Pass::Whole)?;
        self.sign_checkpoint(moment.wall)?;
        // The store has no clock: it is told when it may forget the ids of commits.
        while self.records.store().maintain(Maintenance::DropIds { today: day_of(moment.wall) })?.more {}
        Ok(())
    }

    /// The end of a waiting period: the material goes, then the record says so.
    pub(crate) fn destroy_key(
        &self,
        account: AccountId,
        region: Region,
        id: &[u8; 16],
        moment: Moment,
    ) -> Result<bool, Error> {
        let Some(key) = self.records.key(account, region, id)? else { return Ok(false) };
        let due = key.record().destroyed.is_none() && key.record().state_at(moment.wall) == Effective::Gone;
        if !due {
            return Ok(false);
        }
        self.handles.close_key(&key.arn);
        let mut goes = self.destroy_versions(&key)?;
        reached("destroy.material");
        goes.extend(self.aliases_of(&key.arn)?);
        goes.push(Change::Delete { key: layout::last_usage(account, region, &key.arn.id()), revision: None });
        let resources = [Resource::key(key.arn)];
        let due = key.record().deletion.as_ref().map(|deletion| deletion.at);
        let service = |name| Service { name, account, region, resources: &resources, details: &[], due };
        while goes.len() > DESTROY {
            let rest = goes.split_off(DESTROY);
            self.service(&service("DestroyKeyMaterial"), &goes, moment)?;
            reached("destroy.material");
            goes = rest;
        }
        goes.extend(strongroom_keys::destroyed(&key.arn, &key.loaded, moment.wall));
        match self.service(&service("DeleteKey"), &goes, moment) {
            Err(error) if crate::records::is_conflict(&error) => {
                self.records.refresh_key(&key.arn)?;
                Err(error)
            }
            other => other,
        }?;
        self.counted(account, region, -1);
        Ok(true)
    }

    fn destroy_versions(&self, key: &Arc<KeyEntry>) -> Result<Vec<Change>, Error> {
        let (arn, mut goes, mut after) = (key.arn, Vec::new(), None::<Vec<u8>>);
        let prefix = layout::versions_of(arn.account(), arn.region(), &arn.id());
        loop {
            let page =
                self.records.page(&prefix, after.as_deref(), 500, RecordKind::Version, VersionRecord::decode_body)?;
            for (place, version) in &page {
                let token = KeyToken::new(version.value.token.as_slice())?;
                guarded(|| self.custody.destroy(&token))?;
                goes.push(Change::Delete { key: place.clone(), revision: None });
                if let Some(prefix) = version.value.material.as_ref().and_then(|id| id.first_chunk::<16>()) {
                    let index = layout::material(arn.account(), arn.region(), &arn.id(), prefix);
                    goes.push(Change::Delete { key: index, revision: None });
                }
            }
            match page.last() {
                Some((place, _)) if page.len() == 500 => after = Some(place.clone()),
                _ => return Ok(goes),
            }
        }
    }

    fn aliases_of(&self, arn: &KeyArn) -> Result<Vec<Change>, Error> {
        let prefix = layout::aliases_of_key(arn.account(), arn.region(), &arn.id());
        let page = self.records.page(&prefix, None, 200, RecordKind::AliasOfKey, |_| Ok(()))?;
        let mut goes = Vec::new();
        for (place, _) in page {
            if let Some(name) = layout::parse_alias(&place) {
                let key = layout::alias(arn.account(), arn.region(), &name);
                let alias = self.records.read(&key, RecordKind::Alias, AliasRecord::decode_body)?;
                // A name whose key is gone is free: it may have been given to another key meanwhile, whose it is then.
                if let Some(alias) = alias.filter(|alias| alias.value.target == arn.id()) {
                    goes.push(Change::Delete { key, revision: Some(alias.revision) });
                }
            }
            goes.push(Change::Delete { key: place, revision: None });
        }
        Ok(goes)
    }
}
