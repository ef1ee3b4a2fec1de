//! The crate's error, by what the caller can do.

use std::fmt;

/// Why secret memory could not be had or used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused to lock more memory: raise its limit, or choose
    /// [`LockPolicy::BestEffort`](crate::LockPolicy::BestEffort).
    #[error(transparent)]
    LockLimit(#[from] LockLimit),
    /// The system has no more memory or mappings: free some, then try again.
    #[error(transparent)]
    OutOfMemory(#[from] OutOfMemory),
    /// The secret is longer than a slot can be: keep a seed, or split it.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// This process is a fork of the one that made the object: make a new one here.
    #[error(transparent)]
    Forked(#[from] Forked),
    /// This system has no such call: do without.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
}

/// The system refused to lock memory.
#[derive(Debug, Clone)]
pub struct LockLimit {
    pub(crate) wanted: usize,
    pub(crate) locked: usize,
    pub(crate) limit: Option<u64>,
    pub(crate) os_error: Option<i32>,
}

impl LockLimit {
    /// Bytes that should have been locked.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// Bytes that this arena had locked already.
    #[must_use]
    pub fn locked(&self) -> usize {
        self.locked
    }

    /// The process's limit for locked memory in bytes (`RLIMIT_MEMLOCK`, soft), shared by all that
    /// it locks. `None`: unlimited or unknown, so the refusal has another cause.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// The system's error number, if a system call failed (`None`: this system cannot lock).
    #[must_use]
    pub fn os_error(&self) -> Option<i32> {
        self.os_error
    }
}

impl std::error::Error for LockLimit {}

impl fmt::Display for LockLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wanted, locked, limit, os_error } = self;
        write!(f, "the system refused to lock `{wanted}` bytes of memory")?;
        write!(f, " beside the `{locked}` that this arena has locked")?;
        match limit {
            Some(limit) => write!(f, " (RLIMIT_MEMLOCK is `{limit}` bytes")?,
            None => write!(f, " (no RLIMIT_MEMLOCK")?,
        }
        if let Some(code) = os_error {
            write!(f, ", os error `{code}`")?;
        }
        write!(
            f,
            "): raise the limit (`ulimit -l`, `LimitMEMLOCK=` of systemd, or CAP_IPC_LOCK), \
             or choose `LockPolicy::BestEffort` to carry on with memory that can be swapped"
        )
    }
}

/// The system gave no memory.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the system gave no `{wanted}` bytes of memory (os error `{os_error}`)")]
pub struct OutOfMemory {
    pub(crate) wanted: usize,
    pub(crate) os_error: i32,
}

impl OutOfMemory {
    /// Bytes that were asked for, guard pages included.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// The system's error number (0 where none is known).
    #[must_use]
    pub fn os_error(&self) -> i32 {
        self.os_error
    }
}

/// The secret does not fit into the largest slot.
#[derive(Debug, Clone, thiserror::Error)]
#[error("a secret of `{len}` bytes does not fit into the largest slot, of `4096`")]
pub struct TooLong {
    pub(crate) len: usize,
}

impl TooLong {
    /// The length that was asked for, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Always false: an empty secret fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// This process is a fork of the one that made the object.
///
/// Its secrets were wiped by the kernel at the fork; a key read now would be all zeros, and a
/// counter or generator copied by the fork would repeat the parent's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this process is a fork of the one that opened this object: open a new one in the child")]
#[expect(clippy::exhaustive_structs, reason = "a bare fact, which callers compare with")]
pub struct Forked;

/// This system has no such call.
#[derive(Debug, Clone, thiserror::Error)]
#[error("this system cannot `{what}` (os error `{os_error}`)")]
pub struct Unsupported {
    pub(crate) what: &'static str,
    pub(crate) os_error: i32,
}

impl Unsupported {
    /// What it cannot do.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }
}
