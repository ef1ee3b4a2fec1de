//! The verifier: needs the log's files and its public key, nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use strongroom_types::Timestamp;

use crate::checkpoint::{Checkpoint, Origin};
use crate::crypto::{Hash, LogCrypto};
use crate::entry::EntryKind;
use crate::error::Error;
use crate::event::{Continues, Record};
use crate::log::{Head, LogStorage, Scan, Scanner, list_segments, open_segment, read_notes};
use crate::merkle::CompactRange;
use crate::note::VerifyingKey;

/// What a verification came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three answers that there are, and the exit codes of a tool")]
pub enum Outcome {
    /// Every leaf is vouched for by a signed checkpoint or a trusted head, and so is the log's length.
    Ok,
    /// Something was dropped, changed, inserted, reordered, or cut off.
    Tampered,
    /// There was nothing to check, or nothing to check it against. Not the same as *ok*.
    CannotTell,
}

impl Outcome {
    /// 0 ok, 1 tampered, 2 cannot tell.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Tampered => 1,
            Self::CannotTell => 2,
        }
    }
}

/// Where the first thing that is wrong stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a leaf, or a stretch of them")]
pub enum FirstBad {
    /// This leaf.
    At(u64),
    /// One of these leaves: each is sound in itself, and together they are not what was signed.
    Within {
        /// The first that it may be.
        from: u64,
        /// The one after the last that it may be.
        to: u64,
    },
}

impl FirstBad {
    /// Whether it may be this leaf.
    #[must_use]
    pub fn includes(self, index: u64) -> bool {
        match self {
            Self::At(at) => at == index,
            Self::Within { from, to } => (from..to).contains(&index),
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// No public key was given.
    NoKey,
    /// The key is none, or its name is no log's.
    BadKey(Error),
    /// The folder can't be read.
    Unreadable(Error),
    /// There is not one leaf.
    Empty,
    /// No checkpoint that the key signed.
    NoCheckpoint,
    /// A note beside the segments that some other key signed, or that is none.
    ForeignCheckpoint(Error),
    /// A note that names the key, and that the key did not sign.
    ForgedCheckpoint(Error),
    /// Two checkpoints that contradict each other, or an order that goes back.
    Fork {
        /// The size that both speak of.
        size: u64,
    },
    /// An anchor that is none, or not this log's.
    BadAnchor(Error),
    /// Nothing kept elsewhere was given: whether the tail was cut can't be told.
    Unanchored,
    /// What was kept elsewhere covers less than the newest checkpoint here.
    AnchorIsOlder {
        /// The anchored size.
        anchored: u64,
        /// The newest checkpoint's size.
        newest: u64,
    },
    /// Leaves from here on are covered by no checkpoint.
    Unsigned {
        /// The first of them.
        from: u64,
    },
    /// A leaf is not what it says, or not where it should be.
    BadLeaf {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The leaves are not those that were signed.
    RootMismatch {
        /// The size of the checkpoint.
        size: u64,
    },
    /// Leaves are missing at the end.
    Cut {
        /// How many there are.
        have: u64,
        /// How many there were.
        seen: u64,
    },
    /// A body is missing, and no later leaf says that it was erased.
    ErasedWithoutLeaf {
        /// The leaf.
        index: u64,
    },
    /// The wall clock went back by more than a second.
    ClockRegression {
        /// The leaf whose time is before that of the one before it.
        index: u64,
    },
    /// The provider's hash failed in the middle.
    Provider,
}

/// What was looked at, what it came to, and all that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What it came to.
    pub outcome: Outcome,
    /// How many sound leaves there are from the first on.
    pub leaves: u64,
    /// The root over them.
    pub root: Option<Hash>,
    /// How many checkpoints of the key were compared.
    pub checkpoints: u64,
    /// The largest size that is vouched for.
    pub covered: u64,
    /// Where the first thing that is wrong stands.
    pub first_bad: Option<FirstBad>,
    /// Everything that was found.
    pub findings: Vec<Finding>,
    /// The log before this one, if the strongroom was restored from a backup: this log begins with that.
    pub continues: Option<Continues>,
}

/// Something that was kept elsewhere, against which a cut or a rolled-back log shows.
#[derive(Debug, Clone)]
enum Anchor {
    Note(Vec<u8>),
    Head(Head),
}

/// Verifies a log. Everything starts from one pinned public key.
///
/// ```
/// use strongroom_audit::verify::{Outcome, Verifier};
/// # use strongroom_audit::{LogCrypto, log::MemoryStorage};
/// # fn main() -> Result<(), strongroom_audit::Error> {
/// # let crypto = LogCrypto::new(&strongroom_rustcrypto::provider())?;
/// // An empty folder is not a good log.
/// let report = Verifier::new(crypto).run(&MemoryStorage::new());
/// assert_eq!(report.outcome, Outcome::CannotTell);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    crypto: LogCrypto,
    key: Option<String>,
    anchors: Vec<Anchor>,
}

impl Verifier {
    /// A verifier without a key, which can't tell anything yet.
    #[must_use]
    pub fn new(crypto: LogCrypto) -> Self {
        Self { crypto, key: None, anchors: Vec::new() }
    }

    /// The log's public key: `name+hex+base64`.
    #[must_use]
    pub fn key(mut self, vkey: impl Into<String>) -> Self {
        self.key = Some(vkey.into());
        self
    }

    /// A signed checkpoint that was kept elsewhere.
    #[must_use]
    pub fn anchor(mut self, note: impl Into<Vec<u8>>) -> Self {
        self.anchors.push(Anchor::Note(note.into()));
        self
    }

    /// A head that was kept where whoever touches the files can't touch it: in the store, under its tag.
    #[must_use]
    pub fn trusted_head(mut self, head: Head) -> Self {
        self.anchors.push(Anchor::Head(head));
        self
    }

    /// Reads the whole log.
    #[must_use]
    pub fn run(&self, storage: &dyn LogStorage) -> Report {
        let mut run = Run::new(&self.crypto);
        if let Some(origin) = run.learn(self, storage)
            && let Err(error) = run.read(storage, &origin)
        {
            run.doubt(Finding::Unreadable(error));
        }
        run.report()
    }

    /// As [`run`](Self::run), for a storage behind an [`Arc`].
    #[must_use]
    pub fn run_shared(&self, storage: &Arc<dyn LogStorage>) -> Report {
        self.run(&**storage)
    }
}

/// A root that somebody vouched for.
struct Vouched {
    root: Hash,
}

struct Run<'c> {
    crypto: &'c LogCrypto,
    vouched: BTreeMap<u64, Vouched>,
    anchored: Option<u64>,
    notes: u64,
    range: CompactRange,
    /// The largest size up to which everything is as it was signed.
    good: u64,
    erased: BTreeSet<u64>,
    excused: BTreeSet<u64>,
    last_wall: Option<Timestamp>,
    tampered: bool,
    doubtful: bool,
    first_bad: Option<FirstBad>,
    findings: Vec<Finding>,
    continues: Option<Continues>,
}

impl<'c> Run<'c> {
    fn new(crypto: &'c LogCrypto) -> Self {
        Self {
            crypto,
            vouched: BTreeMap::new(),
            anchored: None,
            notes: 0,
            range: CompactRange::new(),
            good: 0,
            erased: BTreeSet::new(),
            excused: BTreeSet::new(),
            last_wall: None,
            tampered: false,
            doubtful: false,
            first_bad: None,
            findings: Vec::new(),
            continues: None,
        }
    }

    fn doubt(&mut self, finding: Finding) {
        self.doubtful = true;
        self.findings.push(finding);
    }

    fn accuse(&mut self, finding: Finding, at: Option<FirstBad>) {
        self.tampered = true;
        self.first_bad = self.first_bad.or(at);
        self.findings.push(finding);
    }

    fn covered(&self) -> u64 {
        self.vouched.last_key_value().map_or(0, |(size, _)| *size)
    }

    /// Key, checkpoints and anchors. Without a key that names a log there is nothing to begin with.
    fn learn(&mut self, by: &Verifier, storage: &dyn LogStorage) -> Option<Origin> {
        let Some(key) = &by.key else {
            self.doubt(Finding::NoKey);
            return None;
        };
        let bad_name = || Error::Malformed { what: "a verifying key", why: "its name is no log's" };
        let parsed = VerifyingKey::parse(self.crypto, key)
            .and_then(|key| Origin::parse(key.name()).map(|origin| (key, origin)).ok_or_else(bad_name));
        let (key, origin) = match parsed {
            Ok(both) => both,
            Err(error) => {
                self.doubt(Finding::BadKey(error));
                return None;
            }
        };
        for anchor in &by.anchors {
            self.learn_anchor(&key, anchor);
        }
        match read_notes(storage) {
            Ok(notes) => self.learn_notes(&key, &notes),
            Err(error) => self.doubt(Finding::Unreadable(error)),
        }
        if self.vouched.is_empty() {
            self.doubt(Finding::NoCheckpoint);
        }
        match self.anchored {
            None => self.doubt(Finding::Unanchored),
            Some(anchored) if anchored < self.covered() => {
                self.findings.push(Finding::AnchorIsOlder { anchored, newest: self.covered() });
            }
            Some(_) => {}
        }
        Some(origin)
    }

    fn learn_anchor(&mut self, key: &VerifyingKey, anchor: &Anchor) {
        let (size, root) = match anchor {
            Anchor::Head(head) => (head.size(), *head.root()),
            Anchor::Note(note) => match Checkpoint::open(self.crypto, key, note) {
                Ok(checkpoint) => (checkpoint.size(), *checkpoint.root()),
                Err(error) => {
                    self.doubt(Finding::BadAnchor(error));
                    return;
                }
            },
        };
        self.anchored = self.anchored.max(Some(size));
        self.vouch(size, root);
    }

    fn learn_notes(&mut self, key: &VerifyingKey, notes: &[Vec<u8>]) {
        let mut before = 0;
        for note in notes {
            match Checkpoint::open(self.crypto, key, note) {
                Ok(checkpoint) => {
                    self.notes = self.notes.saturating_add(1);
                    if checkpoint.size() < before {
                        self.accuse(Finding::Fork { size: checkpoint.size() }, None);
                    }
                    before = checkpoint.size();
                    self.vouch(checkpoint.size(), *checkpoint.root());
                }
                Err(error) if names_key(key, note) => self.accuse(Finding::ForgedCheckpoint(error), None),
                Err(error) => self.doubt(Finding::ForeignCheckpoint(error)),
            }
        }
    }

    fn vouch(&mut self, size: u64, root: Hash) {
        let known = self.vouched.entry(size).or_insert(Vouched { root });
        if known.root != root {
            self.accuse(Finding::Fork { size }, Some(FirstBad::Within { from: 0, to: size }));
        }
    }

    /// Every leaf, from the first on, up to the first that is not sound.
    fn read(&mut self, storage: &dyn LogStorage, origin: &Origin) -> Result<(), Error> {
        let sound = self.compare() && self.read_segments(storage, origin)?;
        let (have, seen) = (self.range.size(), self.covered());
        if sound && have < seen {
            self.accuse(Finding::Cut { have, seen }, Some(FirstBad::At(have)));
        }
        if sound && have > seen {
            self.doubt(Finding::Unsigned { from: seen });
        }
        if have == 0 && !self.tampered {
            self.doubt(Finding::Empty);
        }
        if sound {
            let missing: Vec<u64> = self.erased.difference(&self.excused).copied().collect();
            for index in missing {
                self.accuse(Finding::ErasedWithoutLeaf { index }, Some(FirstBad::At(index)));
            }
        }
        Ok(())
    }

    fn read_segments(&mut self, storage: &dyn LogStorage, origin: &Origin) -> Result<bool, Error> {
        for first in list_segments(storage)? {
            if first != self.range.size() {
                return Ok(self.bad_leaf("a segment is missing, or one too many"));
            }
            let segment = match open_segment(storage, origin, first) {
                Ok(crate::log::Opened::Whole(segment, _)) => segment,
                Ok(crate::log::Opened::Unfinished) => return Ok(self.bad_leaf("a segment has no header")),
                Err(Error::Corrupt(_)) => return Ok(self.bad_leaf("a segment's header is another log's")),
                Err(error) => return Err(error),
            };
            let mut scanner = Scanner::new(segment, crate::log::HEADER_LEN, None)?;
            if !self.read_leaves(&mut scanner)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn read_leaves(&mut self, scanner: &mut Scanner) -> Result<bool, Error> {
        loop {
            let index = self.range.size();
            let frame = match scanner.next()? {
                Scan::End => return Ok(true),
                Scan::Bad(why) => return Ok(self.bad_leaf(why)),
                Scan::Frame(frame, _) => frame,
            };
            let checked = match frame.check(self.crypto, index) {
                Ok(checked) => checked,
                Err(why) => return Ok(self.bad_leaf(why)),
            };
            if checked.erased {
                self.erased.insert(index);
            } else if checked.entry.kind == EntryKind::Erased {
                // Only what is before can have been erased.
                let named = Record::decode(frame.record).ok().and_then(|record| record.erased());
                self.excused.extend(named.filter(|named| *named < index));
            }
            if checked.entry.kind == EntryKind::Restored {
                if index > 0 {
                    return Ok(self.bad_leaf("a log that begins anew in its middle"));
                }
                self.continues = Record::decode(frame.record).ok().and_then(|record| record.continues());
            }
            self.look_at_clock(index, checked.entry.wall);
            self.range.push(self.crypto, checked.leaf);
            if !self.compare() {
                return Ok(false);
            }
        }
    }

    fn look_at_clock(&mut self, index: u64, wall: Timestamp) {
        let tolerance = std::time::Duration::from_secs(1);
        if self.last_wall.is_some_and(|last| wall < last.before(tolerance)) {
            self.findings.push(Finding::ClockRegression { index });
        }
        self.last_wall = Some(wall);
    }

    /// Compares the root so far with what was vouched for at this size.
    fn compare(&mut self) -> bool {
        let size = self.range.size();
        let Some(vouched) = self.vouched.get(&size) else { return true };
        if vouched.root == self.range.root(self.crypto) {
            self.good = size;
            return true;
        }
        let within = FirstBad::Within { from: self.good, to: size };
        self.accuse(Finding::RootMismatch { size }, Some(within));
        false
    }

    /// A leaf that is not sound. Behind everything that was vouched for, it may be what a crash left.
    fn bad_leaf(&mut self, why: &'static str) -> bool {
        let index = self.range.size();
        let finding = Finding::BadLeaf { index, why };
        if index < self.covered() {
            self.accuse(finding, Some(FirstBad::At(index)));
        } else {
            self.first_bad = self.first_bad.or(Some(FirstBad::At(index)));
            self.doubt(finding);
        }
        false
    }

    fn report(mut self) -> Report {
        if self.crypto.check().is_err() {
            self.tampered = false;
            self.doubt(Finding::Provider);
        }
        let outcome = match (self.tampered, self.doubtful) {
            (true, _) => Outcome::Tampered,
            (false, true) => Outcome::CannotTell,
            (false, false) => Outcome::Ok,
        };
        let leaves = self.range.size();
        Report {
            outcome,
            leaves,
            root: (leaves > 0).then(|| self.range.root(self.crypto)),
            checkpoints: self.notes,
            covered: self.covered(),
            first_bad: self.first_bad,
            findings: self.findings,
            continues: self.continues,
        }
    }
}

/// Whether a note claims to be signed by `key`.
fn names_key(key: &VerifyingKey, note: &[u8]) -> bool {
    crate::note::Note::parse(note)
        .is_ok_and(|note| note.signatures().iter().any(|line| line.name() == key.name() && line.key_id() == key.id()))
}
