//! The suite that every backend must pass.
//!
//! ```
//! use std::sync::Arc;
//! use strongroom_hsm::Custody;
//! use strongroom_hsm::conformance::{Failure, Report, Subject, run};
//!
//! /// `connect` opens the backend anew each time, over the same keys.
//! fn conforms(connect: &(dyn Fn() -> Arc<dyn Custody> + Sync)) -> Result<Report, Failure> {
//!     run(&Subject::new(connect)) // with `.verify(…)`, `.encrypt(…)` and `.objects(…)` it sees more
//! }
//! ```

mod checks;
mod ciphertexts;
mod keys;
mod threads;
mod tokens;

use std::fmt;
use std::sync::Arc;

use strongroom_types::{EncryptionAlgorithmSpec, SigningAlgorithmSpec};

use self::keys::Trial;
use crate::{Custody, Error, MaterialUsage};

/// Checks a signature with something other than the backend: public key (SubjectPublicKeyInfo in
/// DER), algorithm, message, signature.
pub type Verify<'a> = &'a (dyn Fn(&[u8], SigningAlgorithmSpec, &[u8], &[u8]) -> bool + Sync);

/// Encrypts with something other than the backend: public key (SubjectPublicKeyInfo in DER),
/// algorithm, message. `None` if it can't.
pub type Encrypt<'a> = &'a (dyn Fn(&[u8], EncryptionAlgorithmSpec, &[u8]) -> Option<Vec<u8>> + Sync);

/// What is tested.
pub struct Subject<'a> {
    connect: &'a (dyn Fn() -> Arc<dyn Custody> + Sync),
    verify: Option<Verify<'a>>,
    encrypt: Option<Encrypt<'a>>,
    kinds: Option<&'a [MaterialUsage]>,
    objects: Option<&'a (dyn Fn() -> usize + Sync)>,
}

impl<'a> Subject<'a> {
    /// A backend that `connect` opens, anew each time, over the same keys.
    #[must_use]
    pub fn new(connect: &'a (dyn Fn() -> Arc<dyn Custody> + Sync)) -> Self {
        Self { connect, verify: None, encrypt: None, kinds: None, objects: None }
    }

    /// With an independent check of signatures.
    #[must_use]
    pub fn verify(mut self, verify: Verify<'a>) -> Self {
        self.verify = Some(verify);
        self
    }

    /// With an independent way of encrypting to public keys, without which only failures to decrypt are seen.
    #[must_use]
    pub fn encrypt(mut self, encrypt: Encrypt<'a>) -> Self {
        self.encrypt = Some(encrypt);
        self
    }

    /// With keys of these kinds alone; of each that the backend lists if this is not said.
    #[must_use]
    pub fn kinds(mut self, kinds: &'a [MaterialUsage]) -> Self {
        self.kinds = Some(kinds);
        self
    }

    /// With a count of the objects that the backend keeps outside the store.
    #[must_use]
    pub fn objects(mut self, objects: &'a (dyn Fn() -> usize + Sync)) -> Self {
        self.objects = Some(objects);
        self
    }

    fn connect(&self) -> Arc<dyn Custody> {
        (self.connect)()
    }

    fn count(&self) -> Option<usize> {
        self.objects.map(|count| count())
    }
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject")
    }
}

/// A promise that a backend does not keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the backend breaks `{promise}`: {detail}")]
#[non_exhaustive]
pub struct Failure {
    /// The name of the test, as the traits' contracts give it.
    pub promise: &'static str,
    /// What was seen.
    pub detail: String,
}

/// How many single comparisons each test made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// By the test's name.
    pub comparisons: Vec<(&'static str, u64)>,
}

impl Report {
    /// All comparisons together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.comparisons.iter().map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (promise, count) in &self.comparisons {
            writeln!(f, "{promise:<48} {count:>7}")?;
        }
        write!(f, "{:<48} {:>7}", "comparisons", self.total())
    }
}

/// Counts comparisons, and says which one failed.
#[derive(Debug, Default)]
struct Tally(u64);

impl Tally {
    fn ensure(&mut self, holds: bool, detail: impl FnOnce() -> String) -> Result<(), String> {
        self.0 = self.0.saturating_add(1);
        if holds { Ok(()) } else { Err(detail()) }
    }

    fn same<T: PartialEq + fmt::Debug>(&mut self, what: &str, got: T, wanted: T) -> Result<(), String> {
        let holds = got == wanted;
        self.ensure(holds, || format!("{what}: `{got:?}` instead of `{wanted:?}`"))
    }
}

fn said(error: Error) -> String {
    format!("an error where there should be none: {error}")
}

type Check = fn(&Trial<'_>, &mut Tally) -> Result<(), String>;

/// The first test, under whose name it is told if the keys for all tests can't be made.
const TABLE: &str = "the_capability_table_is_true";
/// The test that counts the objects that a backend keeps outside the store.
const OBJECTS: &str = "generating_again_never_leaves_two";

/// The tests, by the names that the contracts give. The one that destroys keys is the last.
const CHECKS: &[(&str, Check)] = &[
    (TABLE, checks::the_capability_table_is_true),
    (OBJECTS, checks::generating_again_never_leaves_two),
    ("a_token_opens_in_its_place_only", tokens::a_token_opens_in_its_place_only),
    ("a_renewed_token_is_the_same_key", tokens::a_renewed_token_is_the_same_key),
    ("a_signature_is_of_the_message_or_its_digest", checks::a_signature_is_of_the_message_or_its_digest),
    ("a_mac_is_the_keys_own", checks::a_mac_is_the_keys_own),
    ("every_bad_ciphertext_fails_alike", ciphertexts::every_bad_ciphertext_fails_alike),
    ("an_error_leaves_no_output", checks::an_error_leaves_no_output),
    ("nothing_shows_the_token_or_the_key", tokens::nothing_shows_the_token_or_the_key),
    ("a_closed_handle_is_gone_in_every_thread", threads::a_closed_handle_is_gone_in_every_thread),
    ("threads_do_not_disturb_each_other", threads::threads_do_not_disturb_each_other),
    ("a_destroyed_key_is_gone_in_every_thread", threads::a_destroyed_key_is_gone_in_every_thread),
];

/// Runs every test, with two keys of each kind that are made once, and a few more for single tests.
///
/// # Errors
/// The first promise that is broken.
pub fn run(subject: &Subject<'_>) -> Result<Report, Failure> {
    let before = subject.count();
    let trial = Trial::begin(subject).map_err(|detail| Failure { promise: TABLE, detail })?;
    let mut report = Report::default();
    for (promise, check) in CHECKS {
        let mut tally = Tally::default();
        check(&trial, &mut tally).map_err(|detail| Failure { promise, detail })?;
        report.comparisons.push((promise, tally.0));
    }
    let left = trial.end().and_then(|()| Tally::default().same("objects at the end", subject.count(), before));
    left.map_err(|detail| Failure { promise: OBJECTS, detail })?;
    Ok(report)
}
