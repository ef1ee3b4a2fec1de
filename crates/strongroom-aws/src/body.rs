//! Bodies: requests' are read up to a bound and wiped, answers' are wiped.

use bytes::{Buf, Bytes};
use http_body::Body as HttpBody;
use http_body_util::{BodyExt as _, Full};
use strongroom::Secret;
use zeroize::Zeroizing;

use crate::fault::Fault;

/// The body of an answer, whole. Its bytes are wiped when the last who holds them lets go.
pub type Body = Full<Bytes>;

/// What is set aside for a body before any of it has come, whatever its head promises.
const FIRST: usize = 8 * 1024;

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

/// A request's body, up to `limit` bytes. What the transport holds of it is the transport's to wipe.
pub(crate) async fn read<B>(body: B, limit: usize) -> Result<Zeroizing<Vec<u8>>, Fault>
where
    B: HttpBody + Send,
    B::Data: Send,
{
    let promised = body.size_hint().lower();
    if promised > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Fault::too_large(limit));
    }
    let mut out = Zeroizing::new(Vec::with_capacity(usize::try_from(promised).unwrap_or(FIRST).min(FIRST)));
    let mut body = std::pin::pin!(body);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Fault::serialization("the body can't be read"))?;
        // Trailers are not signed, and nothing is read from them.
        let Ok(mut data) = frame.into_data() else { continue };
        if out.len().saturating_add(data.remaining()) > limit {
            return Err(Fault::too_large(limit));
        }
        grow(&mut out, data.remaining());
        while data.has_remaining() {
            let chunk = data.chunk();
            let len = chunk.len();
            out.extend_from_slice(chunk);
            data.advance(len);
        }
    }
    Ok(out)
}

/// Makes room for `more` bytes; what stood in the old place is wiped.
fn grow(buffer: &mut Zeroizing<Vec<u8>>, more: usize) {
    if buffer.capacity().saturating_sub(buffer.len()) < more {
        let room = buffer.len().saturating_add(more).max(buffer.capacity().saturating_mul(2));
        let mut larger = Zeroizing::new(Vec::with_capacity(room));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
}
