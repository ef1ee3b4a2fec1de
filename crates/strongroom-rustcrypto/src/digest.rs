//! SHA-2 over `sha2`.

use std::fmt;

use sha2::digest::{FixedOutput, Output, Update};
use sha2::{Sha256, Sha384, Sha512};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Digest, DigestAlgorithm, DigestState, Validation};

/// SHA-2.
#[derive(Debug)]
pub(crate) struct Sha2;

impl Digest for Sha2 {
    fn digest(&self, algorithm: DigestAlgorithm, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        match algorithm {
            DigestAlgorithm::Sha256 => hash::<Sha256>(parts, out),
            DigestAlgorithm::Sha384 => hash::<Sha384>(parts, out),
            DigestAlgorithm::Sha512 => hash::<Sha512>(parts, out),
            _ => Err(CryptoErrorKind::Unsupported.into()),
        }
    }

    fn start(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestState>, CryptoError> {
        match algorithm {
            DigestAlgorithm::Sha256 => Ok(Box::new(State(Sha256::default()))),
            DigestAlgorithm::Sha384 => Ok(Box::new(State(Sha384::default()))),
            DigestAlgorithm::Sha512 => Ok(Box::new(State(Sha512::default()))),
            _ => Err(CryptoErrorKind::Unsupported.into()),
        }
    }

    fn validation(&self, _: DigestAlgorithm) -> Validation {
        Validation::None
    }
}

fn hash<D: Default + Update + FixedOutput>(parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
    let mut state = D::default();
    parts.iter().for_each(|part| state.update(part));
    finish(state, out)
}

fn finish<D: FixedOutput>(state: D, out: &mut [u8]) -> Result<(), CryptoError> {
    let out = <&mut Output<D>>::try_from(out).map_err(|_| CryptoErrorKind::InvalidInput)?;
    state.finalize_into(out);
    Ok(())
}

/// A state, wiped on drop by the `zeroize` feature of its crate.
struct State<D>(D);

impl<D> fmt::Debug for State<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestState(..)")
    }
}

impl<D: Update + FixedOutput + Clone + Send + Sync> DigestState for State<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>, out: &mut [u8]) -> Result<(), CryptoError> {
        // A copy is finished and the boxed state dropped in place: moving it out would leave its bytes on the heap.
        finish(self.0.clone(), out)
    }
}
