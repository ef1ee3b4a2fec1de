//! The ways from the SDK to a strongroom.

use std::time::Duration;

use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{Builder, Credentials, Region};
use aws_sdk_kms::{Client, Config};
use strongroom::caller::BoundCaller;
use strongroom::{Caller, Kms, Secret};
use strongroom_aws::{Credential, CredentialTable, InProcess, KmsService};

use super::socket::Plain;
use crate::support::Endpoint;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// In this process, as a bound caller; nothing is signed.
    Bound,
    /// In this process, over the service that verifies.
    Verified,
    /// On a socket.
    Loopback,
}

impl Way {
    pub(super) const ALL: [Self; 3] = [Self::Bound, Self::Verified, Self::Loopback];

    /// The root of the account, in `us-east-1`.
    pub(super) async fn root(self, kms: &Kms) -> Peer {
        self.configured(kms, |config| config).await
    }

    pub(super) async fn configured(self, kms: &Kms, with: impl FnOnce(Builder) -> Builder) -> Peer {
        self.calling(kms, Caller::root(), with).await
    }

    /// Somebody else.
    pub(super) async fn calling(self, kms: &Kms, caller: Caller, with: impl FnOnce(Builder) -> Builder) -> Peer {
        let config = Config::builder().behavior_version_latest().region(Region::new("us-east-1"));
        // As many attempts as ever, without the wait between them.
        let config = config.retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)));
        let caller = kms.bind(caller).unwrap();
        let test = Credentials::new("test", "test", None, None, "tests");
        let (config, endpoint) = match self {
            Self::Bound => (config.http_client(InProcess::caller(caller)).allow_no_auth(), None),
            Self::Verified => {
                (config.http_client(InProcess::new(serving(kms, caller))).credentials_provider(test), None)
            }
            Self::Loopback => {
                let endpoint = Endpoint::start(serving(kms, caller)).await;
                let config = config.endpoint_url(endpoint.url()).http_client(Plain::default());
                (config.credentials_provider(test), Some(endpoint))
            }
        };
        Peer { client: Client::from_conf(with(config).build()), _endpoint: endpoint }
    }
}

/// A service on which `test`/`test` is this caller.
fn serving(kms: &Kms, caller: BoundCaller) -> KmsService {
    KmsService::new(kms.clone(), CredentialTable::from_iter([Credential::new("test", Secret::from("test"), caller)]))
}

/// A client of the SDK, and what serves it.
pub(super) struct Peer {
    client: Client,
    _endpoint: Option<Endpoint>,
}

impl std::ops::Deref for Peer {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
