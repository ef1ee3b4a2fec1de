//! Aliases that were made, moved and taken away after the backup. They decide where policies say so.

use strongroom_audit::event::{Record, Resource};
use strongroom_types::{AccountId, AliasName, AliasRef, KeyArn, KeyId, KeyRef, Region};

use super::options::{NotReplayed, RestoreReport};
use crate::Error;
use crate::core::{Core, Service};
use crate::journal::Moment;

/// A change of an alias.
#[derive(Debug)]
pub(super) struct AliasEdit {
    /// The event's place and name.
    event: (u64, String),
    account: AccountId,
    region: Region,
    name: AliasName,
    /// What it points to from then on; nothing if it is gone.
    target: Option<KeyId>,
    /// Whether a signature covers the event, and all of it stands there.
    signed: bool,
}

impl AliasEdit {
    /// What an event tells, as far as it stands there.
    pub(super) fn told(index: u64, record: &Record, signed: bool) -> Option<Self> {
        let aliases = record.resources().find_map(|(_, arn)| match KeyRef::parse(arn) {
            Ok(KeyRef::AliasArn { account, region, name }) => Some((account, region, name.to_owned())),
            _ => None,
        });
        let (account, region, name) = aliases?;
        let gone = record.name() == "DeleteAlias";
        let target = record.request_text("targetKeyId").filter(|_| !gone);
        let target = target.and_then(|key| key.rsplit('/').next()?.parse().ok());
        let signed = signed && (gone || target.is_some());
        Some(Self { event: (index, record.name().to_owned()), account, region, name, target, signed })
    }

    /// Whether it can be done over again.
    pub(super) fn is_whole(&self) -> bool {
        self.signed
    }
}

impl Core {
    /// Does it over again. Answers of which keys nobody can tell now what aliases they had.
    pub(super) fn replay_alias(
        &self,
        edit: AliasEdit,
        moment: Moment,
        report: &mut RestoreReport,
    ) -> Result<Vec<KeyArn>, Error> {
        let AliasEdit { event: (index, event), account, region, name, target, signed } = edit;
        let key = |id: &KeyId| self.records.key(account, region, id.as_bytes());
        // It was one when it was read.
        let Ok(known) = AliasRef::parse(name.as_str()) else { return Ok(Vec::new()) };
        let stands = self.records.alias(account, region, known)?;
        let old = stands.as_ref().map(|alias| key(&alias.value.target)).transpose()?.flatten();
        // The target may have been made after the backup, and be lost: then so is the alias.
        let new = target.as_ref().map(key).transpose()?.flatten();
        let both: Vec<KeyArn> = old.iter().chain(&new).map(|key| key.arn).collect();
        if !signed {
            return Ok(both);
        }
        if target.is_some() && new.is_none() {
            let resource = Some(name.arn(account, region));
            report.not_replayed.push(NotReplayed { index, name: event, resource });
        }
        let now = moment.wall;
        let changes = match (&stands, &old, &new) {
            (None, _, Some(new)) => strongroom_keys::create_alias(&name, &new.arn, &new.loaded, None, now),
            (Some(alias), Some(old), None) => strongroom_keys::delete_alias(&name, alias, &old.arn, &old.loaded, now),
            (Some(alias), Some(old), Some(new)) if old.arn != new.arn => {
                let (from, to) = ((&old.arn, &old.loaded), (&new.arn, &new.loaded));
                strongroom_keys::update_alias(&name, alias, from, to, now)
            }
            _ => return Ok(Vec::new()),
        };
        let Ok(changes) = changes else { return Ok(both) };
        let resources: Vec<Resource<'_>> = both.iter().map(|arn| Resource::key(*arn)).collect();
        let service = Service { name: "ReplayAlias", account, region, resources: &resources, details: &[], due: None };
        self.service(&service, &changes, moment)?;
        Ok(Vec::new())
    }
}
