//! Lines of an export in NDJSON: `type` first, one object a line.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_ledger::Hash;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{AuditQuery, LeafRange, LoggedLeaf};
use crate::store::StoreError;

/// A log that ended before this one began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FormerLog {
    pub(crate) origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checkpoint: Option<String>,
}

/// The first line.
#[derive(Debug, Serialize)]
#[serde(tag = "type")]
pub(crate) enum Header<'a> {
    /// Leaf after leaf, none left out; `left` and `right` are the compact ranges before and behind.
    #[serde(rename = "freigabe-log-export/v1")]
    Range {
        generation: u32,
        origin: &'a str,
        checkpoint: &'a str,
        range: [u64; 2],
        left: Vec<Hash>,
        right: Vec<Hash>,
        former: Vec<FormerLog>,
    },
    /// What matches, each with a proof.
    #[serde(rename = "freigabe-log-selection/v1")]
    Selection {
        generation: u32,
        origin: &'a str,
        checkpoint: &'a str,
        range: [u64; 2],
        query: &'a AuditQuery,
        hits: u64,
        former: Vec<FormerLog>,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    index: u64,
    leaf: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<&'a [Hash]>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "end")]
struct End {
    count: u64,
}

pub(crate) fn range_of(population: LeafRange) -> [u64; 2] {
    [population.from, population.until]
}

pub(crate) fn header(header: &Header<'_>) -> Result<Vec<u8>, StoreError> {
    line(header)
}

/// The line of a leaf, with its proof in a selection.
pub(crate) fn leaf(leaf: &LoggedLeaf, proof: Option<&[Hash]>) -> Result<Vec<u8>, StoreError> {
    let kept = leaf.kept.as_ref();
    line(&Line {
        index: leaf.index,
        leaf: STANDARD.encode(leaf.leaf.encode()),
        payload: kept.map(|kept| STANDARD.encode(&kept.event.payload)),
        salt: kept.map(|kept| STANDARD.encode(kept.salt.as_bytes())),
        columns: kept.map(|kept| &kept.columns),
        proof,
    })
}

pub(crate) fn end(count: u64) -> Result<Vec<u8>, StoreError> {
    line(&End { count })
}

fn line(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let mut line =
        serde_json::to_vec(value).map_err(|error| StoreError::Defect(error.to_string()))?;
    line.push(b'\n');
    Ok(line)
}
