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
mod trace;

pub(crate) use self::plan::{announce, plan, take};
pub use self::{
    plan::{CaseStanding, Taken},
    terms::{ClassCode, Erasure, ErasurePlan, ErasureTarget, ErasureTerms},
    trace::{ReportedErasure, TraceLeft, Traces},
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
