//! When a key was last used.

use strongroom_api::ops;
use strongroom_api::types::{
    GetKeyLastUsageRequest, GetKeyLastUsageResponse, GetKeyLastUsageResponseParts, KeyLastUsageData,
};
use strongroom_keys::LastUsageRecord;
use strongroom_types::KeyId;

use crate::Error;
use crate::act::Act;
use crate::dispatch::{Effect, Handler};
use crate::gate::Authorized;
use crate::trace::Learned;

/// An id as CloudTrail writes it.
fn uuid(id: [u8; 16]) -> String {
    KeyId::from_parts(id, false).to_string()
}

/// The empty object of a key that was not used.
fn data(usage: Option<LastUsageRecord>) -> KeyLastUsageData {
    let mut data = KeyLastUsageData::new();
    if let Some(usage) = usage {
        data.operation = Some(usage.operation);
        data.timestamp = Some(usage.at.to_millis());
        data.cloud_trail_event_id = Some(uuid(usage.event_id));
        data.kms_request_id = usage.request_id.map(uuid);
    }
    data
}

impl Handler for ops::GetKeyLastUsage {
    fn act<'a>(
        act: &Act<'a>,
        proof: Authorized<Self>,
        _: &'a GetKeyLastUsageRequest,
    ) -> Result<Effect<'a, GetKeyLastUsageResponse>, Error> {
        let key = proof.key()?;
        let (usage, since) = act.last_usage(&key.arn)?;
        let created = key.record().created;
        let output = GetKeyLastUsageResponse::new(GetKeyLastUsageResponseParts {
            key_id: key.arn_text.clone(),
            key_last_usage: data(usage),
            key_creation_date: created,
            tracking_start_date: since.map_or(created, |since| created.max(since.to_millis())),
        });
        Ok(Effect::answer(proof.into_keys(), output, Learned::default()))
    }
}
