//! Authorize: the questions that a row lists, put to the policies, and what they may read.

use std::sync::Arc;

use strongroom_keys::{RecordKind, layout};
use strongroom_policy::{ConditionValue, ConditionValues, Decision, Layers, Reason, Request};
use strongroom_types::row::{KeyForms, KeyMember, KeyRole, On, Permission, When};
use strongroom_types::{AliasName, ConditionKey, KeyArn, KeyRef};

use super::{Gate, Keys, Resolved, internal, sent, text};
use crate::Error;
use crate::records::KeyEntry;
use crate::trace::Trace;

/// Reasons for the record, of refusals that no policy decided.
const CONFINED: &str = "the client is confined to other keys";
const KEPT: &str = "the key is kept by a service";

impl<'a> Gate<'a> {
    pub(super) fn confined(&self, trace: &mut Trace<'_>) -> Result<(), Error> {
        match &self.caller.confinement.operations {
            Some(allowed) if !allowed.contains(&self.row.operation) => {
                trace.denied("the client is confined to other operations");
                Err(self.refused(self.row.permissions.first()))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn confined_to(&self, keys: &Keys, trace: &mut Trace<'_>) -> Result<(), Error> {
        match keys.iter().all(|key| self.may_touch(&key.key.arn)) {
            true => Ok(()),
            false => {
                trace.denied(CONFINED);
                Err(self.refused_of(&[], keys))
            }
        }
    }

    /// Whether the client was not narrowed away from this key.
    pub(crate) fn may_touch(&self, arn: &KeyArn) -> bool {
        let confinement = &self.caller.confinement;
        confinement.keys.as_ref().is_none_or(|keys| keys.contains(arn))
            && (!confinement.own_account || arn.account() == self.caller.account)
    }

    pub(super) fn layers<'l>(&'l self, key: Option<&'l KeyEntry>) -> Layers<'l> {
        let layers = key.map_or_else(Layers::without_key, |key| Layers::new(&key.policy.compiled));
        layers.identity(&self.caller.identity).boundary(self.caller.boundary.as_deref()).session(&self.caller.session)
    }

    /// In a batch, what was decided about a request like this one is not decided again.
    pub(super) fn authorize(&self, keys: &Keys, trace: &mut Trace<'_>) -> Result<(), Error> {
        let Some(batch) = trace.batch else { return self.decide_all(keys, trace, None) };
        if batch.replay(self.request, keys, self.now, |permission, it| trace.decided(permission, it)) {
            return Ok(());
        }
        let mut decisions = Vec::new();
        self.decide_all(keys, trace, Some(&mut decisions))?;
        batch.allowed(self.request, keys, self.now, decisions);
        Ok(())
    }

    fn decide_all(
        &self,
        keys: &Keys,
        trace: &mut Trace<'_>,
        mut remember: Option<&mut Vec<crate::batch::Allowed>>,
    ) -> Result<(), Error> {
        for permission in self.row.permissions {
            if let When::Sent(member) = permission.when
                && !sent(self.request, member)
            {
                continue;
            }
            if let On::Key(role) = permission.on
                && keys.of(role).is_some_and(|key| self.is_kept_from(permission, &key.key))
            {
                trace.denied(KEPT);
                return Err(self.refused(Some(permission)));
            }
            let decision = self.decide(permission, keys)?;
            let allowed = decision.0.is_allow();
            if let Some(decisions) = &mut remember {
                decisions.push((permission, decision.0, decision.1.clone()));
            }
            trace.decided(permission, decision);
            if !allowed {
                return Err(match permission.on {
                    // About no key, so there is nothing to hide: the action that is missing.
                    On::Any => self.denied(permission),
                    _ => self.refused(Some(permission)),
                });
            }
        }
        Ok(())
    }

    /// One decision. Allocates nothing for a decision on a key.
    pub(crate) fn decide(
        &self,
        permission: &Permission,
        keys: &Keys,
    ) -> Result<(Decision, Option<Arc<KeyEntry>>), Error> {
        let principal = &self.caller.principal;
        match permission.on {
            On::Key(role) => {
                let Some(resolved) = keys.of(role) else {
                    // A key that the request did not have to name, and did not: nothing to decide on.
                    return Err(internal("a permission is about a key that the request does not name"));
                };
                let key = &resolved.key;
                let decide = |values: &ConditionValues<'_>| {
                    let request =
                        Request::on_key(permission.action, principal, &key.arn_text, key.arn.account(), values);
                    let request = if self.row.cross_account { request.cross_account_capable() } else { request };
                    strongroom_policy::decide(&self.layers(Some(key)), &request)
                };
                let same = Self::on_same_key(keys);
                let conditions = || {
                    let mut values = self.conditions(Some(resolved));
                    values.set_if(ConditionKey::KmsReEncryptOnSameKey, same.map(ConditionValue::Bool));
                    values
                };
                let mut decision = decide(&conditions());
                if !decision.is_allow() && key.record().aliases > 0 {
                    // Its aliases, which were left out, could only have made the decision milder.
                    let names = self.aliases_of(key)?;
                    let names: Vec<&str> = names.iter().map(AliasName::as_str).collect();
                    let mut values = conditions();
                    values.set(ConditionKey::KmsResourceAliases, ConditionValue::Strs(&names));
                    decision = decide(&values);
                }
                Ok((decision, Some(Arc::clone(key))))
            }
            On::Alias => {
                let name = text(self.request, "AliasName").unwrap_or_default();
                let partition = self.region.partition();
                let arn = format!("arn:{partition}:kms:{}:{}:{name}", self.region, self.caller.account);
                let values = self.conditions(None);
                let request = Request::on_alias(permission.action, principal, &arn, self.caller.account, &values);
                Ok((strongroom_policy::decide(&self.layers(None), &request), None))
            }
            On::Any | On::Grant | On::Principal => {
                let values = self.conditions(None);
                let request = Request::on_any(permission.action, principal, &values);
                Ok((strongroom_policy::decide(&self.layers(None), &request), None))
            }
        }
    }

    /// Of an operation from one key to another, whether the two are one (Developer Guide, kms:ReEncryptOnSameKey).
    fn on_same_key(keys: &Keys) -> Option<bool> {
        let (from, to) = (keys.of(KeyRole::Source)?, keys.of(KeyRole::Destination)?);
        Some(from.key.arn == to.key.arn)
    }

    /// The names of a key's aliases, as they are at this instant.
    fn aliases_of(&self, key: &KeyEntry) -> Result<Vec<AliasName>, Error> {
        let prefix = layout::aliases_of_key(key.arn.account(), key.arn.region(), &key.arn.id());
        let most = usize::try_from(strongroom_keys::ALIASES_PER_KEY).unwrap_or(usize::MAX);
        let page = self.records.page(&prefix, None, most, RecordKind::AliasOfKey, |_| Ok(()))?;
        Ok(page.iter().filter_map(|(place, _)| layout::parse_alias(place)).collect())
    }

    /// What policies may read: the request, the key, the session.
    pub(crate) fn conditions<'v>(&'v self, key: Option<&'v Resolved>) -> ConditionValues<'v> {
        use ConditionKey as K;
        let mut values = ConditionValues::new();
        values.fixed(self.row.conditions);
        match key {
            Some(resolved) => values.fill_for(self.request, resolved.role),
            None => values.fill(self.request),
        };
        if let Some(resolved) = key {
            let record = resolved.key.record();
            values
                .set(K::KmsKeySpec, ConditionValue::Str(record.spec.as_str()))
                .set(K::KmsCustomerMasterKeySpec, ConditionValue::Str(record.spec.as_str()))
                .set(K::KmsKeyUsage, ConditionValue::Str(record.usage.as_str()))
                .set(K::KmsCustomerMasterKeyUsage, ConditionValue::Str(record.usage.as_str()))
                .set(K::KmsKeyOrigin, ConditionValue::Str(record.origin.as_str()))
                .set(K::KmsMultiRegion, ConditionValue::Bool(record.id.is_multi_region()))
                .set(K::AwsResourceTag, ConditionValue::Tags(&record.tags));
            if record.aliases > 0 {
                // Reading them costs a look into the store, so they stand for the worst until a decision hangs on them:
                // no statement that allows matches, and every one that denies.
                values.set(K::KmsResourceAliases, ConditionValue::Unfit);
            }
            if let Some(alias) = self.request_alias(resolved) {
                values.set(K::KmsRequestAlias, ConditionValue::Str(alias));
            }
        }
        values
            .set(K::AwsCurrentTime, ConditionValue::Time(self.now))
            .set(K::AwsEpochTime, ConditionValue::Time(self.now))
            .set(K::AwsRequestedRegion, ConditionValue::Str(self.region.as_str()));
        self.caller.facts.conditions(&mut values, self.now);
        values
    }

    /// The alias *name* that the request used, also when it used the ARN (Developer Guide, kms:RequestAlias).
    fn request_alias(&self, resolved: &Resolved) -> Option<&'a str> {
        // An alias that is worked on is not one that names a key.
        let fits = |member: &&KeyMember| member.role == resolved.role && member.forms == KeyForms::Any;
        let member = self.row.keys.iter().find(fits).filter(|_| resolved.by_alias)?;
        match KeyRef::parse(text(self.request, member.member)?).ok()? {
            KeyRef::Alias(name) | KeyRef::AliasArn { name, .. } => Some(name.as_str()),
            _ => None,
        }
    }

    /// The lock-out check: whether the caller could replace `policy` again.
    pub(crate) fn lockout(
        &self,
        policy: &strongroom_policy::Compiled,
        arn: &KeyArn,
    ) -> Result<(), strongroom_policy::PolicyError> {
        let values = self.conditions(None);
        let text = arn.to_string();
        let action = strongroom_types::Action::PutKeyPolicy;
        let request = Request::on_key(action, &self.caller.principal, &text, arn.account(), &values);
        let layers = Layers::new(policy)
            .identity(&self.caller.identity)
            .boundary(self.caller.boundary.as_deref())
            .session(&self.caller.session);
        strongroom_policy::lockout_check(&layers, &request)
    }
}

/// The reason of a decision in one word, for the record.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::KeyPolicyAllows => "the key policy allows it",
        Reason::IdentityAllows => "an identity policy allows it",
        Reason::RootUser => "the caller is the account's root user",
        Reason::ExplicitDeny => "a statement denies it",
        Reason::Unevaluable => "a statement that denies could not be evaluated",
        Reason::NoAllow(_) => "no statement allows it",
        Reason::NotCrossAccount => "the operation is not for callers of other accounts",
        _ => "the question made no sense",
    }
}
