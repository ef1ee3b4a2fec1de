//! Ways to unlock a root key.

use std::fmt::{self, Debug};

use strongroom_crypto::{Argon2idParams, CryptoProvider};
use strongroom_types::{Random, Secret};

use crate::RootError;

/// The kind of a slot. The numbers stand in records and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum SlotKind {
    /// A passphrase, through Argon2id.
    Passphrase = 1,
    /// A key that the program brings.
    Closure = 2,
}

impl SlotKind {
    /// The number in a record.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Passphrase => 1,
            Self::Closure => 2,
        }
    }

    /// The kind with this number; `None` if there is none.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Passphrase),
            2 => Some(Self::Closure),
            _ => None,
        }
    }

    /// What it is called in errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Closure => "closure",
        }
    }
}

/// A way to get the key-encryption key of a slot.
///
/// # Contract
/// 1. [`kek`](Self::kek) gives the same 32 bytes for the same parameters, whenever it is asked.
/// 2. It checks the parameters before it allocates or computes by them: they come from a file.
/// 3. It leaves no copy of the key outside `out`.
pub trait Unlock: Debug + Send + Sync {
    /// The kind of slot that it opens.
    fn kind(&self) -> SlotKind;

    /// Parameters for a new slot, salt included. They are stored in the slot, and bound into it.
    ///
    /// # Errors
    /// A failing random generator.
    fn new_params(&self, random: &dyn Random) -> Result<Vec<u8>, RootError>;

    /// Writes the key-encryption key for these parameters into `out`.
    ///
    /// # Errors
    /// `Parameters` or `Damaged` for parameters that are out of bounds or malformed; what keeps the
    /// key from being had.
    fn kek(&self, provider: &CryptoProvider, params: &[u8], out: &mut [u8; 32]) -> Result<(), RootError>;
}

/// Bytes of a passphrase slot's salt (RFC 9106 §3.1 recommends 16).
const SALT_LEN: usize = 16;

/// A passphrase, through Argon2id. Its bytes are taken as they are: nothing is normalised or trimmed.
///
/// The parameters of a slot: `salt(16) ‖ memory in KiB u32 ‖ passes u32 ‖ lanes u32`.
pub struct Passphrase {
    phrase: Secret,
    params: Argon2idParams,
}

impl Passphrase {
    /// This passphrase; new slots get the parameters [`Argon2idParams::ROOT_KEY`].
    #[must_use]
    pub fn new(phrase: impl Into<Secret>) -> Self {
        Self { phrase: phrase.into(), params: Argon2idParams::ROOT_KEY }
    }

    /// With other parameters for new slots. Existing slots keep theirs.
    #[must_use]
    pub fn params(mut self, params: Argon2idParams) -> Self {
        self.params = params;
        self
    }
}

impl Unlock for Passphrase {
    fn kind(&self) -> SlotKind {
        SlotKind::Passphrase
    }

    fn new_params(&self, random: &dyn Random) -> Result<Vec<u8>, RootError> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        let numbers = [self.params.memory_kib(), self.params.passes(), self.params.lanes()];
        Ok(salt.into_iter().chain(numbers.into_iter().flat_map(u32::to_be_bytes)).collect())
    }

    fn kek(&self, provider: &CryptoProvider, params: &[u8], out: &mut [u8; 32]) -> Result<(), RootError> {
        let damaged = RootError::Damaged("the parameters of a passphrase");
        let Some((salt, numbers)) = params.split_first_chunk::<SALT_LEN>() else { return Err(damaged) };
        let &[m0, m1, m2, m3, p0, p1, p2, p3, l0, l1, l2, l3] = numbers else { return Err(damaged) };
        let memory = u32::from_be_bytes([m0, m1, m2, m3]);
        let passes = u32::from_be_bytes([p0, p1, p2, p3]);
        let lanes = u32::from_be_bytes([l0, l1, l2, l3]);
        let cost = Argon2idParams::new(memory, passes, lanes).map_err(|_| RootError::Parameters)?;
        Ok(provider.password.argon2id(self.phrase.expose_secret(), salt, cost, out)?)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passphrase(.., {:?})", self.params)
    }
}

/// A key that the program brings, from wherever it keeps it: a closure that writes 32 bytes.
///
/// The bytes must be a key, uniformly random and secret. The slot has no parameters.
///
/// ```
/// use strongroom_soft::KeyClosure;
///
/// let unlock = KeyClosure::new(|key| {
///     key.fill(7); // from the program's own key management
///     Ok(())
/// });
/// assert_eq!(format!("{unlock:?}"), "KeyClosure");
/// ```
pub struct KeyClosure {
    give: Box<GiveKey>,
}

type GiveKey = dyn Fn(&mut [u8; 32]) -> Result<(), &'static str> + Send + Sync;

impl KeyClosure {
    /// A way to unlock by what `give` writes; its error says why there is no key, without secrets.
    #[must_use]
    pub fn new(give: impl Fn(&mut [u8; 32]) -> Result<(), &'static str> + Send + Sync + 'static) -> Self {
        Self { give: Box::new(give) }
    }
}

impl Unlock for KeyClosure {
    fn kind(&self) -> SlotKind {
        SlotKind::Closure
    }

    fn new_params(&self, _: &dyn Random) -> Result<Vec<u8>, RootError> {
        Ok(Vec::new())
    }

    fn kek(&self, _: &CryptoProvider, params: &[u8], out: &mut [u8; 32]) -> Result<(), RootError> {
        if !params.is_empty() {
            return Err(RootError::Damaged("the parameters of a closure"));
        }
        (self.give)(out).map_err(RootError::Unlock)
    }
}

impl fmt::Debug for KeyClosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyClosure")
    }
}
