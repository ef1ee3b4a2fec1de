//! From document to compiled form.

mod action;
mod builder;
mod condition;
mod principal;
mod text;

use strongroom_types::{AccountId, Partition};

use crate::compiled::{Compiled, PolicyKind};
use crate::document::Document;
use crate::error::PolicyError;

/// What a document is compiled for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CompileContext {
    /// The partition: principals of another are invalid.
    pub partition: Partition,
    /// The account that owns the key, or the identity.
    pub account: AccountId,
    /// Refuse what AWS accepts with a warning.
    pub strict: bool,
}

impl CompileContext {
    /// For a key or an identity of `account`.
    #[must_use]
    pub fn new(partition: Partition, account: AccountId) -> Self {
        Self { partition, account, strict: false }
    }

    /// Refuses what has no effect, names nothing known, or allows more than is wise (every finding of
    /// [`Severity::Warning`](crate::Severity::Warning) and above).
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: true, ..self }
    }
}

/// Compiles a key policy (or another policy that names principals).
///
/// # Errors
/// [`PolicyError::Refused`] with all findings.
pub fn compile_key_policy(document: &Document, context: &CompileContext) -> Result<Compiled, PolicyError> {
    builder::compile(document, context, PolicyKind::Key)
}

/// Compiles an identity policy: of an identity, a permissions boundary, a session, or a service control policy.
///
/// # Errors
/// [`PolicyError::Refused`] with all findings.
pub fn compile_identity_policy(document: &Document, context: &CompileContext) -> Result<Compiled, PolicyError> {
    builder::compile(document, context, PolicyKind::Identity)
}

/// The key policy that a key gets when none is given (AWS KMS Developer Guide, "Default key policy", for keys
/// made through the API): the account may let its identity policies decide.
#[must_use]
pub fn default_key_policy(partition: Partition, account: AccountId) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}
