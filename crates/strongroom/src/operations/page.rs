//! Pages: limits, markers, and the one loop that fills a page with what is visible.

use strongroom_api::{ErrorCode, KmsError};
use strongroom_store::PageLimit;

use crate::Error;

/// The pages of one operation. What they hold at most is a bound of the request's shape.
pub(super) struct Pages {
    /// What they hold if the caller does not say (API Reference, `Limit` of each).
    pub(super) usual: i32,
}

/// A page, and where the next one begins.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

impl Pages {
    /// Fills a page. `read` gives records after a place; `show` turns one into an item, or passes it over.
    pub(super) fn fill<R, T>(
        &self,
        limit: Option<i32>,
        marker: Option<&str>,
        prefix: &[u8],
        mut read: impl FnMut(Option<&[u8]>, usize) -> Result<Vec<R>, Error>,
        place: impl Fn(&R) -> &[u8],
        mut show: impl FnMut(&R) -> Result<Option<T>, Error>,
    ) -> Result<Page<T>, Error> {
        let limit = usize::try_from(limit.unwrap_or(self.usual)).unwrap_or(1).max(1);
        let mut after = marker.map(|marker| parse_marker(marker, prefix)).transpose()?;
        // One more than is shown tells whether there is a next page; a store gives at most so many at once.
        let asked = (limit + 1).min(PageLimit::MAX.get());
        let mut items = Vec::new();
        let mut last = Vec::new();
        loop {
            let records = read(after.as_deref(), asked)?;
            for record in &records {
                let Some(item) = show(record)? else { continue };
                if items.len() == limit {
                    return Ok(Page { items, next: Some(to_marker(&last)) });
                }
                items.push(item);
                last = place(record).to_vec();
            }
            match records.last() {
                Some(record) if records.len() >= asked => after = Some(place(record).to_vec()),
                _ => return Ok(Page { items, next: None }),
            }
        }
    }
}

/// The digits of base64url (RFC 4648 §5): a place of 700 bytes fits into the 1,024 characters of a marker.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A marker is a place in base64url, without padding.
fn to_marker(place: &[u8]) -> String {
    let digit = |bits: u32| DIGITS.get(usize::try_from(bits & 63).unwrap_or(0)).copied().unwrap_or_default();
    let group = |bytes: &[u8]| {
        let missing = 3 - bytes.len();
        let bits = bytes.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * missing);
        [18, 12, 6, 0].map(|shift| char::from(digit(bits >> shift))).into_iter().take(4 - missing)
    };
    place.chunks(3).flat_map(group).collect()
}

fn parse_digits(marker: &str) -> Option<Vec<u8>> {
    let mut place = Vec::with_capacity(marker.len());
    for digits in marker.as_bytes().chunks(4) {
        let mut bits = 0;
        for digit in digits {
            bits = bits << 6 | u32::try_from(DIGITS.iter().position(|known| known == digit)?).ok()?;
        }
        let [_, bytes @ ..] = (bits << (6 * (4 - digits.len()))).to_be_bytes();
        place.extend(bytes.into_iter().take(digits.len().checked_sub(1).filter(|len| *len > 0)?));
    }
    Some(place)
}

/// A marker of another listing is refused, and one that was never given out.
fn parse_marker(marker: &str, prefix: &[u8]) -> Result<Vec<u8>, Error> {
    match parse_digits(marker) {
        // The prefix alone is a place in another listing: that of the keys, for a listing of one key's tags.
        Some(place) if place.len() > prefix.len() && place.starts_with(prefix) && to_marker(&place) == marker => {
            Ok(place)
        }
        _ => Err(KmsError::new(ErrorCode::InvalidMarker, "Invalid marker").into()),
    }
}
