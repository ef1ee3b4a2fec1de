//! Writing and reading in pieces gives what writing and reading at once gives.

use std::io::{self, Read, Write};

use proptest::prelude::*;
use strongroom_crypto::{Aead, AeadKey, CryptoError, CryptoErrorKind, Validation};
use strongroom_envelope::{Envelope, Error};
use strongroom_types::EncryptionContext;

use crate::support::{Trickle, context, counting_provider, frame, open, ours, plaintext, provider, stream};

/// The same message three ways: at once, as a stream in pieces, in place.
fn three_ways(truth: &[u8], pieces: &[usize]) -> [Vec<u8>; 3] {
    let context = context(&[("a", "b")]);
    let make = |how: &dyn Fn(&Envelope<'_>) -> Vec<u8>| {
        let provider = counting_provider();
        let keys = ours(&provider);
        how(&Envelope::new(&provider, &keys).frame_length(frame(128)))
    };
    let at_once = make(&|envelope| envelope.seal(truth, &context).unwrap());
    let streamed = make(&|envelope| {
        let mut encryptor = envelope.encryptor(Vec::new(), &context).unwrap();
        let mut rest = truth;
        for piece in pieces.iter().cycle().take(truth.len() + 1) {
            let (now, later) = rest.split_at((*piece).min(rest.len()));
            encryptor.write_all(now).unwrap();
            rest = later;
        }
        encryptor.write_all(rest).unwrap();
        encryptor.finish().unwrap()
    });
    let in_place = make(&|envelope| {
        let mut draft = envelope.draft(truth.len(), &context).unwrap();
        let mut rest = truth;
        for slot in draft.slots() {
            rest.read_exact(slot).unwrap();
        }
        assert!(rest.is_empty());
        draft.seal().unwrap()
    });
    [at_once, streamed, in_place]
}

#[test]
fn plaintexts_around_the_frame_length_have_the_expected_frames() {
    for (len, frames) in [(0, 1), (1, 1), (127, 1), (128, 1), (129, 2), (256, 2), (384, 3), (385, 4)] {
        let truth = plaintext(len);
        let [at_once, streamed, in_place] = three_ways(&truth, &[50]);
        assert_eq!(at_once, streamed, "{len}");
        assert_eq!(at_once, in_place, "{len}");
        assert_eq!(open(&at_once).unwrap(), truth, "{len}");
        let empty = three_ways(&[], &[50])[0].len() - 40;
        assert_eq!(at_once.len(), empty + len + 40 + 32 * (frames - 1), "{len}");
    }
}

proptest! {
    #[test]
    fn the_pieces_that_are_written_and_read_do_not_matter(
        len in 0_usize..1500,
        pieces in prop::collection::vec(1_usize..400, 1..8),
        read in 1_usize..500,
    ) {
        let truth = plaintext(len);
        let [at_once, streamed, in_place] = three_ways(&truth, &pieces);
        prop_assert_eq!(&at_once, &streamed);
        prop_assert_eq!(&at_once, &in_place);
        prop_assert_eq!(open(&at_once).unwrap(), truth.clone());
        let (released, end) = stream(&at_once, read);
        prop_assert!(end.is_ok());
        prop_assert_eq!(&released, &truth);
        let provider = provider();
        let keys = ours(&provider);
        let mut reader = Envelope::new(&provider, &keys).decryptor(Trickle { rest: &at_once, piece: read }).unwrap();
        let mut got = Vec::new();
        let mut piece = vec![0; read];
        loop {
            match reader.read(&mut piece).unwrap() {
                0 => break,
                n => got.extend_from_slice(&piece[..n]),
            }
        }
        prop_assert_eq!(got, truth);
        prop_assert_eq!(reader.finish().unwrap().message_len, at_once.len() as u64);
    }
}

#[test]
fn bytes_after_the_message_are_refused_or_left_as_the_caller_says() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    let truths = [plaintext(0), plaintext(128), plaintext(300)];
    let messages = truths.each_ref().map(|truth| envelope.seal(truth, &EncryptionContext::EMPTY).unwrap());
    let all = messages.concat();

    let error = envelope.open(&all).unwrap_err();
    assert!(matches!(error, Error::TrailingBytes { message_len } if message_len == messages[0].len() as u64));
    let mut decryptor = envelope.decryptor(&all[messages[0].len()..]).unwrap();
    let error = decryptor.next_chunk().unwrap_err();
    assert!(matches!(error, Error::TrailingBytes { .. }), "before the last frame is given out: {error}");

    let (mut rest, mut reader) = (&all[..], Trickle { rest: &all, piece: 30 });
    for (message, truth) in messages.iter().zip(&truths) {
        let opened = envelope.open_first(rest).unwrap();
        assert_eq!((opened.plaintext.expose_secret(), opened.message_len), (&truth[..], message.len()));
        rest = &rest[opened.message_len..];

        let mut decryptor = envelope.decryptor_of_first(reader).unwrap();
        let mut got = Vec::new();
        decryptor.read_to_end(&mut got).unwrap();
        assert_eq!(&got, truth);
        let finished = decryptor.finish().unwrap();
        assert_eq!((finished.message_len, finished.plaintext_len), (message.len() as u64, truth.len() as u64));
        reader = finished.reader;
    }
    assert!(rest.is_empty() && reader.rest.is_empty());
}

#[test]
fn many_messages_are_appended_to_one_buffer() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys);
    let mut out = b"before".to_vec();
    envelope.seal_into(b"one", &EncryptionContext::EMPTY, &mut out).unwrap();
    assert_eq!(&out[..6], b"before");
    assert_eq!(envelope.open(&out[6..]).unwrap().plaintext.expose_secret(), b"one");
    let before = out.clone();
    assert!(envelope.seal_into(b"two", &context(&[("aws-crypto-x", "")]), &mut out).is_err());
    assert_eq!(out, before);
}

#[test]
fn a_message_without_finish_is_cut_off() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    let mut out = Vec::new();
    let mut encryptor = envelope.encryptor(&mut out, &EncryptionContext::EMPTY).unwrap();
    encryptor.write_all(&plaintext(300)).unwrap();
    encryptor.flush().unwrap();
    drop(encryptor);
    assert!(matches!(envelope.open(&out), Err(Error::Truncated { .. })));
}

/// Takes some bytes, then none.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = bytes.len().min(self.0);
        self.0 -= n;
        if n == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(n) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_sink_is_an_error_at_once_and_ever_after() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    assert!(matches!(envelope.encryptor(Full(10), &EncryptionContext::EMPTY), Err(Error::Io(_))));
    let mut encryptor = envelope.encryptor(Full(400), &EncryptionContext::EMPTY).unwrap();
    let error = encryptor.write_all(&plaintext(900)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert!(encryptor.write(b"more").is_err());
    assert!(matches!(encryptor.finish(), Err(Error::Failed)));
}

#[test]
fn writing_nothing_does_not_end_a_full_frame() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    let at_once = envelope.seal(&plaintext(128), &EncryptionContext::EMPTY).unwrap();
    let mut encryptor = envelope.encryptor(Vec::new(), &EncryptionContext::EMPTY).unwrap();
    encryptor.write_all(&plaintext(128)).unwrap();
    assert_eq!(encryptor.write(&[]).unwrap(), 0);
    assert_eq!(encryptor.finish().unwrap().len(), at_once.len());
}

/// A provider's part that fails at the first frame that it should seal.
#[derive(Debug)]
struct NoFrames;

#[derive(Debug)]
struct NoFramesKey(Box<dyn AeadKey>);

impl AeadKey for NoFramesKey {
    fn seal(&self, iv: &[u8; 12], aad: &[u8], buf: &mut [u8]) -> Result<[u8; 16], CryptoError> {
        match iv {
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] => Err(CryptoErrorKind::Internal.into()),
            _ => self.0.seal(iv, aad, buf),
        }
    }

    fn open(&self, _: &[u8; 12], _: &[u8], _: &mut [u8], _: &[u8; 16]) -> Result<(), CryptoError> {
        Err(CryptoErrorKind::Internal.into())
    }
}

impl Aead for NoFrames {
    fn seal_once(&self, _: &[u8], _: &[u8; 12], _: &[u8], _: &mut [u8]) -> Result<[u8; 16], CryptoError> {
        Err(CryptoErrorKind::Internal.into())
    }

    fn open_once(&self, _: &[u8], _: &[u8; 12], _: &[u8], _: &mut [u8], _: &[u8; 16]) -> Result<(), CryptoError> {
        Err(CryptoErrorKind::Internal.into())
    }

    fn key(&self, key: &[u8]) -> Result<Box<dyn AeadKey>, CryptoError> {
        Ok(Box::new(NoFramesKey(provider().aead.key(key)?)))
    }

    fn validation(&self, _: usize) -> Validation {
        Validation::None
    }
}

#[test]
fn a_provider_that_fails_in_the_middle_leaves_no_plaintext_behind() {
    let mut provider = provider();
    let keys = ours(&provider);
    provider.aead = &NoFrames;
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    let mut out = b"before".to_vec();
    let error = envelope.seal_into(&plaintext(300), &EncryptionContext::EMPTY, &mut out).unwrap_err();
    assert!(matches!(error, Error::Provider(_)), "{error}");
    assert_eq!(out, b"before");
    assert!(envelope.draft(300, &EncryptionContext::EMPTY).unwrap().seal().is_err());
    let mut sink = Vec::new();
    let mut encryptor = envelope.encryptor(&mut sink, &EncryptionContext::EMPTY).unwrap();
    assert!(encryptor.write_all(&plaintext(300)).is_err());
    assert!(matches!(encryptor.finish(), Err(Error::Failed)));
}

#[test]
fn streams_and_envelopes_can_be_sent_and_shared() {
    fn check<T: Send + Sync + std::fmt::Debug>() {}
    check::<Envelope<'_>>();
    check::<strongroom_envelope::Encryptor<Vec<u8>>>();
    check::<strongroom_envelope::Decryptor<&[u8]>>();
    check::<strongroom_envelope::Draft>();
    check::<strongroom_envelope::frame::FrameKey>();
}
