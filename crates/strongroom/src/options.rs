//! How a strongroom is made or opened.

use std::sync::Arc;
use std::time::Duration;

use strongroom_audit::checkpoint::SignedCheckpoint;
use strongroom_crypto::CryptoProvider;
use strongroom_hsm::Custody;
use strongroom_memory::LockPolicy;
use strongroom_soft::{RootKey, Unlock};
use strongroom_types::{AccountId, Clock, NameError, Region};

use crate::{Durability, SystemClock};

type MakeCustody = Box<dyn FnOnce(&RootKey) -> Box<dyn Custody> + Send>;

/// How a strongroom is made or opened. Starts from the one thing it can't do without: the way to unlock its root key.
///
/// ```
/// use strongroom::{Durability, Options, Passphrase};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let options = Options::new(Passphrase::new(b"correct horse".as_slice()))
///     .account("111122223333")?
///     .region("eu-west-1")?
///     .durability(Durability::Durable);
/// # Ok(())
/// # }
/// ```
pub struct Options {
    pub(crate) unlock: Box<dyn Unlock>,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) provider: CryptoProvider,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) custody: Option<MakeCustody>,
    pub(crate) durability: Durability,
    pub(crate) lock_policy: LockPolicy,
    pub(crate) handles: usize,
    pub(crate) handle_life: Duration,
    pub(crate) cached_records: usize,
    /// The store's folder, once it is known.
    pub(crate) folder: Option<std::path::PathBuf>,
    pub(crate) segment_bytes: Option<u64>,
    pub(crate) sync_in_place: bool,
    pub(crate) anchors: Vec<SignedCheckpoint>,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("unlock", &self.unlock)
            .field("account", &self.account)
            .field("region", &self.region)
            .field("provider", &self.provider.name())
            .field("durability", &self.durability)
            .field("lock_policy", &self.lock_policy)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// Unlocking in this way; everything else as usual.
    #[must_use]
    pub fn new(unlock: impl Unlock + 'static) -> Self {
        Self {
            unlock: Box::new(unlock),
            account: AccountId::NOBODY,
            region: Region::US_EAST_1,
            provider: strongroom_rustcrypto::provider(),
            clock: Arc::new(SystemClock::new()),
            custody: None,
            durability: Durability::Process,
            lock_policy: LockPolicy::Require,
            handles: 10_000,
            handle_life: Duration::from_secs(3_600),
            cached_records: 100_000,
            folder: None,
            segment_bytes: None,
            sync_in_place: false,
            anchors: Vec::new(),
        }
    }

    /// The default account, named at creation; opening keeps the one that was named.
    ///
    /// # Errors
    /// What is no account id.
    pub fn account(mut self, account: &str) -> Result<Self, NameError> {
        self.account = account.parse()?;
        Ok(self)
    }

    /// The default Region, named at creation; opening keeps the one that was named.
    ///
    /// # Errors
    /// What is no Region name.
    pub fn region(mut self, region: &str) -> Result<Self, NameError> {
        self.region = region.parse()?;
        Ok(self)
    }

    /// Another crypto provider than the default, `strongroom-rustcrypto`: that of `strongroom-aws-lc`, for one, which
    /// a program adds itself. A strongroom that was made with one opens with any other.
    #[must_use]
    pub fn provider(mut self, provider: CryptoProvider) -> Self {
        self.provider = provider;
        self
    }

    /// Another clock than the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Another custody than software: what `make` gives, made once the root key is unlocked.
    #[must_use]
    pub fn custody(mut self, make: impl FnOnce(&RootKey) -> Box<dyn Custody> + Send + 'static) -> Self {
        self.custody = Some(Box::new(make));
        self
    }

    /// How durable the record of a call that changes nothing is before its result leaves (default
    /// [`Durability::Process`]). State changes are always durable.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// What happens at the system's limit of locked memory (default [`LockPolicy::Require`]: an error).
    #[must_use]
    pub fn lock_policy(mut self, policy: LockPolicy) -> Self {
        self.lock_policy = policy;
        self
    }

    /// At most so many open key handles (default 10,000), each for at most so long (default one hour).
    #[must_use]
    pub fn handles(mut self, most: usize, life: Duration) -> Self {
        self.handles = most;
        self.handle_life = life;
        self
    }

    /// At most so many keys, as many aliases, and as many policies in memory (default 100,000 each; some 700 bytes for a
    /// key). It bounds memory and nothing else: what is not there is read from the store, and any number of keys works.
    #[must_use]
    pub fn cached_records(mut self, most: usize) -> Self {
        self.cached_records = most;
        self
    }

    /// A new file of the record after so many bytes (default 64 MiB).
    #[must_use]
    pub fn segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = Some(bytes);
        self
    }

    /// A checkpoint that was kept elsewhere. A strongroom whose record is older than this, or does not continue it, is not
    /// opened: somebody put an old copy in its place ([`Error::RolledBack`](crate::Error::RolledBack)). Opening reads the
    /// record up to there. A checkpoint of the record that a restored strongroom had before holds too, up to what its
    /// first event names. Creating a strongroom takes no notice of it.
    #[must_use]
    pub fn anchor(mut self, checkpoint: SignedCheckpoint) -> Self {
        self.anchors.push(checkpoint);
        self
    }

    /// The record is synced by whoever asks, without a thread of its own: for simulations.
    #[must_use]
    pub fn sync_in_place(mut self) -> Self {
        self.sync_in_place = true;
        self
    }
}
