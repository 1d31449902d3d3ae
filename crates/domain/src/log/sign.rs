//! The tree is signed, if everything about it is as it must be.

use freigabe_ledger::{
    Hash, Leaf, bundle,
    checkpoint::{Checkpoint, SignedCheckpoint},
    note::{Note, NoteSigner, Signature},
    tile::{self, Appended, Appender, Tile, Tiles},
};

use super::{
    Generation, LogError, LogFault, LogHead, LogRules, LogState, StoredCheckpoint, WitnessSaw,
    sequence::{WIDTH, expect_own, fault, last_bundle, load},
};
use crate::{error::Error, store::Tx};

/// Entry bundles that are recomputed in one go.
const BUNDLES: u64 = 64;

/// Signs the newest tree, if it has grown. Nothing is taken on trust: not the last checkpoint, not the tiles, not the
/// entries since then, nor that this database is the latest.
pub(crate) async fn sign<'tx, T: Tx<'tx>>(
    tx: &mut T,
    rules: &LogRules,
    state: &LogState,
    seen: &[WitnessSaw],
) -> Result<Option<StoredCheckpoint>, Error> {
    let Some(head) = tx.lock_log_head().await? else {
        return Ok(None);
    };
    expect_own(&head, rules)?;
    let last = tx.signed_checkpoint(head.generation).await?;
    if let Some(last) = &last {
        expect_signed(last, &head, rules)?;
        state.saw(last);
    }
    let (size, root) = last
        .as_ref()
        .map_or((0, Hash::EMPTY), |last| (last.size, last.root));
    recompute(tx, &head, size, root, |_| {}).await?;
    expect_not_rolled_back(tx, &head, rules, state, seen).await?;
    if head.size == size {
        return match last {
            Some(last) => sign_as_well(tx, rules, last).await,
            None => Ok(None),
        };
    }
    let checkpoint = Checkpoint {
        origin: head.origin.clone(),
        size: head.size,
        root: head.root,
    };
    let signers: Vec<&NoteSigner> = rules.signers.iter().collect();
    let signed = SignedCheckpoint::sign(&checkpoint, &signers)
        .map_err(|_| LogFault::Impossible("the log's keys don't sign for its name"))?;
    let signed_at = tx.now().await?;
    let published_at = rules.is_satisfied(signed.note()).then_some(signed_at);
    let stored = StoredCheckpoint {
        generation: head.generation,
        size: head.size,
        root: head.root,
        note: signed.note().to_string(),
        signed_at,
        published_at,
    };
    tx.insert_checkpoint(&stored).await?;
    if published_at.is_some() {
        let published = LogHead {
            unpublished_since: None,
            ..head.clone()
        };
        tx.advance_log_head(&head, &published).await?;
    }
    Ok(Some(stored))
}

/// Has a key that is new here sign the newest checkpoint beside those that did: a key that takes another's place is known by
/// what both signed, and a log may be silent for as long as that takes.
async fn sign_as_well<'tx, T: Tx<'tx>>(
    tx: &mut T,
    rules: &LogRules,
    last: StoredCheckpoint,
) -> Result<Option<StoredCheckpoint>, Error> {
    let broken = |_| LogFault::Checkpoint { size: last.size };
    let mut note = Note::parse(&last.note).map_err(broken)?;
    let mut missing = Vec::new();
    for signer in &rules.signers {
        if !signer.verifier().signed(&note).map_err(broken)? {
            missing.push(signer);
        }
    }
    if missing.is_empty() {
        return Ok(None);
    }
    let signed = Note::sign(note.text(), &missing).map_err(broken)?;
    for signature in signed.signatures() {
        note.add(signature.clone()).map_err(broken)?;
    }
    let stored = StoredCheckpoint {
        note: note.to_string(),
        ..last
    };
    tx.update_checkpoint(&stored).await?;
    Ok(Some(stored))
}

/// Notes witnesses' signatures under a checkpoint, and that it is published once they are enough.
pub(crate) async fn cosign<'tx, T: Tx<'tx>>(
    tx: &mut T,
    rules: &LogRules,
    generation: Generation,
    size: u64,
    signatures: &str,
) -> Result<StoredCheckpoint, Error> {
    let head = tx.lock_log_head().await?.ok_or(Error::NotFound)?;
    let found = tx.checkpoint_at(generation, size).await?;
    let mut checkpoint = found.ok_or(Error::NotFound)?;
    let broken = |_| LogFault::Checkpoint { size };
    let mut note = Note::parse(&checkpoint.note).map_err(broken)?;
    let signatures = Signature::parse_lines(signatures)
        .map_err(|_| Error::InvalidState("these are no signature lines"))?;
    let text = note.text().to_owned();
    for signature in signatures {
        if rules.is_cosignature(&text, &signature) {
            note.add(signature).map_err(broken)?;
        }
    }
    let printed = note.to_string();
    if printed == checkpoint.note {
        return Ok(checkpoint);
    }
    checkpoint.note = printed;
    let newly = checkpoint.published_at.is_none() && rules.is_satisfied(&note);
    if newly {
        checkpoint.published_at = Some(tx.now().await?);
    }
    tx.update_checkpoint(&checkpoint).await?;
    if newly && generation == head.generation {
        let newest = tx.published_checkpoint(generation).await?;
        if newest.is_some_and(|newest| newest.size == size) {
            // Whatever this one does not cover came after it was signed.
            let later = head.unpublished_since.max(Some(checkpoint.signed_at));
            let published = LogHead {
                unpublished_since: later.filter(|_| head.size > size),
                ..head.clone()
            };
            tx.advance_log_head(&head, &published).await?;
        }
    }
    Ok(checkpoint)
}

/// The leaves that a log has beyond those of a signed tree, after recomputing them.
pub(super) async fn leaves_since<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    size: u64,
    root: Hash,
) -> Result<Vec<Leaf>, Error> {
    let mut leaves = Vec::new();
    recompute(tx, head, size, root, |leaf| leaves.push(*leaf)).await?;
    Ok(leaves)
}

/// The row says what one of the log's keys signed.
fn expect_signed(
    last: &StoredCheckpoint,
    head: &LogHead,
    rules: &LogRules,
) -> Result<(), LogFault> {
    let fault = LogFault::Checkpoint { size: last.size };
    let Ok(note) = Note::parse(&last.note) else {
        return Err(fault);
    };
    let keys = rules.signers.iter().map(NoteSigner::verifier);
    let expected = Checkpoint {
        origin: head.origin.clone(),
        size: last.size,
        root: last.root,
    };
    match SignedCheckpoint::open(note, keys) {
        Ok(signed) if *signed.checkpoint() == expected && last.size <= head.size => Ok(()),
        _ => Err(fault),
    }
}

/// Neither this process nor a witness has seen what is not here.
async fn expect_not_rolled_back<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    rules: &LogRules,
    state: &LogState,
    seen: &[WitnessSaw],
) -> Result<(), Error> {
    if let Some(newest) = state.newest() {
        let this = "this process";
        if newest.generation > head.generation {
            return Err(LogFault::RolledBack {
                witness: this.to_owned(),
                seen: newest.size,
                size: head.size,
            }
            .into());
        }
        if newest.generation == head.generation {
            expect_seen(tx, head, this, newest.size, newest.root).await?;
        }
    }
    for WitnessSaw { witness, newest } in seen {
        if let Some((size, root)) = newest {
            expect_seen(tx, head, witness, *size, *root).await?;
        }
    }
    if !state.is_vouched() {
        let answered = seen.iter().map(|saw| saw.witness.as_str());
        if !rules.is_quorum(answered) {
            return Err(LogError::WitnessesSilent.into());
        }
        state.vouch();
    }
    Ok(())
}

async fn expect_seen<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    witness: &str,
    seen: u64,
    root: Hash,
) -> Result<(), Error> {
    if seen > head.size {
        return Err(LogFault::RolledBack {
            witness: witness.to_owned(),
            seen,
            size: head.size,
        }
        .into());
    }
    let tiles = load(tx, head, &tile::tiles_for_root(seen)).await?;
    if tile::root(seen, &tiles).map_err(fault)? == root {
        return Ok(());
    }
    Err(LogFault::Forked {
        witness: witness.to_owned(),
        seen,
    }
    .into())
}

/// Computes the tree anew from the entries that were added since it had `size` leaves, and compares everything that is
/// stored of it: entries, places, tiles, head. Bounded memory, whatever was added.
async fn recompute<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    size: u64,
    root: Hash,
    mut each: impl FnMut(&Leaf),
) -> Result<(), Error> {
    let mut edge = Tiles::new();
    for (tile, mut bytes) in tx
        .log_tiles(head.generation, &tile::tiles_for_append(size))
        .await?
    {
        // Stored as they are now; they were shorter then.
        bytes.truncate(tile.width_at(size) * Hash::LENGTH);
        edge.insert(tile, bytes);
    }
    if tile::root(size, &edge).map_err(fault)? != root {
        return Err(LogFault::NotContinued { size }.into());
    }
    let begun = last_bundle(tx, head, size).await?;
    let begun = first_entries(&begun, size % WIDTH).ok_or(LogFault::Bundle {
        index: size / WIDTH,
    })?;
    let mut appender = Appender::new(size, &edge, &begun).map_err(fault)?;
    let (mut at, mut reached) = (size, root);
    while at < head.size {
        let until = (at / WIDTH + BUNDLES).saturating_mul(WIDTH).min(head.size);
        let leaves = stored_leaves(tx, head.generation, at, until).await?;
        for leaf in &leaves {
            appender.append(leaf);
            each(leaf);
        }
        let grown = appender.finish();
        expect_stored(tx, head, &grown).await?;
        edge.update(&grown);
        let kept = tile::tiles_for_append(until);
        edge = kept
            .into_iter()
            .filter_map(|tile| Some((tile, edge.get(tile)?.to_vec())))
            .collect();
        let begun = grown
            .bundles
            .last()
            .filter(|_| !until.is_multiple_of(WIDTH));
        let begun = begun.map_or(&[][..], |(_, bytes)| bytes.as_slice());
        appender = Appender::new(until, &edge, begun).map_err(fault)?;
        (at, reached) = (until, grown.root);
    }
    if reached != head.root {
        return Err(LogFault::Tree { size: head.size }.into());
    }
    Ok(())
}

/// The leaves `at..until` from their bundles, each of which must stand where its place is noted.
pub(crate) async fn stored_leaves<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Generation,
    at: u64,
    until: u64,
) -> Result<Vec<Leaf>, Error> {
    let bundles = tx
        .log_bundles(generation, at / WIDTH..until.div_ceil(WIDTH))
        .await?;
    let mut places = tx.log_leaves(generation, at..until).await?.into_iter();
    let mut leaves = Vec::new();
    let mut next = at;
    for (index, bytes) in bundles {
        let broken = LogFault::Bundle { index };
        let stored = bundle::leaves(&bytes).map_err(|_| broken.clone())?;
        let first = index.saturating_mul(WIDTH);
        for (place, leaf) in (first..).zip(stored) {
            if place < at || place >= until {
                continue;
            }
            if place != next {
                return Err(broken.into());
            }
            if places.next() != Some((place, leaf.commitment)) {
                return Err(LogFault::Place { index: place }.into());
            }
            leaves.push(leaf);
            next = next.saturating_add(1);
        }
    }
    if next != until {
        return Err(LogFault::Bundle {
            index: next / WIDTH,
        }
        .into());
    }
    Ok(leaves)
}

/// What was computed is what is stored; in the middle of the tree what is stored may go on.
async fn expect_stored<'tx, T: Tx<'tx>>(
    tx: &mut T,
    head: &LogHead,
    grown: &Appended,
) -> Result<(), Error> {
    let keys: Vec<Tile> = grown.tiles.iter().map(|(tile, _)| *tile).collect();
    let stored = load(tx, head, &keys).await?;
    let is_end = grown.size == head.size;
    for (tile, computed) in &grown.tiles {
        let same = stored.get(*tile).is_some_and(|bytes| {
            bytes.starts_with(computed) && (!is_end || bytes.len() == computed.len())
        });
        if !same {
            return Err(LogFault::Tile {
                level: tile.level,
                index: tile.index,
            }
            .into());
        }
    }
    Ok(())
}

/// The first entries of a bundle, as bytes.
pub(super) fn first_entries(bytes: &[u8], entries: u64) -> Option<Vec<u8>> {
    let mut first = Vec::new();
    let all = bundle::entries(bytes).ok()?;
    for entry in all.get(..usize::try_from(entries).ok()?)? {
        bundle::push(&mut first, entry).ok()?;
    }
    Some(first)
}
