//! The locks of this crate: `std`'s, or `shuttle`'s when random schedules are explored.

#[cfg(not(strongroom_shuttle))]
pub(crate) use std::sync::{Mutex, MutexGuard, RwLock};

#[cfg(strongroom_shuttle)]
pub(crate) use shuttle::sync::{Mutex, MutexGuard, RwLock};
