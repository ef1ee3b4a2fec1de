//! The encryption context as it stands in a message, which is also what wrapping keys authenticate.

use strongroom_types::{EncryptionContext, MAX_ENCODED_CONTEXT};

use crate::{
    Error,
    error::{ContextRefused, Limit, LimitExceeded, Malformed},
};

/// Keys beginning so are the format's own.
const RESERVED: &str = "aws-crypto-";
/// The key under which signed suites keep their public key.
const PUBLIC_KEY: &str = "aws-crypto-public-key";

/// Empty for no pairs, else [`EncryptionContext::encode_into`]: the additional data of raw keyrings,
/// and with a length before it the field of the header.
pub(crate) fn encode(context: &EncryptionContext) -> Vec<u8> {
    let mut out = Vec::new();
    if !context.is_empty() {
        context.encode_into(&mut out);
    }
    out
}

/// Refuses keys that callers may not set.
pub(crate) fn check_writable(context: &EncryptionContext) -> Result<(), Error> {
    match context.iter().find(|(key, _)| key.starts_with(RESERVED)) {
        Some((key, _)) => Err(ContextRefused::ReservedKey(key.to_owned()).into()),
        None => Ok(()),
    }
}

/// Refuses a context that lacks a pair of `expected`.
pub(crate) fn check_expected(context: &EncryptionContext, expected: &EncryptionContext) -> Result<(), Error> {
    match expected.iter().find(|(key, value)| context.get(key) != Some(value)) {
        Some((key, _)) => Err(ContextRefused::Mismatch(key.to_owned()).into()),
        None => Ok(()),
    }
}

/// Reads the field's bytes, which begin at byte `at` of the message. Only the one encoding that
/// [`encode`] gives is accepted: another order or a pair twice would not unwrap in other SDKs.
pub(crate) fn decode(bytes: &[u8], at: u64) -> Result<EncryptionContext, Error> {
    if bytes.is_empty() {
        return Ok(EncryptionContext::EMPTY);
    }
    if bytes.len() > MAX_ENCODED_CONTEXT {
        return Err(LimitExceeded::new(Limit::Context, bytes.len() as u64, MAX_ENCODED_CONTEXT as u64).into());
    }
    let malformed = |what| Malformed::new(at, what);
    let (count, pairs) = bytes.split_first_chunk().ok_or(malformed("the encryption context has no count"))?;
    let count = usize::from(u16::from_be_bytes(*count));
    if count == 0 {
        return Err(malformed("the encryption context counts zero pairs").into());
    }
    check(pairs, count).map_err(malformed)?;
    // Checked to be sorted and unique, so nothing below can fail.
    EncryptionContext::from_pairs(Pairs { rest: pairs, left: count })
        .map_err(|_| malformed("the encryption context has a key twice").into())
}

fn check(mut rest: &[u8], count: usize) -> Result<(), &'static str> {
    let mut before: Option<&str> = None;
    for _ in 0..count {
        let (key, after) = text(rest)?;
        let (_, after) = text(after)?;
        if before.is_some_and(|before| before.as_bytes() >= key.as_bytes()) {
            return Err("the keys of the encryption context are not in ascending order, or one is there twice");
        }
        if key == PUBLIC_KEY {
            return Err("the encryption context has a public key, and the suite does not sign");
        }
        (before, rest) = (Some(key), after);
    }
    if rest.is_empty() { Ok(()) } else { Err("bytes follow the last pair of the encryption context") }
}

fn text(bytes: &[u8]) -> Result<(&str, &[u8]), &'static str> {
    const SHORT: &str = "the encryption context is shorter than its lengths say";
    let (len, rest) = bytes.split_first_chunk().ok_or(SHORT)?;
    let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len))).ok_or(SHORT)?;
    Ok((std::str::from_utf8(text).map_err(|_| "the encryption context is not UTF-8")?, rest))
}

/// The pairs of checked bytes, with their number known so that the collection allocates once.
struct Pairs<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let (key, rest) = text(self.rest).ok()?;
        let (value, rest) = text(rest).ok()?;
        self.rest = rest;
        Some((key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_encoding_is_read() {
        let good = [0, 2, 0, 1, b'a', 0, 0, 0, 1, b'b', 0, 1, b'x'];
        let context = decode(&good, 0).unwrap();
        assert_eq!(context.iter().collect::<Vec<_>>(), [("a", ""), ("b", "x")]);
        assert_eq!(encode(&context), good);
        assert!(encode(&EncryptionContext::EMPTY).is_empty());
        for bad in [
            &[0][..],
            &[0, 0],
            &[0, 1, 0, 1, b'a', 0, 0, 7],
            &[0, 2, 0, 1, b'b', 0, 0, 0, 1, b'a', 0, 0],
            &[0, 2, 0, 1, b'a', 0, 0, 0, 1, b'a', 0, 0],
            &[0, 1, 0, 1, 0xFF, 0, 0],
            &[255, 255, 0, 1, b'a', 0, 0],
        ] {
            assert!(matches!(decode(bad, 0), Err(Error::Malformed(_))), "{bad:?}");
        }
    }
}
