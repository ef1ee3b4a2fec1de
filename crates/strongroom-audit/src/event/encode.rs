//! From an event to the bytes of its record (`docs/formats.md`).

use strongroom_types::PrincipalKind;

use super::cbor;
use super::fields::{Arn, Decision, Event, Identity, Named, StrongroomFacts, Who};
use super::recorder::{Recorder, cut};
use super::schema::{self, decision, facts, identity, issuer, omitted, top};
use crate::crypto::{Hash, LogCrypto};

/// CloudTrail's limits of the long fields (CloudTrail User Guide, "record contents").
const LONG: usize = 100 * 1024;
const ADDITIONAL: usize = 28 * 1024;
const SHORT: usize = 1024;

/// A map with ascending integer keys that is being written.
struct IntMap<'o> {
    out: &'o mut Vec<u8>,
    at: usize,
    count: u64,
}

impl<'o> IntMap<'o> {
    fn open(out: &'o mut Vec<u8>) -> Self {
        let at = cbor::open(out);
        Self { out, at, count: 0 }
    }

    /// Writes a key; its value must follow.
    fn key(&mut self, key: u64) -> &mut Vec<u8> {
        self.count = self.count.saturating_add(1);
        cbor::uint(self.out, key);
        self.out
    }

    fn text(&mut self, key: u64, text: Option<&str>) {
        if let Some(text) = text {
            cbor::text(self.key(key), text);
        }
    }

    fn uint(&mut self, key: u64, number: Option<u64>) {
        // What does not fit a signed number can't be read back; no counter gets there.
        if let Some(number) = number {
            cbor::uint(self.key(key), number.min(i64::MAX.cast_unsigned()));
        }
    }

    fn int(&mut self, key: u64, number: Option<i64>) {
        if let Some(number) = number {
            cbor::int(self.key(key), number);
        }
    }

    fn bool(&mut self, key: u64, value: Option<bool>) {
        if let Some(value) = value {
            cbor::bool(self.key(key), value);
        }
    }

    fn close(self) {
        cbor::close_map(self.out, self.at, self.count);
    }
}

impl Event<'_> {
    /// Appends the event's canonical encoding to `out`. The same event gives the same bytes; nothing is refused:
    /// what is too long is cut, and says so.
    pub fn encode(&self, crypto: &LogCrypto, out: &mut Vec<u8>) {
        let mut map = IntMap::open(out);
        let mut omitted = 0_u64;
        let mut cuts = Vec::new();
        map.uint(top::VERSION, Some(schema::VERSION));
        cbor::bytes(map.key(top::ID), &self.id);
        if let Some(id) = &self.request_id {
            cbor::bytes(map.key(top::REQUEST_ID), id);
        }
        map.int(top::TIME, Some(self.time.as_nanos()));
        map.uint(top::TYPE, Some(self.event_type as u64));
        map.text(top::NAME, Some(cut(self.name, SHORT)));
        map.text(top::REGION, Some(self.region.as_str()));
        map.bool(top::READ_ONLY, Some(self.read_only));
        encode_identity(map.key(top::IDENTITY), &self.identity);
        map.text(top::SOURCE_IP, self.source_ip.map(|text| cut(text, SHORT)));
        omitted |= short(&mut map, top::USER_AGENT, self.user_agent, omitted::USER_AGENT);
        map.text(top::VPC_ENDPOINT, self.vpc_endpoint_id.map(|text| cut(text, SHORT)));
        map.text(top::ERROR_CODE, self.error_code.map(|text| cut(text, SHORT)));
        omitted |= short(&mut map, top::ERROR_MESSAGE, self.error_message, omitted::ERROR_MESSAGE);
        let served =
            [(top::REQUEST, &self.request, omitted::REQUEST), (top::RESPONSE, &self.response, omitted::RESPONSE)];
        for (key, served, flag) in served {
            let Some(served) = served else { continue };
            let mark = map.out.len();
            let mut recorder = Recorder::new(map.key(key), crypto, LONG);
            let members = recorder.served(served);
            omitted |= if recorder.omitted { flag } else { 0 };
            cuts.append(&mut recorder.cut);
            // CloudTrail writes `null` and not `{}` where there is nothing to show.
            if members == 0 {
                map.out.truncate(mark);
                map.count = map.count.saturating_sub(1);
            }
        }
        omitted |= named(&mut map, crypto, top::ADDITIONAL, self.additional, ADDITIONAL, omitted::ADDITIONAL);
        omitted |= named(&mut map, crypto, top::SERVICE_DETAILS, self.service_details, LONG, omitted::SERVICE_DETAILS);
        self.encode_resources(&mut map);
        if let Some(cross) = &self.cross_account {
            let out = map.key(top::CROSS_ACCOUNT);
            cbor::array(out, 3);
            cbor::text(out, cross.owner.as_str());
            cbor::bytes(out, &cross.shared_event_id);
            cbor::bytes(out, &cross.owner_event_id);
        }
        encode_facts(&mut map, crypto, &self.facts, &cuts);
        map.uint(top::OMITTED, Some(omitted).filter(|flags| *flags != 0));
        map.close();
    }

    fn encode_resources(&self, map: &mut IntMap<'_>) {
        let Some(resources) = self.resources else { return };
        let out = map.key(top::RESOURCES);
        cbor::array(out, resources.len() as u64);
        for resource in resources {
            cbor::array(out, 2);
            cbor::text(out, resource.account.as_str());
            match &resource.arn {
                Arn::Key(arn) => cbor::display(out, arn),
                Arn::Text(arn) => cbor::text(out, cut(arn, SHORT)),
            }
        }
    }
}

/// A text of at most a kilobyte; gives `flag` if it had to be cut.
fn short(map: &mut IntMap<'_>, key: u64, text: Option<&str>, flag: u64) -> u64 {
    let Some(whole) = text else { return 0 };
    let kept = cut(whole, SHORT);
    map.text(key, Some(kept));
    if kept.len() < whole.len() { flag } else { 0 }
}

/// A map of named facts, left out if there are none.
fn named(map: &mut IntMap<'_>, crypto: &LogCrypto, key: u64, facts: &[Named<'_>], room: usize, flag: u64) -> u64 {
    if facts.is_empty() {
        return 0;
    }
    let mut recorder = Recorder::new(map.key(key), crypto, room);
    recorder.facts(facts);
    if recorder.omitted { flag } else { 0 }
}

fn encode_identity(out: &mut Vec<u8>, by: &Identity<'_>) {
    let mut map = IntMap::open(out);
    match by.who {
        Who::Internal(account) => {
            map.uint(identity::KIND, Some(schema::KIND_INTERNAL));
            map.text(identity::ACCOUNT, Some(account.as_str()));
        }
        Who::Principal(principal) => {
            map.uint(identity::KIND, Some(kind_of(principal)));
            map.text(identity::ACCOUNT, principal.account().as_ref().map(strongroom_types::AccountId::as_str));
            map.text(identity::UNIQUE_ID, Some(cut(principal.unique_id(), SHORT)));
            map.text(identity::ARN, Some(cut(principal.arn(), SHORT)));
            map.text(identity::NAME, Some(cut(principal.name(), SHORT)));
            map.text(identity::SESSION, principal.session().map(|text| cut(text, SHORT)));
            map.text(identity::ROLE_ARN, principal.role_arn().map(|text| cut(text, SHORT)));
        }
    }
    map.text(identity::ACCESS_KEY_ID, by.access_key_id.map(|text| cut(text, SHORT)));
    map.bool(identity::MFA, by.mfa);
    map.int(identity::SESSION_CREATED, by.session_created.map(strongroom_types::Timestamp::as_nanos));
    map.text(identity::INVOKED_BY, by.invoked_by.map(|text| cut(text, SHORT)));
    map.text(identity::SOURCE_IDENTITY, by.source_identity.map(|text| cut(text, SHORT)));
    map.text(identity::FEDERATED_PROVIDER, by.federated_provider.map(|text| cut(text, SHORT)));
    if !by.federated_attributes.is_empty() {
        let out = map.key(identity::FEDERATED_ATTRIBUTES);
        cbor::map(out, by.federated_attributes.len() as u64);
        for (name, value) in by.federated_attributes {
            cbor::text(out, cut(name, SHORT));
            cbor::text(out, cut(value, SHORT));
        }
    }
    if let Some(principal) = by.issuer {
        let mut inner = IntMap::open(map.key(identity::ISSUER));
        inner.uint(issuer::KIND, Some(kind_of(principal)));
        inner.text(issuer::UNIQUE_ID, Some(cut(principal.unique_id(), SHORT)));
        inner.text(issuer::ARN, Some(cut(principal.arn(), SHORT)));
        inner.text(issuer::NAME, Some(cut(principal.name(), SHORT)));
        inner.close();
    }
    map.text(identity::EC2_ROLE_DELIVERY, by.ec2_role_delivery.map(|text| cut(text, SHORT)));
    map.close();
}

fn kind_of(principal: &strongroom_types::Principal) -> u64 {
    match principal.kind() {
        PrincipalKind::Root => schema::KIND_ROOT,
        PrincipalKind::User => schema::KIND_USER,
        PrincipalKind::AssumedRole => schema::KIND_ASSUMED_ROLE,
        PrincipalKind::FederatedUser => schema::KIND_FEDERATED_USER,
        PrincipalKind::Service => schema::KIND_SERVICE,
        _ => schema::KIND_OTHER,
    }
}

fn encode_facts(top_map: &mut IntMap<'_>, crypto: &LogCrypto, given: &StrongroomFacts<'_>, cuts: &[(&str, Hash)]) {
    let mark = top_map.out.len();
    let mut map = IntMap::open(top_map.key(top::FACTS));
    if let Some(reasons) = &given.decision {
        encode_decision(map.key(facts::DECISION), reasons);
    }
    map.uint(facts::DURABILITY, given.durability.map(|level| level as u64));
    map.uint(facts::KEY_REVISION, given.key_revision);
    map.int(facts::DUE, given.due.map(strongroom_types::Timestamp::as_nanos));
    map.uint(facts::LOST_FROM, given.lost_from);
    map.uint(facts::ERASED, given.erased);
    map.text(facts::REASON, given.reason.map(|text| cut(text, SHORT)));
    if let Some(digest) = &given.digest {
        cbor::bytes(map.key(facts::DIGEST), digest);
    }
    named(&mut map, crypto, facts::MORE, given.more, ADDITIONAL, 0);
    if !cuts.is_empty() {
        let out = map.key(facts::CUT);
        cbor::map(out, cuts.len() as u64);
        for (name, hash) in cuts {
            cbor::text(out, name);
            cbor::hex(out, hash);
        }
    }
    let empty = map.count == 0;
    map.close();
    if empty {
        top_map.out.truncate(mark);
        top_map.count = top_map.count.saturating_sub(1);
    }
}

fn encode_decision(out: &mut Vec<u8>, reasons: &Decision<'_>) {
    let mut map = IntMap::open(out);
    map.bool(decision::ALLOWED, Some(reasons.allowed));
    map.text(decision::LAYER, Some(cut(reasons.layer, SHORT)));
    map.text(decision::DOCUMENT, reasons.document.map(|text| cut(text, SHORT)));
    map.text(decision::STATEMENT, reasons.statement.map(|text| cut(text, SHORT)));
    map.text(decision::REASON, reasons.reason.map(|text| cut(text, SHORT)));
    map.close();
}
