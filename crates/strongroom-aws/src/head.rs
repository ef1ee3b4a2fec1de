//! What a request says before its body: the operation, and who is on the other end.

use std::net::IpAddr;

use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, header};
use strongroom::Operation;

use crate::fault::Fault;

/// The address of the peer, as an extension of the request: `aws:SourceIp`, and `sourceIPAddress` in the record. Without it
/// the request came from inside the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "an address is all it is")]
pub struct PeerAddress(pub IpAddr);

/// `X-Amz-Target: TrentService.Encrypt`.
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const SERVICE: &str = "TrentService.";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The value of a header that may stand only once.
pub(crate) fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Fault> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Fault::serialization(format!("the header `{name}` stands twice")));
    }
    value.to_str().map(Some).map_err(|_| Fault::serialization(format!("the header `{name}` is no text")))
}

/// The operation that is asked for.
pub(crate) fn operation(parts: &Parts) -> Result<Operation, Fault> {
    if parts.method != Method::POST || parts.uri.path() != "/" || parts.uri.query().is_some_and(|q| !q.is_empty()) {
        return Err(Fault::unknown_operation());
    }
    let kind = only(&parts.headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(CONTENT_TYPE) {
        return Err(Fault::serialization(format!("the content type is not `{CONTENT_TYPE}`")));
    }
    let target = only(&parts.headers, &TARGET)?.unwrap_or_default();
    let operation = target.strip_prefix(SERVICE).and_then(|name| name.parse().ok());
    operation
        .filter(|operation| strongroom::served().any(|served| served == *operation))
        .ok_or_else(Fault::unknown_operation)
}
