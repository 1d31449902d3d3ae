//! What a verifier needs to know of an event, and who knows it.

use std::ops::Range;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Commitment, Hash, Leaf, LeafClass};

/// Reads payloads. Implemented by whoever knows what events mean.
pub trait ReadPayload {
    /// Reads a payload; `leaf` is the one that commits to it.
    ///
    /// # Errors
    /// When it is not an event.
    fn read<'p>(&self, payload: &'p [u8], leaf: &Leaf) -> Result<Reading<'p>, UnreadablePayload>;

    /// Whether an event with these columns meets the conditions of a selection; nothing if that can't be told.
    fn matches(&self, query: &Map<String, Value>, columns: &Columns<'_>) -> Option<bool>;
}

/// Columns that follow from a payload, in the order of their names. Texts are borrowed from there.
pub type Columns<'p> = serde_json_borrow::ObjectAsVec<'p>;

/// What an event says, as far as the log's own rules depend on it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading<'p> {
    /// The columns that follow from it.
    pub columns: Columns<'p>,
    /// When it was made: seconds since 1970-01-01 UTC.
    pub at: u64,
    /// Whether class and expiry year of its leaf are those of such an event.
    pub fits_leaf: bool,
    /// The event that it relied on, which must stand before it.
    pub relied_on: Option<Commitment>,
    /// Whether later events may refer to it.
    pub referable: bool,
    /// What it says about the log itself.
    pub log_event: Option<LogEvent>,
}

/// An event about the log itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogEvent {
    /// Events are going to be erased; the intent is this event itself.
    Announced(Erasure),
    /// Events were erased.
    Erased(Erasure),
    /// This log continues another one.
    Continued {
        /// The other one's origin.
        origin: String,
        /// Its size at its end.
        size: u64,
        /// Its root at its end.
        root: Hash,
        /// Its last checkpoint, if any was signed.
        checkpoint: Option<String>,
    },
}

/// What was erased, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// What kind it was.
    pub kind: ErasureKind,
    /// Only leaves of this class; of every class if none is named.
    pub class: Option<LeafClass>,
    /// Code of the legal basis.
    pub legal_basis: String,
    /// The day up to which was erased, `YYYY-MM-DD`.
    pub cutoff: String,
    /// How many events.
    pub count: u64,
    /// Their leaves.
    pub ranges: Vec<Range<u64>>,
    /// The event that announced it; of an announcement it is itself.
    pub intent: Commitment,
    /// Origin of the log that the leaves are of; this one if none is named.
    pub log: Option<String>,
}

/// What kind of erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureKind {
    /// All events of the cutoff's expiry year and of the named class, among those in the ranges.
    Year,
    /// One person's case: exactly the leaves in the ranges.
    Case,
}

/// For so long after its announcement an erasure explains what is gone although it is not reported yet: seconds.
const UNDER_WAY: u64 = 86_400;

impl Erasure {
    /// Whether one that was announced at this time may still be under way at another: seconds since 1970-01-01 UTC.
    pub(super) const fn is_under_way(announced_at: u64, at: u64) -> bool {
        announced_at.saturating_add(UNDER_WAY) >= at
    }

    /// Whether its leaves are of the log with this origin, in which it stands.
    pub(super) fn is_of(&self, origin: &str) -> bool {
        self.log.as_ref().is_none_or(|log| log == origin)
    }

    /// Whether it takes this leaf, at this index of the log that it is about.
    #[must_use]
    pub fn took(&self, index: u64, leaf: &Leaf) -> bool {
        let mut ranges = self.ranges.iter();
        ranges.any(|range| range.contains(&index)) && self.names(leaf.class, leaf.expiry_year)
    }

    /// Whether it erased a leaf in one of its ranges that has this class and this expiry year.
    pub(super) fn names(&self, class: LeafClass, expiry_year: u16) -> bool {
        let of_class = self.class.is_none_or(|named| named == class);
        match self.kind {
            ErasureKind::Case => of_class,
            ErasureKind::Year => {
                let cutoff = self.cutoff.get(..4).and_then(|year| year.parse().ok());
                of_class && cutoff == Some(expiry_year)
            }
        }
    }
}

/// A payload that is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the payload is no event: {}", if .pointer.is_empty() { "its form" } else { .pointer.as_str() })]
pub struct UnreadablePayload {
    /// JSON pointer to what is wrong.
    pub pointer: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_took_what_is_in_its_ranges_and_what_it_names() {
        let erasure = Erasure {
            kind: ErasureKind::Year,
            class: Some(LeafClass::Operations),
            legal_basis: "x".to_owned(),
            cutoff: "2027-12-31".to_owned(),
            count: 3,
            ranges: vec![2..4, 6..7],
            intent: Commitment::from_bytes([7; 32]),
            log: None,
        };
        let leaf = |class, expiry_year| Leaf {
            commitment: Commitment::from_bytes([1; 32]),
            class,
            expiry_year,
        };
        let taken = leaf(LeafClass::Operations, 2027);
        let taken: Vec<u64> = (0..8)
            .filter(|index| erasure.took(*index, &taken))
            .collect();
        assert_eq!(taken, [2, 3, 6]);
        assert!(!erasure.took(2, &leaf(LeafClass::Operations, 2028)));
        assert!(!erasure.took(2, &leaf(LeafClass::ConsentEvidence, 2027)));
    }
}
