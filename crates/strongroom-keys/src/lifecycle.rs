//! The transitions: from records, request and time to changes, or AWS's error.

use std::ops::RangeInclusive;

use strongroom_api::{ErrorCode, KmsError};
use strongroom_types::{
    AccountId, AliasName, KeyArn, KeyId, KeyManagerType, KeySpec, KeyUsageType, OriginType, Region, RotationType,
    Timestamp,
};

use crate::change::{Change, Loaded, RecordKind};
use crate::layout::{self, DueKind};
use crate::records::{AliasRecord, Deletion, KeyOwnerRecord, KeyRecord, PolicyRecord, VersionRecord};
use crate::rotation::{moved, resumed};
use crate::state::Effective;

/// Keys of one account in one Region, all states (AWS KMS Developer Guide, "Resource quotas").
pub const KEYS_PER_REGION: u32 = 100_000;
/// Aliases of one key (same page).
pub const ALIASES_PER_KEY: u32 = 50;
/// Tags of one key (same page).
pub const TAGS_PER_KEY: usize = 50;
/// Bytes of a key policy (same page).
pub const POLICY_BYTES: usize = 32_768;
/// On-demand rotations in a key's life (AWS KMS API Reference, RotateKeyOnDemand).
pub const ON_DEMAND_ROTATIONS: u32 = 25;
/// Days that a deletion may wait (AWS KMS API Reference, ScheduleKeyDeletion).
pub const DELETION_WINDOW: RangeInclusive<u32> = 7..=30;

/// A key that is to be made.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "all of it must be decided by whoever makes a key")]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// Its kind.
    pub spec: KeySpec,
    /// Its use.
    pub usage: KeyUsageType,
    /// Its description.
    pub description: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// SHA-256 of its policy.
    pub policy_digest: [u8; 32],
    /// Its policy.
    pub policy: String,
    /// The custody backend that made the material.
    pub custody: String,
    /// The suite of its ciphertexts.
    pub suite: Option<u8>,
}

/// What the custody said of new material beside its id.
#[derive(Debug, Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "what a backend can say of material")]
pub struct Known {
    /// The public key, SubjectPublicKeyInfo in DER; asymmetric keys only.
    pub public_key: Option<Vec<u8>>,
    /// The fingerprint; HMAC keys only.
    pub fingerprint: Option<[u8; 32]>,
}

pub(crate) fn update_key(arn: &KeyArn, seen: &Loaded<KeyRecord>, next: &KeyRecord) -> Change {
    Change::Update {
        key: layout::key(arn.account(), arn.region(), &arn.id()),
        kind: RecordKind::Key,
        body: next.encode_body(),
        revision: seen.revision,
        counter: seen.counter,
    }
}

pub(crate) fn create(key: Vec<u8>, kind: RecordKind, body: Vec<u8>) -> Change {
    Change::Create { key, kind, body }
}

fn put_version(arn: &KeyArn, version: &VersionRecord) -> Vec<Change> {
    let (account, region, id) = (arn.account(), arn.region(), arn.id());
    let record =
        create(layout::version(account, region, &id, version.number), RecordKind::Version, version.encode_body());
    let index = version.material.as_ref().and_then(|m| m.first_chunk::<16>()).map(|prefix| {
        let number = version.number.to_be_bytes().to_vec();
        create(layout::material(account, region, &id, prefix), RecordKind::Material, number)
    });
    [Some(record), index].into_iter().flatten().collect()
}

fn ensure_policy(arn: &KeyArn, digest: &[u8; 32], document: &str) -> Change {
    Change::Ensure {
        key: layout::policy(arn.account(), arn.region(), digest),
        kind: RecordKind::Policy,
        body: PolicyRecord { document: document.to_owned() }.encode_body(),
    }
}

/// CreateKey: the key with its first version, its owner index and its policy, all at once.
#[must_use]
pub fn create_key(
    account: AccountId,
    region: Region,
    new: NewKey,
    version: &VersionRecord,
    known: Known,
    now: Timestamp,
) -> (KeyRecord, Vec<Change>) {
    let record = KeyRecord {
        id: new.id,
        spec: new.spec,
        usage: new.usage,
        origin: OriginType::AwsKms,
        manager: KeyManagerType::Customer,
        created: now.to_millis(),
        description: new.description,
        enabled: true,
        deletion: None,
        destroyed: None,
        policy: new.policy_digest,
        current: version.number,
        material: version.material,
        suite: new.suite,
        public_key: known.public_key,
        on_demand_rotations: 0,
        tags: new.tags,
        aliases: 0,
        custody: new.custody,
        fingerprint: known.fingerprint,
        rotation: None,
        service: None,
    };
    let arn = record.arn(account, region);
    let mut changes = vec![
        create(layout::key(account, region, &record.id), RecordKind::Key, record.encode_body()),
        create(layout::owner(&record.id), RecordKind::Owner, KeyOwnerRecord { account }.encode_body()),
        ensure_policy(&arn, &new.policy_digest, &new.policy),
    ];
    changes.extend(put_version(&arn, version));
    (record, changes)
}

/// Writes the record anew, and moves the entry of its rotation with it.
fn change_key(arn: &KeyArn, seen: &Loaded<KeyRecord>, next: &KeyRecord) -> Vec<Change> {
    let mut changes = vec![update_key(arn, seen, next)];
    changes.extend(moved(arn, Some(&seen.value), next));
    changes
}

/// EnableKey. No change if the key is enabled. A rotation that came due while it was disabled is due from `now`.
#[must_use]
pub fn enable(arn: &KeyArn, seen: &Loaded<KeyRecord>, now: Timestamp) -> Vec<Change> {
    if seen.value.enabled {
        return Vec::new();
    }
    let rotation = seen.value.rotation.map(|schedule| resumed(schedule, now));
    change_key(arn, seen, &KeyRecord { enabled: true, rotation, ..seen.value.clone() })
}

/// DisableKey. No change if the key is disabled. Its rotation pauses.
#[must_use]
pub fn disable(arn: &KeyArn, seen: &Loaded<KeyRecord>) -> Vec<Change> {
    if !seen.value.enabled {
        return Vec::new();
    }
    change_key(arn, seen, &KeyRecord { enabled: false, ..seen.value.clone() })
}

/// UpdateKeyDescription.
#[must_use]
pub fn set_description(arn: &KeyArn, seen: &Loaded<KeyRecord>, description: String) -> Vec<Change> {
    vec![update_key(arn, seen, &KeyRecord { description, ..seen.value.clone() })]
}

pub(crate) fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(0)
}

fn due_key(arn: &KeyArn, at: Timestamp) -> Vec<u8> {
    layout::due(millis(at), DueKind::Deletion, arn.account(), arn.region(), &arn.id())
}

/// ScheduleKeyDeletion, `window_days` from now. The answer's second part is the deletion date.
#[must_use]
pub fn schedule_deletion(
    arn: &KeyArn,
    seen: &Loaded<KeyRecord>,
    window_days: u32,
    now: Timestamp,
) -> (Vec<Change>, Timestamp) {
    let at = now.to_millis().after_days(window_days);
    let next = KeyRecord { deletion: Some(Deletion { at, window_days }), ..seen.value.clone() };
    let mut changes = change_key(arn, seen, &next);
    changes.push(create(due_key(arn, at), RecordKind::Due, Vec::new()));
    (changes, at)
}

/// CancelKeyDeletion: the key is disabled afterwards, whatever it was before.
#[must_use]
pub fn cancel_deletion(arn: &KeyArn, seen: &Loaded<KeyRecord>) -> Vec<Change> {
    let due = seen.value.deletion.as_ref().map(|d| Change::Delete { key: due_key(arn, d.at), revision: None });
    let next = KeyRecord { deletion: None, enabled: false, ..seen.value.clone() };
    change_key(arn, seen, &next).into_iter().chain(due).collect()
}

/// The end of a waiting period: the record says that the material is destroyed, and its due work is done.
/// The versions, indexes and aliases are deleted by the changes that the caller adds.
#[must_use]
pub fn destroyed(arn: &KeyArn, seen: &Loaded<KeyRecord>, now: Timestamp) -> Vec<Change> {
    let due = seen.value.deletion.as_ref().map(|d| Change::Delete { key: due_key(arn, d.at), revision: None });
    let next = KeyRecord { destroyed: Some(now.to_millis()), enabled: false, aliases: 0, ..seen.value.clone() };
    change_key(arn, seen, &next).into_iter().chain(due).collect()
}

/// The same version under another token: its material was sealed anew.
#[must_use]
pub fn renew_version(arn: &KeyArn, seen: &Loaded<VersionRecord>, token: Vec<u8>) -> Change {
    let next = VersionRecord { token, ..seen.value.clone() };
    Change::Update {
        key: layout::version(arn.account(), arn.region(), &arn.id(), next.number),
        kind: RecordKind::Version,
        body: next.encode_body(),
        revision: seen.revision,
        counter: seen.counter,
    }
}

/// PutKeyPolicy: the whole document is replaced.
#[must_use]
pub fn put_policy(arn: &KeyArn, seen: &Loaded<KeyRecord>, digest: [u8; 32], document: &str) -> Vec<Change> {
    let next = KeyRecord { policy: digest, ..seen.value.clone() };
    vec![update_key(arn, seen, &next), ensure_policy(arn, &digest, document)]
}

/// A rotation: `version` becomes the current one. Old versions stay for ever. One that came by itself moves the schedule
/// to its next date; one on demand leaves it as it is.
///
/// # Errors
/// On demand: `LimitExceededException` after [`ON_DEMAND_ROTATIONS`].
pub fn add_version(
    arn: &KeyArn,
    seen: &Loaded<KeyRecord>,
    version: &VersionRecord,
) -> Result<(KeyRecord, Vec<Change>), KmsError> {
    let on_demand = version.rotation == Some(RotationType::OnDemand);
    if on_demand && seen.value.on_demand_rotations >= ON_DEMAND_ROTATIONS {
        return Err(KmsError::new(
            ErrorCode::LimitExceeded,
            format!("{arn} has been rotated on demand {ON_DEMAND_ROTATIONS} times, which is the most a key can be."),
        ));
    }
    let rotation = match version.rotation {
        Some(RotationType::Automatic) => seen.value.rotation.map(|schedule| schedule.after(version.created)),
        _ => seen.value.rotation,
    };
    let next = KeyRecord {
        current: version.number,
        material: version.material,
        on_demand_rotations: seen.value.on_demand_rotations + u32::from(on_demand),
        rotation,
        ..seen.value.clone()
    };
    let mut changes = change_key(arn, seen, &next);
    changes.extend(put_version(arn, version));
    Ok((next, changes))
}

fn alias_count(arn: &KeyArn, seen: &Loaded<KeyRecord>, more: bool) -> Result<Change, KmsError> {
    let aliases = match more {
        true if seen.value.aliases >= ALIASES_PER_KEY => {
            return Err(KmsError::new(
                ErrorCode::LimitExceeded,
                format!("{arn} has {ALIASES_PER_KEY} aliases, which is the most a key can have."),
            ));
        }
        true => seen.value.aliases + 1,
        false => seen.value.aliases.saturating_sub(1),
    };
    Ok(update_key(arn, seen, &KeyRecord { aliases, ..seen.value.clone() }))
}

/// CreateAlias. `stale` is an alias of this name whose key is gone and which nothing has cleaned up yet.
///
/// # Errors
/// `LimitExceededException` at [`ALIASES_PER_KEY`].
pub fn create_alias(
    name: &AliasName,
    target: &KeyArn,
    seen: &Loaded<KeyRecord>,
    stale: Option<&Loaded<AliasRecord>>,
    now: Timestamp,
) -> Result<Vec<Change>, KmsError> {
    let (account, region) = (target.account(), target.region());
    let now = now.to_millis();
    let body = AliasRecord { target: target.id(), created: now, updated: now }.encode_body();
    let key = layout::alias(account, region, name);
    let mut changes = vec![alias_count(target, seen, true)?];
    match stale {
        None => changes.push(create(key, RecordKind::Alias, body)),
        Some(old) => {
            changes.push(Change::Update {
                key,
                kind: RecordKind::Alias,
                body,
                revision: old.revision,
                counter: old.counter,
            });
            let index = layout::alias_of_key(account, region, &old.value.target, name);
            changes.push(Change::Delete { key: index, revision: None });
        }
    }
    changes.push(create(layout::alias_of_key(account, region, &target.id(), name), RecordKind::AliasOfKey, Vec::new()));
    Ok(changes)
}

/// UpdateAlias: the alias points to another key of the same kind and use.
///
/// # Errors
/// `ValidationException` if the keys differ in kind or use; `LimitExceededException` at [`ALIASES_PER_KEY`].
pub fn update_alias(
    name: &AliasName,
    alias: &Loaded<AliasRecord>,
    from: (&KeyArn, &Loaded<KeyRecord>),
    to: (&KeyArn, &Loaded<KeyRecord>),
    now: Timestamp,
) -> Result<Vec<Change>, KmsError> {
    let ((old_arn, old), (new_arn, new)) = (from, to);
    same_kind(name.as_str(), &old.value, &new.value)?;
    let (account, region) = (new_arn.account(), new_arn.region());
    let body = AliasRecord { target: new_arn.id(), updated: now.to_millis(), ..alias.value.clone() }.encode_body();
    let mut changes = vec![Change::Update {
        key: layout::alias(account, region, name),
        kind: RecordKind::Alias,
        body,
        revision: alias.revision,
        counter: alias.counter,
    }];
    if old_arn != new_arn {
        changes.push(alias_count(old_arn, old, false)?);
        changes.push(alias_count(new_arn, new, true)?);
        let index = |id: &KeyId| layout::alias_of_key(account, region, id, name);
        changes.push(Change::Delete { key: index(&old_arn.id()), revision: None });
        changes.push(create(index(&new_arn.id()), RecordKind::AliasOfKey, Vec::new()));
    }
    Ok(changes)
}

/// Whether an alias may be moved from one key to another: both of one kind and one use.
///
/// # Errors
/// `ValidationException` if they are not.
pub fn same_kind(alias: &str, old: &KeyRecord, new: &KeyRecord) -> Result<(), KmsError> {
    match family(old) == family(new) && old.usage == new.usage {
        true => Ok(()),
        false => Err(KmsError::validation(format!(
            "Alias {alias} cannot be changed from a key with key usage {} to a key with key usage {}, or between symmetric, asymmetric and HMAC keys.",
            old.usage, new.usage
        ))),
    }
}

/// DeleteAlias, whatever the key's state. A key whose material is destroyed keeps its record unchanged.
///
/// # Errors
/// None of its own.
pub fn delete_alias(
    name: &AliasName,
    alias: &Loaded<AliasRecord>,
    target: &KeyArn,
    seen: &Loaded<KeyRecord>,
    now: Timestamp,
) -> Result<Vec<Change>, KmsError> {
    let (account, region) = (target.account(), target.region());
    let mut changes = vec![
        Change::Delete { key: layout::alias(account, region, name), revision: Some(alias.revision) },
        Change::Delete { key: layout::alias_of_key(account, region, &target.id(), name), revision: None },
    ];
    if seen.value.state_at(now) != Effective::Gone {
        changes.push(alias_count(target, seen, false)?);
    }
    Ok(changes)
}

fn family(record: &KeyRecord) -> u8 {
    match (record.spec, record.usage) {
        (KeySpec::SymmetricDefault, _) => 0,
        (_, KeyUsageType::GenerateVerifyMac) => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::tests::sample_key;

    fn seen(record: KeyRecord) -> (KeyArn, Loaded<KeyRecord>) {
        let arn = record.arn("111122223333".parse().unwrap(), "us-east-1".parse().unwrap());
        (arn, Loaded { value: record, revision: 5, counter: 2 })
    }

    fn applied(changes: &[Change], before: &Loaded<KeyRecord>) -> KeyRecord {
        changes
            .iter()
            .find_map(|c| match c {
                Change::Update { kind: RecordKind::Key, body, revision: 5, counter: 2, .. } => {
                    Some(KeyRecord::decode_body(body).unwrap())
                }
                _ => None,
            })
            .unwrap_or_else(|| before.value.clone())
    }

    #[test]
    fn a_due_deletion_holds_from_its_instant() {
        let now = Timestamp::from_secs(1_000_000);
        let (arn, key) = seen(sample_key());
        let (changes, at) = schedule_deletion(&arn, &key, 7, now);
        assert_eq!(at, Timestamp::from_secs(1_000_000 + 7 * 86_400));
        let record = applied(&changes, &key);
        assert_eq!(
            record.state_at(Timestamp::from_nanos(at.as_nanos() - 1)),
            Effective::Live(strongroom_types::KeyState::PendingDeletion)
        );
        assert_eq!(record.state_at(at), Effective::Gone);
    }

    #[test]
    fn a_cancelled_deletion_leaves_the_key_disabled() {
        let (arn, key) = seen(sample_key());
        let (changes, _) = schedule_deletion(&arn, &key, 7, Timestamp::EPOCH);
        let pending = Loaded { value: applied(&changes, &key), ..key };
        let record = applied(&cancel_deletion(&arn, &pending), &pending);
        assert_eq!(record.state_at(Timestamp::EPOCH), Effective::Live(strongroom_types::KeyState::Disabled));
    }

    #[test]
    fn enabling_an_enabled_key_changes_nothing() {
        let (arn, key) = seen(sample_key());
        assert!(enable(&arn, &key, Timestamp::EPOCH).is_empty());
        assert!(!disable(&arn, &key).is_empty());
    }

    #[test]
    fn the_26th_rotation_and_the_51st_alias_are_refused() {
        let (arn, key) = seen(KeyRecord { on_demand_rotations: 25, aliases: 50, ..sample_key() });
        let version = VersionRecord {
            number: 27,
            creation_id: [0; 16],
            token: vec![1],
            material: Some([1; 32]),
            created: Timestamp::EPOCH,
            rotation: Some(RotationType::OnDemand),
        };
        assert_eq!(add_version(&arn, &key, &version).unwrap_err().code(), ErrorCode::LimitExceeded);
        let name = "alias/x".parse().unwrap();
        let refused = create_alias(&name, &arn, &key, None, Timestamp::EPOCH).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::LimitExceeded);
    }
}
