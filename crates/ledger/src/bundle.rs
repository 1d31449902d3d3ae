//! Entry bundles of C2SP tlog-tiles: up to 256 entries, each after its length as two big-endian bytes.

use crate::tile::WIDTH;
use crate::{Leaf, LeafError};

/// Bytes that are not an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The bytes end within an entry or within its length.
    #[error("entry {entry} of the bundle is cut off")]
    CutOff {
        /// Which one, counted from 0 within the bundle.
        entry: usize,
    },
    /// More than 256 entries.
    #[error("a bundle has at most 256 entries")]
    TooMany,
    /// Another number of entries than the tree's size asks for.
    #[error("the bundle should have {expected} entries, found {found}")]
    WrongWidth {
        /// How many it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// An entry is longer than its length can say.
    #[error("an entry has at most 65,535 bytes")]
    EntryTooLong,
    /// An entry is not a leaf of this log.
    #[error("entry {entry} of the bundle is no leaf: {error}")]
    NoLeaf {
        /// Which one, counted from 0 within the bundle.
        entry: usize,
        /// Why.
        error: LeafError,
    },
}

/// The entries of a bundle, in order. Empty bytes have none.
///
/// # Errors
///
/// When the bytes are not exactly a sequence of at most 256 entries.
pub fn entries(bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        if found.len() == WIDTH {
            return Err(BundleError::TooMany);
        }
        let cut_off = BundleError::CutOff { entry: found.len() };
        let (length, after) = rest.split_first_chunk::<2>().ok_or(cut_off)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(cut_off)?;
        found.push(entry);
        rest = after;
    }
    Ok(found)
}

/// The leaves of a bundle of Freigabe's log, in order.
///
/// # Errors
///
/// When the bytes are no bundle or an entry is no [`Leaf`].
pub fn leaves(bytes: &[u8]) -> Result<Vec<Leaf>, BundleError> {
    let decode =
        |(entry, bytes)| Leaf::decode(bytes).map_err(|error| BundleError::NoLeaf { entry, error });
    entries(bytes)?
        .into_iter()
        .enumerate()
        .map(decode)
        .collect()
}

/// Adds an entry to the bytes of a bundle. Does not count the entries.
///
/// # Errors
///
/// When the entry has more than 65,535 bytes. Nothing is added then.
pub fn push(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let length = u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong)?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}
