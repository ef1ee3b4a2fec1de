//! Decides who may do what: AWS key policies and identity policies, compiled once, with reasons.
//!
//! `&str` → [`Document`] (what was written, with places) → [`Compiled`] (immutable, shareable) → [`decide`] (pure, no
//! allocation) → [`Decision`] (with the statement that decided).
//!
//! ```
//! use strongroom_policy::{CompileContext, ConditionValue, ConditionValues, Document, Layers, PrincipalView, Request};
//! use strongroom_policy::{compile_key_policy, decide};
//! use strongroom_types::{Action, ConditionKey, Principal, Region};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (partition, account) = ("eu-west-1".parse::<Region>()?.partition(), "111122223333".parse()?);
//! let document = Document::parse(
//!     r#"{"Version": "2012-10-17", "Statement": {
//!         "Sid": "app through S3", "Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*",
//!         "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"},
//!         "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}}"#,
//! )?;
//! let policy = compile_key_policy(&document, &CompileContext::new(partition, account))?;
//!
//! let app = PrincipalView::new(Principal::assumed_role(partition, account, "app", "i-1", "AROAEXAMPLE"));
//! let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
//! let mut values = ConditionValues::new();
//! values.set(ConditionKey::KmsViaService, ConditionValue::Str("s3.eu-west-1.amazonaws.com"));
//! let request = Request::on_key(Action::Decrypt, &app, arn, account, &values);
//! let decision = decide(&Layers::new(&policy), &request);
//! assert!(decision.is_allow());
//! let by = decision.by.and_then(|by| policy.statement(by.statement));
//! assert_eq!(by.and_then(|statement| statement.sid), Some("app through S3"));
//! # Ok(())
//! # }
//! ```
//!
//! What it is *not*: a store of policies or identities, and no cryptography. It knows nothing of key states, and it does
//! not resolve aliases: whoever asks has found the key. Grants are a layer to come.

mod compile;
mod compiled;
mod condition;
mod context;
mod decide;
mod decision;
mod document;
mod error;
mod finding;
mod glob;
mod principal;
mod request;
mod scalar;

pub use compile::{CompileContext, compile_identity_policy, compile_key_policy, default_key_policy};
pub use compiled::{Compiled, PolicyKind, Statement};
pub use context::{ConditionValue, ConditionValues, Tags};
pub use decide::{decide, lockout_check};
pub use decision::{Decision, Explanation, Layer, Reason, StatementRef, denial};
pub use document::{Document, Effect};
pub use error::{Lockout, MAX_POLICY_BYTES, MissingHalf, PolicyError, Refused, TooLarge};
pub use finding::{Code, Finding, MAX_FINDINGS, PolicyException, Severity};
pub use principal::PrincipalView;
pub use request::{Layers, Request, Scope};
