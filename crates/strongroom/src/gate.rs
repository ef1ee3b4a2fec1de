//! The gate: validate, resolve, authorize, check kind and state. What comes out is a proof.
//!
//! Not generic: it sees a row and a request as data. `dispatch` turns what it gives into an [`Authorized`] of the
//! operation's own type.

use std::marker::PhantomData;
use std::sync::Arc;

use strongroom_api::{ErrorCode, KmsError, Operation as ApiOperation};
use strongroom_keys::{AliasRecord, Effective, Loaded, RecordKind, check_kind, check_state, layout};
use strongroom_policy::{ConditionValue, ConditionValues, Decision, Layers, Reason, Request};
use strongroom_types::row::{KeyForms, KeyMember, KeyRole, On, Permission, Row, When};
use strongroom_types::structure::{Kind, Structure, find};
use strongroom_types::{AccountId, AliasName, AliasRef, ConditionKey, KeyArn, KeyId, KeyRef, Region, Timestamp};

use crate::Error;
use crate::caller::CallerContext;
use crate::records::{KeyEntry, Records};
use crate::trace::Trace;

/// A key that a request names, as it was when the request was decided.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) role: KeyRole,
    pub(crate) key: Arc<KeyEntry>,
    /// The alias that named it, and its record, if one did.
    pub(crate) alias: Option<(AliasName, Loaded<AliasRecord>)>,
    /// Whether an alias was used, and of which name, as the request has it.
    by_alias: bool,
    /// Whether it is another account's key, named by its bare id.
    by_short_id: bool,
}

impl Resolved {
    /// A key that an alias names.
    pub(crate) fn by_alias(role: KeyRole, key: Arc<KeyEntry>) -> Self {
        Self { role, key, alias: None, by_alias: true, by_short_id: false }
    }
}

/// At most two keys are named by any request: no vector on the path of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys([Option<Resolved>; 2]);

impl Keys {
    pub(crate) fn push(&mut self, key: Resolved) {
        if let Some(free) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(key);
        }
    }

    fn drop_role(&mut self, role: KeyRole) {
        for slot in &mut self.0 {
            slot.take_if(|key| key.role == role);
        }
    }

    pub(crate) fn of(&self, role: KeyRole) -> Option<&Resolved> {
        self.iter().find(|key| key.role == role)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resolved> {
        self.0.iter().flatten()
    }
}

/// The proof that an operation was authorized, on these keys, in their state at that time.
///
/// Not `Clone`, its fields private to this module: only the gate makes one, and whatever touches a key or changes
/// a record takes one by value.
#[derive(Debug)]
pub(crate) struct Authorized<O> {
    keys: Keys,
    now: Timestamp,
    operation: PhantomData<fn() -> O>,
}

/// A proof's claim on one of its keys, for an operation that opens more than one: the proof is used up by sharing it,
/// each share by opening its key.
///
/// Not `Clone`, its fields private to this module, as the proof's are.
#[derive(Debug)]
pub(crate) struct Share<O> {
    key: Arc<KeyEntry>,
    operation: PhantomData<fn() -> O>,
}

impl<O: ApiOperation> Share<O> {
    /// The key, and the end of the share.
    pub(crate) fn into_key(self) -> Arc<KeyEntry> {
        self.key
    }

    /// The key.
    pub(crate) fn key(&self) -> &Arc<KeyEntry> {
        &self.key
    }
}

impl<O: ApiOperation> Authorized<O> {
    /// The keys, as they were when it was decided.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The keys, and the end of the proof.
    pub(crate) fn into_keys(self) -> Keys {
        self.keys
    }

    /// The keys, a share of the one key of an operation that names one, and the end of the proof.
    pub(crate) fn into_share(self) -> Result<(Keys, Share<O>), Error> {
        let share = self.share(KeyRole::Key)?;
        Ok((self.keys, share))
    }

    /// The keys, the shares of the key that something is taken from and of the one that it goes to, and the end of the
    /// proof.
    pub(crate) fn into_source_and_destination(self) -> Result<(Keys, Share<O>, Share<O>), Error> {
        let (source, destination) = (self.share(KeyRole::Source)?, self.share(KeyRole::Destination)?);
        Ok((self.keys, source, destination))
    }

    fn share(&self, role: KeyRole) -> Result<Share<O>, Error> {
        self.role(role).map(|resolved| Share { key: Arc::clone(&resolved.key), operation: PhantomData })
    }

    /// The one key of an operation that names one.
    pub(crate) fn key(&self) -> Result<&Arc<KeyEntry>, Error> {
        self.role(KeyRole::Key).map(|resolved| &resolved.key)
    }

    /// The key in a role.
    pub(crate) fn role(&self, role: KeyRole) -> Result<&Resolved, Error> {
        self.keys.of(role).ok_or_else(|| internal("an operation asked for a key that its row does not name"))
    }

    /// The ARNs of the keys.
    pub(crate) fn keys_seen(&self) -> Vec<KeyArn> {
        self.keys.iter().map(|key| key.key.arn).collect()
    }

    /// The time at which it was decided. Handlers have no other clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }
}

/// A fault of ours.
pub(crate) fn internal(what: &str) -> Error {
    KmsError::new(ErrorCode::KmsInternal, what).into()
}

/// What the gate lets through, before it has a type.
#[derive(Debug)]
pub(crate) struct Passed {
    keys: Keys,
    now: Timestamp,
}

impl Passed {
    pub(crate) fn prove<O: ApiOperation>(self) -> Authorized<O> {
        Authorized { keys: self.keys, now: self.now, operation: PhantomData }
    }
}

/// Whether a request suits the kind of its keys: algorithms and sizes.
pub(crate) type Suits<'s> = dyn Fn(&Keys) -> Result<(), Error> + 's;

/// The gate of one call.
pub(crate) struct Gate<'a> {
    pub(crate) records: &'a Records,
    pub(crate) row: &'static Row,
    pub(crate) caller: &'a CallerContext,
    pub(crate) region: Region,
    pub(crate) request: &'a dyn Structure,
    pub(crate) now: Timestamp,
}

fn text<'a>(request: &'a dyn Structure, member: &str) -> Option<&'a str> {
    match find(request, member).map(strongroom_types::structure::Value::kind) {
        Some(Kind::Str(text)) => Some(text),
        _ => None,
    }
}

fn sent(request: &dyn Structure, member: &str) -> bool {
    match find(request, member).map(strongroom_types::structure::Value::kind) {
        None => false,
        Some(Kind::List(list)) => !list.is_empty(),
        Some(Kind::Map(map)) => !map.is_empty(),
        Some(_) => true,
    }
}

/// How a key is named by a request.
enum Named<'a> {
    Nothing,
    By(KeyRef<'a>),
    Unknown(&'a str),
    Ciphertext(strongroom_types::KeyId),
}

impl<'a> Gate<'a> {
    /// Runs the gate. Everything it learns goes into `trace` as soon as it is known, so that a refused call has its resources.
    ///
    /// `suits` is what the operation itself asks of the keys' kind: it comes before their state, and before a dry run ends.
    pub(crate) fn pass(&self, trace: &mut Trace<'_>, suits: &Suits<'_>) -> Result<Passed, Error> {
        self.confined(trace)?;
        let mut keys = Keys::default();
        let mut missing = Vec::new();
        for member in self.row.keys {
            match self.resolve(member)? {
                Found::None => {}
                Found::Key(resolved) => {
                    self.list(&resolved, trace);
                    keys.push(resolved);
                }
                Found::Missing(what) => missing.push((member.role, what)),
            }
        }
        self.list_new_alias(trace);
        if !missing.is_empty() {
            self.hide(&mut keys, &mut missing)?;
        }
        if let Some((_, what)) = missing.first() {
            if let [(role, Missing::Alias(account, region, name))] = &missing[..] {
                let wanted = self.wanted(*role, (*account, *region, name), &keys)?;
                if wanted.is_some() {
                    self.no_grants()?;
                }
                trace.wanted = wanted;
            }
            return Err(self.not_there(what, &missing, &keys, trace));
        }
        let allowed = self.confined_to(&keys, trace).and_then(|()| self.authorize(&keys, trace));
        allowed.map_err(|error| self.as_if_missing(error, &keys))?;
        self.no_grants()?;
        self.check_states(&keys, suits)?;
        Ok(Passed { keys, now: self.now })
    }

    /// The resources of the record, in CloudTrail's order: an alias that is worked on stands before its key, and instead
    /// of the key that it leaves.
    fn list(&self, resolved: &Resolved, trace: &mut Trace<'_>) {
        if let Some((name, _)) = &resolved.alias {
            trace.alias(name.arn(resolved.key.arn.account(), resolved.key.arn.region()), resolved.key.arn.account());
        }
        if resolved.role != KeyRole::Current || self.row.keys.len() == 1 {
            trace.resource(&resolved.key);
        }
    }

    /// An alias that is to be made is no key's yet; CloudTrail lists it behind the key.
    fn list_new_alias(&self, trace: &mut Trace<'_>) {
        let made = self.row.permissions.iter().any(|permission| permission.on == On::Alias)
            && self.row.keys.iter().all(|member| member.forms != KeyForms::AliasName);
        let name = text(self.request, "AliasName").filter(|_| made).and_then(|name| AliasRef::parse(name).ok());
        if let Some(name) = name {
            trace.alias(name.to_owned().arn(self.caller.account, self.region), self.caller.account);
        }
    }

    fn no_grants(&self) -> Result<(), Error> {
        match self.row.grant_tokens && sent(self.request, "GrantTokens") {
            true => Err(KmsError::new(ErrorCode::InvalidGrantToken, "The grant token is not valid.").into()),
            false => Ok(()),
        }
    }

    fn check_states(&self, keys: &Keys, suits: &Suits<'_>) -> Result<(), Error> {
        let judged = || keys.iter().filter(|key| key.role != KeyRole::Current);
        for key in judged() {
            check_kind(self.row, key.key.record(), &key.key.arn)?;
        }
        suits(keys)?;
        for key in judged() {
            check_state(self.row, key.key.record(), &key.key.arn, self.now)?;
        }
        Ok(())
    }

    // ---- resolve -------------------------------------------------------------------------------------

    fn named(&self, member: &KeyMember) -> Result<Named<'a>, Error> {
        let Some(text) = text(self.request, member.member) else {
            return self.named_by_ciphertext(member);
        };
        if member.forms == KeyForms::AliasName {
            let alias = AliasRef::parse(text).map_err(|_| alias_error(text))?;
            return Ok(Named::By(KeyRef::Alias(alias)));
        }
        let by = match KeyRef::parse(text) {
            Ok(by) => by,
            Err(_) if KeyRef::looks_like_arn(text) => return Err(KmsError::invalid_arn(self.row, text).into()),
            Err(_) if text.starts_with("alias/") => return Err(alias_error(text)),
            // Not the form of any key id, so no key has it. It is missing like any other that is missing.
            Err(_) => return Ok(Named::Unknown(text)),
        };
        match by {
            KeyRef::Alias(_) | KeyRef::AliasArn { .. } if member.forms == KeyForms::IdOrArn => {
                Err(KmsError::alias_not_supported().into())
            }
            by => Ok(Named::By(by)),
        }
    }

    fn named_by_ciphertext(&self, member: &KeyMember) -> Result<Named<'a>, Error> {
        let blob = member.or_ciphertext.and_then(|member| find(self.request, member));
        let Some(Kind::Blob(blob)) = blob.map(strongroom_types::structure::Value::kind) else {
            return Ok(Named::Nothing);
        };
        let header = strongroom_crypto::symmetric::Header::parse(blob).map_err(|_| KmsError::invalid_ciphertext())?;
        Ok(Named::Ciphertext(header.key_id()))
    }

    fn resolve(&self, member: &KeyMember) -> Result<Found, Error> {
        let here = (self.caller.account, self.region);
        match self.named(member)? {
            Named::Nothing => Ok(Found::None),
            Named::By(KeyRef::Id(id)) => match self.key_at(member, KeyArn::new(here.0, here.1, id))? {
                Found::Missing(what) => Ok(self.by_short_id(member, id)?.unwrap_or(Found::Missing(what))),
                found => Ok(found),
            },
            Named::By(KeyRef::Arn(arn)) => self.key_at(member, arn),
            Named::By(KeyRef::Alias(name)) => self.by_alias(member, here, name),
            Named::By(KeyRef::AliasArn { account, region, name }) => self.by_alias(member, (account, region), name),
            Named::Unknown(text) => Ok(Found::Missing(Missing::Unknown(text.to_owned()))),
            Named::Ciphertext(id) => match self.records.owner(&id, here.0, here.1)? {
                Some(account) => self.key_at(member, KeyArn::new(account, self.region, id)),
                None => Ok(Found::Missing(Missing::Ciphertext)),
            },
        }
    }

    fn key_at(&self, member: &KeyMember, arn: KeyArn) -> Result<Found, Error> {
        match self.live_key(&arn)? {
            Some(key) => {
                Ok(Found::Key(Resolved { role: member.role, key, alias: None, by_alias: false, by_short_id: false }))
            }
            None => Ok(Found::Missing(Missing::Key(arn))),
        }
    }

    /// The key, if it exists in this Region and its waiting period is not over.
    fn live_key(&self, arn: &KeyArn) -> Result<Option<Arc<KeyEntry>>, Error> {
        if arn.region() != self.region {
            return Ok(None);
        }
        let key = self.records.key(arn.account(), arn.region(), arn.id().as_bytes())?;
        Ok(key.filter(|key| key.arn == *arn && key.record().state_at(self.now) != Effective::Gone))
    }

    fn by_alias(
        &self,
        member: &KeyMember,
        (account, region): (AccountId, Region),
        name: AliasRef<'_>,
    ) -> Result<Found, Error> {
        let missing = || Ok(Found::Missing(Missing::Alias(account, region, name.to_owned())));
        if region != self.region {
            return missing();
        }
        let Some(alias) = self.records.alias(account, region, name)? else { return missing() };
        let Some(key) = self.live_key(&KeyArn::new(account, region, alias.value.target))? else { return missing() };
        // Only operations on aliases need the alias itself; the others don't pay for a copy of its name.
        let keep = member.forms == KeyForms::AliasName;
        let alias = keep.then(|| (name.to_owned(), alias));
        Ok(Found::Key(Resolved { role: member.role, key, alias, by_alias: true, by_short_id: false }))
    }

    /// Another account's key by its bare id, which is taken if the symmetric ciphertext names the same one (API
    /// Reference, ReEncrypt: "A short key ID is also acceptable for the source key").
    fn by_short_id(&self, member: &KeyMember, id: KeyId) -> Result<Option<Found>, Error> {
        let blob = member.or_ciphertext.and_then(|member| find(self.request, member));
        let Some(Kind::Blob(blob)) = blob.map(strongroom_types::structure::Value::kind) else { return Ok(None) };
        if !strongroom_crypto::symmetric::Header::parse(blob).is_ok_and(|header| header.key_id() == id) {
            return Ok(None);
        }
        let owner = self.records.owner(&id, self.caller.account, self.region)?;
        let Some(owner) = owner.filter(|owner| *owner != self.caller.account) else { return Ok(None) };
        Ok(match self.key_at(member, KeyArn::new(owner, self.region, id))? {
            Found::Key(key) => Some(Found::Key(Resolved { by_short_id: true, ..key })),
            _ => None,
        })
    }

    /// Where something else is missing, a key that was found by its bare id in another account and that the caller may not
    /// use is missing too, in its place: he is told the same as if no account had it.
    fn hide(&self, keys: &mut Keys, missing: &mut Vec<(KeyRole, Missing)>) -> Result<(), Error> {
        for resolved in keys.clone().iter().filter(|key| key.by_short_id) {
            let on_it = |permission: &&Permission| permission.on == On::Key(resolved.role);
            let mut open = self.may_touch(&resolved.key.arn);
            for permission in self.row.permissions.iter().filter(on_it) {
                let kept = self.is_kept_from(permission, &resolved.key);
                open = open && !kept && self.decide(permission, keys)?.0.is_allow();
            }
            if !open {
                keys.drop_role(resolved.role);
                let arn = KeyArn::new(self.caller.account, self.region, resolved.key.arn.id());
                missing.push((resolved.role, Missing::Key(arn)));
            }
        }
        let place = |role: KeyRole| self.row.keys.iter().position(|member| member.role == role);
        missing.sort_by_key(|(role, _)| place(*role));
        Ok(())
    }

    /// A refusal on a key that was found by its bare id in another account: the same as if no account had it.
    fn as_if_missing(&self, error: Error, keys: &Keys) -> Error {
        let (mut there, mut missing) = (Keys::default(), Vec::new());
        for key in keys.iter() {
            match key.by_short_id {
                true => {
                    let arn = KeyArn::new(self.caller.account, self.region, key.key.arn.id());
                    missing.push((key.role, Missing::Key(arn)));
                }
                false => there.push(key.clone()),
            }
        }
        match missing.first() {
            Some((_, what)) if error.is(ErrorCode::AccessDenied) => self.missing_error(what, &missing, &there),
            _ => error,
        }
    }

    // ---- what is not there ---------------------------------------------------------------------------

    /// The error of `what`, the first of `missing`; `keys` are those that are there.
    fn not_there(&self, what: &Missing, missing: &Absent, keys: &Keys, trace: &mut Trace<'_>) -> Error {
        let why = match what {
            Missing::Ciphertext => "the ciphertext names a key that is not here",
            Missing::Alias(..) => "the alias that the request names is not here",
            Missing::Unknown(_) | Missing::Key(_) => KEY_NOT_HERE,
        };
        trace.denied(why);
        if let Missing::Key(arn) = what {
            trace.missing(arn);
        }
        self.missing_error(what, missing, keys)
    }

    fn missing_error(&self, what: &Missing, missing: &Absent, keys: &Keys) -> Error {
        let arn = self.arn_of(what);
        let role = missing.first().map(|(role, _)| *role);
        let error = match what {
            Missing::Ciphertext => return self.refused_of(missing, keys),
            Missing::Key(_) if role.is_some_and(|role| self.named_by_a_ciphertext(role)) => {
                return self.refused_of(missing, keys);
            }
            Missing::Unknown(_) => KmsError::new(ErrorCode::NotFound, format!("Key '{arn}' does not exist")),
            Missing::Key(key) if key.region() == self.region => KmsError::key_not_found(key),
            Missing::Key(key) => KmsError::new(ErrorCode::NotFound, format!("Invalid arn {}", key.region())),
            Missing::Alias(..) => KmsError::alias_not_found(&arn),
        };
        if let Missing::Alias(_, _, alias) = what
            && self.is_no_services(alias)
        {
            return error.into();
        }
        // Nor may a client that is confined to keys tell what is missing from what it may not touch.
        let confined = self.caller.confinement.keys.as_ref();
        if confined.is_some_and(|keys| keys.iter().all(|key| key.to_string() != arn)) {
            return self.refused_of(missing, keys);
        }
        match self.may_know(missing, keys) {
            Ok(true) => error.into(),
            Ok(false) => self.refused_of(missing, keys),
            Err(error) => error,
        }
    }

    /// The refusal of a request of whose keys some are missing: that of the first key that is missing or denied, as if
    /// all were there.
    fn refused_of(&self, missing: &Absent, keys: &Keys) -> Error {
        let refused = |permission: &&Permission| {
            let On::Key(role) = permission.on else { return false };
            match keys.of(role) {
                Some(key) if self.may_touch(&key.key.arn) => {
                    self.decide(permission, keys).is_ok_and(|(decision, _)| !decision.is_allow())
                }
                Some(_) => true,
                None => missing.iter().any(|(of, _)| *of == role),
            }
        };
        let permissions = self.row.permissions;
        self.refused(permissions.iter().find(refused).or(permissions.first()))
    }

    /// Whether a caller may be told that something is missing: only in his own account, only if identity policies, or
    /// being root, would allow the action on what is missing, and only if he is allowed what the request asks of the
    /// rest. To everyone else missing and denied look alike.
    fn may_know(&self, missing: &Absent, keys: &Keys) -> Result<bool, Error> {
        let own = |what: &Missing| match what {
            Missing::Key(arn) => arn.account() == self.caller.account,
            Missing::Alias(account, ..) => *account == self.caller.account,
            Missing::Unknown(_) => true,
            Missing::Ciphertext => false,
        };
        if !missing.iter().all(|(_, what)| own(what)) || !keys.iter().all(|key| self.may_touch(&key.key.arn)) {
            return Ok(false);
        }
        let values = self.conditions(None);
        for permission in self.row.permissions {
            let absent = match permission.on {
                On::Key(role) => missing.iter().find(|(of, _)| *of == role),
                On::Alias => None,
                _ => continue,
            };
            let allowed = match absent {
                Some((_, what)) => {
                    let (arn, account) = (self.arn_of(what), self.caller.account);
                    let request = Request::on_alias(permission.action, &self.caller.principal, &arn, account, &values);
                    strongroom_policy::decide(&self.layers(None), &request).is_allow()
                }
                None => self.decide(permission, keys)?.0.is_allow(),
            };
            if !allowed {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The ARN of what is not there; empty for what a ciphertext names.
    fn arn_of(&self, what: &Missing) -> String {
        match what {
            Missing::Key(arn) => arn.to_string(),
            Missing::Unknown(text) => {
                let (region, account) = (self.region, self.caller.account);
                format!("arn:{}:kms:{region}:{account}:key/{text}", region.partition())
            }
            Missing::Alias(account, region, name) => name.arn(*account, *region),
            Missing::Ciphertext => String::new(),
        }
    }

    /// The one answer to a caller who is refused, whatever the reason: on the key of this permission.
    fn refused(&self, permission: Option<&Permission>) -> Error {
        match permission {
            Some(Permission { on: On::Key(role), .. }) if self.named_by_a_ciphertext(*role) => {
                KmsError::ciphertext_key_denied().into()
            }
            Some(permission) => self.denied(permission),
            None => internal("an operation without a permission"),
        }
    }

    fn denied(&self, permission: &Permission) -> Error {
        KmsError::access_denied(self.caller.principal.principal().arn(), permission.action).into()
    }

    /// Whether the request leaves it to a ciphertext to name the key in this role.
    fn named_by_a_ciphertext(&self, role: KeyRole) -> bool {
        let by = |member: &KeyMember| member.role == role && member.or_ciphertext.is_some();
        self.row.keys.iter().any(|member| by(member) && text(self.request, member.member).is_none())
    }

    // ---- authorize -----------------------------------------------------------------------------------

    fn confined(&self, trace: &mut Trace<'_>) -> Result<(), Error> {
        match &self.caller.confinement.operations {
            Some(allowed) if !allowed.contains(&self.row.operation) => {
                trace.denied("the client is confined to other operations");
                Err(self.refused(self.row.permissions.first()))
            }
            _ => Ok(()),
        }
    }

    fn confined_to(&self, keys: &Keys, trace: &mut Trace<'_>) -> Result<(), Error> {
        match keys.iter().all(|key| self.may_touch(&key.key.arn)) {
            true => Ok(()),
            false => {
                trace.denied(CONFINED);
                Err(self.refused_of(&[], keys))
            }
        }
    }

    /// Whether the client was not narrowed away from this key.
    pub(crate) fn may_touch(&self, arn: &KeyArn) -> bool {
        let confinement = &self.caller.confinement;
        confinement.keys.as_ref().is_none_or(|keys| keys.contains(arn))
            && (!confinement.own_account || arn.account() == self.caller.account)
    }

    fn layers<'l>(&'l self, key: Option<&'l KeyEntry>) -> Layers<'l> {
        let layers = key.map_or_else(Layers::without_key, |key| Layers::new(&key.policy.compiled));
        layers.identity(&self.caller.identity).boundary(self.caller.boundary.as_deref()).session(&self.caller.session)
    }

    /// In a batch, what was decided about a request like this one is not decided again.
    fn authorize(&self, keys: &Keys, trace: &mut Trace<'_>) -> Result<(), Error> {
        let Some(batch) = trace.batch else { return self.decide_all(keys, trace, None) };
        if batch.replay(self.request, keys, self.now, |permission, it| trace.decided(permission, it)) {
            return Ok(());
        }
        let mut decisions = Vec::new();
        self.decide_all(keys, trace, Some(&mut decisions))?;
        batch.allowed(self.request, keys, self.now, decisions);
        Ok(())
    }

    fn decide_all(
        &self,
        keys: &Keys,
        trace: &mut Trace<'_>,
        mut remember: Option<&mut Vec<crate::batch::Allowed>>,
    ) -> Result<(), Error> {
        for permission in self.row.permissions {
            if let When::Sent(member) = permission.when
                && !sent(self.request, member)
            {
                continue;
            }
            if let On::Key(role) = permission.on
                && keys.of(role).is_some_and(|key| self.is_kept_from(permission, &key.key))
            {
                trace.denied(KEPT);
                return Err(self.refused(Some(permission)));
            }
            let decision = self.decide(permission, keys)?;
            let allowed = decision.0.is_allow();
            if let Some(decisions) = &mut remember {
                decisions.push((permission, decision.0, decision.1.clone()));
            }
            trace.decided(permission, decision);
            if !allowed {
                return Err(match permission.on {
                    // About no key, so there is nothing to hide: the action that is missing.
                    On::Any => self.denied(permission),
                    _ => self.refused(Some(permission)),
                });
            }
        }
        Ok(())
    }

    /// One decision. Allocates nothing for a decision on a key.
    pub(crate) fn decide(
        &self,
        permission: &Permission,
        keys: &Keys,
    ) -> Result<(Decision, Option<Arc<KeyEntry>>), Error> {
        let principal = &self.caller.principal;
        match permission.on {
            On::Key(role) => {
                let Some(resolved) = keys.of(role) else {
                    // A key that the request did not have to name, and did not: nothing to decide on.
                    return Err(internal("a permission is about a key that the request does not name"));
                };
                let key = &resolved.key;
                let decide = |values: &ConditionValues<'_>| {
                    let request =
                        Request::on_key(permission.action, principal, &key.arn_text, key.arn.account(), values);
                    let request = if self.row.cross_account { request.cross_account_capable() } else { request };
                    strongroom_policy::decide(&self.layers(Some(key)), &request)
                };
                let same = Self::on_same_key(keys);
                let conditions = || {
                    let mut values = self.conditions(Some(resolved));
                    values.set_if(ConditionKey::KmsReEncryptOnSameKey, same.map(ConditionValue::Bool));
                    values
                };
                let mut decision = decide(&conditions());
                if !decision.is_allow() && key.record().aliases > 0 {
                    // Its aliases, which were left out, could only have made the decision milder.
                    let names = self.aliases_of(key)?;
                    let names: Vec<&str> = names.iter().map(AliasName::as_str).collect();
                    let mut values = conditions();
                    values.set(ConditionKey::KmsResourceAliases, ConditionValue::Strs(&names));
                    decision = decide(&values);
                }
                Ok((decision, Some(Arc::clone(key))))
            }
            On::Alias => {
                let name = text(self.request, "AliasName").unwrap_or_default();
                let partition = self.region.partition();
                let arn = format!("arn:{partition}:kms:{}:{}:{name}", self.region, self.caller.account);
                let values = self.conditions(None);
                let request = Request::on_alias(permission.action, principal, &arn, self.caller.account, &values);
                Ok((strongroom_policy::decide(&self.layers(None), &request), None))
            }
            On::Any | On::Grant | On::Principal => {
                let values = self.conditions(None);
                let request = Request::on_any(permission.action, principal, &values);
                Ok((strongroom_policy::decide(&self.layers(None), &request), None))
            }
        }
    }

    /// Of an operation from one key to another, whether the two are one (Developer Guide, kms:ReEncryptOnSameKey).
    fn on_same_key(keys: &Keys) -> Option<bool> {
        let (from, to) = (keys.of(KeyRole::Source)?, keys.of(KeyRole::Destination)?);
        Some(from.key.arn == to.key.arn)
    }

    /// The names of a key's aliases, as they are at this instant.
    fn aliases_of(&self, key: &KeyEntry) -> Result<Vec<AliasName>, Error> {
        let prefix = layout::aliases_of_key(key.arn.account(), key.arn.region(), &key.arn.id());
        let most = usize::try_from(strongroom_keys::ALIASES_PER_KEY).unwrap_or(usize::MAX);
        let page = self.records.page(&prefix, None, most, RecordKind::AliasOfKey, |_| Ok(()))?;
        Ok(page.iter().filter_map(|(place, _)| layout::parse_alias(place)).collect())
    }

    /// What policies may read: the request, the key, the session.
    pub(crate) fn conditions<'v>(&'v self, key: Option<&'v Resolved>) -> ConditionValues<'v> {
        use ConditionKey as K;
        let mut values = ConditionValues::new();
        values.fixed(self.row.conditions);
        match key {
            Some(resolved) => values.fill_for(self.request, resolved.role),
            None => values.fill(self.request),
        };
        if let Some(resolved) = key {
            let record = resolved.key.record();
            values
                .set(K::KmsKeySpec, ConditionValue::Str(record.spec.as_str()))
                .set(K::KmsCustomerMasterKeySpec, ConditionValue::Str(record.spec.as_str()))
                .set(K::KmsKeyUsage, ConditionValue::Str(record.usage.as_str()))
                .set(K::KmsCustomerMasterKeyUsage, ConditionValue::Str(record.usage.as_str()))
                .set(K::KmsKeyOrigin, ConditionValue::Str(record.origin.as_str()))
                .set(K::KmsMultiRegion, ConditionValue::Bool(record.id.is_multi_region()))
                .set(K::AwsResourceTag, ConditionValue::Tags(&record.tags));
            if record.aliases > 0 {
                // Reading them costs a look into the store, so they stand for the worst until a decision hangs on them:
                // no statement that allows matches, and every one that denies.
                values.set(K::KmsResourceAliases, ConditionValue::Unfit);
            }
            if let Some(alias) = self.request_alias(resolved) {
                values.set(K::KmsRequestAlias, ConditionValue::Str(alias));
            }
        }
        values
            .set(K::AwsCurrentTime, ConditionValue::Time(self.now))
            .set(K::AwsEpochTime, ConditionValue::Time(self.now))
            .set(K::AwsRequestedRegion, ConditionValue::Str(self.region.as_str()));
        self.caller.facts.conditions(&mut values, self.now);
        values
    }

    /// The alias *name* that the request used, also when it used the ARN (Developer Guide, kms:RequestAlias).
    fn request_alias(&self, resolved: &Resolved) -> Option<&'a str> {
        // An alias that is worked on is not one that names a key.
        let fits = |member: &&KeyMember| member.role == resolved.role && member.forms == KeyForms::Any;
        let member = self.row.keys.iter().find(fits).filter(|_| resolved.by_alias)?;
        match KeyRef::parse(text(self.request, member.member)?).ok()? {
            KeyRef::Alias(name) | KeyRef::AliasArn { name, .. } => Some(name.as_str()),
            _ => None,
        }
    }

    /// The lock-out check: whether the caller could replace `policy` again.
    pub(crate) fn lockout(
        &self,
        policy: &strongroom_policy::Compiled,
        arn: &KeyArn,
    ) -> Result<(), strongroom_policy::PolicyError> {
        let values = self.conditions(None);
        let text = arn.to_string();
        let action = strongroom_types::Action::PutKeyPolicy;
        let request = Request::on_key(action, &self.caller.principal, &text, arn.account(), &values);
        let layers = Layers::new(policy)
            .identity(&self.caller.identity)
            .boundary(self.caller.boundary.as_deref())
            .session(&self.caller.session);
        strongroom_policy::lockout_check(&layers, &request)
    }
}

fn alias_error(text: &str) -> Error {
    match text.starts_with("alias/") {
        // `:` is in the model's pattern and not in AWS's text (API Reference, CreateAlias).
        true => KmsError::new(ErrorCode::NotFound, format!("Alias {text} is not found.")).into(),
        false => KmsError::alias_prefix().into(),
    }
}

/// What a member's key came to.
enum Found {
    None,
    Key(Resolved),
    Missing(Missing),
}

/// What is not there.
enum Missing {
    Key(KeyArn),
    /// A text in no form that a key id has.
    Unknown(String),
    Alias(AccountId, Region, AliasName),
    Ciphertext,
}

/// What is not there, by the role that it would have.
type Absent = [(KeyRole, Missing)];

/// Reasons for the record, of refusals that no policy decided.
const CONFINED: &str = "the client is confined to other keys";
const KEPT: &str = "the key is kept by a service";
const KEY_NOT_HERE: &str = "the key that the request names is not here";

/// The reason of a decision in one word, for the record.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::KeyPolicyAllows => "the key policy allows it",
        Reason::IdentityAllows => "an identity policy allows it",
        Reason::RootUser => "the caller is the account's root user",
        Reason::ExplicitDeny => "a statement denies it",
        Reason::Unevaluable => "a statement that denies could not be evaluated",
        Reason::NoAllow(_) => "no statement allows it",
        Reason::NotCrossAccount => "the operation is not for callers of other accounts",
        _ => "the question made no sense",
    }
}
