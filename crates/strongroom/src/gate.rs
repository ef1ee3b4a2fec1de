//! The gate: validate, resolve, authorize, check kind and state. What comes out is a proof.
//!
//! Not generic: it sees a row and a request as data. `dispatch` turns what it gives into an [`Authorized`] of the
//! operation's own type.

mod authorize;
mod missing;
mod resolve;

use std::marker::PhantomData;
use std::sync::Arc;

use strongroom_api::{ErrorCode, KmsError, Operation as ApiOperation};
use strongroom_keys::{AliasRecord, Loaded, check_kind, check_state};
use strongroom_types::row::{KeyForms, KeyRole, On, Row};
use strongroom_types::structure::{Kind, Structure, find};
use strongroom_types::{AliasName, AliasRef, KeyArn, Region, Timestamp};

pub(crate) use self::authorize::reason;
use self::missing::Missing;
use self::resolve::Found;
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
}
