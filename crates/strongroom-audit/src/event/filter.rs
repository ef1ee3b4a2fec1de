//! Which records somebody wants to see.

use strongroom_types::Timestamp;

use super::Record;

/// A choice among records: everything that was set must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    name: Option<String>,
    resource: Option<String>,
    principal: Option<String>,
    account: Option<String>,
    failed: Option<bool>,
    not_before: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Filter {
    /// Every record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of this operation, or this service event.
    #[must_use]
    pub fn event_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// About the resource with this ARN, or about the key with this id.
    #[must_use]
    pub fn resource(mut self, arn_or_key_id: impl Into<String>) -> Self {
        self.resource = Some(arn_or_key_id.into());
        self
    }

    /// By the principal with this ARN.
    #[must_use]
    pub fn principal(mut self, arn: impl Into<String>) -> Self {
        self.principal = Some(arn.into());
        self
    }

    /// Delivered to this account: by a caller of it, or about a key of it.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Of calls that failed or were denied.
    #[must_use]
    pub fn failed(mut self) -> Self {
        self.failed = Some(true);
        self
    }

    /// Of calls that succeeded.
    #[must_use]
    pub fn succeeded(mut self) -> Self {
        self.failed = Some(false);
        self
    }

    /// Completed at `from` or later.
    #[must_use]
    pub fn not_before(mut self, from: Timestamp) -> Self {
        self.not_before = Some(from);
        self
    }

    /// Completed before `to`.
    #[must_use]
    pub fn before(mut self, to: Timestamp) -> Self {
        self.before = Some(to);
        self
    }

    /// Whether `record` is one of them.
    #[must_use]
    pub fn matches(&self, record: &Record) -> bool {
        let same = |wanted: &Option<String>, is: Option<&str>| wanted.as_deref().is_none_or(|w| is == Some(w));
        let about = |wanted: &str| {
            record.resources().any(|(_, arn)| arn == wanted || arn.rsplit_once('/').is_some_and(|(_, id)| id == wanted))
        };
        let delivered = |wanted: &str| {
            record.account() == Some(wanted) || record.owner().is_some_and(|(owner, ..)| owner == wanted)
        };
        same(&self.name, Some(record.name()))
            && same(&self.principal, record.principal_arn())
            && self.resource.as_deref().is_none_or(about)
            && self.account.as_deref().is_none_or(delivered)
            && self.failed.is_none_or(|failed| record.error_code().is_some() == failed)
            && self.not_before.is_none_or(|from| record.time() >= from)
            && self.before.is_none_or(|to| record.time() < to)
    }
}
