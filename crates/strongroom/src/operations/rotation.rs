//! Rotation by date and on demand, and its history.

use strongroom_api::types::{
    DisableKeyRotationRequest, EnableKeyRotationRequest, GetKeyRotationStatusRequest, GetKeyRotationStatusResponse,
    ListKeyRotationsRequest, ListKeyRotationsResponse, NoOutput, RotateKeyOnDemandRequest, RotateKeyOnDemandResponse,
    RotationsListEntry,
};
use strongroom_api::{ErrorCode, KmsError, ops};
use strongroom_keys::{ON_DEMAND_ROTATIONS, USUAL_ROTATION_PERIOD, hex};
use strongroom_types::{IncludeKeyMaterial, KeyMaterialState, RotationType};

use super::page::Pages;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler, Making};
use crate::gate::{Authorized, internal};
use crate::rotate::{Rotated, next_version};
use crate::trace::Learned;

const ROTATIONS: Pages = Pages { usual: 100 };

impl Handler for ops::EnableKeyRotation {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a EnableKeyRotationRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let days = input.rotation_period_in_days.and_then(|days| u32::try_from(days).ok());
        let days = days.unwrap_or(USUAL_ROTATION_PERIOD);
        let changes = strongroom_keys::enable_rotation(&key.arn, &key.loaded, days, proof.now());
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::DisableKeyRotation {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a DisableKeyRotationRequest,
    ) -> Result<Effect<'a, NoOutput>, Error> {
        let key = proof.key()?;
        let changes = strongroom_keys::disable_rotation(&key.arn, &key.loaded);
        Ok(Effect::write(proof, changes, NoOutput::new()))
    }
}

impl Handler for ops::GetKeyRotationStatus {
    fn act<'a>(
        _: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a GetKeyRotationStatusRequest,
    ) -> Result<Effect<'a, GetKeyRotationStatusResponse>, Error> {
        let key = proof.key()?;
        let schedule = key.record().rotation_at(proof.now());
        // The bare id, as AWS's examples have it (AWS KMS Developer Guide, rotating-keys-on-demand).
        let mut output = GetKeyRotationStatusResponse::new(key.arn.id().to_string(), schedule.is_some());
        output.rotation_period_in_days = schedule.and_then(|schedule| i32::try_from(schedule.period_days).ok());
        output.next_rotation_date = schedule.map(|schedule| schedule.next);
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}

impl Handler for ops::RotateKeyOnDemand {
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a RotateKeyOnDemandRequest,
    ) -> Result<Effect<'a, RotateKeyOnDemandResponse>, Error> {
        let (key, now) = (std::sync::Arc::clone(proof.key()?), proof.now());
        let record = key.record();
        strongroom_keys::check_on_demand(&key.arn, record, now)?;
        if record.on_demand_rotations >= ON_DEMAND_ROTATIONS {
            // Before material is made for nothing.
            let message = format!(
                "{} has been rotated on demand {ON_DEMAND_ROTATIONS} times, which is the most a key can be.",
                key.arn
            );
            return Err(KmsError::new(ErrorCode::LimitExceeded, message).into());
        }
        let (making, creation_id) = (Making::next_of(&key), act.creation_id()?);
        let next = making.clone();
        Ok(Effect::make(proof, making, move |made| {
            let version = next_version(&next, creation_id, made, (RotationType::OnDemand, now));
            let (_, changes) = strongroom_keys::add_version(&key.arn, &key.loaded, &version)?;
            let output = RotateKeyOnDemandResponse::new(key.arn.id().to_string());
            let rotated = Rotated { arn: key.arn, previous: key.record().material, current: version.material };
            Ok((changes, output, Learned { rotated: Some(rotated), ..Learned::default() }))
        }))
    }
}

impl Handler for ops::ListKeyRotations {
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        input: &'a ListKeyRotationsRequest,
    ) -> Result<Effect<'a, ListKeyRotationsResponse>, Error> {
        let key = proof.key()?;
        let all = input.include_key_material == Some(IncludeKeyMaterial::AllKeyMaterial);
        let current = key.record().current;
        // Newest first: places are the key, so that a marker is of one key only, and distances from the newest possible number.
        let id = key.arn.id();
        let prefix = id.as_bytes().as_slice();
        let place = |number: u32| [prefix, &(u32::MAX - number).to_be_bytes()].concat();
        let page = ROTATIONS.fill(
            input.limit,
            input.marker.as_deref(),
            prefix,
            |after, limit| {
                let distance = after.map(|place| place.strip_prefix(prefix).unwrap_or_default().try_into());
                let from = match distance {
                    None => current,
                    Some(Ok(at)) => (u32::MAX - u32::from_be_bytes(at)).saturating_sub(1).min(current),
                    Some(Err(_)) => return Err(KmsError::new(ErrorCode::InvalidMarker, "Invalid marker").into()),
                };
                Ok((1..=from).rev().take(limit).map(|number| (number, place(number))).collect())
            },
            |(_, place)| place,
            |(number, _)| {
                let Some(version) = act.version(&key.arn, *number)? else { return Ok(None) };
                let version = version.value;
                if !all && version.rotation.is_none() {
                    return Ok(None);
                }
                let material = version.material.as_ref().ok_or_else(|| internal("a version has no material id"))?;
                let state = if *number == current { KeyMaterialState::Current } else { KeyMaterialState::NonCurrent };
                let mut entry = RotationsListEntry::new(key.arn.id().to_string(), hex(material), state);
                entry.rotation_type = version.rotation;
                entry.rotation_date = version.rotation.map(|_| version.created);
                Ok(Some(entry))
            },
        )?;
        let mut output = ListKeyRotationsResponse::new(page.items, page.next.is_some());
        output.next_marker = page.next;
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}
