//! Software custody: key material sealed under the root key, and the ways to unlock that root key.
//!
//! A [`RootKey`] is made once for a store and unlocked by a [`Passphrase`] or a [`KeyClosure`]; what the
//! store keeps of it is a [`RootRecord`]. It seals everything that the strongroom must keep secret:
//! through [`RootSealer`]s, one for each kind of thing, and through [`SoftCustody`], which makes and
//! opens the keys themselves.
//!
//! ```
//! use strongroom_crypto::Argon2idParams;
//! use strongroom_memory::{LockPolicy, SecretArena};
//! use strongroom_soft::{Passphrase, RootError, RootKey, RootRecord, SoftCustody};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let provider = strongroom_rustcrypto::provider();
//! let arena = SecretArena::new(LockPolicy::BestEffort)?; // `Require`, the default, in earnest
//! let phrase = |text: &str| Passphrase::new(text.as_bytes()).params(Argon2idParams::FLOOR);
//! let (root, record) = RootKey::create(&provider, &arena, [7; 16], &phrase("correct horse"))?;
//! let changed = root.change_unlock(&record, &phrase("battery staple"))?; // commit this record
//!
//! let stored = changed.encode(&provider)?;
//! let record = RootRecord::decode(&provider, &stored)?;
//! let wrong = RootKey::unlock(&provider, &arena, &record, &phrase("correct horse"));
//! assert!(matches!(wrong, Err(RootError::WrongUnlock)));
//! let custody = SoftCustody::new(RootKey::unlock(&provider, &arena, &record, &phrase("battery staple"))?);
//! # let _ = custody;
//! # Ok(())
//! # }
//! ```
//!
//! # What it is not
//!
//! - Not a hardware module: while a key is open, what opens its ciphertexts is in this process's
//!   memory, locked and guarded. A debugger, root, or code in the process can read it there.
//! - Not a store: every change of the root key is a pure function from record to record, and
//!   committing the result is the caller's.
//! - Not a second factor: any one slot opens everything.

mod custody;
mod error;
mod key;
mod kind;
mod record;
mod root;
mod stack;
mod unlock;

pub use custody::SoftCustody;
pub use error::RootError;
pub use record::{RootRecord, Slot};
pub use root::{RootKey, RootSealer, Rotation, SlotStatus, generation_of, verify_slots};
pub use unlock::{KeyClosure, Passphrase, SlotKind, Unlock};
