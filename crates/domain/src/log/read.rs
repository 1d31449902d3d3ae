//! The public part of the log.

use freigabe_ledger::{
    Commitment, Hash,
    tile::{self, Tile, Tiles},
};

use super::{
    Generation, LeafProof, LeafState, LogFault, StoredCheckpoint,
    sequence::{WIDTH, fault},
};
use crate::{error::Error, store::Tx};

/// A log's newest published checkpoint; a former log ends with what was signed last.
pub(crate) async fn published<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Option<Generation>,
) -> Result<Option<StoredCheckpoint>, Error> {
    let Some(newest) = tx.log_heads().await?.pop() else {
        return Ok(None);
    };
    let generation = generation.unwrap_or(newest.generation);
    if generation == newest.generation {
        Ok(tx.published_checkpoint(generation).await?)
    } else {
        Ok(tx.signed_checkpoint(generation).await?)
    }
}

pub(crate) async fn tile<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Option<Generation>,
    tile: Tile,
    width: usize,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(published) = published(tx, generation).await? else {
        return Ok(None);
    };
    if width == 0 || width > tile.width_at(published.size) {
        return Ok(None);
    }
    let found = tx.log_tiles(published.generation, &[tile]).await?;
    let length = width.saturating_mul(Hash::LENGTH);
    let whole = found.into_iter().next().map(|(_, bytes)| bytes);
    match whole.filter(|bytes| bytes.len() >= length) {
        Some(mut bytes) => {
            bytes.truncate(length);
            Ok(Some(bytes))
        }
        None => Err(LogFault::Tile {
            level: tile.level,
            index: tile.index,
        }
        .into()),
    }
}

pub(crate) async fn bundle<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Option<Generation>,
    index: u64,
    width: usize,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(published) = published(tx, generation).await? else {
        return Ok(None);
    };
    let there = Tile { level: 0, index }.width_at(published.size);
    if width == 0 || width > there {
        return Ok(None);
    }
    let range = index..index.saturating_add(1);
    let found = tx.log_bundles(published.generation, range).await?;
    let bytes = found.into_iter().next().map(|(_, bytes)| bytes);
    let entries = u64::try_from(width).unwrap_or(WIDTH);
    let first = bytes.and_then(|bytes| super::sign::first_entries(&bytes, entries));
    match first {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(LogFault::Bundle { index }.into()),
    }
}

pub(crate) async fn consistency<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Generation,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, Error> {
    let needed = tile::tiles_for_consistency(old, new);
    let tiles: Tiles = tx
        .log_tiles(generation, &needed)
        .await?
        .into_iter()
        .collect();
    Ok(tile::consistency_proof(old, new, &tiles).map_err(fault)?)
}

/// Whether a published checkpoint covers the leaf with this commitment.
pub(crate) async fn is_published<'tx, T: Tx<'tx>>(
    tx: &mut T,
    commitment: &Commitment,
) -> Result<bool, Error> {
    let Some(place) = tx.leaf_place(commitment).await? else {
        return Ok(false);
    };
    let published = published(tx, Some(place.generation)).await?;
    Ok(published.is_some_and(|published| place.index < published.size))
}

pub(crate) async fn leaf_state<'tx, T: Tx<'tx>>(
    tx: &mut T,
    commitment: &Commitment,
) -> Result<LeafState, Error> {
    let Some(place) = tx.leaf_place(commitment).await? else {
        return Ok(if tx.is_pending(commitment).await? {
            LeafState::Pending
        } else {
            LeafState::Unknown
        });
    };
    let published = published(tx, Some(place.generation)).await?;
    let Some(checkpoint) = published.filter(|published| place.index < published.size) else {
        return Ok(LeafState::Pending);
    };
    let needed = tile::tiles_for_inclusion(place.index, checkpoint.size);
    let tiles = tx.log_tiles(place.generation, &needed).await?;
    let tiles: Tiles = tiles.into_iter().collect();
    let proof = tile::inclusion_proof(place.index, checkpoint.size, &tiles).map_err(fault)?;
    Ok(LeafState::Included(Box::new(LeafProof {
        place,
        checkpoint,
        proof,
    })))
}
