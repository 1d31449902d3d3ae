//! Erasure of events: the payload and the salt go, the leaf stays, and the log itself says which were erased and why.
//!
//! Three steps, each of which may be the last before a crash:
//!
//! ```text
//! announce ──▶ event `erasure_intended`, and a row that remembers what is to go
//!   (its leaf is published, cosigned if there are witnesses)
//! carry out ─▶ the events go, and event `erasure_done` is written: one transaction
//! clean up ──▶ what they left in files of the database
//! ```
//!
//! Two kinds. A **year**: whatever expired at its end, by class (§ 76(4) BDSG; evidence of consent by its own period). A
//! **case**: everything about one person at one centre, her key included (Art. 17 GDPR; § 58(2) BDSG).

mod plan;
mod terms;

pub(crate) use self::plan::{announce, take};
pub use self::{
    plan::{CaseStanding, Taken},
    terms::{ClassCode, Erasure, ErasureTarget, ErasureTerms},
};

use std::ops::Range;

use freigabe_ledger::LeafClass;

use crate::{ids::EventId, log::LeafPlace};

/// Events of one expiry year and class whose leaves are in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptGroup {
    /// At whose end they expire.
    pub expiry_year: u16,
    /// Their class.
    pub class: LeafClass,
    /// Where the first and the last of their leaves stand; none of those that wait to be put into the log.
    pub places: Option<(LeafPlace, LeafPlace)>,
    /// How many there are.
    pub count: u64,
}

/// An event of a case, and where its leaf stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventOfCase {
    /// The event.
    pub id: EventId,
    /// At whose end it would expire.
    pub expiry_year: u16,
    /// None while it waits to be put into the log.
    pub place: Option<LeafPlace>,
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
        matches!(self, Self::Reader | Self::InUse(_))
    }
}

/// The ascending ranges that hold exactly these indexes.
fn ranges_of(mut indexes: Vec<u64>) -> Vec<Range<u64>> {
    indexes.sort_unstable();
    indexes.dedup();
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for index in indexes {
        match ranges.last_mut() {
            Some(last) if last.end == index => last.end = index.saturating_add(1),
            _ => ranges.push(index..index.saturating_add(1)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_range() {
        assert_eq!(ranges_of(vec![7, 1, 2, 3, 9, 8, 2]), [1..4, 7..10]);
        assert!(ranges_of(Vec::new()).is_empty());
    }
}
