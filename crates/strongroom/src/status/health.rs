//! The verdict: a status in one word, with reasons.

use std::fmt;
use std::time::Duration;

use super::{ProbeOutcome, Status};

/// Where a verdict changes.
pub mod thresholds {
    use std::time::Duration;

    /// Less free space than this is a reason to look: 256 MiB, some days of a busy record.
    pub const SPACE_LOW: u64 = 256 << 20;
    /// With less than this, the next commit may not fit: 4 MiB, a commit at its limits and the store's own pages.
    pub const SPACE_OUT: u64 = 4 << 20;
    /// The record is synced within a second; ten mean that the disk does not keep up.
    pub const UNSYNCED: Duration = Duration::from_secs(10);
    /// Work that is due waits this long only if nobody runs it.
    pub const OVERDUE: Duration = Duration::from_secs(3_600);
    /// More events than this under no checkpoint are many to lose sight of.
    pub const UNSIGNED: u64 = 1_000_000;
}

/// How a strongroom is, in one word.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// All is well.
    Ready,
    /// It serves, and somebody should look.
    Degraded(Vec<Reason>),
    /// Calls are refused, or the next ones will be.
    Failing(Vec<Reason>),
}

impl Verdict {
    /// Whether all is well.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }

    /// Whether calls are refused.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        matches!(self, Self::Failing(_))
    }

    /// What is not well, the worst first.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Ready => &[],
            Self::Degraded(reasons) | Self::Failing(reasons) => reasons,
        }
    }
}

/// What is not well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// What was committed could not be brought into the record, or is not known. *Failing*.
    Stalled(String),
    /// The clock is so far behind the highest time seen that calls are refused. *Failing*.
    ClockRegression(Duration),
    /// The custody does not answer. *Failing*.
    CustodyFails(String),
    /// Less than [`SPACE_OUT`](thresholds::SPACE_OUT) bytes are free. *Failing*.
    NoSpace(u64),
    /// Less than [`SPACE_LOW`](thresholds::SPACE_LOW) bytes are free.
    LittleSpace(u64),
    /// Something waits to be brought into the record; the next call does it.
    Behind,
    /// The custody works, with less than it should have.
    CustodyDegraded(String),
    /// So many bytes of the memory for keys can be swapped.
    UnlockedMemory(usize),
    /// The oldest event has waited longer than [`UNSYNCED`](thresholds::UNSYNCED) to be synced.
    SyncBehind(Duration),
    /// Work has been due for longer than [`OVERDUE`](thresholds::OVERDUE): nobody calls `run_due`.
    Overdue(u64),
    /// More than [`UNSIGNED`](thresholds::UNSIGNED) events are under no checkpoint.
    Unsigned(u64),
}

impl Reason {
    fn fails(&self) -> bool {
        matches!(self, Self::Stalled(_) | Self::ClockRegression(_) | Self::CustodyFails(_) | Self::NoSpace(_))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled(why) => write!(f, "stalled: {why}"),
            Self::ClockRegression(by) => write!(f, "the clock is {} s behind what was seen", by.as_secs()),
            Self::CustodyFails(why) => write!(f, "the custody does not answer: {why}"),
            Self::NoSpace(bytes) => write!(f, "no space: {bytes} bytes are free"),
            Self::LittleSpace(bytes) => write!(f, "little space: {bytes} bytes are free"),
            Self::Behind => write!(f, "something waits to be brought into the record"),
            Self::CustodyDegraded(what) => write!(f, "the custody: {what}"),
            Self::UnlockedMemory(bytes) => write!(f, "{bytes} bytes of the memory for keys can be swapped"),
            Self::SyncBehind(by) => write!(f, "the record's sync is {} s behind", by.as_secs()),
            Self::Overdue(count) => write!(f, "{count} pieces of work are overdue: call `run_due`"),
            Self::Unsigned(count) => write!(f, "{count} events are under no checkpoint"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "ready",
            Self::Degraded(_) => "degraded",
            Self::Failing(_) => "failing",
        })?;
        for (place, reason) in self.reasons().iter().enumerate() {
            write!(f, "{} {reason}", if place == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl Status {
    /// The verdict, by the [`thresholds`].
    #[must_use]
    pub fn health(&self) -> Verdict {
        let mut reasons: Vec<Reason> = [
            self.of_journal(),
            self.clock.refuses.then_some(Reason::ClockRegression(self.clock.behind)),
            self.of_custody(),
            self.of_space(),
            (self.memory.unlocked_bytes > 0).then_some(Reason::UnlockedMemory(self.memory.unlocked_bytes)),
            self.log.unsynced_for.filter(|waited| *waited > thresholds::UNSYNCED).map(Reason::SyncBehind),
            self.of_due(),
            (self.log.unsigned_events > thresholds::UNSIGNED).then_some(Reason::Unsigned(self.log.unsigned_events)),
        ]
        .into_iter()
        .flatten()
        .collect();
        reasons.sort_by_key(|reason| !reason.fails());
        match reasons.first() {
            None => Verdict::Ready,
            Some(worst) if worst.fails() => Verdict::Failing(reasons),
            Some(_) => Verdict::Degraded(reasons),
        }
    }

    fn of_journal(&self) -> Option<Reason> {
        let why = self.journal.why.clone().or_else(|| self.log.fault.clone());
        match (why, self.journal.stalled) {
            (Some(why), _) => Some(Reason::Stalled(why)),
            (None, true) => Some(Reason::Behind),
            (None, false) => None,
        }
    }

    fn of_custody(&self) -> Option<Reason> {
        match &self.custody.probed.as_ref()?.outcome {
            ProbeOutcome::Ready => None,
            ProbeOutcome::Degraded(what) => Some(Reason::CustodyDegraded(what.clone())),
            ProbeOutcome::Failing(why) => Some(Reason::CustodyFails(why.clone())),
        }
    }

    fn of_space(&self) -> Option<Reason> {
        match self.space.least()? {
            bytes if bytes < thresholds::SPACE_OUT => Some(Reason::NoSpace(bytes)),
            bytes if bytes < thresholds::SPACE_LOW => Some(Reason::LittleSpace(bytes)),
            _ => None,
        }
    }

    fn of_due(&self) -> Option<Reason> {
        let next = self.due.next?;
        (next.after(thresholds::OVERDUE) < self.clock.now).then_some(Reason::Overdue(self.due.overdue))
    }
}
