//! What was seen, and what the model says there is to see.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use strongroom::{Client, Error, ErrorCode, Served};
use strongroom_api::{Typed, ops};

use super::exempt;
use crate::support::*;

/// A pair of names: operation and error, or structure and member.
type Pair = (String, String);

/// Every request goes through here.
pub(super) struct Ledger {
    model: Value,
    members: BTreeSet<Pair>,
    errors: BTreeSet<Pair>,
    calls: usize,
}

/// Errors that any operation may answer and none declares.
const EVERYWHERE: &[ErrorCode] = &[ErrorCode::Validation, ErrorCode::AccessDenied, ErrorCode::NotAuthorized];

fn exchange<O: Served>(client: &Client, request: &Value) -> Result<Value, Error> {
    let input = O::Input::read(request.to_string().as_bytes())?;
    let output = client.run::<O>(&input)?;
    let mut json = Vec::new();
    strongroom_api::json::encode(&output, &mut json);
    Ok(serde_json::from_slice(&json).unwrap())
}

macro_rules! by_name {
    ($($name:ident)*) => {
        /// The operations, by name.
        const OPERATIONS: &[&str] = &[$(stringify!($name)),*];

        /// One call.
        pub(super) fn send(client: &Client, operation: &str, request: &Value) -> Result<Value, Error> {
            match operation {
                $(stringify!($name) => exchange::<ops::$name>(client, request),)*
                other => panic!("{other} is not served"),
            }
        }
    };
}

by_name! {
    CancelKeyDeletion CreateAlias CreateKey Decrypt DeleteAlias DescribeKey DisableKey DisableKeyRotation EnableKey
    EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateMac GenerateRandom
    GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus GetPublicKey ListAliases ListKeyPolicies ListKeyRotations ListKeys
    ListResourceTags PutKeyPolicy ReEncrypt RotateKeyOnDemand ScheduleKeyDeletion Sign TagResource UntagResource
    UpdateAlias UpdateKeyDescription Verify VerifyMac
}

impl Ledger {
    pub(super) fn new() -> Self {
        let served: BTreeSet<&str> = strongroom::served().map(|operation| operation.as_str()).collect();
        assert_eq!(served, OPERATIONS.iter().copied().collect(), "all that is served is told here, and nothing else");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../strongroom-api/model/kms-api.json");
        let model = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        Self { model, members: BTreeSet::new(), errors: BTreeSet::new(), calls: 0 }
    }

    /// A call that succeeds.
    #[track_caller]
    pub(super) fn ok(&mut self, client: &Client, operation: &str, request: Value) -> Value {
        self.calls += 1;
        match send(client, operation, &request) {
            Ok(response) => {
                self.see(operation, "input", &request);
                self.see(operation, "output", &response);
                response
            }
            Err(error) => panic!("{operation} {request}: {error}"),
        }
    }

    /// A call that is refused with this error, whose message has this fragment.
    #[track_caller]
    pub(super) fn no(&mut self, client: &Client, operation: &str, request: Value, error: &str, fragment: &str) {
        self.calls += 1;
        let found = match send(client, operation, &request) {
            Err(found) => found,
            Ok(response) => panic!("{operation} {request}: {response}"),
        };
        let wanted = format!("{error}Exception");
        assert_eq!(found.code().as_str(), wanted, "{operation} {request}: {found}");
        assert!(found.to_string().contains(fragment), "{operation} {request}: `{found}` has no `{fragment}`");
        self.see(operation, "input", &request);
        if !EVERYWHERE.contains(&found.code()) {
            assert!(self.declared(operation).contains(&wanted), "{operation} does not declare {wanted}");
            self.errors.insert((operation.to_owned(), wanted));
        }
    }

    /// A request that was sent, whatever came of it.
    pub(super) fn saw(&mut self, operation: &str, request: &Value) {
        self.calls += 1;
        self.see(operation, "input", request);
    }

    fn declared(&self, operation: &str) -> Vec<String> {
        let errors = self.model["operations"][operation]["errors"].as_array().unwrap();
        errors.iter().map(|error| error["shape"].as_str().unwrap().to_owned()).collect()
    }

    /// Whether an operation declares this error.
    pub(super) fn declares(&self, operation: &str, error: &str) -> bool {
        self.declared(operation).contains(&format!("{error}Exception"))
    }

    pub(super) fn operations() -> impl Iterator<Item = &'static str> {
        OPERATIONS.iter().copied()
    }

    /// Whether an operation's request has this member.
    pub(super) fn takes(&self, operation: &str, member: &str) -> bool {
        let shape = self.model["operations"][operation]["input"]["shape"].as_str().unwrap();
        !self.model["shapes"][shape]["members"][member].is_null()
    }

    fn see(&mut self, operation: &str, side: &str, value: &Value) {
        if let Some(shape) = self.model["operations"][operation][side]["shape"].as_str().map(str::to_owned) {
            self.see_value(&shape, value);
        }
    }

    fn see_value(&mut self, shape: &str, value: &Value) {
        let about = self.model["shapes"][shape].clone();
        match about["type"].as_str().unwrap() {
            "structure" => {
                for (member, value) in value.as_object().unwrap() {
                    let of = about["members"][member]["shape"].as_str();
                    let of = of.unwrap_or_else(|| panic!("{shape} has no member {member}"));
                    self.members.insert((shape.to_owned(), member.clone()));
                    self.see_value(of, value);
                }
            }
            "list" => {
                let of = about["member"]["shape"].as_str().unwrap();
                value.as_array().unwrap().iter().for_each(|value| self.see_value(of, value));
            }
            _ => {}
        }
    }

    /// Every structure that the served operations reach.
    fn structures(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        for operation in OPERATIONS {
            for side in ["input", "output"] {
                if let Some(shape) = self.model["operations"][operation][side]["shape"].as_str() {
                    self.reach(shape, &mut reached);
                }
            }
        }
        reached
    }

    fn reach(&self, shape: &str, reached: &mut BTreeSet<String>) {
        let about = &self.model["shapes"][shape];
        if about["type"] == "list" {
            return self.reach(about["member"]["shape"].as_str().unwrap(), reached);
        }
        if about["type"] != "structure" || !reached.insert(shape.to_owned()) {
            return;
        }
        for member in about["members"].as_object().unwrap().values() {
            self.reach(member["shape"].as_str().unwrap(), reached);
        }
    }

    /// Compares what was seen with what there is.
    pub(super) fn close(self) {
        let all_errors = OPERATIONS
            .iter()
            .flat_map(|operation| self.declared(operation).into_iter().map(|error| ((*operation).to_owned(), error)));
        let all_members = self.structures().into_iter().flat_map(|structure| {
            let members = self.model["shapes"][&structure]["members"].as_object().unwrap().clone();
            members.into_iter().map(move |(member, _)| (structure.clone(), member))
        });
        let errors = compare("errors", all_errors.collect(), &self.errors, exempt::ERRORS);
        let members = compare("members", all_members.collect(), &self.members, exempt::MEMBERS);
        println!(
            "{} operations of the model in {} calls: {} of {} members of {} structures, {} of {} declared errors; \
             the others stand with their reason in {} and {} entries",
            OPERATIONS.len(),
            self.calls,
            members.0,
            members.1,
            self.structures().len(),
            errors.0,
            errors.1,
            exempt::MEMBERS.len(),
            exempt::ERRORS.len(),
        );
    }
}

/// How many were seen, of how many. An entry of `exempt` names `*` for every first name.
fn compare(what: &str, all: BTreeSet<Pair>, seen: &BTreeSet<Pair>, exempt: &[(&str, &str, &str)]) -> (usize, usize) {
    let fits = |pair: &Pair, (first, second, _): &(&str, &str, &str)| {
        let fits = |name: &str, pattern: &str| pattern == "*" || name == pattern;
        fits(&pair.0, first) && fits(pair.1.trim_end_matches("Exception"), second)
    };
    let open: Vec<&Pair> =
        all.iter().filter(|pair| !seen.contains(*pair) && !exempt.iter().any(|entry| fits(pair, entry))).collect();
    assert!(open.is_empty(), "no call shows these {what}: {open:#?}");
    for entry in exempt {
        assert!(!entry.2.is_empty(), "{entry:?} gives no reason");
        let still = all.iter().any(|pair| fits(pair, entry) && !seen.contains(pair));
        assert!(still, "a call shows it, so it needs no excuse: {entry:?}");
        let shown: Vec<_> = seen.iter().filter(|pair| fits(pair, entry)).collect();
        assert!(entry.0 == "*" || shown.is_empty(), "a call shows it, so it needs no excuse: {entry:?}");
    }
    (all.intersection(seen).count(), all.len())
}

/// The room that most of this happens in, and its administrator.
pub(super) fn room() -> (Room, Client) {
    let room = Room::new();
    let root = room.root();
    (room, root)
}

/// The id of a new key.
#[track_caller]
pub(super) fn key(client: &Client, request: Value) -> String {
    let response = send(client, "CreateKey", &request).unwrap();
    response["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

/// A text member of a response.
#[track_caller]
pub(super) fn text(response: &Value, member: &str) -> String {
    response[member].as_str().unwrap_or_else(|| panic!("no {member} in {response}")).to_owned()
}

/// Requests that are right but for the key that they name.
#[derive(Debug, Default)]
pub(super) struct Minimal(BTreeMap<&'static str, Value>);

impl Minimal {
    pub(super) fn set(&mut self, operation: &'static str, request: Value) {
        self.0.insert(operation, request);
    }

    pub(super) fn of(&self, operation: &str) -> Value {
        self.0.get(operation).cloned().unwrap_or_else(|| json!({}))
    }
}

/// The request with one member more, or another.
pub(super) fn with(mut request: Value, member: &str, value: impl Into<Value>) -> Value {
    request[member] = value.into();
    request
}

/// Base64 of what a test writes.
pub(super) fn b64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = char::from(ALPHABET[(word >> (18 - 6 * at) & 63) as usize]);
            out.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    out
}
