//! The disclosure log, for auditors.

use freigabe_contract::{
    OfficeId, Pseudonym, Timestamp,
    audit::{AuditEvent, AuditEventPage},
    vocabulary::{Category, Operation, Outcome, RefusalReason},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error, page::PageQuery};

/// Conditions that an event must meet, all of them. Without any, every event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Done by this client.
    pub actor: Option<String>,
    /// Done by this organisation, or about one of its consents.
    pub organisation: Option<Uuid>,
    /// Addressed to this office.
    pub recipient: Option<OfficeId>,
    /// Of this kind.
    pub operation: Option<Operation>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// Refused for this reason, among others.
    pub refusal_reason: Option<RefusalReason>,
    /// With an item of this category.
    pub category: Option<Category>,
    /// Of this case.
    pub case: Option<Uuid>,
    /// Of this consent.
    pub consent: Option<Uuid>,
    /// This one event.
    pub event: Option<Uuid>,
    /// Of the person with this pseudonym, in the log or for an office.
    pub pseudonym: Option<Pseudonym>,
}

impl AuditFilter {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let text = |value: &dyn std::fmt::Display| value.to_string();
        [
            ("from", self.from.as_ref().map(|v| text(v))),
            ("until", self.until.as_ref().map(|v| text(v))),
            ("actor", self.actor.clone()),
            ("organisation", self.organisation.as_ref().map(|v| text(v))),
            ("recipient", self.recipient.as_ref().map(|v| text(v))),
            ("operation", self.operation.as_ref().map(|v| text(v))),
            ("outcome", self.outcome.as_ref().map(|v| text(v))),
            (
                "refusal_reason",
                self.refusal_reason.as_ref().map(|v| text(v)),
            ),
            ("category", self.category.as_ref().map(|v| text(v))),
            ("case", self.case.as_ref().map(|v| text(v))),
            ("consent", self.consent.as_ref().map(|v| text(v))),
            ("event", self.event.as_ref().map(|v| text(v))),
            ("pseudonym", self.pseudonym.as_ref().map(|v| text(v))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

impl Client {
    /// `queryAuditEvents`: events that match, newest first. The query is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn query_audit_events(
        &self,
        filter: &AuditFilter,
        page: &PageQuery,
    ) -> Result<AuditEventPage, Error> {
        Call::get("queryAuditEvents", &["v1", "audit", "events"])
            .query(filter.parameters())
            .query(page.parameters())
            .fetch(self)
            .await
    }

    /// `getAuditEvent`: one event. Reading it is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_audit_event(&self, id: Uuid) -> Result<AuditEvent, Error> {
        let path = ["v1", "audit", "events", &id.to_string()];
        Call::get("getAuditEvent", &path).fetch(self).await
    }
}
