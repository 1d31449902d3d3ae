//! The log as an auditor reads it.

use freigabe_client::{AuditFilter, Client, PageQuery};
use freigabe_contract::{audit::AuditEvent, vocabulary::Operation};
use serde_json::Value;
use uuid::Uuid;

/// Every event that matches, in the order in which they happened.
pub(crate) async fn trail(auditor: &Client, filter: &AuditFilter) -> Vec<AuditEvent> {
    let mut events = Vec::new();
    let mut page = PageQuery {
        cursor: None,
        limit: Some(200),
    };
    loop {
        let found = auditor
            .query_audit_events(filter, &page)
            .await
            .expect("a page of the log");
        events.extend(found.items);
        page.cursor = found.next;
        if page.cursor.is_none() {
            events.reverse();
            return events;
        }
    }
}

/// Everything about one consent.
pub(crate) async fn trail_of_consent(auditor: &Client, consent: Uuid) -> Vec<AuditEvent> {
    trail(
        auditor,
        &AuditFilter {
            consent: Some(consent),
            ..AuditFilter::default()
        },
    )
    .await
}

/// Everything of one kind.
pub(crate) async fn trail_of(auditor: &Client, operation: Operation) -> Vec<AuditEvent> {
    trail(
        auditor,
        &AuditFilter {
            operation: Some(operation),
            ..AuditFilter::default()
        },
    )
    .await
}

/// What was done and how it went, event by event.
pub(crate) fn steps(trail: &[AuditEvent]) -> Vec<(String, String)> {
    trail
        .iter()
        .map(|event| (text(event, "/operation"), text(event, "/outcome")))
        .collect()
}

/// A field of an event; nothing if it is not there.
pub(crate) fn field<'e>(event: &'e AuditEvent, pointer: &str) -> Option<&'e Value> {
    let (name, rest) = pointer
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or((pointer.trim_start_matches('/'), ""));
    let value = event.event.get(name)?;
    if rest.is_empty() {
        Some(value)
    } else {
        value.pointer(&format!("/{rest}"))
    }
}

/// A field of an event as text; empty if it is not there.
pub(crate) fn text(event: &AuditEvent, pointer: &str) -> String {
    field(event, pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
