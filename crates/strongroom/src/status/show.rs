//! A status in a few lines, for people.

use std::fmt;

use strongroom_types::Timestamp;

use super::{ProbeOutcome, Status};

/// A number that may be unknown.
struct Known<T>(Option<T>);

impl<T: fmt::Display> fmt::Display for Known<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("unknown"),
        }
    }
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "health:   {}", self.health())?;
        writeln!(
            f,
            "record:   {} events, {} unsynced ({} bytes, the oldest for {} s), {} under no checkpoint (last: {})",
            self.events,
            self.log.unsynced_events,
            self.log.unsynced_bytes,
            self.log.unsynced_for.map_or(0, |waited| waited.as_secs()),
            self.log.unsigned_events,
            time(self.log.checkpoint_at),
        )?;
        writeln!(
            f,
            "journal:  {}, backlog {}, undecided {}, outbox {}",
            if self.journal.stalled { "behind" } else { "up to date" },
            Known(self.journal.backlog),
            Known(self.journal.undecided),
            Known(self.journal.outbox),
        )?;
        let due = self.due;
        writeln!(f, "due:      {} waiting, {} overdue, next: {}", due.waiting, due.overdue, time(due.next))?;
        writeln!(
            f,
            "memory:   {} bytes locked, {} not, limit {}; {} slots in use",
            self.memory.locked_bytes,
            self.memory.unlocked_bytes,
            Known(self.memory.lock_limit),
            self.memory.slots_in_use,
        )?;
        writeln!(
            f,
            "caches:   {}/{} handles ({} hits, {} misses, {} evictions), {}/{} keys, {}/{} aliases, {}/{} policies",
            self.handles.open,
            self.handles.limit,
            self.handles.hits,
            self.handles.misses,
            self.handles.evictions,
            self.keys.entries,
            self.keys.limit,
            self.aliases.entries,
            self.aliases.limit,
            self.policies.entries,
            self.policies.limit,
        )?;
        writeln!(
            f,
            "space:    {} bytes free for the store, {} for the log",
            Known(self.space.store),
            Known(self.space.log)
        )?;
        let custody = match self.custody.probed.as_ref().map(|probed| &probed.outcome) {
            None => "not asked",
            Some(ProbeOutcome::Ready) => "ready",
            Some(ProbeOutcome::Degraded(_)) => "degraded",
            Some(ProbeOutcome::Failing(_)) => "failing",
        };
        writeln!(
            f,
            "crypto:   {}; custody {} {}: {custody}",
            self.provider.name, self.custody.backend, self.custody.version
        )?;
        write!(f, "clock:    {}, highest seen {}", self.clock.now, self.clock.highest_seen)
    }
}
