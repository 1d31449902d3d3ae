//! Regional agreements.

use serde_json::{Value, json};

use super::CENTRE_ID;

const REGIONAL_AGREEMENT_ID: &str = "019a7011-44bb-7c33-8d44-5e66f7718829";
const ENTRY_ID: &str = "019a6b40-1111-7a22-8b33-4c55d6e7f808";
const PROPOSED: &str = "2026-11-26T09:00:00.123456Z";
const CONFIRMED: &str = "2026-11-27T10:30:00.654321Z";

fn deviations() -> Value {
    json!({
        "competent_offices": [{ "task": "victim_protection", "office": "bpoli-rostock" }],
        "offer_deadlines": { "remind_after_hours": 2, "answer_within_hours": 12 },
        "notice_deadlines": { "routine_hours": 48, "urgent_hours": 2 }
    })
}

/// A centre and an office agree, for the port, on who is addressed and on shorter deadlines.
#[must_use]
pub fn propose_regional_agreement() -> Value {
    json!({
        "title": "Kooperationsvereinbarung Seehafen Rostock",
        "reference": "Registratur VG 4/2026, Blatt 12",
        "offices": ["bpoli-rostock"],
        "centres": [ENTRY_ID],
        "area": { "postcodes": ["1814"] },
        "valid_from": "2026-11-01T00:00:00.000000Z",
        "precedence": "replaces_federal_default",
        "deviations": deviations()
    })
}

/// The same, once both have said yes.
#[must_use]
pub fn regional_agreement() -> Value {
    json!({
        "id": REGIONAL_AGREEMENT_ID,
        "standing": "in_force",
        "title": "Kooperationsvereinbarung Seehafen Rostock",
        "reference": "Registratur VG 4/2026, Blatt 12",
        "offices": [{ "office": "bpoli-rostock", "confirmed_at": CONFIRMED }],
        "centres": [{ "organisation_id": CENTRE_ID, "centre_id": ENTRY_ID, "confirmed_at": PROPOSED }],
        "area": { "postcodes": ["1814"] },
        "valid_from": "2026-11-01T00:00:00.000000Z",
        "precedence": "replaces_federal_default",
        "deviations": deviations(),
        "proposed_by": { "type": "centre", "organisation_id": CENTRE_ID },
        "proposed_at": PROPOSED,
        "confirmed_at": CONFIRMED
    })
}
