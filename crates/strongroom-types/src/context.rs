//! The encryption context: pairs of strings that are authenticated and audited, never secret.

use std::fmt;

/// The longest canonical encoding, in bytes (8,192: what an external key store must accept as
/// additional data by the AWS external key store proxy specification, and a sensible bound for all).
pub const MAX_ENCODED_CONTEXT: usize = 8_192;

/// Why pairs are no encryption context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContextError {
    /// Two pairs have the same key.
    #[error("the encryption context has the key `{0}` twice")]
    DuplicateKey(String),
    /// The canonical encoding would be longer than [`MAX_ENCODED_CONTEXT`].
    #[error("the encryption context is `{0}` bytes long when encoded, and at most 8192 are allowed")]
    TooLong(usize),
}

/// Key-value pairs sorted by the bytes of their keys, without duplicates, and short enough to encode.
///
/// Empty and absent are the same thing. Nothing is normalised or case-folded.
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct EncryptionContext(Vec<(String, String)>);

impl EncryptionContext {
    /// Without pairs.
    pub const EMPTY: Self = Self(Vec::new());

    /// From pairs in any order.
    ///
    /// # Errors
    /// A duplicate key, or an encoding over [`MAX_ENCODED_CONTEXT`] bytes.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ContextError> {
        let mut pairs: Vec<(String, String)> = pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        pairs.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        if let Some((pair, _)) = pairs.iter().zip(pairs.iter().skip(1)).find(|(a, b)| a.0 == b.0) {
            return Err(ContextError::DuplicateKey(pair.0.clone()));
        }
        let context = Self(pairs);
        match context.encoded_len() {
            len if len > MAX_ENCODED_CONTEXT => Err(ContextError::TooLong(len)),
            _ => Ok(context),
        }
    }

    /// The pairs in the order of their keys' bytes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of `key`, compared byte for byte.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(k, _)| k.as_bytes().cmp(key.as_bytes())).ok()?;
        self.0.get(at).map(|(_, value)| value.as_str())
    }

    /// Bytes that [`encode_into`](Self::encode_into) will write.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.0.iter().fold(2_usize, |sum, (k, v)| sum.saturating_add(4).saturating_add(k.len()).saturating_add(v.len()))
    }

    /// Appends the canonical encoding: `count u16`, then per pair `len u16 ‖ key ‖ len u16 ‖ value`,
    /// big-endian, in the order of the keys' bytes. Empty is `0000`.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        // INVARIANT: the constructor bounds the whole encoding, so every count and length fits 16 bits.
        let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).to_be_bytes();
        out.reserve(self.encoded_len());
        out.extend_from_slice(&short(self.0.len()));
        for text in self.0.iter().flat_map(|(k, v)| [k, v]) {
            out.extend_from_slice(&short(text.len()));
            out.extend_from_slice(text.as_bytes());
        }
    }
}

impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(pairs: &[(&str, &str)]) -> Vec<u8> {
        let mut out = Vec::new();
        EncryptionContext::from_pairs(pairs.iter().copied()).unwrap().encode_into(&mut out);
        out
    }

    #[test]
    fn empty_is_two_zero_bytes() {
        assert_eq!(encode(&[]), [0, 0]);
    }

    #[test]
    fn order_of_the_pairs_does_not_matter_and_utf8_bytes_decide() {
        assert_eq!(encode(&[("～", "1"), ("🔑", "2")]), encode(&[("🔑", "2"), ("～", "1")]));
        assert!(encode(&[("🔑", "2"), ("～", "1")]).windows(3).position(|w| w == "～".as_bytes()) == Some(4));
    }

    #[test]
    fn nothing_is_normalised() {
        assert_ne!(encode(&[("é", "")]), encode(&[("e\u{301}", "")]));
    }

    #[test]
    fn a_duplicate_key_and_a_long_context_are_refused() {
        assert!(matches!(EncryptionContext::from_pairs([("a", "1"), ("a", "2")]), Err(ContextError::DuplicateKey(_))));
        let long = "x".repeat(MAX_ENCODED_CONTEXT - 2 - 4);
        assert!(EncryptionContext::from_pairs([("", long.as_str())]).is_ok());
        assert_eq!(
            EncryptionContext::from_pairs([("k", long.as_str())]),
            Err(ContextError::TooLong(MAX_ENCODED_CONTEXT + 1))
        );
    }

    #[test]
    fn keys_that_contain_length_prefixes_do_not_collide() {
        let corpus = ["", "\0", "\0\0", "\0\u{1}a", "a", "a\0\u{1}b", "\0\u{1}"];
        let mut seen = std::collections::HashMap::new();
        for a in corpus {
            for b in corpus {
                for c in corpus {
                    for d in corpus {
                        let Ok(context) = EncryptionContext::from_pairs([(a, b), (c, d)]) else { continue };
                        let mut out = Vec::new();
                        context.encode_into(&mut out);
                        let before = seen.insert(out, context.clone());
                        assert!(before.is_none_or(|b| b == context));
                    }
                }
            }
        }
    }
}
