//! What the path of a call looks up without a lock.

mod handles;
mod map;

pub use handles::HandleStatus;
pub(crate) use handles::{HandleKey, Handles, Open};
pub(crate) use map::{Equivalent, Map, Next};
