//! What a program may choose for its whole process.

use crate::Error;

/// Makes this process undumpable: no core file at a crash, no attaching by other processes of the
/// same user (`prctl(PR_SET_DUMPABLE, 0)`), and `/proc/self/mem` readable by root alone.
///
/// Strongroom never calls it: it is for the *program* to choose, early in `main`, because it takes
/// the core file from everybody's crashes. An `exec` resets it.
///
/// # Errors
/// [`Error::Unsupported`] where the system has no such call or refuses it.
pub fn harden_process() -> Result<(), Error> {
    #[cfg(all(any(target_os = "linux", target_os = "android"), not(miri)))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|error| unsupported(error.raw_os_error()))
    }
    #[cfg(not(all(any(target_os = "linux", target_os = "android"), not(miri))))]
    {
        Err(unsupported(0))
    }
}

fn unsupported(os_error: i32) -> Error {
    Error::Unsupported(crate::Unsupported { what: "make a process undumpable", os_error })
}
