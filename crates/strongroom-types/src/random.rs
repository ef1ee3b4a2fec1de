//! Randomness, handed in.

use std::fmt::Debug;

/// The system could not give random bytes. There is no fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random generator failed")]
#[non_exhaustive]
pub struct RandomError;

impl RandomError {
    /// The error, for implementors.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Default for RandomError {
    fn default() -> Self {
        Self::new()
    }
}

/// A cryptographically secure source of random bytes.
///
/// # Contract
/// 1. Either all of `out` is filled with fresh, unpredictable bytes, or an error is returned.
/// 2. Two processes, also after `fork`, never receive the same bytes.
pub trait Random: Debug + Send + Sync {
    /// Fills `out`.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError>;
}
