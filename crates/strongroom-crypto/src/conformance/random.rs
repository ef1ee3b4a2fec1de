//! Generators that count, repeat themselves, or fail.

use std::sync::atomic::{AtomicU64, Ordering};

use strongroom_types::{Random, RandomError};

use crate::{CryptoErrorKind, CryptoProvider, Curve};

/// Whether the module draws its own randomness, which it says by refusing to sign on P-256 without any: what is claimed
/// about the randomness that is handed in is then not asked of it.
pub(super) fn draws_its_own(p: &CryptoProvider) -> bool {
    let mut scalar = [0; 32];
    scalar[31] = 1;
    p.ecdsa.sign(Curve::P256, &scalar, &[1; 32], None).is_err_and(|e| e.kind() == CryptoErrorKind::Unsupported)
}

#[derive(Debug)]
pub(super) struct Counting(pub(super) AtomicU64);

impl Random for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        let n = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        out.iter_mut().rev().zip(n.iter().rev().copied().chain(std::iter::repeat(0x5a))).for_each(|(to, b)| *to = b);
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Filled(pub(super) u8);

impl Random for Filled {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        out.fill(self.0);
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Failing;

impl Random for Failing {
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError::new())
    }
}
