//! Making and opening a strongroom.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::Origin;
use strongroom_audit::event::Event;
use strongroom_audit::log::{
    DirStorage, EntryKind, Head, Log, LogOptions, LogStorage, MemoryStorage, Recovery, Syncing,
};
use strongroom_keys::{RecordKind, layout};
use strongroom_memory::{ForkGuard, SecretArena};
use strongroom_soft::{RootKey, RootRecord, SoftCustody};
use strongroom_store::{
    Commit, CommitId, Freshness, Key, MemoryStore, RedbOptions, RedbStore, Require, Store, StoreError, StoreExt, Write,
    day_of,
};
use strongroom_types::{SealKind, Timestamp};

use crate::cache::{Handles, Map};
use crate::clock::TimeKeeper;
use crate::core::{Core, Release};
use crate::journal::{Journal, Parts, split_head};
use crate::records::Records;
use crate::vault::{self, FIRST_EPOCH, Folder, LogSigner, Mark, StoreTagger};
use crate::{Error, Options, anchor};

/// Where a strongroom lives.
pub(crate) struct Home {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) log: Arc<dyn LogStorage>,
    /// Whether anything outlives the process.
    pub(crate) persistent: bool,
    /// What gives the store's file and the folder back when the strongroom is closed.
    pub(crate) release: Option<Release>,
}

/// What a failure of the root key is to whoever opens a strongroom.
pub(crate) fn of_root(error: strongroom_soft::RootError) -> Error {
    match error {
        strongroom_soft::RootError::WrongUnlock => Error::WrongUnlock,
        strongroom_soft::RootError::Memory(error) => Error::Memory(error),
        strongroom_soft::RootError::Newer(found) => Error::NewerFormat { found: found.into(), known: vault::FORMAT },
        other => Error::Root(other.to_string()),
    }
}

impl Home {
    pub(crate) fn in_memory() -> Self {
        Self {
            store: Arc::new(MemoryStore::new()),
            log: Arc::new(MemoryStorage::new()),
            persistent: false,
            release: None,
        }
    }

    pub(crate) fn with(folder: Folder, store: RedbStore) -> Result<Self, Error> {
        let path = folder.log();
        let log = DirStorage::open(&path).map_err(|cause| Error::Io { doing: "opening", path, cause })?;
        let store = Arc::new(store);
        let held = Arc::clone(&store);
        let release = Release(Box::new(move || {
            let closed = held.close();
            drop(folder);
            Ok(closed?)
        }));
        Ok(Self { store, log: Arc::new(log), persistent: true, release: Some(release) })
    }
}

/// Makes a strongroom in a folder.
pub(crate) fn create_at(path: &Path, mut options: Options) -> Result<Core, Error> {
    options.folder = Some(path.to_owned());
    let folder = Folder::create(path)?;
    let store = match RedbStore::create(folder.store(), RedbOptions::default()) {
        Ok(store) => store,
        Err(error) => {
            folder.discard();
            return Err(error.into());
        }
    };
    let home = Home::with(folder, store)?;
    // What could not be made leaves nothing that the next try would take for a strongroom.
    create(home, options).inspect_err(|_| Folder::clear(path))
}

/// Opens the strongroom in a folder.
pub(crate) fn open_at(path: &Path, mut options: Options) -> Result<Core, Error> {
    options.folder = Some(path.to_owned());
    let folder = Folder::open(path)?;
    let store = RedbStore::open(folder.store(), RedbOptions::default()).map_err(|error| match error {
        StoreError::AlreadyOpen(_) => Error::AlreadyOpen(path.to_owned()),
        StoreError::Missing(_) => Error::Missing(path.to_owned()),
        StoreError::NewerFormat { found, known, .. } => Error::NewerFormat { found, known },
        other => other.into(),
    })?;
    open(Home::with(folder, store)?, options)
}

pub(crate) fn log_options(options: &Options) -> LogOptions {
    let syncing = if options.sync_in_place { Syncing::InPlace } else { Syncing::Thread };
    let log = LogOptions::default().with_syncing(syncing);
    match options.segment_bytes {
        Some(bytes) => log.with_segment_bytes(bytes),
        None => log,
    }
}

/// Everything that is known once the root key is open and the log is.
pub(crate) struct Assembled {
    pub(crate) root: RootKey,
    pub(crate) arena: SecretArena,
    pub(crate) tagger: Arc<StoreTagger>,
    pub(crate) signer: LogSigner,
    pub(crate) log: Log,
    pub(crate) crypto: LogCrypto,
    pub(crate) log_id: [u8; 16],
    pub(crate) mark: Mark,
    pub(crate) stored_head: Option<(u64, u64)>,
    pub(crate) seen: Timestamp,
}

impl Assembled {
    pub(crate) fn into_core(self, home: Home, options: Options) -> Result<Core, Error> {
        let log_options = log_options(&options);
        let custody = match options.custody {
            Some(make) => make(&self.root),
            None => Box::new(SoftCustody::new(self.root.clone())),
        };
        let mut instance = [0; 16];
        options.provider.random.fill(&mut instance)?;
        let tagger = self.tagger;
        let journal = Journal::new(Parts {
            log: self.log,
            storage: Arc::clone(&home.log),
            log_options,
            crypto: self.crypto,
            node: self.log_id,
            instance,
            persistent: home.persistent,
            durability: options.durability,
            stored_head: self.stored_head,
        });
        Ok(Core {
            records: Records::new(
                home.store,
                Arc::clone(&tagger) as Arc<dyn strongroom_keys::Tagger>,
                options.cached_records,
            ),
            tagger,
            slow: crate::lane::Slow::of(custody.describe()),
            custody,
            journal,
            handles: Handles::new(options.handles, options.handle_life),
            time: TimeKeeper::new(options.clock, self.seen),
            fork: ForkGuard::new()?,
            arena: self.arena,
            root: self.root,
            signer: self.signer,
            home: (self.mark.account, self.mark.region),
            closed: false.into(),
            counts: Map::new(),
            usages: crate::usage::Usages::new(),
            due: crate::sync::Mutex::default(),
            paces: Map::new(),
            root_change: crate::sync::RwLock::new(()),
            release: crate::sync::Mutex::new(home.release),
            making_for_services: crate::sync::Mutex::new(()),
            waking: crate::sync::Mutex::new(()),
            told_unlocked: AtomicBool::new(false),
            unadopted: crate::sync::Mutex::new(None),
            watched: crate::status::Watched::new(options.folder),
            #[cfg(feature = "tokio")]
            concluder: crate::asynchronous::Concluder::default(),
            provider: options.provider,
        })
    }
}

/// Makes a strongroom: log, root key and first keys, and last the one commit by which it exists.
pub(crate) fn create(home: Home, options: Options) -> Result<Core, Error> {
    let provider = options.provider.clone();
    let arena = SecretArena::new(options.lock_policy)?;
    let store_id: [u8; 16] = provider.draw()?;
    let log_id: [u8; 16] = provider.draw()?;
    if home.store.get_one(&Key::from(layout::ROOT), Freshness::Latest)?.is_some() {
        return Err(Error::Configuration("the store holds a strongroom already: open it".into()));
    }
    let (root, record) = RootKey::create(&provider, &arena, store_id, &*options.unlock).map_err(of_root)?;
    let mac_place = vault::mac_place(FIRST_EPOCH);
    let (mac_key, sealed_mac) = vault::fresh_key(&provider, &arena, &root.sealer(SealKind::StoreMacKey), &mac_place)?;
    let log_place = vault::log_place(&log_id, FIRST_EPOCH);
    let (seed, sealed_seed) = vault::fresh_key(&provider, &arena, &root.sealer(SealKind::LogKey), &log_place)?;
    let tagger = Arc::new(StoreTagger::new(mac_key, provider.clone(), store_id));
    let signer = LogSigner::new(seed, provider.clone())?;
    let crypto = LogCrypto::new(&provider)?;
    let origin = Origin::new(store_id, log_id);
    let log = Log::create(Arc::clone(&home.log), crypto.clone(), origin, log_options(&options))?;
    let mark = Mark { account: options.account, region: options.region };
    let now = options.clock.now();

    let wrap = |kind, key: &[u8], body: &[u8]| {
        strongroom_keys::Envelope::wrap(kind, key, 1, body, &*tagger).ok_or(Error::Forked)
    };
    let log_key = LogKey { log_id, epoch: FIRST_EPOCH, sealed: sealed_seed };
    let commit = Commit::new(CommitId::new(day_of(now), provider.draw()?))
        .require(Require::Absent(Key::from(layout::ROOT)))
        .write(Write::put(layout::ROOT, record.encode(&provider).map_err(of_root)?))
        .write(Write::put(layout::MAC_KEY, sealed_mac))
        .write(Write::put(layout::LOG_KEY, wrap(RecordKind::LogKey, layout::LOG_KEY, &log_key.encode())?))
        .write(Write::put(layout::FORMAT, wrap(RecordKind::Format, layout::FORMAT, &mark.encode(&store_id))?));
    home.store.commit(commit)?;

    let assembled = Assembled { root, arena, tagger, signer, log, crypto, log_id, mark, stored_head: None, seen: now };
    let core = assembled.into_core(home, options)?;
    core.opened(&Recovery::default())?;
    Ok(core)
}

/// The log's sealed signing key as a record: `log id(16) ‖ epoch u32 ‖ sealed seed`.
pub(crate) struct LogKey {
    pub(crate) log_id: [u8; 16],
    pub(crate) epoch: u32,
    pub(crate) sealed: Vec<u8>,
}

impl LogKey {
    pub(crate) fn encode(&self) -> Vec<u8> {
        [self.log_id.as_slice(), &self.epoch.to_be_bytes(), &self.sealed].concat()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (log_id, rest) = bytes.split_first_chunk()?;
        let (epoch, sealed) = rest.split_first_chunk()?;
        Some(Self { log_id: *log_id, epoch: u32::from_be_bytes(*epoch), sealed: sealed.to_vec() })
    }
}

fn raw(store: &dyn Store, key: &[u8]) -> Result<Vec<u8>, Error> {
    let record = store.get_one(&Key::from(key), Freshness::Latest)?;
    let missing = || Error::Damaged {
        key: key.escape_ascii().to_string(),
        why: "it is missing: the creation of this strongroom was not finished".into(),
    };
    Ok(record.ok_or_else(missing)?.value.to_vec())
}

/// An event is appended when its commit is durable. So a store that is behind the record is an older copy of itself.
fn not_rolled_back(store: &dyn Store, recovery: &Recovery) -> Result<(), Error> {
    let have = store.revision()?.as_u64();
    let told = recovery.leaves.iter().map(|leaf| leaf.entry.revision).max().unwrap_or(0);
    if told > have {
        let why = format!("it is at revision {have} and the record tells of {told}: an older copy is in its place");
        return Err(Error::Damaged { key: "the store".into(), why });
    }
    Ok(())
}

/// Opens a strongroom. Never makes one.
pub(crate) fn open(home: Home, options: Options) -> Result<Core, Error> {
    let provider = options.provider.clone();
    let arena = SecretArena::new(options.lock_policy)?;
    let root_bytes = raw(&*home.store, layout::ROOT)?;
    let record = RootRecord::decode(&provider, &root_bytes).map_err(of_root)?;
    let store_id = *record.store_id();
    let root = RootKey::unlock(&provider, &arena, &record, &*options.unlock).map_err(of_root)?;
    let sealed_mac = raw(&*home.store, layout::MAC_KEY)?;
    let mac_key = vault::open_key(
        &arena,
        &root.sealer(SealKind::StoreMacKey),
        &vault::mac_place(FIRST_EPOCH),
        &sealed_mac,
        layout::MAC_KEY,
    )?;
    let tagger = Arc::new(StoreTagger::new(mac_key, provider.clone(), store_id));
    let unwrap = |kind, key: &'static [u8]| -> Result<(u64, Vec<u8>), Error> {
        let value = raw(&*home.store, key)?;
        let envelope = strongroom_keys::Envelope::unwrap(kind, key, &value, &*tagger)
            .map_err(|why| Error::Damaged { key: key.escape_ascii().to_string(), why: why.to_string() })?;
        Ok((envelope.counter, envelope.body.to_vec()))
    };
    let mark = Mark::decode(&unwrap(RecordKind::Format, layout::FORMAT)?.1, &store_id)?;
    let log_key = LogKey::decode(&unwrap(RecordKind::LogKey, layout::LOG_KEY)?.1)
        .ok_or_else(|| Error::Damaged { key: "mlog".into(), why: "it is too short".into() })?;
    let place = vault::log_place(&log_key.log_id, log_key.epoch);
    let seed = vault::open_key(&arena, &root.sealer(SealKind::LogKey), &place, &log_key.sealed, layout::LOG_KEY)?;
    let signer = LogSigner::new(seed, provider.clone())?;

    let crypto = LogCrypto::new(&provider)?;
    let has_head = home.store.get_one(&Key::from(layout::LOG_HEAD), Freshness::Latest)?.is_some();
    let (head, stored_head, seen) = match has_head {
        false => (None, None, Timestamp::EPOCH),
        true => {
            let (counter, body) = unwrap(RecordKind::LogHead, layout::LOG_HEAD)?;
            let (seen, head) = split_head(&body)
                .ok_or_else(|| Error::Damaged { key: "mhead".into(), why: "it is too short".into() })?;
            let head = Head::decode(&crypto, head)?;
            let size = head.size();
            (Some(head), Some((counter, size)), seen)
        }
    };
    let origin = Origin::new(store_id, log_key.log_id);
    let (log, recovery) =
        Log::open(Arc::clone(&home.log), crypto.clone(), origin, head.as_ref(), log_options(&options))?;
    not_rolled_back(&*home.store, &recovery)?;
    options.anchors.iter().try_for_each(|anchor| anchor::holds(&log, &crypto, &signer, anchor))?;
    let seen = recovery.leaves.iter().map(|leaf| leaf.entry.wall).fold(seen, Timestamp::max);

    let log_id = log_key.log_id;
    let assembled = Assembled { root, arena, tagger, signer, log, crypto, log_id, mark, stored_head, seen };
    let core = assembled.into_core(home, options)?;
    core.opened(&recovery)?;
    core.resume_rotation()?;
    Ok(core)
}

impl Core {
    /// What happens before the first call is served: the first event, what the log lacks of the outbox, a stored head, orphans.
    pub(crate) fn opened(&self, recovery: &Recovery) -> Result<(), Error> {
        let moment = self.moment()?;
        let (lost, told) = (recovery.may_have_lost_from, self.journal.log().size());
        self.watched.due.fill(self.records.store())?;
        self.note(EntryKind::Opened, moment, |event: &mut Event<'_>| {
            event.name = "OpenStrongroom";
            event.facts.lost_from = lost;
        })?;
        self.tell_unlocked(moment)?;
        self.journal.recover(&self.records, recovery)?;
        self.journal.settle(&self.records, moment.wall)?;
        self.recover_usages(told, moment.wall)?;
        self.clean_up_all(moment)?;
        Ok(())
    }
}
