//! Paths of tiles and bundles.

use std::fmt;
use std::str::FromStr;

use super::{Tile, WIDTH};
use crate::text;

/// The highest level that a path may name.
const MAX_LEVEL: u64 = 63;

/// What a path below a log's prefix names: `tile/0/x001/x234/067`, `tile/entries/017.p/23`.
///
/// Indexes are written in groups of three digits, all but the last after an `x`. Each place has one path and no
/// other is read, so that what is cached under a path is cached once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TilePath {
    place: Place,
    // INVARIANT: from 1 to 256.
    width: u16,
}

/// Hashes or entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Hashes of the tree.
    Tile(Tile),
    /// The entry bundle with this index.
    Entries(u64),
}

impl TilePath {
    /// The path of a tile with this many hashes; nothing unless they are from 1 to 256 and the level is below 64.
    #[must_use]
    pub fn tile(tile: Tile, width: usize) -> Option<Self> {
        if u64::from(tile.level) > MAX_LEVEL {
            return None;
        }
        Self::new(Place::Tile(tile), width)
    }

    /// The path of a bundle with this many entries; nothing unless they are from 1 to 256.
    #[must_use]
    pub fn entries(bundle: u64, width: usize) -> Option<Self> {
        Self::new(Place::Entries(bundle), width)
    }

    /// The path of an entry bundle in a log of this size; nothing if the log has no such bundle.
    #[must_use]
    pub fn entries_at(bundle: u64, size: u64) -> Option<Self> {
        let leaf_hashes = Tile {
            level: 0,
            index: bundle,
        };
        Self::entries(bundle, leaf_hashes.width_at(size))
    }

    fn new(place: Place, width: usize) -> Option<Self> {
        let width = u16::try_from(width).ok()?;
        (1..=WIDTH as u16)
            .contains(&width)
            .then_some(Self { place, width })
    }

    /// What the path names.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// How many hashes or entries, from 1 to 256.
    #[must_use]
    pub fn width(&self) -> usize {
        usize::from(self.width)
    }

    /// Whether what it names is full and will never grow.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.width() == WIDTH
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = match self.place {
            Place::Tile(Tile { level, index }) => {
                write!(f, "tile/{level}/")?;
                index
            }
            Place::Entries(index) => {
                f.write_str("tile/entries/")?;
                index
            }
        };
        write_index(f, index)?;
        if !self.is_full() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

fn write_index(f: &mut fmt::Formatter<'_>, index: u64) -> fmt::Result {
    let groups = index.checked_ilog10().unwrap_or(0) / 3;
    for group in (1..=groups).rev() {
        write!(f, "x{:03}/", index / 1000_u64.pow(group) % 1000)?;
    }
    write!(f, "{:03}", index % 1000)
}

/// A text that is no path of a tile or of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a path of a tile or of an entry bundle")]
pub struct ParseTilePathError;

impl FromStr for TilePath {
    type Err = ParseTilePathError;

    /// Reads a path without a leading slash.
    fn from_str(path: &str) -> Result<Self, ParseTilePathError> {
        parse(path).ok_or(ParseTilePathError)
    }
}

fn parse(path: &str) -> Option<TilePath> {
    let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let (index, width) = match place.split_once(".p/") {
        Some((index, width)) => (index, text::decimal(width)?),
        None => (place, WIDTH as u64),
    };
    let partial = place.len() != index.len();
    let index = parse_index(index)?;
    let place = match level {
        "entries" => Place::Entries(index),
        level => Place::Tile(Tile {
            level: u8::try_from(text::decimal(level).filter(|level| *level <= MAX_LEVEL)?).ok()?,
            index,
        }),
    };
    let path = TilePath::new(place, usize::try_from(width).ok()?)?;
    // A full tile has no width in its path.
    (path.is_full() != partial).then_some(path)
}

fn parse_index(written: &str) -> Option<u64> {
    let mut groups = written.split('/').peekable();
    // No group of zeros stands in front.
    if written.starts_with("x000/") {
        return None;
    }
    let mut index = 0_u64;
    while let Some(group) = groups.next() {
        let digits = match groups.peek() {
            Some(_) => group.strip_prefix('x')?,
            None => group,
        };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(index)
}
