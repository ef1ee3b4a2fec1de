//! What state a key is in, as a pure function of its record and the time, and what that means to an operation.

use strongroom_api::KmsError;
use strongroom_types::row::{Row, StateVerdict, UsageRule};
use strongroom_types::{KeyArn, KeyState, KeyUsageType, OriginType, Timestamp};

use crate::records::KeyRecord;

/// The state of a key at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a key is there or it is not")]
pub enum Effective {
    /// The key exists and is in this state.
    Live(KeyState),
    /// The waiting period is over: the key does not exist, whether or not anything has run since.
    Gone,
}

impl KeyRecord {
    /// The state at `now`. A due deletion holds from its instant even if nothing ran.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> Effective {
        match &self.deletion {
            _ if self.destroyed.is_some() => Effective::Gone,
            Some(deletion) if deletion.at <= now => Effective::Gone,
            Some(_) => Effective::Live(KeyState::PendingDeletion),
            None if self.current == 0 => Effective::Live(KeyState::PendingImport),
            None if self.enabled => Effective::Live(KeyState::Enabled),
            None => Effective::Live(KeyState::Disabled),
        }
    }
}

/// Whether the operation works on this kind of key. Comes before the state (Developer Guide, "Key states of AWS KMS keys").
///
/// # Errors
/// `InvalidKeyUsageException` or `UnsupportedOperationException`.
pub fn check_kind(row: &Row, record: &KeyRecord, arn: &KeyArn) -> Result<(), KmsError> {
    let symmetric = record.is_symmetric_encryption();
    let operation = row.operation;
    match row.usage {
        UsageRule::Any => Ok(()),
        UsageRule::Is(usage) if record.usage == usage => Ok(()),
        UsageRule::SymmetricEncryption if symmetric => Ok(()),
        UsageRule::Is(_) | UsageRule::SymmetricEncryption => Err(KmsError::wrong_usage(arn, record.usage, operation)),
        UsageRule::Asymmetric if !symmetric && record.usage != KeyUsageType::GenerateVerifyMac => Ok(()),
        UsageRule::AutomaticallyRotatable if symmetric && record.origin != OriginType::AwsKms => {
            Err(KmsError::wrong_origin(arn, record.origin))
        }
        UsageRule::AutomaticallyRotatable | UsageRule::Rotatable if symmetric => Ok(()),
        UsageRule::Imported if record.origin == OriginType::External => Ok(()),
        UsageRule::Imported => Err(KmsError::wrong_origin(arn, record.origin)),
        UsageRule::MultiRegion if record.id.is_multi_region() => Ok(()),
        UsageRule::Asymmetric | UsageRule::AutomaticallyRotatable | UsageRule::Rotatable | UsageRule::MultiRegion => {
            Err(KmsError::unsupported(arn, operation))
        }
    }
}

/// Whether the operation is allowed in the key's state at `now`, by the operation's line of AWS's table.
///
/// # Errors
/// `DisabledException`, `KMSInvalidStateException`, `UnsupportedOperationException`; `NotFoundException` if the key is gone.
pub fn check_state(row: &Row, record: &KeyRecord, arn: &KeyArn, now: Timestamp) -> Result<(), KmsError> {
    let states = &row.states;
    let verdict = match record.state_at(now) {
        Effective::Gone => return Err(KmsError::key_not_found(arn)),
        Effective::Live(state) => match state {
            KeyState::Enabled => states.enabled,
            KeyState::Disabled => states.disabled,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => states.pending_deletion,
            KeyState::PendingImport => states.pending_import,
            KeyState::Unavailable => states.unavailable,
            KeyState::Creating => states.creating,
            KeyState::Updating => states.updating,
            _ => StateVerdict::Unsupported,
        },
    };
    KmsError::state(verdict, arn, row.operation).map_or(Ok(()), Err)
}
