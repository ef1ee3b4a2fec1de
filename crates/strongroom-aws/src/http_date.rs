//! The `Date` of an answer.

use http::HeaderValue;
use strongroom::Timestamp;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
pub(crate) fn of(time: Timestamp) -> Option<HeaderValue> {
    let (year, month, day, hour, minute, second) = time.civil();
    // The first of January 1970 was a Thursday.
    let weekday = DAYS.get(usize::try_from(time.as_secs().div_euclid(86_400).rem_euclid(7)).ok()?)?;
    let month = MONTHS.get(usize::from(month).checked_sub(1)?)?;
    HeaderValue::try_from(format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")).ok()
}

#[cfg(test)]
mod tests {
    use strongroom::Timestamp;

    #[test]
    fn the_date_is_as_rfc_9110_writes_it() {
        for (secs, text) in [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        ] {
            assert_eq!(super::of(Timestamp::from_secs(secs)).unwrap(), text);
        }
    }
}
