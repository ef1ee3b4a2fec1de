//! Checkpoints: the signed statement of how long the log is, and of its root (C2SP tlog-checkpoint).

use std::fmt;

use base64ct::{Base64, Encoding};

use crate::Error;
use crate::crypto::{Hash, LogCrypto};
use crate::note::{Hex, Note, VerifyingKey};

/// Which log: `strongroom.local/<store id>/<log id>`, both in hexadecimal digits. Also the name of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    store_id: [u8; 16],
    log_id: [u8; 16],
}

impl Origin {
    /// Of the log `log_id` of the store `store_id`; a log's id is 128 random bits, made with it.
    #[must_use]
    pub fn new(store_id: [u8; 16], log_id: [u8; 16]) -> Self {
        Self { store_id, log_id }
    }

    /// Reads `strongroom.local/<store id>/<log id>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (store, log) = text.strip_prefix("strongroom.local/")?.split_once('/')?;
        let id = |digits: &str| Some(u128::from_str_radix(digits, 16).ok()?.to_be_bytes());
        let origin = Self { store_id: id(store)?, log_id: id(log)? };
        // One log, one spelling.
        (origin.to_string() == text).then_some(origin)
    }

    /// The store's id.
    #[must_use]
    pub fn store_id(&self) -> &[u8; 16] {
        &self.store_id
    }

    /// The log's id.
    #[must_use]
    pub fn log_id(&self) -> &[u8; 16] {
        &self.log_id
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strongroom.local/{}/{}", Hex(&self.store_id), Hex(&self.log_id))
    }
}

/// Signs checkpoints; the key stays where the facade keeps it.
///
/// # Contract
/// 1. [`sign`](Self::sign) is RFC 8032's Ed25519 over `message`, under the key whose public half is
///    [`public_key`](Self::public_key).
pub trait CheckpointSigner: fmt::Debug + Send + Sync {
    /// The public key.
    fn public_key(&self) -> [u8; 32];
    /// The signature of `message`, or a reason why there is none.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SigningFailed>;
}

/// Why a signer gave no signature, in fixed words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "one fixed text")]
pub struct SigningFailed(pub &'static str);

/// A log's size and root, under its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: String,
}

impl Checkpoint {
    /// Of a log.
    #[must_use]
    pub fn new(origin: &Origin, size: u64, root: Hash) -> Self {
        Self { origin: origin.to_string(), size, root, extensions: String::new() }
    }

    /// Reads a note's text: origin, size, root in base64, extension lines.
    ///
    /// # Errors
    /// [`Error::Malformed`]: an empty origin, a size with a leading zero or none, a root that is not 32 bytes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |why| Error::malformed("a checkpoint", why);
        let mut lines = text.splitn(4, '\n');
        let mut line = || lines.next().ok_or_else(|| bad("it has fewer than three lines"));
        let (origin, size, root, extensions) = (line()?, line()?, line()?, line()?);
        if origin.is_empty() {
            return Err(bad("its origin is empty"));
        }
        let plain =
            !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
        let size = size.parse().ok().filter(|_| plain).ok_or_else(|| bad("its size is no plain number"))?;
        let root =
            Base64::decode_vec(root).ok().and_then(|r| r.try_into().ok()).ok_or_else(|| bad("its root is no hash"))?;
        let whole = extensions.is_empty()
            || (extensions.ends_with('\n') && !extensions.split_terminator('\n').any(str::is_empty));
        if !whole {
            return Err(bad("an extension line is empty or unfinished"));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: extensions.to_owned() })
    }

    /// Which log, as the checkpoint says.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Signs it, under the origin as the key's name.
    ///
    /// # Errors
    /// [`Error::Signing`].
    pub fn sign(&self, crypto: &LogCrypto, signer: &dyn CheckpointSigner) -> Result<Note, Error> {
        let text = self.to_string();
        let key = VerifyingKey::new(crypto, &self.origin, signer.public_key())?;
        let signature = signer.sign(text.as_bytes()).map_err(|SigningFailed(why)| Error::Signing(why))?;
        crypto.check()?;
        Note::with_signature(&text, &key, &signature)
    }

    /// Reads a signed checkpoint and verifies it under `key`, whose name must be the checkpoint's origin.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::BadSignature`].
    pub fn open(crypto: &LogCrypto, key: &VerifyingKey, note: &[u8]) -> Result<Self, Error> {
        let note = Note::parse(note)?;
        note.verify(crypto, std::slice::from_ref(key))?;
        let checkpoint = Self::parse(note.text())?;
        if checkpoint.origin == key.name() {
            Ok(checkpoint)
        } else {
            Err(Error::BadSignature { why: "it is a checkpoint of another log" })
        }
    }
}

impl fmt::Display for Checkpoint {
    /// The note's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n{}", self.origin, self.size, Base64::encode_string(&self.root), self.extensions)
    }
}

/// A checkpoint and the note that it was signed as.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedCheckpoint {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The note, as it is stored and sent.
    pub note: Note,
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint that was kept elsewhere. Nobody has verified its signature by then.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(note: &[u8]) -> Result<Self, Error> {
        let note = Note::parse(note)?;
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }
}
