//! A strongroom whose clock is set by hand, the SDK's clock with it, and what it has recorded.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use aws_sdk_kms::Client;
use aws_sdk_kms::config::Builder;
use aws_sdk_kms::primitives::DateTime;
use aws_smithy_async::time::TimeSource;
use serde_json::Value;
use strongroom::testing::{self, FakeClock};
use strongroom::{Caller, Clock as _};

use super::way::{Peer, Way};

#[derive(Debug)]
pub(super) struct Room(pub(super) testing::Room);

#[derive(Debug)]
struct Time(FakeClock);

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.now().as_secs().unsigned_abs())
    }
}

impl Room {
    pub(super) fn new() -> Self {
        let options =
            |options: strongroom::Options| options.account("111122223333").unwrap().region("us-east-1").unwrap();
        Self(testing::strongroom_with(7, options).unwrap())
    }

    pub(super) async fn root(&self, way: Way) -> Peer {
        self.configured(way, |config| config).await
    }

    pub(super) async fn configured(&self, way: Way, with: impl FnOnce(Builder) -> Builder) -> Peer {
        let time = Time(self.0.clock.clone());
        way.configured(&self.0.kms, |config| with(config.time_source(time))).await
    }

    pub(super) async fn user(&self, way: Way, name: &str) -> Peer {
        let time = Time(self.0.clock.clone());
        way.calling(&self.0.kms, Caller::user(name), |config| config.time_source(time)).await
    }

    pub(super) fn now(&self) -> DateTime {
        DateTime::from_secs(self.0.clock.now().as_secs())
    }

    pub(super) fn advance_days(&self, days: u64) {
        self.0.clock.advance(Duration::from_secs(days * 86_400));
    }

    pub(super) fn in_days(&self, days: i64) -> DateTime {
        DateTime::from_secs(self.0.clock.now().as_secs() + days * 86_400)
    }

    /// How many events there are.
    pub(super) fn size(&self) -> u64 {
        self.0.kms.status().unwrap().events
    }

    /// The events from there on, as CloudTrail shows them.
    fn from(&self, from: u64) -> Vec<Value> {
        let events = self.0.kms.record().from(from).iter().unwrap().map(|event| event.unwrap().to_json());
        events
            .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
            .collect()
    }

    /// All events, as CloudTrail shows them.
    pub(super) fn events(&self) -> Vec<Value> {
        self.from(0)
    }

    /// The last one.
    pub(super) fn last(&self) -> Value {
        self.from(self.size() - 1).pop().unwrap()
    }

    /// The operations that the SDK has called and that went well, or that did not.
    pub(super) fn driven(&self, well: bool) -> BTreeSet<String> {
        let events = self.events().into_iter().filter(|event| event.get("errorCode").is_none() == well);
        let events =
            events.filter(|event| event["userAgent"].as_str().is_some_and(|agent| agent.starts_with("aws-sdk-rust/")));
        events.map(|event| event["eventName"].as_str().unwrap().to_owned()).collect()
    }
}

/// The id of a new key.
pub(super) async fn key(client: &Client) -> String {
    client.create_key().send().await.unwrap().key_metadata.unwrap().key_id
}
