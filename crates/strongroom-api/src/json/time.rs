//! Timestamps as JSON numbers: epoch seconds with a fraction.

use strongroom_types::Timestamp;

const NANOS: i64 = 1_000_000_000;

/// Reads a JSON number; `None` if it is further from 1970 than about 292 years.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    if text.contains(['e', 'E']) {
        return scientific(text.parse().ok()?);
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    let seconds: i64 = seconds.parse().ok()?;
    let nanos = seconds.checked_mul(NANOS)?.checked_add(fraction.parse().ok()?)?;
    Some(Timestamp::from_nanos(if negative { -nanos } else { nanos }))
}

/// `1.5210972E9`: some clients write doubles. Milliseconds are all that AWS promises.
#[expect(clippy::cast_possible_truncation, clippy::as_conversions, reason = "the range is checked")]
fn scientific(seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1_000.0).round();
    (millis.abs() < 9.2e15).then(|| Timestamp::from_millis(millis as i64))
}

/// Writes seconds with as many digits of the milliseconds as are needed.
pub(super) fn format(at: Timestamp) -> String {
    let millis = at.as_millis();
    let (sign, millis) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
    let (seconds, fraction) = (millis / 1_000, millis % 1_000);
    match fraction {
        0 => format!("{sign}{seconds}"),
        _ => format!("{sign}{seconds}.{fraction:03}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seconds_with_a_fraction() {
        for (text, millis) in [
            ("1521097200.123", 1_521_097_200_123),
            ("1521097200", 1_521_097_200_000),
            ("1.5210972E9", 1_521_097_200_000),
            ("0.001", 1),
            ("-0.5", -500),
            ("-1.25", -1_250),
        ] {
            assert_eq!(parse(text).unwrap().as_millis(), millis, "{text}");
        }
        for (millis, text) in [(1_521_097_200_123, "1521097200.123"), (500, "0.5"), (-1_250, "-1.25"), (0, "0")] {
            assert_eq!(format(Timestamp::from_millis(millis)), text);
        }
        for text in ["9223372037", "1e300", "-1e300", "99999999999999999999"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
