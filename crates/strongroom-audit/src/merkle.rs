//! RFC 6962's Merkle tree: roots from a compact range, and proofs of inclusion and consistency.

use crate::crypto::{Hash, LogCrypto};

/// `SHA-256(01 ‖ left ‖ right)` (RFC 6962 §2.1).
#[must_use]
pub fn node_hash(crypto: &LogCrypto, left: &Hash, right: &Hash) -> Hash {
    crypto.sha256(&[&[1], left, right])
}

/// The right edge of a tree: one hash per full subtree, the largest first. At most 64 hashes, whatever the size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    hashes: Vec<Hash>,
}

impl CompactRange {
    /// The range of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From its parts; `None` unless there is one hash per bit set in `size`.
    #[must_use]
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Option<Self> {
        (u64::from(size.count_ones()) == hashes.len() as u64).then_some(Self { size, hashes })
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the full subtrees, the largest first.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Adds a leaf.
    pub fn push(&mut self, crypto: &LogCrypto, leaf: Hash) {
        let mut hash = leaf;
        // Every trailing one bit of the old size is a full subtree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(crypto, &left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree; of the empty one, the hash of nothing.
    #[must_use]
    pub fn root(&self, crypto: &LogCrypto) -> Hash {
        let mut from_the_right = self.hashes.iter().rev();
        let Some(last) = from_the_right.next() else { return crypto.sha256(&[]) };
        from_the_right.fold(*last, |right, left| node_hash(crypto, left, &right))
    }

    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.size = other.size;
        self.hashes.clone_from(&other.hashes);
    }
}
