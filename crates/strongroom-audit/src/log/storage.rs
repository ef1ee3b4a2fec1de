//! Where the log's files live, as a trait small enough for a simulated disk.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// A folder of files that the log has for itself.
///
/// # Contract
/// 1. [`create`](Self::create) fails with [`io::ErrorKind::AlreadyExists`] if the name is taken; when it returns,
///    the name survives a power cut (the parent directory was synced).
/// 2. [`open`](Self::open) fails with [`io::ErrorKind::NotFound`] if there is no such file, and never makes one.
/// 3. [`list`](Self::list) gives every file's name, in any order.
/// 4. When [`remove`](Self::remove) returns, the name is gone for good.
pub trait LogStorage: Debug + Send + Sync {
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Makes an empty file.
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>>;
    /// Opens a file for reading and writing.
    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Bytes that can still be written, if that can be known.
    fn free_space(&self) -> io::Result<Option<u64>>;
    /// Whether nothing survives the process, so that syncing is pointless and no thread is needed for it.
    fn is_volatile(&self) -> bool;
    /// The folder, for messages.
    fn path(&self) -> &Path;
}

/// One file.
///
/// # Contract
/// 1. When [`write_at`](Self::write_at) returns, all bytes were handed to the operating system: they survive the
///    death of the process. On an error any part of them may have been written.
/// 2. When [`sync`](Self::sync) returns, everything written before it was called survives a power cut, the length
///    included.
/// 3. [`check_in_place`](Self::check_in_place) fails if the file has no name any more: it was deleted, or another was
///    put in its place. Asked before every write, so it must be cheap. Otherwise it gives the length.
/// 4. [`check_name`](Self::check_name) fails also if the file stands under another name than it was opened by. Asked
///    after every sync. Where files can't be renamed from outside it is the same.
pub trait LogFile: Debug + Send + Sync {
    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Reads up to `out.len()` bytes from `offset` on; fewer only at the end of the file.
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize>;
    /// Writes all bytes at `offset`.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Makes everything written so far durable.
    fn sync(&self) -> io::Result<()>;
    /// Cuts the file, or lengthens it with zeros.
    fn truncate(&self, len: u64) -> io::Result<()>;
    /// Whether the file is still there, and how long it is.
    fn check_in_place(&self) -> io::Result<u64>;
    /// Whether the file is still there under its own name, and how long it is.
    fn check_name(&self) -> io::Result<u64> {
        self.check_in_place()
    }
}
