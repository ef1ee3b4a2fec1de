//! A raw socket as a client, and what it sends.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::request;

/// What must not happen at all is not waited for longer than this.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, future).await.expect("it takes much longer than it may")
}

/// The other end.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    pub(crate) read: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Peer {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { stream: within(TcpStream::connect(address)).await.unwrap(), read: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Whether it could be sent.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    pub(crate) async fn more(&mut self) -> bool {
        let read = within(self.stream.read_buf(&mut self.read)).await;
        read.is_ok_and(|read| read > 0)
    }

    pub(crate) async fn head(&mut self) -> String {
        let head = self.try_head().await;
        head.unwrap_or_else(|| panic!("no answer but {:?}", String::from_utf8_lossy(&self.read)))
    }

    async fn try_head(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                let rest = self.read.split_off(end + 4);
                return Some(String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap());
            }
            if !self.more().await {
                return None;
            }
        }
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        let answer = self.try_answer().await;
        answer.unwrap_or_else(|| panic!("no answer but {:?}", String::from_utf8_lossy(&self.read)))
    }

    /// An answer, if it came whole before the connection ended.
    pub(crate) async fn try_answer(&mut self) -> Option<Answer> {
        let head = self.try_head().await?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length: usize = header(&head, "content-length").unwrap().parse().unwrap();
        while self.read.len() < length {
            if !self.more().await {
                return None;
            }
        }
        let rest = self.read.split_off(length);
        let body = std::mem::replace(&mut self.read, rest);
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        Some(Answer { status, head, body })
    }

    /// That nothing else comes, and the connection ends.
    pub(crate) async fn is_over(&mut self) {
        assert!(!self.more().await, "{:?}", String::from_utf8_lossy(&self.read));
        assert!(self.read.is_empty());
    }

    /// One call, on a connection that stays.
    pub(crate) async fn call(&mut self, operation: &str, body: &Value) -> Answer {
        self.send(bytes(operation, body).await).await;
        self.answer().await
    }
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)))
        .map(|(_, v)| v)
}

/// A signed request: its head, without how long its body is and the empty line, and its body.
pub(crate) async fn parts(operation: &str, body: &Value) -> (String, Vec<u8>) {
    parts_for(operation, body, "us-east-1").await
}

async fn parts_for(operation: &str, body: &Value, region: &str) -> (String, Vec<u8>) {
    let (parts, body) = request(operation, body.to_string().as_bytes(), region).into_parts();
    let mut head = "POST / HTTP/1.1\r\n".to_owned();
    for (name, value) in &parts.headers {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    (head, body.collect().await.unwrap().to_bytes().to_vec())
}

pub(crate) async fn bytes(operation: &str, body: &Value) -> Vec<u8> {
    bytes_for(operation, body, "us-east-1").await
}

/// A request that is signed for a Region.
pub(crate) async fn bytes_for(operation: &str, body: &Value, region: &str) -> Vec<u8> {
    let (head, body) = parts_for(operation, body, region).await;
    [format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat()
}
