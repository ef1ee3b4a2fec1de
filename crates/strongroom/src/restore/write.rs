//! The second reading: records into the store, a new log, and the one commit by which it all exists.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::Origin;
use strongroom_audit::event::{Continues, Event, Fact, Named};
use strongroom_audit::log::{EntryKind, Log, Recovery};
use strongroom_crypto::CryptoProvider;
use strongroom_keys::{Envelope, RecordKind, layout};
use strongroom_soft::{RootKey, RootRecord};
use strongroom_store::{
    Cause, Commit, CommitError, CommitId, CommitTicket, Freshness, Key, KeyRange, PageLimit, Record, Require, Store,
    StoreExt, Write, day_of,
};
use strongroom_types::{SealKind, Timestamp};

use super::options::{RestoreOptions, RestoreReport, UNKNOWN};
use super::replay::Past;
use super::verify::{Keys, Opened};
use super::{Meter, Phase};
use crate::core::Core;
use crate::draw::Draw;
use crate::failpoint::reached;
use crate::open::{Assembled, Home, LogKey, log_options, of_root};
use crate::vault::{self, FIRST_EPOCH, LogSigner};
use crate::{Error, Options};

/// Commits that are under way at once: they share syncs.
const UNDER_WAY: usize = 128;

pub(super) fn must_be_empty(store: &dyn Store) -> Result<(), Error> {
    let first = store.scan(&KeyRange::all(), None, PageLimit::new(1), Freshness::Latest)?;
    match first.value.is_empty() {
        true => Ok(()),
        false => Err(Error::Configuration("a backup is restored into an empty store, and this one is not".into())),
    }
}

/// Puts records into a store, many commits at a time.
struct Filling<'a> {
    store: &'a dyn Store,
    provider: &'a CryptoProvider,
    day: u32,
    commit: Vec<Write>,
    bytes: usize,
    under_way: VecDeque<CommitTicket>,
}

impl Filling<'_> {
    fn put(&mut self, record: Record) -> Result<(), Error> {
        let limits = self.store.limits();
        let bytes = record.key.len() + record.value.len();
        if self.commit.len() == limits.writes || self.bytes + bytes > limits.commit_bytes {
            self.submit()?;
        }
        self.bytes += bytes;
        self.commit.push(Write::Put(record.key, record.value));
        Ok(())
    }

    fn submit(&mut self) -> Result<(), Error> {
        let id = CommitId::new(self.day, self.provider.draw()?);
        let write = std::mem::take(&mut self.commit);
        self.bytes = 0;
        self.under_way.push_back(self.store.submit(Commit { id, require: Vec::new(), write }));
        match self.under_way.len() > UNDER_WAY {
            true => self.wait_for_one(),
            false => Ok(()),
        }
    }

    fn wait_for_one(&mut self) -> Result<(), Error> {
        let Some(ticket) = self.under_way.pop_front() else { return Ok(()) };
        ticket.wait().unwrap_or_else(|gone| Err(CommitError::Unknown(Cause::new(gone))))?;
        Ok(())
    }

    fn finish(mut self) -> Result<(), Error> {
        self.submit()?;
        while !self.under_way.is_empty() {
            self.wait_for_one()?;
        }
        Ok(())
    }
}

/// What the last commit puts: with it there is a strongroom.
struct Last {
    root: Vec<u8>,
    mac_key: Vec<u8>,
    log_key: Vec<u8>,
    format: Record,
}

pub(super) fn put(
    from: impl Read,
    opened: &Opened,
    past: Past,
    home: Home,
    options: Options,
    restore: &mut RestoreOptions,
) -> Result<(Core, RestoreReport), Error> {
    let format = fill(from, opened, &*home.store, &options, restore)?;
    reached("restore.written");
    let now = options.clock.now();
    let (assembled, last) = assemble(opened, &past, format, &home, &options, restore)?;
    begin_log(&assembled, &past, restore, now)?;
    reached("restore.logged");
    let core = assembled.into_core(home, options)?;
    let mut report = RestoreReport {
        revision: opened.verified.revision,
        epoch: past.next_epoch()?,
        records: opened.verified.records,
        restored: opened.verified.checkpoint.clone(),
        newest_seen: past.newest.clone(),
        replayed: Vec::new(),
        not_replayed: Vec::new(),
        unknown: if past.is_known() { &[] } else { UNKNOWN },
    };
    core.replay(past, &mut report)?;
    core.begin_usages(now)?;
    reached("restore.replayed");
    core.begin(last, now)?;
    reached("restore.committed");
    core.opened(&Recovery::default())?;
    core.resume_rotation()?;
    Ok((core, report))
}

/// All records but the mark of a formatted store, which is the answer.
fn fill(
    from: impl Read,
    opened: &Opened,
    store: &dyn Store,
    options: &Options,
    restore: &mut RestoreOptions,
) -> Result<Record, Error> {
    let day = day_of(options.clock.now());
    let (commit, under_way) = (Vec::new(), VecDeque::new());
    let mut filling = Filling { store, provider: &options.provider, day, commit, bytes: 0, under_way };
    let (mut meter, mut format) = (Meter::new(Phase::Restoring), None);
    Opened::read(from, &Keys::Again(opened), |header, record, bytes| {
        match record.key.as_bytes() == layout::FORMAT {
            true => format = Some(record),
            false => filling.put(record)?,
        }
        meter.tell(restore, header.records, bytes)
    })?;
    filling.finish()?;
    format.ok_or_else(|| Error::Damaged { key: "mformat".into(), why: "it is missing".into() })
}

/// A new log with a key of its own, and the root record with the way to unlock of from now on.
fn assemble(
    opened: &Opened,
    past: &Past,
    format: Record,
    home: &Home,
    options: &Options,
    restore: &RestoreOptions,
) -> Result<(Assembled, Last), Error> {
    let provider = &options.provider;
    let (root, store_id) = (&opened.root, opened.header.store_id);
    let log_id: [u8; 16] = provider.draw()?;
    let place = vault::log_place(&log_id, FIRST_EPOCH);
    let (seed, sealed) = vault::fresh_key(provider, root.arena(), &root.sealer(SealKind::LogKey), &place)?;
    let log_key = LogKey { log_id, epoch: FIRST_EPOCH, sealed }.encode();
    let log_key = Envelope::wrap(RecordKind::LogKey, layout::LOG_KEY, 1, &log_key, &*opened.tagger);
    let record = root_record(root, &opened.record, restore)?;
    let last = Last {
        root: record.encode(provider).map_err(of_root)?,
        mac_key: opened.header.mac_key.clone(),
        log_key: log_key.ok_or(Error::Forked)?,
        format,
    };
    let crypto = LogCrypto::new(provider)?;
    let origin = Origin::new(store_id, log_id);
    let log = Log::create(Arc::clone(&home.log), crypto.clone(), origin, log_options(options))?;
    let assembled = Assembled {
        root: root.clone(),
        arena: root.arena().clone(),
        tagger: Arc::clone(&opened.tagger),
        signer: LogSigner::new(seed, provider.clone())?,
        log,
        crypto,
        log_id,
        mark: opened.mark,
        stored_head: None,
        seen: past.seen.max(opened.header.made),
    };
    Ok((assembled, last))
}

fn root_record(root: &RootKey, record: &RootRecord, restore: &RestoreOptions) -> Result<RootRecord, Error> {
    match &restore.unlock {
        Some(unlock) => root.change_unlock(record, &**unlock).map_err(of_root),
        None => Ok(record.clone()),
    }
}

/// The first leaf: which log this strongroom had, the checkpoint that was restored, and the newest one seen elsewhere.
fn begin_log(assembled: &Assembled, past: &Past, restore: &RestoreOptions, now: Timestamp) -> Result<(), Error> {
    let draw = Draw::new(&assembled.root.provider().random)?;
    let (account, region) = (assembled.mark.account, assembled.mark.region);
    let (restored, newest) = (past.restored.note.to_string(), past.newest.note.to_string());
    let number = |number: u64| Fact::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let more = [
        Named { name: Continues::RESTORED, value: Fact::Text(&restored) },
        Named { name: Continues::NEWEST_SEEN, value: Fact::Text(&newest) },
        Named { name: "restoredRevision", value: number(past.revision) },
    ];
    let mut event = Event::service(draw.event_id(), now, "RestoreStrongroom", region, account);
    event.facts.more = &more;
    event.facts.reason = restore.acknowledged.as_deref();
    let mut record = Vec::new();
    event.encode(&assembled.crypto, &mut record);
    let parts = strongroom_audit::log::EntryParts::new(EntryKind::Restored, now, draw.blind(), &record);
    let gone = |_| strongroom_audit::Error::Closed;
    let appended = assembled.log.append(parts).wait().map_err(gone)??;
    assembled.log.sync_through(appended.index).wait().map_err(gone)??;
    Ok(())
}

impl Core {
    /// The last commit.
    fn begin(&self, last: Last, now: Timestamp) -> Result<(), Error> {
        // What was replayed is in the log, synced, and no event waits for it any more.
        self.journal.settle(&self.records, now)?;
        let commit = Commit::new(CommitId::new(day_of(now), self.provider.draw()?))
            .require(Require::Absent(Key::from(layout::ROOT)))
            .write(Write::put(layout::ROOT, last.root))
            .write(Write::put(layout::MAC_KEY, last.mac_key))
            .write(Write::put(layout::LOG_KEY, last.log_key))
            .write(Write::Put(last.format.key, last.format.value));
        self.records.store().commit(commit)?;
        Ok(())
    }
}
