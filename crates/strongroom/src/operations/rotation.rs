//! Rotation on demand, and its history.

use strongroom_api::types::{
    ListKeyRotationsRequest, ListKeyRotationsResponse, RotateKeyOnDemandRequest, RotateKeyOnDemandResponse,
    RotationsListEntry,
};
use strongroom_api::{ErrorCode, KmsError, ops};
use strongroom_hsm::MaterialUsage;
use strongroom_keys::{ON_DEMAND_ROTATIONS, VersionRecord, hex};
use strongroom_types::{IncludeKeyMaterial, KeyMaterialState, RotationType};

use super::page::Pages;
use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler, Making};
use crate::gate::{Authorized, internal};
use crate::trace::{Learned, Rotated};

const ROTATIONS: Pages = Pages { usual: 100 };

impl Handler for ops::RotateKeyOnDemand {
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a RotateKeyOnDemandRequest,
    ) -> Result<Effect<'a, RotateKeyOnDemandResponse>, Error> {
        let (key, now) = (std::sync::Arc::clone(proof.key()?), proof.now());
        let record = key.record();
        if record.on_demand_rotations >= ON_DEMAND_ROTATIONS {
            // Before material is made for nothing.
            let message = format!(
                "{} has been rotated on demand {ON_DEMAND_ROTATIONS} times, which is the most a key can be.",
                key.arn
            );
            return Err(KmsError::new(ErrorCode::LimitExceeded, message).into());
        }
        let making = Making {
            arn: key.arn,
            version: record.current.saturating_add(1),
            usage: MaterialUsage::new(record.spec, record.usage),
            taken: act.materials(&key.arn)?,
        };
        let creation_id = act.creation_id()?;
        let number = making.version;
        Ok(Effect::make(proof, making, move |made| {
            let version = VersionRecord {
                number,
                creation_id,
                token: made.token().as_bytes().to_vec(),
                material: made.material_id().copied(),
                created: now.to_millis(),
                rotation: Some(RotationType::OnDemand),
            };
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
