//! Who is calling, and what his session knows.

use std::net::IpAddr;
use std::sync::Arc;

use strongroom_policy::{CompileContext, Compiled, Document, PrincipalView};
use strongroom_types::{AccountId, NameError, Operation, Partition, Principal, Region, Timestamp, check_iam_name};

use crate::Error;

#[derive(Debug, Clone)]
enum Who {
    Root,
    User(String),
    Role { role: String, session: String },
    Service(String),
}

impl Who {
    /// That the names can stand in an ARN.
    fn check(&self) -> Result<(), NameError> {
        match self {
            Self::Root => Ok(()),
            Self::User(name) => check_iam_name(name, true),
            Self::Role { role, session } => check_iam_name(role, true).and_then(|()| check_iam_name(session, false)),
            Self::Service(name) => check_iam_name(name, false),
        }
    }
}

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
    facts: Facts,
}

/// What a policy or the record may read of a session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) source_ip_text: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) via_service: Option<String>,
    pub(crate) access_key_id: Option<String>,
    pub(crate) mfa: Option<bool>,
    pub(crate) session_created: Option<Timestamp>,
    pub(crate) tags: Vec<(String, String)>,
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

    /// With AWS's unique id of the user or role (`AIDA…`, `AROA…`); without it a fixed text stands for it.
    #[must_use]
    pub fn unique_id(mut self, id: &str) -> Self {
        self.unique_id = Some(id.to_owned());
        self
    }

    fn checked(document: &str) -> Result<String, Error> {
        // Refused here, at the caller's own line, and not at his first call.
        Document::parse(document)?;
        Ok(document.to_owned())
    }

    /// With one more identity policy.
    ///
    /// # Errors
    /// A document that AWS would refuse.
    pub fn identity_policy(mut self, document: &str) -> Result<Self, Error> {
        self.identity.push(Self::checked(document)?);
        Ok(self)
    }

    /// With a permissions boundary.
    ///
    /// # Errors
    /// A document that AWS would refuse.
    pub fn permissions_boundary(mut self, document: &str) -> Result<Self, Error> {
        self.boundary = Some(Self::checked(document)?);
        Ok(self)
    }

    /// With a policy that was passed when the session was made.
    ///
    /// # Errors
    /// A document that AWS would refuse.
    pub fn session_policy(mut self, document: &str) -> Result<Self, Error> {
        self.session.push(Self::checked(document)?);
        Ok(self)
    }

    /// From this address: `aws:SourceIp`, and `sourceIPAddress` in the record.
    #[must_use]
    pub fn source_ip(mut self, address: IpAddr) -> Self {
        self.facts.source_ip_text = Some(address.to_string());
        self.facts.source_ip = Some(address);
        self
    }

    /// With this user agent.
    #[must_use]
    pub fn user_agent(mut self, agent: &str) -> Self {
        self.facts.user_agent = Some(agent.to_owned());
        self
    }

    /// Through this service, which forwards the caller's credentials: `kms:ViaService`, such as
    /// `s3.eu-west-1.amazonaws.com`.
    #[must_use]
    pub fn via_service(mut self, service: &str) -> Self {
        self.facts.via_service = Some(service.to_owned());
        self
    }

    /// With this access key id, for the record.
    #[must_use]
    pub fn access_key_id(mut self, id: &str) -> Self {
        self.facts.access_key_id = Some(id.to_owned());
        self
    }

    /// With or without a second factor: `aws:MultiFactorAuthPresent`. Said by sessions with temporary credentials only.
    #[must_use]
    pub fn mfa(mut self, present: bool) -> Self {
        self.facts.mfa = Some(present);
        self
    }

    /// With a session that began then: `aws:TokenIssueTime`.
    #[must_use]
    pub fn session_created(mut self, at: Timestamp) -> Self {
        self.facts.session_created = Some(at);
        self
    }

    /// With one more principal tag: `aws:PrincipalTag/KEY`.
    #[must_use]
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.facts.tags.push((key.to_owned(), value.to_owned()));
        self
    }

    /// The caller in a Region's partition, which his own ARN names too.
    pub(crate) fn bind(self, home: AccountId, region: Region) -> Result<CallerContext, Error> {
        let account = self.account.unwrap_or(home);
        self.who.check()?;
        let partition = region.partition();
        let principal = match &self.who {
            Who::Root => Principal::root(partition, account),
            Who::User(name) => {
                Principal::user(partition, account, name, self.unique_id.as_deref().unwrap_or("AIDASTRONGROOM"))
            }
            Who::Role { role, session } => {
                let id = self.unique_id.as_deref().unwrap_or("AROASTRONGROOM");
                Principal::assumed_role(partition, account, role, session, id)
            }
            Who::Service(name) => Principal::service(name),
        };
        let compile = |documents: &[String]| -> Result<Vec<Arc<Compiled>>, Error> {
            documents.iter().map(|text| identity(text, partition, account)).collect()
        };
        Ok(CallerContext {
            account,
            identity: compile(&self.identity)?,
            boundary: self.boundary.as_deref().map(|text| identity(text, partition, account)).transpose()?,
            session: compile(&self.session)?,
            principal: PrincipalView::new(principal),
            facts: self.facts.clone(),
            confinement: Confinement::default(),
            claim: Arc::new(self),
        })
    }
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
        Ok(Self { confinement: self.confinement.clone(), ..there })
    }
}
