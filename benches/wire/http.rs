//! A client that costs little: one connection, a request that was signed beforehand, and no more read of an answer than
//! where it ends.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::{Value, json};

use crate::Call;
use crate::load::Caller;

/// An endpoint with a key and a ciphertext, and what is asked of it.
pub(crate) struct Target {
    address: SocketAddr,
    call: Call,
    body: String,
}

impl Target {
    /// Makes the key and the ciphertext, by the endpoint's own answers.
    pub(crate) fn new(address: SocketAddr, call: Call) -> Self {
        let mut connection = Connection::new(address);
        let made = connection.json(Call::CreateKey, &body(Call::CreateKey, "", ""));
        let key = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
        let sealed = connection.json(Call::Encrypt, &body(Call::Encrypt, &key, ""));
        let body = body(call, &key, sealed["CiphertextBlob"].as_str().unwrap());
        Self { address, call, body }
    }

    /// A client, with a connection of its own.
    pub(crate) fn client(&self) -> Caller<'_> {
        self.client_of(self.address)
    }

    /// The same requests to another address.
    pub(crate) fn client_of(&self, address: SocketAddr) -> Caller<'_> {
        let mut connection = Connection::new(address);
        let request = Signed::new(address, self.call, &self.body).bytes();
        Box::new(move || assert_eq!(connection.exchange(&request), 200))
    }

    /// What the endpoint answers, as it is sent.
    pub(crate) fn answer(&self) -> Vec<u8> {
        let mut connection = Connection::new(self.address);
        assert_eq!(connection.exchange(&Signed::new(self.address, self.call, &self.body).bytes()), 200);
        connection.buffer
    }
}

/// The request of a call.
pub(crate) fn body(call: Call, key: &str, blob: &str) -> String {
    let context = json!({ "app": "orders", "tenant": "42" });
    let plaintext = "Wlpa".repeat(10) + "Wlo="; // 32 bytes
    let json = match call {
        Call::Encrypt => json!({ "KeyId": key, "Plaintext": plaintext, "EncryptionContext": context }),
        Call::Decrypt => json!({ "CiphertextBlob": blob, "EncryptionContext": context }),
        Call::GenerateDataKey => json!({ "KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context }),
        Call::DescribeKey => json!({ "KeyId": key }),
        Call::CreateKey => json!({}),
    };
    json.to_string()
}

/// A request that `test`/`test` signed.
pub(crate) struct Signed(pub(crate) http::Request<String>);

impl Signed {
    pub(crate) fn new(address: SocketAddr, call: Call, body: &str) -> Self {
        let (host, target) = (address.to_string(), format!("TrentService.{call:?}"));
        let headers = [("host", &*host), ("content-type", "application/x-amz-json-1.1"), ("x-amz-target", &*target)];
        let identity = Credentials::new("test", "test", None, None, "bench").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("kms")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let uri = format!("http://{host}/");
        let signable =
            SignableRequest::new("POST", &uri, headers.into_iter(), SignableBody::Bytes(body.as_bytes())).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let mut request = http::Request::post("/").body(body.to_owned()).unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(http::HeaderName::try_from(name).unwrap(), value.try_into().unwrap());
        }
        instructions.apply_to_request_http1x(&mut request);
        Self(request)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = b"POST / HTTP/1.1\r\n".to_vec();
        for (name, value) in self.0.headers() {
            out.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        out.extend_from_slice(format!("content-length: {}\r\n\r\n{}", self.0.body().len(), self.0.body()).as_bytes());
        out
    }
}

/// A connection that is made again when the other side closes it.
struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::with_capacity(8 << 10) }
    }

    /// Sends a request and reads the answer into the buffer; its status.
    fn exchange(&mut self, request: &[u8]) -> u16 {
        let mut stream = self.stream.take().unwrap_or_else(|| {
            let stream = TcpStream::connect(self.address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream
        });
        stream.write_all(request).unwrap();
        self.buffer.clear();
        let closes = read(&mut stream, &mut self.buffer);
        let status = std::str::from_utf8(&self.buffer[9..12]).unwrap().parse().unwrap();
        self.stream = (!closes).then_some(stream);
        status
    }

    fn json(&mut self, call: Call, body: &str) -> Value {
        let status = self.exchange(&Signed::new(self.address, call, body).bytes());
        let at = head_len(&self.buffer).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&self.buffer[at..]));
        serde_json::from_slice(&self.buffer[at..]).unwrap()
    }
}

/// Reads one message whose length is in its head; whether the connection ends with it.
fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> bool {
    let mut part = [0; 8 << 10];
    let mut whole = None;
    while whole.is_none_or(|whole| buffer.len() < whole) {
        let read = stream.read(&mut part).unwrap();
        if read == 0 {
            return true;
        }
        buffer.extend_from_slice(&part[..read]);
        whole = whole.or_else(|| head_len(buffer).map(|head| head + content_len(&buffer[..head])));
    }
    let head = &buffer[..head_len(buffer).unwrap()];
    head.starts_with(b"HTTP/1.0")
        || header(head, b"connection:").is_some_and(|value| value.eq_ignore_ascii_case(b"close"))
}

fn head_len(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn content_len(head: &[u8]) -> usize {
    std::str::from_utf8(header(head, b"content-length:").unwrap()).unwrap().parse().unwrap()
}

fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut lines = head.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let (start, value) = line.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
    })
}

/// What a socket and our client cost by themselves: a thread per connection, and one answer to everything.
pub(crate) struct Floor(SocketAddr);

impl Floor {
    pub(crate) fn start(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer: Arc<[u8]> = answer.into();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, answer) = (stream.unwrap(), Arc::clone(&answer));
                stream.set_nodelay(true).unwrap();
                std::thread::spawn(move || {
                    let mut request = Vec::new();
                    while !read(&mut stream, &mut request) {
                        request.clear();
                        stream.write_all(&answer).unwrap();
                    }
                });
            }
        });
        Self(address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0
    }
}
