//! Who is calling, and what his session knows.
//!
//! The short way is [`Caller`]: [`Caller::root`], [`Caller::user`], [`Caller::role`], [`Caller::service`]. Whoever has more
//! to say of a caller takes the type of his kind ([`RootUser`], [`User`], [`RoleSession`], [`FederatedUser`],
//! [`Service`]), which has what AWS gives that kind and nothing else, and hands it to [`Kms::client`](crate::Kms::client)
//! just the same.
//!
//! ```
//! use strongroom::caller::{Organization, RoleSession, Session};
//! use strongroom::{Kms, Timestamp};
//! # fn main() -> Result<(), strongroom::Error> {
//! let kms = Kms::in_memory()?;
//! let session = Session::with_mfa(Timestamp::from_secs(1_772_323_200), Timestamp::from_secs(1_772_323_140));
//! let admin = RoleSession::assumed("team/admin", "alice-tuesday", session)
//!     .unique_id("AROAEXAMPLE4567")
//!     .source_identity("alice")
//!     .organization(Organization::at("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/")?)
//!     .tag("team", "payments");
//! kms.client(admin)?;
//! # Ok(())
//! # }
//! ```

mod bound;
mod facts;
mod kinds;
mod parts;

use std::net::IpAddr;
use std::sync::Arc;

use strongroom_policy::{CompileContext, Compiled, Document, PrincipalView};
use strongroom_types::{AccountId, NameError, Operation, Partition, Principal, Region, check_iam_name};

pub use self::bound::BoundCaller;
pub(crate) use self::facts::Facts;
pub use self::kinds::{FederatedUser, RoleSession, RootUser, Service, User};
pub(crate) use self::parts::is_service;
use self::parts::must;
pub use self::parts::{
    CallerError, Ec2Instance, Forwarded, MetadataService, Organization, Origin, Session, Source, VpcEndpoint,
    WebIdentity,
};
use crate::Error;

#[derive(Debug, Clone)]
enum Who {
    Root,
    User(String),
    Role { role: String, session: String },
    Federated { name: String, issuer: Issuer },
    Service(String),
}

/// Who made a federated user's session.
#[derive(Debug, Clone)]
enum Issuer {
    Root,
    User { name: String, unique_id: Option<String> },
}

impl Who {
    /// That the names can stand in an ARN.
    fn check(&self) -> Result<(), NameError> {
        match self {
            Self::Root => Ok(()),
            Self::User(name) => check_iam_name(name, true),
            Self::Role { role, session } => check_iam_name(role, true).and_then(|()| check_iam_name(session, false)),
            Self::Federated { name, issuer } => check_iam_name(name, false).and_then(|()| match issuer {
                Issuer::Root => Ok(()),
                Issuer::User { name, .. } => check_iam_name(name, true),
            }),
            Self::Service(name) => check_iam_name(name, false),
        }
    }

    /// What a unique id begins with (IAM User Guide, "Unique identifiers").
    fn id_prefix(&self) -> &'static str {
        match self {
            Self::User(_) => USER_ID,
            Self::Role { .. } => ROLE_ID,
            _ => "",
        }
    }

    /// Whether identity policies, boundaries and tags can be attached.
    fn is_attachable(&self) -> bool {
        matches!(self, Self::User(_) | Self::Role { .. } | Self::Federated { .. })
    }
}

const USER_ID: &str = "AIDA";
const ROLE_ID: &str = "AROA";
/// Tags of a user; of a role; of a session (IAM User Guide, "IAM and AWS STS quotas").
const TAGS: usize = 50;

/// A caller: a principal with his session. Whoever holds the [`Kms`](crate::Kms) can act as anyone, so nothing here is
/// proven; it is the embedding program's word.
///
/// ```
/// use strongroom::Caller;
/// # fn main() -> Result<(), strongroom::Error> {
/// let alice = Caller::user("alice").identity_policy(r#"{
///     "Version": "2012-10-17",
///     "Statement": {"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}
/// }"#)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Caller {
    who: Who,
    account: Option<AccountId>,
    unique_id: Option<String>,
    identity: Vec<String>,
    boundary: Option<String>,
    session: Vec<String>,
    /// A forwarding service, before it is known whether it can be one.
    via: Option<String>,
    facts: Facts,
}

impl Caller {
    fn new(who: Who) -> Self {
        Self {
            who,
            account: None,
            unique_id: None,
            identity: Vec::new(),
            boundary: None,
            session: Vec::new(),
            via: None,
            facts: Facts::default(),
        }
    }

    /// The root user of the account.
    #[must_use]
    pub fn root() -> Self {
        Self::new(Who::Root)
    }

    /// The IAM user of this name, with its path if it has one (`division/alice`). What can't be a name in IAM is an
    /// error of [`Kms::client`](crate::Kms::client); of a name from an untrusted place ask first that it has no path.
    #[must_use]
    pub fn user(name: &str) -> Self {
        Self::new(Who::User(name.to_owned()))
    }

    /// The session `session` of the role of this name, with its path if it has one.
    #[must_use]
    pub fn role(name: &str, session: &str) -> Self {
        Self::new(Who::Role { role: name.to_owned(), session: session.to_owned() })
    }

    /// The AWS service of this principal name (`s3.amazonaws.com`), calling on its own behalf.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self::new(Who::Service(name.to_owned()))
    }

    /// In this account, instead of the strongroom's default account.
    #[must_use]
    pub fn in_account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    fn checked(document: &str) -> Result<String, Error> {
        // Refused here, at the caller's own line, and not at his first call.
        Document::parse(document)?;
        Ok(document.to_owned())
    }

    fn attachable(&self, what: &'static str) -> Result<(), CallerError> {
        must(self.who.is_attachable(), what, "", "root users and services have none")
    }

    /// With one more identity policy.
    ///
    /// # Errors
    /// A document that AWS would refuse; a root user or a service, to whom none can be attached.
    pub fn identity_policy(mut self, document: &str) -> Result<Self, Error> {
        self.attachable("identity policy")?;
        self.identity.push(Self::checked(document)?);
        Ok(self)
    }

    /// With a permissions boundary.
    ///
    /// # Errors
    /// As of [`identity_policy`](Self::identity_policy).
    pub fn permissions_boundary(mut self, document: &str) -> Result<Self, Error> {
        self.attachable("permissions boundary")?;
        self.boundary = Some(Self::checked(document)?);
        Ok(self)
    }

    /// With a policy that was passed when the session was made.
    ///
    /// # Errors
    /// A document that AWS would refuse; a caller who is no session of a role or a federated user.
    pub fn session_policy(mut self, document: &str) -> Result<Self, Error> {
        let passed = matches!(self.who, Who::Role { .. } | Who::Federated { .. });
        must(passed, "session policy", "", "only sessions of roles and federated users have them")?;
        self.session.push(Self::checked(document)?);
        Ok(self)
    }

    /// From this address: `aws:SourceIp`, and `sourceIPAddress` in the record.
    #[must_use]
    pub fn source_ip(self, address: IpAddr) -> Self {
        self.origin(Origin::Address(address))
    }

    /// From there on the network.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<Origin>) -> Self {
        self.facts.origin = origin.into();
        self
    }

    /// With this user agent: `aws:UserAgent`, and `userAgent` in the record.
    #[must_use]
    pub fn user_agent(mut self, agent: &str) -> Self {
        self.facts.user_agent = Some(agent.to_owned());
        self
    }

    /// Through this service, which forwards the caller's credentials: `kms:ViaService`, such as
    /// `s3.eu-west-1.amazonaws.com`. What is no such name is an error of [`Kms::client`](crate::Kms::client).
    #[must_use]
    pub fn via_service(mut self, service: &str) -> Self {
        self.via = Some(service.to_owned());
        self
    }

    /// With one more principal tag: `aws:PrincipalTag/KEY`. More than AWS allows, and tags of who can't be tagged, are
    /// errors of [`Kms::client`](crate::Kms::client).
    #[must_use]
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.facts.tags.push((key.to_owned(), value.to_owned()));
        self
    }

    /// That everything said of the caller can be so.
    fn check(&self) -> Result<(), Error> {
        self.who.check()?;
        if let Who::Service(name) = &self.who {
            must(is_service(name), "service", name, "write `SERVICE.amazonaws.com`")?;
            let itself = self.facts.origin == Origin::Process && self.facts.forwarded.is_none();
            must(itself, "call", name, "a service that calls on its own behalf has no address and nobody forwards it")?;
        }
        if let Some(id) = &self.unique_id {
            check_unique_id(id, self.who.id_prefix())?;
        }
        if let Who::Federated { issuer: Issuer::User { unique_id: Some(id), .. }, .. } = &self.who {
            check_unique_id(id, USER_ID)?;
        }
        if let Some(id) = &self.facts.access_key_id {
            must(id.len() <= 128 && is_word(id), "access key id", id, "write 1 to 128 letters, digits and `_`")?;
        }
        if let Some(name) = &self.facts.source_identity {
            let fits = name.len() >= 2 && !name.starts_with("aws:") && check_iam_name(name, false).is_ok();
            must(fits, "source identity", name, "write 2 to 64 letters, digits and `+=,.@_-`")?;
        }
        self.check_tags()?;
        Ok(())
    }

    /// IAM's rules for tags (IAM User Guide, "Rules for tagging in IAM and AWS STS").
    fn check_tags(&self) -> Result<(), CallerError> {
        let tags = &self.facts.tags;
        if tags.is_empty() {
            return Ok(());
        }
        self.attachable("tag")?;
        // A session has its own and those of the role.
        let most = if matches!(self.who, Who::Role { .. }) { 2 * TAGS } else { TAGS };
        must(tags.len() <= most, "tags", tags.len(), "a user or a session can have 50, and the role 50 more")?;
        for (at, (key, value)) in tags.iter().enumerate() {
            let fits = (1..=128).contains(&key.chars().count()) && key.chars().all(is_tag_char);
            must(fits, "tag key", key, "write 1 to 128 letters, digits, spaces and `_.:/=+-@`")?;
            must(!starts_with_aws(key), "tag key", key, "`aws:` is reserved")?;
            let fits = value.chars().count() <= 256 && value.chars().all(is_tag_char);
            must(fits, "tag value", value, "write up to 256 letters, digits, spaces and `_.:/=+-@`")?;
            let again = tags.iter().skip(at + 1).any(|(other, _)| other.to_lowercase() == key.to_lowercase());
            must(!again, "tag key", key, "it stands twice, if case is let aside")?;
        }
        Ok(())
    }

    fn principal(&self, partition: Partition, account: AccountId) -> (Principal, Option<Principal>) {
        let id = |usual: &'static str| self.unique_id.as_deref().unwrap_or(usual).to_owned();
        let principal = match &self.who {
            Who::Root => Principal::root(partition, account),
            Who::User(name) => Principal::user(partition, account, name, &id("AIDASTRONGROOM")),
            Who::Role { role, session } => {
                Principal::assumed_role(partition, account, role, session, &id("AROASTRONGROOM"))
            }
            Who::Federated { name, issuer } => {
                let issuer = match issuer {
                    Issuer::Root => Principal::root(partition, account),
                    Issuer::User { name, unique_id } => {
                        let id = unique_id.as_deref().unwrap_or("AIDASTRONGROOM");
                        Principal::user(partition, account, name, id)
                    }
                };
                let principal = Principal::federated_user_of(partition, account, name, &issuer);
                return (principal, Some(issuer));
            }
            Who::Service(name) => Principal::service(name),
        };
        (principal, None)
    }

    /// The caller in a Region's partition, which his own ARN names too.
    pub(crate) fn bind(self, home: AccountId, region: Region) -> Result<CallerContext, Error> {
        let account = self.account.unwrap_or(home);
        must(account != AccountId::SERVICES, "account", account, "it is the services' own")?;
        self.bound(account, region)
    }

    /// The same in any account.
    pub(crate) fn bound(mut self, account: AccountId, region: Region) -> Result<CallerContext, Error> {
        if let Some(via) = self.via.take() {
            self.facts.forwarded = Some(Forwarded::by(&via)?);
        }
        self.check()?;
        let partition = region.partition();
        let (principal, issuer) = self.principal(partition, account);
        let principal = PrincipalView::new(principal);
        let compile = |documents: &[String]| -> Result<Vec<Arc<Compiled>>, Error> {
            documents.iter().map(|text| identity(text, partition, account)).collect()
        };
        let mut session = compile(&self.session)?;
        if matches!(self.who, Who::Federated { .. }) && session.is_empty() {
            session.push(identity(NOTHING, partition, account)?);
        }
        let mut facts = self.facts.clone();
        facts.issuer = issuer;
        facts.source_address = facts.address_of(&principal);
        if let (Who::Service(name), true) = (&self.who, facts.service_names.is_empty()) {
            facts.service_names.0.push(name.clone());
        }
        Ok(CallerContext {
            account,
            identity: compile(&self.identity)?,
            boundary: self.boundary.as_deref().map(|text| identity(text, partition, account)).transpose()?,
            session,
            principal,
            facts,
            confinement: Confinement::default(),
            claim: Arc::new(self),
        })
    }
}

/// What a federated user may do if no policy was passed with his session: only what resources allow him by name (AWS STS
/// API Reference, GetFederationToken).
const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}}"#;

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn check_unique_id(id: &str, prefix: &'static str) -> Result<(), CallerError> {
    let rest = id.strip_prefix(prefix).filter(|_| !prefix.is_empty());
    must(id.len() <= 128 && rest.is_some_and(is_word), "unique id", id, "write `AIDA…` for a user, `AROA…` for a role")
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c)
}

fn starts_with_aws(key: &str) -> bool {
    key.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("aws:"))
}

fn identity(text: &str, partition: Partition, account: AccountId) -> Result<Arc<Compiled>, Error> {
    let document = Document::parse(text)?;
    Ok(Arc::new(strongroom_policy::compile_identity_policy(&document, &CompileContext::new(partition, account))?))
}

/// What a client was narrowed to. Narrowing only ever takes away.
#[derive(Debug, Clone, Default)]
pub(crate) struct Confinement {
    pub(crate) operations: Option<Vec<Operation>>,
    pub(crate) keys: Option<Vec<strongroom_types::KeyArn>>,
    pub(crate) own_account: bool,
}

/// A caller as calls see him: bound to an account, his policies compiled.
#[derive(Debug, Clone)]
pub(crate) struct CallerContext {
    pub(crate) account: AccountId,
    pub(crate) principal: PrincipalView,
    pub(crate) identity: Vec<Arc<Compiled>>,
    pub(crate) boundary: Option<Arc<Compiled>>,
    pub(crate) session: Vec<Arc<Compiled>>,
    pub(crate) facts: Facts,
    pub(crate) confinement: Confinement,
    /// What he was made of, for a Region of another partition.
    claim: Arc<Caller>,
}

impl CallerContext {
    /// The same caller, as confined as he is, in a Region of another partition.
    pub(crate) fn elsewhere(&self, region: Region) -> Result<Self, Error> {
        let there = Caller::clone(&self.claim).bind(self.account, region)?;
        let here = &self.facts;
        Ok(Self { confinement: self.confinement.clone(), ..there }.coming(here.origin.clone(), here.user_agent.clone()))
    }

    /// The same caller, whose request comes from there.
    fn coming(mut self, origin: Origin, user_agent: Option<String>) -> Self {
        (self.facts.origin, self.facts.user_agent) = (origin, user_agent);
        self.facts.source_address = self.facts.address_of(&self.principal);
        self
    }
}
