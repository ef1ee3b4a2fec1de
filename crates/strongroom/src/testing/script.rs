//! Failures by script.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use strongroom_audit::log::{LogFile, LogStorage, MemoryStorage};
use strongroom_hsm::hostile::{Call as CustodyCall, Fault as CustodyFault, Faulty as FaultyCustody};
use strongroom_store::MemoryStore;
use strongroom_store::testing::{Call as StoreCall, Faulty as FaultyStore, Trouble};
use strongroom_types::{Random, RandomError};

use crate::sync::{Mutex, lock};

/// What can be made to fail besides store and custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    Append,
    Sync,
    Random,
}

/// How often each point was passed, and what fails at which time.
#[derive(Debug, Default)]
pub(super) struct Points(Mutex<BTreeMap<Point, Passed>>);

/// How often, and which time fails how.
type Passed = (u64, BTreeMap<u64, io::ErrorKind>);

impl Points {
    fn script(&self, point: Point, nth: u64, kind: io::ErrorKind) {
        let mut points = lock(&self.0);
        let (passed, faults) = points.entry(point).or_default();
        faults.insert(passed.saturating_add(nth), kind);
    }

    fn pass(&self, point: Point) -> io::Result<()> {
        let mut points = lock(&self.0);
        let (passed, faults) = points.entry(point).or_default();
        let fault = faults.remove(passed);
        *passed += 1;
        fault.map_or(Ok(()), |kind| Err(io::Error::new(kind, "a fault of the test's script")))
    }
}

/// Makes what is below a strongroom of [`testing`](super) fail: the next time (`nth` is 0), the time after that (1), and so
/// on, each counted from when it is said. Clones are one script.
///
/// Failures at a named step of the strongroom itself are [`on_step`](super::on_step)'s.
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) store: Arc<FaultyStore<MemoryStore>>,
    pub(super) custody: Arc<Mutex<Option<FaultyCustody>>>,
    pub(super) points: Arc<Points>,
}

impl Script {
    pub(super) fn new() -> Self {
        Self { store: Arc::new(FaultyStore::new(MemoryStore::new())), custody: Arc::default(), points: Arc::default() }
    }

    /// The `nth` commit of the store meets this. A strongroom hands a commit in again whose outcome it does not know.
    pub fn commit(&self, nth: u64, trouble: Trouble) -> &Self {
        self.store.script(StoreCall::Submit, nth, trouble);
        self
    }

    /// Every commit meets this, until [`heal`](Self::heal).
    pub fn every_commit(&self, trouble: Trouble) -> &Self {
        self.store.always(StoreCall::Submit, trouble);
        self
    }

    /// The `nth` write to the record fails, as with a full disk (`StorageFull`) or a volume that went away.
    pub fn append(&self, nth: u64, kind: io::ErrorKind) -> &Self {
        self.points.script(Point::Append, nth, kind);
        self
    }

    /// The `nth` sync of the record fails: nobody knows what of it is on the disk.
    pub fn sync(&self, nth: u64, kind: io::ErrorKind) -> &Self {
        self.points.script(Point::Sync, nth, kind);
        self
    }

    /// The `nth` draw of random bytes fails.
    pub fn random(&self, nth: u64) -> &Self {
        self.points.script(Point::Random, nth, io::ErrorKind::Other);
        self
    }

    /// The `nth` such call of the custody meets this.
    pub fn custody(&self, nth: u64, call: CustodyCall, fault: CustodyFault) -> &Self {
        if let Some(custody) = &*lock(&self.custody) {
            custody.on_nth(call, nth.saturating_add(1), fault);
        }
        self
    }

    /// Nothing that the script said of store, record and random bytes happens any more.
    pub fn heal(&self) {
        self.store.heal();
        lock(&self.points.0).values_mut().for_each(|(_, faults)| faults.clear());
    }
}

/// Random bytes, unless the script says no.
#[derive(Debug)]
pub(super) struct ScriptedRandom {
    pub(super) inner: super::PredictableRandom,
    pub(super) points: Arc<Points>,
}

impl Random for ScriptedRandom {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        self.points.pass(Point::Random).map_err(|_| RandomError::new())?;
        self.inner.fill(out)
    }
}

/// The record's files in memory, which are treated like files on a disk: they are synced, and can fail to be.
#[derive(Debug, Clone)]
pub struct ScriptedLog {
    files: MemoryStorage,
    points: Arc<Points>,
}

#[derive(Debug)]
struct ScriptedFile {
    file: Arc<dyn LogFile>,
    points: Arc<Points>,
}

impl ScriptedLog {
    pub(super) fn new(points: Arc<Points>) -> Self {
        Self { files: MemoryStorage::new(), points }
    }

    fn file(&self, file: Arc<dyn LogFile>) -> Arc<dyn LogFile> {
        Arc::new(ScriptedFile { file, points: Arc::clone(&self.points) })
    }

    /// Every file's name and bytes.
    ///
    /// # Errors
    /// None of the script's.
    pub fn contents(&self) -> io::Result<BTreeMap<String, Vec<u8>>> {
        let mut contents = BTreeMap::new();
        for name in self.files.list()? {
            let file = self.files.open(&name)?;
            let mut bytes = vec![0; usize::try_from(file.len()?).unwrap_or(usize::MAX)];
            file.read_at(0, &mut bytes)?;
            contents.insert(name, bytes);
        }
        Ok(contents)
    }
}

impl LogStorage for ScriptedLog {
    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.files.create(name).map(|file| self.file(file))
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.files.open(name).map(|file| self.file(file))
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(name)
    }
    fn free_space(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }
    fn is_volatile(&self) -> bool {
        false
    }
    fn path(&self) -> &Path {
        Path::new("the test's record")
    }
}

impl LogFile for ScriptedFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, out)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.points.pass(Point::Append)?;
        self.file.write_at(offset, bytes)
    }
    fn sync(&self) -> io::Result<()> {
        self.points.pass(Point::Sync)?;
        self.file.sync()
    }
    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }
    fn check_in_place(&self) -> io::Result<u64> {
        self.file.check_in_place()
    }
}
