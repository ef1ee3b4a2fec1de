//! What a strongroom is made of, and what it does on its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use strongroom_audit::event::{Event, Fact, Named, Resource};
use strongroom_audit::log::EntryKind;
use strongroom_crypto::CryptoProvider;
use strongroom_hsm::{Custody, GenerateRequest, MaterialUsage, Place};
use strongroom_keys::{Change, IntentRecord, KeyRecord, RecordKind, layout};
use strongroom_memory::{ForkGuard, SecretArena};
use strongroom_soft::{RootKey, Rotation};
use strongroom_types::{AccountId, Region};

use crate::Error;
use crate::cache::{Handles, Map, Next};
use crate::clock::TimeKeeper;
use crate::draw::Draw;
use crate::journal::{Decided, Journal, Moment, Plan, Told, Waking};
use crate::records::Records;
use crate::vault::{LogSigner, StoreTagger};

/// Everything behind a [`Kms`](crate::Kms).
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) provider: CryptoProvider,
    pub(crate) custody: Box<dyn Custody>,
    /// What of its work is slow.
    pub(crate) slow: crate::lane::Slow,
    pub(crate) records: Records,
    pub(crate) journal: Journal,
    pub(crate) handles: Handles,
    pub(crate) time: TimeKeeper,
    pub(crate) fork: ForkGuard,
    pub(crate) arena: SecretArena,
    pub(crate) root: RootKey,
    pub(crate) signer: LogSigner,
    /// Holds the store's MAC key.
    pub(crate) tagger: Arc<StoreTagger>,
    pub(crate) home: (AccountId, Region),
    pub(crate) closed: AtomicBool,
    /// Keys of each account and Region, counted when first asked.
    pub(crate) counts: Map<(AccountId, Region), u64>,
    /// Whether the record tells already that keys stand in memory that is not locked.
    pub(crate) told_unlocked: AtomicBool,
    /// Written while the root key changes; read while material is made and committed, so that nothing new can appear
    /// under a generation that is about to go.
    pub(crate) root_change: crate::sync::RwLock<()>,
    /// What gives the store's file and the folder back, once.
    pub(crate) release: crate::sync::Mutex<Option<Release>>,
    /// Held by whoever makes a key that a service keeps.
    pub(crate) making_for_services: crate::sync::Mutex<()>,
    /// Held by whoever brings journal and caches to what was committed.
    pub(crate) waking: crate::sync::Mutex<()>,
    /// When keys were last used.
    pub(crate) usages: crate::usage::Usages,
    /// What became of due work so far.
    pub(crate) due: crate::sync::Mutex<crate::due_thread::DueRuns>,
    /// Rotations that are being tried, or wait to be tried again.
    pub(crate) paces: Map<strongroom_types::KeyArn, Arc<crate::rotate::Pace>>,
    /// A new root key whose commit has an unknown outcome.
    pub(crate) unadopted: crate::sync::Mutex<Option<Rotation>>,
    /// What is remembered only to be told by `status`.
    pub(crate) watched: crate::status::Watched,
    /// Concludes commits that tasks handed in.
    #[cfg(feature = "tokio")]
    pub(crate) concluder: crate::asynchronous::Concluder,
}

/// Gives back what only one process can hold.
pub(crate) struct Release(pub(crate) Box<dyn FnOnce() -> Result<(), Error> + Send>);

impl std::fmt::Debug for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Release(..)")
    }
}

/// A change that the strongroom makes on its own, and the event that tells of it.
pub(crate) struct Service<'a> {
    pub(crate) name: &'static str,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) resources: &'a [Resource<'a>],
    pub(crate) details: &'a [Named<'a>],
    pub(crate) due: Option<strongroom_types::Timestamp>,
}

impl Core {
    /// That this process may use the strongroom at all.
    pub(crate) fn usable(&self) -> Result<(), Error> {
        self.fork.check()?;
        match self.closed.load(Ordering::Acquire) {
            false => Ok(()),
            true => Err(Error::Closed),
        }
    }

    /// That everything that was committed is known, recorded and cached. Asked before a call does anything.
    pub(crate) fn ready(&self) -> Result<(), Error> {
        if !self.journal.is_behind() {
            return Ok(());
        }
        let _one_at_a_time = crate::sync::lock(&self.waking);
        let wall = self.time.now().unwrap_or_else(|_| self.time.highest());
        let moment = Moment { wall, monotonic: self.time.monotonic() };
        while self.journal.is_behind() {
            let draw = Draw::new(&self.provider.random)?;
            let waking = Waking { draw: &draw, moment, home: self.home };
            let caught = self.journal.catch_up(&self.records, &waking);
            let decided = caught.inspect_err(|error| self.journal.troubled(moment.wall, error))?;
            if self.journal.was_opened_anew() {
                let size = self.journal.log().size();
                self.usages.cut(size);
            }
            if decided.is_empty() {
                self.journal.caught_up();
                return Ok(());
            }
            // Each of them, whatever becomes of another: none is told twice, and caches have to follow all.
            let mut outcome = Ok(());
            for decided in decided {
                outcome = outcome.and(self.decided(&decided, moment));
            }
            outcome?;
        }
        Ok(())
    }

    /// What follows once the outcome of a commit is known after all.
    fn decided(&self, decided: &Decided, moment: Moment) -> Result<(), Error> {
        match decided {
            Decided::Applied(changes, revision) => {
                self.changed(changes, *revision)?;
                if changes.iter().any(|change| change.key() == layout::ROOT) {
                    self.root_changed()?;
                }
            }
            Decided::Never(changes) => {
                drop(crate::sync::lock(&self.unadopted).take());
                for intent in changes.iter().map(Change::key).filter(|key| key.starts_with(layout::INTENTS)) {
                    self.clean_up(intent, moment)?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn moment(&self) -> Result<Moment, Error> {
        Ok(Moment { wall: self.time.now()?, monotonic: self.time.monotonic() })
    }

    /// Commits a change of the strongroom's own, with its event.
    pub(crate) fn service(&self, service: &Service<'_>, changes: &[Change], moment: Moment) -> Result<(), Error> {
        let draw = Draw::new(&self.provider.random)?;
        let mut event = Event::service(draw.event_id(), moment.wall, service.name, service.region, service.account);
        event.resources = Some(service.resources);
        event.service_details = service.details;
        event.facts.due = service.due;
        let plan = Plan { changes, seen: &[], id: draw.commit_id()? };
        let told = [Told { event: &event, kind: EntryKind::Service, blind: draw.blind() }];
        let revision = self.journal.commit(&self.records, &plan, &told, moment)?;
        self.changed(changes, revision)
    }

    /// Records something that the strongroom did on its own and that changed no record.
    pub(crate) fn note(&self, kind: EntryKind, moment: Moment, fill: impl FnOnce(&mut Event<'_>)) -> Result<(), Error> {
        let draw = Draw::new(&self.provider.random)?;
        let mut event = Event::service(draw.event_id(), moment.wall, "Strongroom", self.home.1, self.home.0);
        fill(&mut event);
        self.journal.append(&event, kind, moment, draw.blind(), crate::Durability::Process).map(drop)
    }

    /// The same with a name and facts.
    pub(crate) fn note_with(
        &self,
        kind: EntryKind,
        moment: Moment,
        name: &'static str,
        more: &[Named<'_>],
    ) -> Result<(), Error> {
        let draw = Draw::new(&self.provider.random)?;
        let mut event = Event::service(draw.event_id(), moment.wall, name, self.home.1, self.home.0);
        event.facts.more = more;
        self.journal.append(&event, kind, moment, draw.blind(), crate::Durability::Process).map(drop)
    }

    /// Carrying on with keys in memory that may be swapped is a choice, and the record says that it was made, once for
    /// each time that the strongroom is opened.
    pub(crate) fn tell_unlocked(&self, moment: Moment) -> Result<(), Error> {
        let unlocked = self.arena.status()?.unlocked_bytes;
        if unlocked == 0 || self.told_unlocked.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let bytes = Fact::Int(i64::try_from(unlocked).unwrap_or(i64::MAX));
        let more = [Named { name: "unlockedBytes", value: bytes }];
        self.note_with(EntryKind::Service, moment, "KeysInUnlockedMemory", &more)
            .inspect_err(|_| self.told_unlocked.store(false, Ordering::Release))
    }

    /// How many keys an account has in a Region, in all states but gone for good. Counted once, then kept.
    pub(crate) fn key_count(&self, account: AccountId, region: Region) -> Result<u64, Error> {
        if let Some(count) = self.counts.get(&(account, region)) {
            return Ok(count);
        }
        let prefix = layout::keys_of(account, region);
        let (mut count, mut after) = (0, None::<Vec<u8>>);
        loop {
            let page = self.records.page(&prefix, after.as_deref(), 1_000, RecordKind::Key, KeyRecord::decode_body)?;
            count += page.iter().filter(|(_, key)| key.value.destroyed.is_none() && key.value.service.is_none()).count()
                as u64;
            match page.last() {
                Some((place, _)) if page.len() == 1_000 => after = Some(place.clone()),
                _ => break,
            }
        }
        let stands = self.counts.change((account, region), |known| match known {
            Some(_) => Next::Keep,
            None => Next::Put(count),
        });
        Ok(stands.unwrap_or(count))
    }

    /// Keeps the count of keys true.
    pub(crate) fn counted(&self, account: AccountId, region: Region, by: i64) {
        self.counts.change((account, region), |known| match known {
            Some(count) => Next::Put(count.saturating_add_signed(by)),
            None => Next::Keep,
        });
    }

    /// Destroys what an interrupted creation left outside the store, and forgets its intent.
    pub(crate) fn clean_up(&self, key: &[u8], moment: Moment) -> Result<bool, Error> {
        let Some(intent) = self.records.read(key, RecordKind::Intent, IntentRecord::decode_body)? else {
            return Ok(false);
        };
        let value = &intent.value;
        let creation_id = key.last_chunk::<16>().copied().unwrap_or_default();
        let place = Place {
            account: value.account,
            region: value.region,
            key_id: value.id,
            version: value.version,
            creation_id,
        };
        let usage = MaterialUsage::new(value.spec, value.usage);
        let orphan = guarded(|| self.custody.find(&GenerateRequest::new(&place, &usage)))?;
        if let Some(token) = &orphan {
            guarded(|| self.custody.destroy(token))?;
        }
        let arn = strongroom_types::KeyArn::new(value.account, value.region, value.id);
        let service = Service {
            name: "DestroyOrphan",
            account: value.account,
            region: value.region,
            resources: &[Resource::key(arn)],
            details: &[],
            due: None,
        };
        let change = Change::Delete { key: key.to_vec(), revision: Some(intent.revision) };
        self.service(&service, &[change], moment)?;
        Ok(orphan.is_some())
    }

    /// Looks for intents without an outcome. On opening, before the first call.
    pub(crate) fn clean_up_all(&self, moment: Moment) -> Result<usize, Error> {
        let mut found = 0;
        loop {
            let page = self.records.page(layout::INTENTS, None, 100, RecordKind::Intent, IntentRecord::decode_body)?;
            if page.is_empty() {
                return Ok(found);
            }
            for (key, _) in page {
                found += usize::from(self.clean_up(&key, moment)?);
            }
        }
    }
}

/// A backend that panics has failed, and no more than that.
pub(crate) fn guarded<T>(ask: impl FnOnce() -> Result<T, strongroom_hsm::Error>) -> Result<T, strongroom_hsm::Error> {
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| Err(strongroom_hsm::Error::corrupt("the backend failed")))
}

/// A strongroom that nobody holds any more is closed in order, as far as that can still be done.
impl Drop for Core {
    fn drop(&mut self) {
        if self.fork.check().is_err() {
            return self.abandon();
        }
        if !self.closed.load(Ordering::Acquire) {
            let _ = self.shut();
        }
    }
}

impl Core {
    /// In a forked process the store, the log and the lock are the parent's, and their threads do not exist: nothing is
    /// written, waited for or unlocked here. What memory they hold is leaked.
    fn abandon(&mut self) {
        let release = self.release.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::forget(release.take());
        self.records.abandon();
        self.journal.abandon();
        #[cfg(feature = "tokio")]
        self.concluder.abandon();
    }
}

const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Arc<Core>>();
};
