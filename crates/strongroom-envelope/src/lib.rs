//! Data keys and the AWS Encryption SDK message format, streaming in constant memory.
//!
//! ```
//! use strongroom_envelope::{Envelope, RawAesKeyring};
//! use strongroom_types::{EncryptionContext, Secret};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let provider = strongroom_rustcrypto::provider();
//! let keys = RawAesKeyring::new(&provider, "my app", "files 2026", &Secret::from(vec![7; 32]))?;
//! let envelope = Envelope::new(&provider, &keys);
//!
//! let context = EncryptionContext::from_pairs([("tenant", "42")])?;
//! let message = envelope.seal(b"attack at dawn", &context)?;
//! let opened = envelope.open(&message)?;
//! assert_eq!(opened.plaintext.expose_secret(), b"attack at dawn");
//! assert_eq!(opened.context(), &context);
//! # Ok(())
//! # }
//! ```
//!
//! A message carries its data key encrypted, so whoever may decrypt that key can read it: the SDKs
//! for Python, Java, JavaScript, C, .NET, Go and Rust among them. Data keys come through
//! [`DataKeySource`], which the facade implements with `GenerateDataKey`, `Encrypt` and `Decrypt`.
//!
//! | in memory | as a stream |
//! |---|---|
//! | [`Envelope::seal`], [`seal_into`](Envelope::seal_into), [`draft`](Envelope::draft) (in place) | [`Envelope::encryptor`] |
//! | [`Envelope::open`], [`open_first`](Envelope::open_first) of many | [`Envelope::decryptor`], [`decryptor_of_first`](Envelope::decryptor_of_first) of many |
//!
//! What it is *not*: a way to change who can read a message. In format version 2 a second header
//! under one data key gives its authentication key away; open the message and seal it again. It knows
//! no policy, and it reads and writes suite `0478` alone so far; others are
//! [`Error::Unsupported`] by name.

mod context;
mod decryptor;
mod draft;
mod encryptor;
mod envelope;
mod error;
mod feed;
pub mod frame;
mod geometry;
mod header;
mod keyring;
mod open;
mod options;
mod source;
mod suite;

pub use decryptor::{Chunk, Decryptor, Finished, Unverified};
pub use draft::Draft;
pub use encryptor::Encryptor;
pub use envelope::{Envelope, Start};
pub use error::{ContextRefused, Error, Limit, LimitExceeded, Malformed, Unsupported};
pub use header::{COMMITMENT_LEN, Content, Header, MESSAGE_ID_LEN};
pub use keyring::{KeyringError, RawAesKeyring};
pub use open::Opened;
pub use options::{FrameLength, ReadLimits};
pub use source::{DATA_KEY_LEN, DataKey, DataKeySource, EncryptedDataKey, SourceError};
pub use suite::{Kdf, Signature, Suite};
