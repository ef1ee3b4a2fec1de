//! Numbers, instants and address ranges as conditions compare them: exact, without allocating.

use std::net::IpAddr;

use strongroom_types::{Timestamp, days_since_epoch};

/// Digits kept after the point.
const SCALE: u32 = 9;

/// A decimal number as nine-digit fixed point: `-12.5` is `-12_500_000_000`. At most 20 digits before the point and
/// nine after it; anything else is no number.
pub(crate) fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let good = |part: &str, max: usize| (1..=max).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !good(whole, 20) || !good(fraction, SCALE as usize) {
        return None;
    }
    let padding = 10_i128.pow(SCALE - u32::try_from(fraction.len()).ok()?);
    let value = whole.parse::<i128>().ok()? * 10_i128.pow(SCALE) + fraction.parse::<i128>().ok()? * padding;
    Some(if negative { -value } else { value })
}

pub(crate) fn of_int(number: i64) -> i128 {
    i128::from(number) * 10_i128.pow(SCALE)
}

pub(crate) fn of_time(time: Timestamp) -> i128 {
    i128::from(time.as_nanos())
}

/// An instant in nanoseconds since the epoch: a date of W3C's profile of ISO 8601 (`2026`, `2026-11`, `2026-11-24`,
/// `2026-11-24T17:03Z`, `…T17:03:12.5+01:00`) or seconds since the epoch.
pub(crate) fn instant(text: &str) -> Option<i128> {
    // A bare number of four digits is a year, as the profile says.
    if text.len() != 4
        && let Some(seconds) = number(text)
    {
        return Some(seconds);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |m| digits(m, 2))?;
    let day = parts.next().map_or(Some(1), |d| digits(d, 2))?;
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    if time.is_some() && date.len() != 10 {
        return None;
    }
    let nanos = time.map_or(Some(0), time_of_day)?;
    Some(i128::from(days_since_epoch(year, month, day)) * 86_400_000_000_000 + nanos)
}

fn digits(text: &str, len: usize) -> Option<i64> {
    let good = text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if good { text.parse().ok() } else { None }
}

/// `17:03Z`, `17:03:12Z`, `17:03:12.5+01:00` in nanoseconds of UTC's day.
fn time_of_day(text: &str) -> Option<i128> {
    let zone_at = text.find(['Z', '+', '-'])?;
    let (clock, zone) = text.split_at_checked(zone_at)?;
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2).filter(|h| *h < 24)?;
    let minute = digits(parts.next()?, 2).filter(|m| *m < 60)?;
    let nanos = parts.next().map_or(Some(0), seconds)?;
    let offset = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign, rest) if sign != "Z" => {
            let (h, m) = rest.split_once(':')?;
            let minutes = digits(h, 2).filter(|h| *h < 24)? * 60 + digits(m, 2).filter(|m| *m < 60)?;
            if sign == "-" { -minutes } else { minutes }
        }
        _ => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(i128::from(hour * 60 + minute - offset) * 60_000_000_000 + nanos)
}

fn seconds(text: &str) -> Option<i128> {
    let whole = text.split('.').next()?;
    digits(whole, 2).filter(|s| *s < 60)?;
    number(text)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A range of addresses in CIDR notation; a bare address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Net {
    // Big-endian; as bytes the whole is 18 instead of 32 of them.
    bits: [u8; 16],
    prefix: u8,
    v4: bool,
}

/// The address as bits at the top of 128, IPv4-mapped IPv6 addresses as the IPv4 addresses that they are.
fn bits(address: IpAddr) -> (u128, bool) {
    match address.to_canonical() {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, true),
        IpAddr::V6(v6) => (v6.to_bits(), false),
    }
}

fn mask(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

impl Net {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let short = prefix.len() <= 3 && prefix.bytes().all(|b| b.is_ascii_digit());
                (address, Some(prefix.parse::<u8>().ok().filter(|_| short)?))
            }
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let mapped = address.is_ipv6() && address.to_canonical().is_ipv4();
        let (bits, v4) = bits(address);
        let longest = if v4 { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) if mapped => prefix.checked_sub(96)?,
            Some(prefix) => prefix,
        };
        (prefix <= longest).then(|| Self { bits: (bits & mask(prefix)).to_be_bytes(), prefix, v4 })
    }

    /// A range of IPv4 addresses holds no IPv6 address, and the reverse.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let (bits, v4) = bits(address);
        v4 == self.v4 && (bits & mask(self.prefix)).to_be_bytes() == self.bits
    }
}

/// Whether `text` is base64 in its one canonical form (RFC 4648 §4, with padding), so that equal texts are equal bytes.
pub(crate) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let value = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let last = body.bytes().last().and_then(value).unwrap_or(0);
    let spare = match (body.len() % 4, text.len() - body.len()) {
        (0, 0) => 0,
        (2, 2) => last & 0x0f,
        (3, 1) => last & 0x03,
        _ => return false,
    };
    spare == 0 && body.bytes().all(|b| value(b).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_nothing_else_is_a_number() {
        assert_eq!(number("12.50"), number("12.5"));
        assert_eq!(number("-1"), Some(-1_000_000_000));
        assert!(number("9007199254740993") > number("9007199254740992"));
        for text in ["", "-", ".5", "1.", "1e3", "0x1", "inf", "NaN", " 1", "1 ", "1.0000000001", "1.2.3", "--1", "+-1"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_read_in_every_form_of_the_profile() {
        let secs = |s: i64| Some(i128::from(s) * 1_000_000_000);
        for (text, expected) in [
            ("1970", secs(0)),
            ("1970-02", secs(31 * 86_400)),
            ("2000-02-29", secs(951_782_400)),
            ("2026-11-24T17:03:12Z", secs(1_795_539_792)),
            ("2026-11-24T17:03Z", secs(1_795_539_780)),
            ("2026-11-24T18:03:12+01:00", secs(1_795_539_792)),
            ("2026-11-24T16:33:12-00:30", secs(1_795_539_792)),
            ("1795539792", secs(1_795_539_792)),
            ("1970-01-01T00:00:00.5Z", Some(500_000_000)),
            ("9999-12-31T23:59:59Z", secs(253_402_300_799)),
            ("2026-13", None),
            ("2026-02-29", None),
            ("2026-11-24T24:00Z", None),
            ("2026-11-24T17:03:12", None),
            ("2026-11T17:03Z", None),
            ("2026-11-24T17:03:12Zx", None),
            ("2026-11-24T17Z", None),
            ("today", None),
            ("", None),
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_hold_their_family_only() {
        let holds = |net: &str, address: &str| Net::parse(net).unwrap().contains(address.parse().unwrap());
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("203.0.113.0/24", "::ffff:203.0.113.7"));
        assert!(holds("::ffff:203.0.113.0/120", "203.0.113.7"));
        assert!(holds("203.0.113.9", "203.0.113.9") && !holds("203.0.113.9", "203.0.113.8"));
        assert!(holds("2001:db8::/32", "2001:db8:1::") && !holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "2001:db8::1") && !holds("::/0", "203.0.113.7"));
        for text in ["", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/+8", "::1/129", "a", "1.2.3.4/8/8", "*"] {
            assert_eq!(Net::parse(text), None, "{text}");
        }
    }

    #[test]
    fn base64_has_one_form() {
        for good in ["", "QQ==", "QUI=", "QUJD"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["QQ", "QQ=", "QR==", "QUJ=", "Q", "====", "QU D", "QUJD="] {
            assert!(!is_base64(bad), "{bad}");
        }
    }
}
