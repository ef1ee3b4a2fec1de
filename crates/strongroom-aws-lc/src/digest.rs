//! SHA-2 over `aws_lc_rs::digest`. AWS-LC keeps its states on its own heap and wipes them.

use std::fmt;

use aws_lc_rs::digest::{self, Context, SHA256, SHA384, SHA512};
use strongroom_crypto::{CryptoError, CryptoErrorKind, Digest, DigestAlgorithm, DigestState, Validation};

use crate::provider::MODULE;

/// SHA-2.
#[derive(Debug)]
pub(crate) struct Sha2;

fn start(algorithm: DigestAlgorithm) -> Result<Context, CryptoError> {
    let algorithm: &'static digest::Algorithm = match algorithm {
        DigestAlgorithm::Sha256 => &SHA256,
        DigestAlgorithm::Sha384 => &SHA384,
        DigestAlgorithm::Sha512 => &SHA512,
        _ => return Err(CryptoErrorKind::Unsupported.into()),
    };
    Ok(Context::new(algorithm))
}

fn finish(state: Context, out: &mut [u8]) -> Result<(), CryptoError> {
    if out.len() != state.algorithm().output_len() {
        return Err(CryptoErrorKind::InvalidInput.into());
    }
    out.copy_from_slice(state.finish().as_ref());
    Ok(())
}

impl Digest for Sha2 {
    fn digest(&self, algorithm: DigestAlgorithm, parts: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        let mut state = start(algorithm)?;
        parts.iter().for_each(|part| state.update(part));
        finish(state, out)
    }

    fn start(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestState>, CryptoError> {
        Ok(Box::new(State(start(algorithm)?)))
    }

    fn validation(&self, _: DigestAlgorithm) -> Validation {
        MODULE
    }
}

/// A state: here only a pointer to it.
struct State(Context);

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestState(..)")
    }
}

impl DigestState for State {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>, out: &mut [u8]) -> Result<(), CryptoError> {
        finish(self.0, out)
    }
}
