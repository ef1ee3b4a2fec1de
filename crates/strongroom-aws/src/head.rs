//! What a request says before its body: the operation, and who is on the other end.

use std::net::IpAddr;

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use strongroom::Operation;

use crate::fault::Fault;

/// The address of the peer, as an extension of the request: `aws:SourceIp`, and `sourceIPAddress` in the record. Without it
/// the request came from inside the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "an address is all it is")]
pub struct PeerAddress(pub IpAddr);

/// `X-Amz-Target: TrentService.Encrypt`.
pub(crate) const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const SERVICE: &str = "TrentService.";
/// Of requests and answers.
pub(crate) const CONTENT_TYPE: HeaderValue = HeaderValue::from_static(JSON);
pub(crate) const JSON: &str = "application/x-amz-json-1.1";
/// So many bytes of target, names and values are looked at; session tokens are the longest of them, some kilobytes. What
/// is done for a head grows with it, and not everything in proportion.
const MAX_HEAD: usize = 64 * 1024;

/// The value of a header that may stand only once.
pub(crate) fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Fault> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Fault::serialization(format!("the header `{name}` stands twice")));
    }
    value.to_str().map(Some).map_err(|_| Fault::serialization(format!("the header `{name}` is no text")))
}

/// Whether a head is too large to be looked at.
fn is_large(parts: &Parts) -> bool {
    let uri = parts.uri.path().len().saturating_add(parts.uri.query().map_or(0, str::len));
    let headers = parts.headers.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len()));
    headers.fold(uri, usize::saturating_add) > MAX_HEAD
}

/// The operation that is asked for.
///
/// What names no operation is one error, whatever it is that does not (AWS documents no other). The media type is
/// compared as RFC 9110 §8.3.1 says, without its parameters: JSON is UTF-8, whatever a `charset` says.
pub(crate) fn operation(parts: &Parts) -> Result<Operation, Fault> {
    if is_large(parts) {
        return Err(Fault::large_head(MAX_HEAD));
    }
    if parts.method != Method::POST || parts.uri.path() != "/" || parts.uri.query().is_some_and(|q| !q.is_empty()) {
        return Err(Fault::unknown_operation());
    }
    let kind = only(&parts.headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(JSON) {
        return Err(Fault::serialization(format!("the content type is not `{JSON}`")));
    }
    target(only(&parts.headers, &TARGET)?.unwrap_or_default())
}

/// The operation that a target names.
pub(crate) fn target(target: &str) -> Result<Operation, Fault> {
    let operation = target.strip_prefix(SERVICE).and_then(|name| name.parse().ok());
    operation
        .filter(|operation| strongroom::served().any(|served| served == *operation))
        .ok_or_else(Fault::unknown_operation)
}
