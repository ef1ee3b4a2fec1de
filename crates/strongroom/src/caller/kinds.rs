//! The kinds of principal: each has what AWS gives that kind, and a caller is what each ends as.

use strongroom_types::structure::List;
use strongroom_types::{AccountId, Timestamp};

use super::parts::{Ec2Instance, Forwarded, Organization, Origin, Session, Source, WebIdentity, is_service, must};
use super::{Caller, CallerError, Issuer, Who};
use crate::Error;

/// What every kind that is no service has.
macro_rules! credentials {
    ($kind:ident) => {
        impl $kind {
            /// In this account, instead of the strongroom's default account.
            #[must_use]
            pub fn in_account(mut self, account: AccountId) -> Self {
                self.0.account = Some(account);
                self
            }

            /// In an organization: `aws:PrincipalOrgID` and `aws:PrincipalOrgPaths`.
            #[must_use]
            pub fn organization(mut self, organization: Organization) -> Self {
                self.0.facts.organization = Some(organization);
                self
            }

            /// With this access key id, for the record.
            #[must_use]
            pub fn access_key_id(mut self, id: &str) -> Self {
                self.0.facts.access_key_id = Some(id.to_owned());
                self
            }

            /// From there on the network.
            #[must_use]
            pub fn origin(self, origin: impl Into<Origin>) -> Self {
                Self(self.0.origin(origin))
            }

            /// Through a service that calls with the caller's credentials.
            #[must_use]
            pub fn forwarded(mut self, by: Forwarded) -> Self {
                self.0.facts.forwarded = Some(by);
                self
            }

            /// With this user agent: `aws:UserAgent`, and `userAgent` in the record.
            #[must_use]
            pub fn user_agent(self, agent: &str) -> Self {
                Self(self.0.user_agent(agent))
            }

            /// From a link on this page: `aws:referer`.
            #[must_use]
            pub fn referer(mut self, page: &str) -> Self {
                self.0.facts.referer = Some(page.to_owned());
                self
            }
        }

        into_caller!($kind);
    };
}

macro_rules! into_caller {
    ($kind:ident) => {
        impl From<$kind> for Caller {
            fn from(kind: $kind) -> Self {
                kind.0
            }
        }
    };
}

/// Policies and tags of what they can be attached to.
macro_rules! attachments {
    ($kind:ident) => {
        impl $kind {
            /// With one more identity policy.
            ///
            /// # Errors
            /// A document that AWS would refuse.
            pub fn identity_policy(self, document: &str) -> Result<Self, Error> {
                self.0.identity_policy(document).map(Self)
            }

            /// With a permissions boundary.
            ///
            /// # Errors
            /// A document that AWS would refuse.
            pub fn permissions_boundary(self, document: &str) -> Result<Self, Error> {
                self.0.permissions_boundary(document).map(Self)
            }

            /// With one more principal tag: `aws:PrincipalTag/KEY`.
            #[must_use]
            pub fn tag(self, key: &str, value: &str) -> Self {
                Self(self.0.tag(key, value))
            }
        }
    };
}

/// The root user of an account.
#[derive(Debug, Clone)]
pub struct RootUser(Caller);
credentials!(RootUser);

impl RootUser {
    /// The root user, with long-term credentials.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "whoever acts as root should have to say so")]
    pub fn new() -> Self {
        Self(Caller::root())
    }

    /// With temporary credentials, as of the console.
    #[must_use]
    pub fn session(mut self, session: Session) -> Self {
        self.0.facts.session = Some(session);
        self
    }
}

/// An IAM user.
#[derive(Debug, Clone)]
pub struct User(Caller);
credentials!(User);
attachments!(User);

impl User {
    /// The user of this name, with its path if it has one (`division/alice`), and long-term credentials.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(Caller::user(name))
    }

    /// With AWS's unique id of the user (`AIDA…`); without it a fixed text stands for it.
    #[must_use]
    pub fn unique_id(mut self, id: &str) -> Self {
        self.0.unique_id = Some(id.to_owned());
        self
    }

    /// With temporary credentials, as of `GetSessionToken` or the console.
    #[must_use]
    pub fn session(mut self, session: Session) -> Self {
        self.0.facts.session = Some(session);
        self
    }
}

/// A session of a role. There are four ways to come by one, and each knows something else.
#[derive(Debug, Clone)]
pub struct RoleSession(Caller);
credentials!(RoleSession);
attachments!(RoleSession);

impl RoleSession {
    /// Of the role of this name, with its path if it has one, by `AssumeRole`.
    #[must_use]
    pub fn assumed(role: &str, name: &str, session: Session) -> Self {
        let mut caller = Caller::role(role, name);
        caller.facts.session = Some(session);
        Self(caller)
    }

    /// By `AssumeRoleWithSAML`, which knows no second factor.
    #[must_use]
    pub fn saml(role: &str, name: &str, created: Timestamp) -> Self {
        Self::assumed(role, name, Session::new(created))
    }

    /// By `AssumeRoleWithWebIdentity`, which knows no second factor.
    #[must_use]
    pub fn web_identity(role: &str, name: &str, created: Timestamp, identity: WebIdentity) -> Self {
        let Self(mut caller) = Self::assumed(role, name, Session::new(created));
        caller.facts.web_identity = Some(identity);
        Self(caller)
    }

    /// On an EC2 instance, by its instance profile: the session has the instance's id for a name.
    #[must_use]
    pub fn on_instance(role: &str, created: Timestamp, instance: Ec2Instance) -> Self {
        let Self(mut caller) = Self::assumed(role, &instance.id, Session::new(created));
        caller.facts.instance = Some(instance);
        Self(caller)
    }

    /// With AWS's unique id of the role (`AROA…`); without it a fixed text stands for it.
    #[must_use]
    pub fn unique_id(mut self, id: &str) -> Self {
        self.0.unique_id = Some(id.to_owned());
        self
    }

    /// With the source identity that was set when the first role of a chain was assumed: `aws:SourceIdentity`.
    #[must_use]
    pub fn source_identity(mut self, name: &str) -> Self {
        self.0.facts.source_identity = Some(name.to_owned());
        self
    }

    /// With a policy that was passed when the session was made.
    ///
    /// # Errors
    /// A document that AWS would refuse.
    pub fn session_policy(self, document: &str) -> Result<Self, Error> {
        self.0.session_policy(document).map(Self)
    }
}

/// A federated user: a session that `GetFederationToken` made. Without a session policy, identity policies allow it nothing.
#[derive(Debug, Clone)]
pub struct FederatedUser(Caller);
credentials!(FederatedUser);
attachments!(FederatedUser);

impl FederatedUser {
    fn made(name: &str, issuer: Issuer, created: Timestamp) -> Self {
        let mut caller = Caller::new(Who::Federated { name: name.to_owned(), issuer });
        caller.facts.session = Some(Session::new(created));
        Self(caller)
    }

    /// Made by the root user of the account.
    #[must_use]
    pub fn by_root(name: &str, created: Timestamp) -> Self {
        Self::made(name, Issuer::Root, created)
    }

    /// Made by the IAM user of this name, with its path if it has one. The user's identity policies and boundary are
    /// given to the session.
    #[must_use]
    pub fn by_user(name: &str, user: &str, created: Timestamp) -> Self {
        Self::made(name, Issuer::User { name: user.to_owned(), unique_id: None }, created)
    }

    /// With AWS's unique id of the user that made the session (`AIDA…`); nothing if the root user made it.
    #[must_use]
    pub fn issuer_id(mut self, id: &str) -> Self {
        if let Who::Federated { issuer: Issuer::User { unique_id, .. }, .. } = &mut self.0.who {
            *unique_id = Some(id.to_owned());
        }
        self
    }

    /// With a policy that was passed when the session was made.
    ///
    /// # Errors
    /// A document that AWS would refuse.
    pub fn session_policy(self, document: &str) -> Result<Self, Error> {
        self.0.session_policy(document).map(Self)
    }
}

/// An AWS service that calls on its own behalf.
#[derive(Debug, Clone)]
pub struct Service(Caller);
into_caller!(Service);

impl Service {
    /// The service of this principal name, `s3.amazonaws.com` for one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(Caller::service(name))
    }

    /// For this account, instead of the strongroom's default account: where key ids and aliases are looked up.
    #[must_use]
    pub fn in_account(mut self, account: AccountId) -> Self {
        self.0.account = Some(account);
        self
    }

    /// For the owner of this resource, in whose account it acts: `aws:SourceArn` and `aws:SourceAccount`.
    #[must_use]
    pub fn for_source(mut self, source: Source) -> Self {
        self.0.account = Some(source.account);
        self.0.facts.source = Some(source);
        self
    }

    /// With all the principal names that the service has (`aws:PrincipalServiceNamesList`), its own among them. Without
    /// this the list is its own name.
    ///
    /// # Errors
    /// A name that is no service principal's.
    pub fn names<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Result<Self, CallerError> {
        let mut all: Vec<String> = names.into_iter().map(str::to_owned).collect();
        for name in &all {
            must(is_service(name), "service", name, "write `SERVICE.amazonaws.com`")?;
        }
        if let Who::Service(own) = &self.0.who
            && !all.contains(own)
        {
            all.insert(0, own.clone());
        }
        self.0.facts.service_names = List(all);
        Ok(self)
    }
}
