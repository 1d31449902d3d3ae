//! Roots and proofs from tiles, and which tiles they need.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Tile, TileError, Tiles, within_bounds};
use crate::Hash;
use crate::merkle::{CompactRange, MerkleError, join, subtrees};

/// The tiles from which [`root`] computes the root of a tree of this size.
#[must_use]
pub fn tiles_for_root(size: u64) -> Vec<Tile> {
    tiles_of(std::iter::once(0..size))
}

/// The tiles from which [`inclusion_proof`] makes its proof; none if there is no such leaf.
#[must_use]
pub fn tiles_for_inclusion(index: u64, size: u64) -> Vec<Tile> {
    inclusion(index, size).map_or_else(|_| Vec::new(), |ranges| tiles_of(ranges.into_iter()))
}

/// The tiles from which [`consistency_proof`] makes its proof; none if there is no such proof.
#[must_use]
pub fn tiles_for_consistency(old_size: u64, new_size: u64) -> Vec<Tile> {
    consistency(old_size, new_size)
        .map_or_else(|_| Vec::new(), |ranges| tiles_of(ranges.into_iter()))
}

/// The tiles from which [`range_hash`] makes the compact range of these leaves.
#[must_use]
pub fn tiles_for_range(leaves: Range<u64>) -> Vec<Tile> {
    tiles_of(std::iter::once(leaves))
}

/// The root of the tree of this size. Does not look at the leaves: see [`CompactRange`] for computing a root anew.
///
/// # Errors
///
/// When a tile is missing or too short.
pub fn root(size: u64, tiles: &Tiles) -> Result<Hash, TileError> {
    hash_of(0..within_bounds(size)?, tiles)
}

/// The compact range of some leaves, from the tiles.
///
/// # Errors
///
/// When a tile is missing or too short, or the range is none.
pub fn range_hash(leaves: Range<u64>, tiles: &Tiles) -> Result<CompactRange, TileError> {
    let Range { start, end } = leaves;
    let hashes: Result<Vec<_>, _> = subtrees(start..within_bounds(end)?)
        .map(|node| tiles.node(node))
        .collect();
    Ok(CompactRange::from_parts(start, end, hashes?)?)
}

/// The proof that the leaf with this index is in the tree of this size (RFC 6962, section 2.1.1), from the leaf's
/// sibling upwards.
///
/// # Errors
///
/// When there is no such leaf, or a tile is missing or too short.
pub fn inclusion_proof(index: u64, size: u64, tiles: &Tiles) -> Result<Vec<Hash>, TileError> {
    hashes_of(inclusion(index, size)?, tiles)
}

/// The proof that the tree of the new size begins with the leaves of the older one (RFC 6962, section 2.1.2). It is
/// empty if both are the same, and if the older one is empty.
///
/// # Errors
///
/// When the older one is larger, or a tile is missing or too short.
pub fn consistency_proof(
    old_size: u64,
    new_size: u64,
    tiles: &Tiles,
) -> Result<Vec<Hash>, TileError> {
    hashes_of(consistency(old_size, new_size)?, tiles)
}

/// The ranges of leaves whose hashes make up an inclusion proof: PATH of RFC 6962, without the recursion.
fn inclusion(index: u64, size: u64) -> Result<Vec<Range<u64>>, TileError> {
    let mut around = 0..within_bounds(size)?;
    if index >= size {
        return Err(MerkleError::OutsideTree { index, size }.into());
    }
    let mut siblings = Vec::new();
    while let Some(middle) = split(&around) {
        if index < middle {
            siblings.push(middle..around.end);
            around.end = middle;
        } else {
            siblings.push(around.start..middle);
            around.start = middle;
        }
    }
    siblings.reverse();
    Ok(siblings)
}

/// The ranges of leaves whose hashes make up a consistency proof: PROOF and SUBPROOF of RFC 6962.
fn consistency(old_size: u64, new_size: u64) -> Result<Vec<Range<u64>>, TileError> {
    let mut around = 0..within_bounds(new_size)?;
    if old_size > new_size {
        let (old, new) = (old_size, new_size);
        return Err(MerkleError::Shrunk { old, new }.into());
    }
    if old_size == 0 {
        return Ok(Vec::new());
    }
    let mut ranges = Vec::new();
    while around.end > old_size {
        let Some(middle) = split(&around) else { break };
        if old_size <= middle {
            ranges.push(middle..around.end);
            around.end = middle;
        } else {
            ranges.push(around.start..middle);
            around.start = middle;
        }
    }
    // What is left ends where the old tree ends. If it is the whole old tree, its root is known already.
    if around.start > 0 {
        ranges.push(around);
    }
    ranges.reverse();
    Ok(ranges)
}

/// Where a tree over these leaves parts: its left half is the largest power of two that is smaller than the whole.
fn split(leaves: &Range<u64>) -> Option<u64> {
    let last = (leaves.end - leaves.start).checked_sub(1)?;
    last.checked_ilog2()
        .map(|height| leaves.start + (1 << height))
}

fn tiles_of(ranges: impl Iterator<Item = Range<u64>>) -> Vec<Tile> {
    let tiles: BTreeSet<Tile> = ranges
        .flat_map(subtrees)
        .map(|node| Tile::of(node).0)
        .collect();
    tiles.into_iter().collect()
}

fn hashes_of(ranges: Vec<Range<u64>>, tiles: &Tiles) -> Result<Vec<Hash>, TileError> {
    ranges
        .into_iter()
        .map(|range| hash_of(range, tiles))
        .collect()
}

/// The hash of a range that stands in the tree as one node, if a ragged one at the right edge.
fn hash_of(range: Range<u64>, tiles: &Tiles) -> Result<Hash, TileError> {
    let hashes: Result<Vec<_>, _> = subtrees(range).map(|node| tiles.node(node)).collect();
    Ok(join(hashes?.into_iter()))
}
