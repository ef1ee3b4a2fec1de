//! Locked, guarded, zeroized memory for keys.
//!
//! A key that outlives one call is kept in a [`SecretArena`]: regions of memory that the system
//! must not swap, that core dumps leave out, that a forked child sees wiped, and that have an
//! inaccessible page on either side. Each [`SecretSlot`] is zero-filled when taken and zeroized
//! before it is used again.
//!
//! ```
//! use strongroom_memory::{ForkGuard, LockPolicy, SecretArena, with_cleared_stack};
//!
//! # fn main() -> Result<(), strongroom_memory::Error> {
//! let arena = SecretArena::new(LockPolicy::BestEffort)?;
//! let mut slot = arena.take(32)?;
//! // Fill in place: the key never was anywhere else. 4 KiB of stack below are zeroized after.
//! with_cleared_stack::<4096, _>(|| slot.expose_secret_mut().map(|key| key.fill(7)))?;
//! assert_eq!(slot.expose_secret()?, [7; 32]);
//! assert_eq!(format!("{slot:?}"), "SecretSlot(..)");
//! assert_eq!(arena.status()?.slots_in_use, 1);
//! let guard = ForkGuard::new()?;
//! guard.check()?; // an error in a forked child
//! # Ok(())
//! # }
//! ```
//!
//! # What it is not
//!
//! - Not a defence against a debugger, root, or code in this process that reads arbitrary
//!   addresses: the memory is readable and writable the whole time. (Page protection would not
//!   stop a debugger either: `/proc/self/mem` reads a `PROT_NONE` page.)
//! - Not a place where libraries work. What they copy (key schedules, big integers, parser
//!   buffers) is outside; [`with_cleared_stack`] wipes the part that is on the stack and in vector
//!   registers. What a signal handler saved while such a call ran is reached only as far as it
//!   lies in the cleared part.
//! - Not a shield against hibernation, which writes locked pages to disk too.
//! - Not for processes that fork and go on using keys: the child gets [`Forked`] and opens its
//!   own arena.
//!
//! # Systems
//!
//! Linux has everything. Other Unix systems have the guard pages and the lock, but no exclusion
//! from core dumps, and there a fork is noticed by comparing process ids. Elsewhere the memory is
//! plain heap: never locked, so that [`LockPolicy::Require`] refuses. [`SecretArena::status`]
//! says what holds.
//!
//! # Features
//!
//! - `testing`: `scan` (looks for keys in this process's memory and in core files),
//!   `stack_used`, `SecretArena::covers`. For tests; needs Linux.

mod arena;
mod carver;
mod error;
mod fork;
mod pages;
mod process;
mod registers;
#[cfg(all(feature = "testing", target_os = "linux", not(miri)))]
pub mod scan;
mod slot;
mod stack;

pub use arena::{ArenaStatus, LockPolicy, MAX_SECRET_LEN, SecretArena};
pub use error::{Error, Forked, LockLimit, OutOfMemory, TooLong, Unsupported};
pub use fork::ForkGuard;
pub use process::harden_process;
pub use registers::clear_registers;
pub use slot::SecretSlot;
pub use stack::with_cleared_stack;
#[cfg(all(feature = "testing", target_os = "linux", not(miri)))]
pub use stack::{StackUse, stack_used};
