//! The crate's error: why a root key could not be made, opened or changed.

use strongroom_crypto::{CryptoError, CryptoErrorKind};
use strongroom_types::RandomError;

/// Why a root key could not be made, opened or changed, by what the caller can do.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RootError {
    /// The passphrase or key is not the one that a slot was made with: ask for it again.
    #[error("the passphrase or key does not open this strongroom")]
    WrongUnlock,
    /// The record has no slot for this way of unlocking: use another way.
    #[error("this strongroom has no way of unlocking by `{0}`")]
    NoSuchSlot(&'static str),
    /// The record is damaged: restore it. The passphrase may be right.
    #[error("the root key record is damaged: {0}")]
    Damaged(&'static str),
    /// The record was written by a newer version: upgrade.
    #[error("the root key record has format `{0}`, and this version reads format 1")]
    Newer(u8),
    /// The root key is not the one that was pinned: this is another store.
    #[error("the root key is not the one that is expected here")]
    NotPinned,
    /// A rotation is under way: finish it first.
    #[error("a rotation of the root key is not finished")]
    RotationUnfinished,
    /// For this slot no way of unlocking was given, and the change would lose it.
    #[error("no way of unlocking was given for one of the slots")]
    SlotLeftOut,
    /// The change would leave no slot, or more than there may be.
    #[error("a root key has from 1 to 16 slots")]
    SlotCount,
    /// The parameters of a way to unlock are outside what is safe or possible.
    #[error("the parameters of the passphrase are outside floor and ceiling")]
    Parameters,
    /// The program's own way of giving the key failed.
    #[error("the key to unlock with could not be had: {0}")]
    Unlock(&'static str),
    /// No locked memory, or a forked child.
    #[error(transparent)]
    Memory(#[from] strongroom_memory::Error),
    /// The provider failed, or its random generator.
    #[error(transparent)]
    Crypto(CryptoError),
}

impl From<CryptoError> for RootError {
    fn from(error: CryptoError) -> Self {
        match error.kind() {
            CryptoErrorKind::Verification => Self::Damaged("a slot does not open"),
            _ => Self::Crypto(error),
        }
    }
}

impl From<RandomError> for RootError {
    fn from(error: RandomError) -> Self {
        Self::Crypto(error.into())
    }
}

impl From<strongroom_memory::Forked> for RootError {
    fn from(error: strongroom_memory::Forked) -> Self {
        Self::Memory(error.into())
    }
}
