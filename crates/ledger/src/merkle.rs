//! The Merkle tree of RFC 6962: roots, and the verification of proofs.
//!
//! Nothing here stores leaves. [`CompactRange`] keeps the few hashes that a run of leaves comes down to; proofs are
//! made from tiles, by [`crate::tile`].

use std::ops::Range;

use crate::{Hash, node_hash};

/// The largest tree that is taken: its size still fits a signed 64-bit integer, as databases store it.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// Why a proof does not prove what it claims, or a range is not what it claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MerkleError {
    /// A tree with this size has no leaf with this index.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    OutsideTree {
        /// The leaf's index.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The tree that should be the older one is larger than the newer one.
    #[error("a tree of {old} leaves cannot have grown into one of {new}")]
    Shrunk {
        /// The size of what should be the older tree.
        old: u64,
        /// The size of the newer one.
        new: u64,
    },
    /// Beyond [`MAX_SIZE`].
    #[error("{0} leaves are more than a tree may have")]
    TooLarge(u64),
    /// The proof or the range has too few or too many hashes.
    #[error("{expected} hashes are needed, found {found}")]
    WrongLength {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    OtherRoot,
    /// The hashes lead to another root of the older tree.
    #[error("the proof leads to another root of the older tree")]
    OtherOldRoot,
    /// Two ranges do not touch: one ends where the other does not begin.
    #[error("a range that ends at {end} cannot be followed by one that begins at {begin}")]
    Apart {
        /// Where the first one ends.
        end: u64,
        /// Where the second one begins.
        begin: u64,
    },
}

/// A perfect subtree: `2^height` leaves, the first of which is `index · 2^height`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) height: u32,
    pub(crate) index: u64,
}

/// The fewest perfect subtrees that make up a range of leaves, from left to right.
pub(crate) fn subtrees(range: Range<u64>) -> impl Iterator<Item = Node> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let left = range.end.checked_sub(at).filter(|left| *left > 0)?;
        // As large as the position allows (its trailing zeros) and as fits before the end.
        let height = at.trailing_zeros().min(left.ilog2());
        let node = Node {
            height,
            index: at >> height,
        };
        at += 1 << height;
        Some(node)
    })
}

/// A run of leaves `begin..end`, reduced to the roots of the fewest perfect subtrees that make it up.
///
/// Ranges that touch can be joined, so that a tree's root can be computed from parts: what lies left of an export,
/// the export's own leaves, and what lies right of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactRange {
    begin: u64,
    end: u64,
    // INVARIANT: one hash for each of `subtrees(begin..end)`, in that order.
    hashes: Vec<Hash>,
}

impl CompactRange {
    /// No leaves yet; the first will be number `begin`.
    #[must_use]
    pub const fn starting_at(begin: u64) -> Self {
        Self {
            begin,
            end: begin,
            hashes: Vec::new(),
        }
    }

    /// The empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self::starting_at(0)
    }

    /// Puts a range together that was taken apart by [`CompactRange::hashes`].
    ///
    /// # Errors
    ///
    /// When `end` lies before `begin` or beyond [`MAX_SIZE`], or when the range takes another number of hashes.
    pub fn from_parts(begin: u64, end: u64, hashes: Vec<Hash>) -> Result<Self, MerkleError> {
        if end < begin {
            return Err(MerkleError::Shrunk {
                old: begin,
                new: end,
            });
        }
        if end > MAX_SIZE {
            return Err(MerkleError::TooLarge(end));
        }
        expect_length(subtrees(begin..end).count(), hashes.len())?;
        Ok(Self { begin, end, hashes })
    }

    /// The index of the first leaf.
    #[must_use]
    pub const fn begin(&self) -> u64 {
        self.begin
    }

    /// The index after the last leaf; the tree's size, if the range begins at 0.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// The roots of the subtrees, from left to right.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Adds the hash of the next leaf.
    pub fn append(&mut self, leaf_hash: Hash) {
        let leaf = Node {
            height: 0,
            index: self.end,
        };
        self.push(leaf, leaf_hash);
        self.end += 1;
    }

    /// Adds a range that begins where this one ends.
    ///
    /// # Errors
    ///
    /// When it begins elsewhere. Nothing is added then.
    pub fn append_range(&mut self, next: &Self) -> Result<(), MerkleError> {
        if next.begin != self.end {
            return Err(MerkleError::Apart {
                end: self.end,
                begin: next.begin,
            });
        }
        for (node, hash) in subtrees(next.begin..next.end).zip(&next.hashes) {
            self.push(node, *hash);
        }
        self.end = next.end;
        Ok(())
    }

    /// The root of the tree that consists of these leaves, [`Hash::EMPTY`] if there are none; nothing if the range
    /// does not begin at 0.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        (self.begin == 0).then(|| join(self.hashes.iter().copied()))
    }

    /// Adds a subtree and joins it with those before it as long as two are halves of a larger one.
    fn push(&mut self, mut node: Node, mut hash: Hash) {
        while node.index % 2 == 1 && (node.index - 1) << node.height >= self.begin {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            node = Node {
                height: node.height + 1,
                index: node.index / 2,
            };
        }
        self.hashes.push(hash);
    }
}

impl Default for CompactRange {
    fn default() -> Self {
        Self::new()
    }
}

/// The hash of a range of leaves whose subtrees become smaller from left to right, as RFC 6962 defines it.
pub(crate) fn join(subtrees: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    subtrees
        .rev()
        .reduce(|right, left| node_hash(&left, &right))
        .unwrap_or(Hash::EMPTY)
}

/// The root that an inclusion proof leads to from a leaf's hash (RFC 9162, section 2.1.3.2).
///
/// # Errors
///
/// When the index lies outside of the tree or the proof has the wrong number of hashes.
pub fn root_from_inclusion(
    index: u64,
    size: u64,
    leaf_hash: Hash,
    proof: &[Hash],
) -> Result<Hash, MerkleError> {
    if size > MAX_SIZE {
        return Err(MerkleError::TooLarge(size));
    }
    if index >= size {
        return Err(MerkleError::OutsideTree { index, size });
    }
    // Below the height where the paths of the leaf and of the last leaf meet, siblings lie on both sides; above it,
    // the leaf belongs to the right edge, which has a sibling only on its left, where a bit is set.
    let meet = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let edge = index.checked_shr(meet).unwrap_or(0).count_ones();
    expect_length((meet + edge) as usize, proof.len())?;
    let (inner, border) = proof
        .split_at_checked(meet as usize)
        .unwrap_or((proof, &[]));
    let mut hash = leaf_hash;
    for (height, sibling) in inner.iter().enumerate() {
        hash = if index >> height & 1 == 0 {
            node_hash(&hash, sibling)
        } else {
            node_hash(sibling, &hash)
        };
    }
    Ok(border
        .iter()
        .fold(hash, |hash, sibling| node_hash(sibling, &hash)))
}

/// Verifies that a leaf with this hash has this index in the tree with this size and root.
///
/// # Errors
///
/// When it does not follow from the proof.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf_hash: Hash,
    proof: &[Hash],
    root: Hash,
) -> Result<(), MerkleError> {
    if root_from_inclusion(index, size, leaf_hash, proof)? == root {
        Ok(())
    } else {
        Err(MerkleError::OtherRoot)
    }
}

/// Verifies that the tree with the new size and root begins with the leaves of the older one (RFC 9162, section
/// 2.1.4.2). Trees of the same size must have the same root; every tree begins with the empty one; in both cases
/// the proof is empty.
///
/// # Errors
///
/// When it does not follow from the proof.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), MerkleError> {
    if new_size > MAX_SIZE {
        return Err(MerkleError::TooLarge(new_size));
    }
    if old_size > new_size {
        return Err(MerkleError::Shrunk {
            old: old_size,
            new: new_size,
        });
    }
    if old_size == 0 || old_size == new_size {
        expect_length(0, proof.len())?;
        let expected = if old_size == 0 { Hash::EMPTY } else { new_root };
        return if old_root != expected {
            Err(MerkleError::OtherOldRoot)
        } else if new_size == 0 && new_root != Hash::EMPTY {
            Err(MerkleError::OtherRoot)
        } else {
            Ok(())
        };
    }
    let (reached_old, reached_new) = roots_from_consistency(old_size, new_size, old_root, proof)?;
    if reached_old != old_root {
        Err(MerkleError::OtherOldRoot)
    } else if reached_new != new_root {
        Err(MerkleError::OtherRoot)
    } else {
        Ok(())
    }
}

/// Both roots that a consistency proof leads to, for `0 < old_size < new_size`.
fn roots_from_consistency(
    old_size: u64,
    new_size: u64,
    old_root: Hash,
    proof: &[Hash],
) -> Result<(Hash, Hash), MerkleError> {
    // The climb begins at the root of the last perfect subtree of the old tree.
    let start = old_size.trailing_zeros();
    let mut old = (old_size - 1) >> start;
    let mut new = (new_size - 1) >> start;
    // If the whole old tree is that subtree, its root is known and the proof leaves it out.
    let whole = old_size.is_power_of_two();
    let expected = consistency_length(old, new) + usize::from(!whole);
    expect_length(expected, proof.len())?;
    let mut rest = proof.iter().copied();
    let first = if whole { Some(old_root) } else { rest.next() };
    let first = first.ok_or(MerkleError::OtherOldRoot)?;
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        // Once they are the same node they stay so, and all that is left stands on the left: there is no need to climb to the
        // next sibling, as the RFC does.
        if old % 2 == 1 || old == new {
            old_hash = node_hash(&sibling, &old_hash);
            new_hash = node_hash(&sibling, &new_hash);
        } else {
            new_hash = node_hash(&new_hash, &sibling);
        }
        old >>= 1;
        new >>= 1;
    }
    Ok((old_hash, new_hash))
}

/// How many siblings stand on the way up from node `old`, where `new` is the last node at the same height.
fn consistency_length(old: u64, new: u64) -> usize {
    let meet = u64::BITS - (old ^ new).leading_zeros();
    let edge = old.checked_shr(meet).unwrap_or(0).count_ones();
    (meet + edge) as usize
}

fn expect_length(expected: usize, found: usize) -> Result<(), MerkleError> {
    if expected == found {
        Ok(())
    } else {
        Err(MerkleError::WrongLength { expected, found })
    }
}
