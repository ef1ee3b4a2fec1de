//! Signed notes: a text and the signatures under it (C2SP signed-note).

use std::fmt;

use base64ct::{Base64, Encoding};

use crate::Error;
use crate::crypto::LogCrypto;

/// The longest note that is read: room for sixteen post-quantum cosignatures and the text.
pub const MAX_NOTE_LEN: usize = 128 * 1024;
/// The most signatures that are looked at (C2SP signed-note: "at least 16").
pub const MAX_SIGNATURES: usize = 64;

/// Signature type of plain Ed25519 (C2SP signed-note, "Signature types").
const ED25519: u8 = 0x01;

/// A key whose signatures are known, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    id: [u8; 4],
    public_key: [u8; 32],
}

impl VerifyingKey {
    /// The Ed25519 key of the signer `name`.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the name is empty, or has a space or a plus sign in it.
    pub fn new(crypto: &LogCrypto, name: &str, public_key: [u8; 32]) -> Result<Self, Error> {
        if !is_name(name) {
            return Err(Error::malformed("a verifying key", "its name is empty, or has a space or a plus sign in it"));
        }
        let hash = crypto.sha256(&[name.as_bytes(), b"\n", &[ED25519], &public_key]);
        let [a, b, c, d, ..] = hash;
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], public_key })
    }

    /// Reads `name+hex(key id)+base64(01 ‖ key)`.
    ///
    /// # Errors
    /// [`Error::Malformed`] also for a key id that is not the key's, and for another type of key.
    pub fn parse(crypto: &LogCrypto, text: &str) -> Result<Self, Error> {
        let bad = |why| Error::malformed("a verifying key", why);
        let (name, rest) = text.split_once('+').ok_or_else(|| bad("it has no plus sign"))?;
        let (id, key) = rest.split_once('+').ok_or_else(|| bad("it has one plus sign"))?;
        let blob = Base64::decode_vec(key).map_err(|_| bad("its key is not base64"))?;
        let [ED25519, public_key @ ..] = blob.as_slice() else { return Err(bad("its key is not Ed25519")) };
        let public_key = public_key.try_into().map_err(|_| bad("its key is not 32 bytes long"))?;
        let made = Self::new(crypto, name, public_key)?;
        if id == Hex(&made.id).to_string() { Ok(made) } else { Err(bad("its key id is another key's")) }
    }

    /// The signer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of `SHA-256(name ‖ 0A ‖ 01 ‖ key)`.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }
}

impl fmt::Display for VerifyingKey {
    /// `name+hex(key id)+base64(01 ‖ key)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut blob = vec![ED25519];
        blob.extend_from_slice(&self.public_key);
        write!(f, "{}+{}+{}", self.name, Hex(&self.id), Base64::encode_string(&blob))
    }
}

/// Lower-case hexadecimal digits.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// No spaces, no plus sign, no control characters, not empty (C2SP signed-note).
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// One line under a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    id: [u8; 4],
    signature: Vec<u8>,
}

impl NoteSignature {
    /// The name of who signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key that signed.
    #[must_use]
    pub fn key_id(&self) -> [u8; 4] {
        self.id
    }

    /// What stands after the key id.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.signature
    }
}

/// A text and the signatures under it, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// [`Error::Malformed`]: longer than [`MAX_NOTE_LEN`], more than [`MAX_SIGNATURES`] or no signatures, not UTF-8,
    /// control characters, a line that is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let bad = |why| Error::malformed("a signed note", why);
        if bytes.len() > MAX_NOTE_LEN {
            return Err(bad("it is too long"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| bad("it is not UTF-8"))?;
        if whole.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(bad("it has control characters"));
        }
        let at = whole.rfind("\n\n").ok_or_else(|| bad("it has no blank line"))?;
        let (text, lines) = whole.split_at_checked(at.saturating_add(1)).ok_or_else(|| bad("it has no text"))?;
        let lines = lines.strip_prefix('\n').and_then(|l| l.strip_suffix('\n'));
        let lines = lines.filter(|l| !l.is_empty()).ok_or_else(|| bad("it has no signature"))?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(bad("it has too many signatures"));
        }
        let signatures = lines.split('\n').map(signature_line).collect::<Option<_>>();
        Ok(Self { text: text.to_owned(), signatures: signatures.ok_or_else(|| bad("a signature line is none"))? })
    }

    /// A note of `text` under one Ed25519 signature, already made.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the text does not end in a newline, or has control characters.
    pub fn with_signature(text: &str, key: &VerifyingKey, signature: &[u8; 64]) -> Result<Self, Error> {
        if !text.ends_with('\n') || text.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(Error::malformed("a note", "its text has no last newline, or has control characters"));
        }
        let line = NoteSignature { name: key.name.clone(), id: key.id, signature: signature.to_vec() };
        Ok(Self { text: text.to_owned(), signatures: vec![line] })
    }

    /// The signed text, its last newline included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, of known and unknown signers.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Which of `known` signed. Lines of unknown keys are ignored.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if a line of a known key does not verify, or if no known key signed.
    pub fn verify<'k>(&self, crypto: &LogCrypto, known: &'k [VerifyingKey]) -> Result<Vec<&'k VerifyingKey>, Error> {
        let mut signers: Vec<&VerifyingKey> = Vec::new();
        for line in &self.signatures {
            let Some(key) = known.iter().find(|key| key.name == line.name && key.id == line.id) else { continue };
            let good = <&[u8; 64]>::try_from(line.signature.as_slice())
                .is_ok_and(|signature| crypto.verify_ed25519(&key.public_key, self.text.as_bytes(), signature));
            if !good {
                return Err(Error::BadSignature { why: "a signature of a known key does not verify" });
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            return Err(Error::BadSignature { why: "no known key signed it" });
        }
        Ok(signers)
    }
}

impl fmt::Display for Note {
    /// The note as it is stored and sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| {
            let mut blob = line.id.to_vec();
            blob.extend_from_slice(&line.signature);
            writeln!(f, "\u{2014} {} {}", line.name, Base64::encode_string(&blob))
        })
    }
}

fn signature_line(line: &str) -> Option<NoteSignature> {
    let (name, blob) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let blob = Base64::decode_vec(blob).ok()?;
    let (id, signature) = blob.split_first_chunk::<4>()?;
    let whole = is_name(name) && !signature.is_empty();
    whole.then(|| NoteSignature { name: name.to_owned(), id: *id, signature: signature.to_vec() })
}
