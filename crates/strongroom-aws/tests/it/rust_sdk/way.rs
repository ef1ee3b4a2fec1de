//! The ways from the SDK to a strongroom.

use aws_sdk_kms::config::{Builder, Credentials, Region};
use aws_sdk_kms::{Client, Config};
use strongroom::{Caller, Kms};
use strongroom_aws::InProcess;

use super::socket::Plain;
use crate::support::{Endpoint, service};

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
        let config = Config::builder().behavior_version_latest().region(Region::new("us-east-1"));
        let test = Credentials::new("test", "test", None, None, "tests");
        let (config, endpoint) = match self {
            Self::Bound => {
                let caller = kms.bind(Caller::root()).unwrap();
                (config.http_client(InProcess::caller(caller)).allow_no_auth(), None)
            }
            Self::Verified => (config.http_client(InProcess::new(service(kms))).credentials_provider(test), None),
            Self::Loopback => {
                let endpoint = Endpoint::start(service(kms)).await;
                let config = config.endpoint_url(endpoint.url()).http_client(Plain::default());
                (config.credentials_provider(test), Some(endpoint))
            }
        };
        Peer { client: Client::from_conf(with(config).build()), _endpoint: endpoint }
    }
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
