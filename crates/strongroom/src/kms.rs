//! The strongroom itself.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use strongroom_audit::checkpoint::SignedCheckpoint;
use strongroom_audit::log::LogStorage;
use strongroom_audit::note::VerifyingKey;
use strongroom_soft::{KeyClosure, Unlock};
use strongroom_store::Store;
use strongroom_types::{AccountId, KeyArn, Region, Timestamp};

use crate::caller::BoundCaller;
use crate::core::Core;
use crate::due::DueReport;
use crate::due_thread::DueThread;
use crate::json::RequestId;
use crate::open::{self, Home};
use crate::recorded::Recorded;
use crate::{Caller, Client, Error, Options};

/// A strongroom: keys, their policies and the record of every call, for any number of accounts and Regions.
///
/// Cheap to clone; clones are the same strongroom. Whoever holds it can act as anyone: it is the embedding program.
/// What he hands on are [`Client`]s.
///
/// ```
/// use strongroom::{Caller, Kms};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let kms = Kms::in_memory()?;
/// let root = kms.client(Caller::root())?;
/// let key = root.create_key().send()?.key_metadata.key_id;
/// let sealed = root.encrypt(&*key, "attack at dawn").send()?;
/// let opened = root.decrypt(sealed.ciphertext_blob).send()?;
/// assert_eq!(opened.plaintext.expose_secret(), b"attack at dawn");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Kms(Arc<Core>);

/// What [`Kms::close`] leaves behind.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Closed {
    /// Events in the record, all of them synced.
    pub events: u64,
    /// The checkpoint over all of them.
    pub checkpoint: SignedCheckpoint,
}

impl Kms {
    /// A strongroom in memory: gone with the process. No file, no thread, no passphrase.
    ///
    /// # Errors
    /// No locked memory, or no random bytes.
    pub fn in_memory() -> Result<Self, Error> {
        // A root key that nobody unlocks again may as well be unlocked by a fresh key.
        let kek = std::sync::OnceLock::new();
        let provider = strongroom_rustcrypto::provider();
        Self::in_memory_with(Options::new(KeyClosure::new(move |key| {
            let fresh = || provider.draw::<32>().map(zeroize::Zeroizing::new).map_err(|_| "no random bytes");
            let known: &Result<_, _> = kek.get_or_init(fresh);
            let known = known.as_ref().map_err(|why| *why)?;
            key.copy_from_slice(known.as_slice());
            Ok(())
        })))
    }

    /// A strongroom in memory with options of one's own.
    ///
    /// # Errors
    /// As [`in_memory`](Self::in_memory).
    pub fn in_memory_with(options: Options) -> Result<Self, Error> {
        open::create(Home::in_memory(), options).map(Self::new)
    }

    /// Makes a strongroom in the folder `path`, which must not exist, or must be empty. Never opens one.
    ///
    /// # Errors
    /// [`Error::Exists`] and whatever keeps the folder from being written.
    pub fn create(path: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        open::create_at(path.as_ref(), options).map(Self::new)
    }

    /// Opens the strongroom in the folder `path`. Never makes one.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::WrongUnlock`], [`Error::AlreadyOpen`], [`Error::NewerFormat`], [`Error::Damaged`] …
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, Error> {
        open::open_at(path.as_ref(), options).map(Self::new)
    }

    /// Makes a strongroom in a store and a log storage of one's own.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn create_in(store: Arc<dyn Store>, log: Arc<dyn LogStorage>, options: Options) -> Result<Self, Error> {
        open::create(Home { store, log, persistent: true, release: None }, options).map(Self::new)
    }

    /// Opens the strongroom in a store and a log storage of one's own.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_in(store: Arc<dyn Store>, log: Arc<dyn LogStorage>, options: Options) -> Result<Self, Error> {
        open::open(Home { store, log, persistent: true, release: None }, options).map(Self::new)
    }

    pub(crate) fn new(core: Core) -> Self {
        Self(Arc::new(core))
    }

    pub(crate) fn core(&self) -> &Core {
        &self.0
    }

    /// A client that acts as `caller`, in the default Region.
    ///
    /// # Errors
    /// [`Error::Name`] for a name that can't be one in IAM; [`Error::Caller`] for what else can't be true of the caller;
    /// policies of the caller that do not compile.
    pub fn client(&self, caller: impl Into<Caller>) -> Result<Client, Error> {
        let (account, region) = self.0.home;
        Ok(Client::new(Arc::clone(&self.0), Arc::new(caller.into().bind(account, region)?), region))
    }

    /// The same for a caller who makes many requests from many places: he is checked once, and
    /// [`BoundCaller::client`] makes a client for each request.
    ///
    /// # Errors
    /// As of [`client`](Self::client).
    pub fn bind(&self, caller: impl Into<Caller>) -> Result<BoundCaller, Error> {
        BoundCaller::new(Arc::clone(&self.0), caller.into())
    }

    /// What the strongroom's clock says.
    ///
    /// # Errors
    /// [`Error::ClockRegression`].
    pub fn now(&self) -> Result<Timestamp, Error> {
        self.0.time.now()
    }

    /// An id for a request that ends before it is a call.
    ///
    /// # Errors
    /// No random bytes.
    pub fn request_id(&self) -> Result<RequestId, Error> {
        Ok(RequestId::of(&crate::draw::Draw::new(&self.0.provider.random)?))
    }

    /// The default account, named when the strongroom was made.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.0.home.0
    }

    /// The default Region, named when the strongroom was made.
    #[must_use]
    pub fn region(&self) -> Region {
        self.0.home.1
    }

    /// The key that the service of this principal name (`s3.amazonaws.com`) owns in a Region, for use in many accounts;
    /// made when it is first asked for. It is in no caller's account and in nobody's listing or quota: only
    /// [`Caller::service`] of that name can use it, by its ARN.
    ///
    /// # Errors
    /// [`Error::Caller`] for a name that is no service's; what keeps the key from being made.
    pub fn service_owned_key(&self, service: &str, region: Region) -> Result<KeyArn, Error> {
        self.0.service_owned_key(service, region)
    }

    /// The record: every call, allowed, denied or failed.
    #[must_use]
    pub fn record(&self) -> Recorded<'_> {
        Recorded::new(&self.0)
    }

    /// The public key that the record's checkpoints verify under, to be kept elsewhere.
    ///
    /// # Errors
    /// The provider's SHA-256 failed.
    pub fn verifying_key(&self) -> Result<VerifyingKey, Error> {
        self.0.verifying_key()
    }

    /// Does the work that is due by the strongroom's clock: ends waiting periods, destroys material, rotates keys, signs a
    /// checkpoint.
    ///
    /// # Errors
    /// Whatever keeps a change from being committed, and a custody that can't destroy a key: then everything else was done all
    /// the same. What was done stays done; calling again goes on.
    pub fn run_due(&self) -> Result<DueReport, Error> {
        self.0.run_due()
    }

    /// Starts a thread that does due work now and after each `interval` (of the system's time, 10 ms at least; what is due by
    /// then is judged on the strongroom's clock). It ends when what this returns is dropped, or with the strongroom, which it does
    /// not keep alive. How it fares stands in [`Status::due_runs`](crate::Status::due_runs).
    ///
    /// ```
    /// # fn main() -> Result<(), strongroom::Error> {
    /// let kms = strongroom::Kms::in_memory()?;
    /// let _due = kms.spawn_due(std::time::Duration::from_secs(60))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn spawn_due(&self, interval: std::time::Duration) -> Result<DueThread, Error> {
        DueThread::spawn(&self.0, interval)
    }

    /// Signs a checkpoint over everything recorded so far.
    ///
    /// # Errors
    /// Those of syncing and signing.
    pub fn checkpoint(&self) -> Result<SignedCheckpoint, Error> {
        self.0.usable()?;
        self.0.ready()?;
        let moment = self.0.moment()?;
        self.0.journal.settle(&self.0.records, moment.wall)?;
        self.0.sign_checkpoint(moment.wall)
    }

    /// Makes `unlock` the only way to unlock this strongroom. Old copies of the folder keep the old way.
    ///
    /// # Errors
    /// What keeps the new way from giving its key, or the change from being committed.
    pub fn change_unlock(&self, unlock: &dyn Unlock) -> Result<(), Error> {
        self.0.change_unlock(unlock)
    }

    /// Replaces the root key: everything is sealed anew, and the old root key is dropped. Every way to unlock that
    /// is to be kept must be given, since each seals the new root key too.
    ///
    /// Interrupted, it goes on when the strongroom is opened. Copies of the store from before still open with the old root
    /// key: against who has both, only rotating the keys themselves helps. The key of the store's tags and the one that
    /// signs checkpoints are sealed anew like all others, and stay the same keys.
    ///
    /// # Errors
    /// A way to unlock that is missing or wrong; what keeps changes from being committed.
    pub fn rotate_root(&self, unlocks: &[&dyn Unlock]) -> Result<(), Error> {
        self.0.rotate_root(unlocks)
    }

    /// Syncs, signs, and closes. Every clone and client answers [`Error::Closed`] from then on.
    ///
    /// # Errors
    /// Those of syncing and signing; the strongroom is closed all the same.
    pub fn close(self) -> Result<Closed, Error> {
        self.0.usable()?;
        self.0.shut()
    }
}

impl Core {
    pub(crate) fn shut(&self) -> Result<Closed, Error> {
        // Whoever comes second finds it closed.
        if self.closed.swap(true, Ordering::AcqRel) {
            return Err(Error::Closed);
        }
        // What was handed in before ends before.
        drop(self.journal.alone());
        self.handles.close_all();
        // What the log lacks is appended if it can be; if not, it is in the outbox.
        let _ = self.ready();
        let seen = self.time.highest();
        let settled = self.journal.settle(&self.records, seen);
        let checkpoint = self.sign_checkpoint(seen);
        let head = self.journal.close(&self.records, seen);
        // What is not written now is read from the log when it is opened.
        let pass = if head.is_ok() { crate::usage::Pass::Closing } else { crate::usage::Pass::Whole };
        let _ = self.write_usages(seen, pass);
        if let Some(release) = crate::sync::lock(&self.release).take() {
            (release.0)()?;
        }
        let head = head?;
        settled?;
        Ok(Closed { events: head.size(), checkpoint: checkpoint? })
    }
}
