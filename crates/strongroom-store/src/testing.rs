//! What tests put under and over a store: a disk that loses power, and a store that fails on purpose.

mod faulty;
mod sim;

pub use crate::random::Seeded;
pub use faulty::{Call, Faulty, Trouble};
pub use sim::{DiskFault, DiskOp, SimDisk, SimFile};
