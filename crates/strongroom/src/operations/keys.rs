//! Keys come, are shown, are stopped and go.

use std::ops::RangeInclusive;

use strongroom_api::types::{
    CancelKeyDeletionRequest, CancelKeyDeletionResponse, CreateKeyRequest, CreateKeyResponse, DescribeKeyRequest,
    DescribeKeyResponse, DisableKeyRequest, EnableKeyRequest, KeyListEntry, ListKeysRequest, ListKeysResponse,
    NoOutput, ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse, UpdateKeyDescriptionRequest,
};
use strongroom_api::{ErrorCode, KmsError, ops};
use strongroom_hsm::{MaterialUsage, Verb};
use strongroom_keys::{Effective, Known, NewKey, VersionRecord, key_metadata, layout};
use strongroom_types::{KeyArn, KeySpec, KeyState, KeyUsageType, OriginType, ResourceOwnerType};

use super::page::Pages;
use super::tags::check_tags;
use crate::act::Act;
use crate::calls::KeyKind;
use crate::dispatch::{Effect, Handler, Making};
use crate::gate::{Authorized, internal};
use crate::trace::Learned;
use crate::{Error, policies};

const KEYS: Pages = Pages { usual: 100 };

fn spec_of(input: &CreateKeyRequest) -> KeySpec {
    let old = input.customer_master_key_spec.and_then(|spec| spec.as_str().parse().ok());
    input.key_spec.or(old).unwrap_or(KeySpec::SymmetricDefault)
}

fn usage_of(input: &CreateKeyRequest) -> KeyUsageType {
    input.key_usage.unwrap_or(KeyUsageType::EncryptDecrypt)
}

/// What fits together, as far as the request alone tells (API Reference, CreateKey).
fn check_kind(input: &CreateKeyRequest) -> Result<(), KmsError> {
    if input.key_spec.is_some() && input.customer_master_key_spec.is_some() {
        let message = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.";
        return Err(KmsError::validation(message));
    }
    let (spec, usage) = (spec_of(input), usage_of(input));
    if spec != KeySpec::SymmetricDefault && input.key_usage.is_none() {
        return Err(KmsError::validation(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        ));
    }
    if KeyKind::of(usage, spec).is_none() {
        return Err(KmsError::validation(format!("KeyUsage {usage} is not compatible with KeySpec {spec}")));
    }
    Ok(())
}

fn check_origin(input: &CreateKeyRequest) -> Result<(), KmsError> {
    let origin = input.origin.unwrap_or(OriginType::AwsKms);
    let in_store = matches!(origin, OriginType::AwsCloudhsm | OriginType::ExternalKeyStore);
    let external_store = origin == OriginType::ExternalKeyStore;
    let refuse = |why: String| Err(KmsError::validation(why));
    let unsupported = |why: &str| Err(KmsError::new(ErrorCode::UnsupportedOperation, why));
    if input.xks_key_id.is_some() != external_store {
        return refuse("XksKeyId is valid only for keys with Origin EXTERNAL_KEY_STORE, which need it.".into());
    }
    match &input.custom_key_store_id {
        Some(_) if !in_store => refuse(format!("CustomKeyStoreId is not valid for keys with Origin {origin}.")),
        None if in_store => refuse(format!("Origin {origin} needs a CustomKeyStoreId.")),
        Some(_) if spec_of(input) != KeySpec::SymmetricDefault || input.multi_region == Some(true) => {
            unsupported("Keys in custom key stores are symmetric encryption keys of a single Region.")
        }
        Some(id) => {
            Err(KmsError::new(ErrorCode::CustomKeyStoreNotFound, format!("There is no custom key store `{id}`.")))
        }
        None if origin == OriginType::External => unsupported("This version does not import key material."),
        None if input.multi_region == Some(true) => unsupported("This version does not make multi-Region keys."),
        None => Ok(()),
    }
}

impl Handler for ops::CreateKey {
    fn check(input: &CreateKeyRequest) -> Result<(), KmsError> {
        check_kind(input)?;
        let tags = input.tags.as_deref().unwrap_or_default();
        check_tags(tags)?;
        if tags.len() > strongroom_keys::TAGS_PER_KEY {
            return Err(KmsError::new(ErrorCode::Tag, strongroom_keys::too_many_tags()));
        }
        check_origin(input)
    }

    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a CreateKeyRequest,
    ) -> Result<Effect<'a, CreateKeyResponse>, Error> {
        let (account, region, now) = (act.caller().account, act.region(), proof.now());
        let (spec, usage) = (spec_of(input), usage_of(input));
        if !act.can(spec, Verb::Generate(usage)) {
            let message =
                format!("The key custody of this strongroom can't make keys of KeySpec {spec} and KeyUsage {usage}.");
            return Err(KmsError::new(ErrorCode::UnsupportedOperation, message).into());
        }
        if act.keys_are_full(account, region)? {
            let message = format!(
                "{} keys in one account and Region are the most there can be.",
                strongroom_keys::KEYS_PER_REGION
            );
            return Err(KmsError::new(ErrorCode::LimitExceeded, message).into());
        }
        let arn = KeyArn::new(account, region, act.fresh_key_id()?);
        let document = match &input.policy {
            Some(document) => document.clone(),
            None => strongroom_policy::default_key_policy(region.partition(), account),
        };
        let bypass = input.bypass_policy_lockout_safety_check == Some(true);
        let policy_digest = policies::accept(act, &document, &arn, bypass)?;
        let mut tags: Vec<(String, String)> = input
            .tags
            .iter()
            .flat_map(|tags| tags.iter())
            .map(|tag| (tag.tag_key.clone(), tag.tag_value.clone()))
            .collect();
        tags.sort();
        let new = NewKey {
            id: arn.id(),
            spec,
            usage,
            description: input.description.clone().unwrap_or_default(),
            tags,
            policy_digest,
            policy: document,
            custody: act.custody_name().to_owned(),
            suite: act.suite().filter(|_| spec == KeySpec::SymmetricDefault),
        };
        let creation_id = act.creation_id()?;
        let making = Making { arn, version: 1, usage: MaterialUsage::new(spec, usage), taken: Vec::new() };
        Ok(Effect::make(proof, making, move |made| {
            let version = VersionRecord {
                number: 1,
                creation_id,
                token: made.token().as_bytes().to_vec(),
                material: made.material_id().copied(),
                created: now.to_millis(),
                rotation: None,
            };
            let known =
                Known { public_key: made.public_key().map(<[u8]>::to_vec), fingerprint: made.fingerprint().copied() };
            let (record, changes) = strongroom_keys::create_key(account, region, new, &version, known, now);
            let output = CreateKeyResponse::new(key_metadata(&arn, &record, now));
            Ok((changes, output, Learned { made: Some(arn), ..Learned::default() }))
        }))
    }
}

impl Handler for ops::DescribeKey {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a DescribeKeyRequest,
    ) -> Result<Effect<'a, DescribeKeyResponse>, Error> {
        let key = proof.key()?;
        let metadata = key_metadata(&key.arn, key.record(), proof.now());
        Ok(Effect::answer(proof.into_keys(), DescribeKeyResponse::new(metadata), Learned::default()))
    }
}

impl Handler for ops::ListKeys {
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a ListKeysRequest,
    ) -> Result<Effect<'a, ListKeysResponse>, Error> {
        let (account, region, now) = (act.caller().account, act.region(), proof.now());
        let owners = input.resource_owners.as_deref().unwrap_or(&[ResourceOwnerType::SelfValue]);
        let own = owners.contains(&ResourceOwnerType::SelfValue);
        if !own && input.marker.is_some() {
            // Nothing is shared with anyone yet, so no such listing ever gave a marker.
            return Err(KmsError::new(ErrorCode::InvalidMarker, "Invalid marker").into());
        }
        let page = KEYS.fill(
            input.limit,
            input.marker.as_deref(),
            &layout::keys_of(account, region),
            |after, limit| if own { act.keys_page(after, limit) } else { Ok(Vec::new()) },
            |(place, _)| place,
            |(_, loaded)| {
                let visible = loaded.value.state_at(now) != Effective::Gone;
                let arn = loaded.value.arn(account, region);
                Ok(visible.then(|| KeyListEntry::new(arn.id().to_string(), arn.to_string())))
            },
        )?;
        let mut output = ListKeysResponse::new(page.items, page.next.is_some());
        output.next_marker = page.next;
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}

impl Handler for ops::EnableKey {
    fn act<'a>(_: &Act<'a>, proof: Authorized<Self>, _: &'a EnableKeyRequest) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let changes = strongroom_keys::enable(&key.arn, &key.loaded, proof.now());
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::DisableKey {
    fn act<'a>(_: &Act<'a>, proof: Authorized<Self>, _: &'a DisableKeyRequest) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let changes = strongroom_keys::disable(&key.arn, &key.loaded);
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

/// The waiting period if none is given, and those that may be (AWS KMS API Reference, ScheduleKeyDeletion).
const USUAL_WINDOW: u32 = 30;
const WINDOWS: RangeInclusive<i32> = 7..=30;

impl Handler for ops::ScheduleKeyDeletion {
    fn check(input: &ScheduleKeyDeletionRequest) -> Result<(), KmsError> {
        match input.pending_window_in_days {
            Some(days) if !WINDOWS.contains(&days) => Err(KmsError::pending_window()),
            _ => Ok(()),
        }
    }

    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a ScheduleKeyDeletionRequest,
    ) -> Result<Effect<'a, ScheduleKeyDeletionResponse>, Error> {
        let key = proof.key()?;
        let days = input.pending_window_in_days.and_then(|days| u32::try_from(days).ok()).unwrap_or(USUAL_WINDOW);
        let (changes, at) = strongroom_keys::schedule_deletion(&key.arn, &key.loaded, days, proof.now());
        let shown = i32::try_from(days).map_err(|_| internal("a window that is no number of days"))?;
        let output =
            ScheduleKeyDeletionResponse::new(key.arn_text.clone(), KeyState::PendingDeletion, shown).deletion_date(at);
        Ok(Effect::write(proof, changes, output))
    }
}

impl Handler for ops::CancelKeyDeletion {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a CancelKeyDeletionRequest,
    ) -> Result<Effect<'a, CancelKeyDeletionResponse>, Error> {
        let key = proof.key()?;
        let changes = strongroom_keys::cancel_deletion(&key.arn, &key.loaded);
        let output = CancelKeyDeletionResponse::new(key.arn_text.clone());
        Ok(Effect::write(proof, changes, output))
    }
}

impl Handler for ops::UpdateKeyDescription {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a UpdateKeyDescriptionRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let changes = strongroom_keys::set_description(&key.arn, &key.loaded, input.description.clone());
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}
