//! How a strongroom is: what it holds, how far behind it is, and what stands in its way.
//!
//! Nothing here waits for a disk: of the systems below only the free space of the file systems is asked for, and a
//! custody that answers at once whether it is there. So it can be asked while the strongroom is stalled, which is when
//! it is asked.

mod due_index;
mod health;
mod show;

use std::path::PathBuf;
use std::time::Duration;

use strongroom_audit::log::{DirStorage, Lag, LogStorage as _};
use strongroom_crypto::{
    CryptoProvider, Curve, DigestAlgorithm, KdfAlgorithm, MacAlgorithm, RsaSize, Validation, WrapAlgorithm,
};
use strongroom_hsm::{Health as CustodyHealth, Probe};
use strongroom_memory::ArenaStatus;
use strongroom_types::Timestamp;

use crate::cache::{CacheStatus, HandleStatus};
use crate::core::{Core, guarded};
use crate::due_thread::DueRuns;
use crate::sync::{Mutex, lock};
use crate::{Error, Kms};

pub(crate) use due_index::DueIndex;
pub use health::{Reason, Verdict, thresholds};

/// What a strongroom says about itself. No secret, no name of a key.
///
/// Counts are of what is there now unless they say otherwise; bytes are bytes; times are the strongroom's clock.
/// [`health`](Self::health) sums it up, `Display` writes it in a few lines.
///
/// ```
/// # fn main() -> Result<(), strongroom::Error> {
/// let kms = strongroom::Kms::in_memory()?;
/// let status = kms.status()?;
/// assert!(status.health().is_ready(), "{status}");
/// assert_eq!(status.events, status.synced_events);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// The clock, and how it stands to the highest time that was ever seen.
    pub clock: ClockStatus,
    /// Events in the record.
    pub events: u64,
    /// Events that a power cut can't take away any more. Where nothing outlives the process: all of them.
    pub synced_events: u64,
    /// How far behind the record's sync and its checkpoints are.
    pub log: LogStatus,
    /// What stands between what was committed and what is recorded.
    pub journal: JournalStatus,
    /// Work that waits for its time.
    pub due: DueStatus,
    /// What became of the runs that do it.
    pub due_runs: DueRuns,
    /// Memory for keys: how much is locked, and how much had to stay unlocked.
    pub memory: ArenaStatus,
    /// Open key handles.
    pub handles: HandleStatus,
    /// Records of keys in memory.
    pub keys: CacheStatus,
    /// Aliases in memory.
    pub aliases: CacheStatus,
    /// Compiled key policies in memory.
    pub policies: CacheStatus,
    /// Free space.
    pub space: SpaceStatus,
    /// The crypto provider.
    pub provider: ProviderStatus,
    /// The custody of keys.
    pub custody: CustodyStatus,
}

/// The strongroom's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockStatus {
    /// The clock's time, as it is.
    pub now: Timestamp,
    /// The highest time that was ever seen, also by earlier runs. Effective time never is before it.
    pub highest_seen: Timestamp,
    /// How far the clock is behind that.
    pub behind: Duration,
    /// Whether that is more than a correction could be, so that calls are refused ([`Error::ClockRegression`]).
    pub refuses: bool,
}

/// The record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogStatus {
    /// Events that were appended and are not synced.
    pub unsynced_events: u64,
    /// Their bytes.
    pub unsynced_bytes: u64,
    /// How long the oldest of them has been waiting; `None` if there is none.
    pub unsynced_for: Option<Duration>,
    /// The time of the newest event that is synced, of this run; `None` before its first sync.
    pub synced_through: Option<Timestamp>,
    /// Events that the newest checkpoint covers, also if an earlier run signed it; 0 without one.
    pub checkpoint_size: u64,
    /// When this run last signed a checkpoint; `None` if it did not.
    pub checkpoint_at: Option<Timestamp>,
    /// Events that no checkpoint covers.
    pub unsigned_events: u64,
    /// Bytes in the file that is being written.
    pub segment_bytes: u64,
    /// Why the log takes nothing any more until it is opened anew (the next call does that); `None` if all is well.
    pub fault: Option<String>,
}

/// Commits and their way into the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct JournalStatus {
    /// Whether anything stands between what was committed and what is known and recorded. The next call settles it
    /// before it does anything, and is refused if it can't.
    pub stalled: bool,
    /// What went wrong last; `None` if nothing stands in the way.
    pub why: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Events that are committed and not yet in the log. `None` while somebody is working on them.
    pub backlog: Option<usize>,
    /// Commits of which nobody knows whether they were applied. `None` while somebody is working on them.
    pub undecided: Option<usize>,
    /// Events that stand in the store's outbox too, until the log is known to be synced. `None` as above.
    pub outbox: Option<usize>,
}

/// Work that waits for its time: ends of waiting periods, rotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DueStatus {
    /// Pieces of work.
    pub waiting: u64,
    /// Those whose time has come and that [`run_due`](Kms::run_due) has not done.
    pub overdue: u64,
    /// When the first is, or was, due.
    pub next: Option<Timestamp>,
}

/// Free space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SpaceStatus {
    /// Bytes on the store's file system; `None` if nobody says.
    pub store: Option<u64>,
    /// Bytes on the log's file system; `None` if nobody says.
    pub log: Option<u64>,
}

impl SpaceStatus {
    /// The smaller of those that are known.
    #[must_use]
    pub fn least(&self) -> Option<u64> {
        [self.store, self.log].into_iter().flatten().min()
    }
}

/// The crypto provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderStatus {
    /// Its name.
    pub name: &'static str,
    /// What can be claimed about the implementation of each algorithm, by the algorithm's name.
    pub parts: Vec<(&'static str, Validation)>,
}

impl ProviderStatus {
    /// Whether a module with a certificate does all of it.
    #[must_use]
    pub fn is_fips(&self) -> bool {
        self.parts.iter().all(|(_, validation)| validation.is_fips())
    }
}

/// The custody of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CustodyStatus {
    /// The backend's short name.
    pub backend: &'static str,
    /// Its version, for people.
    pub version: String,
    /// Whether a call of it may take longer than a few milliseconds; then `status` does not ask it.
    pub slow: bool,
    /// Whether a validated module does the cryptography.
    pub validation: strongroom_hsm::Validation,
    /// What it last said of itself: now, or, of a slow one, to [`Kms::probe`]. `None` if it was not asked.
    pub probed: Option<Probed>,
}

/// What a custody said when it was asked how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probed {
    /// When.
    pub at: Timestamp,
    /// That all is well, or what is not.
    pub outcome: ProbeOutcome,
}

/// How a custody is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProbeOutcome {
    /// All is well.
    Ready,
    /// It works, with less than it should have.
    Degraded(String),
    /// It does not work.
    Failing(String),
}

/// What is remembered only to be told.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The folder of the store's file, if it has one.
    pub(crate) store: Option<PathBuf>,
    pub(crate) due: DueIndex,
    checkpoint: Mutex<Option<(Timestamp, u64)>>,
    probed: Mutex<Option<Probed>>,
    /// What was said of the log last, for the moment in which it is being opened anew.
    log: Mutex<Option<Lag>>,
}

impl Watched {
    pub(crate) fn new(store: Option<PathBuf>) -> Self {
        Self {
            store,
            due: DueIndex::default(),
            checkpoint: Mutex::new(None),
            probed: Mutex::new(None),
            log: Mutex::new(None),
        }
    }
}

impl Kms {
    /// How it is. Cheap, also while the strongroom is stalled.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Forked`].
    pub fn status(&self) -> Result<Status, Error> {
        self.core().status()
    }

    /// Asks the custody how it is, which may take as long as the backend takes, and remembers the answer for
    /// [`status`](Self::status).
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Forked`]. A custody that does not work is an answer.
    pub fn probe(&self, depth: Probe) -> Result<Probed, Error> {
        self.core().usable()?;
        Ok(self.core().probe(depth))
    }
}

impl Core {
    fn status(&self) -> Result<Status, Error> {
        self.usable()?;
        let clock = self.time.standing();
        let (lag, checkpoint_size) = self.lag();
        let [keys, aliases, policies] = self.records.caches();
        Ok(Status {
            events: lag.events,
            synced_events: lag.synced_events,
            log: self.log_status(&lag, checkpoint_size, clock.now.max(clock.highest_seen)),
            journal: self.journal.standing(),
            due_runs: lock(&self.due).clone(),
            due: self.watched.due.status(clock.now.max(clock.highest_seen)),
            memory: self.arena.status()?,
            handles: self.handles.status(),
            keys,
            aliases,
            policies,
            space: self.space(),
            provider: ProviderStatus { name: self.provider.name(), parts: parts(&self.provider) },
            custody: self.custody_status(),
            clock,
        })
    }

    /// While the log is being opened anew, what it was before that.
    fn lag(&self) -> (Lag, Option<u64>) {
        let mut last = lock(&self.watched.log);
        match (self.journal.try_log(), &*last) {
            (None, Some(last)) => (last.clone(), None),
            (log, _) => {
                let log = log.unwrap_or_else(|| self.journal.log());
                let lag = log.lag();
                *last = Some(lag.clone());
                (lag, log.checkpointed_size())
            }
        }
    }

    fn log_status(&self, lag: &Lag, checkpoint: Option<u64>, now: Timestamp) -> LogStatus {
        let signed = *lock(&self.watched.checkpoint);
        let checkpoint_size = checkpoint.or(signed.map(|(_, size)| size)).unwrap_or(0);
        LogStatus {
            unsynced_events: lag.events.saturating_sub(lag.synced_events),
            unsynced_bytes: lag.unsynced_bytes,
            unsynced_for: lag.oldest_unsynced.map(|oldest| since(oldest, now)),
            synced_through: lag.synced_through,
            checkpoint_size,
            checkpoint_at: signed.map(|(at, _)| at),
            unsigned_events: lag.events.saturating_sub(checkpoint_size),
            segment_bytes: lag.segment_bytes,
            fault: lag.fault.as_ref().map(ToString::to_string),
        }
    }

    fn space(&self) -> SpaceStatus {
        let store = self.watched.store.as_ref().and_then(|folder| DirStorage::open(folder).ok());
        SpaceStatus {
            store: store.and_then(|folder| folder.free_space().ok()).flatten(),
            log: self.journal.free_space().ok().flatten(),
        }
    }

    fn custody_status(&self) -> CustodyStatus {
        let about = self.custody.describe();
        let probed = match about.slow {
            true => lock(&self.watched.probed).clone(),
            false => Some(self.probe(Probe::Answers)),
        };
        CustodyStatus {
            backend: about.backend,
            version: about.version.clone(),
            slow: about.slow,
            validation: about.validation.clone(),
            probed,
        }
    }

    fn probe(&self, depth: Probe) -> Probed {
        let outcome = match guarded(|| self.custody.probe(depth)) {
            Ok(CustodyHealth::Ready) => ProbeOutcome::Ready,
            Ok(CustodyHealth::Degraded(what)) => ProbeOutcome::Degraded(what.to_owned()),
            Ok(_) => ProbeOutcome::Degraded("it says something that this version does not know".to_owned()),
            Err(error) => ProbeOutcome::Failing(error.to_string()),
        };
        let probed = Probed { at: self.time.standing().now, outcome };
        *lock(&self.watched.probed) = Some(probed.clone());
        probed
    }

    /// Signs a checkpoint over what is synced, and remembers when.
    pub(crate) fn sign_checkpoint(&self, at: Timestamp) -> Result<crate::SignedCheckpoint, Error> {
        let signed = self.journal.log().checkpoint(&self.signer)?;
        self.signed(at, &signed);
        Ok(signed)
    }

    /// Remembers that a checkpoint was signed.
    pub(crate) fn signed(&self, at: Timestamp, signed: &crate::SignedCheckpoint) {
        *lock(&self.watched.checkpoint) = Some((at, signed.checkpoint.size()));
    }
}

fn since(then: Timestamp, now: Timestamp) -> Duration {
    Duration::from_nanos(u64::try_from(now.as_nanos().saturating_sub(then.as_nanos())).unwrap_or(0))
}

/// Every algorithm of a provider that a strongroom uses.
fn parts(provider: &CryptoProvider) -> Vec<(&'static str, Validation)> {
    vec![
        ("AES-256-GCM", provider.aead.validation(32)),
        ("AES-256-KWP", provider.key_wrap.validation(WrapAlgorithm::Kwp, 32)),
        ("HMAC-SHA-256", provider.mac.validation(MacAlgorithm::HmacSha256)),
        ("HKDF-SHA-256", provider.kdf.validation(KdfAlgorithm::HkdfSha256)),
        ("SHA-256", provider.digest.validation(DigestAlgorithm::Sha256)),
        ("SHA-384", provider.digest.validation(DigestAlgorithm::Sha384)),
        ("SHA-512", provider.digest.validation(DigestAlgorithm::Sha512)),
        ("ECDSA P-256", provider.ecdsa.validation(Curve::P256)),
        ("ECDSA P-384", provider.ecdsa.validation(Curve::P384)),
        ("ECDSA P-521", provider.ecdsa.validation(Curve::P521)),
        ("ECDSA secp256k1", provider.ecdsa.validation(Curve::Secp256k1)),
        ("Ed25519", provider.ed25519.validation()),
        ("RSA-2048", provider.rsa.validation(RsaSize::Rsa2048)),
        ("RSA-3072", provider.rsa.validation(RsaSize::Rsa3072)),
        ("RSA-4096", provider.rsa.validation(RsaSize::Rsa4096)),
        ("Argon2id", provider.password.validation()),
    ]
}
