//! The records of keys as the path of a call sees them: tags verified, policies compiled, cached without a lock.

use std::hash::{Hash, Hasher};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use strongroom_keys::{
    AliasRecord, Change, Envelope, KeyOwnerRecord, KeyRecord, Loaded, PolicyRecord, RecordKind, Tagger, VersionRecord,
    layout,
};
use strongroom_policy::{CompileContext, Compiled, Document};
use strongroom_store::{
    CommitError, Freshness, Key, KeyRange, Maintenance, PageLimit, Record, Require, Revision, Store, StoreError,
    StoreExt, Write,
};
use strongroom_types::{AccountId, AliasName, AliasRef, KeyArn, Region};

use crate::Error;
use crate::cache::{Bounded, CacheStatus, Cached, Equivalent};

/// A key policy, as submitted and as compiled.
#[derive(Debug)]
pub(crate) struct KeyPolicy {
    pub(crate) document: String,
    pub(crate) compiled: Compiled,
    used: AtomicBool,
}

/// Content-addressed: there is one state of it, so none can be older.
impl Cached for KeyPolicy {
    fn revision(&self) -> u64 {
        0
    }
    fn used(&self) -> &AtomicBool {
        &self.used
    }
}

/// A key, with what every decision about it needs.
#[derive(Debug)]
pub(crate) struct KeyEntry {
    pub(crate) arn: KeyArn,
    pub(crate) arn_text: String,
    pub(crate) loaded: Loaded<KeyRecord>,
    pub(crate) policy: Arc<KeyPolicy>,
    /// Where its uses are noted, once there is one.
    pub(crate) usage: OnceLock<Arc<crate::usage::Usage>>,
    used: AtomicBool,
}

impl Cached for KeyEntry {
    fn revision(&self) -> u64 {
        self.loaded.revision
    }
    fn used(&self) -> &AtomicBool {
        &self.used
    }
}

impl KeyPolicy {
    pub(crate) fn new(document: String, compiled: Compiled) -> Self {
        Self { document, compiled, used: AtomicBool::new(false) }
    }
}

impl KeyEntry {
    pub(crate) fn new(arn: KeyArn, loaded: Loaded<KeyRecord>, policy: Arc<KeyPolicy>) -> Self {
        let used = AtomicBool::new(false);
        Self { arn, arn_text: arn.to_string(), loaded, policy, usage: OnceLock::new(), used }
    }

    pub(crate) fn record(&self) -> &KeyRecord {
        &self.loaded.value
    }
}

/// An alias, or the memory that there is none since some revision.
#[derive(Debug)]
struct AliasEntry {
    revision: u64,
    loaded: Option<Loaded<AliasRecord>>,
    used: AtomicBool,
}

impl Cached for AliasEntry {
    fn revision(&self) -> u64 {
        self.revision
    }
    fn used(&self) -> &AtomicBool {
        &self.used
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct KeyPlace(AccountId, Region, [u8; 16]);

#[derive(Debug, PartialEq, Eq)]
struct AliasPlace(AccountId, Region, AliasName);

struct AliasQuery<'a>(AccountId, Region, AliasRef<'a>);

impl Hash for AliasPlace {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0, self.1, self.2.as_str()).hash(state);
    }
}

impl Hash for AliasQuery<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0, self.1, self.2.as_str()).hash(state);
    }
}

impl Equivalent<AliasPlace> for AliasQuery<'_> {
    fn equivalent(&self, key: &AliasPlace) -> bool {
        (self.0, self.1, self.2.as_str()) == (key.0, key.1, key.2.as_str())
    }
}

/// The records.
#[derive(Debug)]
pub(crate) struct Records {
    store: Arc<dyn Store>,
    tagger: Arc<dyn Tagger>,
    keys: Bounded<KeyPlace, KeyEntry>,
    aliases: Bounded<AliasPlace, AliasEntry>,
    policies: Bounded<(AccountId, [u8; 32]), KeyPolicy>,
}

/// Records with their places, in the order of the places.
pub(crate) type Page<T> = Vec<(Vec<u8>, Loaded<T>)>;

/// What a set of changes comes to: a commit's lists, and the list that the log vouches for.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) require: Vec<Require>,
    pub(crate) write: Vec<Write>,
    /// Key, counter and envelope of every write; an empty envelope is a removal.
    pub(crate) vouched: Vec<(Vec<u8>, u64, Vec<u8>)>,
}

fn damaged(key: &[u8], why: impl ToString) -> Error {
    Error::Damaged { key: key.escape_ascii().to_string(), why: why.to_string() }
}

impl Records {
    /// With at most `most` keys, aliases and policies in each cache.
    pub(crate) fn new(store: Arc<dyn Store>, tagger: Arc<dyn Tagger>, most: usize) -> Self {
        let (keys, aliases, policies) = (Bounded::new(most), Bounded::new(most), Bounded::new(most));
        Self { store, tagger, keys, aliases, policies }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Keeps the store from being closed when this is dropped: in a forked process, where the parent writes it.
    pub(crate) fn abandon(&self) {
        std::mem::forget(Arc::clone(&self.store));
    }

    /// Reads; a store whose sync failed is opened anew first, which decides and checks what it has.
    fn up<T>(&self, read: impl Fn(&dyn Store) -> Result<T, StoreError>) -> Result<T, Error> {
        match read(&*self.store) {
            Err(StoreError::Poisoned) => {
                self.store.maintain(Maintenance::Reopen)?;
                Ok(read(&*self.store)?)
            }
            other => Ok(other?),
        }
    }

    /// One record, its tag verified.
    pub(crate) fn read<T>(
        &self,
        key: &[u8],
        kind: RecordKind,
        decode: impl FnOnce(&[u8]) -> Result<T, strongroom_keys::RecordError>,
    ) -> Result<Option<Loaded<T>>, Error> {
        match self.up(|store| store.get_one(&Key::from(key), Freshness::Latest))? {
            Some(record) => self.decode(&record, kind, decode).map(Some),
            None => Ok(None),
        }
    }

    /// The same, with the revision of the state that it was read from.
    fn read_seen<T>(
        &self,
        key: &[u8],
        kind: RecordKind,
        decode: impl FnOnce(&[u8]) -> Result<T, strongroom_keys::RecordError>,
    ) -> Result<(Option<Loaded<T>>, u64), Error> {
        let key = Key::from(key);
        let read = self.up(|store| store.get(std::slice::from_ref(&key), Freshness::Latest))?;
        let record = read.value.into_iter().next().flatten();
        let loaded = record.map(|record| self.decode(&record, kind, decode)).transpose()?;
        Ok((loaded, read.revision.as_u64()))
    }

    fn decode<T>(
        &self,
        record: &Record,
        kind: RecordKind,
        decode: impl FnOnce(&[u8]) -> Result<T, strongroom_keys::RecordError>,
    ) -> Result<Loaded<T>, Error> {
        let envelope = Envelope::unwrap(kind, &record.key, &record.value, &*self.tagger)
            .map_err(|why| damaged(&record.key, why))?;
        let value = decode(envelope.body).map_err(|why| damaged(&record.key, why))?;
        Ok(Loaded { value, revision: record.revision.as_u64(), counter: envelope.counter })
    }

    /// That a record is one of ours, whatever its kind.
    pub(crate) fn check(&self, record: &Record) -> Result<(), Error> {
        let checked = Envelope::unwrap_any(&record.key, &record.value, &*self.tagger);
        checked.map(drop).map_err(|why| damaged(&record.key, why))
    }

    /// The body of a record that was read already, its tag verified.
    pub(crate) fn read_value(&self, record: &Record, kind: RecordKind) -> Result<Vec<u8>, Error> {
        self.decode(record, kind, |body| Ok(body.to_vec())).map(|loaded| loaded.value)
    }

    /// One page of records under a prefix, after a key.
    pub(crate) fn page<T>(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
        kind: RecordKind,
        decode: impl Fn(&[u8]) -> Result<T, strongroom_keys::RecordError>,
    ) -> Result<Page<T>, Error> {
        let after = after.map(Key::from);
        let range = KeyRange::prefix(prefix);
        let limit = PageLimit::new(limit);
        let page = self.up(|store| store.scan(&range, after.as_ref(), limit, Freshness::Latest))?;
        let read = |record: &Record| Ok((record.key.to_vec(), self.decode(record, kind, &decode)?));
        page.value.iter().map(read).collect()
    }

    /// The key, out of the cache or the store.
    pub(crate) fn key(
        &self,
        account: AccountId,
        region: Region,
        id: &[u8; 16],
    ) -> Result<Option<Arc<KeyEntry>>, Error> {
        if let Some(entry) = self.keys.get(&KeyPlace(account, region, *id)) {
            return Ok(Some(entry));
        }
        let place = layout::key(account, region, &strongroom_types::KeyId::from_parts(*id, false));
        let (loaded, seen) = self.read_seen(&place, RecordKind::Key, KeyRecord::decode_body)?;
        let Some(loaded) = loaded else { return Ok(None) };
        self.remember_key(account, region, loaded, seen).map(Some)
    }

    fn remember_key(
        &self,
        account: AccountId,
        region: Region,
        loaded: Loaded<KeyRecord>,
        seen: u64,
    ) -> Result<Arc<KeyEntry>, Error> {
        let arn = loaded.value.arn(account, region);
        let policy = self.policy(account, region, &loaded.value.policy)?;
        let place = KeyPlace(account, region, *arn.id().as_bytes());
        let entry = Arc::new(KeyEntry::new(arn, loaded, policy));
        // A reader that was slow must not put an older state over a newer one.
        Ok(self.keys.put(place, entry, seen))
    }

    /// The compiled policy of this digest. A key whose policy is missing is refused, never opened wider.
    fn policy(&self, account: AccountId, region: Region, digest: &[u8; 32]) -> Result<Arc<KeyPolicy>, Error> {
        if let Some(policy) = self.policies.get(&(account, *digest)) {
            return Ok(policy);
        }
        let place = layout::policy(account, region, digest);
        let loaded = self.read(&place, RecordKind::Policy, PolicyRecord::decode_body)?;
        let record = loaded.ok_or_else(|| damaged(&place, "the key's policy is missing"))?.value;
        self.remember_policy(account, region, digest, record.document)
    }

    fn remember_policy(
        &self,
        account: AccountId,
        region: Region,
        digest: &[u8; 32],
        document: String,
    ) -> Result<Arc<KeyPolicy>, Error> {
        let parsed = Document::parse(&document)?;
        let compiled =
            strongroom_policy::compile_key_policy(&parsed, &CompileContext::new(region.partition(), account))?;
        let policy = Arc::new(KeyPolicy::new(document, compiled));
        Ok(self.policies.put((account, *digest), policy, u64::MAX))
    }

    /// The account that owns a key id. An id is one account's for ever, so where `likely` is known to have this key in
    /// `region`, nothing is read.
    pub(crate) fn owner(
        &self,
        id: &strongroom_types::KeyId,
        likely: AccountId,
        region: Region,
    ) -> Result<Option<AccountId>, Error> {
        if self.keys.get(&KeyPlace(likely, region, *id.as_bytes())).is_some() {
            return Ok(Some(likely));
        }
        let read = self.read(&layout::owner(id), RecordKind::Owner, KeyOwnerRecord::decode_body)?;
        Ok(read.map(|loaded| loaded.value.account))
    }

    /// The alias, out of the cache or the store.
    pub(crate) fn alias(
        &self,
        account: AccountId,
        region: Region,
        name: AliasRef<'_>,
    ) -> Result<Option<Loaded<AliasRecord>>, Error> {
        if let Some(entry) = self.aliases.get(&AliasQuery(account, region, name)) {
            return Ok(entry.loaded.clone());
        }
        let name = name.to_owned();
        let place = layout::alias(account, region, &name);
        let (loaded, seen) = self.read_seen(&place, RecordKind::Alias, AliasRecord::decode_body)?;
        let Some(loaded) = loaded else { return Ok(None) };
        self.remember_alias(AliasPlace(account, region, name), loaded.revision, Some(loaded.clone()), seen);
        Ok(Some(loaded))
    }

    fn remember_alias(&self, place: AliasPlace, revision: u64, loaded: Option<Loaded<AliasRecord>>, seen: u64) {
        let entry = Arc::new(AliasEntry { revision, loaded, used: AtomicBool::new(false) });
        self.aliases.put(place, entry, seen);
    }

    /// A version by the first 16 bytes of its material id.
    pub(crate) fn version_of_material(
        &self,
        arn: &KeyArn,
        prefix: &[u8; 16],
    ) -> Result<Option<Loaded<VersionRecord>>, Error> {
        let place = layout::material(arn.account(), arn.region(), &arn.id(), prefix);
        let number = self.read(&place, RecordKind::Material, |body| Ok(body.to_vec()))?;
        let Some(number) = number else { return Ok(None) };
        let number = number.value.try_into().map_err(|_| damaged(&place, "the index does not hold a number"))?;
        self.version(arn, u32::from_be_bytes(number))
    }

    /// A version by its number.
    pub(crate) fn version(&self, arn: &KeyArn, number: u32) -> Result<Option<Loaded<VersionRecord>>, Error> {
        let place = layout::version(arn.account(), arn.region(), &arn.id(), number);
        self.read(&place, RecordKind::Version, VersionRecord::decode_body)
    }

    /// A record's bytes with their tag.
    pub(crate) fn seal(&self, kind: RecordKind, key: &[u8], counter: u64, body: &[u8]) -> Result<Vec<u8>, Error> {
        Envelope::wrap(kind, key, counter, body, &*self.tagger).ok_or(Error::Forked)
    }

    /// Turns changes into a commit's lists. `seen` are the revisions that the decision rests on.
    pub(crate) fn prepare(&self, changes: &[Change], seen: &[(Vec<u8>, u64)]) -> Result<Prepared, Error> {
        let mut prepared = Prepared { require: Vec::new(), write: Vec::new(), vouched: Vec::new() };
        let require_revision = |require: &mut Vec<Require>, key: &[u8], revision: u64| {
            let requirement = Require::Revision(Key::from(key), Revision::from_u64(revision));
            if !require.iter().any(|known| known.key() == requirement.key()) {
                require.push(requirement);
            }
        };
        for change in changes {
            let key = change.key();
            let envelope = match change {
                Change::Create { kind, body, .. } => {
                    prepared.require.push(Require::Absent(Key::from(key)));
                    Some((1, self.seal(*kind, key, 1, body)?))
                }
                Change::Update { kind, body, revision, counter, .. } => {
                    require_revision(&mut prepared.require, key, *revision);
                    Some((counter + 1, self.seal(*kind, key, counter + 1, body)?))
                }
                Change::Ensure { kind, body, .. } => Some((1, self.seal(*kind, key, 1, body)?)),
                Change::Raw { value, revision, .. } => {
                    match revision {
                        Some(revision) => require_revision(&mut prepared.require, key, *revision),
                        None => prepared.require.push(Require::Absent(Key::from(key))),
                    }
                    Some((0, value.clone()))
                }
                Change::Delete { revision, .. } => {
                    if let Some(revision) = revision {
                        require_revision(&mut prepared.require, key, *revision);
                    }
                    None
                }
            };
            let (counter, envelope) = envelope.unwrap_or_default();
            prepared.write.push(match envelope.is_empty() {
                true => Write::delete(key),
                false => Write::put(key, envelope.clone()),
            });
            prepared.vouched.push((key.to_vec(), counter, envelope));
        }
        for (key, revision) in seen {
            require_revision(&mut prepared.require, key, *revision);
        }
        Ok(prepared)
    }

    /// Brings the caches to what was committed. The answer is the keys whose records changed.
    pub(crate) fn applied(&self, changes: &[Change], revision: Revision) -> Result<Vec<Arc<KeyEntry>>, Error> {
        let revision = revision.as_u64();
        for change in changes {
            if let Change::Ensure { key, kind: RecordKind::Policy, body } = change {
                self.policy_applied(key, body)?;
            }
        }
        let mut touched = Vec::new();
        for change in changes {
            let (key, kind, body, counter) = match change {
                Change::Create { key, kind, body } => (key, *kind, body, 1),
                Change::Update { key, kind, body, counter, .. } => (key, *kind, body, counter + 1),
                Change::Delete { key, .. } => {
                    self.alias_removed(key, revision);
                    continue;
                }
                Change::Ensure { .. } | Change::Raw { .. } => continue,
            };
            match kind {
                RecordKind::Key => {
                    let (account, region, _) =
                        layout::parse_key(key).ok_or_else(|| damaged(key, "not a key's place"))?;
                    let value = KeyRecord::decode_body(body).map_err(|why| damaged(key, why))?;
                    touched.push(self.remember_key(account, region, Loaded { value, revision, counter }, revision)?);
                }
                RecordKind::Alias => {
                    let value = AliasRecord::decode_body(body).map_err(|why| damaged(key, why))?;
                    if let Some((account, region, name)) = alias_place(key) {
                        let place = AliasPlace(account, region, name);
                        self.remember_alias(place, revision, Some(Loaded { value, revision, counter }), revision);
                    }
                }
                _ => {}
            }
        }
        Ok(touched)
    }

    fn policy_applied(&self, key: &[u8], body: &[u8]) -> Result<(), Error> {
        let (account, region, digest) =
            layout::parse_policy(key).ok_or_else(|| damaged(key, "not a policy's place"))?;
        let record = PolicyRecord::decode_body(body).map_err(|why| damaged(key, why))?;
        self.remember_policy(account, region, &digest, record.document).map(drop)
    }

    fn alias_removed(&self, key: &[u8], revision: u64) {
        if key.first() == Some(&b'a')
            && let Some((account, region, name)) = alias_place(key)
        {
            self.remember_alias(AliasPlace(account, region, name), revision, None, revision);
        }
    }

    /// Reads a key anew: a commit said that it is not what was seen. (Dropping the entry instead would let a slow
    /// reader put an older state in its place; what the cache drops by itself it remembers the revision of.)
    pub(crate) fn refresh_key(&self, arn: &KeyArn) -> Result<(), Error> {
        let place = layout::key(arn.account(), arn.region(), &arn.id());
        match self.read_seen(&place, RecordKind::Key, KeyRecord::decode_body)? {
            (Some(loaded), seen) => self.remember_key(arn.account(), arn.region(), loaded, seen).map(drop),
            (None, _) => Ok(()),
        }
    }

    /// Reads an alias anew, for the same reason.
    pub(crate) fn refresh_alias(&self, account: AccountId, region: Region, name: AliasRef<'_>) -> Result<(), Error> {
        let name = name.to_owned();
        let place = layout::alias(account, region, &name);
        let (loaded, seen) = self.read_seen(&place, RecordKind::Alias, AliasRecord::decode_body)?;
        let revision = loaded.as_ref().map_or(seen, |loaded| loaded.revision);
        self.remember_alias(AliasPlace(account, region, name), revision, loaded, seen);
        Ok(())
    }

    /// How the caches of keys, aliases and policies stand.
    pub(crate) fn caches(&self) -> [CacheStatus; 3] {
        [self.keys.status(), self.aliases.status(), self.policies.status()]
    }
}

fn alias_place(key: &[u8]) -> Option<(AccountId, Region, AliasName)> {
    let (account, region) = layout::parse_account_and_region(key)?;
    Some((account, region, layout::parse_alias(key)?))
}

/// Whether a commit failed only because something else was committed first.
pub(crate) fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Commit(CommitError::Conflict { .. }))
}
