//! The service.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Buf;
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body::Body as HttpBody;
use http_body_util::BodyExt as _;
use strongroom::caller::Origin;
use strongroom::{Client, CryptoProvider, Kms, Operation, RequestId, Secret};
use strongroom_types::json::Writer;
use zeroize::Zeroizing;

use crate::body::{self, Body};
use crate::credentials::{Credential, Credentials};
use crate::fault::Fault;
use crate::head::{self, PeerAddress};
use crate::sigv4::Claim;

/// AWS's largest request, a CreateKey whose policy has every character escaped, is shorter.
const MAX_BODY: usize = 1 << 20;

/// AWS JSON 1.1 in front of a strongroom. Cheap to clone.
#[derive(Clone)]
pub struct KmsService(Arc<Inner>);

struct Inner {
    kms: Kms,
    credentials: Arc<dyn Credentials>,
    crypto: CryptoProvider,
    max_body: usize,
}

impl fmt::Debug for KmsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsService").field("credentials", &self.0.credentials).finish_non_exhaustive()
    }
}

/// What a request has proven before its body is read.
struct Claimed {
    operation: Operation,
    claim: Claim,
    credential: Arc<Credential>,
}

impl KmsService {
    /// In front of `kms`, for whoever has one of these credentials.
    #[must_use]
    pub fn new(kms: Kms, credentials: impl Credentials + 'static) -> Self {
        let crypto = strongroom_rustcrypto::provider();
        Self(Arc::new(Inner { kms, credentials: Arc::new(credentials), crypto, max_body: MAX_BODY }))
    }

    fn claimed(&self, parts: &Parts) -> Result<Claimed, Fault> {
        let operation = head::operation(parts)?;
        let claim = Claim::of(parts, self.0.kms.now()?)?;
        let credential = self.0.credentials.find(claim.access_key_id()).ok_or_else(Fault::unrecognized_client)?;
        Ok(Claimed { operation, claim, credential })
    }

    /// The client of a request whose signature is its own.
    fn client(&self, claimed: &Claimed, parts: &Parts, body: &[u8]) -> Result<Client, Fault> {
        let Claimed { claim, credential, .. } = claimed;
        claim.verify(parts, body, credential, self.0.kms.now()?, &self.0.crypto)?;
        let origin = parts.extensions.get().map_or(Origin::Process, |PeerAddress(address)| Origin::Address(*address));
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(credential.caller.client(claim.region(), origin, agent)?)
    }

    async fn respond<B>(self, request: Request<B>) -> Response<Body>
    where
        B: HttpBody + Send,
        B::Data: Send,
    {
        let (parts, body) = request.into_parts();
        match self.served(&parts, body).await {
            Ok((id, answer)) => {
                self.answer(id, StatusCode::OK, body::secret(answer.unwrap_or_else(|| Secret::from(&b""[..]))))
            }
            Err((id, fault)) => self.refuse(id, &fault),
        }
    }

    async fn served<B>(
        &self,
        parts: &Parts,
        body: B,
    ) -> Result<(Option<RequestId>, Option<Secret>), (Option<RequestId>, Fault)>
    where
        B: HttpBody + Send,
        B::Data: Send,
    {
        let early = |fault| (None, fault);
        let claimed = self.claimed(parts).map_err(early)?;
        let body = self.read(body).await.map_err(early)?;
        let client = self.client(&claimed, parts, &body).map_err(early)?;
        let answer = client.call_json(claimed.operation, &body);
        match answer.result {
            Ok(json) => Ok((answer.request_id, json)),
            Err(error) => Err((answer.request_id, error.into())),
        }
    }

    /// The body, up to the bound.
    async fn read<B>(&self, body: B) -> Result<Zeroizing<Vec<u8>>, Fault>
    where
        B: HttpBody + Send,
        B::Data: Send,
    {
        let limit = self.0.max_body;
        let hint = body.size_hint();
        if hint.lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(Fault::too_large(limit));
        }
        let mut out = Zeroizing::new(Vec::with_capacity(usize::try_from(hint.lower()).unwrap_or(0)));
        let mut body = std::pin::pin!(body);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Fault::serialization("the body can't be read"))?;
            let Ok(mut data) = frame.into_data() else { continue };
            if out.len().saturating_add(data.remaining()) > limit {
                return Err(Fault::too_large(limit));
            }
            while data.has_remaining() {
                let chunk = data.chunk();
                let len = chunk.len();
                grow(&mut out, len);
                out.extend_from_slice(chunk);
                data.advance(len);
            }
        }
        Ok(out)
    }

    fn refuse(&self, id: Option<RequestId>, fault: &Fault) -> Response<Body> {
        let mut json = Vec::new();
        let mut writer = Writer::new(&mut json);
        writer.begin_object();
        writer.name("__type");
        writer.str(fault.code);
        if !fault.message.is_empty() {
            // AWS's own spelling: clients have to read both.
            writer.name(if fault.code == "AccessDeniedException" { "Message" } else { "message" });
            writer.str(&fault.message);
        }
        writer.end_object();
        self.answer(id, fault.status, Body::new(json.into()))
    }

    fn answer(&self, id: Option<RequestId>, status: StatusCode, body: Body) -> Response<Body> {
        let id = id.or_else(|| self.0.kms.request_id().ok()).map(|id| id.to_string()).unwrap_or_default();
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, must-revalidate, private"));
        if let Ok(id) = HeaderValue::try_from(id) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

/// Makes room for `more` bytes; what stood in the old place is wiped.
fn grow(buffer: &mut Zeroizing<Vec<u8>>, more: usize) {
    if buffer.capacity() - buffer.len() < more {
        let mut larger = Zeroizing::new(Vec::with_capacity((buffer.len() + more).max(buffer.capacity() * 2)));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
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
