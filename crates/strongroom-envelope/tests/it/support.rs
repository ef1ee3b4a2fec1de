//! Keys, contexts and messages that the tests share.

use std::{
    env,
    io::Read,
    path::Path,
    sync::{Arc, Mutex},
};

use strongroom_crypto::CryptoProvider;
use strongroom_envelope::{Envelope, Error, FrameLength, RawAesKeyring};
use strongroom_types::{EncryptionContext, Random, RandomError, Secret};

pub(crate) fn provider() -> CryptoProvider {
    strongroom_rustcrypto::provider()
}

/// The key of the vectors and of the peer: 00 01 .. 1f, "ns", "aes-1".
pub(crate) fn ours(provider: &CryptoProvider) -> RawAesKeyring {
    named(provider, "aes-1")
}

pub(crate) fn named(provider: &CryptoProvider, name: &str) -> RawAesKeyring {
    RawAesKeyring::new(provider, "ns", name, &Secret::from((0..32).collect::<Vec<u8>>())).unwrap()
}

/// A key that the peer does not have when it reads.
pub(crate) fn foreign(provider: &CryptoProvider) -> RawAesKeyring {
    RawAesKeyring::new(provider, "elsewhere", "other", &Secret::from(vec![0xEE; 32])).unwrap()
}

pub(crate) fn frame(len: u32) -> FrameLength {
    FrameLength::new(len).unwrap()
}

pub(crate) fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::from_pairs(pairs.iter().copied()).unwrap()
}

/// Bytes that differ from place to place.
pub(crate) fn plaintext(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from((i * 7 + 3) % 256).unwrap()).collect()
}

/// A message of three frames, 128 + 128 + 44 bytes, with one pair of context.
pub(crate) fn three_frames() -> Vec<u8> {
    let provider = provider();
    let keys = ours(&provider);
    let envelope = Envelope::new(&provider, &keys).frame_length(frame(128));
    envelope.seal(&plaintext(300), &context(&[("a", "b")])).unwrap()
}

/// Opens at once.
pub(crate) fn open(message: &[u8]) -> Result<Vec<u8>, Error> {
    let provider = provider();
    let keys = ours(&provider);
    Envelope::new(&provider, &keys).open(message).map(|opened| opened.plaintext.expose_secret().to_vec())
}

/// Opens as a stream, from a reader that gives `piece` bytes at a time: what was released, and how it ended.
pub(crate) fn stream(message: &[u8], piece: usize) -> (Vec<u8>, Result<(), Error>) {
    let provider = provider();
    let keys = ours(&provider);
    let mut released = Vec::new();
    let mut read = || {
        let mut decryptor = Envelope::new(&provider, &keys).decryptor(Trickle { rest: message, piece })?;
        while let Some(chunk) = decryptor.next_chunk()? {
            released.extend_from_slice(chunk.verified().unwrap());
        }
        Ok(())
    };
    let end = read();
    (released, end)
}

/// Gives at most `piece` bytes at a time.
pub(crate) struct Trickle<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) piece: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = out.len().min(self.piece);
        self.rest.read(&mut out[..most])
    }
}

/// Refused at once and as a stream, and the stream released nothing but whole true frames before.
pub(crate) fn assert_refused(message: &[u8], truth: &[u8], what: &str) -> Error {
    let error = open(message).expect_err(what);
    for piece in [1, 5, usize::MAX] {
        let (released, end) = stream(message, piece);
        assert!(end.is_err(), "{what}: the stream ended well");
        assert!(truth.starts_with(&released), "{what}: the stream released false bytes");
        assert!(released.len() < truth.len() || truth.is_empty(), "{what}: the stream released everything");
        assert_eq!(released.len() % 128, 0, "{what}: the stream released a part of a frame");
    }
    error
}

/// Counts up from zero: for messages that must be the same each time, and nothing else.
#[derive(Debug, Default)]
pub(crate) struct Counting(Mutex<u8>);

impl Random for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        let mut next = self.0.lock().unwrap();
        for byte in out {
            *byte = *next;
            *next = next.wrapping_add(1);
        }
        Ok(())
    }
}

pub(crate) fn counting_provider() -> CryptoProvider {
    strongroom_rustcrypto::provider_with(Arc::new(Counting::default()))
}

/// A file of `testdata/`.
pub(crate) fn vectors(file: &str) -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn base64(text: &str) -> Vec<u8> {
    use base64ct::Encoding;
    base64ct::Base64::decode_vec(text).unwrap()
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    use base64ct::Encoding;
    base64ct::Base64::encode_string(bytes)
}
