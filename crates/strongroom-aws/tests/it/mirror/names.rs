//! What a row's placeholders stand for: `<key-arn>`, `<blob>`.

use std::collections::BTreeMap;
use std::ops::Index;

use base64ct::{Base64, Encoding as _};

/// What the strongroom made before the row's call, by name. It is the same in all three, or the row is wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    pub(crate) fn put(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Bytes are called by their base64.
    pub(crate) fn put_bytes(&mut self, name: &str, bytes: &[u8]) {
        self.put(name, base64(bytes));
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        Base64::decode_vec(&self[name]).unwrap()
    }

    /// A text that stands in JSON, with what its placeholders stand for.
    pub(crate) fn in_json(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            let quoted = serde_json::to_string(value).unwrap();
            text.replace(&format!("<{name}>"), quoted.trim_matches('"'))
        })
    }

    /// A plain text with what its placeholders stand for.
    pub(crate) fn in_text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("<{name}>"), value))
    }
}

impl Index<&str> for Names {
    type Output = str;

    fn index(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("nothing is called `{name}`"))
    }
}

/// Standard base64 with padding (RFC 4648 §4): AWS's form of a blob.
pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}
