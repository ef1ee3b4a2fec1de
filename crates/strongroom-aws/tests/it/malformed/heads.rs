//! Heads that name no operation, and signatures that are nobody's. What is wrong in the head is put there before it is
//! signed, so that nothing but it is wrong.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::{HeaderName, HeaderValue, Request, header};
use http_body_util::Full;

use crate::support::{Signing, signed};

pub(super) type Req = Request<Full<bytes::Bytes>>;

const JSON: &str = "application/x-amz-json-1.1";
const OPERATION: &str = "TrentService.ListKeys";

/// What is wrong, the request, and the `__type` that answers it.
pub(super) type Case = (String, Req, &'static str);

/// A signed request with this line and these headers.
fn with(method: &str, uri: &str, headers: &[(&str, &str)]) -> Req {
    let whole = format!("http://localhost{uri}");
    let identity = Credentials::new("test", "test", None, None, "tests").into();
    let params = v4::SigningParams::builder().identity(&identity).region("us-east-1").name("kms");
    let params = params.time(SystemTime::now()).settings(SigningSettings::default()).build().unwrap().into();
    let signable = [("host", "localhost")].into_iter().chain(headers.iter().copied());
    let signable = SignableRequest::new(method, &whole, signable, SignableBody::Bytes(b"{}")).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let mut request = Request::builder().method(method).uri(whole).body(Full::from("{}")).unwrap();
    request.headers_mut().insert(header::HOST, HeaderValue::from_static("localhost"));
    for (name, value) in headers {
        request.headers_mut().append(HeaderName::try_from(*name).unwrap(), (*value).try_into().unwrap());
    }
    instructions.apply_to_request_http1x(&mut request);
    request
}

fn usual(method: &str, uri: &str) -> Req {
    with(method, uri, &[("content-type", JSON), ("x-amz-target", OPERATION)])
}

/// What is served although it is unusual.
pub(super) fn good() -> Vec<(String, Req)> {
    let kinds = [
        JSON,
        "Application/X-AMZ-JSON-1.1",
        "application/x-amz-json-1.1; charset=utf-8",
        "application/x-amz-json-1.1;charset=UTF-8;x=y",
        "application/x-amz-json-1.1 ;",
    ];
    let mut all: Vec<(String, Req)> = kinds
        .iter()
        .map(|kind| {
            (format!("content type {kind}"), with("POST", "/", &[("content-type", kind), ("x-amz-target", OPERATION)]))
        })
        .collect();
    all.push(("an empty query".into(), usual("POST", "/?")));
    let more = [("content-type", JSON), ("x-amz-target", OPERATION), ("accept", "text/html"), ("x-other", "a,b")];
    all.push(("other headers".into(), with("POST", "/", &more)));
    all
}

/// Heads that name no operation.
pub(super) fn heads(not_served: &[&str]) -> Vec<Case> {
    let unknown = "UnknownOperationException";
    let mut all: Vec<Case> = Vec::new();
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE", "post", "POSTS"] {
        all.push((format!("method {method}"), usual(method, "/"), unknown));
    }
    for uri in [
        "/x",
        "//",
        "/.",
        "/%2F",
        "/%00",
        "/index.html",
        "/ListKeys",
        "/TrentService.ListKeys",
        "/?a",
        "/?a=b",
        "/??",
        "/?/",
        "/?Action=ListKeys&Version=2014-11-01",
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00",
        "/x?",
        "/..%2f..%2fetc",
    ] {
        all.push((format!("target {uri}"), usual("POST", uri), unknown));
    }
    let mut star = usual("POST", "/");
    *star.uri_mut() = "*".parse().unwrap();
    all.push(("asterisk form".into(), star, unknown));
    let mut authority = usual("POST", "/");
    *authority.uri_mut() = "localhost:80".parse().unwrap();
    all.push(("authority form".into(), authority, unknown));
    all.extend(content_types());
    all.extend(targets(not_served));
    all
}

fn content_types() -> Vec<Case> {
    let refused = "SerializationException";
    let kinds = [
        "",
        "json",
        "application/json",
        "application/x-amz-json-1.0",
        "application/x-amz-json-1.10",
        "text/plain",
        "*/*",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/cbor",
        "application/x-amz-json-1.1, application/json",
        "; application/x-amz-json-1.1",
        "application/x-amz-json-1.1/x",
        "\"application/x-amz-json-1.1\"",
        "application /x-amz-json-1.1",
    ];
    let mut all: Vec<Case> = kinds
        .iter()
        .map(|kind| {
            let headers = [("content-type", *kind), ("x-amz-target", OPERATION)];
            (format!("content type {kind}"), with("POST", "/", &headers), refused)
        })
        .collect();
    all.push(("no content type".into(), with("POST", "/", &[("x-amz-target", OPERATION)]), refused));
    let twice = [("content-type", JSON), ("content-type", JSON), ("x-amz-target", OPERATION)];
    all.push(("content type twice".into(), with("POST", "/", &twice), refused));
    let mut no_text = usual("POST", "/");
    no_text.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_bytes(b"application/\xff").unwrap());
    all.push(("a content type that is no text".into(), no_text, refused));
    all
}

fn targets(not_served: &[&str]) -> Vec<Case> {
    let unknown = "UnknownOperationException";
    let long = format!("TrentService.{}", "x".repeat(30_000));
    let mut names: Vec<String> = [
        "",
        " ",
        "ListKeys",
        "TrentService",
        "TrentService.",
        ".ListKeys",
        "TrentService.listkeys",
        "TrentService.LISTKEYS",
        "trentservice.ListKeys",
        "TRENTSERVICE.ListKeys",
        "TrentService.ListKeys.x",
        "TrentService..ListKeys",
        "TrentService.ListKeys;",
        "TrentService.List Keys",
        "TrentService/ListKeys",
        "TrentService#ListKeys",
        "TrentServiceListKeys",
        "com.amazonaws.TrentService.ListKeys",
        "DynamoDB_20120810.ListTables",
        "DynamoDB_20120810.ListKeys",
        "AWSSecurityTokenServiceV20110615.GetCallerIdentity",
        "TrentService.MakeCoffee",
        "TrentService.ListKeys,TrentService.Encrypt",
        "TrentService.\"ListKeys\"",
        "*",
        "TrentService.*",
        &long,
    ]
    .map(str::to_owned)
    .into();
    names.extend(not_served.iter().map(|name| format!("TrentService.{name}")));
    let mut all: Vec<Case> = names
        .iter()
        .map(|name| {
            let request = with("POST", "/", &[("content-type", JSON), ("x-amz-target", name)]);
            (format!("target {}", &name[..name.len().min(60)]), request, unknown)
        })
        .collect();
    all.push(("no target".into(), with("POST", "/", &[("content-type", JSON)]), unknown));
    let twice = [("content-type", JSON), ("x-amz-target", OPERATION), ("x-amz-target", OPERATION)];
    all.push(("target twice".into(), with("POST", "/", &twice), "SerializationException"));
    let mut no_text = usual("POST", "/");
    no_text.headers_mut().insert("x-amz-target", HeaderValue::from_bytes(b"TrentService.ListKeys\xe9").unwrap());
    all.push(("a target that is no text".into(), no_text, "SerializationException"));
    all.push(("a head of 70 kB".into(), large([70_000; 1].into_iter()), "RequestHeaderSectionTooLarge"));
    all.push(("a head of 5,000 headers".into(), large([10; 5_000].into_iter()), "RequestHeaderSectionTooLarge"));
    all
}

fn large(lengths: impl Iterator<Item = usize>) -> Req {
    let mut request = usual("POST", "/");
    for (at, len) in lengths.enumerate() {
        let name = HeaderName::try_from(format!("x-{at}")).unwrap();
        request.headers_mut().insert(name, "v".repeat(len).try_into().unwrap());
    }
    request
}

/// Signatures that are none, and those of others.
pub(super) fn signatures() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(texts());
    all.extend(claims());
    all.extend(changed());
    all
}

fn set(name: &'static str, value: &str) -> Req {
    let mut request = usual("POST", "/");
    request.headers_mut().insert(name, value.try_into().unwrap());
    request
}

fn authorization() -> String {
    usual("POST", "/").headers()["authorization"].to_str().unwrap().to_owned()
}

/// `Authorization` as a text.
fn texts() -> Vec<Case> {
    let (missing, incomplete) = ("MissingAuthenticationTokenException", "IncompleteSignatureException");
    let mut unsigned = usual("POST", "/");
    unsigned.headers_mut().remove("authorization");
    let mut all: Vec<Case> = vec![("no signature".into(), unsigned, missing)];
    let good = authorization();
    let (algorithm, rest) = good.split_once(' ').unwrap();
    let parts: Vec<&str> = rest.split(", ").collect();
    let [credential, headers, signature] = parts[..] else { panic!("{good}") };
    let of = |parts: &[&str]| format!("{algorithm} {}", parts.join(", "));
    let scoped = |scope: &str| of(&[&format!("Credential={scope}"), headers, signature]);
    let hex = &signature["Signature=".len()..];
    let signed = |hex: &str| of(&[credential, headers, &format!("Signature={hex}")]);
    let listed = |list: &str| of(&[credential, &format!("SignedHeaders={list}"), signature]);
    let texts = [
        "x".into(),
        "Basic dGVzdDp0ZXN0".into(),
        "Bearer x".into(),
        algorithm.into(),
        format!("{algorithm} "),
        rest.into(),
        format!("AWS4-HMAC-SHA512 {rest}"),
        format!("AWS4-ECDSA-P256-SHA256 {rest}"),
        format!("aws4-hmac-sha256 {rest}"),
        format!("AWS3-HTTPS {rest}"),
        format!("{algorithm},{rest}"),
        of(&[headers, signature]),
        of(&[credential, signature]),
        of(&[credential, headers]),
        of(&[credential, headers, signature, signature]),
        of(&[credential, credential, headers, signature]),
        of(&[credential, headers, signature, "Other=x"]),
        of(&[credential, headers, signature, ""]),
        of(&["", "", ""]),
        of(&["=", "=", "="]),
        of(&["Credential", headers, signature]),
        of(&["credential=x", headers, signature]),
        scoped(""),
        scoped("test"),
        scoped("test/20260101"),
        scoped("test/20260101/us-east-1/kms"),
        scoped("////"),
        scoped("/////"),
        scoped("/20260101/us-east-1/kms/aws4_request"),
        scoped("test/20260101/us-east-1/kms/aws4_request/x"),
        scoped("test/20260101/us-east-1/kms/aws5_request"),
        scoped("test/20260101/us-east-1/kms/"),
        signed(""),
        signed("0"),
        signed(&hex[1..]),
        signed(&format!("{hex}0")),
        signed(&format!("{}g", &hex[1..])),
        signed(&"\u{20}".repeat(64)),
        signed(&format!("{}+1", &hex[2..])),
        listed(""),
        listed("Host"),
        listed("x-amz-date;host"),
        listed("host;host"),
        listed(";host"),
        listed("host;"),
    ];
    all.extend(
        texts
            .into_iter()
            .map(|text: String| (format!("authorization {text}"), set("authorization", &text), incomplete)),
    );
    let mut twice = usual("POST", "/");
    twice.headers_mut().append("authorization", good.try_into().unwrap());
    all.push(("authorization twice".into(), twice, ""));
    let mut no_text = usual("POST", "/");
    no_text.headers_mut().insert("authorization", HeaderValue::from_bytes(b"AWS4-HMAC-SHA256 \xff").unwrap());
    all.push(("authorization that is no text".into(), no_text, ""));
    all
}

/// Well-formed, of somebody else or for something else.
fn claims() -> Vec<Case> {
    let (invalid, unrecognized) = ("InvalidSignatureException", "UnrecognizedClientException");
    let usual = Signing::default();
    let by = |with: Signing<'_>| signed(with, "ListKeys", b"{}");
    let at = |seconds: i64| {
        let (now, by_seconds) = (SystemTime::now(), Duration::from_secs(seconds.unsigned_abs()));
        by(Signing { time: Some(if seconds < 0 { now - by_seconds } else { now + by_seconds }), ..usual })
    };
    let mut all: Vec<Case> = vec![
        ("the wrong secret".into(), by(Signing { secret: "tset", ..usual }), invalid),
        ("the empty secret".into(), by(Signing { secret: "", ..usual }), invalid),
        ("a token where there is none".into(), by(Signing { token: Some("x"), ..usual }), unrecognized),
    ];
    for id in ["tset", "Test", "AKIDEXAMPLE", "test ", ".."] {
        all.push((
            format!("access key {id:?}"),
            by(Signing { id, ..usual }),
            if id == "test " { "" } else { unrecognized },
        ));
    }
    for service in ["s3", "sts", "KMS", "kms ", "", "execute-api"] {
        all.push((
            format!("service {service:?}"),
            by(Signing { service, ..usual }),
            if service == "kms " { "" } else { invalid },
        ));
    }
    for region in ["", "us-east-1 ", "US-EAST-1", "*", "us_east_1", &"x".repeat(5_000)] {
        let what = format!("Region {:?}", &region[..region.len().min(20)]);
        all.push((what, by(Signing { region, ..usual }), if region == "us-east-1 " { "" } else { invalid }));
    }
    for seconds in [-400, -3_600, -86_400, -700_000_000, 400, 3_600, 86_400, 700_000_000] {
        all.push((format!("signed at {seconds} s"), at(seconds), invalid));
    }
    let long_token = "t".repeat(20_000);
    all.push(("an enormous token".into(), by(Signing { token: Some(&long_token), ..usual }), unrecognized));
    all.extend(dates());
    all
}

fn dates() -> Vec<Case> {
    let mut all = Vec::new();
    let mut undated = usual("POST", "/");
    undated.headers_mut().remove("x-amz-date");
    all.push(("no date".into(), undated, ""));
    for date in [
        "",
        "x",
        "0",
        "20260101",
        "20260101T000000",
        "2026-01-01T00:00:00Z",
        "20260101T000000z",
        "20261301T000000Z",
        "20260132T000000Z",
        "20260101T250000Z",
        "20260101T006000Z",
        "00000000T000000Z",
        "99991231T235959Z",
        "-0260101T000000Z",
        "20260101 000000Z",
        "20260101T000000Z, 20260101T000000Z",
        "Thu, 01 Jan 2026 00:00:00 GMT",
        "1767225600",
        "20260101T000000.000Z",
    ] {
        all.push((format!("date {date:?}"), set("x-amz-date", date), ""));
    }
    all
}

/// Signed, and changed thereafter; or replayed elsewhere.
fn changed() -> Vec<Case> {
    let invalid = "InvalidSignatureException";
    let mut all: Vec<Case> = Vec::new();
    let good = authorization();
    let start = good.len() - 64;
    for at in start..good.len() {
        let other = if good.as_bytes()[at] == b'0' { "1" } else { "0" };
        let text = format!("{}{other}{}", &good[..at], &good[at + 1..]);
        all.push((format!("digit {} of the signature", at - start), set("authorization", &text), invalid));
    }
    for body in ["", "{ }", "{}\n", "{\"Limit\":1}", "[]"] {
        let mut request = usual("POST", "/");
        *request.body_mut() = Full::from(body);
        all.push((format!("another body {body:?}"), request, invalid));
    }
    let elsewhere = good.replace("/us-east-1/", "/eu-west-1/");
    all.push(("for another Region".into(), set("authorization", &elsewhere), invalid));
    let another = with("POST", "/", &[("content-type", JSON), ("x-amz-target", "TrentService.ListAliases")]);
    let mut replayed = usual("POST", "/");
    replayed.headers_mut().insert("authorization", another.headers()["authorization"].clone());
    all.push(("for another operation".into(), replayed, invalid));
    all.push(("another host".into(), set("host", "example.org"), invalid));
    all.push(("another content type".into(), set("content-type", "application/x-amz-json-1.1; x"), invalid));
    all.push(("a header of AWS's that is not signed".into(), set("x-amz-more", "x"), invalid));
    all.push(("a token that is not signed".into(), set("x-amz-security-token", "x"), invalid));
    for hash in [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "",
        "0",
        &"0".repeat(64),
        &"F".repeat(64),
    ] {
        let signed =
            with("POST", "/", &[("content-type", JSON), ("x-amz-content-sha256", hash), ("x-amz-target", OPERATION)]);
        all.push((format!("payload {hash:?}"), signed, invalid));
    }
    let without_host =
        good.replace("content-type;host;x-amz-date;x-amz-target", "content-type;x-amz-date;x-amz-target");
    all.push(("the host not signed".into(), set("authorization", &without_host), invalid));
    let more = good.replace(";x-amz-target", ";x-amz-target;x-missing");
    all.push(("a signed header that is not there".into(), set("authorization", &more), invalid));
    let enormous = good.replace(
        ";x-amz-target",
        &format!(";x-amz-target;{}", (0..3_000).map(|at| format!("y{at:05}")).collect::<Vec<_>>().join(";")),
    );
    all.push(("three thousand signed headers".into(), set("authorization", &enormous), invalid));
    all
}
