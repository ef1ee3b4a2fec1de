//! Where an operation's output goes.

use std::fmt;

use strongroom_types::Secret;
use zeroize::Zeroize;

use crate::Error;

/// The output of one operation, of at most a length that the caller sets.
///
/// There is one output, put in whole, so that no copy of a plaintext stays behind where a buffer was
/// too small. What is not taken out with [`into_vec`](Self::into_vec) or
/// [`into_secret`](Self::into_secret) is zeroized, and so is what was written before an error.
///
/// ```
/// use strongroom_hsm::{Error, OutBuf};
///
/// let mut out = OutBuf::with_limit(8);
/// out.produce(3, |bytes| Ok(bytes.copy_from_slice(b"abc")))?;
/// assert_eq!(out.into_vec(), b"abc");
///
/// let mut out = OutBuf::with_limit(8);
/// assert!(out.produce(9, |_| Ok(())).is_err()); // longer than the caller allowed
/// assert!(out.produce(3, |_| Err(Error::gone())).is_err());
/// assert!(out.is_empty());
/// # Ok::<(), Error>(())
/// ```
pub struct OutBuf {
    content: Content,
    limit: usize,
}

enum Content {
    Bytes(Vec<u8>),
    Secret(Secret),
}

impl OutBuf {
    /// An empty buffer that takes at most `limit` bytes.
    #[must_use]
    pub const fn with_limit(limit: usize) -> Self {
        Self { content: Content::Bytes(Vec::new()), limit }
    }

    /// Gives `fill` exactly `len` zero bytes to write the output into. If it fails or panics they are
    /// zeroized and the buffer is empty again.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if `len` is over the limit or there is output already; what `fill` gives.
    pub fn produce(&mut self, len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), Error>) -> Result<(), Error> {
        self.append_with(len, |bytes| {
            bytes.resize(len, 0);
            fill(bytes)
        })
    }

    /// As [`produce`](Self::produce), for a `fill` that appends to a vector: it gets an empty one.
    /// `len` is how long the output will be.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if there is output already, or if `len` is over the limit or not what was
    /// written; what `fill` gives.
    pub fn append_with(
        &mut self,
        len: usize,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.check(len)?;
        let mut fresh = WipeUnlessKept(Vec::new());
        fill(&mut fresh.0)?;
        if fresh.0.len() != len {
            return Err(WRONG_LENGTH);
        }
        self.content = Content::Bytes(std::mem::take(&mut fresh.0));
        Ok(())
    }

    /// Takes over output that is not secret.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is over the limit or there is output already.
    pub fn put(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        self.check(bytes.len())?;
        self.content = Content::Bytes(bytes);
        Ok(())
    }

    /// Takes over a secret output, without copying it.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is over the limit or there is output already.
    pub fn put_secret(&mut self, secret: Secret) -> Result<(), Error> {
        self.check(secret.len())?;
        self.content = Content::Secret(secret);
        Ok(())
    }

    fn check(&self, len: usize) -> Result<(), Error> {
        if len <= self.limit && self.is_empty() { Ok(()) } else { Err(WRONG_LENGTH) }
    }

    /// The output so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.content {
            Content::Bytes(bytes) => bytes,
            Content::Secret(secret) => secret.expose_secret(),
        }
    }

    /// The output, to be changed in place; for decorators of a backend.
    pub fn as_bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.content {
            Content::Bytes(bytes) => bytes,
            Content::Secret(secret) => secret.expose_secret_mut(),
        }
    }

    /// How many bytes of output there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there is no output.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The longest output that fits.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Zeroizes and drops the output.
    pub fn clear(&mut self) {
        self.as_bytes_mut().zeroize();
        self.content = Content::Bytes(Vec::new());
    }

    /// Takes an output that is not secret, a ciphertext or a signature.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<u8> {
        match &mut self.content {
            Content::Bytes(bytes) => std::mem::take(bytes),
            Content::Secret(secret) => secret.expose_secret().to_vec(),
        }
    }

    /// Takes a secret output, without copying it.
    #[must_use]
    pub fn into_secret(mut self) -> Secret {
        match std::mem::replace(&mut self.content, Content::Bytes(Vec::new())) {
            Content::Bytes(bytes) => bytes.into(),
            Content::Secret(secret) => secret,
        }
    }
}

const WRONG_LENGTH: Error = Error::corrupt("an output of the wrong length");

impl Drop for OutBuf {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for OutBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutBuf(at most {})", self.limit)
    }
}

/// Wipes what was written when a fill fails or panics.
struct WipeUnlessKept(Vec<u8>);

impl Drop for WipeUnlessKept {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_output_is_refused_and_the_first_stays() {
        let mut out = OutBuf::with_limit(4);
        out.produce(1, |bytes| {
            bytes.fill(7);
            Ok(())
        })
        .unwrap();
        assert!(out.produce(1, |_| Ok(())).is_err());
        assert_eq!(out.as_bytes(), [7]);
    }

    #[test]
    fn an_appended_output_over_the_limit_is_refused() {
        let mut out = OutBuf::with_limit(4);
        let result = out.append_with(2, |bytes| {
            bytes.extend_from_slice(b"abcde");
            Ok(())
        });
        assert_eq!(result, Err(Error::corrupt("an output of the wrong length")));
        assert!(out.is_empty());
    }
}
