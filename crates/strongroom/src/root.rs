//! Changing the way to unlock, and rotating the root key. Each step is one commit; stopped anywhere, everything opens.

use std::sync::PoisonError;

use strongroom_hsm::{Expect, Identity, KeyToken, MaterialUsage, Place};
use strongroom_keys::{Change, Effective, Loaded, RecordKind, VersionRecord, layout, renew_version};
use strongroom_soft::{RootRecord, Unlock};
use strongroom_store::{Freshness, Key, StoreExt};
use strongroom_types::SealKind;

use crate::Error;
use crate::core::{Core, Service, guarded};
use crate::failpoint::reached;
use crate::journal::{Moment, is_unknown};
use crate::open::of_root;
use crate::records::KeyEntry;
use crate::sync::lock;
use crate::vault;

/// Versions that one commit seals anew.
const BATCH: usize = 16;

impl Core {
    fn root_record(&self) -> Result<(RootRecord, u64), Error> {
        let stored = self.records.store().get_one(&Key::from(layout::ROOT), Freshness::Latest)?;
        let stored = stored.ok_or_else(|| Error::Damaged { key: "mroot".into(), why: "it is missing".into() })?;
        let record = RootRecord::decode(&self.provider, &stored.value).map_err(of_root)?;
        Ok((record, stored.revision.as_u64()))
    }

    fn root_event(&self, name: &'static str) -> Service<'static> {
        Service { name, account: self.home.0, region: self.home.1, resources: &[], details: &[], due: None }
    }

    fn put_root(&self, name: &'static str, record: &RootRecord, seen: u64, moment: Moment) -> Result<(), Error> {
        let value = record.encode(&self.provider).map_err(of_root)?;
        let change = Change::Raw { key: layout::ROOT.to_vec(), value, revision: Some(seen) };
        self.service(&self.root_event(name), &[change], moment)
    }

    /// Makes `unlock` the only way to unlock the root key.
    pub(crate) fn change_unlock(&self, unlock: &dyn Unlock) -> Result<(), Error> {
        self.usable()?;
        self.ready()?;
        let _alone = self.root_change.write().unwrap_or_else(PoisonError::into_inner);
        let moment = self.moment()?;
        let (record, seen) = self.root_record()?;
        let changed = self.root.change_unlock(&record, unlock).map_err(of_root)?;
        reached("unlock.before");
        self.put_root("ChangeUnlock", &changed, seen, moment)?;
        reached("unlock.committed");
        Ok(())
    }

    /// Rotates the root key: a new generation, everything sealed anew, the old generation dropped.
    pub(crate) fn rotate_root(&self, unlocks: &[&dyn Unlock]) -> Result<(), Error> {
        self.usable()?;
        self.ready()?;
        // One that failed in the middle is finished first: there can't be two.
        self.resume_rotation()?;
        {
            let _alone = self.root_change.write().unwrap_or_else(PoisonError::into_inner);
            let moment = self.moment()?;
            let (record, seen) = self.root_record()?;
            let rotation = self.root.begin_rotation(&record, unlocks).map_err(of_root)?;
            let begun = self.put_root("BeginRootRotation", rotation.record(), seen, moment);
            if begun.as_ref().is_err_and(is_unknown) {
                *lock(&self.unadopted) = Some(rotation);
                return begun;
            }
            begun?;
            reached("root.begun");
            self.root.adopt(rotation);
        }
        self.finish_rotation()
    }

    /// A change of the root record turned out to have been committed.
    pub(crate) fn root_changed(&self) -> Result<(), Error> {
        if let Some(rotation) = lock(&self.unadopted).take() {
            self.root.adopt(rotation);
        }
        let (record, _) = self.root_record()?;
        self.root.settle(&record).map_err(of_root)
    }

    /// Goes on with a rotation that was interrupted.
    pub(crate) fn resume_rotation(&self) -> Result<(), Error> {
        match self.root_record()?.0.generations().len() {
            0 | 1 => Ok(()),
            _ => self.finish_rotation(),
        }
    }

    fn finish_rotation(&self) -> Result<(), Error> {
        let moment = self.moment()?;
        self.reseal_own_keys(moment)?;
        reached("root.resealed");
        while self.reseal_versions(moment)? > 0 {
            reached("root.resealed");
        }
        // Nothing is sealed under the old generation, and whatever is being made now is made under the new one.
        let _alone = self.root_change.write().unwrap_or_else(PoisonError::into_inner);
        let (record, seen) = self.root_record()?;
        let finished = self.root.finish_rotation(&record).map_err(of_root)?;
        self.put_root("FinishRootRotation", &finished, seen, moment)?;
        reached("root.finished");
        self.root.settle(&finished).map_err(of_root)
    }

    /// The MAC key and the log's signing key.
    fn reseal_own_keys(&self, moment: Moment) -> Result<(), Error> {
        let place = vault::mac_place(vault::FIRST_EPOCH);
        let stored = self.records.store().get_one(&Key::from(layout::MAC_KEY), Freshness::Latest)?;
        let stored = stored.ok_or_else(|| Error::Damaged { key: "mmac".into(), why: "it is missing".into() })?;
        let sealer = self.root.sealer(SealKind::StoreMacKey);
        let damaged = |key: &str, why: String| Error::Damaged { key: key.into(), why };
        if let Some(value) = sealer.reseal(&place, &stored.value).map_err(|e| damaged("mmac", e.to_string()))? {
            let revision = Some(stored.revision.as_u64());
            let change = Change::Raw { key: layout::MAC_KEY.to_vec(), value, revision };
            self.service(&self.root_event("ResealStoreKey"), &[change], moment)?;
        }
        let read = |body: &[u8]| Ok(body.to_vec());
        let stored = self.records.read(layout::LOG_KEY, RecordKind::LogKey, read)?;
        let stored = stored.ok_or_else(|| damaged("mlog", "it is missing".into()))?;
        let key = crate::open::LogKey::decode(&stored.value).ok_or_else(|| damaged("mlog", "too short".into()))?;
        let place = vault::log_place(&key.log_id, key.epoch);
        let sealer = self.root.sealer(SealKind::LogKey);
        if let Some(sealed) = sealer.reseal(&place, &key.sealed).map_err(|e| damaged("mlog", e.to_string()))? {
            let body = crate::open::LogKey { sealed, ..key }.encode();
            let change = Change::Update {
                key: layout::LOG_KEY.to_vec(),
                kind: RecordKind::LogKey,
                body,
                revision: stored.revision,
                counter: stored.counter,
            };
            self.service(&self.root_event("ResealLogKey"), &[change], moment)?;
        }
        Ok(())
    }

    /// One pass over all versions; the answer is how many were sealed anew. A pass that finds none is the proof.
    fn reseal_versions(&self, moment: Moment) -> Result<usize, Error> {
        let (mut after, mut resealed) = (None::<Vec<u8>>, 0);
        let mut batch = Vec::new();
        loop {
            let page =
                self.records.page(b"v", after.as_deref(), 500, RecordKind::Version, VersionRecord::decode_body)?;
            for (place, version) in &page {
                if let Some(change) = self.renewed(place, version)? {
                    batch.push(change);
                }
                if batch.len() == BATCH {
                    resealed += self.commit_batch(&mut batch, moment)?;
                }
            }
            match page.last() {
                Some((place, _)) if page.len() == 500 => after = Some(place.clone()),
                _ => break,
            }
        }
        resealed += self.commit_batch(&mut batch, moment)?;
        Ok(resealed)
    }

    fn commit_batch(&self, batch: &mut Vec<Change>, moment: Moment) -> Result<usize, Error> {
        let count = batch.len();
        if count > 0 {
            match self.service(&self.root_event("ResealKeys"), batch, moment) {
                // Somebody destroyed one of them meanwhile: the next pass finds the others.
                Err(error) if crate::records::is_conflict(&error) => {}
                other => other?,
            }
            reached("root.resealed");
        }
        batch.clear();
        Ok(count)
    }

    fn renewed(&self, place: &[u8], version: &Loaded<VersionRecord>) -> Result<Option<Change>, Error> {
        let (account, region, id, _) = layout::parse_version(place).ok_or_else(|| Error::Damaged {
            key: place.escape_ascii().to_string(),
            why: "no version's place".into(),
        })?;
        let Some(key) = self.records.key(account, region, &id)? else { return Ok(None) };
        let token = KeyToken::new(version.value.token.as_slice())?;
        let renewed = self.with_expectation(&key, &version.value, |expect| {
            match guarded(|| self.custody.renew(&token, expect)) {
                // Destroyed already, and its record was not yet: what does not exist needs no new seal.
                Err(strongroom_hsm::Error::Gone(_)) if self.is_gone(&key) => Ok(None),
                other => Ok(other?),
            }
        })?;
        Ok(renewed.map(|token| renew_version(&key.arn, version, token.as_bytes().to_vec())))
    }

    /// Whether a key's time is over, so that its material may be gone; or is an object of which the store has but the name.
    fn is_gone(&self, key: &KeyEntry) -> bool {
        key.record().state_at(self.time.highest()) == Effective::Gone
            || self.custody.describe().leaves_objects_outside_store
    }

    /// What the record expects behind the token of one of its versions.
    pub(crate) fn with_expectation<T>(
        &self,
        key: &KeyEntry,
        version: &VersionRecord,
        with: impl FnOnce(&Expect<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let record = key.record();
        let place = Place {
            account: key.arn.account(),
            region: key.arn.region(),
            key_id: key.arn.id(),
            version: version.number,
            creation_id: version.creation_id,
        };
        let usage = MaterialUsage::new(record.spec, record.usage);
        let identity = match (&version.material, &record.public_key, &record.fingerprint) {
            (Some(material), ..) => Identity::MaterialId(material),
            (None, Some(public_key), _) => Identity::PublicKey(public_key),
            (None, None, Some(fingerprint)) => Identity::Fingerprint(fingerprint),
            (None, None, None) => return Err(crate::gate::internal("the record does not know its material")),
        };
        with(&Expect::new(&place, &usage, identity))
    }
}
