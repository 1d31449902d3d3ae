//! What events are searched by.

use super::{LegalBasis, Operation, Outcome, Queried};
use crate::{
    access::{ClientId, UserReference},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, DisclosureId, EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    vocabulary::{Category, Purpose},
};

/// The columns by which events are searched: derived from the payload, never the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectedEvent {
    /// Its identifier.
    pub id: EventId,
    /// The database's time.
    pub at: Instant,
    /// What was done.
    pub operation: Operation,
    /// How it went.
    pub outcome: Outcome,
    /// The client that did it.
    pub actor: Option<ClientId>,
    /// The person on whose behalf, by the partner's own reference.
    pub user: Option<UserReference>,
    /// The organisation that did it.
    pub organisation: Option<OrganisationId>,
    /// The centre that it concerns.
    pub centre: Option<OrganisationId>,
    /// The office that it concerns.
    pub recipient: Option<OfficeId>,
    /// The case.
    pub case: Option<CaseId>,
    /// The consent.
    pub consent: Option<ConsentId>,
    /// The revision of the consent.
    pub consent_revision: Option<u32>,
    /// The disclosure.
    pub disclosure: Option<DisclosureId>,
    /// The person's pseudonym in the log.
    pub person: Option<Pseudonym>,
    /// The person's pseudonym for the office.
    pub person_for_recipient: Option<Pseudonym>,
    /// The purpose.
    pub purpose: Option<Purpose>,
    /// What it rests on in law.
    pub legal_basis: Option<LegalBasis>,
    /// Categories, each once, in the vocabulary's order.
    pub categories: Vec<Category>,
    /// Refusal reasons, each once, in the vocabulary's order.
    pub refusal_reasons: Vec<RefusalReason>,
    /// How many events a use of the log found.
    pub hits: Option<u64>,
    /// Whom a use of the log asked about, each once.
    pub queried: Vec<Queried>,
}
