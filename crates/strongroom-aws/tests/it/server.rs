//! The server, from raw sockets: what it bounds, in which order it answers, how it ends.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use strongroom::Kms;
use strongroom_aws::server::{ServerOptions, serve_with};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::socket::{Answer, LONG, Peer, bytes, header, parts, within};
use crate::support::service;

/// A time that a test lets pass.
const SHORT: Duration = Duration::from_millis(150);

struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    end: JoinHandle<io::Result<()>>,
}

impl Served {
    async fn with(options: ServerOptions) -> Self {
        Self::on(&Kms::in_memory().unwrap(), options).await
    }

    async fn on(kms: &Kms, options: ServerOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let end = tokio::spawn(serve_with(listener, service(kms), options, async {
            let _ = stopped.await;
        }));
        Self { address, stop: Some(stop), end }
    }

    async fn connect(&self) -> Peer {
        Peer::connect(self.address).await
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn ended(self) -> io::Result<()> {
        within(self.end).await.unwrap()
    }
}

/// AWS's shape: a type, a request id, and JSON's own content type.
fn is_awss(answer: &Answer, status: u16, kind: &str) {
    assert_eq!((answer.status, &answer.body["__type"]), (status, &json!(kind)), "{answer:?}");
    assert_eq!(header(&answer.head, "content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(header(&answer.head, "x-amzn-requestid").map(str::len), Some(36), "{}", answer.head);
    assert!(header(&answer.head, "date").is_some_and(|date| date.ends_with(" GMT")), "{}", answer.head);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let served = Served::with(ServerOptions::default()).await;
    let mut peer = served.connect().await;
    let mut all = Vec::new();
    for n in 1..=40 {
        all.extend(bytes("GenerateRandom", &json!({"NumberOfBytes": n * 3})).await);
    }
    all.extend(b"no http\r\n\r\n");
    peer.send(all).await;
    for n in 1..=40 {
        let answer = peer.answer().await;
        assert_eq!((answer.status, answer.body["Plaintext"].as_str().unwrap().len()), (200, n * 4));
    }
    is_awss(&peer.answer().await, 400, "SerializationException");
    peer.is_over().await;
}

#[tokio::test]
async fn who_has_closed_his_half_is_answered() {
    let served = Served::with(ServerOptions::default()).await;
    let whole = bytes("CreateKey", &json!({})).await;
    // At the end of a request, in its body, in its head.
    for (cut, status) in [(whole.len(), 200), (whole.len() - 1, 400), (100, 400)] {
        let mut peer = served.connect().await;
        peer.send(&whole[..cut]).await;
        peer.stream.shutdown().await.unwrap();
        let answer = peer.answer().await;
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 400 {
            is_awss(&answer, 400, "SerializationException");
        }
        peer.is_over().await;
    }
}

#[tokio::test]
async fn http_1_0_is_answered_and_its_connection_ends() {
    let served = Served::with(ServerOptions::default()).await;
    let mut peer = served.connect().await;
    let request = String::from_utf8(bytes("CreateKey", &json!({})).await).unwrap();
    peer.send(request.replace("HTTP/1.1", "HTTP/1.0")).await;
    let answer = peer.answer().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    peer.is_over().await;
}

#[tokio::test]
async fn who_expects_100_continue_gets_it_before_the_answer_unless_his_head_is_refused() {
    let served = Served::with(ServerOptions::default()).await;
    let (head, body) = parts("GenerateRandom", &json!({"NumberOfBytes": 3})).await;
    let head = format!("{head}expect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len());

    let mut peer = served.connect().await;
    peer.send(&head).await;
    assert_eq!(peer.head().await, "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send(&body).await;
    assert_eq!(peer.answer().await.status, 200);

    let mut peer = served.connect().await;
    peer.send(head.replace("authorization", "authorisation")).await;
    is_awss(&peer.answer().await, 400, "MissingAuthenticationTokenException");
}

#[tokio::test]
async fn a_chunked_body_is_a_body_however_it_is_cut() {
    let served = Served::with(ServerOptions::default()).await;
    let (head, body) = parts("GenerateRandom", &json!({"NumberOfBytes": 3})).await;
    let head = format!("{head}transfer-encoding: chunked\r\n\r\n");
    let mut peer = served.connect().await;
    for size in [1, 2, body.len()] {
        let mut request = head.clone().into_bytes();
        for chunk in body.chunks(size) {
            request.extend([format!("{:x};x=y\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        }
        request.extend(b"0\r\nx-trailer: nobody reads it\r\n\r\n");
        peer.send(request).await;
        assert_eq!(peer.answer().await.status, 200);
    }
    for broken in ["zz\r\n", "5\r\n{}\r\n\r\n\r\n", "fffffffffffffffff\r\n", "2\r\n{}xx"] {
        let mut peer = served.connect().await;
        peer.send(format!("{head}{broken}")).await;
        peer.stream.shutdown().await.unwrap();
        is_awss(&peer.answer().await, 400, "SerializationException");
        peer.is_over().await;
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused_in_awss_shape() {
    let served = Served::with(ServerOptions::default().head_bytes(8 << 10)).await;
    let many: String = (0..65).map(|n| format!("h{n}: x\r\n")).collect();
    let long = "x".repeat(9 << 10);
    let serialization = "SerializationException";
    let cases = [
        ("garbage\r\n\r\n".to_owned(), 400, serialization),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n".to_owned(), 400, serialization),
        ("POST  / HTTP/1.1\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/2.0\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\nbad name: x\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\nhost: a\0b\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\nhost: a\r\n folded: b\r\n\r\n".to_owned(), 400, serialization),
        ("POST /\x7f HTTP/1.1\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\ncontent-length: 1, 2\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n".to_owned(), 400, serialization),
        ("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n".to_owned(), 400, serialization),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400, serialization),
        (format!("POST / HTTP/1.1\r\n{many}\r\n"), 400, "RequestHeaderSectionTooLarge"),
        (format!("POST / HTTP/1.1\r\nlong: {long}\r\n\r\n"), 400, "RequestHeaderSectionTooLarge"),
        (format!("POST / HTTP/1.1\r\nendless: {long}{long}"), 400, "RequestHeaderSectionTooLarge"),
    ];
    for (bytes, status, kind) in cases {
        let mut peer = served.connect().await;
        peer.send(&bytes).await;
        let answer = peer.answer().await;
        is_awss(&answer, status, kind);
        assert_eq!(header(&answer.head, "connection"), Some("close"), "{bytes:?}");
        peer.is_over().await;
    }
    // What is HTTP and no request of AWS's is the service's to refuse, and costs nobody his connection.
    let mut peer = served.connect().await;
    for line in ["GET / HTTP/1.1", "OPTIONS * HTTP/1.1", "POST http://other/ HTTP/1.1", "\r\n\r\nPOST /a?b HTTP/1.1"] {
        peer.send(format!("{line}\r\nhost: localhost\r\n\r\n")).await;
        let answer = peer.answer().await;
        assert!(answer.status == 400 && answer.body["__type"].is_string(), "{line}: {answer:?}");
    }
    assert_eq!(peer.call("CreateKey", &json!({})).await.status, 200);
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused_in_awss_shape() {
    let served = Served::with(ServerOptions::default().head_bytes(128 << 10)).await;
    let mut peer = served.connect().await;
    peer.send(format!("POST /{} HTTP/1.1\r\n\r\n", "x".repeat(66_000))).await;
    is_awss(&peer.answer().await, 414, "RequestUriTooLongException");
}

#[tokio::test]
async fn a_head_that_trickles_is_cut() {
    let served = Served::with(ServerOptions::default().head(SHORT)).await;
    let mut peer = served.connect().await;
    for byte in "POST / HTTP/1.1\r\nhost: localhost\r\nx: ".bytes().chain(std::iter::repeat(b'x')) {
        if peer.stream.write_all(&[byte]).await.is_err() || peer.stream.try_read_buf(&mut peer.read).is_ok() {
            break;
        }
        tokio::time::sleep(SHORT / 20).await;
    }
    is_awss(&peer.answer().await, 408, "RequestTimeoutException");
    peer.is_over().await;
    // Also after a request that was in time.
    let mut peer = served.connect().await;
    assert_eq!(peer.call("CreateKey", &json!({})).await.status, 200);
    peer.send("POST / HTTP/1.1\r\n").await;
    is_awss(&peer.answer().await, 408, "RequestTimeoutException");
    peer.is_over().await;
}

#[tokio::test]
async fn a_body_that_trickles_is_cut() {
    let served = Served::with(ServerOptions::default().body(SHORT)).await;
    let (head, _) = parts("CreateKey", &json!({})).await;
    for framing in ["content-length: 1000", "transfer-encoding: chunked"] {
        let mut peer = served.connect().await;
        peer.send(format!("{head}{framing}\r\n\r\n")).await;
        while peer.stream.try_read_buf(&mut peer.read).is_err() {
            if peer.stream.write_all(b"1\r\n \r\n").await.is_err() {
                break;
            }
            tokio::time::sleep(SHORT / 20).await;
        }
        let answer = peer.answer().await;
        is_awss(&answer, 408, "RequestTimeoutException");
        assert_eq!(header(&answer.head, "connection"), Some("close"));
        peer.is_over().await;
    }
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_in_silence() {
    let served = Served::with(ServerOptions::default().head(SHORT).idle(SHORT)).await;
    let mut peer = served.connect().await;
    peer.is_over().await;
    let mut peer = served.connect().await;
    assert_eq!(peer.call("CreateKey", &json!({})).await.status, 200);
    peer.is_over().await;
}

#[tokio::test]
async fn a_connection_may_rest_longer_than_a_head_may_take() {
    let served = Served::with(ServerOptions::default().head(SHORT).body(SHORT)).await;
    let mut peer = served.connect().await;
    for _ in 0..2 {
        assert_eq!(peer.call("CreateKey", &json!({})).await.status, 200);
        tokio::time::sleep(SHORT * 2).await;
    }
}

#[tokio::test]
async fn a_peer_that_reads_no_answers_is_let_go() {
    let served = Served::with(ServerOptions::default().answer(SHORT).connections(1)).await;
    let mut deaf = served.connect().await;
    let request = bytes("GenerateRandom", &json!({"NumberOfBytes": 1024})).await;
    // Until both buffers are full, or he is let go.
    let fill = async { while deaf.stream.write_all(&request).await.is_ok() {} };
    let _ = tokio::time::timeout(LONG, fill).await;
    let mut next = served.connect().await;
    assert_eq!(next.call("CreateKey", &json!({})).await.status, 200);
}

#[tokio::test]
async fn who_comes_when_the_room_is_full_waits_until_somebody_goes() {
    let served = Served::with(ServerOptions::default().connections(2)).await;
    let (mut first, mut second) = (served.connect().await, served.connect().await);
    assert_eq!(first.call("CreateKey", &json!({})).await.status, 200);
    assert_eq!(second.call("CreateKey", &json!({})).await.status, 200);
    let mut third = served.connect().await;
    third.send(bytes("CreateKey", &json!({})).await).await;
    tokio::time::sleep(SHORT).await;
    assert!(third.stream.try_read_buf(&mut third.read).is_err(), "the room is full");
    drop(first);
    assert_eq!(third.answer().await.status, 200);
}

#[tokio::test]
async fn a_refusal_reaches_who_is_still_sending() {
    let served = Served::with(ServerOptions::default()).await;
    let (head, _) = parts("CreateKey", &json!({})).await;
    let mut peer = served.connect().await;
    peer.send(format!("{head}content-length: {}\r\n\r\n", 16 << 20)).await;
    // Everything is sent before anything is read.
    peer.send(vec![b' '; 16 << 20]).await;
    is_awss(&peer.answer().await, 413, "RequestEntityTooLargeException");
    peer.is_over().await;
}

#[tokio::test]
async fn at_the_end_what_came_in_is_answered_and_what_rests_is_closed() {
    let mut served = Served::with(ServerOptions::default().ending(LONG * 2)).await;
    let (mut resting, mut sending) = (served.connect().await, served.connect().await);
    assert_eq!(resting.call("CreateKey", &json!({})).await.status, 200);
    let request = bytes("CreateKey", &json!({})).await;
    let (most, last) = request.split_at(request.len() - 1);
    assert_eq!(sending.call("CreateKey", &json!({})).await.status, 200);
    sending.send(most).await;
    tokio::time::sleep(SHORT).await;
    served.stop();
    resting.is_over().await;
    sending.send(last).await;
    let answer = sending.answer().await;
    assert_eq!((answer.status, header(&answer.head, "connection")), (200, Some("close")));
    sending.is_over().await;
    let address = served.address;
    served.ended().await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn the_end_waits_for_nobody_for_ever() {
    let mut served = Served::with(ServerOptions::default().ending(SHORT)).await;
    let mut peer = served.connect().await;
    let request = bytes("CreateKey", &json!({})).await;
    peer.send(&request[..request.len() - 1]).await;
    tokio::time::sleep(SHORT).await;
    served.stop();
    assert_eq!(served.ended().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    peer.is_over().await;
}

#[tokio::test]
async fn a_full_room_ends_too() {
    let mut served = Served::with(ServerOptions::default().connections(1)).await;
    let mut peer = served.connect().await;
    assert_eq!(peer.call("CreateKey", &json!({})).await.status, 200);
    served.stop();
    served.ended().await.unwrap();
}

#[tokio::test]
async fn the_date_of_an_answer_is_the_strongrooms() {
    let room = strongroom::testing::strongroom(1).unwrap();
    let served = Served::on(&room.kms, ServerOptions::default()).await;
    let mut peer = served.connect().await;
    // Its clock stands still, far from the signature's time.
    let answer = peer.call("CreateKey", &json!({})).await;
    is_awss(&answer, 400, "InvalidSignatureException");
    assert_eq!(header(&answer.head, "date"), Some("Sun, 01 Mar 2026 00:00:00 GMT"));
}

/// A child that may open few files: a test of its own when this variable is set.
const FEW_FILES: &str = "STRONGROOM_TEST_FEW_FILES";

#[tokio::test]
async fn without_descriptors_the_server_waits_and_goes_on() {
    if std::env::var_os(FEW_FILES).is_some() {
        return serve_until_the_input_ends().await;
    }
    let (mut child, address) = start_with_few_files();
    // More than it can take: they stand in the system's queue.
    let mut peers = Vec::new();
    for _ in 0..60 {
        peers.push(Peer::connect(address).await);
    }
    tokio::time::sleep(SHORT * 4).await;
    let spent = cpu_time(child.id());
    peers.drain(..40);
    assert_eq!(peers.last_mut().unwrap().call("CreateKey", &json!({})).await.status, 200);
    drop((peers, child.stdin.take()));
    assert!(child.wait().unwrap().success());
    if let Some(spent) = spent {
        assert!(spent < Duration::from_millis(500), "it spins: {spent:?}");
    }
}

fn start_with_few_files() -> (std::process::Child, SocketAddr) {
    use std::process::{Command, Stdio};
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -n 40; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["server::without_descriptors_the_server_waits_and_goes_on", "--exact", "--nocapture"])
        .env(FEW_FILES, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let address = lines.find_map(|line| line.unwrap().strip_prefix("address ").map(|at| at.parse().unwrap())).unwrap();
    // Whatever else it prints is read, too.
    std::thread::spawn(move || lines.count());
    (child, address)
}

async fn serve_until_the_input_ends() {
    let mut served = Served::with(ServerOptions::default()).await;
    println!("\naddress {}", served.address);
    let input = tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink()));
    input.await.unwrap().unwrap();
    served.stop();
    served.ended().await.unwrap();
}

/// What a process has computed (proc(5), `stat`, fields 14 and 15: hundredths of a second), where that can be asked.
fn cpu_time(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}
