//! Random bytes that anyone can predict.

use strongroom_crypto::{CryptoProvider, MacAlgorithm};
use strongroom_types::{Random, RandomError};

use crate::sync::{Mutex, lock};

/// A generator that gives the same bytes for the same seed: HMAC-SHA-256 of a count under the seed. **Never for real
/// keys**; it breaks both promises of [`Random`] on purpose.
#[derive(Debug)]
pub struct PredictableRandom {
    seed: [u8; 32],
    provider: CryptoProvider,
    drawn: Mutex<u64>,
}

impl PredictableRandom {
    /// The bytes of this seed.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut wide = *b"strongroom: a seed for tests....";
        for (place, byte) in wide.iter_mut().rev().zip(seed.to_le_bytes()) {
            *place = byte;
        }
        Self { seed: wide, provider: strongroom_rustcrypto::provider(), drawn: Mutex::new(0) }
    }
}

impl Random for PredictableRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        // A draw has a number of its own, so that a longer one does not shift all that follow.
        let number = {
            let mut drawn = lock(&self.drawn);
            *drawn += 1;
            *drawn
        };
        for (block, chunk) in (0_u64..).zip(out.chunks_mut(32)) {
            let mut bytes = [0; 32];
            let parts: [&[u8]; 2] = [&number.to_be_bytes(), &block.to_be_bytes()];
            self.provider
                .mac
                .compute(MacAlgorithm::HmacSha256, &self.seed, &parts, &mut bytes)
                .map_err(|_| RandomError::new())?;
            chunk.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        }
        Ok(())
    }
}
