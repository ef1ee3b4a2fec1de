//! The procedure that decides (IAM User Guide, "Policy evaluation logic"; AWS KMS Developer Guide, "Policy evaluation").

use std::sync::Arc;

use crate::compiled::{Candidates, Compiled, List, PolicyKind, Rule, bit};
use crate::condition::{Evaluation, Truth};
use crate::decision::{Decision, Layer, Reason, StatementRef};
use crate::document::Effect;
use crate::error::{Lockout, MissingHalf, PolicyError};
use crate::request::{Layers, Request, Scope};

/// Answers one question.
///
/// Pure: it allocates nothing, takes no lock, reads no clock, does not recurse and does not panic.
///
/// The order: what can't be done across accounts is refused; a statement that denies, in any layer, denies; each
/// organisation level and the endpoint must allow; then the key policy must allow the caller (by name, by role,
/// as everyone) or leave it to his account, whose identity policies must then allow; last, boundary and session
/// limit what came by role or by identity. Across accounts the caller's identity policies must always allow.
///
/// ```
/// use strongroom_policy::{CompileContext, ConditionValues, Document, Layers, PrincipalView, Request};
/// use strongroom_policy::{compile_key_policy, decide, default_key_policy};
/// use strongroom_types::{Action, Principal, Region};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (partition, account) = ("eu-west-1".parse::<Region>()?.partition(), "111122223333".parse()?);
/// let document = Document::parse(&default_key_policy(partition, account))?;
/// let policy = compile_key_policy(&document, &CompileContext::new(partition, account))?;
///
/// let root = PrincipalView::new(Principal::root(partition, account));
/// let alice = PrincipalView::new(Principal::user(partition, account, "alice", "AIDAEXAMPLE"));
/// let values = ConditionValues::new();
/// let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let ask = |who| decide(&Layers::new(&policy), &Request::on_key(Action::Decrypt, who, arn, account, &values));
/// assert!(ask(&root).is_allow());
/// assert!(!ask(&alice).is_allow()); // left to her identity policies, and she has none
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn decide(layers: &Layers<'_>, request: &Request<'_>) -> Decision {
    if request.is_foreign() && !request.is_cross_account_capable() {
        return Decision::deny(Reason::NotCrossAccount, None);
    }
    if !every_policy_is_where_it_belongs(layers) {
        return Decision::default();
    }
    let call = Call { layers, request, bit: bit(request.action()) };
    call.explicit_deny().or_else(|| call.outer_limits()).unwrap_or_else(|| match request.scope() {
        Scope::Key => call.key(),
        Scope::IdentityOnly => call.identity_only(),
    })
}

/// The lock-out check of CreateKey, ReplicateKey and PutKeyPolicy: under `layers`, whose key policy is the *new* one,
/// would `request` (the caller's later `kms:PutKeyPolicy` on the key) be allowed?
///
/// It looks at the default key policy only, not at the one that resource sharing manages, and it is a whole
/// decision: a key policy that leaves it to the account is no use to a caller whose own policies don't allow it.
///
/// # Errors
/// [`PolicyError::Lockout`] with the half that is missing.
pub fn lockout_check(layers: &Layers<'_>, request: &Request<'_>) -> Result<(), PolicyError> {
    let decision = decide(&Layers { shared_policy: None, ..*layers }, request);
    if decision.is_allow() {
        return Ok(());
    }
    let by_key_policy = decision.by.is_some_and(|by| by.layer == Layer::KeyPolicy);
    let half = match decision.reason {
        Reason::NoAllow(Layer::KeyPolicy) | Reason::NotCrossAccount => MissingHalf::KeyPolicy,
        Reason::ExplicitDeny | Reason::Unevaluable if by_key_policy => MissingHalf::KeyPolicy,
        _ => MissingHalf::Identity,
    };
    Err(PolicyError::Lockout(Lockout::new(half)))
}

/// A key policy among identity policies would be read as if it named everyone.
fn every_policy_is_where_it_belongs(layers: &Layers<'_>) -> bool {
    let all = |policies: &[Arc<Compiled>], kind| policies.iter().all(|p| p.kind() == kind);
    let one = |policy: Option<&Compiled>, kind| policy.is_none_or(|p| p.kind() == kind);
    one(layers.key_policy, PolicyKind::Key)
        && one(layers.shared_policy, PolicyKind::Key)
        && one(layers.endpoint, PolicyKind::Key)
        && all(layers.resource_control, PolicyKind::Key)
        && all(layers.identity, PolicyKind::Identity)
        && all(layers.session, PolicyKind::Identity)
        && one(layers.boundary, PolicyKind::Identity)
        && layers.service_control.iter().all(|level| all(level, PolicyKind::Identity))
}

struct Call<'c> {
    layers: &'c Layers<'c>,
    request: &'c Request<'c>,
    bit: u64,
}

/// How a key policy allows, the strongest way first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// By name or as everyone: no implicit deny of boundary or session limits it.
    Direct,
    /// By the role: boundary and session limit it.
    Limited,
    /// By the account: identity policies must allow too.
    Delegated,
}

fn at(layer: Layer, policy: usize, statement: u16) -> StatementRef {
    StatementRef { layer, policy: u16::try_from(policy).unwrap_or(u16::MAX), statement }
}

impl<'c> Call<'c> {
    fn explicit_deny(&self) -> Option<Decision> {
        let l = self.layers;
        let one = |layer, policy: Option<&'c Compiled>| self.deny_of(layer, 0, policy?);
        let many = |layer, policies: &'c [Arc<Compiled>]| {
            policies.iter().enumerate().find_map(|(index, policy)| self.deny_of(layer, index, policy))
        };
        let key = one(Layer::KeyPolicy, l.key_policy).or_else(|| one(Layer::SharedPolicy, l.shared_policy));
        let outer = || many(Layer::ResourceControl, l.resource_control).or_else(|| one(Layer::Endpoint, l.endpoint));
        if self.request.principal().is_service() {
            return key.or_else(outer);
        }
        key.or_else(|| many(Layer::Identity, l.identity))
            .or_else(|| one(Layer::Boundary, l.boundary))
            .or_else(|| many(Layer::Session, l.session))
            .or_else(|| {
                let policies = l.service_control.iter().flat_map(|level| level.iter()).enumerate();
                policies.into_iter().find_map(|(index, policy)| self.deny_of(Layer::ServiceControl, index, policy))
            })
            .or_else(outer)
    }

    fn deny_of(&self, layer: Layer, index: usize, policy: &'c Compiled) -> Option<Decision> {
        if policy.deny_actions & self.bit == 0 {
            return None;
        }
        let c = policy.candidates(self.request.principal());
        // A statement that can't be evaluated denies too, but one that is sure of it is the better reason.
        let mut unsure = None;
        for list in [c.exact, c.everyone, c.role, c.account] {
            for (statement, rule) in self.rules(policy, list, Effect::Deny) {
                if !self.concerns(policy, rule) {
                    continue;
                }
                match (Evaluation { policy, request: self.request }).rule(rule) {
                    Truth::True => {
                        return Some(Decision::deny(Reason::ExplicitDeny, Some(at(layer, index, statement))));
                    }
                    Truth::Error => unsure = unsure.or(Some(at(layer, index, statement))),
                    Truth::False => {}
                }
            }
        }
        unsure.map(|by| Decision::deny(Reason::Unevaluable, Some(by)))
    }

    /// The statements of `list` with `effect` that are about the action.
    fn rules(
        &self,
        policy: &'c Compiled,
        list: List,
        effect: Effect,
    ) -> impl Iterator<Item = (u16, &'c Rule)> + use<'c> {
        let bit = self.bit;
        let members = policy.members(list, effect).iter();
        members.filter_map(move |index| {
            let rule = policy.rules.get(usize::from(*index))?;
            (rule.actions & bit != 0).then_some((*index, rule))
        })
    }

    /// Whether `NotPrincipal`, if the rule has it, leaves the caller concerned.
    fn concerns(&self, policy: &Compiled, rule: &Rule) -> bool {
        if rule.except.count == 0 {
            return true;
        }
        let principal = self.request.principal();
        let who = principal.principal();
        let named =
            |text: &str| rule.except.of(&policy.patterns).iter().any(|name| name.of(&policy.pool) == text.as_bytes());
        let account = principal.is_service() || named(principal.account());
        let itself = principal.is_root() || named(who.role_arn().unwrap_or(who.arn()));
        match rule.effect {
            // Whoever has a boundary is denied by every such statement (IAM User Guide, "NotPrincipal").
            Effect::Deny => self.layers.boundary.is_some() || !(account && itself),
            Effect::Allow => {
                let account = !principal.is_service() && account;
                !(account || (itself && !principal.is_root()) || named(who.arn()))
            }
        }
    }

    /// What every call needs, whatever else allows it.
    fn outer_limits(&self) -> Option<Decision> {
        if !self.request.principal().is_service() {
            for level in self.layers.service_control {
                if self.allow_of_all(Layer::ServiceControl, level).is_none() {
                    return Some(self.missing(Layer::ServiceControl));
                }
            }
        }
        let endpoint = self.layers.endpoint?;
        if self.key_allow(Layer::Endpoint, endpoint).is_none() { Some(self.missing(Layer::Endpoint)) } else { None }
    }

    fn missing(&self, layer: Layer) -> Decision {
        Decision::deny(Reason::NoAllow(layer), None)
    }

    /// The first statement of an identity policy that allows.
    fn allow_of(&self, layer: Layer, index: usize, policy: &'c Compiled) -> Option<StatementRef> {
        let evaluation = Evaluation { policy, request: self.request };
        self.rules(policy, policy.everyone, Effect::Allow)
            .find(|(_, rule)| evaluation.rule(rule) == Truth::True)
            .map(|(statement, _)| at(layer, index, statement))
    }

    fn allow_of_all(&self, layer: Layer, policies: &'c [Arc<Compiled>]) -> Option<StatementRef> {
        policies.iter().enumerate().find_map(|(index, policy)| self.allow_of(layer, index, policy))
    }

    /// The strongest way in which a policy that names principals allows.
    fn key_allow(&self, layer: Layer, policy: &'c Compiled) -> Option<(Way, StatementRef)> {
        if policy.allow_actions & self.bit == 0 {
            return None;
        }
        let Candidates { exact, everyone, role, account } = policy.candidates(self.request.principal());
        let evaluation = Evaluation { policy, request: self.request };
        let mut best: Option<(Way, StatementRef)> = None;
        for (list, way) in
            [(exact, Way::Direct), (everyone, Way::Direct), (role, Way::Limited), (account, Way::Delegated)]
        {
            for (statement, rule) in self.rules(policy, list, Effect::Allow) {
                // Nobody says that `NotPrincipal` escapes the limits.
                let way = if rule.except.count == 0 { way } else { Way::Limited };
                let better = best.is_none_or(|(other, _)| way < other);
                if better && self.concerns(policy, rule) && evaluation.rule(rule) == Truth::True {
                    best = Some((way, at(layer, 0, statement)));
                }
                if best.is_some_and(|(way, _)| way == Way::Direct) {
                    return best;
                }
            }
        }
        best
    }

    fn key(&self) -> Decision {
        let l = self.layers;
        let key = l.key_policy.and_then(|policy| self.key_allow(Layer::KeyPolicy, policy));
        let shared = || l.shared_policy.and_then(|policy| self.key_allow(Layer::SharedPolicy, policy));
        let best = match key {
            Some((Way::Direct, _)) => key,
            Some(found) => shared().filter(|other| other.0 < found.0).or(key),
            None => shared(),
        };
        let Some((way, by)) = best else { return self.missing(Layer::KeyPolicy) };
        let principal = self.request.principal();
        let foreign = self.request.is_foreign();
        if principal.is_service() || (way == Way::Direct && !foreign) {
            let reason = if principal.is_root() { Reason::RootUser } else { Reason::KeyPolicyAllows };
            return Decision::allow(reason, Some(by), None);
        }
        let mut with = None;
        let mut reason = Reason::KeyPolicyAllows;
        if way == Way::Delegated || foreign {
            with = self.allow_of_all(Layer::Identity, l.identity);
            // The root user may do in its account whatever its account may do.
            if with.is_none() && !principal.is_root() {
                return self.missing(Layer::Identity);
            }
            reason = if with.is_some() { Reason::IdentityAllows } else { Reason::RootUser };
        }
        self.inner_limits().unwrap_or_else(|| Decision::allow(reason, Some(by), with))
    }

    fn identity_only(&self) -> Decision {
        let principal = self.request.principal();
        // What has no key belongs to the caller's account.
        if principal.is_service() || self.request.is_foreign() {
            return self.missing(Layer::Identity);
        }
        let by = self.allow_of_all(Layer::Identity, self.layers.identity);
        let reason = match by {
            Some(_) => Reason::IdentityAllows,
            None if principal.is_root() => Reason::RootUser,
            None => return self.missing(Layer::Identity),
        };
        self.inner_limits().unwrap_or_else(|| Decision::allow(reason, by, None))
    }

    /// Boundary and session policies, which only limit.
    fn inner_limits(&self) -> Option<Decision> {
        let l = self.layers;
        if l.boundary.is_some_and(|policy| self.allow_of(Layer::Boundary, 0, policy).is_none()) {
            return Some(self.missing(Layer::Boundary));
        }
        if !l.session.is_empty() && self.allow_of_all(Layer::Session, l.session).is_none() {
            return Some(self.missing(Layer::Session));
        }
        None
    }
}
