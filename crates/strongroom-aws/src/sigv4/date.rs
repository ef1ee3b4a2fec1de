//! A request's time.

use strongroom::Timestamp;
use strongroom_types::days_since_epoch;

use crate::fault::Fault;

/// That `text` is a time (`20260125T041547Z`), and within `skew` seconds of `now`.
pub(super) fn check(text: &str, now: Timestamp, skew: i64) -> Result<(), Fault> {
    let at = parse(text).ok_or_else(|| {
        Fault::incomplete_signature(
            "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
        )
    })?;
    let (now, minutes) = (now.as_secs(), skew / 60);
    if at < now.saturating_sub(skew) {
        let (now, edge) = (format(now), format(now.saturating_sub(skew)));
        let message = format!("Signature expired: {text} is now earlier than {edge} ({now} - {minutes} min.)");
        return Err(Fault::invalid_signature(message));
    }
    if at > now.saturating_add(skew) {
        let (now, edge) = (format(now), format(now.saturating_add(skew)));
        let message = format!("Signature not yet current: {text} is still later than {edge} ({now} + {minutes} min.)");
        return Err(Fault::invalid_signature(message));
    }
    Ok(())
}

/// Seconds since 1970.
fn parse(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes.get(8) != Some(&b'T') || bytes.get(15) != Some(&b'Z') {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn format(secs: i64) -> String {
    let (year, month, day, hour, minute, second) = Timestamp::from_secs(secs).civil();
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}
