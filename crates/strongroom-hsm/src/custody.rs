//! The three traits.

use std::fmt::Debug;
use std::sync::Arc;

use crate::{Description, Destroyed, Error, Expect, GenerateRequest, Health, KeyToken, Made, Op, OutBuf, Probe, Suite};

/// A place where keys are made and kept.
///
/// # Contract
/// Each promise names its test in `conformance` (feature `conformance`).
///
/// 1. [`describe`](Self::describe) is true and does not change: every verb that it lists works with keys
///    of its spec and its [usage](crate::Verb::usage), every other is [`Error::Unsupported`] and leaves nothing
///    behind. *`the_capability_table_is_true`*
/// 2. [`generate`](Self::generate) is idempotent on the place's creation id as far as the world
///    outside the store goes: repeating it, also after a crash or a lost answer, leaves at most one
///    object for that id. A backend that keeps objects gives the same key again; one whose token is
///    the whole key makes another, and the earlier token is as if it had never been.
///    *`generating_again_never_leaves_two`*
/// 3. A token opens only with the place, usage and identity that it was made with, and only whole:
///    [`Error::Corrupt`] or [`Error::Gone`] for any other, never a key. *`a_token_opens_in_its_place_only`*
/// 4. [`destroy`](Self::destroy) is idempotent. When it has returned, every handle that was opened
///    before it began, all clones, in all threads, says [`Error::Gone`]; a call that overlapped did its work or says
///    `Gone`. `Erased` and `AlreadyAbsent` are answered only after a search found nothing.
///    *`a_destroyed_key_is_gone_in_every_thread`*
/// 5. Everything may be called from many threads at once. *`threads_do_not_disturb_each_other`*
/// 6. Only what is safe to repeat is repeated inside (never a `generate`).
/// 7. In a forked child everything is [`Error::Forked`].
/// 8. No key material, and nothing derived from it that could stand for it, appears in `Debug`
///    output or in errors. *`nothing_shows_the_token_or_the_key`*
pub trait Custody: Debug + Send + Sync {
    /// What this backend is and can do: found out when it was opened, cheap, fixed for its life.
    fn describe(&self) -> &Description;

    /// Makes the material of one key version.
    ///
    /// # Errors
    /// `Unsupported` for a spec that [`describe`](Self::describe) does not list; `Full`; and the
    /// families that a device gives.
    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error>;

    /// Finds what an interrupted [`generate`](Self::generate) for this place and usage left outside
    /// the store, so that it can be destroyed. Always `None` where
    /// [`Description::leaves_objects_outside_store`] is false.
    ///
    /// # Errors
    /// `Conflict` if there is more than one.
    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error>;

    /// Begins an import: a wrapping key pair, made for it and used once.
    ///
    /// # Errors
    /// `Unsupported` where the verb `Import` is not listed for the spec.
    fn begin_import(&self, request: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error>;

    /// Opens a token into a handle, once it was proved to be the key that is expected.
    ///
    /// # Errors
    /// `Corrupt` if the token is damaged or the key is another; `Gone` if its object does not exist.
    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error>;

    /// Makes the token anew where its protection is not the current one (its root key was rotated);
    /// `None` if it is. The key is the same, and the old token stays good until its protection goes.
    /// *`a_renewed_token_is_the_same_key`*
    ///
    /// # Errors
    /// As [`open`](Self::open).
    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error>;

    /// Destroys the key of a token, and closes its handles.
    ///
    /// # Errors
    /// Whatever keeps the backend from *proving* that nothing is left; then the key may still exist
    /// and the call is to be repeated.
    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error>;

    /// Whether the backend works now.
    ///
    /// # Errors
    /// What a call would meet.
    fn probe(&self, depth: Probe) -> Result<Health, Error>;

    /// Fills `out` from the backend's own random generator.
    ///
    /// # Errors
    /// `Unsupported` if it has none.
    fn random(&self, out: &mut [u8]) -> Result<(), Error>;
}

/// A custody that somebody else keeps a hand on.
impl<C: Custody + ?Sized> Custody for Arc<C> {
    fn describe(&self) -> &Description {
        (**self).describe()
    }
    fn generate(&self, request: &GenerateRequest<'_>) -> Result<Made, Error> {
        (**self).generate(request)
    }
    fn find(&self, request: &GenerateRequest<'_>) -> Result<Option<KeyToken>, Error> {
        (**self).find(request)
    }
    fn begin_import(&self, request: &GenerateRequest<'_>) -> Result<Box<dyn ImportJob>, Error> {
        (**self).begin_import(request)
    }
    fn open(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Arc<dyn KeyHandle>, Error> {
        (**self).open(token, expect)
    }
    fn renew(&self, token: &KeyToken, expect: &Expect<'_>) -> Result<Option<KeyToken>, Error> {
        (**self).renew(token, expect)
    }
    fn destroy(&self, token: &KeyToken) -> Result<Destroyed, Error> {
        (**self).destroy(token)
    }
    fn probe(&self, depth: Probe) -> Result<Health, Error> {
        (**self).probe(depth)
    }
    fn random(&self, out: &mut [u8]) -> Result<(), Error> {
        (**self).random(out)
    }
}

/// One key version, opened. Shared as `Arc<dyn KeyHandle>`.
///
/// # Contract
/// 1. [`run`](Self::run) gives the whole output or none: after an error `out` is empty and what was
///    in it is zeroized. *`an_error_leaves_no_output`*
/// 2. Every reason for which a ciphertext does not open is one and the same
///    [`Error::InvalidCiphertext`], in the same time as far as the backend can tell.
///    *`every_bad_ciphertext_fails_alike`*
/// 3. An operation that starts after [`close`](Self::close) or [`Custody::destroy`] returned is
///    [`Error::Gone`], in every clone and thread. *`a_closed_handle_is_gone_in_every_thread`*
/// 4. What is sealed for one header and context opens under no other. *`every_bad_ciphertext_fails_alike`*
/// 5. When the last clone is dropped, the key's copy in this process is zeroized.
/// 6. A signature is the same of a message and of its digest, and a digest of another length than the
///    algorithm's is [`Error::InvalidInput`]. *`a_signature_is_of_the_message_or_its_digest`*
/// 7. A MAC is the whole one, the same in all handles of a key, and another for each other message and
///    key. *`a_mac_is_the_keys_own`*
pub trait KeyHandle: Debug + Send + Sync {
    /// The suite of `SYMMETRIC_DEFAULT` that this key runs; `None` for other specs.
    fn suite(&self) -> Option<Suite>;

    /// The public key, a SubjectPublicKeyInfo in DER (RFC 5280 §4.1); `None` for secret keys.
    fn public_key(&self) -> Option<&[u8]>;

    /// Does one operation and puts its output into `out`, which must be empty.
    ///
    /// # Errors
    /// `Unsupported` for an operation that this key's spec does not have; `InvalidCiphertext`;
    /// `Gone`; `Forked`; and the families that a device gives.
    fn run(&self, op: &Op<'_>, out: &mut OutBuf) -> Result<(), Error>;

    /// Ends this handle in all its clones: waits for the calls in flight, then zeroizes the key's
    /// copy in this process. The key itself stays. Doing it again does nothing.
    fn close(&self);
}

/// An import under way.
pub trait ImportJob: Debug + Send {
    /// The wrapping public key, a SubjectPublicKeyInfo in DER.
    fn wrapping_key(&self) -> &[u8];

    /// Unwraps what the caller wrapped, inside the custody. Uses the job up, whatever the outcome.
    ///
    /// # Errors
    /// `InvalidCiphertext` if it does not unwrap to material of the right length.
    fn finish(self: Box<Self>, wrapped: &[u8]) -> Result<Made, Error>;
}
