//! What a verification finds.

use serde::Serialize;

use crate::export::Fault;

/// So many violations are listed one by one; of all others only the number is kept.
pub const MOST_FINDINGS: usize = 1_000;

/// Something that must not be. In JSON `code` says which, and the fields stand beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Violation {
    /// None of the known keys signed the checkpoint.
    NotSigned,
    /// A signature that claims to be by a known key is wrong.
    BadSignature {
        /// The key's name.
        name: String,
    },
    /// A known key of another log signed the checkpoint.
    KeyOfOtherLog {
        /// The key's name.
        name: String,
    },
    /// Too few of the policy's witnesses cosigned the checkpoint.
    NoQuorum {
        /// Those that did.
        cosigned_by: Vec<String>,
    },
    /// The export names another log than its checkpoint.
    OtherOrigin,
    /// The export speaks of leaves that the checkpoint does not cover.
    OutsideOfCheckpoint,
    /// The hashes left or right of the range are too few or too many.
    WrongHashes,
    /// The leaves do not lead to the root of the checkpoint: leaves were changed, left out, added or moved.
    OtherRoot,
    /// A tile of the public log is not what its leaves or the tile below lead to.
    OtherTile {
        /// Its path.
        path: String,
    },
    /// A line can't be read.
    UnreadableLine {
        /// Where, and why.
        fault: Fault,
    },
    /// Another leaf stands where this one should.
    OutOfPlace {
        /// The index that should stand here.
        expected: u64,
    },
    /// A leaf stands there twice.
    Repeated,
    /// A leaf lies outside of the range.
    OutsideOfRange,
    /// A leaf of a selection has no inclusion proof.
    NoProof,
    /// A leaf of a range has an inclusion proof, which belongs into a selection.
    NeedlessProof,
    /// The proof does not lead from the leaf to the checkpoint's root.
    NotIncluded,
    /// The export ends before its last line.
    Cut,
    /// There are lines after the last one.
    AfterEnd,
    /// The numbers of leaves that were announced and that are there differ.
    WrongCount {
        /// As announced.
        announced: u64,
        /// As found.
        found: u64,
    },
    /// Payload and salt are not those that the leaf commits to: the event was changed.
    OtherPayload,
    /// The payload is no event.
    UnreadablePayload {
        /// JSON pointer to what is wrong.
        pointer: String,
    },
    /// Class or expiry year of the leaf are not those of such an event: it would be erased too early or too late.
    WrongRetention,
    /// A stored column says something else than the payload.
    OtherColumn {
        /// Its name.
        column: String,
    },
    /// An event in a selection does not meet the selection's conditions.
    DoesNotMatch,
    /// Payload and salt are gone, though the year is not over and no erasure names the leaf.
    Missing,
    /// An erasure names the leaf, but the payload is still there.
    StillThere {
        /// Index of the erasure's leaf.
        erased_by: u64,
    },
    /// No leaf before the erasure's announces it.
    ErasureWithoutIntent,
    /// An erasure's ranges overlap, are out of order, or lie behind the erasure itself.
    BadRanges,
    /// An erasure states another number of leaves than it names.
    WrongErasureCount {
        /// As stated.
        stated: u64,
        /// As named.
        named: u64,
    },
    /// The consent that a disclosure relied on stands behind it in the log.
    ConsentLater,
    /// The consent that a disclosure relied on does not stand in the log.
    ConsentUnknown,
    /// The checkpoint is of another log than the one that was seen last.
    OtherLogThanSeen,
    /// The checkpoint that was seen last is not signed by a known key.
    LastSeenNotSigned,
    /// The log had more leaves before: it was cut, or an older one is shown.
    Shrunk {
        /// The size that was seen last.
        seen: u64,
    },
    /// The log does not begin with the leaves that were seen last: its past was changed, or there are two of it.
    Forked {
        /// The size that was seen last.
        seen: u64,
    },
    /// Whether the log goes on from the checkpoint that was seen last can't be told from this part of it.
    ConsistencyUnknown {
        /// The size that was seen last.
        seen: u64,
    },
    /// The number of former logs is not the generation's.
    WrongFormer,
    /// Leaf 0 says that this log continues another one than the export says.
    OtherFormer,
    /// The last checkpoint of a former log carries a wrong signature, or is none.
    BadFormer {
        /// The former log's origin.
        origin: String,
    },
    /// A receipt can't be read, or none of the known keys signed it.
    BadReceipt {
        /// The receipt's name.
        receipt: String,
    },
    /// A receipt promised a leaf that is not in the log though its time was over.
    BrokenPromise {
        /// The receipt's name.
        receipt: String,
    },
}

/// A violation and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Index of the leaf, or of the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// Index after the last leaf, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// What is wrong.
    #[serde(flatten)]
    pub violation: Violation,
}

/// Something to know that is no violation. In JSON `code` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Remark {
    /// No witness is required: the operator alone vouches that there is only one log.
    NoWitnesses,
    /// Payloads are not public: only leaves and tree were verified.
    PayloadsNotPublic,
    /// Only part of the log was verified.
    OnlyPart,
    /// That nothing was left out of a selection can't be proven.
    SelectionMayLack,
    /// Events are still there though their year is over.
    Overdue {
        /// How many.
        count: u64,
    },
    /// Consents that disclosures relied on stand outside of this part, or in a former log.
    ConsentsElsewhere {
        /// How many disclosures.
        count: u64,
    },
    /// The last checkpoint of a former log is signed by no key that is known here.
    FormerNotVerified {
        /// The former log's origin.
        origin: String,
    },
    /// Leaves are gone that an erasure names which was announced within the last day and is not reported yet.
    ErasureUnderWay {
        /// How many leaves.
        count: u64,
    },
    /// Erasures name leaves of a former log.
    ErasuresElsewhere {
        /// How many erasures.
        count: u64,
    },
    /// The policy was taken from the package itself.
    OwnPolicy,
}

/// Violations, the first of them one by one.
#[derive(Debug, Default)]
pub(super) struct Findings {
    listed: Vec<Finding>,
    total: u64,
    remarks: Vec<Remark>,
}

/// Where something was found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) line: Option<u64>,
    pub(super) index: Option<u64>,
    pub(super) until: Option<u64>,
}

impl Place {
    pub(super) const NOWHERE: Self = Self {
        line: None,
        index: None,
        until: None,
    };

    pub(super) const fn line(line: u64) -> Self {
        Self {
            line: Some(line),
            index: None,
            until: None,
        }
    }

    pub(super) const fn leaf(line: Option<u64>, index: u64) -> Self {
        Self {
            line,
            index: Some(index),
            until: None,
        }
    }
}

impl Findings {
    pub(super) fn add(&mut self, place: Place, violation: Violation) {
        self.total = self.total.saturating_add(1);
        if self.listed.len() < MOST_FINDINGS {
            let Place { line, index, until } = place;
            self.listed.push(Finding {
                line,
                index,
                until,
                violation,
            });
        }
    }

    pub(super) fn remark(&mut self, remark: Remark) {
        self.remarks.push(remark);
    }

    /// The list, the number of all, and the remarks.
    pub(super) fn into_parts(self) -> (Vec<Finding>, u64, Vec<Remark>) {
        (self.listed, self.total, self.remarks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_are_listed() {
        let mut findings = Findings::default();
        for line in 1..=MOST_FINDINGS as u64 + 2 {
            findings.add(Place::line(line), Violation::Cut);
        }
        let (listed, total, _) = findings.into_parts();
        assert_eq!(listed.len(), MOST_FINDINGS);
        assert_eq!(total, MOST_FINDINGS as u64 + 2);
        assert_eq!(
            listed.last().and_then(|last| last.line),
            Some(MOST_FINDINGS as u64)
        );
    }
}
