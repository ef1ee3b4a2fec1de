//! Requests that are signed as AWS's clients sign them, at the time at which the strongrooms for tests stand still.
//! Signature Version 4: AWS General Reference, "Signature Version 4 signing process".

use http::{HeaderValue, Request};
use strongroom_crypto::{DigestAlgorithm, MacAlgorithm};

use crate::provider;

pub use http::request::Parts;

/// The keys that the strongroom has, as the requests that make them: with one seed they have the same ids always.
pub const KEYS: [&str; 3] = [
    "{}",
    r#"{"KeySpec":"ECC_NIST_P256","KeyUsage":"SIGN_VERIFY"}"#,
    r#"{"KeySpec":"HMAC_256","KeyUsage":"GENERATE_VERIFY_MAC"}"#,
];

/// Where `strongroom::testing::FakeClock` begins.
const DATE: &str = "20260301";
const TIME: &str = "20260301T000000Z";

/// The head of a request for `target`, with this body, signed by `test`/`test` for a Region. `None` if a header can't hold it.
#[must_use]
pub fn signed(target: &str, region: &str, body: &[u8]) -> Option<Parts> {
    let content_type = "application/x-amz-json-1.1";
    let mut request = Request::post("http://localhost/").body(()).ok()?;
    let headers = request.headers_mut();
    headers.insert("host", HeaderValue::from_static("localhost"));
    headers.insert("content-type", HeaderValue::from_static(content_type));
    headers.insert("x-amz-date", HeaderValue::from_static(TIME));
    headers.insert("x-amz-target", HeaderValue::from_str(target).ok()?);
    let names = "content-type;host;x-amz-date;x-amz-target";
    let squeezed: Vec<&str> = target.split(' ').filter(|part| !part.is_empty()).collect();
    let canonical = format!(
        "POST\n/\n\ncontent-type:{content_type}\nhost:localhost\nx-amz-date:{TIME}\nx-amz-target:{}\n\n{names}\n{}",
        squeezed.join(" "),
        hex(&sha256(body)),
    );
    let scope = format!("{DATE}/{region}/kms/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{TIME}\n{scope}\n{}", hex(&sha256(canonical.as_bytes())));
    let key = [DATE, region, "kms", "aws4_request"]
        .iter()
        .fold(b"AWS4test".to_vec(), |key, part| mac(&key, part.as_bytes()).to_vec());
    let signature = hex(&mac(&key, to_sign.as_bytes()));
    let text = format!("AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={names}, Signature={signature}");
    headers.insert("authorization", HeaderValue::from_str(&text).ok()?);
    Some(request.into_parts().0)
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    provider().digest.digest(DigestAlgorithm::Sha256, &[bytes], &mut out).unwrap();
    out
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    provider().mac.compute(MacAlgorithm::HmacSha256, key, &[text], &mut out).unwrap();
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
