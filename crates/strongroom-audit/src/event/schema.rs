//! The keys of a record's maps. The numbers stand in records and are never reused.

/// The version of the encoding.
pub(super) const VERSION: u64 = 1;

/// What stands under a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    /// A number.
    Int,
    /// A truth value.
    Bool,
    /// Text.
    Text,
    /// This many bytes.
    Bytes(usize),
    /// A map from text to anything.
    Named,
    /// A list of `[account, arn]`.
    Resources,
    /// `[owner, shared event id, owner's event id]`.
    CrossAccount,
    /// A map with keys of its own.
    Map(&'static Schema),
}

/// The keys of one map, from 0 on, and which of them must be there.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) fields: &'static [Field],
    pub(super) required: &'static [u64],
}

/// The most keys that a map has.
pub(super) const MAX_FIELDS: usize = 22;

pub(super) mod top {
    pub(crate) const VERSION: u64 = 0;
    pub(crate) const ID: u64 = 1;
    pub(crate) const REQUEST_ID: u64 = 2;
    pub(crate) const TIME: u64 = 3;
    pub(crate) const TYPE: u64 = 4;
    pub(crate) const NAME: u64 = 5;
    pub(crate) const REGION: u64 = 6;
    pub(crate) const READ_ONLY: u64 = 7;
    pub(crate) const IDENTITY: u64 = 8;
    pub(crate) const SOURCE_IP: u64 = 9;
    pub(crate) const USER_AGENT: u64 = 10;
    pub(crate) const VPC_ENDPOINT: u64 = 11;
    pub(crate) const ERROR_CODE: u64 = 12;
    pub(crate) const ERROR_MESSAGE: u64 = 13;
    pub(crate) const REQUEST: u64 = 14;
    pub(crate) const RESPONSE: u64 = 15;
    pub(crate) const ADDITIONAL: u64 = 16;
    pub(crate) const SERVICE_DETAILS: u64 = 17;
    pub(crate) const RESOURCES: u64 = 18;
    pub(crate) const CROSS_ACCOUNT: u64 = 19;
    pub(crate) const FACTS: u64 = 20;
    pub(crate) const OMITTED: u64 = 21;
}

pub(super) mod identity {
    pub(crate) const KIND: u64 = 0;
    pub(crate) const ACCOUNT: u64 = 1;
    pub(crate) const UNIQUE_ID: u64 = 2;
    pub(crate) const ARN: u64 = 3;
    pub(crate) const NAME: u64 = 4;
    pub(crate) const SESSION: u64 = 5;
    pub(crate) const ROLE_ARN: u64 = 6;
    pub(crate) const ACCESS_KEY_ID: u64 = 7;
    pub(crate) const MFA: u64 = 8;
    pub(crate) const SESSION_CREATED: u64 = 9;
    pub(crate) const INVOKED_BY: u64 = 10;
    pub(crate) const SOURCE_IDENTITY: u64 = 11;
    pub(crate) const FEDERATED_PROVIDER: u64 = 12;
    pub(crate) const FEDERATED_ATTRIBUTES: u64 = 13;
    pub(crate) const ISSUER: u64 = 14;
    pub(crate) const EC2_ROLE_DELIVERY: u64 = 15;
}

pub(super) mod issuer {
    pub(crate) const KIND: u64 = 0;
    pub(crate) const UNIQUE_ID: u64 = 1;
    pub(crate) const ARN: u64 = 2;
    pub(crate) const NAME: u64 = 3;
}

pub(super) mod facts {
    pub(crate) const DECISION: u64 = 0;
    pub(crate) const DURABILITY: u64 = 1;
    pub(crate) const KEY_REVISION: u64 = 2;
    pub(crate) const DUE: u64 = 3;
    pub(crate) const LOST_FROM: u64 = 4;
    pub(crate) const ERASED: u64 = 5;
    pub(crate) const REASON: u64 = 6;
    pub(crate) const DIGEST: u64 = 7;
    pub(crate) const MORE: u64 = 8;
    pub(crate) const CUT: u64 = 9;
}

pub(super) mod decision {
    pub(crate) const ALLOWED: u64 = 0;
    pub(crate) const LAYER: u64 = 1;
    pub(crate) const DOCUMENT: u64 = 2;
    pub(crate) const STATEMENT: u64 = 3;
    pub(crate) const REASON: u64 = 4;
}

/// The flags of what was cut.
pub(super) mod omitted {
    pub(crate) const REQUEST: u64 = 1;
    pub(crate) const RESPONSE: u64 = 2;
    pub(crate) const ADDITIONAL: u64 = 4;
    pub(crate) const SERVICE_DETAILS: u64 = 8;
    pub(crate) const USER_AGENT: u64 = 16;
    pub(crate) const ERROR_MESSAGE: u64 = 32;
}

pub(super) const KIND_INTERNAL: u64 = 0;
pub(super) const KIND_ROOT: u64 = 1;
pub(super) const KIND_USER: u64 = 2;
pub(super) const KIND_ASSUMED_ROLE: u64 = 3;
pub(super) const KIND_FEDERATED_USER: u64 = 4;
pub(super) const KIND_SERVICE: u64 = 5;
pub(super) const KIND_OTHER: u64 = 6;

use Field::{Bool, Bytes, CrossAccount, Int, Map, Named, Resources, Text};

pub(super) static TOP: Schema = Schema {
    fields: &[
        Int,
        Bytes(16),
        Bytes(16),
        Int,
        Int,
        Text,
        Text,
        Bool,
        Map(&IDENTITY),
        Text,
        Text,
        Text,
        Text,
        Text,
        Named,
        Named,
        Named,
        Named,
        Resources,
        CrossAccount,
        Map(&FACTS),
        Int,
    ],
    required: &[top::VERSION, top::ID, top::TIME, top::TYPE, top::NAME, top::REGION, top::READ_ONLY, top::IDENTITY],
};

pub(super) static IDENTITY: Schema = Schema {
    fields: &[Int, Text, Text, Text, Text, Text, Text, Text, Bool, Int, Text, Text, Text, Named, Map(&ISSUER), Text],
    required: &[identity::KIND],
};

pub(super) static ISSUER: Schema =
    Schema { fields: &[Int, Text, Text, Text], required: &[issuer::KIND, issuer::UNIQUE_ID, issuer::ARN] };

pub(super) static FACTS: Schema =
    Schema { fields: &[Map(&DECISION), Int, Int, Int, Int, Int, Text, Bytes(32), Named, Named], required: &[] };

pub(super) static DECISION: Schema =
    Schema { fields: &[Bool, Text, Text, Text, Text], required: &[decision::ALLOWED, decision::LAYER] };
