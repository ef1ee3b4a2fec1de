//! What a handler may do: read records, verify with public keys, and, for the price of a proof, open a key.

use std::sync::Arc;

use strongroom_api::{ErrorCode, KmsError, Operation as ApiOperation};
use strongroom_crypto::CryptoProvider;
use strongroom_hsm::{KeyHandle, KeyToken, Op, OutBuf};
use strongroom_keys::{AliasRecord, KeyRecord, LastUsageRecord, Loaded, RecordKind, VersionRecord, layout};
use strongroom_types::row::Row;
use strongroom_types::{AccountId, AliasRef, KeyArn, KeyId, Region, Timestamp};

use crate::Error;
use crate::cache::{HandleKey, Open};
use crate::caller::CallerContext;
use crate::core::{Core, guarded};
use crate::dispatch::Effect;
use crate::draw::Draw;
use crate::gate::{Authorized, Gate, Keys, Share, internal};
use crate::lane::Lane;
use crate::records::{KeyEntry, Page};
use crate::trace::Learned;

/// The world as a handler sees it. No clock, no custody, no way to commit or to record.
pub(crate) struct Act<'a> {
    core: &'a Core,
    gate: &'a Gate<'a>,
    draw: &'a Draw,
    lane: Lane<'a>,
}

/// Which version of a key.
pub(crate) enum Version {
    /// The current one.
    Current,
    /// The one whose material id begins so.
    Of([u8; 16]),
}

/// A key, open for one operation.
pub(crate) struct OpenKey {
    handle: Arc<dyn KeyHandle>,
    key: Arc<KeyEntry>,
    material: Option<[u8; 32]>,
    row: &'static Row,
}

/// The one key of an operation, open, and what is left of the proof that paid for it.
pub(crate) struct Opened {
    open: OpenKey,
    keys: Keys,
}

impl<'a> Act<'a> {
    pub(crate) fn new(core: &'a Core, gate: &'a Gate<'a>, draw: &'a Draw, lane: Lane<'a>) -> Self {
        Self { core, gate, draw, lane }
    }

    pub(crate) fn caller(&self) -> &CallerContext {
        self.gate.caller
    }

    pub(crate) fn region(&self) -> Region {
        self.gate.region
    }

    pub(crate) fn provider(&self) -> &'a CryptoProvider {
        &self.core.provider
    }

    /// The lock-out check of a new policy for this caller.
    pub(crate) fn gate(&self) -> &Gate<'a> {
        self.gate
    }

    /// Salt and IV of this call.
    pub(crate) fn seal_entropy(&self) -> &[u8; 44] {
        self.draw.seal()
    }

    /// Slow work is no task's: a call on one leaves it here.
    fn unless_slow(&self, slow: bool) -> Result<(), Error> {
        match self.lane.task() {
            Some(task) if slow => Err(task.leave()),
            _ => Ok(()),
        }
    }

    /// Random bytes of the custody's own, or, where it has no generator, of the provider's.
    pub(crate) fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        use strongroom_hsm::Error as E;
        self.unless_slow(self.core.slow.all)?;
        match guarded(|| self.core.custody.random(out)) {
            Err(E::Unsupported(_)) => Ok(self.core.provider.random.fill(out)?),
            Err(E::Retry(why)) => Err(KmsError::new(ErrorCode::DependencyTimeout, why.to_string()).into()),
            other => Ok(other?),
        }
    }

    /// A fresh key id of this call.
    pub(crate) fn fresh_key_id(&self) -> Result<KeyId, Error> {
        self.draw.key_id().map(KeyId::from_random)
    }

    /// The id under which new material of this call is made.
    pub(crate) fn creation_id(&self) -> Result<[u8; 16], Error> {
        self.draw.creation_id()
    }

    /// The name of the custody that makes new keys, and the suite of their ciphertexts.
    pub(crate) fn custody_name(&self) -> &'static str {
        self.core.custody.describe().backend
    }

    /// Whether the custody can do this with keys of this spec.
    pub(crate) fn can(&self, spec: strongroom_types::KeySpec, verb: strongroom_hsm::Verb) -> bool {
        self.core.custody.describe().support(spec, verb).is_some()
    }

    /// The suite of new ciphertexts.
    pub(crate) fn suite(&self) -> Option<u8> {
        self.core.custody.describe().suite.map(strongroom_hsm::Suite::number)
    }

    pub(crate) fn key(&self, arn: &KeyArn) -> Result<Option<Arc<KeyEntry>>, Error> {
        self.core.records.key(arn.account(), arn.region(), arn.id().as_bytes())
    }

    pub(crate) fn alias(&self, name: AliasRef<'_>) -> Result<Option<Loaded<AliasRecord>>, Error> {
        self.core.records.alias(self.caller().account, self.region(), name)
    }

    /// One page of the caller's keys, after an id.
    pub(crate) fn keys_page(&self, after: Option<&[u8]>, limit: usize) -> Result<Page<KeyRecord>, Error> {
        let prefix = layout::keys_of(self.caller().account, self.region());
        self.core.records.page(&prefix, after, limit, RecordKind::Key, KeyRecord::decode_body)
    }

    /// One page of the caller's aliases.
    pub(crate) fn aliases_page(&self, after: Option<&[u8]>, limit: usize) -> Result<Page<AliasRecord>, Error> {
        let prefix = layout::aliases_of(self.caller().account, self.region());
        self.core.records.page(&prefix, after, limit, RecordKind::Alias, AliasRecord::decode_body)
    }

    /// The places of one page of a key's aliases.
    pub(crate) fn aliases_of_key(
        &self,
        arn: &KeyArn,
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let prefix = layout::aliases_of_key(arn.account(), arn.region(), &arn.id());
        let page = self.core.records.page(&prefix, after, limit, RecordKind::AliasOfKey, |_| Ok(()))?;
        Ok(page.into_iter().map(|(place, _)| place).collect())
    }

    /// One version of a key.
    pub(crate) fn version(&self, arn: &KeyArn, number: u32) -> Result<Option<Loaded<VersionRecord>>, Error> {
        self.core.records.version(arn, number)
    }

    /// The last use of a key, and since when uses are known: `None`, since the strongroom was made.
    pub(crate) fn last_usage(&self, arn: &KeyArn) -> Result<(Option<LastUsageRecord>, Option<Timestamp>), Error> {
        Ok((self.core.last_usage(arn)?, self.core.usage_known_since()?))
    }

    /// Whether an account has room for one more key in this Region.
    pub(crate) fn keys_are_full(&self, account: AccountId, region: Region) -> Result<bool, Error> {
        self.core.key_count(account, region).map(|count| count >= u64::from(strongroom_keys::KEYS_PER_REGION))
    }

    /// Opens the key, for the price of the proof. `None` if the key has no such version.
    pub(crate) fn open<O: ApiOperation>(
        &self,
        proof: Authorized<O>,
        version: &Version,
    ) -> Result<Option<Opened>, Error> {
        let (keys, share) = proof.into_share()?;
        Ok(self.open_share(share, version)?.map(|open| Opened { open, keys }))
    }

    /// Opens one key of several, for the price of its share in the proof. `None` if the key has no such version.
    pub(crate) fn open_share<O: ApiOperation>(
        &self,
        share: Share<O>,
        version: &Version,
    ) -> Result<Option<OpenKey>, Error> {
        let key = share.into_key();
        let record = key.record();
        self.unless_slow(self.core.slow.to_use(record.spec))?;
        let current = record.material.and_then(|id| id.first_chunk::<16>().copied());
        let wanted = match version {
            Version::Current => current.unwrap_or_else(|| by_number(record.current)),
            Version::Of(prefix) => *prefix,
        };
        let mut absent = false;
        let open = self.core.handles.get(HandleKey::new(&key.arn, wanted), self.core.time.monotonic(), || {
            let found = match current {
                Some(_) => self.core.records.version_of_material(&key.arn, &wanted)?,
                None => self.core.records.version(&key.arn, record.current)?,
            };
            let Some(version) = found else {
                absent = true;
                return Err(internal("the version is not there"));
            };
            let handle = self.core.open_version(&key, &version.value)?;
            self.core.tell_unlocked(self.core.moment()?)?;
            Ok(Open { handle, material: version.value.material })
        });
        if absent {
            return Ok(None);
        }
        let Open { handle, material } = open.map_err(|error| during_call(error, &key.arn, self.gate.row))?;
        self.still_open(&key);
        Ok(Some(OpenKey { handle, key, material, row: self.gate.row }))
    }

    /// A key may have been disabled while its handle was put into the cache; then it must not stay there.
    fn still_open(&self, key: &KeyEntry) {
        if let Ok(Some(now)) = self.key(&key.arn)
            && now.loaded.revision != key.loaded.revision
        {
            self.core.drop_if_unusable(&now);
        }
    }
}

/// The version id of a key without material ids: its number.
fn by_number(number: u32) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

impl Core {
    /// Opens a version in the custody, where it must be the key that the record says.
    pub(crate) fn open_version(&self, key: &KeyEntry, version: &VersionRecord) -> Result<Arc<dyn KeyHandle>, Error> {
        let token = KeyToken::new(version.token.as_slice())?;
        self.with_expectation(key, version, |expect| Ok(self.custody.open(&token, expect)?))
    }

    pub(crate) fn drop_if_unusable(&self, key: &KeyEntry) {
        use strongroom_keys::Effective;
        if key.record().state_at(self.time.highest()) != Effective::Live(strongroom_types::KeyState::Enabled) {
            self.handles.close_key(&key.arn);
        }
    }
}

impl OpenKey {
    pub(crate) fn key(&self) -> &KeyEntry {
        &self.key
    }

    /// The id of the material that is open; only symmetric encryption keys have one.
    pub(crate) fn material(&self) -> Option<[u8; 32]> {
        self.material
    }

    /// The same, as 64 hexadecimal digits.
    pub(crate) fn material_id(&self) -> Option<String> {
        self.material.map(|id| strongroom_keys::hex(&id))
    }

    /// Does one operation.
    pub(crate) fn run(&self, op: &Op<'_>, limit: usize) -> Result<OutBuf, Error> {
        let mut out = OutBuf::with_limit(limit);
        self.handle.run(op, &mut out).map_err(|error| custody_error(error, &self.key.arn, self.row))?;
        Ok(out)
    }
}

impl std::ops::Deref for Opened {
    type Target = OpenKey;

    fn deref(&self) -> &OpenKey {
        &self.open
    }
}

impl Opened {
    /// The answer, and the end of the opening.
    pub(crate) fn answer<'a, T>(self, output: T) -> Effect<'a, T> {
        Effect::answer(self.keys, output, Learned { material: self.open.material, ..Learned::default() })
    }
}

fn during_call(error: Error, arn: &KeyArn, row: &Row) -> Error {
    match error {
        Error::Custody(error) => custody_error(error, arn, row),
        other => other,
    }
}

/// AWS's face of a custody error. `Gone` stays what it is: the call starts again.
pub(crate) fn custody_error(error: strongroom_hsm::Error, arn: &KeyArn, row: &Row) -> Error {
    use strongroom_hsm::Error as E;
    crate::observe::custody_failed(&error);
    // The first of these that the operation has, by its own list of errors.
    let one_of = |codes: [ErrorCode; 2]| {
        codes.into_iter().find(|code| row.errors.contains(&code.as_str())).unwrap_or(ErrorCode::KmsInternal)
    };
    match error {
        E::InvalidCiphertext(_) => KmsError::invalid_ciphertext().into(),
        E::InvalidSignature(_) => KmsError::invalid_signature().into(),
        E::InvalidInput(why) => KmsError::validation(why.to_string()).into(),
        E::Retry(why) => {
            let code = one_of([ErrorCode::KeyUnavailable, ErrorCode::DependencyTimeout]);
            KmsError::new(code, why.to_string()).into()
        }
        E::Reconnect(why) => KmsError::new(ErrorCode::KmsInvalidState, format!("{arn}: {why}.")).into(),
        E::Login(why) => KmsError::new(ErrorCode::KmsInvalidState, format!("{arn}: {why}.")).into(),
        E::Conflict(why) => KmsError::new(ErrorCode::KmsInvalidState, format!("{arn}: {why}.")).into(),
        E::Unsupported(why) => KmsError::new(ErrorCode::UnsupportedOperation, why.to_string()).into(),
        E::Denied(why) => KmsError::new(ErrorCode::InvalidKeyUsage, why.to_string()).into(),
        E::Full(why) => {
            let code = one_of([ErrorCode::LimitExceeded, ErrorCode::KeyUnavailable]);
            KmsError::new(code, why.to_string()).into()
        }
        E::Forked(_) => Error::Forked,
        other => Error::Custody(other),
    }
}
