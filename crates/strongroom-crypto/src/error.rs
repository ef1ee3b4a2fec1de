//! The one error of this crate.

/// What the caller of a failed operation can do about it. Nothing else is told apart: a reason that
/// depends on secret bytes is not a kind of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CryptoErrorKind {
    /// The provider does not have this algorithm: take another provider for the part.
    Unsupported,
    /// The bytes given as a key are none, for this algorithm: refuse the key.
    InvalidKey,
    /// A length or a parameter is outside what the algorithm allows: refuse the request.
    InvalidInput,
    /// A tag, a commitment, a signature or a wrapped key did not verify: refuse the data.
    Verification,
    /// The random generator failed: nothing was made; try again later or give up.
    Random,
    /// The provider failed in a way that it must not.
    Internal,
}

/// A failed cryptographic operation. It carries no byte of any input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct CryptoError {
    kind: CryptoErrorKind,
}

impl CryptoError {
    /// The error of this kind, for implementors.
    #[must_use]
    pub const fn new(kind: CryptoErrorKind) -> Self {
        Self { kind }
    }

    /// What the caller can do.
    #[must_use]
    pub const fn kind(&self) -> CryptoErrorKind {
        self.kind
    }

    const fn message(self) -> &'static str {
        match self.kind {
            CryptoErrorKind::Unsupported => "the provider does not support this algorithm",
            CryptoErrorKind::InvalidKey => "the key is not valid for this algorithm",
            CryptoErrorKind::InvalidInput => "the algorithm does not allow this length or parameter",
            CryptoErrorKind::Verification => "verification failed",
            CryptoErrorKind::Random => "the random generator failed",
            CryptoErrorKind::Internal => "the provider failed",
        }
    }
}

impl From<CryptoErrorKind> for CryptoError {
    fn from(kind: CryptoErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<strongroom_types::RandomError> for CryptoError {
    fn from(_: strongroom_types::RandomError) -> Self {
        Self::new(CryptoErrorKind::Random)
    }
}
