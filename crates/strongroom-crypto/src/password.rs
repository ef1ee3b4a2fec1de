//! Keys from passwords: Argon2id.

use std::fmt::Debug;

use crate::{CryptoError, CryptoErrorKind, Validation};

/// The cost of Argon2id (RFC 9106), within the floor and the ceiling that make a stored parameter
/// neither a downgrade nor a way to exhaust the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Argon2idParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Argon2idParams {
    /// The least memory: 19 MiB, OWASP's minimum with two passes and one lane (Password Storage Cheat Sheet).
    pub const MIN_MEMORY_KIB: u32 = 19 * 1024;
    /// The most memory: 2 GiB, the first choice of RFC 9106 §4.
    pub const MAX_MEMORY_KIB: u32 = 2 * 1024 * 1024;
    /// The most passes.
    pub const MAX_PASSES: u32 = 64;
    /// The most lanes.
    pub const MAX_LANES: u32 = 16;
    /// 64 MiB, three passes, four lanes: the second choice of RFC 9106 §4, and what a root key is
    /// unlocked with unless told otherwise.
    pub const ROOT_KEY: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// The least that is accepted: 19 MiB, two passes, one lane.
    pub const FLOOR: Self = Self { memory_kib: Self::MIN_MEMORY_KIB, passes: 2, lanes: 1 };

    /// Parameters read from somewhere. Checked here, so before a byte is allocated.
    ///
    /// # Errors
    /// `InvalidInput` outside floor or ceiling. One pass is accepted from 46 MiB (OWASP's other minimum).
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CryptoError> {
        let least_passes = if memory_kib >= 46 * 1024 { 1 } else { 2 };
        let fits = (Self::MIN_MEMORY_KIB..=Self::MAX_MEMORY_KIB).contains(&memory_kib)
            && (least_passes..=Self::MAX_PASSES).contains(&passes)
            && (1..=Self::MAX_LANES).contains(&lanes);
        if fits { Ok(Self { memory_kib, passes, lanes }) } else { Err(CryptoErrorKind::InvalidInput.into()) }
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    #[must_use]
    pub const fn lanes(self) -> u32 {
        self.lanes
    }
}

/// Argon2id, version 0x13.
///
/// # Contract
/// 1. A salt of less than 16 or more than 64 bytes, and an output of less than 16 or more than 64
///    bytes, are `InvalidInput` (`conformance`: `password_lengths`).
/// 2. The memory is wiped before the call returns.
/// 3. If the memory can't be had the answer is `Internal`, never an abort.
pub trait PasswordKdf: Debug + Send + Sync {
    /// Fills `out` from `password` and `salt`. Takes as long as `params` say: tens of milliseconds to seconds.
    fn argon2id(&self, password: &[u8], salt: &[u8], params: Argon2idParams, out: &mut [u8])
    -> Result<(), CryptoError>;

    /// What is validated about Argon2id: by FIPS 140-3, nothing.
    fn validation(&self) -> Validation;
}
