//! The evidence of one event, as files that need no program of ours to be checked.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_ledger::{Note, Policy, TlogProof};

use super::{Evidence, LoggedLeaf};
use crate::{
    error::Error,
    log::{Hash, LogRules, StoredCheckpoint},
    store::StoreError,
};

/// Puts the files together. Of an event that is gone there are the erasures that took it, as lines of an export.
pub(crate) fn evidence(
    rules: &LogRules,
    leaf: &LoggedLeaf,
    published: &StoredCheckpoint,
    hashes: Vec<Hash>,
    erasures: &[Vec<u8>],
) -> Result<Evidence, Error> {
    let defect = |error: &dyn std::fmt::Display| StoreError::Defect(error.to_string());
    let proof = TlogProof {
        extra: None,
        index: leaf.index,
        hashes,
        checkpoint: Note::parse(&published.note).map_err(|error| defect(&error))?,
    };
    let keys = rules.signers.iter().map(|signer| signer.verifier().clone());
    let policy = match &rules.policy {
        Some(policy) => policy.to_string(),
        None => Policy::without_witnesses(keys.clone())
            .map_err(|error| defect(&error))?
            .to_string(),
    };
    let mut vkeys = String::new();
    for key in keys {
        vkeys.push_str(&format!("{key}\n"));
    }
    for witness in rules.policy.iter().flat_map(Policy::witnesses) {
        vkeys.push_str(&format!("{}\n", witness.verifier));
    }
    let line = |bytes: &[u8]| format!("{}\n", STANDARD.encode(bytes)).into_bytes();
    // By its identifier, or where that went with it by its place.
    let of = match &leaf.kept {
        Some(kept) => kept.event.id.to_string(),
        None => format!("leaf-{}", leaf.index),
    };
    let name = format!("freigabe-evidence-{of}.zip");
    let readme = README.replace(PACKAGE, &name);
    let mut files = Vec::new();
    match &leaf.kept {
        Some(kept) => files.extend([
            ("event.json", kept.event.payload.clone()),
            ("salt", line(kept.salt.as_bytes())),
        ]),
        None => files.push(("erasures.ndjson", erasures.concat())),
    }
    files.extend([
        ("leaf", line(&leaf.leaf.encode())),
        ("proof.tlog-proof", proof.to_string().into_bytes()),
        ("policy.txt", policy.into_bytes()),
        ("keys.txt", vkeys.into_bytes()),
        ("README.md", readme.into_bytes()),
    ]);
    Ok(Evidence { name, files })
}

const README: &str = include_str!("evidence.md");
/// What stands in the text for the package's name.
const PACKAGE: &str = "PACKAGE.zip";
