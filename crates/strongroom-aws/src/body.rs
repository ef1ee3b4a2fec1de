//! Bodies: requests' are read up to a bound, answers' are wiped.

use bytes::Bytes;
use http_body_util::Full;
use strongroom::Secret;

/// The body of an answer, whole. Its bytes are wiped when the last who holds them lets go.
pub type Body = Full<Bytes>;

/// Bytes that are a secret's.
struct Owned(Secret);

impl AsRef<[u8]> for Owned {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

/// A body of a secret's bytes, without a copy of them.
pub(crate) fn secret(bytes: Secret) -> Body {
    Full::new(Bytes::from_owner(Owned(bytes)))
}
