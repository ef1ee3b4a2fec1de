//! The record, read back.

use std::path::Path;

use strongroom_audit::LogCrypto;
use strongroom_audit::checkpoint::SignedCheckpoint;
use strongroom_audit::event::{EventType, Filter, Record};
use strongroom_audit::log::{DirStorage, LeafReader};
use strongroom_audit::note::VerifyingKey;
use strongroom_audit::verify::{Report, Verifier};

use crate::Error;
use crate::core::Core;

/// The record of a strongroom, or a choice out of it. Nothing is read before [`iter`](Self::iter).
///
/// ```
/// use strongroom::{Caller, Filter, Kms};
/// # fn main() -> Result<(), strongroom::Error> {
/// let kms = Kms::in_memory()?;
/// let _ = kms.client(Caller::user("mallory"))?.list_keys().send();
/// let refused = kms.record().filter(Filter::new().failed()).iter()?.next().transpose()?;
/// let json = refused.map(|event| event.to_json()).unwrap_or_default();
/// assert!(json.contains(r#""errorCode":"AccessDenied""#));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorded<'a> {
    core: &'a Core,
    filter: Filter,
    from: u64,
}

/// An event of the record.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LoggedEvent {
    /// Its place in the log.
    pub index: u64,
    /// The store's revision after the commit that the event belongs to; 0 if it changed nothing.
    pub revision: u64,
    /// The record.
    pub record: Record,
}

impl LoggedEvent {
    /// Whether it tells of a call, and not of something that the strongroom did on its own.
    #[must_use]
    pub fn is_call(&self) -> bool {
        self.record.event_type() == EventType::ApiCall
    }

    /// CloudTrail's JSON, one text for each account that the event is delivered to, a line each.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.record.to_cloudtrail_json(&mut out);
        String::from_utf8_lossy(&out).trim_end().to_owned()
    }
}

impl<'a> Recorded<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core, filter: Filter::new(), from: 0 }
    }

    /// Only what the filter lets through.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Only from this place on.
    #[must_use]
    pub fn from(mut self, index: u64) -> Self {
        self.from = index;
        self
    }

    /// Reads, oldest first, what was recorded before this is called.
    ///
    /// # Errors
    /// The log's folder can't be read.
    pub fn iter(self) -> Result<Events, Error> {
        self.core.usable()?;
        let log = self.core.journal.log();
        Ok(Events { reader: log.read(self.from..log.size())?, filter: self.filter })
    }
}

/// Events, oldest first.
#[derive(Debug)]
pub struct Events {
    reader: LeafReader,
    filter: Filter,
}

impl Iterator for Events {
    type Item = Result<LoggedEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let leaf = match self.reader.next()? {
                Ok(leaf) => leaf,
                Err(error) => return Some(Err(error.into())),
            };
            // A body that was erased has no event; the verifier, not the reader, asks whether it may be missing.
            let Some(bytes) = leaf.record else { continue };
            let record = match Record::decode(&bytes) {
                Ok(record) => record,
                Err(error) => return Some(Err(error.into())),
            };
            if self.filter.matches(&record) {
                return Some(Ok(LoggedEvent { index: leaf.entry.index, revision: leaf.entry.revision, record }));
            }
        }
    }
}

/// Verifies the record in a strongroom's folder, which need not be open: with the public key that was kept elsewhere
/// ([`Kms::verifying_key`](crate::Kms::verifying_key)) and the checkpoints that were kept elsewhere, nothing else.
///
/// # Errors
/// The folder can't be read at all. What is wrong with the record is in the report.
pub fn verify_record(
    folder: impl AsRef<Path>,
    key: &VerifyingKey,
    anchors: &[SignedCheckpoint],
) -> Result<Report, Error> {
    let path = folder.as_ref().join("log");
    let storage = DirStorage::open(&path).map_err(|cause| Error::Io { doing: "opening", path: path.clone(), cause })?;
    let crypto = LogCrypto::new(&strongroom_rustcrypto::provider())?;
    let verifier = Verifier::new(crypto).key(key.to_string());
    let verifier = anchors.iter().fold(verifier, |verifier, anchor| verifier.anchor(anchor.note.to_string()));
    Ok(verifier.run(&storage))
}
