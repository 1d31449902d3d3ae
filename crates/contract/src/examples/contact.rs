//! Contact consents and contact details.

use serde_json::{Value, json};

use super::directory::DIRECTORY_ID;

/// What a person allowed: her name and a telephone number, for one centre.
#[must_use]
pub fn record_contact_consent() -> Value {
    json!({
        "terms": {
            "recipients": [DIRECTORY_ID],
            "items": ["name", "telephone", "safe_contact"],
            "valid_from": "2026-11-24T08:00:00.000000Z",
            "valid_until": "2027-02-24T08:00:00.000000Z",
            "data_protection_consent": {
                "form_version": "KOK-DS-2026-1",
                "language": "ro",
                "signed_at": "2026-11-24T07:40:00.000000Z"
            },
            "notice": {
                "right_to_withdraw": true,
                "help_without_it": true,
                "who_receives_what": true
            },
            "capacity": "full",
            "grantor": { "type": "person" },
            "conversation": {
                "language": "ro",
                "mediation": { "type": "interpreted", "interpreter": "DOLM-31" },
                "read_back_at": "2026-11-24T07:50:00.000000Z"
            },
            "evidence": {
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "medium": "signed_paper",
                "kept_at": "File, folder 17"
            },
            "collected_by": "P-4711",
            "retention": {
                "until": "2030-12-31T23:00:00.000000Z",
                "basis": "Art. 7(1) GDPR"
            }
        }
    })
}

/// What the office tells the centre.
#[must_use]
pub fn release_contact_details() -> Value {
    json!({
        "centre_id": DIRECTORY_ID,
        "items": [
            { "kind": "name", "text": "Ioana" },
            { "kind": "telephone", "text": "+40 21 555 0100" },
            { "kind": "safe_contact", "text": "in the morning, by text message only" }
        ]
    })
}
