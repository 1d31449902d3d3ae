//! Events together with their leaves: for samples, exports and evidence.

use freigabe_ledger::{
    Hash, Leaf, Salt,
    export::{Kept, LeafLine, Line},
};

use super::{AuditQuery, ExportFormat, LeafRange, SampleSeed, StoredEvent};
use crate::{instant::Instant, store::Cursor};

/// An event as it is stored, with what its commitment needs.
#[derive(Debug, Clone)]
pub struct KeptEvent {
    /// The event.
    pub event: StoredEvent,
    /// What its commitment is salted with.
    pub salt: Salt,
    /// The columns that it is searched by, as they are stored.
    pub columns: serde_json::Map<String, serde_json::Value>,
}

/// A leaf of the log, and its event if that is still there.
#[derive(Debug, Clone)]
pub struct LoggedLeaf {
    /// Its index.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
    /// Its event.
    pub kept: Option<KeptEvent>,
}

/// What is left of an event beside its leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// The event is there.
    Open,
    /// Its year is over, and the event is gone.
    Expired,
    /// The event is gone before its year is over: an erasure of the log must name it, which a verifier checks.
    Gone,
}

impl LoggedLeaf {
    /// Its line in NDJSON; with its proof in a selection.
    #[must_use]
    pub fn line(&self, proof: Option<Vec<Hash>>) -> Vec<u8> {
        let kept = self.kept.as_ref().map(|kept| Kept {
            payload: kept.event.payload.clone(),
            salt: kept.salt.clone(),
            columns: kept.columns.clone(),
        });
        LeafLine {
            index: self.index,
            leaf: self.leaf,
            kept,
            proof,
        }
        .to_line()
    }

    /// What is left of the event at this moment.
    #[must_use]
    pub fn state(&self, now: Instant) -> EventState {
        match &self.kept {
            Some(_) => EventState::Open,
            None if self.leaf.expiry_year < now.year() => EventState::Expired,
            None => EventState::Gone,
        }
    }
}

/// Which leaves are wanted; by default all that are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedLeaves {
    /// From this index.
    pub from: Option<u64>,
    /// Until before this index.
    pub until: Option<u64>,
}

/// A random sample that is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleRequest {
    /// How many leaves.
    pub size: u64,
    /// Of which.
    pub leaves: WantedLeaves,
    /// With what; drawn if it is not given.
    pub seed: Option<SampleSeed>,
}

/// A random sample.
#[derive(Debug, Clone)]
pub struct Sample {
    /// What it was drawn with.
    pub seed: SampleSeed,
    /// What could be chosen.
    pub population: LeafRange,
    /// The published checkpoint: a signed note.
    pub checkpoint: String,
    /// What was chosen, in the order in which it was drawn.
    pub leaves: Vec<LoggedLeaf>,
    /// When it was drawn.
    pub at: Instant,
}

/// What an export is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportRequest {
    /// Leaves one after the other, none left out.
    Leaves(WantedLeaves),
    /// What matches.
    Matching(Box<AuditQuery>),
}

/// An export that is logged and may be read.
#[derive(Debug, Clone)]
pub struct ExportPlan {
    /// How it is written.
    pub format: ExportFormat,
    /// What it is of: fixed when it began, so that the whole export is one population.
    pub population: LeafRange,
    /// Size of the published checkpoint.
    pub size: u64,
    /// What must match; if none, every leaf of the population is in it.
    pub query: Option<AuditQuery>,
    /// How many records it has.
    pub records: u64,
    /// The first line of an export in NDJSON.
    pub header: Vec<u8>,
}

/// Where the next batch of an export begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportPosition {
    /// With this leaf.
    Leaf(u64),
    /// After this event; at the newest one if there is none.
    After(Option<Cursor>),
}

impl ExportPlan {
    /// Where the first batch begins.
    #[must_use]
    pub const fn begin(&self) -> ExportPosition {
        match self.query {
            None => ExportPosition::Leaf(self.population.from),
            Some(_) => ExportPosition::After(None),
        }
    }

    /// The last line of an export in NDJSON.
    #[must_use]
    pub fn end(records: u64) -> Vec<u8> {
        Line::end(records)
    }
}

/// A part of an export.
#[derive(Debug, Clone)]
pub struct ExportBatch {
    /// Its leaves, each with its line of NDJSON if that is the format.
    pub leaves: Vec<(LoggedLeaf, Option<Vec<u8>>)>,
    /// Where the next batch begins; none after the last one.
    pub next: Option<ExportPosition>,
}

/// Everything that proves one event, as files of a package.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What the package is called.
    pub name: String,
    /// Names and contents.
    pub files: Vec<(&'static str, Vec<u8>)>,
}
