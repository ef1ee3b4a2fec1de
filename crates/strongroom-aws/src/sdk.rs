//! Inside the AWS SDK for Rust: an HTTP client that calls the strongroom, with no socket between.

mod request;
mod response;

use std::sync::Arc;

use aws_smithy_async::future::timeout::Timeout;
use aws_smithy_async::rt::sleep::AsyncSleep as _;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use http::header;
use strongroom::caller::{BoundCaller, Origin};
use strongroom::{JsonAnswer, Sending};

use crate::KmsService;
use crate::fault::Fault;
use crate::head;

/// The HTTP client of an AWS SDK for Rust whose KMS is a strongroom in the same process: a program that uses `aws-sdk-kms`
/// moves by changing how it builds its client, and by nothing else.
///
/// There are two ways, which differ in who says who is calling.
///
/// [`InProcess::caller`]: the program does. The caller is bound once; nothing is signed and nothing verified.
///
/// ```
/// use aws_sdk_kms::config::Region;
/// use aws_sdk_kms::primitives::Blob;
/// use strongroom::{Caller, Kms};
/// use strongroom_aws::InProcess;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let kms = Kms::in_memory()?;
/// let config = aws_sdk_kms::Config::builder()
///     .behavior_version_latest()
///     .region(Region::new("eu-central-1"))
///     .http_client(InProcess::caller(kms.bind(Caller::root())?))
///     .allow_no_auth() // and no credentials: there is nothing to sign for
///     .build();
/// let client = aws_sdk_kms::Client::from_conf(config);
///
/// let key = client.create_key().send().await?.key_metadata.unwrap().key_id;
/// let sealed = client.encrypt().key_id(&key).plaintext(Blob::new("attack at dawn")).send().await?;
/// let opened = client.decrypt().ciphertext_blob(sealed.ciphertext_blob.unwrap()).send().await?;
/// assert_eq!(opened.plaintext.unwrap().as_ref(), b"attack at dawn");
/// # Ok(())
/// # }
/// ```
///
/// [`InProcess::new`]: the credentials do, as on a socket. The SDK signs each request and the service verifies it, so that one
/// client can be different callers.
///
/// ```
/// use aws_sdk_kms::config::{Credentials, Region};
/// use strongroom::{Caller, Kms, Secret};
/// use strongroom_aws::{Credential, CredentialTable, InProcess, KmsService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let kms = Kms::in_memory()?;
/// let root = Credential::new("AKIAEXAMPLE", Secret::from("its secret"), kms.bind(Caller::root())?);
/// let service = KmsService::new(kms, CredentialTable::from_iter([root]));
/// let config = aws_sdk_kms::Config::builder()
///     .behavior_version_latest()
///     .region(Region::new("eu-central-1"))
///     .credentials_provider(Credentials::new("AKIAEXAMPLE", "its secret", None, None, "example"))
///     .http_client(InProcess::new(service))
///     .build();
/// let client = aws_sdk_kms::Client::from_conf(config);
/// let arn = client.create_key().send().await?.key_metadata.unwrap().arn.unwrap();
/// assert!(arn.starts_with("arn:aws:kms:eu-central-1:"));
/// # Ok(())
/// # }
/// ```
///
/// # The Region of a call
/// The one that it was signed for. Of an unsigned call, the one in the name of the endpoint, which the SDK derives from its
/// Region (`kms.eu-central-1.amazonaws.com`; nothing is looked up or connected to). If there is neither (an `endpoint_url` of
/// the program's own, without a signature), the strongroom's own Region.
///
/// # What the SDK does as ever
/// It retries what AWS's clients retry (a `KMSInternalException`, say), and each attempt is a call with a request id and an
/// event of its own. Timeouts hold: a call that takes longer than the read timeout fails for the SDK, and may have been
/// done. An error's code, message and request id are where they always are; there is no connection that can fail.
///
/// # Secrets
/// The answer's bytes are wiped when the SDK lets go of them. What it decodes from them (`plaintext`), and the requests that
/// it writes, lie in the SDK's own memory, which it does not wipe: who wants that calls [`strongroom::Client`].
#[derive(Clone, Debug)]
pub struct InProcess {
    way: Way,
    connector: SharedHttpConnector,
}

/// Who says who is calling.
#[derive(Clone, Debug)]
enum Way {
    Signed(KmsService),
    Bound(Arc<BoundCaller>),
}

impl InProcess {
    /// In front of a service, which verifies signatures as it does on a socket.
    #[must_use]
    pub fn new(service: KmsService) -> Self {
        Self::of(Way::Signed(service))
    }

    /// As one caller, because the program says so: signatures are neither needed nor looked at.
    #[must_use]
    pub fn caller(caller: BoundCaller) -> Self {
        Self::of(Way::Bound(Arc::new(caller)))
    }

    fn of(way: Way) -> Self {
        Self { connector: SharedHttpConnector::new(way.clone()), way }
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        match (settings.read_timeout(), components.sleep_impl()) {
            (Some(limit), Some(sleep)) => SharedHttpConnector::new(Limited { way: self.way.clone(), limit, sleep }),
            _ => self.connector.clone(),
        }
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new(env!("CARGO_PKG_NAME"), Some(env!("CARGO_PKG_VERSION").into())))
    }
}

impl HttpConnector for Way {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self {
            Self::Signed(service) => HttpConnectorFuture::new(signed(service.clone(), request)),
            Self::Bound(caller) => match bound(caller, &request) {
                Ok(call) => HttpConnectorFuture::new(async { response::of_call(call.await) }),
                Err(fault) => HttpConnectorFuture::ready(response::of_fault(caller.request_id().ok(), &fault)),
            },
        }
    }
}

/// A way on which a call may take only so long.
#[derive(Debug)]
struct Limited {
    way: Way,
    limit: std::time::Duration,
    sleep: aws_smithy_async::rt::sleep::SharedAsyncSleep,
}

impl HttpConnector for Limited {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let timeout = Timeout::new(self.way.call(request), self.sleep.sleep(self.limit));
        HttpConnectorFuture::new(async move {
            timeout.await.unwrap_or_else(|error| Err(ConnectorError::timeout(Box::new(error))))
        })
    }
}

async fn signed(service: KmsService, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(Box::new(error)))?;
    let (parts, body) = request.into_parts();
    let answer = match body.bytes() {
        Some(bytes) => service.answer_async(&parts, bytes).await,
        None => service.respond(http::Request::from_parts(parts, body)).await,
    };
    response::of_service(answer)
}

/// The call of a request that the caller is taken to have sent, because the program says so.
fn bound(caller: &BoundCaller, request: &HttpRequest) -> Result<Sending<JsonAnswer>, Fault> {
    let headers = request.headers();
    let operation = head::target(headers.get(&head::TARGET).unwrap_or_default())?;
    let body = request.body().bytes().ok_or_else(|| Fault::serialization("the body is not in memory"))?;
    let region = request::region(request).unwrap_or_else(|| caller.region());
    let client = caller.client(region, Origin::Process, headers.get(header::USER_AGENT))?;
    Ok(client.call_json_async(operation, body))
}
