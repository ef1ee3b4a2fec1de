//! The 56 operations by hand, so that nothing generated decides what is tested.

use std::fmt::Debug;

use strongroom_api::{KmsError, Operation, Partial, Typed, json, ops, validate};
use strongroom_types::structure::{Shape, Structure};

/// A typed request or response that can be looked at.
pub(crate) trait Probe: Structure + Debug {}
impl<T: Structure + Debug> Probe for T {}

type Read = fn(&[u8]) -> Result<Box<dyn Probe>, KmsError>;

pub(crate) struct Side {
    pub(crate) shape: &'static Shape,
    pub(crate) read: Read,
    /// The typed structure of a partial that may violate constraints, if there is one.
    pub(crate) complete: fn(Partial) -> Option<Box<dyn Probe>>,
}

pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) row: strongroom_types::row::Row,
    pub(crate) input: Side,
    pub(crate) output: Side,
}

fn side<T: Typed>() -> Side {
    Side {
        shape: T::SHAPE,
        read: |json| T::read(json).map(|t| Box::new(t) as Box<dyn Probe>),
        complete: |partial| T::complete(partial).map(|t| Box::new(t) as Box<dyn Probe>),
    }
}

fn entry<O: Operation>(name: &'static str) -> Entry {
    Entry { name, row: O::ROW, input: side::<O::Input>(), output: side::<O::Output>() }
}

macro_rules! entries {
    ($($name:ident)*) => {
        pub(crate) fn all() -> Vec<Entry> {
            vec![$(entry::<ops::$name>(stringify!($name)),)*]
        }
    };
}

entries! {
    CancelKeyDeletion ConnectCustomKeyStore CreateAlias CreateCustomKeyStore CreateGrant CreateKey Decapsulate Decrypt
    DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial DeriveSharedSecret DescribeCustomKeyStores DescribeKey
    DisableKey DisableKeyRotation DisconnectCustomKeyStore EnableKey EnableKeyRotation Encapsulate Encrypt
    GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac
    GenerateRandom GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey
    ImportKeyMaterial ListAliases ListGrants ListKeyPolicies ListKeyRotations ListKeys ListResourceTags
    ListRetirableGrants PutKeyPolicy ReEncrypt ReplicateKey RetireGrant RevokeGrant RotateKeyOnDemand
    ScheduleKeyDeletion Sign TagResource UntagResource UpdateAlias UpdateCustomKeyStore UpdateKeyDescription
    UpdatePrimaryRegion Verify VerifyMac
}

pub(crate) fn encode(structure: &dyn Structure) -> Vec<u8> {
    let mut out = Vec::new();
    json::encode(structure, &mut out);
    out
}

/// The violations as `(path, constraint)`.
pub(crate) fn violations(structure: &dyn Structure) -> Vec<(String, String)> {
    match validate(structure) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.iter().map(|v| (v.path.clone(), v.constraint.clone())).collect(),
    }
}
