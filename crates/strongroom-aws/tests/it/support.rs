//! What the tests share: a service in memory, an endpoint on loopback, and requests signed by AWS's own signer.

use std::net::SocketAddr;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use strongroom::{Caller, Kms, Secret};
use strongroom_aws::{Body, Credential, CredentialTable, KmsService, server};
use tower_service::Service as _;

/// A service over `kms`, on which `test`/`test` is the root of the account.
pub(crate) fn service(kms: &Kms) -> KmsService {
    let root = Credential::new("test", Secret::from("test"), kms.bind(Caller::root()).unwrap());
    KmsService::new(kms.clone(), CredentialTable::from_iter([root]))
}

/// A request to an operation, signed now, by `test`/`test`, for a Region.
pub(crate) fn request(operation: &str, body: &[u8], region: &str) -> Request<Full<bytes::Bytes>> {
    signed(Signing { region, ..Signing::default() }, operation, body)
}

/// With what a request is signed.
#[derive(Clone, Copy)]
pub(crate) struct Signing<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) time: Option<SystemTime>,
}

impl Default for Signing<'_> {
    fn default() -> Self {
        Self { id: "test", secret: "test", token: None, region: "us-east-1", service: "kms", time: None }
    }
}

/// A request signed by `aws-sigv4`.
pub(crate) fn signed(with: Signing<'_>, operation: &str, body: &[u8]) -> Request<Full<bytes::Bytes>> {
    let target = format!("TrentService.{operation}");
    let uri = "http://localhost/";
    let headers = [("host", "localhost"), ("content-type", "application/x-amz-json-1.1"), ("x-amz-target", &target)];
    let identity = Credentials::new(with.id, with.secret, with.token.map(str::to_owned), None, "tests").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(with.region)
        .name(with.service)
        .time(with.time.unwrap_or_else(SystemTime::now))
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let signable = SignableRequest::new("POST", uri, headers.into_iter(), SignableBody::Bytes(body)).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let mut request = Request::post(uri).body(Full::new(bytes::Bytes::copy_from_slice(body))).unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(http::HeaderName::try_from(name).unwrap(), value.try_into().unwrap());
    }
    instructions.apply_to_request_http1x(&mut request);
    request
}

/// What came back: status, headers, body.
pub(crate) async fn send(service: &KmsService, request: Request<Full<bytes::Bytes>>) -> Response<Vec<u8>> {
    let (parts, body): (_, Body) = service.clone().call(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes().to_vec())
}

/// One signed call in this process: its status and its JSON (`null` for an empty body).
pub(crate) async fn call(service: &KmsService, operation: &str, body: &Value) -> (u16, Value) {
    let answer = send(service, request(operation, body.to_string().as_bytes(), "us-east-1")).await;
    let json = match answer.body().is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(answer.body()).unwrap(),
    };
    (answer.status().as_u16(), json)
}

/// An endpoint on loopback that serves until it is dropped. It runs on the test's runtime.
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Endpoint {
    pub(crate) async fn start(service: KmsService) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        tokio::spawn(server::serve(listener, service, async {
            let _ = stopped.await;
        }));
        Self { address, stop: Some(stop) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}
