//! What a transaction can do with the log's queue, tree and checkpoints.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use std::ops::Range;

use freigabe_ledger::{Commitment, tile::Tile};
use uuid::Uuid;

use super::StoreError;
use crate::{
    ids::EventId,
    instant::Instant,
    log::{Generation, LeafPlace, LogHead, LogLag, PendingLeaf, StoredCheckpoint},
};

/// The log: a queue of events, trees, and what was signed. Everybody reads the trees; the rest is the sequencer's.
pub trait LogStore<'tx> {
    /// How many events wait, counted up to `most`.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_pending(&mut self, most: u64) -> Result<u64, StoreError>;

    /// Takes the oldest waiting events out of the queue, at most `most`, oldest first. Only with the newest log's head held.
    ///
    /// # Errors
    /// When the store fails.
    async fn take_pending(&mut self, most: u16) -> Result<Vec<PendingLeaf>, StoreError>;

    /// Takes this one event out of the queue.
    ///
    /// # Errors
    /// When the store fails, or the event does not wait.
    async fn take_pending_event(&mut self, event: EventId) -> Result<PendingLeaf, StoreError>;

    /// Lets leaves wait that were taken out of a tree which nobody ever saw with them.
    ///
    /// # Errors
    /// When the store fails.
    async fn put_pending(&mut self, leaves: &[PendingLeaf]) -> Result<(), StoreError>;

    /// Whether a leaf with this commitment waits.
    ///
    /// # Errors
    /// When the store fails.
    async fn is_pending(&mut self, commitment: &Commitment) -> Result<bool, StoreError>;

    /// All logs, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn log_heads(&mut self) -> Result<Vec<LogHead>, StoreError>;

    /// The newest log, its row held alone until the end; none before the first event.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_log_head(&mut self) -> Result<Option<LogHead>, StoreError>;

    /// Begins a log.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else just did.
    async fn insert_log_head(&mut self, head: &LogHead) -> Result<(), StoreError>;

    /// Compare and swap: puts `to` in the place of `from`, which must still be what is stored.
    ///
    /// # Errors
    /// [`StoreError::Affected`] when it is not; then the whole transaction is to be given up.
    async fn advance_log_head(&mut self, from: &LogHead, to: &LogHead) -> Result<(), StoreError>;

    /// Those of these tiles that are stored.
    ///
    /// # Errors
    /// When the store fails.
    async fn log_tiles(
        &mut self,
        generation: Generation,
        tiles: &[Tile],
    ) -> Result<Vec<(Tile, Vec<u8>)>, StoreError>;

    /// Stores tiles, in place of shorter ones.
    ///
    /// # Errors
    /// When the store fails.
    async fn put_log_tiles(
        &mut self,
        generation: Generation,
        tiles: &[(Tile, Vec<u8>)],
    ) -> Result<(), StoreError>;

    /// The stored entry bundles with these indexes, in their order.
    ///
    /// # Errors
    /// When the store fails.
    async fn log_bundles(
        &mut self,
        generation: Generation,
        bundles: Range<u64>,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError>;

    /// Stores entry bundles, in place of shorter ones.
    ///
    /// # Errors
    /// When the store fails.
    async fn put_log_bundles(
        &mut self,
        generation: Generation,
        bundles: &[(u64, Vec<u8>)],
    ) -> Result<(), StoreError>;

    /// Notes where leaves stand: the first at this place, the others after it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of them, or one of the places, was noted before.
    async fn insert_log_leaves(
        &mut self,
        first: LeafPlace,
        commitments: &[Commitment],
    ) -> Result<(), StoreError>;

    /// The commitments noted for these places, in their order.
    ///
    /// # Errors
    /// When the store fails.
    async fn log_leaves(
        &mut self,
        generation: Generation,
        places: Range<u64>,
    ) -> Result<Vec<(u64, Commitment)>, StoreError>;

    /// Forgets where leaves stand, from this place on, that nobody ever saw there; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_log_leaves(&mut self, from: LeafPlace) -> Result<u64, StoreError>;

    /// Where the leaf with this commitment stands.
    ///
    /// # Errors
    /// When the store fails.
    async fn leaf_place(
        &mut self,
        commitment: &Commitment,
    ) -> Result<Option<LeafPlace>, StoreError>;

    /// Stores what was signed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else just signed a tree of that size.
    async fn insert_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError>;

    /// The newest signed checkpoint of a log.
    ///
    /// # Errors
    /// When the store fails.
    async fn signed_checkpoint(
        &mut self,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// The signed checkpoint of a log at this size.
    ///
    /// # Errors
    /// When the store fails.
    async fn checkpoint_at(
        &mut self,
        generation: Generation,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// The newest published checkpoint of a log.
    ///
    /// # Errors
    /// When the store fails.
    async fn published_checkpoint(
        &mut self,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// Stores a checkpoint's note with further signatures, and whether it is published. The head's row is held.
    ///
    /// # Errors
    /// When the store fails, or there is no such checkpoint.
    async fn update_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError>;

    /// How far the newest log is behind.
    ///
    /// # Errors
    /// When the store fails.
    async fn log_lag(&mut self) -> Result<LogLag, StoreError>;

    /// Takes, or keeps, the right to ask the witnesses for this log until `until`. False while somebody else has it.
    ///
    /// # Errors
    /// When the store fails.
    async fn lease_cosigning(
        &mut self,
        generation: Generation,
        holder: Uuid,
        now: Instant,
        until: Instant,
    ) -> Result<bool, StoreError>;
}
