//! Serving on a socket: HTTP/1.1, with a bound on everything a peer can make us hold or wait for.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower_service::Service as _;

use crate::{KmsService, PeerAddress};

/// How long a peer may take for a request's head.
const HEAD: Duration = Duration::from_secs(10);
/// Connections at once.
const CONNECTIONS: usize = 1_024;

/// Serves `service` on `listener` until `stop` is ready; then no new connection is taken, requests that came in are
/// answered, and it returns.
///
/// # Errors
/// The listener's.
pub async fn serve(listener: TcpListener, service: KmsService, stop: impl Future<Output = ()>) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let (stopping, stopped) = watch::channel(false);
    let mut stop = std::pin::pin!(stop);
    loop {
        let permit = Arc::clone(&room).acquire_owned().await.map_err(io::Error::other)?;
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        // A connection that is gone before it was taken is no failure of ours.
        let Ok((stream, peer)) = accepted else { continue };
        let (service, stopped) = (service.clone(), stopped.clone());
        tokio::spawn(async move {
            connection(stream, service, PeerAddress(peer.ip()), stopped).await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = stopping.send(true);
    let everyone = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    let _ = room.acquire_many(everyone).await;
    Ok(())
}

async fn connection(stream: TcpStream, service: KmsService, peer: PeerAddress, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        service.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(64);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), answer));
    tokio::select! {
        // What a peer breaks is his own.
        _ = &mut connection => return,
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
