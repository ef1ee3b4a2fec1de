//! The caller as decisions see him: a principal with what is compared often worked out once.

use strongroom_types::{Principal, PrincipalKind};

/// A principal prepared for decisions. Make one per session; deciding borrows it.
///
/// ```
/// use strongroom_policy::PrincipalView;
/// use strongroom_types::{Principal, Region};
/// let partition = "eu-west-1".parse::<Region>().unwrap().partition();
/// let alice = Principal::user(partition, "111122223333".parse().unwrap(), "alice", "AIDAEXAMPLE");
/// assert_eq!(PrincipalView::new(alice).principal().name(), "alice");
/// ```
#[derive(Debug, Clone)]
pub struct PrincipalView {
    principal: Principal,
    arn_hash: u64,
    role_hash: u64,
    account_hash: u64,
    user_id: Box<str>,
    account: Box<str>,
}

impl PrincipalView {
    /// Prepares `principal`.
    #[must_use]
    pub fn new(principal: Principal) -> Self {
        let user_id = match (principal.kind(), principal.session()) {
            (PrincipalKind::AssumedRole, Some(session)) => format!("{}:{session}", principal.unique_id()).into(),
            _ => principal.unique_id().into(),
        };
        Self {
            arn_hash: hash(principal.arn()),
            role_hash: principal.issuer_arn().map_or(0, hash),
            account_hash: principal.account().map_or(0, |account| hash(account.as_str())),
            user_id,
            account: principal.account().map(|account| account.as_str().into()).unwrap_or_default(),
            principal,
        }
    }

    /// The principal.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What `aws:userid` shows (IAM User Guide, "Policy variables", "Principal key values").
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    #[inline]
    pub(crate) fn is_root(&self) -> bool {
        self.principal.kind() == PrincipalKind::Root
    }

    #[inline]
    pub(crate) fn is_service(&self) -> bool {
        self.principal.kind() == PrincipalKind::Service
    }

    /// The account's digits; empty for a service.
    #[inline]
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    #[inline]
    pub(crate) fn arn_hash(&self) -> u64 {
        self.arn_hash
    }

    #[inline]
    pub(crate) fn role_hash(&self) -> u64 {
        self.role_hash
    }

    #[inline]
    pub(crate) fn account_hash(&self) -> u64 {
        self.account_hash
    }
}

impl From<Principal> for PrincipalView {
    fn from(principal: Principal) -> Self {
        Self::new(principal)
    }
}

/// FNV-1a, 64 bits (draft-eastlake-fnv). Only an index: equal hashes are followed by a comparison of texts.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}
