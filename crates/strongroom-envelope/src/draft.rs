//! A message whose plaintext is put in its place by the caller, and sealed there.

use std::fmt;

use zeroize::Zeroize;

use crate::{
    Error,
    envelope::Start,
    frame::{FINAL_HEAD, FrameKey, FrameKind, REGULAR_HEAD, final_head, regular_head},
    geometry::Geometry,
};

/// A message in the making whose plaintext has a known length. The caller fills the
/// [`slots`](Self::slots), one for each frame, and [`seal`](Self::seal) encrypts them where they are:
/// no byte is copied.
///
/// Wiped when it is dropped unsealed.
#[must_use = "a draft becomes a message with `seal`"]
pub struct Draft {
    /// Header and tag, then the frames.
    bytes: Vec<u8>,
    header_len: usize,
    geometry: Geometry,
    key: FrameKey,
}

impl Draft {
    pub(crate) fn new(start: Start, geometry: Geometry) -> Self {
        let Start { header, key } = start;
        let header_len = header.len();
        // Fresh zeroed pages come cheaper than zeroing what `resize` would move to.
        let mut bytes = vec![0; header_len.saturating_add(geometry.body_len())];
        if let Some(place) = bytes.get_mut(..header_len) {
            place.copy_from_slice(&header);
        }
        Self { bytes, header_len, geometry, key }
    }

    /// The places of the plaintext in order: each as long as a frame but the last. All zeros at first.
    pub fn slots(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.frames().map(|frame| frame.plaintext)
    }

    /// Seals the frames in place.
    ///
    /// # Errors
    /// [`Error::Provider`].
    pub fn seal(mut self) -> Result<Vec<u8>, Error> {
        for frame in frames(&mut self.bytes, self.header_len, self.geometry) {
            frame.seal(&self.key)?;
        }
        Ok(std::mem::take(&mut self.bytes))
    }

    fn frames(&mut self) -> impl Iterator<Item = Frame<'_>> {
        frames(&mut self.bytes, self.header_len, self.geometry)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.bytes.as_mut_slice().zeroize();
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("geometry", &self.geometry).finish_non_exhaustive()
    }
}

/// One frame of the message, apart from the others: what a thread would get.
struct Frame<'a> {
    kind: FrameKind,
    number: u32,
    head: &'a mut [u8],
    plaintext: &'a mut [u8],
    tag: &'a mut [u8],
}

impl Frame<'_> {
    fn seal(self, key: &FrameKey) -> Result<(), Error> {
        // INVARIANT: frames are at most 16 MiB long.
        let len = u32::try_from(self.plaintext.len()).unwrap_or(u32::MAX);
        match self.kind {
            FrameKind::Regular => self.head.copy_from_slice(&regular_head(self.number)),
            _ => self.head.copy_from_slice(&final_head(self.number, len)),
        }
        self.tag.copy_from_slice(&key.seal_assuming_unique_number(self.kind, self.number, self.plaintext)?);
        Ok(())
    }
}

/// The frames of `message`, each with its own number: none is there twice.
fn frames(message: &mut [u8], header_len: usize, geometry: Geometry) -> impl Iterator<Item = Frame<'_>> {
    let body = message.get_mut(header_len..).unwrap_or_default();
    let (regular, last) = body.split_at_mut_checked(geometry.regular_bytes()).unwrap_or_default();
    let regular = regular.chunks_exact_mut(geometry.stride()).zip(1..);
    let regular = regular
        .filter_map(move |(bytes, number)| cut(FrameKind::Regular, number, bytes, REGULAR_HEAD, geometry.frame_len));
    regular.chain(cut(FrameKind::Final, geometry.final_number(), last, FINAL_HEAD, geometry.final_len))
}

fn cut(kind: FrameKind, number: u32, bytes: &mut [u8], head: usize, len: usize) -> Option<Frame<'_>> {
    let (head, rest) = bytes.split_at_mut_checked(head)?;
    let (plaintext, tag) = rest.split_at_mut_checked(len)?;
    Some(Frame { kind, number, head, plaintext, tag })
}
