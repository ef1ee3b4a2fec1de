//! Why a document is refused.

use crate::finding::{Code, Finding, PolicyException, Severity};

/// The longest key policy, in bytes (AWS KMS Developer Guide, "Resource quotas": 32 KiB, not adjustable).
pub const MAX_POLICY_BYTES: usize = 32_768;

/// Which half of the authorization for a later `PutKeyPolicy` is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MissingHalf {
    /// The new key policy allows it neither to the caller nor to his account.
    KeyPolicy,
    /// The new key policy leaves it to the account's identity policies, and the caller's don't allow it.
    Identity,
}

/// Why a document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Make it shorter.
    #[error(transparent)]
    TooLarge(TooLarge),
    /// Repair what the findings show.
    #[error(transparent)]
    Refused(Refused),
    /// Leave the caller a way to change the policy again, or bypass the check.
    #[error(transparent)]
    Lockout(Lockout),
}

/// A document over [`MAX_POLICY_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the policy is `{bytes}` bytes long, and at most 32768 are allowed")]
pub struct TooLarge {
    bytes: usize,
}

impl TooLarge {
    pub(crate) fn new(bytes: usize) -> Self {
        Self { bytes }
    }

    /// How long it is.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// A document with at least one finding of [`Severity::Error`] (or, in strict reading, of
/// [`Severity::Warning`]).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: `{}` at byte `{}` ({} findings)", self.code().text(), self.code().as_str(), self.span_start(), self.findings.len())]
pub struct Refused {
    findings: Box<[Finding]>,
}

impl Refused {
    pub(crate) fn new(findings: Box<[Finding]>) -> Self {
        Self { findings }
    }

    fn worst(&self) -> Option<&Finding> {
        let error = self.findings.iter().find(|f| f.code.severity() == Severity::Error);
        error.or_else(|| self.findings.iter().max_by_key(|f| f.code.severity()))
    }

    fn span_start(&self) -> usize {
        self.worst().map_or(0, |f| f.span.start)
    }

    /// The first reason to refuse it.
    #[must_use]
    pub fn code(&self) -> Code {
        self.worst().map_or(Code::Json, |f| f.code)
    }

    /// All findings, the harmless ones too.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// A key policy under which its author could not change it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The new key policy will not allow you to update the key policy in the future. {}", self.half())]
pub struct Lockout {
    missing: MissingHalf,
}

impl Lockout {
    pub(crate) fn new(missing: MissingHalf) -> Self {
        Self { missing }
    }

    /// What is missing.
    #[must_use]
    pub fn missing(&self) -> MissingHalf {
        self.missing
    }

    fn half(&self) -> &'static str {
        match self.missing {
            MissingHalf::KeyPolicy => "The new key policy does not allow kms:PutKeyPolicy to you or to your account.",
            MissingHalf::Identity => {
                "The new key policy leaves kms:PutKeyPolicy to your account's identity policies, and yours don't allow it."
            }
        }
    }
}

impl PolicyError {
    /// The exception that AWS answers with.
    #[must_use]
    pub fn exception(&self) -> PolicyException {
        match self {
            Self::TooLarge(_) => PolicyException::LimitExceeded,
            Self::Refused(refused) => refused.code().exception(),
            Self::Lockout(_) => PolicyException::MalformedPolicyDocument,
        }
    }

    /// The findings; none for the kinds without.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Refused(refused) => refused.findings(),
            _ => &[],
        }
    }

    /// The text that AWS sends with [`exception`](Self::exception); a mistake's goes on to say where in the document it
    /// is, the lock-out's which half is missing.
    #[must_use]
    pub fn aws_message(&self) -> String {
        match self {
            Self::TooLarge(e) => e.to_string(),
            Self::Lockout(e) => e.to_string(),
            Self::Refused(e) => match e.code() {
                Code::InvalidPrincipal => "Policy contains a statement with one or more invalid principals.".into(),
                Code::OverpermissiveCondition => {
                    format!("OverlyPermissiveCondition: {}", Code::OverpermissiveCondition.text())
                }
                code if code.exception() == PolicyException::InvalidArn => {
                    "A specified ARN, or an ARN in a key policy, is not valid.".into()
                }
                code => {
                    let (text, at) = (code.text(), e.span_start());
                    format!("The policy is not syntactically or semantically correct: {text}, at byte {at}.")
                }
            },
        }
    }
}
