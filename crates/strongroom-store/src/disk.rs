//! The few file operations that the embedded store needs: where another disk is put underneath.

use std::fmt::Debug;
use std::io;

/// One file, as the engine sees it.
///
/// A trait of our own, so that no type of the engine is part of this crate's interface. It has no lock: whoever hands
/// in a disk sees to it that one store at a time uses it. (A store opened by path is locked.)
///
/// # Contract
/// 1. Reads see every write that was made, synced or not.
/// 2. After [`sync`](Self::sync) returns `Ok`, all writes and the length outlive a loss of power.
/// 3. A write that fails may have been done in part.
#[expect(clippy::len_without_is_empty, reason = "a disk is never asked whether it is empty")]
pub trait Disk: Debug + Send + Sync {
    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Fills `out` from `offset`; an error if that reaches beyond the end.
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;
    /// Writes all of `data` at `offset`. The engine writes within the length only.
    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()>;
    /// Cuts or extends; what is new is zero.
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Makes everything before it durable.
    fn sync(&self) -> io::Result<()>;
    /// Lets later reads come from the disk, where a cache may hold what a failed sync did not write and now believes
    /// clean ("fsyncgate", 2018). Called before the file is opened again. Nothing to do where there is no cache.
    fn forget_cached(&self) -> io::Result<()>;
}
