//! Runs a row three ways.

use std::fmt;
use std::ops::AddAssign;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use strongroom::Operation;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::answer::Told;
use super::names::Names;
use super::row::{Builder, Row};
use super::stage::{AGENT, REGION, Stage};
use crate::support::{Endpoint, send, signed};

/// How much was run.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    rows: usize,
    errors: usize,
    two_ways: usize,
    pub(crate) comparisons: usize,
}

impl Counts {
    pub(crate) fn row(&mut self, row: &Row) {
        self.rows += 1;
        self.errors += usize::from(row.is_error());
        self.two_ways += usize::from(matches!(row.builder, Builder::Unsayable));
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.rows += more.rows;
        self.errors += more.errors;
        self.two_ways += more.two_ways;
        self.comparisons += more.comparisons;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, errors, two_ways, comparisons } = self;
        write!(f, "{rows} rows, {errors} of them errors, {two_ways} only in JSON; {comparisons} comparisons")
    }
}

/// What came of a call one way.
struct Reflection {
    names: Names,
    told: Told,
    /// Of the wire.
    headers: Option<HeaderMap>,
    /// The call's own and what followed from it, as CloudTrail shows them.
    events: Vec<Value>,
    afterwards: Vec<Told>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Builders,
    Service,
    Socket,
}

/// Runs a row each way that it can be said, and holds the ways against each other and against what is expected. Answers how
/// many comparisons that were.
pub(crate) async fn mirrored(row: &Row) -> Result<usize, String> {
    let mut compared = Compared(0);
    let (service, socket) = (reflect(row, Way::Service).await, reflect(row, Way::Socket).await);
    compared.expected(row, &service)?;
    compared.alike("the socket and the service", &service, &socket)?;
    compared.equal("source address", &address(&socket), &Some("127.0.0.1"))?;
    compared.headers(&service)?;
    compared.headers(&socket)?;
    let without_id = |headers: &Option<HeaderMap>| {
        let mut headers = headers.clone().unwrap_or_default();
        // What belongs to the connection.
        for name in [header::CONNECTION, header::DATE, header::CONTENT_LENGTH] {
            headers.remove(name);
        }
        headers
    };
    compared.equal("headers", &without_id(&service.headers), &without_id(&socket.headers))?;
    if let Builder::Call(_) = &row.builder {
        let builders = reflect(row, Way::Builders).await;
        compared.alike("the service and the builders", &builders, &service)?;
        compared.equal("source address", &address(&builders), &address(&service))?;
    }
    Ok(compared.0)
}

/// How many comparisons there were.
struct Compared(usize);

impl Compared {
    fn equal<T: PartialEq + fmt::Debug>(&mut self, what: &str, one: &T, other: &T) -> Result<(), String> {
        self.0 += 1;
        match one == other {
            true => Ok(()),
            false => Err(format!("  {what} differ:\n  {one:?}\n  {other:?}")),
        }
    }

    fn expected(&mut self, row: &Row, found: &Reflection) -> Result<(), String> {
        self.0 += 1 + row.afterwards.len();
        found.told.check(&row.expected, &found.names)?;
        row.afterwards.iter().zip(&found.afterwards).try_for_each(|((operation, _, expected), told)| {
            told.check(expected, &found.names).map_err(|why| format!("  {operation} afterwards:\n{why}"))
        })
    }

    /// Two ways: what was there before, status and body to the last byte, and the record.
    fn alike(&mut self, which: &str, one: &Reflection, other: &Reflection) -> Result<(), String> {
        let at = |what: &str| format!("{which}: {what}");
        self.equal(&at("names"), &one.names, &other.names)?;
        self.equal(&at("status"), &one.told.status, &other.told.status)?;
        self.equal(&at("bodies"), &one.told.body, &other.told.body)?;
        self.equal(&at("what is so afterwards"), &one.afterwards, &other.afterwards)?;
        self.equal(&at("events"), &one.events.len(), &other.events.len())?;
        for (one, other) in one.events.iter().zip(&other.events) {
            self.equal(&at("event"), &without_address(one), &without_address(other))?;
        }
        Ok(())
    }

    /// The headers of the wire, and that the call's event is the one that the answer names and says what the answer says.
    fn headers(&mut self, found: &Reflection) -> Result<(), String> {
        let headers = found.headers.as_ref().unwrap();
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        self.equal("content type", &text(header::CONTENT_TYPE), &Some("application/x-amz-json-1.1".to_owned()))?;
        let event = found.events.first().ok_or("  there is no event")?;
        let id = event["requestID"].as_str().map(str::to_owned);
        self.equal("request id", &text(HeaderName::from_static("x-amzn-requestid")), &id)?;
        self.equal("user agent", &event["userAgent"].as_str(), &Some(AGENT))?;
        let body: Value = serde_json::from_str(&found.told.body).unwrap_or_default();
        let recorded = event["errorCode"].as_str().map(|code| code.trim_end_matches("Exception"));
        self.equal("error code", &recorded, &body["__type"].as_str().map(|code| code.trim_end_matches("Exception")))
    }
}

/// The only thing in which the ways' events differ: where they came from.
fn without_address(event: &Value) -> Value {
    let mut event = event.clone();
    if let Some(members) = event.as_object_mut() {
        members.remove("sourceIPAddress");
    }
    event
}

fn address(reflection: &Reflection) -> Option<&str> {
    reflection.events.first()?["sourceIPAddress"].as_str()
}

async fn reflect(row: &Row, way: Way) -> Reflection {
    let (stage, mut names) = (Stage::new(), Names::default());
    row.given.iter().for_each(|given| given(&stage, &mut names));
    let before = stage.room.kms.status().unwrap().events;
    let (told, headers) = match way {
        Way::Builders => (built(row, &stage, &names), None),
        Way::Service | Way::Socket => {
            let response = on_the_wire(row, way, &stage, &names).await;
            let (parts, body) = response.into_parts();
            let told = Told { status: parts.status.as_u16(), body: String::from_utf8(body).unwrap() };
            (told, Some(parts.headers))
        }
    };
    let events = stage.room.kms.record().from(before).iter().unwrap();
    let views = events.flat_map(|event| {
        let views: Vec<Value> =
            event.unwrap().to_json().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        views
    });
    let events = views.collect();
    let asked = row.afterwards.iter().map(|(operation, request, _)| asked(&stage, &names, *operation, request));
    Reflection { told, headers, events, afterwards: asked.collect(), names }
}

fn asked(stage: &Stage, names: &Names, operation: Operation, request: &Value) -> Told {
    let answer = stage.root.call_json(operation, names.in_json(&request.to_string()).as_bytes());
    let json = answer.result.unwrap().unwrap();
    Told { status: 200, body: String::from_utf8(json.expose_secret().to_vec()).unwrap() }
}

fn built(row: &Row, stage: &Stage, names: &Names) -> Told {
    let Builder::Call(call) = &row.builder else { unreachable!("the row runs two ways") };
    call(&stage.client(row.who, row.region.unwrap_or(REGION)), names)
}

async fn on_the_wire(row: &Row, way: Way, stage: &Stage, names: &Names) -> Response<Vec<u8>> {
    let body = names.in_json(&row.request);
    let signing = stage.signing(row.who, row.region.unwrap_or(REGION));
    let mut request = signed(signing, row.operation.as_str(), body.as_bytes());
    request.headers_mut().insert(header::USER_AGENT, AGENT.parse().unwrap());
    match way {
        Way::Socket => over_a_socket(&Endpoint::start(stage.service()).await, request).await,
        _ => send(&stage.service(), request).await,
    }
}

/// One request over a connection of its own.
async fn over_a_socket(endpoint: &Endpoint, request: Request<Full<Bytes>>) -> Response<Vec<u8>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut text = format!("POST {} HTTP/1.1\r\n", parts.uri.path());
    for (name, value) in &parts.headers {
        text += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    text += &format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(endpoint.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    parsed(&answer)
}

fn parsed(answer: &[u8]) -> Response<Vec<u8>> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let (head, body) = (std::str::from_utf8(&answer[..end]).unwrap(), answer[end + 4..].to_vec());
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
    let mut response = Response::builder().status(status);
    for (name, value) in lines.map(|line| line.split_once(": ").unwrap()) {
        response = response.header(name, value);
    }
    let response = response.body(body).unwrap();
    let length: usize = response.headers()[header::CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
    assert_eq!(length, response.body().len());
    response
}
