//! The header's refusals and limits.

use std::io::Read;

use proptest::prelude::*;
use strongroom_envelope::{Content, Envelope, Error, FrameLength, Header, Limit, ReadLimits, Suite};
use strongroom_types::EncryptionContext;

use crate::support::{context, frame, open, ours, provider, three_frames, to_base64};

fn limit(error: &Error) -> Option<Limit> {
    match error {
        Error::Limit(limit) => Some(limit.limit()),
        _ => None,
    }
}

#[test]
fn a_header_reads_back_as_it_was_written() {
    let message = three_frames();
    let (header, len) = Header::parse(&message, &ReadLimits::default()).unwrap();
    assert_eq!(header.as_bytes(), &message[..len]);
    assert_eq!(header.suite(), Suite::AES_256_GCM_HKDF_SHA512_COMMIT_KEY);
    assert_eq!(header.message_id()[..], message[3..35]);
    assert_eq!(header.context(), &context(&[("a", "b")]));
    assert_eq!(header.content(), Content::Framed { frame_len: 128 });
    let edk = header.encrypted_data_keys().next().unwrap();
    assert_eq!((&*edk.provider_id, edk.provider_info.len(), edk.ciphertext.len()), ("ns", 25, 48));
}

#[test]
fn other_suites_and_versions_are_unsupported_by_name() {
    let begin = |bytes: &[u8]| Header::parse(bytes, &ReadLimits::default()).unwrap_err();
    let mut seen = 0;
    for suite in Suite::all().filter(|suite| !suite.is_supported()) {
        let id = suite.id().to_be_bytes();
        let bytes = if suite.format_version() == 1 { [&[1, 0x80], &id[..]].concat() } else { [&[2], &id[..]].concat() };
        let error = begin(&bytes);
        assert!(matches!(&error, Error::Unsupported(what) if what.suite_id() == Some(suite.id())), "{error}");
        assert!(error.to_string().contains(suite.name()), "{error}");
        seen += 1;
    }
    assert_eq!(seen, 10);
    assert!(matches!(begin(&[3, 4, 0x78]), Error::Unsupported(what) if what.format_version() == 3));
    assert!(matches!(begin(&[2, 0, 0x70]), Error::Unsupported(what) if what.suite_id() == Some(0x70)));
    assert!(matches!(begin(&[1, 0x80, 4, 0x78]), Error::Malformed(_)));
    assert!(matches!(begin(&[2, 1, 0x78]), Error::Malformed(_)));
    assert!(matches!(begin(&[1, 0x81, 1, 0x78]), Error::Malformed(_)));
}

#[test]
fn base64_text_is_called_so() {
    let error = open(to_base64(&three_frames()).as_bytes()).unwrap_err();
    assert!(matches!(error, Error::Base64Text), "{error}");
    assert!(matches!(open(b"AYAAFNpJqQtg"), Err(Error::Base64Text)));
    assert!(matches!(open(b"A"), Err(Error::Unsupported(_))));
}

/// Counts what was taken.
struct Counted<R>(R, usize);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.read(out)?;
        self.1 += n;
        Ok(n)
    }
}

#[test]
fn too_many_data_keys_are_refused_right_after_their_count() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).limits(ReadLimits::default().max_encrypted_data_keys(3));
    let mut head = three_frames()[..35].to_vec();
    head.extend_from_slice(&[0, 0, 0xFF, 0xFF]);
    let mut reader = Counted(head.chain(std::io::repeat(0)), 0);
    let error = envelope.decryptor(&mut reader).unwrap_err();
    assert_eq!(limit(&error), Some(Limit::EncryptedDataKeys));
    assert_eq!(reader.1, 39, "not a byte beyond the count");
}

#[test]
fn frames_and_plaintexts_over_the_limit_are_refused() {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys);
    let message = three_frames();
    let within = |limits| {
        let envelope = envelope.clone().limits(limits);
        let whole = envelope.open(&message).map(drop);
        let streamed = envelope.decryptor(&message[..]).and_then(|stream| stream.finish()).map(drop);
        assert_eq!(whole.as_ref().err().and_then(limit), streamed.as_ref().err().and_then(limit));
        whole
    };
    assert!(within(ReadLimits::default().max_frame_len(128).max_plaintext_len(300)).is_ok());
    let error = within(ReadLimits::default().max_frame_len(127)).unwrap_err();
    assert_eq!(limit(&error), Some(Limit::FrameLength));
    let error = within(ReadLimits::default().max_plaintext_len(299)).unwrap_err();
    assert_eq!(limit(&error), Some(Limit::PlaintextLength));
}

#[test]
fn frame_lengths_to_write_are_multiples_of_128_up_to_16_mib() {
    for good in [128, 4096, 1 << 16, 1 << 24] {
        assert_eq!(FrameLength::new(good).unwrap().get(), good);
    }
    for bad in [0, 1, 127, 129, (1 << 24) + 128, u32::MAX] {
        assert!(FrameLength::new(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = open(&bytes);
        let _ = crate::support::stream(&bytes, 7);
    }

    #[test]
    fn no_change_of_a_message_makes_the_reader_panic_or_accept(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        cut in any::<prop::sample::Index>(),
    ) {
        let message = three_frames();
        let mut bad = message.clone();
        for (at, byte) in changes {
            let at = at.index(bad.len());
            bad[at] = byte;
        }
        bad.truncate(cut.index(bad.len()).saturating_mul(2).min(bad.len()));
        prop_assert!(open(&bad).is_err() || bad == message);
        prop_assert!(crate::support::stream(&bad, 50).1.is_err() || bad == message);
    }

    #[test]
    fn every_context_comes_back(pairs in prop::collection::btree_map("\\PC{0,8}", "\\PC{0,8}", 0..8)) {
        let context = EncryptionContext::from_pairs(pairs).unwrap();
        prop_assume!(!context.iter().any(|(key, _)| key.starts_with("aws-crypto-")));
        let provider = provider();
        let keys = ours(&provider);
        let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
        let message = envelope.seal(b"x", &context).unwrap();
        let opened = envelope.open(&message).unwrap();
        prop_assert_eq!(opened.context(), &context);
        let (header, len) = Header::parse(&message, &ReadLimits::default()).unwrap();
        prop_assert_eq!(header.as_bytes(), &message[..len]);
    }
}
