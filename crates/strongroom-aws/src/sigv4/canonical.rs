//! The canonical request.

use http::request::Parts;
use http::{HeaderMap, header};

use super::authorization::Authorization;
use crate::fault::Fault;

/// That the signed headers are a list in order, and cover the host and everything of AWS's that is there. What the list
/// names and the request lacks is signed as empty.
pub(super) fn check_signed(headers: &HeaderMap, authorization: &Authorization) -> Result<(), Fault> {
    let signed = authorization.signed_headers();
    let mut last = "";
    for name in signed.split(';') {
        if name <= last || name.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(Fault::incomplete_signature(
                "SignedHeaders must be in lower case, sorted, and name each header once.",
            ));
        }
        last = name;
    }
    let is_signed = |name: &str| signed.split(';').any(|other| other == name);
    if !is_signed("host") {
        return Err(Fault::invalid_signature("'Host' must be a 'SignedHeader' in the AWS Authorization."));
    }
    for name in headers.keys().map(http::HeaderName::as_str) {
        if name.starts_with("x-amz-") && !is_signed(name) {
            return Err(Fault::invalid_signature(format!(
                "There were headers present in the request which were not signed: {name}"
            )));
        }
    }
    Ok(())
}

/// The canonical request of `POST /` without a query.
pub(super) fn request(parts: &Parts, authorization: &Authorization, payload: &[u8; 64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(parts.method.as_str().as_bytes());
    out.extend_from_slice(b"\n/\n\n");
    for name in authorization.signed_headers().split(';') {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        let mut values = parts.headers.get_all(name).iter().peekable();
        if name == header::HOST.as_str() && values.peek().is_none() {
            let host = parts.uri.authority().map_or("", |authority| authority.as_str());
            out.extend_from_slice(host.as_bytes());
        }
        let mut first = true;
        for value in values {
            if !first {
                out.push(b',');
            }
            first = false;
            trimmed(value.as_bytes(), &mut out);
        }
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(authorization.signed_headers().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload);
    out
}

/// Without spaces at both ends, and with one where there are several.
fn trimmed(value: &[u8], out: &mut Vec<u8>) {
    let mut space = false;
    let start = out.len();
    for byte in value {
        if *byte == b' ' {
            space = true;
            continue;
        }
        if space && out.len() > start {
            out.push(b' ');
        }
        space = false;
        out.push(*byte);
    }
}

pub(super) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [0; 64];
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            *high = DIGITS.get(usize::from(byte >> 4)).copied().unwrap_or(b'0');
            *low = DIGITS.get(usize::from(byte & 15)).copied().unwrap_or(b'0');
        }
    }
    out
}
