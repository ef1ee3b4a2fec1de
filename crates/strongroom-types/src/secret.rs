//! Bytes that must not be seen.

use std::fmt;

use zeroize::Zeroize;

/// Secret bytes in ordinary memory: a caller's plaintext on its way in or out, a passphrase.
///
/// It never reallocates, it is wiped on drop, and the only way to its bytes is
/// [`expose_secret`](Self::expose_secret). It has no `Display`, no `PartialEq` and no `Clone`.
/// Key material that outlives a call does not live here but in `strongroom-memory`.
pub struct Secret(Box<[u8]>);

impl Secret {
    /// A secret of `len` bytes, written by `fill` in place.
    pub fn with<E>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Self(vec![0; len].into_boxed_slice());
        fill(&mut secret.0)?;
        Ok(secret)
    }

    /// The bytes. The name is there for the reviewer.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to be changed in place.
    pub fn expose_secret_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// How many bytes there are; the length of a secret is not secret.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A second copy, by a name that shows in review.
    #[must_use]
    pub fn clone_secret(&self) -> Self {
        Self(self.0.clone())
    }
}

impl From<Vec<u8>> for Secret {
    /// Takes the bytes over. If the vector has spare capacity the bytes move once, and the old
    /// allocation is wiped.
    fn from(mut bytes: Vec<u8>) -> Self {
        if bytes.len() == bytes.capacity() {
            return Self(bytes.into_boxed_slice());
        }
        let secret = Self(bytes.as_slice().into());
        bytes.zeroize();
        secret
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl From<&str> for Secret {
    /// The text's bytes, in UTF-8.
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl From<String> for Secret {
    /// Takes the text's bytes over, as from a vector.
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl<const N: usize> From<[u8; N]> for Secret {
    /// Copies the bytes, and wipes what was handed over. Copies that the caller's own moves left are his.
    fn from(mut bytes: [u8; N]) -> Self {
        let secret = Self(bytes.as_slice().into());
        bytes.zeroize();
        secret
    }
}

impl<const N: usize> From<&[u8; N]> for Secret {
    fn from(bytes: &[u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // As a slice: `zeroize` wipes a `Box<[u8]>` byte by byte, and a slice in bulk.
        self.0.as_mut().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_bytes_nor_length() {
        assert_eq!(format!("{:?}", Secret::from(vec![1, 2, 3])), "Secret(..)");
    }

    #[test]
    fn texts_and_arrays_are_their_bytes() {
        let secrets: [Secret; 6] = [
            "abc".into(),
            String::from("abc").into(),
            b"abc".into(),
            (*b"abc").into(),
            b"abc"[..].into(),
            vec![97, 98, 99].into(),
        ];
        assert!(secrets.iter().all(|secret| secret.expose_secret() == b"abc"));
        assert!(Secret::from("").is_empty());
    }

    #[test]
    fn spare_capacity_does_not_change_the_bytes() {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(b"abc");
        assert_eq!(Secret::from(bytes).expose_secret(), b"abc");
    }
}
