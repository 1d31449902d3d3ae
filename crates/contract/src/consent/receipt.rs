//! The receipt that a person gets (ISO/IEC TS 27560; the idea is Kantara's).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId, Reference, Timestamp,
    vocabulary::{Action, Category, ConsentStatus, ExpressScope, Handling, Language, Purpose},
};

/// What the person has in hand: what she allowed, to whom, for how long, and how to take it back. The centre prints or
/// reads out `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentReceipt {
    /// Version of this receipt's form: `freigabe/consent/1`.
    pub schema_version: String,
    /// The consent record.
    pub record_id: Uuid,
    /// The law it falls under, ISO 3166-1.
    pub jurisdiction: String,
    /// When this receipt was made.
    pub receipt_time: Timestamp,
    /// The centre that controls the record: its organisation's identifier.
    pub pii_controller: Uuid,
    /// The centre's name.
    pub pii_controller_name: String,
    /// The centre's pseudonym for the person.
    pub pii_principal_id: Reference,
    /// Where the consent stands.
    pub status: ConsentStatus,
    /// Number of the latest revision.
    #[schema(minimum = 1)]
    pub revision: u32,
    /// When the consent was recorded.
    pub consent_timestamp: Timestamp,
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
    /// Language of the talk, when something was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<Language>,
    /// What was allowed: one entry for each grant.
    pub services: Vec<ReceiptService>,
    /// The receipt in words. Times are shown as they are in Berlin.
    pub text: ReceiptText,
}

/// One thing that was allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptService {
    /// Who may receive.
    pub recipients: Vec<OfficeId>,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// Which kinds of information (`pii_type`).
    pub pii_types: Vec<Category>,
    /// Which specially protected data (`sensitive_pii_categories`).
    pub sensitive_pii_categories: Vec<ExpressScope>,
    /// What the office may do.
    pub processing_operations: Vec<Action>,
    /// The least restrictive handling code.
    pub handling: Handling,
}

/// The receipt in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptText {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}
