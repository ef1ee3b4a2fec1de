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

/// The root over `leaves`.
#[must_use]
pub fn root(crypto: &LogCrypto, leaves: &[Hash]) -> Hash {
    let mut range = CompactRange::new();
    leaves.iter().for_each(|leaf| range.push(crypto, *leaf));
    range.root(crypto)
}

/// The largest power of two below `size`, where RFC 6962 §2.1 splits a tree of two leaves or more.
fn split(size: usize) -> usize {
    let below = size.saturating_sub(1);
    below.checked_ilog2().map_or(0, |bits| 1 << bits)
}

/// The proof that leaf `index` is one of `leaves` (RFC 6962 §2.1.1); `None` if there is no such leaf.
#[must_use]
pub fn inclusion_proof(crypto: &LogCrypto, leaves: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let mut at = usize::try_from(index).ok().filter(|at| *at < leaves.len())?;
    let (mut tree, mut proof) = (leaves, Vec::new());
    // From the root down; a proof is read from the leaf up.
    while tree.len() > 1 {
        let (left, right) = tree.split_at_checked(split(tree.len()))?;
        if at < left.len() {
            proof.push(root(crypto, right));
            tree = left;
        } else {
            at = at.saturating_sub(left.len());
            proof.push(root(crypto, left));
            tree = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// The proof that the tree over the first `old_size` of `leaves` is a beginning of the tree over all of them
/// (RFC 6962 §2.1.2); `None` if there are not that many.
#[must_use]
pub fn consistency_proof(crypto: &LogCrypto, leaves: &[Hash], old_size: u64) -> Option<Vec<Hash>> {
    let mut old = usize::try_from(old_size).ok().filter(|old| *old <= leaves.len())?;
    let (mut tree, mut proof, mut whole) = (leaves, Vec::new(), true);
    if old == 0 {
        return Some(proof);
    }
    while old < tree.len() {
        let (left, right) = tree.split_at_checked(split(tree.len()))?;
        if old <= left.len() {
            proof.push(root(crypto, right));
            tree = left;
        } else {
            proof.push(root(crypto, left));
            old = old.saturating_sub(left.len());
            tree = right;
            whole = false;
        }
    }
    if !whole {
        proof.push(root(crypto, tree));
    }
    proof.reverse();
    Some(proof)
}

/// Whether `leaf` is number `index` of the tree of `size` leaves with this root (RFC 9162 §2.1.3.2).
#[must_use]
pub fn verify_inclusion(crypto: &LogCrypto, leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size.saturating_sub(1), *leaf);
    for other in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(crypto, other, &hash);
            skip_right_edge(&mut node, &mut last);
        } else {
            hash = node_hash(crypto, &hash, other);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root && crypto.check().is_ok()
}

/// Whether the tree of `old_size` leaves is a beginning of the one of `new_size` (RFC 9162 §2.1.4.2).
#[must_use]
pub fn verify_consistency(
    crypto: &LogCrypto,
    old_size: u64,
    new_size: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> bool {
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == crypto.sha256(&[]) && crypto.check().is_ok();
    }
    let mut path = proof.iter();
    // The root of a full subtree is known already, so the proof does not repeat it.
    let first = if old_size.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(first) = first.filter(|_| old_size < new_size) else { return false };
    let (mut node, mut last) = (old_size.saturating_sub(1), new_size.saturating_sub(1));
    let shift = node.trailing_ones();
    (node, last) = (node >> shift, last >> shift);
    let (mut old, mut new) = (*first, *first);
    for other in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = node_hash(crypto, other, &old);
            new = node_hash(crypto, other, &new);
            skip_right_edge(&mut node, &mut last);
        } else {
            new = node_hash(crypto, &new, other);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && old == *old_root && new == *new_root && crypto.check().is_ok()
}

/// Levels on which the right edge has no sibling are passed over.
fn skip_right_edge(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        (*node, *last) = (*node >> 1, *last >> 1);
    }
}
