//! Consents as their centre sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ConsentTerms;
use crate::{
    Reference, Timestamp,
    page::page,
    vocabulary::{ConsentEventKind, ConsentStatus, Decision, RevisionState},
};

/// The `schema_version` of consent records and receipts.
pub const SCHEMA_VERSION: &str = "freigabe/consent/1";

/// A consent record with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::consent))]
pub struct Consent {
    /// Version of this record's form: `freigabe/consent/1`.
    pub schema_version: String,
    /// The record's identifier.
    pub record_id: Uuid,
    /// The centre that controls it: its organisation's identifier.
    pub pii_controller: Uuid,
    /// The centre's pseudonym for the person.
    pub pii_principal_id: Reference,
    /// The centre's case reference.
    pub case_reference: Reference,
    /// The case's identifier, by which auditors know it.
    pub case_id: Uuid,
    /// Where it stands, at `read_at`.
    pub status: ConsentStatus,
    /// Number of the latest revision.
    #[schema(minimum = 1)]
    pub revision: u32,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub withdrawn_at: Option<Timestamp>,
    /// The latest revision's terms, when something was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub terms: Option<ConsentTerms>,
    /// All revisions, oldest first.
    pub revisions: Vec<ConsentRevision>,
    /// All events, oldest first.
    pub events: Vec<ConsentEvent>,
    /// The server's time at which it was read.
    pub read_at: Timestamp,
}

/// One immutable revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentRevision {
    /// Its number, from 1.
    #[schema(minimum = 1)]
    pub number: u32,
    /// Whether it still counts.
    pub state: RevisionState,
    /// What was decided.
    pub decision: Decision,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What was allowed, when something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub terms: Option<ConsentTerms>,
}

/// One event in a consent's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentEvent {
    /// What happened.
    pub event_type: ConsentEventKind,
    /// When.
    pub event_time: Timestamp,
    /// The revision that was the latest then.
    #[schema(minimum = 1)]
    pub revision: u32,
}

/// A consent record in a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentSummary {
    /// The record's identifier.
    pub record_id: Uuid,
    /// The case's identifier.
    pub case_id: Uuid,
    /// Where it stands now.
    pub status: ConsentStatus,
    /// Number of the latest revision.
    #[schema(minimum = 1)]
    pub revision: u32,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub withdrawn_at: Option<Timestamp>,
    /// First moment of validity, when something was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_from: Option<Timestamp>,
    /// First moment after validity, when something was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_until: Option<Timestamp>,
}

page! {
    /// A page of the centre's consents, newest first.
    ConsentPage of ConsentSummary
}

/// What a withdrawal did. It took effect before this answer was sent: nothing held under the consent can be collected any
/// more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::withdrawal))]
pub struct Withdrawal {
    /// The consent record.
    pub record_id: Uuid,
    /// Where it stands now.
    pub status: ConsentStatus,
    /// Number of the latest revision.
    #[schema(minimum = 1)]
    pub revision: u32,
    /// When it was withdrawn. Withdrawing again keeps the first time.
    pub withdrawn_at: Timestamp,
    /// Messages that were never collected, and now never will be.
    pub sealed_disclosures: u32,
    /// Notices to offices about messages that they had already collected.
    pub withdrawal_notices: u32,
}
