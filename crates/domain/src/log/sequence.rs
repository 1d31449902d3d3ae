//! Waiting events enter the tree.

use freigabe_ledger::{
    Leaf,
    tile::{self, Appender, TileError, Tiles},
};
use time::Duration;

use super::{Generation, LeafPlace, LogFault, LogHead, LogRules, PendingLeaf, sign};
use crate::{
    audit::{self, Event, Operation},
    entropy::Entropy,
    error::Error,
    ids::EventId,
    store::{StoreError, Tx},
};

/// Events that enter the tree in one round, at most.
pub const BATCH: u16 = 4_096;

/// One round: the head's row is held, the oldest events leave the queue, their leaves enter the tree, and the head moves
/// on from exactly where it was. All of it or nothing.
pub(crate) async fn sequence<'tx, T: Tx<'tx>>(tx: &mut T, rules: &LogRules) -> Result<u64, Error> {
    let head = match tx.lock_log_head().await? {
        Some(head) => head,
        None => {
            let head = LogHead::empty(Generation::FIRST, rules.origin.clone());
            tx.insert_log_head(&head).await?;
            head
        }
    };
    expect_own(&head, rules)?;
    let pending = tx.take_pending(BATCH).await?;
    if pending.is_empty() {
        return Ok(0);
    }
    let leaves: Vec<Leaf> = pending.iter().map(|pending| pending.leaf).collect();
    let grown = add(tx, &head, &leaves).await?;
    Ok(grown.size.saturating_sub(head.size))
}

/// The next log, whose first leaf says where this one ended: at what was signed last, since nobody ever saw more.
pub(crate) async fn continue_as<'tx, T: Tx<'tx>>(
    tx: &mut T,
    entropy: &dyn Entropy,
    origin: &str,
) -> Result<LogHead, Error> {
    let old = tx.lock_log_head().await?;
    let old = old.ok_or(Error::InvalidState("there is no log yet to continue"))?;
    if tx
        .log_heads()
        .await?
        .iter()
        .any(|head| head.origin == origin)
    {
        return Err(Error::InvalidState("there is a log of this name already"));
    }
    let at = tx.now().await?;
    let last = tx.signed_checkpoint(old.generation).await?;
    let mut ended = LogHead::empty(old.generation, old.origin.clone());
    if let Some(last) = &last {
        (ended.size, ended.root) = (last.size, last.root);
    }
    let unseen = sign::leaves_since(tx, &old, ended.size, ended.root).await?;
    if !unseen.is_empty() {
        let from = LeafPlace {
            generation: old.generation,
            index: ended.size,
        };
        let forgotten = tx.forget_log_leaves(from).await?;
        if u64::try_from(unseen.len()) != Ok(forgotten) {
            return Err(LogFault::Place { index: ended.size }.into());
        }
        let mut waiting = Vec::with_capacity(unseen.len());
        for (number, leaf) in (0..).zip(unseen) {
            // Only their order matters in the queue.
            let at = at.plus(Duration::microseconds(number));
            let event = EventId::fresh(at, entropy)?;
            waiting.push(PendingLeaf { event, at, leaf });
        }
        tx.put_pending(&waiting).await?;
    }
    if old != ended {
        tx.advance_log_head(&old, &ended).await?;
    }
    let id = EventId::fresh(at, entropy)?;
    let event = Event::new(id, at, Operation::LogContinued);
    let event = event.continuing(&ended, last.map(|last| last.note));
    audit::append(tx, entropy, event).await?;
    let first = tx.take_pending_event(id).await?;
    let next = LogHead::empty(old.generation.next(), origin.to_owned());
    tx.insert_log_head(&next).await?;
    add(tx, &next, &[first.leaf]).await
}

/// Adds leaves to a log whose row is held.
async fn add<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    leaves: &[Leaf],
) -> Result<LogHead, Error> {
    let mut appender = edge(tx, head).await?;
    for leaf in leaves {
        appender.append(leaf);
    }
    let grown = appender.finish();
    tx.put_log_tiles(head.generation, &grown.tiles).await?;
    tx.put_log_bundles(head.generation, &grown.bundles).await?;
    let first = LeafPlace {
        generation: head.generation,
        index: head.size,
    };
    let commitments: Vec<_> = leaves.iter().map(|leaf| leaf.commitment).collect();
    tx.insert_log_leaves(first, &commitments).await?;
    let unpublished_since = match head.unpublished_since {
        Some(since) => Some(since),
        None => Some(tx.now().await?),
    };
    let to = LogHead {
        size: grown.size,
        root: grown.root,
        unpublished_since,
        ..head.clone()
    };
    tx.advance_log_head(head, &to).await?;
    Ok(to)
}

/// What the next leaf is added to, held against the head: nothing is built upon damaged ground.
async fn edge<'tx, T: Tx<'tx>>(tx: &mut T, head: &LogHead) -> Result<Appender, Error> {
    let tiles = load(tx, head, &tile::tiles_for_append(head.size)).await?;
    let bundle = last_bundle(tx, head, head.size).await?;
    let root = tile::root(head.size, &tiles).map_err(fault)?;
    if root != head.root {
        return Err(LogFault::Tree { size: head.size }.into());
    }
    Ok(Appender::new(head.size, &tiles, &bundle).map_err(fault)?)
}

/// The bytes of the bundle that a tree of this size has begun; none if its last is full.
pub(super) async fn last_bundle<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    size: u64,
) -> Result<Vec<u8>, Error> {
    let (index, begun) = (size / WIDTH, size % WIDTH);
    if begun == 0 {
        return Ok(Vec::new());
    }
    let found = tx
        .log_bundles(head.generation, index..index.saturating_add(1))
        .await?;
    match found.into_iter().next() {
        Some((_, bytes)) => Ok(bytes),
        None => Err(LogFault::Bundle { index }.into()),
    }
}

/// Leaves of a full bundle.
pub(super) const WIDTH: u64 = tile::WIDTH as u64;

pub(super) async fn load<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    tiles: &[tile::Tile],
) -> Result<Tiles, StoreError> {
    Ok(tx
        .log_tiles(head.generation, tiles)
        .await?
        .into_iter()
        .collect())
}

/// The settings are about the log that is here.
pub(super) fn expect_own(head: &LogHead, rules: &LogRules) -> Result<(), LogFault> {
    if head.origin == rules.origin {
        return Ok(());
    }
    Err(LogFault::OtherOrigin {
        stored: head.origin.clone(),
        configured: rules.origin.clone(),
    })
}

/// What a tile's or bundle's fault means.
pub(super) fn fault(error: TileError) -> LogFault {
    match error {
        TileError::Missing(tile) | TileError::WrongWidth { tile, .. } => LogFault::Tile {
            level: tile.level,
            index: tile.index,
        },
        TileError::OtherEntry { index } => LogFault::Bundle {
            index: index / WIDTH,
        },
        TileError::Bundle(_) => LogFault::Impossible("the last entry bundle is no bundle"),
        TileError::Merkle(_) => LogFault::Impossible("the head has a size that no tree has"),
    }
}
