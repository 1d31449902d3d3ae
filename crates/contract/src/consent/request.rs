//! What a centre sends to record and to revise a consent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ConsentTerms;
use crate::{Reference, vocabulary::Decision};

/// A consent, a refusal, or that the person was not asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::record_consent, crate::examples::record_refusal))]
pub struct RecordConsent {
    /// The centre's case reference. Sealed; no other party ever sees it.
    pub case_reference: Reference,
    /// The centre's pseudonym for the person. Sealed; no other party ever sees it.
    pub pii_principal_id: Reference,
    /// What the person decided.
    pub decision: Decision,
    /// What was allowed: required when the decision is `given`, and to be left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub terms: Option<ConsentTerms>,
}

/// A further revision of a consent. From then on it counts alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::revise_consent))]
pub struct ReviseConsent {
    /// What the person decided now.
    pub decision: Decision,
    /// What is allowed now: required when the decision is `given`, and to be left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub terms: Option<ConsentTerms>,
}
