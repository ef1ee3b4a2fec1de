//! One event's presence, proved without showing any other (C2SP tlog-proof).

use std::fmt;

use base64ct::{Base64, Encoding};

use crate::checkpoint::Checkpoint;
use crate::crypto::{Hash, LogCrypto};
use crate::entry::{ENTRY_LEN, leaf_hash};
use crate::error::Error;
use crate::merkle::{inclusion_proof, verify_inclusion};
use crate::note::{Note, VerifyingKey};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^63 leaves is 63 levels high.
const MAX_HASHES: usize = 63;

/// A leaf's index, its way to the root, and the signed checkpoint that has the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: Note,
}

impl InclusionProof {
    /// Proves that leaf `index` is under `checkpoint`; `leaves` are the hashes of all the leaves that it covers.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the note is no checkpoint, or `leaves` are not as many as it says, or too few.
    pub fn new(crypto: &LogCrypto, leaves: &[Hash], index: u64, checkpoint: &Note) -> Result<Self, Error> {
        let size = Checkpoint::parse(checkpoint.text())?.size();
        let bad = |why| Error::malformed("a proof", why);
        if size != leaves.len() as u64 {
            return Err(bad("the checkpoint covers another number of leaves"));
        }
        let hashes =
            inclusion_proof(crypto, leaves, index).ok_or_else(|| bad("the checkpoint does not cover the leaf"))?;
        crypto.check()?;
        Ok(Self { index, hashes, checkpoint: checkpoint.clone() })
    }

    /// Reads a proof's text.
    ///
    /// # Errors
    /// [`Error::Malformed`]
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let bad = |why| Error::malformed("a proof", why);
        let text = std::str::from_utf8(text).map_err(|_| bad("it is not UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or_else(|| bad("it has no blank line"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(bad("its first line is not that of version 1"));
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or_else(|| bad("it has no index"))?;
        let plain = index.bytes().all(|b| b.is_ascii_digit()) && (index == "0" || !index.starts_with('0'));
        let index = index.parse().ok().filter(|_| plain).ok_or_else(|| bad("its index is no plain number"))?;
        let hash = |line| Base64::decode_vec(line).ok().and_then(|hash| hash.try_into().ok());
        let hashes: Option<Vec<Hash>> = lines.map(hash).collect();
        let hashes = hashes.filter(|h| h.len() <= MAX_HASHES).ok_or_else(|| bad("one of its lines is no hash"))?;
        Ok(Self { index, hashes, checkpoint: Note::parse(note.as_bytes())? })
    }

    /// The leaf's index.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }

    /// Verifies that `entry` stands in the log of `key` at the proof's index, and gives the checkpoint.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if the checkpoint is not the log's, [`Error::Malformed`] if the proof does not lead to it.
    pub fn verify(&self, crypto: &LogCrypto, key: &VerifyingKey, entry: &[u8; ENTRY_LEN]) -> Result<Checkpoint, Error> {
        let checkpoint = Checkpoint::open(crypto, key, self.checkpoint.to_string().as_bytes())?;
        let leaf = leaf_hash(crypto, entry);
        if verify_inclusion(crypto, &leaf, self.index, checkpoint.size(), &self.hashes, checkpoint.root()) {
            Ok(checkpoint)
        } else {
            Err(Error::malformed("a proof", "it does not lead from the entry to the checkpoint"))
        }
    }
}

impl fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}\nindex {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", Base64::encode_string(hash)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
