//! CloudTrail's JSON, as a view of a record.

use base64ct::{Base64, Encoding};
use strongroom_types::json::Writer;
use strongroom_types::{KeyId, Timestamp};

use super::cbor::{self, Item};
use super::fields::EventType;
use super::record::{Delivery, Fields, Record, bool, bytes, field, int, split, text};
use super::schema::{self, decision, facts, identity, issuer, omitted, top};
use crate::note::Hex;

/// CloudTrail's version of the record (AWS KMS Developer Guide, examples of 2025 and later).
const EVENT_VERSION: &str = "1.11";
/// What stands for a value that was sent and is not shown (CloudTrail User Guide, "userIdentity").
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
const INTERNAL: &str = "AWS Internal";

/// How instants are written.
#[derive(Clone, Copy)]
enum Dates {
    /// `May 21, 2025, 5:47:45 AM`: in parameters and responses.
    Java,
    /// `2025-05-21T05:47:45Z`: everywhere else.
    Iso,
}

impl Record {
    /// Appends CloudTrail's JSON to `out`: one object per account that the record is delivered to, each on a line of
    /// its own.
    pub fn to_cloudtrail_json(&self, out: &mut Vec<u8>) {
        for delivery in self.deliveries() {
            self.delivery_to_cloudtrail_json(*delivery, out);
            out.push(b'\n');
        }
    }

    /// Appends the one copy of CloudTrail's JSON that `delivery` names, without a newline. An owner's copy of a record
    /// that has none is the caller's.
    pub fn delivery_to_cloudtrail_json(&self, delivery: Delivery, out: &mut Vec<u8>) {
        let fields = self.fields();
        let who = self.part(top::IDENTITY, &schema::IDENTITY);
        let owner = self.owner();
        let for_owner = owner.filter(|_| delivery == Delivery::Owner);
        let internal = self.event_type() == EventType::ServiceEvent;
        let mut json = Writer::new(out);
        json.begin_object();
        pair(&mut json, "eventVersion", Some(EVENT_VERSION));
        json.name("userIdentity");
        if for_owner.is_some() {
            foreign_identity(&mut json, &who)
        } else {
            write_identity(&mut json, &who)
        }
        pair(&mut json, "eventTime", Some(&self.time().to_string()));
        pair(&mut json, "eventSource", Some("kms.amazonaws.com"));
        pair(&mut json, "eventName", Some(self.name()));
        pair(&mut json, "awsRegion", Some(self.region()));
        let or_internal = |own: &'static str| if internal { INTERNAL } else { own };
        pair(&mut json, "sourceIPAddress", text(&fields, top::SOURCE_IP).or(Some(or_internal("127.0.0.1"))));
        pair(&mut json, "userAgent", text(&fields, top::USER_AGENT).or(Some(or_internal("strongroom"))));
        pair(&mut json, "errorCode", self.error_code());
        pair(&mut json, "errorMessage", self.error_message());
        let cut = int(&fields, top::OMITTED).unwrap_or_default().cast_unsigned();
        for (name, key, flag) in [
            ("requestParameters", top::REQUEST, omitted::REQUEST),
            ("responseElements", top::RESPONSE, omitted::RESPONSE),
        ] {
            json.name(name);
            write_named(&mut json, field(&fields, key), Dates::Java, cut & flag != 0);
        }
        self.write_additional(&mut json, &fields, for_owner.is_none());
        pair(&mut json, "requestID", self.request_id().map(uuid).as_deref());
        let id = for_owner.map_or_else(|| self.event_id(), |(_, _, own)| own);
        pair(&mut json, "eventID", Some(&uuid(id)));
        pair(&mut json, "eventType", Some(if internal { "AwsServiceEvent" } else { "AwsApiCall" }));
        json.name("managementEvent");
        json.bool(true);
        json.name("readOnly");
        json.bool(self.read_only());
        self.write_resources(&mut json, &fields);
        let recipient = for_owner.map(|(owner, ..)| owner).or_else(|| self.account());
        pair(
            &mut json,
            "recipientAccountId",
            recipient.or_else(|| self.resources().next().map(|(account, _)| account)),
        );
        if let Some(details) = field(&fields, top::SERVICE_DETAILS) {
            json.name("serviceEventDetails");
            write_named(&mut json, Some(details), Dates::Iso, cut & omitted::SERVICE_DETAILS != 0);
        }
        pair(&mut json, "sharedEventID", owner.map(|(_, shared, _)| uuid(shared)).as_deref());
        pair(&mut json, "vpcEndpointId", text(&fields, top::VPC_ENDPOINT));
        pair(&mut json, "eventCategory", Some("Management"));
        json.end_object();
    }

    fn write_resources(&self, json: &mut Writer<'_>, fields: &Fields<'_>) {
        if field(fields, top::RESOURCES).is_none() {
            return;
        }
        json.name("resources");
        json.begin_array();
        for (account, arn) in self.resources() {
            json.begin_object();
            pair(json, "accountId", Some(account));
            pair(json, "type", Some("AWS::KMS::Key"));
            pair(json, "ARN", Some(arn));
            json.end_object();
        }
        json.end_array();
    }

    /// AWS's own facts, and Strongroom's under one key. The owner of a key does not see by which of the caller's
    /// policies the call was allowed.
    fn write_additional(&self, json: &mut Writer<'_>, fields: &Fields<'_>, with_decision: bool) {
        let aws = field(fields, top::ADDITIONAL);
        let own = self.part(top::FACTS, &schema::FACTS);
        let cut = int(fields, top::OMITTED).unwrap_or_default().cast_unsigned();
        let shown = |key: usize| with_decision || key as u64 != facts::DECISION;
        let has_own = own.iter().enumerate().any(|(key, value)| value.is_some() && shown(key))
            || cut & (omitted::USER_AGENT | omitted::ERROR_MESSAGE) != 0;
        if aws.is_none() && !has_own {
            return;
        }
        json.name("additionalEventData");
        json.begin_object();
        if let Some(aws) = aws {
            write_pairs(json, &mut { aws }, Dates::Iso);
        }
        if cut & omitted::ADDITIONAL != 0 {
            json.name("omitted");
            json.bool(true);
        }
        if has_own {
            json.name("strongroom");
            write_facts(json, &own, with_decision, cut);
        }
        json.end_object();
    }
}

fn write_facts(json: &mut Writer<'_>, own: &Fields<'_>, with_decision: bool, cut: u64) {
    json.begin_object();
    let reasons = field(own, facts::DECISION).filter(|_| with_decision).and_then(|b| split(b, &schema::DECISION));
    if let Some(reasons) = reasons {
        json.name("decision");
        json.begin_object();
        let allowed = bool(&reasons, decision::ALLOWED).unwrap_or_default();
        pair(json, "effect", Some(if allowed { "Allow" } else { "Deny" }));
        pair(json, "layer", text(&reasons, decision::LAYER));
        pair(json, "document", text(&reasons, decision::DOCUMENT));
        pair(json, "statement", text(&reasons, decision::STATEMENT));
        pair(json, "reason", text(&reasons, decision::REASON));
        json.end_object();
    }
    let level = int(own, facts::DURABILITY).map(|level| if level == 0 { "Process" } else { "Durable" });
    pair(json, "durability", level);
    let due = int(own, facts::DUE).map(|nanos| Timestamp::from_nanos(nanos).to_string());
    for (name, key) in [("keyRevision", facts::KEY_REVISION), ("lostFrom", facts::LOST_FROM), ("erased", facts::ERASED)]
    {
        if let Some(number) = int(own, key) {
            json.name(name);
            json.int(number);
        }
    }
    pair(json, "due", due.as_deref());
    pair(json, "reason", text(own, facts::REASON));
    pair(json, "digest", bytes::<32>(own, facts::DIGEST).map(|hash| Hex(&hash).to_string()).as_deref());
    if let Some(sums) = field(own, facts::CUT) {
        json.name("sha256OfCut");
        write_named(json, Some(sums), Dates::Iso, false);
    }
    for (name, flag) in [("userAgentCut", omitted::USER_AGENT), ("errorMessageCut", omitted::ERROR_MESSAGE)] {
        if cut & flag != 0 {
            json.name(name);
            json.bool(true);
        }
    }
    if let Some(more) = field(own, facts::MORE) {
        write_pairs(json, &mut { more }, Dates::Iso);
    }
    json.end_object();
}

fn write_identity(json: &mut Writer<'_>, who: &Fields<'_>) {
    let kind = int(who, identity::KIND).unwrap_or_default().cast_unsigned();
    let (account, unique_id) = (text(who, identity::ACCOUNT), text(who, identity::UNIQUE_ID));
    json.begin_object();
    match kind {
        schema::KIND_INTERNAL => {
            pair(json, "accountId", account);
            pair(json, "invokedBy", Some(INTERNAL));
        }
        schema::KIND_SERVICE => {
            pair(json, "type", Some("AWSService"));
            pair(json, "invokedBy", text(who, identity::INVOKED_BY).or_else(|| text(who, identity::NAME)));
        }
        _ => {
            pair(json, "type", Some(type_name(kind)));
            pair(json, "principalId", principal_id(kind, who).as_deref().or(unique_id));
            pair(json, "arn", text(who, identity::ARN));
            pair(json, "accountId", account);
            pair(json, "accessKeyId", text(who, identity::ACCESS_KEY_ID));
            if kind == schema::KIND_USER {
                pair(json, "userName", text(who, identity::NAME));
            }
            write_session(json, kind, who);
            pair(json, "invokedBy", text(who, identity::INVOKED_BY));
        }
    }
    json.end_object();
}

/// What an owner sees of a caller of another account.
fn foreign_identity(json: &mut Writer<'_>, who: &Fields<'_>) {
    let kind = int(who, identity::KIND).unwrap_or_default().cast_unsigned();
    json.begin_object();
    pair(json, "type", Some("AWSAccount"));
    pair(json, "principalId", principal_id(kind, who).as_deref().or(text(who, identity::UNIQUE_ID)));
    pair(json, "accountId", text(who, identity::ACCOUNT));
    json.end_object();
}

fn type_name(kind: u64) -> &'static str {
    match kind {
        schema::KIND_ROOT => "Root",
        schema::KIND_USER => "IAMUser",
        schema::KIND_ASSUMED_ROLE => "AssumedRole",
        schema::KIND_FEDERATED_USER => "FederatedUser",
        _ => "Unknown",
    }
}

fn principal_id(kind: u64, who: &Fields<'_>) -> Option<String> {
    let (unique_id, session) = (text(who, identity::UNIQUE_ID)?, text(who, identity::SESSION)?);
    (kind == schema::KIND_ASSUMED_ROLE).then(|| format!("{unique_id}:{session}"))
}

fn write_session(json: &mut Writer<'_>, kind: u64, who: &Fields<'_>) {
    let (mfa, created) = (bool(who, identity::MFA), int(who, identity::SESSION_CREATED));
    let (source, provider) = (text(who, identity::SOURCE_IDENTITY), text(who, identity::FEDERATED_PROVIDER));
    let is_role = kind == schema::KIND_ASSUMED_ROLE;
    let issued_by = field(who, identity::ISSUER);
    if !is_role && mfa.is_none() && created.is_none() && source.is_none() && provider.is_none() && issued_by.is_none() {
        return;
    }
    json.name("sessionContext");
    json.begin_object();
    if is_role {
        json.name("sessionIssuer");
        json.begin_object();
        pair(json, "type", Some("Role"));
        pair(json, "principalId", text(who, identity::UNIQUE_ID));
        pair(json, "arn", text(who, identity::ROLE_ARN));
        pair(json, "accountId", text(who, identity::ACCOUNT));
        pair(json, "userName", text(who, identity::NAME));
        json.end_object();
    } else if let Some(issuer) = issued_by {
        write_issuer(json, issuer, text(who, identity::ACCOUNT));
    }
    if let Some(provider) = provider {
        json.name("webIdFederationData");
        json.begin_object();
        pair(json, "federatedProvider", Some(provider));
        json.name("attributes");
        json.begin_object();
        if let Some(attributes) = field(who, identity::FEDERATED_ATTRIBUTES) {
            write_pairs(json, &mut { attributes }, Dates::Iso);
        }
        json.end_object();
        json.end_object();
    }
    if mfa.is_some() || created.is_some() {
        json.name("attributes");
        json.begin_object();
        let date = created.map(|nanos| Timestamp::from_nanos(nanos).to_string());
        pair(json, "creationDate", date.as_deref());
        // A string, not a truth value (CloudTrail User Guide, "userIdentity").
        pair(json, "mfaAuthenticated", mfa.map(|mfa| if mfa { "true" } else { "false" }));
        json.end_object();
    }
    pair(json, "ec2RoleDelivery", text(who, identity::EC2_ROLE_DELIVERY));
    pair(json, "sourceIdentity", source);
    json.end_object();
}

/// Who made a federated user's session. The root user has no name (CloudTrail User Guide, "userIdentity").
fn write_issuer(json: &mut Writer<'_>, bytes: &[u8], account: Option<&str>) {
    let issued_by = split(bytes, &schema::ISSUER).unwrap_or_default();
    let kind = int(&issued_by, issuer::KIND).unwrap_or_default().cast_unsigned();
    json.name("sessionIssuer");
    json.begin_object();
    pair(json, "type", Some(type_name(kind)));
    pair(json, "principalId", text(&issued_by, issuer::UNIQUE_ID));
    pair(json, "arn", text(&issued_by, issuer::ARN));
    pair(json, "accountId", account);
    if kind == schema::KIND_USER {
        pair(json, "userName", text(&issued_by, issuer::NAME));
    }
    json.end_object();
}

fn pair(json: &mut Writer<'_>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        json.name(name);
        json.str(value);
    }
}

/// A map of named values, `null` if there is none.
fn write_named(json: &mut Writer<'_>, map: Option<&[u8]>, dates: Dates, omitted: bool) {
    let Some(map) = map else {
        json.null();
        return;
    };
    json.begin_object();
    write_pairs(json, &mut { map }, dates);
    if omitted {
        json.name("omitted");
        json.bool(true);
    }
    json.end_object();
}

/// The pairs of a map, without its braces. `rest` is well-formed: the record was decoded.
fn write_pairs(json: &mut Writer<'_>, rest: &mut &[u8], dates: Dates) {
    let Some(Item::Map(count)) = cbor::next(rest) else { return };
    for _ in 0..count {
        let Some(Item::Text(name)) = cbor::next(rest) else { return };
        json.name(name);
        write_value(json, rest, dates);
    }
}

fn write_value(json: &mut Writer<'_>, rest: &mut &[u8], dates: Dates) {
    let mut after = *rest;
    let Some(item) = cbor::next(&mut after) else {
        json.null();
        return;
    };
    if let Item::Map(_) = item {
        json.begin_object();
        write_pairs(json, rest, dates);
        json.end_object();
        return;
    }
    *rest = after;
    match item {
        Item::Int(number) => json.int(number),
        Item::Bytes(raw) => json.str(&Base64::encode_string(raw)),
        Item::Hex(raw) => json.str(&Hex(raw).to_string()),
        Item::Text(text) => json.str(text),
        Item::Bool(value) => json.bool(value),
        Item::Hidden => json.str(HIDDEN),
        Item::Time(secs) => json.str(&date(Timestamp::from_secs(secs), dates)),
        Item::Array(count) => {
            json.begin_array();
            for _ in 0..count {
                write_value(json, rest, dates);
            }
            json.end_array();
        }
        Item::Map(_) => {}
    }
}

fn date(time: Timestamp, dates: Dates) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match dates {
        Dates::Iso => time.to_string(),
        Dates::Java => {
            let (year, month, day, hour, minute, second) = time.civil();
            let name = MONTHS.get(usize::from(month.saturating_sub(1))).copied().unwrap_or("Jan");
            let (of_twelve, half) = (if hour % 12 == 0 { 12 } else { hour % 12 }, if hour < 12 { "AM" } else { "PM" });
            format!("{name} {day}, {year}, {of_twelve}:{minute:02}:{second:02} {half}")
        }
    }
}

fn uuid(id: [u8; 16]) -> String {
    KeyId::from_parts(id, false).to_string()
}
