//! What one way answered, and whether that is what was expected.

use std::any::TypeId;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use strongroom::Error;
use strongroom::types::NoOutput;
use strongroom_types::structure::Structure;

use super::names::Names;
use super::row::Expected;

/// An answer in the form of the wire: status and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Told {
    /// What a Rust caller got, written as AWS writes it.
    pub(crate) fn of<T: Structure + 'static>(result: Result<T, Error>) -> Self {
        match result {
            Ok(_) if TypeId::of::<T>() == TypeId::of::<NoOutput>() => Self { status: 200, body: String::new() },
            Ok(output) => {
                let mut body = Vec::new();
                strongroom_api::json::encode(&output, &mut body);
                Self { status: 200, body: String::from_utf8(body).unwrap() }
            }
            Err(error) => {
                let error = error.into_kms();
                let body = error_body(error.code().as_str(), error.message());
                Self { status: error.http_status(), body: body.to_string() }
            }
        }
    }

    /// Holds it against what was expected.
    pub(crate) fn check(&self, expected: &Expected, names: &Names) -> Result<(), String> {
        let (status, expected) = match expected {
            Expected::Nothing => (200, Value::Null),
            Expected::Answer(answer) => (200, serde_json::from_str(&names.in_json(&answer.to_string())).unwrap()),
            Expected::Error { code, message } => (400, error_body(code, &names.in_text(message))),
        };
        let found = match self.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&self.body).map_err(|error| format!("no JSON: {error}: {}", self.body))?,
        };
        let alike = self.status == status && fits(&expected, &found) && !(status == 200 && has_null(&found));
        match alike {
            true => Ok(()),
            false => Err(format!("  expected: {status} {expected}\n  answered: {} {found}", self.status)),
        }
    }
}

/// AWS's body of an error. Of all codes only `AccessDeniedException` writes its message with a capital.
fn error_body(code: &str, message: &str) -> Value {
    let name = if code == "AccessDeniedException" { "Message" } else { "message" };
    match message {
        "" => json!({"__type": code}),
        _ => json!({"__type": code, name: message}),
    }
}

/// Whether `found` is what was expected, where a text in angle brackets stands for any value of a kind, and one
/// that ends in `…` for any that begins like it.
fn fits(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::String(expected), Value::String(found)) => {
            let begins = expected.strip_suffix('…').is_some_and(|beginning| found.starts_with(beginning));
            begins || expected == found || is_kind(expected, found)
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(expected, found)| fits(expected, found))
        }
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(name, value)| found.get(name).is_some_and(|found| fits(value, found)))
        }
        _ => expected == found,
    }
}

/// `<base64>`: a blob of any length; `<base64:32>`: of 32 bytes; `<hex:64>`: 64 lower-case hexadecimal digits; `<id>`: a key id, or another UUID; `<arn>`: a key of the account and Region; `<text>`: any but the empty one.
fn is_kind(kind: &str, found: &str) -> bool {
    let Some(kind) = kind.strip_prefix('<').and_then(|kind| kind.strip_suffix('>')) else { return false };
    let (kind, length) =
        kind.split_once(':').map_or((kind, None), |(kind, length)| (kind, Some(length.parse().unwrap())));
    let is = |length: usize| move |wanted: usize| length == wanted;
    let hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match kind {
        "base64" => {
            Base64::decode_vec(found).is_ok_and(|bytes| !bytes.is_empty() && length.is_none_or(is(bytes.len())))
        }
        "hex" => hex(found) && length.is_none_or(is(found.len())),
        "id" => {
            found.len() == 36 && found.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && hex(&found.replace('-', ""))
        }
        "arn" => found.strip_prefix(&super::stage::arn("key/")).is_some_and(|id| is_kind("<id>", id)),
        "text" => !found.is_empty(),
        _ => false,
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(|value| value.is_null() || has_null(value)),
        Value::Array(items) => items.iter().any(|value| value.is_null() || has_null(value)),
        _ => false,
    }
}
