//! A socket with deadlines, which keeps HTTP's own refusals back.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::ServerOptions;

/// What the calls above HTTP and the wire below it know of each other. Both run on one task.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Grows by one when a call begins and when it ends: odd while one runs.
    turn: AtomicUsize,
    body_was_late: AtomicBool,
}

impl Turns {
    pub(super) fn next(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    fn now(&self) -> usize {
        self.turn.load(Ordering::Relaxed)
    }

    /// Whether the running call's body did not come in time.
    pub(super) fn body_was_late(&self) -> bool {
        self.body_was_late.load(Ordering::Relaxed)
    }
}

/// The socket.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    turns: Arc<Turns>,
    head: Duration,
    body: Duration,
    idle: Duration,
    answer: Duration,
    /// What this side knows: the turn, whether the next head has begun, and since when either holds.
    turn: usize,
    head_begun: bool,
    since: Instant,
    /// May fire early: it is set anew only when it would fire late.
    timer: Pin<Box<Sleep>>,
    /// Since the peer reads no more.
    stalled: Option<Pin<Box<Sleep>>>,
    eof: bool,
    late: bool,
    refused: Option<StatusCode>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, options: &ServerOptions, turns: Arc<Turns>) -> Self {
        let ServerOptions { head, body, idle, answer, .. } = *options;
        let since = Instant::now();
        let timer = Box::pin(tokio::time::sleep_until(since + head));
        Self {
            stream,
            turns,
            head,
            body,
            idle,
            answer,
            turn: 0,
            head_begun: false,
            since,
            timer,
            stalled: None,
            eof: false,
            late: false,
            refused: None,
        }
    }

    /// The refusal that HTTP wanted to send.
    pub(super) fn refused(&self) -> Option<StatusCode> {
        self.refused
    }

    /// Whether the peer was too slow with a head.
    pub(super) fn head_was_late(&self) -> bool {
        self.late && !self.turns.body_was_late()
    }

    /// Whether there may be something that the peer sends and nobody has read.
    pub(super) fn may_hold_more(&self) -> bool {
        let resting = self.turn.is_multiple_of(2) && self.turn == self.turns.now() && !self.head_begun;
        !self.eof && self.stalled.is_none() && !resting
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    fn look(&mut self) {
        let turn = self.turns.now();
        if turn != self.turn {
            (self.turn, self.head_begun, self.since) = (turn, false, Instant::now());
        }
    }

    fn limit(&self) -> Duration {
        match self.turn {
            0 => self.head,
            turn if turn % 2 == 1 => self.body,
            _ if self.head_begun => self.head,
            _ => self.idle,
        }
    }

    /// Ready when the peer had his time.
    fn overdue(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.since + self.limit();
        if self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(deadline);
        }
    }

    fn written<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_pending() {
            let answer = self.answer;
            let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(answer)));
            ready!(stalled.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        result
    }

    /// Takes what HTTP says on its own to a request that is none; it is said in AWS's shape later.
    fn take_refusal(&mut self, bufs: &[IoSlice<'_>]) -> Option<usize> {
        let mut bufs = bufs.iter().filter(|buf| !buf.is_empty());
        let (Some(head), None) = (bufs.next(), bufs.next()) else { return None };
        self.refused = Some(refusal(head)?);
        Some(head.len())
    }
}

/// The status of a head that no service of ours has written, for those bear a request id.
fn refusal(head: &[u8]) -> Option<StatusCode> {
    let rest = head.strip_prefix(b"HTTP/1.1 ").or_else(|| head.strip_prefix(b"HTTP/1.0 "))?;
    let status = StatusCode::from_bytes(rest.get(..3)?).ok()?;
    let own = head.ends_with(b"\r\n\r\n") && !head.windows(ID.len()).any(|window| window == ID);
    (status.is_client_error() && own).then_some(status)
}

const ID: &[u8] = b"x-amzn-requestid";

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.look();
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_pending() {
            ready!(self.overdue(cx));
            self.late = true;
            if self.turn % 2 == 1 {
                self.turns.body_was_late.store(true, Ordering::Relaxed);
            }
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if buf.filled().len() == before {
            self.eof = true;
        } else if self.turn.is_multiple_of(2) && !self.head_begun {
            (self.head_begun, self.since) = (true, Instant::now());
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(taken) = self.take_refusal(bufs) {
            return Poll::Ready(Ok(taken));
        }
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Whoever flushes has nothing left to write.
        self.stalled = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_that_no_service_wrote_is_kept_back() {
        assert_eq!(refusal(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"), Some(StatusCode::BAD_REQUEST));
        assert_eq!(refusal(b"HTTP/1.0 414 URI Too Long\r\n\r\n"), Some(StatusCode::URI_TOO_LONG));
        for other in [
            &b"HTTP/1.1 100 Continue\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\nx-amzn-requestid: 1\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-le",
            b"HTTP/1.1 4",
            b"{\"Description\":\"HTTP/1.1 400 Bad Request\"}",
            b"",
        ] {
            assert_eq!(refusal(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
