//! Pages: limits, markers, and the one loop that fills a page with what is visible.

use strongroom_api::{ErrorCode, KmsError};
use strongroom_keys::hex;
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
                    return Ok(Page { items, next: Some(hex(&last)) });
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

/// A marker is a place in hexadecimal digits; one of another listing is refused.
fn parse_marker(marker: &str, prefix: &[u8]) -> Result<Vec<u8>, Error> {
    let invalid = || KmsError::new(ErrorCode::InvalidMarker, "Invalid marker");
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = marker.as_bytes().as_chunks::<2>();
    let place: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    match place {
        Some(place) if rest.is_empty() && place.starts_with(prefix) => Ok(place),
        _ => Err(invalid().into()),
    }
}
