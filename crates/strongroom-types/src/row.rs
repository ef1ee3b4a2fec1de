//! The parts that an operation's row is made of. The rows themselves are data in `strongroom-api`.

use crate::{Action, ConditionKey, KeyUsageType, Operation};

/// Everything that the shared machinery knows about an operation.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "written as constants by the generator")]
pub struct Row {
    /// AWS's name.
    pub operation: Operation,
    /// CloudTrail's `readOnly`: true also for cryptographic operations.
    pub read_only: bool,
    /// Which members name keys, in the order of CloudTrail's `resources`.
    pub keys: &'static [KeyMember],
    /// What must be allowed, all of it.
    pub permissions: &'static [Permission],
    /// Which keys the operation works on.
    pub usage: UsageRule,
    /// In which states the key may be. Not asked of a key in the role [`KeyRole::Current`]: the old
    /// target of an alias may be in any state.
    pub states: StateColumn,
    /// What CloudTrail shows beside the request.
    pub record: RecordRow,
    /// Whether `DryRun` may be sent.
    pub dry_run: bool,
    /// Whether grant tokens may be sent.
    pub grant_tokens: bool,
    /// Whether a caller of another account can be allowed.
    pub cross_account: bool,
    /// Condition keys that have a value though no member feeds them (`kms:EncryptionAlgorithm` of
    /// data keys).
    pub conditions: &'static [(ConditionKey, &'static str)],
    /// The exceptions that AWS's model declares.
    pub errors: &'static [&'static str],
}

/// What a key is to an operation that names several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyRole {
    /// The one key.
    Key,
    /// ReEncrypt's source.
    Source,
    /// ReEncrypt's destination.
    Destination,
    /// The key that an alias will point to.
    Target,
    /// The key that an existing alias points to.
    Current,
    /// The related multi-Region key in the Region that the request names.
    Replica,
}

/// Which forms of key identifier a member takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either aliases are taken or not")]
pub enum KeyForms {
    /// Key id or key ARN.
    IdOrArn,
    /// Also alias name or alias ARN.
    Any,
    /// The member is an alias name; the key is what it points to.
    AliasName,
}

/// A member that names a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as constants by the generator")]
pub struct KeyMember {
    /// AWS's name of the member.
    pub member: &'static str,
    /// What the key is to the operation.
    pub role: KeyRole,
    /// Which forms it takes.
    pub forms: KeyForms,
    /// The ciphertext member that names the key when this member is absent.
    pub or_ciphertext: Option<&'static str>,
}

/// What a permission is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new kind of resource must be thought about by the gate")]
pub enum On {
    /// The key in this role; its key policy decides.
    Key(KeyRole),
    /// The alias that the request names; identity policies alone decide.
    Alias,
    /// The grant that the request names: its retiring principal, its grantee if it allows
    /// `RetireGrant`, its account as backup, or identity policies.
    Grant,
    /// The principal that the request names; identity policies alone decide.
    Principal,
    /// Everything (`*`); identity policies alone decide.
    Any,
}

/// When a permission is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new condition must be thought about by the gate")]
pub enum When {
    /// Always.
    Always,
    /// Only if this member was sent, and is not empty.
    Sent(&'static str),
}

/// One decision that must come out as allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as constants by the generator")]
pub struct Permission {
    /// The IAM action.
    pub action: Action,
    /// On what.
    pub on: On,
    /// When.
    pub when: When,
}

/// Which keys an operation works on; everything else is refused before the key's state is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new rule must be thought about by the gate")]
pub enum UsageRule {
    /// All keys, or no key.
    Any,
    /// Keys of this usage; others are `InvalidKeyUsageException`.
    Is(KeyUsageType),
    /// Symmetric encryption keys; others are `InvalidKeyUsageException` (data keys).
    SymmetricEncryption,
    /// Asymmetric keys; others are `UnsupportedOperationException`.
    Asymmetric,
    /// Symmetric encryption keys whose material AWS KMS made; others are `UnsupportedOperationException`.
    AutomaticallyRotatable,
    /// Symmetric encryption keys whose material AWS KMS made or the owner imported; others are `UnsupportedOperationException`.
    Rotatable,
    /// Keys of origin `EXTERNAL`; others are `UnsupportedOperationException`.
    Imported,
    /// Multi-Region keys; others are `UnsupportedOperationException`.
    MultiRegion,
}

/// What a key's state means to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the answers of AWS's state table")]
pub enum StateVerdict {
    /// The operation goes on.
    Ok,
    /// `DisabledException`: `<arn> is disabled.`
    Disabled,
    /// `KMSInvalidStateException`: `<arn> is pending deletion.`
    PendingDeletion,
    /// `KMSInvalidStateException`: `<arn> is not pending deletion (or pending replica deletion).`
    NotPendingDeletion,
    /// `KMSInvalidStateException`: `<arn> is pending import.`
    PendingImport,
    /// `KMSInvalidStateException`: `<arn> is unavailable.`
    Unavailable,
    /// `KMSInvalidStateException`: `<arn> is creating.`
    Creating,
    /// `KMSInvalidStateException`: `<arn> is updating.`
    Updating,
    /// `UnsupportedOperationException`.
    Unsupported,
}

/// One line of AWS's key-state table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the columns of AWS's state table")]
pub struct StateColumn {
    /// `Enabled`.
    pub enabled: StateVerdict,
    /// `Disabled`.
    pub disabled: StateVerdict,
    /// `PendingDeletion` and `PendingReplicaDeletion`.
    pub pending_deletion: StateVerdict,
    /// `PendingImport`.
    pub pending_import: StateVerdict,
    /// `Unavailable`.
    pub unavailable: StateVerdict,
    /// `Creating`.
    pub creating: StateVerdict,
    /// `Updating`.
    pub updating: StateVerdict,
}

/// What CloudTrail's `responseElements` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new rule must be thought about by the recorder")]
pub enum ResponseRule {
    /// `null`.
    Null,
    /// The output's members, each by its own record rule.
    Members,
    /// `keyId` with the key's ARN, though the operation returns nothing.
    KeyArn,
    /// The output's members, and `keyId` with the key's ARN though the output lacks it (`CreateGrant`).
    MembersAndKeyArn,
}

/// A fact in CloudTrail's `additionalEventData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Additional {
    /// `keyMaterialId` of the version that was used.
    KeyMaterialId,
    /// `sourceKeyMaterialId` and `destinationKeyMaterialId`.
    BothKeyMaterialIds,
    /// `grantId`.
    GrantId,
}

/// What CloudTrail shows of an operation beside its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as constants by the generator")]
pub struct RecordRow {
    /// `responseElements`.
    pub response: ResponseRule,
    /// `requestParameters` is `null` whatever was sent.
    pub request_is_null: bool,
    /// Whether `resources` stands in the record at all.
    pub resources: bool,
    /// `additionalEventData`.
    pub additional: &'static [Additional],
}
