//! What the path of a call looks up without a lock.

mod bounded;
mod handles;
mod map;

pub use bounded::CacheStatus;
pub(crate) use bounded::{Bounded, Cached};
pub use handles::HandleStatus;
pub(crate) use handles::{HandleKey, Handles, Open};
pub(crate) use map::{Equivalent, Map, Next};
