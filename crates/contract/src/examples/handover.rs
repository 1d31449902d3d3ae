//! Handovers.

use serde_json::{Value, json};

use super::{CASE_ID, DISCLOSURE_ID};

const HANDOVER_ID: &str = "019a7101-5b20-7c01-8d41-2f6f7a8b9c0d";
const HANDED_OVER: &str = "2026-11-27T10:00:00.123456Z";
const TO: &str = "bpoli-kriminalitaetsbekaempfung-kiel";

/// A case that another office handles from now on.
#[must_use]
pub fn hand_case_over() -> Value {
    json!({
        "known_from": { "type": "disclosure", "disclosure_id": DISCLOSURE_ID },
        "to": { "type": "office", "office": TO }
    })
}

/// As the office that made it sees it.
#[must_use]
pub fn made_handover() -> Value {
    json!({
        "handover": {
            "id": HANDOVER_ID,
            "known_from": { "type": "disclosure", "disclosure_id": DISCLOSURE_ID },
            "to": { "type": "office", "office": TO },
            "handed_over_at": HANDED_OVER
        },
        "messages": [{ "disclosure_id": DISCLOSURE_ID, "standing": "stays_sealed" }]
    })
}

/// As the centre that is told sees it.
#[must_use]
pub fn told_handover() -> Value {
    json!({
        "handover": {
            "id": HANDOVER_ID,
            "office": "bpoli-kriminalitaetsbekaempfung-hamburg",
            "known_by": { "type": "disclosure", "disclosure_id": DISCLOSURE_ID, "case_id": CASE_ID },
            "to": { "type": "prosecution", "land": "DE-HH", "unit": "Staatsanwaltschaft Hamburg" },
            "handed_over_at": HANDED_OVER,
            "acknowledged_at": "2026-11-27T10:30:00.000000Z"
        },
        "waiting": [DISCLOSURE_ID]
    })
}
