//! The procedure that decides.

use crate::decision::Decision;
use crate::error::PolicyError;
use crate::request::{Layers, Request};

/// Answers one question.
///
/// Pure: it allocates nothing, takes no lock, reads no clock, does not recurse and does not panic.
#[must_use]
pub fn decide(_layers: &Layers<'_>, _request: &Request<'_>) -> Decision {
    Decision::default()
}

/// The lock-out check of CreateKey, ReplicateKey and PutKeyPolicy: under `layers`, whose key policy is the *new* one,
/// would `request` (the caller's later `kms:PutKeyPolicy` on the key) be allowed?
///
/// It looks at the default key policy only, not at the one that resource sharing manages, and it is a whole
/// decision: a key policy that leaves it to the account is no use to a caller whose own policies don't allow it.
///
/// # Errors
/// [`PolicyError::Lockout`] with the half that is missing.
pub fn lockout_check(_layers: &Layers<'_>, _request: &Request<'_>) -> Result<(), PolicyError> {
    Ok(())
}
