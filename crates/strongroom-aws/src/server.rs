//! Serving on a socket: HTTP/1.1, with a bound on everything a peer can make us hold or wait for.
//!
//! ```no_run
//! # async fn doc(service: strongroom_aws::KmsService) -> std::io::Result<()> {
//! use strongroom_aws::server;
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! server::serve(listener, service, async { tokio::time::sleep(std::time::Duration::from_secs(60)).await }).await
//! # }
//! ```
//!
//! What is no HTTP is answered in AWS's shape too: an error `__type`, a message, a request id. What can't be:
//! - `HEAD` requests are refused with AWS's status and headers; HTTP gives them no body.
//! - A connection on which no byte of a request came is closed in silence when its time is over; so is one whose peer
//!   reads no answer.
//! - HTTP/2 is refused in HTTP/1.1.
//!
//! There is no TLS here: stay on loopback, or put a proxy in front that ends it.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1::{self, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::fault::Fault;
use crate::{Body, KmsService, PeerAddress};

mod options;
mod wire;

pub use options::ServerOptions;
use wire::{Turns, Wire};

/// How long nothing is accepted when the system has no descriptor or memory for a connection.
const BREATH: Duration = Duration::from_millis(50);
/// How long a peer may go on sending what nobody wants, so that he can read why: a reset would take the answer from him.
const LINGER: Duration = Duration::from_secs(2);
/// hyper's least.
const BUFFER: usize = 8 << 10;

/// Serves `service` on `listener` until `stop` is ready, with the usual bounds. See [`serve_with`].
///
/// # Errors
/// As of [`serve_with`].
pub async fn serve(listener: TcpListener, service: KmsService, stop: impl Future<Output = ()>) -> io::Result<()> {
    serve_with(listener, service, ServerOptions::default(), stop).await
}

/// Serves `service` on `listener` until `stop` is ready. Then no new connection is taken, requests that came in are
/// answered, connections that rest are closed, and it returns, at the latest after
/// [`ServerOptions::ending`]. Dropped, it ends at once.
///
/// # Errors
/// `TimedOut`: requests were still running when the time for the end was over; they were cut off.
pub async fn serve_with(
    listener: TcpListener,
    service: KmsService,
    options: ServerOptions,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let options = Arc::new(options);
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept(), if connections.len() < options.connections => accepted,
            _ = connections.join_next(), if !connections.is_empty() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                let service = Caller { service: service.clone(), peer: PeerAddress(peer.ip()), turns: Arc::default() };
                connections.spawn(connection(stream, service, Arc::clone(&options), stopped.clone()));
            }
            Err(error) if is_the_peers(&error) => {}
            Err(_) => tokio::select! {
                () = &mut stop => break,
                () = tokio::time::sleep(BREATH) => {}
            },
        }
    }
    drop(listener);
    let _ = stopping.send(true);
    let all = async { while connections.join_next().await.is_some() {} };
    tokio::time::timeout(options.ending, all).await.map_err(|_| io::ErrorKind::TimedOut.into())
}

/// A connection that is gone before it was taken is no failure of ours.
fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    caller: Caller,
    options: Arc<ServerOptions>,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = caller.service.clone();
    let wire = TokioIo::new(Wire::new(stream, &options, Arc::clone(&caller.turns)));
    let mut http = http1::Builder::new()
        .half_close(true)
        .header_read_timeout(None)
        .auto_date_header(false)
        .max_headers(options.headers)
        .max_header_size(options.head_bytes)
        .max_buf_size(options.head_bytes.max(BUFFER))
        .serve_connection(wire, caller);
    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            biased;
            ended = poll_fn(|cx| http.poll_without_shutdown(cx)) => break ended,
            _ = stopped.wait_for(|stopped| *stopped), if !stopping => {
                stopping = true;
                Pin::new(&mut http).graceful_shutdown();
            }
        }
    };
    let _ = tokio::time::timeout(options.answer, end(http, ended, &service)).await;
}

/// Says what HTTP could not say, and lets go.
async fn end(http: Connection<TokioIo<Wire>, Caller>, ended: hyper::Result<()>, service: &KmsService) {
    let parts = http.into_parts();
    let wire = parts.io.into_inner();
    let fault = no_request(&wire, ended.err().as_ref(), !parts.read_buf.is_empty());
    let more = fault.is_some() || wire.may_hold_more();
    let mut stream = wire.into_stream();
    if let Some(fault) = fault {
        let bytes = written(service.refused(None, &fault)).await;
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
    if stream.shutdown().await.is_err() || !more {
        return;
    }
    let mut rest = [0; 1024];
    let _ =
        tokio::time::timeout(LINGER, async { while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {} }).await;
}

/// Why what came was no request, if something came.
fn no_request(wire: &Wire, error: Option<&hyper::Error>, partly: bool) -> Option<Fault> {
    match (wire.refused(), error) {
        (Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE), _) => Some(Fault::head_too_large()),
        (Some(StatusCode::URI_TOO_LONG), _) => Some(Fault::uri_too_long()),
        (Some(_), _) => Some(Fault::no_http()),
        (None, Some(_)) if wire.head_was_late() => partly.then(Fault::request_timeout),
        (None, Some(error)) if error.is_incomplete_message() => partly.then(Fault::no_http),
        (None, Some(error)) if error.is_parse() => Some(Fault::no_http()),
        _ => None,
    }
}

/// An answer's bytes, for a connection that ends with it.
async fn written(answer: Response<Body>) -> Vec<u8> {
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
    for (name, value) in &parts.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

/// The service, for the requests of one connection.
#[derive(Clone)]
struct Caller {
    service: KmsService,
    peer: PeerAddress,
    turns: Arc<Turns>,
}

impl hyper::service::Service<Request<Incoming>> for Caller {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let Self { service, peer, turns } = self.clone();
        request.extensions_mut().insert(peer);
        turns.next();
        Box::pin(async move {
            let mut answer = service.clone().respond(request).await;
            if turns.body_was_late() {
                answer = service.refused(None, &Fault::request_timeout());
            }
            if matches!(answer.status(), StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            turns.next();
            Ok(answer)
        })
    }
}
