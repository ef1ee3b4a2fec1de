//! What is asked, and the layers of policy that answer.

use std::sync::Arc;

use strongroom_types::{AccountId, Action, ConditionKey, PrincipalKind};

use crate::compiled::Compiled;
use crate::context::{ConditionValue, ConditionValues};
use crate::principal::PrincipalView;

/// What an action is done to, which decides who has a say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// A key: its key policy must allow.
    Key,
    /// An alias, or nothing in particular (`*`): identity policies alone decide.
    IdentityOnly,
}

/// One question: may this principal do this action to this resource? Borrows everything.
///
/// An operation that needs several permissions (ReEncrypt, UpdateAlias, ReplicateKey) asks several questions.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    action: Action,
    principal: &'a PrincipalView,
    resource: &'a str,
    account: Option<AccountId>,
    scope: Scope,
    cross_account: bool,
    values: &'a ConditionValues<'a>,
}

impl<'a> Request<'a> {
    /// About a key of `account`. `key_arn` is the key's ARN, however the caller named the key: an alias
    /// is a condition (`kms:RequestAlias`), never the resource.
    #[must_use]
    pub fn on_key(
        action: Action,
        principal: &'a PrincipalView,
        key_arn: &'a str,
        account: AccountId,
        values: &'a ConditionValues<'a>,
    ) -> Self {
        let (scope, account) = (Scope::Key, Some(account));
        Self { action, principal, resource: key_arn, account, scope, cross_account: false, values }
    }

    /// About the alias with this ARN, which is of `account`.
    #[must_use]
    pub fn on_alias(
        action: Action,
        principal: &'a PrincipalView,
        alias_arn: &'a str,
        account: AccountId,
        values: &'a ConditionValues<'a>,
    ) -> Self {
        let (scope, account) = (Scope::IdentityOnly, Some(account));
        Self { action, principal, resource: alias_arn, account, scope, cross_account: false, values }
    }

    /// About no resource in particular: `*`, in the caller's own account.
    #[must_use]
    pub fn on_any(action: Action, principal: &'a PrincipalView, values: &'a ConditionValues<'a>) -> Self {
        let scope = Scope::IdentityOnly;
        let account = principal.principal().account();
        Self { action, principal, resource: "*", account, scope, cross_account: false, values }
    }

    /// The same for an operation that a caller of another account can be allowed (the row's `cross_account`).
    /// Without this such a caller is refused whatever policies say.
    #[must_use]
    pub fn cross_account_capable(self) -> Self {
        Self { cross_account: true, ..self }
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// Who asks.
    #[must_use]
    pub fn principal(&self) -> &'a PrincipalView {
        self.principal
    }

    /// The ARN, or `*`.
    #[must_use]
    pub fn resource(&self) -> &'a str {
        self.resource
    }

    /// Who has a say.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    pub(crate) fn is_cross_account_capable(&self) -> bool {
        self.cross_account
    }

    /// Whether the resource is another account's. Services have no account and are never foreign.
    #[inline]
    pub(crate) fn is_foreign(&self) -> bool {
        match (self.principal.principal().account(), self.account) {
            (Some(caller), Some(owner)) => caller != owner,
            _ => false,
        }
    }

    /// What the request says under `key`. What is known of the caller comes from the principal alone.
    #[inline]
    pub(crate) fn value(&self, key: ConditionKey) -> Option<ConditionValue<'_>> {
        use ConditionKey as K;
        let principal = self.principal.principal();
        let service = self.principal.is_service();
        let text = |text: &'a str| Some(ConditionValue::Str(text));
        match key {
            K::AwsPrincipalArn if service => None,
            // The ARN of the role, not of the session (IAM User Guide, "aws:PrincipalArn").
            K::AwsPrincipalArn => text(principal.role_arn().unwrap_or(principal.arn())),
            K::AwsPrincipalAccount => self.caller_account(),
            K::KmsCallerAccount if self.has_caller_account() => self.caller_account(),
            K::KmsCallerAccount => None,
            K::AwsPrincipalType => principal_type(principal.kind()).and_then(text),
            // No page says that a service has one (IAM User Guide, "Principal key values").
            K::AwsUserid if service => None,
            K::AwsUserid => text(self.principal.user_id()),
            K::AwsUsername if principal.kind() == PrincipalKind::User => text(principal.name()),
            K::AwsUsername => None,
            K::AwsPrincipalIsAWSService => Some(ConditionValue::Bool(service)),
            K::AwsPrincipalServiceName if service => text(principal.name()),
            K::AwsPrincipalServiceName => None,
            K::AwsResourceAccount => self.values.get(key).or_else(|| Some(ConditionValue::Str(self.account_text()?))),
            _ => self.values.get(key),
        }
    }

    fn caller_account(&self) -> Option<ConditionValue<'_>> {
        let account = self.principal.account();
        (!account.is_empty()).then_some(ConditionValue::Str(account))
    }

    fn account_text(&self) -> Option<&str> {
        self.account.as_ref().map(AccountId::as_str)
    }

    /// Which actions carry `kms:CallerAccount` (Service Authorization Reference for AWS KMS).
    fn has_caller_account(&self) -> bool {
        use Action as A;
        let without = [A::GenerateRandom, A::ListAliases, A::ListKeys, A::ListRetirableGrants];
        !without.contains(&self.action)
    }
}

fn principal_type(kind: PrincipalKind) -> Option<&'static str> {
    match kind {
        PrincipalKind::Root => Some("Account"),
        PrincipalKind::User => Some("User"),
        PrincipalKind::AssumedRole => Some("AssumedRole"),
        PrincipalKind::FederatedUser => Some("FederatedUser"),
        _ => None,
    }
}

/// The policies that have a say, as slices so that nothing is built per call.
///
/// Empty layers don't limit: no boundary, no session policy, no organisation. A key without a key policy allows
/// nothing. Policies that are compiled for one layer stand in that layer only.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Layers<'a> {
    /// The key's policy (`default`).
    pub key_policy: Option<&'a Compiled>,
    /// The key's policy that resource sharing manages (`AWS_RAM`).
    pub shared_policy: Option<&'a Compiled>,
    /// The caller's identity policies, his groups' too.
    pub identity: &'a [Arc<Compiled>],
    /// The caller's permissions boundary.
    pub boundary: Option<&'a Compiled>,
    /// The policies passed when the session was made.
    pub session: &'a [Arc<Compiled>],
    /// Service control policies, from the organisation's root to the caller's account: each level must allow.
    pub service_control: &'a [Box<[Arc<Compiled>]>],
    /// Resource control policies of the key's account: they only deny.
    pub resource_control: &'a [Arc<Compiled>],
    /// The policy of the VPC endpoint that the request came through.
    pub endpoint: Option<&'a Compiled>,
}

impl<'a> Layers<'a> {
    /// A key's policy alone.
    #[must_use]
    pub fn new(key_policy: &'a Compiled) -> Self {
        Self { key_policy: Some(key_policy), ..Self::default() }
    }

    /// For what no key policy has a say in.
    #[must_use]
    pub fn without_key() -> Self {
        Self::default()
    }

    /// With these identity policies.
    #[must_use]
    pub fn identity(self, identity: &'a [Arc<Compiled>]) -> Self {
        Self { identity, ..self }
    }

    /// With this permissions boundary.
    #[must_use]
    pub fn boundary(self, boundary: Option<&'a Compiled>) -> Self {
        Self { boundary, ..self }
    }

    /// With these session policies.
    #[must_use]
    pub fn session(self, session: &'a [Arc<Compiled>]) -> Self {
        Self { session, ..self }
    }
}
