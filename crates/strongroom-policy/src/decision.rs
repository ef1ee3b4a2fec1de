//! The answer, with its reason.

use std::fmt;

use crate::document::Effect;
use crate::request::Request;

/// Where a policy comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The key's policy.
    KeyPolicy,
    /// The key's policy that resource sharing manages.
    SharedPolicy,
    /// The caller's identity policies.
    Identity,
    /// The caller's permissions boundary.
    Boundary,
    /// The session's policies.
    Session,
    /// The organisation's service control policies.
    ServiceControl,
    /// The organisation's resource control policies.
    ResourceControl,
    /// The VPC endpoint's policy.
    Endpoint,
}

impl Layer {
    /// The article and AWS's words for it (IAM User Guide, "Troubleshoot access denied error messages").
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::KeyPolicy | Self::SharedPolicy => ("a", "resource-based policy"),
            Self::Identity => ("an", "identity-based policy"),
            Self::Boundary => ("a", "permissions boundary"),
            Self::Session => ("a", "session policy"),
            Self::ServiceControl => ("a", "service control policy"),
            Self::ResourceControl => ("a", "resource control policy"),
            Self::Endpoint => ("a", "VPC endpoint policy"),
        }
    }
}

/// One statement of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct StatementRef {
    /// The policy's layer.
    pub layer: Layer,
    /// Which policy of the layer, from 0; for service control policies counted through all levels.
    pub policy: u16,
    /// Which statement of the policy, from 0. Its `Sid` and place: [`Compiled::statement`](crate::Compiled::statement).
    pub statement: u16,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Allowed: the key policy names the caller.
    KeyPolicyAllows,
    /// Allowed: an identity policy does, and where a key is concerned the key policy leaves it to the account.
    IdentityAllows,
    /// Allowed: the caller is the account's root user.
    RootUser,
    /// Denied by a statement.
    ExplicitDeny,
    /// Denied: a statement that denies could not be evaluated, because the request's value is not of the type that its
    /// operator compares.
    Unevaluable,
    /// Denied: no statement of this layer allows it.
    NoAllow(Layer),
    /// Denied: a caller of another account can't do this, whatever policies say.
    NotCrossAccount,
    /// Denied: the question made no sense.
    Internal,
}

/// The answer to one [`Request`]. The default is the denial of a question that made no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// Allow or deny.
    pub effect: Effect,
    /// Why.
    pub reason: Reason,
    /// The statement that allowed or denied, if one did. Of several that could be named, one.
    pub by: Option<StatementRef>,
    /// When the key policy leaves it to identity policies: the identity policy's statement that allowed.
    pub with: Option<StatementRef>,
}

impl Decision {
    pub(crate) fn allow(reason: Reason, by: Option<StatementRef>, with: Option<StatementRef>) -> Self {
        Self { effect: Effect::Allow, reason, by, with }
    }

    pub(crate) fn deny(reason: Reason, by: Option<StatementRef>) -> Self {
        Self { effect: Effect::Deny, reason, by, with: None }
    }

    /// Whether the answer is allow.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        self.effect == Effect::Allow
    }

    /// The full text of a denial, for the record: AWS's `User: … is not authorized to perform: … because …`.
    #[must_use]
    pub fn explanation<'a>(&self, request: &'a Request<'a>) -> Explanation<'a> {
        Explanation { request, reason: Some((self.reason, self.by)) }
    }
}

impl Default for Decision {
    fn default() -> Self {
        Self::deny(Reason::Internal, None)
    }
}

/// A denial in AWS's words. Shown without the reason by [`denial`], with it by [`Decision::explanation`].
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    request: &'a Request<'a>,
    reason: Option<(Reason, Option<StatementRef>)>,
}

/// The text for a caller who is refused: one text, whatever the reason.
///
/// ```
/// # use strongroom_policy::{denial, ConditionValues, PrincipalView, Request};
/// # use strongroom_types::{Action, Principal, Region};
/// # let partition = "eu-west-1".parse::<Region>().unwrap().partition();
/// # let alice = PrincipalView::new(Principal::user(partition, "111122223333".parse().unwrap(), "alice", "AIDAEXAMPLE"));
/// # let values = ConditionValues::new();
/// let request = Request::on_any(Action::GenerateRandom, &alice, &values);
/// assert_eq!(
///     denial(&request).to_string(),
///     "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:GenerateRandom on resource: *"
/// );
/// ```
#[must_use]
pub fn denial<'a>(request: &'a Request<'a>) -> Explanation<'a> {
    Explanation { request, reason: None }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (action, resource) = (self.request.action(), self.request.resource());
        let arn = self.request.principal().principal().arn();
        write!(f, "User: {arn} is not authorized to perform: kms:{action} on resource: {resource}")?;
        let Some((reason, by)) = self.reason else { return Ok(()) };
        match (reason, by) {
            (Reason::ExplicitDeny, Some(by)) => {
                let (article, words) = by.layer.words();
                write!(f, " with an explicit deny in {article} {words}")
            }
            (Reason::Unevaluable, Some(by)) => {
                let (article, words) = by.layer.words();
                write!(f, " because a statement that denies in {article} {words} could not be evaluated")
            }
            (Reason::NoAllow(layer), _) => {
                write!(f, " because no {} allows the kms:{action} action", layer.words().1)
            }
            (Reason::NotCrossAccount, _) => {
                write!(f, " because the kms:{action} action is not allowed across accounts")
            }
            _ => Ok(()),
        }
    }
}
