//! Instants, and the clock that is handed in.

use std::fmt;
use std::time::Duration;

const NANOS: i64 = 1_000_000_000;

/// A wall-clock instant: nanoseconds since 1970-01-01T00:00:00Z, negative before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From nanoseconds since the epoch.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From milliseconds since the epoch, saturating.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// From seconds since the epoch, saturating.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(NANOS))
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(NANOS)
    }

    /// This instant without what is below a millisecond: the precision AWS shows.
    #[must_use]
    pub const fn to_millis(self) -> Self {
        Self::from_millis(self.as_millis())
    }

    /// Later by `by`, saturating.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// Earlier by `by`, saturating.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// Later by whole days of 86,400 s, saturating.
    #[must_use]
    pub fn after_days(self, days: u32) -> Self {
        self.after(Duration::from_secs(u64::from(days) * 86_400))
    }

    /// Year, month (1..=12), day (1..=31), hour, minute, second in UTC (proleptic Gregorian).
    #[must_use]
    pub fn civil(self) -> (i64, u8, u8, u8, u8, u8) {
        let secs = self.as_secs();
        let (days, rest) = (secs.div_euclid(86_400), secs.rem_euclid(86_400));
        // Days since 0000-03-01, in eras of 400 years: every step is exact in integers.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |n: i64| u8::try_from(n).unwrap_or(0);
        (year, small(month), small(day), small(rest / 3_600), small(rest / 60 % 60), small(rest % 60))
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar: month 1..=12, day 1..=31. The way back from
/// [`Timestamp::civil`]; whether the month has that day is not asked.
#[must_use]
pub const fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March put the leap day last.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl fmt::Display for Timestamp {
    /// `2026-11-24T17:03:12Z`: whole seconds, UTC, as CloudTrail writes `eventTime`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}+{}ns", self.0.rem_euclid(NANOS))
    }
}

/// Where time comes from. Nothing below the facade reads a clock of its own.
///
/// # Contract
/// 1. [`now`](Self::now) is wall time; it may jump either way.
/// 2. [`monotonic`](Self::monotonic) never goes back within one process and counts time spent in suspend
///    where the system can; its origin means nothing.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Wall time.
    fn now(&self) -> Timestamp;
    /// Time since some fixed instant of this process.
    fn monotonic(&self) -> Duration;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_at_the_edges_of_the_calendar() {
        for (secs, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_795_539_792, "2026-11-24T17:03:12Z"),
        ] {
            assert_eq!(Timestamp::from_secs(secs).to_string(), text, "{secs}");
        }
    }

    #[test]
    fn a_date_counts_the_days_that_lead_to_it() {
        for day in -400 * 366..400 * 366 {
            let (year, month, of_month, ..) = Timestamp::from_secs(day * 86_400).civil();
            // What is not to be told in nanoseconds is another's edge.
            if Timestamp::from_secs(day * 86_400).as_secs() == day * 86_400 {
                assert_eq!(days_since_epoch(year, i64::from(month), i64::from(of_month)), day);
            }
        }
    }

    #[test]
    fn arithmetic_saturates_instead_of_wrapping() {
        assert_eq!(Timestamp::from_nanos(i64::MAX).after_days(u32::MAX), Timestamp::from_nanos(i64::MAX));
        assert_eq!(Timestamp::from_secs(i64::MIN), Timestamp::from_nanos(i64::MIN));
    }
}
