//! The tree as C2SP tlog-tiles stores it: runs of up to 256 hashes, from which every root and every proof is made.

mod appender;
mod path;
mod proofs;

use std::collections::BTreeMap;

pub use appender::{Appended, Appender, tiles_for_append};
pub use path::{ParseTilePathError, Place, TilePath};
pub use proofs::{
    consistency_proof, inclusion_proof, range_hash, root, tiles_for_consistency,
    tiles_for_inclusion, tiles_for_range, tiles_for_root,
};

use crate::bundle::BundleError;
use crate::merkle::{MAX_SIZE, MerkleError, Node};
use crate::{Hash, merkle};

/// How many hashes a full tile has, and how many entries a full bundle.
pub const WIDTH: usize = 256;

/// How many levels of the tree a tile spans.
const HEIGHT: u32 = 8;

/// A tile's place. At level 0 tiles hold leaf hashes; at each level above, a hash is the root of a full tile below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// From 0, the leaves', to 63. A tree of at most [`MAX_SIZE`] leaves has no tiles above level 7.
    pub level: u8,
    /// The number of the tile within its level, from 0.
    pub index: u64,
}

impl Tile {
    /// How many hashes this tile has in a tree of this size: 256 if it is full, 0 if it is not there.
    #[must_use]
    pub fn width_at(&self, size: u64) -> usize {
        let hashes = size
            .checked_shr(HEIGHT * u32::from(self.level))
            .unwrap_or(0);
        let before = self.index.saturating_mul(WIDTH as u64);
        usize::try_from(hashes.saturating_sub(before)).map_or(WIDTH, |left| left.min(WIDTH))
    }

    /// The path at which a log of this size serves this tile, with its width if it is partial; nothing if the tree
    /// has no such tile.
    #[must_use]
    pub fn path_at(&self, size: u64) -> Option<TilePath> {
        TilePath::tile(*self, self.width_at(size))
    }

    /// The tile that holds a subtree's hash, or those hashes that it is made of; and which of them.
    fn of(node: Node) -> (Self, std::ops::Range<usize>) {
        let within = node.height % HEIGHT;
        let first = node.index << within;
        let start = (first % WIDTH as u64) as usize;
        let tile = Self {
            // A tree has at most 64 heights.
            level: (node.height / HEIGHT) as u8,
            index: first / WIDTH as u64,
        };
        (tile, start..start + (1 << within))
    }
}

/// Why tiles don't give what is asked of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// A tile that is needed is not there.
    #[error("tile {}/{} is missing", .0.level, .0.index)]
    Missing(Tile),
    /// A tile has fewer or more hashes than it needs.
    #[error("tile {}/{} should have {expected} hashes, found {found} bytes", .tile.level, .tile.index)]
    WrongWidth {
        /// Which tile.
        tile: Tile,
        /// How many hashes are needed.
        expected: usize,
        /// How many bytes there are; a hash has 32.
        found: usize,
    },
    /// The last entry bundle is damaged or does not end where the tree ends.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// An entry of the last bundle does not hash to what the tile of leaf hashes holds.
    #[error("entry {index} does not hash to its leaf hash")]
    OtherEntry {
        /// The leaf's index.
        index: u64,
    },
    /// Indexes or sizes that no tree has.
    #[error(transparent)]
    Merkle(#[from] MerkleError),
}

/// Tiles that were loaded, each a prefix of the full tile: hashes of 32 bytes, one after the other. More than a
/// proof needs is fine, less is an error when it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tiles(BTreeMap<Tile, Vec<u8>>);

impl Tiles {
    /// No tiles.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Puts a tile in, in place of what was there.
    pub fn insert(&mut self, tile: Tile, hashes: Vec<u8>) {
        self.0.insert(tile, hashes);
    }

    /// The bytes of a tile.
    #[must_use]
    pub fn get(&self, tile: Tile) -> Option<&[u8]> {
        self.0.get(&tile).map(Vec::as_slice)
    }

    /// All tiles, by level and index.
    pub fn iter(&self) -> impl Iterator<Item = (Tile, &[u8])> {
        self.0
            .iter()
            .map(|(tile, hashes)| (*tile, hashes.as_slice()))
    }

    /// Puts in what an [`Appender`] changed.
    pub fn update(&mut self, appended: &Appended) {
        self.extend(appended.tiles.iter().cloned());
    }

    /// The hash of a perfect subtree.
    fn node(&self, node: Node) -> Result<Hash, TileError> {
        let (tile, hashes) = Tile::of(node);
        let bytes = self.get(tile).ok_or(TileError::Missing(tile))?;
        let wrong_width = TileError::WrongWidth {
            tile,
            expected: hashes.end,
            found: bytes.len(),
        };
        bytes
            .get(hashes.start * Hash::LENGTH..hashes.end * Hash::LENGTH)
            .and_then(perfect_root)
            .ok_or(wrong_width)
    }
}

impl Extend<(Tile, Vec<u8>)> for Tiles {
    fn extend<I: IntoIterator<Item = (Tile, Vec<u8>)>>(&mut self, tiles: I) {
        self.0.extend(tiles);
    }
}

impl FromIterator<(Tile, Vec<u8>)> for Tiles {
    fn from_iter<I: IntoIterator<Item = (Tile, Vec<u8>)>>(tiles: I) -> Self {
        Self(tiles.into_iter().collect())
    }
}

/// The hashes in a tile's bytes; nothing if the bytes are no whole number of hashes, or more than a tile has.
#[must_use]
pub fn hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (chunks, rest) = bytes.as_chunks::<{ Hash::LENGTH }>();
    (rest.is_empty() && chunks.len() <= WIDTH)
        .then(|| chunks.iter().copied().map(Hash::from_bytes).collect())
}

/// The root over a number of hashes that is a power of two.
fn perfect_root(bytes: &[u8]) -> Option<Hash> {
    let mut row = hashes(bytes).filter(|row| row.len().is_power_of_two())?;
    while row.len() > 1 {
        let (pairs, _) = row.as_chunks::<2>();
        row = pairs
            .iter()
            .map(|[left, right]| crate::node_hash(left, right))
            .collect();
    }
    row.first().copied()
}

/// Refuses sizes beyond [`MAX_SIZE`].
fn within_bounds(size: u64) -> Result<u64, TileError> {
    if size > MAX_SIZE {
        return Err(merkle::MerkleError::TooLarge(size).into());
    }
    Ok(size)
}
