//! The vocabulary of a strongroom: names, times, secrets, AWS's enumerations, and the traits at
//! which the other crates meet. No cryptography, no I/O, no clock and no random generator of its
//! own: [`Clock`] and [`Random`] are handed in.
//!
//! ```
//! use strongroom_types::{AccountId, EncryptionContext, KeyArn, Secret};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let arn: KeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab".parse()?;
//! assert_eq!(arn.account(), "111122223333".parse::<AccountId>()?);
//!
//! let context = EncryptionContext::from_pairs([("tenant", "42"), ("app", "orders")])?;
//! assert_eq!(context.iter().next(), Some(("app", "orders"))); // always sorted by key bytes
//!
//! let secret = Secret::from(b"attack at dawn".to_vec());
//! assert_eq!(format!("{secret:?}"), "Secret(..)");
//! # Ok(())
//! # }
//! ```
//!
//! What it is *not*: a place for behaviour. A type belongs here when at least two crates that do not
//! know each other must agree on it.

mod arn;
mod condition;
mod context;
pub mod enums;
pub mod json;
mod principal;
mod random;
pub mod row;
mod sealer;
mod secret;
pub mod structure;
mod ticket;
mod time;

pub use arn::{AccountId, AliasName, AliasRef, KeyArn, KeyId, KeyRef, NameError, Partition, Region};
pub use condition::{ConditionKey, ConditionType};
pub use context::{ContextError, EncryptionContext, MAX_ENCODED_CONTEXT};
pub use enums::*;
pub use principal::{Principal, PrincipalKind, check_iam_name};
pub use random::{Random, RandomError};
pub use sealer::{SealError, SealKind, SealPlace, Sealer};
pub use secret::Secret;
pub use ticket::{Abandoned, Completer, Ticket};
pub use time::{Clock, Timestamp, days_since_epoch};
