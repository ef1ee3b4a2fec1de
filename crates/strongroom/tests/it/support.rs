//! What the tests share: a clock that is set by hand, strongrooms with two accounts and two Regions, and the one place
//! that knows the shape of outputs.

use std::fmt::Debug;
use std::time::Duration;

use strongroom::calls::{KeyKind, SignVerify};
use strongroom::types::{AliasListEntry, KeyListEntry, KeyMetadata, RotationsListEntry};
use strongroom::{
    AccountId, Caller, Client, Clock, Error, ErrorCode, KeyClosure, Kms, LoggedEvent, Operation, Options, Timestamp,
};
use strongroom_types::structure::List;
use strongroom_types::{KeySpec, KeyState, KeyUsageType, MacAlgorithmSpec, MessageType, SigningAlgorithmSpec};

/// The account and the Region of most tests.
pub(crate) const HERE: &str = "111122223333";
pub(crate) const REGION: &str = "eu-west-1";
/// The other account and the other Region.
pub(crate) const THERE: &str = "444455556666";
pub(crate) const ELSEWHERE: &str = "us-west-2";
/// A key id in the right form that no key has.
pub(crate) const NO_KEY: &str = "00000000-1111-4222-8333-444444444444";
/// A day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// A clock that stands still until it is set, in seconds.
#[derive(Debug, Clone)]
pub(crate) struct FakeClock(strongroom::testing::FakeClock);

impl FakeClock {
    /// At 2026-03-01T00:00:00Z.
    pub(crate) fn new() -> Self {
        Self(strongroom::testing::FakeClock::new())
    }

    pub(crate) fn secs(&self) -> i64 {
        self.0.now().as_secs()
    }

    /// Time goes on.
    pub(crate) fn advance(&self, secs: i64) {
        self.0.advance(Duration::from_secs(secs.unsigned_abs()));
    }

    /// The wall clock is set; the monotonic one knows nothing of it.
    pub(crate) fn set(&self, secs: i64) {
        self.0.set(Timestamp::from_secs(secs));
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

/// A strongroom and its clock.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) kms: Kms,
    pub(crate) clock: FakeClock,
}

/// Options that cost no key derivation.
pub(crate) fn options(clock: &FakeClock) -> Options {
    let unlock = KeyClosure::new(|key| {
        key.copy_from_slice(&[7; 32]);
        Ok(())
    });
    Options::new(unlock).account(HERE).unwrap().region(REGION).unwrap().clock(clock.clone())
}

impl Room {
    pub(crate) fn new() -> Self {
        let clock = FakeClock::new();
        Self { kms: Kms::in_memory_with(options(&clock)).unwrap(), clock }
    }

    pub(crate) fn client(&self, caller: Caller) -> Client {
        self.kms.client(caller).unwrap()
    }

    /// The root user of the default account.
    pub(crate) fn root(&self) -> Client {
        self.client(Caller::root())
    }

    /// The root user of the other account.
    pub(crate) fn root_there(&self) -> Client {
        self.client(Caller::root().in_account(there()))
    }

    /// A user of the default account with these identity policies.
    pub(crate) fn user(&self, name: &str, policies: &[String]) -> Client {
        self.client(with(Caller::user(name), policies))
    }

    /// A user of the other account with these identity policies.
    pub(crate) fn user_there(&self, name: &str, policies: &[String]) -> Client {
        self.client(with(Caller::user(name).in_account(there()), policies))
    }

    /// How many events there are.
    pub(crate) fn size(&self) -> u64 {
        self.kms.status().unwrap().events
    }

    /// The events from `from` on.
    pub(crate) fn events_from(&self, from: u64) -> Vec<LoggedEvent> {
        self.kms.record().from(from).iter().unwrap().map(Result::unwrap).collect()
    }

    /// CloudTrail's views of the last event.
    pub(crate) fn last(&self) -> Vec<serde_json::Value> {
        views(self.events_from(self.size() - 1).last().unwrap())
    }

    /// CloudTrail's only view of the last event.
    pub(crate) fn last_view(&self) -> serde_json::Value {
        let mut views = self.last();
        assert_eq!(views.len(), 1, "{views:?}");
        views.remove(0)
    }

    /// Runs `call`, which must leave exactly one event, of this name, before it returns. (CloudTrail's service event
    /// `RotateKey` follows a rotation and is not the call's own.)
    pub(crate) fn recorded<T>(&self, name: &str, call: impl FnOnce() -> T) -> (T, LoggedEvent) {
        let before = self.size();
        let result = call();
        let mut events = self.events_from(before);
        events.retain(|event| event.record.name() != "RotateKey");
        assert_eq!(events.len(), 1, "one call, one event");
        let event = events.remove(0);
        assert_eq!(event.record.name(), name);
        (result, event)
    }
}

pub(crate) fn there() -> AccountId {
    THERE.parse().unwrap()
}

fn with(caller: Caller, policies: &[String]) -> Caller {
    policies.iter().fold(caller, |caller, policy| caller.identity_policy(policy).unwrap())
}

/// CloudTrail's views of an event.
pub(crate) fn views(event: &LoggedEvent) -> Vec<serde_json::Value> {
    event.to_json().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// An identity policy that allows actions on a resource.
pub(crate) fn allow(actions: &[&str], resource: &str) -> String {
    statement("Allow", actions, resource)
}

/// An identity policy that denies actions on a resource.
pub(crate) fn deny(actions: &[&str], resource: &str) -> String {
    statement("Deny", actions, resource)
}

fn statement(effect: &str, actions: &[&str], resource: &str) -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": { "Effect": effect, "Action": actions, "Resource": resource }
    })
    .to_string()
}

/// A key policy out of statements.
pub(crate) fn key_policy(statements: &[serde_json::Value]) -> String {
    serde_json::json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// The statement that hands a key to an account's identity policies.
pub(crate) fn delegate(account: &str) -> serde_json::Value {
    serde_json::json!({
        "Sid": format!("Delegate {account}"),
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
        "Action": "kms:*",
        "Resource": "*"
    })
}

// ---- outputs: whether a member is optional is known here and nowhere else -------------------------------------------

/// A member that must be there.
pub(crate) fn got<T>(member: impl Into<Option<T>>) -> T {
    member.into().expect("the member is in the output")
}

/// A key as tests name it.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) arn: String,
}

fn key_of(metadata: KeyMetadata) -> Key {
    Key { id: got(metadata.key_id), arn: got(metadata.arn) }
}

pub(crate) fn symmetric(client: &Client) -> Key {
    key_of(got(client.create_key().send().unwrap().key_metadata))
}

pub(crate) fn symmetric_with(client: &Client, policy: &str) -> Key {
    key_of(got(client.create_key().policy(policy).send().unwrap().key_metadata))
}

pub(crate) fn signing(client: &Client) -> Key {
    let call = client.create_key().key_spec(SignVerify::EccNistP256);
    key_of(got(call.send().unwrap().key_metadata))
}

pub(crate) fn signing_with(client: &Client, policy: &str) -> Key {
    let call = client.create_key().key_spec(SignVerify::EccNistP256).policy(policy);
    key_of(got(call.send().unwrap().key_metadata))
}

pub(crate) fn describe(client: &Client, key: &str) -> Result<KeyMetadata, Error> {
    client.describe_key(key).send().map(|output| got(output.key_metadata))
}

pub(crate) fn state(client: &Client, key: &str) -> KeyState {
    got(describe(client, key).unwrap().key_state)
}

pub(crate) fn encrypt(client: &Client, key: &str, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    client.encrypt(key, plaintext).send().map(|output| got(output.ciphertext_blob))
}

pub(crate) fn decrypt(client: &Client, blob: &[u8]) -> Result<Vec<u8>, Error> {
    client.decrypt(blob).send().map(|output| opened(got(output.plaintext)))
}

pub(crate) fn opened(secret: strongroom::Secret) -> Vec<u8> {
    secret.expose_secret().to_vec()
}

pub(crate) fn sign(client: &Client, key: &str, kind: MessageType, message: &[u8]) -> Result<Vec<u8>, Error> {
    let call = client.sign(key, message, SigningAlgorithmSpec::EcdsaSha256).message_type(kind);
    call.send().map(|output| got(output.signature))
}

pub(crate) fn verify(
    client: &Client,
    key: &str,
    kind: MessageType,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, Error> {
    let call = client.verify(key, message, signature, SigningAlgorithmSpec::EcdsaSha256).message_type(kind);
    call.send().map(|output| got(output.signature_valid))
}

pub(crate) fn public_key(client: &Client, key: &str) -> Result<Vec<u8>, Error> {
    client.get_public_key(key).send().map(|output| got(output.public_key))
}

pub(crate) fn policy_of(client: &Client, key: &str) -> Result<String, Error> {
    client.get_key_policy(key).send().map(|output| got(output.policy))
}

/// A page: its items, whether it is cut, and the marker of the next.
pub(crate) type Page<T> = (Vec<T>, bool, Option<String>);

fn page<T>(items: impl Into<Option<List<T>>>, cut: impl Into<Option<bool>>, next: Option<String>) -> Page<T> {
    let (items, cut) = (got::<List<T>>(items), got::<bool>(cut));
    assert_eq!(cut, next.is_some(), "a marker stands in a page that is cut, and in no other");
    (items.into_iter().collect(), cut, next)
}

pub(crate) fn keys_page(
    client: &Client,
    limit: Option<i32>,
    marker: Option<&str>,
) -> Result<Page<KeyListEntry>, Error> {
    let mut call = client.list_keys();
    call = limit.into_iter().fold(call, |call, limit| call.limit(limit));
    call = marker.into_iter().fold(call, |call, marker| call.marker(marker));
    call.send().map(|output| page(output.keys, output.truncated, output.next_marker))
}

pub(crate) fn aliases_page(
    client: &Client,
    key: Option<&str>,
    limit: Option<i32>,
    marker: Option<&str>,
) -> Result<Page<AliasListEntry>, Error> {
    let mut call = client.list_aliases();
    call = key.into_iter().fold(call, |call, key| call.key_id(key));
    call = limit.into_iter().fold(call, |call, limit| call.limit(limit));
    call = marker.into_iter().fold(call, |call, marker| call.marker(marker));
    call.send().map(|output| page(output.aliases, output.truncated, output.next_marker))
}

pub(crate) fn rotations_page(
    client: &Client,
    key: &str,
    all: Option<strongroom_types::IncludeKeyMaterial>,
    limit: Option<i32>,
    marker: Option<&str>,
) -> Result<Page<RotationsListEntry>, Error> {
    let mut call = client.list_key_rotations(key);
    call = all.into_iter().fold(call, |call, all| call.include_key_material(all));
    call = limit.into_iter().fold(call, |call, limit| call.limit(limit));
    call = marker.into_iter().fold(call, |call, marker| call.marker(marker));
    call.send().map(|output| page(output.rotations, output.truncated, output.next_marker))
}

/// The ids of all keys of a client's account and Region.
pub(crate) fn key_ids(client: &Client) -> Vec<String> {
    let ids = keys_page(client, Some(1_000), None).unwrap().0.into_iter().map(|entry| got::<String>(entry.key_id));
    ids.collect()
}

/// The names of all aliases of a client's account and Region that have a key, with the ids that they point to.
pub(crate) fn aliases(client: &Client, key: Option<&str>) -> Vec<(String, String)> {
    let entries = aliases_page(client, key, Some(100), None).unwrap().0;
    let with_key = entries.into_iter().filter(|entry| entry.target_key_id.is_some());
    with_key.map(|entry| (got(entry.alias_name), got(entry.target_key_id))).collect()
}

// ---- refusals -------------------------------------------------------------------------------------------------------

/// AWS's error, both halves of it.
#[track_caller]
pub(crate) fn refusal<T: Debug>(result: Result<T, Error>) -> (ErrorCode, String) {
    match result {
        Err(Error::Kms(error)) => (error.code(), error.message().to_owned()),
        other => panic!("expected one of AWS's errors, got {other:?}"),
    }
}

/// Only its code.
#[track_caller]
pub(crate) fn code<T: Debug>(result: Result<T, Error>) -> ErrorCode {
    refusal(result).0
}

/// The one answer to a caller who is denied.
pub(crate) fn denied(principal: &str, action: &str) -> (ErrorCode, String) {
    let text = format!(
        "User: {principal} is not authorized to perform: kms:{action} on this resource because the resource does not \
         exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies \
         access"
    );
    (ErrorCode::AccessDenied, text)
}

/// The one answer to a caller who is denied a key that only a ciphertext names (as reported in Droplr/aws-env, issue 29).
pub(crate) fn ciphertext_denied() -> (ErrorCode, String) {
    let text = "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or \
                you are not allowed to access.";
    (ErrorCode::AccessDenied, text.to_owned())
}

// ---- every operation that names a key -------------------------------------------------------------------------------

/// The operations that name a key by `KeyId` or `TargetKeyId`.
pub(crate) const NAMING: &[Operation] = &[
    Operation::DescribeKey,
    Operation::EnableKey,
    Operation::DisableKey,
    Operation::ScheduleKeyDeletion,
    Operation::CancelKeyDeletion,
    Operation::CreateAlias,
    Operation::UpdateAlias,
    Operation::UpdateKeyDescription,
    Operation::PutKeyPolicy,
    Operation::GetKeyPolicy,
    Operation::ListKeyPolicies,
    Operation::TagResource,
    Operation::UntagResource,
    Operation::ListResourceTags,
    Operation::Encrypt,
    Operation::Decrypt,
    Operation::GenerateDataKey,
    Operation::GenerateDataKeyWithoutPlaintext,
    Operation::Sign,
    Operation::Verify,
    Operation::GetPublicKey,
    Operation::GenerateMac,
    Operation::VerifyMac,
    Operation::RotateKeyOnDemand,
    Operation::ListKeyRotations,
];

/// Which of them take an alias for a key.
pub(crate) fn takes_alias(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::DescribeKey
            | O::GetPublicKey
            | O::Encrypt
            | O::Decrypt
            | O::GenerateDataKey
            | O::GenerateDataKeyWithoutPlaintext
            | O::Sign
            | O::Verify
            | O::GenerateMac
            | O::VerifyMac
    )
}

/// What else the requests of [`call`] need.
#[derive(Debug, Clone)]
pub(crate) struct Needs {
    /// Decrypt's ciphertext.
    pub(crate) blob: Vec<u8>,
    /// Verify's signature.
    pub(crate) signature: Vec<u8>,
    /// VerifyMac's MAC.
    pub(crate) mac: Vec<u8>,
    /// The alias that CreateAlias makes.
    pub(crate) new_alias: String,
    /// The alias that UpdateAlias moves.
    pub(crate) alias: String,
    /// PutKeyPolicy's policy.
    pub(crate) policy: String,
}

impl Default for Needs {
    fn default() -> Self {
        Self {
            blob: vec![0x81; 129],
            signature: vec![0x30; 70],
            mac: vec![0x31; 32],
            new_alias: "alias/new".to_owned(),
            alias: "alias/moving".to_owned(),
            policy: key_policy(&[delegate(HERE)]),
        }
    }
}

/// The operation on this key, with everything else as it should be.
pub(crate) fn call(client: &Client, operation: Operation, key: &str, needs: &Needs) -> Result<(), Error> {
    use Operation as O;
    let blob = || needs.blob.as_slice();
    match operation {
        O::DescribeKey => client.describe_key(key).send().map(drop),
        O::EnableKey => client.enable_key(key).send().map(drop),
        O::DisableKey => client.disable_key(key).send().map(drop),
        O::ScheduleKeyDeletion => client.schedule_key_deletion(key).send().map(drop),
        O::CancelKeyDeletion => client.cancel_key_deletion(key).send().map(drop),
        O::CreateAlias => client.create_alias(&*needs.new_alias, key).send().map(drop),
        O::UpdateAlias => client.update_alias(&*needs.alias, key).send().map(drop),
        O::UpdateKeyDescription => client.update_key_description(key, "new").send().map(drop),
        O::PutKeyPolicy => client.put_key_policy(key, &*needs.policy).send().map(drop),
        O::GetKeyPolicy => client.get_key_policy(key).send().map(drop),
        O::ListKeyPolicies => client.list_key_policies(key).send().map(drop),
        O::TagResource => client.tag_resource(key, [strongroom::types::Tag::new("a", "b")]).send().map(drop),
        O::UntagResource => client.untag_resource(key, ["a".to_owned()]).send().map(drop),
        O::ListResourceTags => client.list_resource_tags(key).send().map(drop),
        O::Encrypt => client.encrypt(key, b"plain".as_slice()).send().map(drop),
        O::Decrypt => client.decrypt(blob()).key_id(key).send().map(drop),
        O::GenerateDataKey => client.generate_data_key(key, 16).send().map(drop),
        O::GenerateDataKeyWithoutPlaintext => client.generate_data_key_without_plaintext(key, 16).send().map(drop),
        O::Sign => client.sign(key, b"text".as_slice(), SigningAlgorithmSpec::EcdsaSha256).send().map(drop),
        O::Verify => {
            let signature = needs.signature.as_slice();
            client.verify(key, b"text".as_slice(), signature, SigningAlgorithmSpec::EcdsaSha256).send().map(drop)
        }
        O::GetPublicKey => client.get_public_key(key).send().map(drop),
        O::GenerateMac => client.generate_mac(key, "text", MacAlgorithmSpec::HmacSha256).send().map(drop),
        O::VerifyMac => {
            client.verify_mac(key, "text", needs.mac.as_slice(), MacAlgorithmSpec::HmacSha256).send().map(drop)
        }
        O::RotateKeyOnDemand => client.rotate_key_on_demand(key).send().map(drop),
        O::ListKeyRotations => client.list_key_rotations(key).send().map(drop),
        other => panic!("{other} names no key"),
    }
}

// ---- keys of every kind ---------------------------------------------------------------------------------------------

/// A key of this kind.
pub(crate) fn made(client: &Client, spec: KeySpec, usage: KeyUsageType) -> Key {
    let kind = KeyKind::of(usage, spec).unwrap();
    key_of(client.create_key().key_spec(kind).send().unwrap().key_metadata)
}

/// A key of the kind that the operation is for: one that signs, an HMAC key, or one that encrypts.
pub(crate) fn fit_for(operation: Operation, client: &Client) -> Key {
    match operation {
        Operation::Sign | Operation::Verify | Operation::GetPublicKey => signing(client),
        Operation::GenerateMac | Operation::VerifyMac => {
            made(client, KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac)
        }
        _ => symmetric(client),
    }
}

/// The MAC of what [`call`] verifies.
pub(crate) fn mac_of_text(client: &Client, key: &str) -> Vec<u8> {
    client.generate_mac(key, "text", MacAlgorithmSpec::HmacSha256).send().unwrap().mac
}

/// OpenSSL, the second opinion, and a folder to talk with it.
pub(crate) struct OpenSsl(tempfile::TempDir);

impl OpenSsl {
    /// `None` where it is not installed, which is said; an error where nothing may be skipped.
    pub(crate) fn here() -> Option<Self> {
        match std::process::Command::new("openssl").arg("version").output() {
            Ok(_) => Some(Self(tempfile::tempdir().unwrap())),
            Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("there is no openssl: {error}"),
            Err(error) => {
                println!("skipped: there is no openssl here ({error})");
                None
            }
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    /// Runs it in the folder; whether it succeeded.
    pub(crate) fn run(&self, arguments: &[&str]) -> bool {
        let mut command = std::process::Command::new("openssl");
        command.current_dir(self.0.path()).args(arguments).output().unwrap().status.success()
    }
}
