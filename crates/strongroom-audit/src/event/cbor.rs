//! The part of CBOR (RFC 8949) that records are made of, in its one shortest form.
//!
//! Definite lengths, shortest heads, integers of 64 signed bits, three tags and no floats. Reading refuses everything
//! else, so that one value has one encoding.

use strongroom_types::Timestamp;

const UINT: u8 = 0;
const NINT: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
/// `undefined`: something was there.
const UNDEFINED: u8 = 0xf7;
/// RFC 8949 §3.4.2: seconds since the epoch.
const TAG_TIME: u64 = 1;
/// RFC 8949 §3.4.5.2: bytes that show as base16.
const TAG_HEX: u64 = 23;

/// The deepest nesting that is read or written.
pub(super) const MAX_DEPTH: u32 = 12;

/// Appends a head: the major type and its number, as short as it gets.
fn head(out: &mut Vec<u8>, major: u8, number: u64) {
    let major = major << 5;
    let [.., b3, b2, b1, b0] = number.to_be_bytes();
    match number {
        0..24 => out.push(major | b0),
        24..0x100 => out.extend_from_slice(&[major | 24, b0]),
        0x100..0x1_0000 => out.extend_from_slice(&[major | 25, b1, b0]),
        0x1_0000..0x1_0000_0000 => out.extend_from_slice(&[major | 26, b3, b2, b1, b0]),
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

pub(super) fn uint(out: &mut Vec<u8>, number: u64) {
    head(out, UINT, number);
}

pub(super) fn int(out: &mut Vec<u8>, number: i64) {
    match u64::try_from(number) {
        Ok(number) => head(out, UINT, number),
        Err(_) => head(out, NINT, !number.cast_unsigned()),
    }
}

pub(super) fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    head(out, BYTES, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(super) fn hex(out: &mut Vec<u8>, raw: &[u8]) {
    head(out, TAG, TAG_HEX);
    bytes(out, raw);
}

pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    head(out, TEXT, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn bool(out: &mut Vec<u8>, value: bool) {
    out.push(if value { TRUE } else { FALSE });
}

pub(super) fn hidden(out: &mut Vec<u8>) {
    out.push(UNDEFINED);
}

pub(super) fn time(out: &mut Vec<u8>, time: Timestamp) {
    head(out, TAG, TAG_TIME);
    int(out, time.as_secs());
}

pub(super) fn array(out: &mut Vec<u8>, len: u64) {
    head(out, ARRAY, len);
}

pub(super) fn map(out: &mut Vec<u8>, len: u64) {
    head(out, MAP, len);
}

/// A text that is written piece by piece and is at most 255 bytes long; what is beyond is dropped.
pub(super) fn display(out: &mut Vec<u8>, text: &dyn std::fmt::Display) {
    struct Short {
        bytes: [u8; 255],
        len: usize,
    }
    impl std::fmt::Write for Short {
        fn write_str(&mut self, piece: &str) -> std::fmt::Result {
            let end = self.len.saturating_add(piece.len());
            let place = self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?;
            place.copy_from_slice(piece.as_bytes());
            self.len = end;
            Ok(())
        }
    }
    let mut short = Short { bytes: [0; 255], len: 0 };
    // ARNs of keys are at most 128 bytes long, so this does not fail.
    let _ = std::fmt::Write::write_fmt(&mut short, format_args!("{text}"));
    let short = short.bytes.get(..short.len).unwrap_or_default();
    head(out, TEXT, short.len() as u64);
    out.extend_from_slice(short);
}

/// Begins a map or an array whose length is not known yet; [`close`] sets it.
pub(super) fn open(out: &mut Vec<u8>) -> usize {
    out.push(0);
    out.len().saturating_sub(1)
}

fn close(out: &mut Vec<u8>, at: usize, major: u8, len: u64) {
    let mut real = Vec::new();
    if len < 24 {
        if let Some(place) = out.get_mut(at) {
            *place = (major << 5) | len.to_le_bytes()[0];
        }
        return;
    }
    head(&mut real, major, len);
    out.splice(at..at.saturating_add(1), real);
}

pub(super) fn close_map(out: &mut Vec<u8>, at: usize, len: u64) {
    close(out, at, MAP, len);
}

pub(super) fn close_array(out: &mut Vec<u8>, at: usize, len: u64) {
    close(out, at, ARRAY, len);
}

/// One item, without what a map or an array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Hex(&'a [u8]),
    Text(&'a str),
    Bool(bool),
    Hidden,
    /// Seconds since the epoch.
    Time(i64),
    Array(u64),
    Map(u64),
}

/// Takes one item from the front; `None` for whatever is not one in its shortest form.
pub(super) fn next<'a>(rest: &mut &'a [u8]) -> Option<Item<'a>> {
    let first = *rest.first()?;
    match first {
        FALSE | TRUE | UNDEFINED => {
            *rest = rest.get(1..)?;
            return Some(if first == UNDEFINED { Item::Hidden } else { Item::Bool(first == TRUE) });
        }
        _ => {}
    }
    let (major, number) = take_head(rest)?;
    match major {
        UINT => Some(Item::Int(i64::try_from(number).ok()?)),
        NINT => Some(Item::Int(!i64::try_from(number).ok()?)),
        BYTES => take(rest, number).map(Item::Bytes),
        TEXT => Some(Item::Text(std::str::from_utf8(take(rest, number)?).ok()?)),
        ARRAY => Some(Item::Array(number)),
        MAP => Some(Item::Map(number)),
        TAG => match (number, next_untagged(rest)?) {
            (TAG_TIME, Item::Int(secs)) => Some(Item::Time(secs)),
            (TAG_HEX, Item::Bytes(raw)) => Some(Item::Hex(raw)),
            _ => None,
        },
        _ => None,
    }
}

fn next_untagged<'a>(rest: &mut &'a [u8]) -> Option<Item<'a>> {
    if rest.first()? >> 5 == TAG { None } else { next(rest) }
}

fn take<'a>(rest: &mut &'a [u8], len: u64) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(usize::try_from(len).ok()?)?;
    *rest = after;
    Some(taken)
}

fn take_head(rest: &mut &[u8]) -> Option<(u8, u64)> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    let (major, low) = (first >> 5, first & 0x1f);
    let width = match low {
        0..24 => return Some((major, u64::from(low))),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let number = take(rest, width)?.iter().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
    // The least number that needs this width.
    let least = if width == 1 { 24 } else { 1_u64 << (width * 4) };
    (number >= least).then_some((major, number))
}

/// Takes one whole value from the front, whose maps have text keys, and gives its bytes.
pub(super) fn value<'a>(rest: &mut &'a [u8], depth: u32) -> Option<&'a [u8]> {
    let start = *rest;
    match next(rest)? {
        Item::Array(len) => {
            for _ in 0..len {
                value(rest, depth.checked_sub(1)?)?;
            }
        }
        Item::Map(len) => {
            for _ in 0..len {
                let Item::Text(_) = next(rest)? else { return None };
                value(rest, depth.checked_sub(1)?)?;
            }
        }
        _ => {}
    }
    start.get(..start.len().saturating_sub(rest.len()))
}
