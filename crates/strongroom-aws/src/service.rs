//! The service: what a request has to pass, in this order. The first thing that is wrong is the answer.
//!
//! 1. **Head**: its size, the method `POST` on `/` without a query, the content type, the operation in `X-Amz-Target`.
//! 2. **Claim**: the `Authorization` header and what it signs; the time; whether the access key is known.
//! 3. **Body**: read up to the bound, and only now: who names no access key makes nobody hold one.
//! 4. **Signature**: over head and body, by that access key; then the session token and when it ends.
//! 5. **Call**: the facade reads the JSON, checks it against the model, and goes on as with every call.
//!
//! What ends before the fifth step is nobody's call and leaves no event; what gets there leaves exactly one, whatever
//! comes of it. Every answer is AWS's: a status of 200, 4xx or 500, the content type, a request id (the event's, if there
//! is one), and if it is none of success `__type` and a message. Of a failure inside, the caller learns nothing but that
//! it was one.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body::Body as HttpBody;
use strongroom::caller::Origin;
use strongroom::{Client, JsonAnswer, Kms, Operation, RequestId, Timestamp};

use crate::body::{self, Body};
use crate::credentials::{Credential, Credentials};
use crate::fault::Fault;
use crate::head::{self, PeerAddress};
use crate::options::ServiceOptions;
use crate::sigv4::Claim;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// What AWS KMS sends of its answers.
const NOT_CACHED: HeaderValue = HeaderValue::from_static("no-cache, no-store, must-revalidate, private");

/// AWS JSON 1.1 in front of a strongroom: a `tower::Service`, and [`answer`](Self::answer) for whoever has no runtime.
/// Cheap to clone.
#[derive(Clone)]
pub struct KmsService(Arc<Inner>);

struct Inner {
    kms: Kms,
    credentials: Arc<dyn Credentials>,
    options: ServiceOptions,
}

impl fmt::Debug for KmsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsService").field("credentials", &self.0.credentials).finish_non_exhaustive()
    }
}

/// What a request says of itself before its body is read.
struct Claimed {
    operation: Operation,
    claim: Claim,
    credential: Arc<Credential>,
}

impl KmsService {
    /// In front of `kms`, for whoever has one of these credentials.
    #[must_use]
    pub fn new(kms: Kms, credentials: impl Credentials + 'static) -> Self {
        Self::with_options(kms, credentials, ServiceOptions::default())
    }

    /// The same, with options of one's own.
    #[must_use]
    pub fn with_options(kms: Kms, credentials: impl Credentials + 'static, options: ServiceOptions) -> Self {
        Self(Arc::new(Inner { kms, credentials: Arc::new(credentials), options }))
    }

    /// Answers a request whose body is there, in place: no runtime is needed, and whatever the call waits for, this thread
    /// waits for.
    ///
    /// ```
    /// use http::Request;
    /// use strongroom::Kms;
    /// use strongroom_aws::{CredentialTable, KmsService};
    ///
    /// # fn main() -> Result<(), strongroom::Error> {
    /// let service = KmsService::new(Kms::in_memory()?, CredentialTable::default());
    /// let (parts, ()) = Request::new(()).into_parts();
    /// assert_eq!(service.answer(&parts, b"{}").status(), 400);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn answer(&self, parts: &Parts, body: &[u8]) -> Response<Body> {
        match self.claimed(parts).and_then(|claimed| self.proven(&claimed, parts, body)) {
            Ok((client, operation)) => self.answered(client.call_json(operation, body)),
            Err(fault) => self.refused(None, &fault),
        }
    }

    pub(crate) async fn respond<B>(self, request: Request<B>) -> Response<Body>
    where
        B: HttpBody + Send,
        B::Data: Send,
    {
        let (parts, body) = request.into_parts();
        let claimed = match self.claimed(&parts) {
            Ok(claimed) => claimed,
            Err(fault) => return self.refused(None, &fault),
        };
        let body = match body::read(body, self.0.options.max_body).await {
            Ok(body) => body,
            Err(fault) => return self.refused(None, &fault),
        };
        self.called(&claimed, &parts, &body).await
    }

    /// [`answer`](Self::answer) for whoever awaits it: nothing that the call waits for holds up the thread that polls.
    pub async fn answer_async(&self, parts: &Parts, body: &[u8]) -> Response<Body> {
        match self.claimed(parts) {
            Ok(claimed) => self.called(&claimed, parts, body).await,
            Err(fault) => self.refused(None, &fault),
        }
    }

    /// The last two steps.
    async fn called(&self, claimed: &Claimed, parts: &Parts, body: &[u8]) -> Response<Body> {
        match self.proven(claimed, parts, body) {
            Ok((client, operation)) => self.answered(client.call_json_async(operation, body).await),
            Err(fault) => self.refused(None, &fault),
        }
    }

    /// The first two steps.
    fn claimed(&self, parts: &Parts) -> Result<Claimed, Fault> {
        let operation = head::operation(parts)?;
        let claim = Claim::of(parts, self.0.kms.now()?)?;
        let credential = self.0.credentials.find(claim.access_key_id()).ok_or_else(Fault::unrecognized_client)?;
        Ok(Claimed { operation, claim, credential })
    }

    /// The fourth step: the client of a request whose signature is its own.
    fn proven(&self, claimed: &Claimed, parts: &Parts, body: &[u8]) -> Result<(Client, Operation), Fault> {
        let Inner { kms, options, .. } = &*self.0;
        if body.len() > options.max_body {
            return Err(Fault::too_large(options.max_body));
        }
        let Claimed { operation, claim, credential } = claimed;
        claim.verify(parts, body, credential, kms.now()?, &options.crypto)?;
        let origin = parts.extensions.get().map_or(Origin::Process, |PeerAddress(address)| Origin::Address(*address));
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok((credential.caller.client(claim.region(), origin, agent)?, *operation))
    }

    /// What came of a call.
    fn answered(&self, answer: JsonAnswer) -> Response<Body> {
        let JsonAnswer { request_id, result, .. } = answer;
        match result {
            Ok(json) => self.response(request_id, StatusCode::OK, json.map_or_else(Body::default, body::secret)),
            Err(error) => self.refused(request_id, &error.into()),
        }
    }

    pub(crate) fn refused(&self, id: Option<RequestId>, fault: &Fault) -> Response<Body> {
        self.response(id, fault.status, Body::new(fault.to_json().into()))
    }

    fn response(&self, id: Option<RequestId>, status: StatusCode, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, head::CONTENT_TYPE);
        headers.insert(header::CACHE_CONTROL, NOT_CACHED);
        // The strongroom's time, which may not be the system's: clients correct the time that they sign with by it.
        if let Some(date) = self.0.kms.now().ok().and_then(date) {
            headers.insert(header::DATE, date);
        }
        let id = id.or_else(|| self.0.kms.request_id().ok()).map(|id| HeaderValue::try_from(id.to_string()));
        if let Some(Ok(id)) = id {
            headers.insert(REQUEST_ID, id);
        }
        response
    }
}

/// A time as `Date` has it (RFC 9110 §5.6.7); `None` for one that no clock shows.
fn date(time: Timestamp) -> Option<HeaderValue> {
    let since = Duration::from_secs(u64::try_from(time.as_secs()).ok()?);
    HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH.checked_add(since)?)).ok()
}

impl<B> tower_service::Service<Request<B>> for KmsService
where
    B: HttpBody + Send + 'static,
    B::Data: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.respond(request).await) })
    }
}

#[cfg(test)]
mod tests {
    use strongroom::Timestamp;

    #[test]
    fn the_date_is_as_rfc_9110_writes_it() {
        for (secs, text) in [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        ] {
            assert_eq!(super::date(Timestamp::from_secs(secs)).unwrap(), text);
        }
        assert!(super::date(Timestamp::from_secs(-1)).is_none());
    }
}
