//! What an attacker can do to a message of three frames.

use std::ops::Range;

use strongroom_envelope::{
    Envelope, Error,
    frame::{FINAL_OVERHEAD, FrameKey, FrameKind, REGULAR_OVERHEAD},
};

use crate::support::{assert_refused, context, frame, open, ours, plaintext, provider, stream, three_frames};

const STRIDE: usize = 128 + REGULAR_OVERHEAD;
const LAST: usize = 44 + FINAL_OVERHEAD;

/// Where the frames of [`three_frames`] are.
fn frames(message: &[u8]) -> [Range<usize>; 3] {
    let body = message.len() - 2 * STRIDE - LAST;
    [body..body + STRIDE, body + STRIDE..body + 2 * STRIDE, body + 2 * STRIDE..message.len()]
}

/// The header of `message`, then these pieces.
fn with_body(message: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut out = message[..frames(message)[0].start].to_vec();
    for piece in pieces {
        out.extend_from_slice(piece);
    }
    out
}

#[test]
fn a_message_cut_at_any_byte_is_an_error_and_releases_only_whole_frames() {
    let (message, truth) = (three_frames(), plaintext(300));
    assert_eq!(open(&message).unwrap(), truth);
    for len in 0..message.len() {
        let error = assert_refused(&message[..len], &truth, &format!("cut after {len} bytes"));
        assert!(matches!(error, Error::Truncated { at } if at == len as u64), "cut after {len} bytes: {error}");
    }
    println!("{} cuts refused", message.len());
}

#[test]
fn a_cut_message_read_as_a_plain_reader_never_ends_well() {
    let (message, provider) = (three_frames(), provider());
    let keys = ours(&provider);
    for len in 0..message.len() {
        let Ok(mut decryptor) = Envelope::new(&provider, &keys).decryptor(&message[..len]) else { continue };
        let error = std::io::copy(&mut decryptor, &mut std::io::sink()).expect_err("a short success");
        assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof, "cut after {len} bytes");
    }
}

#[test]
fn a_message_with_any_bit_flipped_is_an_error() {
    let (message, truth) = (three_frames(), plaintext(300));
    for at in 0..message.len() {
        for bit in [1, 0x80] {
            let mut bad = message.clone();
            bad[at] ^= bit;
            assert_refused(&bad, &truth, &format!("byte {at} changed by {bit:02x}"));
        }
    }
    println!("{} flips refused", message.len() * 2);
}

#[test]
fn frames_that_are_swapped_dropped_or_repeated_are_refused() {
    let (message, truth) = (three_frames(), plaintext(300));
    let [a, b, c] = frames(&message).map(|range| &message[range]);
    assert_eq!(open(&with_body(&message, &[a, b, c])).unwrap(), truth);
    for (what, body) in [
        ("swapped", vec![b, a, c]),
        ("first dropped", vec![b, c]),
        ("second dropped", vec![a, c]),
        ("final dropped", vec![a, b]),
        ("first repeated", vec![a, a, b, c]),
        ("final first", vec![c, a, b]),
        ("nothing but the final", vec![c]),
        ("final twice", vec![a, b, c, c]),
    ] {
        assert_refused(&with_body(&message, &body), &truth, what);
    }
}

#[test]
fn a_frame_given_the_expected_number_is_still_in_the_wrong_place() {
    let (message, truth) = (three_frames(), plaintext(300));
    let [a, _, c] = frames(&message).map(|range| message[range].to_vec());
    for (what, number, rewrite_iv) in [("number", 2_u32, false), ("number and IV", 2, true)] {
        let mut again = a.clone();
        again[..4].copy_from_slice(&number.to_be_bytes());
        if rewrite_iv {
            again[12..16].copy_from_slice(&number.to_be_bytes());
        }
        assert_refused(&with_body(&message, &[&a, &again, &c]), &truth, what);
    }
    let mut early = c.clone();
    early[4..8].copy_from_slice(&1_u32.to_be_bytes());
    let error = assert_refused(&with_body(&message, &[&early]), &truth, "final renumbered to be the first");
    assert!(matches!(error, Error::InvalidMessage), "{error}");
}

#[test]
fn a_regular_frame_turned_final_is_refused() {
    let (message, truth) = (three_frames(), plaintext(300));
    let [a, b, _] = frames(&message).map(|range| &message[range]);
    let (head, rest) = b.split_at(16);
    let turned = [&[0xFF; 4], head, &128_u32.to_be_bytes(), rest].concat();
    let error = assert_refused(&with_body(&message, &[a, &turned]), &truth, "regular turned final");
    assert!(matches!(error, Error::InvalidMessage), "{error}");
}

#[test]
fn a_frame_of_another_message_is_refused() {
    let (message, truth) = (three_frames(), plaintext(300));
    let other = three_frames();
    let [a, _, c] = frames(&message).map(|range| &message[range]);
    let stranger = &other[frames(&other)[1].clone()];
    let error = assert_refused(&with_body(&message, &[a, stranger, c]), &truth, "frame of another message");
    assert!(matches!(error, Error::InvalidMessage), "{error}");
    let whole = [&message[..frames(&message)[0].start], &other[frames(&other)[0].start..]].concat();
    assert_refused(&whole, &truth, "body of another message");
}

/// A frame that the holder of the key sealed, whatever it says.
fn sealed(key: &FrameKey, kind: FrameKind, sealed_as: u32, number: u32, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let tag = key.seal_assuming_unique_number(kind, sealed_as, &mut bytes).unwrap();
    let iv = [[0; 4], [0; 4], sealed_as.to_be_bytes()].concat();
    let len = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    match kind {
        FrameKind::Final => [&[0xFF; 4], &number.to_be_bytes()[..], &iv, &len, &bytes, &tag].concat(),
        _ => [&number.to_be_bytes()[..], &iv, &bytes, &tag].concat(),
    }
}

#[test]
fn what_a_wrong_writer_sealed_is_refused_although_every_tag_is_good() {
    use FrameKind::{Final, Regular};
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    let full = plaintext(128);
    let start = || envelope.start(&context(&[])).unwrap();
    let message = |frames: &dyn Fn(&FrameKey) -> Vec<Vec<u8>>| {
        let start = start();
        [start.header, frames(&start.key).concat()].concat()
    };
    let good = message(&|key| vec![sealed(key, Regular, 1, 1, &full), sealed(key, Final, 2, 2, &[])]);
    assert_eq!(open(&good).unwrap(), full, "an empty final frame is read");
    assert_eq!(stream(&good, 3).0, full);

    let truth = plaintext(256);
    for (what, bad) in [
        ("sequence from 0", message(&|key| vec![sealed(key, Final, 0, 0, &full)])),
        ("sequence with a gap", message(&|key| vec![sealed(key, Regular, 1, 1, &full), sealed(key, Final, 3, 3, &[])])),
        ("sequence repeated", message(&|key| vec![sealed(key, Regular, 1, 1, &full), sealed(key, Final, 1, 1, &[])])),
        ("number of one, seal of another", message(&|key| vec![sealed(key, Final, 2, 1, &full)])),
        ("final longer than the frame length", message(&|key| vec![sealed(key, Final, 1, 1, &plaintext(129))])),
        ("final with the label of a regular one", {
            message(&|key| {
                let regular = sealed(key, Regular, 1, 1, &full);
                vec![[&[0xFF; 4], &regular[..16], &128_u32.to_be_bytes(), &regular[16..]].concat()]
            })
        }),
        ("no end", message(&|key| vec![sealed(key, Regular, 1, 1, &full)])),
        ("no frame", message(&|_| vec![])),
    ] {
        assert_refused(&bad, &truth, what);
    }
}

#[test]
fn a_failed_stream_stays_failed() {
    let mut message = three_frames();
    let second = frames(&message)[1].start + 20;
    message[second] ^= 1;
    let provider = provider();
    let keys = ours(&provider);
    let mut decryptor = Envelope::new(&provider, &keys).decryptor(&message[..]).unwrap();
    assert!(decryptor.next_chunk().unwrap().is_some());
    assert!(matches!(decryptor.next_chunk(), Err(Error::InvalidMessage)));
    assert!(matches!(decryptor.next_chunk(), Err(Error::Failed)));
    assert!(std::io::Read::read(&mut decryptor, &mut [0; 9]).is_err());
    assert!(matches!(decryptor.finish(), Err(Error::Failed)));
}
