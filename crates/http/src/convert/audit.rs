//! Events of the log: from the domain to the contract.

use freigabe_contract::{
    audit as wire,
    vocabulary::{Operation, Outcome},
};
use freigabe_domain::audit::{EventCounts, StoredEvent};
use serde_json::Value;

use super::timestamp;
use crate::problem::ApiError;

/// An event, with its payload exactly as it was committed to.
pub(crate) fn audit_event(event: StoredEvent) -> Result<wire::AuditEvent, ApiError> {
    let defect = |what: &str| ApiError::Internal(format!("event {}: {what}", event.id));
    let parsed: Value =
        serde_json::from_slice(&event.payload).map_err(|_| defect("the payload is not JSON"))?;
    let Value::Object(parsed) = parsed else {
        return Err(defect("the payload is no object"));
    };
    let payload = String::from_utf8(event.payload)
        .map_err(|_| ApiError::Internal(format!("event {}: the payload is not UTF-8", event.id)))?;
    Ok(wire::AuditEvent {
        id: event.id.as_uuid(),
        at: timestamp(event.at),
        payload,
        event: parsed,
        commitment: event.commitment.to_string(),
        expiry_year: event.expiry_year,
    })
}

/// Numbers of events.
pub(crate) fn audit_counts(counts: &EventCounts) -> Result<wire::AuditCounts, ApiError> {
    // A test compares the vocabularies of both sides.
    let defect = |_| ApiError::Internal("a code that the contract lacks".to_owned());
    let mut rows = Vec::new();
    for (month, counted) in &counts.months {
        for counted in counted {
            rows.push(wire::AuditCount {
                month: month.to_string(),
                operation: Operation::from_code(counted.operation.code()).map_err(defect)?,
                outcome: Outcome::from_code(counted.outcome.code()).map_err(defect)?,
                count: counted.count,
            });
        }
    }
    Ok(wire::AuditCounts {
        from: timestamp(counts.period.from),
        until: timestamp(counts.period.until),
        counts: rows,
        gone: counts.gone,
    })
}
