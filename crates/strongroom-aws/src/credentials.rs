//! Who may call: access keys and the callers behind them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use strongroom::caller::BoundCaller;
use strongroom::{Secret, Timestamp};

/// An access key and the caller whom it belongs to.
pub struct Credential {
    pub(crate) access_key_id: String,
    pub(crate) secret: Secret,
    pub(crate) session: Option<SessionToken>,
    pub(crate) caller: BoundCaller,
}

/// The token of temporary credentials, and when it ends.
pub(crate) struct SessionToken {
    pub(crate) token: Secret,
    pub(crate) expires: Option<Timestamp>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("access_key_id", &self.access_key_id)
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

impl Credential {
    /// A long-term access key: its id, its secret, and whom it belongs to.
    #[must_use]
    pub fn new(access_key_id: &str, secret: Secret, caller: BoundCaller) -> Self {
        Self { access_key_id: access_key_id.to_owned(), secret, session: None, caller }
    }

    /// Temporary credentials instead: requests must carry this token, and not after `expires`.
    #[must_use]
    pub fn session(mut self, token: Secret, expires: Option<Timestamp>) -> Self {
        self.session = Some(SessionToken { token, expires });
        self
    }

    /// The access key id.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }
}

/// Where the service looks up access keys. A program may bring its own.
///
/// # Contract
/// 1. `find` does not block for long: it is asked before a request's body is read.
/// 2. What it returns belongs to exactly that access key id.
pub trait Credentials: fmt::Debug + Send + Sync {
    /// The credential of this access key id.
    fn find(&self, access_key_id: &str) -> Option<Arc<Credential>>;
}

/// Credentials in a table that does not change.
#[derive(Debug, Default)]
pub struct CredentialTable(HashMap<String, Arc<Credential>>);

impl FromIterator<Credential> for CredentialTable {
    fn from_iter<I: IntoIterator<Item = Credential>>(credentials: I) -> Self {
        Self(credentials.into_iter().map(|c| (c.access_key_id.clone(), Arc::new(c))).collect())
    }
}

impl Credentials for CredentialTable {
    fn find(&self, access_key_id: &str) -> Option<Arc<Credential>> {
        self.0.get(access_key_id).map(Arc::clone)
    }
}
