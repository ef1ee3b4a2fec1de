//! What policies and the record read of a caller, worked out once, when he is bound.

use std::net::IpAddr;

use strongroom_audit::event::Identity;
use strongroom_policy::{ConditionValue, ConditionValues, PrincipalView};
use strongroom_types::structure::List;
use strongroom_types::{ConditionKey, Principal, Timestamp};

use super::parts::{Ec2Instance, Forwarded, Organization, Origin, Session, Source, WebIdentity};

/// What a policy or the record may read of a session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) origin: Origin,
    pub(crate) user_agent: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) forwarded: Option<Forwarded>,
    pub(crate) access_key_id: Option<String>,
    pub(crate) session: Option<Session>,
    pub(crate) source_identity: Option<String>,
    pub(crate) web_identity: Option<WebIdentity>,
    pub(crate) instance: Option<Ec2Instance>,
    pub(crate) organization: Option<Organization>,
    pub(crate) source: Option<Source>,
    pub(crate) service_names: List<String>,
    pub(crate) tags: Vec<(String, String)>,
    /// Who made a federated user's session.
    pub(crate) issuer: Option<Principal>,
    /// `sourceIPAddress`, if there is one to show.
    pub(crate) source_address: Option<String>,
}

impl Facts {
    /// `sourceIPAddress`: the address; of a service that calls or forwards, its name (CloudTrail User Guide,
    /// "sourceIPAddress").
    pub(crate) fn address_of(&self, principal: &PrincipalView) -> Option<String> {
        match &self.origin {
            Origin::Address(address) => Some(address.to_string()),
            Origin::VpcEndpoint(endpoint) => Some(endpoint.address.to_string()),
            Origin::Process => self.service(principal).map(str::to_owned),
        }
    }

    /// The principal name of the service that calls, or forwards the call.
    pub(crate) fn service<'a>(&'a self, principal: &'a PrincipalView) -> Option<&'a str> {
        let itself = principal.principal().account().is_none().then(|| principal.principal().name());
        itself.or(self.forwarded.as_ref().map(|forwarded| &*forwarded.service))
    }

    /// `userAgent`.
    pub(crate) fn agent<'a>(&'a self, principal: &'a PrincipalView) -> Option<&'a str> {
        self.user_agent.as_deref().or_else(|| self.service(principal))
    }

    /// `vpcEndpointId`.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        match &self.origin {
            Origin::VpcEndpoint(endpoint) => Some(&endpoint.id),
            _ => None,
        }
    }

    /// `userIdentity`.
    pub(crate) fn identity<'a>(&'a self, principal: &'a PrincipalView) -> Identity<'a> {
        Identity {
            access_key_id: self.access_key_id.as_deref(),
            mfa: self.session.map(|session| session.mfa.is_some()),
            session_created: self.session.map(|session| session.created),
            invoked_by: self.forwarded.as_ref().map(|forwarded| &*forwarded.service),
            source_identity: self.source_identity.as_deref(),
            federated_provider: self.web_identity.as_ref().map(|web| &*web.provider),
            federated_attributes: self.web_identity.as_ref().map_or(&[], |web| &*web.attributes),
            issuer: self.issuer.as_ref(),
            ec2_role_delivery: self.instance.as_ref().map(|instance| instance.delivery.as_str()),
            ..Identity::of(principal.principal())
        }
    }

    /// What policies may read of the session and its path. Allocates nothing.
    pub(crate) fn conditions<'v>(&'v self, values: &mut ConditionValues<'v>, now: Timestamp) {
        use ConditionKey as K;
        let text = |text: &'v str| ConditionValue::Str(text);
        values
            .set(K::AwsSecureTransport, ConditionValue::Bool(true))
            .set(K::AwsViaAWSService, ConditionValue::Bool(self.forwarded.is_some()))
            .set_if(K::AwsUserAgent, self.user_agent.as_deref().map(text))
            .set_if(K::AwsReferer, self.referer.as_deref().map(text))
            .set_if(K::AwsSourceIdentity, self.source_identity.as_deref().map(text))
            .set_if(K::AwsFederatedProvider, self.web_identity.as_ref().map(|web| text(&web.provider)));
        self.session_conditions(values, now);
        self.path_conditions(values);
        if !self.tags.is_empty() {
            values.set(K::AwsPrincipalTag, ConditionValue::Tags(&self.tags));
        }
        if !self.service_names.is_empty() {
            values.set(K::AwsPrincipalServiceNamesList, ConditionValue::Seq(&self.service_names));
        }
        organization(values, self.organization.as_ref(), (K::AwsPrincipalOrgID, K::AwsPrincipalOrgPaths));
        if let Some(source) = &self.source {
            values.set(K::AwsSourceArn, text(&source.arn)).set(K::AwsSourceAccount, text(source.account.as_str()));
            organization(values, source.organization.as_ref(), (K::AwsSourceOrgID, K::AwsSourceOrgPaths));
        }
        if let Some(instance) = &self.instance {
            values
                .set(K::AwsEc2InstanceSourceVpc, text(&instance.vpc))
                .set(K::AwsEc2InstanceSourcePrivateIPv4, ConditionValue::Ip(IpAddr::V4(instance.address)));
        }
    }

    fn session_conditions<'v>(&'v self, values: &mut ConditionValues<'v>, now: Timestamp) {
        use ConditionKey as K;
        // Who has no temporary credentials gets some when a service forwards his call (IAM User Guide,
        // "aws:MultiFactorAuthPresent").
        let with_mfa = self.session.map(|session| session.mfa.is_some());
        let with_mfa = with_mfa.or(self.forwarded.as_ref().map(|_| false));
        values
            .set_if(K::AwsTokenIssueTime, self.session.map(|session| ConditionValue::Time(session.created)))
            .set_if(K::AwsMultiFactorAuthPresent, with_mfa.map(ConditionValue::Bool));
        if let Some(shown) = self.session.and_then(|session| session.mfa) {
            let age = now.as_secs().saturating_sub(shown.as_secs()).max(0);
            values.set(K::AwsMultiFactorAuthAge, ConditionValue::Num(age));
        }
    }

    /// The network and the services that a call came through.
    fn path_conditions<'v>(&'v self, values: &mut ConditionValues<'v>) {
        use ConditionKey as K;
        let text = |text: &'v str| ConditionValue::Str(text);
        match &self.origin {
            Origin::Process => {}
            Origin::Address(address) => {
                values.set(K::AwsSourceIp, ConditionValue::Ip(*address));
            }
            Origin::VpcEndpoint(endpoint) => {
                values
                    .set(K::AwsSourceVpce, text(&endpoint.id))
                    .set(K::AwsSourceVpc, text(&endpoint.vpc))
                    .set(K::AwsVpcSourceIp, ConditionValue::Ip(endpoint.address));
                if let Some(owner) = &endpoint.owner {
                    values.set(K::AwsSourceVpcArn, text(&owner.vpc_arn));
                    values.set(K::AwsVpceAccount, text(owner.account.as_str()));
                    organization(values, owner.organization.as_ref(), (K::AwsVpceOrgID, K::AwsVpceOrgPaths));
                }
            }
        }
        let Some(forwarded) = &self.forwarded else { return };
        values.set(K::KmsViaService, text(&forwarded.via));
        if let (Some(first), Some(last)) = (forwarded.chain.first(), forwarded.chain.last()) {
            values
                .set(K::AwsCalledVia, ConditionValue::Seq(&forwarded.chain))
                .set(K::AwsCalledViaFirst, text(first))
                .set(K::AwsCalledViaLast, text(last));
        }
    }
}

fn organization<'v>(
    values: &mut ConditionValues<'v>,
    organization: Option<&'v Organization>,
    (id, paths): (ConditionKey, ConditionKey),
) {
    if let Some(organization) = organization {
        values.set(id, ConditionValue::Str(&organization.id)).set(paths, ConditionValue::Seq(&organization.paths));
    }
}
