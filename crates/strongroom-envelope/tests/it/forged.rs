//! Headers that no writer of ours makes, with every seal good: what the holder of a data key can send.

use strongroom_crypto::KdfAlgorithm;
use strongroom_envelope::{DataKeySource, Error, frame::FrameKind};
use strongroom_types::EncryptionContext;

use crate::support::{open, ours, plaintext, provider, stream};

/// What a header says, before it is sealed.
struct Forged {
    context: Vec<u8>,
    content: u8,
    frame_len: u32,
    commitment: Option<[u8; 32]>,
    body: Vec<u8>,
}

impl Default for Forged {
    fn default() -> Self {
        Self { context: Vec::new(), content: 2, frame_len: 128, commitment: None, body: plaintext(100) }
    }
}

impl Forged {
    /// The message, with one final frame, or with one piece if the content says so.
    fn seal(self) -> Vec<u8> {
        let (provider, id, suite) = (provider(), [5; 32], [4, 0x78]);
        let data_key = ours(&provider).generate(&EncryptionContext::EMPTY).unwrap();
        let extracted =
            provider.kdf.extract(KdfAlgorithm::HkdfSha512, &id, data_key.plaintext.expose_secret()).unwrap();
        let (mut key, mut commitment) = ([0; 32], [0; 32]);
        extracted.expand(&[&suite, b"DERIVEKEY"], &mut key).unwrap();
        extracted.expand(&[b"COMMITKEY"], &mut commitment).unwrap();
        let key = provider.aead.key(&key).unwrap();
        let short = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
        let edk = data_key.encrypted;
        let mut out = [&[2][..], &suite, &id, &short(&self.context), &[0, 1]].concat();
        for part in [edk.provider_id.as_bytes(), &edk.provider_info, &edk.ciphertext] {
            out.extend_from_slice(&short(part));
        }
        out.push(self.content);
        out.extend_from_slice(&self.frame_len.to_be_bytes());
        out.extend_from_slice(&self.commitment.unwrap_or(commitment));
        let tag = key.seal(&[0; 12], &out, &mut []).unwrap();
        out.extend_from_slice(&tag);

        let kind = if self.content == 1 { FrameKind::Single } else { FrameKind::Final };
        let (mut body, len) = (self.body.clone(), self.body.len());
        let (len4, len8) = (u32::try_from(len).unwrap().to_be_bytes(), (len as u64).to_be_bytes());
        let iv = [0xA5; 12]; // readers take the IV that is there
        let label: &[u8] = match kind {
            FrameKind::Single => b"AWSKMSEncryptionClient Single Block",
            _ => b"AWSKMSEncryptionClient Final Frame",
        };
        let tag = key.seal(&iv, &[&id, label, &[0, 0, 0, 1], &len8].concat(), &mut body).unwrap();
        match kind {
            FrameKind::Single => [&out[..], &iv, &len8, &body, &tag].concat(),
            _ => [&out[..], &[0xFF; 4], &[0, 0, 0, 1], &iv, &len4, &body, &tag].concat(),
        }
    }
}

fn refused(forged: Forged, what: &str) -> Error {
    let message = forged.seal();
    let (released, end) = stream(&message, 9);
    assert!(end.is_err() && released.is_empty(), "{what}");
    open(&message).expect_err(what)
}

#[test]
fn a_forger_who_changes_nothing_is_read() {
    assert_eq!(open(&Forged::default().seal()).unwrap(), plaintext(100));
    let single = || Forged { content: 1, frame_len: 0, ..Forged::default() };
    assert_eq!(open(&single().seal()).unwrap(), plaintext(100), "one piece is read");
    assert_eq!(stream(&single().seal(), 7).0, plaintext(100));
    assert!(open(&Forged { body: Vec::new(), ..single() }.seal()).unwrap().is_empty());
}

#[test]
fn a_key_that_the_header_does_not_commit_to_is_refused_although_every_tag_is_good() {
    for commitment in [[0; 32], [0xFF; 32]] {
        let error = refused(Forged { commitment: Some(commitment), ..Forged::default() }, "commitment");
        assert!(matches!(error, Error::InvalidMessage), "{error}");
    }
}

#[test]
fn sealed_headers_that_break_the_format_are_refused() {
    let malformed = |forged, what| {
        let error = refused(forged, what);
        assert!(matches!(error, Error::Malformed(_)), "{what}: {error}");
    };
    malformed(Forged { frame_len: 0, body: Vec::new(), ..Forged::default() }, "framed, frame length 0");
    malformed(Forged { content: 1, ..Forged::default() }, "one piece with a frame length");
    malformed(Forged { content: 3, ..Forged::default() }, "unknown content");
    malformed(Forged { frame_len: 99, ..Forged::default() }, "final frame longer than the frame length");
    for (context, what) in [
        (&[0, 0][..], "no pairs, counted"),
        (&[0, 2, 0, 1, b'b', 0, 0, 0, 1, b'a', 0, 0], "unsorted"),
        (&[0, 2, 0, 1, b'a', 0, 0, 0, 1, b'a', 0, 0], "a key twice"),
        (&[0, 1, 0, 1, 0xFF, 0, 0], "not UTF-8"),
        (b"\0\x01\0\x15aws-crypto-public-key\0\x01A", "a public key without a signature"),
    ] {
        malformed(Forged { context: context.to_vec(), ..Forged::default() }, what);
    }
}
