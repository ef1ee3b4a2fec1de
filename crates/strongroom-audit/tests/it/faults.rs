//! Disks that fill up, fail, or lose their files.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use strongroom_audit::Error;
use strongroom_audit::log::{DirStorage, EntryKind, EntryParts, Log, LogFile, LogOptions, LogStorage, MemoryStorage};

use strongroom_types::Timestamp;

use crate::support::{append, crypto, options, origin};

/// A memory storage with a limit, and with syncs that fail on demand.
#[derive(Debug, Default)]
struct Switches {
    room: AtomicU64,
    sync_fails: AtomicBool,
    cut_fails: AtomicBool,
    syncs: AtomicU64,
    panics: AtomicBool,
    slow_sync: AtomicBool,
}

#[derive(Debug)]
struct Faulty(MemoryStorage, Arc<Switches>);

#[derive(Debug)]
struct FaultyFile(Arc<dyn LogFile>, Arc<Switches>);

impl LogStorage for Faulty {
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        Ok(Arc::new(FaultyFile(self.0.create(name)?, Arc::clone(&self.1))))
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        Ok(Arc::new(FaultyFile(self.0.open(name)?, Arc::clone(&self.1))))
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }
    fn free_space(&self) -> io::Result<Option<u64>> {
        Ok(Some(self.1.room.load(Ordering::SeqCst)))
    }
    fn is_volatile(&self) -> bool {
        false
    }
    fn path(&self) -> &Path {
        Path::new("/faulty")
    }
}

impl LogFile for FaultyFile {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, out)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        assert!(!self.1.panics.load(Ordering::SeqCst), "the storage is broken");
        let room = self.1.room.load(Ordering::SeqCst);
        let fits = usize::try_from(room).unwrap().min(bytes.len());
        // A full disk takes what still fits.
        self.0.write_at(offset, &bytes[..fits])?;
        self.1.room.fetch_sub(fits as u64, Ordering::SeqCst);
        if fits < bytes.len() { Err(io::Error::from_raw_os_error(28)) } else { Ok(()) }
    }
    fn sync(&self) -> io::Result<()> {
        self.1.syncs.fetch_add(1, Ordering::SeqCst);
        while self.1.slow_sync.load(Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        if self.1.sync_fails.swap(false, Ordering::SeqCst) { Err(io::Error::from_raw_os_error(5)) } else { Ok(()) }
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        if self.1.cut_fails.load(Ordering::SeqCst) {
            return Err(io::Error::from_raw_os_error(5));
        }
        let before = self.0.len()?;
        self.0.truncate(len)?;
        self.1.room.fetch_add(before.saturating_sub(len), Ordering::SeqCst);
        Ok(())
    }
    fn check_in_place(&self) -> io::Result<u64> {
        self.0.check_in_place()
    }
}

fn faulty(room: u64, options: LogOptions) -> (Log, MemoryStorage, Arc<Switches>) {
    let switches = Arc::new(Switches { room: AtomicU64::new(room), ..Switches::default() });
    let memory = MemoryStorage::new();
    let storage: Arc<dyn LogStorage> = Arc::new(Faulty(memory.clone(), Arc::clone(&switches)));
    (Log::create(storage, crypto(), origin(), options).unwrap(), memory, switches)
}

#[test]
fn a_full_disk_is_an_error_with_errno_and_room_again_works_without_a_restart() {
    for segment_bytes in [500, 1 << 20] {
        for cut_fails in [false, true] {
            let (log, memory, switches) = faulty(20_000, options().with_segment_bytes(segment_bytes));
            let mut kept = Vec::new();
            let mut refused = 0;
            for n in 0..100 {
                switches.cut_fails.store(cut_fails, Ordering::SeqCst);
                match append(&log, n) {
                    Ok((index, leaf)) => kept.push((index, leaf)),
                    Err(Error::Unavailable(fault)) => {
                        assert!(fault.path().starts_with("/faulty"));
                        refused += 1;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
            assert!(refused > 10 && kept.len() > 10, "{refused} {}", kept.len());
            switches.cut_fails.store(false, Ordering::SeqCst);
            switches.room.fetch_add(100_000, Ordering::SeqCst);
            for n in 100..120 {
                kept.push(append(&log, n).unwrap());
            }
            log.sync_through(log.size() - 1).wait().unwrap().unwrap();
            let read: Vec<_> = log.read(0..u64::MAX).unwrap().map(|leaf| leaf.unwrap()).collect();
            let read: Vec<_> = read.iter().map(|leaf| (leaf.entry.index, leaf.leaf)).collect();
            assert_eq!(read, kept, "exactly the calls that returned ok are in the log");
            let head = log.close().unwrap();
            let again: Arc<dyn LogStorage> = Arc::new(memory);
            let (log, recovery) = Log::open(again, crypto(), origin(), None, options()).unwrap();
            assert_eq!((log.size(), recovery.cut_bytes), (head.size(), 0));
        }
    }
}

#[test]
fn a_full_disk_refuses_every_thread_that_shared_the_write_and_nobody_hangs() {
    let (log, _, switches) = faulty(30_000, options());
    let accepted: usize = std::thread::scope(|scope| {
        let work = |thread: u64| {
            let log = &log;
            move || (0..40).filter(|n| append(log, thread * 1_000 + n).is_ok()).count()
        };
        let threads: Vec<_> = (0..8).map(|thread| scope.spawn(work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    switches.room.fetch_add(100_000, Ordering::SeqCst);
    append(&log, 9_999).unwrap();
    assert_eq!(log.size() as usize, accepted + 1);
    assert_eq!(log.read(0..u64::MAX).unwrap().filter(Result::is_ok).count(), accepted + 1);
    assert!(accepted < 320);
}

#[test]
fn entries_that_come_together_are_all_in_the_log_or_none_is() {
    let (log, _, switches) = faulty(6_000, options().with_segment_bytes(500));
    let record = [7_u8; 60];
    let (mut kept, mut refused) = (0, 0);
    for round in 0..20_u8 {
        let blinds: Vec<[u8; 32]> = (0..7).map(|n| [round * 7 + n; 32]).collect();
        let parts: Vec<_> = blinds
            .iter()
            .map(|blind| EntryParts::new(EntryKind::Call, Timestamp::from_secs(i64::from(round)), blind, &record))
            .collect();
        match log.append_all(&parts).wait().unwrap() {
            Ok(last) => {
                kept += 7;
                assert_eq!(last, Some(kept - 1));
            }
            Err(Error::Unavailable(_)) => {
                refused += 1;
                switches.room.fetch_add(500, Ordering::SeqCst);
            }
            Err(other) => panic!("{other}"),
        }
        assert_eq!(log.size(), kept);
        let lag = log.lag();
        assert_eq!((lag.events, lag.synced_events, lag.oldest_unsynced.is_some()), (kept, 0, kept > 0));
        assert!(lag.oldest_unsynced.is_none_or(|oldest| oldest == Timestamp::from_secs(0)), "the first that was kept");
    }
    assert!(kept > 20 && refused > 2, "{kept} {refused}");
    assert_eq!(log.append_all(&[]).wait().unwrap(), Ok(None));
    log.sync_through(kept - 1).wait().unwrap().unwrap();
    let lag = log.lag();
    assert_eq!((lag.synced_events, lag.unsynced_bytes, lag.oldest_unsynced), (kept, 0, None));
    assert_eq!(log.read(0..u64::MAX).unwrap().filter(Result::is_ok).count() as u64, kept);
}

#[test]
fn after_one_failed_sync_nothing_is_taken_until_the_log_is_reopened() {
    for threaded in [false, true] {
        let chosen = if threaded { LogOptions::default() } else { options() };
        let (log, memory, switches) = faulty(1 << 20, chosen);
        append(&log, 0).unwrap();
        log.sync_through(0).wait().unwrap().unwrap();
        append(&log, 1).unwrap();
        switches.sync_fails.store(true, Ordering::SeqCst);
        let failed = log.sync_through(1).wait().unwrap();
        let Err(Error::Poisoned(fault)) = &failed else { panic!("{failed:?}") };
        assert_eq!(fault.errno(), Some(5));
        let syncs = switches.syncs.load(Ordering::SeqCst);
        assert_eq!(append(&log, 2).unwrap_err(), failed.clone().unwrap_err());
        assert_eq!(log.sync_through(1).wait().unwrap(), failed);
        assert!(log.head().is_err() && log.checkpoint(&crate::support::Seed::new(1)).is_err());
        assert_eq!(log.synced_size(), 1);
        assert!(log.close().is_err());
        assert_eq!(switches.syncs.load(Ordering::SeqCst), syncs, "a failed sync is never tried again");
        let again: Arc<dyn LogStorage> = Arc::new(memory);
        let (log, _) = Log::open(again, crypto(), origin(), None, options()).unwrap();
        append(&log, 2).unwrap();
    }
}

#[test]
fn a_storage_that_panics_poisons_the_log_and_nobody_hangs() {
    let (log, _, switches) = faulty(1 << 20, LogOptions::default());
    append(&log, 0).unwrap();
    switches.slow_sync.store(true, Ordering::SeqCst);
    let waiting = log.sync_through(0);
    switches.panics.store(true, Ordering::SeqCst);
    std::thread::scope(|scope| {
        (1..5).for_each(|n| {
            let log = &log;
            scope.spawn(move || assert!(matches!(append(log, n), Err(Error::Poisoned(_)))));
        });
    });
    switches.slow_sync.store(false, Ordering::SeqCst);
    assert!(matches!(waiting.wait().unwrap(), Err(Error::Poisoned(_))));
    assert!(matches!(log.close(), Err(Error::Poisoned(_))));
}

#[test]
fn a_slow_sync_holds_up_no_append() {
    let (log, _, switches) = faulty(1 << 20, LogOptions::default());
    append(&log, 0).unwrap();
    switches.slow_sync.store(true, Ordering::SeqCst);
    let tickets: Vec<_> = (1..50).map(|n| log.sync_through(append(&log, n).unwrap().0)).collect();
    assert_eq!((log.size(), log.synced_size()), (50, 0));
    switches.slow_sync.store(false, Ordering::SeqCst);
    tickets.into_iter().for_each(|ticket| ticket.wait().unwrap().unwrap());
    assert_eq!(log.synced_size(), 50);
    assert!(switches.syncs.load(Ordering::SeqCst) <= 5, "many tickets share one sync");
}

#[test]
fn a_file_that_was_deleted_replaced_moved_or_cut_is_found_at_the_next_write() {
    type Deed = fn(&Path);
    let deeds: [(&str, Deed); 4] = [
        ("deleted", |path| std::fs::remove_file(path).unwrap()),
        ("moved", |path| std::fs::rename(path, path.with_extension("old")).unwrap()),
        ("replaced", |path| {
            let copy = path.with_extension("copy");
            std::fs::copy(path, &copy).unwrap();
            std::fs::rename(&copy, path).unwrap();
        }),
        ("cut", |path| std::fs::File::options().write(true).open(path).unwrap().set_len(100).unwrap()),
    ];
    for (name, deed) in deeds {
        let folder = tempfile::tempdir().unwrap();
        let storage: Arc<dyn LogStorage> = Arc::new(DirStorage::open(folder.path()).unwrap());
        let log = Log::create(storage, crypto(), origin(), options()).unwrap();
        append(&log, 0).unwrap();
        let path = folder.path().join("0000000000000000.log");
        deed(&path);
        if name != "moved" {
            // A file that still has a name is found at the next sync; one that has none at the next write already.
            assert!(matches!(append(&log, 1), Err(Error::Displaced(_))), "{name}");
        }
        assert!(matches!(log.sync_through(0).wait().unwrap(), Err(Error::Displaced(_))), "{name}");
        let error = append(&log, 1).unwrap_err();
        let Error::Displaced(fault) = &error else { panic!("{name}: {error}") };
        assert_eq!(fault.path(), path);
        assert!(matches!(append(&log, 2), Err(Error::Displaced(_))), "{name}: it stays so");
    }
}

#[test]
fn files_belong_to_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let storage: Arc<dyn LogStorage> = Arc::new(DirStorage::open(folder.path()).unwrap());
    let log = Log::create(Arc::clone(&storage), crypto(), origin(), options()).unwrap();
    log.checkpoint(&crate::support::Seed::new(1)).unwrap();
    assert!(log.free_space().unwrap().is_some());
    for name in storage.list().unwrap() {
        let mode = std::fs::metadata(folder.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(DirStorage::open(folder.path().join("nothing")).is_err());
}
