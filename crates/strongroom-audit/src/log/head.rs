//! How far the log is synced: what the facade keeps in the store, so that opening reads only the tail.

use crate::Error;
use crate::crypto::{Hash, LogCrypto};
use crate::entry::take;
use crate::merkle::CompactRange;

const VERSION: u8 = 1;

/// The log as of its last sync: size, root, compact range, and where the next frame stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub(crate) range: CompactRange,
    pub(crate) root: Hash,
    pub(crate) segment: u64,
    pub(crate) offset: u64,
    pub(crate) closed: bool,
}

impl Head {
    /// How many leaves it covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.range.size()
    }

    /// The root over them.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Whether the log was closed in order, so that nothing can follow.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// `version u8 ‖ closed u8 ‖ size u64 ‖ segment u64 ‖ offset u64 ‖ root(32) ‖ the range's hashes`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION, u8::from(self.closed)];
        for number in [self.range.size(), self.segment, self.offset] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(&self.root);
        for hash in self.range.hashes() {
            out.extend_from_slice(hash);
        }
        out
    }

    /// Reads what [`encode`](Self::encode) wrote, and recomputes the root.
    ///
    /// # Errors
    /// [`Error::Newer`], [`Error::Malformed`].
    pub fn decode(crypto: &LogCrypto, bytes: &[u8]) -> Result<Self, Error> {
        let bad = |why| Error::malformed("a head", why);
        let mut rest = bytes;
        let [version, closed] = take(&mut rest)?;
        if version != VERSION {
            return Err(Error::Newer { what: "a head", version });
        }
        if closed > 1 {
            return Err(bad("a flag is set"));
        }
        let size = u64::from_be_bytes(take(&mut rest)?);
        let segment = u64::from_be_bytes(take(&mut rest)?);
        let offset = u64::from_be_bytes(take(&mut rest)?);
        let root = take(&mut rest)?;
        let (hashes, after) = rest.as_chunks::<32>();
        if !after.is_empty() {
            return Err(bad("bytes follow it"));
        }
        let range =
            CompactRange::from_parts(size, hashes.to_vec()).ok_or_else(|| bad("it has a wrong number of hashes"))?;
        if range.root(crypto) != root {
            return Err(bad("its root is not that of its range"));
        }
        crypto.check()?;
        Ok(Self { range, root, segment, offset, closed: closed == 1 })
    }
}
