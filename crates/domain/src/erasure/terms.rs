//! What an erasure says in the log.

use std::ops::Range;

use freigabe_ledger::{Commitment, LeafClass};
use serde::{Serialize, Serializer};

use crate::{audit::LegalBasis, ids::CaseId, instant::Instant, log::Generation};

/// What is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErasureTarget {
    /// Whatever expired at the end of this year.
    Year(u16),
    /// Everything about one case.
    Case(CaseId),
}

/// The part of an erasure that lies in one log, and of a year in one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasurePlan {
    /// What is erased.
    pub target: ErasureTarget,
    /// Only of this class; a case's of every class.
    pub class: Option<LeafClass>,
    /// The log that the leaves are of.
    pub generation: Generation,
    /// The leaves.
    pub ranges: Vec<Range<u64>>,
    /// How many leaves of the year and the class there are in the ranges; of a case: all of them.
    pub count: u64,
    /// The expiry years of the events, ascending.
    pub years: Vec<u16>,
}

/// An erasure that was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// What is to be erased.
    pub plan: ErasurePlan,
    /// The event that announced it.
    pub intent: Commitment,
    /// When.
    pub announced_at: Instant,
}

/// A class as it is written in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassCode(pub LeafClass);

impl ClassCode {
    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self.0 {
            LeafClass::Operations => "operations",
            LeafClass::ConsentEvidence => "consent_evidence",
        }
    }

    /// The class with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let all = [LeafClass::Operations, LeafClass::ConsentEvidence].map(Self);
        all.into_iter().find(|class| class.code() == code)
    }
}

impl Serialize for ClassCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What the events of an erasure say: nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasureTerms {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<ClassCode>,
    pub(crate) legal_basis: LegalBasis,
    /// The day up to which was erased.
    cutoff: String,
    count: u64,
    ranges: Vec<[u64; 2]>,
    /// Origin of the log that the leaves are of.
    log: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<Commitment>,
}

impl ErasurePlan {
    /// As it is announced at this time.
    #[must_use]
    pub(crate) fn intended(&self, origin: &str, at: Instant) -> ErasureTerms {
        let (kind, cutoff) = match self.target {
            ErasureTarget::Year(year) => ("year", format!("{year:04}-12-31")),
            ErasureTarget::Case(_) => ("case", at.to_datetime().date().to_string()),
        };
        let ranges = self.ranges.iter().map(|range| [range.start, range.end]);
        ErasureTerms {
            kind,
            class: self.class.map(ClassCode),
            legal_basis: self.legal_basis(),
            cutoff,
            count: self.count,
            ranges: ranges.collect(),
            log: origin.to_owned(),
            intent: None,
        }
    }

    /// What it rests on in law.
    #[must_use]
    pub const fn legal_basis(&self) -> LegalBasis {
        match (self.target, self.class) {
            (ErasureTarget::Case(_), _) => LegalBasis::RightToErasure,
            (ErasureTarget::Year(_), Some(LeafClass::ConsentEvidence)) => {
                LegalBasis::EvidencePeriod
            }
            (ErasureTarget::Year(_), _) => LegalBasis::LogRetention,
        }
    }

    /// The latest year at whose end one of the events would have expired.
    #[must_use]
    pub(crate) fn latest_year(&self) -> u16 {
        self.years.last().copied().unwrap_or_default()
    }

    /// Whether a leaf at this index is among those that it names.
    #[must_use]
    pub(crate) fn covers(&self, generation: Generation, index: u64) -> bool {
        let mut ranges = self.ranges.iter();
        self.generation == generation && ranges.any(|range| range.contains(&index))
    }

    /// Whether both are about the same part of the same target.
    pub(crate) fn is_of_same(&self, other: &Self) -> bool {
        (self.target, self.class, self.generation) == (other.target, other.class, other.generation)
    }

    /// Whether this plan, which was announced, still holds for what is there now. Of a year a part may be gone already.
    #[must_use]
    pub(crate) fn holds(&self, now: &Self) -> bool {
        match self.target {
            ErasureTarget::Case(_) => self.ranges == now.ranges,
            ErasureTarget::Year(_) => now.ranges.iter().all(|range| {
                let mut own = self.ranges.iter();
                own.any(|own| own.start <= range.start && range.end <= own.end)
            }),
        }
    }
}

impl Erasure {
    /// As it is reported when it is done.
    #[must_use]
    pub(crate) fn done(&self, origin: &str) -> ErasureTerms {
        ErasureTerms {
            intent: Some(self.intent),
            ..self.plan.intended(origin, self.announced_at)
        }
    }
}
