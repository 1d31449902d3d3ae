//! Events of the log: from the domain to the contract.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_contract::{
    audit as wire,
    vocabulary::{self as contract, Operation, Outcome},
};
use freigabe_domain::audit::{EventCounts, EventState, Sample, StoredEvent};
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

/// A random sample.
pub(crate) fn audit_sample(sample: Sample) -> Result<wire::AuditSample, ApiError> {
    let at = sample.at;
    let mut leaves = Vec::with_capacity(sample.leaves.len());
    for leaf in sample.leaves {
        let state = match leaf.state(at) {
            EventState::Open => contract::EventState::Open,
            EventState::Expired => contract::EventState::Expired,
            EventState::Gone => contract::EventState::Gone,
        };
        leaves.push(wire::SampledLeaf {
            index: leaf.index,
            leaf: STANDARD.encode(leaf.leaf.encode()),
            state,
            event: leaf.kept.map(|kept| audit_event(kept.event)).transpose()?,
        });
    }
    Ok(wire::AuditSample {
        seed: sample.seed.to_string(),
        population: wire::LeafRange {
            generation: sample.population.generation,
            from: sample.population.from,
            until: sample.population.until,
        },
        checkpoint: sample.checkpoint,
        leaves,
    })
}
