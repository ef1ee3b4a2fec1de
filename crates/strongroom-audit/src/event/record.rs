//! A record that was read back.

use strongroom_types::Timestamp;

use super::cbor::{self, Item};
use super::fields::{Durability, EventType};
use super::schema::{self, Field, MAX_FIELDS, Schema, TOP, decision, facts, identity, top};
use crate::Error;
use crate::checkpoint::SignedCheckpoint;
use crate::crypto::Hash;

/// The values of a map with integer keys, by key.
pub(super) type Fields<'a> = [Option<&'a [u8]>; MAX_FIELDS];

/// A record: the bytes as they were stored, known to be well-formed.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    bytes: Box<[u8]>,
    /// Where each field stands; empty where there is none.
    places: [(u32, u32); MAX_FIELDS],
}

/// One of the one or two accounts that a record is delivered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "CloudTrail delivers to these two")]
pub enum Delivery {
    /// The caller's account.
    Caller,
    /// The account that owns the key, if it is another.
    Owner,
}

/// The log that a restored strongroom had before, as the first leaf of its new one tells.
///
/// The new log's signature vouches for what is said here, and nothing vouches for the two notes but their own signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Continues {
    /// The checkpoint of the backup that was restored; its origin is the log before.
    pub restored: SignedCheckpoint,
    /// The newest checkpoint of that log that was seen anywhere: what lies between the two was rolled back.
    pub newest_seen: SignedCheckpoint,
}

impl Continues {
    /// The name of the fact that holds the checkpoint that was restored.
    pub const RESTORED: &'static str = "restoredCheckpoint";
    /// The name of the fact that holds the newest checkpoint.
    pub const NEWEST_SEEN: &'static str = "newestCheckpointSeen";
}

/// Why a call was allowed or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecisionView<'a> {
    /// Whether it was allowed.
    pub allowed: bool,
    /// Which layer decided.
    pub layer: &'a str,
    /// Which document of that layer.
    pub document: Option<&'a str>,
    /// Which statement.
    pub statement: Option<&'a str>,
    /// Why, in words.
    pub reason: Option<&'a str>,
}

impl Record {
    /// Reads a record. Every byte is looked at: a key that this version does not know, a form that is not the
    /// shortest, a byte behind the end are refused.
    ///
    /// # Errors
    /// [`Error::Newer`], [`Error::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let bad = || Error::malformed("a record", "it is not in the form of version `1`");
        let mut rest = bytes;
        if let (Some(Item::Map(_)), Some(Item::Int(0)), Some(Item::Int(version))) =
            (cbor::next(&mut rest), cbor::next(&mut rest), cbor::next(&mut rest))
            && version != schema::VERSION.cast_signed()
        {
            let version = u8::try_from(version).map_err(|_| bad())?;
            return Err(Error::Newer { what: "a record", version });
        }
        let fields = split(bytes, &TOP).ok_or_else(bad)?;
        let start = bytes.as_ptr().addr();
        let place = |part: Option<&[u8]>| {
            let from = part.map_or(0, |part| part.as_ptr().addr().saturating_sub(start));
            let to = from.saturating_add(part.map_or(0, <[u8]>::len));
            Some((u32::try_from(from).ok()?, u32::try_from(to).ok()?))
        };
        let mut places = [(0, 0); MAX_FIELDS];
        for (slot, part) in places.iter_mut().zip(fields) {
            *slot = place(part).ok_or_else(bad)?;
        }
        Ok(Self { bytes: bytes.into(), places })
    }

    /// The bytes that were decoded, which are the ones that were hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn fields(&self) -> Fields<'_> {
        // No field is empty: each is at least one byte of CBOR.
        self.places.map(|(from, to)| self.bytes.get(from as usize..to as usize).filter(|part| !part.is_empty()))
    }

    pub(super) fn part(&self, key: u64, schema: &Schema) -> Fields<'_> {
        field(&self.fields(), key).and_then(|bytes| split(bytes, schema)).unwrap_or_default()
    }

    /// `eventID` of the caller's copy.
    #[must_use]
    pub fn event_id(&self) -> [u8; 16] {
        bytes(&self.fields(), top::ID).unwrap_or_default()
    }

    /// `eventID` of the copy that is delivered to this account: the caller's, unless it is the owner of the keys.
    #[must_use]
    pub fn event_id_of(&self, account: &str) -> [u8; 16] {
        match self.owner() {
            Some((owner, _, own)) if owner == account => own,
            _ => self.event_id(),
        }
    }

    /// `requestID`, absent in service events.
    #[must_use]
    pub fn request_id(&self) -> Option<[u8; 16]> {
        bytes(&self.fields(), top::REQUEST_ID)
    }

    /// When the request completed, in full precision.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        Timestamp::from_nanos(int(&self.fields(), top::TIME).unwrap_or_default())
    }

    /// `eventType`
    #[must_use]
    pub fn event_type(&self) -> EventType {
        match int(&self.fields(), top::TYPE) {
            Some(1) => EventType::ServiceEvent,
            _ => EventType::ApiCall,
        }
    }

    /// `eventName`
    #[must_use]
    pub fn name(&self) -> &str {
        text(&self.fields(), top::NAME).unwrap_or_default()
    }

    /// `awsRegion`
    #[must_use]
    pub fn region(&self) -> &str {
        text(&self.fields(), top::REGION).unwrap_or_default()
    }

    /// `readOnly`
    #[must_use]
    pub fn read_only(&self) -> bool {
        bool(&self.fields(), top::READ_ONLY).unwrap_or_default()
    }

    /// `errorCode`, absent on success.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        text(&self.fields(), top::ERROR_CODE)
    }

    /// `errorMessage`
    #[must_use]
    pub fn error_message(&self) -> Option<&str> {
        text(&self.fields(), top::ERROR_MESSAGE)
    }

    /// The caller's account; an AWS service has none.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        text(&self.part(top::IDENTITY, &schema::IDENTITY), identity::ACCOUNT)
    }

    /// The caller's ARN; the strongroom itself has none.
    #[must_use]
    pub fn principal_arn(&self) -> Option<&str> {
        text(&self.part(top::IDENTITY, &schema::IDENTITY), identity::ARN)
    }

    /// `resources`: account and ARN of each, in order.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = field(&self.fields(), top::RESOURCES).unwrap_or_default();
        let mut left = match cbor::next(&mut rest) {
            Some(Item::Array(count)) => count,
            _ => 0,
        };
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            cbor::next(&mut rest)?;
            match (cbor::next(&mut rest)?, cbor::next(&mut rest)?) {
                (Item::Text(account), Item::Text(arn)) => Some((account, arn)),
                _ => None,
            }
        })
    }

    /// Why the call was allowed or denied.
    #[must_use]
    pub fn decision(&self) -> Option<DecisionView<'_>> {
        let reasons = split(field(&self.part(top::FACTS, &schema::FACTS), facts::DECISION)?, &schema::DECISION)?;
        Some(DecisionView {
            allowed: bool(&reasons, decision::ALLOWED)?,
            layer: text(&reasons, decision::LAYER)?,
            document: text(&reasons, decision::DOCUMENT),
            statement: text(&reasons, decision::STATEMENT),
            reason: text(&reasons, decision::REASON),
        })
    }

    /// How durable the record was when the result left.
    #[must_use]
    pub fn durability(&self) -> Option<Durability> {
        match int(&self.part(top::FACTS, &schema::FACTS), facts::DURABILITY)? {
            0 => Some(Durability::Process),
            _ => Some(Durability::Durable),
        }
    }

    /// The leaf whose body was erased, if the record tells of an erasure.
    #[must_use]
    pub fn erased(&self) -> Option<u64> {
        int(&self.part(top::FACTS, &schema::FACTS), facts::ERASED).and_then(|index| u64::try_from(index).ok())
    }

    /// The first leaf that may have been lost before this one.
    #[must_use]
    pub fn lost_from(&self) -> Option<u64> {
        int(&self.part(top::FACTS, &schema::FACTS), facts::LOST_FROM).and_then(|index| u64::try_from(index).ok())
    }

    /// A text among `requestParameters`.
    #[must_use]
    pub fn request_text(&self, name: &str) -> Option<&str> {
        text_of(named(field(&self.fields(), top::REQUEST), name))
    }

    /// A number among `requestParameters`.
    #[must_use]
    pub fn request_int(&self, name: &str) -> Option<i64> {
        int_of(named(field(&self.fields(), top::REQUEST), name))
    }

    /// A list of texts among `requestParameters`, such as `tagKeys`.
    #[must_use]
    pub fn request_texts(&self, name: &str) -> Option<Vec<&str>> {
        let mut rest = value_of(field(&self.fields(), top::REQUEST), name)?;
        let Item::Array(count) = cbor::next(&mut rest)? else { return None };
        (0..count).map(|_| text_of(cbor::next(&mut rest))).collect()
    }

    /// The `tags` among `requestParameters`: key and value of each.
    #[must_use]
    pub fn request_tags(&self) -> Option<Vec<(&str, &str)>> {
        let mut rest = value_of(field(&self.fields(), top::REQUEST), "tags")?;
        let Item::Array(count) = cbor::next(&mut rest)? else { return None };
        let mut tag = || {
            let (whole, own) = (rest, &mut rest);
            skip(own, cbor::MAX_DEPTH + 4)?;
            Some((text_of(named(Some(whole), "tagKey"))?, text_of(named(Some(whole), "tagValue"))?))
        };
        (0..count).map(|_| tag()).collect()
    }

    /// A number among `responseElements`.
    #[must_use]
    pub fn response_int(&self, name: &str) -> Option<i64> {
        int_of(named(field(&self.fields(), top::RESPONSE), name))
    }

    /// A text among the strongroom's own facts that have a name.
    #[must_use]
    pub fn fact_text(&self, name: &str) -> Option<&str> {
        text_of(named(field(&self.part(top::FACTS, &schema::FACTS), facts::MORE), name))
    }

    /// What the first record of a restored strongroom's log says of the log before.
    #[must_use]
    pub fn continues(&self) -> Option<Continues> {
        let note = |name| SignedCheckpoint::parse(self.fact_text(name)?.as_bytes()).ok();
        Some(Continues { restored: note(Continues::RESTORED)?, newest_seen: note(Continues::NEWEST_SEEN)? })
    }

    /// The hash that the event vouches for.
    #[must_use]
    pub fn digest(&self) -> Option<Hash> {
        bytes(&self.part(top::FACTS, &schema::FACTS), facts::DIGEST)
    }

    /// To whom the record is delivered. A denied call across accounts goes to the caller's account alone
    /// (CloudTrail User Guide, "shared event ID"; AWS KMS Developer Guide, "logging").
    #[must_use]
    pub fn deliveries(&self) -> &'static [Delivery] {
        if self.owner().is_some() { &[Delivery::Caller, Delivery::Owner] } else { &[Delivery::Caller] }
    }

    /// Owner, shared event id and the owner's event id, if the record is delivered twice.
    pub(super) fn owner(&self) -> Option<(&str, [u8; 16], [u8; 16])> {
        if self.error_code().is_some_and(|code| code.starts_with("AccessDenied")) {
            return None;
        }
        let mut rest = field(&self.fields(), top::CROSS_ACCOUNT)?;
        match (cbor::next(&mut rest)?, cbor::next(&mut rest)?, cbor::next(&mut rest)?, cbor::next(&mut rest)?) {
            (_, Item::Text(owner), Item::Bytes(shared), Item::Bytes(own)) => {
                Some((owner, shared.try_into().ok()?, own.try_into().ok()?))
            }
            _ => None,
        }
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let error = self.error_code().unwrap_or("ok");
        write!(f, "Record({} at {}, {error})", self.name(), self.time())
    }
}

/// Takes a map apart by its schema; `None` unless all of it is as it should be.
pub(super) fn split<'a>(bytes: &'a [u8], schema: &Schema) -> Option<Fields<'a>> {
    let mut found: Fields<'a> = [None; MAX_FIELDS];
    let mut rest = bytes;
    let Item::Map(count) = cbor::next(&mut rest)? else { return None };
    let mut least = 0_i64;
    for _ in 0..count {
        let Item::Int(key) = cbor::next(&mut rest)? else { return None };
        if key < least {
            return None;
        }
        least = key.checked_add(1)?;
        let key = usize::try_from(key).ok()?;
        let start = rest;
        check(&mut rest, *schema.fields.get(key)?)?;
        *found.get_mut(key)? = start.get(..start.len().checked_sub(rest.len())?);
    }
    let whole = rest.is_empty() && schema.required.iter().all(|key| field(&found, *key).is_some());
    whole.then_some(found)
}

fn check(rest: &mut &[u8], expected: Field) -> Option<()> {
    let is_named = matches!(expected, Field::Named);
    if let Field::Map(_) | Field::Named = expected {
        let inner = map_value(rest)?;
        return match expected {
            Field::Map(schema) => split(inner, schema).map(|_| ()),
            _ if is_named => cbor::value(&mut { inner }, cbor::MAX_DEPTH + 2).map(|_| ()),
            _ => None,
        };
    }
    let fits = match (expected, cbor::next(rest)?) {
        (Field::Int, Item::Int(_)) | (Field::Bool, Item::Bool(_)) | (Field::Text, Item::Text(_)) => true,
        (Field::Bytes(len), Item::Bytes(bytes)) => bytes.len() == len,
        (Field::Resources, Item::Array(count)) => (0..count).all(|_| resource(rest).is_some()),
        (Field::CrossAccount, Item::Array(3)) => cross_account(rest).is_some(),
        _ => false,
    };
    fits.then_some(())
}

fn resource(rest: &mut &[u8]) -> Option<()> {
    match (cbor::next(rest)?, cbor::next(rest)?, cbor::next(rest)?) {
        (Item::Array(2), Item::Text(_), Item::Text(_)) => Some(()),
        _ => None,
    }
}

fn cross_account(rest: &mut &[u8]) -> Option<()> {
    match (cbor::next(rest)?, cbor::next(rest)?, cbor::next(rest)?) {
        (Item::Text(_), Item::Bytes(shared), Item::Bytes(own)) if shared.len() == 16 && own.len() == 16 => Some(()),
        _ => None,
    }
}

/// Takes a map's bytes from the front, whatever its keys are.
fn map_value<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let start = *rest;
    skip(rest, cbor::MAX_DEPTH + 4)?;
    let taken = start.get(..start.len().checked_sub(rest.len())?)?;
    matches!(cbor::next(&mut { taken }), Some(Item::Map(_))).then_some(taken)
}

fn skip(rest: &mut &[u8], depth: u32) -> Option<()> {
    let inside = match cbor::next(rest)? {
        Item::Array(count) => count,
        Item::Map(count) => count.checked_mul(2)?,
        _ => 0,
    };
    for _ in 0..inside {
        skip(rest, depth.checked_sub(1)?)?;
    }
    Some(())
}

pub(super) fn field<'a>(fields: &Fields<'a>, key: u64) -> Option<&'a [u8]> {
    fields.get(usize::try_from(key).ok()?).copied().flatten()
}

/// The value of this name in a map from text.
fn named<'a>(map: Option<&'a [u8]>, name: &str) -> Option<Item<'a>> {
    cbor::next(&mut value_of(map, name)?)
}

/// The bytes from this value in a map from text on.
fn value_of<'a>(map: Option<&'a [u8]>, name: &str) -> Option<&'a [u8]> {
    let mut rest = map?;
    let Item::Map(count) = cbor::next(&mut rest)? else { return None };
    for _ in 0..count {
        match cbor::next(&mut rest)? {
            Item::Text(found) if found == name => return Some(rest),
            _ => skip(&mut rest, cbor::MAX_DEPTH + 4)?,
        }
    }
    None
}

fn text_of(item: Option<Item<'_>>) -> Option<&str> {
    match item? {
        Item::Text(text) => Some(text),
        _ => None,
    }
}

fn int_of(item: Option<Item<'_>>) -> Option<i64> {
    match item? {
        Item::Int(number) => Some(number),
        _ => None,
    }
}

fn item<'a>(fields: &Fields<'a>, key: u64) -> Option<Item<'a>> {
    cbor::next(&mut { field(fields, key)? })
}

pub(super) fn text<'a>(fields: &Fields<'a>, key: u64) -> Option<&'a str> {
    match item(fields, key)? {
        Item::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn int(fields: &Fields<'_>, key: u64) -> Option<i64> {
    match item(fields, key)? {
        Item::Int(number) => Some(number),
        _ => None,
    }
}

pub(super) fn bool(fields: &Fields<'_>, key: u64) -> Option<bool> {
    match item(fields, key)? {
        Item::Bool(value) => Some(value),
        _ => None,
    }
}

pub(super) fn bytes<const N: usize>(fields: &Fields<'_>, key: u64) -> Option<[u8; N]> {
    match item(fields, key)? {
        Item::Bytes(bytes) => bytes.try_into().ok(),
        _ => None,
    }
}
