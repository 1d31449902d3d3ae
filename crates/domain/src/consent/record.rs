//! The record: its states, its revisions, its events.

use freigabe_ledger::Commitment;

use super::ConsentTerms;
use crate::{
    disclosure::Pseudonym,
    ids::{CaseId, ConsentId, OrganisationId},
    instant::Instant,
    text::Reference,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where a consent record stands. Only `given` can be in force; it still has to be judged by the clock.
    ConsentStatus as "consent status" {
        NotAsked = "not_asked", "nicht gefragt", "not asked";
        Refused = "refused", "abgelehnt", "refused";
        Given = "given", "erteilt", "given";
        Withdrawn = "withdrawn", "widerrufen", "withdrawn";
        Expired = "expired", "abgelaufen", "expired";
    }
}

vocabulary! {
    /// What happened to a consent record (`event_type` in ISO/IEC TS 27560).
    ConsentEventKind as "consent event" {
        Recorded = "recorded", "erfasst", "recorded";
        Revised = "revised", "geändert", "revised";
        Withdrawn = "withdrawn", "widerrufen", "withdrawn";
        Expired = "expired", "abgelaufen", "expired";
    }
}

/// What the person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// She allowed something.
    Given(Box<ConsentTerms>),
    /// She was asked and refused. Nothing in the system depends on it (agreement, point 1).
    Refused,
    /// She was not asked.
    NotAsked,
}

impl Decision {
    /// The record's status that the decision leads to.
    #[must_use]
    pub const fn status(&self) -> ConsentStatus {
        match self {
            Self::Given(_) => ConsentStatus::Given,
            Self::Refused => ConsentStatus::Refused,
            Self::NotAsked => ConsentStatus::NotAsked,
        }
    }

    /// The terms, if something was allowed.
    #[must_use]
    pub fn terms(&self) -> Option<&ConsentTerms> {
        match self {
            Self::Given(terms) => Some(terms),
            Self::Refused | Self::NotAsked => None,
        }
    }
}

/// The centre's own references for the case and the person; both stay sealed and never reach another party.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseReferences {
    /// The centre's case reference.
    pub case_reference: Reference,
    /// The centre's pseudonym for the person (`pii_principal_id` in ISO/IEC TS 27560).
    pub pii_principal_id: Reference,
}

/// A consent that a centre asks to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsent {
    /// Whose.
    pub references: CaseReferences,
    /// What was decided.
    pub decision: Decision,
}

/// The head of a consent record: the row on which releases, collections and withdrawals meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentHead {
    /// Its identifier.
    pub id: ConsentId,
    /// The centre that controls it (`pii_controller`).
    pub centre: OrganisationId,
    /// The case.
    pub case: CaseId,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
    /// Where it stands.
    pub status: ConsentStatus,
    /// Number of the latest revision, from 1.
    pub revision: u32,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When it was last changed.
    pub changed_at: Instant,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Instant>,
    /// Beginning of the latest revision's validity, when something was given.
    pub valid_from: Option<Instant>,
    /// End of the latest revision's validity, when something was given.
    pub valid_until: Option<Instant>,
    /// Commitment of the log event that recorded the latest change: what a disclosure relies on.
    pub commitment: Commitment,
}

impl ConsentHead {
    /// The version that the clock sees.
    #[must_use]
    pub fn version_at(&self, now: Instant) -> ConsentVersion {
        ConsentVersion {
            revision: self.revision,
            status: self.status_at(now),
        }
    }

    /// The status as the clock sees it: a given consent past its end is expired, whether or not that was written down yet.
    #[must_use]
    pub fn status_at(&self, now: Instant) -> ConsentStatus {
        match (self.status, self.valid_until) {
            (ConsentStatus::Given, Some(end)) if now >= end => ConsentStatus::Expired,
            (status, _) => status,
        }
    }
}

/// Which state of a consent somebody saw: what a change names, so that it is not made over what came meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentVersion {
    /// The latest revision.
    pub revision: u32,
    /// The status, by the clock at that time.
    pub status: ConsentStatus,
}

/// One immutable revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRecord {
    /// Its number, from 1.
    pub number: u32,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// What was decided.
    pub decision: Decision,
}

/// One event in a consent's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentEvent {
    /// What happened.
    pub kind: ConsentEventKind,
    /// The revision that was the latest then.
    pub revision: u32,
    /// When.
    pub at: Instant,
}

/// A consent whose row this transaction holds, with its latest revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedConsent {
    /// The row.
    pub head: ConsentHead,
    /// The latest revision's decision.
    pub decision: Decision,
}
