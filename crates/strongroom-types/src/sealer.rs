//! Sealing under the root key, as seen from the crates that need something sealed.

use std::fmt::Debug;

use crate::Secret;

/// What kind of thing is sealed. The numbers stand in sealed bytes and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum SealKind {
    /// The material of one key version.
    KeyVersion = 1,
    /// The key that tags the store's records.
    StoreMacKey = 2,
    /// The key that signs the log's checkpoints.
    LogKey = 3,
    /// A secret of an identity.
    IdentitySecret = 4,
    /// The credential of a custom key store.
    KeyStoreCredential = 5,
    /// The private half of an import wrapping key.
    ImportPrivateKey = 6,
}

/// Where a sealed thing belongs: its kind, and the fields that name its place, in the order that the
/// kind prescribes, none left out. Bound into the seal, so that sealed bytes can't be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealPlace {
    kind: SealKind,
    fields: Vec<Vec<u8>>,
}

impl SealPlace {
    /// A place of `kind` with these fields; the store id, always the first field, is added by the
    /// sealer and not given here.
    #[must_use]
    pub fn new(kind: SealKind, fields: Vec<Vec<u8>>) -> Self {
        Self { kind, fields }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> SealKind {
        self.kind
    }

    /// The fields after the store id.
    #[must_use]
    pub fn fields(&self) -> &[Vec<u8>] {
        &self.fields
    }
}

/// Why sealing or opening failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The sealed bytes do not open in this place: damage, or bytes from elsewhere. One shape for all causes.
    #[error("the sealed bytes do not open in their place")]
    Damaged,
    /// This sealer was handed out for another kind.
    #[error("this sealer is for another kind of secret")]
    WrongKind,
    /// Sealed under a root key generation that this strongroom does not hold.
    #[error("sealed under root key generation `{0}`, which is not unlocked")]
    UnknownGeneration(u32),
    /// The machine could not do it (random generator, locked memory).
    #[error("sealing failed: {0}")]
    Unavailable(&'static str),
}

/// Seals small secrets under the root key, each bound to its place.
///
/// # Contract
/// 1. A sealer is handed out for one [`SealKind`] and refuses every other.
/// 2. What was sealed in one place opens in no other.
/// 3. Opening needs no randomness; sealing draws its own salt from the strongroom's generator.
pub trait Sealer: Debug + Send + Sync {
    /// The kind that this sealer serves.
    fn kind(&self) -> SealKind;
    /// Seals `secret` in `place` under the current generation of the root key.
    fn seal(&self, place: &SealPlace, secret: &[u8]) -> Result<Vec<u8>, SealError>;
    /// Opens what [`seal`](Self::seal) made, under whichever generation it names.
    fn open(&self, place: &SealPlace, sealed: &[u8]) -> Result<Secret, SealError>;
}
