//! Everything a strongroom remembers about keys: records with their layout and encoding, and pure
//! transitions from (records, request, time) to writes or AWS's error.
//!
//! ```
//! use strongroom_keys::layout;
//! use strongroom_types::{AccountId, KeyId, Region};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let account: AccountId = "111122223333".parse()?;
//! let region: Region = "eu-west-1".parse()?;
//! let id: KeyId = "1234abcd-12ab-34cd-56ef-1234567890ab".parse()?;
//! let key = layout::key(account, region, &id);
//! assert_eq!(key.first(), Some(&b'k'));
//! assert!(key.starts_with(&layout::keys_of(account, region)), "one account and Region is one range");
//! # Ok(())
//! # }
//! ```
//!
//! What it is *not*: it reads no clock, draws nothing at random, opens no store and touches no key material.

mod change;
mod describe;
mod envelope;
pub mod layout;
mod lifecycle;
mod managed;
mod records;
mod rotation;
mod state;
mod tags;

pub use change::{Change, Loaded, RecordKind};
pub use describe::{Algorithms, algorithms, hex, key_metadata};
pub use envelope::{Envelope, EnvelopeError, Tagger};
pub use lifecycle::{
    ALIASES_PER_KEY, DELETION_WINDOW, KEYS_PER_REGION, Known, NewKey, ON_DEMAND_ROTATIONS, POLICY_BYTES, TAGS_PER_KEY,
    add_version, cancel_deletion, create_alias, create_key, delete_alias, destroyed, disable, enable, put_policy,
    renew_version, same_kind, schedule_deletion, set_description, update_alias,
};
pub use managed::{MANAGED_SERVICES, ManagedService, create_service_key, service_owned_policy};
pub use records::{
    AliasRecord, Deletion, IntentRecord, KeyOwnerRecord, KeyRecord, LastUsageRecord, PolicyRecord, RecordError,
    RotationSchedule, UsageMark, VersionRecord,
};
pub use rotation::{
    NO_ROTATION_BEFORE, ROTATION_PERIOD, USUAL_ROTATION_PERIOD, check_on_demand, disable_rotation, enable_rotation,
    moved as moved_rotation,
};
pub use state::{Effective, check_kind, check_state};
pub use tags::{tag, too_many_tags, untag};
