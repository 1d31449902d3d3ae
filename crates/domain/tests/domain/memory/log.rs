//! What the domain asks of a transaction about the log's tree.

use std::{collections::BTreeMap, ops::Range};

use freigabe_domain::{
    ids::EventId,
    instant::Instant,
    log::{Generation, LeafPlace, LogHead, LogLag, PendingLeaf, StoredCheckpoint},
    store::{LogStore, StoreError},
};
use freigabe_ledger::{Commitment, tile::Tile};
use uuid::Uuid;

use super::{MemoryTx, scope::SEQUENCER};

/// What is stored of the log besides its events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) pending: BTreeMap<(Instant, EventId), PendingLeaf>,
    pub(crate) heads: BTreeMap<Generation, LogHead>,
    pub(crate) tiles: BTreeMap<(Generation, Tile), Vec<u8>>,
    pub(crate) bundles: BTreeMap<(Generation, u64), Vec<u8>>,
    pub(crate) leaves: BTreeMap<LeafPlace, Commitment>,
    pub(crate) checkpoints: BTreeMap<(Generation, u64), StoredCheckpoint>,
    lease: Option<(Uuid, Instant)>,
}

impl MemoryTx<'_> {
    fn tree(&mut self, what: &str) -> Result<&mut Tree, StoreError> {
        self.only(SEQUENCER, what)?;
        Ok(&mut self.writable()?.tree)
    }
}

impl<'tx> LogStore<'tx> for MemoryTx<'tx> {
    async fn count_pending(&mut self, most: u64) -> Result<u64, StoreError> {
        self.only(SEQUENCER, "count_pending")?;
        Ok((self.state.tree.pending.len() as u64).min(most))
    }

    async fn take_pending(&mut self, most: u16) -> Result<Vec<PendingLeaf>, StoreError> {
        let pending = &mut self.tree("take_pending")?.pending;
        let taken = (0..most).map_while(|_| pending.pop_first().map(|(_, leaf)| leaf));
        Ok(taken.collect())
    }

    async fn take_pending_event(&mut self, event: EventId) -> Result<PendingLeaf, StoreError> {
        let pending = &mut self.tree("take_pending_event")?.pending;
        let key = pending.keys().copied().find(|(_, id)| *id == event);
        let taken = key.and_then(|key| pending.remove(&key));
        taken.ok_or(StoreError::Affected {
            operation: "take a waiting event",
            affected: 0,
        })
    }

    async fn put_pending(&mut self, leaves: &[PendingLeaf]) -> Result<(), StoreError> {
        let pending = &mut self.tree("put_pending")?.pending;
        pending.extend(leaves.iter().map(|leaf| ((leaf.at, leaf.event), *leaf)));
        Ok(())
    }

    async fn is_pending(&mut self, commitment: &Commitment) -> Result<bool, StoreError> {
        self.only(SEQUENCER, "is_pending")?;
        let mut pending = self.state.tree.pending.values();
        Ok(pending.any(|pending| pending.leaf.commitment == *commitment))
    }

    async fn log_heads(&mut self) -> Result<Vec<LogHead>, StoreError> {
        Ok(self.state.tree.heads.values().cloned().collect())
    }

    async fn lock_log_head(&mut self) -> Result<Option<LogHead>, StoreError> {
        self.only(SEQUENCER, "lock_log_head")?;
        Ok(self.state.tree.heads.values().last().cloned())
    }

    async fn insert_log_head(&mut self, head: &LogHead) -> Result<(), StoreError> {
        let heads = &mut self.tree("insert_log_head")?.heads;
        match heads.insert(head.generation, head.clone()) {
            None => Ok(()),
            Some(_) => Err(StoreError::Conflict),
        }
    }

    async fn advance_log_head(&mut self, from: &LogHead, to: &LogHead) -> Result<(), StoreError> {
        let heads = &mut self.tree("advance_log_head")?.heads;
        let stored = heads.get_mut(&from.generation);
        match stored.filter(|stored| *stored == from) {
            Some(stored) => {
                *stored = to.clone();
                Ok(())
            }
            None => Err(StoreError::Affected {
                operation: "advance the log's head",
                affected: 0,
            }),
        }
    }

    async fn log_tiles(
        &mut self,
        generation: Generation,
        tiles: &[Tile],
    ) -> Result<Vec<(Tile, Vec<u8>)>, StoreError> {
        let stored = &self.state.tree.tiles;
        let found = tiles
            .iter()
            .filter_map(|tile| Some((*tile, stored.get(&(generation, *tile))?.clone())));
        Ok(found.collect())
    }

    async fn put_log_tiles(
        &mut self,
        generation: Generation,
        tiles: &[(Tile, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let stored = &mut self.tree("put_log_tiles")?.tiles;
        let new = tiles.iter().cloned();
        stored.extend(new.map(|(tile, bytes)| ((generation, tile), bytes)));
        Ok(())
    }

    async fn log_bundles(
        &mut self,
        generation: Generation,
        bundles: Range<u64>,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let wanted = (generation, bundles.start)..(generation, bundles.end);
        let found = self.state.tree.bundles.range(wanted);
        Ok(found
            .map(|((_, index), bytes)| (*index, bytes.clone()))
            .collect())
    }

    async fn put_log_bundles(
        &mut self,
        generation: Generation,
        bundles: &[(u64, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let stored = &mut self.tree("put_log_bundles")?.bundles;
        let new = bundles.iter().cloned();
        stored.extend(new.map(|(index, bytes)| ((generation, index), bytes)));
        Ok(())
    }

    async fn insert_log_leaves(
        &mut self,
        first: LeafPlace,
        commitments: &[Commitment],
    ) -> Result<(), StoreError> {
        let leaves = &mut self.tree("insert_log_leaves")?.leaves;
        for (index, commitment) in (first.index..).zip(commitments) {
            let place = LeafPlace { index, ..first };
            let known = leaves.values().any(|known| known == commitment);
            if known || leaves.insert(place, *commitment).is_some() {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    async fn log_leaves(
        &mut self,
        generation: Generation,
        places: Range<u64>,
    ) -> Result<Vec<(u64, Commitment)>, StoreError> {
        let place = |index| LeafPlace { generation, index };
        let wanted = place(places.start)..place(places.end);
        let found = self.state.tree.leaves.range(wanted);
        Ok(found
            .map(|(place, commitment)| (place.index, *commitment))
            .collect())
    }

    async fn forget_log_leaves(&mut self, from: LeafPlace) -> Result<u64, StoreError> {
        let leaves = &mut self.tree("forget_log_leaves")?.leaves;
        let before = leaves.len();
        leaves.retain(|place, _| place.generation != from.generation || *place < from);
        Ok((before - leaves.len()) as u64)
    }

    async fn leaf_place(
        &mut self,
        commitment: &Commitment,
    ) -> Result<Option<LeafPlace>, StoreError> {
        let mut leaves = self.state.tree.leaves.iter();
        let found = leaves.find(|(_, known)| *known == commitment);
        Ok(found.map(|(place, _)| *place))
    }

    async fn insert_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        let key = (checkpoint.generation, checkpoint.size);
        let checkpoints = &mut self.tree("insert_checkpoint")?.checkpoints;
        match checkpoints.insert(key, checkpoint.clone()) {
            None => Ok(()),
            Some(_) => Err(StoreError::Conflict),
        }
    }

    async fn signed_checkpoint(
        &mut self,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let of = |checkpoint: &&StoredCheckpoint| checkpoint.generation == generation;
        let mut checkpoints = self.state.tree.checkpoints.values();
        Ok(checkpoints.rfind(of).cloned())
    }

    async fn checkpoint_at(
        &mut self,
        generation: Generation,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let checkpoints = &self.state.tree.checkpoints;
        Ok(checkpoints.get(&(generation, size)).cloned())
    }

    async fn published_checkpoint(
        &mut self,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let published = |checkpoint: &&StoredCheckpoint| {
            checkpoint.generation == generation && checkpoint.published_at.is_some()
        };
        let mut checkpoints = self.state.tree.checkpoints.values();
        Ok(checkpoints.rfind(published).cloned())
    }

    async fn update_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        let key = (checkpoint.generation, checkpoint.size);
        let checkpoints = &mut self.tree("update_checkpoint")?.checkpoints;
        match checkpoints.get_mut(&key) {
            Some(stored) => {
                *stored = checkpoint.clone();
                Ok(())
            }
            None => Err(StoreError::Affected {
                operation: "note a checkpoint's signatures",
                affected: 0,
            }),
        }
    }

    async fn log_lag(&mut self) -> Result<LogLag, StoreError> {
        let tree = &self.state.tree;
        Ok(LogLag {
            unpublished_since: tree
                .heads
                .values()
                .last()
                .and_then(|head| head.unpublished_since),
            oldest_pending: tree.pending.keys().next().map(|(at, _)| *at),
        })
    }

    async fn lease_cosigning(
        &mut self,
        _generation: Generation,
        holder: Uuid,
        now: Instant,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let lease = &mut self.tree("lease_cosigning")?.lease;
        let taken = lease.is_some_and(|(other, end)| other != holder && end > now);
        if !taken {
            *lease = Some((holder, until));
        }
        Ok(!taken)
    }
}
