//! What erased events may have left in the files of the database.

use freigabe_ledger::Commitment;

/// An erasure that is done, and after which the files were not cleaned yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedErasure {
    /// The event that announced it.
    pub intent: Commitment,
    /// The event that reports it.
    pub report: Commitment,
    /// What it left.
    pub traces: Traces,
}

/// What of the files that the database keeps is to be cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traces {
    /// Expiry years of events that were deleted one by one.
    pub years: Vec<u16>,
    /// Whether cases were deleted.
    pub cases: bool,
}

/// Why traces of what was erased may still be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraceLeft {
    /// Somebody was reading all the time, and the write-ahead log could not be emptied.
    #[error(
        "the write-ahead log could not be emptied because it was being read all the time: clean up again later"
    )]
    Reader,
    /// Somebody who began to read before the erasure had not ended, and may still see what was erased.
    #[error(
        "a transaction that began before the erasure was open all the time, and what it may still see was kept: clean up again later"
    )]
    Snapshot,
    /// A table was in use all the time.
    #[error("{0} was in use all the time and was not written anew: clean up again later")]
    InUse(String),
    /// The login lacks a right.
    #[error("this login may not {0}: let an administrator do it, or give it the right")]
    NotAllowed(&'static str),
    /// Files of the write-ahead log are used again, and hold old contents until they are overwritten.
    #[error(
        "the server uses files of its write-ahead log again (wal_recycle = on), and they hold old contents until they are overwritten: set wal_recycle = off"
    )]
    Recycled,
}

impl TraceLeft {
    /// Whether trying again can help.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Reader | Self::Snapshot | Self::InUse(_))
    }
}

impl Traces {
    /// The traces of all of these together.
    #[must_use]
    pub fn of(reported: &[ReportedErasure]) -> Self {
        let mut years: Vec<u16> = reported
            .iter()
            .flat_map(|erasure| erasure.traces.years.iter().copied())
            .collect();
        years.sort_unstable();
        years.dedup();
        Self {
            years,
            cases: reported.iter().any(|erasure| erasure.traces.cases),
        }
    }
}
