//! The random bytes of one call.

use std::sync::{Arc, OnceLock};

use strongroom_types::{KeyId, Random};

use crate::Error;

/// The random bytes of one call: what every call needs from one draw, and the rest from a second one, which calls that
/// change nothing in their own account never make.
pub(crate) struct Draw {
    first: [u8; Self::FIRST],
    rest: OnceLock<[u8; Self::REST]>,
    random: Arc<dyn Random>,
}

/// Blinds, salts and IVs are nobody's business.
impl std::fmt::Debug for Draw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draw(..)")
    }
}

impl Draw {
    const FIRST: usize = 16 * 2 + 32 + 44;
    const REST: usize = 16 * 6 + 32;

    pub(crate) fn new(random: &Arc<dyn Random>) -> Result<Self, Error> {
        let mut first = [0; Self::FIRST];
        random.fill(&mut first)?;
        Ok(Self { first, rest: OnceLock::new(), random: Arc::clone(random) })
    }

    fn first<const N: usize>(&self, at: usize) -> &[u8; N] {
        // INVARIANT: every call below is within the length; the fallback is never taken.
        const { assert!(N <= 44) };
        self.first.get(at..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; N])
    }

    fn rest<const N: usize>(&self, at: usize) -> Result<&[u8; N], Error> {
        const { assert!(N <= 32) };
        let rest = match self.rest.get() {
            Some(rest) => rest,
            None => {
                let mut rest = [0; Self::REST];
                self.random.fill(&mut rest)?;
                self.rest.get_or_init(|| rest)
            }
        };
        Ok(rest.get(at..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; N]))
    }

    /// As a version 4 UUID (RFC 9562 §5.4), which is what CloudTrail's ids look like.
    fn uuid(part: &[u8; 16]) -> [u8; 16] {
        *KeyId::from_random(*part).as_bytes()
    }

    pub(crate) fn event_id(&self) -> [u8; 16] {
        Self::uuid(self.first(0))
    }
    pub(crate) fn request_id(&self) -> [u8; 16] {
        Self::uuid(self.first(16))
    }
    pub(crate) fn blind(&self) -> &[u8; 32] {
        self.first(32)
    }
    /// Salt and IV.
    pub(crate) fn seal(&self) -> &[u8; 44] {
        self.first(64)
    }
    pub(crate) fn shared_event_id(&self) -> Result<[u8; 16], Error> {
        Ok(Self::uuid(self.rest(0)?))
    }
    pub(crate) fn owner_event_id(&self) -> Result<[u8; 16], Error> {
        Ok(Self::uuid(self.rest(16)?))
    }
    pub(crate) fn commit_id(&self) -> Result<[u8; 16], Error> {
        Ok(*self.rest(32)?)
    }
    pub(crate) fn creation_id(&self) -> Result<[u8; 16], Error> {
        Ok(*self.rest(48)?)
    }
    pub(crate) fn key_id(&self) -> Result<[u8; 16], Error> {
        Ok(*self.rest(64)?)
    }
    /// The id of the event of a failure, where an event that says that the call was done may stand under the other id.
    pub(crate) fn failure_event_id(&self) -> Result<[u8; 16], Error> {
        Ok(Self::uuid(self.rest(80)?))
    }
    /// The blind of that event: two leaves never share one.
    pub(crate) fn failure_blind(&self) -> Result<&[u8; 32], Error> {
        self.rest(96)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    /// Gives 0, 1, 2 and so on, so that each byte tells where it stood.
    #[derive(Debug, Default)]
    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, out: &mut [u8]) -> Result<(), strongroom_types::RandomError> {
            out.iter_mut().for_each(|byte| *byte = self.0.fetch_add(1, Ordering::Relaxed));
            Ok(())
        }
    }

    #[test]
    fn no_two_parts_of_a_draw_share_a_byte() {
        let random: Arc<dyn Random> = Arc::new(Counting::default());
        let draw = Draw::new(&random).unwrap();
        // An id's version and variant are written over its random bits: its first bytes tell its place too.
        let ids = [
            draw.event_id(),
            draw.request_id(),
            draw.shared_event_id().unwrap(),
            draw.owner_event_id().unwrap(),
            draw.failure_event_id().unwrap(),
            draw.commit_id().unwrap(),
            draw.creation_id().unwrap(),
            draw.key_id().unwrap(),
        ];
        let ids = ids.iter().map(|id| (usize::from(id[0]), id.len()));
        let others = [&draw.blind()[..], draw.failure_blind().unwrap(), draw.seal()];
        let others = others.map(|part| (usize::from(part[0]), part.len()));
        let mut places: Vec<(usize, usize)> = ids.chain(others).collect();
        places.sort_unstable();
        let mut end = 0;
        for (start, len) in places {
            assert_eq!(start, end, "a part overlaps another, or leaves bytes that nobody uses");
            end = start + len;
        }
        assert_eq!(end, Draw::FIRST + Draw::REST);
    }
}
