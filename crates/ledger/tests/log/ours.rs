//! A verifier of a served log on top of this crate, as a third party would write it.

use freigabe_ledger::merkle::{CompactRange, verify_consistency};
use freigabe_ledger::note::NoteVerifier;
use freigabe_ledger::policy::Policy;
use freigabe_ledger::receipt::Receipt;
use freigabe_ledger::tile::{self, Tiles};
use freigabe_ledger::tlog_proof::TlogProof;
use freigabe_ledger::witness::AddCheckpoint;
use freigabe_ledger::{Checkpoint, CosignatureVerifier, Hash, Tile, TilePath, bundle, leaf_hash};

use crate::served::Served;

/// Why a log is not what it should be.
pub(crate) type Rejected = Box<dyn std::error::Error>;

/// Holds all that is served against each other.
pub(crate) fn verify(
    served: &Served,
    key: &NoteVerifier,
    witness: &CosignatureVerifier,
) -> Result<(), Rejected> {
    let policy = Policy::parse(format!("log {key}\nwitness w {witness}\nquorum w\n"))?;
    let checkpoint = |name: &str| -> Result<Checkpoint, Rejected> {
        let trusted = policy.verify(served.note(name)?)?;
        Ok(trusted.checkpoint.checkpoint().clone())
    };
    let tree = checkpoint("checkpoint")?;
    let leaves = leaves(served, tree.size)?;
    let mut range = CompactRange::new();
    leaves.iter().for_each(|hash| range.append(*hash));
    require(
        range.root() == Some(tree.root),
        "the entries have another root",
    )?;
    tiles(served, tree.size, &leaves)?;

    let proof = TlogProof::parse(&served.0["proof"])?;
    let index = usize::try_from(proof.index)?;
    proof.verify(*leaves.get(index).ok_or("no such entry")?, &policy)?;

    let old = checkpoint("old")?;
    let growth = AddCheckpoint::parse(&served.0["growth"])?;
    require(growth.old_size == old.size, "the growth begins elsewhere")?;
    let new = policy.verify(growth.note().clone())?;
    let new = new.checkpoint.checkpoint();
    verify_consistency(old.size, old.root, new.size, new.root, &growth.proof)?;

    let receipt = Receipt::open(&served.note("receipt")?, [key])?;
    require(
        leaves.contains(&receipt.leaf.leaf_hash()),
        "the receipt's leaf is not there",
    )
}

fn leaves(served: &Served, size: u64) -> Result<Vec<Hash>, Rejected> {
    let mut leaves = Vec::new();
    for index in 0..size.div_ceil(256) {
        let path = TilePath::entries_at(index, size).ok_or("no path")?;
        let bytes = served
            .0
            .get(&path.to_string())
            .ok_or("a bundle is missing")?;
        let entries = bundle::entries(bytes)?;
        require(entries.len() == path.width(), "a bundle has another width")?;
        leaves.extend(entries.into_iter().map(leaf_hash));
    }
    Ok(leaves)
}

/// Every hash of every tile, from the leaves below it.
fn tiles(served: &Served, size: u64, leaves: &[Hash]) -> Result<(), Rejected> {
    let mut tiles = Tiles::new();
    for level in 0..2 {
        let span = 256_usize.pow(u32::from(level));
        for (index, below) in (0..).zip(leaves.chunks(256 * span)) {
            let tile = Tile { level, index };
            let Some(path) = tile.path_at(size) else {
                break;
            };
            let bytes = served.0.get(&path.to_string()).ok_or("a tile is missing")?;
            let expected: Vec<Hash> = below.chunks_exact(span).filter_map(root).collect();
            require(
                tile::hashes(bytes) == Some(expected),
                "a tile has another hash",
            )?;
            tiles.insert(tile, bytes.clone());
        }
    }
    require(
        Some(tile::root(size, &tiles)?) == root(leaves),
        "the tiles have another root",
    )
}

fn root(leaves: &[Hash]) -> Option<Hash> {
    let mut range = CompactRange::new();
    leaves.iter().for_each(|hash| range.append(*hash));
    range.root()
}

fn require(holds: bool, otherwise: &str) -> Result<(), Rejected> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
