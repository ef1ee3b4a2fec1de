//! Who is calling.

use crate::{AccountId, NameError, Partition};

/// The kinds of principal that may call (IAM User Guide, "AWS JSON policy elements: Principal").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A session of an assumed role.
    AssumedRole,
    /// A federated user's session.
    FederatedUser,
    /// An AWS service that calls on its own behalf.
    Service,
}

/// A principal: its kind, account and ARNs, made once per session so that no call builds a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    kind: PrincipalKind,
    account: Option<AccountId>,
    arn: Box<str>,
    role_arn: Option<Box<str>>,
    issuer_arn: Option<Box<str>>,
    account_arn: Option<Box<str>>,
    name: Box<str>,
    session: Option<Box<str>>,
    unique_id: Box<str>,
}

/// That `text` can be the name of an IAM user or role, or of a session: 1 to 64 letters, digits and `+=,.@_-` (IAM API
/// Reference, CreateUser). With `path`, such a name may stand behind a path of such names (`division/alice`).
///
/// # Errors
/// What can't be one: a name goes into ARNs, which policies compare.
pub fn check_iam_name(text: &str, path: bool) -> Result<(), NameError> {
    let fits = |name: &str| {
        (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
    };
    let good = text.len() <= 512 && if path { text.split('/').all(fits) } else { fits(text) };
    good.then_some(()).ok_or_else(|| NameError::new(text, "a name in IAM: 1 to 64 letters, digits and `+=,.@_-`"))
}

impl Principal {
    fn of_account(kind: PrincipalKind, partition: Partition, account: AccountId, arn: String, name: &str) -> Self {
        Self {
            kind,
            account: Some(account),
            arn: arn.into(),
            role_arn: None,
            issuer_arn: None,
            account_arn: Some(format!("arn:{partition}:iam::{account}:root").into()),
            name: name.into(),
            session: None,
            unique_id: account.as_str().into(),
        }
    }

    /// The root user of `account`.
    #[must_use]
    pub fn root(partition: Partition, account: AccountId) -> Self {
        let arn = format!("arn:{partition}:iam::{account}:root");
        Self::of_account(PrincipalKind::Root, partition, account, arn, "root")
    }

    /// The IAM user at `path_and_name` (`alice`, or `division/alice`), with its unique id (`AIDA…`).
    #[must_use]
    pub fn user(partition: Partition, account: AccountId, path_and_name: &str, unique_id: &str) -> Self {
        let arn = format!("arn:{partition}:iam::{account}:user/{path_and_name}");
        let name = path_and_name.rsplit('/').next().unwrap_or(path_and_name);
        let user = Self::of_account(PrincipalKind::User, partition, account, arn, name);
        Self { unique_id: unique_id.into(), ..user }
    }

    /// The session `session` of the role at `path_and_role`, with the role's unique id (`AROA…`).
    /// The path is part of the role's ARN and absent from the session's.
    #[must_use]
    pub fn assumed_role(
        partition: Partition,
        account: AccountId,
        path_and_role: &str,
        session: &str,
        unique_id: &str,
    ) -> Self {
        let role = path_and_role.rsplit('/').next().unwrap_or(path_and_role);
        let arn = format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}");
        Self {
            role_arn: Some(format!("arn:{partition}:iam::{account}:role/{path_and_role}").into()),
            session: Some(session.into()),
            unique_id: unique_id.into(),
            ..Self::of_account(PrincipalKind::AssumedRole, partition, account, arn, role)
        }
    }

    /// The federated user `name`.
    #[must_use]
    pub fn federated_user(partition: Partition, account: AccountId, name: &str) -> Self {
        let arn = format!("arn:{partition}:sts::{account}:federated-user/{name}");
        let user = Self::of_account(PrincipalKind::FederatedUser, partition, account, arn, name);
        Self { unique_id: format!("{account}:{name}").into(), ..user }
    }

    /// The federated user `name`, whose session the IAM user `issuer` made: what names that user names the session too,
    /// within the policies of the session (IAM User Guide, "Federated user session principals").
    #[must_use]
    pub fn federated_user_of(partition: Partition, account: AccountId, name: &str, issuer: &Self) -> Self {
        let made_by_user = issuer.kind == PrincipalKind::User;
        Self { issuer_arn: made_by_user.then(|| issuer.arn.clone()), ..Self::federated_user(partition, account, name) }
    }

    /// The service with this principal name, `s3.amazonaws.com` for one.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self {
            kind: PrincipalKind::Service,
            account: None,
            arn: name.into(),
            role_arn: None,
            issuer_arn: None,
            account_arn: None,
            name: name.into(),
            session: None,
            unique_id: name.into(),
        }
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// The account; a service has none.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The principal's ARN: of the user, the session, the root user. For a service, its name.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// For a role session, the ARN of the role; what `aws:PrincipalArn` shows.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.role_arn.as_deref()
    }

    /// Whom a policy may name to mean this session too: the role of a role session, the IAM user who made a federated
    /// user's session.
    #[must_use]
    pub fn issuer_arn(&self) -> Option<&str> {
        self.role_arn().or(self.issuer_arn.as_deref())
    }

    /// The account principal, `arn:aws:iam::111122223333:root`.
    #[must_use]
    pub fn account_arn(&self) -> Option<&str> {
        self.account_arn.as_deref()
    }

    /// The user's, role's or service's plain name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// For a role session, the session's name.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// AWS's unique id (`AIDA…`, `AROA…`, the account id for root), without the session part.
    #[must_use]
    pub fn unique_id(&self) -> &str {
        &self.unique_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_in_the_role_arn_and_not_in_the_session_arn() {
        let account = "111122223333".parse().unwrap();
        let partition = "us-east-1".parse::<crate::Region>().unwrap().partition();
        let session = Principal::assumed_role(partition, account, "team/app", "i-1", "AROAEXAMPLE");
        assert_eq!(session.arn(), "arn:aws:sts::111122223333:assumed-role/app/i-1");
        assert_eq!(session.role_arn(), Some("arn:aws:iam::111122223333:role/team/app"));
        assert_eq!(session.account_arn(), Some("arn:aws:iam::111122223333:root"));
    }
}
