//! Decides who may do what: AWS key policies and identity policies, compiled once, with reasons.

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
