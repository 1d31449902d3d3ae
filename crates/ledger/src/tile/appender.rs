//! Growing the tree.

use std::collections::BTreeMap;

use super::{Tile, TileError, Tiles, WIDTH, perfect_root, within_bounds};
use crate::bundle::{self, BundleError};
use crate::merkle::CompactRange;
use crate::{Hash, Leaf, leaf_hash};

/// The partial tiles at the right edge of a tree of this size, which an [`Appender`] goes on from.
#[must_use]
pub fn tiles_for_append(size: u64) -> Vec<Tile> {
    (0..8)
        .filter_map(|level| {
            let hashes = size >> (8 * u32::from(level));
            let index = hashes / WIDTH as u64;
            (!hashes.is_multiple_of(WIDTH as u64)).then_some(Tile { level, index })
        })
        .collect()
}

/// Adds leaves to a tree, given only its right edge.
#[derive(Debug, Clone)]
pub struct Appender {
    range: CompactRange,
    /// Bytes of the partial tile at each level, possibly none.
    edge: Vec<Vec<u8>>,
    /// Bytes of the partial bundle, possibly none.
    bundle: Vec<u8>,
    tiles: BTreeMap<Tile, Vec<u8>>,
    bundles: BTreeMap<u64, Vec<u8>>,
    /// The highest level that was touched, one more; 0 while nothing was added.
    touched: usize,
}

/// What adding leaves changed, for storing all of it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// How many leaves the tree has now.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Tiles that are new or grew, whole.
    pub tiles: Vec<(Tile, Vec<u8>)>,
    /// Entry bundles that are new or grew, with their indexes, whole.
    pub bundles: Vec<(u64, Vec<u8>)>,
}

impl Appender {
    /// Goes on from a tree of this size: `tiles` holds at least [`tiles_for_append`], `last_bundle` is the partial
    /// entry bundle, empty if the size is a multiple of 256.
    ///
    /// # Errors
    ///
    /// When a tile is missing or does not end exactly where the tree ends, or when the bundle does not hold exactly
    /// the entries of the last leaf hashes: nothing is built upon damaged ground.
    pub fn new(size: u64, tiles: &Tiles, last_bundle: &[u8]) -> Result<Self, TileError> {
        let mut edge = vec![Vec::new(); 8];
        for tile in tiles_for_append(within_bounds(size)?) {
            let bytes = tiles.get(tile).ok_or(TileError::Missing(tile))?;
            let expected = tile.width_at(size);
            if bytes.len() != expected * Hash::LENGTH {
                return Err(TileError::WrongWidth {
                    tile,
                    expected,
                    found: bytes.len(),
                });
            }
            if let Some(partial) = edge.get_mut(usize::from(tile.level)) {
                *partial = bytes.to_vec();
            }
        }
        let leaf_hashes = edge.first().map_or(&[][..], Vec::as_slice);
        expect_entries(size, leaf_hashes, last_bundle)?;
        Ok(Self {
            range: super::range_hash(0..size, tiles)?,
            edge,
            bundle: last_bundle.to_vec(),
            tiles: BTreeMap::new(),
            bundles: BTreeMap::new(),
            touched: 0,
        })
    }

    /// The number of leaves so far, which is the index of the next one.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.range.end()
    }

    /// Adds a leaf and returns its index.
    pub fn append(&mut self, leaf: &Leaf) -> u64 {
        let entry = leaf.encode();
        self.bundle
            .extend_from_slice(&(Leaf::LENGTH as u16).to_be_bytes());
        self.bundle.extend_from_slice(&entry);
        self.entry_was_added(&entry)
    }

    /// Adds any entry and returns its index.
    ///
    /// # Errors
    ///
    /// When it has more than 65,535 bytes.
    pub fn append_entry(&mut self, entry: &[u8]) -> Result<u64, BundleError> {
        bundle::push(&mut self.bundle, entry)?;
        Ok(self.entry_was_added(entry))
    }

    /// The tree as it is now, and all that differs from what it was at first.
    #[must_use]
    pub fn finish(mut self) -> Appended {
        let size = self.size();
        let levels = self.edge.into_iter().zip(0_u8..).take(self.touched);
        for (partial, level) in levels.filter(|(partial, _)| !partial.is_empty()) {
            let index = (size >> (8 * u32::from(level))) / WIDTH as u64;
            self.tiles.insert(Tile { level, index }, partial);
        }
        if self.touched > 0 && !self.bundle.is_empty() {
            self.bundles.insert(size / WIDTH as u64, self.bundle);
        }
        Appended {
            size,
            // The range begins at 0.
            root: self.range.root().unwrap_or(Hash::EMPTY),
            tiles: self.tiles.into_iter().collect(),
            bundles: self.bundles.into_iter().collect(),
        }
    }

    fn entry_was_added(&mut self, entry: &[u8]) -> u64 {
        let index = self.size();
        let mut hash = leaf_hash(entry);
        self.range.append(hash);
        let mut hashes = self.size();
        if hashes.is_multiple_of(WIDTH as u64) {
            self.bundles
                .insert(index / WIDTH as u64, std::mem::take(&mut self.bundle));
        }
        // A tile that became full adds its root to the level above.
        for (level, partial) in (0_u8..).zip(&mut self.edge) {
            partial.extend_from_slice(hash.as_bytes());
            self.touched = self.touched.max(usize::from(level) + 1);
            if partial.len() < WIDTH * Hash::LENGTH {
                break;
            }
            let full = std::mem::take(partial);
            let Some(root) = perfect_root(&full) else {
                break;
            };
            hash = root;
            hashes /= WIDTH as u64;
            let index = hashes - 1;
            self.tiles.insert(Tile { level, index }, full);
        }
        index
    }
}

/// Holds the last bundle against the last leaf hashes.
fn expect_entries(size: u64, leaf_hashes: &[u8], last_bundle: &[u8]) -> Result<(), TileError> {
    let (hashes, _) = leaf_hashes.as_chunks::<{ Hash::LENGTH }>();
    let entries = bundle::entries(last_bundle)?;
    if entries.len() != hashes.len() {
        return Err(BundleError::WrongWidth {
            expected: hashes.len(),
            found: entries.len(),
        }
        .into());
    }
    let first = size - hashes.len() as u64;
    for ((entry, hash), index) in entries.into_iter().zip(hashes).zip(first..) {
        if leaf_hash(entry).as_bytes() != hash {
            return Err(TileError::OtherEntry { index });
        }
    }
    Ok(())
}
