//! What auditors ask for.

use serde::Serialize;

use super::{Operation, Outcome};
use crate::{
    access::ClientId,
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    vocabulary::Category,
};

/// Conditions that an event must meet, all of them. The query itself is logged, as it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AuditQuery {
    /// Not before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Done by this client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<ClientId>,
    /// Done by this organisation, or about one of its consents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// Addressed to this office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<OfficeId>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// With this outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Refused for this reason, among others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal_reason: Option<RefusalReason>,
    /// With an item of this category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Of this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Of this consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentId>,
    /// This one event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// Of the person with this pseudonym, in the log or for an office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudonym: Option<Pseudonym>,
}
