//! The front door: seal and open, at once or as a stream.

use std::io::{Read, Write};

use strongroom_crypto::{CryptoProvider, TAG_LEN};
use strongroom_types::{EncryptionContext, Secret};
use zeroize::Zeroize;

use crate::{
    DATA_KEY_LEN, DataKeySource, Decryptor, Draft, EncryptedDataKey, Encryptor, Error, FrameLength, Header, Opened,
    ReadLimits, SourceError, Suite, context,
    decryptor::After,
    feed::Feed,
    frame::{FrameKey, FrameKind, final_head, regular_head},
    geometry::Geometry,
    header, open,
};

/// Writes and reads messages with data keys from one or more sources.
///
/// Messages are written with suite `0478`: AES-256-GCM, a message key that is committed to, unsigned.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    provider: &'a CryptoProvider,
    source: &'a dyn DataKeySource,
    others: Vec<&'a dyn DataKeySource>,
    frame_length: FrameLength,
    limits: ReadLimits,
    expected: EncryptionContext,
}

/// The beginning of a message, sealed, and the key for its frames.
#[derive(Debug)]
#[non_exhaustive]
pub struct Start {
    /// The header and its tag.
    pub header: Vec<u8>,
    /// Seals the frames that follow.
    pub key: FrameKey,
}

impl<'a> Envelope<'a> {
    /// With one source of data keys.
    #[must_use]
    pub fn new(provider: &'a CryptoProvider, source: &'a dyn DataKeySource) -> Self {
        Self {
            provider,
            source,
            others: Vec::new(),
            frame_length: FrameLength::default(),
            limits: ReadLimits::default(),
            expected: EncryptionContext::EMPTY,
        }
    }

    /// Lets the holder of another source read what is written, and reads with it too. The first
    /// source makes the data key, the others encrypt it.
    #[must_use]
    pub fn also_for(mut self, source: &'a dyn DataKeySource) -> Self {
        self.others.push(source);
        self
    }

    /// Writes frames of this length.
    #[must_use]
    pub const fn frame_length(mut self, len: FrameLength) -> Self {
        self.frame_length = len;
        self
    }

    /// Reads within these limits.
    #[must_use]
    pub const fn limits(mut self, limits: ReadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads only messages whose encryption context has all these pairs; it may have more.
    #[must_use]
    pub fn expect_context(mut self, pairs: EncryptionContext) -> Self {
        self.expected = pairs;
        self
    }

    /// Seals `plaintext` into a message of its own.
    ///
    /// # Errors
    /// [`Error::Context`] for reserved keys, [`Error::Limit`], [`Error::KeySource`], [`Error::Random`],
    /// [`Error::Provider`].
    pub fn seal(&self, plaintext: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        self.seal_into(plaintext, context, &mut out)?;
        Ok(out)
    }

    /// Appends the message to `out`: for many messages in one buffer. Each byte is copied once, and
    /// sealed where it then is. On an error `out` is as before.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn seal_into(&self, plaintext: &[u8], context: &EncryptionContext, out: &mut Vec<u8>) -> Result<(), Error> {
        let geometry = Geometry::of_plaintext(plaintext.len(), self.frame_length)?;
        let Start { header, key } = self.start(context)?;
        let before = out.len();
        out.reserve(header.len().saturating_add(geometry.body_len()));
        out.extend_from_slice(&header);
        let sealed = append_frames(plaintext, geometry, &key, out);
        if sealed.is_err() {
            out.get_mut(before..).unwrap_or_default().zeroize();
            out.truncate(before);
        }
        sealed
    }

    /// A message whose `len` bytes of plaintext the caller puts in place, to be sealed without a copy.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn draft(&self, len: usize, context: &EncryptionContext) -> Result<Draft, Error> {
        let geometry = Geometry::of_plaintext(len, self.frame_length)?;
        Ok(Draft::new(self.start(context)?, geometry))
    }

    /// A stream that seals what is written to it. The header goes to `sink` at once.
    ///
    /// # Errors
    /// As [`seal`](Self::seal), and [`Error::Io`].
    pub fn encryptor<W: Write>(&self, sink: W, context: &EncryptionContext) -> Result<Encryptor<W>, Error> {
        Encryptor::new(sink, self.start(context)?, self.frame_length)
    }

    /// A sealed header and the key for its frames, for who seals the frames himself
    /// ([`frame`](crate::frame) says what he then answers for).
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn start(&self, context: &EncryptionContext) -> Result<Start, Error> {
        context::check_writable(context)?;
        let suite = Suite::AES_256_GCM_HKDF_SHA512_COMMIT_KEY;
        let message_id = self.provider.draw()?;
        let (data_key, edks) = self.generate(context)?;
        let (key, commitment) = FrameKey::derive(self.provider, suite, &data_key, &message_id)?;
        let mut header = Vec::with_capacity(512);
        let encoded = context::encode(context);
        header::write(suite, &message_id, &encoded, &edks, self.frame_length.get(), &commitment, &mut header)?;
        let tag = key.authenticate_header(&header)?;
        header.extend_from_slice(&tag);
        Ok(Start { header, key })
    }

    /// Opens a message that is all of `message`.
    ///
    /// # Errors
    /// [`Error::InvalidMessage`] when no key opens it or anything was altered; [`Error::Malformed`],
    /// [`Error::Truncated`], [`Error::TrailingBytes`], [`Error::Base64Text`], [`Error::Unsupported`],
    /// [`Error::Limit`], [`Error::Context`], [`Error::KeySource`], [`Error::Provider`].
    pub fn open(&self, message: &[u8]) -> Result<Opened, Error> {
        let opened = self.open_first(message)?;
        if opened.message_len != message.len() {
            return Err(Error::TrailingBytes { message_len: opened.message_len as u64 });
        }
        Ok(opened)
    }

    /// Opens the message at the start of `messages`, whatever follows it;
    /// [`Opened::message_len`](Opened) says where it ended.
    ///
    /// # Errors
    /// As [`open`](Self::open), without [`Error::TrailingBytes`].
    pub fn open_first(&self, messages: &[u8]) -> Result<Opened, Error> {
        let mut feed = Feed::new(messages);
        let (header, key) = self.read_start(&mut feed)?;
        let at = header.as_bytes().len().saturating_add(TAG_LEN);
        let (plaintext, message_len) = open::body(messages, at, header.content(), &key, &self.limits)?;
        Ok(Opened { plaintext, header, message_len })
    }

    /// A stream that opens the message which is all of `reader`. Reads the header.
    ///
    /// The reader is read in the pieces that the format has, the smallest of four bytes: give it a
    /// buffer if each read costs a system call.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`Error::Io`].
    pub fn decryptor<R: Read>(&self, reader: R) -> Result<Decryptor<R>, Error> {
        self.decryptor_before(reader, After::Nothing)
    }

    /// A stream that opens the next message of `reader` and takes no byte after it.
    /// [`Decryptor::finish`] gives the reader back, and says where the message ended.
    ///
    /// # Errors
    /// As [`decryptor`](Self::decryptor).
    pub fn decryptor_of_first<R: Read>(&self, reader: R) -> Result<Decryptor<R>, Error> {
        self.decryptor_before(reader, After::Anything)
    }

    fn decryptor_before<R: Read>(&self, reader: R, after: After) -> Result<Decryptor<R>, Error> {
        let mut feed = Feed::new(reader);
        let (header, key) = self.read_start(&mut feed)?;
        Ok(Decryptor::new(feed, header, key, self.limits, after))
    }

    /// The header and the key that it commits to, both verified.
    fn read_start<R: Read>(&self, feed: &mut Feed<R>) -> Result<(Header, FrameKey), Error> {
        let header = Header::read(feed, &self.limits)?;
        let tag = feed.array()?;
        context::check_expected(header.context(), &self.expected)?;
        let data_key = self.decrypt(&header)?;
        let key = FrameKey::verified(self.provider, &header, &data_key, &tag)?;
        Ok((header, key))
    }

    fn generate(&self, context: &EncryptionContext) -> Result<(Secret, Vec<EncryptedDataKey<'static>>), Error> {
        let data_key = self.source.generate(context).map_err(refused)?;
        if data_key.plaintext.len() != DATA_KEY_LEN {
            return Err(Error::KeySource("the data key is not 32 bytes long".into()));
        }
        let mut edks = vec![data_key.encrypted];
        for source in &self.others {
            edks.push(source.encrypt(&data_key.plaintext, context).map_err(refused)?);
        }
        Ok((data_key.plaintext, edks))
    }

    /// The first data key that any source decrypts. That it is the right one, the commitment says.
    fn decrypt(&self, header: &Header) -> Result<Secret, Error> {
        let mut failed = None;
        for edk in header.encrypted_data_keys() {
            for source in std::iter::once(&self.source).chain(&self.others) {
                match source.decrypt(&edk, header.context()) {
                    Ok(key) if key.len() == header.suite().data_key_len() => return Ok(key),
                    Err(SourceError::Failed(error)) => failed = failed.or(Some(error)),
                    Ok(_) | Err(SourceError::NotMine | SourceError::Invalid) => {}
                }
            }
        }
        Err(failed.map_or(Error::InvalidMessage, Error::KeySource))
    }
}

/// On writing there is no message yet that could be at fault.
fn refused(error: SourceError) -> Error {
    match error {
        SourceError::Failed(error) => Error::KeySource(error),
        other => Error::KeySource(other.into()),
    }
}

fn append_frames(plaintext: &[u8], geometry: Geometry, key: &FrameKey, out: &mut Vec<u8>) -> Result<(), Error> {
    let split = plaintext.len().saturating_sub(geometry.final_len);
    let (regular, last) = plaintext.split_at_checked(split).ok_or(Error::Failed)?;
    for (chunk, number) in regular.chunks_exact(geometry.frame_len).zip(1..) {
        append_frame(FrameKind::Regular, number, &regular_head(number), chunk, key, out)?;
    }
    let number = geometry.final_number();
    // INVARIANT: the final frame is at most 16 MiB long.
    let head = final_head(number, u32::try_from(last.len()).unwrap_or(u32::MAX));
    append_frame(FrameKind::Final, number, &head, last, key, out)
}

fn append_frame(
    kind: FrameKind,
    number: u32,
    head: &[u8],
    plaintext: &[u8],
    key: &FrameKey,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    out.extend_from_slice(head);
    let start = out.len();
    out.extend_from_slice(plaintext);
    let tag = key.seal_assuming_unique_number(kind, number, out.get_mut(start..).unwrap_or_default())?;
    out.extend_from_slice(&tag);
    Ok(())
}
