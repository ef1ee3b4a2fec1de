//! Arbitrary bytes into AWS's protocol: a head and a body as they come; or a body under a correct signature, so that it
//! gets to the JSON and to every operation. Whatever comes: no panic, a status of 200 or 4xx, AWS's shape.
#![no_main]

use std::sync::Mutex;

use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use libfuzzer_sys::fuzz_target;
use strongroom::{Caller, Operation, Secret, testing};
use strongroom_aws::{Body, Credential, CredentialTable, KmsService};
use strongroom_fuzz::sigv4::{self, Parts};
use strongroom_types::json::{Reader, Token};

/// The strongroom is made anew after so many requests: what one leaves behind reaches few others.
const REQUESTS: usize = 1_024;

/// Bytes that a request may make the service hold, beside so many for each of its own: a JSON item of three bytes becomes
/// a value of dozens.
const FIXED: u64 = 8 << 20;
const PER_BYTE: u64 = 256;

/// Never dropped: not even at the end, when the allocator can no longer count.
static SERVED: Mutex<Option<(KmsService, usize)>> = Mutex::new(None);

/// One whose keys, ids and time are always the same, with a key of each kind that is quickly made.
fn service() -> KmsService {
    let room = testing::strongroom(7).unwrap();
    let root = room.kms.client(Caller::root()).unwrap();
    for request in sigv4::KEYS {
        root.call_json(Operation::CreateKey, request.as_bytes()).result.unwrap();
    }
    let root = Credential::new("test", Secret::from("test"), room.kms.bind(Caller::root()).unwrap());
    KmsService::new(room.kms, CredentialTable::from_iter([root]))
}

fuzz_target!(|data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    // Making an RSA key takes longer than ten thousand refusals.
    if data.windows(4).any(|word| word == b"RSA_") {
        return;
    }
    let Some((parts, body)) = request(mode, data) else { return };
    let service = {
        let mut served = SERVED.lock().unwrap();
        let (service, count) = served.take().filter(|(_, count)| *count < REQUESTS).unwrap_or_else(|| (service(), 0));
        served.insert((service, count + 1)).0.clone()
    };
    let mut answer = None;
    let held = allocation_counter::measure(|| answer = Some(service.answer(&parts, &body))).bytes_max;
    let limit = FIXED + PER_BYTE * data.len() as u64;
    assert!(held <= limit, "{} bytes made the service hold {held} bytes", data.len());
    check(answer.unwrap());
});

/// What the bytes say: a head and a body; a signed body for an operation by number; both, of which the head's headers
/// stand beside those that were signed; a signed body for a target and a Region by name.
fn request(mode: u8, data: &[u8]) -> Option<(Parts, Vec<u8>)> {
    match mode % 4 {
        0 => raw(data),
        1 => {
            let (&number, body) = data.split_first()?;
            let name = Operation::ALL[usize::from(number) % Operation::ALL.len()].as_str();
            Some((sigv4::signed(&format!("TrentService.{name}"), "us-east-1", body)?, body.to_vec()))
        }
        2 => {
            // A head of the input's own on top of one that is signed.
            let (own, body) = raw(data)?;
            let mut parts = sigv4::signed("TrentService.ListKeys", "us-east-1", &body)?;
            parts.headers.extend(own.headers);
            Some((parts, body))
        }
        _ => {
            let mut lines = data.splitn(3, |byte| *byte == b'\n');
            let (target, region) = (std::str::from_utf8(lines.next()?).ok()?, std::str::from_utf8(lines.next()?).ok()?);
            let body = lines.next()?;
            Some((sigv4::signed(target, region, body)?, body.to_vec()))
        }
    }
}

/// `METHOD URI`, headers line by line, an empty line, the body. What HTTP's types can't hold never reaches the service.
fn raw(data: &[u8]) -> Option<(Parts, Vec<u8>)> {
    let end = data.windows(2).position(|two| two == b"\n\n")?;
    let mut lines = data[..end].split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let method = Method::from_bytes(first.next()?).ok()?;
    let uri = Uri::try_from(first.next()?).ok()?;
    let mut parts = Request::builder().method(method).uri(uri).body(()).ok()?.into_parts().0;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) =
            (HeaderName::from_bytes(&line[..colon]).ok()?, HeaderValue::from_bytes(&line[colon + 1..]).ok()?);
        parts.headers.append(name, value);
    }
    Some((parts, data[end + 2..].to_vec()))
}

/// What holds of every answer.
fn check(answer: Response<Body>) {
    let (head, body) = answer.into_parts();
    let body = body.into_inner().unwrap_or_default();
    let text = std::str::from_utf8(&body).unwrap();
    assert!(head.status == 200 || head.status.is_client_error(), "{} {text}", head.status);
    assert_eq!(head.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(head.headers["x-amzn-requestid"].len(), 36);
    let mut reader = Reader::new(text, 16);
    let mut tokens = Vec::new();
    while !body.is_empty()
        && let Some((token, _)) = reader.next().unwrap()
    {
        tokens.push(token);
    }
    if head.status != 200 {
        assert_eq!(tokens.get(1), Some(&Token::Name("__type".into())), "{text}");
        assert!(tokens.len() == 4 || tokens.len() == 6, "{text}");
    }
}
