//! A strongroom before a row's call, and the callers that there are.

use std::time::{Duration, SystemTime};

use strongroom::calls::{EncryptDecrypt, KeyKind};
use strongroom::testing::{self, Room};
use strongroom::{Caller, Client, Clock as _, Secret};
use strongroom_aws::{Credential, CredentialTable, KmsService};

use super::names::Names;
use crate::support::Signing;

/// The account and the Region of the strongroom, another account, and the clients' user agent.
pub(crate) const HERE: &str = "111122223333";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const THERE: &str = "444455556666";
pub(crate) const AGENT: &str = "mirror/1.0";
/// A key id in the right form that no key has.
pub(crate) const NO_KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
/// 2026-03-01T00:00:00Z, when every row begins.
pub(crate) const NOW: i64 = 1_772_323_200;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The root user of the account.
    Root,
    /// A user of the account without any policy.
    Mallory,
    /// The root user of another account.
    Foreigner,
}

impl Who {
    const ALL: [Self; 3] = [Self::Root, Self::Mallory, Self::Foreigner];

    fn caller(self) -> Caller {
        match self {
            Self::Root => Caller::root(),
            Self::Mallory => Caller::user("mallory"),
            Self::Foreigner => Caller::root().in_account(THERE.parse().unwrap()),
        }
    }

    pub(crate) fn arn(self) -> &'static str {
        match self {
            Self::Root => "arn:aws:iam::111122223333:root",
            Self::Mallory => "arn:aws:iam::111122223333:user/mallory",
            Self::Foreigner => "arn:aws:iam::444455556666:root",
        }
    }

    fn access_key(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Mallory => "mallory",
            Self::Foreigner => "foreigner",
        }
    }
}

/// A strongroom of the seed that all rows share.
pub(crate) struct Stage {
    pub(crate) room: Room,
    /// The root user of the account, who prepares.
    pub(crate) root: Client,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let room =
            testing::strongroom_with(20_141_101, |options| options.account(HERE).unwrap().region(REGION).unwrap())
                .unwrap();
        let root = room.kms.client(Caller::root()).unwrap();
        Self { room, root }
    }

    /// A client of the builders.
    pub(crate) fn client(&self, who: Who, region: &str) -> Client {
        self.room.kms.client(who.caller().user_agent(AGENT)).unwrap().region(region).unwrap()
    }

    /// The same callers on the wire.
    pub(crate) fn service(&self) -> KmsService {
        let credentials = Who::ALL.map(|who| {
            let caller = self.room.kms.bind(who.caller()).unwrap();
            Credential::new(who.access_key(), Secret::from("secret"), caller)
        });
        KmsService::new(self.room.kms.clone(), CredentialTable::from_iter(credentials))
    }

    /// What such a caller signs with, by the strongroom's own clock.
    pub(crate) fn signing(&self, who: Who, region: &'static str) -> Signing<'static> {
        let now = u64::try_from(self.room.clock.now().as_nanos()).unwrap();
        let time = Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(now));
        Signing { id: who.access_key(), secret: "secret", region, time, ..Signing::default() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.room.clock.advance(by);
    }

    /// A key of this kind; `<NAME-id>` and `<NAME-arn>`.
    pub(crate) fn key(&self, names: &mut Names, name: &str, kind: impl Into<KeyKind>) {
        let key = self.root.create_key().key_spec(kind).send().unwrap().key_metadata;
        names.put(&format!("{name}-id"), key.key_id);
        names.put(&format!("{name}-arn"), key.arn);
    }
}

/// A symmetric encryption key: `<key-id>`, `<key-arn>`.
pub(crate) fn symmetric(stage: &Stage, names: &mut Names) {
    stage.key(names, "key", EncryptDecrypt::SymmetricDefault);
}

/// Another one: `<second-id>`, `<second-arn>`.
pub(crate) fn second(stage: &Stage, names: &mut Names) {
    stage.key(names, "second", EncryptDecrypt::SymmetricDefault);
}

/// A key of this kind: `<key-id>`, `<key-arn>`.
pub(crate) fn key_of(kind: impl Into<KeyKind>) -> impl Fn(&Stage, &mut Names) + Send + Sync + 'static {
    let kind = kind.into();
    move |stage, names| stage.key(names, "key", kind)
}

/// `<key-id>` is disabled.
pub(crate) fn disabled(stage: &Stage, names: &mut Names) {
    stage.root.disable_key(&names["key-id"]).send().unwrap();
}

/// `<key-id>` is pending deletion, in 7 days.
pub(crate) fn pending_deletion(stage: &Stage, names: &mut Names) {
    stage.root.schedule_key_deletion(&names["key-id"]).pending_window_in_days(7).send().unwrap();
}

/// `<key-id>` has the alias `alias/one`.
pub(crate) fn alias_one(stage: &Stage, names: &mut Names) {
    stage.root.create_alias("alias/one", &names["key-id"]).send().unwrap();
}

/// The ARN of a name in the account and Region: `key/…`, `alias/…`.
pub(crate) fn arn(resource: &str) -> String {
    format!("arn:aws:kms:{REGION}:{HERE}:{resource}")
}
