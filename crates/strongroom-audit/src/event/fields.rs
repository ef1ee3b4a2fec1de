//! The fields of an event, borrowed from the call that it tells of.

use strongroom_types::row::RecordRow;
use strongroom_types::structure::Structure;
use strongroom_types::{AccountId, KeyArn, Principal, Region, Timestamp};

use crate::crypto::Hash;

/// One event, filled at the end of a call and encoded at once.
///
/// Start from [`Event::call`] or [`Event::service`] and set what there is to set.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "filled by one place, which must think about every field")]
pub struct Event<'a> {
    /// `eventID`: 16 random bytes, from the same draw as the blind.
    pub id: [u8; 16],
    /// `requestID`; absent in service events.
    pub request_id: Option<[u8; 16]>,
    /// `eventTime`: when the request completed.
    pub time: Timestamp,
    /// `eventType`.
    pub event_type: EventType,
    /// `eventName`: the operation, or the name of the service event.
    pub name: &'a str,
    /// `awsRegion`.
    pub region: Region,
    /// `readOnly`.
    pub read_only: bool,
    /// `userIdentity`.
    pub identity: Identity<'a>,
    /// `sourceIPAddress`; `None` is a caller inside the process and shows as `127.0.0.1`.
    pub source_ip: Option<&'a str>,
    /// `userAgent`; `None` shows as `strongroom`.
    pub user_agent: Option<&'a str>,
    /// `vpcEndpointId`.
    pub vpc_endpoint_id: Option<&'a str>,
    /// `errorCode`; absent on success. `AccessDenied` for a denied call.
    pub error_code: Option<&'a str>,
    /// `errorMessage`.
    pub error_message: Option<&'a str>,
    /// `requestParameters`; `None` is `null`.
    pub request: Option<Served<'a>>,
    /// `responseElements`; `None` is `null`.
    pub response: Option<Served<'a>>,
    /// `additionalEventData` of AWS's own (`keyMaterialId` …), in the order given.
    pub additional: &'a [Named<'a>],
    /// `serviceEventDetails`, in the order given; empty is absent.
    pub service_details: &'a [Named<'a>],
    /// `resources`; `None` leaves the member out, an empty slice is `[]`.
    pub resources: Option<&'a [Resource<'a>]>,
    /// Set if the event is also delivered to the account that owns the key.
    pub cross_account: Option<CrossAccount>,
    /// Strongroom's own facts, all under `additionalEventData.strongroom`.
    pub facts: StrongroomFacts<'a>,
}

impl<'a> Event<'a> {
    /// The event of a call, still without outcome.
    #[must_use]
    pub fn call(
        id: [u8; 16],
        request_id: [u8; 16],
        time: Timestamp,
        name: &'a str,
        region: Region,
        by: Identity<'a>,
    ) -> Self {
        Self {
            id,
            request_id: Some(request_id),
            time,
            event_type: EventType::ApiCall,
            name,
            region,
            read_only: false,
            identity: by,
            source_ip: None,
            user_agent: None,
            vpc_endpoint_id: None,
            error_code: None,
            error_message: None,
            request: None,
            response: None,
            additional: &[],
            service_details: &[],
            resources: None,
            cross_account: None,
            facts: StrongroomFacts::default(),
        }
    }

    /// The event of something that the strongroom did on its own, in `account`.
    #[must_use]
    pub fn service(id: [u8; 16], time: Timestamp, name: &'a str, region: Region, account: AccountId) -> Self {
        Self {
            request_id: None,
            event_type: EventType::ServiceEvent,
            ..Self::call(id, [0; 16], time, name, region, Identity::internal(account))
        }
    }
}

/// CloudTrail's `eventType`. The numbers stand in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum EventType {
    /// `AwsApiCall`
    ApiCall = 0,
    /// `AwsServiceEvent`
    ServiceEvent = 1,
}

/// A request or a response, and how the record shows it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Served<'a> {
    /// Its members, each by its own record rule.
    Members(&'a dyn Structure),
    /// `keyId` with the key's ARN and nothing else.
    KeyArn(KeyArn),
    /// Its members, and then `keyId` with the key's ARN.
    MembersAndKeyArn(&'a dyn Structure, KeyArn),
}

impl std::fmt::Debug for Served<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Members(structure) => write!(f, "Members({})", structure.shape().name),
            Self::KeyArn(arn) => write!(f, "{arn:?}"),
            Self::MembersAndKeyArn(structure, arn) => write!(f, "Members({}), {arn:?}", structure.shape().name),
        }
    }
}

impl<'a> Served<'a> {
    /// What the row says of a request: `None` if the record shows `null` whatever was sent.
    #[must_use]
    pub fn request(row: &RecordRow, request: &'a dyn Structure) -> Option<Self> {
        (!row.request_is_null).then_some(Self::Members(request))
    }

    /// What the row says of a response: its members, the key's ARN, or `null`.
    #[must_use]
    pub fn response(row: &RecordRow, response: &'a dyn Structure, key: Option<KeyArn>) -> Option<Self> {
        use strongroom_types::row::ResponseRule;
        match row.response {
            ResponseRule::Null => None,
            ResponseRule::Members => Some(Self::Members(response)),
            ResponseRule::KeyArn => key.map(Self::KeyArn),
            ResponseRule::MembersAndKeyArn => match key {
                Some(arn) => Some(Self::MembersAndKeyArn(response, arn)),
                None => Some(Self::Members(response)),
            },
        }
    }
}

/// An ARN: a key's, which is written without building a string, or any other's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arn<'a> {
    /// A key.
    Key(KeyArn),
    /// Anything else: an alias.
    Text(&'a str),
}

/// One of `resources`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "CloudTrail has these two and a constant")]
pub struct Resource<'a> {
    /// The account that owns it.
    pub account: AccountId,
    /// Its ARN.
    pub arn: Arn<'a>,
}

impl Resource<'_> {
    /// A key.
    #[must_use]
    pub fn key(arn: KeyArn) -> Self {
        Self { account: arn.account(), arn: Arn::Key(arn) }
    }
}

/// A named fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a name and a value")]
pub struct Named<'a> {
    /// CloudTrail's name, `keyMaterialId` for one.
    pub name: &'a str,
    /// The value.
    pub value: Fact<'a>,
}

/// A value of a named fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// Text.
    Text(&'a str),
    /// Bytes that show as lower-case hexadecimal digits: a key material id.
    Hex(&'a [u8]),
    /// A key's ARN.
    Arn(KeyArn),
    /// A number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// An instant; shows as ISO 8601.
    Time(Timestamp),
}

/// Who called, with what the session knows.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "filled by one place, which must think about every field")]
pub struct Identity<'a> {
    /// The principal.
    pub who: Who<'a>,
    /// `accessKeyId`.
    pub access_key_id: Option<&'a str>,
    /// `mfaAuthenticated`.
    pub mfa: Option<bool>,
    /// `creationDate` of the session.
    pub session_created: Option<Timestamp>,
    /// `invokedBy`: the service that called with forwarded credentials.
    pub invoked_by: Option<&'a str>,
    /// `sourceIdentity`.
    pub source_identity: Option<&'a str>,
    /// `webIdFederationData.federatedProvider`.
    pub federated_provider: Option<&'a str>,
    /// `webIdFederationData.attributes`.
    pub federated_attributes: &'a [(String, String)],
    /// `sessionIssuer` of a federated user: the root user, or the IAM user, whose credentials made the session. (A role
    /// is the issuer of its sessions.)
    pub issuer: Option<&'a Principal>,
    /// `ec2RoleDelivery`: the version of the metadata service that handed out the credentials.
    pub ec2_role_delivery: Option<&'a str>,
}

impl<'a> Identity<'a> {
    /// A principal without session facts.
    #[must_use]
    pub fn of(principal: &'a Principal) -> Self {
        Self::from_who(Who::Principal(principal))
    }

    /// The strongroom itself, in `account`: `{accountId, invokedBy: "AWS Internal"}`.
    #[must_use]
    pub fn internal(account: AccountId) -> Self {
        Self::from_who(Who::Internal(account))
    }

    fn from_who(who: Who<'a>) -> Self {
        Self {
            who,
            access_key_id: None,
            mfa: None,
            session_created: None,
            invoked_by: None,
            source_identity: None,
            federated_provider: None,
            federated_attributes: &[],
            issuer: None,
            ec2_role_delivery: None,
        }
    }
}

/// Whom an identity names.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Who<'a> {
    /// A principal.
    Principal(&'a Principal),
    /// The strongroom itself, acting in an account.
    Internal(AccountId),
}

/// The second delivery of an event whose caller and key belong to different accounts.
///
/// A denied call (`errorCode` `AccessDenied…`) is delivered to the caller's account alone, whatever stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what two records need to be joined")]
pub struct CrossAccount {
    /// The account that owns the key.
    pub owner: AccountId,
    /// `sharedEventID`, random.
    pub shared_event_id: [u8; 16],
    /// `eventID` of the owner's copy, random.
    pub owner_event_id: [u8; 16],
}

/// How durable the record was when the result left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Durability {
    /// Handed to the operating system: survives the death of the process.
    Process = 0,
    /// Synced: survives a power cut.
    Durable = 1,
}

/// A decision's outcome and its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "filled by one place")]
pub struct Decision<'a> {
    /// Whether the call was allowed.
    pub allowed: bool,
    /// Which layer decided: `keyPolicy`, `identityPolicy`, `grant` …
    pub layer: &'a str,
    /// Which document of that layer, if it has a name.
    pub document: Option<&'a str>,
    /// Which statement: its `Sid`, or its number.
    pub statement: Option<&'a str>,
    /// Why, in words.
    pub reason: Option<&'a str>,
}

/// Strongroom's own facts: stripping this one key leaves AWS's record.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "filled by one place; `..Default::default()` fills the rest")]
pub struct StrongroomFacts<'a> {
    /// `decision`
    pub decision: Option<Decision<'a>>,
    /// `durability`
    pub durability: Option<Durability>,
    /// `keyRevision`: the counter of the key's record that the decision saw.
    pub key_revision: Option<u64>,
    /// `due`: when a service event should have happened.
    pub due: Option<Timestamp>,
    /// `lostFrom`: the first leaf that may have been lost before this one.
    pub lost_from: Option<u64>,
    /// `erased`: the leaf whose body was erased, for an entry of kind `Erased`.
    pub erased: Option<u64>,
    /// `reason`: why it was erased, or what an operator said.
    pub reason: Option<&'a str>,
    /// `digest`: a hash that the event vouches for.
    pub digest: Option<Hash>,
    /// Anything else, by name, in the order given.
    pub more: &'a [Named<'a>],
}
