//! Aliases: names that point to keys.

use std::sync::Arc;

use strongroom_api::types::{
    AliasListEntry, CreateAliasRequest, DeleteAliasRequest, ListAliasesRequest, ListAliasesResponse, NoOutput,
    UpdateAliasRequest,
};
use strongroom_api::{ErrorCode, KmsError, ops};
use strongroom_keys::{AliasRecord, Effective, Loaded, layout};
use strongroom_types::row::KeyRole;
use strongroom_types::{AliasName, AliasRef, KeyArn, KeyRef, Timestamp};

use super::page::Pages;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::{Authorized, Keys, internal};
use crate::records::KeyEntry;
use crate::trace::Learned;

const ALIASES: Pages = Pages { usual: 50 };

/// The name of an alias that a caller may touch.
fn own_name(text: &str) -> Result<AliasRef<'_>, KmsError> {
    if !text.starts_with("alias/") {
        return Err(KmsError::alias_prefix());
    }
    if text.starts_with("alias/aws/") {
        return Err(KmsError::alias_reserved());
    }
    AliasRef::parse(text).map_err(|_| match text {
        "alias/" => KmsError::new(ErrorCode::InvalidAliasName, "The alias has no name."),
        _ => KmsError::alias_characters(text),
    })
}

fn live(act: &Act<'_>, target: &KeyArn, now: Timestamp) -> Result<Option<Arc<KeyEntry>>, Error> {
    Ok(act.key(target)?.filter(|key| key.record().state_at(now) != Effective::Gone))
}

impl Handler for ops::CreateAlias {
    fn check(input: &CreateAliasRequest) -> Result<(), KmsError> {
        own_name(&input.alias_name).map(drop)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a CreateAliasRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let now = proof.now();
        let target = &proof.role(KeyRole::Target)?.key;
        let name = own_name(&input.alias_name)?;
        let stands = act.alias(name)?;
        if let Some(alias) = &stands {
            let old = KeyArn::new(target.arn.account(), target.arn.region(), alias.value.target);
            if live(act, &old, now)?.is_some() {
                let arn = name.to_owned().arn(target.arn.account(), target.arn.region());
                return Err(KmsError::alias_exists(&arn).into());
            }
        }
        let changes =
            strongroom_keys::create_alias(&name.to_owned(), &target.arn, &target.loaded, stands.as_ref(), now)?;
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

/// The alias that a request names, and its record, as the gate found it.
fn current<O: strongroom_api::Operation>(
    proof: &Authorized<O>,
) -> Result<(&AliasName, &Loaded<AliasRecord>, &Arc<KeyEntry>), Error> {
    let resolved = proof.role(KeyRole::Current)?;
    let (name, alias) = resolved.alias.as_ref().ok_or_else(|| internal("the alias was not kept"))?;
    Ok((name, alias, &resolved.key))
}

impl Handler for ops::UpdateAlias {
    fn check(input: &UpdateAliasRequest) -> Result<(), KmsError> {
        own_name(&input.alias_name).map(drop)
    }

    fn suits(input: &UpdateAliasRequest, keys: &Keys) -> Result<(), KmsError> {
        match (keys.of(KeyRole::Current), keys.of(KeyRole::Target)) {
            (Some(old), Some(new)) => strongroom_keys::same_kind(&input.alias_name, old.key.record(), new.key.record()),
            _ => Ok(()),
        }
    }

    fn act<'a>(_: &Act<'a>, proof: Authorized<Self>, _: &'a UpdateAliasRequest) -> Result<Effect<'a, NoOutput>, Error> {
        let (name, alias, old) = current(&proof)?;
        let new = &proof.role(KeyRole::Target)?.key;
        let changes =
            strongroom_keys::update_alias(name, alias, (&old.arn, &old.loaded), (&new.arn, &new.loaded), proof.now())?;
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::DeleteAlias {
    fn check(input: &DeleteAliasRequest) -> Result<(), KmsError> {
        own_name(&input.alias_name).map(drop)
    }

    fn act<'a>(_: &Act<'a>, proof: Authorized<Self>, _: &'a DeleteAliasRequest) -> Result<Effect<'a, NoOutput>, Error> {
        let (name, alias, key) = current(&proof)?;
        let changes = strongroom_keys::delete_alias(name, alias, &key.arn, &key.loaded, proof.now())?;
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::ListAliases {
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a ListAliasesRequest,
    ) -> Result<Effect<'a, ListAliasesResponse>, Error> {
        let (account, region, now) = (act.caller().account, act.region(), proof.now());
        let entry = |name: &AliasName, alias: &AliasRecord| {
            AliasListEntry::new(name.as_str(), name.arn(account, region))
                .target_key_id(alias.target.to_string())
                .creation_date(alias.created)
                .last_updated_date(alias.updated)
        };
        let show = |name: Option<AliasName>, alias: Option<Loaded<AliasRecord>>| -> Result<_, Error> {
            let Some(name) = name else { return Ok(None) };
            let Some(alias) = alias else {
                // Predefined, and without a key until its service needs one (API Reference, ListAliases).
                return Ok(name.is_reserved().then(|| AliasListEntry::new(name.as_str(), name.arn(account, region))));
            };
            let target = KeyArn::new(account, region, alias.value.target);
            Ok(live(act, &target, now)?.map(|_| entry(&name, &alias.value)))
        };
        let page = match &input.key_id {
            None => ALIASES.fill(
                input.limit,
                input.marker.as_deref(),
                &layout::aliases_of(account, region),
                |after, limit| with_predefined(act, after, limit),
                |(place, _)| place,
                |(place, loaded)| show(layout::parse_alias(place), loaded.clone()),
            )?,
            Some(text) => {
                let arn = filter(act, text, now)?;
                ALIASES.fill(
                    input.limit,
                    input.marker.as_deref(),
                    &layout::aliases_of_key(account, region, &arn.id()),
                    |after, limit| act.aliases_of_key(&arn, after, limit),
                    |place| place,
                    |place| {
                        let name = layout::parse_alias(place);
                        let alias = match &name {
                            Some(name) => {
                                act.alias(AliasRef::parse(name.as_str()).map_err(|_| internal("no alias"))?)?
                            }
                            None => None,
                        };
                        show(name, alias)
                    },
                )?
            }
        };
        let mut output = ListAliasesResponse::new(page.items, page.next.is_some());
        output.next_marker = page.next;
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}

/// A page of the caller's aliases, and among them those that AWS has predefined and that have no key yet.
fn with_predefined(act: &Act<'_>, after: Option<&[u8]>, limit: usize) -> Result<Vec<Listed>, Error> {
    let page = act.aliases_page(after, limit)?;
    let end = page.last().filter(|_| page.len() >= limit).map(|(place, _)| place.clone());
    let mut listed: Vec<Listed> = page.into_iter().map(|(place, alias)| (place, Some(alias))).collect();
    for service in strongroom_keys::MANAGED_SERVICES {
        let place = layout::alias(act.caller().account, act.region(), &service.alias_name()?);
        let follows = after.is_none_or(|after| *after < *place) && end.as_ref().is_none_or(|end| place <= *end);
        if follows && listed.iter().all(|(other, _)| *other != place) {
            listed.push((place, None));
        }
    }
    listed.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(listed)
}

/// Where an alias stands, and its record, if it has a key.
type Listed = (Vec<u8>, Option<Loaded<AliasRecord>>);

/// The key whose aliases are asked for: by id or ARN, of the caller's own account and this Region, and none that the
/// client was narrowed away from.
fn filter(act: &Act<'_>, text: &str, now: Timestamp) -> Result<KeyArn, Error> {
    let (account, region) = (act.caller().account, act.region());
    let arn = match KeyRef::parse(text) {
        Ok(KeyRef::Id(id)) => KeyArn::new(account, region, id),
        Ok(KeyRef::Arn(arn)) => arn,
        Ok(_) => return Err(KmsError::alias_not_supported().into()),
        Err(_) if KeyRef::looks_like_arn(text) => {
            return Err(KmsError::invalid_arn(&<ops::ListAliases as strongroom_api::Operation>::ROW, text).into());
        }
        Err(_) => return Err(KmsError::invalid_key_id(text).into()),
    };
    let own = arn.account() == account && arn.region() == region && act.gate().may_touch(&arn);
    match own && live(act, &arn, now)?.is_some() {
        true => Ok(arn),
        false => Err(KmsError::key_not_found(&arn).into()),
    }
}
