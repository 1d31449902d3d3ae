//! What auditors ask for.

use serde::Serialize;

use uuid::Uuid;

use super::{LegalBasis, Operation, Outcome, Retention};
use crate::{
    access::{ClientId, UserReference},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    vocabulary::{Category, Purpose},
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
    /// On behalf of this person, by the partner's own reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserReference>,
    /// Done by this organisation, or about one of its consents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// Addressed to this office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<OfficeId>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// For this purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// On this legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
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
    /// Of this revision of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// This one event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// Of the person with this pseudonym, in the log or for an office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudonym: Option<Pseudonym>,
    /// A use of the log that found at least so many events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_hits: Option<u64>,
    /// A use of the log that found at most so many events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_hits: Option<u64>,
    /// A use of the log in which somebody asked for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queried: Option<Queried>,
    /// Still there; or erased, of which nothing but the number is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

impl AuditQuery {
    /// Asks for one event.
    #[must_use]
    pub fn of_event(id: EventId) -> Self {
        Self {
            event: Some(id),
            ..Self::default()
        }
    }

    /// Whom it asks about, each once. Queries are found by it, so that they go when the person's events go.
    #[must_use]
    pub fn subjects(&self) -> Vec<Queried> {
        let mut subjects: Vec<Queried> = [
            self.case.map(|id| Queried::Id(id.as_uuid())),
            self.consent.map(|id| Queried::Id(id.as_uuid())),
            self.pseudonym.clone().map(Queried::Person),
            self.queried.clone(),
        ]
        .into_iter()
        .flatten()
        .collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Whether it sets any condition besides whether events are still there.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let without = Self {
            retention: None,
            ..self.clone()
        };
        without != Self::default()
    }
}

/// What a query of the log can be about: a case, a consent or a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Queried {
    /// The identifier of a case or a consent.
    Id(Uuid),
    /// A person's pseudonym.
    Person(Pseudonym),
}

impl std::fmt::Display for Queried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Person(pseudonym) => f.write_str(pseudonym.as_str()),
        }
    }
}
