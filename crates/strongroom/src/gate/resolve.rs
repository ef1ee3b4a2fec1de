//! Resolve: from what a request says to records of keys, from the cache or the store.

use std::sync::Arc;

use strongroom_api::{ErrorCode, KmsError};
use strongroom_keys::Effective;
use strongroom_types::row::{KeyForms, KeyMember, KeyRole, On, Permission};
use strongroom_types::structure::{Kind, find};
use strongroom_types::{AccountId, AliasRef, KeyArn, KeyId, KeyRef, Region};

use super::missing::Missing;
use super::{Gate, Keys, Resolved, text};
use crate::Error;
use crate::records::KeyEntry;

/// How a key is named by a request.
enum Named<'a> {
    Nothing,
    By(KeyRef<'a>),
    Unknown(&'a str),
    Ciphertext(strongroom_types::KeyId),
}

/// What a member's key came to.
pub(super) enum Found {
    None,
    Key(Resolved),
    Missing(Missing),
}

impl<'a> Gate<'a> {
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

    pub(super) fn resolve(&self, member: &KeyMember) -> Result<Found, Error> {
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

    pub(super) fn by_alias(
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
    pub(super) fn hide(&self, keys: &mut Keys, missing: &mut Vec<(KeyRole, Missing)>) -> Result<(), Error> {
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
    pub(super) fn as_if_missing(&self, error: Error, keys: &Keys) -> Error {
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
}

fn alias_error(text: &str) -> Error {
    match text.starts_with("alias/") {
        // `:` is in the model's pattern and not in AWS's text (API Reference, CreateAlias).
        true => KmsError::new(ErrorCode::NotFound, format!("Alias {text} is not found.")).into(),
        false => KmsError::alias_prefix().into(),
    }
}
