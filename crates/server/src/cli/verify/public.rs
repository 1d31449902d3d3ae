//! The public log of a server: checkpoint, entries and tiles (C2SP tlog-tiles). The tree is computed anew from the entries.

use std::time::Duration;

use freigabe_client::{Client, Error as ClientError};
use freigabe_ledger::{
    Leaf, Note, TilePath, Tiles, bundle,
    export::{Fault, FaultKind},
    tile::{self, Appender},
    verify::{Setup, Verification},
};
use tokio::time::sleep;

use super::{Failure, Verified, file::bar};

/// How often a request is repeated that the server put off.
const PATIENCE: u32 = 20;
/// Longest that is waited at a time.
const LONGEST_WAIT: u64 = 60;
const WIDTH: u64 = tile::WIDTH as u64;

/// Verifies the public log of the server at this address.
pub(super) async fn verify(url: &str, setup: &Setup) -> Result<Verified, Failure> {
    let server = url.trim_end_matches('/').trim_end_matches("/log");
    let client = Client::anonymous(server)?;
    let published = async || match client.get_log_checkpoint().await {
        Err(ClientError::Api(refusal)) if refusal.status == 404 => Ok(None),
        published => published.map(Some),
    };
    let checkpoint = patiently(published).await?.ok_or_else(|| {
        Failure::new(format!(
            "{server} has published no checkpoint: a log that has just begun has one after some seconds (try again then), \
             one whose witnesses do not cosign has none, and an address that is not of Freigabe has no log"
        ))
    })?;
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::new(format!("{server}/log/checkpoint is no checkpoint: {error}"))
    };
    let note = Note::parse(&checkpoint).map_err(|error| unreadable(&error))?;
    let mut verification =
        Verification::begin_public(setup, &note).map_err(|error| unreadable(&error))?;
    let size = verification.checkpoint().size;
    let progress = bar(size, "{pos} of {len} leaves, {eta} left");
    let (mut at, mut edge) = (0, Tiles::new());
    while at < size {
        let (number, until) = (at / WIDTH, (at + WIDTH).min(size));
        let path = TilePath::entries_at(number, size).ok_or_else(defect)?;
        let bytes = patiently(async || client.get_log_tile(&path).await).await?;
        let leaves = match leaves(&bytes, until - at) {
            Ok(leaves) => leaves,
            Err(place) => {
                let fault = Fault {
                    pointer: format!("/{path}"),
                    kind: FaultKind::Unexpected,
                };
                verification.unreadable_entry(at + place, fault);
                break;
            }
        };
        let mut appender = Appender::new(at, &edge, &[]).map_err(|_| defect())?;
        for leaf in &leaves {
            appender.append(leaf);
            verification.accept_public(leaf);
        }
        let grown = appender.finish();
        for (tile, computed) in &grown.tiles {
            // Tiles that are still growing are compared when they have the width that the tree gives them.
            if computed.len() != tile.width_at(size) * freigabe_ledger::Hash::LENGTH {
                continue;
            }
            let path = tile.path_at(size).ok_or_else(defect)?;
            let served = patiently(async || client.get_log_tile(&path).await).await?;
            if served != *computed {
                verification.other_tile(path.to_string());
            }
        }
        edge.update(&grown);
        let kept = tile::tiles_for_append(until);
        edge = kept
            .into_iter()
            .filter_map(|tile| Some((tile, edge.get(tile)?.to_vec())))
            .collect();
        at = until;
        progress.set_position(at);
    }
    progress.finish_and_clear();
    Ok(Verified {
        report: verification.finish(),
        checkpoint,
    })
}

/// The leaves of a bundle, which must be so many; otherwise the place of the first that is none.
fn leaves(bytes: &[u8], expected: u64) -> Result<Vec<Leaf>, u64> {
    let entries = bundle::entries(bytes).map_err(|_| 0_u64)?;
    let mut leaves = Vec::with_capacity(entries.len());
    for (place, entry) in (0_u64..).zip(&entries) {
        leaves.push(Leaf::decode(entry).map_err(|_| place)?);
    }
    match u64::try_from(leaves.len()) {
        Ok(found) if found == expected => Ok(leaves),
        Ok(found) => Err(found.min(expected)),
        Err(_) => Err(0),
    }
}

/// Asks again when the server puts a request off: a whole log is many requests.
async fn patiently<T>(ask: impl AsyncFn() -> Result<T, ClientError>) -> Result<T, Failure> {
    let mut attempt = 0;
    loop {
        match ask().await {
            Err(ClientError::Api(refusal))
                if attempt < PATIENCE && matches!(refusal.status, 429 | 503) =>
            {
                let seconds = refusal.retry_after_seconds.unwrap_or(1);
                sleep(Duration::from_secs(seconds.clamp(1, LONGEST_WAIT))).await;
                attempt += 1;
            }
            outcome => return Ok(outcome?),
        }
    }
}

fn defect() -> Failure {
    Failure::new("the log is larger than any tree can be")
}
