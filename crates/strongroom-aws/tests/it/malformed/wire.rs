//! Requests that are spoilt on their way: raw bytes to the server, and whatever comes back.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use strongroom::Kms;
use strongroom_aws::server::{ServerOptions, serve_with};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::world::Answer;
use crate::socket::{Peer, bytes, header, parts};
use crate::support::service;

/// A server, and the account of what was sent to it.
struct Wire {
    kms: Kms,
    address: SocketAddr,
    tried: usize,
    answers: [usize; 2],
    silent: usize,
}

impl Wire {
    async fn new() -> Self {
        let kms = Kms::in_memory().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // A peer that promises more than it sends is waited for no longer than this.
        let short = Duration::from_millis(400);
        let options = ServerOptions::default().head(short).body(short).idle(short);
        tokio::spawn(serve_with(listener, service(&kms), options, std::future::pending()));
        Self { kms, address, tried: 0, answers: [0, 0], silent: 0 }
    }

    /// Sends these bytes on a connection of its own, which is closed for writing thereafter; gives what was answered, of
    /// which all is AWS's.
    async fn send(&mut self, bytes: &[u8], close: bool) -> Vec<Answer> {
        self.tried += 1;
        let mut peer = Peer::connect(self.address).await;
        // Who is refused early may find nobody to send the rest to.
        let _ = peer.try_send(bytes).await;
        if close {
            let _ = peer.stream.shutdown().await;
        }
        let about = String::from_utf8_lossy(&bytes[..bytes.len().min(600)]).into_owned();
        let mut answers = Vec::new();
        // An answer to HEAD has no body; all others have as much as they say.
        while let Some(answer) = peer.try_answer().await {
            assert_eq!(header(&answer.head, "content-type"), Some("application/x-amz-json-1.1"), "{about}");
            assert_eq!(header(&answer.head, "x-amzn-requestid").map(str::len), Some(36), "{about}");
            let body = if answer.body.is_null() { Vec::new() } else { answer.body.to_string().into_bytes() };
            let answer = Answer::read(answer.status, &body, &about);
            self.answers[usize::from(answer.status != 200)] += 1;
            answers.push(answer);
        }
        self.silent += usize::from(answers.is_empty());
        answers
    }
}

#[tokio::test]
async fn what_is_spoilt_on_its_way_is_refused_and_the_next_is_served() {
    let mut wire = Wire::new().await;
    cut(&mut wire).await;
    changed(&mut wire).await;
    lengths(&mut wire).await;
    chunks(&mut wire).await;
    together(&mut wire).await;
    slowly(&mut wire).await;
    // The server is as it was.
    let good = bytes("ListKeys", &json!({})).await;
    assert_eq!(wire.send(&good, true).await[0].status, 200);
    let Wire { kms, tried, answers: [served, refused], silent, .. } = wire;
    println!("wire: {tried} connections, {served} requests served, {refused} refused, {silent} closed in silence");
    // What was spoilt is signed no longer: calls are those that succeeded.
    let calls = kms.record().iter().unwrap().filter(|event| event.as_ref().unwrap().record.request_id().is_some());
    assert_eq!(calls.count(), served);
    assert!(tried > 900 && refused > 800, "{tried} connections, {refused} refused");
}

/// After every byte.
async fn cut(wire: &mut Wire) {
    let whole = bytes("ListKeys", &json!({})).await;
    for end in 0..whole.len() {
        let answers = wire.send(&whole[..end], true).await;
        assert!(answers.iter().all(|answer| answer.kind == "SerializationException"), "{end}: {answers:?}");
        // Of whom nothing came, nothing is wanted.
        assert_eq!(answers.len(), usize::from(end > 0), "{end}");
    }
}

/// At every byte, to something that may mean something.
async fn changed(wire: &mut Wire) {
    const MARKS: &[u8] = b"\0\r\n :;,\x7f\xffAz0{";
    let whole = bytes("ListKeys", &json!({})).await;
    for at in 0..whole.len() {
        for mark in [MARKS[at % MARKS.len()], MARKS[(at * 7 + 3) % MARKS.len()]] {
            // `HEAD` has no body, and nothing else of the line is one byte from it.
            let mut text = whole.clone();
            text[at] = mark;
            let answers = wire.send(&text, true).await;
            assert!(!answers.is_empty(), "{}", text.escape_ascii());
        }
    }
}

/// Lengths that lie.
async fn lengths(wire: &mut Wire) {
    let (head, body) = parts("ListKeys", &json!({})).await;
    let body = String::from_utf8(body).unwrap();
    let with = |lines: &str| format!("{head}{lines}\r\n\r\n{body}").into_bytes();
    for length in [
        "",
        " ",
        "0",
        "1",
        "-1",
        "+2",
        "2 ",
        "02",
        "0x2",
        "2.0",
        "2,2",
        "2, 3",
        "two",
        "1e1",
        "3",
        "100",
        "1048576",
        "1048577",
        "4294967296",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999",
    ] {
        for close in [true, false] {
            let answers = wire.send(&with(&format!("content-length: {length}")), close).await;
            let fits = ["2 ", "02", " 2", "2,2"].contains(&length);
            assert!(
                !answers.is_empty() && (fits || answers[0].status >= 400),
                "content-length {length:?}: {answers:?}"
            );
        }
    }
    for lines in [
        "content-length: 2\r\ncontent-length: 3",
        "content-length: 3\r\ncontent-length: 2",
        "content-length: 2\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 2",
        "transfer-encoding: identity",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: chunked, gzip",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding: xchunked",
        "transfer-encoding : chunked",
        "connection: close, content-length",
        "content-encoding: gzip\r\ncontent-length: 1",
    ] {
        let answers = wire.send(&with(lines), true).await;
        assert!(!answers.is_empty() && answers[0].status >= 400, "{lines:?}: {answers:?}");
    }
}

/// Chunks that are none.
async fn chunks(wire: &mut Wire) {
    let (head, _) = parts("ListKeys", &json!({})).await;
    for chunks in [
        "",
        "\r\n",
        "2",
        "2\r\n",
        "2\r\n{",
        "2\r\n{}",
        "2\r\n{}\r\n",
        "2\r\n{}\r\n0",
        "2\r\n{}\r\n0\r\n",
        "2\n{}\n0\n\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "g\r\n{}\r\n0\r\n\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
        "1\r\n{}\r\n0\r\n\r\n",
        "3\r\n{}\r\n0\r\n\r\n",
        "ffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "10000000000000000\r\n{}\r\n0\r\n\r\n",
        "200000\r\n{}\r\n",
        "0\r\n\r\n",
        "2\r\n{}\r\n0\r\nbad trailer\r\n\r\n",
        "1\r\n{\r\n1\r\n]\r\n0\r\n\r\n",
    ] {
        let text = format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}");
        let answers = wire.send(text.as_bytes(), true).await;
        assert!(!answers.is_empty() && answers[0].status >= 400, "{chunks:?}: {answers:?}");
    }
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n") + &"10\r\n0123456789abcdef\r\n".repeat(70_000);
    assert_eq!(wire.send(endless.as_bytes(), true).await[0].status, 413);
}

/// Requests behind each other, of which some are bad.
async fn together(wire: &mut Wire) {
    let good = bytes("ListKeys", &json!({})).await;
    let body = String::from_utf8(bytes("ListKeys", &json!({})).await).unwrap().replace("\r\n\r\n{}", "\r\n\r\n[]");
    let unsigned = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}".to_vec();
    let answers =
        wire.send(&[&good, body.as_bytes(), &good, &unsigned, &good].map(<[u8]>::to_vec).concat(), true).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 400, 200, 400, 200]);
    // A body that is longer than it says begins the next request, and that is none.
    let longer = String::from_utf8(good.clone()).unwrap() + "GARBAGE\r\n\r\n";
    let statuses: Vec<u16> = wire.send(longer.as_bytes(), true).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 400]);
    // One that is hidden in the body of another is not served.
    let (head, _) = parts("ListKeys", &json!({})).await;
    let hidden = format!("{head}content-length: {}\r\n\r\n", good.len()).into_bytes();
    let answers = wire.send(&[hidden, good].concat(), true).await;
    assert_eq!(answers.iter().map(|answer| &*answer.kind).collect::<Vec<_>>(), ["InvalidSignatureException"]);
}

/// Byte by byte, and not at all.
async fn slowly(wire: &mut Wire) {
    let (head, body) = parts("ListKeys", &json!({})).await;
    let head = format!("{head}content-length: 2\r\n\r\n").into_bytes();
    let mut peer = Peer::connect(wire.address).await;
    let pause = Duration::from_millis(300) / u32::try_from(head.len()).unwrap();
    for byte in &head[..head.len() - 1] {
        peer.send([*byte]).await;
        tokio::time::sleep(pause.min(Duration::from_micros(100))).await;
    }
    peer.send([&head[head.len() - 1..], &body].concat()).await;
    let status = peer.answer().await.status;
    // The machine may be slow as well.
    assert!([200, 408].contains(&status), "{status}");
    wire.answers[usize::from(status != 200)] += 1;
    wire.tried += 1;
    for part in [&head[..head.len() / 2], &head[..], &[&head[..], b"{"].concat()[..]] {
        let answers = wire.send(part, false).await;
        assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [408], "{answers:?}");
    }
    // Who goes away in the middle keeps nobody from being served.
    for end in [1, head.len() / 2, head.len()] {
        let mut peer = Peer::connect(wire.address).await;
        peer.send(&head[..end]).await;
        wire.tried += 1;
    }
}
