//! Where the frames of a message are. A function of lengths alone, so that frames can be found
//! without reading those before them.

use strongroom_crypto::{IV_LEN, TAG_LEN};

use crate::{
    Error, FrameLength,
    error::{Limit, LimitExceeded, Malformed},
    frame::{FINAL_HEAD, FINAL_MARKER, FINAL_OVERHEAD, REGULAR_OVERHEAD},
};

/// The body of a framed message: regular frames, all of one length, and the final one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) frame_len: usize,
    pub(crate) regular_frames: u32,
    pub(crate) final_len: usize,
}

impl Geometry {
    /// For writing `len` bytes: the final frame is full when they fill whole frames.
    pub(crate) fn of_plaintext(len: usize, frame_len: FrameLength) -> Result<Self, Error> {
        let frame_len = frame_len.get() as usize;
        let regular = len.saturating_sub(1).checked_div(frame_len).unwrap_or_default();
        // Number 2^32 − 1 looks like the marker of a final frame, and only that may have it.
        let regular_frames = u32::try_from(regular)
            .ok()
            .filter(|n| *n < u32::MAX)
            .ok_or_else(|| LimitExceeded::new(Limit::Frames, (regular as u64).saturating_add(1), u32::MAX.into()))?;
        let final_len = len.saturating_sub(regular.saturating_mul(frame_len));
        Ok(Self { frame_len, regular_frames, final_len })
    }

    /// Finds the frames of `body`, which begins at byte `at` of its message, by hopping from number
    /// to number. Bytes may follow the final frame.
    pub(crate) fn scan(body: &[u8], at: u64, frame_len: u32) -> Result<Self, Error> {
        let frame_len = frame_len as usize;
        let truncated = || Error::Truncated { at: at.saturating_add(body.len() as u64) };
        let mut rest = body;
        let mut number = 1_u32;
        loop {
            let here = |what| Malformed::new(at.saturating_add((body.len().saturating_sub(rest.len())) as u64), what);
            let (first, after) = rest.split_first_chunk().ok_or_else(truncated)?;
            if *first == FINAL_MARKER {
                let (head, after) = after.split_first_chunk::<{ FINAL_HEAD - 4 }>().ok_or_else(truncated)?;
                let [a, b, c, d, .., e, f, g, h] = *head;
                check_number([a, b, c, d], number).map_err(here)?;
                let final_len = check_final([e, f, g, h], frame_len).map_err(here)?;
                after.get(..final_len.saturating_add(TAG_LEN)).ok_or_else(truncated)?;
                return Ok(Self { frame_len, regular_frames: number.saturating_sub(1), final_len });
            }
            check_number(*first, number).map_err(here)?;
            rest = after.get(frame_len.saturating_add(IV_LEN + TAG_LEN)..).ok_or_else(truncated)?;
            number = number.checked_add(1).ok_or(here(NUMBER))?;
        }
    }

    /// Bytes of all regular frames.
    pub(crate) const fn regular_bytes(&self) -> usize {
        (self.regular_frames as usize).saturating_mul(self.stride())
    }

    /// Bytes from one regular frame to the next.
    pub(crate) const fn stride(&self) -> usize {
        self.frame_len.saturating_add(REGULAR_OVERHEAD)
    }

    /// Bytes of all frames.
    pub(crate) const fn body_len(&self) -> usize {
        self.regular_bytes().saturating_add(self.final_len).saturating_add(FINAL_OVERHEAD)
    }

    pub(crate) const fn plaintext_len(&self) -> usize {
        (self.regular_frames as usize).saturating_mul(self.frame_len).saturating_add(self.final_len)
    }

    pub(crate) const fn final_number(&self) -> u32 {
        self.regular_frames.saturating_add(1)
    }
}

const NUMBER: &str = "a frame does not have the next number";

/// A frame's number must be the one that the reader counted.
pub(crate) fn check_number(bytes: [u8; 4], counted: u32) -> Result<(), &'static str> {
    if u32::from_be_bytes(bytes) == counted { Ok(()) } else { Err(NUMBER) }
}

/// The length in a final frame, which is at most that of a regular one.
pub(crate) fn check_final(bytes: [u8; 4], frame_len: usize) -> Result<usize, &'static str> {
    match u32::from_be_bytes(bytes) as usize {
        len if len > frame_len => Err("the final frame is longer than the frame length"),
        len => Ok(len),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_last_frame_is_final_and_nothing_is_one_empty_frame() {
        let of = |len| {
            let geometry = Geometry::of_plaintext(len, FrameLength::new(128).unwrap()).unwrap();
            assert_eq!(geometry.plaintext_len(), len);
            (geometry.regular_frames, geometry.final_len, geometry.body_len())
        };
        assert_eq!(of(0), (0, 0, 40));
        assert_eq!(of(1), (0, 1, 41));
        assert_eq!(of(128), (0, 128, 168));
        assert_eq!(of(129), (1, 1, 160 + 41));
        assert_eq!(of(384), (2, 128, 320 + 168));
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn more_frames_than_numbers_are_refused_before_the_start() {
        let frame = FrameLength::new(128).unwrap();
        let most = (u32::MAX as usize) * 128;
        assert_eq!(Geometry::of_plaintext(most, frame).unwrap().final_number(), u32::MAX);
        assert!(matches!(Geometry::of_plaintext(most + 1, frame), Err(Error::Limit(_))));
    }
}
